"""Roads, rivers and other barriers (障碍) that lie along the contact of neighbouring parcels."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgov.contiguity.inputs import check_metres
from landgov.errors import LandgovError

# A barrier cuts a contact if it runs along at least this part of it; one that meets it at
# a point only, as a road that ends there, does not.
_CUTS = 0.5


def barriers_between(
    parcels: gpd.GeoDataFrame,
    pairs: pd.DataFrame,
    barriers: gpd.GeoDataFrame,
    *,
    max_gap_m: float = 0.5,
) -> pd.Series:
    """Find the barrier that runs along the contact of each pair.

    The contact is the part of the left parcel's border within `max_gap_m` of the right
    one. A barrier lies along it where it is within `max_gap_m`, and cuts it if it does so
    for at least half of its length.

    Parameters
    ----------
    parcels : GeoDataFrame
        Polygons in a CRS in metres.
    pairs : DataFrame
        `left` and `right`, index labels of `parcels`.
    barriers : GeoDataFrame
        Lines or polygons in the same CRS.
    max_gap_m : float
        The gap of the pairs, metres.

    Returns
    -------
    Series
        Index label of the barrier on the index of `pairs`; missing where none cuts. Of
        several the one along most of the contact, then the first.

    Raises
    ------
    LandgovError
        If the two layers have different CRS, or none in metres.

    Examples
    --------
    >>> parcels = gpd.GeoDataFrame(
    ...     geometry=[shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)], crs=4549)
    >>> pairs = pd.DataFrame({"left": [0], "right": [1]})
    >>> river = gpd.GeoDataFrame(geometry=[shapely.LineString([(10, -5), (10, 15)])], crs=4549)
    >>> barriers_between(parcels, pairs, river).tolist()
    [0]
    """
    check_metres(parcels)
    if barriers.crs != parcels.crs:
        raise LandgovError(
            "parcels and barriers are in different coordinate systems.",
            do="barriers.to_crs(parcels.crs)",
            message_zh="地块和障碍的坐标系不同。",
        )
    shapes = parcels.geometry.to_numpy()
    left = shapes[parcels.index.get_indexer(pd.Index(pairs["left"]))]
    right = shapes[parcels.index.get_indexer(pd.Index(pairs["right"]))]
    lines = barriers.geometry.to_numpy()
    reach = max(max_gap_m, 1e-6)
    near = shapely.box(*np.transpose(_meeting(left, right, reach)))
    tree = shapely.STRtree(lines)
    pair, line = tree.query(near, predicate="intersects")
    touched, place = np.unique(pair, return_inverse=True)
    contact = shapely.intersection(
        shapely.boundary(left[touched]), shapely.buffer(right[touched], reach)
    )
    along = shapely.intersection(
        contact[place], shapely.buffer(lines[line], reach, cap_style="flat")
    )
    length = shapely.length(contact)[place]
    share = np.divide(shapely.length(along), length, out=np.zeros(len(pair)), where=length > 0)
    cuts = share >= _CUTS
    # Most of the contact first, then the first barrier: the last written wins.
    order = np.lexsort((-line[cuts], share[cuts]))
    found = np.full(len(pairs), -1, dtype=np.int64)
    found[pair[cuts][order]] = line[cuts][order]
    labels = pd.Series(barriers.index.to_numpy()).reindex(pd.Index(found).where(found >= 0))
    return pd.Series(labels.to_numpy(), index=pairs.index, name="barrier")


def _meeting(left: np.ndarray, right: np.ndarray, reach: float) -> np.ndarray:
    """Box in which two parcels can touch, or an empty point where one has no shape."""
    a, b = shapely.bounds(left), shapely.bounds(right)
    low = np.maximum(a[:, :2], b[:, :2]) - reach
    high = np.minimum(a[:, 2:], b[:, 2:]) + reach
    return np.column_stack([low, high])


def with_barriers(
    parcels: gpd.GeoDataFrame, pairs: pd.DataFrame, barriers: pd.DataFrame, gap_m: float
) -> pd.DataFrame:
    """Name the barrier of each pair, and give the pairs that land can be joined across.

    Parameters
    ----------
    parcels : GeoDataFrame
        The parcels.
    pairs : DataFrame
        Neighbouring parcels; the column `barrier` is added to it.
    barriers : DataFrame
        `kind`, `crossable` and geometry; may be empty.
    gap_m : float
        Widest gap between neighbours, m.
    """
    pairs["barrier"] = pd.Series(np.nan, index=pairs.index, dtype="str")
    if not len(barriers):
        return pairs
    cut = barriers_between(parcels, pairs, gpd.GeoDataFrame(barriers), max_gap_m=gap_m)
    pairs["barrier"] = cut.map(barriers["kind"]).astype("str")
    crossable = cut.map(barriers["crossable"]).astype("boolean").fillna(value=False)
    return pairs[cut.isna() | crossable.astype(bool)]
