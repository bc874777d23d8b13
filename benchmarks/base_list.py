"""Who uses which land, at the size of a province: matching and placing beside other libraries.

A million parcels of 11 corners in streets, 25 towns of 3,000 to 8,000 corners, 30 platforms
some of which overlap, 1.2 million enterprises each with a link by key and a point. Times are
of one run each; the answers of the rivals are compared with ours before their time counts.

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

from landgov.register.places import assign_platforms, assign_towns, points_in

EAST, NORTH = 528_000.0, 3_321_000.0
CORNERS = 11
TOWNS = 5  # a side


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


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def by_landgov(d: dict[str, Any]) -> dict[str, Any]:
    """Ours: towns, platforms with every share, points to parcels, links to parcels."""
    towns, t_towns = timed(lambda: assign_towns(d["parcels"], d["towns"]))
    _, t_platforms = timed(
        lambda: assign_platforms(d["parcels"], d["platforms"], date(2022, 12, 31))
    )
    points, t_points = timed(lambda: points_in(d["parcels"].geometry.to_numpy(), d["points"]))
    at, t_keys = timed(lambda: d["parcels"].index.get_indexer(pd.Index(d["links"]["parcel_id"])))
    return {
        "seconds": {"towns": t_towns, "platforms": t_platforms, "points": t_points, "keys": t_keys},
        "town_m2": _sums(towns[1]["area"], towns[1]["inside_m2"]),
        "points_in": len(points[0]),
        "keys": int((at >= 0).sum()),
    }


def by_geopandas(d: dict[str, Any]) -> dict[str, Any]:
    """The usual way: overlay for the shares, sjoin for the points, merge for the keys."""
    parcels = d["parcels"].rename_axis("parcel_id").reset_index()

    def overlay(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return gpd.overlay(
            parcels, areas.reset_index(names="code")[["code", "geometry"]], how="intersection"
        )

    cut, t_towns = timed(lambda: overlay(d["towns"]))
    _, t_platforms = timed(lambda: overlay(d["platforms"]))
    points = gpd.GeoDataFrame(geometry=d["points"], crs=4549)
    joined, t_points = timed(lambda: gpd.sjoin(points, parcels, predicate="intersects"))
    keys, t_keys = timed(lambda: d["links"].merge(parcels[["parcel_id"]], on="parcel_id"))
    code = pd.Index(d["towns"].index).get_indexer(pd.Index(cut["code"]))
    return {
        "seconds": {"towns": t_towns, "platforms": t_platforms, "points": t_points, "keys": t_keys},
        "town_m2": _sums(code, cut.area),
        "points_in": len(joined),
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

    load("parcels", d["parcels"].index.to_numpy(object), d["parcels"].geometry.to_numpy())
    load("towns", d["towns"].index.to_numpy(object), d["towns"].geometry.to_numpy())
    load("platforms", d["platforms"].index.to_numpy(object), d["platforms"].geometry.to_numpy())
    load("points", np.arange(len(d["points"])), d["points"])
    con.register("links", d["links"].astype(object))

    def place(name: str) -> pd.DataFrame:
        return con.execute(
            f"""SELECT a.code, sum(CASE WHEN ST_Contains(a.geom, p.geom) THEN ST_Area(p.geom)
                       ELSE ST_Area(ST_Intersection(a.geom, p.geom)) END) AS m2, count(*) AS n
                FROM parcels p JOIN {name} a ON ST_Intersects(a.geom, p.geom) GROUP BY a.code"""
        ).df()

    cut, t_towns = timed(lambda: place("towns"))
    _, t_platforms = timed(lambda: place("platforms"))
    joined, t_points = timed(
        lambda: con.execute(
            "SELECT count(*) FROM points q JOIN parcels p ON ST_Intersects(p.geom, q.geom)"
        ).fetchone()
    )
    keys, t_keys = timed(
        lambda: con.execute(
            "SELECT count(*) FROM links l JOIN parcels p ON l.parcel_id = p.code"
        ).fetchone()
    )
    code = pd.Index(d["towns"].index).get_indexer(pd.Index(cut["code"]))
    return {
        "seconds": {"towns": t_towns, "platforms": t_platforms, "points": t_points, "keys": t_keys},
        "town_m2": _sums(code, cut["m2"]),
        "points_in": joined[0],
        "keys": keys[0],
    }


def _sums(code: Any, m2: Any) -> np.ndarray:
    return np.bincount(np.asarray(code), weights=np.asarray(m2), minlength=TOWNS * TOWNS)


WAYS = {"landgov": by_landgov, "geopandas": by_geopandas, "duckdb": by_duckdb}


def _measured(way: str, count: int, answers: Any) -> None:
    district = made(count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = WAYS[way](district)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answers.put({**answer, "peak_gb": peak / 2**20, "input_gb": before / 2**20})


def measured(way: str, count: int) -> dict[str, Any] | None:
    """Run one way in a process of its own, so that its memory is its own."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    process = context.Process(target=_measured, args=(way, count, answers))
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
    asked = options.parse_args()
    print(f"{asked.parcels:,} parcels, {asked.parcels * 6 // 5:,} enterprises")
    print(f"{'':10} {'towns':>8} {'platforms':>10} {'points':>8} {'keys':>7} {'sum':>8} "
          f"{'ratio':>6} {'peak GB':>8} (input GB)")  # fmt: skip
    ours: dict[str, Any] | None = None
    for way in asked.ways:
        answer = measured(way, asked.parcels)
        if answer is None:
            print(f"{way:10} failed or is not installed")
            continue
        seconds = answer["seconds"]
        whole = sum(seconds.values())
        ours = ours or answer
        assert np.allclose(answer["town_m2"], ours["town_m2"], rtol=1e-9), way
        assert (answer["points_in"], answer["keys"]) == (ours["points_in"], ours["keys"]), way
        print(
            f"{way:10} {seconds['towns']:8.2f} {seconds['platforms']:10.2f} "
            f"{seconds['points']:8.2f} {seconds['keys']:7.2f} {whole:8.2f} "
            f"{whole / sum(ours['seconds'].values()):6.1f} {answer['peak_gb']:8.2f} "
            f"({answer['input_gb']:.2f})",
            flush=True,
        )


if __name__ == "__main__":
    main()
