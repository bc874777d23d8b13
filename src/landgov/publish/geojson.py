"""GeoJSON after RFC 7946: WGS 84, right winding, ids, no NaN."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.transformer import TransformerGroup

from landgov.errors import LandgovError
from landgov.publish.files import whole
from landgov.publish.profiles import Profile, select

DECIMALS = 7
"""Decimals of a degree: 1e-7 is 1.1 cm, finer than a survey."""
_CHUNK = 20_000
_SAME_AS_WGS84 = (
    "China Geodetic Coordinate System 2000",
    "China 2000",
    "CGCS2000",
    "World Geodetic System 1984",
)


@dataclass(frozen=True)
class Written:
    """What was written: features in all, those whose geometry collapsed, those mended."""

    features: int
    no_geometry: tuple[Any, ...] = ()
    mended: tuple[Any, ...] = ()

    def __int__(self) -> int:
        return self.features


def write_geojson(
    frame: gpd.GeoDataFrame,
    path: str | Path,
    *,
    profile: str | Profile | None = None,
    table: str = "parcels",
) -> Written:
    """Write features as GeoJSON for other programs (RFC 7946).

    Parameters
    ----------
    frame : GeoDataFrame
        Features in any CRS of CGCS2000 or WGS 84; the index gives the top-level `id`.
    path : str or Path
        File to write: UTF-8 without BOM, to a temporary file first; an old one is replaced.
    profile : str or Profile, optional
        Audience whose columns leave. Without it all columns but the geometry leave.
    table : str, optional
        Which result table the frame is; matters only with a profile.

    Returns
    -------
    Written
        `features` (``int()`` gives it too), and the ids whose geometry collapsed when
        rounded (written as null: the feature stays) and those mended after rounding.

    Raises
    ------
    LandgovError
        If the CRS is missing or its shift to WGS 84 is not known (Xi'an 80, Beijing 54),
        if ids repeat, or if the profile is unknown.

    Notes
    -----
    Coordinates are lon, lat with 7 decimals. CGCS2000 is taken as WGS 84: they differ by
    centimetres to a few decimetres. Points that coincide after rounding are dropped, then
    validity is checked again. Measured areas must be columns: don't compute them from
    rounded degrees. Missing numbers, NaN and infinity are null.

    References
    ----------
    RFC 7946, 3 (features), 3.1.6 (winding), 4 (CRS), 5 (bbox), 11.2 (precision).

    Examples
    --------
    >>> import tempfile
    >>> square = shapely.box(583700, 3324000, 583800, 3324100)
    >>> plot = gpd.GeoDataFrame({"area_mu": [15.0]}, index=["A"], geometry=[square], crs=4549)
    >>> target = Path(tempfile.mkdtemp()) / "plots.geojson"
    >>> write_geojson(plot, target).features
    1
    >>> orjson.loads(target.read_bytes())["features"][0]["id"]
    'A'
    """
    if not frame.index.is_unique:
        twice = frame.index[frame.index.duplicated()][0]
        raise LandgovError(
            f"the id {twice!r} stands twice in the index; a feature's id must be unique.",
            do="frame.index = unique ids",
            message_zh=f"要素编号“{twice}”重复。",
        )
    if profile is not None:
        frame = select(frame, table, profile)
    shapes, mended = _rounded(_in_degrees(frame))
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    shapes[empty] = None
    with whole(path) as part, part.open("wb") as stream:
        for block in _text(frame, shapes):
            stream.write(block)
    lost = empty & ~(frame.geometry.isna() | frame.geometry.is_empty).to_numpy()
    return Written(len(frame), tuple(frame.index[lost]), tuple(frame.index[mended & ~empty]))


def _in_degrees(frame: gpd.GeoDataFrame) -> np.ndarray[Any, Any]:
    if frame.crs is None:
        raise LandgovError(
            "the features have no CRS; GeoJSON needs WGS 84 degrees.",
            do="frame.set_crs(4549)  (the CRS that the coordinates are in)",
            message_zh="图形没有坐标系，无法导出 GeoJSON。",
        )
    _refuse_unknown_shift(frame.crs.to_wkt())
    degrees: np.ndarray[Any, Any] = np.asarray(frame.geometry.to_crs(4326).array)
    flat: np.ndarray[Any, Any] = shapely.force_2d(degrees)
    return flat


@cache
def _refuse_unknown_shift(wkt: str) -> None:
    crs = CRS.from_wkt(wkt)
    datum = crs.datum.name if crs.datum else ""
    if any(name in datum for name in _SAME_AS_WGS84):
        return
    if TransformerGroup(crs, 4326, always_xy=True).transformers[0].accuracy < 0:
        raise LandgovError(
            f"{crs.name}: its shift to WGS 84 is not known; it can be tens of metres.",
            do="transform to CGCS2000 with local parameters first, e.g. EPSG:4549",
            message_zh=f"{crs.name} 到 WGS 84 的转换参数未知，偏差可达数十米。",
        )


def _rounded(shapes: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Round to the grid, mend what crosses itself there, drop repeated points, wind the rings."""
    rounded = _on_grid(shapes)
    surface = shapely.get_dimensions(shapes) == 2
    broken = surface & ~shapely.is_valid(rounded)
    if broken.any():
        # Rounding point by point made these cross themselves: snap-round the sound shape instead.
        sound = shapely.make_valid(shapes[broken], method="structure")
        rounded[broken] = _on_grid(_surfaces(shapely.set_precision(sound, 10.0**-DECIMALS)))
    rounded[surface & ~(shapely.is_valid(rounded) & (shapely.area(rounded) > 0))] = None
    # Last, as a ring that has collapsed makes GEOS raise here.
    rounded = shapely.remove_repeated_points(rounded, tolerance=0.0)
    return shapely.orient_polygons(rounded, exterior_cw=False), broken


def _on_grid(shapes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    moved: np.ndarray[Any, Any] = shapely.transform(
        shapes, lambda points: np.round(points, DECIMALS)
    )
    return moved


def _surfaces(shapes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Keep the polygon parts: what mending left as a line or point has no land."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    inner, inner_owner = shapely.get_parts(parts, return_index=True)
    owner, parts = owner[inner_owner], inner
    flat = (shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 0)
    kept: np.ndarray[Any, Any] = np.full(len(shapes), None, dtype=object)
    owner, parts = owner[flat], parts[flat]
    if len(parts):
        starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
        counts = np.diff(np.r_[starts, len(owner)])
        many = shapely.multipolygons(parts, indices=np.repeat(np.arange(len(starts)), counts))
        kept[owner[starts]] = np.where(counts == 1, parts[starts], many)
    return kept


def _text(frame: gpd.GeoDataFrame, shapes: np.ndarray[Any, Any]) -> Iterator[bytes]:
    """Pieces of the file; a chunk of features at a time, so that text never fills memory."""
    yield b'{"type":"FeatureCollection"'
    box = shapely.total_bounds(shapes) if len(shapes) else np.array([np.nan])
    if np.isfinite(box).all():
        yield b',"bbox":' + orjson.dumps([round(float(side), DECIMALS) for side in box])
    yield b',"features":['
    properties = frame.drop(columns=frame.active_geometry_name)
    for start in range(0, len(frame), _CHUNK):
        part = slice(start, start + _CHUNK)
        lines = _features(properties.iloc[part], shapes[part])
        yield (b",\n" if start else b"\n") + b",\n".join(lines)
    yield b"\n]}\n"


def _features(properties: pd.DataFrame, shapes: np.ndarray[Any, Any]) -> Iterator[bytes]:
    names = [str(name) for name in properties.columns]
    columns = [_cells(properties[name]) for name in properties.columns]
    records = zip(*columns, strict=True) if columns else (() for _ in range(len(properties)))
    geometries = shapely.to_geojson(shapes)
    ids = _cells(properties.index.to_series())
    # One dict a feature: JSON text is made of features, not of columns.
    for label, geometry, record in zip(ids, geometries, records, strict=True):
        yield orjson.dumps(
            {
                "type": "Feature",
                "id": label,
                "geometry": None if geometry is None else orjson.Fragment(geometry),
                "properties": dict(zip(names, record, strict=True)),
            }
        )


def _cells(column: pd.Series[Any]) -> list[Any]:
    """Cells of a column as JSON knows them: missing is None, dates are ISO text."""
    kind = column.dtype
    if isinstance(kind, gpd.array.GeometryDtype):
        return [None if shape is None else shape.wkt for shape in column.array]
    if pd.api.types.is_datetime64_any_dtype(kind):
        whole_days = bool((column.dropna() == column.dropna().dt.normalize()).all())
        column = column.dt.strftime("%Y-%m-%d" if whole_days else "%Y-%m-%dT%H:%M:%S")
    elif pd.api.types.is_float_dtype(kind):
        numbers = column.astype("float64")
        column = numbers.where(np.isfinite(numbers))
    cells: list[Any] = column.astype("object").where(column.notna(), None).tolist()
    if pd.api.types.is_object_dtype(kind):
        cells = [_cell(cell) for cell in cells]
    return cells


def _cell(cell: object) -> object:
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, (set, frozenset)):
        return sorted(map(str, cell))
    if isinstance(cell, (list, tuple, np.ndarray)):
        return [_cell(each) for each in cell]
    if cell is None or isinstance(cell, (str, bool, int, float)):
        return cell
    return cell.isoformat() if isinstance(cell, (date, time)) else str(cell)
