"""Coordinate reference systems: which are fit to work in, and which can be reached (坐标系)."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError, ProjError

from landgov.errors import LandgovError
from landgov.extents import CoordinateFault, coordinate_fault

__all__ = [
    "CoordinateFault",
    "coordinate_fault",
    "refuse_unshiftable",
    "transform",
    "working_crs",
]

_XIAN_80: Final = "Xian 1980"
_BEIJING_54: Final = "Beijing 1954"
_OLD_DATUMS: Final = {_XIAN_80: "西安80", _BEIJING_54: "北京54", "New Beijing": "新北京54"}

# Half axis and inverse flattening of the old ellipsoids, for files whose label names no datum.
_OLD_ELLIPSOIDS: Final = ((6378140.0, 298.257, _XIAN_80), (6378245.0, 298.3, _BEIJING_54))


def working_crs(value: int | str | CRS) -> CRS:
    """Take a CRS to work in: projected, in metres, true to scale (工作坐标系).

    Parameters
    ----------
    value : int, str or CRS
        An EPSG number, ``"EPSG:4549"``, any text that PROJ understands, or a CRS.

    Returns
    -------
    CRS
        The CRS.

    Raises
    ------
    LandgovError
        If it is no CRS, is in degrees or feet, or is the web Mercator (whose metre is 15% too
        long at 30° north).

    References
    ----------
    EPSG 4549, CGCS2000 / 3-degree Gauss-Kruger CM 120E, holds all of 上虞.

    Examples
    --------
    >>> working_crs("EPSG:4549").to_epsg()
    4549
    """
    do = "crs = 4549  (CGCS2000 / 3-degree Gauss-Kruger CM 120E)"
    try:
        crs = CRS.from_user_input(value)
    except CRSError:
        raise LandgovError(
            f"{value!r} is no CRS.", do=do, message_zh=f"“{value}”不是坐标系。"
        ) from None
    if not crs.is_projected:
        raise LandgovError(
            f"{crs.name} is not projected; area and distance need metres.",
            do=do,
            message_zh=f"“{crs.name}”不是投影坐标系；面积和距离须以米计。",
        )
    units = {axis.unit_name for axis in crs.axis_info[:2]}
    if units != {"metre"}:
        raise LandgovError(
            f"{crs.name} is in {', '.join(sorted(units))}, not in metres.",
            do=do,
            message_zh=f"“{crs.name}”的单位不是米。",
        )
    operation = crs.coordinate_operation
    if operation is not None and operation.method_name == "Popular Visualisation Pseudo Mercator":
        raise LandgovError(
            f"{crs.name} is for web maps: at 30° north its metre is 15% too long.",
            do=do,
            message_zh=f"“{crs.name}”仅用于网络地图，北纬30°处长度偏大15%，不能用于量算。",
        )
    return crs


def refuse_unshiftable(source: CRS, target: CRS) -> None:
    """Raise if a datum shift is needed that no public parameters give (西安80, 北京54).

    Parameters
    ----------
    source, target : CRS
        Where coordinates come from and go to. A CRS that carries shift parameters of its own
        (``+towgs84``) is let through.

    Raises
    ------
    LandgovError
        If one of the two is on Xi'an 1980, Beijing 1954 or New Beijing and the other is on
        another datum.

    References
    ----------
    PROJ takes such a pair as identical in longitude and latitude, without a word; the true
    shift is tens of metres, and its control-point parameters are not public.

    Examples
    --------
    >>> refuse_unshiftable(CRS(2385), CRS(2364))
    """
    old, new = _old_datum(source), _old_datum(target)
    if old == new:
        return
    named = old or new
    assert named is not None
    raise LandgovError(
        f"{source.name} cannot be turned into {target.name}: coordinates on {named} are off by"
        " tens of metres, and PROJ would leave them as they are without saying so.",
        do="请测绘单位按控制点参数转换为 CGCS2000 后再提供 (have the surveyors convert the file to"
        ' CGCS2000), 或 (or) crs = "+proj=… +towgs84=七参数"',
        message_zh=f"“{source.name}”无法转换为“{target.name}”：{_OLD_DATUMS[named]}与其他基准相差"
        "数十米，转换参数不公开，软件会不加提示地原样保留坐标。",
    )


def transform(geometry: gpd.GeoSeries, target: CRS) -> gpd.GeoSeries:
    """Bring geometry into another CRS, or say why that can't be done (坐标转换).

    Parameters
    ----------
    geometry : GeoSeries
        Geometry with a CRS; missing and empty geometry passes through.
    target : CRS
        Where to.

    Returns
    -------
    GeoSeries
        On the same index, in `target`; x is east or longitude.

    Raises
    ------
    LandgovError
        If the geometry has no CRS, the datum can't be shifted, or a coordinate has no image
        in `target`.

    References
    ----------
    PROJ, with the order east, north on both sides.

    Examples
    --------
    >>> plot = gpd.GeoSeries([shapely.Point(120.868, 30.033)], crs=4490)
    >>> there = transform(plot, CRS(4549)).iloc[0]
    >>> print(f"{there.x:.3f} {there.y:.3f}")
    583723.978 3324088.962
    """
    if geometry.crs is None:
        raise LandgovError(
            "the geometry has no CRS.", do="crs = 4549", message_zh="图形没有坐标系。"
        )
    source = CRS(geometry.crs)
    refuse_unshiftable(source, target)
    # PROJ passes over the parameters of a CRS (+towgs84) unless it goes by way of WGS 84.
    by_way = (source.is_bound or target.is_bound) and source != target
    try:
        moved = (geometry.to_crs(4326) if by_way else geometry).to_crs(target)
    except ProjError as error:
        raise LandgovError(
            f"no way leads from {source.name} to {target.name}: it is not tied to the earth.",
            do="crs = 4549  (按实际坐标系填写; the CRS they really are in)",
            message_zh=f"“{source.name}”无法转换为“{target.name}”：它没有与地球关联。",
        ) from error
    before, row = shapely.get_coordinates(geometry.array, return_index=True)
    after = shapely.get_coordinates(moved.array)
    lost = np.isfinite(before).all(axis=1) & ~np.isfinite(after).all(axis=1)
    if lost.any():
        first = int(np.argmax(lost))
        labels = list(geometry.index[np.unique(row[lost])])
        raise LandgovError(
            f"{len(labels)} geometries have coordinates outside {geometry.crs.name}, first"
            f" {labels[0]!r}: {before[first].tolist()}.",
            do="crs = 4528  (坐标带 40 带号时; if eastings start with 40)",
            message_zh=f"有 {len(labels)} 个图形的坐标超出“{geometry.crs.name}”的范围，"
            f"首个为“{labels[0]}”。",
        )
    return moved


def _old_datum(crs: CRS) -> str | None:
    """Name the old Chinese datum of a CRS; None for others, and where shift parameters are given."""
    geographic = crs.geodetic_crs
    if crs.is_bound or geographic is None or geographic.datum is None:
        return None
    name = geographic.datum.name
    if "towgs84" in name:
        return None
    folded = name.lower().replace("_", " ").removeprefix("d ")
    for datum in _OLD_DATUMS:
        if folded == datum.lower():
            return datum
    ellipsoid = geographic.ellipsoid
    if folded.startswith("unknown") and ellipsoid is not None:
        for axis, flattening, datum in _OLD_ELLIPSOIDS:
            same_axis = abs(ellipsoid.semi_major_metre - axis) < 0.01
            if same_axis and abs(ellipsoid.inverse_flattening - flattening) < 1e-4:
                return datum
    return None
