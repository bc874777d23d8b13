"""The GeoPackage for QGIS: one table of parcels, a styled view for each layer of the plan."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from landgov.layers.model import Layer, LayerClass, Symbol
from landgov.publish.files import whole
from landgov.publish.frames import flat, plain, typed
from landgov.publish.qgis_style import qml

_STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
    f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT CURRENT_TIMESTAMP
)"""
_TITLES = {
    "parcels": "地块",
    "blocks": "连片地块",
    "sites": "连片储备区",
    "platforms": "平台",
    "towns": "镇街",
}
_OUTLINES = {
    "blocks": Symbol(edge="#555555", width=1.0),
    "sites": Symbol(edge="#AA3377", width=2.0),
}
_TABLES_OF_PLACES = ("towns", "platforms")


def write_geopackage(
    frames: Mapping[str, Any], layers: Sequence[Layer], path: str | Path, *, as_of: date
) -> tuple[str, ...]:
    """Write the result for QGIS: tables, a view for each layer, and their styles.

    Parameters
    ----------
    frames : mapping of GeoDataFrames
        `parcels`, and `blocks`, `sites`, `towns`, `platforms` where there are; in the
        working CRS, metres. What is missing, None or without geometry is left out.
    layers : sequence of Layer
        The named layers, lowest first; the views have their words and symbols.
    path : str or Path
        File to write, to a temporary file first; an old one is replaced.
    as_of : date
        Stands as the date of change of every table: the clock is not read.

    Returns
    -------
    tuple of str
        Names of the tables and views, the lowest first.

    Notes
    -----
    Parcels are stored once: 存量, 低效, 闲置, 待开发 … are views of the table `parcels` by
    the conditions of the layer. Version 1.2, which QGIS 3.22 opens without a warning.
    Conditions on columns that a profile withheld are left out, as `build_layers` does.
    """
    stamp = f"{as_of.isoformat()}T00:00:00.000Z"
    tables = [*_TABLES_OF_PLACES, "parcels", "blocks", "sites"]
    written: dict[str, gpd.GeoDataFrame] = {}
    with whole(path) as part:
        with dated(stamp):
            for table in tables:
                frame = frames.get(table)
                if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name is not None:
                    written[table] = _write_table(frame, table, part)
        with closing(sqlite3.connect(part)) as base, base:
            base.execute(_STYLES)
            _register(base, "layer_styles", "attributes", stamp)
            names = list(written)
            for layer in layers:
                name = _add_layer(base, layer, written, stamp)
                if name is not None and name not in names:
                    names.append(name)
            for table, symbol in _OUTLINES.items():
                if table in written:
                    _add_style(base, table, [_outline(table, symbol)], stamp)
            base.execute("UPDATE gpkg_contents SET last_change = ?", (stamp,))
    return tuple(names)


@contextmanager
def dated(stamp: str) -> Iterator[None]:
    """Give GDAL the date that it writes into the file.

    Examples
    --------
    >>> with dated("2022-12-31T00:00:00.000Z"):
    ...     pass
    """
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": stamp})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _write_table(frame: gpd.GeoDataFrame, table: str, part: Path) -> gpd.GeoDataFrame:
    rows = flat(frame, table) if table not in _TABLES_OF_PLACES else _place_rows(frame)
    if table not in _TABLES_OF_PLACES:
        rows = typed(rows, table)
    rows = gpd.GeoDataFrame(plain(rows), geometry=frame.active_geometry_name, crs=frame.crs)
    rows = rows.rename_geometry("geometry") if rows.active_geometry_name != "geometry" else rows
    pyogrio.write_dataframe(
        rows,
        part,
        layer=table,
        driver="GPKG",
        geometry_type="MultiPolygon",
        promote_to_multi=True,
        append=part.exists(),
        dataset_options={} if part.exists() else {"VERSION": "1.2"},
        layer_options={"GEOMETRY_NAME": "geometry", "FID": "fid", "IDENTIFIER": _TITLES[table]},
    )
    return rows


def _place_rows(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    named = frame.index.name is not None and frame.index.name not in frame.columns
    rows = pd.DataFrame(frame.sort_index(kind="stable").reset_index(drop=not named))
    return rows.drop(columns=[name for name in ("fid", "ogc_fid") if name in rows.columns])


def _add_layer(
    base: sqlite3.Connection, layer: Layer, written: Mapping[str, gpd.GeoDataFrame], stamp: str
) -> str | None:
    """Style a table, or make and style the view of a layer; None if there is nothing to draw."""
    if layer.table not in written:
        return None
    columns = set(written[layer.table].columns)
    # SQLite takes an unknown "name" for a text: a condition on it would be silently wrong.
    classes = [
        replace(entry, unless=entry.unless if {name for name, _ in entry.unless} <= columns else ())
        for entry in layer.classes
        if {column for column, _ in entry.when} <= columns
    ]
    if not classes:
        return None
    if not all(entry.when or entry.unless for entry in classes):
        _add_style(base, layer.table, classes, stamp)
        return layer.table
    _add_view(base, layer.word, layer.table, classes, stamp)
    _add_style(base, layer.word, classes, stamp)
    return layer.word


def _add_view(
    base: sqlite3.Connection, name: str, table: str, classes: Sequence[LayerClass], stamp: str
) -> None:
    columns = [row[1] for row in base.execute(f"PRAGMA table_info({_quoted(table)})")]
    kept = ", ".join(_quoted(column) for column in columns if column != "fid")
    condition = " OR ".join(f"({entry.expression})" for entry in classes)
    base.execute(
        f"CREATE VIEW {_quoted(name)} AS SELECT fid AS OGC_FID, {kept} "
        f"FROM {_quoted(table)} WHERE {condition}"
    )
    _register(base, name, "features", stamp, like=table)
    base.execute(
        "INSERT INTO gpkg_geometry_columns SELECT ?, column_name, geometry_type_name, srs_id, z, m "
        "FROM gpkg_geometry_columns WHERE table_name = ?",
        (name, table),
    )


def _register(
    base: sqlite3.Connection, name: str, kind: str, stamp: str, *, like: str | None = None
) -> None:
    extent = (None, None, None, None, None)
    if like is not None:
        found = base.execute(
            "SELECT min_x, min_y, max_x, max_y, srs_id FROM gpkg_contents WHERE table_name = ?",
            (like,),
        )
        extent = found.fetchone()
    base.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, "
        "min_x, min_y, max_x, max_y, srs_id) VALUES (?, ?, ?, '', ?, ?, ?, ?, ?, ?)",
        (name, kind, name, stamp, *extent),
    )


def _add_style(
    base: sqlite3.Connection, name: str, classes: Sequence[LayerClass], stamp: str
) -> None:
    base.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
        "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, ui, "
        "update_time) VALUES ('', '', ?, 'geometry', ?, ?, '', 1, '', '', NULL, ?)",
        (name, name, qml(classes), stamp),
    )


def _outline(table: str, symbol: Symbol) -> LayerClass:
    return LayerClass("all", _TITLES[table], symbol, pd.Index([]), float("nan"))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
