"""What the coordinates of a file are measured by: places that are known already (坐标佐证)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]

_FEATURES: Final = 500  # of a layer with many: enough that a median stands still
_VERTICES: Final = 3000
_OUTLINE_POINTS: Final = 1000

FAR_M: Final = 3000.0
"""Up to which distance a point is measured to the lines of a layer, metres."""

NEAR_PARCEL_M: Final = 100.0
"""Up to which distance a point is measured to the lines of parcels, metres."""


@dataclass(frozen=True)
class Sample:
    """Some features of a layer, the same ones in whatever order its rows stand (抽样).

    Parameters
    ----------
    shapes : array of geometry
        Features, coordinates as the file holds them.
    points : array of float, n × 2
        Vertices of them.
    certified_mu : array of float
        亩 on the certificate, by feature; NaN where not said.

    Examples
    --------
    >>> plots = gpd.GeoSeries([shapely.box(0, 0, 2, 1), None])
    >>> sample_of(plots).points.shape
    (5, 2)
    """

    shapes: Shapes
    points: Floats
    certified_mu: Floats


def sample_of(shapes: gpd.GeoSeries, certified_mu: pd.Series[Any] | None = None) -> Sample:
    """Take a sample of the features and vertices of a layer, by rule and not by chance.

    Parameters
    ----------
    shapes : GeoSeries
        The layer; missing and empty geometry is passed over.
    certified_mu : Series, optional
        亩 on the certificate, on the same index.

    References
    ----------
    Every n-th feature in the order of their extents.

    Examples
    --------
    >>> len(sample_of(gpd.GeoSeries([shapely.Point(n, 0) for n in range(2000)])).shapes) <= 500
    True
    """
    every = np.asarray(shapes.array, dtype=object)
    bounds = shapely.bounds(every)
    there = np.flatnonzero(np.isfinite(bounds).all(axis=1))
    order = there[np.lexsort(bounds[there].T)]
    chosen = order[:: max(1, -(-len(order) // _FEATURES))]
    certified = np.full(len(every), np.nan)
    if certified_mu is not None:
        certified = certified_mu.to_numpy(dtype=np.float64, na_value=np.nan)
    points = shapely.get_coordinates(every[chosen])
    points = points[:: max(1, -(-len(points) // _VERTICES))]
    return Sample(every[chosen], points, certified[chosen])


@dataclass(frozen=True)
class Evidence:
    """Places that are known, in metres of one CRS (佐证).

    Parameters
    ----------
    region : geometry, optional
        Where the features must lie, at least roughly.
    margin_m : float
        How far outside of it nothing is proved yet.
    boundary : geometry, optional
        The district's boundary from an independent source, trusted: its line may be compared
        with the lines of a layer.
    parcels : array of geometry, optional
        Parcels from an independent source, trusted.

    Examples
    --------
    >>> square = shapely.box(0, 0, 1000, 1000)
    >>> Evidence(region=square, boundary=square).outline.shape
    (1000,)
    """

    region: BaseGeometry | None = None
    margin_m: float = 1500.0
    boundary: BaseGeometry | None = None
    parcels: Shapes | None = None

    @cached_property
    def wide(self) -> BaseGeometry | None:
        """The region with its margin, made simple so that asking is quick."""
        if self.region is None:
            return None
        simple = shapely.simplify(self.region, self.margin_m / 10)
        wide = shapely.buffer(simple, self.margin_m, quad_segs=4)
        shapely.prepare(wide)
        shapely.prepare(self.region)
        return wide

    @cached_property
    def outline(self) -> Shapes:
        """Points at even steps along the outer line of the boundary."""
        if self.boundary is None:
            return np.zeros(0, dtype=object)
        # A repaired boundary may be a collection, with lines among its polygons.
        parts = shapely.get_parts(shapely.get_parts(self.boundary))
        rings = shapely.get_exterior_ring(parts[shapely.get_type_id(parts) == 3])
        lengths = shapely.length(rings)
        ends = np.cumsum(lengths)
        at = (np.arange(_OUTLINE_POINTS) + 0.5) / _OUTLINE_POINTS * ends[-1]
        of = np.minimum(np.searchsorted(ends, at), len(rings) - 1)
        found: Shapes = shapely.line_interpolate_point(rings[of], at - (ends - lengths)[of])
        return found

    @cached_property
    def parcel_tree(self) -> shapely.STRtree:
        """The reference parcels, to find those near a point."""
        return shapely.STRtree(self.parcels)


def share_inside(points: Shapes, region: BaseGeometry) -> float:
    """Give the share of points inside a region; points that have no place are outside.

    Examples
    --------
    >>> share_inside(shapely.points([[1, 1], [9, 9]]), shapely.box(0, 0, 2, 2))
    0.5
    """
    return float(np.mean(shapely.intersects(region, points))) if len(points) else np.nan


def outline_distances(outline: Shapes, lines: Shapes) -> Floats:
    """Measure how far each point of an outline is from the nearest line of a layer, metres.

    Examples
    --------
    >>> layer = np.array([shapely.box(0, 0, 10, 10)])
    >>> outline_distances(shapely.points([[5, 12]]), layer).tolist()
    [2.0]
    """
    tree = shapely.STRtree(_segments(lines))
    return _nearest(tree, outline)


def line_distances(points: Shapes, evidence: Evidence) -> Floats:
    """Measure how far each point is from the nearest line of a reference parcel, metres.

    Beyond `NEAR_PARCEL_M` it is only said to be that far.

    Examples
    --------
    >>> known = Evidence(parcels=np.array([shapely.box(0, 0, 10, 10)]))
    >>> line_distances(shapely.points([[5, 12]]), known).tolist()
    [2.0]
    """
    distances = np.full(len(points), NEAR_PARCEL_M)
    of, near = evidence.parcel_tree.query(points, predicate="dwithin", distance=NEAR_PARCEL_M)
    parcels = np.asarray(evidence.parcels, dtype=object)
    # Lines are drawn only of the parcels near a point: a district has very many.
    used, at = np.unique(near, return_inverse=True)
    lines = shapely.boundary(parcels[used])
    np.minimum.at(distances, of, shapely.distance(points[of], lines[at]))
    return distances


def share_on_parcels(points: Shapes, evidence: Evidence) -> float:
    """Give the share of points that lie on a reference parcel.

    Examples
    --------
    >>> known = Evidence(parcels=np.array([shapely.box(0, 0, 10, 10)]))
    >>> share_on_parcels(shapely.points([[5, 5], [5, 12]]), known)
    0.5
    """
    hits = evidence.parcel_tree.query(points, predicate="intersects")[0]
    return len(np.unique(hits)) / len(points) if len(points) else np.nan


def _nearest(tree: shapely.STRtree, points: Shapes) -> Floats:
    distances = np.full(len(points), FAR_M)
    (found, _), away = tree.query_nearest(
        points, max_distance=FAR_M, return_distance=True, all_matches=False
    )
    distances[found] = away
    return distances


def _segments(shapes: Shapes) -> Shapes:
    """Cut the lines of shapes into their segments: nearest ones are then found by a tree."""
    rings = shapely.get_rings(shapely.get_parts(shapely.get_parts(shapes)))
    points, of = shapely.get_coordinates(rings, return_index=True)
    pairs = np.stack([points[:-1], points[1:]], axis=1)[of[:-1] == of[1:]]
    finite = np.isfinite(pairs).all(axis=(1, 2))
    found: Shapes = shapely.linestrings(pairs[finite])
    return found
