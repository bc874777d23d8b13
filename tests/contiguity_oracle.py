"""Slow plain ways to the same answers, and parcel fabrics to try them on.

Nothing here is shared with the package: facing lengths come from rectangles that GEOS cuts,
or from points set a centimetre apart; overlap and distance are GEOS's own.
"""

from __future__ import annotations

import itertools
import math

import geopandas as gpd
import numpy as np
import shapely
from shapely import LineString, Polygon, box
from shapely.affinity import rotate, translate

COSINE_45 = math.sqrt(0.5)


def frame(shapes, crs=4549):
    """Give a GeoDataFrame of labelled shapes."""
    return gpd.GeoDataFrame(geometry=list(shapes.values()), index=list(shapes), crs=crs)


def edges(polygon):
    """Give all edges of all rings of all parts as lines."""
    lines = []
    for part in shapely.get_parts(polygon):
        for ring in [part.exterior, *part.interiors]:
            points = list(ring.coords)
            lines += [LineString(ends) for ends in itertools.pairwise(points)]
    return [line for line in lines if line.length > 0]


def _parallel(one, other):
    (ax, ay), (bx, by) = (np.diff(np.array(line.coords), axis=0)[0] for line in (one, other))
    return abs(ax * bx + ay * by) >= COSINE_45 * math.hypot(ax, ay) * math.hypot(bx, by)


def _one_way(polygon, other, gap):
    total = 0.0
    others = [(line, line.buffer(gap, cap_style="flat")) for line in edges(other)]
    for edge in edges(polygon):
        intervals = []
        for line, rectangle in others:
            if not _parallel(edge, line):
                continue
            for piece in shapely.get_parts(edge.intersection(rectangle)):
                if isinstance(piece, LineString) and piece.length > 0:
                    ends = [edge.project(shapely.Point(point)) for point in piece.coords]
                    intervals.append((min(ends), max(ends)))
        reached = 0.0
        for start, end in sorted(intervals):
            total += max(0.0, end - max(start, reached))
            reached = max(reached, end)
    return total


def facing_by_rectangles(left, right, gap):
    """Cut each edge by the flat-ended buffer of each edge of the other."""
    return min(_one_way(left, right, gap), _one_way(right, left, gap))


def _one_way_sampled(polygon, other, gap, step):
    counted = 0.0
    lines = [np.array(line.coords) for line in edges(other)]
    for edge in edges(polygon):
        pieces = max(1, round(edge.length / step))
        start, end = np.array(edge.coords)
        points = start + (end - start) * ((np.arange(pieces) + 0.5) / pieces)[:, None]
        hit = np.zeros(pieces, dtype=bool)
        for line in lines:
            along = line[1] - line[0]
            if not _parallel(edge, LineString(line)):
                continue
            share = (points - line[0]) @ along / (along @ along)
            foot = line[0] + share[:, None] * along
            near = np.hypot(*(points - foot).T) <= gap
            hit |= near & (share >= 0) & (share <= 1)
        counted += hit.sum() * edge.length / pieces
    return counted


def facing_by_points(left, right, gap, step=0.01):
    """Set points along both borders and count those with a foot on the other."""
    return min(_one_way_sampled(left, right, gap, step), _one_way_sampled(right, left, gap, step))


def pairs_by_hand(parcels, *, gap, min_facing, min_overlap):
    """Go through all pairs one by one; rows as dictionaries by (left, right)."""
    rows = {}
    for left, right in itertools.combinations(sorted(parcels.index), 2):
        one, other = parcels.geometry[left], parcels.geometry[right]
        distance = shapely.distance(one, other)
        if distance > gap:
            continue
        facing = facing_by_rectangles(one, other, gap)
        overlap = shapely.intersection(one, other).area
        if overlap < 1e-6:
            overlap = 0.0
        if overlap > 0 and overlap >= min_overlap:
            kind = "overlap"
        elif facing >= min_facing:
            kind = "facing" if facing > 0 else "touch"
        else:
            continue
        rows[left, right] = (distance, facing, overlap, kind)
    return rows


# ---------------------------------------------------------------- fabrics


def _grid(random, count, size):
    """Quadrilaterals on shared, moved nodes: a touching coverage."""
    side = max(2, math.isqrt(count))
    x, y = np.meshgrid(np.arange(side + 1) * size, np.arange(side + 1) * size)
    nodes = np.dstack([x, y]) + random.uniform(-0.2 * size, 0.2 * size, (side + 1, side + 1, 2))
    return [
        Polygon([nodes[r, c], nodes[r, c + 1], nodes[r + 1, c + 1], nodes[r + 1, c]])
        for r in range(side)
        for c in range(side)
    ]


def _bricks(random, count, size):
    """Rows of rectangles whose joints do not meet: T-junctions without a node."""
    shapes = []
    side = max(2, math.isqrt(count))
    for row in range(side):
        cuts = np.concatenate(
            [[0.0], np.sort(random.uniform(0, side * size, side - 1)), [side * size]]
        )
        shapes += [
            box(west, row * size, east, (row + 1) * size)
            for west, east in itertools.pairwise(cuts)
            if east - west > 1
        ]
    return shapes


def _voronoi(random, count, size):
    side = math.sqrt(count) * size
    points = shapely.multipoints(random.uniform(0, side, (count, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(points))
    return list(shapely.intersection(cells, box(0, 0, side, side)))


def _gaps(random, count, size):
    """Cells drawn back from each other by different widths."""
    cells = _voronoi(random, count, size)
    widths = random.uniform(0.01, 0.4, len(cells))
    return list(shapely.buffer(cells, -widths, join_style="mitre"))


def _apart(random, count, size):
    """Cells each surveyed on its own: every corner is off by some centimetres."""
    moved = []
    for cell in _gaps(random, count, size):
        corners = np.array(cell.exterior.coords)[:-1]
        shape = Polygon(corners + random.normal(0, 0.08, corners.shape))
        moved.append(shape if shape.is_valid else cell)
    return moved


def _overlaps(random, count, size):
    cells = _voronoi(random, count, size)
    widths = random.uniform(-0.3, 0.6, len(cells))
    return list(shapely.buffer(cells, widths, join_style="mitre"))


def _holes(random, count, size):
    """Some cells hold an island; some pairs of cells are one parcel of two parts."""
    shapes = _gaps(random, count, size)
    islands = []
    for place, cell in enumerate(shapes[: len(shapes) // 2]):
        island = cell.buffer(-0.25 * size)
        if not island.is_empty and island.geom_type == "Polygon":
            shapes[place] = cell.difference(island)
            islands.append(island.buffer(-random.uniform(0.05, 0.3)))
    shapes = [*shapes, *(island for island in islands if not island.is_empty)]
    if len(shapes) > 3:
        shapes[-1:] = []
        shapes[-2:] = [shapely.union_all(shapes[-2:])]
    return shapes


FABRICS = {
    "grid": _grid,
    "bricks": _bricks,
    "voronoi": _voronoi,
    "gaps": _gaps,
    "apart": _apart,
    "overlaps": _overlaps,
    "holes": _holes,
}


def fabric(kind, seed, *, count=12, size=12.0, turned=True):
    """Make a labelled fabric of one kind, turned by an angle of its own unless told not to."""
    random = np.random.default_rng(seed)
    shapes = [shape for shape in FABRICS[kind](random, count, size) if not shape.is_empty]
    if turned:
        angle = random.uniform(0, 360)
        shapes = [translate(rotate(shape, angle, origin=(0, 0)), 300, -200) for shape in shapes]
    labels = random.permutation(len(shapes))
    return frame({f"P{label:03d}": shape for label, shape in zip(labels, shapes, strict=True)})
