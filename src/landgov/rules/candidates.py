"""Parcels that could be grouped and developed together (连片开发的候选地块)."""

from __future__ import annotations

import pandas as pd


def candidates(parcels: pd.DataFrame) -> pd.Series:
    """Tell which industrial parcels could enter a site.

    Idle, partly used or low-efficiency land, land supplied and not used, mortgaged land,
    land with vacant plant, and collective land worth redeveloping or fit for reclamation.

    Parameters
    ----------
    parcels : DataFrame
        Judged parcels: answers in words, `mortgaged_to_bank`, `vacant_floor_m2`.

    Returns
    -------
    Series
        Nullable boolean; out of scope is no.

    References
    ----------
    虞政办发〔2021〕86号, 二（二）4 and 三（七）.
    """
    state = parcels["land_state"]
    by_state = state.isin(("idle", "partly_used", "inefficient")).astype("boolean")
    by_state = by_state.mask(state.eq("unknown").to_numpy())
    vacant = (parcels["vacant_floor_m2"] > 0).astype("boolean")
    vacant = vacant.mask(parcels["vacant_floor_m2"].isna())
    answer = (
        by_state
        | from_words(parcels["supplied_not_used"])
        | from_words(parcels["low_efficiency"])
        | parcels["mortgaged_to_bank"]
        | vacant
        | (from_words(parcels["collective"]) & from_words(parcels["collective_priority"]))
    )
    return answer & from_words(parcels["in_scope"])


def from_words(words: pd.Series) -> pd.Series:
    """Read yes, no, unknown back as a nullable boolean.

    Examples
    --------
    >>> from_words(pd.Series(["yes", "no", "unknown"])).tolist()
    [True, False, <NA>]
    """
    return words.eq("yes").astype("boolean").mask(words.eq("unknown").to_numpy())
