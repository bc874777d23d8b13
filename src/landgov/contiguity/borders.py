"""The borders of many parcels as flat arrays: what the kernels read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from landgov.contiguity.compiled import compiled

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Borders:
    """Edges of all rings, holes and parts, parcel by parcel.

    Parameters
    ----------
    edges : ndarray
        One row an edge: x and y of its start, x and y of its end. Outer rings
        run counter-clockwise and holes clockwise: the land is on the left.
    offsets : ndarray
        Edges ``offsets[i]`` to ``offsets[i + 1]`` are those of parcel ``i``.
    boxes : ndarray
        Smallest x and y, largest x and y of each parcel.
    """

    edges: Floats
    offsets: Positions
    boxes: Floats


def borders_of(polygons: npt.NDArray[np.object_]) -> Borders:
    """Flatten polygons and multipolygons, none of them missing or empty."""
    if not len(polygons):
        return Borders(np.empty((0, 4)), np.zeros(1, dtype=np.int64), np.empty((0, 4)))
    oriented = shapely.orient_polygons(polygons)
    kind, points, levels = shapely.to_ragged_array(oriented, include_z=False)
    rings, parts = levels[0], levels[1]
    wholes = (
        levels[2] if kind == shapely.GeometryType.MULTIPOLYGON else np.arange(len(polygons) + 1)
    )
    starts = np.ones(max(len(points) - 1, 0), dtype=bool)
    starts[rings[1:-1] - 1] = False  # from the end of one ring to the start of the next is no edge
    edges = np.hstack([points[:-1][starts], points[1:][starts]])
    first_ring = np.asarray(parts)[wholes]
    offsets = np.asarray(rings)[first_ring] - first_ring  # a ring of n points has n - 1 edges
    return Borders(
        np.ascontiguousarray(edges, dtype=np.float64),
        offsets.astype(np.int64),
        np.ascontiguousarray(shapely.bounds(oriented), dtype=np.float64),
    )


@compiled
def edges_near(edges: Floats, span: Positions, box: Floats, margin: float, found: Positions) -> int:
    """Write into `found` the edges of a span that come within `margin` of a box; count them.

    Parameters
    ----------
    edges : ndarray
        Edges of all parcels.
    span : ndarray
        First edge, and the one after the last.
    box : ndarray
        Smallest x and y, largest x and y.
    margin : float
        Metres.
    found : ndarray
        At least as long as the span; its first cells are overwritten.
    """
    count = 0
    for k in range(span[0], span[1]):
        if (
            max(edges[k, 0], edges[k, 2]) >= box[0] - margin
            and min(edges[k, 0], edges[k, 2]) <= box[2] + margin
            and max(edges[k, 1], edges[k, 3]) >= box[1] - margin
            and min(edges[k, 1], edges[k, 3]) <= box[3] + margin
        ):
            found[count] = k
            count += 1
    return count


@compiled
def apart(a: Floats, b: Floats, distance: float) -> bool:
    """Tell whether two edges are further apart than `distance` by their boxes alone.

    Parameters
    ----------
    a, b : ndarray
        x and y of the start, x and y of the end.
    distance : float
        Metres.
    """
    return bool(
        max(b[0], b[2]) < min(a[0], a[2]) - distance
        or min(b[0], b[2]) > max(a[0], a[2]) + distance
        or max(b[1], b[3]) < min(a[1], a[3]) - distance
        or min(b[1], b[3]) > max(a[1], a[3]) + distance
    )
