"""Geometry brought into the working CRS, if its coordinates bear out what CRS they claim."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from landgov.crs import coordinate_fault, refuse_unshiftable, transform
from landgov.errors import LandgovError
from landgov.sources.faults import FileError, no_crs
from landgov.sources.notes import Note, note


def placed_geometry(
    geometry: gpd.GeoSeries,
    stated: int | str | None,
    target: pyproj.CRS | None,
    notes: list[Note],
) -> gpd.GeoSeries:
    """Check coordinates against their CRS and transform them (坐标核对与转换).

    Parameters
    ----------
    geometry : GeoSeries
        As read, in the CRS of the file if it has one.
    stated : int or str, optional
        CRS from `landgov.toml`; it wins over the file's.
    target : CRS, optional
        Working CRS; None leaves the coordinates where they are.
    notes : list
        Takes a row where the entry overrules the file.

    Returns
    -------
    GeoSeries
        On the same index; missing and empty geometry is None.

    Raises
    ------
    FileError
        ``no_crs``, ``crs_contradicted`` or ``crs_unshiftable``.

    References
    ----------
    See `landgov.crs`.
    """
    shapes = geometry.where(~(geometry.is_empty | geometry.isna()), None)
    source = pyproj.CRS.from_user_input(stated) if stated is not None else geometry.crs
    if source is None:
        raise no_crs()
    if stated is not None and geometry.crs is not None and source != geometry.crs:
        zh = f"文件标明 {geometry.crs.name}，按 landgov.toml 的 {source.name} 处理"
        en = f"the file says {geometry.crs.name}; {source.name} of landgov.toml is used"
        notes.append(note("crs", zh, en, value=str(stated)))
    source = pyproj.CRS(source)
    shapes = gpd.GeoSeries(shapes, crs=None).set_crs(source, allow_override=True)
    fault = coordinate_fault(_extent(shapes), source)
    if fault is not None:
        raise FileError("crs_contradicted", zh=fault.zh, en=fault.en, do=fault.do, field="crs")
    if target is None:
        return shapes
    return _transformed(shapes, source, target)


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


def _extent(shapes: gpd.GeoSeries) -> list[float]:
    """Give the extent of the bulk: a single stray feature neither proves nor refutes a CRS."""
    bounds = shapely.bounds(shapes.array)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return [np.nan] * 4
    low = np.quantile(bounds[:, :2], 0.05, axis=0, method="lower")
    high = np.quantile(bounds[:, 2:], 0.95, axis=0, method="higher")
    return [float(value) for value in (*low, *high)]


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
