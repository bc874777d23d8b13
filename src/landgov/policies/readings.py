"""The register of readings (理解清单): where the text allows more than one, and who confirms."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from landgov.errors import LandgovError
from landgov.policies.changed import changed_policy
from landgov.policies.files import READINGS
from landgov.policies.policy import Policy


@dataclass(frozen=True)
class Option:
    """One reading of a question: what it says, and the change of the policy that makes it."""

    says: str
    change: Mapping[str, str]


@dataclass(frozen=True)
class Reading:
    """One question that the text leaves open.

    Parameters
    ----------
    id, question, clause : str
        Its name, the question in Chinese, and where the text stands.
    of : tuple of str
        Numbers and settings of the policy that answer it.
    default : Option
        The reading taken; its change leaves the shipped policy as it is.
    alternatives : tuple of Option
        The others that can be worked out.
    confirm_by : str
        Who can confirm it.
    touches : tuple of str
        Columns of the parcel table that it can change.
    tables : tuple of str
        Tables without which it can change nothing.
    needs : str
        What is missing where no alternative can be worked out.
    beyond : str
        What it changes where that is no answer of a rule.
    """

    id: str
    question: str
    clause: str
    of: tuple[str, ...]
    default: Option
    alternatives: tuple[Option, ...]
    confirm_by: str
    touches: tuple[str, ...]
    tables: tuple[str, ...]
    needs: str
    beyond: str

    def in_use(self, policy: Policy) -> Option | None:
        """Give the reading that a policy takes; None where it takes one of its own.

        Examples
        --------
        >>> from datetime import date
        >>> from landgov.policies import load_policy
        >>> policy = load_policy("shangyu-2021-86", on=date(2022, 12, 31))
        >>> [one] = [one for one in readings() if one.id == "three_low"]
        >>> one.in_use(policy).change["three_low_reading"]
        'A'
        """
        for option in (self.default, *self.alternatives):
            if option.change and takes(policy, option):
                return option
        return None if self.default.change else self.default

    def others(self, policy: Policy) -> tuple[Option, ...]:
        """Give the readings that can be worked out and that a policy does not take."""
        if not self.alternatives:
            return ()
        taken = self.in_use(policy)
        return tuple(one for one in (self.default, *self.alternatives) if one is not taken)


def takes(policy: Policy, option: Option) -> bool:
    """Tell whether a policy reads the text so: the change would change nothing."""
    try:
        return changed_policy(policy, option.change) == policy
    except LandgovError:
        return False


@cache
def readings() -> tuple[Reading, ...]:
    """Give every question that is open, in the order of the plan.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）–（二）.

    Examples
    --------
    >>> readings()[0].alternatives[0].change
    {'low_efficiency_tax.op': '<'}
    """
    text = files(__package__).joinpath(READINGS).read_text(encoding="utf-8")
    return tuple(_reading(entry) for entry in tomllib.loads(text)["readings"])


def _reading(entry: Mapping[str, Any]) -> Reading:
    others = entry.get("alternatives", ())
    return Reading(
        id=entry["id"],
        question=entry["question"],
        clause=entry["clause"],
        of=tuple(entry["of"]),
        default=Option(entry["default"], entry.get("taken", {})),
        alternatives=tuple(Option(one["says"], one["change"]) for one in others),
        confirm_by=entry["confirm_by"],
        touches=tuple(entry.get("touches", ())),
        tables=tuple(entry.get("tables", ())),
        needs=entry.get("needs", ""),
        beyond=entry.get("beyond", ""),
    )
