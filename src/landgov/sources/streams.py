"""Vector files record by record, by fiona: what there is, and files too large or too broken."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fiona
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from landgov.sources.content import Content, reader_faults
from landgov.sources.dbf import AttributeTable
from landgov.sources.faults import unreadable
from landgov.sources.formats import format_of
from landgov.sources.layer_list import layer_names, missing_layer, table_beside
from landgov.sources.notes import Note, note

_GIVE_UP_AFTER = 1000


@dataclass(frozen=True)
class Batch:
    """Some records of a layer (一批记录): their numbers, values, geometry, and what broke.

    Parameters
    ----------
    first : int
        1-based number of the first record.
    records : list of dict
        Values by field name; a record that can't be read is an empty dict.
    geometry : list
        Geometries of shapely in the CRS of the layer; None where missing.
    notes : list
        Issue rows of records that can't be read.
    """

    first: int
    records: list[dict[str, Any]] = field(default_factory=list)
    geometry: list[Any] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def stream_vector(
    path: str | Path,
    *,
    layer: str | None = None,
    crs: Any = None,
    encoding: str | None = None,
    batch: int = 10_000,
) -> Iterator[gpd.GeoDataFrame]:
    """Read a vector file in batches, by fiona (分批读取): memory holds one batch.

    This is the slow and sure way, some thirty times slower than `read_vector`: for files
    larger than memory and for files of which some records are broken. A record that can't
    be read comes as a row without values, and `attrs["issues"]` of its batch says why.

    Parameters
    ----------
    path : str or Path
        GeoPackage, Shapefile, GeoJSON, TopoJSON, File Geodatabase or FlatGeobuf.
    layer : str, optional
        Needed where the file has several.
    crs : int, str or CRS, optional
        CRS of the coordinates where the file doesn't say, or says it wrongly.
    encoding : str, optional
        Encoding of a Shapefile's table.
    batch : int
        Records in a batch.

    Yields
    ------
    GeoDataFrame
        Index = 1-based number of the feature.

    Raises
    ------
    LandgovError
        If the file can't be opened.

    References
    ----------
    fiona, on GDAL.

    Examples
    --------
    >>> for part in stream_vector("no_such.gpkg"):
    ...     print(len(part))
    Traceback (most recent call last):
    ...
    landgov.sources.faults.FileError: 没有这个文件：no_such.gpkg
    there is no file no_such.gpkg
      do: 核对文件名（含扩展名），或把文件放到此处
    """
    path = Path(path)
    format_of(path)
    table = table_beside(path, encoding)
    with reader_faults():
        names = layer_names(path)
        if (layer is None and len(names) > 1) or (layer is not None and layer not in names):
            raise missing_layer(layer, names)
        reading = table and table.reading
        with fiona.open(str(path), layer=layer or names[0], encoding=reading) as opened:
            own = CRS.from_user_input(crs) if crs is not None else crs_of(opened)
            kinds = _kinds(opened)
            for part in _batches(opened, batch):
                index = pd.RangeIndex(part.first, part.first + len(part.records))
                values = _values(part.records, kinds, table).set_axis(index)
                frame = gpd.GeoDataFrame(values, geometry=part.geometry, crs=own)
                frame.attrs["issues"] = part.notes
                yield frame


def crs_of(opened: Any) -> CRS | None:
    """Give the CRS of an opened layer; None if it has none that PROJ understands."""
    try:
        return CRS.from_wkt(opened.crs_wkt) if opened.crs_wkt else None
    except CRSError:
        return None


def streamed_content(path: Path, layer: str, table: AttributeTable | None) -> Content:
    """Read a whole layer record by record, by fiona: exact integers, broken records reported.

    Parameters
    ----------
    path : Path
        The file.
    layer : str
        Its layer.
    table : AttributeTable, optional
        How to read the attribute table of a Shapefile.

    Raises
    ------
    FileError
        ``unreadable_file`` if not even the layer can be opened.
    """
    records: list[dict[str, Any]] = []
    geometry: list[Any] = []
    notes: list[Note] = []
    reading = table and table.reading
    with reader_faults(), fiona.open(str(path), layer=layer, encoding=reading) as opened:
        kinds = _kinds(opened)
        own = crs_of(opened)
        for part in _batches(opened, 10_000):
            records += part.records
            geometry += part.geometry
            notes += part.notes
    cells = _values(records, kinds, table)
    fields = tuple(cells.columns)
    cells.columns = pd.RangeIndex(len(fields))
    shapes = gpd.GeoSeries(geometry, index=cells.index, crs=own)
    rows = np.arange(1, len(cells) + 1, dtype=np.int64)
    return Content(fields, cells, rows, shapes, layer=layer, notes=notes)


def _kinds(opened: Any) -> dict[str, str]:
    """Name the fields of an opened layer and the kind of their values."""
    schema = opened.schema["properties"].items()
    return {name: str(kind).partition(":")[0] for name, kind in schema}


def _values(
    records: list[dict[str, Any]], kinds: dict[str, str], table: AttributeTable | None
) -> pd.DataFrame:
    index = pd.RangeIndex(len(records))
    raw = pd.DataFrame(records, columns=list(kinds), index=index, dtype=object)
    values = pd.DataFrame(
        {n: _typed(raw[name], kind) for n, (name, kind) in enumerate(kinds.items())}
    )
    values = values.reindex(index=index)
    if table is not None and table.cut:
        values = retexted(values, table)
    return values.set_axis([table.text(name) if table else name for name in kinds], axis=1)


def retexted(values: pd.DataFrame, table: AttributeTable) -> pd.DataFrame:
    """Decode texts that were read byte by byte, each different text once."""
    texts = [name for name in values if isinstance(values[name].dtype, pd.StringDtype)]
    decoded = {}
    for name in texts:
        true = {read: table.text(read) for read in values[name].dropna().unique()}
        decoded[name] = values[name].map(true, na_action="ignore").astype("str")
    return pd.DataFrame({name: decoded.get(name, values[name]) for name in values})


def _typed(column: pd.Series[Any], kind: str) -> pd.Series[Any]:
    kinds: dict[str, Any] = {"int": "Int64", "int32": "Int64", "int64": "Int64"}
    kinds |= {"float": "float64", "bool": "boolean", "str": "str"}
    typed: pd.Series[Any]
    if kind in kinds:
        typed = column.astype(kinds[kind])
    elif kind in {"date", "datetime"}:
        typed = pd.to_datetime(column, errors="coerce", utc=True).dt.tz_localize(None)
    else:
        typed = column.map(str, na_action="ignore").astype("str")
    return typed


class _Said(logging.Handler):
    """Keeps what fiona only logs, such as a text that it gives as missing."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.words.append(record.getMessage())


def _batches(opened: Any, size: int) -> Iterator[Batch]:
    """Walk through an opened layer; a record that raises is noted and the walk goes on."""
    said = _Said()
    logging.getLogger("fiona").addHandler(said)
    try:
        yield from _walk(iter(opened), size, said)
    finally:
        logging.getLogger("fiona").removeHandler(said)


def _walk(records: Iterator[Any], size: int, said: _Said) -> Iterator[Batch]:
    number, broken = 0, 0
    current = Batch(1)
    while True:
        said.words.clear()
        try:
            record = next(records)
        except StopIteration:
            break
        except Exception as error:
            # Readers raise many kinds; one broken record must not cost the others.
            record, broken = None, broken + 1
            said.words.append(str(error))
            if broken > _GIVE_UP_AFTER:
                raise unreadable(error) from error
        number += 1
        if said.words:
            current.notes.append(unreadable_record(number, "; ".join(said.words)))
        current.records.append(dict(record.properties) if record is not None else {})
        current.geometry.append(_geometry(record, number, current.notes))
        if len(current.records) == size:
            yield current
            current = Batch(number + 1)
    if current.records:
        yield current


def _geometry(record: Any, number: int, notes: list[Note]) -> Any:
    if record is None or record.geometry is None:
        return None
    try:
        return shapely.force_2d(shapely.geometry.shape(record.geometry))
    except (shapely.errors.ShapelyError, ValueError, TypeError, AttributeError) as error:
        notes.append(unreadable_record(number, error))
        return None


def unreadable_record(row: int, error: object) -> Note:
    """Make the issue row of a record, or its geometry, that can't be read."""
    words = " ".join(str(error).split())[:200]
    return note(
        "unreadable_record",
        f"第 {row} 个要素无法完整读取：{words}",
        f"feature {row} can't be read whole: {words}",
        severity="error",
        row=row,
    )
