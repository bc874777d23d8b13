"""What a missing fact is worth: the land that it would settle (信息价值)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

COLUMNS: Final = ("fact", "department", "parcels", "mu", "alone_parcels", "alone_mu")


def worth_of_facts(
    verdicts: pd.DataFrame, parcels: pd.DataFrame, categories: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Rank the missing facts by the land whose category they keep open, most land first.

    Only rules of a category that is unknown on the parcel count: a fact that is missing
    beside a yes changes nothing.

    Parameters
    ----------
    verdicts : DataFrame
        The long table of verdicts.
    parcels : DataFrame
        The judged parcels: the categories as words, `land_mu`.
    categories : mapping of str to sequence of str
        The rules of each category.

    Returns
    -------
    DataFrame
        One row a fact and department: the parcels with a category that it keeps open and
        their 亩, and of these the ones where it `alone` is missing, so that it settles them.
        Parcels count once; land of two facts overlaps and is not added up.
    """
    open_ = verdicts[verdicts["answer"].eq("unknown") & verdicts["missing"].ne("")]
    told = []
    for category, rules in categories.items():
        still = parcels.index[parcels[category].eq("unknown")]
        rows = open_[open_["rule"].isin(tuple(rules)) & open_["parcel_id"].isin(still)]
        told.append(rows[["parcel_id", "missing", "department"]].assign(category=category))
    rows = pd.concat(told, ignore_index=True)
    rows = rows.assign(fact=rows["missing"].astype(object).str.split("|")).explode("fact")
    rows = rows.drop_duplicates(["parcel_id", "category", "fact"])
    several = rows.groupby(["parcel_id", "category"])["fact"].transform("size")
    land = parcels["land_mu"]
    found = []
    for alone, part in ((False, rows), (True, rows[several == 1])):
        once = part.drop_duplicates(["fact", "parcel_id"])
        once = once.assign(mu=once["parcel_id"].map(land))
        by = once.groupby("fact")
        names = ("alone_parcels", "alone_mu") if alone else ("parcels", "mu")
        found.append(pd.DataFrame({names[0]: by.size(), names[1]: by["mu"].sum()}))
    table = found[0].join(found[1]).fillna({"alone_parcels": 0, "alone_mu": 0.0})
    table["alone_parcels"] = table["alone_parcels"].astype("int64")
    owner = rows.sort_values("department").drop_duplicates("fact").set_index("fact")["department"]
    table["department"] = owner.reindex(table.index)
    table = table.rename_axis("fact").reset_index()
    table = table.sort_values(["mu", "fact"], ascending=[False, True], kind="stable")
    return table[list(COLUMNS)].reset_index(drop=True)
