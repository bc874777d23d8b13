"""Names of sheets that every spreadsheet program takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 31
_RESERVED = "history"  # Excel keeps it for itself


def sheet_names(wanted: Sequence[str], taken: Iterable[str] = ()) -> list[str]:
    """Make each name legal and different from all others, letters large or small.

    Parameters
    ----------
    wanted : sequence of str
        Names as they are.
    taken : iterable of str
        Names of other sheets of the workbook.

    Examples
    --------
    >>> sheet_names(["区发改局/能源科", "区发改局?能源科", "汇总"], ["汇总"])
    ['区发改局_能源科', '区发改局_能源科 2', '汇总 2']
    """
    used = {name.casefold() for name in (*taken, _RESERVED)}
    names = []
    for name in wanted:
        # Two characters are left for the number of a second sheet of many rows.
        plain = _cut(_FORBIDDEN.sub("_", name).strip("' ") or "_", _LONGEST - 2)
        legal, count = plain, 1
        while legal.casefold() in used:
            count += 1
            ending = f" {count}"
            legal = _cut(plain, _LONGEST - 2 - len(ending)) + ending
        used.add(legal.casefold())
        names.append(legal)
    return names


def _cut(name: str, longest: int) -> str:
    """Cut to so many units of UTF-16, which is how programs count."""
    cut = name.encode("utf-16-le")[: 2 * longest].decode("utf-16-le", "ignore")
    return cut.strip("' ") or "_"
