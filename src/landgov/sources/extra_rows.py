"""Rows that are none of the table (表外行): totals, examples, headings again; each is on record."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgov import schema
from landgov.sources.content import Content
from landgov.sources.headings import Assignment
from landgov.sources.notes import Note, note
from landgov.sources.readings import plain, reading
from landgov.sources.totals import Totals, totals_notes

_TOTAL = re.compile(
    r"(?:[(\[]?[一二三四五六七八九十\d]{1,3}[)\]]?[、.]?)?(?:本页|全[区县市镇]|各项|以上)?"
    r"(?:合计|总计|小计|共计|总合计|grandtotal|subtotal|total)(?:数|行)?[:]?"
)
_EXAMPLE = re.compile(r"[(\[【<]?(?:填写|填报)?示例")
_ANY_WORD = "计|(?i:total)"


def set_apart(table: str, content: Content, found: Assignment) -> Content:
    """Leave out the rows of a sheet that are none of the table, and note each of them.

    Parameters
    ----------
    table : str
        A table of the contract.
    content : Content
        The file as read; layers with geometry stay as they are.
    found : Assignment
        Which heading supplies which column.

    Returns
    -------
    Content
        With the other rows, and notes of kind `totals_row`, `totals_differ`, `example_row`,
        `repeated_heading` and `sheet_unit`.

    References
    ----------
    A totals row has its word, or nothing, in the key: an enterprise whose name only
    contains 合计 is none.
    """
    notes = [_column_named(one, content, found) for one in content.notes]
    notes += list(_unit_notes(found))
    if content.geometry is not None or not len(content.cells):
        return replace(content, notes=notes)
    ids = _ids(table, found)
    if not ids:
        return replace(content, notes=notes)
    example = _starting(content, ids)
    again = _headings_again(table, content, found) & ~example
    words = _total_words(content, ids)
    total = np.zeros(len(example), dtype=bool)
    total[list(words)] = True
    total &= ~(example | again)
    for at in np.flatnonzero(example).tolist():
        zh, en = "示例行，未作为数据读入", "an example; it is not read as a row"
        notes.append(_row_note("example_row", zh, en, content, at, ids[0]))
    for at in np.flatnonzero(again).tolist():
        zh, en = "重复的表头，未作为数据读入", "the headings again; they are not read as a row"
        notes.append(_row_note("repeated_heading", zh, en, content, at, ids[0]))
    if total.any():
        notes += totals_notes(table, content, found, Totals(words, total, example | again))
    apart = example | again | total
    return replace(content.rows_kept(~apart) if apart.any() else content, notes=notes)


def _column_named(one: Note, content: Content, found: Assignment) -> Note:
    """Put the column of the contract where the reader of the sheet could only give a heading."""
    if one["kind"] != "merged_cells":
        return one
    named = {content.headings[at]: column for column, at in found.columns.items()}
    return {**one, "field": named.get(str(one["field"]), one["field"])}


def _unit_notes(found: Assignment) -> Iterator[Note]:
    for column, unit in found.by_sheet.items():
        if column in found.units:
            yield note(
                "sheet_unit",
                f"表上写明单位为{unit}，{column} 按此换算",
                f"the sheet states the unit {unit}; {column} is converted from it",
                field=column,
                value=unit,
            )


def _ids(table: str, found: Assignment) -> list[int]:
    """Positions of the columns that say what a row is about."""
    columns = schema.table(table).columns
    key = [name for name in schema.table(table).key if columns[name].type == "text"]
    named = [name for name in columns if name in {"parcel_id", "enterprise_id"}]
    names = dict.fromkeys((*key, *named))
    return [found.columns[name] for name in names if name in found.columns]


def _starting(content: Content, ids: list[int]) -> npt.NDArray[np.bool_]:
    """Mark rows whose key begins with 示例."""
    found = np.zeros(len(content.cells), dtype=bool)
    for at in ids:
        cells = content.cells[at]
        for n in np.flatnonzero(_contains(cells, "示例")):
            found[n] |= _EXAMPLE.match(plain(str(cells.iloc[n]))) is not None
    return found


def _contains(cells: pd.Series[Any], words: str) -> npt.NDArray[np.bool_]:
    if not isinstance(cells.dtype, pd.StringDtype):
        return np.zeros(len(cells), dtype=bool)
    return cells.str.contains(words, na=False).to_numpy(dtype=bool)


def _headings_again(table: str, content: Content, found: Assignment) -> npt.NDArray[np.bool_]:
    """Mark rows that hold the headings once more, as every page of a print does."""
    again = np.zeros(len(content.cells), dtype=bool)
    if len(found.columns) < 2:
        return again
    first = next(iter(found.columns.values()))
    for n in np.flatnonzero((content.cells[first] == content.headings[first]).fillna(False)):
        again[n] = all(
            _means(table, content.cells[at].iloc[n], column, content.headings[at])
            for column, at in found.columns.items()
        )
    return again


def _means(table: str, cell: Any, column: str, heading: str) -> bool:
    if not isinstance(cell, str):
        return True
    one = reading(table, cell)
    return plain(cell) == plain(heading) or (one is not None and one.column == column)


def _total_words(content: Content, ids: list[int]) -> dict[int, str]:
    """Give the word of each totals row by the row's place."""
    cells = content.cells
    found: dict[int, str | None] = {}
    for at in ids:
        for n in np.flatnonzero(_contains(cells[at], _ANY_WORD)).tolist():
            found[n] = found.get(n) or _word(cells[at].iloc[n])
    # A word beside an id that is there belongs to the row that the id names.
    open_rows = np.logical_or.reduce([cells[at].isna().to_numpy() for at in ids])
    below = cells.loc[open_rows]
    for at in (n for n in range(cells.shape[1]) if n not in ids):
        for n in below.index[_contains(below[at], _ANY_WORD)].tolist():
            found[n] = found.get(n) or _word(cells[at].iloc[n])
    return {n: word for n, word in found.items() if word}


def _word(cell: object) -> str | None:
    if not isinstance(cell, str):
        return None
    folded = "".join(unicodedata.normalize("NFKC", cell).split()).casefold()
    return cell.strip() if _TOTAL.fullmatch(folded) else None


def _row_note(kind: str, zh: str, en: str, content: Content, at: int, column: int) -> Note:
    value = content.cells[column].iloc[at]
    return note(kind, zh, en, row=int(content.rows[at]), value=value)
