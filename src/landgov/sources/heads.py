"""Headings in one row or in several (多行表头), and what lies between them and the rows."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from landgov import units
from landgov.errors import LandgovError

JOIN = " › "
"""Stands between the parts of a heading whose rows were joined, the upper part first."""

SEARCHED_ROWS = 10
"""How many rows are looked at for the headings."""

LOOKED_ROWS = SEARCHED_ROWS + 6
"""How many rows are looked at in all: headings at the end of the search have rows below."""

_DEEPEST = 3
_FEWEST_NUMBERS = 3

Merge = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merged range, each as 0-based row and column."""

Rows = Sequence[Sequence[str]]

_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+%?")
_STATED = re.compile(r"(?<![\u4e00-\u9fff])(?:计量|计价|金额|面积)?单位\s*:\s*([^()\[\]【】。;]+)")
_NO_UNIT = frozenset(("", "-", "--", "—", "——", "/", "\\", "无", "单位", "计量单位"))
_STEMS = "甲乙丙丁戊己庚辛壬癸"


@dataclass(frozen=True)
class Head:
    """Where the headings of a table stand, and what they say (表头).

    Parameters
    ----------
    first, last : int
        Their first and last row, 0-based.
    names : tuple of str
        One heading a column; the parts of several rows joined, the upper first.
    between : tuple
        Rows below them that belong to the headings too: number of the row, and what it is
        in Chinese and in English.
    units : tuple of str
        Units that a title or a row of its own states for the whole sheet.
    """

    first: int = 0
    last: int = 0
    names: tuple[str, ...] = ()
    between: tuple[tuple[int, str, str], ...] = ()
    units: tuple[str, ...] = ()

    @property
    def body(self) -> int:
        """First row of the table itself, 0-based."""
        return (self.between[-1][0] if self.between else self.last) + 1


HeadingRow = Callable[[Rows, Sequence[Merge]], Head]
"""Finds the headings among the first rows of a table, given the merged ranges."""


def first_row(rows: Rows, _: Sequence[Merge] = ()) -> Head:
    """Take the first row as the headings, whatever it holds.

    Examples
    --------
    >>> first_row([["编号", "名称"], ["1", "甲厂"]]).names
    ('编号', '名称')
    """
    return Head(0, 0, tuple(rows[0]) if rows else ())


def spread(rows: Rows, merges: Sequence[Merge]) -> list[list[str]]:
    """Write the text of each merged range into all of its cells.

    Examples
    --------
    >>> spread([["用地面积", ""], ["证载", "实测"]], [((0, 0), (0, 1))])
    [['用地面积', '用地面积'], ['证载', '实测']]
    """
    cells = [list(row) for row in rows]
    for (top, left), (bottom, right) in merges:
        if top >= len(cells) or left >= len(cells[top]):
            continue
        for row in cells[top : bottom + 1]:
            for place in range(left, min(right + 1, len(row))):
                row[place] = row[place] or cells[top][left]
    return cells


def blocks(rows: Rows, merges: Sequence[Merge]) -> Iterator[tuple[int, int]]:
    """List the runs of rows that may be the headings: first and last row.

    No merged range crosses the edge of a run, a title over the whole width opens none of
    several rows, and a row with a number in it is in none of several rows.

    Examples
    --------
    >>> list(blocks([["宗地代码", "用地面积"], ["", "证载"]], [((0, 0), (1, 0))]))
    [(0, 1)]
    """
    searched = min(len(rows), SEARCHED_ROWS)
    numeric = [any(_NUMBER.fullmatch(cell.strip()) for cell in row) for row in rows]
    found = []
    for first in range(searched):
        for last in range(first, min(first + _DEEPEST, searched)):
            several = last > first
            if several and (any(numeric[first : last + 1]) or _is_title(rows[first])):
                break
            found.append((first, last))
    whole = [one for one in found if not any(_crosses(merge, *one) for merge in merges)]
    yield from whole or found


def _is_title(row: Sequence[str]) -> bool:
    filled = [place for place, cell in enumerate(row) if cell.strip()]
    return len(filled) == 1 and filled[0] == 0 and len(row) > 1


def _crosses(merge: Merge, first: int, last: int) -> bool:
    top, bottom = merge[0][0], merge[1][0]
    return top <= last < bottom or top < first <= bottom


def open_columns(rows: Rows, merges: Sequence[Merge], last: int) -> set[int]:
    """Name columns under a merged cell of a row that have texts of their own right below.

    What such a heading means is said by the row below it, not by this row alone.

    Examples
    --------
    >>> sorted(open_columns([["面积", ""], ["证载", "实测"]], [((0, 0), (0, 1))], 0))
    [0, 1]
    """
    below = rows[last + 1] if last + 1 < len(rows) else ()
    found: set[int] = set()
    for (_, left), (bottom, right) in merges:
        texts = [cell for cell in below[left : right + 1] if cell.strip()]
        worded = [cell for cell in texts if not _NUMBER.fullmatch(cell.strip())]
        if bottom == last and right > left and len(worded) > 1:
            found |= set(range(left, right + 1))
    return found


def joined(rows: Rows, merges: Sequence[Merge], first: int, last: int) -> list[str]:
    """Join the headings of several rows, column by column, the upper part first.

    Where the file knows of no merged cells, a blank cell beside the name of a group belongs
    to it if something stands below.

    Examples
    --------
    >>> joined([["代码", "面积", ""], ["", "证载", "实测"]], [], 0, 1)
    ['代码', '面积 › 证载', '面积 › 实测']
    """
    if first == last:
        return list(rows[first])
    block = spread(rows[: last + 1], merges)[first:]
    if not merges:
        for upper, lower in itertools.pairwise(block):
            _grouped(upper, lower)
    width = max(map(len, block))
    names = []
    for place in range(width):
        parts: list[str] = []
        for row in block:
            part = "".join(row[place].split("\n")).strip() if place < len(row) else ""
            if part and part not in parts[-1:]:
                parts.append(part)
        names.append(JOIN.join(parts))
    return names


def _grouped(upper: list[str], lower: Sequence[str]) -> None:
    group = ""
    for place, cell in enumerate(upper):
        below = place < len(lower) and bool(lower[place].strip())
        if cell.strip():
            group = cell if below else ""
        elif below:
            upper[place] = group
        else:
            group = ""


def completed(rows: Rows, head: Head, repeats: Callable[[Sequence[str]], bool]) -> Head:
    """Add the rows below the headings that are none of the table, and the units stated.

    Parameters
    ----------
    rows : sequence
        First rows of the table.
    head : Head
        Its headings.
    repeats : callable
        Says whether a row repeats the headings in other words.

    Examples
    --------
    >>> rows = [["代码", "税收"], ["", "万元"], ["a", "5"]]
    >>> head = completed(rows, Head(0, 0, ("代码", "税收")), lambda row: False)
    >>> head.names, head.body
    (('代码', '税收（万元）'), 2)
    """
    names = list(head.names)
    between: list[tuple[int, str, str]] = []
    stated = [unit for row in rows[: head.first] for cell in row for unit in stated_units(cell)]
    for at in range(head.last + 1, min(len(rows), head.last + 5)):
        row = [cell.strip() for cell in rows[at]]
        told = [unit for cell in row for unit in stated_units(cell)]
        if not any(row):
            continue
        if _is_numbering(row, sum(1 for name in names if name.strip())):
            between.append((at, "列号行", "numbers of columns"))
        elif repeats(row):
            between.append((at, "重复的表头", "headings again"))
        elif told and len([cell for cell in row if cell]) == 1:
            stated += told
            between.append((at, "单位行", "units"))
        elif _is_units(row):
            names = [_with_unit(name, row, place) for place, name in enumerate(names)]
            between.append((at, "单位行", "units"))
        else:
            break
    units_ = tuple(dict.fromkeys(stated))
    return Head(head.first, head.last, tuple(names), tuple(between), units_)


def _is_numbering(row: Sequence[str], named: int) -> bool:
    """Say whether a row numbers the columns: 1 2 3, (1) (2), 甲 乙 1 2, 5=3+4."""
    filled = [unicodedata.normalize("NFKC", cell) for cell in row if cell]
    plain = [re.sub(r"^[(\[](.*)[)\]]$", r"\1", cell).split("=")[0].strip() for cell in filled]
    worded = [cell for cell in plain if cell and cell in _STEMS]
    numbers = plain[len(worded) :]
    counted = [str(n) for n in range(1, len(numbers) + 1)]
    return (
        len(filled) >= max(_FEWEST_NUMBERS, named - 1)
        and len(numbers) > 1
        and worded == list(_STEMS[: len(worded)])
        and numbers == counted
    )


def _is_units(row: Sequence[str]) -> bool:
    worded = [cell for cell in row if cell not in _NO_UNIT]
    return bool(worded) and all(_unit(cell.strip("()（）[]【】")) for cell in worded)


def _with_unit(name: str, row: Sequence[str], place: int) -> str:
    unit = row[place].strip("()（）[]【】") if place < len(row) else ""
    if not name.strip() or unit in _NO_UNIT or units.split_heading(name)[1] is not None:
        return name
    return f"{name.strip()}（{unit}）"


@lru_cache(maxsize=4096)
def _unit(text: str) -> str | None:
    try:
        return units.normal(text)
    except LandgovError:
        return None


def stated_units(text: str) -> tuple[str, ...]:
    """Read the units that a title states: 单位：万元、亩.

    Examples
    --------
    >>> stated_units("税收情况表（单位：元、㎡）"), stated_units("填报单位：税务局")
    (('元', 'm2'), ())
    """
    if "单位" not in text:
        return ()
    said = _STATED.search(unicodedata.normalize("NFKC", text).replace("㎡", "m2"))
    words = re.split(r"[、,\s]+", said[1].strip()) if said else []
    found = [_unit(re.sub("^.{0,2}单位:", "", word)) for word in words if word]
    return tuple(unit for unit in found if unit) if all(found) else ()
