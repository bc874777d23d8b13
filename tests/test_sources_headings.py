"""Headings that are merged or stand in several rows, and columns spread over several files."""

from __future__ import annotations

import geopandas as gpd
import pytest

from landgov.pipeline import prepare
from landgov.sources import load
from sources_builder import book, parcels, put, workspace
from test_sources_faults import faults, only

FIRMS = '[sources.enterprises]\npath = "inputs/x.xlsx"\n'
MERGED = [
    ["企业情况表", None, None],
    ["企业基本信息", None, "规模"],
    ["代码（18位）", "企业全名", "规上/规下"],
    ["91330604MA1", "甲厂", "规上"],
]


def test_merged_headings_are_named_as_such_and_the_advice_is_one_row_of_headings(tmp_path):
    book(tmp_path, "x.xlsx", s=MERGED)
    fault = only(workspace(tmp_path, FIRMS))
    assert (fault.kind, fault.field) == ("key_column_absent", "enterprise_id")
    assert fault.zh.startswith("第1至2行是合并的标题或多行表头")
    assert "第3行：代码（18位）、企业全名、规上/规下" in fault.zh
    assert "取消合并、只留一行表头" in fault.do
    assert "第2列" not in str(fault)


def test_the_line_that_names_a_heading_below_the_merged_ones_is_heeded(tmp_path):
    book(tmp_path, "x.xlsx", s=MERGED)
    line = 'columns = { enterprise_id = "代码（18位）" }\n'
    table = load(workspace(tmp_path, FIRMS + line))[1][1]
    assert table.frame["enterprise_id"].tolist() == ["91330604MA1"]
    assert table.rows.tolist() == [4]


def test_headings_in_two_rows_are_joined_and_a_line_can_name_the_one_that_is_not_known(tmp_path):
    rows = [
        ["统一社会信用代码", "2022年指标", None, None],
        [None, "所属期", "税收", "营收"],
        ["91330604MA1", "2022", 5, 6],
    ]
    book(tmp_path, "x.xlsx", s=rows)
    block = FIRMS.replace("enterprises", "enterprise_years")
    fault = only(workspace(tmp_path, block))
    assert (fault.kind, fault.field) == ("key_column_absent", "year")
    assert "2022年指标 › 所属期" in fault.zh
    table = load(workspace(tmp_path, block + 'columns = { year = "所属期" }\n'))[1][1]
    assert table.frame.iloc[0].to_dict() == {
        "enterprise_id": "91330604MA1",
        "year": "2022",
        "tax_wan": "5",
        "revenue_wan": "6",
    }
    assert table.rows.tolist() == [3]


def test_one_row_of_headings_without_the_key_is_not_called_merged(tmp_path):
    # One blank heading of five is an unnamed column, no merged cell.
    rows = [["企业", "规模", "电话", "备注", None], ["甲厂", "规上", "1", "x", "y"]]
    book(tmp_path, "x.xlsx", s=rows)
    fault = only(workspace(tmp_path, FIRMS))
    assert "合并" not in str(fault)
    assert "columns" in fault.do


def towns(folder, **columns: str) -> gpd.GeoDataFrame:
    shapes = parcels(1)[["geometry"]].assign(镇街代码="330604100", **columns)
    (folder / "inputs").mkdir(parents=True, exist_ok=True)
    shapes.to_file(folder / "inputs" / "towns.gpkg")
    return shapes


TOWNS = (
    '[[sources.towns]]\npath = "inputs/towns.gpkg"\n[[sources.towns]]\npath = "inputs/names.csv"\n'
)


@pytest.mark.parametrize("swapped", [False, True])
def test_what_a_table_must_have_beside_its_key_may_stand_in_any_of_its_files(tmp_path, swapped):
    towns(tmp_path)
    put(tmp_path, "names.csv", "镇街代码,镇街名称\n330604100,甲镇\n")
    blocks = TOWNS.replace("[[", "\n[[").strip().split("\n\n") if swapped else [TOWNS]
    folder = workspace(tmp_path, "\n".join(reversed(blocks)) + "\n")
    joined = prepare(str(folder)).checked.tables["towns"].frame
    assert joined["town"].tolist() == ["甲镇"]
    assert joined.geometry.notna().all()


def test_what_no_file_of_a_table_has_is_one_fault_with_the_near_heading(tmp_path):
    towns(tmp_path, 名称全称="甲镇")
    put(tmp_path, "names.csv", "镇街代码,备注\n330604100,x\n")
    fault = only(workspace(tmp_path, TOWNS))
    assert (fault.kind, fault.where, fault.field) == (
        "key_column_absent",
        "sources.towns[1]",
        "town",
    )
    assert "2 个文件都没有必备列 town" in fault.zh
    assert fault.do.endswith('columns = { town = "名称全称" }')


def test_each_file_of_a_table_needs_the_key(tmp_path):
    towns(tmp_path, 镇街名称="甲镇")
    put(tmp_path, "names.csv", "镇街名称\n甲镇\n")
    fault = only(workspace(tmp_path, TOWNS))
    assert (fault.where, fault.field) == ("sources.towns[2]", "town_code")


def test_each_file_of_a_table_that_adds_rows_needs_all_that_a_row_must_have(tmp_path):
    put(tmp_path, "a.csv", "问题编号,问题类型,宗地代码\n1,消防,a\n")
    put(tmp_path, "b.csv", "问题编号,宗地代码\n2,a\n")
    blocks = "".join(f'[[sources.findings]]\npath = "inputs/{one}.csv"\n' for one in "ab")
    found = [(one.where, one.field) for one in faults(workspace(tmp_path, blocks))]
    assert found == [("sources.findings[2]", "kind")]
