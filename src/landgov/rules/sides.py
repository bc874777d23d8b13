"""Which side decides a parcel, and on what evidence: its own facts or an enterprise's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from landgov.rules.categories import ParcelRuling
from landgov.rules.ruling import Ruling
from landgov.rules.users import Users

YES, UNKNOWN, NO = 0, 1, 2


@dataclass(frozen=True)
class Side:
    """What one side says of some parcels or enterprises, as arrays of the same length.

    Parameters
    ----------
    ruling : Ruling
        The rule on that side.
    rank : ndarray of int
        0 yes, 1 unknown, 2 no.
    value : ndarray of float
        The figure held against the line.
    firm : ndarray of int
        Position of the enterprise that decides; -1 for a fact of the parcel.
    rows : ndarray of int
        Row of the checked table that holds the fact; -1 where there is none.
    missing, remark : ndarray of object
        What an unknown lacks; what is not told beside an answer that stands. Else empty.
    """

    ruling: Ruling
    rank: np.ndarray
    value: np.ndarray
    firm: np.ndarray
    rows: np.ndarray
    missing: np.ndarray
    remark: np.ndarray


def sides(ruling: ParcelRuling, users: Users, places: np.ndarray) -> tuple[Side, Side | None]:
    """Ask both sides of a rule about some parcels.

    Parameters
    ----------
    ruling : ParcelRuling
        The rule.
    users : Users
        Links of parcels to enterprises.
    places : ndarray of int
        Positions of the parcels.

    Returns
    -------
    tuple
        The parcel's own side and its enterprises', or the only one that there is and None.
    """
    own = own_side(ruling.own, places) if ruling.own is not None else None
    firms = _firm_side(ruling.firms, users, places) if ruling.firms is not None else None
    first, second = (own, firms) if own is not None else (firms, None)
    if first is None:
        raise ValueError(ruling.rule)
    return first, second


def own_side(ruling: Ruling, members: np.ndarray) -> Side:
    """What a ruling says of members of its own index, by position."""
    nobody = np.full(len(members), -1, dtype=np.int64)
    return _side(ruling, ruling.rows[members], ruling.answer.iloc[members], members, nobody)


def _firm_side(ruling: Ruling, users: Users, places: np.ndarray) -> Side:
    """What the enterprises of each parcel say: the one that decides speaks for all."""
    link = users.decisive(ruling.answer)[places]
    firm = np.where(link >= 0, users.firm[link.clip(0)] if len(users.firm) else -1, -1)
    rows = np.where(firm >= 0, ruling.rows[firm.clip(0)] if len(ruling.rows) else -1, -1)
    padded = pd.concat([ruling.answer, pd.Series([None], dtype="boolean")], ignore_index=True)
    unlinked = (link < 0) & ~users.unlinked_unknown[places]
    answer = padded.take(firm).reset_index(drop=True).mask(unlinked, other=False)
    side = _side(ruling, rows, answer, firm, firm)
    # Nobody is known to use the land: it is the link itself that is missing.
    nobody = ((link < 0) & users.unlinked_unknown[places]) | ((link >= 0) & (firm < 0))
    side.missing[nobody] = "links.enterprise_id"
    undecided = (link >= 0) & np.append(users.undecided, False)[link]
    # A yes of a link in doubt is open, and so is a no where it is the only user.
    turns = (side.rank == YES) | users.unlinked_unknown[places]
    doubt = undecided & (side.missing == "") & turns
    side.missing[doubt], side.rank[doubt] = "links.to", UNKNOWN
    return side


def _side(
    ruling: Ruling, rows: np.ndarray, answer: pd.Series, members: np.ndarray, firm: np.ndarray
) -> Side:
    """Facts of one side: what it held against the line, where it stands, what it lacks."""
    value = np.full(len(members), np.nan)
    if ruling.value is not None:
        value = np.append(ruling.value.to_numpy(dtype=float, na_value=np.nan), np.nan)[members]
    named = ruling.missing if ruling.missing is not None else ruling.lacks()
    lacks = np.append(named.to_numpy(dtype=object), "")[members]
    unknown = answer.isna().to_numpy()
    yes = answer.to_numpy(dtype=bool, na_value=False)
    missing = np.where(unknown, lacks, "")
    if ruling.table == "findings" and ruling.column == "kind" and ruling.missing is None:
        missing[missing == "findings.kind"] = f"findings.{ruling.rule}"
    # An answer that stands, although a fact beside it is not told (the cause of a delay).
    remark = np.where(yes & (ruling.category == "idle"), lacks, "")
    rank = np.where(unknown, UNKNOWN, np.where(yes, YES, NO)).astype(np.int8)
    return Side(ruling, rank, value, firm, rows, missing, remark)
