"""Sheets that people read: title, headings, filter, totals; text that never becomes a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from landgov.publish.files import whole
from landgov.publish.sheet_body import Body, fill

ROWS_A_SHEET = 1_000_000
"""Rows of one sheet; the format ends at 1,048,576, and what is longer goes on in a second."""
NOT_KNOWN = "—"
"""What a column of numbers may show where nothing is known, so that it is not read as zero."""
_LONGEST = 32_000
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_GREEN, _LINE = "#E2EFDA", "#BFBFBF"

# Columns as wide together as this (digits) are still read on one A3 page across.
_PAGE_WIDE = 300


@dataclass(frozen=True)
class Column:
    """One column of a sheet: which column of the frame, its heading, width, and form.

    Parameters
    ----------
    form : str
        ``text``; ``wrap``; ``@``, text that stays text when somebody types into it; or a
        number format.
    total : float or str, optional
        Cell of the last row.
    fills : mapping
        Colour of the cell by the kind of its row, before that of the row.
    choices : sequence of str
        What a drop-down offers; other words stay possible.
    hidden : bool
        Kept for the program, out of sight.
    """

    name: str
    heading: str
    width: float = 12
    form: str = "text"
    total: float | str | None = None
    fills: Mapping[str, str] = field(default_factory=dict)
    choices: Sequence[str] = ()
    hidden: bool = False


@dataclass(frozen=True)
class Sheet:
    """One sheet: frame, columns, the lines above the heading, and the colour of each row.

    Rows that are `fitted` are as high as their wrapped texts need: not every program finds
    that out by itself.
    """

    name: str
    frame: pd.DataFrame
    columns: Sequence[Column]
    title: str
    lines: Sequence[str] = ()
    colours: Mapping[str, str] = field(default_factory=dict)
    colour_by: str = ""
    fitted: bool = False


def write_workbook(
    path: str | Path, sheets: Iterable[Sheet], *, as_of: date, title: str, footer: str = ""
) -> None:
    """Write sheets as one xlsx, the same bytes for the same sheets.

    Parameters
    ----------
    path : str or Path
        File to write; an old one is replaced whole.
    sheets : iterable of Sheet
        In their order.
    as_of : date
        Stands as the date of creation in the file: the clock is not read.
    title, footer : str
        Title in the file's properties; text under each printed page.

    Notes
    -----
    Every text is written as text: one that begins with =, +, - or @ stays what it is.
    Characters that XML does not allow are left out; a text over 32,000 characters is cut,
    and says so.

    Examples
    --------
    >>> import tempfile
    >>> frame = pd.DataFrame({"name": ["=1+1"]})
    >>> sheet = Sheet("清单", frame, [Column("name", "名称")], "示例")
    >>> target = Path(tempfile.mkdtemp()) / "list.xlsx"
    >>> write_workbook(target, [sheet], as_of=date(2022, 12, 31), title="示例")
    >>> pd.read_excel(target, header=1, engine="calamine")["名称"].tolist()
    ['=1+1']
    """
    sheets = list(sheets)
    frame = io.BytesIO()
    book = xlsxwriter.Workbook(frame, {"in_memory": True})
    book.set_properties({"title": title, "created": datetime(as_of.year, as_of.month, as_of.day)})
    formats = _Formats(book)
    bodies = []
    for sheet in sheets:
        for number, start in enumerate(range(0, max(len(sheet.frame), 1), ROWS_A_SHEET), 1):
            name = sheet.name if number == 1 else f"{sheet.name}{number}"
            rows = sheet.frame.iloc[start : start + ROWS_A_SHEET]
            last = start + ROWS_A_SHEET >= len(sheet.frame)
            bodies.append(_frame(book.add_worksheet(name), sheet, rows, formats, footer, last))
    book.close()
    with whole(path) as part:
        fill(frame, part, bodies)


def text(cell: object) -> str:
    r"""Text as a cell may hold it: no characters that XML forbids, not over the limit.

    Examples
    --------
    >>> text("东关\x0b街道")
    '东关街道'
    """
    clean = _NO_XML.sub("", str(cell))
    return clean if len(clean) <= _LONGEST else clean[:_LONGEST] + "……（过长，已截断）"


class _Formats:
    """Cell formats of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, str, bool], Format] = {}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.line = book.add_format({"font_color": "#595959"})
        head = {"bold": True, "bg_color": _GREEN, "border": 1, "border_color": _LINE}
        self.head = book.add_format(
            head | {"text_wrap": True, "align": "center", "valign": "vcenter"}
        )

    def cell(self, form: str, colour: str = "", *, total: bool = False) -> Format:
        key = (form, colour, total)
        if key not in self._made:
            look: dict[str, Any] = {"valign": "top", "border": 1, "border_color": _LINE}
            if form in ("wrap", "@"):
                look["text_wrap"] = True
            if form not in ("text", "wrap"):
                look["num_format"] = form
            if colour:
                look["bg_color"] = colour
            if total:
                look |= {"bold": True, "top": 2}
            self._made[key] = self._book.add_format(look)
        return self._made[key]


def _frame(
    page: Worksheet,
    sheet: Sheet,
    rows: pd.DataFrame,
    formats: _Formats,
    footer: str,
    last: bool,
) -> Body:
    """Write all of a sheet but its rows, and a specimen of each kind of row in their place."""
    for position, column in enumerate(sheet.columns):
        page.set_column(position, position, column.width, None, {"hidden": column.hidden})
    page.write_string(0, 0, text(sheet.title), formats.title)
    for number, line in enumerate(sheet.lines, 1):
        page.write_string(number, 0, text(line), formats.line)
    top = 1 + len(sheet.lines)
    # A heading is bold, and its filter button takes the room of a letter.
    tallest = max(
        (ceil((_width(text(c.heading)) + 2) / max(c.width - 1, 1)) for c in sheet.columns),
        default=1,
    )
    page.set_row(top, 16 * max(tallest, 2))
    for position, column in enumerate(sheet.columns):
        page.write_string(top, position, text(column.heading), formats.head)
    kinds = ["", *sheet.colours]
    for number, kind in enumerate(kinds, top + 1):
        for position, column in enumerate(sheet.columns):
            colour = column.fills.get(kind, sheet.colours.get(kind, ""))
            page.write_blank(number, position, None, formats.cell(column.form, colour))
    for position, column in enumerate(sheet.columns):
        page.write_blank(
            top + 1 + len(kinds), position, None, formats.cell(column.form, total=True)
        )
    end = top + 1 + len(rows)
    for position, column in enumerate(sheet.columns if len(rows) else ()):
        if column.choices:
            offered = {"validate": "list", "source": list(column.choices)}
            page.data_validation(top + 1, position, end - 1, position, offered)
    page.freeze_panes(top + 1, 2)
    page.autofilter(top, 0, max(end - 1, top), len(sheet.columns) - 1)
    page.repeat_rows(top)
    page.set_landscape()
    page.set_paper(8)  # A3
    across = ceil(sum(column.width for column in sheet.columns if not column.hidden) / _PAGE_WIDE)
    page.fit_to_pages(across, 0)
    if across > 1:
        page.repeat_columns(0, 1)  # what each row is about stands on every page
    page.set_footer(f"&L{footer}&C&A&R&P / &N")
    known = {kind: place for place, kind in enumerate(kinds)}
    of_row = rows[sheet.colour_by] if sheet.colour_by else [""] * len(rows)
    totals = [column.total for column in sheet.columns] if last else []
    return Body(
        first=top + 2,
        columns=[_cells(rows, column) for column in sheet.columns],
        kinds=[known.get(kind, 0) for kind in of_row],
        specimens=len(kinds),
        totals=totals if any(total is not None for total in totals) else [],
        lines=_lines_needed(rows, sheet.columns) if sheet.fitted else [],
    )


def _lines_needed(rows: pd.DataFrame, columns: Sequence[Column]) -> list[int]:
    """Lines of the tallest wrapped text of each row."""
    most = np.ones(len(rows), dtype=np.int64)
    for column in columns:
        if column.form not in ("wrap", "@") or column.hidden or column.name not in rows:
            continue
        codes, words = pd.factorize(rows[column.name])
        width = max(column.width - 1, 1)
        need = [
            sum(max(1, ceil(_width(each) / width)) for each in str(word).split("\n"))
            for word in words
        ]
        most = np.maximum(most, np.append(np.array(need, dtype=np.int64), 1)[codes])
    return most.tolist()


def _width(words: str) -> int:
    """Width of a text in digits; a Chinese letter is as wide as two."""
    return sum(1 if sign.isascii() else 2 for sign in words)


def _cells(rows: pd.DataFrame, column: Column) -> list[str | float | None]:
    """Cells of one column; None where missing, where the frame has no such column, or infinite."""
    if column.name not in rows.columns:
        return [None] * len(rows)
    values = rows[column.name]
    if column.form in ("text", "wrap", "@"):
        known: dict[object, str] = {}  # the same words come again and again: clean each once
        for value in values.dropna().unique():
            known[value] = text(value)
        return [known.get(value) for value in values]
    numbers = pd.to_numeric(values, errors="coerce").astype("float64")
    finite = numbers.abs() < float("inf")
    shown = numbers.astype("object").where(finite, None).mask(values.eq(NOT_KNOWN), NOT_KNOWN)
    cells: list[str | float | None] = shown.tolist()
    return cells
