"""What people decided (决定): the workspace's ``state/``, read early and never written by a run."""

from __future__ import annotations

from landgov.decisions.books import Answer, Book, read_books
from landgov.decisions.layout import (
    ACTION,
    ACTIONS,
    HIDDEN,
    ISSUE_ID,
    MENDED,
    REMARK,
    hidden_heading,
)
from landgov.decisions.mended import Decided, Outcome, decide, load_decided
from landgov.decisions.rows import Rows, bare, cell_words

__all__ = [
    "ACTION",
    "ACTIONS",
    "HIDDEN",
    "ISSUE_ID",
    "MENDED",
    "REMARK",
    "Answer",
    "Book",
    "Decided",
    "Outcome",
    "Rows",
    "bare",
    "cell_words",
    "decide",
    "hidden_heading",
    "load_decided",
    "read_books",
]
