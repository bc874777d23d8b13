"""What speaks for a pathway or against it: an answer, where it stands, what is missing (理由)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgov.rules import Judgement, Users, answer_from, any_of, constant

REASON, CONDITION, NOTE = "reason", "condition", "note"
Texts = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Fact:
    """One answer on every parcel or every enterprise, with its evidence.

    Parameters
    ----------
    answer : Series
        Nullable boolean on the parcels or the enterprises.
    table, column : str
        Where it stands.
    rows : ndarray of int
        Row of the checked table for each member; -1 where there is none.
    lacks : callable, optional
        Gives the missing facts of each member, `table.column` joined by `|`; by default the
        column itself. Asked only when the verdicts are written.
    firm : ndarray of int, optional
        Position of the enterprise that decides each parcel, where one does.
    """

    answer: pd.Series
    table: str
    column: str
    rows: np.ndarray
    lacks: Callable[[], Texts] | None = None
    firm: np.ndarray | None = None

    def missing(self) -> Texts:
        """Facts that are missing for each member; read only where the answer is unknown."""
        if self.lacks is not None:
            return self.lacks()
        return np.full(len(self.answer), f"{self.table}.{self.column}", dtype=object)


@dataclass(frozen=True)
class Reason:
    """One reason, condition or note of a pathway.

    A pathway holds where all its conditions do and, if it has reasons, any one of them. A
    note decides nothing.

    Parameters
    ----------
    name, pathway, clause : str
        Id (its words stand under `pathway_reason`), pathway, and where the plan says so.
    kind : str
        What is closed, taken over or bought: code of `pathway_kind`.
    role : str
        `REASON`, `CONDITION` or `NOTE`.
    land, firms : Fact, optional
        What the parcel's own facts say, and its enterprises'.
    by_link : Series, optional
        What the land says to each of its links, where that is not the same for all.
    negated : bool
        Whether it holds where the facts do not.
    obstacle : str
        Code of `pathway_obstacle`: what stands in the way where a note holds or a condition
        fails.
    """

    name: str
    pathway: str
    clause: str
    kind: str
    role: str = REASON
    land: Fact | None = None
    firms: Fact | None = None
    by_link: pd.Series | None = None
    negated: bool = False
    obstacle: str = ""

    def of_parcels(self, users: Users) -> pd.Series:
        """Answer of each parcel: its own facts, or those of any enterprise that uses it."""
        answer = constant(users.parcels, value=False)
        if self.land is not None:
            answer = answer | self.land.answer
        if self.firms is not None:
            answer = answer | users.any(self.firms.answer)
        return ~answer if self.negated else answer

    def of_links(self, users: Users) -> pd.Series:
        """Answer of each link: its parcel's facts, and those of its own enterprise alone."""
        links = pd.RangeIndex(len(users.parcel))
        answer = constant(links, value=False)
        if self.by_link is not None:
            answer = answer | self.by_link
        elif self.land is not None:
            answer = answer | self.land.answer.take(users.parcel).set_axis(links)
        if self.firms is not None:
            answer = answer | users.answers(self.firms.answer).set_axis(links)
        return ~answer if self.negated else answer

    def in_the_way(self, answer: pd.Series) -> np.ndarray:
        """Where it is an obstacle."""
        if not self.obstacle:
            return np.zeros(len(answer), dtype=bool)
        return is_(answer if self.role == NOTE else ~answer)


def is_(answer: pd.Series) -> np.ndarray:
    """Where an answer is known to be yes.

    Examples
    --------
    >>> is_(pd.Series([True, None], dtype="boolean")).tolist()
    [True, False]
    """
    return answer.to_numpy(dtype=bool, na_value=False)


def of_parcels(judged: Judgement, column: str, answer: pd.Series | None = None) -> Fact:
    """A fact that stands in a column of the parcels."""
    given = judged.parcels[column].astype("boolean") if answer is None else answer
    return Fact(given, "parcels", column, np.arange(len(judged.parcels)))


def of_enterprises(judged: Judgement, column: str) -> Fact:
    """A fact that stands in a column of the enterprises."""
    firms = judged.enterprises
    return Fact(firms[column], "enterprises", column, firms["enterprise_row"].to_numpy())


def grouped(answers: pd.Series, groups: np.ndarray, index: pd.Index) -> pd.Series:
    """Kleene OR of members within the groups of an index."""
    return answer_from(*any_of(answers.reset_index(drop=True), groups, len(index)), index)
