"""Promises of standard land (标准地承诺): kept or broken on the day they fall due."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from landgov.policies.parameter import ON_THE_LINE
from landgov.quality import CheckedTable
from landgov.rules.kleene import answer_from, any_of
from landgov.rules.ruling import Ruling

CLAUSE = "三（六）"


def commitment_breach(index: pd.Index, promises: CheckedTable, as_of: date) -> Ruling:
    """Tell parcels with a promise that fell due and was not kept (“标准地”违诺).

    Parameters
    ----------
    index : Index
        Parcels.
    promises : CheckedTable
        Commitments as checked.
    as_of : date
        A promise due later is not broken; one due today counts as due.

    Returns
    -------
    Ruling
        Unknown where a promise is due and its figure, its line or its sense is missing, where
        it is not known when it is due, and where the parcel has no promise on record.

    References
    ----------
    虞政办发〔2021〕86号, 三（六）: 未兑现……承诺的.
    """
    frame = promises.frame.reset_index(drop=True)
    day = pd.Timestamp(as_of)
    due = (frame["due_on"] <= day).astype("boolean").mask(frame["due_on"].isna())
    short = _short_of(frame)
    # What was checked only after the day judged on was not known on it.
    short = short.mask((frame["checked_on"] > day).to_numpy(dtype=bool))
    broken = due & short
    at = np.asarray(index.get_indexer(pd.Index(frame["parcel_id"])), dtype=np.int64)
    at = np.where(frame["parcel_id"].isna() | promises.contested.to_numpy(dtype=bool), -1, at)
    yes, unknown = any_of(broken, at, len(index))
    reported = np.bincount(at[at >= 0], minlength=len(index)) > 0
    rank = np.where(broken.isna(), 1, np.where(broken.fillna(value=False), 2, 0))
    order = np.flatnonzero(at >= 0)
    order = order[np.lexsort((-order, rank[order]))]  # the one that decides comes last
    rows = np.full(len(index), -1, dtype=np.int64)
    rows[at[order]] = order
    facts = _facts(frame, due)
    lacks = np.append(facts, "commitments.promised")[rows]
    return Ruling(
        rule="commitment_breach",
        category="label",
        clause=CLAUSE,
        answer=answer_from(yes, unknown | ~reported, index),
        table="commitments",
        column="actual",
        rows=rows,
        value=pd.Series(np.append(frame["actual"].to_numpy(dtype=float), np.nan)[rows], index),
        missing=pd.Series(lacks, index=index, dtype=object),
    )


def _short_of(frame: pd.DataFrame) -> pd.Series:
    """Whether each figure falls short of its promise; equal is kept."""
    actual = frame["actual"].to_numpy(dtype=float)
    promised = frame["promised"].to_numpy(dtype=float)
    gap = actual - promised
    same = np.abs(gap) <= ON_THE_LINE * np.maximum(1.0, np.abs(promised))
    sense = frame["sense"]
    wrong = np.where(sense.eq("at_least"), gap < 0, gap > 0) & ~same
    return (
        pd.Series(wrong, index=frame.index)
        .astype("boolean")
        .mask(np.isnan(gap) | sense.isna().to_numpy(dtype=bool))
    )


def _facts(frame: pd.DataFrame, due: pd.Series) -> np.ndarray:
    """The first fact that each promise lacks to be judged."""
    return np.select(
        [
            due.isna().to_numpy(dtype=bool),
            frame["promised"].isna().to_numpy(dtype=bool),
            frame["sense"].isna().to_numpy(dtype=bool),
        ],
        ["commitments.due_on", "commitments.promised", "commitments.sense"],
        default="commitments.actual",
    ).astype(object)
