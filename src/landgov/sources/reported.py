"""Reported coordinates, the exchange text of land reporting, read whole (报备坐标 TXT)."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from landgov.areas import area_mu
from landgov.sources.content import Content, reader_faults
from landgov.sources.encodings import text_encoding
from landgov.sources.faults import FileError
from landgov.sources.notes import Note, note
from landgov.sources.reported_lines import ReportedLines, reported_lines
from landgov.sources.reported_rings import areas_of, sound_rings
from landgov.sources.reported_words import (
    AREA,
    COUNT,
    HEADINGS,
    PRECISION,
    SURPLUS,
    ZONE_METRES,
    Plane,
    decimals_of,
    plane_of,
)
from landgov.units import factor

_ZONES = (13, 45)
_HECTARE_M2, _HECTARE_MU = float(factor("公顷", "m2")), float(factor("公顷", "亩"))
_DEFAULT_DECIMALS = 3


def reported_content(path: Path, *, encoding: str | None = None) -> Content:
    """Read a text of reported coordinates as it is (读取报备坐标).

    Parameters
    ----------
    path : Path
        The file.
    encoding : str, optional
        As stated; else by mark or strict decoding.

    Returns
    -------
    Content
        One row a parcel, `rows` its first line; geometry x = east, y = north in the CRS
        that 坐标系, 几度分带 and 带号 name. A parcel of which a line or ring is broken has
        none, and a note says why. `description` holds the entries of 属性描述.

    Raises
    ------
    FileError
        ``encoding_unclear``, ``unreadable_file``, or ``crs_contradicted`` if X and Y are
        exchanged throughout.

    References
    ----------
    The exchange format of coordinates in land reporting (报备坐标交换格式): X is north, Y is
    east with the number of the zone before it.
    """
    with reader_faults():
        raw = path.read_bytes()
        choice = text_encoding(raw, encoding)
        found = reported_lines(raw.decode(choice.encoding).removeprefix("\ufeff"))
        notes = [*choice.notes(), *found.notes]
        lines = np.array(found.lines, dtype=np.int64)
        points = np.column_stack([found.east, found.north]).reshape(-1, 2)
        prefix = _prefix(points)
        plane = plane_of(found.description, prefix)
        _note_zone(plane, prefix, notes)
        crs = CRS.from_epsg(plane.epsg) if plane is not None else None
        shapes = gpd.GeoSeries(_shapes(found, points, prefix, notes), crs=crs)
        cells = _cells(found, notes)
        _compare(found, cells, shapes, notes)
    headings, cells.columns = tuple(cells.columns), pd.RangeIndex(len(cells.columns))
    return Content(
        headings,
        cells,
        lines,
        shapes,
        encoding=choice.encoding,
        notes=notes,
        description=found.description,
    )


def _prefix(points: npt.NDArray[np.float64]) -> int | None:
    """Tell the zone that stands before most eastings; None if none does."""
    if not len(points):
        return None
    east, north = (_zone_of(points[:, axis]) for axis in (0, 1))
    if north is not None and east is None:
        raise FileError(
            "crs_contradicted",
            zh="X、Y 颠倒：带号出现在 X（应为北向）上",
            en="X and Y are exchanged: the zone stands before X, which has to be north",
            do="请报送单位更正：X 为纵坐标（北），Y 为横坐标（东，前加带号）",
        )
    return east


def _zone_of(values: npt.NDArray[np.float64]) -> int | None:
    zones, counts = np.unique(np.floor(values / ZONE_METRES).astype(np.int64), return_counts=True)
    most = int(zones[np.argmax(counts)])
    return most if _ZONES[0] <= most <= _ZONES[1] else None


def _note_zone(plane: Plane | None, prefix: int | None, notes: list[Note]) -> None:
    if plane is not None and prefix is not None and plane.zone != prefix:
        zh = f"属性描述的带号为 {plane.zone}，坐标的带号却是 {prefix}；请核对"
        en = f"the description names zone {plane.zone}, the coordinates are of zone {prefix}"
        notes.append(note("reported_zone", zh, en, severity="warning", value=prefix))


def _shapes(
    found: ReportedLines,
    points: npt.NDArray[np.float64],
    prefix: int | None,
    notes: list[Note],
) -> npt.NDArray[Any]:
    """Make the polygons; what is broken, left open, or of another zone goes on record."""
    sizes = np.array([ring.size + ring.open for ring in found.rings], dtype=np.int64)
    at = np.repeat(np.arange(len(sizes)), sizes)
    parcel = np.array([ring.parcel for ring in found.rings], dtype=np.int64)
    broken = np.zeros(len(found.fields), dtype=bool)
    broken[list(found.broken)] = True
    sound = sound_rings(points, at, len(sizes))
    zones = np.floor(points[:, 0] / ZONE_METRES)
    there = zones == prefix if prefix else (zones < _ZONES[0]) | (zones > _ZONES[1])
    placed = np.bincount(at[~there], minlength=len(sizes)) == 0
    for number in np.flatnonzero(~sound | ~placed | np.array([r.open for r in found.rings], bool)):
        ring = found.rings[number]
        if not sound[number]:
            zh, en = "不足 3 个不同的点，无法成面", "has fewer than three different points"
            notes.append(_ring_note("reported_ring", "error", ring.number, ring.line, zh, en))
        elif not placed[number]:
            zh, en = "坐标的带号与其他地块不一致", "lies in another zone than the other parcels"
            notes.append(_ring_note("reported_stray", "error", ring.number, ring.line, zh, en))
        else:
            zh = "没有闭合（末点应重复首点），已闭合"
            en = "is not closed by its first point; closed"
            notes.append(_ring_note("reported_open", "warning", ring.number, ring.line, zh, en))
    broken[parcel[~sound | ~placed]] = True
    for place in np.flatnonzero(np.array(found.points, dtype=np.int64) == 0):
        line = found.lines[place]
        zh, en = f"第 {line} 行：地块没有界址点", f"line {line}: the parcel has no points"
        notes.append(note("reported_ring", zh, en, severity="error", row=line))
    good = ~broken[parcel]
    among = np.cumsum(good) - 1
    use = good[at]
    rings = shapely.linearrings(points[use], indices=among[at[use]]) if use.any() else []
    return np.asarray(areas_of(np.array(rings, dtype=object), parcel[good], len(broken)))


def _ring_note(kind: str, severity: str, ring: int, line: int, zh: str, en: str) -> Note:
    zh, en = f"第 {line} 行起：第 {ring} 圈{zh}", f"from line {line}: ring {ring} {en}"
    return note(kind, zh, en, severity=severity, row=line, value=ring)


def _cells(found: ReportedLines, notes: list[Note]) -> pd.DataFrame:
    """Lay the fields of the first lines out; counts and areas are numbers."""
    width = len(HEADINGS)
    rows = [[*one[:width], *[""] * (width - len(one))] for one in found.fields]
    cells = pd.DataFrame(rows, columns=list(HEADINGS), dtype="str")
    surplus = pd.Series([",".join(one[width:]) for one in found.fields], dtype="str")
    if any(len(one) > width for one in found.fields):
        cells[SURPLUS] = surplus
    cells = cells.mask(cells == "")
    for name in (COUNT, AREA):
        plain = cells[name].map(_folded, na_action="ignore")
        numbers = pd.to_numeric(plain, errors="coerce").astype("float64")
        wrong = cells[name].notna() & ~np.isfinite(numbers)
        if name == COUNT:
            wrong |= numbers.notna() & (numbers % 1 != 0)
        for place in np.flatnonzero(wrong):
            value, line = cells[name].iloc[place], found.lines[place]
            zh = f"第 {line} 行：{name}不是数字：{value}"
            en = f"line {line}: {value!r} is no number"
            new = note("bad_number", zh, en, severity="error", row=line, value=value)
            notes.append({**new, "field": name})
        numbers = numbers.mask(wrong)
        cells[name] = numbers.astype("Int64") if name == COUNT else numbers
    return cells


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _compare(
    found: ReportedLines, cells: pd.DataFrame, shapes: gpd.GeoSeries, notes: list[Note]
) -> None:
    """Hold the count and the area of each first line against its rings."""
    given = np.array(found.points, dtype=np.int64)
    closings = np.zeros(len(given), dtype=np.int64)
    np.add.at(closings, [ring.parcel for ring in found.rings if not ring.open], 1)
    said = cells[COUNT].to_numpy(dtype="float64", na_value=np.nan)
    # Some programs count the repeated first point of each ring, others don't.
    differs = np.isfinite(said) & (said != given) & (said != given - closings)
    for place in np.flatnonzero(differs):
        line = found.lines[place]
        zh = f"第 {line} 行：点数写 {said[place]:.0f}，实有 {given[place]} 行界址点"
        en = f"line {line}: {said[place]:.0f} points are announced, {given[place]} are there"
        new = note("reported_points", zh, en, severity="warning", row=line, value=int(said[place]))
        notes.append({**new, "field": COUNT})
    hectares = cells[AREA].to_numpy()
    measured = np.where(shapes.isna(), np.nan, shapely.area(shapes.array)) / _HECTARE_M2
    away = np.flatnonzero(np.abs(hectares - measured) > _room(found, shapes))
    if shapes.crs is not None and len(away):
        # Areas on the ellipsoid are as good as those on the plane.
        on_earth = area_mu(shapes.iloc[away]).to_numpy() / _HECTARE_MU
        away = away[np.abs(hectares[away] - on_earth) > _room(found, shapes)[away]]
    for place in away:
        line = found.lines[place]
        zh = f"第 {line} 行：面积写 {hectares[place]:.4f} 公顷，按界址点为 {measured[place]:.4f} 公顷"
        en = f"line {line}: {hectares[place]:.4f} ha are stated, the points make {measured[place]:.4f}"
        new = note("reported_area", zh, en, severity="warning", row=line, value=hectares[place])
        before, after = (f"{one[place] * _HECTARE_MU:.4f}" for one in (hectares, measured))
        notes.append({**new, "field": AREA, "before": before, "after": after})


def _room(found: ReportedLines, shapes: gpd.GeoSeries) -> npt.NDArray[np.float64]:
    """Hectares by which rounding alone lets a stated area differ.

    Half a unit of the last digit stated, and along the whole border half a unit of the
    precision of the points.
    """
    texts = [one[1] if len(one) > 1 else "" for one in found.fields]
    digits = np.array([len(text.partition(".")[2]) for text in texts], dtype=np.float64)
    stated = decimals_of(found.description.get(PRECISION, ""))
    precision = 10.0 ** -(_DEFAULT_DECIMALS if stated is None else stated)
    border = np.where(shapes.isna(), 0.0, shapely.length(shapes.array)) * precision / 2
    # The tenth more is for the binary fractions of the figures themselves.
    return np.asarray(0.5 * 10.0**-digits * 1.1 + border / _HECTARE_M2)
