"""The departments' maps (图层): buildings, towns, platforms, zones of industry, barriers."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgov.demo.catalogue import Bools, Floats, Ints, scenarios, texts
from landgov.demo.deliveries import Delivery
from landgov.demo.departments import some
from landgov.demo.facts import District, is_industrial
from landgov.demo.frame import CRS, MAIN
from landgov.demo.places import make_platforms


def buildings_file(district: District) -> Delivery:
    """Write footprints (Shapefile, GBK, no .cpg): one on most four-cornered industrial lots."""
    rng = np.random.default_rng([district.seed, 16])
    parcels = district.parcels
    shapes = parcels["geometry"].to_numpy()
    simple = shapely.get_type_id(shapes) == 3
    simple &= shapely.get_num_interior_rings(shapes) == 0
    # A lot that fills its hull nearly whole has no inner corner: the shrunk outline stays inside.
    simple &= shapely.area(shapes) > 0.995 * shapely.area(shapely.convex_hull(shapes))
    works = texts(scenarios("supply"), "developed", parcels["supply"].to_numpy())
    at = np.flatnonzero(
        simple & is_industrial(parcels) & (works != "0") & (rng.random(len(parcels)) < 0.7)
    )
    centre = shapely.get_coordinates(shapely.centroid(shapes[at]))
    points, owner = shapely.get_coordinates(shapes[at], return_index=True)
    shrink = np.sqrt(rng.uniform(0.25, 0.6, len(at)))[owner, None]
    moved = np.round(centre[owner] + (points - centre[owner]) * shrink, 3)
    outlines = shapely.polygons(shapely.linearrings(moved, indices=owner))
    floors = rng.integers(1, 6, len(at))
    footprint = shapely.area(outlines)
    rows = gpd.GeoDataFrame(
        {
            "幢号": [f"{number:07d}" for number in range(1, len(at) + 1)],
            "层数": floors,
            "高度": np.round(floors * rng.uniform(3.6, 9.0, len(at)), 1),
            "建筑面积": np.round(footprint * floors, 1),
            "建成年份": rng.integers(1990, 2022, len(at)),
            "是否空置": some(rng, 0.06, len(at)),
        },
        geometry=outlines,
        crs=CRS,
    )
    return Delivery("buildings", "inputs/buildings.shp", rows, ("幢号",), encoding="GBK")


def boundary_files(district: District) -> list[Delivery]:
    """Write towns, platforms (GeoJSON), zones of industry, and barriers (FlatGeobuf)."""
    frame = district.frame
    towns = frame.towns.rename(columns={"town_code": "镇街代码", "town": "镇街"})
    words = {
        "national": "国家级",
        "provincial": "省级",
        "micro_park": "小微企业园",
        "town_cluster": "乡镇级工业集聚点",
        "village_cluster": "村级工业集聚点",
    }
    platforms = make_platforms(frame)
    platforms["level"] = platforms["level"].map(words)
    platforms["valid_to"] = platforms["valid_to"].replace("", None)
    platforms.columns = pd.Index(
        ["平台编号", "平台名称", "平台级别", "生效日期", "失效日期", "geometry"]
    )
    zones = gpd.GeoDataFrame(
        {
            "区块编号": ["QK-1", "QK-2"],
            "区块名称": ["虚构·新材料产业区块", "虚构·装备产业区块"],
            "主导产业": ["C26;C39", "C34;C35;C36"],
            "负面产业": ["C1713;C22", "C2645;C30"],
        },
        geometry=platforms.geometry.to_numpy()[:2],
        crs=CRS,
    )
    return [
        Delivery("towns", "inputs/towns.fgb", towns, ("镇街代码",)),
        Delivery("platforms", "inputs/platforms.geojson", platforms.to_crs(4326), ("平台编号",)),
        Delivery("zones", "inputs/zones.geojson", zones.to_crs(4326), ("区块编号",)),
        _barriers(district),
    ]


def _barriers(district: District) -> Delivery:
    nodes = district.frame.nodes
    cells = district.frame.cells
    kept = _near(nodes, cells)
    roads = [shapely.LineString(nodes[row][kept[row]]) for row in range(0, len(nodes), MAIN)]
    across = range(0, nodes.shape[1], MAIN)
    roads += [shapely.LineString(nodes[:, column][kept[:, column]]) for column in across]
    lanes = _lanes(nodes, cells)
    shapes = [*roads, *lanes, district.frame.river, district.frame.redline]
    words = ["道路"] * (len(roads) + len(lanes)) + ["河流", "生态红线"]
    cross = ["是"] * (len(roads) + len(lanes)) + ["否", "否"]
    rows = gpd.GeoDataFrame({"障碍类型": words, "是否可跨越": cross}, geometry=shapes, crs=CRS)
    return Delivery("barriers", "inputs/barriers.fgb", rows, ("障碍类型",))


def _near(nodes: Floats, cells: Ints) -> Bools:
    """Mark the crossings near blocks, and in open country every fourth avenue's."""
    rows, columns = len(nodes), len(nodes[0])
    near = np.zeros((rows, columns), dtype=bool)
    near[:: 4 * MAIN, :: 4 * MAIN] = True
    near[::MAIN, [0, -1]] = near[[0, -1], ::MAIN] = True
    last = np.array([rows - 1, columns - 1])
    for up in range(-2, 4):
        for right in range(-2, 4):
            row, column = np.clip(cells + np.array([up, right]), 0, last).T
            near[row, column] = True
    return near


def _lanes(nodes: Floats, cells: Ints) -> list[shapely.Geometry]:
    """Draw the middle of the lane on the west and south side of every block."""
    row, column = cells[:, 0], cells[:, 1]
    west = np.stack([nodes[row, column], nodes[row + 1, column]], axis=1)
    south = np.stack([nodes[row, column], nodes[row, column + 1]], axis=1)
    lines = shapely.linestrings(np.concatenate([west, south]))
    return list(lines)
