"""Rules that a place adds in Python (本地规则): entry points of other packages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pandas as pd

from landgov.errors import LandgovError
from landgov.policies import Policy
from landgov.rules.ruling import Ruling

GROUP = "landgov.rules"
# Scope, clock and land states rest on one another: without one of them there is no state.
NEEDED = frozenset(
    ("in_scope", "idle_not_started", "idle_suspended", "supplied_not_used", "partly_used")
)
Rule = Callable[[pd.DataFrame, pd.DataFrame, Policy], Ruling]


@dataclass(frozen=True)
class AddedRules:
    """Rulings of added rules, by rule id, on enterprises and on parcels."""

    firms: Mapping[str, Ruling]
    parcels: Mapping[str, Ruling]


def added_rules() -> dict[str, str]:
    """Name the added rules of this installation, each with its package and version.

    Examples
    --------
    >>> isinstance(added_rules(), dict)
    True
    """
    return {
        entry.name: f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value
        for entry in _entries()
    }


def judge_added(
    enterprises: pd.DataFrame,
    parcels: pd.DataFrame,
    policy: Policy,
    known: frozenset[str],
    categories: frozenset[str],
) -> AddedRules:
    """Ask every added rule that the policy does not switch off.

    An added rule is one function, named by an entry point of the group ``landgov.rules``; the
    name of the entry point is the id of the rule, and may be Chinese. It is given the
    enterprises, the parcels and the policy, and gives a `Ruling` whose answer lies on the
    index of the one or of the other. Its category is one of the plan's, of which it becomes
    a member, or ``label``.

    Parameters
    ----------
    enterprises, parcels : DataFrame
        Of the register; a rule that changes them changes copies.
    policy : Policy
        Numbers, readings, `rules_off`.
    known : frozenset of str
        Ids of landgov's own rules, which no added rule may take.
    categories : frozenset of str
        Categories that a rule can join.

    Raises
    ------
    LandgovError
        If a rule takes the id of another, fails, or gives something else than a `Ruling`.
    """
    firms: dict[str, Ruling] = {}
    land: dict[str, Ruling] = {}
    for entry in _entries():
        if entry.name in policy.setting("rules_off"):
            continue
        if entry.name in known:
            raise _refused(entry, "its name is that of a rule of landgov", "与已有规则重名")
        ruling = _asked(entry, enterprises, parcels, policy)
        if ruling.category not in categories:
            raise _refused(
                entry,
                f"category {ruling.category!r} is none of {', '.join(sorted(categories))}",
                f"类别 {ruling.category} 不存在",
            )
        if ruling.answer.index.equals(enterprises.index):
            firms[entry.name] = ruling
        else:
            land[entry.name] = ruling
    return AddedRules(firms, land)


def check_rules_off(policy: Policy, known: frozenset[str]) -> None:
    """Refuse a policy that switches off what is no rule, or what land states rest on.

    Raises
    ------
    LandgovError
        With every name of `rules_off` that can't be switched off.
    """
    names = policy.setting("rules_off")
    there = {*known, *(entry.name for entry in _entries())}
    lost = [name for name in names if name not in there or name in NEEDED]
    if lost:
        raise LandgovError(
            f"policy {policy.id}: rules_off names what is no rule, or what can't be switched "
            f"off: {', '.join(lost)}.",
            do=f"可停用的规则 one of: {', '.join(sorted(there - NEEDED))}",
            message_zh=f"政策 {policy.id}：rules_off 中不能停用：{'、'.join(lost)}。",
        )


def _entries() -> list[EntryPoint]:
    """Entry points of the group, by name: their order must not depend on the installation."""
    return sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value))


def _asked(
    entry: EntryPoint, enterprises: pd.DataFrame, parcels: pd.DataFrame, policy: Policy
) -> Ruling:
    try:
        rule: Rule = entry.load()
        ruling: Any = rule(enterprises.copy(), parcels.copy(), policy)
    except Exception as error:  # what others wrote can fail in any way
        raise _refused(entry, f"{type(error).__name__}: {error}", "执行出错") from error
    if not isinstance(ruling, Ruling):
        raise _refused(entry, "it gives no Ruling", "返回的不是 Ruling")
    answer = ruling.answer
    on = answer.index.equals(enterprises.index) or answer.index.equals(parcels.index)
    if str(answer.dtype) != "boolean" or not on:
        raise _refused(
            entry,
            "its answer is no nullable boolean on the enterprises or the parcels",
            "结论应为 boolean 类型，索引为企业或地块",
        )
    return replace(ruling, rule=entry.name)


def _refused(entry: EntryPoint, why: str, why_zh: str) -> LandgovError:
    return LandgovError(
        f"added rule {entry.name!r} ({entry.value}): {why}.",
        do=f'rules_off = ["{entry.name}"]   (in the policy, or mend the package)',
        message_zh=f"本地规则 {entry.name}（{entry.value}）：{why_zh}。",
    )
