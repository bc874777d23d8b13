"""The way back: what departments write into the workbook of issues reaches the data."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import landgov as lg
from case import Case
from landgov.decisions import read_books
from landgov.errors import WorkspaceError
from landgov.outputs import write_outputs
from landgov.pipeline import prepare
from mending import check, fill, headings, of_kind, prints

FIRM, OTHER = "91330604000000012T", "913306040000000030"


def district(folder: Path) -> Case:
    """Two parcels; links with a bad area, a bad date and a parcel that does not exist."""
    case = Case(folder)
    case.parcels({"parcel_id": "P1", "area_cert_mu": 15.0}, {"parcel_id": "P2"})
    case.table(
        "links",
        {"parcel_id": "P1", "enterprise_id": FIRM, "area_mu": "约三亩", "from": "2020-01-01"},
        {"parcel_id": "P2", "enterprise_id": FIRM, "area_mu": "4", "from": "1900-01-01"},
        {"parcel_id": "P9", "enterprise_id": OTHER, "area_mu": "5", "from": ""},
    )
    return case


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return district(tmp_path).write()


def links(folder: Path) -> pd.DataFrame:
    return prepare(str(folder)).checked.frame("links")


def test_a_mended_cell_counts_and_the_issue_is_fixed_and_no_file_is_changed(folder: Path):
    before = prints(folder)
    _, first = check(folder)
    assert of_kind(first.issues, "bad_number")["status"].tolist() == ["new"]
    fill(folder, "属地镇街.xlsx", {"where": {"原值": "约三亩"}, "now": "3.2"})
    ready, again = check(folder)
    assert ready.checked.frame("links")["area_mu"].tolist() == [3.2, 4.0, 5.0]
    assert of_kind(again.issues, "bad_number").empty
    assert again.fixed["kind"].tolist() == ["bad_number"]
    open_ = (first.issues["severity"] != "note").sum() - 1
    assert again.counts() == {"fixed": 1, "new": 0, "open": open_}
    note = of_kind(again.issues, "mended").loc[0]
    assert (note["severity"], note["before"], note["after"]) == ("note", "约三亩", "3.2")
    assert "属地镇街.xlsx" in note["message"]
    assert prints(folder) == before


def test_a_second_check_of_the_same_state_says_that_all_is_still_open(folder: Path):
    check(folder)
    _, again = check(folder)
    assert again.counts()["new"] == again.counts()["fixed"] == 0
    assert again.counts()["open"] > 0
    assert again.compared


def test_a_run_after_the_check_keeps_what_the_check_found_to_be_solved(folder: Path):
    check(folder)
    fill(folder, "a.xlsx", {"where": {"原值": "约三亩"}, "now": "3.2"})
    check(folder)
    result = lg.run(str(folder))
    write_outputs(result, tables_only=True)
    names = ("issues.parquet", "issues.xlsx", "issues_fixed.parquet")
    first = {name: (folder / "out" / name).read_bytes() for name in names}
    book = openpyxl.load_workbook(folder / "out" / "issues.xlsx")
    assert "已解决" in book.sheetnames
    write_outputs(result, tables_only=True)
    assert {name: (folder / "out" / name).read_bytes() for name in names} == first
    report = json.loads((folder / "out" / "run.json").read_text(encoding="utf-8"))
    (entry,) = report["mended"]
    assert (entry["file"], entry["mended"], entry["refused"]) == ("a.xlsx", 1, 0)
    assert len(entry["sha256"]) == 64


def test_a_bad_value_in_a_red_cell_is_an_issue_again_and_can_be_mended_in_the_next_book(
    folder: Path,
):
    check(folder)
    fill(folder, "first.xlsx", {"where": {"原值": "约三亩"}, "now": "三亩二"})
    _, again = check(folder)
    bad = of_kind(again.issues, "bad_number").loc[0]
    assert (bad["value"], bad["status"]) == ("三亩二", "open")
    fill(folder, "second.xlsx", {"where": {"原值": "三亩二"}, "now": "3.2"})
    ready, last = check(folder)
    assert ready.checked.frame("links")["area_mu"].tolist()[0] == 3.2
    note = of_kind(last.issues, "mended").loc[0]
    assert (note["before"], note["after"]) == ("约三亩", "3.2")
    assert "first.xlsx、second.xlsx" in note["message"]


def test_a_cell_that_the_department_has_changed_since_is_not_overwritten(folder: Path):
    check(folder)
    fill(folder, "late.xlsx", {"where": {"原值": "约三亩"}, "now": "3.2"})
    path = folder / "links_1.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("约三亩", "2.9"), encoding="utf-8")
    ready, again = check(folder)
    assert ready.checked.frame("links")["area_mu"].tolist() == [2.9, 4.0, 5.0]
    stale = of_kind(again.issues, "mend_stale").loc[0]
    assert stale["severity"] == "error"
    assert "late.xlsx" in stale["message"]
    assert "已变" in stale["message"]


def test_a_cell_that_the_file_itself_has_right_by_now_is_no_issue(folder: Path):
    check(folder)
    fill(folder, "late.xlsx", {"where": {"原值": "约三亩"}, "now": "2.9"})
    path = folder / "links_1.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("约三亩", "2.9"), encoding="utf-8")
    _, again = check(folder)
    assert of_kind(again.issues, "mend_stale").empty
    assert again.counts()["fixed"] == 1


def test_another_cell_of_the_row_may_have_changed(folder: Path):
    check(folder)
    fill(folder, "late.xlsx", {"where": {"原值": "约三亩"}, "now": "3.2"})
    path = folder / "links_1.csv"
    lines = path.read_text(encoding="utf-8").replace("2020-01-01", "2021-01-01").splitlines()
    path.write_text("\n".join([lines[0], *reversed(lines[1:])]), encoding="utf-8")
    ready, again = check(folder)
    assert sorted(ready.checked.frame("links")["area_mu"]) == [3.2, 4.0, 5.0]
    assert of_kind(again.issues, "mend_stale").empty


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"now": "3.2"}, {"now": "3.3"}),
        ({"now": "3.2"}, {"now": "约三亩 "}),
    ],
    ids=["two values for one cell", "a value, and the old one with a space behind it"],
)
def test_two_books_that_contradict_each_other(folder: Path, first: dict, second: dict):
    check(folder)
    where = {"where": {"原值": "约三亩"}}
    fill(folder, "a.xlsx", {**where, **first})
    fill(folder, "b.xlsx", {**where, **second})
    ready, again = check(folder)
    same = second["now"].strip() == "约三亩"
    assert pd.isna(ready.checked.frame("links")["area_mu"].iloc[0]) != same
    assert len(of_kind(again.issues, "mend_stale")) == (0 if same else 2)


def test_books_that_agree_count_once(folder: Path):
    check(folder)
    for name in ("a.xlsx", "b.xlsx"):
        fill(folder, name, {"where": {"原值": "约三亩"}, "now": "3.2"})
    _, again = check(folder)
    assert len(of_kind(again.issues, "mended")) == 1
    assert of_kind(again.issues, "mend_stale").empty


def test_going_back_to_the_first_value_is_a_contradiction_and_not_a_circle(folder: Path):
    check(folder)
    fill(folder, "a.xlsx", {"where": {"原值": "约三亩"}, "now": "三"})
    check(folder)
    fill(folder, "b.xlsx", {"where": {"原值": "三"}, "now": "约三亩"})
    _, again = check(folder)
    assert len(of_kind(again.issues, "mend_stale")) == 2


def test_a_cell_is_emptied_only_where_the_clerk_says_so(folder: Path):
    check(folder)
    where = {"where": {"原值": "1900-01-01"}}
    fill(folder, "a.xlsx", {**where, "now": None})
    _, again = check(folder)
    assert len(of_kind(again.issues, "dummy_date")) == 1
    fill(folder, "a.xlsx", {**where, "now": None, "do": "已更正"})
    _, again = check(folder)
    assert of_kind(again.issues, "dummy_date").empty
    assert of_kind(again.issues, "mended").loc[0, "after"] == ""


def test_a_row_that_refers_to_nothing_may_be_deleted_and_stays_on_record(folder: Path):
    check(folder)
    fill(folder, "a.xlsx", {"where": {"原值": "P9"}, "do": "删除此行"})
    ready, again = check(folder)
    assert ready.checked.frame("links")["parcel_id"].tolist() == ["P1", "P2"]
    note = of_kind(again.issues, "mended").loc[0]
    assert OTHER in note["before"]
    assert note["after"] == "删除此行"
    assert ready.decided.deleted == {"links": 1}
    assert len(ready.raws[1].frame) == 3


def test_a_row_with_a_bad_number_may_not_be_deleted(folder: Path):
    check(folder)
    fill(folder, "a.xlsx", {"where": {"原值": "约三亩"}, "do": "删除此行"})
    ready, again = check(folder)
    assert len(ready.checked.frame("links")) == 3
    assert "不能选" in of_kind(again.issues, "mend_stale").loc[0, "message"]


def test_a_row_may_not_be_mended_and_deleted(folder: Path):
    check(folder)
    fill(folder, "a.xlsx", {"where": {"原值": "P9"}, "do": "删除此行"})
    fill(folder, "b.xlsx", {"where": {"原值": "P9"}, "now": "P2"})
    ready, again = check(folder)
    assert len(ready.checked.frame("links")) == 3
    assert len(of_kind(again.issues, "mend_stale")) == 2


def test_repeated_ids_are_told_apart_by_content_and_can_be_mended(tmp_path: Path):
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    case.table(
        "enterprises",
        {"enterprise_id": FIRM, "name": "甲"},
        {"enterprise_id": FIRM, "name": "乙"},
    )
    folder = case.write()
    check(folder)
    second = of_kind(prepare(str(folder)).issues, "duplicate_key")
    assert second["cell"].tolist() == [FIRM, FIRM]
    row = second.loc[second["row"] == 3, "key"].iloc[0]
    fill(folder, "a.xlsx", {"where": {"编号": row}, "now": OTHER})
    ready, again = check(folder)
    names = ready.checked.frame("enterprises")["name"]
    assert names.to_dict() == {FIRM: "甲", OTHER: "乙"}
    assert len(again.fixed) == 2


def test_of_two_rows_with_one_id_the_chosen_one_is_deleted(tmp_path: Path):
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    case.table(
        "enterprises",
        {"enterprise_id": FIRM, "name": "甲"},
        {"enterprise_id": FIRM, "name": "乙"},
    )
    folder = case.write()
    check(folder)
    fill(folder, "a.xlsx", {"where": {"行": 2, "表": "企业"}, "do": "删除此行"})
    ready, _ = check(folder)
    assert ready.checked.frame("enterprises")["name"].to_dict() == {FIRM: "乙"}


def test_a_parcel_of_a_layer_is_mended_and_an_empty_key_filled_in(tmp_path: Path):
    case = Case(tmp_path).parcels(
        {"parcel_id": "P1", "ownership": "国友", "area_cert_mu": 15.0, "petitions": 1.5},
        {"parcel_id": None, "ownership": "state", "area_cert_mu": -4.0, "petitions": 2},
    )
    folder = case.write()
    before = prints(folder)
    check(folder)
    fill(
        folder,
        "a.xlsx",
        {"where": {"原值": "国友"}, "now": "国有"},
        {"where": {"#cell": "-4"}, "now": "4.5"},
        {"where": {"字段": "宗地代码", "#kind": "empty_key"}, "now": "P2"},
        {"where": {"原值": "1.5"}, "now": "１"},
    )
    ready, again = check(folder)
    parcels = ready.checked.frame("parcels")
    assert parcels.index.tolist() == ["P1", "P2"]
    assert parcels["ownership"].tolist() == ["state", "state"]
    assert parcels["area_cert_mu"].tolist() == [15.0, 4.5]
    assert parcels["petitions"].tolist() == [1, 2]
    assert parcels.geometry.notna().all()
    assert of_kind(again.issues, "mend_stale").empty
    assert prints(folder) == before


def test_a_parcel_is_deleted_with_its_geometry(tmp_path: Path):
    case = Case(tmp_path).parcels(
        {"parcel_id": "P1"}, {"parcel_id": "P1", "location": "东"}, {"parcel_id": "P3"}
    )
    folder = case.write()
    check(folder)
    third = prepare(str(folder)).checked.frame("parcels").geometry["P3"]
    fill(folder, "a.xlsx", {"where": {"行": 1, "#kind": "duplicate_key"}, "do": "删除此行"})
    parcels = prepare(str(folder)).checked.frame("parcels")
    assert parcels.index.tolist() == ["P1", "P3"]
    assert parcels.geometry["P3"].equals(third)


def test_figures_are_mended_in_the_unit_of_the_file(tmp_path: Path):
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    case.table("enterprise_years", {"统一社会信用代码": FIRM, "年度": 2022, "税收（元）": "三百万"})
    folder = case.write()
    check(folder)
    fill(folder, "a.xlsx", {"where": {"字段": "税收（元）"}, "now": "3000000"})
    ready, _ = check(folder)
    assert ready.checked.frame("enterprise_years")["tax_wan"].tolist() == [300.0]


def test_a_column_that_the_file_lacks_may_be_filled_in_but_not_one_of_events(tmp_path: Path):
    case = Case(tmp_path)
    case.parcels({"parcel_id": "P1", "land_use_system": None}, {"parcel_id": "P2"})
    folder = case.write()
    check(folder)
    fill(folder, "a.xlsx", {"where": {"#kind": "no_land_use_system"}, "now": "GB/T 21010-2017"})
    result = lg.run(str(folder))
    assert result.parcels["in_scope"].tolist() == ["yes", "yes"]


def test_a_warning_that_is_right_as_it_is_becomes_a_note(tmp_path: Path):
    case = Case(tmp_path).parcels({"parcel_id": "330604001001GB00001"}, {"parcel_id": "P2"})
    case.parcels({"parcel_id": "330604001001GB00001"}, {"parcel_id": "P2"})
    case.blocks = case.blocks[:1]
    folder = case.write()
    _, first = check(folder)
    assert "bad_parcel_code" in set(first.issues["kind"])
    fill(folder, "a.xlsx", {"where": {"#kind": "bad_parcel_code"}, "do": "原值无误"})
    _, again = check(folder)
    assert of_kind(again.issues, "bad_parcel_code").empty
    note = of_kind(again.issues, "confirmed").loc[0]
    assert (note["severity"], note["key"]) == ("note", "P2")
    assert again.counts()["fixed"] == 1
    _, third = check(folder)
    assert third.counts() == {"fixed": 0, "new": 0, "open": again.counts()["open"]}


def test_an_error_can_not_be_confirmed(folder: Path):
    check(folder)
    fill(folder, "a.xlsx", {"where": {"原值": "约三亩"}, "do": "原值无误"})
    _, again = check(folder)
    assert len(of_kind(again.issues, "bad_number")) == 1
    assert "只有提醒" in of_kind(again.issues, "mend_stale").loc[0, "message"]


def test_a_word_that_is_no_choice_is_told(folder: Path):
    check(folder)
    fill(folder, "a.xlsx", {"where": {"原值": "约三亩"}, "do": "不知道"})
    _, again = check(folder)
    assert "“不知道”" in of_kind(again.issues, "mend_stale").loc[0, "message"]


def test_a_sheet_that_the_clerk_has_sorted_and_renamed_still_finds_its_rows(folder: Path):
    check(folder)
    path = fill(
        folder,
        "a.xlsx",
        {"where": {"原值": "约三亩"}, "now": "3.2"},
        {"where": {"原值": "P9"}, "now": "P2"},
    )
    book = openpyxl.load_workbook(path)
    for page in book:
        top, places = headings(page)
        if "更正值" in places:
            rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=top + 1)]
            for at, cells in enumerate(reversed(rows), top + 1):
                for column, value in enumerate(cells, 1):
                    page.cell(at, column).value = value
            page.title = "改好了"
    book.save(path)
    frame = links(folder)
    assert sorted(zip(frame["parcel_id"], frame["area_mu"], strict=True)) == [
        ("P1", 3.2),
        ("P2", 4.0),
        ("P2", 5.0),
    ]


def test_what_is_no_book_of_issues_is_a_fault_of_the_file_and_told_with_all_others(folder: Path):
    check(folder)
    kept = (folder / "out" / "issues.xlsx").read_bytes()
    back = folder / "state" / "mended"
    back.mkdir(parents=True)
    (back / "damaged.xlsx").write_bytes(kept[: len(kept) // 2])
    (back / "notes.docx").write_bytes(b"PK")
    (back / "~$open.xlsx").write_bytes(b"lock")
    openpyxl.Workbook().save(back / "other.xlsx")
    book = openpyxl.load_workbook(folder / "out" / "issues.xlsx")
    for page in book:
        _, places = headings(page)
        if "#field" in places:
            page.delete_cols(places["#field"])
    book.save(back / "cut.xlsx")
    (folder / "links_1.csv").unlink()
    with pytest.raises(WorkspaceError) as told:
        prepare(str(folder))
    files = {fault.file for fault in told.value.faults}
    assert files >= {"damaged.xlsx", "notes.docx", "other.xlsx", "cut.xlsx", "links_1.csv"}
    assert "~$open.xlsx" not in files
    assert "#field" in str(told.value)


def test_books_of_a_file_that_is_gone_are_told(folder: Path):
    check(folder)
    fill(folder, "a.xlsx", {"where": {"原值": "约三亩"}, "now": "3.2"})
    (folder / "links_1.csv").rename(folder / "links_new.csv")
    toml = folder / "landgov.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("links_1", "links_new"), "utf-8")
    _, again = check(folder)
    assert "没有这个文件" in of_kind(again.issues, "mend_stale").loc[0, "message"]


def test_the_order_of_books_does_not_matter(folder: Path):
    check(folder)
    fill(folder, "b.xlsx", {"where": {"原值": "约三亩"}, "now": "三"})
    check(folder)
    fill(folder, "a.xlsx", {"where": {"原值": "三"}, "now": "3"})
    assert links(folder)["area_mu"].tolist()[0] == 3.0


# Characters that a workbook can't hold at all never come back in one.
_TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40)


@pytest.mark.acceptance
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=st.lists(_TEXT, min_size=6, max_size=6), action=_TEXT | st.just("已更正"))
def test_any_text_in_the_red_cells_is_read_without_a_traceback(tmp_path_factory, values, action):
    folder = district(tmp_path_factory.mktemp("any")).write()
    before = prints(folder)
    check(folder)
    book = openpyxl.load_workbook(folder / "out" / "issues.xlsx")
    for page in book:
        top, places = headings(page)
        for row, value in enumerate(values, top + 1):
            if "更正值" in places and row <= page.max_row:
                page.cell(row, places["更正值"]).value = value
                page.cell(row, places["处理"]).value = action
    (folder / "state" / "mended").mkdir(parents=True)
    book.save(folder / "state" / "mended" / "any.xlsx")
    books, faults = read_books(folder)
    assert (len(books), faults) == (1, [])
    ready, again = check(folder)
    assert len(ready.checked.frame("links")) == 3
    assert again.issues["issue_id"].is_unique
    assert prints(folder) == before
