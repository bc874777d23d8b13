"""A policy with other numbers or readings, for asking what would be (假设)."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from landgov.errors import LandgovError
from landgov.policies.parameter import OPERATORS
from landgov.policies.policy import Policy
from landgov.policies.scheme import scheme_of
from landgov.policies.settings import check_settings, check_value

_OPERATORS: Mapping[str, str] = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "=="}


def changed_policy(policy: Policy, changes: Mapping[str, str]) -> Policy:
    """Give a policy other numbers or readings; itself it stays as it is.

    Parameters
    ----------
    policy : Policy
        The policy.
    changes : mapping of str to str
        Name of a number or setting → its value as a person writes it: ``6``, ``1/3``, ``B``,
        ``true``, ``["equal"]``; ``off`` puts a clause out of use. A number that was off is
        in use with it. ``NAME.op`` → its operator: ``<``, ``<=``, ``>``, ``>=``, ``==``, or
        ``lt``, ``le``, ``gt``, ``ge``, ``eq``, which no shell takes for its own.

    Raises
    ------
    LandgovError
        With every name that the policy lacks and every value that its name can't take.

    Examples
    --------
    >>> from datetime import date
    >>> from landgov.policies import load_policy
    >>> policy = load_policy("shangyu-2021-86", on=date(2022, 12, 31))
    >>> changed_policy(policy, {"low_efficiency_tax": "6"})["low_efficiency_tax"].number
    6.0
    """
    parameters, settings = dict(policy.parameters), dict(policy.settings)
    faults: list[str] = []
    for name, text in changes.items():
        number, _, part = name.partition(".")
        if part == "op" and number in parameters:
            op = _OPERATORS.get(text, text)
            if op not in OPERATORS:
                faults.append(f"{name} = {text!r} is none of {' '.join(OPERATORS)}")
            else:
                parameters[number] = replace(parameters[number], op=op)
        elif name in parameters:
            value = None if text == "off" else text
            wrong = list(check_value(name, {"value": value, "op": parameters[name].op}))
            faults += wrong
            if not wrong:
                exact = value if value is None or value[:1].isalpha() else Fraction(value)
                parameters[name] = replace(parameters[name], value=exact, in_force=True)
        elif name in settings:
            settings[name] = _toml(text)
        else:
            known = (*parameters, *settings)
            near = difflib.get_close_matches(name, known, n=1)
            faults.append(f"no number or setting {name!r}" + (f" ({near[0]}?)" if near else ""))
    faults += check_settings({name: settings[name] for name in changes if name in settings})
    if faults:
        raise LandgovError(
            f"policy {policy.id}: " + "; ".join(faults),
            do=f"landgov policy show {policy.id}",
            message_zh=f"政策 {policy.id}：有 {len(faults)} 处改动不成立，逐处列在下面。",
        )
    return replace(
        policy,
        parameters=parameters,
        settings=settings,
        scheme=scheme_of(settings.get("evaluation")),
    )


def _toml(text: str) -> Any:
    """Read a value as the policy file would hold it; a bare word is text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
