"""In which rows the headings stand, and whether they are those of a table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from landgov import schema
from landgov.sources.faults import FileError, listed
from landgov.sources.heading_faults import near_headings, toml_text
from landgov.sources.headings import recognised, row_columns
from landgov.sources.heads import (
    JOIN,
    Head,
    HeadingRow,
    Merge,
    Rows,
    blocks,
    completed,
    joined,
    open_columns,
)
from landgov.sources.notes import Note, note
from landgov.sources.readings import places_of

_BLANK_SHARE = 3  # a third of the headings blank: cells were merged


@dataclass
class FirstRows:
    """The first rows of a table, and which of them was taken for the headings (0-based)."""

    rows: Sequence[Sequence[str]] = ()
    at: int = 0
    head: Head = field(default_factory=Head)


def _meant(
    table: str, headings: Sequence[str], mapping: Mapping[str, str], given: Sequence[str]
) -> set[str]:
    """Name the columns that headings supply, by the entry's mapping or by recognition."""
    mapped = {column: places_of(name, headings) for column, name in mapping.items()}
    taken = {at for places in mapped.values() for at in places}
    meant = {column for column, places in mapped.items() if places}
    meant |= {
        column
        for at, one in enumerate(headings)
        if at not in taken and (column := recognised(table, one)[0]) and column not in mapping
    }
    return meant | set(given)


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
) -> HeadingRow:
    """Make the search for the headings: the first rows unless only later ones have the key.

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
    >>> search = heading_row("towns", {}, {"town_code", "town"}, FirstRows())
    >>> search([["2022年镇街清单"], ["镇街代码", "镇街"]], ()).first
    1
    """
    wanted = set(needed)

    def meant_by(rows: Rows, merges: Sequence[Merge], run: tuple[int, int]) -> set[str]:
        names = joined(rows, merges, *run)
        hidden = open_columns(rows, merges, run[1])
        said = [name if at not in hidden else "" for at, name in enumerate(names)]
        return _meant(table, said, mapping, ())

    def search(rows: Rows, merges: Sequence[Merge] = ()) -> Head:
        runs = {run: meant_by(rows, merges, run) for run in blocks(rows, merges)}
        best = max(runs, key=lambda run: _worth(run, runs[run], wanted), default=(0, 0))
        meant = runs.get(best, set())
        # One word that is also a heading may stand in any row.
        if not (meant & wanted or len(meant) > 1 or (meant and not wanted)):
            filled = (at for at, row in enumerate(rows) if any(cell.strip() for cell in row))
            best = (at := next(filled, 0), at)
        names = tuple(joined(rows, merges, *best)) if rows else ()

        def repeats(row: Sequence[str]) -> bool:
            return _repeats(table, names, row)

        head = completed(rows, Head(*best, names), repeats)
        seen.rows, seen.at, seen.head = rows, head.last, head
        return head

    return search


def _worth(run: tuple[int, int], meant: set[str], wanted: set[str]) -> tuple[int, ...]:
    """Rank a run of rows: the key first, then columns, then few rows, then the first."""
    first, last = run
    key = bool(meant) and wanted <= meant
    return key, bool(meant & wanted), len(meant), first - last, -first


def _repeats(table: str, names: Sequence[str], row: Sequence[str]) -> bool:
    """Say whether a row names again the columns that the headings name."""
    pairs = [
        (recognised(table, name)[0], recognised(table, cell)[0])
        for name, cell in zip(names, row, strict=False)
        if cell.strip()
    ]
    same = [one for one, other in pairs if one is not None and one == other]
    return len(same) > 1 and len(same) * 2 > len(pairs)


def head_notes(head: Head) -> list[Note]:
    """Say which rows hold the headings, where it is not the first alone.

    Examples
    --------
    >>> [one["kind"] for one in head_notes(Head(1, 2, ("面积 › 证载",)))]
    ['heading_row', 'heading_rows']
    """
    notes = []
    row = head.first + 1
    if head.first > 0:
        zh, en = f"表头在第 {row} 行，其上各行未读入", f"the headings are in row {row}"
        notes.append(note("heading_row", zh, en, row=row, value=row))
    if head.last > head.first:
        last, sign = head.last + 1, JOIN.strip()
        zh = f"表头占第 {row}–{last} 行，已按“上层 {sign} 下层”合并识别"
        en = f"the headings are in rows {row} to {last}; their parts are joined"
        notes.append(note("heading_rows", zh, en, row=row, value=f"{row}-{last}"))
    for at, what, what_en in head.between:
        zh = f"第 {at + 1} 行是{what}，属于表头，未作为数据读入"
        en = f"row {at + 1} belongs to the headings ({what_en}) and is not read as a row"
        notes.append(note("heading_rows", zh, en, row=at + 1, value=what))
    return notes


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
