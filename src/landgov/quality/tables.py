"""A checked table: typed, keyed, every cell with the file and row it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from landgov import schema
from landgov.areas import area_mu
from landgov.quality.pieces import Piece


@dataclass(frozen=True)
class Sender:
    """Who sent a file, as its block names it (empty where it names nobody), and its day."""

    department: str
    date: date | None


@dataclass(frozen=True)
class CheckedTable:
    """A table of the contract after reading and checking.

    Parameters
    ----------
    name : str
        The table's name in the contract.
    frame : DataFrame or GeoDataFrame
        All columns of the contract, typed; indexed by the key where it is one column,
        else by position. Sorted by key, whatever the order of the files.
    given : bool
        False where the workspace has no such table.
    contested : Series of bool
        True where a row's key is empty or stands for several different rows: it joins
        with nothing.
    repeated : frozenset of str
        Keys that stand for several different rows (one-column keys only).
    undated : DataFrame of bool
        For each date column, True where it is not known whether or when it happened:
        unreadable, a placeholder, or (for events) the column is absent.
    origins : DataFrame
        `file`, `sheet`, `row` of every row read.
    position : DataFrame of int
        For each cell of `frame`, the row of `origins` it came from; -1 where none.
    covers : frozenset of str
        What the files report completely, so that no row means no.
    unread : mapping of str to frozenset of str
        By column, labels of rows whose cell could not be read or is contradictory: it is
        missing, and no list that covers the fact makes it no.
    cover_files : mapping of str to frozenset of str
        By fact, the files that report it completely.
    untrusted : Series of bool, optional
        True where a shape could be repaired only by changing its land: it tells the place on
        the map, and its area counts for nothing.
    pieces : tuple of Piece
        Faulty shapes, as sent and as repaired, for the error layer.
    senders : mapping of (str, str) to Sender
        By file and sheet, who sent it and the day that it describes.
    """

    name: str
    frame: pd.DataFrame
    given: bool
    contested: pd.Series
    repeated: frozenset[str]
    undated: pd.DataFrame
    origins: pd.DataFrame
    position: pd.DataFrame
    covers: frozenset[str] = field(default_factory=frozenset)
    unread: Mapping[str, frozenset[str]] = field(default_factory=dict)
    cover_files: Mapping[str, frozenset[str]] = field(default_factory=dict)
    untrusted: pd.Series | None = None
    pieces: tuple[Piece, ...] = ()
    senders: Mapping[tuple[str, str], Sender] = field(default_factory=dict)

    @cached_property
    def measured_mu(self) -> pd.Series:
        """Measured ellipsoidal area of each row with a trusted geometry, 亩; worked out once."""
        area = area_mu(self.frame)
        return area if self.untrusted is None else area.mask(self.untrusted)

    def source(self, rows: pd.Index | np.ndarray, column: str) -> pd.Series:
        """Say where cells came from, e.g. `年度.csv 第12行`.

        Parameters
        ----------
        rows : Index or array of int
            Positions of rows in `frame`; -1 gives an empty text.
        column : str
            The column concerned.
        """
        words = source_words(self.origins)
        return pd.Series(np.append(words, "")[self.origin_of(rows, column)], dtype="str")

    def origin_of(self, rows: pd.Index | np.ndarray, column: str) -> np.ndarray:
        """Give the rows of `origins` from which cells came; -1 where there is none.

        Parameters
        ----------
        rows : Index or array of int
            Positions of rows in `frame`; -1 has no origin.
        column : str
            The column concerned.
        """
        places = np.asarray(rows, dtype=np.int64)
        cells = self.position[column].to_numpy()
        if not len(cells):
            return np.full(len(places), -1, dtype=np.int64)
        return np.where(places >= 0, cells[places.clip(0)], -1)


def source_words(origins: pd.DataFrame) -> np.ndarray:
    """File, sheet and row of each origin as a planner would say it.

    Examples
    --------
    >>> one = pd.DataFrame({"file": ["年度.csv"], "sheet": [""], "row": [12]})
    >>> source_words(one).tolist()
    ['年度.csv 第12行']
    """
    if not len(origins):
        return np.array([], dtype=object)
    sheet = origins["sheet"].fillna("").astype(object)
    sheet = sheet.where(sheet == "", "〔" + sheet + "〕")
    words = origins["file"].astype(object) + sheet + " 第"
    words = words + origins["row"].astype(str).astype(object) + "行"
    return np.asarray(words, dtype=object)


def empty_table(name: str) -> CheckedTable:
    """A table that the workspace does not give: all columns, no rows.

    Examples
    --------
    >>> empty_table("links").given
    False
    """
    wanted = schema.table(name)
    frame = pd.DataFrame({c: empty_column(c_.type, 0) for c, c_ in wanted.columns.items()})
    if len(wanted.key) == 1:
        frame = frame.set_index(wanted.key[0])
    dates = [c for c, c_ in wanted.columns.items() if c_.type == "date"]
    return CheckedTable(
        name=name,
        frame=frame,
        given=False,
        contested=pd.Series(dtype=bool),
        repeated=frozenset(),
        undated=pd.DataFrame({c: pd.Series(dtype=bool) for c in dates}),
        origins=pd.DataFrame({"file": [], "sheet": [], "row": []}),
        position=pd.DataFrame({c: pd.Series(dtype=np.int64) for c in wanted.columns}),
    )


def empty_column(type_: str, length: int) -> pd.Series:
    """Column of a type with nothing in it.

    Examples
    --------
    >>> empty_column("yes_no", 2).tolist()
    [<NA>, <NA>]
    """
    makers: Mapping[str, tuple[Any, Any]] = {
        "number": (np.nan, "float64"),
        "integer": (pd.NA, "Int64"),
        "yes_no": (pd.NA, "boolean"),
        "date": (pd.NaT, "datetime64[us]"),
        "geometry": (None, object),
    }
    fill, kind = makers.get(type_, (None, "str"))
    column: pd.Series = pd.Series(fill, index=pd.RangeIndex(length), dtype=kind)
    return column
