"""What would be (假设): other numbers, readings or days on one base list, and what they change."""

from __future__ import annotations

from landgov.scenarios.edges import edge_land, knife_edges
from landgov.scenarios.flips import flip_totals, flips
from landgov.scenarios.readings import compare_readings, reading_rows
from landgov.scenarios.rejudge import Case, case_of
from landgov.scenarios.sweep import sweep
from landgov.scenarios.worth import worth_of_departments, worth_of_facts

__all__ = [
    "Case",
    "case_of",
    "compare_readings",
    "edge_land",
    "flip_totals",
    "flips",
    "knife_edges",
    "reading_rows",
    "sweep",
    "worth_of_departments",
    "worth_of_facts",
]
