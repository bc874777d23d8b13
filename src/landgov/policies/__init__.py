"""Numbers of law: each with value, operator, unit, date, clause, quoted words and reading."""

from __future__ import annotations

from landgov.policies.files import available_policies
from landgov.policies.parameter import Parameter
from landgov.policies.policy import Policy, load_policy

__all__ = ["Parameter", "Policy", "available_policies", "load_policy"]
