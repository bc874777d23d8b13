"""What is wrong with a scheme of evaluation, all of it at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

INDICATORS: Final[Mapping[str, str]] = {
    "tax_per_mu": "亩均税收",
    "value_added_per_mu": "亩均增加值",
    "revenue_per_mu": "亩均营业收入",
    "labour_productivity": "全员劳动生产率",
    "value_added_per_energy": "单位能耗增加值",
    "value_added_per_emission": "单位排放增加值",
    "rd_share": "R&D占比",
    "tax_per_power": "单位用电税收",
}
MISSING: Final = ("zero", "mean", "skip", "none")
GRADES: Final = ("A", "B", "C", "D")
_SUM_TOLERANCE = 1e-9
_HEAD = {
    *("id", "title", "place", "year", "status", "source", "cap", "floor", "missing"),
    *("energy_basis", "shares", "shares_status", "lists", "extends"),
}
_LIST = {"name", "zh", "above_scale", "land_at_least", "land_below", "tenant", "indicators"}
_INDICATOR = {"name", "weight", "benchmark", "unit", "missing"}


def scheme_faults(content: Mapping[str, Any]) -> Iterator[str]:
    """Name everything in a scheme that can't be evaluated with.

    Parameters
    ----------
    content : mapping
        The scheme as TOML gives it.

    Examples
    --------
    >>> list(scheme_faults({"shares": [0.2, 0.4, 0.35, 0.05]}))
    ['there is no [[lists]]']
    """
    yield from (f"{name} is unknown" for name in sorted(set(content) - _HEAD))
    cap = content.get("cap", "none")
    if cap != "none" and not (_number(cap) and cap > 0):
        yield f'cap = {cap!r} is neither a number above 0 nor "none"'
    if not _number(content.get("floor", 0)):
        yield f"floor = {content['floor']!r} is no number"
    if content.get("missing", "zero") not in MISSING:
        yield f"missing = {content['missing']!r} is none of {', '.join(MISSING)}"
    if content.get("energy_basis") not in (None, "equivalent", "calorific"):
        yield f"energy_basis = {content['energy_basis']!r} is neither equivalent nor calorific"
    yield from _share_faults(content.get("shares"))
    lists = content.get("lists")
    if not (isinstance(lists, list) and lists):
        yield "there is no [[lists]]"
        return
    for entry in lists:
        yield from _list_faults(entry)


def _share_faults(shares: object) -> Iterator[str]:
    if isinstance(shares, list) and len(shares) == len(GRADES):
        shares = dict(zip(GRADES, shares, strict=True))
    if not isinstance(shares, Mapping) or set(shares) != set(GRADES):
        yield "shares takes the share of each of A, B, C, D"
        return
    values = [shares[grade] for grade in GRADES]
    if not all(_number(value) and 0 <= value <= 1 for value in values):
        yield "shares are numbers from 0 to 1"
        return
    rises = values == sorted(values) and values[-1] == 1
    if not rises and abs(sum(values) - 1) > _SUM_TOLERANCE:
        yield "shares add up to 1, or rise from A to D up to 1"


def _list_faults(entry: Mapping[str, Any]) -> Iterator[str]:
    name = entry.get("name", "?")
    yield from (f"list {name}: {key} is unknown" for key in sorted(set(entry) - _LIST))
    indicators = entry.get("indicators")
    if not (isinstance(indicators, list) and indicators):
        yield f"list {name} has no indicators"
        return
    for indicator in indicators:
        called = indicator.get("name")
        yield from (
            f"list {name}, {called}: {key} is unknown"
            for key in sorted(set(indicator) - _INDICATOR)
        )
        if called not in INDICATORS:
            yield f"list {name}: {called!r} is none of {', '.join(INDICATORS)}"
        for key in ("weight", "benchmark"):
            if not (_number(indicator.get(key)) and indicator[key] > 0):
                yield f"list {name}, {called}: {key} is no number above 0"
        if indicator.get("missing", "zero") not in MISSING:
            yield f"list {name}, {called}: missing is none of {', '.join(MISSING)}"


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
