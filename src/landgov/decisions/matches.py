"""Matches that a person accepted or rejected (匹配审核), joined as if a department had sent them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from landgov.decisions.changes import changed_table
from landgov.decisions.match_books import FOLDER, MatchAnswer, MatchBook
from landgov.decisions.rows import bare, cell_words
from landgov.sources import RawTable
from landgov.sources.specs import SourceSpec

_KEY = "key"
COLUMNS: Final = ("enterprise_id", "parcel_id", "method", "score", "accepted", "book")


@dataclass(frozen=True)
class Reviewed:
    """The links with what was accepted, and the pairs that are decided.

    Parameters
    ----------
    links : tuple of RawTable
        One a workbook: the accepted pairs as links, as if a department had sent them.
    raws : tuple of RawTable
        The files as given, with the parcel's own number in the links that named another.
    decided : DataFrame
        `enterprise_id`, `parcel_id`, `method`, `score`, `accepted`, `book`.
    superseded : tuple of MatchAnswer
        Accepted pairs that a file by now gives as a link: the file's link counts.
    unused : tuple of MatchAnswer
        Accepted numbers beside which somebody wrote an area that the link itself has not:
        the link keeps what the department sent.
    """

    links: tuple[RawTable, ...]
    raws: tuple[RawTable, ...]
    decided: pd.DataFrame
    superseded: tuple[MatchAnswer, ...] = ()
    unused: tuple[MatchAnswer, ...] = ()


def review(raws: Sequence[RawTable], books: Sequence[MatchBook]) -> Reviewed:
    """Join what was accepted: as links of their own, or by mending the number of a link.

    A pair that a file gives as a link by now is that file's: the accepted row steps back.
    A match by another number of the parcel (``key``) mends the number in the given link, so
    that its area and dates stay; if that link is gone, the pair becomes a link of its own.

    Parameters
    ----------
    raws : sequence of RawTable
        Every file as mended; none is changed.
    books : sequence of MatchBook
        What was decided.

    References
    ----------
    虞政办发〔2021〕86号, 三（二）.
    """
    now = list(raws)
    given = _given(raws)
    links: list[RawTable] = []
    superseded: list[MatchAnswer] = []
    unused: list[MatchAnswer] = []
    done: set[tuple[str, str]] = set()
    for book in books:
        own: list[MatchAnswer] = []
        for answer in book.answers:
            if not answer.accepted or answer.pair in done:
                continue
            done.add(answer.pair)
            if answer.pair in given:
                superseded.append(answer)
            elif answer.method != _KEY or (sent := _mend(now, answer)) is None:
                own.append(answer)
            elif answer.area and any(not _same(answer.area, area) for area in sent):
                unused.append(answer)
        if own:
            links.append(_as_links(book, own))
    return Reviewed(tuple(links), tuple(now), _decided(books), tuple(superseded), tuple(unused))


def _given(raws: Sequence[RawTable]) -> set[tuple[str, str]]:
    """Pairs that the files give as links."""
    pairs: set[tuple[str, str]] = set()
    for raw in raws:
        if raw.spec.table == "links" and {"enterprise_id", "parcel_id"} <= set(raw.frame.columns):
            names = (cell_words(raw.frame[name]) for name in ("enterprise_id", "parcel_id"))
            pairs.update(zip(*names, strict=True))
    return pairs


def _same(one: str, other: str) -> bool:
    """Whether two cells say the same: as numbers, else as text."""
    try:
        return float(one) == float(other)
    except ValueError:
        return bare(one) == bare(other)


def _mend(raws: list[RawTable], answer: MatchAnswer) -> set[str] | None:
    """Write the parcel's own number into the links that gave another; tell their areas as sent.

    None where no link gave another number.
    """
    areas: set[str] | None = None
    for number, raw in enumerate(raws):
        if raw.spec.table != "links" or "parcel_id" not in raw.frame.columns:
            continue
        firm = cell_words(raw.frame["enterprise_id"]).map(bare)
        named = cell_words(raw.frame["parcel_id"]).map(bare)
        hit = np.flatnonzero(firm.eq(bare(answer.enterprise_id)) & named.eq(bare(answer.named)))
        if len(hit):
            sent = {""}
            if "area_mu" in raw.frame.columns:
                sent = set(cell_words(raw.frame["area_mu"].iloc[hit]))
            areas = (areas or set()) | sent
            cells = dict.fromkeys(hit.tolist(), answer.parcel_id)
            raws[number] = changed_table(raw, {"parcel_id": cells}, ())
    return areas


def _as_links(book: MatchBook, answers: Sequence[MatchAnswer]) -> RawTable:
    """The accepted pairs of one workbook as a file of links."""
    frame = pd.DataFrame(
        {
            "parcel_id": [one.parcel_id for one in answers],
            "enterprise_id": [one.enterprise_id for one in answers],
            "role": [one.role or None for one in answers],
            "area_mu": [one.area or None for one in answers],
        },
        dtype="str",
    )
    nothing: Mapping[str, Any] = {}
    spec = SourceSpec(
        table="links",
        path=book.path,
        name=f"{FOLDER}/{book.name}",
        where=FOLDER,
        layer=None,
        sheet=answers[0].sheet,
        encoding=None,
        crs=None,
        columns=nothing,
        constants=nothing,
        units=nothing,
        covers=(),
        empty_dates="unknown",
        department=None,
    )
    return RawTable(
        spec=spec,
        frame=frame,
        units={},
        geometry=None,
        flaws={},
        rows=np.array([one.row for one in answers], dtype=np.int64),
        sheet=answers[0].sheet,
        encoding=None,
        unused=(),
        notes=(),
        sha256=book.sha256,
    )


def _decided(books: Sequence[MatchBook]) -> pd.DataFrame:
    answers = [answer for book in books for answer in book.answers]
    rows = [
        (*one.pair, one.method, one.score, one.accepted, f"{FOLDER}/{one.book}") for one in answers
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.drop_duplicates(["enterprise_id", "parcel_id"]).reset_index(drop=True)
