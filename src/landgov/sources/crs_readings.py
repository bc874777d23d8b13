"""Readings of the coordinates of a file: every CRS, axis order and datum that they may be in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from landgov.offsets import shift

Floats = npt.NDArray[np.float64]

EAST_NORTH: Final = "east_north"
NORTH_EAST: Final = "north_east"
DATUMS: Final = ("GCJ02", "BD09")

_LONGITUDES: Final = (73.0, 136.0)  # China, degrees
_LATITUDES: Final = (3.0, 54.0)
_NORTHINGS: Final = (3.0e5, 6.0e6)  # Gauss–Kruger in China, metres
_EASTINGS: Final = (1.0e5, 9.0e5)  # without zone prefix: six digits
_PREFIXED: Final = (1.3e7, 4.6e7)  # with zone prefix: eight digits
_MERCATOR_X: Final = (8.1e6, 1.52e7)  # China on web maps, metres
_MERCATOR_Y: Final = (3.0e5, 7.2e6)
_CGCS2000: Final = 4490
_WGS84: Final = 4326


@dataclass(frozen=True)
class Reading:
    """One way to take the coordinates of a file (坐标读法).

    Parameters
    ----------
    crs : CRS
        What they are in, once the axes are exchanged.
    datum : {"GCJ02", "BD09"}, optional
        The shift of a web map that lies on them.
    axes : {"east_north", "north_east"}
        Which coordinate comes first.

    Examples
    --------
    >>> Reading(CRS(4490), "GCJ02").lines
    ('crs = 4490', 'datum = "GCJ02"')
    """

    crs: CRS
    datum: str | None = None
    axes: str = EAST_NORTH

    @property
    def name(self) -> str:
        """How a person calls it."""
        code = self.crs.to_epsg()
        words = f"EPSG:{code}" if code else self.crs.name
        words += {"GCJ02": " + GCJ-02", "BD09": " + BD-09"}.get(self.datum or "", "")
        return words + (" (N,E)" if self.axes == NORTH_EAST else "")

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of a source block in `landgov.toml` that say so."""
        code = self.crs.to_epsg()
        known = str(code) if code else f"'{self.crs.to_string()}'"
        lines = [f"crs = {known}"]
        if self.datum is not None:
            lines.append(f'datum = "{self.datum}"')
        if self.axes == NORTH_EAST:
            lines.append(f'axes = "{NORTH_EAST}"')
        return tuple(lines)

    def east_first(self, bounds: Sequence[float]) -> list[float]:
        """Give minx, miny, maxx, maxy with x for east or longitude."""
        first, second, third, fourth = bounds
        swapped = self.axes == NORTH_EAST
        return [second, first, fourth, third] if swapped else [first, second, third, fourth]

    def place(self, points: Floats, target: CRS) -> Floats:
        """Bring points from the file into `target`; x is east or longitude.

        Parameters
        ----------
        points : array of float, n × 2
            As the file holds them.
        target : CRS
            Where to.

        Returns
        -------
        array of float, n × 2
            Not finite where a point has no image.

        References
        ----------
        `landgov.offsets.shift` for the web maps' shifts.

        Examples
        --------
        >>> swapped = Reading(CRS(4490), axes="north_east")
        >>> swapped.place(np.array([[30.033, 120.868]]), CRS(4549)).round(1).tolist()
        [[583724.0, 3324089.0]]
        """
        ordered = points[:, ::-1] if self.axes == NORTH_EAST else points
        if self.datum is None:
            return _transformed(ordered, self.crs, target)
        degrees = _transformed(ordered, self.crs, CRS(_CGCS2000))
        return _transformed(_unshifted(degrees, self.datum), CRS(_CGCS2000), target)


def readings_of(points: Floats, stated: Reading | None, longitude: float) -> tuple[Reading, ...]:
    """List every plausible reading of coordinates, the likeliest first (可能的坐标读法).

    Xi'an 1980 and Beijing 1954 are never among them: their numbers look like those of
    CGCS2000, and without shift parameters they can't be brought to it.

    Parameters
    ----------
    points : array of float, n × 2
        As the file holds them.
    stated : Reading, optional
        What the file or `landgov.toml` says; it comes first.
    longitude : float
        Where the district lies, degrees: eastings without prefix don't say their zone.

    References
    ----------
    EPSG: 3-degree and 6-degree Gauss–Kruger zones of CGCS2000.

    Examples
    --------
    >>> east_first = np.array([[40_583_724.0, 3_324_089.0]])
    >>> [one.name for one in readings_of(east_first, None, 120.0)][:2]
    ['EPSG:4528', 'EPSG:4528 + GCJ-02']
    """
    bulk = points[np.isfinite(points).all(axis=1)]
    found = [] if stated is None else [stated]
    if len(bulk):
        # A single stray point neither proves nor refutes a reading.
        low, high = np.quantile(bulk, [0.05, 0.95], axis=0)
        first, second = (low[0], high[0]), (low[1], high[1])
        found += [Reading(CRS(code)) for code in _codes(first, second, longitude)]
        swapped = _codes(second, first, longitude)
        found += [Reading(CRS(code), axes=NORTH_EAST) for code in swapped]
    if stated is not None:
        found += [Reading(stated.crs), Reading(stated.crs, axes=NORTH_EAST)]
    plain = list(dict.fromkeys(found))
    # An old datum with parameters of its own carries no web map's shift besides.
    shifted = [
        replace(one, datum=datum)
        for one in plain
        if one.datum is None and not one.crs.is_bound
        for datum in DATUMS
    ]
    return tuple(dict.fromkeys([*plain, *shifted]))


def _codes(x: tuple[float, float], y: tuple[float, float], longitude: float) -> Iterator[int]:
    """Give the EPSG numbers that numbers of this size may be in, east first."""
    if _within(x, _LONGITUDES) and _within(y, _LATITUDES):
        yield _CGCS2000
    if _within(x, _EASTINGS) and _within(y, _NORTHINGS):
        zone = round(longitude / 3)
        # Each meridian of a 6-degree zone is also one of a 3-degree zone.
        yield from (4509 + near for near in (zone, zone - 1, zone + 1) if 25 <= near <= 45)
        yield 32601 + int((longitude + 180) // 6)
    if _within(x, _PREFIXED) and _within(y, _NORTHINGS):
        zone = int(x[0] // 1e6)
        if 25 <= zone <= 45:
            yield 4488 + zone
        elif 13 <= zone <= 23:
            yield 4478 + zone
    if _within(x, _MERCATOR_X) and _within(y, _MERCATOR_Y):
        yield 3857


def _within(values: tuple[float, float], limits: tuple[float, float]) -> bool:
    return bool(limits[0] <= values[0] and values[1] <= limits[1])


@lru_cache(maxsize=64)
def _transformer(source: CRS, target: CRS) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _transformed(points: Floats, source: CRS, target: CRS) -> Floats:
    if source == target:
        return points
    if source.is_bound and target != CRS(_WGS84):
        # PROJ passes over the parameters of a CRS unless it is brought to WGS 84.
        points, source = _transformed(points, source, CRS(_WGS84)), CRS(_WGS84)
    try:
        x, y = _transformer(source, target).transform(points[:, 0], points[:, 1])
    except ProjError:
        # A CRS that is not tied to the earth leads nowhere.
        return np.full_like(points, np.nan)
    return np.column_stack([x, y])


def _unshifted(degrees: Floats, datum: str) -> Floats:
    """Take the shift off points in degrees; those that are no degrees are lost."""
    good = np.isfinite(degrees).all(axis=1) & (np.abs(degrees) <= (180.0, 90.0)).all(axis=1)
    moved = np.full_like(degrees, np.nan)
    there = shift(shapely.points(degrees[good]), source=datum, target="WGS84")
    moved[good] = shapely.get_coordinates(there)
    return moved
