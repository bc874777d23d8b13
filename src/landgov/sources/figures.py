"""What one delivery amounts to (报送量): rows, 亩, and the sums of its land and money."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import pandas as pd

from landgov import schema, units
from landgov.areas import area_mu
from landgov.sources.raw import RawTable

# Land and money in the units of the contract: columns that can be added up.
_SUMMED = frozenset(("亩", "m2", "万元"))
_DECIMALS = 6


@dataclass(frozen=True)
class Total:
    """Sum of one column, and over how many cells."""

    total: float
    cells: int


@dataclass(frozen=True)
class Figures:
    """Rows, measured 亩 and sums of a delivery, or of several together.

    Parameters
    ----------
    rows : int
        Rows as read.
    mu : float, optional
        Ellipsoidal 亩 of its polygons; None for a table without.
    sums : mapping of str to Total
        By column, in the unit of the contract.
    """

    rows: int
    mu: float | None
    sums: Mapping[str, Total]

    def entries(self) -> dict[str, Any]:
        """Write the figures for `run.json`.

        Examples
        --------
        >>> Figures(2, None, {"area_mu": Total(3.5, 2)}).entries()["sums"]
        {'area_mu': {'sum': 3.5, 'cells': 2}}
        """
        sums = {name: {"sum": one.total, "cells": one.cells} for name, one in self.sums.items()}
        return {"rows": self.rows, "mu": self.mu, "sums": sums}

    @classmethod
    def of_entries(cls, entry: Mapping[str, Any]) -> Self:
        """Read what `entries` wrote.

        Raises
        ------
        KeyError, TypeError, ValueError
            If the entry is none of that kind.

        Examples
        --------
        >>> Figures.of_entries({"rows": 2, "mu": None, "sums": {}}).rows
        2
        """
        mu = entry["mu"]
        sums = {
            str(name): Total(_finite(one["sum"]), int(one["cells"]))
            for name, one in entry["sums"].items()
        }
        return cls(int(entry["rows"]), None if mu is None else _finite(mu), sums)


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def figures(raw: RawTable) -> Figures:
    """Add up one file as it was sent.

    Parameters
    ----------
    raw : RawTable
        The file as read; cells that are no numbers are left out of the sums.
    """
    sums = {
        name: _total(raw.frame[name], _factor(raw, name, column.unit))
        for name, column in schema.table(raw.spec.table).columns.items()
        if column.unit in _SUMMED and name in raw.frame.columns
    }
    polygons = schema.table(raw.spec.table).geometry == "polygon" and raw.geometry is not None
    mu = round(math.fsum(area_mu(raw.geometry).dropna()), _DECIMALS) if polygons else None
    return Figures(len(raw.frame), mu, sums)


def together(parts: Iterable[Figures]) -> Figures:
    """Add the figures of several files.

    Examples
    --------
    >>> both = together([Figures(2, None, {"price_wan": Total(1.5, 1)})] * 2)
    >>> both.rows, both.sums["price_wan"].total
    (4, 3.0)
    """
    every = list(parts)
    names = dict.fromkeys(name for one in every for name in one.sums)
    sums = {
        name: Total(
            round(math.fsum(one.sums[name].total for one in every if name in one.sums), _DECIMALS),
            sum(one.sums[name].cells for one in every if name in one.sums),
        )
        for name in names
    }
    measured = [one.mu for one in every if one.mu is not None]
    mu = round(math.fsum(measured), _DECIMALS) if measured else None
    return Figures(sum(one.rows for one in every), mu, sums)


def _factor(raw: RawTable, name: str, canonical: str) -> float:
    theirs = raw.units.get(name)
    return float(units.factor(theirs, canonical)) if theirs else 1.0


def _total(column: pd.Series[Any], factor: float) -> Total:
    """Sum a column as sent; the sum does not depend on the order of the rows."""
    numbers = pd.to_numeric(column, errors="coerce").astype("float64")
    lost = numbers.isna() & column.notna()
    if lost.any():
        again = (
            column[lost].astype("str").str.normalize("NFKC").str.replace(r"[,，\s]", "", regex=True)
        )
        numbers[lost] = pd.to_numeric(again, errors="coerce").astype("float64")
    known = numbers[numbers.abs() < math.inf]
    return Total(round(math.fsum(known) * factor, _DECIMALS), len(known))
