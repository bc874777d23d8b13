"""Pairs with facing length: landgov beside the plain shapely way, in one run.

The plain way buffers each border with flat ends and cuts the other by it. It measures the
same thing but for the 45° rule and the feet at corners, so lengths differ a little there;
the figures of agreement are printed with the times.

    python benchmarks/pairs.py --parcels 20000
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgov.contiguity import blocks, neighbours

GAP_M, FACING_M = 0.5, 1.0


def fabric(count: int, seed: int = 1) -> gpd.GeoDataFrame:
    """Make cells of about 15 亩, surveyed apart: gaps of 4 to 30 cm, a corner every 20 m."""
    random = np.random.default_rng(seed)
    side = 100.0 * count**0.5
    points = shapely.multipoints(random.uniform(0, side, (count, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(points))
    cells = shapely.intersection(cells, shapely.box(0, 0, side, side))
    cells = shapely.buffer(cells, -random.uniform(0.02, 0.15, count), join_style="mitre")
    cells = shapely.transform(
        shapely.segmentize(cells, 20.0), lambda at: np.add(at, [528_000, 3_321_000])
    )
    labels = [f"P{number:07d}" for number in range(count)]
    return gpd.GeoDataFrame(geometry=cells, index=labels, crs=4549)


def plain(parcels: gpd.GeoDataFrame) -> pd.DataFrame:
    """Find pairs with GEOS only: index, buffer of the border, intersection."""
    polygons = parcels.geometry.to_numpy()
    left, right = shapely.STRtree(polygons).query(polygons, predicate="dwithin", distance=GAP_M)
    once = left < right
    left, right = left[once], right[once]
    borders = shapely.boundary(polygons)
    bands = shapely.buffer(borders, GAP_M, cap_style="flat", join_style="bevel")
    facing = np.minimum(
        shapely.length(shapely.intersection(borders[left], bands[right])),
        shapely.length(shapely.intersection(borders[right], bands[left])),
    )
    kept = facing >= FACING_M
    left, right = left[kept], right[kept]
    return pd.DataFrame(
        {
            "left": parcels.index[left],
            "right": parcels.index[right],
            "distance_m": shapely.distance(polygons[left], polygons[right]),
            "facing_m": facing[kept],
        }
    )


def best_of(runs: int, call: Callable[[], pd.DataFrame]) -> tuple[float, pd.DataFrame]:
    """Give the shortest time of several runs, and the answer."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        answer = call()
        times.append(time.perf_counter() - start)
    return min(times), answer


def main() -> None:
    """Print the times, their ratio, and how far the answers agree."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--parcels", type=int, default=20_000)
    options.add_argument("--runs", type=int, default=3)
    given = options.parse_args()

    parcels = fabric(given.parcels)
    start = time.perf_counter()
    neighbours(parcels.iloc[:50])
    print(f"first call (compile, or read what was compiled): {time.perf_counter() - start:.2f} s")
    ours, pairs = best_of(given.runs, lambda: neighbours(parcels, max_gap_m=GAP_M))
    theirs, others = best_of(given.runs, lambda: plain(parcels))
    joined = pairs.merge(others, on=["left", "right"], how="outer", suffixes=("", "_plain"))
    both = joined.dropna(subset=["facing_m", "facing_m_plain"])
    off = (both["facing_m"] - both["facing_m_plain"]).abs()
    block_time, _ = best_of(given.runs, lambda: blocks(parcels.index, pairs).to_frame())
    print(f"{given.parcels} parcels, {shapely.get_num_coordinates(parcels.geometry).sum()} points")
    print(f"landgov.neighbours: {ours:.2f} s, {len(pairs)} pairs")
    print(f"shapely, buffer and intersection: {theirs:.2f} s, {len(others)} pairs")
    print(f"ratio: {theirs / ours:.1f}")
    print(f"pairs in one answer only: {len(joined) - len(both)}")
    print(
        f"facing length differs by: median {off.median():.4f} m, 99 % within {off.quantile(0.99):.2f} m"
    )
    print(f"landgov.blocks: {block_time:.3f} s")


if __name__ == "__main__":
    main()
