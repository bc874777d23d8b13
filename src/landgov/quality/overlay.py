"""Overlays that never fail (叠加): what full precision can't do is done on a fine grid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely

# A tenth of a millimetre: finer than any survey.
_GRID_M = 1e-4


def overlay(operation: Callable[..., Any], one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Overlay pairs of shapes; where nothing helps, the answer is an empty polygon.

    Parameters
    ----------
    operation : callable
        `shapely.intersection`, `shapely.union` or `shapely.difference`.
    one, other : ndarray
        Pairs of shapes, metres.

    Examples
    --------
    >>> a, b = np.array([shapely.box(0, 0, 2, 1)]), np.array([shapely.box(1, 0, 3, 1)])
    >>> overlay(shapely.intersection, a, b)[0].area
    1.0
    """
    try:
        return np.asarray(operation(one, other))
    except shapely.errors.GEOSException:
        # Rare, and only the pair itself tells which one it is.
        pairs = zip(one, other, strict=True)
        return np.array([_pair(operation, a, b) for a, b in pairs], dtype=object)


def _pair(operation: Callable[..., Any], one: Any, other: Any) -> Any:
    ways: tuple[Callable[[], Any], ...] = (
        lambda: operation(one, other),
        lambda: operation(shapely.make_valid(one), shapely.make_valid(other)),
        lambda: operation(shapely.make_valid(one), shapely.make_valid(other), grid_size=_GRID_M),
    )
    for way in ways:
        try:
            return way()
        except shapely.errors.GEOSException:
            continue
    return shapely.Polygon()


def united(shapes: np.ndarray) -> Any:
    """Unite shapes into one; where full precision fails, on the fine grid.

    Examples
    --------
    >>> united(np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])).area
    2.0
    """
    try:
        return shapely.union_all(shapes)
    except shapely.errors.GEOSException:
        try:
            return shapely.union_all(shapely.make_valid(shapes), grid_size=_GRID_M)
        except shapely.errors.GEOSException:
            return shapely.Polygon()
