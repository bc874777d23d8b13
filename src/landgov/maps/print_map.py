"""The print sheets: A3 PDF with searchable Chinese, and the same as a picture."""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from landgov.errors import LandgovError
from landgov.layers import Layer, known_words
from landgov.maps import furniture
from landgov.maps.drawing import draw
from landgov.maps.names import labels, letter_box
from landgov.maps.windows import Window, details, overview

# A space behind a full-width bracket is a second gap.
_GAP = re.compile(r"(?<=[）】》」』]) +| +(?=[（【《「『])")
_SUBSET = re.compile(rb"/[A-Z]{6}\+(?=NotoSansSC)")


@cache
def _layout() -> dict[str, Any]:
    text = resources.files("landgov.maps").joinpath("sheets.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def write_print_map(
    kind: str,
    layers: tuple[Layer, ...],
    parcels: gpd.GeoDataFrame,
    folder: str | Path,
    *,
    title: str,
    as_of: date,
    source: str,
    confidential: bool,
    remark: str = "",
    platforms: gpd.GeoDataFrame | None = None,
    towns: gpd.GeoDataFrame | None = None,
) -> tuple[Path, Path]:
    """Write one print sheet as PDF and PNG, A3 landscape (存量、闲置分布图).

    Parameters
    ----------
    kind : str
        ``stock`` or ``idle``: the sheet, and the name of its files.
    layers : tuple of Layer
        From `build_layers` on the same parcels.
    parcels : GeoDataFrame
        In a projected CRS, metres.
    folder : str or Path
        Where the files go; made if need be.
    title, source, remark : str
        Heading, where the data comes from, and a remark such as 虚构演示数据.
    as_of : date
        The date of the data, and the date that the PDF carries.
    confidential : bool
        Whether the sheet is stamped 内部.
    platforms, towns : GeoDataFrame, optional
        Context, in any CRS, with the columns ``platform`` and ``level``, and ``town``.

    Returns
    -------
    tuple of Path
        The PDF and the PNG. The same input gives the same bytes.

    Raises
    ------
    LandgovError
        The kind is unknown, or `parcels` are not in metres.

    References
    ----------
    虞政办发〔2021〕86号, 三（九）.

    Examples
    --------
    >>> write_print_map("soil", (), gpd.GeoDataFrame(geometry=[], crs=4549), ".", title="",
    ...                 as_of=date(2022, 12, 31), source="", confidential=False)
    Traceback (most recent call last):
    landgov.errors.LandgovError: 没有“soil”图幅。
    there is no sheet 'soil'.
      do: one of: stock, idle
    """
    if kind not in _layout()["sheet"]:
        raise LandgovError(
            f"there is no sheet {kind!r}.",
            do=f"one of: {', '.join(_layout()['sheet'])}",
            message_zh=f"没有“{kind}”图幅。",
        )
    if parcels.crs is None or not parcels.crs.is_projected:
        raise LandgovError(
            "parcels are not in a projected CRS; a print map is drawn in metres.",
            do="parcels.to_crs(4549)  (CGCS2000 / 3-degree Gauss-Kruger CM 120E)",
            message_zh="地块不是以米为单位的投影坐标，无法制图。",
        )
    title = _GAP.sub("", title)
    context = {"platforms": platforms, "towns": towns}
    frames = {
        table: rows.to_crs(parcels.crs).sort_index()
        for table, rows in context.items()
        if rows is not None and not rows.empty
    }
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context({"pdf.fonttype": 42, "hatch.linewidth": 0.45, "pdf.compression": 9}):
        figure = _sheet(kind, layers, {"parcels": parcels.sort_index(), **frames},
                        title=title, as_of=as_of, source=source,
                        confidential=confidential, remark=remark)  # fmt: skip
        pdf, png = folder / f"{kind}.pdf", folder / f"{kind}.png"
        pdf.write_bytes(_pdf(figure, title, as_of))
        figure.savefig(png, dpi=_layout()["page"]["dpi"], metadata={"Software": None})
    return pdf, png


def _pdf(figure: Figure, title: str, as_of: date) -> bytes:
    written = io.BytesIO()
    midnight = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)
    facts = {"Title": title, "Creator": "landgov", "CreationDate": midnight}
    figure.savefig(written, format="pdf", metadata=facts)
    # The six letters before an embedded font's name come from a hash that differs from run to run.
    return _SUBSET.sub(b"/LANDGV+", written.getvalue())


def _sheet(
    kind: str,
    layers: tuple[Layer, ...],
    frames: dict[str, gpd.GeoDataFrame],
    *,
    title: str,
    as_of: date,
    source: str,
    confidential: bool,
    remark: str,
) -> Figure:
    page, sheet = _layout()["page"], _layout()["sheet"][kind]
    boxes, hatches = page["boxes"], _layout()["hatch"]
    figure = Figure(figsize=(page["width"] / 25.4, page["height"] / 25.4))
    FigureCanvasAgg(figure)
    furniture.panel(figure, boxes["neat"], frame=True)
    themes = [layer for key in sheet["layers"] for layer in layers if layer.key == key]
    subject = themes[0] if themes else None
    furniture.heading(
        furniture.panel(figure, boxes["title"]), title,
        "，".join(layer.legend for layer in themes), remark=remark,
        confidential=confidential, as_of=as_of.isoformat(),
    )  # fmt: skip
    shown = [layer for layer in layers if layer.group == "context"] + themes
    window = overview(frames["parcels"], boxes["overview"], _layout()["scales"]["steps"])
    extras = _enlargements(frames["parcels"], subject, window)
    main = _map(figure, window, shown, subject, frames, edge=sheet["edge"], extras=extras)
    for extra in extras:
        _map(figure, extra, shown, subject, frames, edge=None)
        _frame_on(main, window, extra)
    furniture.north_arrow(main, 0.955, 0.9, 0.06)
    area = furniture.panel(figure, boxes["legend"], frame=True)
    furniture.legend(area, _listed(shown, frames), hatches, _note(sheet, frames["parcels"]))
    _units(furniture.panel(figure, boxes["table"], frame=True), frames["parcels"], subject)
    foot = (
        f"数据来源：{source}    数据截止：{as_of.isoformat()}    坐标系：{frames['parcels'].crs.name}"
        f"    主图比例尺：1:{window.scale:.0f}    判定由规则比对得出，供核查参考，不作为认定依据"
    )
    furniture.write(furniture.panel(figure, boxes["foot"]), 0, 5.5, foot, 8, color=furniture.SOFT)
    return figure


def _listed(shown: list[Layer], frames: dict[str, gpd.GeoDataFrame]) -> Iterator[Layer]:
    """Layers of the legend: the subjects first, then the context that is really drawn."""
    yield from (layer for layer in shown if layer.group != "context")
    context = [layer for layer in shown if layer.group == "context" and layer.table in frames]
    yield from reversed(context)


def _note(sheet: Mapping[str, Any], parcels: gpd.GeoDataFrame) -> list[str]:
    """Lines under the legend; parcels in no town would puzzle the reader beside the borders."""
    share = known_words(parcels, sheet["layers"])
    lines = [*sheet["note"], *share]
    lost = int(parcels["town"].isna().sum()) if "town" in parcels else 0
    if not lost or lost == len(parcels):
        return lines
    return [*lines, f"另有 {lost} 宗地未落任何镇街（可在界线之外），属地待核。"]


def _enlargements(parcels: gpd.GeoDataFrame, subject: Layer | None, window: Window) -> list[Window]:
    chosen = parcels if subject is None or not subject.count else parcels.loc[subject.members]
    return details(chosen, window, _layout()["page"]["boxes"]["details"], _layout()["details"],
                   _layout()["scales"]["steps"], parcels)  # fmt: skip


def _map(
    figure: Figure,
    window: Window,
    shown: list[Layer],
    subject: Layer | None,
    frames: dict[str, gpd.GeoDataFrame],
    *,
    edge: float | None,
    extras: Sequence[Window] = (),
) -> Axes:
    """Draw one map: an overview if `edge` is given, else an enlargement."""
    axes = furniture.panel(figure, window.box, frame=True)
    axes.set(xlim=(window.west, window.east), ylim=(window.south, window.north))
    hatches = _layout()["hatch"]
    for layer in shown:
        if layer.table not in frames:
            continue
        shapes = frames[layer.table].geometry
        for entry in layer.classes:
            if entry.unknown and layer is not subject:
                continue
            chosen, symbol = shapes.reindex(entry.members), entry.symbol
            if layer.table != "parcels":
                # Their borders lie over the parcels, their tint under them.
                over = replace(symbol, fill="")
                draw(axes, chosen, over, hatches=hatches, order=layer.order + 30)
                symbol = replace(symbol, edge="")
            thin = edge if edge is None or layer.group != "context" else 0.2
            draw(axes, chosen, symbol, hatches=hatches, order=layer.order, edge=thin)
    for label in labels(window, frames, extras):
        furniture.place_name(axes, label.x, label.y, label.text, label.size, label.colour)
    furniture.scale_bar(axes, 8.5 if edge is not None else 6.5)
    if window.letter:
        text = f"{window.letter}   1:{window.scale:.0f}"
        furniture.write(
            axes, 0.025, 0.945, text, 8.5, transform=axes.transAxes, zorder=60,
            bbox={"facecolor": "white", "edgecolor": furniture.INK, "linewidth": 0.5, "pad": 2.2},
        )  # fmt: skip
    return axes


def _frame_on(main: Axes, window: Window, extra: Window) -> None:
    """Show on the overview where an enlargement lies."""
    corners = np.array([[extra.west, extra.south], [extra.east, extra.north]])
    main.plot(
        corners[[0, 1, 1, 0, 0], 0], corners[[0, 0, 1, 1, 0], 1],
        color=furniture.INK, linewidth=0.9, zorder=55, scalex=False, scaley=False,
    )  # fmt: skip
    west, south, east, north = letter_box(window, extra)
    furniture.write(
        main, (west + east) / 2, (south + north) / 2, extra.letter, 8, ha="center", zorder=56, clip_on=True,
        bbox={"facecolor": "white", "edgecolor": furniture.INK, "linewidth": 0.6, "pad": 1.4},
    )  # fmt: skip


def _units(axes: Axes, parcels: gpd.GeoDataFrame, subject: Layer | None) -> None:
    column = next((name for name in ("unit", "town") if name in parcels), None)
    if subject is None or column is None or subject.land not in parcels:
        axes.set_visible(False)
        return
    members = parcels.loc[subject.members]
    groups = members.groupby(members[column].astype(object).fillna("未落镇街"))[subject.land]
    rows = pd.DataFrame({"count": groups.size(), "mu": groups.sum(min_count=1)}).astype("float64")
    rows = (
        rows.rename_axis("unit").reset_index().sort_values(["mu", "unit"], ascending=[False, True])
    )
    colour = next(entry.symbol.fill for entry in reversed(subject.classes) if not entry.unknown)
    furniture.table(axes, f"{subject.word}用地 · 按属地", rows.set_index("unit"), colour)
