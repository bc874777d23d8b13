"""Why a polygon is no polygon (图形错误原因), in Chinese and English."""

from __future__ import annotations

from typing import Final

COLLECTION: Final = "Mixed geometry"
NO_AREA: Final = "No polygon"
NOT_FINITE: Final = "Invalid Coordinate"
_WORDS: Final = {
    "self-intersection": "自相交",
    "ring self-intersection": "环自相交",
    "hole lies outside shell": "洞在外环之外",
    "holes are nested": "洞相互嵌套",
    "nested shells": "外环相互嵌套",
    "interior is disconnected": "内部不连通",
    "duplicate rings": "环重复",
    "too few points in geometry component": "点数过少",
    "invalid coordinate": "坐标无效",
    "ring is not closed": "环未闭合",
    COLLECTION.lower(): "混合图形，只保留面",
    NO_AREA.lower(): "没有面",
}


def bare(reason: str) -> str:
    """Cause of invalidity without the coordinates that GEOS adds.

    Examples
    --------
    >>> bare("Self-intersection[1 2]")
    'Self-intersection'
    """
    return reason.split("[", maxsplit=1)[0].strip() or reason


def cause(reason: str) -> str:
    """Name the cause of invalidity in both languages; one that is new stays as it is.

    Examples
    --------
    >>> cause("Hole lies outside shell[5 5]")
    '洞在外环之外 Hole lies outside shell'
    """
    words = bare(reason)
    return f"{_WORDS.get(words.lower(), '图形无效')} {words}"
