"""The frame of the demonstration district (示范区框架): towns, street lattice, river.

Names and codes of the towns are real; every boundary is invented: a Voronoi tiling with
wandering borders that fills the frame exactly. CGCS2000 / CM 120E (EPSG:4549), metres.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from scipy.spatial import Voronoi

from landgov.demo.catalogue import Bools, Floats, Ints

CRS: Final = 4549
#: South-west corner and size of the frame, m.
WEST, SOUTH, WIDTH, HEIGHT = 557_000.0, 3_286_000.0, 55_000.0, 74_000.0
#: Street blocks: distance between the middles of two roads, m.
CELL_X, CELL_Y = 260.0, 220.0
#: Every sixth road is a main road.
MAIN: Final = 6

#: Code, name, and an invented seat as a share of the frame's width and height.
TOWNS: Final = (
    ("330604001", "百官街道", 0.52, 0.66),
    ("330604002", "曹娥街道", 0.40, 0.60),
    ("330604003", "东关街道", 0.24, 0.66),
    ("330604004", "道墟街道", 0.20, 0.80),
    ("330604005", "梁湖街道", 0.58, 0.55),
    ("330604006", "小越街道", 0.76, 0.70),
    ("330604007", "崧厦街道", 0.52, 0.82),
    ("330604101", "长塘镇", 0.20, 0.52),
    ("330604102", "上浦镇", 0.44, 0.45),
    ("330604103", "汤浦镇", 0.24, 0.36),
    ("330604104", "章镇镇", 0.46, 0.28),
    ("330604105", "下管镇", 0.66, 0.24),
    ("330604106", "丰惠镇", 0.72, 0.46),
    ("330604107", "永和镇", 0.86, 0.55),
    ("330604109", "驿亭镇", 0.66, 0.66),
    ("330604111", "谢塘镇", 0.70, 0.84),
    ("330604112", "盖北镇", 0.80, 0.93),
    ("330604200", "岭南乡", 0.56, 0.08),
    ("330604201", "陈溪乡", 0.84, 0.20),
    ("330604202", "丁宅乡", 0.56, 0.36),
)
#: Centres of the two zones: share of width and height, and relative size. The second lies
#: across the border of two towns.
ZONES: Final = ((0.50, 0.93, 4.2, 2.6), (0.22, 0.73, 3.4, 3.0))
#: Towns whose industry stands at the border with a neighbour.
_AT_BORDER: Final = {
    "330604005": (0.55, 0.605),
    "330604202": (0.51, 0.32),
    "330604109": (0.71, 0.68),
}


@dataclass(frozen=True)
class Frame:
    """Where things can stand.

    Attributes
    ----------
    nodes : array, shape (rows + 1, columns + 1, 2)
        Crossings of the road middles, m.
    towns : GeoDataFrame
        `town_code`, `town`, geometry; together they fill the frame.
    river, redline : Polygon
        Land on which no parcel stands.
    cells, cluster : arrays
        Row and column of each street block that is used, and the cluster it belongs to:
        0 and 1 the two zones, 2 on the towns in the order of `TOWNS`.
    """

    nodes: Floats
    towns: gpd.GeoDataFrame
    river: shapely.Polygon
    redline: shapely.Polygon
    cells: Ints
    cluster: Ints


def make_frame(blocks: int, seed: int) -> Frame:
    """Lay out a frame with room for `blocks` street blocks; it grows where they need more."""
    rng = np.random.default_rng([seed, 1])
    columns, rows = int((WIDTH - 2000) // CELL_X), int((HEIGHT - 2000) // CELL_Y)
    # Some 50,000 parcels fill the true extent; more of them need a larger, no longer true one.
    grow = max(1.0, math.sqrt(blocks / (0.3 * columns * rows)))
    west, south = WEST - WIDTH * (grow - 1) / 2, SOUTH - HEIGHT * (grow - 1) / 2
    box = np.array([west, south, west + WIDTH * grow, south + HEIGHT * grow]).round(0)
    nodes = _nodes(box, rng)
    river = _river(box)
    redline = shapely.box(*_place(box, 0.72, 0.02), *_place(box, 0.97, 0.12))
    cells, cluster = _choose(nodes, box, blocks)
    return Frame(nodes, _towns(box, rng), river, redline, cells, cluster)


def _place(box: Floats, x: float, y: float) -> tuple[float, float]:
    return float(box[0] + x * (box[2] - box[0])), float(box[1] + y * (box[3] - box[1]))


def _nodes(box: Floats, rng: np.random.Generator) -> Floats:
    columns = int((box[2] - box[0] - 2000) // CELL_X)
    rows = int((box[3] - box[1] - 2000) // CELL_Y)
    x, y = np.meshgrid(
        box[0] + 1000 + CELL_X * np.arange(columns + 1),
        box[1] + 1000 + CELL_Y * np.arange(rows + 1),
    )
    bent_x = x + 130 * np.sin(y / 2900) + 40 * np.sin(x / 1900 + 1) + rng.uniform(-8, 8, x.shape)
    bent_y = y + 120 * np.sin(x / 3300 + 2) + 40 * np.sin(y / 2100) + rng.uniform(-8, 8, x.shape)
    return np.stack([bent_x, bent_y], axis=-1)


def _river(box: Floats) -> shapely.Polygon:
    y = np.linspace(box[1], box[3], 800)
    x = _course(box, y)
    band = shapely.buffer(shapely.LineString(np.column_stack([x, y])), 150, cap_style="flat")
    return shapely.intersection(shapely.set_precision(band, 0.001), shapely.box(*box))


def _course(box: Floats, y: Floats) -> Floats:
    turn = 2 * np.pi * (y - box[1]) / (box[3] - box[1])
    width = box[2] - box[0]
    x: Floats = box[0] + width * (0.36 + 0.05 * np.sin(turn * 1.3 + 0.6) - 0.02 * np.sin(turn * 4))
    return x


def _choose(nodes: Floats, box: Floats, blocks: int) -> tuple[Ints, Ints]:
    """Take the street blocks nearest to the clusters' centres, in units of each one's size."""
    middle = (nodes[:-1, :-1] + nodes[1:, 1:]) / 2
    x, y = middle[..., 0], middle[..., 1]
    seats = (_AT_BORDER.get(code, (seat_x, seat_y)) for code, _, seat_x, seat_y in TOWNS)
    centres = [*ZONES, *((*seat, 1.3, 1.3) for seat in seats)]
    best = np.full(x.shape, np.inf)
    cluster = np.zeros(x.shape, dtype=np.int64)
    for number, (seat_x, seat_y, wide, high) in enumerate(centres):
        east, north = _place(box, seat_x, seat_y)
        far = np.maximum(np.abs(x - east) / wide, np.abs(y - north) / high)
        cluster[far < best] = number
        best = np.minimum(best, far)
    best[np.abs(x - _course(box, y)) < 520] = np.inf
    low, high_ = np.array(_place(box, 0.71, 0.01)), np.array(_place(box, 0.98, 0.13))
    best[(x > low[0]) & (x < high_[0]) & (y > low[1]) & (y < high_[1])] = np.inf
    order = np.argsort(best, axis=None, kind="stable")[:blocks]
    order = order[np.lexsort((order, cluster.ravel()[order]))]
    cells = np.column_stack(np.unravel_index(order, best.shape)).astype(np.int64)
    return cells, cluster.ravel()[order]


def _towns(box: Floats, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Tile the frame with Voronoi cells whose borders wander; shared borders are the same line."""
    seats = np.array([_place(box, x, y) for _, _, x, y in TOWNS])
    # Seats mirrored at the four sides make the cells end exactly at the frame.
    mirrored = [seats]
    for axis, side in ((0, box[0]), (0, box[2]), (1, box[1]), (1, box[3])):
        copy = seats.copy()
        copy[:, axis] = 2 * side - copy[:, axis]
        mirrored.append(copy)
    diagram = Voronoi(np.vstack(mirrored))
    corners = np.round(np.clip(diagram.vertices, box[:2], box[2:]), 3)
    lines = []
    for (left, right), (start, end) in zip(
        diagram.ridge_points, diagram.ridge_vertices, strict=True
    ):
        if min(left, right) >= len(seats) or min(start, end) < 0:
            continue
        inner = max(left, right) < len(seats)
        lines.append(_border(corners[start], corners[end], inner, rng))
    shapes = shapely.get_parts(shapely.polygonize(lines))
    tree = shapely.STRtree(shapes)
    found = tree.query(shapely.points(seats), predicate="within")
    order = found[1][np.argsort(found[0])]
    codes = [code for code, *_ in TOWNS]
    return gpd.GeoDataFrame(
        {"town_code": codes, "town": [name for _, name, *_ in TOWNS]},
        geometry=shapely.orient_polygons(shapes[order]),
        crs=CRS,
    )


def _border(start: Floats, end: Floats, inner: bool, rng: np.random.Generator) -> shapely.Geometry:
    """Draw a border that wanders by a few hundred metres between its fixed ends."""
    length = float(np.hypot(*(end - start)))
    steps = max(1, int(length // 600))
    along = np.linspace(0, 1, steps + 1)
    line = start + (end - start) * along[:, None]
    if inner and steps > 2:
        across = np.array([start[1] - end[1], end[0] - start[0]]) / length
        phase, swing = rng.uniform(0, 6.28), min(420.0, length / 14)
        away = np.sin(along * np.pi) * np.sin(along * 11 + phase) * swing
        line = line + across * away[:, None]
    line = np.round(line, 3)
    line[0], line[-1] = start, end
    return shapely.LineString(line)


def is_main(index: Ints) -> Bools:
    """Tell whether a road of the lattice is a main road."""
    main: Bools = index % MAIN == 0
    return main
