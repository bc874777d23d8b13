"""Borders of parcels as the point lines of reported coordinates (界址点)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from landgov.errors import LandgovError
from landgov.sources.reported_rings import holders, sound_rings

_POLYGONS = (3, 6)


@dataclass(frozen=True)
class Borders:
    """Point lines of all parcels: those of parcel n are ``lines[first[n]:first[n + 1]]``."""

    lines: list[str]
    first: npt.NDArray[np.int64]


def borders(frame: gpd.GeoDataFrame, shift: float, decimals: int, names: Sequence[str]) -> Borders:
    """Write the points of all parcels as lines (界址点).

    Parameters
    ----------
    frame : GeoDataFrame
        Polygons in metres; missing and empty ones have no lines.
    shift : float
        Metres that are added to every easting.
    decimals : int
        Decimals of the coordinates.
    names : sequence of str
        What to call the parcels in a message.

    Raises
    ------
    LandgovError
        If a geometry is no polygon, or its rings alone would not give it back.

    Examples
    --------
    >>> plot = gpd.GeoDataFrame(geometry=[shapely.Polygon([(0, 0), (0, 9), (9, 9)])])
    >>> borders(plot, 0.0, 1, ["A"]).lines
    ['J1,1,0.0,0.0', 'J2,1,9.0,0.0', 'J3,1,9.0,9.0', 'J1,1,0.0,0.0']
    """
    shapes = np.array(frame.geometry.to_numpy(), dtype=object)
    shapes[frame.geometry.isna() | frame.geometry.is_empty] = None
    _refuse(~shapely.is_missing(shapes) & ~np.isin(shapely.get_type_id(shapes), _POLYGONS), names)
    parts, parcel_of_part = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    points = points + np.array([shift, 0.0])
    parcel = parcel_of_part[part]
    size = np.bincount(ring, minlength=len(rings))
    first = np.searchsorted(parcel, np.arange(len(shapes) + 1))
    number = np.arange(len(rings)) - first[parcel] + 1
    # The last point of a ring bears the label of its first.
    start = np.cumsum(size) - size
    before = start - np.arange(len(rings))
    within = np.arange(len(points)) - start[ring]
    label = (before - before[first[parcel]])[ring] + np.where(within < size[ring] - 1, within, 0)
    lines = [
        f"J{at + 1},{circle},{north:z.{decimals}f},{east:z.{decimals}f}"
        for at, circle, east, north in zip(label, number[ring], *points.T, strict=True)
    ]
    written = np.array([line.rsplit(",", 2)[1:] for line in lines], dtype=np.float64)
    _check_rings(written.reshape(-1, 2)[:, ::-1], ring, part, parcel, names)
    return Borders(lines, np.concatenate([start, [len(points)]])[first])


def _refuse(wrong: npt.NDArray[np.bool_], names: Sequence[str]) -> None:
    if not wrong.any():
        return
    named = [names[int(place)] or f"#{place + 1}" for place in np.flatnonzero(wrong)]
    raise LandgovError(
        f"{len(named)} parcels can't be written as rings, first {named[0]!r}: no polygon, or"
        " parts that overlap or are smaller than the precision.",
        do="先检查并修复图形 (repair the geometry first): frame.geometry.make_valid()",
        message_zh=f"有 {len(named)} 个地块无法写成圈，首个为“{named[0]}”：不是面，或部分重叠、过小。",
    )


def _check_rings(
    points: npt.NDArray[np.float64],
    ring: npt.NDArray[np.int64],
    part: npt.NDArray[np.int64],
    parcel: npt.NDArray[np.int64],
    names: Sequence[str],
) -> None:
    """Refuse parcels that a reader would not get back: it has the rings alone to go by."""
    sound = np.isfinite(points).all(axis=1)
    bad = np.bincount(ring[~sound], minlength=len(part)) > 0
    bad |= ~sound_rings(points, ring, len(part))
    wrong = np.zeros(len(names), dtype=bool)
    wrong[parcel[bad]] = True
    _refuse(wrong, names)
    first = np.searchsorted(parcel, np.arange(len(names) + 1))
    made = shapely.linearrings(points, indices=ring) if len(points) else np.zeros(0, dtype=object)
    # Few parcels have several rings, and which ring lies in which differs with each.
    for place in np.flatnonzero(np.diff(first) > 1):
        own = slice(first[place], first[place + 1])
        shell = np.searchsorted(part[own], part[own])
        shell[shell == np.arange(len(shell))] = -1
        wrong[place] = not np.array_equal(holders(made[own]), shell)
    _refuse(wrong, names)
