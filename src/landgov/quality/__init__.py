"""Check and repair: every finding is a row of the issue table."""

from __future__ import annotations

from landgov.quality.check import Checked, check_tables
from landgov.quality.issues import issue, issue_table, merge_issues
from landgov.quality.keys import named_among
from landgov.quality.references import at
from landgov.quality.tables import CheckedTable, source_words

__all__ = [
    "Checked",
    "CheckedTable",
    "at",
    "check_tables",
    "issue",
    "issue_table",
    "merge_issues",
    "named_among",
    "source_words",
]
