"""Defects of shape (图形缺陷): crossings, spikes, points sent twice, tiny and empty shapes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from landgov.demo.answers import NONE
from landgov.demo.catalogue import Floats
from landgov.demo.facts import measured_mu
from landgov.demo.planter import Planter

_CERT, _FLOORS = "发证面积_亩", ("总建筑面积", "闲置厂房面积")
_NOWHERE = {"town_code": "", "platform_id": "", "unit": ""}


def plant_shapes(planter: Planter) -> None:
    """Break the shapes of some plain parcels; their certificates still tell the land."""
    _loops_and_gone(planter)
    _outside(planter)
    _bow_ties(planter)
    _spikes(planter)
    _points_twice(planter)
    _turned(planter)
    _tiny(planter)
    _several_parts(planter)


def _draw(planter: Planter, parcel: int, shape: shapely.Geometry | None, kind: str) -> None:
    sent = planter.file("parcels")
    sent.rows.loc[parcel, "geometry"] = shape
    sent.plant(parcel, f"geometry:{kind}")
    planter.spoiled.add(parcel)


def _loops_and_gone(planter: Planter) -> None:
    shapes = planter.file("parcels").rows.geometry.to_numpy()
    for parcel in planter.take(planter.pools.used):
        _draw(planter, parcel, loop(shapes[parcel]), "invalid_geometry")
    for parcel in planter.take(planter.pools.used):
        _draw(planter, parcel, None, "empty_geometry")
        planter.answer(parcel, **_NOWHERE)


def _outside(planter: Planter) -> None:
    sent = planter.file("parcels")
    east = float(planter.district.frame.towns.total_bounds[2])
    shapes = sent.rows.geometry.to_numpy()
    for number, parcel in enumerate(planter.take(planter.pools.used)):
        move = np.array([east + 700 + 600 * number - shapes[parcel].bounds[0], 0.0])
        moved = shapely.transform(shapes[parcel], lambda points, by=move: np.round(points + by, 3))
        _draw(planter, parcel, moved, "outside_towns")
        planter.answer(parcel, town_code=NONE, platform_id=NONE, unit="")


def _bow_ties(planter: Planter) -> None:
    """Cross whole sides: half of the land is gone whichever way it is mended."""
    sent = planter.file("parcels")
    shapes = sent.rows.geometry.to_numpy()
    for certified in (True, False):
        for parcel in planter.take(planter.pools.outside):
            _draw(planter, parcel, cross(shapes[parcel]), "repair_refused")
            planter.answer(parcel, **_NOWHERE)
            if not certified:
                sent.rows.loc[parcel, _CERT] = np.nan
                planter.answer(parcel, land_mu=NONE)


def _spikes(planter: Planter) -> None:
    """Let a thin spike of 5 m stand out into the road."""
    shapes = planter.file("parcels").rows.geometry.to_numpy()
    tree = shapely.STRtree(shapes)

    def into_the_road(shape: shapely.Geometry) -> list[shapely.Polygon]:
        if len(shapely.get_parts(shape)) > 1:
            return []
        free = []
        for spiked in spikes(shape):
            thorn = shapely.difference(spiked, shape)
            near = shapes[tree.query(thorn, predicate="intersects")]
            if len(near) == 1:
                free.append(spiked)
        return free

    for parcel in planter.seek(planter.pools.outside, lambda one: bool(into_the_road(one))):
        _draw(planter, parcel, into_the_road(shapes[parcel])[0], "spike")


def _points_twice(planter: Planter) -> None:
    shapes = planter.file("parcels").rows.geometry.to_numpy()
    for parcel in planter.seek(planter.pools.outside, lambda one: len(shapely.get_parts(one)) == 1):
        ring = _ring(shapes[parcel])
        twice = np.insert(ring, 2, ring[1], axis=0)
        _draw(planter, parcel, _like(shapes[parcel], twice), "duplicate_points")


def _turned(planter: Planter) -> None:
    """Draw an outline the other way round than all others of the file."""
    shapes = planter.file("parcels").rows.geometry.to_numpy()
    for parcel in planter.take(planter.pools.outside):
        _draw(planter, parcel, shapely.reverse(shapes[parcel]), "ring_order")


def _tiny(planter: Planter) -> None:
    """Leave a parcel without certificate half a metre wide: a slip of the pen, not a parcel."""
    sent = planter.file("parcels")
    shapes = sent.rows.geometry.to_numpy()
    for parcel in planter.take(planter.pools.outside):
        x, y = np.floor(shapely.get_coordinates(shapely.point_on_surface(shapes[parcel]))[0])
        scrap = shapely.box(x, y, x + 0.5, y + 0.5)
        _draw(planter, parcel, scrap, "tiny_geometry")
        sent.rows.loc[parcel, [_CERT, *_FLOORS]] = np.nan
        planter.answer(parcel, land_mu=round(float(measured_mu(np.array([scrap]))[0]), 9))


def _several_parts(planter: Planter) -> None:
    """Name the parcels that are rightly in two parts; a row sent twice counts once."""
    sent = planter.file("parcels")
    added = np.array([row["geometry"] for row in sent.extra] or [None], dtype=object)
    shapes = np.append(sent.rows.geometry.to_numpy(), added)
    for row in map(int, np.flatnonzero(shapely.get_num_geometries(shapes) > 1)):
        if "parcel_id:identical_row" not in sent.issues.get(row, []):
            sent.plant(row, "geometry:multipart")


def _ring(shape: shapely.Geometry) -> Floats:
    """Outline of a shape of one part."""
    ring: Floats = shapely.get_coordinates(
        shapely.get_exterior_ring(shapely.get_geometry(shape, 0))
    )
    return ring


def _like(shape: shapely.Geometry, ring: Floats) -> shapely.Polygon:
    """A polygon of another outline with the same holes."""
    return shapely.Polygon(ring, shapely.get_geometry(shape, 0).interiors)


def spikes(shape: shapely.Geometry) -> Iterator[shapely.Polygon]:
    """Draw a spike 5 m long and 2 cm wide on each side of an outline in turn.

    Examples
    --------
    >>> one = next(spikes(shapely.box(0, 0, 200, 100)))
    >>> bool(one.is_valid), round(one.area - 20000, 2)
    (True, 0.05)
    """
    ring = _ring(shapely.orient_polygons(shape))
    for place in range(len(ring) - 1):
        start, end = ring[place], ring[place + 1]
        length = float(np.hypot(*(end - start)))
        if length < 10:
            continue
        along = (end - start) / length
        out = np.array([along[1], -along[0]])  # the outline runs counter-clockwise
        foot = start + along * length / 2
        points = np.round([foot, foot + along * 0.01 + out * 5, foot + along * 0.02], 3)
        yield _like(shape, np.insert(ring, place + 1, points, axis=0))


def loop(shape: shapely.Geometry) -> shapely.Polygon:
    """Let the pen run back over the outline in a loop of half a metre.

    Examples
    --------
    >>> shape = loop(shapely.box(0, 0, 200, 100))
    >>> bool(shape.is_valid), abs(shape.area - 20000) < 0.2
    (False, True)
    """
    ring = _ring(shape)
    sides = np.hypot(*np.diff(ring, axis=0).T)
    place = int(np.argmax(sides))
    along = (ring[place + 1] - ring[place]) / sides[place]
    out = np.array([-along[1], along[0]])
    foot = ring[place] + along * sides[place] / 2
    turns = ((0.5, 0), (0.5, 0.5), (0, -0.25), (0.8, 0))
    points = np.array([foot + along * onward + out * aside for onward, aside in turns])
    return _like(shape, np.insert(ring, place + 1, np.round(points, 3), axis=0))


def cross(shape: shapely.Geometry) -> shapely.Polygon:
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
