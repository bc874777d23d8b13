"""A scheme of the 亩均论英雄 evaluation, read from TOML: lists, weights, benchmarks, shares."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from landgov.errors import LandgovError

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


@dataclass(frozen=True)
class Indicator:
    """One indicator of a list: its weight, its benchmark, and what stands in where it is missing."""

    name: str
    weight: float
    benchmark: float
    unit: str
    missing: str


@dataclass(frozen=True)
class EvaluationList:
    """Enterprises that are ranked among each other (评价清单).

    Parameters
    ----------
    name, zh : str
        Its name.
    above_scale, tenant : bool, optional
        Take only enterprises above (or below) scale, only those without (or with) land of
        their own; None takes both.
    land_at_least, land_below : float, optional
        Limits of the land that an enterprise uses, 亩.
    indicators : tuple of Indicator
        What is scored.
    """

    name: str
    zh: str
    above_scale: bool | None
    tenant: bool | None
    land_at_least: float | None
    land_below: float | None
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class Scheme:
    """A scheme of evaluation (评价办法).

    Parameters
    ----------
    id, title, place : str
        What it is.
    cap : float, optional
        Most that an indicator can score, as a multiple of its weight; None for no cap.
    floor : float
        Least that an indicator can score, as a multiple of its weight.
    energy_basis : str, optional
        Energy on another basis counts as missing.
    shares : mapping
        Grade → cumulative share of ranks that get it or a better one.
    lists : tuple of EvaluationList
        An enterprise belongs to the first that takes it.
    """

    id: str
    title: str
    place: str
    cap: float | None
    floor: float
    energy_basis: str | None
    shares: Mapping[str, float]
    lists: tuple[EvaluationList, ...]


def load_scheme(name_or_path: str | Path, overrides: Mapping[str, Any] | None = None) -> Scheme:
    """Read a scheme that ships with landgov, or a TOML file.

    Parameters
    ----------
    name_or_path : str or Path
        An id such as ``huangyan-2022``, or the path of a file.
    overrides : mapping, optional
        `cap`, `missing`, `shares` of a policy's `[evaluation]` take the place of the scheme's.

    Raises
    ------
    LandgovError
        If there is no such scheme, or it is not whole; all faults at once.

    References
    ----------
    浙政发〔2018〕5号; 台州市黄岩区 2022.

    Examples
    --------
    >>> [indicator.weight for indicator in load_scheme("huangyan-2022").lists[0].indicators]
    [30.0, 20.0, 10.0, 20.0, 10.0, 10.0]
    """
    content = _overridden(_content(name_or_path), overrides or {})
    faults = list(_faults(content))
    if faults:
        raise LandgovError(
            f"scheme {name_or_path}: " + "; ".join(faults),
            do="修改评价办法文件（.toml）或政策的 [evaluation] 中所列之处 mend what is listed",
            message_zh=f"评价办法 {name_or_path} 有 {len(faults)} 处不合要求，逐处列在下面。",
        )
    cap = content.get("cap", "none")
    return Scheme(
        id=str(content.get("id", name_or_path)),
        title=str(content.get("title", "")),
        place=str(content.get("place", "")),
        cap=None if cap == "none" else float(cap),
        floor=float(content.get("floor", 0)),
        energy_basis=content.get("energy_basis"),
        shares=_cumulative(content["shares"]),
        lists=tuple(_list(entry, content) for entry in content["lists"]),
    )


def available_schemes() -> tuple[str, ...]:
    """Ids of the schemes that ship with landgov.

    Examples
    --------
    >>> available_schemes()
    ('huangyan-2022',)
    """
    return tuple(sorted(str(content["id"]) for content in _shipped()))


def _shipped() -> Iterator[Mapping[str, Any]]:
    for file in files("landgov.policies").joinpath("schemes").iterdir():
        if file.name.endswith(".toml"):
            yield tomllib.loads(file.read_text(encoding="utf-8"))


def _content(name_or_path: str | Path) -> Mapping[str, Any]:
    for content in _shipped():
        if content["id"] == str(name_or_path):
            return content
    path = Path(name_or_path)
    known = ", ".join(available_schemes())
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        words, zh = f"there is no scheme {str(name_or_path)!r}", f"没有评价办法“{name_or_path}”。"
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        words, zh = f"{path.name} can't be read: {error}", f"评价办法“{path.name}”无法读取。"
    raise LandgovError(
        words, do=f'scheme = "…"（可用 one of: {known}，或 TOML 文件的路径）', message_zh=zh
    )


def _overridden(content: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Put a policy's choices in the place of the scheme's; `missing` also by indicator."""
    merged = {**content, **overrides}
    missing = overrides.get("missing")
    if missing is None:
        return merged
    by_name = missing if isinstance(missing, Mapping) else dict.fromkeys(INDICATORS, missing)
    merged["missing"] = content.get("missing", "zero") if missing is by_name else missing
    merged["lists"] = [
        {
            **entry,
            "indicators": [
                {**one, "missing": by_name[one.get("name")]} if one.get("name") in by_name else one
                for one in entry.get("indicators", [])
            ],
        }
        for entry in content.get("lists", [])
    ]
    return merged


def _faults(content: Mapping[str, Any]) -> Iterator[str]:
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


def _cumulative(shares: Any) -> Mapping[str, float]:
    """Give cumulative shares, whether they were written so or one by one."""
    values = list(shares) if isinstance(shares, list) else [shares[grade] for grade in GRADES]
    if not (values == sorted(values) and values[-1] == 1):
        exact = [Fraction(str(value)) for value in values]
        values = [sum(exact[: place + 1]) for place in range(len(exact))]
    return {grade: float(value) for grade, value in zip(GRADES, values, strict=True)}


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


def _list(entry: Mapping[str, Any], content: Mapping[str, Any]) -> EvaluationList:
    rule = content.get("missing", "zero")
    return EvaluationList(
        name=str(entry["name"]),
        zh=str(entry.get("zh", entry["name"])),
        above_scale=entry.get("above_scale"),
        tenant=entry.get("tenant"),
        land_at_least=entry.get("land_at_least"),
        land_below=entry.get("land_below"),
        indicators=tuple(
            Indicator(
                name=one["name"],
                weight=float(one["weight"]),
                benchmark=float(one["benchmark"]),
                unit=str(one.get("unit", "")),
                missing=one.get("missing", rule),
            )
            for one in entry["indicators"]
        ),
    )
