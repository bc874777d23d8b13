"""Gaps between neighbours (相邻缝隙): strips too narrow to be anybody's land."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import csr_array

from landgov.quality.coverage import Coverage
from landgov.quality.overlay import overlay, united
from landgov.quality.repair import polygon_parts
from landgov.quality.rings import Floats, Ints
from landgov.quality.threads import each_in_threads, in_threads

# Slack on the width: a gap that is exactly as wide as the limit is one.
_SLACK_M = 1e-6
# What four decimals of 亩 can't show: edges with and without a node leave that between them.
_LEAST_M2 = 0.5e-4 * 2000 / 3
_SAME_PLACE_M = 1e-3
# Outlines with more corners are cut to the stretch along the gaps first.
_LONG = 60
# Pairs that are filled together: enough to share the work, few enough to keep it local.
_PAIRS = 500


@dataclass(frozen=True)
class Gaps:
    """Gaps, none of them counted twice.

    Parameters
    ----------
    shapes : ndarray
        The gaps, metres.
    gap, shape : ndarray of int
        Which shape lies at which gap, sorted.
    m2 : ndarray of float
        Square metres of the map plane.
    """

    shapes: np.ndarray
    gap: Ints
    shape: Ints
    m2: Floats


def gaps_of(coverage: Coverage, gap_m: float) -> Gaps:
    """Draw the gaps between the pairs that almost meet.

    What a disc of that width can't enter from outside is filled; the land of others is
    taken off; what several pairs fill together is one gap.

    Parameters
    ----------
    coverage : Coverage
        Candidates, found with the same width.
    gap_m : float
        Widest gap, metres.

    Examples
    --------
    >>> from landgov.quality.coverage import coverage_of
    >>> tiles = np.array([shapely.box(0, 0, 9, 10), shapely.box(9.1, 0, 18, 10)])
    >>> gaps_of(coverage_of(tiles, 0.5), 0.5).m2.round(6).tolist()
    [1.0]
    """
    shapes, left, right = coverage.shapes, coverage.left, coverage.right
    nothing = Gaps(shapes[:0], left[:0], left[:0], np.zeros(0))
    if not len(left):
        return nothing
    width = gap_m + _SLACK_M
    blocks = _blocks(shapes, left, right)
    strips = _large(each_in_threads(lambda block: _filled(coverage, block, width), blocks))
    if not len(strips):
        return nothing
    free = _large(_free(strips, coverage))
    if not len(free):
        return nothing
    gaps = _large(np.array([united(free)], dtype=object))
    gap, shape = coverage.tree.query(gaps, predicate="dwithin", distance=_SAME_PLACE_M)
    kept = _between(gap, shape, coverage)
    inside = np.isin(gap, kept)
    gap, shape = np.searchsorted(kept, gap[inside]), shape[inside]
    order = np.lexsort((shape, gap))
    return Gaps(gaps[kept], gap[order], shape[order], shapely.area(gaps[kept]))


def _blocks(shapes: np.ndarray, left: Ints, right: Ints) -> list[Ints]:
    """Positions of the pairs that lie in one square of the map, some hundreds in each."""
    bounds = shapely.bounds(shapes[left])
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    low = middle.min(axis=0)
    size = np.sqrt(np.prod(np.maximum(middle.max(axis=0) - low, 1.0)) * _PAIRS / len(left))
    square = ((middle - low) // size).astype(np.int64)
    order = np.lexsort((right, left, square[:, 1], square[:, 0]))
    change = (np.diff(square[order], axis=0) != 0).any(axis=1)
    return np.split(order, np.flatnonzero(change) + 1)


def _filled(coverage: Coverage, block: Ints, width: float) -> shapely.Geometry:
    """What a disc of that width can't enter between the shapes of some pairs."""
    shapes = coverage.shapes
    left, right = coverage.left[block], coverage.right[block]
    one, other = shapely.bounds(shapes[left]), shapely.bounds(shapes[right])
    # A gap of a pair lies near both of them.
    low = np.maximum(one[:, :2], other[:, :2]).min(axis=0) - width
    high = np.minimum(one[:, 2:], other[:, 2:]).max(axis=0) + width
    some = shapes[np.union1d(left, right)]
    long = shapely.get_num_coordinates(some) > _LONG
    window = np.full(int(long.sum()), shapely.box(*low, *high), dtype=object)
    some[long] = overlay(shapely.intersection, some[long], window)
    land = united(some)
    wide = shapely.buffer(land, width / 2, join_style="mitre", quad_segs=1)
    back = shapely.buffer(wide, -width / 2, join_style="mitre", quad_segs=1)
    return overlay(shapely.difference, np.array([back]), np.array([land]))[0]


def _between(gap: Ints, shape: Ints, coverage: Coverage) -> Ints:
    """Gaps that lie between two shapes of a candidate pair; others were filled by the way."""
    size = (len(coverage.shapes), int(gap.max(initial=-1)) + 1)
    beside = csr_array((np.ones(len(gap), dtype=np.int8), (shape, gap)), shape=size)
    both = beside[coverage.left].multiply(beside[coverage.right])
    return np.unique(both.tocoo().col).astype(np.int64)


def _free(strips: np.ndarray, coverage: Coverage) -> np.ndarray:
    """Strips without the land of any shape."""
    strip, shape = coverage.tree.query(strips, predicate="intersects")
    inside = ~in_threads(shapely.touches, strips[strip], coverage.shapes[shape])
    strip, shape = strip[inside], shape[inside]
    order = np.lexsort((shape, strip))
    strip, shape = strip[order], shape[order]
    free = strips.copy()
    # The first shape on each strip, then the second, …: a handful of rounds.
    turn = np.arange(len(strip)) - np.searchsorted(strip, strip)
    for number in range(int(turn.max(initial=-1)) + 1):
        at = turn == number
        free[strip[at]] = in_threads(_taken_off, free[strip[at]], coverage.shapes[shape[at]])
    return free


def _taken_off(strips: np.ndarray, land: np.ndarray) -> np.ndarray:
    return overlay(shapely.difference, strips, land)


def _large(shapes: np.ndarray) -> np.ndarray:
    """Single polygons that are more than rounding."""
    parts = shapely.get_parts(polygon_parts(shapes))
    large: np.ndarray = parts[shapely.area(parts) > _LEAST_M2]
    return large
