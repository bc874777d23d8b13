"""Two hands for geometry: GEOS works outside Python's lock (并行)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

_HANDS = 2
# Below this many the second hand costs more than it saves.
_WORTH = 2_000


def in_threads(function: Callable[..., Any], *columns: np.ndarray) -> np.ndarray:
    """Call a vectorised function on slices of its columns at once; the result is the same.

    Parameters
    ----------
    function : callable
        Takes arrays of one length and gives an array of that length.
    *columns : ndarray
        Its arguments.

    Examples
    --------
    >>> in_threads(np.add, np.arange(3), np.arange(3)).tolist()
    [0, 2, 4]
    """
    length = len(columns[0])
    if length < _WORTH:
        return np.asarray(function(*columns))
    # More slices than hands: the costly shapes may all lie in one stretch.
    cuts = np.linspace(0, length, _HANDS * 8 + 1).astype(int)
    slices = [slice(a, b) for a, b in itertools.pairwise(cuts)]
    with ThreadPoolExecutor(_HANDS) as hands:
        parts = list(hands.map(lambda one: function(*(column[one] for column in columns)), slices))
    return np.concatenate(parts)


def each_in_threads(function: Callable[[Any], Any], items: list[Any]) -> np.ndarray:
    """Call a function on each item, two at a time; answers in the order of the items.

    Examples
    --------
    >>> each_in_threads(len, [[1], [1, 2]]).tolist()
    [1, 2]
    """
    with ThreadPoolExecutor(_HANDS) as hands:
        answers = list(hands.map(function, items))
    gathered = np.empty(len(answers), dtype=object)
    gathered[:] = answers
    return gathered
