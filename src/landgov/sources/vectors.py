"""Vector files in bulk, by pyogrio with Arrow (矢量文件); what it refuses goes to fiona."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from pyproj import CRS
from pyproj.exceptions import CRSError

from landgov.sources.content import Content, reader_faults
from landgov.sources.dbf import AttributeTable
from landgov.sources.faults import FileError, no_crs, unreadable
from landgov.sources.formats import Format, format_of
from landgov.sources.json_text import as_utf8
from landgov.sources.layer_list import layer_fields, missing_layer, table_beside
from landgov.sources.native import frame_of, settled
from landgov.sources.notes import Note, issue_table, note, placed
from landgov.sources.osm import check_blocks
from landgov.sources.outlines import outlines
from landgov.sources.parquets import note_dimensions, parquet_content
from landgov.sources.reported import reported_content
from landgov.sources.streams import retexted, streamed_content
from landgov.sources.workbooks import Fits


def read_vector(
    path: str | Path, *, layer: str | None = None, crs: Any = None, encoding: str | None = None
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Read a vector file in bulk, by pyogrio with Arrow (读取矢量文件).

    Records that the bulk reader refuses are read again by fiona, one by one: those that
    can't be read stay as empty rows and are named in `issues`.

    Parameters
    ----------
    path : str or Path
        GeoPackage, Shapefile, GeoJSON, TopoJSON, File Geodatabase, GeoParquet, FlatGeobuf,
        OpenStreetMap (.osm.pbf) or reported coordinates (.txt). Never changed.
    layer : str, optional
        Needed where the file has several layers.
    crs : int, str or CRS, optional
        CRS of the coordinates, where the file doesn't say or says it wrongly.
    encoding : str, optional
        Encoding of a text or a Shapefile's table; by default its .cpg, else UTF-8, else
        GB18030, by strict decoding.

    Returns
    -------
    table : GeoDataFrame
        Every feature in the order of the file, in the CRS of the file; geometry 2D.
    issues : DataFrame
        Issue rows: encoding, dropped dimensions, broken records.

    Raises
    ------
    LandgovError
        If the file can't be read, or has no CRS and none is given.

    References
    ----------
    OGC GeoPackage 1.3; RFC 7946 (coordinates of GeoJSON are WGS 84).

    Examples
    --------
    >>> import tempfile
    >>> import shapely
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = Path(folder, "a.geojson")
    ...     plot = gpd.GeoDataFrame({"编号": ["007"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326)
    ...     plot.to_file(made)
    ...     read_vector(made)[0]["编号"].tolist()
    ['007']
    """
    path = Path(path)
    content = vector_content(path, layer=layer, encoding=encoding)
    if content.geometry is None:
        raise unreadable("the layer has no geometry; use read_table", zh="该图层没有图形")
    own = CRS.from_user_input(crs) if crs is not None else content.geometry.crs
    if own is None:
        raise no_crs()
    values = content.table()
    for name in values.columns:
        values[name] = settled(values[name])
    shapes = content.geometry.set_crs(own, allow_override=True)
    if "geometry" in values.columns:
        values = values.rename(columns={"geometry": "geometry#2"})
    frame = gpd.GeoDataFrame(values, geometry=shapes)
    if content.description is not None:
        frame.attrs["description"] = dict(content.description)
    return frame, issue_table(placed(content.notes, file=path.name, sheet=content.layer))


def vector_content(
    path: Path,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    fits: Fits | None = None,
    spatial: bool = False,
) -> Content:
    """Read one layer of a vector file as it is; see `read_vector`.

    Parameters
    ----------
    path : Path
        The file.
    layer, encoding : str, optional
        As stated.
    fits : callable, optional
        Says whether fields are those of the wanted table; used where no layer is named.
    spatial : bool
        Whether the wanted table has geometry, so that layers without it are passed over.

    Raises
    ------
    FileError
        One of the faults of a file.
    """
    found = format_of(path)
    if not found.spatial:
        raise unreadable(f"{found.name} holds no geometry; use read_table", zh="不是矢量文件")
    if found.name == "Parquet":
        return parquet_content(path)
    if found.name == "ReportedTXT":
        return reported_content(path, encoding=encoding)
    notes: list[Note] = []
    with reader_faults(), as_utf8(path, found.driver, encoding, notes) as usable:
        if found.driver == "OSM":
            check_blocks(usable)
        table = table_beside(usable, encoding)
        if table is not None:
            notes += table.choice.notes() + _table_notes(table)
        layer = _layer(usable, encoding, layer, fits, spatial, notes)
        content = _read(usable, found, layer, table, notes)
    if table is None:
        return content
    # Readers leave deleted records out; the others keep the numbers that QGIS shows.
    there = np.flatnonzero(~table.deleted) + 1
    rows = there if len(there) == len(content.cells) else content.rows
    return replace(content, encoding=table.choice.encoding, full=table.full, rows=rows)


def _table_notes(table: AttributeTable) -> list[Note]:
    notes = []
    if table.cut:
        zh, en = "有字段名或文本被截断在半个汉字处", "some names or texts are cut within a sign"
        notes.append(note("cut_text", zh, en, severity="warning"))
    if deleted := int(table.deleted.sum()):
        zh, en = f"有 {deleted} 条记录已标记删除，未读入", f"{deleted} records marked as deleted"
        notes.append(note("deleted_records", zh, en, value=deleted))
    return notes


def _layer(
    path: Path,
    encoding: str | None,
    layer: str | None,
    fits: Fits | None,
    spatial: bool,
    notes: list[Note],
) -> str:
    layers = layer_fields(path, encoding)
    if layer is not None:
        if layer not in layers:
            raise missing_layer(layer, list(layers))
        return layer
    wanted = [name for name, (kind, _) in layers.items() if kind != "None" or not spatial]
    if len(wanted) == 1:
        return wanted[0]
    fitting = [name for name in wanted if fits and fits(layers[name][1])]
    if len(fitting) != 1:
        raise missing_layer(None, fitting or list(layers))
    zh = f"文件有 {len(layers)} 个图层，字段相符的只有“{fitting[0]}”"
    notes.append(note("layer", zh, f"only layer {fitting[0]!r} has fitting fields"))
    return fitting[0]


def _read(
    path: Path, found: Format, layer: str, table: AttributeTable | None, notes: list[Note]
) -> Content:
    """Read in bulk, and record by record what can't be read in bulk."""
    with _warnings_noted(notes):
        options = _options(path, found) | {"encoding": table and table.reading}
        info = pyogrio.read_info(path, layer=layer, **options)
        if info["driver"] != found.driver:
            raise unreadable(f"the content is {info['driver']}, not {found.name}")
        note_dimensions(str(info["geometry_type"]), notes)
        content = _bulk_or_none(path, layer, table, options, notes)
    announced = info["features"] - (int(table.deleted.sum()) if table else 0)
    if content is None or len(content.cells) < announced:
        content = streamed_content(path, layer, table)
        content.notes[:0] = notes
    if len(content.cells) < announced:
        # Some readers stop at the first broken record without a word.
        got = len(content.cells)
        raise unreadable(
            f"it announces {announced} features, only {got} can be read",
            zh=f"文件注明有 {announced} 个要素，只能读出 {got} 个，可能传输不完整",
        )
    return content


def _bulk_or_none(
    path: Path,
    layer: str,
    table: AttributeTable | None,
    options: dict[str, Any],
    notes: list[Note],
) -> Content | None:
    try:
        return _bulk(path, layer, table, options, notes)
    except (FileError, MemoryError):
        raise
    except NotImplementedError:  # GEOS has no curves; the reader of records has them straight
        zh, en = "图形含曲线，已按折线读取", "the shapes have curves, read as straight lines"
        notes.append(note("curved", zh, en, field="geometry"))
        return None
    except Exception as error:
        # Whatever the bulk reader refuses is worth a second, slower look.
        words = " ".join(str(error).split())[:200]
        zh = f"批量读取失败，已逐条读取：{words}"
        notes.append(note("read_by_record", zh, f"read record by record, for: {words}"))
        return None


def _options(path: Path, found: Format) -> dict[str, Any]:
    # Without this a GeoPackage in WAL mode gets companions written beside it. If a journal
    # lies there, the file is in use, and only SQLite's own way sees what is in the journal.
    journal = path.with_name(path.name + "-wal")
    quiet = found.name == "GeoPackage" and not journal.exists()
    return {"IMMUTABLE": "YES"} if quiet else {}


def _bulk(
    path: Path,
    layer: str,
    table: AttributeTable | None,
    options: dict[str, Any],
    notes: list[Note],
) -> Content:
    # FlatGeobuf crashes in the Arrow reader at a missing geometry: there it comes by itself.
    apart = path.suffix.lower() == ".fgb"
    meta, read = pyogrio.read_arrow(path, layer=layer, read_geometry=not apart, **options)
    fields = [str(name) for name in meta["fields"]]
    cells = frame_of(read.select(fields))
    if table is not None and table.cut:
        cells, fields = retexted(cells, table), [table.text(name) for name in fields]
    shapes = None
    if meta["geometry_type"] is not None:
        # Formats whose geometry has no name of its own give it this one.
        name = meta["geometry_name"] or "wkb_geometry"
        wkb = _wkb_alone(path, layer, options) if apart else read[name].to_pandas().to_numpy()
        shapes = gpd.GeoSeries(
            _geometries(wkb, notes), index=cells.index, crs=known_crs(meta["crs"])
        )
    rows = np.arange(1, len(cells) + 1, dtype=np.int64)
    return Content(tuple(fields), cells, rows, shapes, layer=layer, notes=notes)


def _wkb_alone(path: Path, layer: str, options: dict[str, Any]) -> Any:
    return pyogrio.raw.read(path, layer=layer, columns=[], **options)[2]


def _geometries(wkb: Any, notes: list[Note]) -> Any:
    raw = np.array(wkb, dtype=object)
    raw[pd.isna(raw)] = None
    return outlines(raw, notes)


def known_crs(words: str | None) -> CRS | None:
    """Give the CRS that a file names; None if it names none that PROJ understands."""
    try:
        return CRS.from_user_input(words) if words else None
    except CRSError:
        return None


@contextmanager
def _warnings_noted(notes: list[Note]) -> Iterator[None]:
    """Turn what GDAL warns of into issue rows: libraries don't print here."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    for words in dict.fromkeys(str(one.message) for one in caught):
        about_dimensions = "Measured (M)" in words
        if not about_dimensions:
            zh = f"读取软件提示：{words[:300]}"
            notes.append(note("reader_warning", zh, f"the reader says: {words[:300]}"))
