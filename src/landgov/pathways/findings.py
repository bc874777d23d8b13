"""Open findings that can't be put right (未销号且不可整改的问题), by kind, parcel and enterprise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from landgov.pathways.facts import Fact, Texts, is_
from landgov.rules import Judgement, constant, finding_kinds


@dataclass(frozen=True)
class Unfixable:
    """Where an open finding of some kind stands that is reported as not fixable.

    Parameters
    ----------
    land, firms : Fact
        On the parcels, and on the enterprises.
    by_link : Series
        On the land of each link: a finding that names another enterprise of the same parcel
        is that enterprise's alone.
    """

    land: Fact
    firms: Fact
    by_link: pd.Series


def unfixable(judged: Judgement) -> dict[str, Unfixable]:
    """Tell, by kind, which parcels and enterprises have an open finding with no mending it.

    As in the rules: no finding means no only where its kind is reported completely.

    References
    ----------
    虞政办发〔2021〕86号, 二（二）1.
    """
    findings, users = judged.findings, judged.users
    hopeless = findings.table.frame["fixable"].eq(other=False)
    of_a_firm = hopeless.mask(_names_a_user(judged), other=False)
    found = {}
    for kind in finding_kinds():
        sides = {}
        for subject, index in (("parcel_id", users.parcels), ("enterprise_id", users.firms)):
            answer, rows = findings.of(kind, subject, index, hopeless)
            sides[subject] = Fact(answer, "findings", "fixable", rows, _Lacks(judged, kind, rows))
        alone, _ = findings.of(kind, "parcel_id", users.parcels, of_a_firm)
        by_link = alone.take(users.parcel).reset_index(drop=True)
        found[kind] = Unfixable(sides["parcel_id"], sides["enterprise_id"], by_link)
    return found


def any_unfixable(found: Mapping[str, Unfixable]) -> Unfixable:
    """Put findings of all kinds together: yes if any is, else unknown if any is."""
    each = list(found.values())
    by_link = constant(each[0].by_link.index, value=False)
    for one in each:
        by_link = by_link | one.by_link
    return Unfixable(
        _together([one.land for one in each]), _together([one.firms for one in each]), by_link
    )


def _together(facts: Sequence[Fact]) -> Fact:
    answer = constant(facts[0].answer.index, value=False)
    rows = np.full(len(answer), -1, dtype=np.int64)
    for fact in facts:
        # The row of a yes stands before that of a doubt.
        better = is_(fact.answer) & ~is_(answer)
        rows = np.where(better | ((rows < 0) & fact.answer.isna().to_numpy()), fact.rows, rows)
        answer = answer | fact.answer

    def lacks() -> Texts:
        text: Texts = np.full(len(answer), "", dtype=object)
        for fact in facts:
            named = fact.missing()
            joined = np.where(text == "", named, text + "|" + named)
            text = np.where(fact.answer.isna(), joined, text)
        return text

    return Fact(answer, "findings", "fixable", rows, lacks)


def _names_a_user(judged: Judgement) -> np.ndarray:
    """Findings that name a parcel and one of the enterprises that use it."""
    users, frame = judged.users, judged.findings.table.frame
    size = len(users.firms) + 1
    parcel = users.parcels.get_indexer(pd.Index(frame["parcel_id"]))
    firm = users.firms.get_indexer(pd.Index(frame["enterprise_id"]))
    linked = np.unique(users.parcel * size + users.firm)
    known = (parcel >= 0) & (firm >= 0)
    return np.asarray(known & np.isin(parcel.astype(np.int64) * size + firm, linked))


@dataclass(frozen=True)
class _Lacks:
    """Name what is missing of a finding: whether it can be put right, its dates, or all of it."""

    judged: Judgement
    kind: str
    rows: np.ndarray

    def __call__(self) -> Texts:
        frame = self.judged.findings.table.frame
        text: Texts = np.full(len(self.rows), f"findings.{self.kind}", dtype=object)
        there = self.rows >= 0
        rows = self.rows.clip(0)
        if not len(frame):
            return text
        for column in ("closed_on", "found_on", "fixable"):
            absent = frame[column].isna()
            if column == "closed_on":
                absent = self.judged.findings.table.undated["closed_on"]
            flags = absent.to_numpy(dtype=bool)
            text = np.where(there & flags[rows], f"findings.{column}", text)
        return text
