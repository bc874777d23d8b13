"""The words of the exchange text of land reporting: sections, headings, planes (报备坐标)."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from pyproj import CRS

DESCRIPTION, PARCELS = "属性描述", "地块坐标"
COUNT, AREA, PARCEL, LAND_CODE = "点数", "面积（公顷）", "地块编号", "地类编码"
HEADINGS = (COUNT, AREA, PARCEL, "地块名称", "图形属性", "图幅号", "地块用途", LAND_CODE)
"""Fields of a parcel's first line in their order; after them comes the sign @."""
SURPLUS = "其余字段"
"""Heading of what a first line holds beyond its eight fields."""
END = "@"

SYSTEM, WIDTH, PROJECTION, UNIT, ZONE, PRECISION = (
    *("坐标系", "几度分带", "投影类型", "计量单位"),
    *("带号", "精度"),
)
ZONE_METRES = 1_000_000
"""The zone number stands before an easting of six digits and metres."""

_SECTION = re.compile(r"\s*[\[［【]\s*(\S+?)\s*[\]］】]\s*")
_FIRST = re.compile(rf"\s*[\[［【]\s*({DESCRIPTION}|{PARCELS})\s*[\]］】]\s*?(\r|\n|$)")
# An own system of a town may bear the year in its name and lies elsewhere all the same.
_LOCAL = re.compile("独立|城市|地方|任意|local", re.IGNORECASE)
_SYSTEMS = (("2000", "2000国家大地坐标系"), ("80", "80国家大地坐标系"), ("54", "北京54坐标系"))
# System and width of the zones in degrees → what is added to the zone number to get the EPSG
# number, with the zone before the easting and without; then the first and the last zone.
_PLANES = {
    ("2000", 3): (4488, 4509, 25, 45),
    ("2000", 6): (4478, 4489, 13, 23),
    ("80", 3): (2324, 2345, 25, 45),
    ("80", 6): (2314, 2325, 13, 23),
    ("54", 3): (2376, 2397, 25, 45),
    ("54", 6): (21400, 21440, 13, 23),
}


@dataclass(frozen=True)
class Plane:
    """Where the coordinates of a file lie: system, width of the zones in degrees, zone.

    Parameters
    ----------
    system : str
        ``2000``, ``80`` or ``54``.
    width, zone : int
        3 or 6 degrees; the number of the zone.
    prefixed : bool
        Whether the zone stands before the easting.
    """

    system: str
    width: int
    zone: int
    prefixed: bool

    @property
    def epsg(self) -> int:
        """EPSG number of the plane.

        Examples
        --------
        >>> Plane("2000", 3, 40, True).epsg, Plane("2000", 3, 40, False).epsg
        (4528, 4549)
        """
        with_zone, without, _, _ = _PLANES[self.system, self.width]
        return self.zone + (with_zone if self.prefixed else without)

    @property
    def system_name(self) -> str:
        """Name of the system as the text writes it."""
        return dict(_SYSTEMS)[self.system]


def is_reported(head: bytes) -> bool:
    r"""Say whether the beginning of a text is that of reported coordinates.

    Parameters
    ----------
    head : bytes
        The first bytes of the file; a sign cut at their end does no harm.

    Examples
    --------
    >>> is_reported("[属性描述]\r\n坐标系=".encode("gbk")), is_reported("说明：[属性描述]".encode())
    (True, False)
    """
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        if _FIRST.match(head.decode(encoding, "ignore")):
            return True
    return False


def section_of(line: str) -> str | None:
    """Give the name of the section that a line opens; None for other lines.

    Examples
    --------
    >>> section_of("［地块坐标］"), section_of("J1,1,3321000,40583000")
    ('地块坐标', None)
    """
    found = _SECTION.fullmatch(line)
    return found[1] if found else None


def plane_of(description: Mapping[str, str], prefix: int | None) -> Plane | None:
    """Tell the plane from what a file says of itself and the zone before its eastings.

    Parameters
    ----------
    description : mapping
        Entries of the section 属性描述.
    prefix : int, optional
        The zone that stands before the eastings, if one does.

    Returns
    -------
    Plane or None
        None where the entries don't say, or say what is no Gauss-Krüger plane in metres.
        The entries win over the prefix: what contradicts them has to be seen.

    Examples
    --------
    >>> entries = {"坐标系": "2000国家大地坐标系", "几度分带": "3", "带号": "40"}
    >>> plane_of(entries, 40).epsg, plane_of(entries, None).epsg
    (4528, 4549)
    """
    said = {name: unicodedata.normalize("NFKC", text).strip() for name, text in description.items()}
    system = _system(said.get(SYSTEM, ""))
    gauss = "高斯" in said.get(PROJECTION, "高斯") or "gauss" in said[PROJECTION].lower()
    metres = said.get(UNIT, "") in {"", "米", "m", "M", "公尺", "metre", "meter"}
    zone = _whole(said.get(ZONE, "")) or prefix
    if system is None or not gauss or not metres or zone is None:
        return None
    width = _whole(said.get(WIDTH, "")) or next(
        (width for (_, width), (*_, low, high) in _PLANES.items() if low <= zone <= high), 0
    )
    if (system, width) not in _PLANES:
        return None
    *_, low, high = _PLANES[system, width]
    return Plane(system, width, zone, prefix is not None) if low <= zone <= high else None


def plane_of_crs(crs: CRS | None) -> Plane | None:
    """Tell the plane of a CRS; None if it is none of those that the text can name.

    Examples
    --------
    >>> plane_of_crs(CRS(4549))
    Plane(system='2000', width=3, zone=40, prefixed=False)
    """
    code = crs.to_epsg() if crs is not None else None
    if code is None:
        return None
    for (system, width), (with_zone, without, low, high) in _PLANES.items():
        for prefixed, added in ((True, with_zone), (False, without)):
            if low <= code - added <= high:
                return Plane(system, width, code - added, prefixed)
    return None


def decimals_of(precision: str) -> int | None:
    """Count the decimals of a stated precision in metres; None if it states none.

    Examples
    --------
    >>> decimals_of("0.001"), decimals_of("1"), decimals_of("")
    (3, 0, None)
    """
    plain = unicodedata.normalize("NFKC", precision).strip()
    found = re.fullmatch(r"(?:0?\.(0*)1|1(?:\.0*)?)0*", plain)
    if found is None:
        return None
    return 0 if found[1] is None else len(found[1]) + 1


def _system(name: str) -> str | None:
    if _LOCAL.search(name):
        return None
    return next((system for system, _ in _SYSTEMS if system in name), None)


def _whole(text: str) -> int | None:
    found = re.match(r"\d{1,3}", text)
    return int(found[0]) if found else None
