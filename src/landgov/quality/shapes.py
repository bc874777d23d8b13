"""Geometry of a checked table: empty, invalid; polygon parts kept, area change on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgov.areas import area_mu
from landgov.quality.issues import issue
from landgov.quality.tables import CheckedTable

_POLYGONS = (3, 6)
_COLLECTION = 7


def settle_shapes(
    checked: CheckedTable, crs: Any, flaws: Mapping[int, str], issues: list[dict[str, Any]]
) -> CheckedTable:
    """Repair invalid polygons, keep polygon parts, and record every change with its 亩.

    Parameters
    ----------
    checked : CheckedTable
        A table with a `geometry` column of shapely objects in `crs`.
    crs : CRS
        Working CRS, metres.
    flaws : mapping of int to str
        What was invalid as it was sent, by row of `origins`; a transformation may have
        mended it by rounding, and that is a change too.
    issues : list of dict
        Findings are added to it.

    Returns
    -------
    CheckedTable
        Its frame a GeoDataFrame. A row without usable geometry stays, with none.
    """
    shapes = checked.frame["geometry"].to_numpy(dtype=object, copy=True)
    shapes[pd.isna(shapes)] = None
    if checked.name == "barriers":
        return replace(checked, frame=_framed(checked.frame, shapes, crs))
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    not_area = ~empty & ~np.isin(shapely.get_type_id(shapes), _POLYGONS)
    sent = checked.position["geometry"].to_numpy()
    as_sent = np.array([flaws.get(int(row), "") for row in sent], dtype=object)
    broken = np.flatnonzero(~empty & (~shapely.is_valid(shapes) | not_area | (as_sent != "")))
    reasons = shapely.is_valid_reason(shapes[broken])
    reasons = np.where(as_sent[broken] != "", as_sent[broken], reasons)
    before = area_mu(gpd.GeoSeries(shapes[broken], crs=crs)).to_numpy()
    repaired = _polygon_parts(shapely.make_valid(shapes[broken], method="structure"))
    shapes[broken] = repaired
    shapes[empty] = None
    after = area_mu(gpd.GeoSeries(repaired, crs=crs)).to_numpy()
    lost = shapely.is_missing(shapes)
    say = _Say(checked, issues)
    for place, reason, was, now in zip(broken, reasons, before, after, strict=True):
        if not lost[place]:
            say("invalid_geometry", int(place), _reason(str(reason)), was, now)
    for place in np.flatnonzero(lost):
        say("empty_geometry", int(place), "", np.nan, np.nan)
    return replace(checked, frame=_framed(checked.frame, shapes, crs))


def _framed(frame: pd.DataFrame, shapes: np.ndarray, crs: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        frame.drop(columns="geometry"),
        geometry=gpd.GeoSeries(shapes, index=frame.index, crs=crs),
    )


def _polygon_parts(shapes: np.ndarray) -> np.ndarray:
    """Polygon parts of each shape as one (multi)polygon; None where there are none."""
    result = shapes.copy()
    kind = shapely.get_type_id(shapes)
    result[~np.isin(kind, (*_POLYGONS, _COLLECTION))] = None
    for place in np.flatnonzero(kind == _COLLECTION):  # few: what a repair left as a mixture
        parts = shapely.get_parts(shapely.get_parts(shapes[[place]]))
        areas = parts[np.isin(shapely.get_type_id(parts), _POLYGONS)]
        result[place] = shapely.union_all(areas) if len(areas) else None
    result[shapely.is_empty(result)] = None
    return result


def _reason(text: str) -> str:
    """Cause of invalidity without the coordinates."""
    return text.split("[", maxsplit=1)[0].strip() or text


class _Say:
    """Write issue rows of a table's geometry."""

    def __init__(self, checked: CheckedTable, issues: list[dict[str, Any]]) -> None:
        self.checked, self.issues = checked, issues

    def __call__(self, kind: str, place: int, value: str, before: float, after: float) -> None:
        table = self.checked
        position = table.position["geometry"].iloc[place]
        position = position if position >= 0 else table.position.iloc[place].max()
        origin = table.origins.iloc[position]
        self.issues.append(
            issue(
                kind,
                table.name,
                file=str(origin["file"]),
                sheet=str(origin["sheet"]),
                row=int(origin["row"]),
                key=str(table.frame.index[place]),
                field="geometry",
                value=value,
                before="" if np.isnan(before) else f"{before:.4f}",
                after="" if np.isnan(after) else f"{after:.4f}",
            )
        )
