"""What departments' files hold besides data: unknown headings, footers, codes in small letters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from landgov.errors import WorkspaceError
from landgov.pipeline import prepare
from landgov.quality.cells import read_cells
from landgov.schema import table
from landgov.sources import load
from landgov.sources.evidence import Evidence, share_on_parcels
from reported_sample import SECOND, text
from sources_builder import PROJECT, book, parcels, put, toml, workspace

FIRM, OTHER = "91330604MA2D8QXH62", "9133060414612345X3"
ENTERPRISES = '[sources.enterprises]\npath = "inputs/e.xlsx"\n'


def of_kind(folder: Path, kind: str) -> pd.DataFrame:
    issues = prepare(folder).issues
    return issues[issues["kind"] == kind]


def test_a_heading_that_is_nearly_known_is_a_warning_with_the_line_to_write(tmp_path: Path) -> None:
    book(tmp_path, "c.xlsx", a=[["宗地代码", "约定开工"], ["330604001001GB00001", "2021-01-01"]])
    found = of_kind(
        workspace(tmp_path, '[sources.contracts]\npath = "inputs/c.xlsx"\n'), "near_heading"
    )
    assert found["value"].tolist() == ["约定开工"]
    assert found["field"].tolist() == ["agreed_start"]
    assert found["severity"].tolist() == ["warning"]
    assert 'columns = { agreed_start = "约定开工" }' in found["message"].iloc[0]


def test_a_column_that_is_mapped_or_constant_brings_no_warning(tmp_path: Path) -> None:
    book(tmp_path, "c.xlsx", a=[["宗地代码", "约定开工"], ["330604001001GB00001", "2021-01-01"]])
    entry = '[sources.contracts]\npath = "inputs/c.xlsx"\ncolumns = { agreed_start = "约定开工" }\n'
    issues = prepare(workspace(tmp_path, entry)).issues
    assert not issues["kind"].isin(["near_heading", "unread_columns"]).any()


def test_columns_that_the_table_has_not_are_listed_once_and_a_running_number_never(
    tmp_path: Path,
) -> None:
    rows: list[list[object]] = [
        ["序号", "统一社会信用代码", "传真", "开户行"],
        [1, FIRM, "0575", "某行"],
    ]
    book(tmp_path, "e.xlsx", a=rows)
    found = of_kind(workspace(tmp_path, ENTERPRISES), "unread_columns")
    assert found["value"].tolist() == ["传真、开户行"]
    assert found["severity"].tolist() == ["note"]


@pytest.mark.parametrize(
    "row",
    [
        ["填表人：张某", "审核人：李某", "2022年12月"],
        ["注：A、B、C、D 四档", None, None],
        ["备注1、以上数据来自系统", None, None],
        ["单位负责人（签字）：", None, "联系电话：1"],
        ["填报日期:2022-12-31", None, None],
        ["审核人：李某", None, "A"],
    ],
)
def test_a_line_below_the_table_is_no_enterprise(tmp_path: Path, row: Sequence[object]) -> None:
    rows = [["统一社会信用代码", "企业名称", "评价等级"], [FIRM, "甲", "A"], list(row)]
    book(tmp_path, "e.xlsx", a=rows)
    issues = prepare(workspace(tmp_path, ENTERPRISES)).issues
    assert issues.loc[issues["kind"] == "footer_row", "row"].tolist() == [3]
    assert not (issues["severity"] == "error").any()


def test_a_remark_under_an_unread_column_is_no_row_without_key(tmp_path: Path) -> None:
    rows: list[list[object]] = [["序号", "统一社会信用代码"], [1, FIRM], ["备注：截至年底", None]]
    book(tmp_path, "e.xlsx", a=rows)
    issues = prepare(workspace(tmp_path, ENTERPRISES)).issues
    assert "footer_row" in set(issues["kind"])
    assert "empty_key" not in set(issues["kind"])


@pytest.mark.parametrize(
    "row", [[None, "注：某厂", "A"], ["备注", "乙", "B"], ["说明书印刷厂", "丙", "C"]]
)
def test_a_row_that_tells_of_somebody_stays(tmp_path: Path, row: Sequence[object]) -> None:
    rows = [["统一社会信用代码", "企业名称", "评价等级"], [FIRM, "甲", "A"], list(row)]
    book(tmp_path, "e.xlsx", a=rows)
    prepared = prepare(workspace(tmp_path, ENTERPRISES))
    assert len(prepared.checked.frame("enterprises")) == 2
    assert "footer_row" not in set(prepared.issues["kind"])


def test_codes_of_the_standard_join_in_small_letters_and_it_is_on_record(tmp_path: Path) -> None:
    book(tmp_path, "e.xlsx", a=[["统一社会信用代码"], [FIRM], [OTHER.lower()]])
    rows: list[list[object]] = [
        ["宗地代码", "统一社会信用代码", "用地面积（亩）"],
        ["330604001001gb00001", FIRM.lower(), 5],
        ["330604001001GB00002", OTHER, 5],
    ]
    book(tmp_path, "l.xlsx", a=rows)
    entry = f'{ENTERPRISES}[sources.links]\npath = "inputs/l.xlsx"\n'
    issues = prepare(workspace(tmp_path, entry)).issues
    assert "unknown_reference" not in set(issues["kind"])
    mended = issues[issues["kind"] == "mended_code"]
    assert sorted(mended["after"]) == ["330604001001GB00001", OTHER, FIRM]


def test_ids_that_are_no_codes_of_the_standard_keep_their_small_letters(tmp_path: Path) -> None:
    book(tmp_path, "e.xlsx", a=[["统一社会信用代码", "企业名称"], ["ab1", "甲"], ["AB1", "乙"]])
    tables = load(workspace(tmp_path, ENTERPRISES))[1]
    assert tables[1].frame["enterprise_id"].tolist() == ["ab1", "AB1"]


def test_a_year_may_be_written_as_a_year() -> None:
    year = table("enterprise_years").columns["year"]
    cells = read_cells(pd.Series(["2022年", "2021 年度", "２０２０年", "22年"], dtype="str"), year)
    assert cells.values.tolist()[:3] == [2022, 2021, 2020]
    assert cells.kind.tolist() == ["", "", "", "bad_integer"]


def test_a_count_of_petitions_is_no_year() -> None:
    petitions = table("parcels").columns["petitions"]
    assert read_cells(pd.Series(["2022年"], dtype="str"), petitions).kind[0] == "bad_integer"


def _shapefile(folder: Path, names: list[str], encoding: str) -> Path:
    """Parcels with holders' names as a Shapefile that says nothing of its encoding."""
    made = parcels(len(names))[["宗地代码", "geometry"]].assign(HOLDER=names)
    path = folder / "inputs" / "p.shp"
    path.parent.mkdir(parents=True, exist_ok=True)
    made.rename(columns={"宗地代码": "ZDDM"}).to_file(path, encoding=encoding)
    path.with_suffix(".cpg").unlink()
    dbf = path.with_suffix(".dbf")
    content = bytearray(dbf.read_bytes())
    content[29] = 0
    dbf.write_bytes(content)
    return path


def test_both_languages_name_the_record_of_a_mixed_attribute_table(tmp_path: Path) -> None:
    path = _shapefile(tmp_path, ["虚构甲厂", "虚构乙厂", "虚构丙厂"], "gbk")
    dbf = path.with_suffix(".dbf")
    content, odd = dbf.read_bytes(), "虚构乙厂".encode()
    at = content.index("虚构乙厂".encode("gbk"))
    dbf.write_bytes(content[:at] + odd + content[at + len(odd) :])
    with pytest.raises(WorkspaceError) as caught:
        load(toml(tmp_path, f'{PROJECT}[sources.parcels]\npath = "inputs/p.shp"\n'))
    (fault,) = caught.value.faults
    assert "第 2 条记录、“HOLDER”" in fault.zh
    assert "record 2, field HOLDER" in fault.en


@pytest.mark.filterwarnings("ignore:Value")
def test_a_text_cut_within_a_sign_is_named(tmp_path: Path) -> None:
    path = _shapefile(tmp_path, ["虚构甲厂", "虚" * 90], "utf-8")
    dbf = path.with_suffix(".dbf")
    whole = ("虚" * 84).encode()
    content = dbf.read_bytes()
    assert content.count(whole) == 1
    dbf.write_bytes(content.replace(whole, whole[:-3] + b"a" + whole[:2]))
    found = of_kind(
        toml(tmp_path, f'{PROJECT}[sources.parcels]\npath = "inputs/p.shp"\n'), "cut_text"
    )
    assert found["value"].tolist() == ["第 2 条记录、“HOLDER”"]
    assert "record 2, field HOLDER" in found["message_en"].iloc[0]


def test_a_field_name_that_is_cut_and_understood_is_no_warning(tmp_path: Path) -> None:
    made = parcels()[["宗地代码", "发证面积", "geometry"]].rename(columns={"宗地代码": "ZDDM"})
    path = tmp_path / "inputs" / "p.shp"
    path.parent.mkdir()
    made.to_file(path, encoding="utf-8")
    issues = prepare(toml(tmp_path, f'{PROJECT}[sources.parcels]\npath = "inputs/p.shp"\n')).issues
    assert "heading_cut" in set(issues["kind"])
    assert "cut_text" not in set(issues["kind"])


def test_rings_of_reported_coordinates_run_clockwise(tmp_path: Path) -> None:
    put(tmp_path, "t.txt", text(SECOND))
    issues = prepare(toml(tmp_path, f'{PROJECT}[sources.parcels]\npath = "inputs/t.txt"\n')).issues
    assert not issues["kind"].isin(["ring_order", "unread_columns"]).any()


def test_vertices_on_the_line_of_a_parcel_are_on_it_whatever_the_rounding() -> None:
    known = gpd.GeoSeries([shapely.box(583_700, 3_324_000, 583_800.3, 3_324_100.7)], crs=4549)
    back = known.to_crs(4490).to_crs(4549)
    points = shapely.points(shapely.get_coordinates(np.asarray(back.array)))
    assert share_on_parcels(points, Evidence(parcels=np.asarray(known.array))) == 1
