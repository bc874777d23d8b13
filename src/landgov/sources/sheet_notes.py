"""Merged cells filled down and hidden cells named: what a sheet shows otherwise than its cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from landgov.sources.faults import listed
from landgov.sources.heads import Merge
from landgov.sources.notes import Note, note
from landgov.sources.sheet_parts import Hidden, letters, runs


def fill_down(
    grid: list[list[Any]], merges: Sequence[Merge], start: int, labels: Sequence[str]
) -> list[Note]:
    """Write the value of each cell merged downwards into all of its rows (合并单元格).

    Parameters
    ----------
    grid : list
        Cells of the sheet; changed.
    merges : sequence
        Its merged ranges.
    start : int
        First row below the headings, 0-based.
    labels : sequence of str
        Headings of its columns.

    Returns
    -------
    list
        A note for each range; of a number a warning, for it may be the sum of the rows.

    Examples
    --------
    >>> grid = [["代码"], ["甲"], [""]]
    >>> fill_down(grid, [((1, 0), (2, 0))], 1, ["代码"])[0]["kind"], grid[2]
    ('merged_cells', ['甲'])
    """
    notes = []
    for (top, left), (bottom, _) in sorted(merges):
        last = min(bottom, len(grid) - 1)
        if top < start or last <= top or left >= len(grid[top]):
            continue
        value = grid[top][left]
        if value is None or value == "":
            continue
        for row in grid[top + 1 : last + 1]:
            row[left] = value
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        doubt = "；如果是几行的合计，请拆分到各行" if number else ""
        doubt_en = "; if it is their sum, part it" if number else ""
        label, rows = labels[left], f"{top + 1}–{last + 1}"
        notes.append(
            note(
                "merged_cells",
                f"第 {rows} 行的“{label}”是合并单元格，各行都按“{value}”读取{doubt}",
                f"rows {rows} of {label!r} are merged; each is read as {value!r}{doubt_en}",
                severity="warning" if number else "note",
                row=top + 1,
                field=label,
                value=value,
            )
        )
    return notes


def hidden_notes(
    hidden: Hidden, grid: Sequence[Sequence[Any]], labels: Sequence[str], start: int
) -> list[Note]:
    """Name hidden columns and rows that hold something: they are read like the others (隐藏).

    Parameters
    ----------
    hidden : Hidden
        What the sheet hides.
    grid : sequence
        Cells of the sheet.
    labels : sequence of str
        Headings of its columns.
    start : int
        First row below the headings, 0-based.

    Examples
    --------
    >>> hidden = Hidden(frozenset({1}), frozenset({2}))
    >>> hidden_notes(hidden, [["甲", "乙"], ["1", "2"], ["3", "4"]], ["甲", "乙"], 1)[0]["value"]
    'B列（乙）、第3行'
    """
    body = grid[start:]
    width = len(labels)
    columns = [
        n
        for n in sorted(hidden.columns)
        if n < width and any(row[n] not in (None, "") for row in body)
    ]
    rows = [n + 1 for n in hidden.rows if start <= n < len(grid) and _filled(grid[n])]
    if not columns and not rows:
        return []
    named = [f"{letters(n)}列（{labels[n]}）" for n in columns]
    named += [f"第{run}行" for run in runs(rows)]
    words = listed(named)
    return [
        note(
            "hidden_cells",
            f"工作表中有隐藏的列或行（含筛选掉的行）：{words}；已照常读取，请确认是否应当报送",
            f"hidden columns or rows (filtered ones too) are read like the others: {words}",
            severity="warning",
            row=min(rows, default=None),
            value=words,
        )
    ]


def _filled(row: Sequence[Any]) -> bool:
    return any(cell not in (None, "") for cell in row)
