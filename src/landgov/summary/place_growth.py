"""Growth of every place, over the enterprises known in both years and over all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgov.register.growth import yearly
from landgov.summary.parts import Floats, Parts, sum_at

GROWN: Final = {
    "tax": ("tax_wan",),
    "value_added": ("value_added_wan",),
    "labour_productivity": ("value_added_wan", "employees"),
}
"""Word → the figure, or the two of which the first is divided by the second."""


@dataclass(frozen=True)
class Span:
    """Two years to compare.

    Parameters
    ----------
    word : str
        Ending of the names: ``growth`` or ``average_growth``.
    years : int
        Years between them.
    now, then : DataFrame
        Figures of all enterprises of the later and of the base year, in the same order.
    """

    word: str
    years: int
    now: pd.DataFrame
    then: pd.DataFrame


def place_growth(
    span: Span, parts: Parts, place: npt.NDArray[np.intp], size: int
) -> dict[str, Floats]:
    """Compare two years of every place, spread by the land of today (增长率).

    Parameters
    ----------
    span : Span
        The years and their figures.
    parts : Parts
        Every link as a part of its enterprise.
    place : ndarray of int
        Place of every part; -1 is none.
    size : int
        Number of places.

    Returns
    -------
    dict
        For tax, value added and labour productivity the growth of the enterprises known in
        both years; with ``_all`` of all that are known in each, so that it moves too when
        one begins, ends or is reported for the first time; with ``_known_mu`` the land of
        those known in both. Missing where the base is nothing or less.

    References
    ----------
    虞政办发〔2021〕86号, 一（三）3.
    """
    there = (place >= 0) & ~np.isnan(parts.part)
    at, firm = place[there], parts.firm[there]
    part, land = parts.part[there], parts.land_mu[there]
    word = span.word
    out: dict[str, Floats] = {}
    for grown, names in GROWN.items():
        later, base = (
            [frame[name].to_numpy(dtype=float)[firm] for name in names]
            for frame in (span.now, span.then)
        )
        known = [~np.isnan(np.sum(each, axis=0)) for each in (later, base)]
        both = known[0] & known[1]
        for ending, masks in (("", (both, both)), ("_all", (known[0], known[1]))):
            sums = [
                _level([sum_at(at[mask], (one * part)[mask], size) for one in each])
                for each, mask in zip((later, base), masks, strict=True)
            ]
            out[f"{grown}_{word}{ending}"] = yearly(sums[0], sums[1], span.years)
        out[f"{grown}_{word}_known_mu"] = sum_at(at[both], land[both], size)
    return out


def _level(sums: list[Floats]) -> Floats:
    """The sum, or the ratio of the two sums."""
    if len(sums) == 1:
        return sums[0]
    level: Floats = np.full(len(sums[0]), np.nan)
    np.divide(sums[0], sums[1], out=level, where=sums[1] > 0)
    return level
