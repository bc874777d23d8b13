"""How much border two parcels turn towards each other: the kernel of `facing_m`.

A point of A's border counts if the perpendicular from it onto an edge of B meets that
edge within the gap, the two edges being within 45° of parallel (45° itself counts). Along
one edge of A both the place of the foot and its distance are linear, so each edge of B
gives one interval; their union, not their sum, is the length that faces B.

Two edges that stay within the gap over their whole common stretch, but for rounding, face
each other over all of it; otherwise the interval is cut where the distance is the gap to
the last digit. So a shared border counts in full at a gap of 0, and a wedge or a crossing
counts for nothing there.
"""

from __future__ import annotations

import math

import numpy as np

from landgov.contiguity.borders import Borders, Floats, Positions, apart, edges_near
from landgov.contiguity.compiled import compiled
from landgov.contiguity.rounding import ROUNDING_COSINE, ROUNDING_M

_LEAST_COSINE = math.sqrt(0.5) - ROUNDING_COSINE


@compiled
def _interval(a: Floats, b: Floats, gap: float) -> tuple[float, float]:
    """Give the stretch of edge `a`, in metres from its start, that faces edge `b`."""
    ax, ay = a[0], a[1]
    ux, uy = a[2] - ax, a[3] - ay
    bx, by = b[0], b[1]
    vx, vy = b[2] - bx, b[3] - by
    a_length, b_length = math.hypot(ux, uy), math.hypot(vx, vy)
    if a_length == 0.0 or b_length == 0.0:
        return 0.0, 0.0
    ux, uy, vx, vy = ux / a_length, uy / a_length, vx / b_length, vy / b_length
    cosine = ux * vx + uy * vy
    if abs(cosine) < _LEAST_COSINE:
        return 0.0, 0.0
    foot = (ax - bx) * vx + (ay - by) * vy  # foot of the start of a, in metres along b
    enter, leave = -foot / cosine, (b_length - foot) / cosine
    start, end = max(0.0, min(enter, leave)), min(a_length, max(enter, leave))
    if end - start <= ROUNDING_M:
        return 0.0, 0.0
    away = (ax - bx) * vy - (ay - by) * vx  # signed distance of the start of a from the line of b
    slope = ux * vy - uy * vx
    if max(abs(away + slope * start), abs(away + slope * end)) <= gap + ROUNDING_M:
        return start, end
    if slope == 0.0:
        return 0.0, 0.0
    enter, leave = (-gap - away) / slope, (gap - away) / slope
    start, end = max(start, min(enter, leave)), min(end, max(enter, leave))
    if end - start <= ROUNDING_M:
        return 0.0, 0.0
    return start, end


@compiled
def _union_length(intervals: Floats, count: int) -> float:
    """Give the length covered by the first intervals, sorting them in place (they are few)."""
    for i in range(1, count):
        start, end = intervals[i, 0], intervals[i, 1]
        j = i - 1
        while j >= 0 and intervals[j, 0] > start:
            intervals[j + 1, 0], intervals[j + 1, 1] = intervals[j, 0], intervals[j, 1]
            j -= 1
        intervals[j + 1, 0], intervals[j + 1, 1] = start, end
    total, reached = 0.0, 0.0
    for i in range(count):
        if intervals[i, 1] > reached:
            total += intervals[i, 1] - max(intervals[i, 0], reached)
            reached = intervals[i, 1]
    return total


@compiled
def _one_way(
    edges: Floats, own: Positions, other: Positions, gap: float, intervals: Floats
) -> float:
    """Give the length of the edges `own` that faces any of the edges `other`."""
    total = 0.0
    margin = gap + ROUNDING_M
    for a in own:
        count = 0
        for b in other:
            if apart(edges[a], edges[b], margin):
                continue
            start, end = _interval(edges[a], edges[b], gap)
            if end > start:
                intervals[count, 0], intervals[count, 1] = start, end
                count += 1
        total += _union_length(intervals, count)
    return total


@compiled
def _facing(
    edges: Floats, offsets: Positions, boxes: Floats, pairs: Positions, gap: float
) -> Floats:
    most = 0
    for i in range(len(offsets) - 1):
        most = max(most, offsets[i + 1] - offsets[i])
    of_left, of_right = np.empty(most, np.int64), np.empty(most, np.int64)
    intervals = np.empty((most, 2))
    facing = np.zeros(pairs.shape[1])
    margin = gap + ROUNDING_M
    for pair in range(pairs.shape[1]):
        i, j = pairs[0, pair], pairs[1, pair]
        n = edges_near(edges, offsets[i : i + 2], boxes[j], margin, of_left)
        m = edges_near(edges, offsets[j : j + 2], boxes[i], margin, of_right)
        there = _one_way(edges, of_left[:n], of_right[:m], gap, intervals)
        if there > 0.0:
            back = _one_way(edges, of_right[:m], of_left[:n], gap, intervals)
            facing[pair] = min(there, back)
    return facing


def facing_lengths(borders: Borders, pairs: Positions, gap_m: float) -> Floats:
    """Measure the border that each pair of parcels turns towards the other.

    Parameters
    ----------
    borders : Borders
        Edges of all parcels, metres.
    pairs : ndarray
        Two rows: positions of the two parcels of each pair.
    gap_m : float
        Widest gap, metres.

    Returns
    -------
    ndarray
        Metres, the smaller of the two directions.
    """
    return _facing(borders.edges, borders.offsets, borders.boxes, pairs, float(gap_m))
