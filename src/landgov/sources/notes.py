"""Issue rows that reading a file gives rise to: choices made, and rows that are broken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pandas as pd

ISSUE_COLUMNS: Final = (
    "table",
    "file",
    "sheet",
    "row",
    "key",
    "field",
    "kind",
    "severity",
    "value",
    "before",
    "after",
    "message",
    "message_en",
    "department",
)

Note = dict[str, object]


def note(
    kind: str,
    zh: str,
    en: str,
    *,
    severity: str = "note",
    row: int | None = None,
    field: str | None = None,
    value: object = None,
) -> Note:
    """Make one issue row; table, file, sheet and department are filled in when it is placed.

    Examples
    --------
    >>> note("encoding", "按 GB18030 读取", "read as GB18030", value="gb18030")["severity"]
    'note'
    """
    row_of_issue: Note = dict.fromkeys(ISSUE_COLUMNS)
    row_of_issue |= {"kind": kind, "severity": severity, "row": row, "field": field}
    row_of_issue |= {"message": zh, "message_en": en}
    row_of_issue["value"] = None if value is None else str(value)
    return row_of_issue


def placed(notes: Iterable[Note], **place: object) -> tuple[Note, ...]:
    """Fill in what the reader of a bare file can't know, where it is still empty."""
    return tuple(
        {name: place.get(name) if value is None else value for name, value in row.items()}
        for row in notes
    )


def issue_table(notes: Iterable[Note]) -> pd.DataFrame:
    """Lay issue rows out as a table with the columns of the contract.

    Examples
    --------
    >>> len(issue_table([]))
    0
    """
    table = pd.DataFrame(list(notes), columns=list(ISSUE_COLUMNS))
    table["row"] = table["row"].astype("Int64")
    for name in ISSUE_COLUMNS:
        if name != "row":
            table[name] = table[name].astype("str")
    return table
