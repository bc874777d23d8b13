"""Three-valued answers: yes, no, unknown (Kleene logic on nullable booleans)."""

from __future__ import annotations

import numpy as np
import pandas as pd

YES, NO, UNKNOWN = "yes", "no", "unknown"


def in_words(answer: pd.Series) -> pd.Series:
    """Write an answer as the words of the contract.

    Examples
    --------
    >>> in_words(pd.Series([True, False, None], dtype="boolean")).tolist()
    ['yes', 'no', 'unknown']
    """
    flags = answer.to_numpy(dtype=bool, na_value=False)
    words = np.where(answer.isna(), UNKNOWN, np.where(flags, YES, NO))
    return pd.Series(words, index=answer.index, dtype="str", name=answer.name)


def constant(index: pd.Index, value: bool | None) -> pd.Series:
    """Give every row of an index the same answer; None is unknown."""
    return pd.Series(pd.array([value], dtype="boolean").take(np.zeros(len(index), int)), index)


def any_of(answers: pd.Series, groups: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Kleene OR within groups: yes if any is yes, else unknown if any is unknown.

    Parameters
    ----------
    answers : Series
        Nullable boolean, one a member.
    groups : ndarray of int
        Group of each member, 0..size-1; members of group -1 are left out.
    size : int
        Number of groups.

    Returns
    -------
    tuple of ndarray
        `yes` and `unknown`, bool, one a group; both false means no (or no member).

    Examples
    --------
    >>> answers = pd.Series([True, None, None, False], dtype="boolean")
    >>> yes, unknown = any_of(answers, np.array([0, 0, 1, 2]), 3)
    >>> yes.tolist(), unknown.tolist()
    ([True, False, False], [False, True, False])
    """
    inside = groups >= 0
    true = answers.to_numpy(dtype=bool, na_value=False) & inside
    open_ = answers.isna().to_numpy() & inside
    yes = np.bincount(groups[true], minlength=size).astype(bool)
    unknown = np.bincount(groups[open_], minlength=size).astype(bool) & ~yes
    return yes, unknown


def answer_from(yes: np.ndarray, unknown: np.ndarray, index: pd.Index) -> pd.Series:
    """Nullable boolean of two flags: yes, unknown, else no."""
    return pd.Series(pd.arrays.BooleanArray(yes.copy(), unknown & ~yes), index=index)
