"""In which row the headings stand, and whether they are those of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from landgov import schema
from landgov.sources.headings import plain, recognised, row_columns


def _meant(
    table: str, headings: Sequence[str], mapping: Mapping[str, str], given: Sequence[str]
) -> set[str]:
    """Name the columns that headings supply, by the entry's mapping or by recognition."""
    theirs = {plain(name): column for column, name in mapping.items()}
    meant = {theirs.get(plain(one)) or recognised(table, one)[0] for one in headings}
    return {column for column in meant if column} | set(given)


def _needed(table: str) -> set[str]:
    columns = schema.table(table).columns
    return {name for name in row_columns(table) if columns[name].must}


def fits(
    table: str, mapping: Mapping[str, str], given: Sequence[str] = ()
) -> Callable[[Sequence[str]], bool]:
    """Make the test whether headings are those of a table: its key columns are among them.

    Examples
    --------
    >>> fits("links", {})(["宗地代码", "信用代码"])
    True
    """

    def test(headings: Sequence[str]) -> bool:
        meant = _meant(table, headings, mapping, given)
        return _needed(table) <= meant and bool(meant - set(given) or not row_columns(table))

    return test


def heading_row(
    table: str, mapping: Mapping[str, str], given: Sequence[str], moved: list[int]
) -> Callable[[Sequence[Sequence[str]]], int]:
    """Make the search for the heading row: the first row unless only a later one has the key.

    Examples
    --------
    >>> heading_row("towns", {}, (), [])([["2022年镇街清单"], ["镇街代码", "镇街"]])
    1
    """
    needed = _needed(table) - set(given)

    def search(first: Sequence[Sequence[str]]) -> int:
        meant = [_meant(table, row, mapping, ()) for row in first]
        whole = [n for n, columns in enumerate(meant) if needed <= columns and columns]
        part = [n for n, columns in enumerate(meant) if columns & (needed or columns)]
        filled = [n for n, row in enumerate(first) if any(cell.strip() for cell in row)]
        moved.append((whole or part or filled or [0])[0])
        return moved[-1]

    return search
