"""Issue rows about the geometry of a checked table, many at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from landgov.quality.issues import issue
from landgov.quality.references import row_key
from landgov.quality.tables import CheckedTable

# Notes beyond this many are one row a file: nobody reads a thousand of one kind.
LISTED = 1_000


class Sayer:
    """Write issue rows with the file, sheet, row and key of the geometry they speak of.

    Parameters
    ----------
    checked : CheckedTable
        The table.
    issues : list of dict
        Rows are added to it.
    """

    def __init__(self, checked: CheckedTable, issues: list[dict[str, Any]]) -> None:
        self.checked, self.issues = checked, issues
        position = checked.position["geometry"].to_numpy()
        if (position < 0).any():
            # Two files gave different outlines, or none did: any cell tells the row.
            position = np.where(position >= 0, position, checked.position.max(axis=1).to_numpy())
        self.files, self.sheets, self.rows = (
            checked.origins[name].to_numpy()[position] for name in ("file", "sheet", "row")
        )

    def key(self, place: int) -> str:
        """Key of a row."""
        return row_key(self.checked, place)

    def row(
        self,
        kind: str,
        place: int,
        value: str = "",
        before: float = np.nan,
        after: float = np.nan,
        *,
        other: str = "",
    ) -> dict[str, Any]:
        """Add one issue about the row at a position; figures in 亩.

        `other` names the second row of a pair: each pair is an issue of its own.
        """
        found = issue(
            kind,
            self.checked.name,
            file=str(self.files[place]),
            sheet=str(self.sheets[place]),
            row=int(self.rows[place]),
            key=self.key(place),
            field="geometry",
            value=value,
            before=figure(before),
            after=figure(after),
            other=other,
        )
        self.issues.append(found)
        return found

    def file(
        self, kind: str, name: str, value: str, before: float = np.nan, after: float = np.nan
    ) -> dict[str, Any]:
        """Add one issue about a whole file."""
        found = issue(
            kind,
            self.checked.name,
            file=name,
            field="geometry",
            value=value,
            before=figure(before),
            after=figure(after),
            other=name,
        )
        self.issues.append(found)
        return found

    def notes(self, kind: str, places: np.ndarray, values: list[str], most: int = LISTED) -> None:
        """Add a note a row; where a file has more than can be read, one note for all of them.

        Parameters
        ----------
        kind : str
            Kind of issue.
        places : ndarray of int
            Positions of the rows.
        values : list of str
            What each row says.
        most : int
            A file with more rows than that gets one note.
        """
        files = self.files[places]
        names, counts = np.unique(files.astype(str), return_counts=True)
        for name, count in zip(names.tolist(), counts.tolist(), strict=True):
            if count > most:
                self.file(kind, name, f"{count} 行 rows")
                continue
            for at in np.flatnonzero(files == name).tolist():
                self.row(kind, int(places[at]), values[at])


def figure(mu: float) -> str:
    """Write 亩 as the issue table does; nothing where it is missing.

    Examples
    --------
    >>> figure(1.5), figure(float("nan"))
    ('1.5000', '')
    """
    return "" if np.isnan(mu) else f"{mu:.4f}"
