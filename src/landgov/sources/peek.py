"""A first look into a file: its parts, their first rows, their CRS; no value is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.parquet
import pyogrio
from pyproj import CRS

from landgov.sources.content import reader_faults
from landgov.sources.csvs import first_records
from landgov.sources.formats import format_of
from landgov.sources.heads import Merge
from landgov.sources.json_tables import json_content
from landgov.sources.json_text import as_utf8
from landgov.sources.layer_list import layer_fields, table_beside
from landgov.sources.native import without_geometry
from landgov.sources.notes import Note
from landgov.sources.parquets import parquet_content
from landgov.sources.reported import reported_content
from landgov.sources.vectors import known_crs
from landgov.sources.workbooks import first_rows, sheet_names


@dataclass(frozen=True)
class Part:
    """A sheet, a layer, or a whole file with one table (文件的一部分).

    Parameters
    ----------
    path : Path
        The file.
    sheet, layer : str, optional
        Its name within the file, if the file has several.
    rows : tuple
        The first rows; of a vector layer the names of its fields as the only row.
    spatial : bool
        Whether it has geometry.
    crs : CRS, optional
        CRS of its coordinates, if the file says.
    bounds : tuple of float, optional
        Extent of its coordinates.
    encoding : str, optional
        Encoding that was chosen.
    full : frozenset of int
        Positions of names that may have lost their end.
    merges : tuple
        Merged ranges of a sheet.
    """

    path: Path
    rows: tuple[tuple[str, ...], ...]
    sheet: str | None = None
    layer: str | None = None
    spatial: bool = False
    crs: CRS | None = None
    bounds: tuple[float, float, float, float] | None = None
    encoding: str | None = None
    full: frozenset[int] = frozenset()
    merges: tuple[Merge, ...] = ()


def parts_of(path: Path) -> list[Part]:
    """Look into a file and list its parts.

    Parameters
    ----------
    path : Path
        Any file that `landgov` reads.

    Raises
    ------
    FileError
        One of the faults of a file.

    References
    ----------
    See the readers of the formats.
    """
    found = format_of(path)
    with reader_faults():
        if found.workbook:
            return list(_sheets(path))
        if found.name == "Parquet":
            return [_parquet(path)]
        if found.name == "ReportedTXT":
            return [_reported(path)]
        if found.name == "JSON":
            return [_json(path)]
        if found.spatial:
            notes: list[Note] = []
            with as_utf8(path, found.driver, None, notes) as readable:
                said = "gb18030" if notes else None
                return [
                    replace(part, path=path, encoding=part.encoding or said)
                    for part in _layers(readable)
                ]
        return [_text(path)]


def _sheets(path: Path) -> Iterator[Part]:
    names = sheet_names(path)
    for name in names:
        rows, merges = first_rows(path, name)
        yield Part(path, rows, sheet=name if len(names) > 1 else None, merges=merges)


def _text(path: Path) -> Part:
    records, encoding = first_records(path)
    return Part(path, tuple(map(tuple, records)), encoding=encoding)


def _json(path: Path) -> Part:
    content = json_content(path)
    return Part(path, (content.headings,), encoding=content.encoding)


def _parquet(path: Path) -> Part:
    schema = pyarrow.parquet.read_schema(path)
    names = (tuple(without_geometry(schema)),)
    if b"geo" not in (schema.metadata or {}):
        return Part(path, names)
    shapes = parquet_content(path).geometry
    if shapes is None:
        return Part(path, names)
    west, south, east, north = (float(one) for one in shapes.total_bounds)
    return Part(path, names, spatial=True, crs=shapes.crs, bounds=(west, south, east, north))


def _reported(path: Path) -> Part:
    content = reported_content(path)
    shapes = content.geometry
    assert shapes is not None
    west, south, east, north = (float(one) for one in shapes.total_bounds)
    return Part(
        path,
        (content.headings,),
        spatial=True,
        crs=shapes.crs,
        bounds=(west, south, east, north),
        encoding=content.encoding,
    )


def _layers(path: Path) -> Iterator[Part]:
    table = table_beside(path, None)
    layers = layer_fields(path)
    for name, (kind, fields) in layers.items():
        info = pyogrio.read_info(
            path, layer=name, encoding=table and table.reading, force_total_bounds=True
        )
        yield Part(
            path,
            (tuple(fields),),
            layer=name if len(layers) > 1 else None,
            spatial=kind != "None",
            crs=known_crs(info["crs"]),
            bounds=info["total_bounds"],
            encoding=table.choice.encoding if table else None,
            full=table.full if table else frozenset(),
        )
