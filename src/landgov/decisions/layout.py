"""How the workbook of issues is laid out, so that it can be read when it comes back."""

from __future__ import annotations

from typing import Final

MENDED: Final = "更正值"
ACTION: Final = "处理"
REMARK: Final = "说明"
MEND, DELETE, CONFIRM = "已更正", "删除此行", "原值无误"
ACTIONS: Final = (MEND, DELETE, CONFIRM)
"""What a clerk can answer: the value is mended, the row goes, the value is right as it is."""

ISSUE_ID: Final = "issue_id"
HIDDEN: Final = (
    "table",
    "file",
    "sheet",
    "row",
    "key",
    "field",
    "kind",
    "severity",
    "value",
    "cell",
    "content",
)
"""Columns that nobody sees and by which a row of the workbook finds its row of the data."""

DELETABLE: Final = frozenset(
    (
        *("duplicate_key", "identical_row", "identical_geometry"),
        *("unknown_reference", "empty_key", "no_subject"),
    )
)
"""Kinds of issue that a row may be deleted for."""


def hidden_heading(name: str) -> str:
    """Heading of a hidden column.

    Examples
    --------
    >>> hidden_heading("field"), hidden_heading("issue_id")
    ('#field', 'issue_id')
    """
    return name if name == ISSUE_ID else f"#{name}"
