"""How far apart two borders are: the kernel of `distance_m`."""

from __future__ import annotations

import math

import numpy as np

from landgov.contiguity.borders import Borders, Floats, Positions, apart, edges_near
from landgov.contiguity.compiled import compiled
from landgov.contiguity.rounding import ROUNDING_M


@compiled
def _from_point(x: float, y: float, edge: Floats) -> float:
    """Give the distance of a point from an edge, end points included."""
    ux, uy = edge[2] - edge[0], edge[3] - edge[1]
    square = ux * ux + uy * uy
    along = 0.0
    if square > 0.0:
        along = min(1.0, max(0.0, ((x - edge[0]) * ux + (y - edge[1]) * uy) / square))
    away: float = math.hypot(x - edge[0] - along * ux, y - edge[1] - along * uy)
    return away


@compiled
def _side(edge: Floats, x: float, y: float) -> float:
    """Tell by its sign on which side of an edge a point lies."""
    side: float = (edge[2] - edge[0]) * (y - edge[1]) - (edge[3] - edge[1]) * (x - edge[0])
    return side


@compiled
def _between(a: Floats, b: Floats) -> float:
    """Give the distance of two edges: 0 where they cross, else that of the nearest end."""
    if (
        _side(a, b[0], b[1]) * _side(a, b[2], b[3]) < 0.0
        and _side(b, a[0], a[1]) * _side(b, a[2], a[3]) < 0.0
    ):
        return 0.0
    return min(
        _from_point(a[0], a[1], b),
        _from_point(a[2], a[3], b),
        _from_point(b[0], b[1], a),
        _from_point(b[2], b[3], a),
    )


@compiled
def _distances(
    edges: Floats, offsets: Positions, boxes: Floats, pairs: Positions, gap: float
) -> Floats:
    most = 0
    for i in range(len(offsets) - 1):
        most = max(most, offsets[i + 1] - offsets[i])
    of_left, of_right = np.empty(most, np.int64), np.empty(most, np.int64)
    distances = np.full(pairs.shape[1], np.inf)
    for pair in range(pairs.shape[1]):
        i, j = pairs[0, pair], pairs[1, pair]
        n = edges_near(edges, offsets[i : i + 2], boxes[j], gap, of_left)
        m = edges_near(edges, offsets[j : j + 2], boxes[i], gap, of_right)
        for a in of_left[:n]:
            for b in of_right[:m]:
                nearest = min(distances[pair], gap)
                if not apart(edges[a], edges[b], nearest):
                    distances[pair] = min(distances[pair], _between(edges[a], edges[b]))
    return distances


def border_distances(borders: Borders, pairs: Positions, gap_m: float) -> Floats:
    """Measure how far apart the borders of each pair are, up to a gap.

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
        Metres; exact up to `gap_m`, beyond it any larger number.
    """
    distances = _distances(borders.edges, borders.offsets, borders.boxes, pairs, gap_m + ROUNDING_M)
    distances[distances <= ROUNDING_M] = 0.0
    return distances
