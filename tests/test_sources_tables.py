"""Workbooks and text tables: codes keep their zeros, rows their numbers, encodings are strict."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from landgov.errors import LandgovError
from landgov.sources import load, read_table
from sources_builder import book, put, workspace

YEARS = '[sources.enterprise_years]\npath = "inputs/{}"\n'


def table_of(folder: Path, block: str):
    return load(workspace(folder, block))[1][1]


def years(folder: Path, name: str):
    return table_of(folder, YEARS.format(name))


def kinds(issues: pd.DataFrame) -> list[str]:
    return issues["kind"].tolist()


def cells(path: Path) -> list[list[object]]:
    return [[None if pd.isna(one) else one for one in row] for row in read_table(path)[0].values]


@pytest.mark.parametrize(
    ("encoding", "noted"),
    [
        pytest.param("utf-8", True, id="UTF-8 without a mark is decided by decoding"),
        pytest.param("utf-8-sig", False, id="UTF-8 with its mark needs no decision"),
        pytest.param("gbk", True, id="GBK is decided by decoding"),
        pytest.param("utf-16", False, id="UTF-16 with its mark needs no decision"),
    ],
)
def test_a_text_table_is_read_in_its_encoding(tmp_path, encoding, noted):
    path = put(tmp_path, "a.csv", "编号,名称\n007,甲厂\n".encode(encoding))
    table, issues = read_table(path)
    assert table.columns.tolist() == ["编号", "名称"]
    assert table.iloc[0].tolist() == ["007", "甲厂"]
    assert kinds(issues) == (["encoding"] if noted else [])


def test_signs_that_only_gb18030_has_are_read(tmp_path):
    path = put(tmp_path, "a.csv", "名称,号\n㐀𠮷厂,1\n".encode("gb18030"))
    assert cells(path) == [["㐀𠮷厂", "1"]]


def test_a_stated_encoding_needs_no_note(tmp_path):
    path = put(tmp_path, "a.csv", "编号,名称\n007,甲厂\n".encode("gbk"))
    assert kinds(read_table(path, encoding="GBK")[1]) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("a.csv", "甲,乙\n001,x y\n", id="commas"),
        pytest.param("a.tsv", "甲\t乙\n001\tx y\n", id="tabs in a tsv"),
        pytest.param("a.csv", "甲\t乙\n001\tx y\n", id="tabs in a csv"),
        pytest.param("a.csv", "甲;乙\n001;x y\n", id="semicolons in a csv"),
        pytest.param("a.csv", "甲,乙\r\n001,x y\r\n", id="Windows line ends"),
        pytest.param("a.csv", "甲,乙\n001,x y", id="no line end at the end"),
        pytest.param("a.csv", '"甲","乙"\n"001","x y"\n', id="quotes everywhere"),
    ],
)
def test_every_way_to_part_columns_gives_the_same_table(tmp_path, name, text):
    table = read_table(put(tmp_path, name, text))[0]
    assert table.to_dict("list") == {"甲": ["001"], "乙": ["x y"]}


def test_a_quoted_cell_may_hold_commas_quotes_and_line_breaks(tmp_path):
    text = '编号,名称\n1,"甲,""乙""\n厂"\n2,丙\n'
    assert cells(put(tmp_path, "a.csv", text)) == [["1", '甲,"乙"\n厂'], ["2", "丙"]]


def test_rows_are_numbered_as_the_spreadsheet_shows_them(tmp_path):
    put(tmp_path, "a.csv", "信用代码,年度\n甲,2022\n\n,\n乙,2021\n")
    found = years(tmp_path, "a.csv")
    assert found.rows.tolist() == [2, 5]
    book(tmp_path, "a.xlsx", s=[["信用代码", "年度"], ["甲", 2022], [], [None, " "], ["乙", 2021]])
    found = years(tmp_path, "a.xlsx")
    assert found.rows.tolist() == [2, 5]
    assert found.frame["year"].tolist() == ["2022", "2021"]


def test_a_ragged_row_is_kept_and_reported(tmp_path):
    path = put(tmp_path, "a.csv", "编号,名称,备注\n1,甲\n2,乙,丙,丁,戊\n3,己,庚\n4,辛,,\n")
    table, issues = read_table(path)
    assert cells(path)[:3] == [["1", "甲", None], ["2", "乙", "丙"], ["3", "己", "庚"]]
    ragged = issues[issues["kind"] == "ragged_row"]
    assert ragged["row"].tolist() == [2, 3]
    assert ragged["severity"].tolist() == ["error", "error"]
    assert ragged["value"].tolist()[1] == "丁、戊"
    assert len(table) == 4


def test_the_quick_and_the_careful_way_read_the_same(tmp_path):
    lines = [f'{n:05},"a,{n}", x{n} ,' for n in range(500)]
    quick = put(tmp_path, "a.csv", "\n".join(["编号,甲,乙,丙", *lines]))
    careful = put(tmp_path, "b.csv", "\n".join(["编号,甲,乙,丙", *lines, "最后"]))
    pd.testing.assert_frame_equal(read_table(quick)[0], read_table(careful)[0].iloc[:500])
    assert kinds(read_table(quick)[1]) == ["encoding"]
    assert kinds(read_table(careful)[1]) == ["encoding", "ragged_row"]


def test_a_quote_that_is_never_closed_does_not_swallow_the_rest(tmp_path):
    path = put(tmp_path, "a.csv", '编号,名称\n1,"甲\n2,乙\n3,丙\n')
    with pytest.raises(LandgovError, match="引号"):
        read_table(path)


def test_a_title_above_the_headings_is_passed_over_with_a_note(tmp_path):
    put(
        tmp_path, "a.csv", "2022年度税收情况,,\n,,\n单位：万元,,\n信用代码,年度,税收\n甲,2022,1.5\n"
    )
    found = years(tmp_path, "a.csv")
    assert found.frame["tax_wan"].tolist() == ["1.5"]
    assert found.rows.tolist() == [5]
    note = next(one for one in found.notes if one["kind"] == "heading_row")
    assert (note["row"], note["file"], note["table"]) == (4, "inputs/a.csv", "enterprise_years")
    rows = [["2022年度税收情况"], [], ["信用代码", "年度", "税收"], ["甲", 2022, 1.5]]
    book(tmp_path, "a.xlsx", s=rows)
    found = years(tmp_path, "a.xlsx")
    assert found.rows.tolist() == [4]
    assert [one["row"] for one in found.notes] == [3]


def test_headings_below_the_tenth_row_are_not_found(tmp_path):
    put(tmp_path, "a.csv", "说明,\n" * 10 + "信用代码,年度\n甲,2022\n")
    with pytest.raises(LandgovError, match="enterprise_id"):
        years(tmp_path, "a.csv")


def test_a_workbook_keeps_zeros_and_writes_numbers_plain(tmp_path):
    rows = [
        ["编号", "值"],
        ["0012", 12.0],
        ["x", 0.1],
        ["x", 1e-7],
        ["x", 123456789012345],
        ["x", True],
        ["x", datetime.date(2022, 3, 1)],
        ["x", datetime.datetime(2022, 3, 1, 8, 30)],
        ["x", "  "],
        ["x", " 甲 "],
    ]
    got = cells(book(tmp_path, "a.xlsx", s=rows))
    assert got[0] == ["0012", "12"]
    assert [row[1] for row in got[1:]] == [
        "0.1",
        "0.0000001",
        "123456789012345",
        "true",
        "2022-03-01",
        "2022-03-01 08:30:00",
        None,
        " 甲 ",
    ]


def test_a_code_stored_as_a_long_number_is_an_error_of_its_row_and_counts_as_missing(tmp_path):
    rows = [
        ["信用代码", "年度", "税收"],
        [913306001234567890, 2022, 1234567890123456],
        [330604001001, 2022, 1],
        ["913306001234567890", 2022, 2],
    ]
    book(tmp_path, "a.xlsx", s=rows)
    found = years(tmp_path, "a.xlsx")
    assert found.frame["enterprise_id"].tolist() == [np.nan, "330604001001", "913306001234567890"]
    bad = [one for one in found.notes if one["kind"] == "bad_number_code"]
    assert [(one["row"], one["field"], one["severity"]) for one in bad] == [
        (2, "enterprise_id", "error")
    ]


def test_a_cell_that_shows_an_error_is_reported_and_not_taken_as_empty(tmp_path):
    path = book(tmp_path, "a.xlsx", s=[["编号", "值"], ["1", 5]])
    made = openpyxl.load_workbook(path)
    made["s"]["B2"] = "#DIV/0!"
    made.save(path)
    table, issues = read_table(path)
    bad = issues[issues["kind"] == "error_cell"]
    assert bad["row"].tolist() == [2]
    assert bad["field"].tolist() == ["值"]
    assert table["值"].tolist() == ["#DIV/0!"]


def test_a_formula_that_was_never_worked_out_is_reported(tmp_path):
    rows = [["编号", "值"], ["1", "=1+1"]]
    issues = read_table(book(tmp_path, "a.xlsx", s=rows))[1]
    assert [(one.kind, one.row) for one in issues.itertuples()] == [("error_cell", 2)]


def test_the_only_sheet_that_fits_is_taken_with_a_note(tmp_path):
    rows = [["信用代码", "年度"], ["甲", 2022]]
    book(tmp_path, "a.xlsx", 说明=[["填表说明"]], 数据=rows)
    found = years(tmp_path, "a.xlsx")
    assert (found.sheet, [one["kind"] for one in found.notes]) == ("数据", ["sheet"])
    assert found.notes[0]["sheet"] == "数据"


def test_a_hidden_sheet_is_not_taken_unless_named(tmp_path):
    rows = [["信用代码", "年度"], ["甲", 2022]]
    path = book(tmp_path, "a.xlsx", 数据=rows, 旧数据=rows)
    made = openpyxl.load_workbook(path)
    made["旧数据"].sheet_state = "hidden"
    made.save(path)
    assert years(tmp_path, "a.xlsx").sheet == "数据"
    block = YEARS.format("a.xlsx") + 'sheet = "旧数据"\n'
    assert table_of(tmp_path, block).sheet == "旧数据"


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        pytest.param("税收", None, id="no unit is the canonical one"),
        pytest.param("税收（万元）", None, id="the canonical unit is no conversion"),
        pytest.param("税收（元）", "元", id="a unit in full-width brackets"),
        pytest.param("税收(元)", "元", id="a unit in brackets"),
        pytest.param("实际入库税收_亿元", "亿元", id="a unit behind an underscore"),
        pytest.param("tax_wan", None, id="the canonical name"),
        pytest.param(" 税 收 ", None, id="spaces within"),
        pytest.param("ＴＡＸ_ＷＡＮ", None, id="full-width letters"),
    ],
)
def test_a_heading_is_recognised_with_its_unit(tmp_path, heading, unit):
    book(tmp_path, "a.xlsx", s=[["信用代码", "年度", heading], ["甲", 2022, 5]])
    found = years(tmp_path, "a.xlsx")
    assert found.frame["tax_wan"].tolist() == ["5"]
    assert dict(found.units) == ({"tax_wan": unit} if unit else {})


def test_a_stated_unit_wins_over_the_heading(tmp_path):
    book(tmp_path, "a.xlsx", s=[["信用代码", "年度", "税收（元）"], ["甲", 2022, 5]])
    block = YEARS.format("a.xlsx")
    assert dict(table_of(tmp_path, block + 'units = { tax_wan = "千元" }\n').units) == {
        "tax_wan": "千元"
    }
    assert dict(table_of(tmp_path, block + 'units = { tax_wan = "万元" }\n').units) == {}


def test_constants_fill_a_column_and_may_supply_a_key(tmp_path):
    book(tmp_path, "a.xlsx", s=[["信用代码", "税收"], ["甲", 5], ["乙", 6]])
    found = table_of(tmp_path, YEARS.format("a.xlsx") + "constants = { year = 2022 }\n")
    assert found.frame["year"].tolist() == ["2022", "2022"]
    assert found.frame["year"].dtype == "str"


def test_headings_that_no_column_takes_are_listed(tmp_path):
    book(tmp_path, "a.xlsx", s=[["信用代码", "年度", "备注", None], ["甲", 2022, "x", "y"]])
    assert years(tmp_path, "a.xlsx").unused == ("备注", "第4列")


def test_a_repeated_heading_is_kept_under_its_own_name(tmp_path):
    table = read_table(put(tmp_path, "a.csv", "甲,甲,甲#2\n1,2,3\n"))[0]
    assert table.iloc[0].tolist() == ["1", "2", "3"]
    assert table.columns.is_unique


def test_a_parquet_table_keeps_exact_codes(tmp_path):
    path = tmp_path / "a.parquet"
    frame = pd.DataFrame({"编号": pd.array([913306001234567891, None], dtype="Int64")})
    frame.to_parquet(path)
    assert cells(path)[0] == ["913306001234567891"]


def test_every_frame_has_a_range_index_and_text_only(tmp_path):
    put(tmp_path, "a.csv", "信用代码,年度,税收\n甲,2022,\n乙,,3\n")
    found = years(tmp_path, "a.csv")
    assert found.frame.index.equals(pd.RangeIndex(2))
    assert (found.frame.dtypes == "str").all()
    assert found.frame["tax_wan"].isna().tolist() == [True, False]
    assert len(found.sha256) == 64


def test_an_error_in_a_text_column_is_missing_and_in_a_number_column_stays_visible(tmp_path):
    rows = [["信用代码", "年度", "税收"], ["甲", 2022, 5], ["乙", 2022, 6]]
    path = book(tmp_path, "a.xlsx", s=rows)
    made = openpyxl.load_workbook(path)
    made["s"]["A2"] = "#N/A"
    made["s"]["C3"] = "#VALUE!"
    made.save(path)
    found = years(tmp_path, "a.xlsx")
    assert found.frame["enterprise_id"].tolist() == [np.nan, "乙"]
    assert found.frame["tax_wan"].tolist() == ["5", "#VALUE!"]
    bad = [(one["kind"], one["row"], one["field"]) for one in found.notes]
    assert bad == [("error_cell", 2, "enterprise_id")]
