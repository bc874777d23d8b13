"""A scheme of the 亩均论英雄 evaluation, read from TOML: lists, weights, benchmarks, shares."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

from landgov.errors import LandgovError
from landgov.policies.scheme_faults import GRADES, INDICATORS, scheme_faults


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
    faults = list(scheme_faults(content))
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


def scheme_of(evaluation: Mapping[str, Any] | None) -> Scheme | None:
    """Read the scheme that a policy's `[evaluation]` names; None if it names none.

    Examples
    --------
    >>> scheme_of({"scheme": "huangyan-2022", "cap": 1.5}).cap
    1.5
    """
    if evaluation is None or "scheme" not in evaluation:
        return None
    own = {name: evaluation[name] for name in ("cap", "missing", "shares") if name in evaluation}
    return load_scheme(evaluation["scheme"], own)


def scheme_beside(content: dict[str, Any], path: Path | None) -> dict[str, Any]:
    """Find the file of a scheme beside the policy that names it, and never above it.

    Raises
    ------
    LandgovError
        If it lies outside the policy's folder.

    Examples
    --------
    >>> scheme_beside({"evaluation": {"scheme": "huangyan-2022"}}, None)
    {'evaluation': {'scheme': 'huangyan-2022'}}
    """
    evaluation = content.get("evaluation")
    named = evaluation.get("scheme") if isinstance(evaluation, dict) else None
    if path is None or not str(named).endswith(".toml"):
        return content
    home = path.parent.resolve()
    file = (home / str(named)).resolve()
    if not file.is_relative_to(home):
        raise LandgovError(
            f"policy {path.name}: the scheme {named} lies outside its folder.",
            do="把评价办法文件放在政策文件旁边 put it beside the policy",
            message_zh=f"政策 {path.name}：评价办法 {named} 在政策文件的文件夹之外。",
        )
    return {**content, "evaluation": {**content["evaluation"], "scheme": str(file)}}


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


def _cumulative(shares: Any) -> Mapping[str, float]:
    """Give cumulative shares, whether they were written so or one by one."""
    values = list(shares) if isinstance(shares, list) else [shares[grade] for grade in GRADES]
    if not (values == sorted(values) and values[-1] == 1):
        exact = [Fraction(str(value)) for value in values]
        values = [sum(exact[: place + 1]) for place in range(len(exact))]
    return {grade: float(value) for grade, value in zip(GRADES, values, strict=True)}


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
