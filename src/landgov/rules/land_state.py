"""Land states of the plan: 闲置, 待开发, 用而未尽, 低效, 已供已用, and 存量."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from landgov.policies import Policy
from landgov.rules.idle import Clock
from landgov.rules.kleene import in_words
from landgov.rules.ruling import Ruling

STATES = ("idle", "to_develop", "partly_used", "inefficient", "in_use", "unknown")


@dataclass(frozen=True)
class StateFacts:
    """What the land state is told from, each nullable boolean or bool on the parcels.

    Parameters
    ----------
    in_scope, low_efficiency : Series
        Answers of the scope and of the category.
    idle : Series of text
        The word of the clock.
    has_contract, contract_open, has_link : Series of bool
        Whether a contract governs, whether that can't be told, and whether an active link
        exists.
    clock : Clock
        The clock on the index of parcels.
    built : Series
        Developed share of what should be developed.
    """

    in_scope: pd.Series
    low_efficiency: pd.Series
    idle: pd.Series
    has_contract: pd.Series
    contract_open: pd.Series
    has_link: pd.Series
    clock: Clock
    built: pd.Series


def supplied(parcels: pd.DataFrame, facts: StateFacts) -> pd.Series:
    """Whether the land is supplied; without a word of it, a contract or a user says so.

    Returns
    -------
    Series
        Nullable boolean.
    """
    status = parcels["supply_status"]
    answer = status.eq("supplied").astype("boolean").mask(status.isna())
    used = facts.has_contract | facts.has_link | facts.contract_open
    return answer.mask(answer.isna() & used.to_numpy(dtype=bool), other=True)


def land_state(parcels: pd.DataFrame, facts: StateFacts, policy: Policy) -> pd.DataFrame:
    """Put each parcel into the first land state that holds; the first doubt makes it unknown.

    Parameters
    ----------
    parcels : DataFrame
        Parcels of the register.
    facts : StateFacts
        Answers that the states rest on.
    policy : Policy
        `partly_used_share`, `excused_is_idle`.

    Returns
    -------
    DataFrame
        `land_state` (missing out of scope), `supplied_not_used` (供而未用) and `stock`
        (存量), as words.

    References
    ----------
    虞政办发〔2021〕86号, 三（九）: 存量用地、低效用地、闲置用地、待开发用地; 二（二）4.
    """
    is_supplied = supplied(parcels, facts)
    excused = ("excused",) if policy.setting("excused_is_idle") else ()
    idle = facts.idle.isin(("not_started", "suspended", *excused)).astype("boolean")
    idle = idle.mask(facts.idle.eq("unknown").to_numpy())
    waiting, partly = _by_contract(facts, policy)
    to_develop = ~is_supplied | waiting
    found = _first(
        (
            (~facts.in_scope, ""),
            (idle, "idle"),
            (to_develop, "to_develop"),
            (partly, "partly_used"),
            (facts.low_efficiency, "inefficient"),
        ),
        otherwise="in_use",
    )
    state = pd.Series(found, index=parcels.index, dtype="str")
    return pd.DataFrame(
        {
            "land_state": state.mask(state == ""),
            "supplied_not_used": in_words(_supplied_not_used(facts, waiting, is_supplied)),
            "stock": in_words(facts.in_scope & is_supplied),
        }
    )


def state_rulings(
    parcels: pd.DataFrame, facts: StateFacts, rows: np.ndarray, policy: Policy
) -> dict[str, Ruling]:
    """Give the states that a contract decides as rulings on parcels.

    Parameters
    ----------
    parcels : DataFrame
        Parcels of the register.
    facts : StateFacts
        Answers that the states rest on.
    rows : ndarray of int
        Row of the governing contract; -1 where there is none.
    policy : Policy
        `partly_used_share`.

    References
    ----------
    虞政办发〔2021〕86号, 二（二）4: 供而未用、用而未尽土地.
    """
    line = policy["partly_used_share"]
    waiting, partly = _by_contract(facts, policy)
    unused = _supplied_not_used(facts, waiting, supplied(parcels, facts))
    tests = (("supplied_not_used", unused, "agreed_start"), ("partly_used", partly, "developed_m2"))
    return {
        name: Ruling(
            rule=name,
            category="land_state",
            clause=line.clause,
            answer=answer & facts.in_scope,
            table="contracts",
            column=column,
            rows=rows,
            value=facts.built if name == "partly_used" else None,
            line=line if name == "partly_used" else None,
        )
        for name, answer, column in tests
    }


def _by_contract(facts: StateFacts, policy: Policy) -> tuple[pd.Series, pd.Series]:
    """Not started in time yet, and partly used; without a contract both are no."""
    waiting = facts.clock.waiting.mask(~facts.has_contract.to_numpy(), other=False)
    partly = policy["partly_used_share"].holds(facts.built)
    partly = partly.mask(~facts.has_contract.to_numpy(), other=False)
    open_ = facts.contract_open.to_numpy()
    return waiting.mask(open_), partly.mask(open_)


def _first(tests: tuple[tuple[pd.Series, str], ...], *, otherwise: str) -> np.ndarray:
    """Word of the first test that holds; unknown at the first that can't be answered."""
    conditions: list[np.ndarray] = []
    words: list[str] = []
    for answer, word in tests:
        conditions += [
            answer.to_numpy(dtype=bool, na_value=False),
            answer.isna().to_numpy(),
        ]
        words += [word, "unknown"]
    return np.select(conditions, words, default=otherwise)


def _supplied_not_used(facts: StateFacts, waiting: pd.Series, is_supplied: pd.Series) -> pd.Series:
    """Supplied, past nothing but the agreed start, and works not begun (供而未用)."""
    late = facts.clock.past_start & waiting
    idle = facts.clock.not_started.mask(~facts.has_contract.to_numpy(), other=False)
    unused = (late | idle).mask(facts.contract_open.to_numpy())
    return unused & is_supplied & facts.in_scope
