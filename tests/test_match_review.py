"""Proposed matches are decided on in a workbook, and the decisions hold in every later run."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from case import Case
from landgov.cli.app import app
from landgov.errors import WorkspaceError
from landgov.pipeline import Result

pytestmark = pytest.mark.usefixtures("without_maps")

HOLDER = "绍兴市上虞区舜江精密机械有限责任公司"
LINK = {"parcel_id": "P2", "enterprise_id": "E2", "role": "owner", "area_mu": 15}


def district(folder: Path, *links: dict[str, Any]) -> Case:
    """E1 has no link and is named like the holder of P1; E3's link names P3 by its certificate."""
    case = Case(folder).parcels(
        {"parcel_id": "P1", "holder_name": HOLDER},
        {"parcel_id": "P2"},
        {"parcel_id": "P3", "certificate_no": "虞003号"},
    )
    case.table(
        "enterprises",
        {"enterprise_id": "E1", "name": HOLDER.replace("有限责任公司", "有限公司")},
        {"enterprise_id": "E2", "name": "别的厂"},
        {"enterprise_id": "E3", "name": "第三厂"},
    )
    third = {"parcel_id": "虞003号", "enterprise_id": "E3", "role": "owner", "area_mu": 7.5,
             "from": "2015-01-01"}  # fmt: skip
    case.table("links", LINK, third, *links)
    return case


def run(folder: Path) -> None:
    result = CliRunner().invoke(app, ["run", str(folder)])
    assert result.exit_code == 0, result.output


def decide(case: Case, decisions: dict[str, str], name: str = "审核.xlsx", **more: str) -> Path:
    """Fill the workbook that a run wrote, by enterprise, and put it into the state folder."""
    case.write()
    run(case.folder)
    book = openpyxl.load_workbook(case.folder / "out" / "matches.xlsx")
    sheet = book["匹配建议"]
    head = next(row for row in sheet.iter_rows() if any(cell.value == "决定" for cell in row))
    at = {cell.value: cell.column for cell in head}
    for row in range(head[0].row + 1, sheet.max_row + 1):
        firm = sheet.cell(row, at["#enterprise_id"]).value
        if firm in decisions:
            sheet.cell(row, at["决定"]).value = decisions[firm]
            for heading, text in more.items():
                sheet.cell(row, at[heading]).value = text
    to = case.folder / "state" / "matches" / name
    to.parent.mkdir(parents=True, exist_ok=True)
    book.save(to)
    return to


def link_of(result: Result, firm: str) -> pd.Series:
    return result.links[result.links["enterprise_id"] == firm].iloc[0]


def test_both_are_proposed_and_nothing_is_joined(tmp_path: Path) -> None:
    result = district(tmp_path).run()
    pairs = result.matches[["enterprise_id", "parcel_id", "method"]].values.tolist()
    assert pairs == [["E1", "P1", "name"], ["E3", "P3", "key"]]
    assert "P1" not in set(result.links.dropna(subset="enterprise_id")["parcel_id"])


@pytest.mark.parametrize(
    ("heading", "was", "now"),
    [("宗地代码", "P1", "P2"), ("统一社会信用代码", "E1", "E2")],
)
def test_a_changed_code_is_refused_and_not_overlooked(
    tmp_path: Path, heading: str, was: str, now: str
) -> None:
    case = district(tmp_path)
    decide(case, {"E1": "采用"}, **{heading: now})
    with pytest.raises(WorkspaceError) as caught:
        case.run()
    (fault,) = caught.value.faults
    assert (fault.file, fault.field, fault.value) == ("审核.xlsx", heading, now)
    assert f"“{heading}”被改为“{now}”，该行的建议是“{was}”" in fault.zh
    assert fault.zh.startswith("第 ")
    assert f"改回“{was}”" in fault.do


def test_an_accepted_match_is_a_link_from_then_on(tmp_path: Path) -> None:
    case = district(tmp_path)
    decide(case, {"E1": "采用"})
    for _ in range(2):
        result = case.run()
        link = link_of(result, "E1")
        assert (link["parcel_id"], link["role"], link["matched_by"]) == ("P1", "owner", "name")
        assert link["match_score"] == pytest.approx(0.85)
        assert link["area_worked_mu"] == pytest.approx(15, rel=1e-3)
        assert "E1" not in set(result.matches["enterprise_id"])
    assert link_of(result, "E2")["matched_by"] == "given"
    assert link_of(result, "E2")["match_score"] == 1.0


def test_a_rejected_match_is_never_proposed_again(tmp_path: Path) -> None:
    case = district(tmp_path)
    decide(case, {"E1": "不采用"})
    result = case.run()
    assert "E1" not in set(result.matches["enterprise_id"])
    assert "E1" not in set(result.links["enterprise_id"].dropna())
    assert result.report["matches"][0] | {"sha256": ""} == {
        "file": "审核.xlsx", "sha256": "", "accepted": 0, "rejected": 1, "superseded": 0,
    }  # fmt: skip


def test_an_accepted_number_mends_the_link_and_leaves_its_area_and_dates(tmp_path: Path) -> None:
    case = district(tmp_path)
    decide(case, {"E3": "采用"})
    result = case.run()
    link = link_of(result, "E3")
    assert (link["parcel_id"], link["area_worked_mu"]) == ("P3", 7.5)
    assert (link["matched_by"], link["match_score"]) == ("key", 1.0)
    assert not len(result.issues[result.issues["kind"] == "unknown_reference"])
    # The file itself is as it was sent.
    assert "虞003号" in (tmp_path / "links_2.csv").read_text("utf-8")


@pytest.mark.parametrize(("area", "told"), [("2.5", 1), ("7.5", 0), ("", 0)])
def test_an_area_beside_a_number_is_not_used_and_that_is_told(
    tmp_path: Path, area: str, told: int
) -> None:
    case = district(tmp_path)
    decide(case, {"E3": "采用"}, **({"用地面积_亩": area} if area else {}))
    result = case.run()
    assert link_of(result, "E3")["area_worked_mu"] == 7.5
    unused = result.issues[result.issues["kind"] == "match_area_unused"]
    assert len(unused) == told
    if told:
        row = unused.iloc[0]
        assert (row["file"], row["field"], row["value"]) == (
            "state/matches/审核.xlsx", "area_mu", "2.5"
        )  # fmt: skip
        assert "虞003号" in row["message"]


def test_area_and_role_of_the_reviewer_count(tmp_path: Path) -> None:
    case = district(tmp_path)
    decide(case, {"E1": "采用"}, 用地关系="承租", 用地面积_亩="4.5")
    link = link_of(case.run(), "E1")
    assert (link["role"], link["area_worked_mu"]) == ("lessee", 4.5)


def test_an_area_that_is_none_is_an_issue_that_names_the_workbook(tmp_path: Path) -> None:
    case = district(tmp_path)
    decide(case, {"E1": "采用"}, 用地面积_亩="约四亩")
    issues = case.run().issues
    [bad] = issues[issues["kind"] == "bad_number"].to_dict("records")
    assert bad["file"] == "state/matches/审核.xlsx"
    assert bad["value"] == "约四亩"


def test_a_department_that_reports_the_link_counts_before_the_review(tmp_path: Path) -> None:
    case = district(tmp_path)
    decide(case, {"E1": "采用"})
    case.table("links", {"parcel_id": "P1", "enterprise_id": "E1", "role": "lessee", "area_mu": 3})
    result = case.run()
    link = link_of(result, "E1")
    assert (link["role"], link["area_worked_mu"], link["matched_by"]) == ("lessee", 3, "given")
    [note] = result.issues[result.issues["kind"] == "match_superseded"].to_dict("records")
    assert note["severity"] == "note"
    assert note["file"] == "state/matches/审核.xlsx"
    assert result.report["matches"][0]["superseded"] == 1


def test_the_same_decision_in_two_workbooks_is_one(tmp_path: Path) -> None:
    case = district(tmp_path)
    first = decide(case, {"E1": "采用"})
    shutil.copy(first, first.with_name("又一本.xlsx"))
    links = case.run().links
    assert (links["enterprise_id"] == "E1").sum() == 1


def test_two_different_decisions_stop_the_run_and_name_both_places(tmp_path: Path) -> None:
    case = district(tmp_path)
    decide(case, {"E1": "采用"}, "a.xlsx")
    shutil.move(tmp_path / "state" / "matches" / "a.xlsx", tmp_path / "a.xlsx")
    decide(case, {"E1": "不采用"}, "b.xlsx")
    shutil.move(tmp_path / "a.xlsx", tmp_path / "state" / "matches" / "a.xlsx")
    with pytest.raises(WorkspaceError) as told:
        case.run()
    words = str(told.value)
    assert "a.xlsx" in words
    assert "b.xlsx" in words
    assert "E1" in words


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    case = district(tmp_path)
    decide(case, {"E1": "也许", "E3": "同意"})
    (tmp_path / "state" / "matches" / "x.txt").write_text("?")
    pd.DataFrame({"甲": [1]}).to_excel(tmp_path / "state" / "matches" / "y.xlsx")
    with pytest.raises(WorkspaceError) as told:
        case.run()
    kinds = sorted((fault.kind, fault.file) for fault in told.value.faults)
    assert kinds == [
        ("bad_decision", "审核.xlsx"),
        ("bad_decision", "审核.xlsx"),
        ("not_a_match_book", "x.txt"),
        ("not_a_match_book", "y.xlsx"),
    ]
    assert "也许" in str(told.value)


def test_a_workbook_without_its_hidden_columns_is_refused(tmp_path: Path) -> None:
    case = district(tmp_path)
    path = decide(case, {"E1": "采用"})
    book = openpyxl.load_workbook(path)
    sheet = book["匹配建议"]
    head = next(row for row in sheet.iter_rows() if any(cell.value == "决定" for cell in row))
    hidden = next(cell.column for cell in head if cell.value == "#parcel_id")
    sheet.delete_cols(hidden)
    book.save(path)
    with pytest.raises(WorkspaceError, match="#parcel_id"):
        case.run()


def test_a_run_reads_the_reviews_and_never_writes_them(tmp_path: Path) -> None:
    case = district(tmp_path)
    path = decide(case, {"E1": "采用"})
    before = path.read_bytes()
    run(tmp_path)
    run(tmp_path)
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == ["审核.xlsx"]


def test_what_nobody_is_joined_to_stands_on_two_lists(tmp_path: Path) -> None:
    district(tmp_path).write()
    run(tmp_path)
    book = openpyxl.load_workbook(tmp_path / "out" / "matches.xlsx")
    firms = [row[0] for row in book["未匹配企业"].iter_rows(values_only=True)]
    land = [row[0] for row in book["无企业地块"].iter_rows(values_only=True)]
    assert [one for one in firms if one in ("E1", "E2", "E3")] == ["E1", "E3"]
    assert [one for one in land if one in ("P1", "P2", "P3")] == ["P1", "P3"]


def test_the_workbook_of_matches_holds_no_tax(tmp_path: Path) -> None:
    case = district(tmp_path)
    case.table("enterprise_years", {"enterprise_id": "E1", "year": 2022, "tax_wan": 98765.4321})
    case.write()
    run(tmp_path)
    book = openpyxl.load_workbook(tmp_path / "out" / "matches.xlsx")
    cells = [c for sheet in book for row in sheet.iter_rows(values_only=True) for c in row]
    assert HOLDER in cells
    assert not [cell for cell in cells if "98765" in str(cell)]
