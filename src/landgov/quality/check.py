"""Check every table of a workspace in one pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from landgov import schema
from landgov.quality.assemble import assemble
from landgov.quality.coverage_issues import check_coverage
from landgov.quality.issues import issue_table
from landgov.quality.pieces import piece_table
from landgov.quality.references import check_references
from landgov.quality.tables import CheckedTable
from landgov.quality.tolerances import Tolerances
from landgov.quality.values import check_values
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
    faulty : GeoDataFrame
        Faulty shapes, overlaps and gaps for the error layer, in the working CRS.
    """

    tables: Mapping[str, CheckedTable]
    issues: pd.DataFrame
    faulty: gpd.GeoDataFrame = field(default_factory=lambda: piece_table((), None))

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
    limits = Tolerances.of(workspace.policy)
    tables = {
        name: assemble(
            name,
            [raw for raw in raws if raw.spec.table == name],
            workspace.crs,
            issues,
            workspace.policy.settings.get("authority"),
            limits,
        )
        for name in schema.tables()
    }
    check_references(tables, issues)
    check_values(tables, workspace, issues)
    pieces = check_coverage(tables, limits, issues)
    pieces += [piece for table in tables.values() for piece in table.pieces]
    return Checked(tables, issue_table(issues), piece_table(pieces, workspace.crs))
