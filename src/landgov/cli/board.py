"""How the board and the feed guard are told on the console."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_NO_GUARD = {
    "missing": "还没有运行记录（out/run.json），本次报送未与上次比较",
    "damaged": "运行记录 out/run.json 已损坏，本次报送未与上次比较；landgov run 会重新写好",
    "older": "运行记录 out/run.json 是旧版的，本次报送未与上次比较；landgov run 会重新写好",
}


def board_words(summary: Mapping[str, Any], no_guard: str) -> Iterator[str]:
    """Say in a few lines what stands on the board.

    Examples
    --------
    >>> list(board_words({}, "missing"))
    ['还没有运行记录（out/run.json），本次报送未与上次比较']
    """
    if summary:
        yield (
            f"对账：{summary['differences']:,} 处不一致，涉及 {summary['differences_mu']:,.1f} 亩、"
            f"{summary['differences_wan']:,.1f} 万元"
        )
        yield (
            f"漏报：{summary['never_sent']} 项从未报送；{summary['unit_gaps']} 处单位缺数，"
            f"其中 {summary['unit_nothing']} 处一项未报"
        )
        yield (
            f"瞒报线索 {summary['reported_none']} 条，过期文件 {summary['stale_files']} 个，"
            f"未匹配 {summary['unmatched']:,} 条；全部见 out/board.xlsx"
        )
    if no_guard:
        yield _NO_GUARD[no_guard]
