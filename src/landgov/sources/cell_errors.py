"""Cells of a workbook that hold no value but an error, which its reader gives as empty.

An empty event date means that the event has not happened: #N/A must not look like it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

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


def error_cells(page: bytes) -> list[ErrorCell]:
    """Find error values and formulas that were never worked out, in one sheet of an .xlsx.

    Parameters
    ----------
    page : bytes
        XML of the sheet.

    References
    ----------
    ECMA-376-1, 18.3.1.4: a cell of type ``e`` holds an error; one of type ``str`` may be
    empty on purpose.
    """
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
