"""What a planner and a clerk meet: the console of a check, and the way back of a workbook."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from case import Case
from landgov.cli.board import board_words
from landgov.cli.issue_lines import folded, issue_lines
from landgov.decisions import read_books
from mending import check, fill, of_kind
from test_board import _denied
from test_cli import landgov
from test_mended import folder  # noqa: F401  (a fixture)

LINE = {
    "file": "links.csv",
    "table": "links",
    "row": 2.0,
    "key": "P1",
    "kind": "bad_number",
    "severity": "error",
    "message": "“约三亩”不是数字",
    "department": "属地镇街",
}


def issues(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([LINE | row for row in rows])


def test_the_console_tells_by_file_and_kind_with_counts_first_and_errors_before_warnings() -> None:
    told = list(
        issue_lines(
            issues(
                {"file": "b.csv", "severity": "warning", "kind": "spike", "row": float("nan")},
                *({"row": float(row)} for row in range(2, 9)),
                {"kind": "bad_date", "row": 9.0, "key": "", "message": "不是日期"},
                {"kind": "encoding", "severity": "note"},
            )
        )
    )
    assert told == [
        (0, "links.csv　8 处错误"),
        (2, "错误·数字无法识别　7 处（属地镇街）：第 2、3、4、5、6 行等"),
        (4, "如 P1：“约三亩”不是数字"),
        (2, "错误·日期无法识别　1 处（属地镇街）：第 9 行"),
        (4, "如 不是日期"),
        (0, "b.csv　1 处提醒"),
        (2, "提醒·图形尖刺　1 处（属地镇街）"),
        (4, "如 P1：“约三亩”不是数字"),
    ]


def test_an_issue_of_no_file_stands_under_its_table_and_a_key_is_named_once() -> None:
    told = list(issue_lines(issues({"file": None, "key": "P1#2", "message": "P1#2 重复"})))
    assert told[0] == (0, "用地关系　1 处错误")
    assert told[2] == (4, "如 P1#2 重复")


def test_nothing_to_tell_is_no_line() -> None:
    assert list(issue_lines(issues({"severity": "note"}))) == []


def test_a_chinese_line_is_filled_before_it_is_broken_and_marks_stay_where_they_belong() -> None:
    said = folded("“约定开工日期”的值“2022-02-30”不是完整日期，按缺失处理", 24, 2)
    assert said.split("\n") == [
        "  “约定开工日期”的值",
        "    “2022-02-30”不是完整",
        "    日期，按缺失处理",
    ]


@given(
    st.text(st.sampled_from("地块，。（“”）　ab1-/. "), max_size=80),
    st.integers(20, 60),
    st.integers(0, 4),
)
def test_folding_loses_no_sign_and_keeps_to_the_width(words: str, width: int, indent: int) -> None:
    lines = folded(words, width, indent).split("\n")
    assert "".join("".join(lines).split()) == "".join(words.split())
    # A row of marks that may not begin a line is the one thing that may stand out.
    marks = [line for line in lines if cell_len(line) > width]
    assert all(sum(sign in "，。（“”）" for sign in line) > 5 for line in marks)


def test_a_sum_that_is_nothing_is_not_told_and_land_that_overlaps_is_said_to() -> None:
    summary = dict.fromkeys(
        ("differences_wan", "never_sent", "unit_gaps", "unit_nothing", "reported_none"), 0
    )
    summary |= {"stale_files": 0, "unmatched": 0, "differences": 3, "differences_mu": 12.5}
    first = next(iter(board_words(summary, "")))
    assert first == "对账：3 处不一致，涉及 12.5 亩（有重叠，不作面积）"
    assert next(iter(board_words(summary | {"differences_mu": 0}, ""))) == "对账：3 处不一致"


def test_a_check_in_a_pipe_writes_each_issue_on_one_line(folder: Path) -> None:  # noqa: F811
    done = landgov("check", folder)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0].endswith("条记录")
    assert sum("“约三亩”" in line for line in lines) == 1
    assert any(line.startswith("  错误·数字无法识别　1 处（属地镇街）：第 2 行") for line in lines)
    assert any("issues.gpkg" in line for line in lines)


def test_a_run_tells_the_board_and_that_a_damaged_record_guards_nothing(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1", "area_cert_mu": 15.0})
    done = landgov("run", case.write(), "--only", "tables")
    assert done.returncode == 0, done.stderr
    assert "漏报：" in done.stdout
    assert "未与上次比较" not in done.stdout
    (tmp_path / "out" / "run.json").write_text("{", encoding="utf-8")
    again = landgov("run", tmp_path, "--only", "tables")
    assert again.returncode == 0
    assert "run.json 已损坏，本次报送未与上次比较" in again.stdout


def test_who_is_asked_about_evidence_may_not_write_over_it(tmp_path: Path) -> None:
    folder = _denied(tmp_path, more='department = "区消防救援大队"').write()  # noqa: F811
    check(folder)
    where = {"#kind": "reported_none", "编号": "F1"}
    fill(folder, "属地.xlsx", {"where": where | {"更正值": None}, "now": "safety"})
    ready, again = check(folder)
    assert ready.checked.frame("findings").loc["F1", "kind"] == "fire"
    assert "F1" in set(of_kind(again.issues, "reported_none")["key"])
    refused = of_kind(again.issues, "mend_stale").loc[0]
    assert "其他部门的数据" in refused["message"]


def test_the_department_itself_still_mends_its_evidence(tmp_path: Path) -> None:
    case = _denied(tmp_path)
    folder = case.write()  # noqa: F811
    findings = next(tmp_path.glob("findings_*.csv"))
    text = findings.read_text(encoding="utf-8").replace(
        "F1,P1,,fire,2022-05-01", "F1,P1,,fire,五月"
    )
    findings.write_text(text, encoding="utf-8")
    check(folder)
    fill(folder, "消防.xlsx", {"where": {"原值": "五月"}, "now": "2022-05-01"})
    ready, _ = check(folder)
    assert str(ready.checked.frame("findings").loc["F1", "found_on"].date()) == "2022-05-01"


@pytest.mark.parametrize("whole", [True, False], ids=["the folder", "one workbook"])
def test_what_a_link_brings_from_outside_is_refused(
    folder: Path,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
    whole: bool,
) -> None:
    check(folder)
    book = fill(folder, "a.xlsx", {"where": {"原值": "约三亩"}, "now": "3.2"})
    outside = tmp_path_factory.mktemp("outside")
    shutil.move(book, outside / "a.xlsx")
    if whole:
        book.parent.rmdir()
        book.parent.symlink_to(outside, target_is_directory=True)
    else:
        book.symlink_to(outside / "a.xlsx")
    books, faults = read_books(folder)
    assert books == []
    assert [fault.kind for fault in faults] == ["outside_workspace"]


def test_a_link_within_the_workspace_is_read(folder: Path) -> None:  # noqa: F811
    check(folder)
    book = fill(folder, "a.xlsx", {"where": {"原值": "约三亩"}, "now": "3.2"})
    shutil.move(book, folder / "kept.xlsx")
    book.symlink_to(folder / "kept.xlsx")
    books, faults = read_books(folder)
    assert faults == []
    assert [one.answers[0].now for one in books] == ["3.2"]


@pytest.mark.parametrize("name", ["state", "state/mended"])
@pytest.mark.parametrize("broken_link", [True, False])
def test_a_file_in_the_place_of_the_folder_is_told(
    tmp_path: Path, name: str, broken_link: bool
) -> None:
    place = tmp_path / name
    place.parent.mkdir(exist_ok=True)
    if broken_link:
        place.symlink_to(tmp_path / "nowhere")
    else:
        place.write_text("x", encoding="utf-8")
    assert [fault.kind for fault in read_books(tmp_path)[1]] == ["not_a_folder"]


def test_no_folder_at_all_is_no_fault(tmp_path: Path) -> None:
    assert read_books(tmp_path) == ([], [])
    (tmp_path / "state").mkdir()
    assert read_books(tmp_path) == ([], [])


@pytest.mark.parametrize("command", [("check",), ("run", "--only", "tables")])
def test_results_are_not_written_through_a_link(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, command: tuple[str, ...]
) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1", "area_cert_mu": 15.0})
    outside = tmp_path_factory.mktemp("elsewhere")
    (case.write() / "out").symlink_to(outside, target_is_directory=True)
    done = landgov(command[0], tmp_path, *command[1:])
    assert done.returncode == 1
    assert "是链接" in done.stderr
    assert list(outside.iterdir()) == []
