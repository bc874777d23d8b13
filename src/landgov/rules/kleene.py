"""Three-valued answers: yes, no, unknown (Kleene logic on nullable booleans)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

YES, NO, UNKNOWN = "yes", "no", "unknown"


def in_words(answer: pd.Series) -> pd.Series:
    """Write an answer as the words of the contract.

    Examples
    --------
    >>> in_words(pd.Series([True, False, None], dtype="boolean")).tolist()
    ['yes', 'no', 'unknown']
    """
    codes = answer.to_numpy(dtype=np.int8, na_value=2)
    words = text_of(codes, (NO, YES, UNKNOWN), answer.index)
    words.name = answer.name
    return words


def text_of(codes: np.ndarray, words: Sequence[str], index: pd.Index) -> pd.Series:
    """Text from few words by number; a negative number is missing.

    Examples
    --------
    >>> text_of(np.array([1, 0, -1]), ("a", "b"), pd.RangeIndex(3)).tolist()
    ['b', 'a', nan]
    """
    # Through Arrow: a million Python strings are never made.
    taken = pa.array(words, type=pa.large_string()).take(pa.array(codes, mask=codes < 0))
    return pd.Series(pd.array(taken, dtype="str"), index=index)


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
