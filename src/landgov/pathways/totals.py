"""Land and enterprises by pathway and town (四个一批汇总), as proposed and as decided."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from landgov import schema

UNDECIDED = "undecided"
NO_TOWN = "镇街待核"
BASES = {"proposed": "pathway", "decided": "pathway_decided"}


def pathway_totals(parcels: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Add up parcels, 亩 and enterprises by town and pathway; each 亩 once on either basis.

    Parameters
    ----------
    parcels : DataFrame
        Indexed by `parcel_id`: `in_scope`, `town`, `land_mu`, `pathway`, `pathway_decided`.
        Land out of scope is left out.
    links : DataFrame
        `parcel_id`, `enterprise_id`, and the pathway of each pair.

    Returns
    -------
    DataFrame
        `town`, `basis` (proposed, decided), `pathway`, `parcels`, `mu`, `mu_missing` (parcels
        without a figure), `enterprises` (distinct, by the pathway of their own pairs). What
        is not decided is `undecided`.

    Examples
    --------
    >>> land = pd.DataFrame(
    ...     {"in_scope": "yes", "town": "东关街道", "land_mu": [3.0, 4.0],
    ...      "pathway": "upgrade", "pathway_decided": ["merge", None]}, index=["A", "B"])
    >>> none = pd.DataFrame(columns=["parcel_id", "enterprise_id", *BASES.values()])
    >>> pathway_totals(land.rename_axis("parcel_id"), none)["mu"].tolist()
    [7.0, 3.0, 4.0]
    """
    inside = parcels[parcels["in_scope"] != "no"]
    town = inside["town"].fillna(NO_TOWN)
    parts = []
    for basis, column in BASES.items():
        way = inside[column].fillna(UNDECIDED)
        land = pd.DataFrame({"town": town, "pathway": way, "land": inside["land_mu"]})
        grouped = land.groupby(["town", "pathway"], sort=True)["land"]
        table = pd.DataFrame(
            {
                "parcels": grouped.size(),
                "mu": grouped.sum(),
                "mu_missing": grouped.size() - grouped.count(),
            }
        )
        firms = links.dropna(subset=["parcel_id", "enterprise_id"])
        at = inside.index.get_indexer(pd.Index(firms["parcel_id"]))
        firms = firms[at >= 0].assign(town=town.to_numpy(dtype=object)[at[at >= 0]])
        firms = firms.assign(pathway=firms[column].fillna(UNDECIDED))
        count = firms.groupby(["town", "pathway"])["enterprise_id"].nunique()
        both = table.index.union(count.index)
        table = table.reindex(both, fill_value=0).assign(enterprises=count.reindex(both))
        parts.append(table.fillna({"enterprises": 0}).reset_index().assign(basis=basis))
    found = pd.concat(parts, ignore_index=True).astype({"enterprises": "int64"})
    rank = {name: place for place, name in enumerate((*schema.result_codes("pathway"), UNDECIDED))}
    base = {name: place for place, name in enumerate(BASES)}
    order = np.lexsort(
        (found["pathway"].map(rank), found["basis"].map(base), found["town"].astype("object"))
    )
    names = ["town", "basis", "pathway", "parcels", "mu", "mu_missing", "enterprises"]
    return found[names].iloc[order].reset_index(drop=True)


def totals_entry(totals: pd.DataFrame, links: pd.DataFrame) -> dict[str, Any]:
    """The entry of `run.json`: the district by basis and pathway, then every town.

    Parameters
    ----------
    totals : DataFrame
        From `pathway_totals`.
    links : DataFrame
        To count an enterprise of two towns once in the district.
    """
    entry: dict[str, Any] = {}
    for basis, column in BASES.items():
        mine = totals[totals["basis"] == basis]
        firms = links.assign(pathway=links[column].fillna(UNDECIDED))
        firms = firms[firms["pathway"].notna() & links["pathway"].notna().to_numpy()]
        count = firms.groupby("pathway")["enterprise_id"].nunique()
        whole = mine.groupby("pathway", sort=False)[["parcels", "mu", "mu_missing"]].sum()
        entry[basis] = {
            str(name): {
                "parcels": int(row["parcels"]),
                "mu": round(float(row["mu"]), 6),
                "mu_missing": int(row["mu_missing"]),
                "enterprises": int(count.get(name, 0)),
            }
            for name, row in whole.to_dict("index").items()
        }
        entry[f"{basis}_by_town"] = {
            str(town): {
                row["pathway"]: {
                    "parcels": int(row["parcels"]),
                    "mu": round(float(row["mu"]), 6),
                    "enterprises": int(row["enterprises"]),
                }
                for row in rows.to_dict("records")
            }
            for town, rows in mine.groupby("town", sort=True)
        }
    return entry
