"""The rules once more on tables that are read and checked already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from landgov.pipeline import Prepared
from landgov.policies import Policy
from landgov.register import Register, build_register
from landgov.rules import Judgement, judge

# What the base list itself depends on: another value of one of these joins it anew.
OF_THE_REGISTER: Final = frozenset(
    (
        *("links_unstated", "scale_over_allocated", "over_allocated_tolerance_mu"),
        "land_basis",
        *("sliver_m2", "national_unit", "evaluation", "double_storey_height", "growth_base_year"),
        *("land_use_tax_relief_a", "land_use_tax_relief_b", "land_use_tax_rate"),
        *("water_surcharge_c", "water_surcharge_d", "power_surcharge_c", "power_surcharge_d"),
    )
)


@dataclass(frozen=True)
class Case:
    """One policy on one day, judged on one data set.

    Parameters
    ----------
    name : str
        What is told apart: a policy, a reading, a day.
    as_of : date
        The day judged on.
    policy : Policy
        Its numbers and readings.
    register : Register
        The base list of that day.
    judged : Judgement
        What the rules say.
    """

    name: str
    as_of: date
    policy: Policy
    register: Register
    judged: Judgement


def case_of(
    ready: Prepared,
    name: str,
    policy: Policy | None = None,
    as_of: date | None = None,
    *,
    kept: dict[Any, Any] | None = None,
) -> Case:
    """Judge a prepared workspace by another policy or on another day; no file is read again.

    The base list is joined anew only where the day differs, or a setting on which it rests;
    without another policy or day the case is the workspace as it was judged.

    Parameters
    ----------
    ready : Prepared
        Read, checked and joined.
    name : str
        What to call the case.
    policy : Policy, optional
        The policy; by default the workspace's.
    as_of : date, optional
        The day; by default the workspace's. Numbers of the policy are those that it was
        loaded with.
    kept : dict, optional
        As in `judge`: answers only, and one dict for all cases of a workspace on one day.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）.
    """
    opened = replace(
        ready.workspace,
        policy=policy or ready.workspace.policy,
        as_of=as_of or ready.workspace.as_of,
    )
    if policy is None and as_of is None:
        return Case(name, opened.as_of, opened.policy, ready.register, ready.judged)
    unheard: list[dict[str, Any]] = []
    register = ready.register
    if opened.as_of != ready.workspace.as_of or _joins_anew(ready.workspace.policy, opened.policy):
        register = build_register(opened, ready.checked, unheard)
    judged = judge(opened, ready.checked, register, unheard, kept=kept)
    return Case(name, opened.as_of, opened.policy, register, judged)


def _joins_anew(before: Policy, after: Policy) -> bool:
    """Whether anything that the base list rests on differs."""
    return any(
        before.parameters.get(name) != after.parameters.get(name)
        or before.settings.get(name) != after.settings.get(name)
        for name in OF_THE_REGISTER
    )
