"""Parcels as paths: many polygons in few objects, in the symbols of the layers."""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba
from matplotlib.path import Path as Outline

from landgov.layers import Symbol

_POINTS_A_PATH = 4000  # the raster renderer refuses paths of very many points


def outlines(shapes: np.ndarray) -> list[Outline]:
    """Pack polygons into a few compound paths.

    Parameters
    ----------
    shapes : ndarray of shapely geometries
        Polygons and multipolygons; others are left out.

    Returns
    -------
    list of Path
        Outer rings one way round, holes the other, so that holes stay open.

    Examples
    --------
    >>> [len(path) for path in outlines(np.array([shapely.box(0, 0, 1, 1)], dtype=object))]
    [5]
    """
    polygons = shapely.get_parts(shapes[np.isin(shapely.get_type_id(shapes), (3, 6))])
    polygons = polygons[~shapely.is_empty(polygons)]
    if not len(polygons):
        return []
    _, points, (ring_ends, polygon_ends) = shapely.to_ragged_array(
        shapely.orient_polygons(shapely.force_2d(polygons))
    )
    codes = np.full(len(points), Outline.LINETO, dtype=np.uint8)
    codes[ring_ends[:-1]] = Outline.MOVETO
    codes[ring_ends[1:] - 1] = Outline.CLOSEPOLY
    starts = ring_ends[polygon_ends]
    turns = np.flatnonzero(np.diff(starts // _POINTS_A_PATH)) + 1
    cuts = np.unique(np.concatenate([[0], starts[turns], [len(points)]]))
    return [
        Outline(points[left:right], codes[left:right]) for left, right in itertools.pairwise(cuts)
    ]


def inside(shapes: gpd.GeoSeries, axes: Axes) -> np.ndarray:
    """Give the geometries whose box meets the window of the axes.

    Parameters
    ----------
    shapes : GeoSeries
        In the CRS of the axes.
    axes : Axes
        With its limits set.
    """
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    bounds = shapes.bounds.to_numpy()
    meets = (bounds[:, 0] <= east) & (bounds[:, 2] >= west)
    meets &= (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    chosen: np.ndarray = shapes.to_numpy()[meets]
    return chosen


def draw(
    axes: Axes,
    shapes: gpd.GeoSeries,
    symbol: Symbol,
    *,
    hatches: dict[str, str],
    order: float,
    edge: float | None = None,
) -> None:
    """Draw polygons in a symbol.

    Parameters
    ----------
    axes : Axes
        With its limits set; what lies outside is not drawn.
    shapes : GeoSeries
        In the CRS of the axes.
    symbol : Symbol
        How.
    hatches : dict
        Matplotlib's letters for the hatch names.
    order : float
        Higher lies on top.
    edge : float, optional
        Width of the edge in points, in the colour of the fill: for an
        overview, where a dark edge would drown small parcels.
    """
    paths = outlines(inside(shapes, axes))
    if not paths:
        return
    near = edge is None
    colour = symbol.edge if near or not symbol.fill or not symbol.edge else symbol.fill
    axes.add_collection(
        PathCollection(
            paths,
            facecolors=[to_rgba(symbol.fill, symbol.opacity) if symbol.fill else (0, 0, 0, 0)],
            edgecolors=[colour] if colour else "none",
            linewidths=[symbol.width if edge is None else edge],
            hatch=hatches[symbol.hatch] or None,
            hatchcolors=[symbol.hatch_colour or colour or "none"],
            joinstyle="round",
            zorder=order,
        ),
        autolim=False,
    )
