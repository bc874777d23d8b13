"""Pathways that people decided on (治理方式决定) in ``state/pathways``, read row by row."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import python_calamine

from landgov import schema
from landgov.decisions.books import each_book, worksheets
from landgov.errors import Fault
from landgov.sources.content import reader_faults
from landgov.sources.encodings import text_encoding
from landgov.sources.faults import FileError
from landgov.sources.workbooks import cell_text

FOLDER: Final = "state/pathways"
HEADINGS: Final = {
    "parcel_id": "宗地代码",
    "enterprise_id": "统一社会信用代码",
    "pathway": "决定方式",
    "reason": "决定理由",
    "decided_by": "决定单位",
    "date": "决定日期",
    "proposed": "#proposed",
}
"""Columns of a decision, with the headings of the sheet that a run writes."""
_NEEDED = ("parcel_id", "pathway", "reason", "decided_by", "date")
_FILLED_IN = ("pathway", "reason", "decided_by", "date")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00:00)?")
_SEARCHED = 20  # rows at the top of a sheet among which the headings stand
_NO_DECISION = "unknown"


@dataclass(frozen=True)
class Decision:
    """What an office decided for a parcel, or for one enterprise on it.

    Parameters
    ----------
    book, row : str, int
        Where it stands.
    parcel_id, enterprise_id : str
        For whom; without an enterprise for the whole parcel.
    pathway, way : str
        Code of `pathway`, and for ``other`` that of `pathway_way`; empty where not told.
    reason, decided_by : str
        Why, and which office.
    on : date
        When.
    proposed : str
        What was proposed when it was decided; empty where not told.
    """

    book: str
    row: int
    parcel_id: str
    enterprise_id: str
    pathway: str
    way: str
    reason: str
    decided_by: str
    on: date
    proposed: str

    @property
    def source(self) -> str:
        """File and row, as a planner would say it."""
        return f"{FOLDER}/{self.book} 第{self.row}行"


@dataclass(frozen=True)
class Refused:
    """A row that can't be taken: which cell, and what to do."""

    book: str
    row: int
    key: str
    field: str
    value: str
    do: str


@dataclass(frozen=True)
class PathwayBook:
    """One file of decisions."""

    name: str
    sha256: str
    decisions: tuple[Decision, ...]
    refused: tuple[Refused, ...]


def pathway_words() -> dict[str, tuple[str, str]]:
    """Pathway and way by every word and code that a decision may write.

    Examples
    --------
    >>> pathway_words()["退二进三"], pathway_words()["整治提升"]
    (('other', 'to_services'), ('upgrade', ''))
    """
    words: dict[str, tuple[str, str]] = {}
    for name in schema.result_codes("pathway"):
        if name != _NO_DECISION:
            words |= dict.fromkeys((name, schema.result_word("pathway", name)), (name, ""))
    for way in schema.result_codes("pathway_way"):
        words |= dict.fromkeys((way, schema.result_word("pathway_way", way)), ("other", way))
    return words


def read_pathways(root: Path) -> tuple[list[PathwayBook], list[Fault]]:
    """Read all decisions in ``state/pathways`` of a workspace; none of the files is changed.

    Parameters
    ----------
    root : Path
        The workspace.

    Returns
    -------
    books : list of PathwayBook
        In the order of their names; rows that can't be taken are among them.
    faults : list of Fault
        Files that can't be read or are no decisions.

    Examples
    --------
    >>> read_pathways(Path("no such folder"))
    ([], [])
    """
    return each_book(root, FOLDER, _read)


def _read(path: Path) -> PathwayBook:
    if path.suffix.lower() not in (".xlsx", ".csv") or not path.is_file():
        raise _not_ours("不是 .xlsx 或 .csv 文件", "it is no .xlsx or .csv")
    with reader_faults():
        content = path.read_bytes()
        grids = _grids(path, content)
    decisions: list[Decision] = []
    refused: list[Refused] = []
    words, found = pathway_words(), False
    for grid in grids:
        for number, row in enumerate(grid[:_SEARCHED]):
            places = _places(row)
            if {"parcel_id", "pathway"} <= set(places):
                found = True
                for at, cells in enumerate(grid[number + 1 :], number + 2):
                    said = {
                        name: cells[place].strip() if place < len(cells) else ""
                        for name, place in places.items()
                    }
                    one = _decision(path.name, at, said, words)
                    if isinstance(one, Decision):
                        decisions.append(one)
                    elif one is not None:
                        refused.append(one)
                break
    if not found:
        raise _not_ours("没有“宗地代码”和“决定方式”两列", "it has no parcel_id and pathway")
    digest = hashlib.sha256(content).hexdigest()
    return PathwayBook(path.name, digest, tuple(decisions), tuple(refused))


def _grids(path: Path, content: bytes) -> list[list[list[str]]]:
    """Cells of every sheet as text."""
    if path.suffix.lower() == ".csv":
        text = content.decode(text_encoding(content, None).encoding).removeprefix("\ufeff")
        return [list(csv.reader(io.StringIO(text, newline="")))]
    book = python_calamine.load_workbook(str(path))
    sheets = (book.get_sheet_by_name(name) for name in worksheets(book))
    return [
        [[cell_text(cell) or "" for cell in row] for row in sheet.to_python(skip_empty_area=False)]
        for sheet in sheets
    ]


def _places(row: Sequence[str]) -> dict[str, int]:
    """Column of each field, by its heading in Chinese or its name."""
    headings = [heading.strip() for heading in row]
    return {
        name: headings.index(word)
        for name, zh in HEADINGS.items()
        for word in (name, zh)
        if word in headings
    }


def _decision(
    book: str, row: int, said: Mapping[str, str], words: Mapping[str, tuple[str, str]]
) -> Decision | Refused | None:
    """Read one row; None where nothing is decided."""
    known = {name: said.get(name, "") for name in HEADINGS}
    filled = [name for name in _FILLED_IN if known[name]]
    if not filled:
        return None
    key = "|".join(known[name] for name in ("parcel_id", "enterprise_id") if known[name])

    def refuse(field: str, do: str) -> Refused:
        return Refused(book, row, key, HEADINGS[field], known[field], do)

    for name in _NEEDED:
        if not known[name]:
            return refuse(name, f"填写“{HEADINGS[name]}”；不作决定的，把整行的决定清空")
    if known["pathway"] not in words:
        offered = "、".join(word for word in words if not word.isascii())
        return refuse("pathway", f"改为 {offered} 之一")
    on = _day(known["date"])
    if on is None:
        return refuse("date", "写成 2023-03-01 这样的日期")
    pathway, way = words[known["pathway"]]
    return Decision(
        book=book,
        row=row,
        parcel_id=known["parcel_id"],
        enterprise_id=known["enterprise_id"],
        pathway=pathway,
        way=way,
        reason=known["reason"],
        decided_by=known["decided_by"],
        on=on,
        proposed=words.get(known["proposed"], (known["proposed"], ""))[0],
    )


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def _not_ours(zh: str, en: str) -> FileError:
    return FileError(
        "not_a_pathway_book",
        zh=f"不是治理方式决定表：{zh}",
        en=en,
        do="放入 landgov run 写出的 out/pathways.xlsx（填好后另存），其他文件移出此文件夹",
    )
