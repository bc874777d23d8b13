"""Several files of one table, complete lists, and ids that stand for several rows."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import landgov as lg
from case import EAST, FOUR, INDUSTRIAL, NORTH, Case


def _second_parcels(case: Case, *rows: dict[str, object]) -> Case:
    frames = [
        {**INDUSTRIAL, "geometry": shapely.box(EAST, NORTH + 500, EAST + 50, NORTH + 550), **row}
        for row in rows
    ]
    gpd.GeoDataFrame(frames, crs=4549).to_file(case.folder / "more.gpkg", layer="parcels")
    case._block("parcels", "more.gpkg", ())
    return case


def test_rows_without_an_id_in_two_files_are_two_parcels(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"}, {"parcel_id": ""})
    result = _second_parcels(case, {"parcel_id": ""}, {"parcel_id": "P2"}).run()
    assert sorted(result.parcels.index) == ["?#1", "?#2", "P1", "P2"]
    assert result.report["totals"]["parcel_rows_in"] == 4


def test_an_id_repeated_in_one_file_stands_for_several_rows_in_all(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels(
        {"parcel_id": "P1", "area_cert_mu": 1}, {"parcel_id": "P1", "area_cert_mu": 2}
    )
    _second_parcels(case, {"parcel_id": "P1", "area_cert_mu": 3})
    case.table("links", {"parcel_id": "P1", "enterprise_id": "E1"}, covers=("links",))
    result = case.run()
    assert sorted(result.parcels.index) == ["P1#1", "P1#2", "P1#3"]
    assert sorted(result.parcels["area_cert_mu"]) == [1, 2, 3]
    assert (result.parcels["low_efficiency"] == "unknown").all()


@pytest.mark.parametrize("first", [True, False])
def test_two_outlines_of_one_parcel_are_a_conflict_whichever_comes_first(
    tmp_path: Path, first: bool
) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    _second_parcels(case, {"parcel_id": "P1"})
    if not first:
        case.blocks.reverse()
    result = case.run()
    assert result.parcels["area_mu"].isna().all()
    assert {"conflict", "empty_geometry"} <= set(result.issues["kind"])


def test_a_complete_list_makes_nobody_no_whose_cell_is_unread_or_contradicted(
    tmp_path: Path,
) -> None:
    case = Case(tmp_path).parcels(*({"parcel_id": f"P{n}"} for n in range(1, 5)))
    case.table(
        "enterprises",
        {"enterprise_id": "E1", "high_energy": "是"},
        {"enterprise_id": "E2", "high_energy": "可能"},
        covers=("high_energy",),
    )
    case.table(
        "enterprises",
        {"enterprise_id": "E1", "high_energy": "否"},
        {"enterprise_id": "E3", "high_energy": ""},
    )
    result = case.run()
    high = result.enterprises["high_energy"]
    assert high.isna().tolist() == [True, True, False]
    assert not high["E3"]


def test_a_list_without_the_fact_it_covers_is_a_fault_of_the_file(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    case.table("enterprises", {"enterprise_id": "E1"}, covers=("high_energy",))
    with pytest.raises(lg.LandgovError, match="没有这一列"):
        case.run()


@pytest.mark.parametrize(
    ("year", "grade", "answer"),
    [(2022, "B", "no"), (2022, "F", "unknown"), (2021, "D", "unknown"), (2022, "D", "yes")],
)
def test_a_list_of_grade_d_speaks_of_its_own_year(
    tmp_path: Path, year: int, grade: str, answer: str
) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    case.table("links", {"parcel_id": "P1", "enterprise_id": "E1"})
    case.table(
        "enterprise_years",
        {"enterprise_id": "E1", "year": year, "grade": grade},
        covers=("grade:D",),
    )
    verdicts = case.run().verdicts.set_index("rule")["answer"]
    assert verdicts["grade_d"] == answer


def test_a_finding_on_a_repeated_enterprise_leaves_it_unknown(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    case.table(
        "enterprises",
        {"enterprise_id": "E1", "high_energy": "是"},
        {"enterprise_id": "E1", "high_energy": "否"},
    )
    case.table("links", {"parcel_id": "P1", "enterprise_id": "E1"}, covers=("links",))
    case.table(
        "findings",
        {"finding_id": "F1", "enterprise_id": "E1", "kind": "no_licence",
         "found_on": "2021-01-01", "closed_on": ""},
        covers=FOUR,
    )  # fmt: skip
    assert case.run().parcels["four_without"].tolist() == ["unknown"]


def test_an_unstated_link_takes_nothing_where_it_is_unclear_who_lets(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1", "area_cert_mu": 15})
    case.table(
        "links",
        {"parcel_id": "P1", "enterprise_id": "A", "role": "owner", "area_mu": 7.5},
        {"parcel_id": "P1", "enterprise_id": "B", "role": "owner", "area_mu": 7.5},
        {"parcel_id": "P1", "enterprise_id": "T", "role": "lessee", "area_mu": 3},
        {"parcel_id": "P1", "enterprise_id": "U", "role": "user", "area_mu": None},
    )
    result = case.run()
    land = result.enterprises["land_mu"]
    assert land[["A", "B", "U"]].isna().all()
    assert land["T"] == 3
    assert "ambiguous_lessor" in set(result.issues["kind"])


def test_platforms_of_two_files_merge_cell_by_cell(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    around = shapely.box(EAST - 9, NORTH - 9, EAST + 999, NORTH + 999)
    case.areas("platforms", {"platform_id": "A", "platform": "甲园", "level": "micro_park",
                             "geometry": around})  # fmt: skip
    case.table("platforms", {"platform_id": "A", "platform": "乙园", "level": "micro_park"})
    result = case.run()
    assert result.parcels["platform_id"].tolist() == ["A"]
    assert result.parcels["platform"].isna().all()
    assert "conflict" in set(result.issues["kind"])


def test_a_contradicted_event_is_not_taken_as_not_having_happened(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    for day in ("2020-05-01", "2020-06-01"):
        case.table("stages", {"parcel_id": "P1", "stage": "started", "actual_on": day})
    result = case.run()
    stages = result.checked.tables["stages"]
    assert stages.frame["actual_on"].isna().tolist() == [True]
    assert stages.undated["actual_on"].tolist() == [True]
    said = result.issues.loc[result.issues["kind"] == "conflict", "value"].iloc[0]
    assert "2020-05-01；" in said


def test_beside_an_idle_answer_only_the_cause_of_the_delay_is_missing(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"}, {"parcel_id": "P2"})
    case.table(
        "contracts",
        {"parcel_id": "P1", "agreed_start": "2020-01-01", "actual_start": "", "delay_cause": ""},
        {"parcel_id": "P2", "agreed_start": "2020-01-01", "actual_start": "",
         "delay_cause": "政府原因"},
    )  # fmt: skip
    result = case.run()
    rows = result.verdicts[result.verdicts["rule"] == "idle_not_started"].set_index("parcel_id")
    assert rows.loc["P1", ["answer", "missing"]].tolist() == ["yes", "contracts.delay_cause"]
    assert rows.loc["P2", "missing"] == ""
    assert result.parcels["idle"].tolist() == ["not_started", "excused"]


def test_a_link_of_unreadable_end_does_not_prove_that_land_is_supplied(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    case.table("links", {"parcel_id": "P1", "enterprise_id": "E1", "to": "1900-01-01"})
    assert case.run().parcels["stock"].tolist() == ["unknown"]


def test_identical_rows_are_counted_by_table(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    row = {"parcel_id": "P1", "enterprise_id": "E1", "area_mu": 3}
    case.table("links", row, row)
    result = case.run()
    assert result.report["totals"]["identical_rows"] == {"links": 1}
    assert pd.notna(result.enterprises["land_mu"]["E1"])
