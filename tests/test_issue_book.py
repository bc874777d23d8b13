"""The workbook of issues, the ids in it, and the comparison with the last time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from case import Case
from landgov.pipeline import prepare
from landgov.publish.issue_book import UNSETTLED, write_issues
from landgov.publish.sheet_names import sheet_names
from landgov.quality import issue_table, recheck
from landgov.quality.identity import issue_ids
from landgov.quality.issues import issue
from mending import check, headings, of_kind

AS_OF = date(2022, 12, 31)
FIRM = "91330604000000012T"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    case = Case(tmp_path)
    case.parcels({"parcel_id": "P1", "location": "=cmd|' /C calc'!A0", "ownership": "国友"})
    case.table("links", {"parcel_id": "0012", "enterprise_id": FIRM, "area_mu": "约三亩"})
    case.table(
        "findings",
        {"finding_id": "F1", "kind": "无证无照", "found_on": "昨天", "enterprise_id": FIRM},
        {"finding_id": "F2", "kind": "消防安全", "found_on": "昨天", "enterprise_id": FIRM},
    )
    more = 'department = "区供电局/抄表[一]班"'
    case.table("findings", {"finding_id": "F3", "kind": "噪声"}, more=more)
    case.table("enterprise_years", {"enterprise_id": FIRM, "year": 2022, "tax_wan": "?"})
    return case.write()


def pages(folder: Path) -> dict[str, pd.DataFrame]:
    """Rows of every sheet with its headings."""
    book = openpyxl.load_workbook(folder / "out" / "issues.xlsx")
    read = {}
    for page in book:
        top, places = headings(page)
        cells = [[cell.value for cell in row] for row in page.iter_rows(min_row=top + 1)]
        read[page.title] = pd.DataFrame(cells, columns=list(places)[: page.max_column] or None)
    return read


def test_each_department_has_its_sheet_and_the_counts_come_first(folder: Path):
    _, again = check(folder)
    names = openpyxl.load_workbook(folder / "out" / "issues.xlsx").sheetnames
    owners = set(again.issues.loc[again.issues["severity"] != "note", "department"])
    asked = {"区供电局/抄表[一]班", "区市场监管局", "区消防救援大队", "区税务局", "属地镇街"}
    assert asked <= owners
    legal = sorted("区供电局_抄表_一_班" if "/" in name else name for name in owners)
    assert [name for name in names if name != "记录"] == ["汇总", *legal, "按类型"]


def test_who_owes_the_answer_stands_in_the_issue_table_itself(folder: Path):
    _, again = check(folder)
    stored = pd.read_parquet(folder / "out" / "issues.parquet")
    owner = dict(zip(stored["key"], stored["department"], strict=True))
    assert owner["F1"] == "区市场监管局"  # its kind of finding
    assert owner["F2"] == "区消防救援大队"
    assert owner["F3"] == "区供电局/抄表[一]班"  # who sent the file
    assert owner[f"{FIRM}|2022"] == "区税务局"  # who supplies the column
    assert stored["issue_id"].is_unique
    assert set(stored["status"]) == {"new"}
    assert len(again.issues) == len(stored)


def test_counts_of_the_first_sheet_are_those_of_the_issue_table(folder: Path):
    _, again = check(folder)
    page = openpyxl.load_workbook(folder / "out" / "issues.xlsx")["汇总"]
    last = [cell.value for cell in page[page.max_row]]
    counts = again.issues["severity"].value_counts()
    wanted = [int(counts.get(name, 0)) for name in ("error", "warning", "note")]
    assert last == ["合计", *wanted, again.counts()["new"], 0, 0]


def test_the_red_cell_holds_the_present_value_as_text_beside_a_drop_down(folder: Path):
    check(folder)
    page = openpyxl.load_workbook(folder / "out" / "issues.xlsx")["属地镇街"]
    top, places = headings(page)
    visible = [word for word in places if not word.startswith("#")]
    assert visible[:13] == [
        *("状态", "级别", "问题", "表", "文件", "工作表", "行", "编号"),
        *("字段", "原值", "更正值", "处理", "说明"),
    ]
    rows = {page.cell(r, places["原值"]).value: r for r in range(top + 1, page.max_row + 1)}
    assert set(rows) >= {"约三亩", "0012"}
    cell = page.cell(rows["0012"], places["更正值"])
    assert (cell.value, cell.data_type, cell.number_format) == ("0012", "s", "@")
    assert cell.fill.start_color.rgb == "FFFF9B9B"
    assert page.cell(rows["约三亩"], places["字段"]).value == "用地面积（亩）"
    assert page.cell(rows["约三亩"], places["状态"]).value == "新增"
    (offered,) = page.data_validations.dataValidation
    assert offered.formula1 == '"已更正,删除此行,原值无误"'
    assert page.cell(top + 1, places["处理"]).coordinate in offered.sqref
    last = page.cell(top, page.max_column)
    assert last.value == "issue_id"
    for word, place in places.items():
        letter = openpyxl.utils.get_column_letter(place)
        hidden = word.startswith("#") or word in ("issue_id", "Message")
        group = [d for d in page.column_dimensions.values() if d.min <= place <= d.max]
        assert [d.hidden for d in group] == [hidden], (word, letter)


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path):
    case = Case(tmp_path).parcels({"parcel_id": "P1", "ownership": "=1+1"})
    check(case.write())
    read = openpyxl.load_workbook(tmp_path / "out" / "issues.xlsx")["自然资源和规划分局"]
    cells = [cell for row in read.iter_rows() for cell in row if cell.value == "=1+1"]
    assert len(cells) >= 2
    assert {cell.data_type for cell in cells} == {"s"}


def test_what_can_not_be_mended_in_a_cell_is_grey(tmp_path: Path):
    case = Case(tmp_path).parcels({"parcel_id": "P1", "_shape": None}, {"parcel_id": "P2"})
    check(case.write())
    page = openpyxl.load_workbook(tmp_path / "out" / "issues.xlsx")["自然资源和规划分局"]
    top, places = headings(page)
    kinds = {page.cell(r, places["#kind"]).value: r for r in range(top + 1, page.max_row + 1)}
    cell = page.cell(kinds["empty_geometry"], places["更正值"])
    assert cell.value is None
    assert cell.fill.start_color.rgb == "FFE7E6E6"


def test_notes_have_a_sheet_of_their_own(tmp_path: Path):
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    row = {"enterprise_id": FIRM, "name": "甲"}
    check(case.table("enterprises", row, row).write())
    read = pages(tmp_path)
    assert "完全相同的行" in read["记录"]["问题类型"].tolist()


def test_the_same_issues_give_the_same_bytes(folder: Path, tmp_path: Path):
    issues = prepare(str(folder)).issues
    shuffled = issues.sample(frac=1, random_state=1)
    for name, table in (("a", issues), ("b", shuffled)):
        write_issues(tmp_path / f"{name}.xlsx", table, AS_OF)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_issue_that_nobody_owns_stands_on_the_last_of_the_departments_sheets(tmp_path: Path):
    table = issue_table([issue("bad_date", "findings", key="F", field="found_on", value="x")])
    write_issues(tmp_path / "i.xlsx", table, AS_OF)
    assert openpyxl.load_workbook(tmp_path / "i.xlsx").sheetnames == ["汇总", UNSETTLED, "按类型"]


@settings(max_examples=60)
@given(st.lists(st.text(max_size=45), max_size=8))
def test_any_name_of_a_department_makes_a_legal_sheet_name(names: list[str]):
    legal = sheet_names(names, ("汇总",))
    assert len({name.casefold() for name in (*legal, "汇总")}) == len(names) + 1
    for name in legal:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= 29
        assert not set(name) & set("[]:*?/\\")
        assert name[0] != "'" != name[-1]


# --- ids ---------------------------------------------------------------------------------


def table_of(*rows: dict[str, object]) -> pd.DataFrame:
    """Issues with the columns that make their ids."""
    names = ["table", "key", "field", "kind", "value", "before", "after", "message"]
    frame = pd.DataFrame(
        [dict.fromkeys((*names, "file", "sheet", "content"), "") | row for row in rows]
    )
    frame["row"] = frame["row"].astype("Int64") if "row" in frame else pd.array([1] * len(rows))
    return frame


OVERLAP = {"table": "parcels", "key": "A", "field": "geometry", "kind": "overlap"}


def test_two_overlaps_of_one_parcel_have_two_ids_whatever_their_order():
    rows = [OVERLAP | {"value": "B"}, OVERLAP | {"value": "C"}]
    one, other = issue_ids(table_of(*rows)), issue_ids(table_of(*rows[::-1]))
    assert one.tolist() == other.tolist()[::-1]
    assert one.is_unique


def test_an_issue_keeps_its_id_though_its_value_and_its_row_change():
    cell = {"table": "links", "key": "P1|E1", "field": "area_mu", "kind": "bad_number"}
    one = issue_ids(table_of(cell | {"value": "约三亩", "row": 7}))
    assert one.tolist() == issue_ids(table_of(cell | {"value": "三", "row": 9})).tolist()


def test_rows_without_a_key_are_known_by_their_content():
    row = {"table": "barriers", "field": "kind", "kind": "bad_code", "value": "沟"}
    ids = issue_ids(table_of(row | {"content": "x"}, row | {"content": "y"}))
    assert ids.is_unique
    again = issue_ids(table_of(row | {"content": "y", "row": 8, "key": "5"}))
    assert again.tolist() == [ids[1]]


def test_rows_that_are_the_same_in_everything_are_counted():
    row = {"table": "exemptions", "field": "parcel_id", "kind": "unknown_reference"}
    ids = issue_ids(table_of(row | {"row": 3}, row | {"row": 2}))
    assert ids.is_unique
    assert set(ids) == set(issue_ids(table_of(row | {"row": 12}, row | {"row": 11})))


_ROW = st.fixed_dictionaries(
    {
        "parcel_id": st.sampled_from(["P1", "P2", "P9", ""]),
        "enterprise_id": st.sampled_from(["E1", "E2", ""]),
        "role": st.sampled_from(["自有", "承租", "借"]),
        "area_mu": st.sampled_from(["1", "一", "-2", ""]),
        "from": st.sampled_from(["2020-01-01", "1900-01-01", "去年"]),
    }
)


@settings(max_examples=8, deadline=None)
@given(rows=st.lists(_ROW, min_size=1, max_size=8), seed=st.randoms(use_true_random=False))
def test_a_file_that_is_sorted_otherwise_keeps_its_ids(tmp_path_factory, rows, seed):
    told = []
    for order in (rows, seed.sample(rows, len(rows))):
        case = Case(tmp_path_factory.mktemp("ids")).parcels({"parcel_id": "P1"})
        issues = prepare(str(case.table("links", *order).write())).issues
        assert issues["issue_id"].is_unique
        told.append(sorted(zip(issues["issue_id"], issues["kind"], issues["field"], strict=True)))
    assert told[0] == told[1]


def test_what_the_reader_of_a_file_says_has_an_id_a_key_and_a_department(tmp_path: Path):
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    book = openpyxl.Workbook()
    page = book.active
    page.append(["宗地代码", "统一社会信用代码", "用地面积"])
    page.append(["P1", 913306000000000123456, 3])
    book.save(tmp_path / "links.xlsx")
    case._block("links", "links.xlsx", ())
    found = of_kind(prepare(str(case.write())).issues, "bad_number_code").loc[0]
    assert found["key"] == "P1|"
    assert len(found["issue_id"]) == 16
    assert found["department"] == "属地镇街"


# --- comparison --------------------------------------------------------------------------


def test_of_two_overlaps_the_solved_one_is_fixed_and_the_other_stays_open():
    rows = [OVERLAP | {"value": value, "severity": "error"} for value in ("B", "C")]
    last, now = table_of(*rows), table_of(rows[0])
    last["issue_id"], now["issue_id"] = issue_ids(last), issue_ids(now)
    found = recheck(now, last)
    assert found.issues["status"].tolist() == ["open"]
    assert found.fixed["value"].tolist() == ["C"]


def test_a_note_that_is_gone_is_nothing_solved():
    last = pd.DataFrame({"issue_id": ["a"], "severity": ["note"]})
    assert recheck(last.iloc[:0], last).counts() == {"fixed": 0, "new": 0, "open": 0}


def test_a_table_of_another_make_is_nothing_to_compare_with():
    now = pd.DataFrame({"issue_id": ["a"], "severity": ["error"]})
    found = recheck(now, pd.DataFrame({"x": [1]}))
    assert not found.compared
    assert found.issues["status"].tolist() == ["new"]
