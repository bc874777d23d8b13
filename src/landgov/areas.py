"""Ellipsoidal areas of parcels by the formula of the national land survey (椭球面积)."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS, Transformer

from landgov.errors import LandgovError
from landgov.units import to_mu

__all__ = ["area_mu"]

Floats = npt.NDArray[np.float64]


def area_mu(parcels: gpd.GeoDataFrame | gpd.GeoSeries) -> pd.Series[Any]:
    """Measure each parcel on the ellipsoid of its own datum, in 亩 (椭球面积).

    Parameters
    ----------
    parcels : GeoDataFrame or GeoSeries
        Polygons and multipolygons in any CRS. Projected coordinates are taken back to
        longitude and latitude on the same datum; nothing is shifted. As in the survey's
        formula, an edge is straight on the cylindrical equal-area map; at 100 m that and a
        geodesic differ by one part in a million of the area.

    Returns
    -------
    Series
        Float, 亩, on the index of `parcels`. Holes are subtracted, parts summed, the
        direction of rings does not matter. Missing where there is no polygon, or where the
        coordinates of a parcel lie outside the CRS.

    Raises
    ------
    LandgovError
        If the parcels have no CRS, one that is not tied to the earth, or one that fits none
        of them.

    References
    ----------
    国土调查办发〔2008〕32号, 图幅理论面积与图斑椭球面积计算公式及要求.

    Examples
    --------
    >>> cell = gpd.GeoSeries([shapely.box(120.868, 30.030, 120.870, 30.032)], crs=4490)
    >>> float(area_mu(cell).round(4).iloc[0])
    64.1548
    """
    if parcels.crs is None:
        raise LandgovError(
            "parcels have no CRS, so their area is unknown.",
            do="parcels.set_crs(4549)  (如实写明坐标系; the CRS they really are in)",
            message_zh="地块没有坐标系，无法计算面积。",
        )
    square_metres = _ellipsoid_m2(np.asarray(parcels.geometry.array), CRS(parcels.crs))
    return pd.Series(to_mu(square_metres), index=parcels.index, name="area_mu")


def _ellipsoid_m2(shapes: npt.NDArray[np.object_], crs: CRS) -> Floats:
    geographic = crs.geodetic_crs
    if geographic is None or geographic.ellipsoid is None or crs.is_geocentric:
        raise LandgovError(
            f"{crs.name} is not tied to the earth by longitude and latitude.",
            do="parcels.set_crs(4549, allow_override=True)  (如实写明坐标系)",
            message_zh=f"坐标系“{crs.name}”不是大地坐标系或投影坐标系，无法计算椭球面积。",
        )
    parts, shape_of_part = shapely.get_parts(shapes, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    coordinates, ring_of_vertex = shapely.get_coordinates(rings, return_index=True)
    angles = _radians(coordinates, crs, geographic)
    if len(coordinates) and not np.isfinite(angles).all(axis=1).any():
        raise LandgovError(
            f"no coordinate of the parcels lies within {crs.name} (first: {coordinates[0]}).",
            do="parcels.set_crs(4528, allow_override=True)  (坐标带 40 带号时; if eastings start with 40)",
            message_zh=f"地块坐标与坐标系“{crs.name}”不符，无法计算面积。",
        )
    ellipsoid = geographic.ellipsoid
    areas = np.abs(
        _ring_m2(
            angles,
            ring_of_vertex,
            len(rings),
            ellipsoid.semi_major_metre,
            ellipsoid.semi_minor_metre,
        )
    )
    # The first ring of a polygon is its shell, the others are holes.
    is_hole = np.zeros(len(rings), dtype=bool)
    is_hole[1:] = part_of_ring[1:] == part_of_ring[:-1]
    shape_of_ring = shape_of_part[part_of_ring]
    total = np.bincount(shape_of_ring, np.where(is_hole, -areas, areas), minlength=len(shapes))
    filled = np.bincount(shape_of_ring[ring_of_vertex], minlength=len(shapes)) > 0
    return np.where(filled, total, np.nan)


def _radians(coordinates: Floats, crs: CRS, geographic: CRS) -> Floats:
    """Give longitude and latitude in radians on the datum of `crs`; outside it, NaN."""
    angles = coordinates
    if not crs.is_geographic:
        to_degrees = Transformer.from_crs(crs, geographic, always_xy=True)
        angles = np.column_stack(to_degrees.transform(coordinates[:, 0], coordinates[:, 1]))
    angles = angles * geographic.axis_info[0].unit_conversion_factor
    on_earth = np.isfinite(angles).all(axis=1) & (np.abs(angles[:, 1]) <= np.pi / 2)
    return np.where(on_earth[:, None], angles, np.nan)


def _ring_m2(
    angles: Floats, ring_of_vertex: npt.NDArray[np.intp], rings: int, a: float, b: float
) -> Floats:
    """Sum the trapezoids between each edge of a ring and a meridian, with their sign."""
    if len(angles) == 0:
        return np.zeros(rings)
    longitude, latitude = angles[:, 0], angles[:, 1]
    # Any fixed meridian gives the same sum. The ring's own first vertex keeps the terms
    # small, so nothing is lost when they cancel.
    starts = np.searchsorted(ring_of_vertex, np.arange(rings))
    longitude = longitude - longitude[np.minimum(starts, len(angles) - 1)][ring_of_vertex]
    half_step = (latitude[1:] - latitude[:-1]) / 2
    middle = (latitude[1:] + latitude[:-1]) / 2
    band = np.zeros_like(middle)
    for order, weight in zip((1, 3, 5, 7, 9), _coefficients(a, b), strict=True):
        band += weight * np.sin(order * half_step) * np.cos(order * middle)
    strips = 2 * b**2 * (longitude[1:] + longitude[:-1]) / 2 * band
    within = ring_of_vertex[1:] == ring_of_vertex[:-1]
    areas = np.bincount(ring_of_vertex[1:][within], strips[within], minlength=rings)
    return areas.astype(np.float64, copy=False)


def _coefficients(a: float, b: float) -> tuple[float, float, float, float, float]:
    """Give A, −B, C, −D, E of the formula for the ellipsoid with half-axes a and b (metres)."""
    e2 = (a**2 - b**2) / a**2
    return (
        1 + 3 / 6 * e2 + 30 / 80 * e2**2 + 35 / 112 * e2**3 + 630 / 2304 * e2**4,
        -(1 / 6 * e2 + 15 / 80 * e2**2 + 21 / 112 * e2**3 + 420 / 2304 * e2**4),
        3 / 80 * e2**2 + 7 / 112 * e2**3 + 180 / 2304 * e2**4,
        -(1 / 112 * e2**3 + 45 / 2304 * e2**4),
        5 / 2304 * e2**4,
    )
