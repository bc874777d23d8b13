"""Every single answer that a category rests on: the parcel's own and each enterprise's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from landgov.quality import Checked
from landgov.rules import Judgement

IDLE: Final = ("idle_not_started", "idle_suspended")
_LABELS: Final = ("label", "land_state")
USER, UNTIL = "links.enterprise_id", "links.to"


def rules_of(judged: Judgement, *, parcel: bool) -> dict[str, tuple[str, ...]]:
    """Rules of each category that a parcel, or an enterprise by itself, can come into."""
    found = dict(judged.members)
    if parcel:
        symptoms = [one.rule for one in judged.rulings if one.category == "collective"]
        found |= {"collective": tuple(symptoms), "idle": IDLE}
    return found


def enterprise_atoms(judged: Judgement, checked: Checked, key: str) -> pd.DataFrame:
    """What every rule says of one enterprise, one row a rule.

    Parameters
    ----------
    judged : Judgement
        What the rules found.
    checked : Checked
        For the evidence.
    key : str
        An `enterprise_id`.

    Returns
    -------
    DataFrame
        Columns of the verdicts as text, and `subject`, whose answer it is.
    """
    place = judged.users.firms.get_indexer(pd.Index([key]))
    return _atoms(judged.enterprise_verdicts(checked, place), "enterprise_id")


def parcel_atoms(judged: Judgement, checked: Checked, key: str) -> pd.DataFrame:
    """What every rule says of one parcel itself and of each enterprise that uses it.

    Parameters
    ----------
    judged, checked
        As in `enterprise_atoms`.
    key : str
        A `parcel_id` of industrial land, or what may be.

    Returns
    -------
    DataFrame
        As `enterprise_atoms`. An enterprise whose link is in doubt can't say yes; where it
        is not known who uses the land, each rule on enterprises lacks the user.
    """
    users = judged.users
    place = users.parcels.get_indexer(pd.Index([key]))
    own = _atoms(judged.own_verdicts(checked, place), "parcel_id")
    links = np.flatnonzero(users.parcel == place[0])
    firm = users.firm[links]
    known = np.unique(firm[firm >= 0])
    theirs = _atoms(judged.enterprise_verdicts(checked, known), "enterprise_id")
    certain = set(users.firms[firm[(firm >= 0) & ~users.undecided[links]]])
    doubt = ~theirs["subject"].isin(certain) & theirs["answer"].eq("yes")
    theirs.loc[doubt, ["answer", "missing"]] = ["unknown", UNTIL]
    parts = [own, theirs]
    if (firm < 0).any() or users.unlinked_unknown[place[0]]:
        parts.append(_unnamed(judged))
    return pd.concat(parts, ignore_index=True)


def _unnamed(judged: Judgement) -> pd.DataFrame:
    """The rules on enterprises, asked of a user that nobody names."""
    theirs = [one for one in judged.rulings if one.firms is not None]
    rows: list[Mapping[str, object]] = [
        {"subject": "", "rule": one.rule, "category": one.category, "answer": "unknown",
         "clause": one.clause, "missing": USER, "value": np.nan, "threshold": np.nan,
         "exempt": False}
        for one in theirs
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _atoms(verdicts: pd.DataFrame, subject: str) -> pd.DataFrame:
    coded = verdicts.select_dtypes("category").columns
    table = verdicts.astype(dict.fromkeys(coded, "str")).reset_index(drop=True)
    table = table[~table["category"].isin(_LABELS)]
    kept = ["rule", "category", "answer", "value", "op", "threshold", "unit", "clause",
            "source", "missing", "department", "exempt"]  # fmt: skip
    return table[kept].assign(subject=table[subject]).reset_index(drop=True)
