"""Overlaps and gaps of a full coverage: landgov beside geoplanar and plain geopandas, in one run.

The district is a gap-free net of four-cornered cells with random corners, of which some are
moved a little: each move makes overlaps on one side and gaps on the other. All three look for
the same overlaps; their numbers and square metres are printed with the times.

    python benchmarks/coverage_checks.py --parcels 20000
    python benchmarks/coverage_checks.py --parcels 200000 --only landgov geopandas
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import shapely

from landgov.quality.coverage import coverage_of, overlaps
from landgov.quality.gaps import gaps_of

GAP_M, MOVED = 0.5, 0.002
# Moved cells lie apart, so that each has gaps of its own.
Found = tuple[int, float, int, float]


def district(count: int, seed: int = 1) -> gpd.GeoDataFrame:
    """Make a net of cells of about 30 m, two in a thousand of them moved by 5 to 40 cm."""
    random = np.random.default_rng(seed)
    side = int(np.ceil(count**0.5))
    x, y = np.meshgrid(np.arange(side + 1) * 30.0, np.arange(side + 1) * 30.0)
    net = np.stack([x, y], -1) + random.uniform(-5, 5, (side + 1, side + 1, 2))
    net = np.add(net, [528_000, 3_321_000]).round(3)
    corners = [net[:-1, :-1], net[:-1, 1:], net[1:, 1:], net[1:, :-1], net[:-1, :-1]]
    cells = np.stack(corners, 2).reshape(-1, 5, 2)[:count]
    moved = random.choice(count, int(count * MOVED), replace=False)
    cells[moved] += random.uniform(0.05, 0.4, (len(moved), 1, 2)).round(3)
    return gpd.GeoDataFrame(geometry=shapely.polygons(cells), crs=4549)


def with_landgov(parcels: gpd.GeoDataFrame) -> Found:
    """GEOS names the mismatched edges; only what lies there is cut."""
    coverage = coverage_of(parcels.geometry.to_numpy(), GAP_M)
    over, gaps = overlaps(coverage), gaps_of(coverage, GAP_M)
    return len(over.left), float(over.m2.sum()), len(gaps.shapes), float(gaps.m2.sum())


def with_geopandas(parcels: gpd.GeoDataFrame) -> Found:
    """Every pair that meets is cut; the gaps are the holes of the union of all."""
    left, right = parcels.sindex.query(parcels.geometry, predicate="intersects")
    once = left < right
    shapes = parcels.geometry
    common = shapes.iloc[left[once]].intersection(shapes.iloc[right[once]], align=False)
    area = common.area[common.area > 0]
    closed = parcels.geometry.union_all().buffer(GAP_M / 2, join_style="mitre")
    closed = closed.buffer(-GAP_M / 2, join_style="mitre")
    gaps = shapely.get_parts(closed.difference(parcels.geometry.union_all()))
    gaps = gaps[shapely.area(gaps) > 1 / 30]
    return len(area), float(area.sum()), len(gaps), float(shapely.area(gaps).sum())


def with_geoplanar(parcels: gpd.GeoDataFrame) -> Found:
    """`geoplanar.overlaps` and `geoplanar.gaps`; its gaps are enclosed ones, of any width."""
    import geoplanar

    pairs = geoplanar.overlaps(parcels)
    left, right = np.asarray(pairs)
    once = left < right
    shapes = parcels.geometry.to_numpy()
    area = shapely.area(shapely.intersection(shapes[left[once]], shapes[right[once]]))
    gaps = geoplanar.gaps(parcels)
    return int((area > 0).sum()), float(area.sum()), len(gaps), float(gaps.area.sum())


WAYS: dict[str, Callable[[gpd.GeoDataFrame], Found]] = {
    "landgov": with_landgov,
    "geopandas": with_geopandas,
    "geoplanar": with_geoplanar,
}


def main() -> None:
    """Print a table of times, ratios and findings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parcels", type=int, default=20_000)
    parser.add_argument("--only", nargs="*", default=list(WAYS), choices=list(WAYS))
    given = parser.parse_args()
    parcels = district(given.parcels)
    print(f"{len(parcels)} parcels, {len(parcels) * MOVED:.0f} of them moved")
    print(f"{'way':<10}{'s':>8}{'ratio':>8}{'overlaps':>10}{'m2':>12}{'gaps':>8}{'m2':>12}")
    first = None
    for name in given.only:
        start = time.perf_counter()
        over, over_m2, gaps, gaps_m2 = WAYS[name](parcels)
        took = time.perf_counter() - start
        first = first or took
        print(
            f"{name:<10}{took:>8.2f}{took / first:>8.1f}{over:>10}{over_m2:>12.3f}"
            f"{gaps:>8}{gaps_m2:>12.3f}"
        )


if __name__ == "__main__":
    main()
