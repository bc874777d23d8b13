"""Whose word stands where files disagree (权威来源): the order of departments by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from landgov.sources import RawTable

Said = tuple[str, str, Any]
"""File, sheet, and what it says."""


class Authority:
    """The order of departments that a policy gives for the columns of one table.

    Parameters
    ----------
    table : str
        A table of the contract.
    order : mapping
        ``column`` or ``table.column`` → departments, the first of them before the others.
    raws : sequence of RawTable
        The table's files; their blocks name the department.
    """

    def __init__(
        self, table: str, order: Mapping[str, Sequence[str]], raws: Sequence[RawTable]
    ) -> None:
        self._table, self._order = table, order
        self._sender = {
            (raw.spec.name, raw.sheet or ""): (raw.spec.department or "").strip() for raw in raws
        }

    def settle(self, column: str, said: Sequence[Said]) -> tuple[int, str] | None:
        """Pick the word of the first named department that says one thing.

        Parameters
        ----------
        column : str
            The column on which files disagree.
        said : sequence of (file, sheet, value)
            What each says.

        Returns
        -------
        tuple or None
            Position of the word that stands, and the department; None where the policy names
            nobody for the column, or the first who speaks says two things.

        Examples
        --------
        >>> Authority("links", {}, []).settle("area_mu", [("a.csv", "", 1.0), ("b.csv", "", 2.0)])
        """
        own = f"{self._table}.{column}"
        for department in self._order.get(own, self._order.get(column, ())):
            mine = [
                place
                for place, (file, sheet, _) in enumerate(said)
                if self._sender.get((file, sheet)) == department.strip()
            ]
            if mine:
                first = said[mine[0]][2]
                agreed = all(bool(said[place][2] == first) for place in mine)
                return (mine[0], department) if agreed else None
        return None
