"""Which block and which site every parcel is in, as tables."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd


def site_of(grouped: gpd.GeoDataFrame, index: pd.Index) -> pd.Series:
    """Site of each parcel; missing where it is in none.

    Examples
    --------
    >>> grouped = gpd.GeoDataFrame({"site": ["S1"], "parcels": [["P", "Q"]]})
    >>> site_of(grouped, pd.Index(["P", "R"])).tolist()
    ['S1', nan]
    """
    members = grouped[["site", "parcels"]].explode("parcels")
    named = pd.Series(members["site"].to_numpy(), index=members["parcels"].to_numpy())
    return named.reindex(index).astype("str")


def blocks_table(parcels: gpd.GeoDataFrame) -> pd.DataFrame:
    """Number of parcels and land (亩) of each block.

    Examples
    --------
    >>> parcels = gpd.GeoDataFrame({"block": ["B1", "B1"], "land_mu": [3.0, 4.0]})
    >>> blocks_table(parcels).to_numpy().tolist()
    [['B1', 2, 7.0]]
    """
    by_block = parcels.groupby("block", sort=True)
    table = pd.DataFrame({"count": by_block.size(), "mu": by_block["land_mu"].sum()})
    return table.reset_index()
