"""Which piece of land each map of a sheet shows, at which scale, and which names it bears."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

_POINT_M = 0.0254 / 72
_WIDE_LEVELS = ("national", "provincial")
_ROOM = 0.03  # free rim round the parcels, share of their extent
_SEEN = 0.3  # what another enlargement shows already counts this much
_CLEAR = 0.75  # enlargements may overlap by the rest
_PARTS = 6  # steps in which a window is moved, to its size
_EMPTY_M = 10_000.0  # half the side of a map without any parcel


@dataclass(frozen=True)
class Window:
    """A piece of land on a piece of the page.

    Parameters
    ----------
    box : list of float
        Left, bottom, width, height on the page, mm.
    west, south : float
        Lower left corner, metres.
    scale : float
        Denominator.
    letter : str
        Name of an enlargement; empty for the overview.

    Examples
    --------
    >>> Window([0, 0, 100, 50], 1000.0, 2000.0, 10_000).east
    2000.0
    """

    box: list[float]
    west: float
    south: float
    scale: float
    letter: str = ""

    @property
    def east(self) -> float:
        """Right border, metres."""
        return self.west + self.box[2] / 1000 * self.scale

    @property
    def north(self) -> float:
        """Upper border, metres."""
        return self.south + self.box[3] / 1000 * self.scale


@dataclass(frozen=True)
class Label:
    """A name on a map: middle in metres, size in points."""

    x: float
    y: float
    text: str
    size: float
    colour: str


def round_scale(denominator: float, steps: list[float]) -> float:
    """Give the next round scale that is not larger than the one needed.

    Parameters
    ----------
    denominator : float
        The scale that would just do.
    steps : list of float
        Round numbers from 1 to below 10.

    Examples
    --------
    >>> round_scale(263_000, [1.0, 2.0, 2.5, 3.0, 5.0])
    300000.0
    >>> round_scale(83_000, [1.0, 5.0])
    100000.0
    """
    power = 10.0 ** math.floor(math.log10(denominator))
    return next((step * power for step in steps if step * power >= denominator), 10 * power)


def overview(parcels: gpd.GeoDataFrame, box: list[float], steps: list[float]) -> Window:
    """Show all parcels in the middle of a box.

    Parameters
    ----------
    parcels : GeoDataFrame
        In metres.
    box : list of float
        On the page, mm.
    steps : list of float
        Round scales.
    """
    bounds = parcels.total_bounds
    if not np.isfinite(bounds).all():
        bounds = np.array([-_EMPTY_M, -_EMPTY_M, _EMPTY_M, _EMPTY_M])
    west, south, east, north = bounds.tolist()
    needed = max((east - west) / box[2], (north - south) / box[3]) * 1000 * (1 + 2 * _ROOM)
    scale = round_scale(max(needed, 1000.0), steps)
    return Window(
        box,
        (west + east) / 2 - box[2] / 2000 * scale,
        (south + north) / 2 - box[3] / 2000 * scale,
        scale,
    )


def details(
    chosen: gpd.GeoDataFrame,
    main: Window,
    box: list[float],
    plan: dict[str, Any],
    steps: list[float],
) -> list[Window]:
    """Find the windows with the most land of the sheet's subject, for enlargements.

    Parameters
    ----------
    chosen : GeoDataFrame
        The subject's parcels, metres.
    main : Window
        The overview.
    box : list of float
        Room for all enlargements on the page, mm.
    plan : dict
        ``rows``, ``columns``, ``gap`` (mm) and ``times`` (enlargement).
    steps : list of float
        Round scales.

    Returns
    -------
    list of Window
        Not overlapping, the fullest first.
    """
    wide = (box[2] - plan["gap"] * (plan["columns"] - 1)) / plan["columns"]
    high = (box[3] - plan["gap"] * (plan["rows"] - 1)) / plan["rows"]
    scale = round_scale(main.scale / plan["times"], steps)
    size = np.array([wide, high]) / 1000 * scale
    shapes = chosen.geometry.to_numpy()
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if not len(shapes):
        return []
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    weights = shapely.area(shapes)
    free = np.ones(len(shapes), dtype=bool)
    taken: list[np.ndarray] = []
    found = []
    # One turn an enlargement, a handful at most: each looks first at what the earlier ones left.
    for number in range(plan["rows"] * plan["columns"]):
        corner = _fullest(middles, np.where(free, weights, weights * _SEEN), size, taken)
        if corner is None or not free.any():
            break
        taken.append(corner)
        free &= ~_within(middles, corner, size)
        row, column = divmod(number, plan["columns"])
        left = box[0] + column * (wide + plan["gap"])
        bottom = box[1] + box[3] - high - row * (high + plan["gap"])
        page = [left, bottom, wide, high]
        found.append(Window(page, corner[0], corner[1], scale, "ABCDEFGH"[number]))
    return found


def _within(middles: np.ndarray, corner: np.ndarray, size: np.ndarray) -> np.ndarray:
    inside: np.ndarray = ((middles >= corner) & (middles <= corner + size)).all(axis=1)
    return inside


def _fullest(
    middles: np.ndarray, weights: np.ndarray, size: np.ndarray, taken: list[np.ndarray]
) -> np.ndarray | None:
    """Lower left corner of the window with the most weight, on a grid of parts of a window."""
    step = size / _PARTS
    origin = middles.min(axis=0) - size
    cells = np.floor((middles - origin) / step).astype(int)
    grid = np.zeros(cells.max(axis=0) + _PARTS)
    np.add.at(grid, tuple(cells.T), weights)
    sums = np.lib.stride_tricks.sliding_window_view(grid, (_PARTS, _PARTS)).sum(axis=(2, 3))
    corners = origin + np.indices(sums.shape).reshape(2, -1).T * step
    fullness = np.where(_apart(corners, size, taken), sums.ravel(), 0.0)
    best: np.ndarray = corners[fullness.argmax()]
    inside = _within(middles, best, size)
    if fullness.max() <= 0 or not inside.any():
        return None
    # What is found is put into the middle, if that keeps clear of the earlier windows.
    centred: np.ndarray = np.average(middles[inside], axis=0, weights=weights[inside]) - size / 2
    return centred if _apart(centred[None], size, taken)[0] else best


def _apart(corners: np.ndarray, size: np.ndarray, taken: list[np.ndarray]) -> np.ndarray:
    apart = np.ones(len(corners), dtype=bool)
    for earlier in taken:
        apart &= (np.abs(corners - earlier) >= size * _CLEAR).any(axis=1)
    return apart


def labels(window: Window, frames: dict[str, gpd.GeoDataFrame]) -> list[Label]:
    """Choose names that fit: platforms of rank first, then towns, then small parks.

    Parameters
    ----------
    window : Window
        The map.
    frames : dict
        ``platforms`` and ``towns``, in metres, where given.

    Returns
    -------
    list of Label
        None lies on another; what has no room is left out.
    """
    metres = _POINT_M * window.scale
    land = shapely.box(window.west, window.south, window.east, window.north)
    wide, high = window.east - window.west, window.north - window.south
    # The scale bar's corner and the north arrow's, or the letter's, stay free.
    placed = [(window.west, window.south, window.west + 0.27 * wide, window.south + 0.07 * high)]
    if window.letter:
        placed.append(
            (window.west, window.north - 0.1 * high, window.west + 0.4 * wide, window.north)
        )
    else:
        placed.append(
            (window.east - 0.1 * wide, window.north - 0.14 * high, window.east, window.north)
        )
    chosen = []
    # A few dozen names, each placed against those before it.
    for text, shape, size, colour in _names(frames):
        piece = shapely.intersection(shape, land)
        if shapely.is_empty(piece):
            continue
        point = shapely.point_on_surface(piece)
        half_wide, half_high = len(text) * size * metres * 0.52, size * metres * 0.75
        west, south, east, north = shapely.bounds(piece).tolist()
        middle = (west + east) / 2
        places = [(point.x, point.y), (middle, north + half_high), (middle, south - half_high)]
        if east - west < 2 * half_wide:
            # A name wider than its place would hide it: rather above or below.
            places = [*places[1:], places[0]]
        for x, y in places:
            own = (x - half_wide, y - half_high, x + half_wide, y + half_high)
            within = own[0] >= window.west and own[2] <= window.east
            within = within and own[1] >= window.south and own[3] <= window.north
            if within and not any(_overlap(own, other) for other in placed):
                placed.append(own)
                chosen.append(Label(x, y, text, size, colour))
                break
    return chosen


def _names(frames: dict[str, gpd.GeoDataFrame]) -> list[tuple[str, Any, float, str]]:
    ranked: list[tuple[int, str, Any, float, str]] = []
    if "platforms" in frames:
        rows = frames["platforms"]
        wide = rows["level"].isin(_WIDE_LEVELS) if "level" in rows else rows["platform"].isna()
        ranked += [
            (0 if major else 2, text, shape, 9.0 if major else 7.0, "#0B4F82")
            for text, shape, major in zip(rows["platform"], rows.geometry, wide, strict=True)
            if isinstance(text, str)
        ]
    if "towns" in frames:
        rows = frames["towns"]
        ranked += [
            (1, text, shape, 8.0, "#555B66")
            for text, shape in zip(rows["town"], rows.geometry, strict=True)
            if isinstance(text, str)
        ]
    return [name[1:] for name in sorted(ranked, key=lambda name: name[:2])]


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
