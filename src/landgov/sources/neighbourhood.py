"""Where the layers of a workspace lie together: weak evidence on each of them (图层互证)."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from landgov.sources.crs_readings import Reading
from landgov.sources.evidence import Evidence, sample_of

_TOGETHER_M = 50_000.0  # the next zone is 290 km away; web maps' shifts are 1 km


def surroundings(
    layers: Mapping[str, tuple[gpd.GeoSeries, Reading | None]], target: pyproj.CRS | None
) -> Mapping[str, Evidence]:
    """Tell for each layer where the others lie (其他图层所在).

    Parameters
    ----------
    layers : mapping
        Block → shapes and how they are said to be read.
    target : CRS, optional
        Working CRS.

    Returns
    -------
    mapping of str to Evidence
        For each layer that lies apart from most others, where those lie; for layers that lie
        with the others, nothing. Under the empty name: where most layers lie. Two groups of
        equal size are told apart only if one of them lies where `target` is made for.

    References
    ----------
    The area of use that EPSG gives to a CRS.

    Examples
    --------
    >>> surroundings({}, pyproj.CRS(4549))[""].region is None
    True
    """
    boxes = {}
    for where, (shapes, reading) in layers.items() if target is not None else ():
        assert reading is not None and target is not None
        box = _box(shapes, reading, target)
        if box is not None:
            boxes[where] = box
    main = _main_group(boxes, target)
    if not main:
        return {"": Evidence()}
    region = shapely.box(*shapely.total_bounds([boxes[where] for where in main]))
    apart = Evidence(region=region, margin_m=_TOGETHER_M)
    return {"": apart} | {where: Evidence() for where in main}


def longitude_of(region: BaseGeometry | None, target: pyproj.CRS) -> float:
    """Say on which longitude a district lies, degrees: by its region, else by its CRS.

    Parameters
    ----------
    region : geometry, optional
        In `target`.
    target : CRS
        Working CRS.

    Examples
    --------
    >>> longitude_of(None, pyproj.CRS(4549))
    120.0
    """
    if region is not None:
        there = gpd.GeoSeries([region.centroid], crs=target).to_crs(4490).iloc[0]
        return float(there.x)
    operation = target.coordinate_operation
    for parameter in operation.params if operation is not None else ():
        if parameter.name == "Longitude of natural origin":
            return float(parameter.value)
    use = target.area_of_use
    return 120.0 if use is None else (use.west + use.east) / 2


def _box(shapes: gpd.GeoSeries, reading: Reading, target: pyproj.CRS) -> BaseGeometry | None:
    """Give the extent of the bulk of a layer in the working CRS."""
    placed = reading.place(sample_of(shapes).points, target)
    placed = placed[np.isfinite(placed).all(axis=1)]
    if not len(placed):
        return None
    low, high = np.quantile(placed, [0.05, 0.95], axis=0)
    box: BaseGeometry = shapely.box(*low, *high)
    return box


def _main_group(boxes: Mapping[str, BaseGeometry], target: pyproj.CRS | None) -> list[str]:
    groups: list[list[str]] = []
    for where, box in boxes.items():  # a workspace has a handful of layers
        near = [g for g in groups if any(box.distance(boxes[o]) < _TOGETHER_M for o in g)]
        joined = [where, *(one for group in near for one in group)]
        groups = [group for group in groups if group not in near] + [joined]
    if not groups or target is None:
        return []
    most = max(map(len, groups))
    largest = [group for group in groups if len(group) == most]
    if len(largest) > 1:
        largest = [group for group in largest if _in_use([boxes[o] for o in group], target)]
    return largest[0] if len(largest) == 1 else []


def _in_use(boxes: list[BaseGeometry], target: pyproj.CRS) -> bool:
    use = target.area_of_use
    if use is None:
        return False
    middle = gpd.GeoSeries([shapely.union_all(boxes).centroid], crs=target).to_crs(4326).iloc[0]
    return bool(use.west <= middle.x <= use.east and use.south <= middle.y <= use.north)
