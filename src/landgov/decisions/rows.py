"""Rows and cells of files as text, to be found again: by print, by number, by key."""

from __future__ import annotations

import hashlib
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from landgov import schema
from landgov.sources import RawTable
from landgov.sources.content import plain_number

_DECIMALS = 3  # of metres: a print must not hang on the last bits of a transformation
_SEPARATOR = "\x1f"

Places = npt.NDArray[np.int64]


def bare(text: str) -> str:
    r"""Leave out what a workbook may lose on its way: white space and what can't be printed.

    Examples
    --------
    >>> bare("东关\x0b 街道\n")
    '东关街道'
    """
    return "".join(sign for sign in text if sign.isprintable() and not sign.isspace())


def cell_words(cells: pd.Series) -> pd.Series:
    """Write cells of a file as text; an empty one is "".

    Examples
    --------
    >>> cell_words(pd.Series([12.0, None])).tolist()
    ['12', '']
    """
    if isinstance(cells.dtype, pd.StringDtype):
        return cells.fillna("")
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        return cells.astype("str").fillna("")
    words = cells.map(_written, na_action="ignore").astype(object)
    return words.where(words.notna(), "").astype("str")


def _written(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "是" if value else "否"
    return plain_number(float(value)) if isinstance(value, float | np.floating) else str(value)


class Rows:
    """Rows of one file, found by number, print or key.

    Parameters
    ----------
    raw : RawTable
        The file as read.
    """

    def __init__(self, raw: RawTable) -> None:
        self.raw = raw

    @cached_property
    def _numbers(self) -> pd.Series:
        numbers = pd.Series(np.arange(len(self.raw.rows)), index=self.raw.rows)
        return numbers[~numbers.index.duplicated()]

    def at_numbers(self, numbers: npt.ArrayLike) -> Places:
        """Places of rows by the number that the spreadsheet shows; -1 where there is none."""
        found = self._numbers.reindex(np.asarray(numbers, dtype=np.int64)).fillna(-1)
        return found.to_numpy(dtype=np.int64)

    def prints(self, places: Places) -> npt.NDArray[np.object_]:
        """Prints of rows: equal for rows that say the same, wherever they stand.

        Columns without a cell do not count, so that a row keeps its print when the file
        gets a new, empty column.
        """
        frame = self.raw.frame.iloc[places]
        text = np.full(len(places), self.raw.spec.table, dtype=object)
        for name in sorted(map(str, frame.columns)):
            words = cell_words(frame[name]).to_numpy(dtype=object)
            text = text + np.where(words == "", "", _SEPARATOR + name + "=" + words)
        if self.raw.geometry is not None:
            shapes = self.raw.geometry.to_numpy()[places]
            words = shapely.to_wkt(shapes, rounding_precision=_DECIMALS, output_dimension=2)
            text = text + _SEPARATOR + pd.Series(words, dtype=object).fillna("").to_numpy()
        digests = [
            hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()[:16] for line in text
        ]
        return np.array(digests, dtype=object)

    @cached_property
    def by_print(self) -> dict[str, list[int]]:
        """Places of all rows by their print."""
        return _grouped(self.prints(np.arange(len(self.raw.rows))))

    @cached_property
    def keys(self) -> npt.NDArray[np.object_]:
        """Key of each row as text, the parts that are needed joined; "" without a key."""
        wanted = schema.table(self.raw.spec.table)
        names = [name for name in wanted.key if wanted.columns[name].must]
        if not names or not set(names) <= set(self.raw.frame.columns):
            return np.full(len(self.raw.rows), "", dtype=object)
        first, *rest = (
            cell_words(self.raw.frame[name]).str.strip().astype(object) for name in names
        )
        for other in rest:
            first = first + "|" + other
        return first.to_numpy(dtype=object)

    @cached_property
    def by_key(self) -> dict[str, list[int]]:
        """Places of all rows by their key."""
        return _grouped(self.keys)

    def words(self, field: str, place: int) -> str:
        """Text of one cell; "" if the file has no such column."""
        if field not in self.raw.frame.columns:
            return ""
        return str(cell_words(self.raw.frame[field].iloc[[place]]).iloc[0])

    def content(self, place: int) -> str:
        """A row in words, for the record of its deletion."""
        columns = schema.table(self.raw.spec.table).columns
        parts = ((columns[name].zh, self.words(name, place)) for name in self.raw.frame.columns)
        return "；".join(f"{zh}={words}" for zh, words in parts if words)


def _grouped(names: npt.NDArray[np.object_]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, name in enumerate(names.tolist()):
        found.setdefault(name, []).append(place)
    return found
