"""What a call must be given before any geometry is measured: labels, metres, polygons."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS, Transformer

from landgov.errors import LandgovError

_SHOWN = 5
_POLYGON_TYPES = (3, 6)
_CGCS2000_3_DEGREE_CM_75E = 4534
_CHINA_3_DEGREE_MERIDIANS = (75, 135)


def label_order(index: pd.Index[Any]) -> npt.NDArray[np.intp]:
    """Give the positions that sort the labels, the same for any order of the rows.

    Labels of one kind sort as themselves; mixed ones as text, then by type.

    Raises
    ------
    LandgovError
        If a label is missing or repeated, if two labels read the same as text,
        or if the index has several levels.
    """
    _check_labels(index)
    labels = index.to_numpy(dtype=object)
    if not pd.api.types.infer_dtype(labels, skipna=False).startswith("mixed"):
        return np.argsort(labels, kind="stable")
    keys = [(str(label), type(label).__name__) for label in labels]
    return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.intp)


def _check_labels(index: pd.Index[Any]) -> None:
    if index.nlevels > 1:
        raise LandgovError(
            f"the index has {index.nlevels} levels; a parcel needs one label.",
            message_zh=f"索引有 {index.nlevels} 级；每个地块只能有一个标识。",
            do="parcels.reset_index().set_index('parcel_id')",
        )
    if index.hasnans:
        count = int(np.count_nonzero(index.isna()))
        raise LandgovError(
            f"{count} index label(s) are missing.",
            message_zh=f"有 {count} 个地块没有标识。",
            do="parcels[parcels.index.notna()]",
        )
    labels = pd.Index([str(label) for label in index], dtype=object)
    if not labels.is_unique:
        repeated = labels[labels.duplicated()].unique()
        raise LandgovError(
            f"{len(repeated)} index label(s) are repeated: {_some(repeated)}.",
            message_zh=f"有 {len(repeated)} 个地块标识重复：{_some(repeated)}。",
            do="parcels[~parcels.index.duplicated()], or give each row its own label",
        )


def check_metres(parcels: gpd.GeoDataFrame) -> None:
    """Refuse parcels whose CRS is missing or not in metres.

    Raises
    ------
    LandgovError
        With the call that mends it: `set_crs` or `to_crs`.
    """
    if parcels.crs is None:
        raise LandgovError(
            "parcels have no CRS; distances need metres.",
            message_zh="地块没有坐标系；计算距离需要以米为单位的坐标系。",
            do="parcels.set_crs(4549) if that is what the coordinates are in",
        )
    crs = CRS(parcels.crs)
    units = sorted({axis.unit_name for axis in crs.axis_info[:2]})
    in_metres = all(axis.unit_conversion_factor == 1 for axis in crs.axis_info[:2])
    if in_metres and not (crs.is_geographic or crs.is_geocentric):
        return
    raise LandgovError(
        f"parcels are in {crs.name} ({', '.join(units)}); distances need metres.",
        message_zh=f"地块坐标系为 {crs.name}（单位 {'、'.join(units)}）；计算距离需要米。",
        do=_metric_call(parcels, crs),
    )


def _metric_call(parcels: gpd.GeoDataFrame, crs: CRS) -> str:
    """Name the CRS in metres that suits the place: CGCS2000 3-degree in China, else UTM."""
    try:
        west, south, east, north = parcels.total_bounds
        to_degrees = Transformer.from_crs(crs, 4326, always_xy=True)
        longitude, latitude = to_degrees.transform((west + east) / 2, (south + north) / 2)
    except Exception:  # a CRS without a way to degrees still deserves a hint
        return "parcels.to_crs(4549)"
    if not (np.isfinite(longitude) and np.isfinite(latitude)):
        return "parcels.to_crs(4549)"
    meridian = round(longitude / 3) * 3
    first, last = _CHINA_3_DEGREE_MERIDIANS
    if first <= meridian <= last and 3 <= latitude <= 54:
        code = _CGCS2000_3_DEGREE_CM_75E + (meridian - first) // 3
        return f"parcels.to_crs({code})  (CGCS2000 / 3-degree Gauss-Kruger CM {meridian}E)"
    return "parcels.to_crs(parcels.estimate_utm_crs())"


def check_polygons(parcels: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
    """Tell which rows have a polygon to measure; missing and empty ones have none.

    Raises
    ------
    LandgovError
        If a geometry is not a polygon or has a coordinate that is not a number.
    """
    geometry = parcels.geometry.to_numpy()
    there = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    other = there & ~np.isin(shapely.get_type_id(geometry), _POLYGON_TYPES)
    if other.any():
        raise LandgovError(
            f"{int(other.sum())} parcel(s) are not polygons: {_some(parcels.index[other])}.",
            message_zh=f"有 {int(other.sum())} 个地块不是面：{_some(parcels.index[other])}。",
            do="parcels[parcels.geom_type.isin(['Polygon', 'MultiPolygon'])]",
        )
    points, parcel = shapely.get_coordinates(geometry, return_index=True)
    broken = np.zeros(len(geometry), dtype=bool)
    broken[parcel[~np.isfinite(points).all(axis=1)]] = True
    if broken.any():
        raise LandgovError(
            f"{int(broken.sum())} parcel(s) have coordinates that are not numbers: "
            f"{_some(parcels.index[broken])}.",
            message_zh=f"有 {int(broken.sum())} 个地块的坐标不是数：{_some(parcels.index[broken])}。",
            do="mend these geometries, or set them to None",
        )
    return np.asarray(there)


def check_valid(parcels: gpd.GeoDataFrame) -> None:
    """Refuse geometries that cannot be united because their borders cross themselves.

    Raises
    ------
    LandgovError
        Naming the parcels.
    """
    geometry = parcels.geometry.to_numpy()
    broken = ~(shapely.is_valid(geometry) | shapely.is_missing(geometry))
    if broken.any():
        raise LandgovError(
            f"{int(broken.sum())} parcel(s) have an invalid geometry: "
            f"{_some(parcels.index[broken])}.",
            message_zh=f"有 {int(broken.sum())} 个地块图形无效：{_some(parcels.index[broken])}。",
            do="parcels.set_geometry(parcels.make_valid())",
        )


def check_not_negative(**values: float) -> None:
    """Refuse a negative, infinite or missing number among the options of a call.

    Raises
    ------
    LandgovError
        Naming the option and its value.
    """
    for name, value in values.items():
        if not (np.isfinite(value) and value >= 0):
            raise LandgovError(
                f"{name} is {value}; it must be a number of at least 0.",
                message_zh=f"{name} 为 {value}；应为不小于 0 的数。",
                do=f"{name}=0 or more",
            )


def positions_of(index: pd.Index[Any], pairs: pd.DataFrame) -> npt.NDArray[np.intp]:
    """Give the row positions in `index` of the two ends of each pair, as two rows.

    Raises
    ------
    LandgovError
        If `pairs` lacks a column, or names a parcel that `index` does not hold.
    """
    absent = [name for name in ("left", "right") if name not in pairs.columns]
    if absent:
        raise LandgovError(
            f"pairs lack the column(s) {', '.join(absent)}.",
            message_zh=f"相邻表缺少列：{'、'.join(absent)}。",
            do="pairs = landgov.neighbours(parcels)",
        )
    ends = np.vstack([index.get_indexer(pd.Index(pairs[name])) for name in ("left", "right")])
    strange = (ends < 0).any(axis=0)
    if strange.any():
        first = pairs[["left", "right"]].iloc[int(strange.argmax())].tolist()
        raise LandgovError(
            f"{int(strange.sum())} pair(s) name a parcel that is not in the index, "
            f"the first: {first[0]} – {first[1]}.",
            message_zh=f"有 {int(strange.sum())} 对相邻关系指向索引之外的地块。",
            do="pairs[pairs['left'].isin(index) & pairs['right'].isin(index)]",
        )
    return ends


def _some(labels: pd.Index[Any]) -> str:
    shown = ", ".join(str(label) for label in labels[:_SHOWN])
    return f"{shown}, …" if len(labels) > _SHOWN else shown
