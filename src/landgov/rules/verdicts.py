"""Verdict rows: every rule on every parcel, with value, line, clause, evidence, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from landgov.quality import CheckedTable
from landgov.rules.categories import ParcelRuling
from landgov.rules.changing import could_change, where_open
from landgov.rules.enforcement import Enforcement
from landgov.rules.exempt import Exemptions
from landgov.rules.sides import UNKNOWN, YES, Side, own_side, sides
from landgov.rules.users import Users
from landgov.rules.written import Written, frame_of

COLUMNS = (
    "parcel_id",
    "rule",
    "category",
    "answer",
    "value",
    "op",
    "threshold",
    "unit",
    "clause",
    "enterprise_id",
    "source",
    "missing",
    "department",
    "file",
    "sheet",
    "row",
    "supplier",
    "data_date",
    "could_change",
    "exempt",
    "enforced_by",
)
FIRM_COLUMNS = ("enterprise_id", *(n for n in COLUMNS[1:-1] if n != "enterprise_id"))


@dataclass(frozen=True)
class Asked:
    """What is asked for verdicts, beside the rules.

    Parameters
    ----------
    users : Users
        Links of parcels to enterprises.
    tables : mapping of str to CheckedTable
        For file and row of the evidence.
    members : mapping of str to tuple of str
        Rules of each category of which any one suffices.
    exemptions : Exemptions
        Exemptions that hold.
    states : DataFrame
        The parcels' `idle` and `land_state`.
    enforcement : Enforcement
        Who acts on open findings.
    """

    users: Users
    tables: Mapping[str, CheckedTable]
    members: Mapping[str, tuple[str, ...]]
    exemptions: Exemptions
    states: pd.DataFrame
    enforcement: Enforcement


def verdict_rows(
    rulings: Sequence[ParcelRuling],
    scope: ParcelRuling,
    asked: Asked,
    only: np.ndarray | None = None,
) -> pd.DataFrame:
    """Write the long table of verdicts, one row a parcel and rule.

    A parcel out of scope has the one row `in_scope`. Where enterprises decide, the row
    names the one that does: a yes before an unknown before a no, then the one with most
    land.

    Parameters
    ----------
    rulings : sequence of ParcelRuling
        Every rule that is on.
    scope : ParcelRuling
        The rule `in_scope`.
    asked : Asked
        Users, evidence, categories and exemptions.
    only : ndarray of int, optional
        Positions of the parcels that are asked about, in order; by default all.

    Returns
    -------
    DataFrame
        Columns of the contract, sorted by parcel, in the order of the rules. Text that
        repeats is categorical; `could_change` is missing beside an answer, and
        `enforced_by` names who acts where a finding stands open, whatever the scope.
    """
    users = asked.users
    places = np.arange(len(users.parcels)) if only is None else np.asarray(only, dtype=np.int64)
    outside = scope.answer.eq(other=False).fillna(value=False).to_numpy(dtype=bool)[places]
    inside = np.flatnonzero(~outside)
    count = 1 + np.where(outside, 0, len(rulings))
    first = np.cumsum(count) - count
    written = Written.blank(int(count.sum()), (scope, *rulings), asked.tables)
    written.subject[:] = np.repeat(places, count)
    open_ = scope.answer.isna().to_numpy()[places]
    _write(written, 0, scope, asked, places, first)
    lacks = written.missing[first]
    settled = np.zeros((len(rulings), len(inside)), dtype=bool)
    acting = _Acting(len(written.subject), asked)
    for number, ruling in enumerate(rulings, 1):
        at = first[inside] + number
        rank = _write(written, number, ruling, asked, places[inside], at)
        settled[number - 1] = rank == YES
        acting.put(ruling.rule, at[rank == YES], places[inside][rank == YES])
        # Every fact of the rule is there: what is open is whether the land is industrial.
        none = written.missing[at] == 0
        waits = (written.rank[at] == UNKNOWN) & open_[inside] & none
        written.missing[at[waits]] = lacks[inside[waits]]
    states = asked.states.iloc[places[inside]]
    written.could_change[first] = True
    for number, flags in enumerate(could_change(rulings, settled, asked.members, states), 1):
        written.could_change[first[inside] + number] = flags
    table = frame_of(written, users.firms)
    table["parcel_id"] = _coded(written.subject, users.parcels)
    table["enforced_by"] = acting.column()
    return table[list(COLUMNS)]


def enterprise_rows(
    rulings: Sequence[ParcelRuling], asked: Asked, only: np.ndarray | None = None
) -> pd.DataFrame:
    """Write what the rules on enterprises say of each, whether it uses land or not.

    Parameters
    ----------
    rulings : sequence of ParcelRuling
        Every rule that is on; those that look at the parcel alone give no row.
    asked : Asked
        Evidence, categories and exemptions.
    only : ndarray of int, optional
        Positions of the enterprises that are asked about; by default all.

    Returns
    -------
    DataFrame
        As `verdict_rows`, `enterprise_id` in place of `parcel_id`.
    """
    firms = asked.users.firms
    places = np.arange(len(firms)) if only is None else np.asarray(only, dtype=np.int64)
    theirs = [
        replace(ruling, category=ruling.firms.category, clause=ruling.firms.clause)
        for ruling in rulings
        if ruling.firms is not None
    ]
    written = Written.blank(len(places) * len(theirs), theirs, asked.tables)
    written.subject[:] = np.repeat(places, len(theirs))
    settled = np.zeros((len(theirs), len(places)), dtype=bool)
    for number, ruling in enumerate(theirs):
        if ruling.firms is None:
            continue
        at = np.arange(len(places)) * len(theirs) + number
        side = own_side(ruling.firms, places)
        written.put(number, at, side.rank, side)
        exempt = asked.exemptions.of_firms(ruling.rule, ruling.category, asked.users)
        written.exempt[at] = exempt[places]
        settled[number] = side.rank == YES
    for number, flags in enumerate(where_open(theirs, settled, asked.members)):
        written.could_change[np.arange(len(places)) * len(theirs) + number] = flags
    table = frame_of(written, firms)
    table["enterprise_id"] = _coded(written.subject, firms)
    return table[list(FIRM_COLUMNS)]


def own_rows(
    rulings: Sequence[ParcelRuling], scope: ParcelRuling, asked: Asked, only: np.ndarray
) -> pd.DataFrame:
    """Write what parcels' own facts say, their enterprises left out: for one asked why.

    Parameters
    ----------
    rulings, scope, asked, only
        As in `verdict_rows`.
    """
    own = [
        replace(ruling, answer=ruling.own.answer, firms=None)
        for ruling in rulings
        if ruling.own is not None
    ]
    table = verdict_rows(own, scope, asked, only)
    return table[table["rule"] != scope.rule]


def _write(
    written: Written,
    number: int,
    ruling: ParcelRuling,
    asked: Asked,
    places: np.ndarray,
    at: np.ndarray,
) -> np.ndarray:
    """Write one rule on some parcels; give what it says before the scope is looked at."""
    answer = ruling.answer.iloc[places]
    yes = answer.to_numpy(dtype=bool, na_value=False)
    rank = np.where(answer.isna(), UNKNOWN, np.where(yes, YES, 2)).astype(np.int8)
    first, second = sides(ruling, asked.users, places)
    written.put(number, at, rank, first)
    exempt = asked.exemptions.of_parcels(ruling.rule, ruling.category, asked.users)[places]
    told: np.ndarray = first.rank
    takes = [(first, np.ones(len(places), dtype=bool))]
    if second is not None:
        take = second.rank < first.rank
        written.put(number, at[take], rank[take], _chosen(second, take))
        told = np.minimum(first.rank, second.rank)
        takes.append((second, take))
    for side, take in takes:
        if len(asked.exemptions.firms) and (side.firm >= 0).any():
            named = asked.exemptions.of_firms(ruling.rule, ruling.category, asked.users)
            exempt[take] |= np.append(named, False)[side.firm][take]
    written.exempt[at] = exempt
    return told


def _chosen(side: Side, take: np.ndarray) -> Side:
    return Side(
        side.ruling,
        side.rank[take],
        side.value[take],
        side.firm[take],
        side.rows[take],
        side.missing[take],
        side.remark[take],
    )


class _Acting:
    """Who acts on a finding that stands open, row by row; it follows the land."""

    def __init__(self, length: int, asked: Asked) -> None:
        self.acts, self.land = asked.enforcement.acts, asked.enforcement.land
        self.words = sorted({word for three in self.acts.values() for word in three} - {""})
        self.codes = np.full(length, -1, dtype=np.int8)

    def put(self, rule: str, at: np.ndarray, places: np.ndarray) -> None:
        """Name who acts on a kind of finding in some rows."""
        if rule in self.acts:
            three = pd.Index(self.words).get_indexer(pd.Index(self.acts[rule]))
            self.codes[at] = three[self.land[places]]

    def column(self) -> pd.Categorical:
        """The departments as a column."""
        return pd.Categorical.from_codes(self.codes, categories=pd.Index(self.words, dtype="str"))


def _coded(places: np.ndarray, labels: pd.Index) -> pd.Categorical:
    return pd.Categorical.from_codes(places, categories=labels)
