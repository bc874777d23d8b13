"""Compare the numbers of a file with the CRS on its label (坐标与坐标系核对)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from pyproj import CRS

__all__ = ["CoordinateFault", "coordinate_fault"]

_CHINA_2000: Final = "China 2000"
_XIAN_80: Final = "Xian 1980"
_BEIJING_54: Final = "Beijing 1954"

# EPSG numbers of the Gauss–Kruger families of a datum: with zone prefix the code is
# base + zone; without, it is that of the 75° meridian + (meridian − 75) ÷ width.
_PREFIXED: Final[dict[tuple[str, int], int]] = {
    (_CHINA_2000, 3): 4488,
    (_CHINA_2000, 6): 4478,
    (_XIAN_80, 3): 2324,
    (_XIAN_80, 6): 2314,
    (_BEIJING_54, 3): 2376,
    (_BEIJING_54, 6): 21400,
}
_PLAIN: Final[dict[tuple[str, int], int]] = {
    (_CHINA_2000, 3): 4534,
    (_CHINA_2000, 6): 4502,
    (_XIAN_80, 3): 2370,
    (_XIAN_80, 6): 2338,
    (_BEIJING_54, 3): 2422,
    (_BEIJING_54, 6): 21453,
}

_LONGITUDES: Final = (73.0, 136.0)  # China, degrees
_LATITUDES: Final = (3.0, 54.0)
_NORTHINGS: Final = (1.5e6, 6.0e6)  # Gauss–Kruger in China, metres
_EASTINGS: Final = (1.0e5, 1.0e6)  # without zone prefix: six digits
_PREFIX_FROM: Final = 1.0e7  # with zone prefix: eight digits

_FIRST_EAST: Final = 'axes = "north_east"    # 文件中 X、Y 互换，读入时交换 exchanged when read'


@dataclass(frozen=True)
class CoordinateFault:
    """Say how the numbers of a file contradict the CRS that it is labelled with (坐标与坐标系不符).

    Parameters
    ----------
    kind : str
        ``not_degrees``, ``looks_like_degrees``, ``zone_prefix``, ``no_zone_prefix``,
        ``wrong_zone`` or ``axes_swapped``.
    zh, en : str
        What is wrong, with the numbers, in both languages.
    do : str
        What to do; the line to write into `landgov.toml` where a line mends it.
    """

    kind: str
    zh: str
    en: str
    do: str


@dataclass(frozen=True)
class _GaussKruger:
    datum: str
    meridian: float
    false_easting: float

    @property
    def zone(self) -> int:
        """Zone prefix of the eastings; 0 for none."""
        return int(self.false_easting // 1e6)

    @property
    def width(self) -> int:
        return 6 if 13 <= self.zone <= 23 else 3


def coordinate_fault(bounds: Sequence[float], crs: CRS) -> CoordinateFault | None:
    """Compare the extent of a file with its label (坐标与坐标系核对).

    Parameters
    ----------
    bounds : sequence of float
        minx, miny, maxx, maxy as stored, in the unit of `crs`; x is east or longitude.
    crs : CRS
        The CRS that the file is labelled with.

    Returns
    -------
    CoordinateFault or None
        None where nothing speaks against the label, or the extent is empty.

    References
    ----------
    3-degree zones without prefix have the false easting 500 km, with prefix zone × 1000 km
    more; surveyors write X for north, files hold east first.

    Examples
    --------
    >>> fault = coordinate_fault([40583723.9, 3324088.9, 40584000, 3324500], CRS(4549))
    >>> fault.kind, fault.do
    ('zone_prefix', 'crs = 4528')
    """
    west, south, east, north = (float(bound) for bound in bounds)
    if not np.isfinite([west, south, east, north]).all():
        return None
    x, y = (west, east), (south, north)
    if crs.is_geographic:
        return _fault_of_degrees(x, y, crs)
    if _inside(x, (-180, 180)) and _inside(y, (-180, 180)):
        return _fault_of_small_numbers(x, y, crs)
    grid = _gauss_kruger(crs)
    return None if grid is None else _fault_of_grid(x, y, crs, grid)


def _gauss_kruger(crs: CRS) -> _GaussKruger | None:
    operation = crs.coordinate_operation
    if operation is None or operation.method_name != "Transverse Mercator" or crs.is_bound:
        return None
    values = {parameter.name: float(parameter.value) for parameter in operation.params}
    if values.get("Scale factor at natural origin") != 1.0 or crs.geodetic_crs is None:
        return None
    datum = crs.geodetic_crs.datum
    return _GaussKruger(
        datum.name if datum is not None else "",
        values.get("Longitude of natural origin", np.nan),
        values.get("False easting", np.nan),
    )


def _inside(values: tuple[float, float], limits: tuple[float, float]) -> bool:
    return limits[0] <= min(values) and max(values) <= limits[1]


def _span(x: tuple[float, float], y: tuple[float, float]) -> str:
    return f"x {x[0]:.10g}…{x[1]:.10g}, y {y[0]:.10g}…{y[1]:.10g}"


def _prefixed(easting: float, datum: str) -> str:
    """Give the line that names the CRS of an easting with zone prefix."""
    zone = int(easting // 1e6)
    known = datum if datum in (_XIAN_80, _BEIJING_54) else _CHINA_2000
    if 13 <= zone <= 23:
        return f"crs = {_PREFIXED[known, 6] + zone}"
    if 25 <= zone <= 45:
        return f"crs = {_PREFIXED[known, 3] + zone}"
    return "crs = …  (核对带号; check the zone prefix)"


def _fault_of_degrees(
    x: tuple[float, float], y: tuple[float, float], crs: CRS
) -> CoordinateFault | None:
    span = _span(x, y)
    if _inside(x, _LATITUDES) and _inside(y, _LONGITUDES):
        return CoordinateFault(
            "axes_swapped",
            f"坐标（{span}）的经度和纬度颠倒。",
            f"longitude and latitude are swapped ({span}).",
            _FIRST_EAST,
        )
    if _inside(x, (-180, 180)) and _inside(y, (-90, 90)):
        return None
    datum = crs.datum.name if crs.datum is not None else ""
    do = "crs = 4549  (6 位东坐标、中央经线 120°; six-digit eastings, meridian 120°)"
    if min(x) >= _PREFIX_FROM:
        do = _prefixed(min(x), datum)
    return CoordinateFault(
        "not_degrees",
        f"标注为“{crs.name}”（度），但坐标（{span}）不是经纬度。",
        f"labelled {crs.name} (degrees), but the coordinates ({span}) are no degrees.",
        do,
    )


def _fault_of_small_numbers(
    x: tuple[float, float], y: tuple[float, float], crs: CRS
) -> CoordinateFault | None:
    span = _span(x, y)
    swapped = _inside(x, _LATITUDES) and _inside(y, _LONGITUDES)
    if not swapped and not _inside(y, (-90, 90)):
        return None
    return CoordinateFault(
        "looks_like_degrees",
        f"标注为“{crs.name}”（投影坐标），但坐标（{span}）像是经纬度"
        + ("，且经度和纬度颠倒。" if swapped else "。"),
        f"labelled {crs.name} (projected), but the coordinates ({span}) look like degrees"
        + (", latitude first." if swapped else "."),
        "crs = 4490" + (f"\n      {_FIRST_EAST}" if swapped else ""),
    )


def _fault_of_grid(
    x: tuple[float, float], y: tuple[float, float], crs: CRS, grid: _GaussKruger
) -> CoordinateFault | None:
    span = _span(x, y)
    east_in_y = _inside(y, _EASTINGS) or min(y) >= _PREFIX_FROM
    if _inside(x, _NORTHINGS) and east_in_y:
        return CoordinateFault(
            "axes_swapped",
            f"坐标（{span}）的 X（北）与 Y（东）颠倒。",
            f"north and east are swapped ({span}).",
            _FIRST_EAST,
        )
    if grid.zone == 0 and min(x) >= _PREFIX_FROM:
        return CoordinateFault(
            "zone_prefix",
            f"东坐标（{span}）带有带号，而“{crs.name}”不带带号。",
            f"the eastings ({span}) carry a zone prefix, {crs.name} has none.",
            _prefixed(min(x), grid.datum),
        )
    if grid.zone > 0 and _inside(x, _EASTINGS):
        known = grid.datum if grid.datum in (_XIAN_80, _BEIJING_54) else _CHINA_2000
        code = _PLAIN[known, grid.width] + round((grid.meridian - 75) / grid.width)
        return CoordinateFault(
            "no_zone_prefix",
            f"东坐标（{span}）不带带号，而“{crs.name}”带有带号 {grid.zone}。",
            f"the eastings ({span}) carry no zone prefix, {crs.name} has prefix {grid.zone}.",
            f"crs = {code}",
        )
    if grid.zone > 0 and min(x) >= _PREFIX_FROM and int(min(x) // 1e6) != grid.zone:
        return CoordinateFault(
            "wrong_zone",
            f"东坐标（{span}）的带号与“{crs.name}”的带号 {grid.zone} 不同。",
            f"the zone prefix of the eastings ({span}) is not the {grid.zone} of {crs.name}.",
            _prefixed(min(x), grid.datum),
        )
    return None
