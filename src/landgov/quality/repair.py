"""Invalid polygons made valid (图形修复), and the repairs that change too much land.

**Area before** is the area of the shape as it was sent, by the survey's formula on its rings
as they are drawn: of each ring the absolute value of its signed sum (so the two halves of a
bow-tie are taken from each other), holes subtracted, parts summed. **Area after** is that of
the polygon kept. Over all rows, Σ before = Σ after + Σ logged changes.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from landgov.areas import area_mu
from landgov.errors import LandgovError
from landgov.quality.rings import Bools, Floats
from landgov.quality.tolerances import Tolerances
from landgov.units import to_m2

POLYGONS = (3, 6)
_COLLECTION = 7


def measured_mu(shapes: np.ndarray, crs: Any) -> Floats:
    """Area of polygons as they are drawn, 亩; missing where there is none.

    Examples
    --------
    >>> bow = shapely.Polygon([(500000, 3320000), (500100, 3320100), (500100, 3320000),
    ...                        (500000, 3320100)])
    >>> measured_mu(np.array([bow, None]), 4549).round(4).tolist()
    [0.0, nan]
    """
    try:
        area: Floats = area_mu(gpd.GeoSeries(shapes, crs=crs)).to_numpy()
    except LandgovError:  # none of them lies within the CRS
        return np.full(len(shapes), np.nan)
    return area


def made_valid(shapes: np.ndarray) -> np.ndarray:
    """Valid polygon parts of each shape; None where there are none.

    Examples
    --------
    >>> bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    >>> [part.area for part in made_valid(np.array([bow]))]
    [0.5]
    """
    try:
        valid = shapely.make_valid(shapes, method="structure")
    except shapely.errors.GEOSException:
        valid = np.array([_valid_or_none(shape) for shape in shapes], dtype=object)
    return polygon_parts(valid)


def _valid_or_none(shape: shapely.Geometry) -> shapely.Geometry | None:
    try:
        return shapely.make_valid(shape, method="structure")
    except shapely.errors.GEOSException:
        return None


def polygon_parts(shapes: np.ndarray) -> np.ndarray:
    """Polygon parts of each shape as one (multi)polygon; None where there are none.

    Examples
    --------
    >>> mixed = shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.Point(5, 5)])
    >>> polygon_parts(np.array([mixed, shapely.Point(0, 0)])).tolist()
    [<POLYGON ((1 0, 1 1, 0 1, 0 0, 1 0))>, None]
    """
    result = shapes.copy()
    kind = shapely.get_type_id(shapes)
    result[~np.isin(kind, (*POLYGONS, _COLLECTION))] = None
    for place in np.flatnonzero(kind == _COLLECTION):  # few: what is sent or left as a mixture
        areas = _flat(shapes[place])
        simple = len(areas) == 1
        result[place] = areas[0] if simple else shapely.MultiPolygon(areas) if areas else None
    result[shapely.is_empty(result)] = None
    return result


def _flat(shape: shapely.Geometry) -> list[shapely.Polygon]:
    """Polygons of a collection, however deep they lie in it."""
    parts = shapely.get_parts([shape])
    while (shapely.get_type_id(parts) > POLYGONS[0]).any():
        parts = shapely.get_parts(parts)
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]


def beyond(before: Floats, after: Floats, limits: Tolerances) -> Bools:
    """Whether a repair changes more land than may be changed without asking.

    Parameters
    ----------
    before, after : ndarray of float
        亩; missing (not measurable) is beyond.
    limits : Tolerances
        `change_share`, `change_mu`, and `sliver_m2`, which is always within.

    Examples
    --------
    >>> limits = Tolerances(1, 0.01, 0.5, spike_degrees=1, spike_m=1, tiny_m2=1, gap_m=1)
    >>> beyond(np.array([10.0, 10.0, 0.01]), np.array([10.1, 10.2, 0.011]), limits).tolist()
    [False, True, False]
    """
    change = np.abs(after - before)
    larger = np.maximum(np.abs(before), np.abs(after))
    # Sums of decimals: what is this close to the line is on it.
    slack = 1e-9
    small = to_m2(change) <= limits.sliver_m2 + slack
    modest = (change <= limits.change_share * larger + slack) & (change <= limits.change_mu + slack)
    within: Bools = small | modest
    return ~within
