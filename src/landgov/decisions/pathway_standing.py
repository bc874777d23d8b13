"""Which decisions on pathways stand (有效的决定): the latest, on land and links that there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from landgov import schema
from landgov.decisions.decided import Decided
from landgov.decisions.pathway_books import HEADINGS, Decision, PathwayBook, Refused


def standing(books: Iterable[PathwayBook]) -> tuple[list[Decision], list[Refused]]:
    """The decision that stands for each subject: the latest; two of one day that differ, none.

    Parameters
    ----------
    books : iterable of PathwayBook
        All files.
    """
    by_subject: dict[tuple[str, str], list[Decision]] = {}
    for one in (one for book in books for one in book.decisions):
        by_subject.setdefault((one.parcel_id, one.enterprise_id), []).append(one)
    stand: list[Decision] = []
    refused: list[Refused] = []
    for _, mine in sorted(by_subject.items()):
        latest = [one for one in mine if one.on == max(each.on for each in mine)]
        if len({(one.pathway, one.way) for one in latest}) == 1:
            stand.append(latest[0])
            continue
        places = "；".join(one.source for one in latest)
        do = f"同一天有不同的决定（{places}），均未采用；只保留一个"
        refused += [_refused(one, "pathway", do) for one in latest]
    return stand, refused


def _refused(one: Decision, field: str, do: str) -> Refused:
    key = "|".join(part for part in (one.parcel_id, one.enterprise_id) if part)
    value = schema.result_word("pathway", one.pathway) if field == "pathway" else ""
    value = {"parcel_id": one.parcel_id, "enterprise_id": one.enterprise_id}.get(field, value)
    return Refused(one.book, one.row, key, HEADINGS[field], value, do)


def joined_to(decided: Decided, parcels: pd.Index, links: pd.DataFrame) -> Decided:
    """Refuse the decisions on parcels and links that there are not.

    Parameters
    ----------
    decided : Decided
        With the decisions that stand.
    parcels : Index
        Parcels of the run.
    links : DataFrame
        `parcel_id`, `enterprise_id`.
    """
    if not decided.pathways:
        return decided
    known, linked = set(parcels), set(zip(links["parcel_id"], links["enterprise_id"], strict=True))
    kept: list[Decision] = []
    refused: list[Refused] = []
    for one in decided.pathways:
        if one.parcel_id not in known:
            do = "没有这个编号的地块（或有几行同号）；核对编号，已分割、合并的按新编号重新决定"
            refused.append(_refused(one, "parcel_id", do))
        elif one.enterprise_id and (one.parcel_id, one.enterprise_id) not in linked:
            do = "这个企业现在不使用该地块；核对代码，已搬离的删去此行或改为对整宗地决定"
            refused.append(_refused(one, "enterprise_id", do))
        else:
            kept.append(one)
    return replace(
        decided,
        pathways=tuple(kept),
        pathways_refused=(*decided.pathways_refused, *refused),
    )
