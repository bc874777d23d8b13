"""The compact block of data that a page carries: coordinates as whole steps, columns as arrays."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from importlib import resources
from typing import Any

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely

from landgov.layers import Layer, answer_word, known_words
from landgov.layers.model import measure

STEP = 1e-6  # degrees: about a tenth of a metre, finer than any screen shows
_LONLAT = 4490


@cache
def _sections() -> tuple[dict[str, Any], ...]:
    text = resources.files("landgov.maps").joinpath("fields.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["section"])


def data_block(layers: tuple[Layer, ...], parcels: gpd.GeoDataFrame) -> dict[str, Any]:
    """Pack parcels, their facts and their layers for a page.

    Parameters
    ----------
    layers : tuple of Layer
        From `build_layers` on the same parcels.
    parcels : GeoDataFrame
        With a CRS; only columns that it holds are packed.

    Returns
    -------
    dict
        Ready for JSON; rows in the order of the parcel ids.

    Examples
    --------
    >>> square = gpd.GeoDataFrame(index=["A"], geometry=[shapely.box(0, 0, 1, 1)], crs=4490)
    >>> data_block((), square)["ids"]
    ['A']
    """
    rows = parcels.sort_index()
    return {
        "ids": rows.index.astype(str).tolist(),
        "step": STEP,
        "known": [f"{line}（占工业用地宗数）" for line in known_words(parcels)],
        "bounds": _bounds(_opening(rows)),
        **_shapes(rows.geometry),
        "sections": [
            {
                "word": section["word"],
                "fields": [
                    _field(field, rows) for field in section["fields"] if field["column"] in rows
                ],
            }
            for section in _sections()
        ],
        "layers": [_layer(layer, rows.index) for layer in layers],
    }


def as_json(value: object) -> str:
    r"""Write JSON that can stand inside an HTML script element, whatever names it holds.

    Examples
    --------
    >>> as_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = orjson.dumps(value).decode("utf-8")
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _opening(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Parcels that the page opens on: those in a town, unless none is known to be."""
    placed = rows[rows["town"].notna()] if "town" in rows else rows
    kinds = shapely.get_type_id(placed.geometry.to_numpy())  # -1 where there is no shape
    shaped = (kinds >= 0) & ~shapely.is_empty(placed.geometry.to_numpy())
    return placed if shaped.any() else rows


def _bounds(rows: gpd.GeoDataFrame) -> list[list[float]] | None:
    west, south, east, north = rows.geometry.to_crs(_LONLAT).total_bounds.tolist()
    if not math.isfinite(west):
        return None
    return [[round(south, 5), round(west, 5)], [round(north, 5), round(east, 5)]]


def _shapes(geometry: gpd.GeoSeries) -> dict[str, Any]:
    """Flat arrays: steps from point to point, points a ring, rings a polygon, polygons a parcel."""
    polygons = shapely.simplify(geometry.to_crs(_LONLAT).to_numpy(), STEP)
    drawable = np.isin(shapely.get_type_id(polygons), (3, 6)) & ~shapely.is_empty(polygons)
    polygons[~drawable] = shapely.MultiPolygon()
    if not drawable.any():
        return {"steps": [], "rings": [], "parts": [], "shapes": [0] * len(polygons)}
    # A multipolygon in front makes the ragged array one of multipolygons, whatever comes after.
    mixed = np.append(np.array([shapely.MultiPolygon()], dtype=object), polygons)
    _, points, (ring_ends, part_ends, shape_ends) = shapely.to_ragged_array(mixed)
    last = np.zeros(len(points), dtype=bool)
    last[ring_ends[1:] - 1] = True
    whole = np.rint(points[:, :2] / STEP).astype(np.int64)[~last]
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return {
        "steps": steps.ravel().tolist(),
        "rings": (np.diff(ring_ends) - 1).tolist(),
        "parts": np.diff(part_ends).tolist(),
        "shapes": np.diff(shape_ends)[1:].tolist(),
    }


def _field(field: dict[str, Any], rows: gpd.GeoDataFrame) -> dict[str, Any]:
    values = rows[field["column"]]
    if not pd.api.types.is_numeric_dtype(values):
        values = values.mask(values.astype(object) == "")
    packed: dict[str, Any] = {
        key: field[key]
        for key in ("column", "word", "unit", "chip", "inside", "lacks")
        if key in field
    }
    if "decimals" in field:
        packed["decimals"] = field["decimals"]
        packed["values"] = _numbers(values, field["decimals"])
        return packed
    if "words" in field:
        values = answer_word(values, field["words"])
    if field.get("date"):
        values = pd.to_datetime(values).dt.strftime("%Y-%m-%d")
    if field.get("land") in rows:
        packed["land"] = _numbers(rows[field["land"]], 2)
    if "lacks" in field:
        meant = _meant(field, rows) & values.isna()
        values = values.astype(object).mask(meant, field["lacks"])
    codes, words = pd.factorize(values, sort=True)
    if len(words) < len(values) / 2:
        # -1 stands for missing; the page finds no word at that place.
        return packed | {"codes": codes.tolist(), "words": [str(word) for word in words]}
    texts = values.astype(object)
    return packed | {"values": [None if pd.isna(text) else str(text) for text in texts]}


def _meant(field: dict[str, Any], rows: gpd.GeoDataFrame) -> pd.Series[bool]:
    """Parcels of which a missing value is an answer and no lack of data."""
    if field.get("shaped"):
        shaped: pd.Series[bool] = ~(rows.geometry.isna() | rows.geometry.is_empty)
        return shaped & bool(rows[field["column"]].notna().any())
    meant: pd.Series[bool] = pd.Series(True, index=rows.index)
    for column, values in field.get("where", {}).items():
        meant &= rows[column].isin(values) if column in rows else False
    return meant


def _numbers(values: pd.Series, decimals: int) -> list[float | None]:
    rounded = values.astype("float64").round(decimals)
    kept = rounded.where(np.isfinite(rounded)).astype(object)
    return kept.where(rounded.notna(), None).tolist()


def _layer(layer: Layer, index: pd.Index) -> dict[str, Any]:
    place = np.zeros(len(index), dtype=np.uint8)
    if layer.table == "parcels":
        for number, entry in enumerate(layer.classes, 1):
            found = index.get_indexer(entry.members)
            place[found[found >= 0]] = number
    return {
        "key": layer.key,
        "word": layer.word,
        "group": layer.group,
        "table": layer.table,
        "ground": layer.ground,
        "visible": layer.visible,
        "count": layer.count,
        "unknown_count": layer.unknown_count,
        "measure": layer.measure_word,
        # One digit a parcel: 0 outside, else the number of its class.
        "member": (place + ord("0")).tobytes().decode("ascii") if layer.table == "parcels" else "",
        "classes": [
            {
                "word": entry.word,
                "unknown": entry.unknown,
                "measure": measure(entry.count, entry.mu, entry.mu_missing, layer.table),
                "symbol": vars(entry.symbol),
            }
            for entry in layer.classes
        ],
    }
