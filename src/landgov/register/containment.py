"""Which points and parcels lie within which shapes: whole bunches first, cuts on borders only."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from landgov.quality.threads import each_in_threads

# About so many parcels are tested against an area at once, by the box around them.
_BUNCH: Final = 32
# Parcels along a border that are cut by one piece of it, and the finer cells in a coarse one.
_PIECE: Final = 8
_COARSE: Final = 8
# The box around neighbours is this much wider than they are, metres: it has width even where
# a parcel has none, and it only ever errs towards asking again.
_MARGIN_M: Final = 1.0
_SLICE: Final = 100_000
# A grid that asks for more than so many pairs for each point and parcel does not fit them.
_CROWDED: Final = 16


def areas_inside(plots: np.ndarray, zones: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Area of each parcel in each zone that it meets (地块在区域内的面积).

    Parcels are asked by the bunch: where the box around a bunch lies inside a zone, so do
    all of them. Only those on a border are cut.

    Parameters
    ----------
    plots, zones : ndarray of Polygon or MultiPolygon
        In the same CRS, metres; a missing or empty one meets nothing.

    Returns
    -------
    tuple of ndarray
        Positions of parcels, positions of zones, and the area in m²; by parcel, then zone.

    References
    ----------
    虞政办发〔2021〕86号, 三（二） 全面摸清底数.

    Examples
    --------
    >>> plots = shapely.box([0, 8], 0, [2, 12], 1)
    >>> zones = shapely.box([-1, 10], -1, [10, 20], 5)
    >>> [found.tolist() for found in areas_inside(plots, zones)]
    [[0, 1, 1], [0, 0, 1], [2.0, 2.0, 2.0]]
    """
    size = shapely.area(plots)
    members, starts, hulls = _bunches(shapely.bounds(plots))
    ends = np.append(starts[1:], len(members))
    zone, bunch = shapely.STRtree(hulls).query(zones)
    order = np.lexsort((bunch, zone))  # the tree's order is its own affair
    zone, bunch = zone[order], bunch[order]
    cuts = np.searchsorted(zone, np.arange(len(zones) + 1))
    # A copy of a zone is one hand's alone: its prepared form is built as it is asked.
    own = shapely.force_2d(zones)

    def within(at: int) -> tuple[np.ndarray, np.ndarray]:
        asked = bunch[cuts[at] : cuts[at + 1]]
        shapely.prepare(own[at])
        whole = shapely.contains_properly(own[at], hulls[asked])
        border = asked[~whole]
        border = border[shapely.intersects(own[at], hulls[border])]
        plain = members[_ranges(starts[asked[whole]], ends[asked[whole]])]
        near = members[_ranges(starts[border], ends[border])]
        near, inside = _on_border(own[at], plots, near, size)
        return np.concatenate([plain, near]), np.concatenate([size[plain], inside])

    parts = each_in_threads(within, list(range(len(zones))))
    plot = np.concatenate([np.zeros(0, dtype=np.int64), *(part[0] for part in parts)])
    inside = np.concatenate([np.zeros(0), *(part[1] for part in parts)])
    zone = np.repeat(np.arange(len(zones)), [len(part[0]) for part in parts])
    order = np.argsort(plot, kind="stable")
    return plot[order], zone[order], inside[order]


def _bunches(box: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Group neighbours: their positions bunch by bunch, where each starts, and its box."""
    there = np.flatnonzero(np.isfinite(box).all(axis=1))
    if not len(there):
        return there, there, np.zeros(0, dtype=object)
    middle = (box[there, :2] + box[there, 2:]) / 2
    # Half of the parcels lie in the middle half: a stray one far off widens no cell.
    low, high = np.quantile(middle, [0.25, 0.75], axis=0)
    cell = np.sqrt(max(float(np.prod(high - low)), 1.0) * 4 * _BUNCH / len(there))
    place = np.floor(middle / cell).astype(np.int64)
    order = np.lexsort((place[:, 0], place[:, 1]))
    place, there = place[order], there[order]
    new = np.append(True, (place[1:] != place[:-1]).any(axis=1))
    starts = np.flatnonzero(new)
    return there, starts, _hulls(box[there], starts)


def _hulls(box: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Boxes around runs of boxes, with the margin."""
    low = np.minimum.reduceat(box[:, :2], starts, axis=0) - _MARGIN_M
    high = np.maximum.reduceat(box[:, 2:], starts, axis=0) + _MARGIN_M
    return np.asarray(shapely.box(*low.T, *high.T))


def _ranges(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Whole numbers from each start up to its end, one run after another."""
    length = end - start
    before = np.cumsum(length) - length
    steps: np.ndarray = np.arange(int(length.sum())) + np.repeat(start - before, length)
    return steps


def _on_border(
    zone: shapely.Geometry, plots: np.ndarray, near: np.ndarray, size: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Of parcels near the border of a prepared zone, those that meet it and by how much, m²."""
    whole = shapely.contains_properly(zone, plots[near])
    inside = np.where(whole, size[near], 0.0)
    cut = np.flatnonzero(~whole)
    cut = cut[shapely.intersects(zone, plots[near[cut]])]
    if len(cut):
        inside[cut] = _cut_areas(zone, plots[near[cut]])
    met = whole.copy()
    met[cut] = True
    return near[met], inside[met]


def _cut_areas(zone: shapely.Geometry, plots: np.ndarray) -> np.ndarray:
    """Area of plots within a zone: the zone is cut to their surroundings, coarse, then fine."""
    box = shapely.bounds(plots)
    # So wide that about `_PIECE` of those along the border lie in one cell.
    cell = max(shapely.length(zone) * _PIECE / len(plots), 1.0)
    place = np.floor((box[:, :2] + box[:, 2:]) / 2 / cell).astype(np.int64)
    near = np.full(len(plots), zone, dtype=object)
    for cells in (place // _COARSE, place):
        order = np.lexsort((cells[:, 0], cells[:, 1]))
        run = cells[order]
        starts = np.flatnonzero(np.append(True, (run[1:] != run[:-1]).any(axis=1)))
        # A fine cell lies in one coarse cell, so its parcels all have the same piece so far.
        pieces = shapely.intersection(near[order[starts]], _hulls(box[order], starts))
        near[order] = np.repeat(pieces, np.diff(np.append(starts, len(order))))
    return np.asarray(shapely.area(shapely.intersection(near, plots)))


def points_in(plots: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Parcels in which points lie, their border included (点在地块内).

    Parameters
    ----------
    plots : ndarray of Polygon or MultiPolygon
        Parcels; a missing or empty one holds nothing.
    points : ndarray of Point
        In the same CRS; a missing or empty one lies nowhere.

    Returns
    -------
    tuple of ndarray of int
        Positions of points and of parcels, one pair for each that holds; by point, then parcel.

    References
    ----------
    虞政办发〔2021〕86号, 三（二） 全面摸清底数.

    Examples
    --------
    >>> plots = shapely.box([0, 1], 0, [1, 2], 1)
    >>> points = shapely.points([[1, 0.5], [5, 5]])
    >>> [found.tolist() for found in points_in(plots, points)]
    [[0, 0], [0, 1]]
    """
    # The box of a point is the point; of a missing or empty one it is not finite.
    x, y = shapely.bounds(points)[:, :2].T.copy()
    box = shapely.bounds(plots)
    held = np.flatnonzero(np.isfinite(box).all(axis=1))
    there = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    pairs = _by_grid(plots, x, y, box, held, there) if len(held) and len(there) else None
    if pairs is None:
        point, plot = shapely.STRtree(plots).query(points, predicate="intersects")
        pairs = point * max(len(plots), 1) + plot
    point, plot = np.divmod(np.sort(pairs), max(len(plots), 1))
    return point, plot


def _by_grid(
    plots: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    box: np.ndarray,
    held: np.ndarray,
    there: np.ndarray,
) -> np.ndarray | None:
    """Pairs that hold, as point × parcels + parcel; none if a grid does not fit the parcels.

    Points are sorted into square cells, row by row: what lies in one row of a parcel's box
    is a single stretch of them.
    """
    low, high = box[held, :2].min(axis=0), box[held, 2:].max(axis=0)
    wide = np.maximum(high - low, 1e-9)
    # About half as wide as a parcel, but never many more cells than points and parcels.
    cell = max(
        float(np.median(box[held, 2:] - box[held, :2])) / 2,
        float(np.sqrt(np.prod(wide) / (4 * (len(held) + len(there))))),
        float(wide.max()) / (4 * (len(held) + len(there))),
    )
    inner = (x[there] >= low[0]) & (x[there] <= high[0])
    there = there[inner & (y[there] >= low[1]) & (y[there] <= high[1])]
    columns, rows = (np.floor(wide / cell).astype(np.int64) + 1).tolist()
    place = _cells(y[there], low[1], cell, rows) * columns
    place += _cells(x[there], low[0], cell, columns)
    there = there[np.argsort(place, kind="stable")]
    begins = np.append(0, np.cumsum(np.bincount(place, minlength=rows * columns)))
    west, east = (_cells(box[held, side], low[0], cell, columns) for side in (0, 2))
    south, north = (_cells(box[held, side], low[1], cell, rows) for side in (1, 3))
    most = _CROWDED * (len(held) + len(there))
    if int((north - south + 1).sum()) > most:
        return None
    x, y = x[there], y[there]
    found, asked = [np.zeros(0, dtype=np.int64)], 0
    # Slices of parcels: the pairs to be asked are never all held at once.
    for at in range(0, len(held), _SLICE):
        part = slice(at, at + _SLICE)
        row = _ranges(south[part], north[part] + 1)
        owner = np.repeat(np.arange(len(held))[part], north[part] - south[part] + 1)
        start = begins[row * columns + west[owner]]
        end = begins[row * columns + east[owner] + 1]
        asked += int((end - start).sum())
        if asked > most:
            return None
        found.append(_holding(plots, box, (x, y, there), held[owner], start, end))
    return np.concatenate(found)


def _cells(value: np.ndarray, low: float, cell: float, count: int) -> np.ndarray:
    """Number of the cell in which a coordinate lies; greater coordinates never lie lower."""
    return np.minimum(np.floor((value - low) / cell).astype(np.int64), count - 1)


def _holding(
    plots: np.ndarray,
    box: np.ndarray,
    sorted_points: tuple[np.ndarray, np.ndarray, np.ndarray],
    owner: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
) -> np.ndarray:
    """Pairs that hold among stretches of sorted points and the parcels that own them."""
    x, y, name = sorted_points
    point, plot = _ranges(start, end), np.repeat(owner, end - start)
    px, py, around = x[point], y[point], box[plot].T
    near = (px >= around[0]) & (px <= around[2]) & (py >= around[1]) & (py <= around[3])
    px, py, point, plot = px[near], py[near], point[near], plot[near]
    holds = shapely.intersects_xy(plots[plot], px, py)
    return np.asarray(name[point[holds]] * len(plots) + plot[holds])


def points_in_or_near(
    plots: np.ndarray, points: np.ndarray, nearest_m: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Parcels in which points lie; for a point in none, the nearest within reach (点在地块附近).

    Parameters
    ----------
    plots : ndarray of Polygon or MultiPolygon
        Parcels.
    points : ndarray of Point
        In the same CRS, metres.
    nearest_m : float
        Farthest distance, metres; parcels equally near are all given.

    Returns
    -------
    tuple of ndarray
        Positions of points, positions of parcels, distance in metres (0 inside); by point,
        then parcel.

    References
    ----------
    虞政办发〔2021〕86号, 三（二） 全面摸清底数.

    Examples
    --------
    >>> plots = shapely.box([0, 1], 0, [1, 2], 1)
    >>> points = shapely.points([[0.5, 0.5], [3, 0.5], [9, 9]])
    >>> [found.tolist() for found in points_in_or_near(plots, points, 5.0)]
    [[0, 1], [0, 1], [0.0, 1.0]]
    """
    point, plot = points_in(plots, points)
    out = np.ones(len(points), dtype=bool)
    out[point] = False
    rest = np.flatnonzero(out)
    if not len(rest) or nearest_m <= 0:
        return point, plot, np.zeros(len(point))
    (asked, near), away = shapely.STRtree(plots).query_nearest(
        points[rest], max_distance=nearest_m, return_distance=True, all_matches=True
    )
    point, plot = np.append(point, rest[asked]), np.append(plot, near)
    order = np.lexsort((plot, point))
    return point[order], plot[order], np.append(np.zeros(len(point) - len(away)), away)[order]
