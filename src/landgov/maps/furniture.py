"""What stands around the map: title, legend, table, north arrow, scale, labels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Polygon, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib_scalebar.scalebar import ScaleBar

from landgov.layers import Layer, Symbol
from landgov.layers.model import measure
from landgov.maps.fonts import sans_path

INK, SOFT, RED = "#1F2933", "#5B6470", "#B42318"
_POINT_MM = 25.4 / 72
_MARGIN_MM = 2.0
_LONGEST = 9  # characters of a unit's name that its column holds
# Names may hold a dollar sign: they are never read as formulas.
_PLAIN: dict[str, Any] = {"color": INK, "va": "center", "parse_math": False}


def font(size: float) -> FontProperties:
    """Give the sheet's font in a size in points.

    Examples
    --------
    >>> font(9).get_size()
    9.0
    """
    return FontProperties(fname=str(sans_path()), size=size)


def panel(figure: Figure, box: list[float], *, frame: bool = False) -> Axes:
    """Open an area of the page whose units are millimetres from its lower left corner.

    Parameters
    ----------
    figure : Figure
        The page.
    box : list of float
        Left, bottom, width, height, mm.
    frame : bool
        Whether a line runs round it.
    """
    width, height = figure.get_size_inches() * 25.4
    left, bottom, wide, high = box
    axes = figure.add_axes((left / width, bottom / height, wide / width, high / height))
    axes.set(xlim=(0, wide), ylim=(0, high), xticks=[], yticks=[])
    axes.patch.set_visible(frame)
    for spine in axes.spines.values():
        spine.set(visible=frame, linewidth=0.6, edgecolor=INK)
    return axes


def write(axes: Axes, x: float, y: float, text: str, size: float, **look: Any) -> None:
    """Put text on an area, in the sheet's font."""
    axes.text(x, y, text, fontproperties=font(size), **(_PLAIN | look))


def write_within(axes: Axes, x: float, y: float, text: str, size: float, **look: Any) -> None:
    """Put text on an area, smaller where it would run over the right border."""
    letters = sum(0.58 if sign.isascii() else 1.0 for sign in text)
    room = (axes.get_xlim()[1] - x - _MARGIN_MM) / _POINT_MM
    write(axes, x, y, text, min(size, room / max(letters, 1)), **look)


def heading(
    axes: Axes, title: str, line: str, *, remark: str, confidential: bool, as_of: str
) -> None:
    """Write the title, the line with the sheet's figures, the date and the marks.

    Parameters
    ----------
    axes : Axes
        The title's area.
    title, line, remark, as_of : str
        What to write; an empty remark is left out.
    confidential : bool
        Whether 内部 is stamped.
    """
    wide, high = axes.get_xlim()[1], axes.get_ylim()[1]
    for text, place, size, room in ((title, 0.64, 24, 0.78), (line, 0.2, 10.5, 0.8)):
        fitting = min(size, wide * room / _POINT_MM / max(len(text), 1))
        write(axes, wide / 2, high * place, text, fitting, ha="center",
              color=INK if text is title else SOFT)  # fmt: skip
    stamp: dict[str, Any] = {"boxstyle": "square,pad=0.35", "facecolor": "white"}
    if confidential:
        write(axes, 6, high * 0.64, "内部", 15, color=RED, bbox=stamp | {"edgecolor": RED})
    if remark:
        write(
            axes, wide - 6, high * 0.66, remark, 11, ha="right", color="#7A5200",
            bbox=stamp | {"edgecolor": "#7A5200"},
        )  # fmt: skip
    write(axes, wide - 5, high * 0.2, f"数据截止 {as_of}", 9, ha="right", color=SOFT)


def swatch(
    axes: Axes,
    x: float,
    y: float,
    symbol: Symbol,
    hatches: dict[str, str],
    size: tuple[float, float],
) -> None:
    """Draw a symbol as a small box centred at height `y`, mm."""
    wide, high = size
    axes.add_patch(
        Rectangle(
            (x, y - high / 2), wide, high,
            facecolor=to_rgba(symbol.fill, symbol.opacity) if symbol.fill else "white",
            edgecolor=symbol.edge or "none",
            linewidth=max(symbol.width, 0.5),
            hatch=hatches[symbol.hatch] or None,
            hatchcolor=symbol.hatch_colour or symbol.edge,
        )
    )  # fmt: skip


def legend(axes: Axes, layers: Iterable[Layer], hatches: dict[str, str], note: list[str]) -> None:
    """Write the legend: each layer with its count and land, its other classes under it.

    Parameters
    ----------
    axes : Axes
        The legend's area.
    layers : iterable of Layer
        In the order in which they are listed.
    hatches : dict
        Matplotlib's letters for the hatch names.
    note : list of str
        Lines under the entries.
    """
    y = axes.get_ylim()[1] - 5.5
    write(axes, 4, y, "图  例", 11.5)
    y -= 7.5
    for layer in layers:
        answered = [entry for entry in layer.classes if not entry.unknown]
        swatch(axes, 4, y, answered[-1].symbol, hatches, (9, 4.6))
        write_within(axes, 15.5, y, f"{layer.word}  {layer.measure_word}", 8.8)
        y -= 5.6
        for entry in layer.classes:
            if entry is answered[-1]:
                continue
            word = "待核" if entry.unknown else entry.word
            swatch(axes, 8.5, y, entry.symbol, hatches, (6.5, 3.4))
            counted = measure(entry.count, entry.mu, entry.mu_missing)
            write_within(axes, 17, y, f"{word}  {counted}", 7.4, color=SOFT)
            y -= 4.9
        y -= 0.9
    for number, text in enumerate(reversed(note)):
        write(axes, 4, 4 + number * 3.6, text, 6.8, color=SOFT)


def table(axes: Axes, title: str, rows: pd.DataFrame, colour: str) -> None:
    """Write a table of units with a bar for the land of each.

    Parameters
    ----------
    axes : Axes
        The table's area.
    title : str
        Above it.
    rows : DataFrame
        Indexed by the unit's name, columns ``count`` and ``mu``, largest first.
    colour : str
        Of the bars.
    """
    wide, high = axes.get_xlim()[1], axes.get_ylim()[1]
    write(axes, 4, high - 5.5, title, 10)
    write(axes, 34, high - 11.5, "宗", 7, color=SOFT, ha="right")
    write(axes, 49, high - 11.5, "亩", 7, color=SOFT, ha="right")
    step = min(5.2, (high - 18) / max(len(rows), 1))
    longest = rows["mu"].max() if len(rows) else 0.0
    y = high - 16
    for name, count, mu in zip(rows.index, rows["count"], rows["mu"], strict=True):
        short = str(name) if len(str(name)) <= _LONGEST else f"{str(name)[: _LONGEST - 1]}…"
        write(axes, 4, y, short, min(7.4, step / _POINT_MM * 0.62))
        write(axes, 34, y, f"{count:.0f}", 7, ha="right")
        write(axes, 49, y, "待核" if pd.isna(mu) else f"{mu:.0f}", 7, ha="right")
        if longest > 0 and mu > 0:
            axes.add_patch(
                Rectangle(
                    (51, y - step * 0.3), (wide - 55) * mu / longest, step * 0.6, color=colour
                )
            )
        y -= step
    if rows.empty:
        write(axes, 4, y, "无", 7.4, color=SOFT)


def north_arrow(axes: Axes, x: float, y: float, high: float) -> None:
    """Draw a north arrow (指北针) with its foot at `x`, `y` in fractions of the axes.

    Parameters
    ----------
    axes : Axes
        The map.
    x, y : float
        Place of the foot, 0 to 1.
    high : float
        Height in the same unit.
    """
    box = axes.get_window_extent()
    half = high * 0.2 * box.height / box.width
    tip, notch = (x, y + high), (x, y + high * 0.2)
    frame: dict[str, Any] = {"transform": axes.transAxes, "edgecolor": INK, "linewidth": 0.7}
    axes.add_patch(Polygon([tip, (x + half, y), notch], facecolor=INK, zorder=60, **frame))
    axes.add_patch(Polygon([tip, (x - half, y), notch], facecolor="white", zorder=60, **frame))
    write(axes, x, y + high * 1.16, "北", 11, ha="center", transform=axes.transAxes, zorder=60)


def scale_bar(axes: Axes, size: float = 8.0) -> None:
    """Draw a scale bar (比例尺) for a map in metres.

    Parameters
    ----------
    axes : Axes
        The map.
    size : float
        Text, points.
    """
    bar = axes.add_artist(
        ScaleBar(
            1, "m", location="lower left", rotation="horizontal-only", length_fraction=0.22, width_fraction=0.004,
            box_alpha=0.85, color=INK, border_pad=0.5, sep=2,
            font_properties={"fname": str(sans_path()), "size": size},
            scale_formatter=lambda value, unit: f"{value} {'公里' if unit == 'km' else '米'}",
        )
    )  # fmt: skip
    bar.set_zorder(58)


def place_name(axes: Axes, x: float, y: float, text: str, size: float, colour: str) -> None:
    """Write a name on the map with a pale rim, and once more plainly so that it can be searched.

    Parameters
    ----------
    axes : Axes
        The map.
    x, y : float
        Its middle, metres.
    text, colour : str
        What, and in which colour.
    size : float
        Points.
    """
    rim = [withStroke(linewidth=2.0, foreground="white", alpha=0.9)]
    look: dict[str, Any] = {"ha": "center", "color": colour, "clip_on": True}
    write(axes, x, y, text, size, zorder=50, path_effects=rim, **look)
    write(axes, x, y, text, size, zorder=51, **look)
