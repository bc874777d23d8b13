"""Which parcels are neighbours, and over how much border (相邻地块)."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgov.contiguity.borders import Borders, Positions, borders_of
from landgov.contiguity.distance import border_distances
from landgov.contiguity.facing import facing_lengths
from landgov.contiguity.inputs import (
    check_metres,
    check_not_negative,
    check_polygons,
    label_order,
)
from landgov.contiguity.overlap import overlap_areas
from landgov.contiguity.rounding import ROUNDING_M, ROUNDING_M2


def neighbours(
    parcels: gpd.GeoDataFrame,
    *,
    max_gap_m: float = 0.5,
    min_facing_m: float = 1.0,
    min_overlap_m2: float = 1.0,
) -> pd.DataFrame:
    """Find the parcels that lie side by side (相邻地块), each pair once.

    Two parcels are neighbours if at least `min_facing_m` of their borders face
    each other within `max_gap_m`, or if they overlap by at least `min_overlap_m2`.
    A point of A's border faces B if the perpendicular from it onto an edge of B
    meets that edge within the gap, the two edges being within 45° of parallel
    (45° itself counts). There are no round ends: parcels that meet only at a
    corner face each other over 0 m. All rings count, holes and parts included;
    on each edge the union is taken, and of the two directions the smaller.

    Parameters
    ----------
    parcels : GeoDataFrame
        Polygons or multipolygons in a CRS in metres, one label a row. Rows
        without geometry are in no pair.
    max_gap_m : float, default 0.5
        Widest gap between two borders, metres; on the line counts.
    min_facing_m : float, default 1.0
        Least border that faces the other parcel, metres; on the line counts.
        At 0 every pair within `max_gap_m` is given, corner contacts too: with
        ``max_gap_m=0`` that is queen contiguity, and its rows with `facing_m`
        above 0 are rook contiguity.
    min_overlap_m2 : float, default 1.0
        Least common land that makes a pair whatever it faces, m².

    Returns
    -------
    DataFrame
        `left`, `right` (index labels, left before right in the order of the
        labels), `distance_m`, `facing_m`, `overlap_m2` and `kind`: "overlap",
        "facing", or "touch" (within the gap, but no border faces the other),
        sorted by `left`, `right`. The rows' order in `parcels` has no part in it.

    Raises
    ------
    LandgovError
        If labels are missing or repeated, the CRS is missing or not in metres,
        a geometry is not a polygon, or an option is negative.

    Notes
    -----
    Lengths and gaps below 1e-7 m and areas below 1e-6 m² are rounding of the
    coordinates and count as 0. An overlap of an invalid polygon counts each
    part as often as the border winds around it: repair it before.

    References
    ----------
    虞政办发〔2021〕86号, 三（七）.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> parcels = gpd.GeoDataFrame(
    ...     geometry=[box(0, 0, 10, 10), box(10.03, 0, 20, 10), box(20, 10, 30, 20)],
    ...     index=["A", "B", "C"], crs=4549)
    >>> neighbours(parcels)[["left", "right", "distance_m", "facing_m", "kind"]].round(2)
      left right  distance_m  facing_m    kind
    0    A     B        0.03      10.0  facing
    """
    check_not_negative(
        max_gap_m=max_gap_m, min_facing_m=min_facing_m, min_overlap_m2=min_overlap_m2
    )
    check_metres(parcels)
    there = check_polygons(parcels)
    order = label_order(parcels.index)
    order = order[there[order]]
    borders = borders_of(parcels.geometry.to_numpy()[order])
    pairs = _close(borders, max_gap_m)
    facing = facing_lengths(borders, pairs, max_gap_m)
    overlap = overlap_areas(borders, pairs)
    overlaps = (overlap > 0) & (overlap >= min_overlap_m2 - ROUNDING_M2)
    kinds = np.where(overlaps, "overlap", np.where(facing > 0, "facing", "touch"))

    kept = np.flatnonzero(overlaps | (facing >= min_facing_m - ROUNDING_M))
    distance = border_distances(borders, pairs[:, kept], max_gap_m)
    distance[overlap[kept] > 0] = 0.0  # one may lie within the other, its border far from it
    close = distance <= max_gap_m + ROUNDING_M
    kept, distance = kept[close], distance[close]
    labels = parcels.index.take(order)
    return pd.DataFrame(
        {
            "left": labels.take(pairs[0, kept]),
            "right": labels.take(pairs[1, kept]),
            "distance_m": distance,
            "facing_m": facing[kept],
            "overlap_m2": overlap[kept],
            "kind": pd.array(kinds[kept].astype(object), dtype="str"),
        }
    )


def _close(borders: Borders, max_gap_m: float) -> Positions:
    """Give the positions of all pairs whose boxes come within the gap, each once, sorted."""
    margin = (max_gap_m + ROUNDING_M) / 2
    grown = shapely.box(*(borders.boxes + np.array([-margin, -margin, margin, margin])).T)
    left, right = shapely.STRtree(grown).query(grown)
    once = left < right
    pairs = np.vstack([left[once], right[once]]).astype(np.int64)
    return pairs[:, np.lexsort(pairs[::-1])]
