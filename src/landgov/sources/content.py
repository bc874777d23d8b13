"""What one file holds, before anything is known of what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from landgov.errors import LandgovError
from landgov.sources.faults import unreadable
from landgov.sources.heads import Head
from landgov.sources.notes import Note, note


@dataclass(frozen=True)
class Content:
    """One file, sheet or layer as read (文件内容).

    Parameters
    ----------
    headings : tuple of str
        Headings as the department wrote them; two may be the same.
    cells : DataFrame
        One column a heading, labelled 0, 1, …; index 0, 1, ….
    rows : array of int
        Row as the spreadsheet shows it, or the 1-based number of the feature.
    geometry : GeoSeries, optional
        In the file's own CRS, on the index of `cells`; missing and empty are None.
    sheet, layer, encoding : str, optional
        Which part of the file was read, and how.
    notes : list
        Issue rows.
    damaged : mapping
        Column label → positions of numbers with more digits than the file can hold.
    errors : mapping
        Column label → positions of cells that show an error instead of a value; the cell
        holds what it shows.
    full : frozenset of int
        Positions of headings that fill the room the format has for them.
    head : Head
        Where the headings stand; they are `headings`, without blank columns.
    description : mapping, optional
        What the file says of itself beside its rows, as written.
    """

    headings: tuple[str, ...]
    cells: pd.DataFrame
    rows: npt.NDArray[np.int64]
    geometry: gpd.GeoSeries | None = None
    sheet: str | None = None
    layer: str | None = None
    encoding: str | None = None
    notes: list[Note] = field(default_factory=list)
    damaged: Mapping[int, npt.NDArray[np.int64]] = field(default_factory=dict)
    errors: Mapping[int, npt.NDArray[np.int64]] = field(default_factory=dict)
    full: frozenset[int] = frozenset()
    head: Head = field(default_factory=Head)
    description: Mapping[str, str] | None = None

    def rows_kept(self, kept: npt.NDArray[np.bool_]) -> Content:
        """Give the content with some of its rows only, each under its own number."""
        place = np.cumsum(kept) - 1
        moved = [
            {column: place[at[kept[at]]] for column, at in marks.items() if kept[at].any()}
            for marks in (self.damaged, self.errors)
        ]
        return replace(
            self,
            cells=self.cells.loc[kept].reset_index(drop=True),
            rows=self.rows[kept],
            geometry=None if self.geometry is None else self.geometry[kept].reset_index(drop=True),
            damaged=moved[0],
            errors=moved[1],
        )

    def table(self) -> pd.DataFrame:
        """Give the cells under their headings; a repeated heading gets `#2`, `#3`, …."""
        return self.cells.set_axis(unique_names(self.headings), axis=1)

    def error_notes(self, column: int, name: str) -> list[Note]:
        """Make the issue rows of the cells of a column that show an error."""
        places = self.errors.get(column, np.zeros(0, dtype=np.int64))
        shown = [str(one) for one in self.cells[column].to_numpy()[places]]
        return [
            note(
                "error_cell",
                f"单元格是公式错误或未计算的公式（{value}），没有数值",
                "the cell shows an error or a formula that was never worked out",
                severity="error",
                row=int(row),
                field=name,
                value=value,
            )
            for row, value in zip(self.rows[places], shown, strict=True)
        ]


def unique_names(headings: Sequence[str]) -> list[str]:
    """Number repeated headings, so that each names one column.

    Examples
    --------
    >>> unique_names(["面积", "面积", "坐落"])
    ['面积', '面积#2', '坐落']
    """
    names: list[str] = []
    taken = set(headings)
    seen: dict[str, int] = {}
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        name = heading
        while seen[heading] > 1 and (name in taken or name in names):
            name = f"{heading}#{seen[heading]}"
            if name in taken or name in names:
                seen[heading] += 1
        names.append(name)
    return names


@contextmanager
def reader_faults(what_zh: str = "无法读取文件") -> Iterator[None]:
    """Turn whatever a reader library raises into the fault of the file.

    Libraries document few of the errors that damaged files bring out of them, so all are
    caught here; `LandgovError` passes, and so does what has nothing to do with the file.
    """
    try:
        yield
    except (LandgovError, MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        # A panic of a Rust reader is no Exception.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise unreadable(error, zh=what_zh) from error


def plain_number(value: float) -> str:
    """Write a number as its shortest plain text: no exponent, no trailing zero.

    Examples
    --------
    >>> plain_number(12.0), plain_number(1e20), plain_number(0.1)
    ('12', '100000000000000000000', '0.1')
    """
    if abs(value) < 1e15 and value.is_integer():
        return str(int(value))
    # The shortest digits that are sure; str(int(value)) would invent digits behind them.
    short = repr(value)
    if "e" not in short:
        return short.removesuffix(".0")
    return str(np.format_float_positional(value, unique=True, trim="-"))


def too_long(value: Any) -> bool:
    """Say whether a stored number has more digits than the 15 that a workbook keeps.

    Examples
    --------
    >>> too_long(913306001234567800.0), too_long(330604001001.0)
    (True, False)
    """
    return isinstance(value, float) and np.isfinite(value) and abs(value) >= 1e15
