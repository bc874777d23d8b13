"""Right answers about space and time (邻接与沿革): neighbours, keystones, splits and merges."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgov.demo.facts import District
from landgov.demo.frame import CRS
from landgov.demo.lots import pairs_by_plan

_NAMES: Final = {"gap": "gap_3cm", "t_junction": "t_junction", "overlap": "overlap"}
#: Above this many parcels only the planted blocks are listed.
_LISTED: Final = 20_000


def contiguity_answers(district: District, spoiled: set[int]) -> pd.DataFrame:
    """List pairs that must be neighbours (within 0.5 m over 1 m) and pairs that must not.

    Returns
    -------
    DataFrame
        `left`, `right` (parcel ids), `relation` (edge, gap_3cm, t_junction, overlap, corner,
        road), `neighbours` (yes or no).
    """
    parcels = district.parcels
    pairs = pairs_by_plan(parcels)
    planted = parcels["planted"].to_numpy(dtype=object)
    if len(parcels) > _LISTED:
        pairs = pairs[planted[pairs["left"]] != ""]
    relation = pd.Series(planted[pairs["left"]], index=pairs.index).map(_NAMES).fillna("edge")
    # Only the long lot A meets the others without a node; those share a plain edge.
    long_lot = (parcels["letter"] == "A").to_numpy()[pairs["left"]]
    relation = relation.where(long_lot | (relation != "t_junction"), "edge")
    if district.clean:
        relation = relation.replace("overlap", "edge")
    pairs["relation"] = relation.where(pairs["edge"], "corner")
    pairs = pd.concat([pairs.drop(columns="edge"), _across_lanes(parcels)], ignore_index=True)
    kept = ~pairs["left"].isin(spoiled) & ~pairs["right"].isin(spoiled)
    pairs = pairs[kept].reset_index(drop=True)
    ids = parcels["id"].to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "left": ids[pairs["left"]],
            "right": ids[pairs["right"]],
            "relation": pairs["relation"],
            "neighbours": np.where(pairs["relation"].isin(["corner", "road"]), "no", "yes"),
        }
    )


def _across_lanes(parcels: pd.DataFrame) -> pd.DataFrame:
    """Pair the lots of each planted block with those of the next, across a lane of 12 m."""
    planted = np.flatnonzero(parcels["planted"] != "")
    blocks = parcels["block"].to_numpy()
    some = pd.DataFrame({"row": planted, "block": blocks[planted]})
    both = some.merge(some.assign(block=some["block"] - 1), on="block", suffixes=("_a", "_b"))
    table = both.rename(columns={"row_a": "left", "row_b": "right"})[["left", "right"]]
    return table.assign(relation="road")


def keystone_answers(district: District) -> pd.DataFrame:
    """List the planted keystones: buying one joins the two groups of low candidates beside it."""
    parcels = district.parcels
    lines = []
    # The few planted blocks, each read by its letters.
    for _, block in parcels[parcels["planted"] == "keystone"].groupby("block"):
        by_letter = block.set_index("letter")
        if not set("ABCDK") <= set(by_letter.index):
            continue
        first, second = ("AB", "CD") if "/" not in by_letter["plan"].iloc[0] else ("ABC", "D")
        groups = [" ".join(by_letter.loc[list(part), "id"]) for part in (first, second)]
        land = [float(by_letter.loc[list(part), "land"].sum()) for part in (first, second)]
        bought = float(by_letter["land"]["K"])
        gained = bought + min(land)
        lines.append((str(by_letter["id"]["K"]), *groups, round(bought, 2), round(gained, 2)))
    names = ["keystone", "one_group", "other_group", "bought_mu", "gained_mu"]
    return pd.DataFrame(lines, columns=names)


def earlier_parcels(district: District) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Make the parcels of a year before, and how each came to be what it is now.

    Returns
    -------
    earlier : GeoDataFrame
        Parcels at the end of 2021, Chinese headings, EPSG:4549.
    lineage : DataFrame
        `before`, `after` (ids; empty for new land), `kind` (split, merge, renumbered, new) and
        the share of the old parcel that the new one takes. What is not listed stayed as it was.
    """
    rng = np.random.default_rng([district.seed, 31])
    parcels = district.parcels
    ids, shapes = parcels["id"].to_numpy(dtype=object), parcels["geometry"].to_numpy(dtype=object)
    count = int(np.clip(len(parcels) // 200, 1, 2000))
    free = (parcels["planted"] == "").to_numpy(copy=True)
    pairs = pairs_by_plan(parcels)
    pairs = pairs[pairs["edge"] & free[pairs["left"]]].drop_duplicates("left")
    pairs = pairs[~pairs["right"].duplicated() & ~pairs["right"].isin(pairs["left"])]
    pairs = pairs.iloc[np.sort(rng.permutation(len(pairs))[:count])]
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    whole = shapely.union(shapes[left], shapes[right])
    parent = _old_codes(ids[left], 1)
    quads = (shapely.get_type_id(shapes) == 3) & (shapely.get_num_interior_rings(shapes) == 0)
    free[np.concatenate([left, right])] = False
    rest = rng.permutation(np.flatnonzero(free & quads))
    merged, renamed, new = (np.sort(rest[at : at + count]) for at in (0, count, 2 * count))
    halves = [shapely.intersection(shapes[merged], half) for half in _halves(shapes[merged])]
    old = [_old_codes(ids[merged], part) for part in (2, 3)]
    gone = np.concatenate([left, right, merged, renamed, new])
    stay = np.setdiff1d(np.arange(len(ids)), gone)
    codes = np.concatenate([ids[stay], parent, *old, _old_codes(ids[renamed], 4)])
    outlines = np.concatenate([shapes[stay], whole, *halves, shapes[renamed]])
    earlier = gpd.GeoDataFrame(
        {"宗地代码": codes, "发证面积": np.round(shapely.area(outlines) * 3 / 2000, 2)},
        geometry=outlines,
        crs=CRS,
    )
    part = shapely.area(shapes[left]) / shapely.area(whole)
    pieces = [
        (parent, ids[left], "split", part),
        (parent, ids[right], "split", 1 - part),
        (old[0], ids[merged], "merge", np.ones(len(merged))),
        (old[1], ids[merged], "merge", np.ones(len(merged))),
        (_old_codes(ids[renamed], 4), ids[renamed], "renumbered", np.ones(len(renamed))),
        (np.full(len(new), ""), ids[new], "new", np.full(len(new), np.nan)),
    ]
    lineage = pd.concat(
        [
            pd.DataFrame({"before": b, "after": a, "kind": k, "share_of_before": s})
            for b, a, k, s in pieces
        ],
        ignore_index=True,
    )
    return earlier, lineage.round({"share_of_before": 6})


def _old_codes(
    ids: np.ndarray[tuple[int], np.dtype[np.object_]], series: int
) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Give codes that no parcel has now: numbers from 90,000 on in the same sub-zone."""
    return np.array(
        [
            f"{code[:14]}{90000 + series * 2000 + number % 2000:05d}"
            for number, code in enumerate(ids)
        ],
        dtype=object,
    )


def _halves(
    shapes: np.ndarray[tuple[int], np.dtype[np.object_]],
) -> list[np.ndarray[tuple[int], np.dtype[np.object_]]]:
    west, south, east, north = shapely.bounds(shapes).T
    middle = np.round((west + east) / 2, 3)
    return [
        shapely.box(west - 1, south - 1, middle, north + 1),
        shapely.box(middle, south - 1, east + 1, north + 1),
    ]
