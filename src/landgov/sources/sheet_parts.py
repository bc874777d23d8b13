"""What the XML of one sheet says beside its values: which of its columns and rows are hidden."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path, PurePosixPath

_HIDDEN = rb'\bhidden="(?:1|true)"'
_COLUMN = re.compile(rb"<(?:\w+:)?col\b[^>]*" + _HIDDEN + rb"[^>]*>")
_ROW = re.compile(rb"<(?:\w+:)?row\b(?=[^>]*" + _HIDDEN + rb')[^>]*?\br="(\d{1,7})"')
_SPAN = re.compile(rb'\b(min|max)="(\d{1,5})"')
_MOST_COLUMNS = 16_384


@dataclass(frozen=True)
class Hidden:
    """Hidden columns and rows of a sheet, 0-based."""

    columns: frozenset[int] = frozenset()
    rows: frozenset[int] = frozenset()


def page_of(path: Path, sheet: str) -> bytes:
    """Unpack the XML of one sheet of an .xlsx; empty for an old .xls and where it has none.

    Parameters
    ----------
    path : Path
        The workbook.
    sheet : str
        The sheet.

    References
    ----------
    ECMA-376-2: the parts of a package and their relationships.
    """
    if not zipfile.is_zipfile(path):
        return b""
    with zipfile.ZipFile(path) as parts:
        name = _part_of(parts, sheet)
        return parts.read(name) if name is not None else b""


def hidden_of(page: bytes) -> Hidden:
    """Find the columns and rows that a reader of the sheet does not see, filtered ones too.

    Parameters
    ----------
    page : bytes
        XML of the sheet.

    References
    ----------
    ECMA-376-1, 18.3.1.13 (col) and 18.3.1.73 (row).

    Examples
    --------
    >>> hidden_of(b'<cols><col min="2" max="3" hidden="1"/></cols><sheetData></sheetData>')
    Hidden(columns=frozenset({1, 2}), rows=frozenset())
    """
    if b"hidden=" not in page:
        return Hidden()
    start = max(page.find(b"sheetData"), 0)
    columns: set[int] = set()
    for found in _COLUMN.finditer(page, 0, start):
        span = {name: int(number) for name, number in _SPAN.findall(found[0])}
        first = span.get(b"min", 1)
        last = min(span.get(b"max", first), _MOST_COLUMNS)
        columns |= set(range(first - 1, last))
    rows = {int(found[1]) - 1 for found in _ROW.finditer(page, start)}
    return Hidden(frozenset(columns), frozenset(rows))


def letters(column: int) -> str:
    """Name a column, 0-based, as the spreadsheet does.

    Examples
    --------
    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    name = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        name, column = chr(ord("A") + rest) + name, column - 1
    return name


def runs(numbers: Sequence[int]) -> list[str]:
    """Write row numbers in runs.

    Examples
    --------
    >>> runs([3, 4, 5, 9])
    ['3–5', '9']
    """
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [f"{first}–{last}" if last > first else f"{first}" for first, last in found]


def _part_of(parts: zipfile.ZipFile, sheet: str) -> str | None:
    """Find the part of the package that holds a sheet."""
    names = set(parts.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    book = parts.read("xl/workbook.xml").decode("utf-8", "replace")
    links = parts.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    for entry in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        said = re.search(r'\bname="([^"]*)"', entry)
        link = re.search(r'\b\w+:id="([^"]*)"', entry)
        if said is None or link is None or unescape(said[1]) != sheet:
            continue
        for relation in re.findall(r"<Relationship\b[^>]*>", links):
            target = re.search(r'\bTarget="([^"]*)"', relation)
            if target is not None and f'Id="{link[1]}"' in relation:
                written = target[1]
                inside = written.lstrip("/") if written.startswith("/") else f"xl/{written}"
                name = str(PurePosixPath(inside))
                return name if name in names else None
    return None
