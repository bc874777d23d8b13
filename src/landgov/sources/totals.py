"""Totals rows compared with what they add up (合计行与明细核对)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgov import schema, units
from landgov.errors import LandgovError
from landgov.sources.content import Content, plain_number
from landgov.sources.headings import Assignment
from landgov.sources.notes import Note, note

_SUMMED = ("m2", "元", "tce", "kWh", "t", "m3", "人")
"""Figures in these units, or units that convert to them, add up; shares and angles don't."""

_RELATIVE = 1e-9


@dataclass(frozen=True)
class Totals:
    """Which rows are totals: their words by place, and which other rows are none of the table."""

    words: Mapping[int, str]
    total: npt.NDArray[np.bool_]
    other: npt.NDArray[np.bool_]


def totals_notes(table: str, content: Content, found: Assignment, totals: Totals) -> Iterator[Note]:
    """Name each totals row, and compare its figures with the rows that it may add up.

    A figure agrees if it is the sum of all rows, of those above, of those since the last
    totals row, or of those down to the next, within half of its last decimal place.

    Parameters
    ----------
    table : str
        A table of the contract.
    content : Content
        The file with its totals rows.
    found : Assignment
        Which heading supplies which column.
    totals : Totals
        Which rows are totals.
    """
    columns = schema.table(table).columns
    summed = {name: at for name, at in found.columns.items() if _adds_up(columns[name])}
    figures = {name: _figures(content.cells[at]) for name, at in summed.items()}
    for at in np.flatnonzero(totals.total).tolist():
        row, word = int(content.rows[at]), totals.words[at]
        compared = []
        for name, values in figures.items():
            stated = float(values[at])
            if np.isnan(stated):
                continue
            places = _decimals(str(content.cells[summed[name]].iloc[at]))
            sums = _sums(values, totals, at)
            near = min(sums, key=lambda one: abs(one - stated))
            if abs(near - stated) > 0.5 * 10.0**-places + _RELATIVE * abs(stated):
                yield _differs(columns[name], row, stated, _expected(sums, word), places)
            else:
                compared.append(columns[name].zh)
        agreed = f"；与明细之和一致：{'、'.join(compared)}" if compared else ""
        agreed_en = f"; it agrees with its rows in {', '.join(compared)}" if compared else ""
        yield note(
            "totals_row",
            f"“{word}”行不是一条数据，未读入{agreed}",
            f"{word!r} is a row of totals and is not read{agreed_en}",
            row=row,
            value=word,
        )


def _adds_up(column: schema.Column) -> bool:
    if column.type not in {"number", "integer"} or not column.unit:
        return False
    for unit in _SUMMED:
        try:
            units.factor(column.unit, unit)
        except LandgovError:
            continue
        return True
    return False


def _figures(cells: pd.Series[Any]) -> npt.NDArray[np.float64]:
    """Read figures as far as they are numbers; the others count as nothing."""
    numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float, na_value=np.nan).copy()
    for at in np.flatnonzero(np.isnan(numbers) & cells.notna().to_numpy()):
        word = unicodedata.normalize("NFKC", str(cells.iloc[at])).replace(",", "").strip()
        try:
            numbers[at] = float(word)
        except ValueError:
            continue
    numbers[~np.isfinite(numbers)] = np.nan
    return numbers


def _decimals(written: str) -> int:
    _, _, places = unicodedata.normalize("NFKC", written).strip().partition(".")
    return min(len(places), 15)


def _sums(values: npt.NDArray[np.float64], totals: Totals, at: int) -> list[float]:
    """Sums of the rows that a total may stand for: all, above, since the last, to the next."""
    rows = np.where(totals.total | totals.other, 0.0, np.nan_to_num(values))
    others = np.flatnonzero(totals.total)
    last = max((int(n) for n in others if n < at), default=-1)
    following = min((int(n) for n in others if n > at), default=len(rows))
    # A part without rows adds nothing up; with no row at all, all of them is the only sum.
    parts = [rows[:at], rows[last + 1 : at], rows[at + 1 : following]]
    return [float(rows.sum()), *(float(part.sum()) for part in parts if len(part))]


def _expected(sums: Sequence[float], word: str) -> float:
    """The sum that a total most likely means: of its part for 小计, of everything otherwise."""
    return sums[-1] if "小计" in word or "sub" in word.casefold() else sums[0]


def _differs(column: schema.Column, row: int, stated: float, summed: float, places: int) -> Note:
    said, sum_ = plain_number(stated), plain_number(round(summed, max(places, 6)))
    made = note(
        "totals_differ",
        f"“{column.zh}”合计行写 {said}，明细相加为 {sum_}，两者不符；请核对是否缺行或有误",
        f"{column.name}: the totals row says {said}, the rows add up to {sum_}; please check",
        severity="warning",
        row=row,
        field=column.name,
        value=said,
    )
    return {**made, "before": said, "after": sum_}
