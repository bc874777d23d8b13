"""What a missing fact is worth: the land that it would settle (信息价值)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from landgov import schema

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
    rows = _open_questions(verdicts, parcels, categories)
    several = rows.groupby(["parcel_id", "category"])["fact"].transform("size")
    table = _counted(rows, "fact", several == 1, parcels["land_mu"])
    table.insert(1, "department", [schema.fact_department(fact) for fact in table["fact"]])
    return table[list(COLUMNS)]


def worth_of_departments(
    verdicts: pd.DataFrame, parcels: pd.DataFrame, categories: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Rank the departments by the land that a complete file of theirs would settle.

    Parameters
    ----------
    verdicts, parcels, categories
        As for `worth_of_facts`.

    Returns
    -------
    DataFrame
        One row a department: `department`, the parcels with a category that waits for facts
        of it and their 亩, and of these the ones where it `alone` owes all that is missing.

    References
    ----------
    虞政办发〔2021〕86号, 三（二）.
    """
    rows = _open_questions(verdicts, parcels, categories)
    owners = {fact: schema.fact_department(fact) for fact in rows["fact"].unique()}
    rows = rows.assign(department=rows["fact"].map(owners))
    rows = rows.drop_duplicates(["parcel_id", "category", "department"])
    several = rows.groupby(["parcel_id", "category"])["department"].transform("size")
    return _counted(rows, "department", several == 1, parcels["land_mu"])


def _open_questions(
    verdicts: pd.DataFrame, parcels: pd.DataFrame, categories: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """One row a parcel, category that is open on it, and fact that is missing for it."""
    open_ = verdicts[verdicts["answer"].eq("unknown") & verdicts["missing"].ne("")]
    told = []
    for category, rules in categories.items():
        still = parcels.index[parcels[category].eq("unknown")]
        rows = open_[open_["rule"].isin(tuple(rules)) & open_["parcel_id"].isin(still)]
        told.append(rows[["parcel_id", "missing"]].assign(category=category))
    rows = pd.concat(told, ignore_index=True)
    rows = rows.assign(fact=rows["missing"].astype(object).str.split("|")).explode("fact")
    return rows.drop_duplicates(["parcel_id", "category", "fact"])


def _counted(rows: pd.DataFrame, by: str, alone: pd.Series, land: pd.Series) -> pd.DataFrame:
    """Parcels and 亩 by fact or department, each parcel once, most land first."""
    found = []
    for names, part in (
        (("parcels", "mu"), rows),
        (("alone_parcels", "alone_mu"), rows[alone.to_numpy(dtype=bool)]),
    ):
        once = part.drop_duplicates([by, "parcel_id"])
        once = once.assign(mu=once["parcel_id"].map(land))
        grouped = once.groupby(by)
        found.append(pd.DataFrame({names[0]: grouped.size(), names[1]: grouped["mu"].sum()}))
    table = found[0].join(found[1]).fillna({"alone_parcels": 0, "alone_mu": 0.0})
    table["alone_parcels"] = table["alone_parcels"].astype("int64")
    table = table.rename_axis(by).reset_index()
    table = table.sort_values(["mu", by], ascending=[False, True], kind="stable")
    return table.reset_index(drop=True)
