"""The web page that stands alone: one file, opened from a folder, without any network."""

from __future__ import annotations

import html
from datetime import date
from itertools import count
from pathlib import Path

import folium
import geopandas as gpd
import shapely

from landgov.errors import LandgovError
from landgov.layers import Layer
from landgov.maps.blocks import as_json, data_block
from landgov.maps.elements import Last, Opening, Page, Text, head, page_texts, settle
from landgov.maps.fonts import page_font

_SIMPLIFY_M = 2.0  # borders of towns and platforms; finer than their line on a screen is wide
_LONLAT = 4490
_WIDE_LEVELS = ("national", "provincial")


def write_web_map(
    layers: tuple[Layer, ...],
    parcels: gpd.GeoDataFrame,
    path: str | Path,
    *,
    title: str,
    as_of: date,
    source: str,
    confidential: bool,
    remark: str = "",
    platforms: gpd.GeoDataFrame | None = None,
    towns: gpd.GeoDataFrame | None = None,
) -> Path:
    """Write the layered map as one HTML file that needs no network (互动地图).

    Parameters
    ----------
    layers : tuple of Layer
        From `build_layers` on the same parcels.
    parcels : GeoDataFrame
        With a CRS. The popup tells what its columns hold and nothing else: cut
        them to the audience first.
    path : str or Path
        Where the page goes; its folder is made, an older page is replaced.
    title, source, remark : str
        Heading, where the data comes from, and a remark such as 虚构演示数据.
    as_of : date
        The date of the data.
    confidential : bool
        Whether the page is marked 内部.
    platforms, towns : GeoDataFrame, optional
        Context, with the columns ``platform`` and ``level``, and ``town``.

    Returns
    -------
    Path
        The page. The same input gives the same bytes.

    Raises
    ------
    LandgovError
        `parcels` have no CRS.

    References
    ----------
    虞政办发〔2021〕86号, 三（九）.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> square = gpd.GeoDataFrame(
    ...     {"stock": ["yes"], "land_mu": [1.5]},
    ...     index=["330604001001GB00017"], geometry=[shapely.box(120.8, 30, 120.801, 30.001)], crs=4490,
    ... )
    >>> from landgov.layers import build_layers
    >>> with TemporaryDirectory() as folder:
    ...     page = write_web_map(
    ...         build_layers(square, profile="public"), square, Path(folder) / "index.html",
    ...         title="存量用地", as_of=date(2022, 12, 31), source="演示", confidential=False,
    ...     )
    ...     "存量" in page.read_text(encoding="utf-8")
    True
    """
    if parcels.crs is None:
        raise LandgovError(
            "parcels have no CRS; the page needs longitude and latitude.",
            do="parcels.set_crs(4549)",
            message_zh="地块没有坐标系，无法上图。",
        )
    block = data_block(layers, parcels)
    packed = as_json(block)
    banner, footer = (
        _banner(title, as_of, remark, confidential),
        _footer(source, as_of, parcels.crs.name),
    )
    district = _map()
    groups = _context(district, layers, platforms, towns)
    if block["bounds"]:
        district.fit_bounds(block["bounds"], padding=(12, 12))
    district.add_child(Opening(groups))
    names = [_joined(platforms, "platform"), _joined(towns, "town")]
    face = page_font("".join([title, banner, footer, packed, *names, *page_texts()]))
    page = Page(title=html.escape(title))
    page.header.add_child(Text(head(face)), name="assets")
    page.html.add_child(Text(banner), name="banner")
    page.html.add_child(
        Text(f'<script type="application/json" id="landgov-data">{packed}</script>'), name="data"
    )
    page.add_child(district)
    page.add_child(Last(footer))
    settle(page, count(1))
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page.render(), encoding="utf-8", newline="\n")
    return path


def _map() -> folium.Map:
    """Make a map whose scripts and styles are those that the page itself carries."""
    district = folium.Map(
        tiles=None,
        zoom_control=False,
        attribution_control=False,
        prefer_canvas=True,
        max_zoom=20,
        zoom_snap=0.25,
        zoom_delta=0.5,
    )
    district.default_js, district.default_css = [], []
    return district


def _context(
    district: folium.Map,
    layers: tuple[Layer, ...],
    platforms: gpd.GeoDataFrame | None,
    towns: gpd.GeoDataFrame | None,
) -> dict[str, folium.FeatureGroup]:
    """Draw the borders and names of towns and platforms, each in a group that the legend switches."""
    frames = {"towns": (towns, "town"), "platforms": (platforms, "platform")}
    groups = {}
    for layer in layers:
        rows, column = frames.get(layer.table, (None, ""))
        if rows is None or rows.empty:
            continue
        group = folium.FeatureGroup(name=layer.word, show=layer.visible)
        _borders(rows.sort_index(), layer).add_to(group)
        # A few dozen names; each is an element of its own on the page.
        for name, level, point in _labels(rows.sort_index(), column):
            kind = "town" if layer.table == "towns" else "platform"
            minor = kind == "platform" and level not in _WIDE_LEVELS
            label = f"<span>{html.escape(name).replace('{', '&#123;')}</span>"
            icon = folium.DivIcon(
                html=label, icon_size=(0, 0), class_name=f"place {kind}{' minor' * minor}"
            )
            folium.Marker(point, icon=icon, interactive=False, keyboard=False).add_to(group)
        group.add_to(district)
        groups[layer.key] = group
    return groups


def _borders(rows: gpd.GeoDataFrame, layer: Layer) -> folium.GeoJson:
    """Borders without any property, so that no name passes through a template."""
    symbol = layer.classes[0].symbol
    look = {
        "color": symbol.edge,
        "weight": symbol.width * 1.6,
        "fill": bool(symbol.fill),
        "fillColor": symbol.fill or symbol.edge,
        "fillOpacity": symbol.opacity,
    }
    lines = rows.geometry.simplify(_SIMPLIFY_M).to_crs(_LONLAT)
    rounded = shapely.transform(lines.to_numpy(), lambda points: points.round(6))
    features = [
        {
            "type": "Feature",
            "id": str(number),
            "properties": {},
            "geometry": shapely.geometry.mapping(shape),
        }
        for number, shape in enumerate(rounded)
        if shape is not None and not shape.is_empty
    ]
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        style_function=lambda _: look,
        control=False,
        interactive=False,
        smooth_factor=0.8,
    )


def _labels(rows: gpd.GeoDataFrame, column: str) -> list[tuple[str, str, list[float]]]:
    points = rows.geometry.representative_point().to_crs(_LONLAT)
    levels = rows["level"].astype(str) if "level" in rows else [""] * len(rows)
    return [
        (str(name), str(level), [round(point.y, 6), round(point.x, 6)])
        for name, level, point in zip(rows[column], levels, points, strict=True)
        if isinstance(name, str) and point is not None and not point.is_empty
    ]


def _joined(rows: gpd.GeoDataFrame | None, column: str) -> str:
    return "" if rows is None else "".join(rows[column].dropna().astype(str))


def _banner(title: str, as_of: date, remark: str, confidential: bool) -> str:
    parts = [f"<h1>{html.escape(title)}</h1>"]
    if confidential:
        parts.append('<span class="tag internal">内部</span>')
    if remark:
        parts.append(f'<span class="tag remark">{html.escape(remark)}</span>')
    parts.append(f'<span class="date">数据截止 {as_of.isoformat()}</span>')
    parts.append(
        '<div class="search"><input id="search" type="search" autocomplete="off" '
        'placeholder="地块编号、企业、坐落、镇街或平台" aria-label="搜索地块编号、企业、坐落、镇街或平台">'
        '<ul id="found" hidden></ul></div>'
    )
    return "<header>" + "".join(parts) + "</header>"


def _footer(source: str, as_of: date, crs: str) -> str:
    return (
        f"<footer><span>数据来源：{html.escape(source)}</span>"
        f"<span>数据截止：{as_of.isoformat()}</span><span>坐标系：{html.escape(crs)}</span>"
        "<span>判定由规则比对得出，供核查参考，不作为认定依据</span></footer>"
    )
