"""Exemptions (例外): the answer stays, and is labelled, where the plan speaks of a principle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from landgov import schema
from landgov.quality import CheckedTable, tell
from landgov.rules.users import Users

# Exempt from the evaluation of enterprises: no rule, and dealt with where grades are given.
EVALUATION = "evaluation"


@dataclass(frozen=True)
class Exemptions:
    """Exemptions that hold on `as_of`: which rule or category, for whom.

    Parameters
    ----------
    parcels, firms : mapping of str to ndarray of bool
        By rule or category, which parcels and enterprises are named, by position.
    """

    parcels: Mapping[str, np.ndarray]
    firms: Mapping[str, np.ndarray]

    def of_parcels(self, rule: str, category: str, users: Users) -> np.ndarray:
        """Parcels that are exempt from a rule or its category themselves (bool)."""
        return _named(self.parcels, (rule, category), len(users.parcels))

    def of_firms(self, rule: str, category: str, users: Users) -> np.ndarray:
        """Enterprises that are exempt from a rule or its category (bool)."""
        return _named(self.firms, (rule, category), len(users.firms))

    def words(self, users: Users) -> pd.Series:
        """Name the rules from which a parcel or an enterprise that uses it is exempt.

        Returns
        -------
        Series
            Text on the parcels, joined by 、; missing where there is none.
        """
        text = np.full(len(users.parcels), "", dtype=object)
        for rule in sorted({*self.parcels, *self.firms}):
            named = _named(self.parcels, (rule,), len(users.parcels))
            firm = _named(self.firms, (rule,), len(users.firms))
            used = np.zeros(len(users.parcels), dtype=bool)
            used[users.parcel[np.append(firm, False)[users.firm]]] = True
            word = exempt_word(rule)
            text = np.where(named | used, np.where(text == "", word, text + "、" + word), text)
        found = pd.Series(text, index=users.parcels, dtype="str")
        return found.mask(found == "")


def exempt_word(rule: str) -> str:
    """Chinese term of a rule or category that an exemption names.

    Examples
    --------
    >>> exempt_word("low_tax")
    '亩均税收'
    """
    for listed in ("rule", "category"):
        word = schema.result_word(listed, rule)
        if word != rule:
            return word
    return rule


def exemptions_on(
    table: CheckedTable,
    as_of: date,
    parcels: pd.Index,
    firms: pd.Index,
    rules: frozenset[str],
    issues: list[dict[str, Any]],
) -> Exemptions:
    """Tell which exemptions hold on a date; `from` and `to` are included, empty is no limit.

    Parameters
    ----------
    table : CheckedTable
        Exemptions as checked.
    as_of : date
        The day judged on.
    parcels, firms : Index
        Labels; an exemption of anybody else joins nothing.
    rules : frozenset of str
        Ids of rules and categories that an exemption can name.
    issues : list of dict
        Exemptions of a rule that there is not are added.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）1: “原则上”.
    """
    frame, day = table.frame, pd.Timestamp(as_of)
    meant = frame["rule"].map(_by_word(rules))
    lost = np.flatnonzero((meant.isna() & frame["rule"].notna()).to_numpy(dtype=bool))
    told = frame["rule"].iloc[lost].tolist()
    tell(issues, "unknown_rule", table, lost, "rule", value=told)
    holds = ~(frame["from"] > day) & ~(frame["to"] < day) & meant.notna()
    rows = frame[holds.to_numpy(dtype=bool)].assign(rule=meant)
    rows = rows[rows["rule"] != EVALUATION]
    return Exemptions(
        _positions(rows, "parcel_id", parcels), _positions(rows, "enterprise_id", firms)
    )


def _by_word(rules: frozenset[str]) -> dict[str, str]:
    """Ids and Chinese terms of what an exemption can name, by what a department may write."""
    named = {exempt_word(rule): rule for rule in sorted(rules)}
    return {**named, **{rule: rule for rule in rules}, EVALUATION: EVALUATION}


def _positions(rows: pd.DataFrame, subject: str, index: pd.Index) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}
    for rule, named in rows.groupby("rule")[subject]:
        at = index.get_indexer(pd.Index(named.dropna()))
        flags = np.zeros(len(index), dtype=bool)
        flags[at[at >= 0]] = True
        found[str(rule)] = flags
    return found


def _named(by_rule: Mapping[str, np.ndarray], names: tuple[str, ...], size: int) -> np.ndarray:
    flags = np.zeros(size, dtype=bool)
    for name in names:
        if name in by_rule:
            flags |= by_rule[name]
    return flags
