"""Parcel shapes (宗地界线): street blocks cut into lots by plans drawn as letters.

A block is a four-cornered figure between roads. A plan is a grid of letters over it, one
letter a lot; the grid lines are spaced by chance, and lots share their corner points, as
survey points do. What a plan cannot draw (a survey gap, a missing node) is planted after.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from landgov.demo.catalogue import Floats, Ints
from landgov.demo.frame import CELL_X, CELL_Y, Frame, is_main

Geometries = npt.NDArray[np.object_]

#: Plans and how often each is drawn; rows from north to south, "." is no parcel.
PLANS: Final[dict[str, float]] = {
    "A": 5,
    "AB": 9,
    "AB/AC": 10,
    "AB/CB": 8,
    "ABC": 9,
    "AB/CD": 12,
    "AAB/CBB": 9,  # two L shapes
    "AAAB/ACAB/AAAB": 2,  # A has a hole, which is parcel C
    "ABC/AB./DBE": 4,
    "ABA/ABA/CCC": 2,  # A is one parcel in two parts
    "ABC/DEF": 11,
    "ABBC/DDEF": 8,
    "ABCD/EFGH": 7,
    "AABC/AADE/FGHI": 6,
    "AABCD/AAEFG/AAHIJ": 4,
    "ABCDEF/GHIJKL/MNOPQR": 2,
    "AAAABC/AAAADE/AAAAFG/AAAAHI/AAAAJK": 1,  # small workshops
}
#: Plans of planted cases, in neighbouring blocks of one street (`contiguity.csv`).
PLANTED: Final = (
    ("keystone", "ABKCD"),
    ("corner", "AB/CD"),
    ("gap", "AB"),
    ("t_junction", "AA/BC"),
    ("overlap", "AB"),
    ("keystone", "AK/BK/CK/KK/DK"),
)
#: Half the width of a road at a block's side, m.
LANE, AVENUE = 6.0, 15.0


@dataclass(frozen=True)
class Plan:
    """A plan read into rings: for each lot, parts; for each part, an outline and its holes."""

    rows: int
    columns: int
    lots: tuple[tuple[tuple[Ints, ...], ...], ...]
    letters: str
    edges: tuple[tuple[int, int, bool], ...]  # lot, lot, whether an edge (else a corner) is shared


@cache
def read_plan(text: str) -> Plan:
    """Read a plan of letters into rings of grid crossings."""
    grid = text.split("/")
    rows, columns = len(grid), len(grid[0])
    letters = "".join(sorted({letter for line in grid for letter in line} - {"."}))
    shapes = []
    for letter in letters:
        squares = [
            shapely.box(x, rows - 1 - y, x + 1, rows - y)
            for y, line in enumerate(grid)
            for x, found in enumerate(line)
            if found == letter
        ]
        # Every grid crossing on an outline is a point of it, so that neighbours share all points.
        shapes.append(shapely.segmentize(shapely.union_all(squares), 1.0))
    edges = [
        (left, right, shapely.length(shapely.intersection(shapes[left], shapes[right])) > 0)
        for left, right in combinations(range(len(shapes)), 2)
        if shapely.intersects(shapes[left], shapes[right])
    ]
    lots = tuple(tuple(_rings(part) for part in shapely.get_parts(shape)) for shape in shapes)
    return Plan(rows, columns, lots, letters, tuple(edges))


def _rings(part: shapely.Polygon) -> tuple[Ints, ...]:
    rings = [shapely.get_exterior_ring(part), *part.interiors]
    return tuple(shapely.get_coordinates(ring).round().astype(np.int64) for ring in rings)


def make_lots(frame: Frame, parcels: int, seed: int, *, planted: int) -> pd.DataFrame:
    """Cut the blocks of the frame into exactly `parcels` lots.

    Parameters
    ----------
    frame : Frame
        Lattice and chosen blocks.
    parcels : int
        How many lots to make.
    seed : int
        Seed of the district.
    planted : int
        How many planted blocks to lay (0 to 6).

    Returns
    -------
    DataFrame
        One row a lot: `geometry` (m), `block`, `cluster`, `plan`, `letter`, `planted` (kind or "").

    Examples
    --------
    >>> from landgov.demo.frame import make_frame
    >>> lots = make_lots(make_frame(20, 1), 50, 1, planted=0)
    >>> len(lots), bool(shapely.is_valid(lots["geometry"].to_numpy()).all())
    (50, True)
    """
    rng = np.random.default_rng([seed, 2])
    names = list(PLANS)
    weights = np.array(list(PLANS.values()))
    drawn = np.array(names, dtype=object)[
        rng.choice(len(names), size=len(frame.cells), p=weights / weights.sum())
    ]
    kinds = np.full(len(drawn), "", dtype=object)
    for block, (kind, plan) in zip(street(frame, planted), PLANTED, strict=False):
        drawn[block], kinds[block] = plan, kind
    corners = _corners(frame)
    pieces = [
        _cut(read_plan(str(plan)), np.flatnonzero(drawn == plan), corners, rng)
        for plan in sorted(set(drawn))
    ]
    lots = pd.concat(pieces, ignore_index=True)
    lots["plan"] = drawn[lots["block"]]
    lots["planted"] = kinds[lots["block"]]
    lots["cluster"] = frame.cluster[lots["block"]]
    # Blocks that are not needed drop out here and there, not a whole cluster at the end.
    turn = rng.permutation(len(drawn))[lots["block"]]
    order = np.lexsort((lots["lot"], turn, lots["planted"] == ""))[:parcels]
    lots = lots.iloc[np.sort(order)].sort_values(["block", "lot"], kind="stable")
    return lots.reset_index(drop=True)


def lots_per_block() -> float:
    """Tell how many lots a block has on average."""
    total = sum(PLANS.values())
    return sum(len(read_plan(plan).lots) * weight for plan, weight in PLANS.items()) / total


def street(frame: Frame, count: int) -> Ints:
    """Find `count` blocks in a row along one street of a zone, no avenue between; or the most."""
    rows, columns = frame.cells[:, 0], frame.cells[:, 1]
    longest: list[int] = []
    for cluster in (1, 0):
        inside = np.flatnonzero(frame.cluster == cluster)
        number = {(int(rows[b]), int(columns[b])): int(b) for b in inside}
        # A search of short streets, not a loop over parcels; it ends at the first that is enough.
        for row, column in sorted(number):
            run: list[int] = []
            while len(run) < count and (row, column + len(run)) in number:
                if run and is_main(np.array([column + len(run)]))[0]:
                    break
                run.append(number[row, column + len(run)])
            longest = max(longest, run, key=len)
            if len(longest) == count:
                return np.array(longest, dtype=np.int64)
    return np.array(longest, dtype=np.int64)


def _corners(frame: Frame) -> Floats:
    """Give the four corners of each block, south-west first, inside the half widths of its roads."""
    row, column = frame.cells[:, 0], frame.cells[:, 1]
    steps = ((0, 0), (0, 1), (1, 1), (1, 0))
    nodes = np.stack([frame.nodes[row + up, column + right] for up, right in steps], axis=1)
    left = np.where(is_main(column), AVENUE, LANE) / CELL_X
    right = 1 - np.where(is_main(column + 1), AVENUE, LANE) / CELL_X
    low = np.where(is_main(row), AVENUE, LANE) / CELL_Y
    high = 1 - np.where(is_main(row + 1), AVENUE, LANE) / CELL_Y
    along = np.stack([left, right, right, left], axis=1)
    up = np.stack([low, low, high, high], axis=1)
    return _bilinear(nodes, along, up)


def _bilinear(corners: Floats, along: Floats, up: Floats) -> Floats:
    """Map shares of the unit square into four-cornered figures; grid lines stay straight."""
    a, u = along[..., None], up[..., None]
    sw, se, ne, nw = (corners[:, place, None, :] for place in range(4))
    return sw * (1 - a) * (1 - u) + se * a * (1 - u) + ne * a * u + nw * (1 - a) * u


def _cut(plan: Plan, blocks: Ints, corners: Floats, rng: np.random.Generator) -> pd.DataFrame:
    """Cut all blocks that have one plan."""
    x = _breaks(len(blocks), plan.columns, rng)
    y = _breaks(len(blocks), plan.rows, rng)
    pieces = []
    for number, lot in enumerate(plan.lots):
        parts = []
        for rings in lot:
            drawn = [
                np.round(_bilinear(corners[blocks], x[:, ring[:, 0]], y[:, ring[:, 1]]), 3)
                for ring in rings
            ]
            holes = [shapely.linearrings(ring) for ring in drawn[1:]]
            parts.append(
                shapely.polygons(
                    shapely.linearrings(drawn[0]),
                    holes=np.stack(holes, axis=1) if holes else None,
                )
            )
        shape = parts[0] if len(parts) == 1 else shapely.multipolygons(np.stack(parts, axis=1))
        pieces.append(pd.DataFrame({"block": blocks, "lot": number, "geometry": shape}))
        pieces[-1]["letter"] = plan.letters[number]
    return pd.concat(pieces, ignore_index=True)


def _breaks(blocks: int, count: int, rng: np.random.Generator) -> Floats:
    """Space the grid lines of each block by chance, from 0 to 1."""
    widths = rng.uniform(0.65, 1.35, (blocks, count))
    ends = np.cumsum(widths, axis=1)
    return np.column_stack([np.zeros(blocks), ends / ends[:, -1:]])


def pairs_by_plan(lots: pd.DataFrame) -> pd.DataFrame:
    """List the pairs of lots that share an edge or only a corner, known from the plans alone.

    Returns
    -------
    DataFrame
        `left`, `right` (row numbers of `lots`) and `edge` (bool).
    """
    place = pd.Series(np.arange(len(lots)), index=[lots["block"], lots["lot"]])
    pieces = []
    for plan, group in lots.groupby("plan", sort=True):
        blocks = group["block"].unique()
        for left, right, edge in read_plan(str(plan)).edges:
            pieces.append(
                pd.DataFrame({"block": blocks, "one": left, "two": right, "edge": bool(edge)})
            )
    pairs = pd.concat(pieces, ignore_index=True)
    for side, lot in (("left", "one"), ("right", "two")):
        pairs[side] = place.reindex(pd.MultiIndex.from_frame(pairs[["block", lot]])).to_numpy()
    pairs = pairs.dropna().astype({"left": np.int64, "right": np.int64})
    return pairs[["left", "right", "edge"]].sort_values(["left", "right"], ignore_index=True)


def bend(lots: pd.DataFrame, *, clean: bool) -> Geometries:
    """Plant what plans cannot draw: a gap of 3 cm, a missing node, an overlap of 30 cm.

    Parameters
    ----------
    lots : DataFrame
        Of `make_lots`.
    clean : bool
        Without the overlap, which is a defect.

    Returns
    -------
    array of geometries
        The shapes of all lots; only those of planted blocks differ from the plan.
    """
    shapes = lots["geometry"].to_numpy(copy=True)
    # A handful of planted lots, each changed in its own way: not a loop over parcels.
    for row in np.flatnonzero(lots["planted"].isin(["gap", "overlap", "t_junction"])):
        kind, letter = lots["planted"].iloc[row], lots["letter"].iloc[row]
        ring = shapely.get_coordinates(shapes[row])
        if kind == "t_junction" and letter == "A":
            shapes[row] = shapely.simplify(shapes[row], 0.01)
        elif kind == "overlap" and clean:
            continue
        elif kind != "t_junction" and letter == "B":
            moved = {"gap": 0.03, "overlap": -0.30}[kind]
            west = ring[:, 0] < ring[:, 0].mean()
            ring[west, 0] += moved
            shapes[row] = shapely.polygons(np.round(ring, 3))
    turned: Geometries = shapely.orient_polygons(shapes)
    return turned
