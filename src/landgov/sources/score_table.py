"""The scores of the CRS court as a small table that a person reads (得分表)."""

from __future__ import annotations

import unicodedata

import numpy as np

from landgov.sources.court import Score, Verdict
from landgov.sources.crs_readings import Reading

_ROWS = 8
_HEADS = ("读法 reading", "界内 in", "线距 fit m", "九成 90%", "落在地块 on", "面积比 area")


def score_table(verdict: Verdict, stated: Reading | None) -> str:
    """Lay the scores of the readings out, the stated one first, then the best.

    Parameters
    ----------
    verdict : Verdict
        What the court found.
    stated : Reading, optional
        What the file or `landgov.toml` says.

    Returns
    -------
    str
        Lines of even columns: reading, share of the vertices inside, median and 90 %
        quantile of the distances between lines, share on reference parcels, measured area
        ÷ certificate. ✓ stands, ✗ refuted, — no evidence.

    Examples
    --------
    >>> from pyproj import CRS
    >>> from landgov.sources.court import judged
    >>> there = judged([Score(Reading(CRS(4549)), inside=1.0)])
    >>> print(score_table(there, Reading(CRS(4549))).splitlines()[1].split()[:4])
    ['✓', 'EPSG:4549', '标注', 'label']
    """
    standing = [score.reading for score in verdict.standing]
    label = [score for score in verdict.scores if score.reading == stated]
    best = [score for score in verdict.standing if score.reading != stated]
    struck = [
        score
        for score in verdict.scores
        if score.reading not in standing and score.reading != stated
    ]
    struck.sort(key=lambda score: -np.nan_to_num(score.near))
    shown = [*label, *best, *struck]
    lines = [["", *_HEADS]]
    for score in shown[:_ROWS]:
        mark = "✓" if score.reading in standing else "✗"
        name = score.reading.name + (" 标注 label" if score.reading == stated else "")
        lines.append([mark, name, *_figures(score)])
    used = [0, 1, *(at for at in range(2, 7) if any(line[at] != "—" for line in lines[1:]))]
    widths = [max(_width(line[at]) for line in lines) for at in used]
    rows = [
        "  ".join(_padded(line[at], wide) for at, wide in zip(used, widths, strict=True))
        for line in lines
    ]
    if len(shown) > _ROWS:
        rows.append(f"   … 另 {len(shown) - _ROWS} 种 more")
    return "\n".join(f"      {row.rstrip()}" for row in rows)


def _figures(score: Score) -> list[str]:
    return [
        _shown(score.inside, "{:.1%}"),
        *(_metres(one, score.most_m) for one in (score.fit_m, score.tail_m)),
        _shown(score.on_parcels, "{:.1%}"),
        _shown(score.area_ratio, "{:.3f}"),
    ]


def _shown(value: float, form: str) -> str:
    return "—" if np.isnan(value) else form.format(value)


def _metres(value: float, most: float) -> str:
    return f"≥{most:.0f}" if value >= most else _shown(value, "{:.1f}")


def _width(text: str) -> int:
    """Give the columns that a text takes on a screen: Chinese signs take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _padded(text: str, wide: int) -> str:
    return text + " " * (wide - _width(text))
