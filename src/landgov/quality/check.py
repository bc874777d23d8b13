"""Check every table of a workspace in one pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from landgov import schema
from landgov.quality.assemble import assemble
from landgov.quality.issues import issue_table
from landgov.quality.references import check_codes, check_dates, check_references
from landgov.quality.tables import CheckedTable
from landgov.sources import RawTable, Workspace


@dataclass(frozen=True)
class Checked:
    """All tables of a workspace, checked, and what was found.

    Parameters
    ----------
    tables : mapping of str to CheckedTable
        Every table of the contract; one that is not given is empty and says so.
    issues : DataFrame
        The issue table.
    """

    tables: Mapping[str, CheckedTable]
    issues: pd.DataFrame

    def frame(self, name: str) -> pd.DataFrame:
        """Rows of one table."""
        return self.tables[name].frame


def check_tables(workspace: Workspace, raws: Sequence[RawTable]) -> Checked:
    """Check all that was read: types, codes, keys, references, dates, shapes.

    Parameters
    ----------
    workspace : Workspace
        The opened workspace.
    raws : sequence of RawTable
        Every file as read.

    Returns
    -------
    Checked
        Nothing of the input is dropped: refused cells are missing, repeated keys are kept
        under numbered labels, and each such change is a row of the issue table.
    """
    issues: list[dict[str, Any]] = [note for raw in raws for note in raw.notes]
    tables = {
        name: assemble(name, [raw for raw in raws if raw.spec.table == name], workspace.crs, issues)
        for name in schema.tables()
    }
    check_references(tables, issues)
    check_codes(tables, issues)
    check_dates(tables, issues)
    return Checked(tables, issue_table(issues))
