"""Workbooks of issues that came back from the departments (退回的问题表), read row by row."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import python_calamine

from landgov.decisions.layout import (
    ACTION,
    HIDDEN,
    ISSUE_ID,
    MEND,
    MENDED,
    REMARK,
    hidden_heading,
)
from landgov.errors import Fault
from landgov.sources.content import reader_faults
from landgov.sources.faults import FileError, unreadable
from landgov.sources.workbooks import cell_text

AnyBook = TypeVar("AnyBook")

MENDED_FOLDER = "state/mended"
_SEARCHED = 20  # rows at the top of a sheet among which the headings stand


@dataclass(frozen=True)
class Answer:
    """What a clerk said to one issue.

    Parameters
    ----------
    book : str
        File name of the workbook.
    issue_id, table, file, sheet, key, field, kind, severity, value : str
        The issue as it was written into the workbook.
    row : int, optional
        Row of the data, as it was then.
    cell : str
        What the cell held then.
    content : str
        Print of the row as it was then; empty where the issue is about no row.
    now : str
        What the clerk wants it to hold.
    action : str
        One of `ACTIONS`, empty, or a word that is none of them.
    remark : str
        What the clerk wrote beside it.
    """

    book: str
    issue_id: str
    table: str
    file: str
    sheet: str
    row: int | None
    key: str
    field: str
    kind: str
    severity: str
    value: str
    cell: str
    content: str
    now: str
    action: str
    remark: str

    @property
    def changes(self) -> bool:
        """Whether the clerk wrote another value; one that is emptied has to be said so."""
        return self.now != self.cell and bool(self.now or self.action == MEND)


@dataclass(frozen=True)
class Book:
    """One workbook that came back.

    Parameters
    ----------
    name : str
        File name.
    sha256 : str
        Fingerprint of the file.
    answers : tuple of Answer
        Rows that say something.
    """

    name: str
    sha256: str
    answers: tuple[Answer, ...]


def read_books(root: Path) -> tuple[list[Book], list[Fault]]:
    """Read all workbooks in ``state/mended`` of a workspace; none of them is changed.

    Parameters
    ----------
    root : Path
        The workspace.

    Returns
    -------
    books : list of Book
        In the order of their names.
    faults : list of Fault
        Files that are no workbook of issues, or damaged.

    Examples
    --------
    >>> read_books(Path("no such folder"))
    ([], [])
    """
    return each_book(root, MENDED_FOLDER, read_book)


def each_book(
    root: Path, where: str, read: Callable[[Path], AnyBook]
) -> tuple[list[AnyBook], list[Fault]]:
    """Read every file of a folder of ``state/``, in the order of their names.

    Parameters
    ----------
    root : Path
        The workspace.
    where : str
        The folder, such as ``state/mended``.
    read : callable
        Reads one file, or raises `FileError`.

    Returns
    -------
    books : list
        What was read.
    faults : list of Fault
        Files that could not be, what stands in the folder's place, what leads out of the
        workspace.

    Examples
    --------
    >>> each_book(Path("no such folder"), "state/mended", read_book)
    ([], [])
    """
    books: list[AnyBook] = []
    faults: list[Fault] = []
    for path in _entries(root / where, where, faults):
        try:
            _at_home(root, path, where)
            books.append(read(path))
        except FileError as error:
            faults.append(error.fault(where, path.name))
    return books, faults


def _entries(folder: Path, where: str, faults: list[Fault]) -> list[Path]:
    if not folder.is_dir():
        # A file or a broken link in its place would hide that nothing is mended any more.
        wrong = [each for each in (folder.parent, folder) if _no_folder(each)]
        faults += [_misplaced(each, where) for each in wrong[:1]]
        return []
    try:
        found = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as error:
        faults.append(unreadable(error).fault(where, folder.name))
        return []
    # Office programs put a lock file beside an open workbook.
    return [path for path in found if not path.name.startswith((".", "~$"))]


def _no_folder(path: Path) -> bool:
    return os.path.lexists(path) and not path.is_dir()


def _misplaced(path: Path, where: str) -> Fault:
    return FileError(
        "not_a_folder",
        zh=f"{path.name} 不是文件夹，其中的决定无法读取",
        en=f"{path.name} is no folder, so nothing that was sent back can be read",
        do=f"移开它，建立文件夹 {where}",
    ).fault(where, path.name)


def _at_home(root: Path, path: Path, where: str) -> None:
    """Refuse a workbook that a link brings in from outside the workspace."""
    try:
        inside = path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a ring of links
        inside = False
    if not inside:
        raise FileError(
            "outside_workspace",
            zh=f"“{path.name}”在工作区之外",
            en=f"{path.name!r} lies outside the workspace",
            do=f"把文件复制到 {where}，不要用链接",
        )


def read_book(path: Path) -> Book:
    """Read one workbook that came back.

    Raises
    ------
    FileError
        ``not_a_mended_book`` or ``unreadable_file``.
    """
    if path.suffix.lower() != ".xlsx" or not path.is_file():
        raise _not_ours("不是 .xlsx 工作簿", "it is no .xlsx workbook")
    with reader_faults():
        content = path.read_bytes()
        book = python_calamine.load_workbook(str(path))
        grids = [book.get_sheet_by_name(name).to_python() for name in worksheets(book)]
    pages = [page for page in map(_page, grids) if page is not None]
    if not pages:
        zh = "不是 landgov 的数据问题表：没有“更正值”和“处理”两列的工作表"
        raise _not_ours(zh, "it has no sheet with the columns of an issue workbook")
    answers = [answer for page in pages for answer in _answers(path.name, *page)]
    return Book(path.name, hashlib.sha256(content).hexdigest(), tuple(answers))


def worksheets(book: Any) -> list[str]:
    """Names of the sheets of a workbook that hold cells, in their order."""
    kind = python_calamine.SheetTypeEnum.WorkSheet
    return [sheet.name for sheet in book.sheets_metadata if sheet.typ == kind]


def _not_ours(zh: str, en: str) -> FileError:
    do = "放入 landgov check 写出的 issues.xlsx（填好后另存为 .xlsx），其他文件移出此文件夹"
    return FileError("not_a_mended_book", zh=zh, en=en, do=do)


def _page(grid: Sequence[Sequence[Any]]) -> tuple[dict[str, int], Sequence[Sequence[Any]]] | None:
    """Find the headings of a sheet; None for a sheet that takes no answers."""
    for number, row in enumerate(grid[:_SEARCHED]):
        headings = [cell_text(cell) or "" for cell in row]
        if MENDED not in headings or ACTION not in headings:
            continue
        places = {heading: headings.index(heading) for heading in headings if heading}
        wanted = [hidden_heading(name) for name in (*HIDDEN, ISSUE_ID)]
        lost = [heading for heading in wanted if heading not in places]
        if lost:
            names = "、".join(lost)
            raise _not_ours(
                f"隐藏列 {names} 被删除，无法对应到数据", f"hidden columns are gone: {names}"
            )
        return places, grid[number + 1 :]
    return None


def _answers(book: str, places: dict[str, int], rows: Sequence[Sequence[Any]]) -> Iterator[Answer]:
    def said(row: Sequence[Any], heading: str) -> str:
        place = places.get(heading)
        text = cell_text(row[place]) if place is not None and place < len(row) else None
        return (text or "").replace("\r\n", "\n").strip()

    for row in rows:
        known = {name: said(row, hidden_heading(name)) for name in (*HIDDEN, ISSUE_ID)}
        number = known.pop("row")
        answer = Answer(
            book=book,
            row=int(number) if number.isdecimal() and len(number) < 10 else None,
            now=said(row, MENDED),
            action=said(row, ACTION),
            remark=said(row, REMARK),
            **known,
        )
        if answer.changes or answer.action not in ("", MEND):
            yield answer
