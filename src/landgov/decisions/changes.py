"""A file as read, with other values in some cells and without some rows; itself unchanged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from landgov.decisions.rows import cell_words
from landgov.sources import RawTable


def changed_table(
    raw: RawTable, values: Mapping[str, Mapping[int, str]], drops: Sequence[int]
) -> RawTable:
    """Write values into cells of a file and leave rows out.

    Parameters
    ----------
    raw : RawTable
        The file as read.
    values : mapping of str to mapping of int to str
        By column, the new text by place of the row; an empty text empties the cell. A
        column that the file lacks is added, empty elsewhere.
    drops : sequence of int
        Places of rows that go.

    Returns
    -------
    RawTable
        With what was said of cells that are mended, and of rows that go, no longer among
        its notes.
    """
    frame = raw.frame.copy()
    for name, cells in sorted(values.items()):
        column = frame[name] if name in frame.columns else _empty(frame)
        frame[name] = _with(column, cells)
    mended = {(int(raw.rows[at]), name) for name, cells in values.items() for at in cells}
    gone = {int(raw.rows[at]) for at in drops}
    notes = tuple(
        note
        for note in raw.notes
        if note["row"] not in gone
        and ((note["row"], note["field"]) not in mended or note["severity"] == "note")
    )
    changed = replace(raw, frame=frame, notes=notes)
    return _without(changed, drops) if drops else changed


def _empty(frame: pd.DataFrame) -> pd.Series[Any]:
    return pd.Series(np.nan, index=frame.index, dtype="str")


def _with(column: pd.Series[Any], cells: Mapping[int, str]) -> pd.Series[Any]:
    """Write texts into a column; one of numbers stays one as long as they are numbers."""
    places = list(cells)
    texts = pd.Series([text or None for text in cells.values()], dtype="str")
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        numbers = pd.to_numeric(texts, errors="coerce")
        if (numbers.notna() | texts.isna()).all():
            column = pd.Series(column.to_numpy(dtype="float64", na_value=np.nan))
            column.iloc[places] = numbers.to_numpy(dtype="float64")
            return column
    if not isinstance(column.dtype, pd.StringDtype):
        column = cell_words(column)
    values = column.mask(column == "").to_numpy(dtype=object, copy=True)
    values[places] = texts.to_numpy(dtype=object)
    return pd.Series(values, index=column.index, dtype="str")


def _without(raw: RawTable, drops: Sequence[int]) -> RawTable:
    keep = np.ones(len(raw.frame), dtype=bool)
    keep[list(drops)] = False
    moved = np.cumsum(keep) - 1
    geometry = raw.geometry
    return replace(
        raw,
        frame=raw.frame.loc[keep].reset_index(drop=True),
        geometry=None if geometry is None else geometry.loc[keep].reset_index(drop=True),
        flaws={int(moved[at]): reason for at, reason in raw.flaws.items() if keep[at]},
        rows=raw.rows[keep],
    )
