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


LOCKED: Final = frozenset(("reported_none",))
"""Kinds whose cell is the evidence of somebody else: who is asked may not write over it."""


def hidden_heading(name: str) -> str:
    """Heading of a hidden column.

    Examples
    --------
    >>> hidden_heading("field"), hidden_heading("issue_id")
    ('#field', 'issue_id')
    """
    return name if name == ISSUE_ID else f"#{name}"


DECISION: Final = "决定"
ACCEPT, REJECT = "采用", "不采用"
DECISIONS: Final = (ACCEPT, REJECT)
"""What a person can say to a match that is proposed."""
MATCH_ROLE, MATCH_AREA = "用地关系", "用地面积_亩"
MATCH_SEEN: Final = {"enterprise_id": "统一社会信用代码", "parcel_id": "宗地代码"}
"""Columns that people see of the pair, with their headings."""
MATCH_HIDDEN: Final = ("enterprise_id", "parcel_id", "method", "score", "named")
"""Columns of the workbook of matches that nobody sees and that say which pair a row is about."""
