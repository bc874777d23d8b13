"""Read the cells of one column by its declared type; what can't be read is said, not guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from landgov import schema
from landgov.schema import Column

_YES_NO = {
    **dict.fromkeys(("是", "有", "1", "true", "y", "yes", "√"), True),
    **dict.fromkeys(("否", "无", "0", "false", "n", "no"), False),
}
_DATE = re.compile(
    r"^(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]|(\d{2})(\d{2}))"
    r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$"
)
_MONTH = re.compile(r"^(\d{4})(?:[-/.](\d{1,2})|年(\d{1,2})月|(\d{2}))$")
_AROUND_SIGNS = re.compile(r"(?<=[-/.年月])\s+|\s+(?=[-/.年月日号])")
# What databases write where there is no date; no calendar has such a day.
_NO_DAY = re.compile(r"^(?:0000[-/.]?00[-/.]?00|9999[-/.]?99[-/.]?99)(?:[T ].*)?$")
_THOUSANDS = re.compile(r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$")
# Systems write a day near the start of their calendar, or one far away, for "no date".
_PLACEHOLDER = "9999-12-31"
_DUMMY_UNTIL, _DUMMY_FROM = pd.Timestamp("1902-01-01"), pd.Timestamp("2200-01-01")


@dataclass(frozen=True)
class Cells:
    """A column as read: its values, which cells were refused, and why.

    Parameters
    ----------
    values : Series
        Of the column's type; missing where empty or refused.
    kind : ndarray of object
        Kind of issue for each refused cell, empty text elsewhere.
    """

    values: pd.Series
    kind: np.ndarray

    @property
    def refused(self) -> np.ndarray:
        """True where the cell held something that could not be read."""
        return np.asarray(self.kind != "", dtype=bool)


def read_cells(
    raw: pd.Series, column: Column, *, numerator: int = 1, denominator: int = 1
) -> Cells:
    """Read one column of text (or of a vector file's own types) as its declared type.

    Parameters
    ----------
    raw : Series
        Cells as they were sent.
    column : Column
        What the contract says of the column.
    numerator, denominator : int
        Exact factor from their unit to the canonical one; numbers only.

    Returns
    -------
    Cells
        An empty cell is missing and not refused. Anything that can't be read is refused
        with its kind (`bad_number`, `bad_date`, `dummy_date`, `bad_code`, `bad_yes_no`,
        `bad_integer`, `out_of_range`) and missing.

    Examples
    --------
    >>> share = schema.table("links").columns["share"]
    >>> cells = read_cells(pd.Series(["0.5", "", "半", "1.2"], dtype="str"), share)
    >>> cells.kind.tolist()
    ['', '', 'bad_number', 'out_of_range']
    """
    reader = _READERS[column.type]
    if column.type in ("number", "integer"):
        return _in_range(_numbers(raw, column, numerator, denominator), column)
    return reader(raw, column)


def plain(text: str) -> str:
    """Fold full-width characters and surrounding white space.

    Examples
    --------
    >>> plain("　１２．５ ")
    '12.5'
    """
    return unicodedata.normalize("NFKC", text).strip()


def _text(raw: pd.Series) -> pd.Series:
    """Text of each cell, white space stripped; empty cells missing."""
    if not isinstance(raw.dtype, pd.StringDtype):
        text = raw.map(_as_written, na_action="ignore").astype("str")
    else:
        text = raw
    text = text.str.strip()
    return text.mask(text == "")


def _as_written(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _texts(raw: pd.Series, _column: Column) -> Cells:
    return _accepted(_text(raw))


def _accepted(values: pd.Series) -> Cells:
    return Cells(values, np.full(len(values), "", dtype=object))


def _by_word(
    raw: pd.Series, read: Callable[[str], object], kind: str
) -> tuple[pd.Series, np.ndarray]:
    """Read each different word once; a word that reads as None is refused."""
    text = _text(raw)
    codes, words = pd.factorize(text)
    readings = np.array([read(plain(word)) for word in words] + [None], dtype=object)
    values = readings[codes]
    refused = (codes >= 0) & pd.isna(values)
    return pd.Series(values, index=raw.index), np.where(refused, kind, "").astype(object)


def _yes_no(raw: pd.Series, _column: Column) -> Cells:
    if pd.api.types.is_bool_dtype(raw.dtype):
        return _accepted(raw.astype("boolean"))
    values, kind = _by_word(raw, lambda word: _YES_NO.get(word.casefold()), "bad_yes_no")
    return Cells(values.astype("boolean"), kind)


@cache
def _words_of(code_list: str) -> Mapping[str, str]:
    words: dict[str, str] = {}
    for entry in schema.codes(code_list):
        for word in (entry.code, entry.zh, *entry.official, *entry.synonyms):
            words[plain(word).casefold()] = entry.code
    return words


def _coded(raw: pd.Series, column: Column) -> Cells:
    words = _words_of(column.codes)
    values, kind = _by_word(raw, lambda word: words.get(word.casefold()), "bad_code")
    return Cells(values.astype("str"), kind)


def _lists(raw: pd.Series, _column: Column) -> Cells:
    def read(word: str) -> str:
        return "|".join(part for part in re.split(r"[,，、;；|\s]+", word) if part)

    values, kind = _by_word(raw, read, "bad_code")
    return Cells(values.astype("str"), kind)


def _numbers(raw: pd.Series, column: Column, numerator: int, denominator: int) -> Cells:
    if pd.api.types.is_numeric_dtype(raw.dtype) and not pd.api.types.is_bool_dtype(raw.dtype):
        numbers = raw.to_numpy(dtype=float, na_value=np.nan)
        refused = np.isinf(numbers)
    else:
        text = _text(raw)
        numbers = pd.to_numeric(text, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        numbers = numbers.copy()
        again = np.flatnonzero(np.isnan(numbers) & text.notna().to_numpy())
        for place in again:  # only cells that are not plain numbers: a handful
            numbers[place] = _folded_number(plain(str(text.iloc[place])))
        refused = (text.notna().to_numpy() & np.isnan(numbers)) | np.isinf(numbers)
    numbers = np.where(refused, np.nan, numbers)
    if (numerator, denominator) != (1, 1):
        numbers = numbers * numerator / denominator
    whole = column.type == "integer"
    kind = np.where(refused, "bad_integer" if whole else "bad_number", "").astype(object)
    if whole:
        broken = ~np.isnan(numbers) & (numbers != np.floor(numbers))
        kind[broken] = "bad_integer"
        numbers = np.where(broken, np.nan, numbers)
    return Cells(pd.Series(numbers, index=raw.index), kind)


def _folded_number(word: str) -> float:
    if _THOUSANDS.match(word):
        word = word.replace(",", "")
    try:
        return float(word) if "_" not in word else np.nan
    except ValueError:
        return np.nan


def _in_range(cells: Cells, column: Column) -> Cells:
    numbers = cells.values.to_numpy(dtype=float)
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high
    outside = (numbers < low) | (numbers > high)
    kind = np.where(outside, "out_of_range", cells.kind).astype(object)
    values = cells.values.mask(outside)
    if column.type == "integer":
        values = values.astype("Int64")
    return Cells(values, kind)


def _iso(word: str) -> str | None:
    if _NO_DAY.match(word):
        return _PLACEHOLDER
    found = _DATE.match(_AROUND_SIGNS.sub("", word))
    if found:
        year, *rest = found.groups()
        month, day = (part for part in rest if part is not None)
        return f"{year}-{int(month):02d}-{int(day):02d}"
    return None


def _iso_month(word: str) -> str | None:
    found = _MONTH.match(word)
    if found:
        year, *rest = found.groups()
        month = next(part for part in rest if part is not None)
        return f"{year}-{int(month):02d}-01"
    return _iso(word)


def _dates(raw: pd.Series, column: Column) -> Cells:
    if pd.api.types.is_datetime64_any_dtype(raw.dtype):
        days = (raw.dt.tz_localize(None) if raw.dt.tz is not None else raw).dt.normalize()
        kind = np.full(len(raw), "", dtype=object)
        values = days.astype("datetime64[us]")
    else:
        # A meter is read for a month; every other date needs its day.
        read = _iso_month if column.name == "month" else _iso
        words, kind = _by_word(raw, read, "bad_date")
        values = pd.to_datetime(words.astype("str"), format="%Y-%m-%d", errors="coerce")
        values = values.astype("datetime64[us]")
        kind[words.notna().to_numpy() & values.isna().to_numpy()] = "bad_date"
    dummy = ((values < _DUMMY_UNTIL) | (values >= _DUMMY_FROM)).to_numpy()
    kind[dummy] = "dummy_date"
    return Cells(values.mask(dummy), kind)


_READERS: Mapping[str, Callable[[pd.Series, Column], Cells]] = {
    "text": _texts,
    "yes_no": _yes_no,
    "code": _coded,
    "codes": _lists,
    "date": _dates,
    "number": _texts,
    "integer": _texts,
}
