"""Land cut into pieces that each answer one thing: parcel × link, and what no link holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgov.rules import Judgement, from_words
from landgov.rules.categories import either_answer
from landgov.rules.users import Users
from landgov.summary.rounding import MU_DIGITS, apportioned

# Answers as numbers, so that OR is the larger and AND the smaller of two.
NO, OPEN, YES = 0, 1, 2
OUT_OF_SCOPE, UNKNOWN, RESIDUAL = "out_of_scope", "unknown", "residual"
NO_CATEGORY, OVER_ALLOCATED = "no_category", "over_allocated"
# Differences of one parcel below this many millionths of an 亩 are rounding, not land.
_ROUNDING_UNITS = 1

Ranks = npt.NDArray[np.int8]
# category → ranks of the links, or None where the parcel alone decides, and of the parcels
Facts = Mapping[str, tuple[Ranks | None, Ranks]]


@dataclass(frozen=True)
class LandPieces:
    """Pieces of land (地块 × 用地关系), each in one place and with one answer a category.

    Parameters
    ----------
    parcel, firm : ndarray of int
        Positions of the parcel and of the enterprise; firm -1 where none is known.
    units : ndarray of int
        Land in millionths of an 亩; 0 where `measured` is false.
    measured : ndarray of bool
        Whether the land is known: of a parcel whose land is missing it is not, nor of a
        link whose area is.
    answers : mapping of str to ndarray
        For each category `NO`, `OPEN` or `YES`.
    primary : ndarray of str
        The one row of a table in which the piece is counted: the first category that
        answers yes, else ``out_of_scope``, ``unknown``, ``residual`` (nobody is linked to
        it), ``over_allocated`` (links exceed the parcel: negative) or ``no_category``.
    """

    parcel: npt.NDArray[np.int64]
    firm: npt.NDArray[np.int64]
    units: npt.NDArray[np.int64]
    measured: npt.NDArray[np.bool_]
    answers: Mapping[str, Ranks]
    primary: npt.NDArray[np.object_]


def facts_of(judged: Judgement) -> tuple[Facts, Ranks]:
    """Answers of each category for links and for parcels by themselves, and the scope.

    Returns
    -------
    tuple
        By category the ranks of the links of `judged.users` (None where the parcel alone
        decides) and of the parcels, before the scope is taken into account; and the ranks
        of the scope.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）1–4.
    """
    users = judged.users
    on_firms = {rule.rule: rule.firms for rule in judged.rulings if rule.firms is not None}
    on_land = {rule.rule: rule.own for rule in judged.rulings if rule.own is not None}
    facts: dict[str, tuple[Ranks | None, Ranks]] = {}
    for category, members in judged.members.items():
        firm, own = either_answer(users, members, on_firms, on_land)
        facts[category] = ranked(users.answers(firm)), ranked(own)
    facts["collective"] = None, ranked(from_words(judged.parcels["collective"]))
    return facts, ranked(judged.scope.answer)


def ranked(answer: pd.Series[Any]) -> Ranks:
    """Nullable booleans as `NO`, `OPEN`, `YES`.

    Examples
    --------
    >>> ranked(pd.Series([True, None, False], dtype="boolean")).tolist()
    [2, 1, 0]
    """
    yes = answer.to_numpy(dtype=bool, na_value=False)
    return np.where(answer.isna(), OPEN, np.where(yes, YES, NO)).astype(np.int8)


def land_pieces(users: Users, facts: Facts, scope: Ranks, order: Sequence[str]) -> LandPieces:
    """Cut every parcel into its links and the rest, so that the pieces make its land.

    Parameters
    ----------
    users : Users
        Active links with their land.
    facts : mapping
        By category the ranks of the links and of the parcels, as `facts_of` gives them.
    scope : ndarray
        Rank of each parcel: whether it is industrial land.
    order : sequence of str
        Categories of the table, the one that is counted first at the head.

    Returns
    -------
    LandPieces
        Whole numbers: their sum over a parcel is its land, and over all parcels the sum of
        all land, rounded once to a millionth of an 亩. What is left beside a link of
        unknown area is in a category only if it is so whoever of those links holds it.
    """
    count = len(users.parcels)
    land = _parcel_units(users)
    known = ~np.isnan(users.parcel_mu)
    measured = ~np.isnan(users.land_mu) & known[users.parcel]
    lacking = np.zeros(count, dtype=bool)
    lacking[users.parcel[~measured]] = True
    link_units, rest = _split(users, land, measured, known & ~lacking)
    # A parcel without links is one piece even if its land is missing: it is a parcel.
    whole = np.bincount(users.parcel, minlength=count) == 0
    left = np.flatnonzero(np.where(known, rest != 0, whole) | (whole & known))
    parcel = np.concatenate([users.parcel, left])
    answers: dict[str, Ranks] = {}
    for category in order:
        ranks = np.concatenate(_of_links_and_rest(users, *facts[category], ~measured, left))
        answers[category] = np.minimum(ranks, scope[parcel]).astype(np.int8)
    units = np.concatenate([link_units, np.where(known, rest, 0)[left]])
    by_link = np.arange(len(parcel)) < len(users.parcel)
    return LandPieces(
        parcel=parcel,
        firm=np.concatenate([users.firm, np.full(len(left), -1)]).astype(np.int64),
        units=units,
        measured=np.concatenate([measured, known[left]]),
        answers=answers,
        primary=_primary(answers, scope[parcel], ~by_link & ~lacking[parcel], units),
    )


def _parcel_units(users: Users) -> npt.NDArray[np.int64]:
    """Land of each parcel in millionths of an 亩, adding up to the rounded sum."""
    known = ~np.isnan(users.parcel_mu)
    units = np.zeros(len(users.parcels), dtype=np.int64)
    if known.any():
        labels = users.parcels.to_numpy(dtype=object)[known].astype(str)
        order = np.argsort(labels, kind="stable")
        units[known] = apportioned(users.parcel_mu[known], order)
    return units


def _split(
    users: Users,
    land: npt.NDArray[np.int64],
    measured: npt.NDArray[np.bool_],
    closed: npt.NDArray[np.bool_],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Land of each link, and what they leave of each parcel, in whole units.

    Where the links make the parcel (`closed`: all are measured), the rounding goes to the
    first of them, the largest.
    """
    count = len(users.parcels)
    mu = np.where(measured, users.land_mu, 0.0)
    link = np.rint(mu * 10**MU_DIGITS).astype(np.int64)
    held = np.zeros(count, dtype=np.int64)
    np.add.at(held, users.parcel, link)
    rest = land - held
    exact = users.parcel_mu - np.bincount(users.parcel, weights=mu, minlength=count)
    made = closed & users.has_link & (np.abs(exact) * 10**MU_DIGITS <= _ROUNDING_UNITS)
    first = np.flatnonzero(np.diff(users.parcel, prepend=-1) != 0)
    first = first[made[users.parcel[first]]]
    link[first] += rest[users.parcel[first]]
    rest[made] = 0
    return link, rest


def _of_links_and_rest(
    users: Users,
    link: Ranks | None,
    own: Ranks,
    unmeasured: npt.NDArray[np.bool_],
    left: npt.NDArray[np.intp],
) -> tuple[Ranks, Ranks]:
    """Rank of each link, and of what is left of the parcels `left`, scope aside."""
    if link is None:
        return own[users.parcel], own[left]
    either = np.maximum(link, own[users.parcel])
    rest = np.where(users.unlinked_unknown, np.maximum(own, OPEN), own)
    agreed = _agreed(users.parcel[unmeasured], either[unmeasured], rest)
    return either, agreed[left]


def _agreed(parcel: npt.NDArray[np.int64], link: Ranks, own: Ranks) -> Ranks:
    """What the links of unknown area and land without link agree on; else it is open."""
    low, high = own.copy(), own.copy()  # without such links both stay what it is
    np.minimum.at(low, parcel, link)
    np.maximum.at(high, parcel, link)
    return np.where(low == high, low, OPEN).astype(np.int8)


def _primary(
    answers: Mapping[str, Ranks],
    scope: Ranks,
    unheld: npt.NDArray[np.bool_],
    units: npt.NDArray[np.int64],
) -> npt.NDArray[np.object_]:
    """The one row of a table in which each piece is counted."""
    open_ = scope == OPEN
    for rank in answers.values():
        open_ = open_ | (rank == OPEN)
    tests = [rank == YES for rank in answers.values()]
    tests += [scope == NO, units < 0, open_, unheld]
    words = [*answers, OUT_OF_SCOPE, OVER_ALLOCATED, UNKNOWN, RESIDUAL]
    choices = [np.full(len(scope), word, dtype=object) for word in words]
    chosen: npt.NDArray[np.object_] = np.select(tests, choices, default=NO_CATEGORY)
    return chosen
