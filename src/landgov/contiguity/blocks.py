"""Which parcels hang together (连片)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from landgov.contiguity.inputs import label_order, positions_of


def blocks(index: pd.Index[Any], pairs: pd.DataFrame) -> pd.Series[str]:
    """Name the block of each parcel: all that hang together by pairs (连片地块).

    Parameters
    ----------
    index : Index
        Labels of all parcels. One that is in no pair is a block of its own.
    pairs : DataFrame
        With `left` and `right`, as `neighbours` gives them; all rows join.

    Returns
    -------
    Series
        Text named `block` on `index`: the smallest label of the block's
        members, so it depends neither on the order of the rows nor of the pairs.

    Raises
    ------
    LandgovError
        If a label is missing or repeated, or a pair names a label that is
        not in `index`.

    References
    ----------
    虞政办发〔2021〕86号, 三（七）.

    Examples
    --------
    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"left": ["B"], "right": ["C"]})
    >>> blocks(pd.Index(["C", "A", "B"]), pairs).to_dict()
    {'C': 'B', 'A': 'A', 'B': 'B'}
    """
    index = pd.Index(index)
    order = label_order(index)
    first = first_members(order, positions_of(index, pairs))
    names = np.array([str(label) for label in index], dtype=object)
    return pd.Series(pd.array(names[first], dtype="str"), index=index, name="block")


def first_members(order: npt.NDArray[np.intp], ends: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Give for each position the position of its group's smallest label.

    Parameters
    ----------
    order : ndarray
        Positions sorted by label.
    ends : ndarray
        Two rows: the positions that each pair joins.
    """
    count = len(order)
    joined = coo_array((np.ones(ends.shape[1], dtype=bool), tuple(ends)), shape=(count, count))
    groups, group = connected_components(joined, directed=False)
    smallest = np.empty(groups, dtype=np.intp)
    smallest[group[order[::-1]]] = order[::-1]  # written last, so it stays: the smallest label
    firsts: npt.NDArray[np.intp] = smallest[group]
    return firsts
