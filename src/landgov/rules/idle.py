"""The idle clock of 令53 (闲置土地): not started, suspended, excused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from landgov.policies import Policy
from landgov.rules.kleene import text_of
from landgov.rules.ruling import Ruling, missing_facts

CLAUSE = "令53 第二条"
EXCUSES = ("government", "force_majeure", "preliminary_work")
IDLE_WORDS = ("not_started", "suspended", "not_idle", "excused", "unknown")


@dataclass(frozen=True)
class Clock:
    """What the idle clock says of each contract.

    Parameters
    ----------
    idle : Series
        `not_started`, `suspended`, `not_idle`, `excused` or `unknown`.
    idle_from : Series
        First day on which the land is idle if works do not start; for suspended works, the
        first day after the year of suspension.
    waiting : Series
        Nullable boolean: not started while the clock has not run out.
    past_start : Series
        Nullable boolean: the agreed start lies before `as_of` and works have not begun.
    not_started, suspended : Series
        The two tests, nullable boolean.
    cause_missing : Series
        True where the land is idle and no cause of the delay is stated.
    """

    idle: pd.Series
    idle_from: pd.Series
    waiting: pd.Series
    past_start: pd.Series
    not_started: pd.Series
    suspended: pd.Series
    cause_missing: pd.Series


def add_years(days: pd.Series, years: int) -> pd.Series:
    """Go the same day some years on; 29 February goes to the 28th where there is none.

    References
    ----------
    民法典 第202条.

    Examples
    --------
    >>> days = pd.Series(pd.to_datetime(["2020-02-29", "2020-06-30"]))
    >>> add_years(days, 1).dt.strftime("%Y-%m-%d").tolist()
    ['2021-02-28', '2021-06-30']
    """
    moved = days + pd.DateOffset(years=years)
    return moved.astype("datetime64[us]")


def idle_clock(
    contracts: pd.DataFrame, undated: pd.DataFrame, as_of: date, policy: Policy
) -> Clock:
    """Run the idle clock on each contract.

    Not started: past the agreed start by a full year (the first day not counted) and works
    not begun. Suspended: begun, less than a third of the land or a quarter of the
    investment, and suspended for a full year. Exactly a third or a quarter is not idle.

    Parameters
    ----------
    contracts : DataFrame
        Columns of the contract table, one row a contract.
    undated : DataFrame of bool
        True where a date is not known: unreadable, or an event column that is not there.
    as_of : date
        The date judged on.
    policy : Policy
        The `idle_*` parameters.

    Returns
    -------
    Clock
        On the index of `contracts`. Only a stated cause excuses.

    References
    ----------
    闲置土地处置办法（国土资源部令第53号）第二条、第八条、第三十条; 民法典 第201、202条.

    Examples
    --------
    >>> from landgov.policies import load_policy
    >>> policy = load_policy("shangyu-2021-86", on=date(2021, 12, 31))
    >>> row = {name: [None] for name in ("delivered_on", "actual_start", "suspended_on",
    ...        "should_develop_m2", "developed_m2", "total_investment_wan", "invested_wan",
    ...        "delay_cause")} | {"agreed_start": ["2020-06-30"]}
    >>> contracts = pd.DataFrame(row).astype({"agreed_start": "datetime64[us]",
    ...     "delivered_on": "datetime64[us]", "actual_start": "datetime64[us]",
    ...     "suspended_on": "datetime64[us]", "should_develop_m2": float,
    ...     "developed_m2": float, "total_investment_wan": float, "invested_wan": float})
    >>> known = pd.DataFrame(False, index=contracts.index, columns=["agreed_start",
    ...     "delivered_on", "actual_start", "suspended_on"])
    >>> [idle_clock(contracts, known, day, policy).idle[0]
    ...  for day in (date(2021, 6, 30), date(2021, 7, 1))]
    ['not_idle', 'not_started']
    """
    day = pd.Timestamp(as_of)
    start = _start(contracts, undated, policy)
    idle_from = _full_years_after(start, policy)
    started = (contracts["actual_start"] <= day).astype("boolean")
    started = started.mask(undated["actual_start"].to_numpy())
    ran_out = (idle_from <= day).astype("boolean").mask(idle_from.isna())
    not_started = ~started & ran_out
    suspended, suspended_from = _suspended(contracts, undated, day, policy)
    suspended = started & suspended
    cause = contracts["delay_cause"]
    over = not_started | suspended
    excused = over & cause.isin(EXCUSES).to_numpy()
    which = np.select(
        [_is(excused), _is(not_started), _is(suspended), over.isna().to_numpy()],
        [0, 1, 2, 3],
        default=4,
    )
    words = ("excused", "not_started", "suspended", "unknown", "not_idle")
    return Clock(
        idle=text_of(which, words, contracts.index),
        idle_from=idle_from.where(~_is(started), suspended_from),
        waiting=~started & ~ran_out,
        past_start=~started & (start < day).astype("boolean").mask(start.isna()),
        not_started=not_started,
        suspended=suspended,
        cause_missing=pd.Series(_is(over) & cause.isna().to_numpy(), index=contracts.index),
    )


def _is(answer: pd.Series) -> np.ndarray:
    return answer.to_numpy(dtype=bool, na_value=False)


def _start(contracts: pd.DataFrame, undated: pd.DataFrame, policy: Policy) -> pd.Series:
    """Day on which works are due: the agreed one, else a year after the land was handed over.

    An agreed date that can't be read is unknown: the hand-over does not stand in.
    """
    handed = add_years(contracts["delivered_on"], int(policy["idle_handover_years"].number))
    none_agreed = contracts["agreed_start"].isna() & ~undated["agreed_start"].to_numpy()
    return contracts["agreed_start"].where(~none_agreed, handed)


def _full_years_after(day: pd.Series, policy: Policy) -> pd.Series:
    """First day after full years counted from a day that does not count itself."""
    end = add_years(day, int(policy["idle_years"].number))
    return end + pd.Timedelta(days=int(policy["idle_day_offset"].number))


def _suspended(
    contracts: pd.DataFrame, undated: pd.DataFrame, day: pd.Timestamp, policy: Policy
) -> tuple[pd.Series, pd.Series]:
    """Too little built or invested, and at rest for a full year."""
    suspended_from = _full_years_after(contracts["suspended_on"], policy)
    at_rest = (suspended_from <= day).astype("boolean")
    at_rest = at_rest.mask(undated["suspended_on"].to_numpy())
    built = _share(contracts["developed_m2"], contracts["should_develop_m2"])
    spent = _share(contracts["invested_wan"], contracts["total_investment_wan"])
    little = policy["idle_developed_share"].holds(built) | policy["idle_invested_share"].holds(
        spent
    )
    return at_rest & little, suspended_from


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part.div(whole.where(whole > 0))


def idle_of_parcels(
    parcels: pd.DataFrame, clock: Clock, facts: Mapping[str, pd.Series]
) -> pd.DataFrame:
    """Say of each parcel whether it is idle, from its contract or from the lack of one.

    Parameters
    ----------
    parcels : DataFrame
        Parcels of the register.
    clock : Clock
        The clock of the governing contract, on the index of `parcels`; read only where
        `has_contract`.
    facts : mapping of str to Series of bool
        `has_contract`; `contract_open` (a contract is named, but it can't be told which
        governs); `active` (an enterprise on it reports tax or power for the year).

    Returns
    -------
    DataFrame
        `idle`, `idle_basis` (`law` on state land, `by_reference` on collective land) and
        `idle_from`.
    """
    has, open_ = facts["has_contract"], facts["contract_open"]
    supply = parcels["supply_status"]
    without = np.select(
        [
            supply.isin(("reserve", "approved_not_supplied")).to_numpy(),
            facts["active"].to_numpy(dtype=bool),
        ],
        ["not_idle", "not_idle"],
        default="unknown",
    )
    idle = np.where(has, clock.idle.astype(object), without)
    idle = np.where(open_, "unknown", idle)
    basis = parcels["ownership"].map({"state": "law", "collective": "by_reference"})
    return pd.DataFrame(
        {
            "idle": pd.Series(idle, index=parcels.index, dtype="str"),
            "idle_basis": basis.astype("str"),
            "idle_from": clock.idle_from.where(has & ~open_),
        }
    )


def idle_rulings(
    clock: Clock, contracts: pd.DataFrame, undated: pd.DataFrame, rows: np.ndarray, open_: pd.Series
) -> dict[str, Ruling]:
    """Give the two tests of the clock as rulings on parcels.

    Parameters
    ----------
    clock : Clock
        The clock on the index of parcels.
    contracts, undated : DataFrame
        The governing contract of each parcel and its unknown dates, on the same index.
    rows : ndarray of int
        Its row in the checked table; -1 where there is none.
    open_ : Series of bool
        Parcels whose governing contract can't be told.

    Returns
    -------
    dict
        Beside an answer that stands, `missing` names the cause of the delay if none is
        stated; beside an unknown one, the facts that are missing. An empty date of an
        event is not missing: it has not happened.
    """
    no_contract = pd.Series(rows < 0, index=contracts.index) | open_
    start = {
        "contracts.agreed_start": clock.idle_from.isna(),
        "contracts.actual_start": undated["actual_start"],
    }
    halt = {
        "contracts.actual_start": undated["actual_start"],
        "contracts.suspended_on": undated["suspended_on"],
        "contracts.developed_m2": contracts["developed_m2"].isna(),
        "contracts.should_develop_m2": ~(contracts["should_develop_m2"] > 0),
        "contracts.invested_wan": contracts["invested_wan"].isna(),
        "contracts.total_investment_wan": ~(contracts["total_investment_wan"] > 0),
    }
    rulings = {}
    for rule, answer, column, facts in (
        ("idle_not_started", clock.not_started, "agreed_start", start),
        ("idle_suspended", clock.suspended, "suspended_on", halt),
    ):
        lacks = missing_facts(facts).where(~no_contract, "contracts.contract_no")
        cause = np.where(clock.cause_missing & ~no_contract, "contracts.delay_cause", "")
        told = answer.notna() & ~no_contract
        rulings[rule] = Ruling(
            rule=rule,
            category="idle",
            clause=CLAUSE,
            answer=answer.mask(open_.to_numpy(dtype=bool)),
            table="contracts",
            column=column,
            rows=rows,
            missing=lacks.where(~told, pd.Series(cause, index=contracts.index)),
        )
    return rulings
