"""Parcels written as reported coordinates, the exchange text of land reporting (报备坐标 TXT)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgov.errors import LandgovError
from landgov.publish.files import whole
from landgov.publish.reported_rings import Borders, borders
from landgov.sources.native import as_text
from landgov.sources.reported_words import (
    AREA,
    COUNT,
    DESCRIPTION,
    END,
    HEADINGS,
    LAND_CODE,
    PARCEL,
    PARCELS,
    PRECISION,
    PROJECTION,
    SURPLUS,
    SYSTEM,
    UNIT,
    WIDTH,
    ZONE,
    ZONE_METRES,
    Plane,
    decimals_of,
    plane_of,
    plane_of_crs,
)
from landgov.units import factor

_CANONICAL = {PARCEL: "parcel_id", LAND_CODE: "land_use_code"}
_FORM, _FORM_VALUE = "图形属性", "面"
_HECTARE_DIGITS, _DECIMALS = 4, 3
_LINE = "\r\n"


def write_reported_txt(
    frame: gpd.GeoDataFrame,
    path: str | Path,
    *,
    description: Mapping[str, str] | None = None,
    zone_prefix: bool | None = None,
    encoding: str = "gb18030",
) -> int:
    r"""Write parcels as reported coordinates (写出报备坐标), the way `read_vector` reads them.

    What was read from such a file comes back exactly: rings in their order and direction,
    points to the stated precision, fields as they were. Points are numbered anew.

    Parameters
    ----------
    frame : GeoDataFrame
        Polygons on a Gauss-Krüger plane of CGCS2000, 西安80 or 北京54, in metres. Fields are
        taken from columns named 点数, 面积（公顷）, 地块编号 (or `parcel_id`, also as index),
        地块名称, 图形属性, 图幅号, 地块用途, 地类编码 (or `land_use_code`). Where 点数 or 面积
        is no column, it is worked out; a column is written as it is. A parcel without
        geometry is a first line without points.
    path : str or Path
        The file to be; written whole or not at all.
    description : mapping, optional
        Entries of the section 属性描述, such as 数据产生单位; they win over those that the
        frame brings along from reading. 精度 sets the decimals, by default 0.001 m.
    zone_prefix : bool, optional
        Whether the zone stands before Y; by default it does, but for a frame that was read
        without it.
    encoding : str
        ``gb18030``, which holds GBK, or ``utf-8``.

    Returns
    -------
    int
        Parcels written.

    Raises
    ------
    LandgovError
        If the CRS is none of these planes, a geometry is no polygon, parts of a parcel
        overlap or vanish at the precision, or a field holds what the text can't: a comma
        or a line break.

    References
    ----------
    The exchange format of coordinates in land reporting: X is north, Y is east.

    Examples
    --------
    >>> import tempfile
    >>> plot = shapely.box(583000, 3321000, 583100, 3321100)
    >>> one = gpd.GeoDataFrame({"地块编号": ["甲-1"]}, geometry=[plot], crs=4549)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write_reported_txt(one, Path(folder, "a.txt"), encoding="utf-8")
    ...     print(Path(folder, "a.txt").read_text(encoding="utf-8").splitlines()[12])
    5,1.0000,甲-1,,面,,,,@
    """
    brought = frame.attrs.get("description")
    plane = plane_of_crs(frame.crs)
    if plane is None:
        raise _no_plane(frame)
    usual = plane.prefixed if brought is not None else True
    target = replace(plane, prefixed=usual if zone_prefix is None else zone_prefix)
    entries = _entries(brought, description or {}, target)
    stated = decimals_of(entries.get(PRECISION, ""))
    names = _names(frame)
    decimals = _DECIMALS if stated is None else stated
    shift = float(target.zone * (target.prefixed - plane.prefixed) * ZONE_METRES)
    text = _LINE.join(_lines(frame, entries, borders(frame, shift, decimals, names), names)) + _LINE
    try:
        raw = text.encode(encoding)
    except (UnicodeEncodeError, LookupError) as error:
        raise LandgovError(
            f"the text can't be written in {encoding}: {error}.",
            do='encoding="gb18030"',
            message_zh=f"文本无法以 {encoding} 编码写出。",
        ) from error
    with whole(path) as part:
        part.write_bytes(raw)
    return len(frame)


def _no_plane(frame: gpd.GeoDataFrame) -> LandgovError:
    name = frame.crs.name if frame.crs is not None else "no CRS"
    return LandgovError(
        f"reported coordinates are on a Gauss-Krüger plane; this is {name}.",
        do="frame.to_crs(4528)  (CGCS2000 / 3-degree Gauss-Kruger zone 40)",
        message_zh=f"报备坐标须为高斯克吕格投影坐标；现为“{name}”。",
    )


def _entries(
    brought: Mapping[str, str] | None, stated: Mapping[str, str], target: Plane
) -> dict[str, str]:
    """Make the description; what it says of the plane is mended where it is another."""
    standing = {
        "格式版本号": "1.01版本",
        "数据产生单位": "",
        "数据产生日期": "",
        SYSTEM: target.system_name,
        WIDTH: str(target.width),
        PROJECTION: "高斯克吕格",
        UNIT: "米",
        ZONE: str(target.zone),
        PRECISION: f"{10.0**-_DECIMALS:.{_DECIMALS}f}",
        "转换参数": ",,,,,,",
    }
    entries = {**(standing if brought is None else brought), **stated}
    if plane_of(entries, target.zone if target.prefixed else None) != target:
        entries |= {name: standing[name] for name in (SYSTEM, WIDTH, PROJECTION, UNIT, ZONE)}
    return {
        _safe(str(n), "=\r\n", DESCRIPTION): _safe(str(v), "\r\n", n) for n, v in entries.items()
    }


def _safe(text: str, forbidden: str, where: str) -> str:
    if any(sign in text for sign in forbidden):
        raise LandgovError(
            f"{where}: {text!r} holds a comma or a line break, which part the fields of the text.",
            do=f"frame[{where!r}] = frame[{where!r}].str.replace(',', '，')",
            message_zh=f"{where}：“{text}”含有半角逗号或换行，会打乱字段；请改为全角逗号。",
        )
    return text.strip()


def _names(frame: gpd.GeoDataFrame) -> list[str]:
    """Name every parcel for messages and for its field."""
    for name in (PARCEL, _CANONICAL[PARCEL]):
        if name in frame.columns:
            return list(as_text(frame[name]).fillna(""))
    if frame.index.name == _CANONICAL[PARCEL]:
        return list(as_text(frame.index.to_series()).fillna(""))
    return [""] * len(frame)


def _lines(
    frame: gpd.GeoDataFrame, entries: Mapping[str, str], points: Borders, names: Sequence[str]
) -> list[str]:
    lines = [f"[{DESCRIPTION}]", *(f"{name}={value}" for name, value in entries.items())]
    lines.append(f"[{PARCELS}]")
    fields = [_field(frame, name, points, names) for name in HEADINGS]
    extra = as_text(frame[SURPLUS]).fillna("") if SURPLUS in frame.columns else None
    # A text is written line by line: the first line of each parcel, then its points.
    for place, first in enumerate(zip(*fields, strict=True)):
        tail = [_safe(extra.iloc[place], "\r\n", SURPLUS)] if extra is not None else []
        lines.append(",".join([*first, *filter(None, tail), END]))
        lines += points.lines[points.first[place] : points.first[place + 1]]
    return lines


def _field(frame: gpd.GeoDataFrame, name: str, points: Borders, names: Sequence[str]) -> list[str]:
    if name == PARCEL:
        return [_safe(one, ",\r\n", name) for one in names]
    if name == COUNT and name not in frame.columns:
        return [str(many) for many in np.diff(points.first)]
    if name == AREA:
        areas = shapely.area(frame.geometry.array) / float(factor("公顷", "m2"))
        areas = np.where(np.isnan(areas), 0.0, np.round(areas, _HECTARE_DIGITS))
        given = frame[name] if name in frame.columns else areas
        return [_hectares(float(one)) for one in pd.to_numeric(pd.Series(given))]
    column = name if name in frame.columns else _CANONICAL.get(name, "")
    if column not in frame.columns:
        return [_FORM_VALUE if name == _FORM else ""] * len(frame)
    return [_safe(one, ",\r\n", name) for one in as_text(frame[column]).fillna("")]


def _hectares(value: float) -> str:
    """Write hectares with four decimals, and more where they have more."""
    if np.isnan(value):
        return ""
    text: Any = np.format_float_positional(value, unique=True, trim="-")
    whole_part, _, decimals = str(text).partition(".")
    return f"{whole_part}.{decimals.ljust(_HECTARE_DIGITS, '0')}"
