"""What people decided beside what is proposed (决定优先): it wins, and is flagged where facts moved on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from landgov import schema
from landgov.decisions import Decision

COLUMNS = (
    "pathway_decided",
    "pathway_decided_way",
    "pathway_decided_reason",
    "pathway_decided_by",
    "pathway_decided_on",
    "pathway_decided_source",
    "pathway_conflict",
)
Held = Mapping[str, pd.Series]


def of_links(decisions: Sequence[Decision], links: pd.DataFrame, held: Held) -> pd.DataFrame:
    """Decision on each parcel × enterprise: its own, else that on the whole parcel.

    Parameters
    ----------
    decisions : sequence of Decision
        Those that stand, on parcels and links that there are.
    links : DataFrame
        `parcel_id`, `enterprise_id`, `pathway` as proposed.
    held : mapping of str to Series
        Whether each pathway holds on each link.
    """
    by_subject = {(one.parcel_id, one.enterprise_id): one for one in decisions}
    places = _touched(decisions, links["parcel_id"])
    found: dict[int, Decision] = {}
    for place, parcel, firm in zip(
        places, *(links[name].iloc[places] for name in ("parcel_id", "enterprise_id")), strict=True
    ):
        one = by_subject.get((parcel, firm)) or by_subject.get((parcel, ""))
        if one is not None:
            found[place] = one
    return _columns(found, links["pathway"], held)


def of_parcels(
    decisions: Sequence[Decision],
    pathway: pd.Series,
    held: Held,
    links: pd.DataFrame,
    order: Sequence[str],
) -> pd.DataFrame:
    """Decision on each parcel: its own, else the first in order once all on it are decided.

    Parameters
    ----------
    decisions : sequence of Decision
        Those that stand.
    pathway : Series
        As proposed, on the parcels.
    held : mapping of str to Series
        Whether each pathway holds on each parcel.
    links : DataFrame
        Links with the columns of `of_links`.
    order : sequence of str
        The policy's order of the pathways.
    """
    own = {one.parcel_id: one for one in decisions if not one.enterprise_id}
    at = pathway.index.get_indexer(pd.Index(list(own), dtype="str"))
    table = _columns(dict(zip(at.tolist(), own.values(), strict=True)), pathway, held)
    places = _touched(decisions, links["parcel_id"])
    rank = {name: place for place, name in enumerate((*order, "other", "keep"))}
    for parcel, mine in links.iloc[places].groupby("parcel_id", sort=True):
        if parcel in own or mine["pathway_decided"].isna().any():
            continue
        first = mine["pathway_decided"].map(rank).argmin()
        row = mine.iloc[first][list(COLUMNS)].copy()
        row["pathway_conflict"] = (
            "；".join(dict.fromkeys(mine["pathway_conflict"].dropna())) or None
        )
        for name in COLUMNS:
            table.loc[parcel, name] = row[name]
    return table


def _touched(decisions: Sequence[Decision], parcels: pd.Series) -> np.ndarray:
    """Places of the links of parcels on which anything is decided."""
    named = pd.Index(sorted({one.parcel_id for one in decisions}), dtype="str")
    return np.flatnonzero(named.get_indexer(pd.Index(parcels)) >= 0)


def _columns(found: Mapping[int, Decision], pathway: pd.Series, held: Held) -> pd.DataFrame:
    table = pd.DataFrame(index=pathway.index, columns=list(COLUMNS), dtype="str")
    table["pathway_decided_on"] = pd.Series(pd.NaT, index=table.index, dtype="datetime64[us]")
    if not found:
        return table
    places, said = list(found), list(found.values())
    values: dict[str, list[object]] = {
        "pathway_decided": [one.pathway for one in said],
        "pathway_decided_way": [one.way or None for one in said],
        "pathway_decided_reason": [one.reason for one in said],
        "pathway_decided_by": [one.decided_by for one in said],
        "pathway_decided_on": [pd.Timestamp(one.on) for one in said],
        "pathway_decided_source": [one.source for one in said],
        "pathway_conflict": [
            _conflict(one, pathway.iloc[place], {name: held[name].iloc[place] for name in held})
            for place, one in found.items()
        ],
    }
    for name, column in values.items():
        known = pd.Series(column, index=table.index[places], dtype=object)
        table[name] = known.reindex(table.index).astype(table[name].dtype)
    return table


def _conflict(one: Decision, proposed: object, held: Mapping[str, object]) -> str | None:
    """Say in what the facts of now speak against a decision; None where they don't."""
    word = {name: schema.result_word("pathway", name) for name in schema.result_codes("pathway")}
    if not isinstance(proposed, str):
        return "地块不在工业用地范围"
    said = []
    own = held.get(one.pathway, True)
    if own is not pd.NA and not own:
        said.append(f"现有数据不符合“{word[one.pathway]}”的条件")
    if one.pathway != "close_out" and held["close_out"] is not pd.NA and held["close_out"]:
        said.append("现有应淘汰出清的情形")
    if one.proposed and one.proposed != proposed:
        was = word.get(one.proposed, one.proposed)
        said.append(f"决定时建议为“{was}”，现为“{word[proposed]}”")
    return "；".join(said) or None
