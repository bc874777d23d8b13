"""Geometry brought into the working CRS, as its coordinates are to be read."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from landgov.crs import refuse_unshiftable, transform
from landgov.errors import LandgovError
from landgov.offsets import shift
from landgov.sources.crs_readings import NORTH_EAST, Reading
from landgov.sources.faults import FileError
from landgov.sources.notes import Note, note

_CGCS2000: Final = pyproj.CRS(4490)


def placed_geometry(
    geometry: gpd.GeoSeries,
    reading: Reading,
    target: pyproj.CRS | None,
    notes: list[Note],
) -> gpd.GeoSeries:
    """Bring geometry into the working CRS (坐标转换).

    Parameters
    ----------
    geometry : GeoSeries
        As read, in the CRS of the file if it has one.
    reading : Reading
        How its coordinates are to be read: its CRS wins over the file's.
    target : CRS, optional
        Working CRS; None leaves the coordinates where they are.
    notes : list
        Takes a row where the entry overrules the file, where axes were exchanged and where
        the shift of a web map was taken off.

    Returns
    -------
    GeoSeries
        On the same index; missing and empty geometry is None.

    Raises
    ------
    FileError
        ``crs_contradicted`` or ``crs_unshiftable``.

    References
    ----------
    See `landgov.crs` and `landgov.offsets`.
    """
    shapes = geometry.where(~(geometry.is_empty | geometry.isna()), None)
    source = reading.crs
    if geometry.crs is not None and source != geometry.crs:
        zh = f"文件标明 {geometry.crs.name}，按 landgov.toml 的 {source.name} 处理"
        en = f"the file says {geometry.crs.name}; {source.name} of landgov.toml is used"
        code = source.to_epsg()
        notes.append(note("crs", zh, en, value=code or source.name))
    if reading.axes == NORTH_EAST:
        shapes = gpd.GeoSeries(exchanged(shapes.array), index=shapes.index)
        zh = "坐标以北（纬度）在前，读入时已交换为东（经度）在前"
        notes.append(note("axes", zh, "north first: the axes were exchanged", value=NORTH_EAST))
    shapes = gpd.GeoSeries(shapes, crs=None).set_crs(source, allow_override=True)
    if target is None:
        return shapes
    if reading.datum is not None:
        shapes = _transformed(shapes, source, _CGCS2000)
        shapes, source = _unshifted(shapes, reading.datum), _CGCS2000
        zh = f"坐标为 {reading.datum}，读入时已纠偏到 CGCS2000"
        en = f"the coordinates are in {reading.datum}; the shift was taken off"
        notes.append(note("shifted", zh, en, value=reading.datum))
    return _transformed(shapes, source, target)


def exchanged(shapes: Any) -> npt.NDArray[np.object_]:
    """Exchange first and second coordinate; rings keep the way round that they have.

    Examples
    --------
    >>> exchanged(np.array([shapely.Point(30, 120)]))[0].wkt
    'POINT (120 30)'
    """
    turned: npt.NDArray[np.object_] = shapely.transform(
        np.asarray(shapes, dtype=object), lambda points: points[:, ::-1]
    )
    return turned


def flaws_of(geometry: gpd.GeoSeries | None) -> dict[int, str]:
    """Name what is invalid in the geometry as it was sent, by row.

    Examples
    --------
    >>> bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    >>> flaws_of(gpd.GeoSeries([bow, shapely.box(0, 0, 1, 1)]))
    {0: 'Self-intersection'}
    """
    if geometry is None:
        return {}
    shapes = np.array(geometry.to_numpy(), dtype=object)
    shapes[geometry.isna().to_numpy()] = None
    wrong = np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes))
    reasons = shapely.is_valid_reason(shapes[wrong])
    return {
        int(place): str(reason).split("[", maxsplit=1)[0].strip()
        for place, reason in zip(wrong, reasons, strict=True)
    }


def extent_of(shapes: gpd.GeoSeries) -> list[float]:
    """Give the extent of the bulk: a single stray feature neither proves nor refutes a CRS.

    Examples
    --------
    >>> extent_of(gpd.GeoSeries([shapely.box(0, 0, 2, 1)]))
    [0.0, 0.0, 2.0, 1.0]
    """
    bounds = shapely.bounds(shapes.array)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return [np.nan] * 4
    low = np.quantile(bounds[:, :2], 0.05, axis=0, method="lower")
    high = np.quantile(bounds[:, 2:], 0.95, axis=0, method="higher")
    return [float(value) for value in (*low, *high)]


def _unshifted(shapes: gpd.GeoSeries, datum: str) -> gpd.GeoSeries:
    try:
        return shift(shapes, source=datum, target="WGS84")
    except LandgovError as error:
        raise FileError(
            "crs_contradicted",
            zh=f"坐标不是经纬度，不能按 {datum} 纠偏",
            en=f"the coordinates are no degrees, {datum} can't be taken off",
            do="删去 datum 一行，或核对 crs",
            field="datum",
        ) from error


def _transformed(shapes: gpd.GeoSeries, source: pyproj.CRS, target: pyproj.CRS) -> gpd.GeoSeries:
    for kind, step in (("crs_unshiftable", refuse_unshiftable), ("crs_contradicted", None)):
        try:
            if step is not None:
                step(source, target)
            else:
                return transform(shapes, target)
        except LandgovError as error:
            raise FileError(
                kind,
                zh=error.message_zh or error.message,
                en=error.message,
                do=error.do or "crs = 4549",
                field="crs",
            ) from error
    return shapes
