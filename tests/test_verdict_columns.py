"""Verdicts that can be asked: evidence in parts, what could still change, enterprises' own."""

from __future__ import annotations

import itertools
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import landgov as lg
from case import Case
from verdict_cases import FILLS, LAND_MU, firm, judged, run

CONTRACT = ["parcel_id", "rule", "category", "answer", "value", "op", "threshold", "unit",
            "clause", "enterprise_id", "source", "missing", "department"]  # fmt: skip
MORE = ["file", "sheet", "row", "supplier", "data_date", "could_change", "exempt"]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> lg.Result:
    """A: dated by the tax bureau; B: no tax, exempt by itself; C: exempt by its enterprise."""
    case = Case(tmp_path_factory.mktemp("told"))
    case.parcels(*({"parcel_id": name, "area_cert_mu": 10.0} for name in "ABC"))
    firms = [{"enterprise_id": f"E{name}", "is_above_scale": True} for name in "ABCN"]
    case.table("enterprises", *firms)
    case.table(
        "enterprise_years",
        {"enterprise_id": "EA", "year": 2022, "tax_wan": 40},
        {"enterprise_id": "EC", "year": 2022, "tax_wan": 40},
        {"enterprise_id": "EN", "year": 2022, "tax_wan": 7},
        more='department = "上虞区税务局"\ndate = 2022-12-20\n',
    )
    links = [{"parcel_id": n, "enterprise_id": f"E{n}", "area_mu": 10} for n in "ABC"]
    case.table("links", *links)
    case.table(
        "exemptions",
        {"parcel_id": "B", "enterprise_id": None, "rule": "low_tax"},
        {"parcel_id": None, "enterprise_id": "EC", "rule": "low_efficiency"},
        {"parcel_id": "A", "enterprise_id": None, "rule": "two_high"},
    )
    return case.run()


def of(result: lg.Result, subject: str, rule: str) -> pd.Series:
    """One row of the verdicts, of a parcel or of an enterprise."""
    table = result.verdicts if subject in result.parcels.index else result.enterprise_verdicts
    return table[table.iloc[:, 0].eq(subject) & table["rule"].eq(rule)].iloc[0]


def test_the_columns_of_the_contract_come_first_in_their_order(told: lg.Result) -> None:
    assert list(told.verdicts) == [*CONTRACT, *MORE, "enforced_by"]
    own = [name for name in CONTRACT[1:] if name != "enterprise_id"]
    assert list(told.enterprise_verdicts) == ["enterprise_id", *own, *MORE]


def test_evidence_stands_in_parts_beside_its_text(told: lg.Result) -> None:
    row = of(told, "A", "low_tax")
    assert row["source"] == "enterprise_years_2.csv 第2行"
    assert row[["file", "sheet", "row"]].tolist() == ["enterprise_years_2.csv", "", 2]
    assert (row["supplier"], row["data_date"]) == ("上虞区税务局", pd.Timestamp("2022-12-20"))
    listed = of(told, "A", "outdated_capacity")
    # The block names nobody: the department that the schema names supplies the fact.
    assert (listed["supplier"], pd.isna(listed["data_date"])) == ("区发改局", True)


def test_a_row_without_evidence_names_no_file(told: lg.Result) -> None:
    row = of(told, "A", "no_licence")
    assert row["answer"] == "unknown"
    assert row[["source", "file", "sheet", "supplier"]].tolist() == ["", "", "", ""]
    assert pd.isna(row["row"])
    assert pd.isna(row["data_date"])


def test_an_exemption_marks_its_rule_or_category_and_no_other(told: lg.Result) -> None:
    table = told.verdicts
    marked = table[table["exempt"]]
    found = set(zip(marked["parcel_id"], marked["rule"], strict=True))
    two_high = ("outdated_capacity", "high_energy", "high_emission")
    assert found == {("B", "low_tax"), ("C", "low_tax"), *(("A", rule) for rule in two_high)}
    firms = told.enterprise_verdicts
    assert firms.loc[firms["exempt"], "enterprise_id"].tolist() == ["EC"]


def test_an_enterprise_without_land_has_verdicts_of_its_own(told: lg.Result) -> None:
    row = of(told, "EN", "low_tax")
    assert (row["answer"], row["missing"], row["could_change"]) == (
        "unknown",
        "links.area_mu",
        True,
    )
    assert of(told, "EA", "low_tax")[["answer", "value"]].tolist() == ["yes", 4.0]
    assert set(told.enterprise_verdicts["enterprise_id"]) == {"EA", "EB", "EC", "EN"}
    # What only a parcel can answer is not asked of an enterprise.
    rules = set(told.enterprise_verdicts["rule"])
    assert "idle_not_started" not in rules and "collective_papers" not in rules
    assert {"no_licence", "grade_d", "high_energy"} <= rules


def test_verdicts_of_some_parcels_are_the_rows_of_the_whole_table(told: lg.Result) -> None:
    whole = told.verdicts.astype(object)
    some = told.judged.verdicts(told.checked, told.parcels.index.get_indexer(["C"]))
    rows = whole[whole["parcel_id"] == "C"].reset_index(drop=True)
    pd.testing.assert_frame_equal(some.astype(object), rows)


@pytest.fixture(scope="module")
def open_facts(tmp_path_factory: pytest.TempPathFactory) -> lg.Result:
    """Unknown facts, each beside something else."""
    return run(
        tmp_path_factory.mktemp("open"),
        [
            firm(grade="D", tax_wan=None),
            firm(grade=None),
            firm(grade=None, tax_wan=LAND_MU * 5),
            firm(outdated_capacity=True, high_energy=None),
            firm(outdated_capacity=None, high_energy=None),
            firm(outdated_capacity=None, land_use_code="0702"),
            firm(outdated_capacity=True, high_energy=None, land_use_code=None),
        ],
    )


@pytest.mark.parametrize(
    ("parcel", "rule", "could"),
    [
        pytest.param("P0", "low_tax", False, id="grade D settles low efficiency: tax changes nothing"),
        pytest.param("P1", "grade_d", True, id="nothing settles it: the grade decides"),
        pytest.param("P2", "grade_d", False, id="5.00 on 12 亩, above scale: both categories settled"),
        pytest.param("P3", "high_energy", False, id="outdated capacity settles two-high"),
        pytest.param("P4", "high_energy", True, id="two unknown: each could change it"),
        pytest.param("P6", "high_energy", False, id="the use of the land decides, not the list"),
        pytest.param("P6", "outdated_capacity", True, id="what waits for the use of the land"),
        pytest.param("P6", "in_scope", True, id="the use of the land itself"),
    ],
)  # fmt: skip
def test_could_change(open_facts: lg.Result, parcel: str, rule: str, could: bool) -> None:
    row = of(open_facts, parcel, rule)
    assert row["answer"] == "unknown" and row["missing"]
    assert row["could_change"] == could


def test_could_change_is_missing_beside_an_answer_and_told_of_every_unknown(
    open_facts: lg.Result,
) -> None:
    for table in (open_facts.verdicts, open_facts.enterprise_verdicts):
        assert table["could_change"].isna().equals(table["answer"].ne("unknown"))
    out = open_facts.verdicts.query("parcel_id == 'P5'")
    assert out["rule"].tolist() == ["in_scope"] and out["answer"].tolist() == ["no"]
    # Of the enterprise on it the list is still open.
    assert of(open_facts, "E5", "outdated_capacity")["could_change"]


FACTS = st.fixed_dictionaries(
    {
        "tax_wan": st.sampled_from([None, 1.0, 1000.0]),
        "is_above_scale": st.sampled_from([None, True, False]),
        "grade": st.sampled_from([None, "A", "D"]),
        "outdated_capacity": st.sampled_from([None, True, False]),
        "high_energy": st.sampled_from([None, True, False]),
        "high_emission": st.sampled_from([None, True, False]),
        "land_use_code": st.sampled_from([None, "0601", "0601", "0601"]),
    }
)
CATEGORIES = ["low_efficiency", "three_low", "two_high"]


def filled(one: dict[str, Any], missing: str) -> list[dict[str, Any]]:
    """The same enterprise with what is missing sent, in every combination of ways."""
    facts = [FILLS[fact] for fact in missing.split("|")]
    names = [name for name, *_ in facts]
    ways = itertools.product(*(both for _, *both in facts))
    return [{**one, **dict(zip(names, sent, strict=True))} for sent in ways]


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FACTS, min_size=12, max_size=12))
def test_what_can_not_change_a_category_does_not_whatever_is_sent(
    firms: list[dict[str, Any]],
) -> None:
    with TemporaryDirectory() as folder:
        before, verdicts = judged(Path(folder) / "before", firms)
        open_ = verdicts.query("answer == 'unknown'")
        open_ = open_[open_["category"].isin(CATEGORIES)].to_dict("records")
        asked = [
            (row, sent)
            for row in open_
            for sent in filled(firms[int(row["parcel_id"][1:])], row["missing"])
        ]
        if not asked:
            return
        after, _ = judged(Path(folder) / "after", [sent for _, sent in asked])
        for number, (row, _) in enumerate(asked):
            category = row["category"]
            if not row["could_change"]:
                was = before.loc[row["parcel_id"], category]
                assert after.loc[f"P{number}", category] == was, row
