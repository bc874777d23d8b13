"""What stands on a parcel: built footprint, counted floor area, building density (建筑)."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgov.policies import Parameter


def counted_floor_area(buildings: pd.DataFrame, double_above: Parameter) -> pd.Series:
    """Floor area of each building as the plot ratio counts it (计容建筑面积).

    Parameters
    ----------
    buildings : GeoDataFrame
        `floor_area_m2`, `floors`, `height_m`; geometry in metres.
    double_above : Parameter
        Height of a storey (m) from which its area counts double.

    Returns
    -------
    Series
        m². The stated floor area, else footprint × floors; missing where neither is known.
        Where height or floors are unknown nothing is doubled.

    References
    ----------
    工业项目建设用地控制指标（国土资发〔2008〕24号）.
    """
    footprint = pd.Series(shapely.area(buildings.geometry.to_numpy()), index=buildings.index)
    floors = buildings["floors"].astype("float64")
    area = buildings["floor_area_m2"].astype("float64")
    area = area.where(area.notna(), footprint * floors.where(floors > 0))
    storey = buildings["height_m"].astype("float64") / floors.where(floors > 0)
    if double_above.off:
        return area.rename("counted_m2")
    twice = double_above.holds(storey).fillna(value=False).astype(bool)
    return area.where(~twice, area * 2).rename("counted_m2")


def buildings_on_parcels(
    parcels: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame, double_above: Parameter
) -> pd.DataFrame:
    """Sum buildings over the parcels that they stand on; one across a line is shared by area.

    Parameters
    ----------
    parcels, buildings : GeoDataFrame
        In the same CRS, metres.
    double_above : Parameter
        Height of a storey (m) from which its area counts double.

    Returns
    -------
    DataFrame
        On the index of `parcels`: `building_count`, `footprint_m2`, `counted_floor_m2`
        (missing where one building's is), `building_density` (footprint ÷ parcel, 0–1).
        Without any building: 0, as far as the file reports them.
    """
    land, blocks = parcels.geometry.to_numpy(), buildings.geometry.to_numpy()
    block, plot, share = _shares(land, blocks)
    counted = counted_floor_area(buildings, double_above).to_numpy(dtype=float)
    foot = shapely.area(blocks)
    size = len(parcels)
    footprint = np.bincount(plot, weights=foot[block] * share, minlength=size)
    known = np.isfinite(counted[block])
    floor = np.bincount(plot, np.where(known, counted[block], 0.0) * share, size).astype(float)
    floor[plot[~known]] = np.nan
    area = shapely.area(land)
    there = ~shapely.is_missing(land)
    density = np.divide(footprint, area, out=np.full(size, np.nan), where=there & (area > 0))
    return pd.DataFrame(
        {
            "building_count": pd.Series(np.bincount(plot, minlength=size), parcels.index).where(
                there
            ),
            "footprint_m2": np.where(there, footprint, np.nan),
            "counted_floor_m2": np.where(there, floor, np.nan),
            "building_density": density,
        },
        index=parcels.index,
    ).astype({"building_count": "Int64"})


def footprints_by_user(parcels: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame) -> pd.Series:
    """Sum the footprint of the buildings that name their enterprise (建筑基底).

    Parameters
    ----------
    parcels, buildings : GeoDataFrame
        In the same CRS, metres; `enterprise_id` of the buildings says who uses each.

    Returns
    -------
    Series
        m² by `parcel_id` and `enterprise_id`; a building across a line is shared by area.

    Examples
    --------
    >>> parcels = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 50, 50)], index=["P"])
    >>> buildings = gpd.GeoDataFrame(
    ...     {"enterprise_id": ["A", "A", None]},
    ...     geometry=[shapely.box(0, 0, 9, 9), shapely.box(40, 40, 60, 50), shapely.box(9, 9, 20, 20)],
    ... )
    >>> footprints_by_user(parcels, buildings).to_dict()
    {('P', 'A'): 181.0}
    """
    named = buildings[buildings["enterprise_id"].notna().to_numpy()]
    blocks = named.geometry.to_numpy()
    block, plot, share = _shares(parcels.geometry.to_numpy(), blocks)
    pairs = {
        "parcel_id": pd.Series(parcels.index[plot], dtype="str"),
        "enterprise_id": pd.Series(named["enterprise_id"].to_numpy()[block], dtype="str"),
        "footprint_m2": shapely.area(blocks[block]) * share,
    }
    return pd.DataFrame(pairs).groupby(["parcel_id", "enterprise_id"])["footprint_m2"].sum()


def _shares(land: np.ndarray, blocks: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of building and parcel with the building's share; whole ones are not cut."""
    tree = shapely.STRtree(land)
    block, plot = tree.query(blocks, predicate="intersects")
    alone = np.bincount(block, minlength=len(blocks))[block] == 1
    shapely.prepare(land)
    whole = np.zeros(len(block), dtype=bool)
    whole[alone] = shapely.covers(land[plot[alone]], blocks[block[alone]])
    share = np.ones(len(block))
    cut = ~whole
    parts = shapely.area(shapely.intersection(blocks[block[cut]], land[plot[cut]]))
    size = shapely.area(blocks[block[cut]])
    share[cut] = np.divide(parts, size, out=np.zeros(len(parts)), where=size > 0)
    there = share > 0
    return block[there], plot[there], share[there]
