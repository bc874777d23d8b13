"""Rings of reported coordinates made into parcels: which is a shell, which a hole (圈号)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

_LEAST_CORNERS = 3


def sound_rings(
    points: npt.NDArray[np.float64], ring: npt.NDArray[np.int64], count: int
) -> npt.NDArray[np.bool_]:
    """Say which rings have the three different points that an area needs at least.

    Parameters
    ----------
    points : array
        East and north of all points, metres; rings are closed.
    ring : array of int
        Ring of each point.
    count : int
        How many rings there are.

    Examples
    --------
    >>> line = np.array([[0.0, 0.0], [9.0, 0.0], [0.0, 0.0]])
    >>> sound_rings(line, np.zeros(3, dtype=np.int64), 1)
    array([False])
    """
    every = pd.DataFrame({"ring": ring, "east": points[:, 0], "north": points[:, 1]})
    different = every.drop_duplicates()["ring"].to_numpy()
    return np.bincount(different, minlength=count) >= _LEAST_CORNERS


def areas_of(rings: npt.NDArray[Any], parcel: npt.NDArray[np.int64], count: int) -> Any:
    """Make the polygon of each parcel from its rings in the order of the file.

    Parameters
    ----------
    rings : array of LinearRing
        All rings, those of one parcel together.
    parcel : array of int
        Parcel of each ring, in rising order.
    count : int
        How many parcels there are.

    Returns
    -------
    array
        Polygon, MultiPolygon, or None for a parcel without rings. Points, their order and
        their direction are those of the file.

    Examples
    --------
    >>> shell, hole = shapely.linearrings([[(0, 0), (9, 0), (9, 9)], [(1, 1), (2, 1), (2, 2)]])
    >>> areas_of(np.array([shell, hole]), np.array([0, 0]), 1)[0].area
    40.0
    """
    shapes = np.full(count, None, dtype=object)
    first = np.searchsorted(parcel, np.arange(count + 1))
    many = np.diff(first)
    alone = np.flatnonzero(many == 1)
    if len(alone):
        shapes[alone] = shapely.polygons(rings[first[:-1][alone]])
    # Few parcels have several rings, and which ring lies in which differs with each.
    for place in np.flatnonzero(many > 1):
        own = rings[first[place] : first[place + 1]]
        shapes[place] = _nested(own)
    return shapes


def holders(rings: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Tell the ring that each ring cuts a hole into; -1 for a shell (圈的包含关系).

    A ring that lies in an even number of others is a shell: an island in a hole is land
    again.

    Examples
    --------
    >>> sides = [shapely.box(n, n, 9 - n, 9 - n).exterior for n in (0, 1, 2)]
    >>> holders(np.array(sides)).tolist()
    [-1, 0, -1]
    """
    areas = shapely.polygons(rings)
    size = shapely.area(areas)
    inner = shapely.point_on_surface(areas)
    inside = np.asarray(shapely.contains(areas[:, None], inner[None, :]), dtype=bool)
    order = np.arange(len(rings))
    # A point inside the smaller of two rings is inside both only if one lies in the other;
    # of two equal rings the later one is taken to lie in the earlier.
    larger = size[:, None] > size[None, :]
    larger |= (size[:, None] == size[None, :]) & (order[:, None] < order[None, :])
    inside &= larger
    depth = inside.sum(axis=0)
    found = np.full(len(rings), -1, dtype=np.int64)
    for ring in np.flatnonzero(depth % 2 == 1):  # the holes of one parcel
        around = np.flatnonzero(inside[:, ring] & (depth == depth[ring] - 1))
        found[ring] = around[np.argmin(size[around])] if len(around) else -1
    return found


def _nested(rings: npt.NDArray[Any]) -> Any:
    holder = holders(rings)
    parts = [
        shapely.Polygon(rings[shell], list(rings[holder == shell]))
        for shell in np.flatnonzero(holder == -1)
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
