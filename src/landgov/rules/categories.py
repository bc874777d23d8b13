"""The four categories of land that the plan names, from rulings on enterprises and parcels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from landgov.policies import Policy
from landgov.rules.findings import FOUR_WITHOUT, wider_kinds
from landgov.rules.kleene import constant, in_words, text_of
from landgov.rules.ruling import Ruling
from landgov.rules.users import Users

LOW_EFFICIENCY = ("low_tax", "three_low_above_scale", "three_low_small", "grade_d")
THREE_LOW = ("three_low_above_scale", "three_low_small", "grade_d")
TWO_HIGH = (
    "outdated_capacity",
    "high_energy",
    "high_emission",
    "energy_intensity",
    "emission_intensity",
)
# category → the rules of which any one suffices
MEMBERS: Mapping[str, tuple[str, ...]] = {
    "low_efficiency": LOW_EFFICIENCY,
    "three_low": THREE_LOW,
    "two_high": TWO_HIGH,
    "four_without": FOUR_WITHOUT,
    "wider_violations": wider_kinds(),
}


@dataclass(frozen=True)
class ParcelRuling:
    """One rule on every parcel: its own facts, its enterprises', and both with the scope.

    Parameters
    ----------
    rule, category, clause : str
        As in `Ruling`.
    answer : Series
        Nullable boolean on the parcels, in scope or not taken into account.
    own, firms : Ruling or None
        What the parcel's own facts and its enterprises' say.
    """

    rule: str
    category: str
    clause: str
    answer: pd.Series
    own: Ruling | None = None
    firms: Ruling | None = None


@dataclass(frozen=True)
class Category:
    """A category on every parcel: answer, and the land in it and in doubt, 亩."""

    answer: pd.Series
    land_mu: np.ndarray
    unknown_mu: np.ndarray


def on_parcels(
    name: str,
    users: Users,
    scope: pd.Series,
    firms: Ruling | None = None,
    own: Ruling | None = None,
) -> ParcelRuling:
    """Bring a rule to parcels: own facts OR those of the enterprises, AND in scope."""
    base = own if own is not None else firms
    if base is None:
        raise ValueError(name)
    parts = [own.answer] if own is not None else []
    if firms is not None:
        parts.append(users.any(firms.answer))
    answer = parts[0] if len(parts) == 1 else parts[0] | parts[1]
    return ParcelRuling(name, base.category, base.clause, answer & scope, own, firms)


def categorise(
    users: Users,
    scope: pd.Series,
    firm_rulings: Mapping[str, Ruling],
    own_rulings: Mapping[str, Ruling],
    collective: Mapping[str, Ruling],
    members: Mapping[str, tuple[str, ...]],
) -> dict[str, Category]:
    """Tell the categories of every parcel, with the land in each.

    Parameters
    ----------
    users : Users
        Links of parcels to enterprises.
    scope : Series
        Whether each parcel is industrial land.
    firm_rulings, own_rulings : mapping of str to Ruling
        What was found on enterprises and on parcels themselves.
    collective : mapping of str to Ruling
        Symptoms of collective land.
    members : mapping of str to tuple of str
        Rules of each other category.

    Returns
    -------
    dict
        By category. A category none of whose clauses is in force is unknown.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）1–4.
    """
    found = {
        name: _any_rule(users, scope, rules, firm_rulings, own_rulings)
        for name, rules in members.items()
    }
    answer = constant(scope.index, value=False)
    for ruling in collective.values():
        answer = answer | ruling.answer
    whole = answer & scope
    found["collective"] = Category(whole, *_whole_parcels(whole, users.parcel_mu))
    return found


def members_of(added: Iterable[Ruling], policy: Policy) -> dict[str, tuple[str, ...]]:
    """Rules of each category of which any one suffices, those that a place added last.

    A rule added to 三低 counts for low efficiency too: the one is the focus of the other.
    Whether grade D at high tax is of low efficiency is a reading (`grade_d_is_low_efficiency`).
    """
    joined = {name: list(members) for name, members in MEMBERS.items()}
    if not policy.setting("grade_d_is_low_efficiency"):
        joined["low_efficiency"].remove("grade_d")
    for ruling in added:
        if ruling.category in joined:
            joined[ruling.category].append(ruling.rule)
        if ruling.category == "three_low":
            joined["low_efficiency"].append(ruling.rule)
    return {name: tuple(members) for name, members in joined.items()}


def primary_category(categories: Mapping[str, Category], order: Sequence[str]) -> pd.Series:
    """Name the first category of each parcel, for maps of one colour; all of them are kept.

    Parameters
    ----------
    categories : mapping of str to Category
        The categories of every parcel.
    order : sequence of str
        Which comes first (`category_order` of the policy).

    Returns
    -------
    Series
        Text; missing where no category is known to hold.
    """
    index = next(iter(categories.values())).answer.index
    first = np.full(len(index), -1)
    for place, name in reversed(list(enumerate(order))):
        first[categories[name].answer.to_numpy(dtype=bool, na_value=False)] = place
    return text_of(first, order, index)


def _any_rule(
    users: Users,
    scope: pd.Series,
    members: tuple[str, ...],
    firm_rulings: Mapping[str, Ruling],
    own_rulings: Mapping[str, Ruling],
) -> Category:
    """Any of several rules, on the parcel itself or on an enterprise that uses it."""
    firm, own = either_answer(users, members, firm_rulings, own_rulings)
    answer = (own | users.any(firm)) & scope
    yes_mu, unknown_mu = users.land(firm)
    fact = own.to_numpy(dtype=bool, na_value=False)
    doubt = own.isna().to_numpy()
    yes_mu = np.where(fact, users.parcel_mu, yes_mu)
    # Links can exceed the parcel: what is left in doubt is then nothing, not less.
    rest = np.maximum(users.parcel_mu - yes_mu, 0.0)
    unknown_mu = np.where(fact, 0.0, np.where(doubt, rest, unknown_mu))
    return Category(answer, *_within_scope(scope, yes_mu, unknown_mu))


def either_answer(
    users: Users,
    members: tuple[str, ...],
    firm_rulings: Mapping[str, Ruling],
    own_rulings: Mapping[str, Ruling],
) -> tuple[pd.Series, pd.Series]:
    """Whether any of several rules holds: for each enterprise, and for each parcel by itself.

    Returns
    -------
    tuple of Series
        Nullable booleans on the enterprises and on the parcels; unknown throughout where
        none of the rules is in force.
    """
    firm = constant(users.firms, value=False)
    own = constant(users.parcels, value=False)
    on = [name for name in members if name in firm_rulings or name in own_rulings]
    for name in on:
        if name in firm_rulings:
            firm = firm | firm_rulings[name].answer
        if name in own_rulings:
            own = own | own_rulings[name].answer
    if not on:
        firm, own = constant(users.firms, None), constant(users.parcels, None)
    return firm, own


def _within_scope(
    scope: pd.Series, yes_mu: np.ndarray, unknown_mu: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Out of scope no land is in a category; where the scope is open, all of it is open."""
    inside = scope.to_numpy(dtype=bool, na_value=False)
    open_ = scope.isna().to_numpy()
    return (
        np.where(inside, yes_mu, 0.0),
        np.where(inside, unknown_mu, np.where(open_, yes_mu + unknown_mu, 0.0)),
    )


def _whole_parcels(answer: pd.Series, parcel_mu: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    yes = answer.to_numpy(dtype=bool, na_value=False)
    return np.where(yes, parcel_mu, 0.0), np.where(answer.isna(), parcel_mu, 0.0)


def category_columns(categories: Mapping[str, Category]) -> pd.DataFrame:
    """Columns of the parcel table: each category in words, its 亩, and the 亩 in doubt."""
    columns: dict[str, pd.Series] = {}
    for name, category in categories.items():
        index = category.answer.index
        columns[name] = in_words(category.answer)
        columns[f"{name}_mu"] = pd.Series(category.land_mu, index=index)
        columns[f"{name}_unknown_mu"] = pd.Series(category.unknown_mu, index=index)
    return pd.DataFrame(columns)
