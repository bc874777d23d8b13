"""Invented platforms (平台) and where each parcel lies, measured by plain intersections."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from landgov.demo.catalogue import Floats
from landgov.demo.frame import CRS, TOWNS, Frame

Objects = npt.NDArray[np.object_]

#: Platforms rank by level, highest first.
LEVELS: Final = ("national", "provincial", "micro_park", "town_cluster", "village_cluster")

_NORTH, _SONGXIA, _YITING, _ZHANGZHEN, _FENGHUI, _SHANGPU, _XIEXIANG = 0, 8, 16, 12, 14, 10, 17
#: id, name, level, valid from, valid to, cluster, and a piece of the cluster's lattice:
#: bottom, top, left, right as shares of its height and width, then blocks cut off each side.
_PLATFORMS: Final = (
    (
        "PT-01",
        "杭州湾经济技术开发区",
        "national",
        "2013-11-01",
        "",
        0,
        (0, 1, 0, 1),
        (0, 0, 0, 0.6),
    ),
    (
        "PT-02",
        "曹娥江经济开发区（筹）",
        "provincial",
        "2019-12-01",
        "",
        1,
        (0, 1, 0, 1),
        (0.55, 0, 0, 0),
    ),
    (
        "PT-11",
        "虚构·江西小微企业园",
        "micro_park",
        "2018-05-01",
        "",
        1,
        (0.3, 0.7, 0.3, 0.6),
        (0, 0, 0, 0.5),
    ),
    (
        "PT-12",
        "虚构·道墟小微企业园",
        "micro_park",
        "2019-06-01",
        "",
        1,
        (0, 0.3, 0.6, 1),
        (0, 0, 0, 0),
    ),
    (
        "PT-13",
        "虚构·丰惠小微企业园",
        "micro_park",
        "2020-01-01",
        "",
        _FENGHUI,
        (0, 0.7, 0, 0.6),
        (0, 0.4, 0, 0),
    ),
    (
        "PT-14",
        "虚构·章镇小微企业园",
        "micro_park",
        "2020-09-01",
        "2022-12-31",
        _ZHANGZHEN,
        (0, 1, 0, 0.5),
        (0, 0, 0, 0),
    ),
    (
        "PT-15",
        "虚构·上浦小微企业园",
        "micro_park",
        "2016-01-01",
        "2021-06-30",
        _SHANGPU,
        (0, 1, 0, 1),
        (0, 0, 0, 0),
    ),
    (
        "PT-16",
        "虚构·谢塘小微企业园",
        "micro_park",
        "2023-03-01",
        "",
        _XIEXIANG,
        (0, 1, 0, 1),
        (0, 0, 0, 0),
    ),
    (
        "PT-21",
        "虚构·崧厦工业集聚点",
        "town_cluster",
        "2010-01-01",
        "",
        _SONGXIA,
        (0, 1, 0, 1),
        (0, 0, 0.4, 0),
    ),
    (
        "PT-22",
        "虚构·崧厦小微企业园",
        "micro_park",
        "2021-01-01",
        "",
        _SONGXIA,
        (0, 0.5, 0, 0.5),
        (0, 0, 0, 0),
    ),
    (
        "PT-31",
        "虚构·驿亭村级工业点",
        "village_cluster",
        "2008-01-01",
        "",
        _YITING,
        (0, 0.6, 0, 1),
        (0, 0.3, 0, 0),
    ),
)


def make_platforms(frame: Frame) -> gpd.GeoDataFrame:
    """Draw the platforms along roads of the lattice, and in places across blocks.

    Returns
    -------
    GeoDataFrame
        `platform_id`, `platform`, `level`, `valid_from`, `valid_to` (text), EPSG:4549.
    """
    shapes = []
    kept = []
    for entry in _PLATFORMS:
        cells = frame.cells[frame.cluster == entry[5]]
        if not len(cells):
            continue
        low, high = cells.min(axis=0), cells.max(axis=0) + 1
        bottom, top, left, right = entry[6]
        cut = entry[7]
        height, width = high - low
        rows = low[0] + round(bottom * height) + cut[0], low[0] + _end(top, height) - cut[1]
        columns = low[1] + round(left * width) + cut[2], low[1] + _end(right, width) - cut[3]
        if rows[1] <= rows[0] or columns[1] <= columns[0]:
            continue
        shapes.append(_patch(frame.nodes, rows, columns))
        kept.append(entry[:5])
    names = ["platform_id", "platform", "level", "valid_from", "valid_to"]
    return gpd.GeoDataFrame(pd.DataFrame(kept, columns=names), geometry=shapes, crs=CRS)


def _end(share: float, size: int) -> int:
    return max(1, round(share * size))


def _patch(
    nodes: Floats, rows: tuple[float, float], columns: tuple[float, float]
) -> shapely.Polygon:
    """Walk round a piece of the lattice, node by node, between nodes where a block is cut."""

    def steps(start: float, end: float) -> Floats:
        inner = np.arange(np.floor(start) + 1, np.ceil(end))
        return np.concatenate([[start], inner])

    south, north = rows
    west, east = columns
    ring = [(south, x) for x in steps(west, east)]
    ring += [(y, east) for y in steps(south, north)]
    ring += [(north, -x) for x in steps(-east, -west)]
    ring += [(-y, west) for y in steps(-north, -south)]
    place = np.array(ring)
    cell = np.minimum(np.floor(place).astype(int), np.array(nodes.shape[:2]) - 2)
    (up, along), (row, column) = (place - cell).T[:, :, None], cell.T
    points = (
        nodes[row, column] * (1 - up) * (1 - along)
        + nodes[row, column + 1] * (1 - up) * along
        + nodes[row + 1, column + 1] * up * along
        + nodes[row + 1, column] * up * (1 - along)
    )
    return shapely.Polygon(np.round(points, 3))


def shares(shapes: Objects, regions: Objects) -> pd.DataFrame:
    """Measure which share of each shape lies in each region.

    Returns
    -------
    DataFrame
        `shape`, `region` (row numbers), `share` (0 to 1, never 0).
    """
    whole = shapely.area(shapes)
    tree = shapely.STRtree(shapes)
    region, shape = tree.query(regions, predicate="intersects")
    inner_region, inner_shape = tree.query(regions, predicate="contains_properly")
    inside = pd.DataFrame({"shape": inner_shape, "region": inner_region, "share": 1.0})
    width = len(shapes) + 1
    rest = ~np.isin(region * width + shape, inner_region * width + inner_shape)
    region, shape = region[rest], shape[rest]
    cut = shapely.area(shapely.intersection(shapes[shape], regions[region])) / whole[shape]
    part = pd.DataFrame({"shape": shape, "region": region, "share": np.minimum(cut, 1.0)})
    part = part[part["share"] > 1e-9]
    return pd.concat([inside, part], ignore_index=True).sort_values(
        ["shape", "region"], ignore_index=True
    )


def place_towns(parcels: pd.DataFrame, towns: gpd.GeoDataFrame) -> tuple[Objects, pd.DataFrame]:
    """Give each parcel the town with the largest share, and list all shares of the straddlers."""
    found = shares(_shapes(parcels), towns.geometry.to_numpy())
    codes = np.array([code for code, *_ in TOWNS], dtype=object)
    found["place"] = codes[found["region"]]
    best = found.sort_values(["shape", "share", "place"], ascending=[True, False, True])
    best = best.drop_duplicates("shape")
    town = np.full(len(parcels), "", dtype=object)
    town[best["shape"]] = best["place"].to_numpy()
    return town, found[found["share"] < 1 - 1e-9].assign(kind="town")


def place_platforms(
    parcels: pd.DataFrame, platforms: gpd.GeoDataFrame, as_of: str
) -> tuple[Objects, pd.DataFrame, npt.NDArray[np.bool_]]:
    """Give each parcel its platform: valid on `as_of`, over half, by level, then by id.

    Returns
    -------
    platform : array of str
        Empty where none holds over half.
    straddlers : DataFrame
        Shares between 0 and 1.
    doubtful : array of bool
        Where a share is so near to one half that survey rounding could decide.
    """
    ends = platforms["valid_to"].where(platforms["valid_to"] != "", "9999-12-31")
    valid = platforms[(platforms["valid_from"] <= as_of) & (ends >= as_of)].copy()
    valid["rank"] = valid["level"].map(LEVELS.index)
    valid = valid.sort_values(["rank", "platform_id"], ignore_index=True)
    found = shares(_shapes(parcels), valid.geometry.to_numpy())
    found["place"] = valid["platform_id"].to_numpy(dtype=object)[found["region"]]
    doubtful = np.zeros(len(parcels), dtype=bool)
    doubtful[found.loc[(found["share"] - 0.5).abs() < 1e-3, "shape"]] = True
    first = found[found["share"] > 0.5].sort_values(["shape", "region"]).drop_duplicates("shape")
    platform = np.full(len(parcels), "", dtype=object)
    platform[first["shape"]] = first["place"].to_numpy()
    return platform, found[found["share"] < 1 - 1e-9].assign(kind="platform"), doubtful


def _shapes(parcels: pd.DataFrame) -> Objects:
    shapes: Objects = parcels["geometry"].to_numpy(dtype=object)
    return shapes
