"""Whether a missing fact could still change a category, or another rule has settled it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from landgov.rules.categories import ParcelRuling
from landgov.rules.labels import LABEL


def categories_of(ruling: ParcelRuling, members: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Categories that a rule can bring about: several for a rule of 三低."""
    named = tuple(name for name, rules in members.items() if ruling.rule in rules)
    return named or (ruling.category,)


def could_change(
    rulings: Sequence[ParcelRuling],
    settled: np.ndarray,
    members: Mapping[str, tuple[str, ...]],
    states: pd.DataFrame,
) -> Iterator[np.ndarray]:
    """Tell for each rule on which parcels an unknown answer keeps a category open.

    One yes suffices for a category, so that what is unknown beside it changes nothing; but
    what waits for the use of the land changes with it.

    Parameters
    ----------
    rulings : sequence of ParcelRuling
        The rules.
    settled : ndarray of bool
        Rules × parcels: the rule says yes, whether the land is industrial or not.
    members : mapping of str to tuple of str
        Rules of each category.
    states : DataFrame
        `idle` and `land_state` of the parcels: they are told in an order of their own.

    Yields
    ------
    ndarray of bool
        Of use where the answer is unknown.
    """
    open_ = {
        "idle_not_started": states["idle"].eq("unknown").to_numpy(dtype=bool),
        "idle_suspended": states["idle"].eq("unknown").to_numpy(dtype=bool),
        "partly_used": states["land_state"].eq("unknown").to_numpy(dtype=bool),
        "supplied_not_used": np.ones(len(states), dtype=bool),
    }
    by_or = list(where_open(rulings, settled, members))
    for ruling, own, flags in zip(rulings, settled, by_or, strict=True):
        if ruling.category == LABEL:
            yield np.zeros(len(states), dtype=bool)
        elif ruling.rule in open_:
            yield open_[ruling.rule]
        else:
            yield own | flags


def where_open(
    rulings: Sequence[ParcelRuling], settled: np.ndarray, members: Mapping[str, tuple[str, ...]]
) -> Iterator[np.ndarray]:
    """Tell for each rule where none of its categories has a yes; a label has no category.

    Parameters
    ----------
    rulings, settled, members
        As in `could_change`, of enterprises by themselves.
    """
    belongs = [categories_of(ruling, members) for ruling in rulings]
    yes = {
        name: np.logical_or.reduce(
            [flags for flags, names in zip(settled, belongs, strict=True) if name in names]
        )
        for name in dict.fromkeys(name for names in belongs for name in names)
    }
    for ruling, names in zip(rulings, belongs, strict=True):
        if ruling.category == LABEL:
            yield np.zeros(settled.shape[1], dtype=bool)
        else:
            yield ~np.logical_and.reduce([yes[name] for name in names])
