"""Links without stated land: what is left is split by a rule that the policy names (面积分摊)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

# Rules that split by a measure of each user; the other one splits in equal parts.
FOOTPRINTS = "building_footprints"
MEASURED = ("floor_area", FOOTPRINTS)


@dataclass(frozen=True)
class Pool:
    """Land that several unstated links have in common: a lessor's, or what a parcel has left.

    Parameters
    ----------
    rows : ndarray of int
        Positions of the unstated links.
    pool : ndarray of int
        Number of the pool of each.
    land : ndarray
        Land of each pool, 亩.
    lessor : ndarray of int
        Position of the link that each pool's land comes off; -1 where it is the parcel's.
    """

    rows: np.ndarray
    pool: np.ndarray
    land: np.ndarray
    lessor: np.ndarray


def split(
    pools: Pool, order: Sequence[str], measures: Mapping[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Split each pool by the first rule that can: a measure needs to be known of all its links.

    A lessor that uses floor area or buildings itself has its part by a measure; otherwise
    its unstated tenants have all that it holds.

    Parameters
    ----------
    pools : Pool
        What is split.
    order : sequence of str
        ``floor_area``, ``building_footprints``, ``equal``, as the policy orders them.
    measures : mapping of str to ndarray
        Measure of every link, by rule; NaN or 0 where it is not known.

    Returns
    -------
    area, rule : ndarray
        Land (亩) and rule of each of the pools' rows; NaN and None where no rule can.

    Examples
    --------
    >>> two = Pool(np.array([0, 1]), np.array([0, 0]), np.array([6.0]), np.array([-1]))
    >>> area, rule = split(two, ["floor_area", "equal"], {"floor_area": np.array([1.0, 2.0])})
    >>> area.tolist(), rule.tolist()
    ([2.0, 4.0], ['floor_area', 'floor_area'])
    """
    area = np.full(len(pools.rows), np.nan)
    rule = np.full(len(pools.rows), None, dtype=object)
    size = len(pools.land)
    open_ = np.ones(size, dtype=bool)
    for name in order:
        weight = np.ones(len(pools.rows))
        whole = np.bincount(pools.pool, minlength=size).astype(float)
        if name in MEASURED:
            measure = np.nan_to_num(measures[name])
            weight = measure[pools.rows]
            own = np.where(pools.lessor >= 0, measure[pools.lessor], 0.0)
            whole = np.bincount(pools.pool, weight, size) + own
        can = open_.copy()
        can[pools.pool[weight <= 0]] = False
        here = can[pools.pool]
        group = pools.pool[here]
        area[here] = pools.land[group] * (weight[here] / whole[group])
        rule[here] = name
        open_ &= ~can
    return area, rule
