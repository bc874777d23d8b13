"""Cells of a workbook that hold no value but an error, which its reader gives as empty.

An empty event date means that the event has not happened: #N/A must not look like it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path, PurePosixPath

_ERROR = re.compile(
    rb'<(?:\w+:)?c\b(?P<head>[^>]*\bt="e"[^>]*)>.*?<(?:\w+:)?v>(?P<said>[^<]*)<', re.S
)
_BARE_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b(?P<head>[^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>(?P<said>[^<]*)</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')


@dataclass(frozen=True)
class ErrorCell:
    """One such cell: 0-based row and column, and what it shows."""

    row: int
    column: int
    shows: str


def error_cells(path: Path, sheet: str) -> list[ErrorCell]:
    """Find error values and formulas that were never worked out, in one sheet of an .xlsx.

    Parameters
    ----------
    path : Path
        The workbook; nothing is found in the old .xls.
    sheet : str
        The sheet.

    References
    ----------
    ECMA-376-1, 18.3.1.4: a cell of type ``e`` holds an error; one of type ``str`` may be
    empty on purpose.
    """
    if not zipfile.is_zipfile(path):
        return []
    with zipfile.ZipFile(path) as parts:
        name = _part_of(parts, sheet)
        if name is None:
            return []
        page = parts.read(name)
    found = list(_found(page, _ERROR)) if b't="e"' in page else []
    if b"<f" in page or b":f" in page:
        found += _found(page, _BARE_FORMULA)
    return found


def _found(page: bytes, pattern: re.Pattern[bytes]) -> Iterator[ErrorCell]:
    for cell in pattern.finditer(page):
        place = _PLACE.search(cell["head"])
        on_purpose = b't="str"' in cell["head"]
        if place is None or on_purpose:
            continue
        shows = unescape((cell["said"] or b"").decode("utf-8", "replace"))
        prefix = "=" if pattern is _BARE_FORMULA else ""
        yield ErrorCell(int(place[2]) - 1, _column(place[1]), prefix + shows)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


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
