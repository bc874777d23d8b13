"""One audience's data in the format that a file's ending asks for (导出)."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from landgov.errors import LandgovError
from landgov.layers.build import build_layers
from landgov.publish.files import whole
from landgov.publish.frames import flat, plain, typed
from landgov.publish.geojson import write_geojson
from landgov.publish.geopackage import write_geopackage
from landgov.publish.profiles import Field, Profile, fields, profile, select, worded
from landgov.publish.reported import write_reported_txt
from landgov.publish.tables import write_parquet
from landgov.publish.text_cells import safe_cells
from landgov.publish.workbook import Column, Sheet, write_workbook

SHORT_NAME = 10
"""Characters of a field name in a Shapefile."""
TEXT_BYTES = 254
"""Bytes of a text in a Shapefile."""
_FORMS = {"number": "0.00##", "integer": "0"}


def export(result: Any, *, profile: str | Profile, to: str | Path) -> int:
    """Write the parcels for one audience, in the format of the ending of `to`.

    Parameters
    ----------
    result : Result
        What `run` gave: `parcels`, and `report` or `workspace` with the date `as_of`.
    profile : str or Profile
        The audience; what it does not name is taken out first, before any format.
    to : str or Path
        ``.geojson`` ``.json`` (RFC 7946, WGS 84) · ``.gpkg`` (styled, for QGIS) ·
        ``.parquet`` (GeoParquet) · ``.fgb`` (FlatGeobuf) · ``.shp`` (with ``.fields.csv``,
        the map of short names) · ``.txt`` (reported coordinates: code, land use code and
        boundary alone) · ``.csv`` (codes, for programs) and ``.xlsx`` (Chinese words, for
        readers), both without geometry. An existing file is replaced, whole or
        not at all.

    Returns
    -------
    int
        Parcels written.

    Raises
    ------
    LandgovError
        If the profile is unknown, or the ending; the message names those there are.
    """
    to = Path(to)
    audience = _profile(profile)
    writer = _WRITERS.get(to.suffix.lower())
    if writer is None:
        raise LandgovError(
            f"{to.name}: no format has the ending {to.suffix!r}.",
            do=f"--to {to.stem}.geojson  (or {', '.join(_WRITERS)})",
            message_zh=f"{to.name}：不支持扩展名“{to.suffix}”。",
        )
    parcels = select(result.parcels, "parcels", audience)
    writer(parcels, to, audience, date_of(result))
    return len(parcels)


_profile = profile


def date_of(result: Any) -> date:
    """Date on which a result was judged, from its report or its workspace."""
    report = getattr(result, "report", None)
    found = report.get("as_of") if isinstance(report, dict) else None
    if found is None:
        found = getattr(getattr(result, "workspace", None), "as_of", None)
    if isinstance(found, str):
        return date.fromisoformat(found[:10])
    if isinstance(found, date):
        return found
    raise LandgovError("the result does not say its as_of date.", do='result.report["as_of"]')


def _geojson(parcels: gpd.GeoDataFrame, to: Path, audience: Profile, as_of: date) -> None:
    del audience, as_of
    write_geojson(parcels, to)


def _geopackage(parcels: gpd.GeoDataFrame, to: Path, audience: Profile, as_of: date) -> None:
    answers = typed(parcels, "parcels")
    layers = [
        layer for layer in build_layers(answers, profile="export") if layer.table == "parcels"
    ]
    del audience
    write_geopackage({"parcels": parcels}, layers, to, as_of=as_of)


def _parquet(parcels: gpd.GeoDataFrame, to: Path, audience: Profile, as_of: date) -> None:
    del audience, as_of
    write_parquet(typed(flat(parcels, "parcels"), "parcels"), to)


def _flatgeobuf(parcels: gpd.GeoDataFrame, to: Path, audience: Profile, as_of: date) -> None:
    del audience, as_of
    rows = plain(typed(flat(parcels, "parcels"), "parcels"))
    # The format's spatial index has no place for a parcel without a shape.
    shaped = not parcels.empty and not (parcels.geometry.isna() | parcels.geometry.is_empty).any()
    with whole(to) as part:
        pyogrio.write_dataframe(
            rows,
            part,
            layer="parcels",
            driver="FlatGeobuf",
            geometry_type="MultiPolygon",
            promote_to_multi=True,
            layer_options={"SPATIAL_INDEX": "YES" if shaped else "NO"},
        )


def _shapefile(parcels: gpd.GeoDataFrame, to: Path, audience: Profile, as_of: date) -> None:
    del audience
    rows = plain(typed(flat(parcels, "parcels"), "parcels"))
    names = short_names([name for name in rows.columns if name != parcels.active_geometry_name])
    cut: dict[str, int] = {}
    for name in names:
        rows[name], cut[name] = _cut(rows[name])
    with whole(to) as part:
        pyogrio.write_dataframe(
            rows.rename(columns=names),
            part,
            layer=part.stem,
            driver="ESRI Shapefile",
            encoding="UTF-8",
            layer_options={"DBF_DATE_LAST_UPDATE": as_of.isoformat()},
        )
        _write_names(part.with_name(f"{part.stem}.fields.csv"), names, cut)


def _reported(parcels: gpd.GeoDataFrame, to: Path, audience: Profile, as_of: date) -> None:
    """Reported coordinates have fields of their own; of the parcels' they hold two codes."""
    del audience
    write_reported_txt(
        gpd.GeoDataFrame(flat(parcels, "parcels")),
        to,
        description={"数据产生日期": as_of.isoformat()},
    )


def _csv(parcels: gpd.GeoDataFrame, to: Path, audience: Profile, as_of: date) -> None:
    del audience, as_of
    rows = safe_cells(_without_geometry(parcels))
    with whole(to) as part:
        rows.to_csv(part, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def _workbook(parcels: gpd.GeoDataFrame, to: Path, audience: Profile, as_of: date) -> None:
    """Sheet for readers: answers and codes in Chinese words under Chinese headings."""
    known = fields("parcels")
    rows = _without_geometry(parcels)
    lists = {name: _list_of(known[name]) for name in rows.columns}
    rows = rows.assign(
        **{name: worded(rows[name], codes) for name, codes in lists.items() if codes}
    )
    columns = [
        Column(name, known[name].heading, 14, _FORMS.get(known[name].type, "text"))
        for name in rows.columns
    ]
    sheet = Sheet(
        "地块", rows, columns, f"地块（{audience.zh}）", (f"数据截止 {as_of.isoformat()}",)
    )
    write_workbook(to, [sheet], as_of=as_of, title="地块", footer=audience.zh)


def _list_of(field: Field) -> str:
    """Code list of a column; a yes or no is an answer."""
    return field.codes or ("answer" if field.type in ("yes_no", "answer") else "")


def _without_geometry(parcels: gpd.GeoDataFrame) -> pd.DataFrame:
    rows = plain(typed(flat(parcels, "parcels"), "parcels"))
    return pd.DataFrame(rows.drop(columns=parcels.active_geometry_name))


def short_names(names: list[str]) -> dict[str, str]:
    """Field names of at most 10 characters, each once, that a Shapefile holds.

    Examples
    --------
    >>> short_names(["town", "low_efficiency", "low_efficiency_mu"])
    {'town': 'town', 'low_efficiency': 'low_effici', 'low_efficiency_mu': 'low_effi_2'}
    """
    taken: dict[str, str] = {}
    used: set[str] = set()
    for name in names:
        short, number = name[:SHORT_NAME], 1
        while short.lower() in used:
            number += 1
            ending = f"_{number}"
            short = name[: SHORT_NAME - len(ending)] + ending
        used.add(short.lower())
        taken[name] = short
    return taken


def _cut(column: pd.Series[Any]) -> tuple[pd.Series[Any], int]:
    """Cut texts to what a Shapefile holds, between characters, and count them."""
    if not isinstance(column.dtype, pd.StringDtype):
        return column, 0
    words = column.dropna().unique()
    short = {word: word.encode()[:TEXT_BYTES].decode(errors="ignore") for word in words}
    long = {word for word, kept in short.items() if kept != word}
    return column.map(short, na_action="ignore").astype("str"), int(column.isin(long).sum())


def _write_names(path: Path, names: dict[str, str], cut: dict[str, int]) -> None:
    known = fields("parcels")
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["short", "name", "zh", "unit", "cut_values"])
        for name, short in names.items():
            field = known[name]
            table.writerow([short, name, field.zh, field.unit, cut[name]])


_WRITERS: dict[str, Callable[[gpd.GeoDataFrame, Path, Profile, date], None]] = {
    ".geojson": _geojson,
    ".json": _geojson,
    ".gpkg": _geopackage,
    ".parquet": _parquet,
    ".fgb": _flatgeobuf,
    ".shp": _shapefile,
    ".txt": _reported,
    ".csv": _csv,
    ".xlsx": _workbook,
}

ENDINGS = tuple(_WRITERS)
"""Endings of the files that can be written."""
