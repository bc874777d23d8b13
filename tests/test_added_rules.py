"""Rules that a place adds as an entry point, and rules that its policy switches off."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pandas as pd
import pytest

import landgov as lg
from case import Case
from landgov.policies import Policy
from landgov.rules import Ruling, added


def few_people(enterprises: pd.DataFrame, parcels: pd.DataFrame, policy: Policy) -> Ruling:
    """Fewer than five people, as a place may count low efficiency."""
    people = enterprises["employees"]
    return Ruling(
        rule="",
        category="low_efficiency",
        clause="本地规定第一条",
        answer=(people < 5).astype("boolean").mask(people.isna()),
        table="enterprise_years",
        column="employees",
        rows=enterprises["year_row"].to_numpy(),
        value=people,
    )


def unsafe(enterprises: pd.DataFrame, parcels: pd.DataFrame, policy: Policy) -> Ruling:
    """A label on parcels."""
    rows = pd.RangeIndex(len(parcels)).to_numpy()
    return Ruling(
        "",
        "label",
        "本地规定第二条",
        parcels["structure_unsafe"],
        "parcels",
        "structure_unsafe",
        rows,
    )


def breaks(enterprises: pd.DataFrame, parcels: pd.DataFrame, policy: Policy) -> Ruling:
    """Fails, as what others write can."""
    raise KeyError("no_such_column")


def says_words(enterprises: pd.DataFrame, parcels: pd.DataFrame, policy: Policy) -> Ruling:
    """Answers in words, which is no nullable boolean."""
    answer = pd.Series("yes", index=parcels.index)
    return Ruling("", "label", "", answer, "parcels", "location", pd.array([], dtype=int))


@pytest.fixture
def add(monkeypatch):
    """Install rules for one test, as a package would."""

    def install(**rules: str) -> None:
        entries = [EntryPoint(n, f"test_added_rules:{v}", added.GROUP) for n, v in rules.items()]
        monkeypatch.setattr(added, "entry_points", lambda group: entries)

    return install


def _village(folder, policy: str = "shangyu-2021-86") -> Case:
    """A 4 people, B 5 people, C not known; all at 100 万元/亩 and grade A."""
    case = Case(folder, policy=policy)
    names = ("A", "B", "C")
    case.parcels(*({"parcel_id": n, "area_cert_mu": 10, "structure_unsafe": "否"} for n in names))
    case.table(
        "enterprises",
        *(
            {"enterprise_id": f"E{n}", "name": n, "is_above_scale": "是", "grade": "A"}
            for n in names
        ),
    )
    case.table(
        "enterprise_years",
        *(
            {"enterprise_id": f"E{n}", "year": 2022, "tax_wan": 1000, "employees": people}
            for n, people in zip(names, (4, 5, None), strict=True)
        ),
    )
    case.table("links", *({"parcel_id": n, "enterprise_id": f"E{n}", "area_mu": 10} for n in names))
    return case


def test_a_rule_is_added_to_a_category(tmp_path, add):
    add(少于五人="few_people")
    found = _village(tmp_path).run()
    assert found.parcels["low_efficiency"].to_dict() == {"A": "yes", "B": "no", "C": "unknown"}
    assert found.parcels["low_efficiency_mu"].to_dict()["A"] == 10
    rows = found.verdicts[found.verdicts["rule"] == "少于五人"].set_index("parcel_id")
    assert rows["answer"].to_dict() == {"A": "yes", "B": "no", "C": "unknown"}
    assert rows["clause"].eq("本地规定第一条").all()
    assert rows.loc["C", "missing"] == "enterprise_years.employees"
    assert found.report["rules"]["added"] == {"少于五人": "test_added_rules:few_people"}
    # the summary counts by the same members
    total = found.report["totals"]["low_efficiency"]["yes"]["mu"]
    low = found.summary[found.summary["category"].eq("low_efficiency")]
    assert total == 10 and low["parcels"].sum() >= 1


def test_without_it_nobody_is_low(tmp_path):
    found = _village(tmp_path).run()
    assert found.parcels["low_efficiency"].to_dict() == {"A": "no", "B": "no", "C": "no"}
    assert found.report["rules"] == {"off": [], "added": {}}


def test_a_label_is_added_on_parcels(tmp_path, add):
    add(危房="unsafe")
    rows = _village(tmp_path).run().verdicts.query("rule == '危房'")
    assert rows["answer"].tolist() == ["no", "no", "no"]
    assert rows["category"].eq("label").all()


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        pytest.param({"坏": "breaks"}, "KeyError", id="one that fails names itself"),
        pytest.param({"坏": "says_words"}, "boolean", id="words are no answer"),
        pytest.param({"坏": "nowhere"}, "nowhere", id="one that is not there"),
        pytest.param({"low_tax": "unsafe"}, "landgov", id="the name of a rule of landgov is taken"),
    ],
)
def test_a_bad_rule_is_refused_by_name(tmp_path, add, rules, said):
    add(**rules)
    with pytest.raises(lg.LandgovError, match=said) as caught:
        _village(tmp_path).run()
    assert next(iter(rules)) in str(caught.value)


def _off(folder, names: str) -> Case:
    (folder / "own.toml").write_text(
        f'id = "own"\nextends = "shangyu-2021-86"\nrules_off = [{names}]\n', encoding="utf-8"
    )
    return _village(folder, policy="own.toml")


def test_a_rule_that_is_off_gives_no_verdict_and_no_doubt(tmp_path, add):
    add(少于五人="few_people")
    found = _off(tmp_path, '"少于五人", "grade_d", "low_tax"').run()
    assert not {"少于五人", "grade_d", "low_tax"} & set(found.verdicts["rule"])
    assert found.parcels["low_efficiency"].to_dict() == {"A": "no", "B": "no", "C": "no"}
    assert found.report["rules"]["off"] == ["grade_d", "low_tax", "少于五人"]


def test_a_kind_of_finding_that_is_off_still_serves_the_rules_on_collective_land(tmp_path):
    folder = tmp_path
    (folder / "own.toml").write_text(
        'id = "own"\nextends = "shangyu-2021-86"\nrules_off = ["no_land_papers"]\n',
        encoding="utf-8",
    )
    case = Case(folder, policy="own.toml")
    case.parcels({"parcel_id": "A", "ownership": "collective"})
    finding = {"finding_id": "1", "parcel_id": "A", "kind": "no_land_papers", "major": "是"}
    case.table("findings", {**finding, "found_on": "2022-01-01", "closed_on": ""})
    found = case.run()
    assert "no_land_papers" not in set(found.verdicts["rule"])
    assert found.parcels["collective"]["A"] == "yes"


@pytest.mark.parametrize("name", ["in_scope", "idle_not_started", "low_taxx"])
def test_what_is_no_rule_or_carries_the_land_states_can_t_be_switched_off(tmp_path, name):
    with pytest.raises(lg.LandgovError, match=name):
        _off(tmp_path, f'"{name}"').run()
