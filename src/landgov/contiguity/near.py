"""Which parcels lie within a distance of one another, roads between them or not."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgov.contiguity.inputs import (
    check_metres,
    check_not_negative,
    check_polygons,
    label_order,
)
from landgov.contiguity.rounding import ROUNDING_M


def near_pairs(parcels: gpd.GeoDataFrame, *, within_m: float) -> pd.DataFrame:
    """Find the parcels whose borders come within a distance (邻近地块), each pair once.

    Unlike `neighbours` it does not ask how much of their borders face each other.

    Parameters
    ----------
    parcels : GeoDataFrame
        Polygons in a CRS in metres, one label a row; rows without geometry are in no pair.
    within_m : float
        Widest distance, metres; on the line counts.

    Returns
    -------
    DataFrame
        `left` and `right`, index labels, left before right in the order of the labels.

    Raises
    ------
    LandgovError
        If labels are missing or repeated, the CRS is not in metres, a geometry is not a
        polygon, or the distance is negative.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）: 事实存在的乡镇级、村级工业集聚点.

    Examples
    --------
    >>> parcels = gpd.GeoDataFrame(
    ...     geometry=[shapely.box(0, 0, 10, 10), shapely.box(60, 0, 70, 10)],
    ...     index=["B", "A"], crs=4549)
    >>> near_pairs(parcels, within_m=50).values.tolist()
    [['A', 'B']]
    """
    check_not_negative(within_m=within_m)
    check_metres(parcels)
    there = check_polygons(parcels)
    order = label_order(parcels.index)
    order = order[there[order]]
    plots = parcels.geometry.to_numpy()[order]
    shapely.prepare(plots)
    left, right = shapely.STRtree(plots).query(
        plots, predicate="dwithin", distance=within_m + ROUNDING_M
    )
    once = left < right
    left, right = left[once], right[once]
    sort = np.lexsort((right, left))
    labels = parcels.index.take(order)
    return pd.DataFrame({"left": labels.take(left[sort]), "right": labels.take(right[sort])})
