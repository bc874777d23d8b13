"""Spikes taken off an outline (去除尖刺), where that changes no more land than a drawing error."""

from __future__ import annotations

import numpy as np
import shapely

from landgov.quality.rings import Floats, spike_flags
from landgov.quality.tolerances import Tolerances

# Whoever has more spikes than this has another fault; and each costs a look at the ring.
_MOST = 50
# A ring needs three corners.
_FEWEST = 3


def without_spikes(shape: shapely.Geometry, limits: Tolerances) -> shapely.Geometry:
    """Take the spikes off one shape; give it back as it was if more than a sliver would go.

    Parameters
    ----------
    shape : Polygon or MultiPolygon
        In metres.
    limits : Tolerances
        What a spike is, and how much land may go with it (`sliver_m2`).

    Examples
    --------
    >>> limits = Tolerances(1, 1, 1, spike_degrees=1, spike_m=0.05, tiny_m2=1, gap_m=1)
    >>> ring = [(0, 0), (5, 0), (5, 9), (5.001, 0), (9, 0), (9, -9), (0, -9)]
    >>> float(without_spikes(shapely.Polygon(ring), limits).area)
    81.0
    """
    whole = [part for part in shapely.get_parts(shape) if not part.is_empty]
    parts = [_polygon(part, limits) for part in whole]
    trimmed = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    near = abs(shapely.area(trimmed) - shapely.area(shape)) <= limits.sliver_m2
    sound = shapely.is_valid(trimmed) or not shapely.is_valid(shape)
    return trimmed if near and sound else shape


def _polygon(part: shapely.Polygon, limits: Tolerances) -> shapely.Polygon:
    shell, *holes = (
        _ring(shapely.get_coordinates(ring)[:-1], limits) for ring in shapely.get_rings(part)
    )
    return shapely.Polygon(shell, holes)


def _ring(xy: Floats, limits: Tolerances) -> Floats:
    """Corners without spikes, the one that takes the least land going first."""
    sent = xy
    for _ in range(_MOST):  # few: only outlines on which a spike was seen come here
        xy = xy[(xy != np.roll(xy, -1, axis=0)).any(axis=1)]
        ring = np.zeros(len(xy), dtype=np.int64)
        spiky = np.flatnonzero(spike_flags(xy, ring, 1, limits))
        if not len(spiky):
            break
        back, forth = np.roll(xy, 1, axis=0) - xy, np.roll(xy, -1, axis=0) - xy
        land = np.abs(back[:, 0] * forth[:, 1] - back[:, 1] * forth[:, 0])[spiky]
        least = spiky[np.lexsort((xy[spiky, 1], xy[spiky, 0], land))[0]]
        xy = np.delete(xy, least, axis=0)
    return xy if len(xy) >= _FEWEST else sent
