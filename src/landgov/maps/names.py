"""Which names a map bears, and where: clear of each other, of frames and, if possible, of parcels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from landgov.maps.windows import Window

_POINT_M = 0.0254 / 72
_MM = 0.001
_WIDE_LEVELS = ("national", "provincial")
_SMALLER = 0.85  # names of an enlargement, whose subject is the parcels
_LETTER = (4.5, 5.0)  # room of an enlargement's letter, mm
_LINE = 0.5  # half the room of a frame's line, mm
_STEPS = (1.0, 2.4, 4.0, 6.0)  # half heights of a name between it and its platform
_LATTICE = 7  # places tried across a town, each way

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Label:
    """A name on a map: middle in metres, size in points."""

    x: float
    y: float
    text: str
    size: float
    colour: str


def letter_box(main: Window, extra: Window) -> Box:
    """Room for the letter of an enlargement, outside its frame: above it, or below at the top.

    Parameters
    ----------
    main : Window
        The overview.
    extra : Window
        The enlargement.

    Returns
    -------
    tuple of float
        West, south, east, north, metres.

    Examples
    --------
    >>> main = Window([0, 0, 100, 100], 0.0, 0.0, 1000)
    >>> letter_box(main, Window([0, 0, 10, 10], 20.0, 20.0, 1000, "A"))
    (20.0, 30.0, 24.5, 35.0)
    """
    wide, high = _LETTER[0] * _MM * main.scale, _LETTER[1] * _MM * main.scale
    south = extra.north if extra.north + high <= main.north else extra.south - high
    return (extra.west, south, extra.west + wide, south + high)


def labels(
    window: Window, frames: dict[str, gpd.GeoDataFrame], extras: Sequence[Window] = ()
) -> list[Label]:
    """Choose names that fit: platforms of rank first, then towns, then small parks.

    Parameters
    ----------
    window : Window
        The map.
    frames : dict
        ``platforms``, ``towns`` and ``parcels``, in metres, where given.
    extras : sequence of Window
        Enlargements whose frames are shown on the map.

    Returns
    -------
    list of Label
        None lies on another, nor on the line or letter of a frame; what has no room is left
        out. A name lies on parcels only where it has no other place.
    """
    metres = _POINT_M * window.scale
    land = shapely.box(window.west, window.south, window.east, window.north)
    placed = _kept_free(window, extras)
    parcels = frames["parcels"].geometry.to_numpy() if "parcels" in frames else np.array([])
    tree = shapely.STRtree(parcels)
    chosen = []
    # A few dozen names, each placed against those before it.
    for text, shape, points, colour, within, far in _names(frames):
        size = points * (_SMALLER if window.letter else 1.0)
        piece = shapely.intersection(shape, land)
        if shapely.is_empty(piece):
            continue
        half = (len(text) * size * metres * 0.52, size * metres * 0.75)
        room = [
            box
            for box in (_box(x, y, half) for x, y in _places(piece, half, within=within, far=far))
            if _inside(box, window) and not any(_overlap(box, other) for other in placed)
        ]
        own = next((box for box in room if not len(tree.query(shapely.box(*box)))), None)
        own = own or next(iter(room), None)
        if own is not None:
            placed.append(own)
            chosen.append(Label((own[0] + own[2]) / 2, (own[1] + own[3]) / 2, text, size, colour))
    return chosen


def _kept_free(window: Window, extras: Sequence[Window]) -> list[Box]:
    """Corners of the scale bar and the north arrow or the letter, and the frames of enlargements."""
    wide, high = window.east - window.west, window.north - window.south
    kept = [(window.west, window.south, window.west + 0.27 * wide, window.south + 0.07 * high)]
    if window.letter:
        kept.append(
            (window.west, window.north - 0.1 * high, window.west + 0.4 * wide, window.north)
        )
    else:
        kept.append(
            (window.east - 0.1 * wide, window.north - 0.14 * high, window.east, window.north)
        )
    line = _LINE * _MM * window.scale
    for each in extras:
        west, south, east, north = each.west, each.south, each.east, each.north
        kept.append(letter_box(window, each))
        for x in (west, east):
            kept.append((x - line, south - line, x + line, north + line))
        for y in (south, north):
            kept.append((west - line, y - line, east + line, y + line))
    return kept


def _places(
    piece: shapely.Geometry, half: tuple[float, float], *, within: bool, far: bool
) -> Iterator[tuple[float, float]]:
    """Where a name may stand, the best first: inside a town, round a platform.

    Only a name of rank may stand farther off: that of a small park would be taken for another's.
    """
    point = shapely.point_on_surface(piece)
    west, south, east, north = shapely.bounds(piece).tolist()
    middle, level = (west + east) / 2, (south + north) / 2
    if within:
        yield point.x, point.y
        x, y = np.meshgrid(
            np.linspace(west, east, _LATTICE + 2)[1:-1],
            np.linspace(south, north, _LATTICE + 2)[1:-1],
        )
        lattice = np.column_stack([x.ravel(), y.ravel()])
        lattice = lattice[shapely.contains_xy(piece, lattice)]
        away = np.hypot(*(lattice - [point.x, point.y]).T)
        yield from map(tuple, lattice[np.argsort(away, kind="stable")].tolist())
        return
    for steps in _STEPS[: None if far else 2]:
        yield middle, north + steps * half[1]
        yield middle, south - steps * half[1]
    yield east + 1.1 * half[0], level
    yield west - 1.1 * half[0], level
    yield point.x, point.y


def _box(x: float, y: float, half: tuple[float, float]) -> Box:
    return (x - half[0], y - half[1], x + half[0], y + half[1])


def _inside(box: Box, window: Window) -> bool:
    across = box[0] >= window.west and box[2] <= window.east
    return across and box[1] >= window.south and box[3] <= window.north


def _names(frames: dict[str, gpd.GeoDataFrame]) -> list[tuple[str, Any, float, str, bool, bool]]:
    """Name, shape, size in points, colour, whether it stands inside its shape, or far from it."""
    ranked: list[tuple[int, str, Any, float, str, bool, bool]] = []
    if "platforms" in frames:
        rows = frames["platforms"]
        wide = rows["level"].isin(_WIDE_LEVELS) if "level" in rows else rows["platform"].isna()
        ranked += [
            (0 if major else 2, text, shape, 9.0 if major else 7.0, "#0B4F82", False, major)
            for text, shape, major in zip(
                rows["platform"], rows.geometry, wide.tolist(), strict=True
            )
            if isinstance(text, str) and shape is not None
        ]
    if "towns" in frames:
        rows = frames["towns"]
        ranked += [
            (1, text, shape, 8.0, "#555B66", True, False)
            for text, shape in zip(rows["town"], rows.geometry, strict=True)
            if isinstance(text, str) and shape is not None
        ]
    return [name[1:] for name in sorted(ranked, key=lambda name: name[:2])]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
