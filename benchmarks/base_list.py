"""Who uses which land, at the size of a province: matching and placing beside other libraries.

A million parcels of 11 corners in streets, 25 towns of 3,000 to 8,000 corners, 30 platforms
some of which overlap, 1.2 million enterprises each with a link by key and a point. Times are
the best of `--rounds`; of every pair of a parcel and an area the share is compared with ours,
and every pair of a point and a parcel, before a rival's time counts. A rival that needs minutes
is run on fewer parcels: give `--parcels`, the ratio is that of the size that was run.

    python benchmarks/base_list.py --parcels 1000000
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgov.register.containment import points_in
from landgov.register.places import assign_platforms, assign_towns

EAST, NORTH = 528_000.0, 3_321_000.0
CORNERS = 11
TOWNS = 5  # a side
AREAS = 100  # more than there are towns or platforms
# A share below this is contact, not land.
LEAST = 1e-7


def street_fabric(count: int, random: np.random.Generator) -> tuple[np.ndarray, float]:
    """Lots of about 15 亩 with 11 corners, in a grid whose nodes are moved, with lanes."""
    side = int(np.ceil(count**0.5))
    row, column = np.divmod(np.arange(count), side)
    west = EAST + column * 102.0 + random.uniform(0, 1, count)
    south = NORTH + row * 102.0 + random.uniform(0, 1, count)
    turn = np.linspace(0, 4, CORNERS, endpoint=False)
    corner, along = np.divmod(turn, 1)
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], dtype=float)
    ring = square[corner.astype(int)] * (1 - along[:, None])
    ring += square[corner.astype(int) + 1] * along[:, None]
    rings = np.stack([west, south], axis=1)[:, None, :] + ring[None] * 100.0
    rings = np.concatenate([rings, rings[:, :1]], axis=1)
    return shapely.polygons(rings), side * 102.0


def wall(start: np.ndarray, end: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A border of a town: a line with 750 to 2,000 corners that strays up to 300 m."""
    number = int(random.integers(750, 2000))
    along = np.linspace(0, 1, number)
    stray = np.cumsum(random.normal(0, 1, number))
    stray = (stray - stray[0] - along * (stray[-1] - stray[0])) / np.sqrt(number) * 300
    way = end - start
    normal = np.array([-way[1], way[0]]) / np.hypot(*way)
    return start + along[:, None] * way + stray[:, None] * normal


def towns_of(extent: float, random: np.random.Generator) -> gpd.GeoDataFrame:
    """25 towns that tile the land: what is one town's border is its neighbour's too."""
    step = (extent + 400) / TOWNS
    node = {
        (i, j): np.array([EAST - 200 + i * step, NORTH - 200 + j * step])
        for i in range(TOWNS + 1)
        for j in range(TOWNS + 1)
    }
    flat = {
        (i, j): wall(node[i, j], node[i + 1, j], random)
        for i in range(TOWNS)
        for j in range(TOWNS + 1)
    }
    up = {
        (i, j): wall(node[i, j], node[i, j + 1], random)
        for i in range(TOWNS + 1)
        for j in range(TOWNS)
    }
    shapes, codes = [], []
    for i in range(TOWNS):
        for j in range(TOWNS):
            ring = np.concatenate(
                [flat[i, j][:-1], up[i + 1, j][:-1], flat[i, j + 1][::-1][:-1], up[i, j][::-1]]
            )
            shapes.append(shapely.make_valid(shapely.Polygon(ring)))
            codes.append(f"3306041{i}{j}")
    return gpd.GeoDataFrame({"town": codes}, index=codes, geometry=shapes, crs=4549)


def platforms_of(extent: float, random: np.random.Generator) -> gpd.GeoDataFrame:
    """30 round platforms of three levels; some overlap."""
    at = np.add(random.uniform(0, extent, (30, 2)), (EAST, NORTH))
    round_ = shapely.buffer(shapely.points(at), random.uniform(0.01, 0.1, 30) * extent, 512)
    level = np.array(["national", "provincial", "micro_park"])[np.arange(30) % 3]
    names = [f"PL{n:02d}" for n in range(30)]
    none = pd.Series(pd.NaT, index=names, dtype="datetime64[us]")
    return gpd.GeoDataFrame(
        {"platform": names, "level": level, "valid_from": none, "valid_to": none},
        index=names,
        geometry=round_,
        crs=4549,
    )


def made(count: int) -> dict[str, Any]:
    """The whole district, the same for every rival."""
    random = np.random.default_rng(86)
    shapes, extent = street_fabric(count, random)
    firms = count * 6 // 5
    keys = np.array([f"330604001001GB{n:07d}" for n in range(count)], dtype=object)
    parcels = gpd.GeoDataFrame(index=pd.Index(keys, dtype="str"), geometry=shapes, crs=4549)
    links = pd.DataFrame(
        {
            "parcel_id": pd.Series(keys[random.integers(0, count, firms)], dtype="str"),
            "enterprise_id": pd.Series([f"9133{n:014d}" for n in range(firms)], dtype="str"),
        }
    )
    points = shapely.points(np.add(random.uniform(0, extent, (firms, 2)), (EAST, NORTH)))
    return {
        "parcels": parcels,
        "towns": towns_of(extent, random),
        "platforms": platforms_of(extent, random),
        "links": links,
        "points": points,
    }


# ---- the ways ------------------------------------------------------------------------


def timed(rounds: int, work: Callable[[], Any]) -> tuple[Any, float]:
    """The answer, and the seconds of the best round."""
    best = np.inf
    for _ in range(rounds):
        start = time.perf_counter()
        answer = work()
        best = min(best, time.perf_counter() - start)
    return answer, best


def pairs(parcel: Any, area: Any, share: Any) -> pd.Series:
    """Shares by parcel and area; contact that rounding has given an area is not land."""
    table = pd.Series(
        np.asarray(share), index=np.asarray(parcel) * AREAS + np.asarray(area)
    ).sort_index()
    return table[table > LEAST]


def by_landgov(d: dict[str, Any]) -> dict[str, Any]:
    """Ours: towns, platforms with every share, points to parcels, links to parcels."""
    towns, t_towns = timed(d["rounds"], lambda: assign_towns(d["parcels"], d["towns"]))
    platforms, t_platforms = timed(
        d["rounds"], lambda: assign_platforms(d["parcels"], d["platforms"], date(2022, 12, 31))
    )
    points, t_points = timed(
        d["rounds"], lambda: points_in(d["parcels"].geometry.to_numpy(), d["points"])
    )
    at, t_keys = timed(
        d["rounds"], lambda: d["parcels"].index.get_indexer(pd.Index(d["links"]["parcel_id"]))
    )
    return {
        "seconds": {"towns": t_towns, "platforms": t_platforms, "points": t_points, "keys": t_keys},
        "towns": pairs(*(towns[1][name] for name in ("parcel", "area", "share"))),
        "platforms": pairs(*(platforms[1][name] for name in ("parcel", "area", "share"))),
        "points": points[0] * len(d["parcels"]) + points[1],
        "keys": int((at >= 0).sum()),
    }


def by_geopandas(d: dict[str, Any]) -> dict[str, Any]:
    """The usual way: overlay for the shares, sjoin for the points, merge for the keys."""
    parcels = d["parcels"].rename_axis("parcel_id").reset_index()

    def overlay(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return gpd.overlay(
            parcels, areas.reset_index(names="code")[["code", "geometry"]], how="intersection"
        )

    cut, t_towns = timed(d["rounds"], lambda: overlay(d["towns"]))
    parts, t_platforms = timed(d["rounds"], lambda: overlay(d["platforms"]))
    points = gpd.GeoDataFrame(geometry=d["points"], crs=4549)
    joined, t_points = timed(
        d["rounds"], lambda: gpd.sjoin(points, parcels, predicate="intersects")
    )
    keys, t_keys = timed(
        d["rounds"], lambda: d["links"].merge(parcels[["parcel_id"]], on="parcel_id")
    )
    size = d["parcels"].area.to_numpy()

    def told(found: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> pd.Series:
        parcel = d["parcels"].index.get_indexer(pd.Index(found["parcel_id"]))
        area = areas.index.get_indexer(pd.Index(found["code"]))
        return pairs(parcel, area, found.area.to_numpy() / size[parcel])

    inside = joined.index.to_numpy() * len(parcels) + joined["index_right"].to_numpy()
    return {
        "seconds": {"towns": t_towns, "platforms": t_platforms, "points": t_points, "keys": t_keys},
        "towns": told(cut, d["towns"]),
        "platforms": told(parts, d["platforms"]),
        "points": np.sort(inside),
        "keys": len(keys),
    }


def by_duckdb(d: dict[str, Any]) -> dict[str, Any]:
    """SQL: spatial joins of DuckDB, shares by intersection where the parcel is not within."""
    import duckdb
    import duckdb_extension_spatial

    home = Path(duckdb_extension_spatial.__file__).parent
    con = duckdb.connect()
    con.execute(f"LOAD '{next(home.rglob('spatial.duckdb_extension'))}'")
    con.execute("SET threads TO 2")

    def load(name: str, codes: Any, shapes: np.ndarray) -> None:
        frame = pd.DataFrame({"code": codes, "wkb": shapely.to_wkb(shapes)})
        con.register("given", frame)
        con.execute(f"CREATE TABLE {name} AS SELECT code, ST_GeomFromWKB(wkb) AS geom FROM given")
        con.unregister("given")

    for name in ("parcels", "towns", "platforms"):
        load(name, np.arange(len(d[name])), d[name].geometry.to_numpy())
    load("points", np.arange(len(d["points"])), d["points"])
    con.register("links", d["links"].astype(object))
    keys_of = pd.DataFrame({"code": d["parcels"].index.to_numpy(object)})
    con.register("given", keys_of)
    con.execute("CREATE TABLE keys AS SELECT * FROM given")

    def place(name: str) -> pd.DataFrame:
        return con.execute(
            f"""SELECT p.code AS parcel, a.code AS area,
                       CASE WHEN ST_Contains(a.geom, p.geom) THEN 1.0
                       ELSE ST_Area(ST_Intersection(a.geom, p.geom)) / ST_Area(p.geom) END AS share
                FROM parcels p JOIN {name} a ON ST_Intersects(a.geom, p.geom)"""
        ).df()

    cut, t_towns = timed(d["rounds"], lambda: place("towns"))
    parts, t_platforms = timed(d["rounds"], lambda: place("platforms"))
    joined, t_points = timed(
        d["rounds"],
        lambda: con.execute(
            """SELECT q.code AS point, p.code AS parcel
               FROM points q JOIN parcels p ON ST_Intersects(p.geom, q.geom)"""
        ).df(),
    )
    keys, t_keys = timed(
        d["rounds"],
        lambda: con.execute(
            "SELECT count(*) FROM links l JOIN keys k ON l.parcel_id = k.code"
        ).fetchone(),
    )
    inside = joined["point"].to_numpy() * len(d["parcels"]) + joined["parcel"].to_numpy()
    return {
        "seconds": {"towns": t_towns, "platforms": t_platforms, "points": t_points, "keys": t_keys},
        "towns": pairs(cut["parcel"], cut["area"], cut["share"]),
        "platforms": pairs(parts["parcel"], parts["area"], parts["share"]),
        "points": np.sort(inside),
        "keys": keys[0],
    }


def same(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Every share within a millionth, and every point in the same parcels."""
    for kind in ("towns", "platforms"):
        apart = one[kind].sub(other[kind], fill_value=0.0).abs()
        assert apart.max() < 1e-6, (kind, apart.nlargest(3))
    assert np.array_equal(one["points"], other["points"])
    assert one["keys"] == other["keys"]


WAYS = {"landgov": by_landgov, "geopandas": by_geopandas, "duckdb": by_duckdb}


def _measured(way: str, count: int, times: int, answers: Any) -> None:
    district = {**made(count), "rounds": times}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = WAYS[way](district)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answers.put({**answer, "peak_gb": peak / 2**20, "input_gb": before / 2**20})


def measured(way: str, count: int, times: int) -> dict[str, Any] | None:
    """Run one way in a process of its own, so that its memory is its own."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    process = context.Process(target=_measured, args=(way, count, times, answers))
    process.start()
    while True:
        try:
            answer: dict[str, Any] = answers.get(timeout=1)
        except Exception:
            if not process.is_alive():
                return None
        else:
            process.join()
            return answer


def main() -> None:
    """Time the ways on one district, and compare their answers."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--parcels", type=int, default=1_000_000)
    options.add_argument("--ways", nargs="+", default=list(WAYS), choices=list(WAYS))
    options.add_argument("--rounds", type=int, default=3)
    asked = options.parse_args()
    print(f"{asked.parcels:,} parcels, {asked.parcels * 6 // 5:,} enterprises")
    print(f"{'':10} {'towns':>8} {'platforms':>10} {'points':>8} {'keys':>7} {'sum':>8} "
          f"{'ratio':>6} {'peak GB':>8} (input GB)")  # fmt: skip
    ours: dict[str, Any] | None = None
    for way in asked.ways:
        answer = measured(way, asked.parcels, asked.rounds)
        if answer is None:
            print(f"{way:10} failed or is not installed")
            continue
        seconds = answer["seconds"]
        whole = sum(seconds.values())
        ours = ours or answer
        same(answer, ours)
        print(
            f"{way:10} {seconds['towns']:8.2f} {seconds['platforms']:10.2f} "
            f"{seconds['points']:8.2f} {seconds['keys']:7.2f} {whole:8.2f} "
            f"{whole / sum(ours['seconds'].values()):6.1f} {answer['peak_gb']:8.2f} "
            f"({answer['input_gb']:.2f})",
            flush=True,
        )


if __name__ == "__main__":
    main()
