"""The reconciliation board: one fact from two sides, who sent nothing, who says none."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

import landgov as lg
from case import EAST, FOUR, NORTH, Case
from landgov.board import Board
from landgov.publish.board_book import write_board
from landgov.publish.board_table import long_table
from landgov.sources.rasters import read_raster
from landgov.witnesses import built_up

WEST, EAST_TOWN = "道墟街道", "东关街道"


def _towns(case: Case, split: float = EAST + 290.0) -> Case:
    """Two towns that meet at `split`: two parcels of 100 m lie west of it."""
    low, high = NORTH - 500, NORTH + 900
    case.areas(
        "towns",
        {"town_code": "330604002", "town": WEST,
         "geometry": shapely.box(EAST - 500, low, split, high)},
        {"town_code": "330604003", "town": EAST_TOWN,
         "geometry": shapely.box(split, low, EAST + 5000, high)},
    )  # fmt: skip
    # Without a platform it is not known what lies in the national zone.
    case.areas(
        "platforms",
        {"platform_id": "A", "platform": "远园", "level": "micro_park",
         "geometry": shapely.box(EAST - 900, low, EAST - 800, high)},
    )  # fmt: skip
    return case


def _own_policy(case: Case, *lines: str) -> Case:
    case.policy = "own.toml"
    text = "\n".join(('extends = "shangyu-2021-86"', 'id = "own"', *lines))
    (case.folder / "own.toml").write_text(text, encoding="utf-8")
    return case


def _facts(board: Board, fact: str) -> pd.DataFrame:
    return board.facts[board.facts["fact"] == fact].set_index("key")


@pytest.mark.parametrize(("cert", "listed"), [(99.01, False), (98.9, True)])
def test_certificate_and_drawing_differ_from_one_hundredth_on(
    tmp_path: Path, cert: float, listed: bool
) -> None:
    side = (100 * 2000 / 3) ** 0.5
    case = Case(tmp_path).parcels({"parcel_id": "P1", "area_cert_mu": 1, "_side": side})
    measured = float(case.run().parcels["area_mu"].iloc[0])
    case = Case(tmp_path)
    (tmp_path / "parcels.gpkg").unlink()
    stated = round(measured * cert / 100, 6)
    case.parcels({"parcel_id": "P1", "area_cert_mu": stated, "_side": side})
    board = case.run().board
    found = _facts(board, "certificate_measured")
    assert bool(len(found)) == listed
    if listed:
        row = found.loc["P1"]
        assert row["stake_mu"] == pytest.approx(measured - stated)
        assert row["a_department"] == row["b_department"] == "自然资源和规划分局"
        assert row["used"] == "证载面积"


def test_links_against_parcel_and_against_the_tax_register(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels(
        {"parcel_id": "P1", "area_cert_mu": 15}, {"parcel_id": "P2", "area_cert_mu": 15}
    )
    case.table(
        "links",
        {"parcel_id": "P1", "enterprise_id": "E1", "role": "owner", "area_mu": 12},
        {"parcel_id": "P2", "enterprise_id": "E2", "role": "owner", "area_mu": 15},
    )
    case.table(
        "enterprise_years",
        {"enterprise_id": "E1", "year": 2022, "登记用地面积（税务）": 10},
        {"enterprise_id": "E2", "year": 2022, "登记用地面积（税务）": 15},
        more='department = "区税务局"\ndate = 2022-12-31',
    )
    board = case.run().board
    links = _facts(board, "land_links")
    assert links.index.tolist() == ["P1"]
    assert links.loc["P1", ["difference", "stake_mu"]].tolist() == [-3.0, 3.0]
    tax = _facts(board, "land_tax")
    assert tax.index.tolist() == ["E1"]
    row = tax.loc["E1"]
    assert (row["a_value"], row["b_value"], row["stake_mu"]) == ("12.00", "10.00", 2.0)
    assert (row["b_department"], row["b_date"]) == ("区税务局", "2022-12-31")
    assert row["b_source"] == "enterprise_years_2.csv 第2行"
    assert (row["a_department"], row["a_date"]) == ("属地镇街", "未注明")


def test_grade_and_size_of_the_year_stand_beside_those_without_a_year(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1", "area_cert_mu": 15})
    case.table("links", {"parcel_id": "P1", "enterprise_id": "E1", "area_mu": 15})
    case.table(
        "enterprises",
        {"enterprise_id": "E1", "name": "甲", "grade": "B", "is_above_scale": "是"},
        {"enterprise_id": "E2", "name": "乙", "grade": "C", "is_above_scale": ""},
    )
    case.table(
        "enterprise_years",
        {"enterprise_id": "E1", "year": 2022, "grade": "D", "is_above_scale": "否"},
        {"enterprise_id": "E2", "year": 2022, "grade": "C", "is_above_scale": "否"},
        {"enterprise_id": "E2", "year": 2021, "grade": "A", "is_above_scale": "是"},
    )
    board = case.run().board
    grade = _facts(board, "grade")
    assert grade.index.tolist() == ["E1"]
    said = grade.loc["E1", ["name", "a_value", "b_value", "used", "stake_mu"]].tolist()
    assert said == ["甲", "B类", "D类", "年度表", 15.0]
    size = _facts(board, "above_scale")
    assert size.loc["E1", ["a_value", "b_value"]].tolist() == ["是", "否"]
    assert size.index.tolist() == ["E1"]


def test_the_holder_is_compared_with_the_owners_else_the_users_but_no_lessee(
    tmp_path: Path,
) -> None:
    case = Case(tmp_path).parcels(
        *({"parcel_id": f"P{n}", "holder_id": "H", "area_cert_mu": 15} for n in range(1, 6)),
        {"parcel_id": "P6", "holder_id": ""},
    )
    case.table(
        "links",
        {"parcel_id": "P1", "enterprise_id": "H", "role": "owner", "area_mu": 5},
        {"parcel_id": "P1", "enterprise_id": "T", "role": "lessee", "area_mu": 5},
        {"parcel_id": "P2", "enterprise_id": "X", "role": "owner", "area_mu": 5},
        {"parcel_id": "P2", "enterprise_id": "A", "role": "owner", "area_mu": 5},
        {"parcel_id": "P2", "enterprise_id": "H", "role": "user", "area_mu": 5},
        {"parcel_id": "P3", "enterprise_id": "U", "role": "user", "area_mu": 15},
        {"parcel_id": "P4", "enterprise_id": "T", "role": "lessee", "area_mu": 15},
        {"parcel_id": "P6", "enterprise_id": "U", "role": "owner", "area_mu": 15},
    )
    found = _facts(case.run().board, "holder")
    assert sorted(found.index) == ["P2", "P3"]
    assert found["b_value"].to_dict() == {"P2": "A、X", "P3": "U"}
    assert found["stake_mu"].tolist() == [15.0, 15.0]


@pytest.mark.parametrize(("last", "months", "listed"), [(1, 12, False), (200, 12, True),
                                                        (200, 11, False)])  # fmt: skip
def test_power_of_the_year_is_compared_with_twelve_months_and_not_with_fewer(
    tmp_path: Path, last: float, months: int, listed: bool
) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    case.table("enterprise_years", {"enterprise_id": "E1", "year": 2022, "power_kwh": 1200})
    case.table(
        "meters",
        *({"enterprise_id": "E1", "month": f"2022-{n:02d}-01", "power_kwh": 100}
          for n in range(1, months)),
        {"enterprise_id": "E1", "month": f"2022-{months:02d}-01", "power_kwh": 100 + last},
        {"enterprise_id": "E1", "month": "2021-12-01", "power_kwh": 9999},
    )  # fmt: skip
    found = _facts(case.run().board, "power")
    assert bool(len(found)) == listed
    assert not listed or found.loc["E1", "difference"] == 200.0


def _two_taxes(case: Case) -> Case:
    case.parcels({"parcel_id": "P1", "area_cert_mu": 10})
    case.table("links", {"parcel_id": "P1", "enterprise_id": "E1", "area_mu": 10})
    case.table("enterprise_years", {"enterprise_id": "E1", "year": 2022, "tax_wan": 40},
               more='department = "区经信局"\ndate = 2022-06-30')  # fmt: skip
    return case.table("enterprise_years", {"enterprise_id": "E1", "year": 2022, "tax_wan": 60},
                      more='department = "区税务局"\ndate = 2022-12-31')  # fmt: skip


def test_two_taxes_of_one_year_lie_side_by_side_and_nobody_is_believed(tmp_path: Path) -> None:
    result = _two_taxes(Case(tmp_path)).run()
    row = _facts(result.board, "conflict").loc["E1|2022"]
    assert (row["a_department"], row["a_value"], row["a_date"]) == (
        "区经信局",
        "40.0",
        "2022-06-30",
    )
    assert (row["b_department"], row["b_value"], row["b_date"]) == (
        "区税务局",
        "60.0",
        "2022-12-31",
    )
    assert row["stake_wan"] == 20.0
    assert pd.isna(row["stake_mu"])
    assert row["used"] == "无（按缺失处理）"
    assert result.board.totals.set_index("fact").loc["conflict", "stake_wan"] == 20.0
    assert pd.isna(result.enterprises.loc["E1", "tax_wan"])
    assert result.parcels["low_efficiency"].tolist() == ["unknown"]


@pytest.mark.parametrize(
    ("order", "tax", "low"),
    [
        (["区税务局", "区经信局"], 60.0, "no"),
        (["区经信局"], 40.0, "yes"),
        (["区发改局", "区税务局"], 60.0, "no"),
    ],
)
@pytest.mark.parametrize("name", ["tax_wan", '"enterprise_years.tax_wan"'])
@pytest.mark.parametrize("turned", [False, True])
def test_the_first_department_in_the_order_of_authority_has_the_last_word(
    tmp_path: Path, order: list[str], tax: float, low: str, name: str, turned: bool
) -> None:
    case = _own_policy(_two_taxes(Case(tmp_path)), "[authority]", f"{name} = {order}")
    if turned:
        case.blocks[-2:] = case.blocks[:-3:-1]
    result = case.run()
    assert result.enterprises.loc["E1", "tax_wan"] == tax
    assert result.verdicts.set_index("rule").loc["low_tax", "answer"] == low
    said = result.issues[result.issues["kind"].isin(["conflict", "conflict_settled"])]
    assert said["kind"].tolist() == ["conflict_settled"]
    assert said["severity"].tolist() == ["warning"]
    assert "40.0" in said["message"].iloc[0]
    assert "60.0" in said["message"].iloc[0]
    row = _facts(result.board, "conflict_settled").loc["E1|2022"]
    assert row["used"] == str(tax)
    assert "区" in row["why"]


@pytest.mark.parametrize("order", [["区发改局"], []])
def test_an_order_that_names_neither_settles_nothing(tmp_path: Path, order: list[str]) -> None:
    case = _own_policy(_two_taxes(Case(tmp_path)), "[authority]", f"tax_wan = {order}")
    result = case.run()
    assert pd.isna(result.enterprises.loc["E1", "tax_wan"])
    assert "conflict" in set(result.issues["kind"])


def test_an_authority_that_contradicts_itself_settles_nothing(tmp_path: Path) -> None:
    case = _two_taxes(Case(tmp_path))
    case.table("enterprise_years", {"enterprise_id": "E1", "year": 2022, "tax_wan": 70},
               more='department = "区税务局"')  # fmt: skip
    result = _own_policy(case, "[authority]", 'tax_wan = ["区税务局", "区经信局"]').run()
    assert pd.isna(result.enterprises.loc["E1", "tax_wan"])


@pytest.mark.parametrize(
    "line", ['tax_wann = ["区税务局"]', 'tax_wan = "区税务局"', '"stages.tax_wan" = ["甲"]']
)
def test_an_order_of_authority_that_nothing_reads_is_a_fault_of_the_policy(
    tmp_path: Path, line: str
) -> None:
    case = _own_policy(_two_taxes(Case(tmp_path)), "[authority]", line)
    with pytest.raises(lg.LandgovError, match="authority"):
        case.run()


@pytest.mark.parametrize(
    ("day", "state", "age"),
    [
        ("2021-11-26", "有效", 400),
        ("2021-11-25", "过期", 401),
        ("2023-01-01", "晚于截止日", -1),
        (None, "未注明", None),
    ],
)
def test_data_of_four_hundred_days_is_fresh_and_a_day_more_is_stale(
    tmp_path: Path, day: str | None, state: str, age: int | None
) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    more = f"date = {day}" if day else ""
    case.table("links", {"parcel_id": "P1", "enterprise_id": "E1"}, more=more)
    row = case.run().board.ages.set_index("table").loc["links"]
    assert row["state"] == state
    assert (None if pd.isna(row["age_days"]) else int(row["age_days"])) == age
    assert row["date"] == (day or "未注明")


def test_a_date_that_is_none_is_a_fault_of_the_workspace(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    case.table("links", {"parcel_id": "P1", "enterprise_id": "E1"}, more='date = "去年底"')
    with pytest.raises(lg.LandgovError, match="去年底"):
        case.run()


def test_a_department_that_sent_nothing_for_one_unit_stands_at_the_top(tmp_path: Path) -> None:
    rows = [{"parcel_id": f"P{n}", "area_cert_mu": 15} for n in range(1, 7)]
    case = _towns(Case(tmp_path).parcels(*rows))
    case.table("links", *({"parcel_id": f"P{n}", "enterprise_id": f"E{n}"} for n in range(1, 7)))
    taxes: list[dict[str, Any]] = [
        {"enterprise_id": f"E{n}", "year": 2022, "tax_wan": 9 if n > 2 else ""} for n in range(1, 7)
    ]
    taxes[5]["value_added_wan"] = 1
    case.table("enterprise_years", *taxes)
    units = case.run().board.units
    first = units.iloc[0]
    assert first[["unit", "department", "field"]].tolist() == [WEST, "区税务局", "tax_wan"]
    assert first[["missing", "count", "share", "elsewhere", "nothing"]].tolist() == [
        2, 2, 1.0, 0.0, True]  # fmt: skip
    added = units[units["field"] == "value_added_wan"].set_index("unit")
    assert added.loc[EAST_TOWN, ["missing", "count"]].tolist() == [3, 4]
    # One of four sent elsewhere is no rule from which the two stand apart.
    assert not added.loc[WEST, "nothing"]
    assert "area_cert_mu" not in set(units["field"])


def test_land_known_to_be_no_industry_is_owed_nothing_and_doubtful_land_is(tmp_path: Path) -> None:
    case = _towns(
        Case(tmp_path).parcels(
            {"parcel_id": "P1", "ownership": ""},
            {"parcel_id": "P2", "ownership": "", "land_use_code": "0701"},
            {"parcel_id": "P3", "ownership": "", "land_use_code": ""},
            {"parcel_id": "P4"},
        )
    )
    units = case.run().board.units
    owned = units[units["field"] == "ownership"].set_index("unit")
    assert owned.loc[WEST, ["missing", "count"]].tolist() == [1, 1]
    assert owned.loc[EAST_TOWN, ["missing", "count"]].tolist() == [1, 2]


def test_what_nobody_ever_sent_is_listed_by_its_supplier(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    case.table("enterprises", {"enterprise_id": "E1", "grade": "B"})
    case.table("enterprise_years", {"enterprise_id": "E1", "year": 2022, "is_above_scale": "是"})
    row = {"finding_id": "F1", "parcel_id": "P1", "kind": "fire"}
    case.table("findings", row, covers=("safety",))
    own = {"finding_id": "F2", "parcel_id": "P1", "kind": "environment"}
    case.table("findings", own, covers=("no_licence",), more=f'unit = "{WEST}"')
    never = case.run().board.never
    kinds = set(never.loc[never["what"] == "kind", "field"])
    assert {"fire", "safety"} & kinds == set()
    assert {"environment", "no_licence", "illegal_land"} <= kinds
    columns = set(map(tuple, never.loc[never["what"] == "column", ["table", "field"]].to_numpy()))
    assert ("enterprise_years", "tax_wan") in columns
    # Grade and size may stand in either table, and either end of a reference will do.
    assert not {("enterprise_years", "grade"), ("enterprises", "is_above_scale"),
                ("findings", "enterprise_id")} & columns  # fmt: skip
    tables = never[never["what"] == "table"].set_index("table")["department"]
    assert "自然资源和规划分局" in set(tables.loc[["contracts"]])


def _denied(folder: Path, *, listed: bool = False, closed: str = "", more: str = "") -> Case:
    case = _towns(Case(folder).parcels(*({"parcel_id": f"P{n}"} for n in range(1, 5))))
    case.table("links", {"parcel_id": "P2", "enterprise_id": "E2", "area_mu": 3},
               {"parcel_id": "P4", "enterprise_id": "E4", "area_mu": 3})  # fmt: skip
    case.table(
        "findings",
        {"finding_id": "F1", "parcel_id": "P1", "enterprise_id": "", "kind": "fire",
         "found_on": "2022-05-01", "closed_on": closed},
        {"finding_id": "F2", "parcel_id": "", "enterprise_id": "E2", "kind": "fire",
         "found_on": "2022-06-01", "closed_on": ""},
        {"finding_id": "F3", "parcel_id": "P1", "enterprise_id": "", "kind": "safety",
         "found_on": "2022-05-01", "closed_on": ""},
        {"finding_id": "F4", "parcel_id": "", "enterprise_id": "E4", "kind": "fire",
         "found_on": "2022-05-01", "closed_on": ""},
        more=more,
    )  # fmt: skip
    own = {"finding_id": "U1", "parcel_id": "P2" if listed else "P9", "enterprise_id": "",
           "kind": "fire", "found_on": "2022-01-01", "closed_on": ""}  # fmt: skip
    return case.table("findings", own, covers=("fire",), more=f'unit = "{WEST}"')


def test_a_unit_that_says_none_is_set_against_the_department_that_says_yes(tmp_path: Path) -> None:
    result = _denied(tmp_path, more='department = "区消防救援大队"').run()
    rows = result.board.denials.set_index("key")
    assert sorted(rows.index) == ["F1", "F2"]
    assert rows["unit"].unique().tolist() == [WEST]
    assert rows.loc["F1", "department"] == "区消防救援大队"
    assert rows.loc["F1", "evidence"] == "区消防救援大队于 2022-05-01 报有一起未销号"
    said = result.issues[result.issues["kind"] == "reported_none"].set_index("key")
    assert sorted(said.index) == ["F1", "F2"]
    assert said["severity"].unique().tolist() == ["warning"]
    assert said["department"].unique().tolist() == [WEST]
    assert "不是认定" in said.loc["F1", "message"]


def test_what_the_unit_lists_on_the_land_of_the_enterprise_is_not_denied(tmp_path: Path) -> None:
    rows = _denied(tmp_path, listed=True).run().board.denials
    assert rows["key"].tolist() == ["F1"]


def test_what_is_closed_by_the_day_is_not_denied(tmp_path: Path) -> None:
    rows = _denied(tmp_path, closed="2022-12-31").run().board.denials
    assert rows["key"].tolist() == ["F2"]
    rows = _denied(tmp_path, closed="2023-01-01").run().board.denials
    assert sorted(rows["key"]) == ["F1", "F2"]


@pytest.mark.parametrize(("own", "answer"), [(True, "unknown"), (False, "no")])
def test_a_units_own_word_never_makes_a_no(tmp_path: Path, own: bool, answer: str) -> None:
    case = _towns(Case(tmp_path).parcels({"parcel_id": "P1"}))
    more = f'unit = "{WEST}"' if own else ""
    case.table("enterprises", {"enterprise_id": "E1", "high_energy": ""},
               covers=("high_energy", "outdated_capacity", "high_emission"),
               more=more + '\nconstants = { outdated_capacity = "", high_emission = "" }')  # fmt: skip
    case.table("enterprise_years", {"enterprise_id": "E1", "year": 2022, "tax_wan": 1})
    case.table("links", {"parcel_id": "P1", "enterprise_id": "E1"}, covers=("links",), more=more)
    nothing = {"finding_id": "F", "parcel_id": "P9", "kind": "fire", "found_on": "2022-01-01",
               "closed_on": ""}  # fmt: skip
    case.table("findings", nothing, covers=FOUR, more=more)
    result = case.run()
    assert result.parcels["four_without"].tolist() == [answer]
    assert result.parcels["two_high"].tolist() == [answer]
    assert result.enterprises["high_energy"].isna().all() == own
    assert bool(result.checked.tables["findings"].covers) != own
    assert bool(result.checked.tables["links"].cover_files) != own


def test_what_a_unit_does_list_is_believed_as_any_report_is(tmp_path: Path) -> None:
    case = _towns(Case(tmp_path).parcels({"parcel_id": "P1"}))
    case.table("findings", {"finding_id": "U1", "parcel_id": "P1", "kind": "no_licence",
                            "found_on": "2022-01-01", "closed_on": ""},
               covers=FOUR, more=f'unit = "{WEST}"')  # fmt: skip
    assert case.run().parcels["four_without"].tolist() == ["yes"]


def test_an_enterprise_on_the_departments_list_and_not_on_the_units(tmp_path: Path) -> None:
    case = _towns(Case(tmp_path).parcels(*({"parcel_id": f"P{n}"} for n in range(1, 4))))
    case.table("links", *({"parcel_id": f"P{n}", "enterprise_id": f"E{n}"} for n in range(1, 4)))
    case.table("enterprises", *({"enterprise_id": f"E{n}", "high_energy": "是"}
                                for n in range(1, 4)), more='department = "区发改局"')  # fmt: skip
    case.table("enterprises", {"enterprise_id": "E1", "high_energy": "是"},
               covers=("high_energy",), more=f'unit = "{WEST}"')  # fmt: skip
    result = case.run()
    rows = result.board.denials
    assert rows[["unit", "key", "fact", "department"]].to_numpy().tolist() == [
        [WEST, "E2", "high_energy", "区发改局"]
    ]
    assert result.enterprises["high_energy"].tolist() == [True, True, True]
    assert (result.issues["kind"] == "reported_none").sum() == 1


def test_a_cell_that_the_unit_answers_no_and_a_department_yes(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    case.table("enterprises", {"enterprise_id": "E1", "high_energy": "是"},
               more='department = "区发改局"')  # fmt: skip
    case.table("enterprises", {"enterprise_id": "E1", "high_energy": "否"},
               more=f'unit = "{WEST}"')  # fmt: skip
    result = case.run()
    (row,) = result.board.denials.to_dict("records")
    assert (row["unit"], row["says"], row["evidence"]) == (WEST, "自报：否", "区发改局报：是")
    assert {"conflict", "reported_none"} <= set(result.issues["kind"])


def test_a_report_of_a_unit_that_there_is_not_is_told(tmp_path: Path) -> None:
    case = _denied(tmp_path)
    case.blocks[-1] = case.blocks[-1].replace(WEST, "道墟镇")
    said = case.run().issues
    row = said[said["kind"] == "unknown_unit"].iloc[0]
    assert WEST in row["message"]
    assert row["severity"] == "warning"


def _image(folder: Path, pixels: np.ndarray, *, nodata: float | None = 255) -> Path:
    """An image of 10 m cells whose upper left corner lies 100 m above the first parcel's."""
    path = folder / "built.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=pixels.shape[0], width=pixels.shape[1], count=1,
        dtype=pixels.dtype, crs=4549, transform=from_origin(EAST, NORTH + 100, 10, 10),
        nodata=nodata,
    ) as raster:  # fmt: skip
        raster.write(pixels, 1)
    return path


def _with_image(case: Case, pixels: np.ndarray) -> Case:
    _image(case.folder, pixels)
    case.blocks.append('[rasters.built_up]\npath = "built.tif"\ndate = 2022-10-01\n')
    return case


@pytest.mark.parametrize(("cells", "listed"), [(50, True), (49, False)])
def test_reserve_of_which_half_looks_built_is_evidence_and_a_cell_less_is_none(
    tmp_path: Path, cells: int, listed: bool
) -> None:
    pixels = np.zeros((10, 40), "uint8")
    first = np.zeros(100, "uint8")
    first[:cells] = 1
    pixels[:, :10] = first.reshape(10, 10)
    pixels[:, 15:25] = 1  # the second parcel is supplied: buildings there prove nothing
    case = _towns(
        Case(tmp_path).parcels(
            {"parcel_id": "P1", "supply_status": "储备"},
            {"parcel_id": "P2", "supply_status": "已供"},
        )
    )
    result = _with_image(case, pixels).run()
    rows = result.board.denials
    assert rows["key"].tolist() == (["P1"] if listed else [])
    if listed:
        row = rows.iloc[0]
        assert (row["unit"], row["says"]) == (WEST, "供应状态：储备")
        assert row["evidence"] == "影像（2022-10-01）显示至少 50% 已建成"
        said = result.issues[result.issues["kind"] == "reported_none"].iloc[0]
        assert (said["key"], said["field"]) == ("P1", "supply_status")
        assert said["department"] == WEST
    assert result.parcels["stock"].tolist() == ["no", "yes"]


def test_farmland_that_looks_built_counts_only_where_the_unit_reports_none(tmp_path: Path) -> None:
    rows = [{"parcel_id": f"P{n}", "planned_use": "农用地"} for n in range(1, 5)]
    case = _towns(Case(tmp_path).parcels(*rows))
    own = {"finding_id": "U1", "parcel_id": "P2", "kind": "违法用地", "found_on": "2022-01-01",
           "closed_on": ""}  # fmt: skip
    case.table("findings", own, covers=("illegal_land",), more=f'unit = "{WEST}"')
    board = _with_image(case, np.ones((10, 70), "uint8")).run().board
    assert board.denials["key"].tolist() == ["P1"]


def test_cells_without_a_value_and_land_beyond_the_image_show_nothing_built(
    tmp_path: Path,
) -> None:
    pixels = np.full((10, 10), 255, "uint8")
    pixels[:6] = 1
    spec = read_raster("built_up", _image(tmp_path, pixels), pd.Timestamp("2022-10-01").date())
    boxes = gpd.GeoSeries(
        [
            shapely.box(EAST, NORTH, EAST + 100, NORTH + 100),
            shapely.box(EAST + 50, NORTH + 50, EAST + 150, NORTH + 100),
            shapely.box(EAST + 1000, NORTH, EAST + 1100, NORTH + 100),
            None,
        ],
        index=list("ABCD"),
        crs=4549,
    )
    found = built_up(boxes, spec)
    assert found["built_share"].tolist()[:3] == pytest.approx([0.6, 0.5, 0.0])
    assert found["seen_share"].tolist()[:3] == pytest.approx([0.6, 0.5, 0.0])
    assert found.loc["D"].isna().all()
    degrees = built_up(boxes.to_crs(4490), spec)
    assert degrees["built_share"].tolist()[:3] == pytest.approx([0.6, 0.5, 0.0], abs=1e-6)


def test_an_image_of_other_values_than_none_to_one_says_nothing(tmp_path: Path) -> None:
    pixels = np.full((10, 10), 80, "uint8")
    spec = read_raster("built_up", _image(tmp_path, pixels), pd.Timestamp("2022-10-01").date())
    box = gpd.GeoSeries([shapely.box(EAST, NORTH, EAST + 99, NORTH + 99)], crs=4549)  # fmt: skip
    assert built_up(box, spec).isna().all(axis=None)


def test_what_is_at_stake_stands_first_in_mu_then_in_money(tmp_path: Path) -> None:
    case = _two_taxes(Case(tmp_path))
    case.table("enterprise_years", {"enterprise_id": "E1", "year": 2022, "land_reported_mu": 4})
    facts = case.run().board.facts
    assert facts["fact"].tolist()[-1] == "conflict"
    assert facts["stake_mu"].dropna().is_monotonic_decreasing
    assert facts["fact"].iloc[0] in {"certificate_measured", "land_tax"}


def test_the_board_is_the_same_whatever_the_order_of_files_and_rows(tmp_path: Path) -> None:
    case = _denied(tmp_path)
    case.table("enterprise_years", {"enterprise_id": "E2", "year": 2022, "tax_wan": 1},
               {"enterprise_id": "E4", "year": 2022, "tax_wan": ""})  # fmt: skip
    first = case.run().board
    path = tmp_path / "enterprise_years_4.csv"
    rows = pd.read_csv(path)
    rows.iloc[::-1].to_csv(path, index=False)
    case.blocks.reverse()
    second = case.run().board
    for name in ("facts", "totals", "units", "never", "denials"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))


def test_the_workbook_and_the_long_table_hold_every_row_of_every_sheet(tmp_path: Path) -> None:
    case = _two_taxes(Case(tmp_path))
    result = case.run()
    counts = write_board(tmp_path, result.board, as_of=result.workspace.as_of, name="甲区")
    book = pd.read_excel(tmp_path / "board.xlsx", sheet_name=None, header=None, engine="calamine")
    assert list(book) == list(counts)
    assert "对账" in book
    assert {"漏报", "瞒报线索", "时效", "未匹配"} <= set(book)
    cells = set(book["对账"].astype(str).to_numpy().ravel())
    assert {"区税务局", "60.0", "同一单元格各文件不一致"} <= cells
    assert "内部资料" in str(book["对账"].iloc[0, 0])
    table = pd.read_parquet(tmp_path / "board.parquet")
    sizes = table.groupby("sheet").size().to_dict()
    board = result.board
    for name in ("facts", "ages", "never", "units", "denials", "unmatched"):
        assert sizes.get(name, 0) == len(getattr(board, name))
    pd.testing.assert_frame_equal(table, long_table(board))
    with zipfile.ZipFile(tmp_path / "board.xlsx") as book_file:
        assert book_file.testzip() is None


def test_a_workspace_of_parcels_alone_has_a_board(tmp_path: Path) -> None:
    result = Case(tmp_path).parcels({"parcel_id": "P1"}).run()
    board = result.board
    assert len(board.denials) == 0
    assert board.facts.empty
    assert {"links", "enterprises", "findings"} <= set(board.never["table"])
    assert board.summary()["reported_none"] == 0
    write_board(tmp_path, board, as_of=result.workspace.as_of, name="甲区")
