"""How a department lays out its workbook (表格版式): titles, merged headings, hidden cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd
import xlsxwriter

#: Stamp of every file that carries one.
STAMP: Final = datetime(2022, 12, 31)


@dataclass
class Layout:
    """What stands around and over the cells of a sheet.

    Attributes
    ----------
    title : str
        Written over the whole width above the headings.
    groups : dict of str to str
        Heading → what stands above it, merged over headings in a row; the other headings are
        merged over both rows.
    hidden_columns : set of str
        Headings of columns that are hidden.
    hidden_rows : set of int
        Labels of rows that are hidden.
    merged : list of tuple
        Heading, first and last label of cells merged downwards; only the first keeps its text.
    """

    title: str = ""
    groups: dict[str, str] = field(default_factory=dict)
    hidden_columns: set[str] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    merged: list[tuple[str, int, int]] = field(default_factory=list)

    @property
    def above(self) -> int:
        """Rows above the first row of the table's body."""
        return 1 + bool(self.title) + bool(self.groups)


def write_workbook(
    rows: pd.DataFrame, path: Path, sheet: str, layout: Layout | None = None
) -> None:
    """Write a workbook; dates are date cells, codes are text, numbers kept as text stay text.

    Parameters
    ----------
    rows : DataFrame
        As sent, under Chinese headings.
    path : Path
        Where to write.
    sheet : str
        Name of the sheet.
    layout : Layout, optional
        Without one, headings stand in the first row and nothing is merged or hidden.
    """
    options = {"default_date_format": "yyyy-mm-dd", "nan_inf_to_errors": True}
    # Merged cells reach into rows that are written later, so they need the whole sheet in memory.
    book = xlsxwriter.Workbook(str(path), options | {"constant_memory": layout is None})
    book.set_properties({"created": STAMP, "author": "landgov demo", "comments": "虚构数据"})
    page = book.add_worksheet(sheet)
    layout = layout or Layout()
    _headings(page, [str(name) for name in rows.columns], layout)
    columns = [column.astype(object).where(column.notna(), None) for _, column in rows.items()]
    # One call a cell is how a workbook is written; larger tables are sent as text.
    for number, cells in enumerate(zip(*columns, strict=True), layout.above):
        for place, value in enumerate(cells):
            _write_cell(page, number, place, value)
    _cover(page, rows, layout)
    book.close()


def _write_cell(page: Any, number: int, place: int, value: object) -> None:
    if isinstance(value, str):
        if value:
            page.write_string(number, place, value)
    elif isinstance(value, pd.Timestamp | datetime):
        page.write_datetime(number, place, value)
    elif value is not None:
        page.write_number(number, place, float(value))  # type: ignore[arg-type]


def _headings(page: Any, names: list[str], layout: Layout) -> None:
    if layout.title:
        page.merge_range(0, 0, 0, len(names) - 1, layout.title)
    top = int(bool(layout.title))
    if not layout.groups:
        page.write_row(top, 0, names)
        return
    for place, name in enumerate(names):
        group = layout.groups.get(name)
        if group is None:
            page.merge_range(top, place, top + 1, place, name)
            continue
        page.write_string(top + 1, place, name)
        members = [n for n, other in enumerate(names) if layout.groups.get(other) == group]
        if place == members[0]:
            page.merge_range(top, place, top, members[-1], group)


def _cover(page: Any, rows: pd.DataFrame, layout: Layout) -> None:
    """Hide columns and rows, and merge cells of the body."""
    names = [str(name) for name in rows.columns]
    for name in sorted(layout.hidden_columns):
        place = names.index(name)
        page.set_column(place, place, None, None, {"hidden": True})
    for label in sorted(layout.hidden_rows):
        page.set_row(label + layout.above, None, None, {"hidden": True})
    for name, first, last in layout.merged:
        place = names.index(name)
        text = str(rows.loc[first, name])
        page.merge_range(first + layout.above, place, last + layout.above, place, text)
