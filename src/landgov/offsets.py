"""Take coordinates into and out of the shifted systems of Chinese web maps (火星坐标、百度坐标)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from landgov.errors import LandgovError

__all__ = ["shift"]

Floats = npt.NDArray[np.float64]
Geometry = TypeVar(
    "Geometry", BaseGeometry, gpd.GeoSeries, gpd.GeoDataFrame, npt.NDArray[np.object_]
)

_SYSTEMS: Final = ("WGS84", "GCJ02", "BD09")  # each is made from the one before it

# Constants of the shift as published; the half axis is that of the Krassowsky ellipsoid.
_AXIS_M: Final = 6378245.0
_ECCENTRICITY2: Final = 0.00669342162296594323
_BD_WAVE: Final = np.pi * 3000.0 / 180.0
_CHINA: Final = (73.66, 3.86, 135.05, 53.55)  # west, south, east, north; no shift outside

# The map is so near the identity (BD-09's slope differs by 2%) that each round wins at least
# 1.6 digits. The number is fixed, so that a point's result never depends on its neighbours.
_ROUNDS: Final = 12


def shift(geometry: Geometry, *, source: str, target: str) -> Geometry:
    """Move geometry between WGS 84, GCJ-02 and BD-09 (坐标偏移与纠偏).

    The way back is exact: a fixed point is sought until it stands still (1e-12 degrees),
    not guessed in one step, which is off by 0.8 m. Points outside China stay where they are.

    Parameters
    ----------
    geometry : shapely geometry, array of them, GeoSeries or GeoDataFrame
        Coordinates longitude, latitude in degrees; heights are kept as they are.
    source, target : {"WGS84", "GCJ02", "BD09"}
        What the coordinates are in, and shall be in. CGCS2000 counts as WGS84.

    Returns
    -------
    same type as `geometry`
        A new object. A CRS label stays as it is, for the shifted systems have no EPSG code;
        a missing one becomes 4326 if the target is WGS84.

    Raises
    ------
    LandgovError
        If a system is unknown, or the coordinates are no degrees.

    References
    ----------
    The published formulas of GCJ-02, and of BD-09 with x_pi = π × 3000 / 180.

    Examples
    --------
    >>> there = shift(shapely.Point(120.868, 30.033), source="WGS84", target="GCJ02")
    >>> round(there.x, 6), round(there.y, 6)
    (120.872081, 30.030385)
    """
    start, end = _system(source), _system(target)
    steps = _steps(start, end)
    if not isinstance(geometry, gpd.GeoSeries | gpd.GeoDataFrame):
        return cast("Geometry", _moved(geometry, steps))
    _refuse_metres(geometry)
    crs = "EPSG:4326" if geometry.crs is None and end == 0 else geometry.crs
    shapes = _moved(np.asarray(geometry.geometry.array), steps)
    series = gpd.GeoSeries(shapes, index=geometry.index, crs=crs)
    if isinstance(geometry, gpd.GeoSeries):
        return cast("Geometry", series.rename(geometry.name))
    return cast("Geometry", geometry.set_geometry(series.rename(geometry.geometry.name)))


def _system(name: str) -> int:
    plain = name.upper().replace("-", "").replace(" ", "").replace("_", "")
    if plain not in _SYSTEMS:
        raise LandgovError(
            f"{name!r} is none of the systems that can be shifted.",
            do='source, target: "WGS84", "GCJ02", "BD09"',
            message_zh=f"不认识的偏移坐标系“{name}”。",
        )
    return _SYSTEMS.index(plain)


def _steps(start: int, end: int) -> list[Callable[[Floats], Floats]]:
    onward: list[Callable[[Floats], Floats]] = [_to_gcj, _to_bd]
    if start <= end:
        return onward[start:end]
    return [_inverse(step) for step in reversed(onward[end:start])]


def _refuse_metres(frame: gpd.GeoSeries | gpd.GeoDataFrame) -> None:
    if frame.crs is not None and not frame.crs.is_geographic:
        raise LandgovError(
            f"{frame.crs.name} is not in degrees; the shift is defined on longitude and latitude.",
            do="lg.shift(frame.to_crs(4326), …)",
            message_zh=f"“{frame.crs.name}”不是经纬度，不能作偏移或纠偏。",
        )


def _moved(shapes: Any, steps: list[Callable[[Floats], Floats]]) -> Any:
    def _along(coordinates: Floats) -> Floats:
        flat = coordinates[:, :2]
        if (np.abs(flat) > (180.0, 90.0)).any():
            raise LandgovError(
                "coordinates beyond ±180 or ±90: they are no longitude and latitude.",
                do="lg.shift(frame.to_crs(4326), …)  (经度在前; longitude first)",
                message_zh="坐标超出经纬度范围，不能作偏移或纠偏。",
            )
        west, south, east, north = _CHINA
        inside = (
            (flat[:, 0] >= west)
            & (flat[:, 0] <= east)
            & (flat[:, 1] >= south)
            & (flat[:, 1] <= north)
        )
        moved = coordinates.copy()
        here = flat[inside]
        for step in steps:
            here = step(here)
        moved[inside, :2] = here
        return moved

    if not np.any(shapely.has_z(shapes)):
        return shapely.transform(shapes, _along)
    if np.ndim(shapes) == 0:
        return shapely.transform(shapes, _along, include_z=True)
    # Flat and high shapes apart: flat ones would come back with a height of NaN.
    high = shapely.has_z(shapes)
    moved = shapes.copy()
    moved[high] = shapely.transform(shapes[high], _along, include_z=True)
    moved[~high] = shapely.transform(shapes[~high], _along)
    return moved


def _to_gcj(point: Floats) -> Floats:
    x, y = point[:, 0] - 105.0, point[:, 1] - 35.0
    root, pi = np.sqrt(np.abs(x)), np.pi
    ripple = 20 * np.sin(6 * pi * x) + 20 * np.sin(2 * pi * x)
    north = ripple + 20 * np.sin(pi * y) + 40 * np.sin(pi * y / 3)
    north += 160 * np.sin(pi * y / 12) + 320 * np.sin(pi * y / 30)
    north = north * 2 / 3 - 100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * root
    east = ripple + 20 * np.sin(pi * x) + 40 * np.sin(pi * x / 3)
    east += 150 * np.sin(pi * x / 12) + 300 * np.sin(pi * x / 30)
    east = east * 2 / 3 + 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * root
    latitude = np.radians(point[:, 1])
    magic = 1 - _ECCENTRICITY2 * np.sin(latitude) ** 2
    along_meridian = _AXIS_M * (1 - _ECCENTRICITY2) / (magic * np.sqrt(magic))
    along_parallel = _AXIS_M / np.sqrt(magic) * np.cos(latitude)
    moved: Floats = point + np.degrees(
        np.column_stack([east / along_parallel, north / along_meridian])
    )
    return moved


def _to_bd(point: Floats) -> Floats:
    x, y = point[:, 0], point[:, 1]
    reach = np.hypot(x, y) + 2e-5 * np.sin(y * _BD_WAVE)
    angle = np.arctan2(y, x) + 3e-6 * np.cos(x * _BD_WAVE)
    return np.column_stack([reach * np.cos(angle) + 0.0065, reach * np.sin(angle) + 0.006])


def _inverse(step: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    """Give the inverse of `step` by the fixed point p ← p − (step(p) − q)."""

    def _back(point: Floats) -> Floats:
        found = point
        for _ in range(_ROUNDS):
            found = found - (step(found) - point)
        return found

    return _back
