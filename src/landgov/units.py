"""Units of land, money, energy and goods, and the unit that a heading states (计量单位)."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgov.errors import LandgovError

__all__ = ["MU_M2", "factor", "normal", "split_heading", "to_m2", "to_mu"]

MU_M2: Final = Fraction(2000, 3)
"""Square metres in one 亩, exactly: 15 亩 are one hectare."""

Measure = TypeVar("Measure", float, "pd.Series[Any]", npt.NDArray[np.float64])

# Canonical unit → (what it measures, how many base units it holds). Two units convert if
# they measure the same thing. Electricity is apart from standard coal: the coefficient is
# a choice (当量 or 等价) that differs by more than two, so no unit table may make it.
_UNITS: Final[dict[str, tuple[str, Fraction]]] = {
    "m2": ("area", Fraction(1)),
    "亩": ("area", MU_M2),
    "万亩": ("area", MU_M2 * 10_000),
    "公顷": ("area", Fraction(10_000)),
    "km2": ("area", Fraction(1_000_000)),
    "万m2": ("area", Fraction(10_000)),
    "元": ("money", Fraction(1)),
    "千元": ("money", Fraction(1_000)),
    "万元": ("money", Fraction(10_000)),
    "百万元": ("money", Fraction(1_000_000)),
    "亿元": ("money", Fraction(100_000_000)),
    "kgce": ("standard coal", Fraction(1)),
    "tce": ("standard coal", Fraction(1_000)),
    "万tce": ("standard coal", Fraction(10_000_000)),
    "kWh": ("electricity", Fraction(1)),
    "MWh": ("electricity", Fraction(1_000)),
    "万kWh": ("electricity", Fraction(10_000)),
    "亿kWh": ("electricity", Fraction(100_000_000)),
    "kg": ("mass", Fraction(1)),
    "t": ("mass", Fraction(1_000)),
    "万t": ("mass", Fraction(10_000_000)),
    "m3": ("volume", Fraction(1)),
    "万m3": ("volume", Fraction(10_000)),
    "人": ("persons", Fraction(1)),
    "万人": ("persons", Fraction(10_000)),
    "m": ("length", Fraction(1)),
    "km": ("length", Fraction(1_000)),
    "年": ("years", Fraction(1)),
    "deg": ("angle", Fraction(1)),
    "%": ("ratio", Fraction(1, 100)),
    "ratio": ("ratio", Fraction(1)),
}

# Other spellings, in the folded form of `_folded` (NFKC, lower case, no spaces): ㎡ and m²
# are both m2 there.
_SPELLINGS: Final[dict[str, str]] = {
    **{unit.lower(): unit for unit in _UNITS},
    **dict.fromkeys(("平方米", "平米", "平方公尺", "m^2", "sqm"), "m2"),
    **dict.fromkeys(("万平方米", "万平米", "万方"), "万m2"),
    **dict.fromkeys(("市亩", "mu"), "亩"),
    **dict.fromkeys(("ha", "hm2", "hm^2"), "公顷"),
    **dict.fromkeys(("平方公里", "平方千米", "km^2"), "km2"),
    **dict.fromkeys(("人民币元", "元人民币", "rmb", "cny"), "元"),
    **dict.fromkeys(("人民币万元", "万元人民币"), "万元"),
    **dict.fromkeys(("人民币亿元", "亿元人民币"), "亿元"),
    **dict.fromkeys(("千克标煤", "千克标准煤", "公斤标煤", "公斤标准煤"), "kgce"),
    **dict.fromkeys(("吨标煤", "吨标准煤", "t标煤", "t标准煤", "吨煤当量"), "tce"),
    **dict.fromkeys(("万吨标煤", "万吨标准煤"), "万tce"),
    **dict.fromkeys(("千瓦时", "千瓦小时", "度", "kw·h", "kw.h"), "kWh"),
    **dict.fromkeys(("兆瓦时",), "MWh"),
    **dict.fromkeys(("万千瓦时", "万千瓦小时", "万度", "万kw·h", "万kw.h"), "万kWh"),
    **dict.fromkeys(("亿千瓦时", "亿度"), "亿kWh"),
    **dict.fromkeys(("千克", "公斤"), "kg"),
    **dict.fromkeys(("吨",), "t"),
    **dict.fromkeys(("万吨",), "万t"),
    **dict.fromkeys(("立方米", "m^3"), "m3"),
    **dict.fromkeys(("万立方米",), "万m3"),
    **dict.fromkeys(("米",), "m"),
    **dict.fromkeys(("千米", "公里"), "km"),
    **dict.fromkeys(("°",), "deg"),
}

_BRACKETED: Final = re.compile(
    r"^(?P<stem>.+?)\s*[(\[【〔{](?P<unit>[^()\[\]【】〔〕{}]+)[)\]】〕}]\s*$", re.S
)
_TRAILING: Final = re.compile(r"^(?P<stem>.+?)\s*[_/\s:,\-](?P<unit>[^_/\s:,\-()]+)\s*$", re.S)
_SAID: Final = re.compile(r"^\s*(?:计量)?单位\s*[:]?\s*")
_ANGLE: Final = re.compile("[经纬]度?$|角度?$")


def to_mu(m2: Measure) -> Measure:
    """Turn square metres into 亩.

    Parameters
    ----------
    m2 : float, Series or array
        Area in m².

    Returns
    -------
    float, Series or array
        Area in 亩, m² × 3 / 2000; missing stays missing.

    References
    ----------
    15 亩 = 1 公顷, so 1 亩 = 2000/3 m². The rounded 666.67 is off by 5 parts in a million.

    Examples
    --------
    >>> to_mu(20_000.0)
    30.0
    """
    return m2 * 3 / 2000


def to_m2(mu: Measure) -> Measure:
    """Turn 亩 into square metres.

    Parameters
    ----------
    mu : float, Series or array
        Area in 亩.

    Returns
    -------
    float, Series or array
        Area in m², 亩 × 2000 / 3; missing stays missing.

    References
    ----------
    15 亩 = 1 公顷, so 1 亩 = 2000/3 m².

    Examples
    --------
    >>> to_m2(30.0)
    20000.0
    """
    return mu * 2000 / 3


def normal(unit_text: str) -> str:
    """Give the one spelling under which landgov knows a unit.

    Parameters
    ----------
    unit_text : str
        A unit as people write it: full-width letters, ㎡ and m², spaces, 单位：….

    Returns
    -------
    str
        The canonical spelling, e.g. ``m2``, ``亩``, ``万元``, ``tce``, ``万kWh``.

    Raises
    ------
    LandgovError
        If the text is no unit that landgov knows.

    References
    ----------
    Unicode NFKC for the spellings; 《中华人民共和国法定计量单位》 for the units, 亩 by custom.

    Examples
    --------
    >>> normal("㎡"), normal("吨标准煤"), normal("ＫＷｈ"), normal("度")
    ('m2', 'tce', 'kWh', 'kWh')
    """
    unit = _known(unit_text)
    if unit is None:
        raise LandgovError(
            f"{unit_text!r} is no unit that landgov knows.",
            do="用下列单位之一 (one of): " + " ".join(_UNITS),
            message_zh=f"不认识的计量单位“{unit_text}”。",
        )
    return unit


def factor(unit_from: str, unit_to: str) -> Fraction:
    """Say by what a number in one unit is multiplied to be in another.

    Parameters
    ----------
    unit_from, unit_to : str
        Units in any spelling that `normal` accepts.

    Returns
    -------
    Fraction
        The exact factor.

    Raises
    ------
    LandgovError
        If a unit is unknown, or the two measure different things (元 and 亩, kWh and tce).

    References
    ----------
    1 亩 = 2000/3 m²; 1 公顷 = 15 亩.

    Examples
    --------
    >>> factor("㎡", "亩"), factor("元", "万元")
    (Fraction(3, 2000), Fraction(1, 10000))
    """
    source, target = normal(unit_from), normal(unit_to)
    (source_kind, source_size), (target_kind, target_size) = _UNITS[source], _UNITS[target]
    if source_kind != target_kind:
        same = " ".join(unit for unit, (kind, _) in _UNITS.items() if kind == target_kind)
        raise LandgovError(
            f"{unit_from!r} ({source_kind}) cannot be turned into {unit_to!r} ({target_kind}).",
            do=f"改为下列单位之一 (state one of): {same}",
            message_zh=f"单位“{unit_from}”不能换算为“{unit_to}”。",
        )
    return source_size / target_size


def split_heading(heading: str) -> tuple[str, str | None]:
    """Part a column's heading from the unit that it states (表头中的计量单位).

    A unit counts in closing brackets of any kind, or after ``_ / : , -`` or a space. After
    one of these signs a heading all in ASCII stays whole, for there the ending is part of a
    name (``floor_area_m2``). A compound unit (万元/亩) is not parted.

    Parameters
    ----------
    heading : str
        The heading as written.

    Returns
    -------
    tuple of str and (str or None)
        The heading without its unit, and the canonical unit; the heading as it is (outer
        spaces removed) and None where it states no unit.

    References
    ----------
    The headings of departments' own workbooks: 用地面积（㎡）, 发证面积_亩, 税收(万元).

    Examples
    --------
    >>> split_heading("用地面积（㎡）"), split_heading("企业名称（全称）")
    (('用地面积', 'm2'), ('企业名称（全称）', None))
    """
    whole = heading.strip()
    plain = _one_to_one(whole)
    bracketed = _BRACKETED.match(plain)
    if bracketed and (unit := _known(bracketed["unit"])):
        # 度 is a kilowatt-hour, but not under 经度 or 纬度.
        angle = bracketed["unit"].strip() == "度" and _ANGLE.search(bracketed["stem"])
        return whole[: bracketed.end("stem")].strip(), "deg" if angle else unit
    trailing = _TRAILING.match(plain)
    if not trailing or whole.isascii() or not (unit := _known(trailing["unit"])):
        return whole, None
    stem = whole[: trailing.end("stem")].strip()
    before = _TRAILING.match(_one_to_one(stem))
    if before and _known(before["unit"]):
        # 亩均税收/万元/亩 states 万元 per 亩, not 亩.
        return whole, None
    return stem, unit


def _known(unit_text: str) -> str | None:
    return _SPELLINGS.get(_folded(unit_text))


def _folded(unit_text: str) -> str:
    folded = unicodedata.normalize("NFKC", unit_text).replace("㎡", "m2")
    return re.sub(r"\s+", "", _SAID.sub("", folded)).lower()


def _one_to_one(heading: str) -> str:
    """Fold full-width signs but keep every position, so that a cut fits the heading as written."""
    folded = (unicodedata.normalize("NFKC", sign) for sign in heading)
    return "".join(new if len(new) == 1 else old for new, old in zip(folded, heading, strict=True))
