"""Dates in order, and nothing done before it could be.

A date that must not precede another: one issue a row and cell, naming the nearest date that
should come first. Left out on purpose, because both orders are legitimate: works begun before
the contract or the hand-over (papers made up later), a commitment checked before it is due
(an early acceptance), a hand-over after the agreed start with a stated act of government.

What happened can't lie after `as_of` in tables that tell a state (the parcel table) or works
done. Findings, links, signatures and lists of validity may: the rules leave them out until
their day. A file most of which lies later is newer than `as_of`, and that is no fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from landgov import schema
from landgov.quality.tables import CheckedTable
from landgov.quality.telling import Issues, tell

#: Table → later date → dates that should precede it, the nearest first.
_ORDERED: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "contracts": {
        "delivered_on": ("signed_on",),
        "agreed_start": ("delivered_on", "signed_on"),
        "agreed_completion": ("agreed_start", "delivered_on", "signed_on"),
        "suspended_on": ("actual_start",),
    },
    "links": {"to": ("from",)},
    "findings": {"closed_on": ("found_on",)},
    "platforms": {"valid_to": ("valid_from",)},
    "exemptions": {"to": ("from",)},
}
#: What has happened, by table.
_HAPPENED: Final[Mapping[str, tuple[str, ...]]] = {
    "parcels": ("occupied_since", "building_year"),
    "contracts": ("actual_start", "suspended_on"),
    "commitments": ("checked_on",),
    "stages": ("actual_on",),
    "buildings": ("year",),
    "enterprise_years": ("year",),
}
# More late rows than this, and a larger share of the column: the file is newer than as_of.
_NEWER_ROWS: Final = 20
_NEWER_SHARE: Final = 0.2


def check_dates(tables: Mapping[str, CheckedTable], as_of: date, issues: Issues) -> None:
    """Warn of dates before the one that should precede them, and of deeds after `as_of`.

    Parameters
    ----------
    tables : mapping of str to CheckedTable
        All tables.
    as_of : date
        The date judged on.
    issues : list of dict
        `dates_out_of_order` and `after_as_of` are added.
    """
    for name, order in _ORDERED.items():
        for later, earlier in order.items():
            _in_order(tables[name], later, earlier, issues)
    _stages(tables["stages"], issues)
    for name, columns in _HAPPENED.items():
        for column in columns:
            _happened(tables[name], column, as_of, issues)


def _in_order(checked: CheckedTable, later: str, earlier: tuple[str, ...], issues: Issues) -> None:
    """The nearest date that is known decides; the one before it has its own turn."""
    frame = checked.frame
    settled = np.zeros(len(frame), dtype=bool)
    for name in earlier:
        known = frame[name].notna().to_numpy() & ~settled
        wrong = known & (frame[later] < frame[name]).to_numpy(dtype=bool)
        if (later, name) == ("agreed_start", "delivered_on"):
            excused = wrong & frame["delay_cause"].eq("government").to_numpy(dtype=bool)
            known, wrong = known & ~excused, wrong & ~excused
        settled |= known
        column = schema.table(checked.name).columns[name]
        _say(checked, np.flatnonzero(wrong), later, (column.zh, name), frame[name], issues)


def _stages(checked: CheckedTable, issues: Issues) -> None:
    """Hold each stage of a project against the latest of the stages before it."""
    frame = checked.frame
    if not len(frame):
        return
    listed = [entry.code for entry in schema.codes("stage")]
    rank = frame["stage"].map({code: place for place, code in enumerate(listed)})
    usable = rank.notna() & frame["parcel_id"].notna() & ~checked.contested.to_numpy(dtype=bool)
    rows = np.flatnonzero(usable.to_numpy())
    project = pd.factorize(frame["parcel_id"].iloc[rows])[0]
    step = rank.iloc[rows].to_numpy(dtype=np.int64)
    for name in ("planned_on", "actual_on"):
        day = frame[name].astype("datetime64[us]").to_numpy()[rows].astype(np.int64)
        # A missing day is the smallest number, so the running latest passes over it.
        table = np.full((int(project.max(initial=-1)) + 1, len(listed)), np.iinfo(np.int64).min)
        table[project, step] = day
        before = np.maximum.accumulate(table, axis=1)
        nothing = np.full((len(table), 1), np.iinfo(np.int64).min)
        before = np.hstack([nothing, before[:, :-1]])[project, step]
        wrong = (day < before) & (day != np.iinfo(np.int64).min)
        by_row = pd.Series(pd.NaT, index=range(len(frame)), dtype="datetime64[us]")
        by_row.iloc[rows] = before.astype("datetime64[us]")
        said = ("前一阶段", "the stage before")
        _say(checked, rows[wrong], name, said, by_row, issues)


def _say(
    checked: CheckedTable,
    places: np.ndarray,
    field: str,
    first: tuple[str, str],
    days: pd.Series,
    issues: Issues,
) -> None:
    if not len(places):
        return
    value = checked.frame[field].iloc[places].dt.strftime("%Y-%m-%d").tolist()
    before = days.iloc[places].dt.strftime("%Y-%m-%d").tolist()
    tell(
        issues,
        "dates_out_of_order",
        checked,
        places,
        field,
        value=value,
        allowed=[f"“{first[0]}”（{day}）" for day in before],
        allowed_en=[f"{first[1]} ({day})" for day in before],
    )


def _happened(checked: CheckedTable, field: str, as_of: date, issues: Issues) -> None:
    """Warn of what is said to have happened after `as_of`."""
    cells = checked.frame[field]
    if not len(cells):
        return
    dated = pd.api.types.is_datetime64_any_dtype(cells.dtype)
    line: object = pd.Timestamp(as_of) if dated else as_of.year
    late = (cells > line).fillna(value=False).to_numpy(dtype=bool)
    if late.sum() > _NEWER_ROWS and late.sum() > _NEWER_SHARE * cells.notna().sum():
        return
    places = np.flatnonzero(late)
    chosen = cells.iloc[places]
    value = chosen.dt.strftime("%Y-%m-%d").tolist() if dated else chosen.astype(str).tolist()
    tell(issues, "after_as_of", checked, places, field, value=value, allowed=as_of.isoformat())
