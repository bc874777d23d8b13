"""Other numbers, readings and days on one base list: the same as a run of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from landgov.cli.app import app
from landgov.demo import make_demo
from landgov.errors import LandgovError
from landgov.pipeline import Prepared, prepare
from landgov.policies import Policy, load_policy
from landgov.policies.changed import changed_policy
from landgov.register import build_register
from landgov.scenarios import (
    case_of,
    edge_land,
    flip_totals,
    flips,
    knife_edges,
    sweep,
    worth_of_departments,
    worth_of_facts,
)
from landgov.scenarios.rejudge import OF_THE_REGISTER


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("district")
    make_demo(folder, parcels=300)
    return folder


@pytest.fixture(scope="module")
def ready(district: Path) -> Prepared:
    return prepare(str(district))


def _own_run(district: Path, tmp_path: Path, changes: str, as_of: str = "2022-12-31") -> Prepared:
    """A run of the same files by a policy file that extends the shipped one."""
    text = (district / "landgov.toml").read_text("utf-8")
    (district / "own.toml").write_text(f'extends = "policy.toml"\n{changes}\n', "utf-8")
    (district / "landgov.toml").write_text(
        text.replace('"policy.toml"', '"own.toml"').replace("2022-12-31", as_of, 1), "utf-8"
    )
    try:
        return prepare(str(district))
    finally:
        (district / "landgov.toml").write_text(text, "utf-8")
        (district / "own.toml").unlink()


JUDGED = ["in_scope", "low_efficiency", "low_efficiency_mu", "low_efficiency_unknown_mu",
          "three_low", "three_low_mu", "four_without", "collective", "land_state", "idle",
          "stock", "land_mu", "linked_mu", "tax_per_mu"]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "written"),
    [
        ({"low_efficiency_tax": "6"}, "[low_efficiency_tax]\nvalue = 6"),
        ({"three_low_reading": "B"}, 'three_low_reading = "B"'),
        ({"links_unstated": '["equal"]'}, 'links_unstated = ["equal"]'),
        ({"energy_intensity": "0.52"}, "[energy_intensity]\nvalue = 0.52"),
        ({"scale_over_allocated": "true"}, "scale_over_allocated = true"),
    ],
)
def test_what_if_answers_as_a_run_by_such_a_policy(
    ready: Prepared, district: Path, tmp_path: Path, changes: dict[str, str], written: str
) -> None:
    asked = case_of(ready, "", changed_policy(ready.workspace.policy, changes)).judged
    own = _own_run(district, tmp_path, written).judged
    pd.testing.assert_frame_equal(
        pd.DataFrame(asked.parcels[JUDGED]), pd.DataFrame(own.parcels[JUDGED])
    )


def test_another_day_answers_as_a_run_of_that_day(
    ready: Prepared, district: Path, tmp_path: Path
) -> None:
    day = date(2021, 12, 31)
    asked = case_of(ready, "", load_policy("shangyu-2021-86", on=day), day).judged
    own = _own_run(district, tmp_path, "", "2021-12-31").judged
    pd.testing.assert_frame_equal(
        pd.DataFrame(asked.parcels[JUDGED]), pd.DataFrame(own.parcels[JUDGED])
    )


def test_a_case_leaves_what_was_judged_before_as_it_was(ready: Prepared) -> None:
    before = pd.DataFrame(ready.judged.parcels).copy()
    case_of(ready, "", changed_policy(ready.workspace.policy, {"low_efficiency_tax": "9"}))
    pd.testing.assert_frame_equal(before, pd.DataFrame(ready.judged.parcels))


def test_the_base_list_asks_the_policy_for_nothing_else_than_what_joins_it_anew(
    ready: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: set[str] = set()
    number, setting = Policy.__getitem__, Policy.setting

    def noted_number(self: Policy, name: str) -> Any:
        asked.add(name)
        return number(self, name)

    def noted_setting(self: Policy, name: str) -> Any:
        asked.add(name)
        return setting(self, name)

    class Noted(dict[str, Any]):
        def get(self, name: str, default: Any = None) -> Any:
            asked.add(name)
            return super().get(name, default)

    policy = replace(ready.workspace.policy, settings=Noted(ready.workspace.policy.settings))
    monkeypatch.setattr(Policy, "__getitem__", noted_number)
    monkeypatch.setattr(Policy, "setting", noted_setting)
    build_register(replace(ready.workspace, policy=policy), ready.checked, [])
    assert "growth_base_year" in asked  # what is not asked for by `setting` is noted too
    assert asked
    assert asked <= OF_THE_REGISTER, asked - OF_THE_REGISTER


def test_no_change_flips_nothing(ready: Prepared) -> None:
    again = case_of(ready, "b", changed_policy(ready.workspace.policy, {}))
    assert again.judged is not ready.judged
    assert not len(flips(case_of(ready, "a"), again))


def test_flips_are_the_parcels_whose_answer_differs_and_their_land_adds_up(
    ready: Prepared,
) -> None:
    before = case_of(ready, "a")
    after = case_of(ready, "b", changed_policy(ready.workspace.policy, {"low_efficiency_tax": "8"}))
    table = flips(before, after)
    old, new = before.judged.parcels, after.judged.parcels
    for what in ("low_efficiency", "three_low"):
        mine = table[table["what"] == what]
        changed = set(old.index[old[what] != new[what]])
        assert changed
        assert changed <= set(mine["parcel_id"])
        totals = flip_totals(table)
        moved = totals.loc[totals["what"] == what, "change_mu"].sum()
        plain = (new[f"{what}_mu"] - old[f"{what}_mu"]).sum()
        assert moved == pytest.approx(plain, abs=1e-6)
    states = table[table["what"] == "land_state"]
    assert set(states["parcel_id"]) == set(old.index[old["land_state"].ne(new["land_state"]) &
        ~(old["land_state"].isna() & new["land_state"].isna())])  # fmt: skip


def test_a_sweep_tells_at_each_line_what_that_line_tells(ready: Prepared) -> None:
    table = sweep(ready, "low_efficiency_tax", ["3", "5", "8"], "low_efficiency")
    here = ready.judged.parcels
    at_five = table.loc[table["value"] == "5"].iloc[0]
    assert at_five["parcels"] == (here["low_efficiency"] == "yes").sum()
    assert at_five["mu"] == pytest.approx(here["low_efficiency_mu"].sum())
    assert table["mu"].is_monotonic_increasing
    assert table["enterprises"].is_monotonic_increasing


def test_a_sweep_counts_an_enterprise_with_land_in_the_category_once(ready: Prepared) -> None:
    """Counted plainly, link by link, from the enterprise's own figures."""
    table = sweep(ready, "low_efficiency_tax", ["5"], "low_efficiency").iloc[0]
    firms, parcels = ready.judged.enterprises, ready.judged.parcels
    users = ready.judged.users
    found = set()
    for place, (parcel, firm) in enumerate(zip(users.parcel, users.firm, strict=True)):
        if firm < 0 or users.undecided[place]:
            continue
        one = firms.iloc[firm]
        low = one["tax_per_mu"] <= 5 + 1e-12
        if (low or one["grade"] == "D") and parcels["in_scope"].iloc[parcel] == "yes":
            found.add(firm)
    assert table["enterprises"] == len(found)
    assert table["tax_wan"] == pytest.approx(firms["tax_wan"].iloc[sorted(found)].sum())


def _edge_rows(values: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"parcel_id": [f"P{n}" for n in range(len(values))], "enterprise_id": "E",
         "rule": "low_tax", "answer": "yes", "value": values, "op": "<=", "threshold": 5.0,
         "unit": "万元/亩", "clause": "二（一）1", "source": ""}
    )  # fmt: skip


def test_five_percent_off_is_on_the_list_and_a_little_more_is_not() -> None:
    edges = knife_edges(_edge_rows([5.0, 4.75, 5.25, 4.7499, 5.2501, float("nan")]), 0.05)
    assert edges["parcel_id"].tolist() == ["P0", "P1", "P2"]
    assert edges["distance"].round(6).tolist() == [0.0, -0.05, 0.05]
    assert edge_land(edges, pd.Series({"P0": 1.0, "P1": 2.0, "P2": 4.0, "P3": 8.0})) == 7.0


def test_land_developed_in_full_is_no_edge_and_one_figure_is_one_row() -> None:
    rows = pd.concat([_edge_rows([4.9]), _edge_rows([4.9])], ignore_index=True)
    rows["rule"] = ["low_tax", "three_low_above_scale"]
    whole = _edge_rows([1.0, 0.98]).assign(rule="partly_used", op="<", threshold=1.0)
    edges = knife_edges(pd.concat([rows, whole], ignore_index=True), 0.05)
    assert edges["rule"].tolist() == ["low_tax|three_low_above_scale", "partly_used"]
    assert edges["value"].tolist() == [4.9, 0.98]


@pytest.mark.parametrize("change", ["worst_grade=Z", "low_efficiency_tax=-3", "idle_years=1.5"])
def test_a_value_that_no_such_number_has_is_refused(change: str) -> None:
    policy = load_policy("shangyu-2021-86", on=date(2022, 12, 31))
    name, _, value = change.partition("=")
    with pytest.raises(LandgovError, match=name):
        changed_policy(policy, {name: value})


def _open(parcel: str, rule: str, missing: str) -> dict[str, str]:
    return {"parcel_id": parcel, "rule": rule, "answer": "unknown", "missing": missing,
            "department": "区税务局"}  # fmt: skip


def test_a_fact_counts_where_it_keeps_a_category_open_and_alone_where_nothing_else_does() -> None:
    verdicts = pd.DataFrame(
        [
            _open("A", "low_tax", "enterprise_years.tax_wan"),
            _open("B", "low_tax", "enterprise_years.tax_wan|links.area_mu"),
            # C is low-efficient by its grade already: its tax would change nothing.
            _open("C", "low_tax", "enterprise_years.tax_wan"),
            {**_open("C", "grade_d", ""), "answer": "yes"},
            # D lacks the same fact for two rules: its land counts once.
            _open("D", "low_tax", "enterprise_years.tax_wan"),
            _open("D", "three_low_above_scale", "enterprise_years.tax_wan"),
        ]
    )
    parcels = pd.DataFrame(
        {"low_efficiency": ["unknown", "unknown", "yes", "unknown"],
         "land_mu": [1.0, 10.0, 100.0, 1000.0]},
        index=list("ABCD"),
    )  # fmt: skip
    rules = {"low_efficiency": ("low_tax", "three_low_above_scale", "grade_d")}
    worth = worth_of_facts(verdicts, parcels, rules).set_index("fact")
    tax, area = worth.loc["enterprise_years.tax_wan"], worth.loc["links.area_mu"]
    assert (tax["parcels"], tax["mu"], tax["alone_parcels"], tax["alone_mu"]) == (3, 1011, 2, 1001)
    assert (area["parcels"], area["mu"], area["alone_parcels"], area["alone_mu"]) == (1, 10, 0, 0)
    assert worth.index[0] == "enterprise_years.tax_wan"


def test_a_department_counts_alone_where_it_owes_all_that_is_missing() -> None:
    verdicts = pd.DataFrame(
        [
            _open("A", "low_tax", "enterprise_years.tax_wan"),
            # Two facts, two departments.
            _open("B", "low_tax", "enterprise_years.tax_wan|links.area_mu"),
            # Two facts, one department: it settles the parcel by itself.
            _open("D", "low_tax", "links.area_mu|links.enterprise_id"),
            # E waits for a finding of the fire brigade.
            _open("E", "fire", "findings.fire"),
        ]
    )
    parcels = pd.DataFrame(
        {"low_efficiency": ["unknown"] * 3 + ["no"], "wider_violations": ["no"] * 3 + ["unknown"],
         "land_mu": [1.0, 10.0, 100.0, 1000.0]},
        index=list("ABDE"),
    )  # fmt: skip
    rules = {"low_efficiency": ("low_tax",), "wider_violations": ("fire",)}
    worth = worth_of_departments(verdicts, parcels, rules).set_index("department")
    assert worth.loc["区税务局"].tolist() == [2, 11, 1, 1]
    assert worth.loc["属地镇街"].tolist() == [2, 110, 1, 100]
    assert worth.loc["区消防救援大队"].tolist() == [1, 1000, 1, 1000]
    assert worth.index[0] == "区消防救援大队"


def test_a_sweep_is_drawn_the_same_each_time(said: Any, tmp_path: Path) -> None:
    pictures = [tmp_path / name for name in ("a.png", "b.png", "c.pdf")]
    for picture in pictures:
        said("sweep", "low_efficiency_tax=4:6:1", "--plot", str(picture))
    assert pictures[0].read_bytes() == pictures[1].read_bytes()
    assert pictures[0].read_bytes()[:4] == b"\x89PNG"
    assert pictures[2].read_bytes()[:5] == b"%PDF-"
    said("sweep", "low_efficiency_tax=4:6:1", "--plot", "a.txt", code=2)


def test_all_wrong_changes_are_told_at_once() -> None:
    policy = load_policy("shangyu-2021-86", on=date(2022, 12, 31))
    with pytest.raises(LandgovError) as told:
        changed_policy(
            policy,
            {"low_efficiency_tx": "6", "small_enterprise_land": "many", "three_low_reading": "C"},
        )
    for word in ("low_efficiency_tx", "small_enterprise_land", "three_low_reading"):
        assert word in told.value.message


def test_off_puts_a_clause_out_of_use(ready: Prepared) -> None:
    policy = changed_policy(ready.workspace.policy, {"energy_intensity": "off"})
    assert policy["energy_intensity"].off
    again = changed_policy(policy, {"energy_intensity": "0.52"})
    assert not again["energy_intensity"].off


@pytest.fixture
def said(district: Path) -> Iterator[Any]:
    def say(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, ["policy", words[0], str(district), *words[1:]],
                                    env={"COLUMNS": "160"})  # fmt: skip
        assert result.exit_code == code, result.output
        return result.output

    yield say


def test_the_commands_say_it_in_chinese(said: Any, tmp_path: Path) -> None:
    file = tmp_path / "flips.csv"
    words = said("whatif", "low_efficiency_tax=8", "--to", str(file))
    assert "低效企业用地" in words
    assert "待核" in file.read_text("utf-8-sig") or "unknown" in file.read_text("utf-8-sig")
    assert "2021-12-31" in said("compare", "--with", "2021-12-31")
    assert "三低" in said("compare", "--with", "three_low_reading=B")
    assert "界线" in said("sweep", "low_efficiency_tax=4:6:1")
    assert "亩均税收" in said("edges", "--within", "0.1")
    assert "区税务局" in said("worth")
    said("sweep", "low_efficiency_tax=6:4:1", code=2)
    said("whatif", "nonsense", code=2)
