"""Cases that a reader may meet: arbitrary bytes, damaged files, strange tables and polygons."""

from __future__ import annotations

import io
import json
import math
import random
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
import xlsxwriter

from fuzzing import ROWS, Case, seeds, workspace
from landgov import schema
from sources_builder import EAST, NORTH

TABLES = ("enterprises", "links", "findings", "contracts", "enterprise_years")
MAGIC = {
    "shp": b"\x00\x00\x27\x0a", "gpkg": b"SQLite format 3\x00", "fgb": b"fgb\x03fgb\x01",
    "xlsx": b"PK\x03\x04", "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "json": b'[{"',
    "geojson": b'{"type": "FeatureCollection", "features": [', "parquet": b"PAR1",
    "csv": "宗地代码,坐落\n".encode(), "dbf": b"\x03\x7a\x0c\x1f\x01\x00\x00\x00\x61\x00",
    "txt": "[属性描述]\n坐标系=2000国家大地坐标系\n[地块坐标]\n".encode("gbk"),
}  # fmt: skip
ENDINGS = tuple(MAGIC)
#: Cells that are hard on a reader.
CELLS: tuple[object, ...] = (
    None, "", " ", "　", "0", "-1", "1e999", "NaN", "inf", "１２．５", "12,345.6", "合计", "示例",
    "是", "否", "大概", "2021.3", "1900-01-00", "2022-02-30", "9999-99-99", "44197", "330604001001GB00001",
    "91330604X00001230U", "330604００1001GB00001", "=1/0", "#REF!", "\x00", "\ufeff", "\ud7ff", "😀" * 40, "'",
    '"', ",", "\n", "<x>&amp;", 0, -1, 1e308, -0.0, 1e-320, 913306042000012340.0, 3.14, 41122.5, 2958466,
)  # fmt: skip


def _bytes(rng: random.Random, most: int = 400) -> bytes:
    return rng.randbytes(rng.randrange(most))


def arbitrary_bytes(rng: random.Random) -> Case:
    """Bytes of no meaning, or such bytes behind the right beginning."""
    ending = rng.choice(ENDINGS)
    content = (MAGIC[ending] if rng.random() < 0.6 else b"") + _bytes(rng)
    table = rng.choice(("parcels", *TABLES))
    files = {f"inputs/a.{ending}": content}
    if ending == "dbf":
        files["inputs/a.shp"] = seeds()["parcels.shp"]["inputs/a.shp"]
        ending = "shp"
    return Case(f"bytes.{ending}", workspace(table, f"inputs/a.{ending}", files))


def _flip(rng: random.Random, raw: bytearray) -> None:
    at = rng.randrange(len(raw))
    raw[at] ^= 1 << rng.randrange(8)


def _overwrite(rng: random.Random, raw: bytearray) -> None:
    at, size = rng.randrange(len(raw)), rng.choice((1, 2, 4, 8))
    word = rng.choice((b"\x00" * 8, b"\xff" * 8, rng.randbytes(8), struct.pack("<d", math.nan),
                       struct.pack("<d", 1e300), struct.pack("<i", 2**31 - 1) * 2))  # fmt: skip
    raw[at : at + size] = word[:size]


def _cut(rng: random.Random, raw: bytearray) -> None:
    at = rng.randrange(len(raw))
    del raw[at : at + rng.choice((1, 16, len(raw)))]


def _repeat(rng: random.Random, raw: bytearray) -> None:
    at = rng.randrange(len(raw))
    piece = raw[at : at + rng.randrange(1, 200)]
    raw[at:at] = piece * rng.randrange(1, 4)


def damaged_file(rng: random.Random) -> Case:
    """A sound small file with some of its bytes changed, cut out or repeated."""
    name = rng.choice(sorted(seeds()))
    files = dict(seeds()[name])
    hit = rng.choice(sorted(files))
    raw = bytearray(files[hit])
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        if raw:
            rng.choice((_flip, _overwrite, _cut, _repeat))(rng, raw)
    files[hit] = bytes(raw)
    stem, _, ending = name.partition(".")
    if ending == "xlsx" and rng.random() < 0.8:
        files[hit] = _damaged_inside(rng, seeds()[name][hit])
    elif ending in ("csv", "json", "geojson", "txt") and rng.random() < 0.7:
        files[hit] = _mistyped(rng, seeds()[name][hit])
    main = next(file for file in files if file.endswith(f".{ending}"))
    return Case(f"damaged.{ending}", workspace(stem, main, files))


def _damaged_inside(rng: random.Random, whole: bytes) -> bytes:
    """Damage one part of a workbook and pack it again: its checksum is right."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(made, "w") as new:
        hit = rng.choice(old.namelist())
        for name in old.namelist():
            part = bytearray(old.read(name))
            for _ in range(rng.choice((1, 2, 8)) if name == hit and part else 0):
                rng.choice((_flip, _overwrite, _cut, _repeat))(rng, part) if part else None
            if name != hit or rng.random() < 0.9:
                new.writestr(zipfile.ZipInfo(name), bytes(part))
    return made.getvalue()


def _mistyped(rng: random.Random, whole: bytes) -> bytes:
    """Change characters of a text, not bytes: its encoding stays sound."""
    encoding = "gbk" if b"\xbb\xc6" in whole or whole.startswith(b"[\xca") else "utf-8"
    letters = list(whole.decode(encoding))
    for _ in range(rng.choice((1, 2, 4, 16))):
        at = rng.randrange(len(letters))
        letters[at] = rng.choice(
            (*"0129,\"'\n\r\t[]{}@-.eJ ;\x00", "", "　", "，", "合", "99999999")
        )
    return "".join(letters).encode(encoding)


def _some_rows(rng: random.Random, table: str) -> list[dict[str, object]]:
    """Rows under headings of a table, some of them wrong, with cells hard to read."""
    names = [column.zh for column in schema.table(table).columns.values()
             if column.type != "geometry"]  # fmt: skip
    keys = [schema.table(table).columns[name].zh for name in schema.table(table).key]
    more = rng.sample(names, rng.randrange(len(names)))
    chosen = list(dict.fromkeys([*(keys if rng.random() < 0.9 else []), *more])) or names[:1]
    if rng.random() < 0.2:
        chosen[rng.randrange(len(chosen))] = rng.choice(
            ("", "备注", "宗地代码", "税收（亿元）", "面积(㎡)")
        )
    rows = ROWS.get(table, [{}])[0]
    return [
        {name: rng.choice(CELLS) if rng.random() < 0.6 else rows.get(name) for name in chosen}
        for _ in range(rng.randrange(6))
    ] or [dict.fromkeys(chosen)]


def arbitrary_table(rng: random.Random) -> Case:
    """A csv or JSON file of strange cells under headings that are mostly right."""
    table = rng.choice(TABLES)
    rows = _some_rows(rng, table)
    ending = rng.choice(("csv", "json"))
    if ending == "csv":
        content = pd.DataFrame(rows).to_csv(index=False).encode("utf-8", "surrogatepass")
        if rng.random() < 0.3:
            content = content.decode("utf-8", "replace").encode("gb18030")
    else:
        content = json.dumps(rows, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
    files = {f"inputs/a.{ending}": content}
    return Case(f"table.{ending}", workspace(table, f"inputs/a.{ending}", files))


def arbitrary_workbook(rng: random.Random) -> Case:
    """A workbook with strange cells, titles, merged and hidden cells, several sheets."""
    table = rng.choice(TABLES)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "a.xlsx"
        with xlsxwriter.Workbook(str(path), {"nan_inf_to_errors": True}) as book:
            for _ in range(rng.choice((1, 1, 1, 2))):
                _sheet(rng, book.add_worksheet(), _some_rows(rng, table))
        content = path.read_bytes()
    return Case("workbook", workspace(table, "inputs/a.xlsx", {"inputs/a.xlsx": content}))


def _sheet(rng: random.Random, page: object, rows: list[dict[str, object]]) -> None:
    top, names = rng.choice((0, 0, 0, 1, 2, 5)), list(rows[0])
    if top and rng.random() < 0.7 and len(names) > 1:
        page.merge_range(0, 0, 0, len(names) - 1, "情况表")  # type: ignore[attr-defined]
    for at, line in enumerate([names, *([row[n] for n in names] for row in rows)], top):
        for place, value in enumerate(line):
            if value is not None:
                page.write(at, place, value)  # type: ignore[attr-defined]
    if rng.random() < 0.3 and len(rows) > 1:
        page.merge_range(top + 1, 0, top + 2, 0, rng.choice(("甲", "")))  # type: ignore[attr-defined]
    if rng.random() < 0.2:
        page.set_column(0, rng.randrange(3), None, None, {"hidden": True})  # type: ignore[attr-defined]
    if rng.random() < 0.2:
        page.set_row(top + rng.randrange(3), None, None, {"hidden": True})  # type: ignore[attr-defined]


NUMBERS = (0.0, -0.0, 1.0, 1e-9, 1e-300, 1e9, 1e20, 1e300, -1e300, math.nan, math.inf, -math.inf)


def _ring(rng: random.Random) -> list[tuple[float, ...]]:
    """A closed line, here and there collapsed, turned, repeated, or far away."""
    east, north = EAST + rng.randrange(-300, 300), NORTH + rng.randrange(-300, 300)
    size = rng.choice((0.0, 1e-4, 0.5, 10.0, 100.0, 1e4))
    count = rng.randrange(3, 9)
    points = [
        (east + size * rng.random(), north + size * rng.random(), *([7.0] * 0))
        for _ in range(count)
    ]
    if rng.random() < 0.5:
        points.sort(key=lambda at: math.atan2(at[1] - north - size / 2, at[0] - east - size / 2))
    for _ in range(rng.choice((0, 0, 1, 2))):
        at = rng.randrange(len(points))
        odd = rng.choice(NUMBERS)
        points[at] = rng.choice(
            ((odd, points[at][1]), (points[at][0], odd), (odd, odd), points[at - 1])
        )
    return [*points, points[0]]


def _shape(rng: random.Random, deep: int = 2) -> shapely.Geometry | None:
    pick = rng.randrange(10)
    rings = [_ring(rng) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    if pick == 0:
        return rng.choice((None, shapely.Polygon(), shapely.MultiPolygon(), shapely.Point(), shapely.from_wkt("GEOMETRYCOLLECTION EMPTY")))  # fmt: skip
    if pick == 1:
        return rng.choice((shapely.Point(rings[0][0]), shapely.LineString(rings[0])))
    if pick == 2 and deep:
        parts = [_shape(rng, deep - 1) for _ in range(rng.randrange(4))]
        return shapely.GeometryCollection([part for part in parts if part is not None])
    if pick in (3, 4):
        return shapely.MultiPolygon([shapely.Polygon(ring) for ring in rings])
    shape = shapely.Polygon(rings[0], rings[1:])
    return shapely.force_3d(shape, rng.choice(NUMBERS)) if pick == 5 else shape


def arbitrary_polygons(rng: random.Random) -> Case:
    """Parcels of any shape, ids and certificates of any kind; each has to come out again."""
    count = rng.randrange(1, 8)
    ids = [rng.choice(("", "A", "B", f"330604001001GB{n:05}", f"330604001001GB{n:05}", "?#1", "A#1"))
           for n in range(count)]  # fmt: skip
    cert = [rng.choice((15.0, math.nan, 0.0, -1.0, 1e300, math.inf)) for _ in range(count)]
    try:
        shapes = [_shape(rng) for _ in range(count)]
    except (ValueError, shapely.errors.GEOSException):
        return arbitrary_polygons(rng)
    frame = gpd.GeoDataFrame(
        {"宗地代码": ids, "发证面积": cert}, geometry=gpd.GeoSeries(shapes, crs=rng.choice((4549, 4549, 4549, 4490, 3857)))
    )  # fmt: skip
    ending = rng.choice(("gpkg", "parquet", "parquet", "fgb"))
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"a.{ending}"
        try:
            if ending == "parquet":
                frame.to_parquet(path)
            else:
                more = {"SPATIAL_INDEX": "NO"} if ending == "fgb" else {}
                frame.to_file(path, layer="a", geometry_type="Unknown", **more)
        except Exception:
            return arbitrary_polygons(rng)
        content = path.read_bytes()
    files = workspace("parcels", f"inputs/a.{ending}", {f"inputs/a.{ending}": content})
    return Case(f"polygons.{ending}", files, rows=count)


MAKERS: tuple[Callable[[random.Random], Case], ...] = (
    arbitrary_bytes,
    damaged_file,
    arbitrary_table,
    arbitrary_workbook,
    arbitrary_polygons,
)


def make_case(seed: int) -> Case:
    """Make the case of a number: the same number, the same case."""
    rng = random.Random(seed)
    return rng.choice(MAKERS)(rng)
