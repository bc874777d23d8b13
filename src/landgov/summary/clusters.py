"""Industrial land outside all platforms, grouped into candidate clusters (镇村工业集聚点候选)."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from landgov.contiguity import blocks
from landgov.contiguity.near import near_pairs
from landgov.policies import Policy
from landgov.quality import named_among


def cluster_candidates(
    parcels: gpd.GeoDataFrame, straddling: pd.Index, policy: Policy, *, platforms_given: bool
) -> pd.Series:
    """Group industrial parcels outside every platform by nearness within a town.

    Parameters
    ----------
    parcels : GeoDataFrame
        Judged parcels in metres: `in_scope`, `platform_id`, `town`, `town_code`.
    straddling : Index
        Parcels of which a part lies in a platform: they are not outside, and a person
        has to say where they belong.
    policy : Policy
        `cluster_gap` (m) and `cluster_parcels` (宗) are read; without a number for either
        no cluster is formed.
    platforms_given : bool
        Without the platforms it can't be told what lies outside them.

    Returns
    -------
    Series
        Text named `cluster` on the index: the town, 集聚点候选, and a number in the order
        of the smallest parcel ids; missing for parcels in none. A candidate is a proposal:
        it never becomes a platform.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）: 向全区范围内事实存在的乡镇级、村级工业集聚点扩面.
    """
    none = pd.Series(np.nan, index=parcels.index, dtype="str", name="cluster")
    gap, least = policy["cluster_gap"], policy["cluster_parcels"]
    if gap.off or least.off or not platforms_given:
        return none
    outside = parcels["in_scope"].eq("yes") & parcels["platform_id"].isna()
    outside &= parcels["town"].notna() & parcels.geometry.notna()
    outside &= ~named_among(parcels.index, straddling)
    near = near_pairs(parcels.loc[outside, ["geometry"]], within_m=gap.number)
    town = parcels["town_code"]
    same = town.reindex(near["left"]).to_numpy() == town.reindex(near["right"]).to_numpy()
    group = blocks(parcels.index[outside], near[same])
    size = group.map(group.value_counts())
    group = group[least.holds(size.astype("float64")).to_numpy(dtype=bool)]
    none.loc[group.index] = _named(group, parcels["town"]).reindex(group.index).to_numpy()
    return none


def _named(group: pd.Series, town: pd.Series) -> pd.Series:
    """Number the groups of each town by their smallest parcel id."""
    first = pd.DataFrame({"group": group, "town": town.reindex(group.index)})
    first = first.drop_duplicates("group").sort_values(["town", "group"], kind="stable")
    number = first.groupby("town", sort=False).cumcount() + 1
    name = first["town"] + "集聚点候选" + number.astype("str").str.zfill(2)
    return group.map(pd.Series(name.to_numpy(), index=first["group"].to_numpy()))
