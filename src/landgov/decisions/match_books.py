"""Workbooks of decided matches (匹配审核表) in ``state/matches``, read row by row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
import python_calamine

from landgov.decisions.books import each_book, worksheets
from landgov.decisions.layout import (
    ACCEPT,
    DECISION,
    DECISIONS,
    MATCH_AREA,
    MATCH_HIDDEN,
    MATCH_ROLE,
    MATCH_SEEN,
    REJECT,
    hidden_heading,
)
from landgov.errors import Fault
from landgov.sources.content import reader_faults
from landgov.sources.faults import FileError
from landgov.sources.workbooks import cell_text

FOLDER: Final = "state/matches"
_SEARCHED = 20  # rows at the top of a sheet among which the headings stand


@dataclass(frozen=True)
class MatchAnswer:
    """What a person said to one proposed match.

    Parameters
    ----------
    book, sheet, row : str, str, int
        Where it stands.
    enterprise_id, parcel_id, method, named : str
        The pair, how it was found, and for ``key`` the number that the link gives instead of
        the parcel's.
    score : float
        As proposed.
    role, area : str
        As the person left or wrote them.
    accepted : bool
        Whether the pair is to be joined; a rejected one is never proposed again.
    """

    book: str
    sheet: str
    row: int
    enterprise_id: str
    parcel_id: str
    method: str
    named: str
    score: float
    role: str
    area: str
    accepted: bool

    @property
    def pair(self) -> tuple[str, str]:
        """The enterprise and the parcel."""
        return self.enterprise_id, self.parcel_id


@dataclass(frozen=True)
class MatchBook:
    """One workbook of decided matches."""

    name: str
    path: Path
    sha256: str
    answers: tuple[MatchAnswer, ...]


def read_matches(root: Path) -> tuple[list[MatchBook], list[Fault]]:
    """Read all workbooks in ``state/matches`` of a workspace; none of them is changed.

    Parameters
    ----------
    root : Path
        The workspace.

    Returns
    -------
    books : list of MatchBook
        In the order of their names.
    faults : list of Fault
        Files that are no workbook of matches, words that are no decision, and pairs that are
        decided in two ways.

    Examples
    --------
    >>> read_matches(Path("no such folder"))
    ([], [])
    """
    words: list[Fault] = []
    books, faults = each_book(root, FOLDER, lambda path: _read_book(path, words))
    faults += words
    answers = [answer for book in books for answer in book.answers]
    faults += _contradictions(answers)
    return books, faults


def _read_book(path: Path, faults: list[Fault]) -> MatchBook:
    if path.suffix.lower() != ".xlsx" or not path.is_file():
        raise _not_ours()
    with reader_faults():
        content = path.read_bytes()
        book = python_calamine.load_workbook(str(path))
        grids = {name: book.get_sheet_by_name(name).to_python() for name in worksheets(book)}
    answers: list[MatchAnswer] = []
    found = False
    for sheet, grid in grids.items():
        for number, row in enumerate(grid[:_SEARCHED]):
            headings = [cell_text(cell) or "" for cell in row]
            if DECISION in headings:
                found = True
                body = grid[number + 1 :]
                answers += _answers(path.name, sheet, headings, body, number + 2, faults)
                break
    if not found:
        raise _not_ours()
    return MatchBook(path.name, path, hashlib.sha256(content).hexdigest(), tuple(answers))


def _not_ours() -> FileError:
    return FileError(
        "not_a_match_book",
        zh=f"不是匹配审核表：没有“{DECISION}”一列",
        en="it is no workbook of matches",
        do="放入 landgov run 写出的 out/matches.xlsx（填好后另存为 .xlsx），其他文件移出此文件夹",
    )


def _answers(
    book: str,
    sheet: str,
    headings: list[str],
    body: Sequence[Sequence[Any]],
    first: int,
    faults: list[Fault],
) -> Iterator[MatchAnswer]:
    lost = [name for name in map(hidden_heading, MATCH_HIDDEN) if name not in headings]
    if lost:
        names = "、".join(lost)
        raise FileError(
            "not_a_match_book",
            zh=f"隐藏列 {names} 被删除，无法对应到企业和地块",
            en=f"hidden columns are gone: {names}",
            do="从 out/matches.xlsx 重新填写",
        )

    def said(row: Sequence[Any], heading: str) -> str:
        place = headings.index(heading) if heading in headings else len(row)
        return (cell_text(row[place]) or "").strip() if place < len(row) else ""

    for number, row in enumerate(body, first):
        word = said(row, DECISION)
        if not word:
            continue
        known = {name: said(row, hidden_heading(name)) for name in MATCH_HIDDEN}
        if word not in DECISIONS or not known["enterprise_id"] or not known["parcel_id"]:
            faults.append(_no_decision(book, number, word))
            continue
        seen = {name: said(row, heading) for name, heading in MATCH_SEEN.items()}
        others = [name for name, text in seen.items() if text and text != known[name]]
        if others:
            faults += [_other_pair(book, number, n, seen[n], known[n]) for n in others]
            continue
        yield MatchAnswer(
            book=book,
            sheet=sheet,
            row=number,
            enterprise_id=known["enterprise_id"],
            parcel_id=known["parcel_id"],
            method=known["method"],
            named=known["named"],
            score=float(pd.to_numeric(known["score"], errors="coerce")),
            role=said(row, MATCH_ROLE),
            area=said(row, MATCH_AREA),
            accepted=word == ACCEPT,
        )


def _no_decision(book: str, row: int, word: str) -> Fault:
    words = "、".join(DECISIONS)
    return Fault(
        "bad_decision",
        FOLDER,
        f"第 {row} 行“{DECISION}”栏的“{word}”不是 {words} 之一，或该行没有企业、地块编号",
        f"row {row}: {word!r} is none of {words}, or the row names no pair",
        f"在下拉选项中选 {words}，或清空",
        file=book,
        field=DECISION,
        value=word,
    )


def _other_pair(book: str, row: int, name: str, seen: str, proposed: str) -> Fault:
    heading = MATCH_SEEN[name]
    return Fault(
        "bad_decision",
        FOLDER,
        f"第 {row} 行“{heading}”被改为“{seen}”，该行的建议是“{proposed}”，不能判断采用哪一个",
        f"row {row}: {heading} was changed to {seen!r}; the row proposes {proposed!r}",
        f"改回“{proposed}”；建议不对的，决定填“{REJECT}”，正确的用地关系填入部门的用地关系表",
        file=book,
        field=heading,
        value=seen,
    )


def _contradictions(answers: Sequence[MatchAnswer]) -> Iterator[Fault]:
    """Name each pair that is decided twice in different ways; the same twice is one."""
    by_pair: dict[tuple[str, str], list[MatchAnswer]] = {}
    for answer in answers:
        by_pair.setdefault(answer.pair, []).append(answer)
    for pair, mine in sorted(by_pair.items()):
        ways = {(one.accepted, one.accepted and (one.role, one.area)) for one in mine}
        if len(ways) > 1:
            places = "；".join(f"{one.book} 第 {one.row} 行" for one in mine)
            yield Fault(
                "two_decisions",
                FOLDER,
                f"企业 {pair[0]} 与地块 {pair[1]} 有两个不同的决定：{places}",
                f"enterprise {pair[0]} and parcel {pair[1]} are decided in two ways: {places}",
                "只保留一个决定，其余清空",
                file=mine[0].book,
                field=DECISION,
                value=f"{pair[0]} {pair[1]}",
            )
