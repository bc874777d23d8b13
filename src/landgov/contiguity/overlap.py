"""How much land two parcels both claim: the kernel of `overlap_m2`.

A polygon is the signed sum of the strips under its edges (the land is on the left, so an
edge that runs west adds and one that runs east takes away). The common land of two polygons
is therefore the signed sum, over all pairs of their edges, of what the two strips share:
the integral of the lower of two straight lines. It needs no crossing points, so borders
that touch, coincide or almost coincide are no special case.
"""

from __future__ import annotations

import numpy as np

from landgov.contiguity.borders import Borders, Floats, Positions
from landgov.contiguity.compiled import compiled
from landgov.contiguity.rounding import ROUNDING_M2, ROUNDING_SHARE


@compiled
def _below_both(a: Floats, b: Floats, x0: float, y0: float) -> float:
    """Integrate the lower of two edges over the x that they share, signed by their directions."""
    ax0, ay0, ax1, ay1 = a[0] - x0, a[1] - y0, a[2] - x0, a[3] - y0
    bx0, by0, bx1, by1 = b[0] - x0, b[1] - y0, b[2] - x0, b[3] - y0
    west = max(min(ax0, ax1), min(bx0, bx1))
    east = min(max(ax0, ax1), max(bx0, bx1))
    if east <= west:
        return 0.0
    a_slope, b_slope = (ay1 - ay0) / (ax1 - ax0), (by1 - by0) / (bx1 - bx0)
    a_west, b_west = ay0 + a_slope * (west - ax0), by0 + b_slope * (west - bx0)
    a_east, b_east = ay0 + a_slope * (east - ax0), by0 + b_slope * (east - bx0)
    width = east - west
    before, after = a_west - b_west, a_east - b_east
    area: float = 0.5 * width * (min(a_west, b_west) + min(a_east, b_east))
    if before * after < 0.0:
        # The lines cross: the lower of the two is bent, and lies above the chord of its ends.
        area += 0.5 * width * abs(before) * abs(after) / (abs(before) + abs(after))
    same_way = (ax1 > ax0) == (bx1 > bx0)
    return area if same_way else -area


@compiled
def _edges_between(
    edges: Floats, span: Positions, west: float, east: float, found: Positions
) -> int:
    """Write into `found` the edges of a span that run between two meridians; count them."""
    count = 0
    for k in range(span[0], span[1]):
        if max(edges[k, 0], edges[k, 2]) > west and min(edges[k, 0], edges[k, 2]) < east:
            found[count] = k
            count += 1
    return count


@compiled
def _overlap(edges: Floats, offsets: Positions, boxes: Floats, pairs: Positions) -> Floats:
    most = 0
    for i in range(len(offsets) - 1):
        most = max(most, offsets[i + 1] - offsets[i])
    of_left, of_right = np.empty(most, np.int64), np.empty(most, np.int64)
    overlap = np.zeros(pairs.shape[1])
    for pair in range(pairs.shape[1]):
        i, j = pairs[0, pair], pairs[1, pair]
        west, east = max(boxes[i, 0], boxes[j, 0]), min(boxes[i, 2], boxes[j, 2])
        south, north = max(boxes[i, 1], boxes[j, 1]), min(boxes[i, 3], boxes[j, 3])
        if east <= west or north <= south or (east - west) * (north - south) <= ROUNDING_M2:
            continue
        n = _edges_between(edges, offsets[i : i + 2], west, east, of_left)
        m = _edges_between(edges, offsets[j : j + 2], west, east, of_right)
        total = 0.0
        for a in of_left[:n]:
            for b in of_right[:m]:
                total += _below_both(edges[a], edges[b], west, south)
        larger = max(
            (boxes[i, 2] - boxes[i, 0]) * (boxes[i, 3] - boxes[i, 1]),
            (boxes[j, 2] - boxes[j, 0]) * (boxes[j, 3] - boxes[j, 1]),
        )
        if total > max(ROUNDING_M2, ROUNDING_SHARE * larger):
            overlap[pair] = total
    return overlap


def overlap_areas(borders: Borders, pairs: Positions) -> Floats:
    """Measure the land that the two parcels of each pair have in common.

    Parameters
    ----------
    borders : Borders
        Edges of all parcels, metres.
    pairs : ndarray
        Two rows: positions of the two parcels of each pair.

    Returns
    -------
    ndarray
        Square metres in the plane of the CRS; 0 where it is only rounding.
    """
    return _overlap(borders.edges, borders.offsets, borders.boxes, pairs)
