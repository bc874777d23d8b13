"""Parcels that two cases answer differently (翻转)."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from landgov.scenarios.rejudge import Case

ASKED: Final = (
    "in_scope",
    "low_efficiency",
    "three_low",
    "two_high",
    "four_without",
    "wider_violations",
    "collective",
    "idle",
    "land_state",
    "stock",
)
COLUMNS: Final = (
    "parcel_id",
    "town",
    "what",
    "before",
    "after",
    "before_mu",
    "after_mu",
    "land_mu",
    "enterprise_ids",
    "enterprise_names",
)


def flips(before: Case, after: Case) -> pd.DataFrame:
    """List the parcels whose answer differs between two cases.

    Parameters
    ----------
    before, after : Case
        Two cases of one workspace.

    Returns
    -------
    DataFrame
        `parcel_id`, `town`, `what` (a category, `in_scope`, `idle`, `land_state`, `stock`),
        the two answers, the land in the category then and now (`before_mu`, `after_mu`, 亩;
        all of the parcel where the answer is about the parcel), `land_mu` and the
        enterprises. A parcel whose answer stands but whose land in a category differs is
        listed too.
    """
    old, new = before.judged.parcels, after.judged.parcels
    parts = [_of(old, new, what) for what in ASKED]
    table = pd.concat(parts, ignore_index=True)
    order = {what: number for number, what in enumerate(ASKED)}
    keys = table["what"].map(order)
    return (
        table.assign(_order=keys)
        .sort_values(["_order", "parcel_id"], kind="stable")
        .drop(columns="_order")
        .reset_index(drop=True)
    )


def _of(old: pd.DataFrame, new: pd.DataFrame, what: str) -> pd.DataFrame:
    left, right = old[what].astype(object), new[what].astype(object)
    differs = (left != right) & ~(left.isna() & right.isna())
    mu = {}
    for name, side, answer in (("before_mu", old, left), ("after_mu", new, right)):
        if f"{what}_mu" in side.columns:
            mu[name] = side[f"{what}_mu"]
        else:
            mu[name] = side["land_mu"].where(answer.isin(("yes",)), 0.0)
    apart = (mu["before_mu"] - mu["after_mu"]).abs() > _SAME_MU
    one_known = mu["before_mu"].isna() != mu["after_mu"].isna()
    told = (differs | apart | one_known).to_numpy(dtype=bool)
    return pd.DataFrame(
        {
            "parcel_id": new.index[told].to_numpy(),
            "town": new["town"].to_numpy()[told],
            "what": what,
            "before": left.to_numpy()[told],
            "after": right.to_numpy()[told],
            "before_mu": mu["before_mu"].to_numpy()[told],
            "after_mu": mu["after_mu"].to_numpy()[told],
            "land_mu": new["land_mu"].to_numpy()[told],
            "enterprise_ids": new["enterprise_ids"].to_numpy()[told],
            "enterprise_names": new["enterprise_names"].to_numpy()[told],
        },
        columns=list(COLUMNS),
    )


_SAME_MU: Final = 1e-9


def flip_totals(table: pd.DataFrame) -> pd.DataFrame:
    """Count the flips of each kind (翻转汇总).

    Parameters
    ----------
    table : DataFrame
        From `flips`.

    Returns
    -------
    DataFrame
        `what`, `before`, `after`, `parcels`, `enterprises` (each once), `land_mu` of the
        parcels and `change_mu`, the land that comes into the category (negative: leaves it).

    Examples
    --------
    >>> row = {"what": "stock", "before": "yes", "after": "no", "parcel_id": "A",
    ...        "enterprise_ids": "X、Y", "land_mu": 4.0, "before_mu": 4.0, "after_mu": 0.0}
    >>> flip_totals(pd.DataFrame([row]))[["parcels", "enterprises", "change_mu"]].values.tolist()
    [[1.0, 2.0, -4.0]]
    """
    keys = ["what", "before", "after"]
    worked = table.assign(
        change_mu=table["after_mu"] - table["before_mu"],
        before=table["before"].astype("str").fillna(""),
        after=table["after"].astype("str").fillna(""),
    )
    grouped = worked.groupby(keys, sort=False)
    totals = grouped.agg(
        parcels=("parcel_id", "size"), land_mu=("land_mu", "sum"), change_mu=("change_mu", "sum")
    )
    names = worked.assign(firm=worked["enterprise_ids"].astype(object).fillna("").str.split("、"))
    firms = names.explode("firm")
    firms = firms[firms["firm"] != ""]
    count = firms.groupby(keys, sort=False)["firm"].nunique()
    totals["enterprises"] = count.reindex(totals.index).fillna(0).astype(np.int64)
    return totals.reset_index()[[*keys, "parcels", "enterprises", "land_mu", "change_mu"]]
