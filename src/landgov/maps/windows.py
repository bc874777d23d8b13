"""Which piece of land each map of a sheet shows, at which scale, and which names it bears."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

_ROOM = 0.03  # free rim round the parcels, share of their extent
_SEEN = 0.3  # what another enlargement shows already counts this much
_CLEAR = 0.75  # enlargements may overlap by the rest
_RIM = 0.05  # free rim round the parcels of an enlargement
_NEAR = 0.02  # parcels of one group are nearer than this, share of the window
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
    ground: gpd.GeoDataFrame | None = None,
) -> list[Window]:
    """Find the windows with the most land of the sheet's subject, for enlargements.

    Each shows one group of parcels as large as fits, at a round scale of its own.

    Parameters
    ----------
    chosen : GeoDataFrame
        The subject's parcels, metres.
    main : Window
        The overview.
    box : list of float
        Room for all enlargements on the page, mm.
    plan : dict
        ``rows``, ``columns``, ``gap`` (mm), and ``times`` and ``most``: the least and the
        greatest enlargement.
    steps : list of float
        Round scales.
    ground : GeoDataFrame, optional
        All parcels, among which the subject's lie in groups; by default the subject's.

    Returns
    -------
    list of Window
        Not overlapping, the fullest first.
    """
    wide = (box[2] - plan["gap"] * (plan["columns"] - 1)) / plan["columns"]
    high = (box[3] - plan["gap"] * (plan["rows"] - 1)) / plan["rows"]
    page = np.array([wide, high]) / 1000
    least = round_scale(main.scale / plan["times"], steps)
    most = round_scale(main.scale / plan["most"], steps)
    shapes, every = _shaped(chosen), _shaped(chosen if ground is None else ground)
    if not len(shapes):
        return []
    tree = shapely.STRtree(every)
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    weights = shapely.area(shapes)
    free = np.ones(len(shapes), dtype=bool)
    taken: list[tuple[np.ndarray, np.ndarray]] = []
    found = []
    # One turn an enlargement, a handful at most: each looks first at what the earlier ones left.
    for number in range(plan["rows"] * plan["columns"]):
        weight = np.where(free, weights, weights * _SEEN)
        corner = _fullest(middles, weight, page * least, taken)
        if corner is None or not free.any():
            break
        inside = _within(middles, corner, page * least)
        left_over = shapes[inside & free] if (inside & free).any() else shapes[inside]
        around = every[tree.query(shapely.box(*corner, *(corner + page * least)))]
        group = _group(left_over, around, (page * least).max() * _NEAR)
        needed = ((group[2:] - group[:2]) / page).max() * (1 + 2 * _RIM)
        scale = min(max(round_scale(needed, steps), most), least)
        size = page * scale
        corner = (group[:2] + group[2:]) / 2 - size / 2
        taken.append((corner, size))
        free &= ~_within(middles, corner, size)
        row, column = divmod(number, plan["columns"])
        left = box[0] + column * (wide + plan["gap"])
        bottom = box[1] + box[3] - high - row * (high + plan["gap"])
        box_of = [left, bottom, wide, high]
        found.append(Window(box_of, corner[0], corner[1], scale, "ABCDEFGH"[number]))
    return found


def _shaped(parcels: gpd.GeoDataFrame) -> np.ndarray:
    shapes = parcels.geometry.to_numpy()
    kept: np.ndarray = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    return kept


def _group(shapes: np.ndarray, ground: np.ndarray, near: float) -> np.ndarray:
    """Bounds of the heaviest of the groups of parcels, as far as the subject's are in them."""
    rim = np.array([-near, -near, near, near])
    bounds = shapely.bounds(shapes)
    boxes = shapely.box(*(bounds + rim).T)
    around = shapely.box(*(shapely.bounds(ground) + rim).T)
    groups = shapely.get_parts(shapely.union_all(np.concatenate([boxes, around])))
    owner = np.zeros(len(shapes), dtype=int)
    place, group = shapely.STRtree(groups).query(shapely.centroid(boxes), predicate="intersects")
    owner[place] = group
    heaviest = np.bincount(owner, weights=shapely.area(shapes)).argmax()
    chosen = bounds[owner == heaviest]
    return np.concatenate([chosen[:, :2].min(axis=0), chosen[:, 2:].max(axis=0)])


def _within(middles: np.ndarray, corner: np.ndarray, size: np.ndarray) -> np.ndarray:
    inside: np.ndarray = ((middles >= corner) & (middles <= corner + size)).all(axis=1)
    return inside


def _fullest(
    middles: np.ndarray,
    weights: np.ndarray,
    size: np.ndarray,
    taken: list[tuple[np.ndarray, np.ndarray]],
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


def _apart(
    corners: np.ndarray, size: np.ndarray, taken: list[tuple[np.ndarray, np.ndarray]]
) -> np.ndarray:
    apart = np.ones(len(corners), dtype=bool)
    for earlier, its_size in taken:
        between = np.abs(corners + size / 2 - earlier - its_size / 2)
        apart &= (between >= (size + its_size) / 2 * _CLEAR).any(axis=1)
    return apart
