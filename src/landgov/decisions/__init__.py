"""What people decided (决定): the workspace's ``state/``, read early and never written by a run."""

from __future__ import annotations

from landgov.decisions.books import Answer, Book, read_books
from landgov.decisions.decided import Decided, Outcome
from landgov.decisions.layout import (
    ACTION,
    ACTIONS,
    DECISION,
    DECISIONS,
    HIDDEN,
    ISSUE_ID,
    LOCKED,
    MATCH_AREA,
    MATCH_HIDDEN,
    MATCH_ROLE,
    MATCH_SEEN,
    MENDED,
    REMARK,
    hidden_heading,
)
from landgov.decisions.match_books import FOLDER as MATCH_FOLDER
from landgov.decisions.match_books import MatchAnswer, read_matches
from landgov.decisions.matches import review
from landgov.decisions.mended import decide, load_decided
from landgov.decisions.pathway_books import FOLDER as PATHWAY_FOLDER
from landgov.decisions.pathway_books import HEADINGS as PATHWAY_HEADINGS
from landgov.decisions.pathway_books import Decision, Refused
from landgov.decisions.pathway_standing import joined_to
from landgov.decisions.rows import Rows, bare, cell_words

__all__ = [
    "ACTION",
    "ACTIONS",
    "DECISION",
    "DECISIONS",
    "HIDDEN",
    "ISSUE_ID",
    "LOCKED",
    "MATCH_AREA",
    "MATCH_FOLDER",
    "MATCH_HIDDEN",
    "MATCH_ROLE",
    "MATCH_SEEN",
    "MENDED",
    "PATHWAY_FOLDER",
    "PATHWAY_HEADINGS",
    "REMARK",
    "Answer",
    "Book",
    "Decided",
    "Decision",
    "MatchAnswer",
    "Outcome",
    "Refused",
    "Rows",
    "bare",
    "cell_words",
    "decide",
    "hidden_heading",
    "joined_to",
    "load_decided",
    "read_books",
    "read_matches",
    "review",
]
