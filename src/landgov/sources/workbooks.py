"""Workbooks (Excel 工作簿): text stays text, numbers become their shortest plain text."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import python_calamine

from landgov.sources.cell_errors import ErrorCell, error_cells
from landgov.sources.content import (
    SEARCHED_ROWS,
    Content,
    HeadingRow,
    first_row,
    plain_number,
    reader_faults,
    too_long,
)
from landgov.sources.faults import FileError, listed, suggest, unreadable
from landgov.sources.heading_faults import toml_text
from landgov.sources.notes import Note, note

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


def first_rows(path: Path, sheet: str) -> tuple[tuple[str, ...], ...]:
    """Give the first rows of a sheet as text, for a look at its headings.

    Raises
    ------
    FileError
        ``unreadable_file``.
    """
    with reader_faults():
        page = _opened(path).get_sheet_by_name(sheet)
        rows = page.to_python(skip_empty_area=False, nrows=SEARCHED_ROWS)
        return tuple(tuple(cell_text(cell) or "" for cell in row) for row in rows)


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
        if sheet is None:
            sheet, grid = _only_sheet(book, heading_row, fits, notes)
        else:
            grid = _grid(book, sheet)
        if not grid:
            raise unreadable(f"sheet {sheet!r} is empty", zh=f"工作表“{sheet}”是空的")
        return _content(grid, sheet, heading_row, notes, error_cells(path, sheet))


def _opened(path: Path) -> Any:
    try:
        return python_calamine.load_workbook(str(path))
    except python_calamine.PasswordError as error:
        raise unreadable("it is protected by a password", zh="工作簿有密码") from error


def _visible(book: Any) -> list[str]:
    sheets = [s for s in book.sheets_metadata if s.typ == python_calamine.SheetTypeEnum.WorkSheet]
    shown = [s.name for s in sheets if s.visible == python_calamine.SheetVisibleEnum.Visible]
    return shown or [s.name for s in sheets]


def _grid(book: Any, sheet: str) -> list[list[Any]]:
    # Rows before the first cell are kept, so that row numbers are those of the screen.
    return list(book.get_sheet_by_name(sheet).to_python(skip_empty_area=False))


def _only_sheet(
    book: Any, heading_row: HeadingRow, fits: Fits | None, notes: list[Note]
) -> tuple[str, list[list[Any]]]:
    names = _visible(book)
    grids = {name: grid for name in names if (grid := _grid(book, name))}
    if len(names) == 1 or len(grids) == 1:
        name = next(iter(grids), names[0])
        return name, grids.get(name, [])
    fitting = [
        name for name, grid in grids.items() if fits and fits(_headings(grid, heading_row)[1])
    ]
    if len(fitting) != 1:
        raise _missing_sheet(None, fitting or list(grids))
    zh = f"工作簿有 {len(names)} 个工作表，表头相符的只有“{fitting[0]}”"
    notes.append(note("sheet", zh, f"only sheet {fitting[0]!r} has fitting headings"))
    return fitting[0], grids[fitting[0]]


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


def _headings(grid: list[list[Any]], heading_row: HeadingRow) -> tuple[int, list[str]]:
    first = [[cell_text(cell) or "" for cell in row] for row in grid[:SEARCHED_ROWS]]
    at = heading_row(first)
    return at, first[at]


def _content(
    grid: list[list[Any]],
    sheet: str,
    heading_row: HeadingRow,
    notes: list[Note],
    errors: Sequence[ErrorCell],
) -> Content:
    at, headings = _headings(grid, heading_row)
    for cell in errors:
        if cell.row < len(grid) and cell.column < len(grid[cell.row]):
            grid[cell.row][cell.column] = cell.shows or "#"
    body = grid[at + 1 :]
    columns = list(zip(*body, strict=True)) if body else [() for _ in headings]
    texts = [[cell_text(cell) for cell in column] for column in columns]
    # A column without heading and without content is only the edge of the used range.
    kept = [n for n, text in enumerate(texts) if headings[n].strip() or any(text)]
    cells = pd.DataFrame(
        {new: pd.Series(texts[old], dtype="str") for new, old in enumerate(kept)},
        index=pd.RangeIndex(len(body)),
    )
    filled = cells.notna().any(axis=1).to_numpy(dtype=bool) if kept else np.zeros(0, bool)
    # Rows left after the blank ones are dropped, by their place in `body`.
    place = np.cumsum(filled) - 1
    long = {n: [r for r, cell in enumerate(columns[n]) if too_long(cell)] for n in kept}
    wrong = {n: [c.row - at - 1 for c in errors if c.column == n and c.row > at] for n in kept}
    return Content(
        headings=tuple(headings[n].strip() or f"第{n + 1}列" for n in kept),
        cells=cells.loc[filled].reset_index(drop=True),
        rows=np.arange(at + 2, at + 2 + len(body), dtype=np.int64)[filled],
        sheet=sheet,
        notes=notes,
        damaged={new: place[long[old]] for new, old in enumerate(kept) if long[old]},
        errors={new: place[wrong[old]] for new, old in enumerate(kept) if wrong[old]},
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
