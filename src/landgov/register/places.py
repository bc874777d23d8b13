"""Town and platform of each parcel, by the larger share; parcels are never cut."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgov.register.containment import areas_inside

LEVELS = ("national", "provincial", "micro_park", "town_cluster", "village_cluster")
# Two shares of one parcel are equal if they differ by less: a tie goes to the smaller code.
_TIE = 1e-6
# A share below this is a touch that rounding has given an area.
_CONTACT = 1e-9


def shares(parcels: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Share of each parcel that lies in each area.

    What an area contains whole is found with a prepared test; only parcels on a border
    are intersected.

    Parameters
    ----------
    parcels, areas : GeoDataFrame
        Polygons in the same CRS, metres.

    Returns
    -------
    DataFrame
        `parcel`, `area` (positions), `share` 0–1 and `inside_m2`, one row a pair.
    """
    plots = parcels.geometry.to_numpy()
    size = shapely.area(plots)
    plot, zone, inside = areas_inside(plots, areas.geometry.to_numpy())
    real = inside > size[plot] * _CONTACT
    zone, plot, inside = zone[real], plot[real], inside[real]
    share = np.divide(inside, size[plot], out=np.zeros(len(plot)), where=size[plot] > 0)
    share[1 - share < _TIE] = 1.0
    return pd.DataFrame({"parcel": plot, "area": zone, "share": share, "inside_m2": inside})


def assign_towns(
    parcels: gpd.GeoDataFrame, towns: gpd.GeoDataFrame
) -> tuple[pd.Series, pd.DataFrame]:
    """Town of each parcel: the largest share, a tie to the smaller code.

    Returns
    -------
    tuple
        Position of the town for each parcel (-1 where it lies in none), and the shares.
    """
    table = shares(parcels, towns)
    town = np.full(len(parcels), -1)
    # Rows are sorted by parcel: most parcels have one, and that is their town.
    town[table["parcel"]] = table["area"]
    several = table[table["parcel"].duplicated(keep=False)]
    best = several.groupby("parcel")["share"].transform("max")
    tied = several[several["share"] >= best - _TIE]
    tied = tied.assign(code=towns.index.to_numpy()[tied["area"]])
    first = tied.sort_values(["parcel", "code"], kind="stable").drop_duplicates("parcel")
    town[first["parcel"]] = first["area"]
    return pd.Series(town), table


def assign_platforms(
    parcels: gpd.GeoDataFrame, platforms: gpd.GeoDataFrame, as_of: date
) -> tuple[pd.Series, pd.DataFrame]:
    """Platform of each parcel: of those valid that hold over half, the first by level, then id.

    Returns
    -------
    tuple
        Position of the platform for each parcel (-1 where none holds over half), and the
        shares in the valid ones.
    """
    day = pd.Timestamp(as_of)
    valid = ~((platforms["valid_from"] > day) | (platforms["valid_to"] < day)).to_numpy()
    table = shares(parcels, platforms)
    table = table[valid[table["area"]]].reset_index(drop=True)
    level = platforms["level"].map({name: rank for rank, name in enumerate(LEVELS)})
    rank = level.fillna(len(LEVELS)).to_numpy()[table["area"]]
    over_half = table.assign(rank=rank, code=platforms.index.to_numpy()[table["area"]])
    over_half = over_half[over_half["share"] > 0.5]
    first = over_half.sort_values(["parcel", "rank", "code"], kind="stable")
    first = first.drop_duplicates("parcel")
    platform = pd.Series(-1, index=np.arange(len(parcels)))
    platform.loc[first["parcel"]] = first["area"].to_numpy()
    return platform, table


def assign_zones(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> pd.Series:
    """Zone of industry of each parcel (产业区块): the first by number that holds over half.

    Returns
    -------
    Series
        Position of the zone; -1 where none holds over half.
    """
    table = shares(parcels, zones)
    over_half = table[table["share"] > 0.5]
    over_half = over_half.assign(code=zones.index.to_numpy()[over_half["area"]])
    first = over_half.sort_values(["parcel", "code"], kind="stable").drop_duplicates("parcel")
    zone = pd.Series(-1, index=np.arange(len(parcels)))
    zone.loc[first["parcel"]] = first["area"].to_numpy()
    return zone


def straddlers(
    table: pd.DataFrame,
    parcels: pd.Index,
    areas: pd.Index,
    kind: str,
    sliver_m2: float,
    chosen: pd.Series,
) -> pd.DataFrame:
    """Parcels that lie across a border or in several areas, with every share (跨界地块).

    Where areas overlap, a parcel may lie over half in several, even whole: each is listed,
    though one is chosen.

    Parameters
    ----------
    table : DataFrame
        From `shares`.
    parcels, areas : Index
        Their labels.
    kind : str
        ``town`` or ``platform``.
    sliver_m2 : float
        A part smaller than this is a matter of drawing, not of land.
    chosen : Series
        Position of the area that each parcel was given to; -1 for none.

    Returns
    -------
    DataFrame
        `parcel_id`, `kind`, `place_id`, `share`, `inside_m2`, `chosen`.
    """
    size = table["inside_m2"] / table["share"].where(table["share"] > 0)
    real = table["inside_m2"] >= sliver_m2
    rest = (size - table["inside_m2"]) >= sliver_m2
    over_half = table["share"] > 0.5
    several = over_half.groupby(table["parcel"]).transform("sum") > 1
    # Of a parcel across one border every share is listed, that of a place around it too.
    on_border = ((real & rest) | (over_half & several)).groupby(table["parcel"]).transform("any")
    across = table[on_border & (real | over_half)]
    given = chosen.to_numpy()[across["parcel"]] == across["area"].to_numpy()
    found = pd.DataFrame(
        {
            "parcel_id": parcels.to_numpy()[across["parcel"]],
            "kind": kind,
            "place_id": areas.to_numpy()[across["area"]],
            "share": across["share"].to_numpy(),
            "inside_m2": across["inside_m2"].to_numpy(),
            "chosen": given,
        }
    )
    return found.sort_values(["parcel_id", "place_id"], kind="stable").reset_index(drop=True)
