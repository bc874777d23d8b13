"""What was decided, and what became of every answer (决定)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from landgov.decisions.books import Answer, Book
from landgov.decisions.match_books import MatchAnswer, MatchBook
from landgov.decisions.matches import COLUMNS
from landgov.decisions.pathway_books import Decision, PathwayBook, Refused
from landgov.sources import RawTable


@dataclass(frozen=True)
class Outcome:
    """What became of an answer: `mended`, or `mend_stale` with the reason.

    Parameters
    ----------
    kind : str
        Kind of issue that records it.
    answer : Answer
        The answer, or the first of several that led to the same value.
    before, after : str
        What the cell held, and holds now; for a deletion the row.
    books : str
        File names of the workbooks.
    reason : str
        Why it was not taken; empty where it was.
    """

    kind: str
    answer: Answer
    before: str
    after: str
    books: str
    reason: str = ""


@dataclass(frozen=True)
class Decided:
    """Files as read, files as mended, and what became of every answer (退回的更正).

    Parameters
    ----------
    sent : sequence of RawTable
        Every file as read.
    raws : sequence of RawTable
        The same with the mended cells, without the deleted rows.
    outcomes : tuple of Outcome
        What was mended and what could not be, in a stable order.
    confirmed : tuple of Answer
        Issues of which a department says that the value is right.
    books : tuple of Book
        Workbooks that came back.
    deleted : mapping of str to int
        Rows deleted, by table.
    matches : DataFrame
        Pairs of enterprise and parcel that a person accepted or rejected.
    superseded : tuple of MatchAnswer
        Accepted pairs that a department by now reports itself.
    matches_unused : tuple of MatchAnswer
        Accepted numbers beside which an area was written that the link has not.
    match_books : tuple of MatchBook
        Workbooks that these decisions stand in.
    pathways : tuple of Decision
        Pathways decided on: the one that stands for each parcel or parcel × enterprise.
    pathways_refused : tuple of Refused
        Rows of such decisions that can't be taken.
    pathway_books : tuple of PathwayBook
        Files that they stand in.
    """

    sent: Sequence[RawTable]
    raws: Sequence[RawTable]
    outcomes: tuple[Outcome, ...] = ()
    confirmed: tuple[Answer, ...] = ()
    books: tuple[Book, ...] = ()
    deleted: Mapping[str, int] = field(default_factory=dict)
    matches: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COLUMNS)))
    superseded: tuple[MatchAnswer, ...] = ()
    matches_unused: tuple[MatchAnswer, ...] = ()
    match_books: tuple[MatchBook, ...] = ()
    pathways: tuple[Decision, ...] = ()
    pathways_refused: tuple[Refused, ...] = ()
    pathway_books: tuple[PathwayBook, ...] = ()

    def in_use(self) -> pd.DataFrame:
        """Decided matches without those that a department by now reports itself."""
        gone = {one.pair for one in self.superseded}
        pairs = zip(self.matches["enterprise_id"], self.matches["parcel_id"], strict=True)
        return self.matches.loc[pd.Series([pair not in gone for pair in pairs], dtype=bool)]

    def match_report(self) -> list[dict[str, Any]]:
        """One entry of `run.json` for each workbook of decided matches."""
        gone = [one.book for one in self.superseded]
        return [
            {
                "file": book.name,
                "sha256": book.sha256,
                "accepted": sum(answer.accepted for answer in book.answers),
                "rejected": sum(not answer.accepted for answer in book.answers),
                "superseded": gone.count(book.name),
            }
            for book in self.match_books
        ]

    def pathway_report(self) -> list[dict[str, Any]]:
        """One entry of `run.json` for each file of decided pathways."""
        return [
            {
                "file": book.name,
                "sha256": book.sha256,
                "rows": len(book.decisions) + len(book.refused),
                "taken": sum(one.book == book.name for one in self.pathways),
                "refused": sum(one.book == book.name for one in self.pathways_refused),
            }
            for book in self.pathway_books
        ]

    def report(self) -> list[dict[str, Any]]:
        """One entry of `run.json` for each workbook that came back."""
        return [
            {
                "file": book.name,
                "sha256": book.sha256,
                "answers": len(book.answers),
                "mended": _count(self.outcomes, book, "mended"),
                "confirmed": sum(answer.book == book.name for answer in self.confirmed),
                "refused": _count(self.outcomes, book, "mend_stale"),
            }
            for book in self.books
        ]


def _count(outcomes: Iterable[Outcome], book: Book, kind: str) -> int:
    return sum(one.kind == kind and book.name in one.books.split("、") for one in outcomes)
