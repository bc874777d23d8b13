"""Parquet and GeoParquet, by pyarrow: every value exact."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow.parquet
import shapely

from landgov.sources.content import Content, reader_faults
from landgov.sources.native import frame_of, without_geometry
from landgov.sources.notes import Note, note


def parquet_content(path: Path) -> Content:
    """Read a Parquet file as it is, by pyarrow; its geometry by geopandas if it is GeoParquet.

    Raises
    ------
    FileError
        ``unreadable_file``.

    References
    ----------
    GeoParquet 1.1.
    """
    with reader_faults():
        schema = pyarrow.parquet.read_schema(path)
        if b"geo" not in (schema.metadata or {}):
            names = without_geometry(schema)
            cells = frame_of(pyarrow.parquet.read_table(path, columns=names))
            return Content(tuple(names), cells, np.arange(1, len(cells) + 1, dtype=np.int64))
        frame = gpd.read_parquet(path)
        shapes = gpd.GeoSeries(frame.geometry.array, crs=frame.crs)
        notes: list[Note] = []
        if shapes.has_z.any():
            note_dimensions("Z coordinates Z", notes)
        shapes = gpd.GeoSeries(shapely.force_2d(shapes.array), crs=frame.crs)
        names = [name for name in without_geometry(schema) if name in frame.columns]
        cells = frame_of(pyarrow.parquet.read_table(path, columns=names))
    rows = np.arange(1, len(cells) + 1, dtype=np.int64)
    return Content(tuple(names), cells, rows, shapes, notes=notes)


def note_dimensions(kind: str, notes: list[Note]) -> None:
    """Note that heights or measures of a layer are not used.

    Examples
    --------
    >>> said: list[Note] = []
    >>> note_dimensions("Polygon Z", said)
    >>> said[0]["kind"]
    'dimensions'
    """
    if kind.endswith((" Z", " M", " ZM")) or kind.startswith("2.5D"):
        zh = f"图形带有高程或量测值（{kind}），只用平面坐标"
        notes.append(note("dimensions", zh, f"{kind}: only x and y are used", value=kind))
