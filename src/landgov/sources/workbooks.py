"""Workbooks (Excel 工作簿): text stays text, numbers become their shortest plain text."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import python_calamine

from landgov.sources.cell_errors import ErrorCell, error_cells
from landgov.sources.content import Content, plain_number, reader_faults, too_long
from landgov.sources.faults import FileError, listed, suggest, unreadable
from landgov.sources.heading_faults import toml_text
from landgov.sources.heads import LOOKED_ROWS, Head, HeadingRow, Merge, first_row
from landgov.sources.notes import Note, note
from landgov.sources.sheet_notes import fill_down, hidden_notes
from landgov.sources.sheet_parts import Hidden, hidden_of, page_of

Fits = Callable[[Sequence[str]], bool]
"""Says whether headings are those of the wanted table."""


def sheet_names(path: Path) -> list[str]:
    """Name the visible sheets of a workbook; all of them if every one is hidden.

    Raises
    ------
    FileError
        ``unreadable_file``.
    """
    with reader_faults():
        return _visible(_opened(path))


@dataclass(frozen=True)
class _Sheet:
    """One sheet: its cells, rows before the first cell included, and its merged ranges."""

    name: str
    grid: list[list[Any]]
    merges: tuple[Merge, ...]


def first_rows(path: Path, sheet: str) -> tuple[tuple[tuple[str, ...], ...], tuple[Merge, ...]]:
    """Give the first rows of a sheet as text, and its merged ranges, for a look at its headings.

    Raises
    ------
    FileError
        ``unreadable_file``.
    """
    with reader_faults():
        page = _opened(path).get_sheet_by_name(sheet)
        rows = page.to_python(skip_empty_area=False, nrows=LOOKED_ROWS)
        texts = tuple(tuple(cell_text(cell) or "" for cell in row) for row in rows)
        return texts, tuple(page.merged_cell_ranges or ())


def workbook_content(
    path: Path,
    *,
    sheet: str | None = None,
    heading_row: HeadingRow = first_row,
    fits: Fits | None = None,
) -> Content:
    """Read one sheet of a workbook.

    Parameters
    ----------
    path : Path
        An .xlsx, .xlsm or .xls file.
    sheet : str, optional
        The sheet. Without it the only one that is not empty, or the only one whose headings
        fit; where several do, the entry has to say.
    heading_row : callable
        Picks the headings among the first rows.
    fits : callable, optional
        Says whether headings are those of the wanted table.

    Raises
    ------
    FileError
        ``unreadable_file`` or ``missing_sheet``.

    References
    ----------
    ECMA-376 (xlsx): a number keeps 15 digits.
    """
    with reader_faults():
        book = _opened(path)
        notes: list[Note] = []
        if sheet is not None and sheet not in book.sheet_names:
            raise _missing_sheet(sheet, book.sheet_names)
        page = _sheet(book, sheet) if sheet else _only_sheet(book, heading_row, fits, notes)
        if not page.grid:
            raise unreadable(f"sheet {page.name!r} is empty", zh=f"工作表“{page.name}”是空的")
        xml = page_of(path, page.name)
        return _content(page, heading_row, notes, error_cells(xml), hidden_of(xml))


def _opened(path: Path) -> Any:
    try:
        return python_calamine.load_workbook(str(path))
    except python_calamine.PasswordError as error:
        raise unreadable("it is protected by a password", zh="工作簿有密码") from error


def _visible(book: Any) -> list[str]:
    sheets = [s for s in book.sheets_metadata if s.typ == python_calamine.SheetTypeEnum.WorkSheet]
    shown = [s.name for s in sheets if s.visible == python_calamine.SheetVisibleEnum.Visible]
    return shown or [s.name for s in sheets]


def _sheet(book: Any, name: str) -> _Sheet:
    page = book.get_sheet_by_name(name)
    # Rows before the first cell are kept, so that row numbers are those of the screen.
    grid = list(page.to_python(skip_empty_area=False))
    return _Sheet(name, grid, tuple(page.merged_cell_ranges or ()))


def _only_sheet(book: Any, heading_row: HeadingRow, fits: Fits | None, notes: list[Note]) -> _Sheet:
    names = _visible(book)
    pages = {name: page for name in names if (page := _sheet(book, name)).grid}
    if len(names) == 1 or len(pages) == 1:
        name = next(iter(pages), names[0])
        return pages.get(name, _Sheet(name, [], ()))
    fitting = [
        name for name, page in pages.items() if fits and fits(_head(page, heading_row).names)
    ]
    if len(fitting) != 1:
        raise _missing_sheet(None, fitting or list(pages))
    zh = f"工作簿有 {len(names)} 个工作表，表头相符的只有“{fitting[0]}”"
    notes.append(note("sheet", zh, f"only sheet {fitting[0]!r} has fitting headings"))
    return pages[fitting[0]]


def _missing_sheet(sheet: str | None, names: Sequence[str]) -> FileError:
    near = suggest(sheet or "", names)
    first = near.words[0] if near.words else (names[0] if names else "Sheet1")
    zh = f"没有工作表“{sheet}”{near.zh}" if sheet else "工作簿有多个工作表，须写明用哪一个"
    en = f"there is no sheet {sheet!r}{near.en}" if sheet else "say which sheet to read"
    return FileError(
        "missing_sheet",
        zh=f"{zh}；工作表有：{listed(names) or '（无）'}",
        en=f"{en}; sheets: {listed(names)}",
        do=f"sheet = {toml_text(first)}",
        field="sheet",
        value=sheet or "",
    )


def _head(page: _Sheet, heading_row: HeadingRow) -> Head:
    first = [[cell_text(cell) or "" for cell in row] for row in page.grid[:LOOKED_ROWS]]
    return heading_row(first, page.merges)


def _content(
    page: _Sheet,
    heading_row: HeadingRow,
    notes: list[Note],
    errors: Sequence[ErrorCell],
    hidden: Hidden,
) -> Content:
    grid, head = page.grid, _head(page, heading_row)
    width = max(map(len, grid))
    headings = [name.strip() for name in head.names] + [""] * (width - len(head.names))
    labels = [heading or f"第{n}列" for n, heading in enumerate(headings, 1)]
    for cell in errors:
        if cell.row < len(grid) and cell.column < len(grid[cell.row]):
            grid[cell.row][cell.column] = cell.shows or "#"
    notes += fill_down(grid, page.merges, head.body, labels)
    body = grid[head.body :]
    columns = list(zip(*body, strict=True)) if body else [() for _ in headings]
    texts = [[cell_text(cell) for cell in column] for column in columns]
    # A column without heading and without content is only the edge of the used range.
    kept = [n for n, text in enumerate(texts) if headings[n] or any(text)]
    cells = pd.DataFrame(
        {new: pd.Series(texts[old], dtype="str") for new, old in enumerate(kept)},
        index=pd.RangeIndex(len(body)),
    )
    filled = cells.notna().any(axis=1).to_numpy(dtype=bool) if kept else np.zeros(0, bool)
    notes += hidden_notes(hidden, grid, labels, head.body)
    # Rows left after the blank ones are dropped, by their place in `body`.
    place = np.cumsum(filled) - 1
    long = {n: [r for r, cell in enumerate(columns[n]) if too_long(cell)] for n in kept}
    wrong = {
        n: [c.row - head.body for c in errors if c.column == n and c.row >= head.body] for n in kept
    }
    return Content(
        headings=tuple(labels[n] for n in kept),
        cells=cells.loc[filled].reset_index(drop=True),
        rows=np.arange(head.body + 1, head.body + 1 + len(body), dtype=np.int64)[filled],
        sheet=page.name,
        notes=notes,
        damaged={new: place[long[old]] for new, old in enumerate(kept) if long[old]},
        errors={new: place[wrong[old]] for new, old in enumerate(kept) if wrong[old]},
        head=head,
    )


def cell_text(cell: Any) -> str | None:
    """Write a cell as text: numbers plain, dates as ISO text, blanks as None.

    Examples
    --------
    >>> cell_text("0012"), cell_text(12.0), cell_text(datetime.date(2022, 3, 1)), cell_text(" ")
    ('0012', '12', '2022-03-01', None)
    """
    if isinstance(cell, str):
        return cell if cell.strip() else None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return plain_number(cell)
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    if isinstance(cell, (datetime.date, datetime.time)):
        return cell.isoformat()
    return None if cell is None else str(cell)
