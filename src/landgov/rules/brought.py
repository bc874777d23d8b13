"""Every rule brought to parcels, in the order of the plan (各条规则落到地块)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from landgov.rules.categories import LOW_EFFICIENCY, TWO_HIGH, ParcelRuling, on_parcels
from landgov.rules.findings import kinds
from landgov.rules.kleene import constant, in_words
from landgov.rules.labels import LABEL, LABELS
from landgov.rules.ruling import Ruling
from landgov.rules.users import Users


def label_columns(rulings: Sequence[ParcelRuling], index: pd.Index) -> pd.DataFrame:
    """Labels of each parcel in words; what nothing was sent about is unknown."""
    found = {one.rule: one.answer for one in rulings}
    unknown = constant(index, None)
    return pd.DataFrame({name: in_words(found.get(name, unknown)) for name in LABELS})


def in_order(
    users: Users,
    scope: Ruling,
    firm_rulings: Mapping[str, Ruling],
    land_rulings: Mapping[str, Ruling],
    collective: Mapping[str, Ruling],
    clock: Mapping[str, Ruling],
    members: Mapping[str, tuple[str, ...]],
) -> tuple[ParcelRuling, ...]:
    """Bring every rule that is on to parcels, in the order of the plan, labels last.

    Parameters
    ----------
    users : Users
        Links of parcels to enterprises.
    scope : Ruling
        Whether each parcel is industrial land.
    firm_rulings, land_rulings, collective, clock : mapping of str to Ruling
        What was found on enterprises, on parcels, of collective land and by the clock.
    members : mapping of str to tuple of str
        Rules of each category.
    """
    named = dict.fromkeys((*LOW_EFFICIENCY, *TWO_HIGH, *kinds()))
    named |= dict.fromkeys(rule for rules in members.values() for rule in rules)
    labels = [
        name
        for found in (firm_rulings, land_rulings)
        for name, one in found.items()
        if one.category == LABEL
    ]

    def brought(names: Iterable[str]) -> list[ParcelRuling]:
        return [
            on_parcels(name, users, scope.answer, firm_rulings.get(name), land_rulings.get(name))
            for name in names
            if name in firm_rulings or name in land_rulings
        ]

    rulings = brought(named)
    rulings += [
        on_parcels(name, users, scope.answer, own=rule) for name, rule in collective.items()
    ]
    # The clock runs on all land: the scope of the plan does not stop it.
    rulings += [
        ParcelRuling(name, rule.category, rule.clause, rule.answer, own=rule)
        for name, rule in clock.items()
    ]
    return (*rulings, *brought(labels))
