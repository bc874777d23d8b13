"""Values held against each other and against the policy, after all tables are read."""

from __future__ import annotations

from collections.abc import Mapping

from landgov.quality.agreement import check_agreement
from landgov.quality.code_checks import check_codes
from landgov.quality.dates import check_dates
from landgov.quality.link_checks import check_links
from landgov.quality.tables import CheckedTable
from landgov.quality.telling import Issues
from landgov.quality.town_codes import check_town_codes
from landgov.sources import Workspace


def check_values(tables: Mapping[str, CheckedTable], workspace: Workspace, issues: Issues) -> None:
    """Check codes, dates, areas, rights, shares and rows that contradict each other.

    Parameters
    ----------
    tables : mapping of str to CheckedTable
        All tables.
    workspace : Workspace
        Gives the policy, `as_of` and the year.
    issues : list of dict
        Findings are added to it. No cell is changed.

    References
    ----------
    虞政办发〔2021〕86号, 三（二）.
    """
    policy, as_of = workspace.policy, workspace.as_of
    ended = (as_of.month, as_of.day) == (12, 31)
    year = workspace.year or (as_of.year if ended else as_of.year - 1)
    check_codes(tables, policy, issues)
    check_town_codes(tables["towns"], policy, issues)
    check_dates(tables, as_of, issues)
    check_agreement(tables, policy, as_of, year, issues)
    check_links(tables, as_of, issues)
