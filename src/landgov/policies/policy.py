"""A policy file read on a date: its numbers, its readings, and what it extends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from landgov.errors import LandgovError
from landgov.policies.files import HEAD, choices, is_parameter, nearest, resolved
from landgov.policies.parameter import OPERATORS, Parameter
from landgov.policies.scheme import Scheme, scheme_of
from landgov.policies.settings import TABLES, check_settings, check_value

STATUS = ("in_plan", "other_source", "to_confirm")
FIELDS = ("value", "op", "unit", "from", "clause", "quote", "reading", "status")
MORE = ("source", "confirm_by")


@dataclass(frozen=True)
class Policy:
    """The numbers and readings of a policy on one date.

    Parameters
    ----------
    id, title, place : str
        What the policy is and where it applies.
    on : date
        The date on which the numbers are read.
    parameters : mapping of str to Parameter
        Numbers by name.
    settings : mapping of str to object
        Readings and lists: choices that the text leaves open.
    scheme : Scheme, optional
        How enterprises are evaluated (亩均论英雄); None where the policy names no scheme.
    """

    id: str
    title: str
    place: str
    on: date
    parameters: Mapping[str, Parameter]
    settings: Mapping[str, Any]
    scheme: Scheme | None = None

    def __getitem__(self, name: str) -> Parameter:
        """Look up a parameter.

        Raises
        ------
        LandgovError
            If the policy has no such parameter.
        """
        try:
            return self.parameters[name]
        except KeyError:
            raise LandgovError(
                f"policy {self.id} has no parameter {name!r}.",
                do=nearest(name, self.parameters),
                message_zh=f"政策 {self.id} 没有参数 {name}。",
            ) from None

    def setting(self, name: str) -> Any:
        """Look up a reading or list.

        Raises
        ------
        LandgovError
            If the policy states no such setting.
        """
        try:
            return self.settings[name]
        except KeyError:
            raise LandgovError(
                f"policy {self.id} does not state the setting {name!r}.",
                do=f'{name} = …   (or extends = "shangyu-2021-86")',
                message_zh=f"政策 {self.id} 没有写明设置 {name}。",
            ) from None

    def off(self) -> tuple[str, ...]:
        """Name the parameters without a number on the date: their clauses are off."""
        return tuple(name for name, number in self.parameters.items() if number.off)


def load_policy(name_or_path: str | Path, *, on: date) -> Policy:
    """Read a policy on a date: the numbers, operators and clauses in force then.

    Parameters
    ----------
    name_or_path : str or Path
        Id of a policy that ships with landgov, or the path of a TOML file.
    on : date
        The date on which rules are judged (`as_of`).

    Returns
    -------
    Policy
        A parameter whose first date lies after `on` is off and says so (`in_force`).

    Raises
    ------
    LandgovError
        If there is no such policy, or a number lacks what the house asks of it; all
        faults of the file are named at once.

    Examples
    --------
    >>> load_policy("shangyu-2021-86", on=date(2022, 12, 31))["small_enterprise_land"].op
    '>='
    """
    content = resolved(name_or_path)
    if content.get("abstract"):
        raise LandgovError(
            f"policy {name_or_path} holds what others share; by itself it judges nothing.",
            do=f'extends = "{name_or_path}"（写在各地自己的政策文件里 in a policy of your own）；'
            f"{choices('')}",
            message_zh=f"政策 {name_or_path} 只供其他政策引用，不能单独使用。",
        )
    faults: list[str] = []
    parameters: dict[str, Parameter] = {}
    settings: dict[str, Any] = {}
    for name, entry in content.items():
        if name in HEAD:
            continue
        if name in TABLES or not is_parameter(entry):
            settings[name] = entry
            continue
        faults.extend(_check(name, _newest(entry, on)))
        if not faults:
            parameters[name] = _parameter(name, _newest(entry, on), on)
    faults.extend(check_settings(settings))
    if faults:
        raise LandgovError(
            f"policy {name_or_path}: " + "; ".join(faults),
            do="修改政策文件（.toml）中所列之处 mend the TOML file",
            message_zh=f"政策 {name_or_path} 有 {len(faults)} 处不合要求，逐处列在下面。",
        )
    return Policy(
        id=str(content.get("id", name_or_path)),
        title=str(content.get("title", "")),
        place=str(content.get("place", "")),
        on=on,
        parameters=parameters,
        settings=settings,
        scheme=scheme_of(settings.get("evaluation")),
    )


def _newest(entry: Any, on: date) -> dict[str, Any]:
    """Version in force on the date; where none is yet, the first to come."""
    versions = [entry] if isinstance(entry, dict) else list(entry)
    versions.sort(key=_since)
    in_force = [version for version in versions if _since(version) <= on]
    return dict((in_force or versions)[-1 if in_force else 0])


def _since(version: Mapping[str, Any]) -> date:
    """First day of a version; what is no date is told by `_check` and comes last here."""
    first = version.get("from")
    return first if isinstance(first, date) else date.max


def _check(name: str, entry: Mapping[str, Any]) -> Iterator[str]:
    for field in FIELDS[1:]:
        if field not in entry:
            yield f"[{name}] lacks `{field}`"
    for field in entry:
        if field not in FIELDS + MORE:
            yield f"[{name}] has an unknown entry `{field}` ({nearest(field, FIELDS + MORE)})"
    if entry.get("op", "==") not in OPERATORS:
        yield f"[{name}] op {entry['op']!r} is none of {' '.join(OPERATORS)}"
    if entry.get("status", "in_plan") not in STATUS:
        yield f"[{name}] status {entry['status']!r} is none of {', '.join(STATUS)}"
    if "from" in entry and not isinstance(entry["from"], date):
        yield f"[{name}] from {entry['from']!r} is no date"
    yield from check_value(name, entry)


def _exact(value: Any) -> Fraction | str | None:
    """Take the number as written: 0.1 is one tenth, "1/3" a third; a grade stays text."""
    if value is None:
        return None
    if isinstance(value, str) and value[:1].isalpha():
        return value
    return Fraction(str(value))


def _parameter(name: str, entry: Mapping[str, Any], on: date) -> Parameter:
    return Parameter(
        name=name,
        value=_exact(entry.get("value")),
        op=entry["op"],
        unit=entry["unit"],
        clause=entry["clause"],
        quote=entry["quote"],
        reading=entry["reading"],
        status=entry["status"],
        since=entry["from"],
        source=entry.get("source", ""),
        confirm_by=entry.get("confirm_by", ""),
        in_force=entry["from"] <= on,
    )
