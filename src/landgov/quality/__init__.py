"""Check and repair: every finding is a row of the issue table."""

from __future__ import annotations

from landgov.quality.check import Checked, check_tables
from landgov.quality.issues import issue, issue_table, merge_issues
from landgov.quality.keys import named_among
from landgov.quality.recheck import Recheck, recheck
from landgov.quality.references import at
from landgov.quality.settle import settle_issues
from landgov.quality.tables import CheckedTable, Sender, source_words
from landgov.quality.telling import tell
from landgov.quality.unmatched import unmatched

__all__ = [
    "Checked",
    "CheckedTable",
    "Recheck",
    "Sender",
    "at",
    "check_tables",
    "issue",
    "issue_table",
    "merge_issues",
    "named_among",
    "recheck",
    "settle_issues",
    "source_words",
    "tell",
    "unmatched",
]
