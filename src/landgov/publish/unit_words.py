"""Units as people here write them (计量单位)."""

from __future__ import annotations

_WORDS = {
    "m2": "平方米",
    "m3": "立方米",
    "m": "米",
    "t": "吨",
    "tce": "吨标煤",
    "kWh": "千瓦时",
    "deg": "度",
}


def unit_word(unit: str) -> str:
    """Chinese word of a unit, which the reader of headings takes as well; others stay.

    Examples
    --------
    >>> unit_word("kWh"), unit_word("万元")
    ('千瓦时', '万元')
    """
    return _WORDS.get(unit, unit)
