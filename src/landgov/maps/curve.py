"""The curve of a category over a moving line (阈值曲线): land, parcels, enterprises, tax."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from landgov.errors import LandgovError
from landgov.maps.furniture import INK, SOFT, font

_BLUE, _PALE = "#0072B2", "#B8D8EC"
_PANELS: Final = (
    ("mu", "面积（亩）", "unknown_mu"),
    ("parcels", "地块（宗）", "unknown_parcels"),
    ("enterprises", "企业（家）", None),
    ("tax_wan", "这些企业的税收（万元）", None),
)
PICTURES: Final = (".png", ".pdf", ".svg")


def write_curve(
    table: pd.DataFrame,
    path: str | Path,
    *,
    title: str,
    line: str,
    unit: str,
    as_of: date,
    now: float | None = None,
) -> Path:
    """Draw how much a category takes in as its line moves; what is 待核 lies above, in a tint.

    Parameters
    ----------
    table : DataFrame
        From `scenarios.sweep`: `value`, `mu`, `unknown_mu` (亩), `parcels`,
        `unknown_parcels`, `enterprises`, `tax_wan` (万元).
    path : str or Path
        A .png, .pdf or .svg; the same table gives the same bytes.
    title, line, unit : str
        Heading, the number that moves, and what it is measured in.
    as_of : date
        The date judged on.
    now : float, optional
        The value in force: a broken line marks it.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    LandgovError
        If the name ends otherwise.

    Examples
    --------
    >>> write_curve(pd.DataFrame(), "curve.txt", title="", line="", unit="", as_of=date.today())
    Traceback (most recent call last):
    landgov.errors.LandgovError: curve.txt：不是图的文件名。
    curve.txt is no name of a picture.
      do: --plot curve.png
    """
    path = Path(path)
    if path.suffix.lower() not in PICTURES:
        raise LandgovError(
            f"{path.name} is no name of a picture.",
            do=f"--plot {path.stem}.png",
            message_zh=f"{path.name}：不是图的文件名。",
        )
    with mpl.rc_context({"pdf.fonttype": 42, "svg.hashsalt": "landgov", "svg.fonttype": "path"}):
        figure = Figure(figsize=(9.6, 6.4), layout="constrained")
        FigureCanvasAgg(figure)
        figure.suptitle(title, fontproperties=font(14), color=INK, parse_math=False)
        panels = figure.subplots(2, 2, sharex=True)
        values = table["value"].astype(float).to_numpy()
        for axes, (name, word, open_) in zip(panels.flat, _PANELS, strict=True):
            _panel(axes, values, table, name, word, open_)
            if now is not None and values.min() <= now <= values.max():
                axes.axvline(now, color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
        for axes in panels[1]:
            axes.set_xlabel(f"{line}（{unit}）" if unit else line, fontproperties=font(9))
        told = "浅色为待核：缺少事实，既不是“是”也不是“否”。"
        if now is not None:
            told += f"虚线为现行 {now:g}。"
        if (lost := int(table["tax_unknown"].max())) > 0:
            told += f"至多 {lost} 家企业税收不明，不在税收之内。"
        figure.supxlabel(f"{told}数据截止 {as_of.isoformat()}", fontproperties=font(8), color=SOFT)
        figure.savefig(path, dpi=150, metadata=_metadata(path, title, as_of))
    return path


def _panel(
    axes: Axes, values: Any, table: pd.DataFrame, name: str, word: str, open_: str | None
) -> None:
    known = table[name].to_numpy(dtype=float)
    if open_ is not None:
        above = known + table[open_].to_numpy(dtype=float)
        axes.fill_between(values, known, above, color=_PALE, linewidth=0)
    axes.plot(values, known, color=_BLUE, linewidth=1.8, marker="o", markersize=3)
    axes.set_ylim(bottom=0)
    axes.set_title(word, fontproperties=font(10), color=INK, loc="left")
    axes.grid(visible=True, color="#DDE2E7", linewidth=0.6)
    axes.yaxis.set_major_formatter(lambda value, _place: f"{value:,.10g}")
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(font(8))
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _metadata(path: Path, title: str, as_of: date) -> dict[str, Any]:
    midnight = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)
    if path.suffix.lower() == ".pdf":
        return {"Title": title, "Creator": "landgov", "CreationDate": midnight}
    if path.suffix.lower() == ".svg":
        return {"Title": title, "Creator": "landgov", "Date": as_of.isoformat()}
    return {"Software": None}
