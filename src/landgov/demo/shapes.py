"""Defects of shape (图形缺陷): crossings, empty shapes, a parcel outside every town."""

from __future__ import annotations

import numpy as np
import shapely

from landgov.demo.answers import NONE
from landgov.demo.planter import Planter


def plant_shapes(planter: Planter) -> None:
    """Break the shapes of some plain parcels; their certificates still tell the land."""
    sent = planter.file("parcels")
    east = float(planter.district.frame.towns.total_bounds[2])
    shapes = sent.rows.geometry.to_numpy()
    for parcel in planter.take(planter.pools.used):
        sent.rows.loc[parcel, "geometry"] = cross(shapes[parcel])
        sent.plant(parcel, "geometry:invalid_geometry")
        planter.spoiled.add(parcel)
    for parcel in planter.take(planter.pools.used):
        sent.rows.loc[parcel, "geometry"] = None
        sent.plant(parcel, "geometry:empty_geometry")
        planter.answer(parcel, town_code="", platform_id="", unit="")
        planter.spoiled.add(parcel)
    for number, parcel in enumerate(planter.take(planter.pools.used)):
        move = np.array([east + 700 + 600 * number - shapes[parcel].bounds[0], 0.0])
        moved = shapely.transform(shapes[parcel], lambda points, by=move: np.round(points + by, 3))
        sent.rows.loc[parcel, "geometry"] = moved
        sent.plant(parcel, "geometry:outside_towns")
        planter.answer(parcel, town_code=NONE, platform_id=NONE, unit="")
        planter.spoiled.add(parcel)


def cross(shape: shapely.Polygon) -> shapely.Polygon:
    """Exchange two corners of an outline, so that its sides cross (a bow-tie).

    Examples
    --------
    >>> cross(shapely.box(0, 0, 200, 100)).is_valid
    False
    """
    hull = shapely.simplify(shapely.convex_hull(shape), 1.0)
    ring = shapely.get_coordinates(hull)[:-1]
    ring[[1, 2]] = ring[[2, 1]]
    return shapely.Polygon(np.vstack([ring, ring[:1]]))
