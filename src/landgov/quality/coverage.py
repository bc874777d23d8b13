"""Where shapes that ought to tile the ground do not (面覆盖检查): candidates and overlaps.

GEOS walks the whole coverage once and names the edges that do not match a neighbour's. Only
what lies at such an edge is then cut against its neighbours exactly. Outlines of very many
corners (a road net, a river) would be walked again for every neighbour; they are left out of
the walk and compared with each neighbour as prepared geometry.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from landgov.quality.overlay import overlay
from landgov.quality.repair import polygon_parts
from landgov.quality.rings import Bools, Floats, Ints
from landgov.quality.threads import in_threads

# From here on preparing an outline pays, and walking it for each neighbour does not.
_MANY_CORNERS = 500
# Closer than any survey: one place.
_SAME_PLACE_M = 1e-3


@dataclass(frozen=True)
class Coverage:
    """Shapes that ought to tile the ground, and the pairs that may not.

    Parameters
    ----------
    shapes : ndarray
        Valid polygons in metres; None where there is none, or none to be trusted.
    left, right : ndarray of int
        Positions of each pair that meets at a mismatched edge, or almost meets there;
        `left` < `right`, sorted.
    large : ndarray of bool
        Outlines of very many corners: all that does more than touch them is among the pairs.
    tree : STRtree
        Of `shapes`.
    """

    shapes: np.ndarray
    left: Ints
    right: Ints
    large: Bools
    tree: shapely.STRtree


@dataclass(frozen=True)
class Overlaps:
    """Pairs that claim the same land.

    Parameters
    ----------
    left, right : ndarray of int
        Positions, `left` < `right`, sorted.
    m2 : ndarray of float
        Land in both, square metres of the map plane.
    same : ndarray of bool
        Whether the two are one shape, drawn within a millimetre.
    shapes : ndarray
        Land in both.
    """

    left: Ints
    right: Ints
    m2: Floats
    same: Bools
    shapes: np.ndarray


def coverage_of(shapes: np.ndarray, gap_m: float) -> Coverage:
    """Find the pairs of shapes that may overlap, or leave a gap of up to `gap_m` metres.

    Parameters
    ----------
    shapes : ndarray
        Valid polygons and multipolygons in metres, None among them.
    gap_m : float
        Widest gap looked for.

    Examples
    --------
    >>> tiles = np.array([shapely.box(0, 0, 9, 9), shapely.box(9, 0, 18, 9)])
    >>> coverage_of(tiles, 0.5).left.tolist()
    []
    >>> tiles[1] = shapely.box(8, 0, 18, 9)
    >>> coverage_of(tiles, 0.5).left.tolist()
    [0]
    """
    shapely.destroy_prepared(shapes)
    there = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    corners = shapely.get_num_coordinates(shapes)
    walked = there[corners[there] <= _MANY_CORNERS]
    large = there[corners[there] > _MANY_CORNERS]
    tree = shapely.STRtree(shapes)
    edges = _mismatched(shapes[walked], gap_m)
    at = np.flatnonzero(~shapely.is_empty(edges))
    near, others = tree.query(edges[at], predicate="dwithin", distance=gap_m + _SAME_PLACE_M)
    pairs = [
        np.column_stack([walked[at[near]], others]),
        _beside(shapes, large, tree, gap_m),
        _twins(shapes),
    ]
    one, other = np.vstack(pairs).astype(np.int64).T
    codes = _codes(one, other, len(shapes))
    return Coverage(
        shapes, codes // len(shapes), codes % len(shapes), corners > _MANY_CORNERS, tree
    )


def _mismatched(shapes: np.ndarray, gap_m: float) -> np.ndarray:
    """Edges that do not match a neighbour's; all of them if GEOS can't say."""
    try:
        edges: np.ndarray = shapely.coverage_invalid_edges(shapes, gap_width=gap_m)
    except shapely.errors.GEOSException:
        edges = shapely.boundary(shapes)
    return edges


def _beside(shapes: np.ndarray, large: Ints, tree: shapely.STRtree, gap_m: float) -> np.ndarray:
    """Pairs of an outline of very many corners and what it does not just touch."""
    outlines = shapes[large]
    one, other = tree.query(outlines, predicate="dwithin", distance=gap_m + _SAME_PLACE_M)
    # A prepared geometry must not be used by two threads: one hand here, and undone after.
    shapely.prepare(outlines)
    apart = ~shapely.touches(outlines[one], shapes[other])
    shapely.destroy_prepared(outlines)
    return np.column_stack([large[one[apart]], other[apart]])


def _twins(shapes: np.ndarray) -> np.ndarray:
    """Pairs with a part in the same place, corner by corner: their edges match, too."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    there = ~shapely.is_empty(parts)
    parts, owner = parts[there], owner[there]
    places = pd.DataFrame(shapely.bounds(parts))
    first = places.groupby(list(places.columns), sort=False).ngroup().to_numpy()
    owners = pd.Series(owner).groupby(first).transform("first").to_numpy()
    return np.column_stack([owners, owner])


def overlaps(coverage: Coverage) -> Overlaps:
    """Cut each candidate pair and keep those with land in common.

    Parameters
    ----------
    coverage : Coverage
        Of `coverage_of`.

    Examples
    --------
    >>> tiles = np.array([shapely.box(0, 0, 9, 9), shapely.box(8, 0, 18, 9)])
    >>> overlaps(coverage_of(tiles, 0.5)).m2.tolist()
    [9.0]
    """
    shapes, size = coverage.shapes, len(coverage.shapes)
    pairs = coverage.left * size + coverage.right
    seen, followed = pairs, coverage.large.copy()
    found: list[tuple[Ints, np.ndarray]] = []
    while len(pairs):
        common = in_threads(_common, shapes[pairs // size], shapes[pairs % size])
        over = shapely.area(common) > 0
        found.append((pairs[over], common[over]))
        # Two layers of tiles match edge by edge inside: only their rim is a candidate. So
        # whatever meets a shape that overlaps is cut as well, until nothing new is found.
        fresh = np.union1d(pairs[over] // size, pairs[over] % size)
        fresh = fresh[~followed[fresh]]
        followed[fresh] = True
        one, other = coverage.tree.query(shapes[fresh], predicate="intersects")
        small = ~coverage.large[other]
        pairs = np.setdiff1d(_codes(fresh[one[small]], other[small], size), seen)
        seen = np.union1d(seen, pairs)
    codes = np.concatenate([np.zeros(0, dtype=np.int64), *(part for part, _ in found)])
    common = np.concatenate([np.zeros(0, dtype=object), *(part for _, part in found)])
    order = np.argsort(codes, kind="stable")
    return _measured(shapes, codes[order] // size, codes[order] % size, common[order])


def _codes(one: Ints, other: Ints, size: int) -> Ints:
    """Each pair of two shapes as one number, once."""
    apart = one != other
    low, high = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
    return np.unique(low.astype(np.int64) * size + high)


def _measured(shapes: np.ndarray, left: Ints, right: Ints, common: np.ndarray) -> Overlaps:
    area = shapely.area(common)
    same = np.ones(len(left), dtype=bool)
    for side in (left, right):
        strip = _SAME_PLACE_M * shapely.length(shapes[side])
        same &= shapely.area(shapes[side]) - area <= strip
    return Overlaps(left, right, area, same, polygon_parts(common))


def _common(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Land in both of each pair."""
    return overlay(shapely.intersection, left, right)
