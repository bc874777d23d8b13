"""In which row the headings stand, and whether they are those of a table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from landgov import schema
from landgov.sources.faults import FileError, listed
from landgov.sources.heading_faults import near_headings, toml_text
from landgov.sources.headings import plain, recognised, row_columns

_BLANK_SHARE = 3  # a third of the headings blank: cells were merged


@dataclass
class FirstRows:
    """The first rows of a table, and which of them was taken for the headings (0-based)."""

    rows: Sequence[Sequence[str]] = ()
    at: int = 0


def _meant(
    table: str, headings: Sequence[str], mapping: Mapping[str, str], given: Sequence[str]
) -> set[str]:
    """Name the columns that headings supply, by the entry's mapping or by recognition."""
    theirs = {plain(name): column for column, name in mapping.items()}
    meant = {theirs.get(plain(one)) or recognised(table, one)[0] for one in headings}
    return {column for column in meant if column} | set(given)


def fits(
    table: str,
    mapping: Mapping[str, str],
    given: Sequence[str],
    needed: Collection[str],
) -> Callable[[Sequence[str]], bool]:
    """Make the test whether headings are those of a table: its key columns are among them.

    Examples
    --------
    >>> fits("links", {}, (), {"parcel_id", "enterprise_id"})(["宗地代码", "信用代码"])
    True
    """

    def test(headings: Sequence[str]) -> bool:
        meant = _meant(table, headings, mapping, given)
        return set(needed) <= meant and bool(meant - set(given) or not row_columns(table))

    return test


def heading_row(
    table: str, mapping: Mapping[str, str], needed: Collection[str], seen: FirstRows
) -> Callable[[Sequence[Sequence[str]]], int]:
    """Make the search for the heading row: the first row unless only a later one has the key.

    Parameters
    ----------
    table : str
        A table of the contract.
    mapping : mapping
        Column → their heading.
    needed : collection of str
        Columns that the headings have to supply.
    seen : FirstRows
        Takes what was looked at last.

    Examples
    --------
    >>> wanted = {"town_code", "town"}
    >>> heading_row("towns", {}, wanted, FirstRows())([["2022年镇街清单"], ["镇街代码", "镇街"]])
    1
    """
    wanted = set(needed)

    def search(first: Sequence[Sequence[str]]) -> int:
        meant = [_meant(table, row, mapping, ()) for row in first]
        whole = [n for n, columns in enumerate(meant) if wanted <= columns and columns]
        part = [n for n, columns in enumerate(meant) if columns & (wanted or columns)]
        filled = [n for n, row in enumerate(first) if any(cell.strip() for cell in row)]
        seen.rows, seen.at = first, (whole or part or filled or [0])[0]
        return seen.at

    return search


def stacked_rows(seen: FirstRows) -> range:
    """Find the rows of a merged title or of headings in several rows; empty if there are none.

    A row is one of them if a third of its cells or more are blank where rows below are filled.

    Examples
    --------
    >>> list(stacked_rows(FirstRows([["镇街清单", ""], ["代码号", "名字"], ["1", "甲镇"]])))
    [0]
    """
    end = seen.at
    while end + 1 < len(seen.rows) and _merged(seen.rows[end], seen.rows[end + 1 :]):
        end += 1
    return range(seen.at, end)


def _merged(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    used = {n for later in below for n, cell in enumerate(later) if cell.strip()}
    filled = {n for n, cell in enumerate(row) if cell.strip()}
    blank = len(used - filled)
    return bool(filled) and blank > 0 and blank * _BLANK_SHARE >= len(used | filled)


def stacked_words(seen: FirstRows) -> str:
    """Say in Chinese which rows are a merged title or headings in several rows; else empty.

    Examples
    --------
    >>> stacked_words(FirstRows([["镇街清单", ""], ["代码号", "名字"], ["1", "甲镇"]]))
    '第1行是合并的标题或多行表头'
    """
    rows = stacked_rows(seen)
    if not rows:
        return ""
    last = f"至{rows[-1] + 1}" if len(rows) > 1 else ""
    return f"第{rows[0] + 1}{last}行是合并的标题或多行表头"


def stacked_faults(table: str, faults: Iterable[FileError], seen: FirstRows) -> list[FileError]:
    """Put in place of absent key columns what hides them: headings merged or in several rows.

    Parameters
    ----------
    table : str
        A table of the contract.
    faults : iterable of FileError
        What is wrong with the headings.
    seen : FirstRows
        The rows from which they were taken.
    """
    words = stacked_words(seen)
    if not words:
        return list(faults)
    return [
        _stacked(table, error, words, seen) if error.as_fault.kind == "key_column_absent" else error
        for error in faults
    ]


def _stacked(table: str, error: FileError, words: str, seen: FirstRows) -> FileError:
    column = schema.table(table).columns[error.as_fault.field]
    rows = stacked_rows(seen)
    row = rows[-1] + 2
    below = [cell.strip() for cell in seen.rows[row - 1] if cell.strip()]
    do = "请取消合并、只留一行表头（每列一个）"
    # Headings that stand in two rows can't be named by a line: only one row is read as such.
    if not any(recognised(table, one)[0] for one in seen.rows[rows[0]]):
        near = near_headings(column, below)
        theirs = toml_text(near[0] if near else f"第{row}行中的表头")
        do += f"；若第{row}行就是表头，也可写 columns = {{ {column.name} = {theirs} }}"
    return FileError(
        "key_column_absent",
        zh=f"{words}，找不到必备列 {column.name}（{column.zh}）；第{row}行：{listed(below)}",
        en=f"row {rows[0] + 1} is a merged title or one of several heading rows; "
        f"required column {column.name} is not found",
        do=do,
        field=column.name,
    )
