"""The nearest change: which one figure, by how much, turns an answer over (最近的改变)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Any, Final

import pandas as pd

from landgov import schema
from landgov.policies import Parameter, Policy
from landgov.rules.enterprises import judge_enterprises

# parameter → figure, what it is divided by, the quotient
_LEVERS: Final[Mapping[str, tuple[str, str, str]]] = {
    "low_efficiency_tax": ("tax_wan", "land_mu", "tax_per_mu"),
    "small_enterprise_land": ("land_mu", "", "land_mu"),
    "energy_intensity": ("energy_tce", "value_added_wan", "energy_per_value_added"),
    "emission_intensity": ("emission_t", "value_added_wan", "emission_per_value_added"),
}
_PARCEL_LEVERS: Final[Mapping[str, tuple[str, str, Fraction]]] = {
    "collective_use": ("collective_plot_ratio", "plot_ratio", Fraction(1, 100)),
    "collective_petitions": ("collective_petitions", "petitions", Fraction(1)),
    "collective_structure": ("collective_building_age", "building_age", Fraction(1)),
}
_UNITS: Final[Mapping[str, str]] = {
    **{name: schema.table("enterprise_years").columns[name].unit
       for name in ("tax_wan", "energy_tce", "emission_t")},
    "land_mu": "亩", "plot_ratio": "", "petitions": "件", "building_age": "年",
}  # fmt: skip
CENT: Final = Fraction(1, 100)


@dataclass(frozen=True)
class Change:
    """One change of one figure that turns an answer over.

    Parameters
    ----------
    subject : str
        The enterprise or parcel whose figure it is.
    figure, unit : str
        What changes, and its unit.
    now, to : float
        The figure, and the nearest that turns the answer over, in whole steps.
    value, value_name, op, threshold, value_unit
        The value held against the line, and the line as it holds afterwards.
    base_name, base : str, float
        What the figure is divided by; empty where it is the value itself.
    """

    subject: str
    figure: str
    unit: str
    now: float
    to: float
    value: float
    value_name: str
    op: str
    threshold: float
    value_unit: str
    base_name: str = ""
    base: float = 1.0

    @property
    def size(self) -> float:
        """How large the change is against the figure, so that different figures compare."""
        return abs(self.to - self.now) / max(abs(self.now), 1e-9)

    @property
    def amount(self) -> float:
        """By how much the figure changes; negative where it falls."""
        return round(self.to - self.now, 6)


_OTHER: Final = {"<=": ">", "<": ">=", ">=": "<", ">": "<="}


def other_side(now: float, line: Fraction, op: str, base: float, step: Fraction) -> Fraction:
    """Nearest figure in whole steps on the other side of a line.

    Parameters
    ----------
    now : float
        The figure.
    line : Fraction
        The number of law, held against figure ÷ `base`.
    op : str
        Its operator.
    base : float
        What the figure is divided by.
    step : Fraction
        The least that a figure changes by.

    Examples
    --------
    5.20 万元/亩 on 12 亩 comes to the line with 60 万元, and over it with 60.01:

    >>> float(other_side(62.4, Fraction(5), "<=", 12.0, CENT))
    60.0
    >>> float(other_side(57.6, Fraction(5), "<=", 12.0, CENT))
    60.01
    """
    held = _exact(now) / _exact(base)
    holds = {"<=": held <= line, "<": held < line, ">=": held >= line, ">": held > line}[op]
    wanted = _OTHER[op] if holds else op
    steps = line * _exact(base) / step
    whole = {
        "<=": floor(steps),
        "<": ceil(steps) - 1,
        ">=": ceil(steps),
        ">": floor(steps) + 1,
    }[wanted]
    return whole * step


def firm_changes(firm: pd.DataFrame, policy: Policy) -> Iterator[tuple[Change, dict[str, Any]]]:
    """Every figure of an enterprise moved just over its line, with the answers that come of it.

    Parameters
    ----------
    firm : DataFrame
        One row of the register's enterprises.
    policy : Policy
        Numbers and readings.

    Yields
    ------
    tuple
        The change, and by rule the answer of the enterprise judged anew: yes, no or missing.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）1–2.
    """
    for name, (figure, whole, quotient) in _LEVERS.items():
        line = policy[name]
        now = float(firm[figure].iloc[0])
        base = float(firm[whole].iloc[0]) if whole else 1.0
        if line.off or not isinstance(line.value, Fraction) or line.op not in _OTHER:
            continue
        if pd.isna(now) or pd.isna(base) or base <= 0:
            continue
        to = float(other_side(now, line.value, line.op, base, CENT))
        if to < 0 or (figure == "land_mu" and to <= 0):
            continue
        moved = _moved(firm, figure, to)
        answers = {
            rule: one.answer.iloc[0] for rule, one in judge_enterprises(moved, policy).items()
        }
        change = _change(line, str(firm.index[0]), figure, quotient, now, to, base)
        yield replace(change, base_name=whole, base=base), answers


def _moved(firm: pd.DataFrame, figure: str, to: float) -> pd.DataFrame:
    """The enterprise with one figure changed and what is worked out of it worked out anew."""
    moved = firm.assign(**{figure: to})
    for part, whole, quotient in _LEVERS.values():
        if whole and figure in (part, whole):
            base = moved[whole]
            moved[quotient] = moved[part].div(base.where(base > 0))
    return moved


def parcel_changes(
    parcel: pd.Series, atoms: pd.DataFrame, policy: Policy, as_of: date
) -> Iterator[tuple[Change, dict[str, Any]]]:
    """Every figure of collective land itself moved just over its line.

    Parameters
    ----------
    parcel : Series
        The parcel.
    atoms : DataFrame
        Its own answers, by rule.
    policy : Policy
        `collective_*`.
    as_of : date
        For the age of buildings.
    """
    if parcel["ownership"] != "collective":
        return
    for rule, (name, figure, step) in _PARCEL_LEVERS.items():
        line = policy[name]
        row = atoms[atoms["rule"].eq(rule)]
        if line.off or not isinstance(line.value, Fraction) or line.op not in _OTHER or row.empty:
            continue
        now = as_of.year - parcel["building_year"] if figure == "building_age" else parcel[figure]
        if pd.isna(now):
            continue
        to = float(other_side(float(now), line.value, line.op, 1.0, step))
        answer = line.holds(pd.Series([to])).iloc[0]
        if rule == "collective_structure" and not answer:
            answer = parcel["structure_unsafe"]  # old or unsafe: one suffices
        if to >= 0:
            change = _change(line, str(parcel.name), figure, figure, float(now), to, 1.0)
            yield change, {rule: answer}


def _change(
    line: Parameter, subject: str, figure: str, quotient: str, now: float, to: float, base: float
) -> Change:
    holds = bool(line.holds(pd.Series([now / base])).iloc[0])
    return Change(
        subject=subject,
        figure=figure,
        unit=_UNITS[figure],
        now=now,
        to=to,
        value=now / base,
        value_name=quotient,
        op=_OTHER[line.op] if holds else line.op,
        threshold=line.number,
        value_unit=line.unit,
    )


def smallest(changes: Iterable[Change]) -> Change | None:
    """The change that is smallest against its figure."""
    return min(changes, key=lambda one: (one.size, one.figure, one.subject), default=None)


def _exact(number: float) -> Fraction:
    """The decimal that a figure is written as."""
    return Fraction(repr(float(number)))
