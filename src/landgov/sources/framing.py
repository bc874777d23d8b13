"""The cells of a file under the names of the contract."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgov import schema
from landgov.sources.cell_repairs import lost_digits, mended_codes, serial_dates
from landgov.sources.content import Content
from landgov.sources.formats import format_of
from landgov.sources.headings import Assignment, row_columns
from landgov.sources.native import as_text, damaged_codes, settled
from landgov.sources.notes import Note
from landgov.sources.specs import SourceSpec, constant_text


def canonical_frame(
    spec: SourceSpec, content: Content, found: Assignment, notes: list[Note]
) -> pd.DataFrame:
    """Lay the cells of a file out under canonical names, with the constants.

    Parameters
    ----------
    spec : SourceSpec
        The block of `landgov.toml`.
    content : Content
        The file as read.
    found : Assignment
        Which heading supplies which column.
    notes : list
        Takes a row for every code that lost digits.

    Returns
    -------
    DataFrame
        Text from tables; native numbers, booleans and dates from vector and Parquet files,
        but text where the column is text or a code.
    """
    columns = schema.table(spec.table).columns
    tabular = not format_of(spec.path).spatial
    frame = pd.DataFrame(index=content.cells.index)
    for name in row_columns(spec.table):
        is_text = columns[name].type in {"text", "code", "codes"}
        if name in found.columns:
            at = found.columns[name]
            cells = content.cells[at]
            frame[name] = as_text(cells) if tabular or is_text else settled(cells)
            if is_text and at in content.errors:
                # In other columns #N/A is no number and no date, and is reported as such.
                notes += content.error_notes(at, name)
                frame.loc[content.errors[at], name] = np.nan
            if _is_code(name, columns[name]):
                damaged = content.damaged.get(at)
                _refuse_damaged(frame, name, content, damaged, damaged_codes(cells), notes)
                frame[name] = mended_codes(frame[name], name, content, notes)
            elif columns[name].type == "date" and tabular:
                frame[name] = serial_dates(frame[name], name, content, notes)
        elif name in spec.constants:
            frame[name] = _constant(spec.constants[name], frame.index, tabular or is_text)
    return frame


def _constant(value: object, index: pd.Index[Any], as_cell: bool) -> pd.Series[Any]:
    if as_cell or isinstance(value, str):
        return pd.Series(constant_text(value), index=index, dtype="str")
    if isinstance(value, date):
        # Days far off are beyond what pandas counts in nanoseconds, not in seconds.
        return pd.Series(np.datetime64(value, "s"), index=index)
    kind = "boolean" if isinstance(value, bool) else "float64"
    return pd.Series([value] * len(index), index=index, dtype=kind)


def _is_code(name: str, column: schema.Column) -> bool:
    return column.type == "text" and name.endswith(("_id", "_code", "_no"))


def _refuse_damaged(
    frame: pd.DataFrame,
    name: str,
    content: Content,
    stored: npt.NDArray[np.int64] | None,
    native: npt.NDArray[np.int64],
    notes: list[Note],
) -> None:
    """Report codes that were stored as numbers and lost digits; they count as missing."""
    for at in native if stored is None else stored:
        notes.append(lost_digits(name, str(frame.at[int(at), name]), int(content.rows[at])))
        # A code with lost digits could name another parcel: it may not join.
        frame.loc[int(at), name] = np.nan
