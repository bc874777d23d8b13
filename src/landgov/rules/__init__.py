"""One function a clause: yes, no or unknown, with value, line and clause."""

from __future__ import annotations

from landgov.rules.added import added_rules
from landgov.rules.candidates import candidates, from_words
from landgov.rules.findings import kinds as finding_kinds
from landgov.rules.judge import Judgement, judge
from landgov.rules.kleene import answer_from, any_of, constant, in_words
from landgov.rules.ruling import Ruling, missing_facts
from landgov.rules.users import Users

__all__ = [
    "Judgement",
    "Ruling",
    "Users",
    "added_rules",
    "answer_from",
    "any_of",
    "candidates",
    "constant",
    "finding_kinds",
    "from_words",
    "in_words",
    "judge",
    "missing_facts",
]
