"""Which layers a vector file has, and which fields, by fiona or pyogrio (图层)."""

from __future__ import annotations

from pathlib import Path

import fiona
import pyogrio

from landgov.sources.content import reader_faults
from landgov.sources.dbf import AttributeTable, attribute_table
from landgov.sources.faults import FileError, listed, suggest
from landgov.sources.formats import format_of
from landgov.sources.heading_faults import toml_text

# Tables that desktop software keeps beside the data.
_HOUSEKEEPING = {"layer_styles", "qgis_projects"}


def layer_names(path: Path) -> list[str]:
    """Name the layers of a vector file, without what software keeps for itself."""
    return [name for name in fiona.listlayers(str(path)) if name not in _HOUSEKEEPING]


def layer_fields(path: Path, encoding: str | None = None) -> dict[str, tuple[str, list[str]]]:
    """List the layers of a vector file with geometry type and fields.

    Returns
    -------
    dict
        Layer → geometry type (``None`` for a table without geometry) and field names.

    Raises
    ------
    FileError
        ``unreadable_file`` or ``encoding_unclear``.
    """
    if format_of(path).driver == "OSM":
        return _fields_of_osm(path)
    table = table_beside(path, encoding)
    layers = {}
    with reader_faults():
        for name in layer_names(path):
            with fiona.open(str(path), layer=name, encoding=table and table.reading) as layer:
                schema = layer.schema
                fields = [table.text(one) if table else one for one in schema["properties"]]
                layers[name] = (str(schema["geometry"]), fields)
    return layers


def _fields_of_osm(path: Path) -> dict[str, tuple[str, list[str]]]:
    """List the layers of an OpenStreetMap file, which fiona knows and doesn't open."""
    with reader_faults():
        names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        infos = {name: pyogrio.read_info(path, layer=name) for name in names}
    return {
        name: (str(info["geometry_type"]), [str(field) for field in info["fields"]])
        for name, info in infos.items()
    }


def missing_layer(layer: str | None, names: list[str]) -> FileError:
    """Make the fault of a layer that is not there, or that has to be named."""
    near = suggest(layer or "", names)
    first = near.words[0] if near.words else (names[0] if names else "图层名")
    zh = f"没有图层“{layer}”{near.zh}" if layer else "文件有多个图层，须写明用哪一个"
    en = f"there is no layer {layer!r}{near.en}" if layer else "say which layer to read"
    return FileError(
        "missing_layer",
        zh=f"{zh}；图层有：{listed(names) or '（无）'}",
        en=f"{en}; layers: {listed(names)}",
        do=f"layer = {toml_text(first)}",
        field="layer",
        value=layer or "",
    )


def table_beside(path: Path, encoding: str | None) -> AttributeTable | None:
    """Look at the attribute table of a Shapefile; None for other formats."""
    return attribute_table(path, encoding) if format_of(path).name == "Shapefile" else None
