"""Runs on real files made by others, against what a plain reading of the files says."""

from __future__ import annotations

import json
import math
import re
import resource
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyproj
import pytest
import shapely

import landgov as lg
import real_input
from landgov.outputs import write_outputs

pytestmark = [
    pytest.mark.real,
    pytest.mark.acceptance,
    pytest.mark.skipif(not real_input.FOLDER.is_dir(), reason="the real files are not at hand"),
]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> real_input.Cambridge:
    return real_input.cambridge(tmp_path_factory.mktemp("cambridge"))


@pytest.fixture(scope="module")
def run(city: real_input.Cambridge) -> Iterator[lg.Result]:
    start = time.perf_counter()
    result = lg.run(city.folder)
    seconds = time.perf_counter() - start
    print(f"\nCambridge: run {seconds:.1f} s, {_peak()}; {result.report['timings']}")  # noqa: T201
    yield result


def _peak() -> str:
    return f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"


def _of_kind(result: lg.Result, kind: str, table: str) -> pd.DataFrame:
    issues = result.issues
    return issues[issues["kind"].eq(kind) & issues["table"].eq(table)]


def test_every_parcel_of_the_city_comes_out_once(
    city: real_input.Cambridge, run: lg.Result
) -> None:
    assert city.parcels == 13_116
    assert len(run.parcels) == city.parcels
    assert run.parcels.index.is_unique


def test_industrial_parcels_are_those_whose_tax_rows_agree_on_a_4xx_code(
    city: real_input.Cambridge, run: lg.Result
) -> None:
    scope = run.parcels["in_scope"]
    assert city.industrial
    assert set(scope.index[scope == "yes"]) == city.industrial
    assert set(scope.index[scope == "no"]) == set(city.use) - city.industrial
    assert int((scope == "unknown").sum()) == city.parcels - len(city.use)


def test_each_parcel_carries_the_value_of_its_tax_rows_and_nothing_is_lost(
    city: real_input.Cambridge, run: lg.Result
) -> None:
    value: dict[str, list[float]] = defaultdict(list)
    for row in city.taxes:
        key = row["ML"] if city.joined(row) and row["ML"] not in city.flat else ""
        value[key].append(int(row["TotalAppraisedParcelValue"]) / 10_000)
    worked = run.links["tax_worked_wan"]
    everything = math.fsum(v for part in value.values() for v in part)
    assert math.fsum(worked.dropna()) == pytest.approx(everything, abs=1e-6)
    no_land = worked[run.links["rule"] == "no_land"]
    assert math.fsum(no_land) == pytest.approx(math.fsum(value.pop("")), abs=1e-6)
    held = run.links[run.links["parcel_id"].notna() & worked.notna()]
    by_parcel = held.groupby("parcel_id")["tax_worked_wan"].sum()
    assert set(by_parcel.index) == set(value)
    for parcel, parts in value.items():
        assert by_parcel[parcel] == pytest.approx(math.fsum(parts), abs=1e-6)


def test_land_of_links_and_residual_make_each_parcel_exactly_once(
    city: real_input.Cambridge, run: lg.Result
) -> None:
    joined = run.links[run.links["parcel_id"].isin(run.parcels.index)]
    held = joined.groupby("parcel_id")["area_worked_mu"].sum(min_count=1)
    land = run.parcels["land_mu"]
    # One more is so crossed that its area is not trusted, and it has no certificate.
    refused = set(run.issues.loc[run.issues["kind"] == "repair_refused", "key"])
    assert len(refused) == 1
    without = city.flat | refused
    assert set(land.index[land.isna()]) == without
    held, land = held.drop(without, errors="ignore"), land.drop(without)
    joined = joined[~joined["parcel_id"].isin(without)]
    assert len(held) == len(land)
    assert (held - land.reindex(held.index)).abs().max() < 1e-9
    assert (joined["area_worked_mu"] > 0).all()
    assert len(joined[joined["rule"] == "equal"]) == sum(
        1
        for row in city.taxes
        if city.joined(row) and row["ML"] not in city.flat and _count(city)[row["ML"]] > 1
    )


def _count(city: real_input.Cambridge, kept: dict[int, dict[str, int]] = {}) -> dict[str, int]:  # noqa: B006
    """Tax rows of each ML; counted once."""
    if id(city) not in kept:
        rows: dict[str, int] = defaultdict(int)
        for row in city.taxes:
            rows[row["ML"]] += 1
        kept[id(city)] = rows
    return kept[id(city)]


def test_rows_parcels_and_what_is_unmatched_on_both_sides_are_those_of_the_files(
    city: real_input.Cambridge, run: lg.Result
) -> None:
    """27,528 tax rows of 13,035 ML on 13,116 shapes: 12,976 ML in both, 60 and 46 in one only."""
    taxed = {row["ML"] for row in city.taxes if row["ML"]}
    drawn = {ml for ml in city.ids if ml}
    assert (len(city.taxes), city.parcels) == (27_528, 13_116)
    # The published 12,976 counts the empty ML, which stands on both sides, as one of them.
    assert "" in city.ids
    assert "" in {row["ML"] for row in city.taxes}
    assert (len(taxed & drawn) + 1, len(drawn - taxed), len(taxed - drawn)) == (12_976, 60, 46)
    given = run.links[run.links["enterprise_id"].notna() & run.links["parcel_id"].notna()]
    # One tax row has no ML.
    assert given["enterprise_id"].nunique() == len(given) == 27_527
    # An ML that several shapes bear is numbered, and its tax rows join none of them.
    bare = run.parcels.index.to_series().str.replace(r"#\d+$", "", regex=True)
    joined = given[given["parcel_id"].isin(run.parcels.index)]
    scope = run.parcels["in_scope"]
    # Which of the shapes of one ML is used can't be told, but that somebody uses it can.
    listed = run.board.unmatched[run.board.unmatched["side"] == "parcel"]
    unused = ~bare.isin(taxed).to_numpy() & (scope != "no").to_numpy()
    assert set(listed["key"]) == set(run.parcels.index[unused])
    free = run.parcels.index[~run.parcels.index.isin(joined["parcel_id"])]
    repeated = {ml for ml, often in city.ids.items() if ml and often > 1}
    plain = (drawn - taxed) | repeated | {"?"}
    assert set(bare[free]) == plain
    astray = {ml for ml in given["parcel_id"] if ml not in run.parcels.index}
    assert astray == (taxed - drawn) | (repeated & taxed)


def test_land_and_value_of_the_whole_city_are_the_plain_sums_of_its_files(
    city: real_input.Cambridge, run: lg.Result
) -> None:
    land = run.parcels["land_mu"]
    there = run.links["parcel_id"].isin(land.index[land.notna()])
    ledger = math.fsum(run.links.loc[there, "area_worked_mu"])
    unlinked = land[land.notna() & ~land.index.isin(run.links["parcel_id"])]
    assert ledger + math.fsum(unlinked) == pytest.approx(math.fsum(land.dropna()), abs=1e-7)
    # A merge of parcels onto tax rows counts the land of a condominium once a flat.
    naive = math.fsum(
        land.get(row["ML"], 0.0) for row in city.taxes if not math.isnan(land.get(row["ML"], 0.0))
    )
    assert naive > 2 * math.fsum(land.dropna())
    value = sum(int(row["TotalAppraisedParcelValue"]) for row in city.taxes)
    worked = run.links["tax_worked_wan"].dropna()
    assert math.fsum(worked) * 10_000 == pytest.approx(value, abs=0.01)


def test_measured_land_is_the_geodesic_area_of_the_polygons(run: lg.Result) -> None:
    geod = pyproj.Geod(ellps="GRS80")
    whole = run.parcels[run.parcels["land_mu"].notna()].head(300)
    shapes = whole.geometry.to_crs(4269)
    for area, shape in zip(whole["area_mu"], shapes, strict=True):
        # The geodesic sum of a small ring is good to about 0.1 m2, hence the tolerance.
        square_metres = abs(geod.geometry_area_perimeter(shape)[0])
        assert area == pytest.approx(square_metres * 3 / 2000, abs=3e-4)


def test_invalid_polygons_are_repaired_and_named(
    city: real_input.Cambridge, run: lg.Result
) -> None:
    published = gpd.read_file(city.folder / real_input.PARCELS).set_crs(4326, allow_override=True)
    assert int((~published.is_valid).sum()) == 37
    # Three of them are valid once rounded by the projection: named all the same.
    assert int((~published.to_crs(26986).is_valid).sum()) == 34
    kinds = ("invalid_geometry", "repair_refused")
    assert sum(len(_of_kind(run, kind, "parcels")) for kind in kinds) == 37
    assert run.parcels.geometry.dropna().is_valid.all()
    assert set(_of_kind(run, "empty_geometry", "parcels")["key"]) == city.flat


def test_tax_rows_of_unknown_parcels_are_each_named(
    city: real_input.Cambridge, run: lg.Result
) -> None:
    unknown = [row for row in city.taxes if row["ML"] and row["ML"] not in city.ids]
    assert len({row["ML"] for row in unknown}) == 46
    found = _of_kind(run, "unknown_reference", "links")
    assert sorted(found["value"]) == sorted(row["ML"] for row in unknown)


def test_repeated_parcel_ids_are_numbered_and_named(
    city: real_input.Cambridge, run: lg.Result
) -> None:
    repeated = {ml: n for ml, n in city.ids.items() if ml and n > 1}
    expected = {f"{ml}#{n + 1}" for ml, many in repeated.items() for n in range(many)}
    numbered = run.parcels.index[run.parcels.index.str.contains(r"#\d+$")]
    assert set(numbered) == expected | {"?#1"}
    assert set(
        _of_kind(run, "duplicate_key", "parcels")["key"].str.replace(r"#\d+$", "", regex=True)
    ) == set(repeated)


def test_a_zone_is_the_platform_of_a_parcel_which_it_holds_by_more_than_half(
    city: real_input.Cambridge, run: lg.Result
) -> None:
    zones = gpd.read_file(city.folder / "zones.geojson").set_index("platform_id").to_crs(26986)
    shapes = shapely.make_valid(zones.geometry.array)
    some = run.parcels[run.parcels["land_mu"].notna()].iloc[::400]
    for shape, platform in zip(some.geometry, some["platform_id"], strict=True):
        share = pd.Series(
            shapely.area(shapely.intersection(shapes, shape)) / shape.area, zones.index
        )
        if ((share - 0.5).abs() < 1e-4).any():
            continue
        holding = share.index[share > 0.5]
        assert platform == min(holding) if len(holding) else pd.isna(platform)
    assert some["platform_id"].notna().sum() > 20


def test_all_outputs_are_written_and_the_map_page_loads_nothing_from_elsewhere(
    run: lg.Result,
) -> None:
    start = time.perf_counter()
    out = write_outputs(run)
    print(f"\nCambridge: write {time.perf_counter() - start:.1f} s, {_peak()}")  # noqa: T201
    page = (out / "maps" / "index.html").read_text(encoding="utf-8")
    assert not re.findall(r"""(?:src|href)\s*=\s*["']?\s*(?:https?:)?//[^"'\s>]*""", page)
    assert len(gpd.read_parquet(out / "parcels.parquet")) == len(run.parcels)
    report = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert report["totals"]["parcels_out"] == 13_116


@pytest.mark.parametrize("as_of", [date(2020, 6, 30), date(2021, 12, 31)], ids=str)
def test_the_idle_answer_of_each_published_contract_is_that_of_a_plain_clock(
    tmp_path: Path, as_of: date
) -> None:
    market = real_input.land_market(tmp_path, as_of.isoformat())
    parcels = lg.run(tmp_path).parcels
    assert len(parcels) == len(market.with_id) == 203
    assert len(market.industrial) == 34
    expected = {}
    for row in market.industrial:
        first = real_input.idle_from(row["time4commencement_plan"])
        expected[row["idnumber"]] = ("not_started" if first <= as_of else "not_idle", first)
    for key, (answer, first) in expected.items():
        assert (key, parcels.loc[key, "idle"]) == (key, answer)
        assert parcels.loc[key, "idle_from"].date() == first
        assert parcels.loc[key, "land_state"] == (
            "idle" if answer == "not_started" else "to_develop"
        )
    assert {answer for answer, _ in expected.values()} >= {"not_started"}
    assert (parcels["in_scope"] == "yes").sum() == 35


def test_an_id_with_two_different_contracts_leaves_the_idle_answer_unknown(tmp_path: Path) -> None:
    market = real_input.land_market(tmp_path, "2021-12-31")
    result = lg.run(tmp_path)
    assert result.parcels.loc[market.repeated, "idle"] == "unknown"
    assert result.parcels.loc[market.repeated, "land_state"] == "unknown"
    assert market.repeated in set(_of_kind(result, "repeated_contract", "contracts")["key"])


def test_contracts_without_an_id_are_named_and_none_of_their_dates_is_refused(
    tmp_path: Path,
) -> None:
    market = real_input.land_market(tmp_path, "2021-12-31")
    result = lg.run(tmp_path)
    assert len(market.without_id) == 38
    named = sum(len(_of_kind(result, kind, "contracts")) for kind in ("empty_key", "identical_row"))
    assert named == 38
    assert not len(_of_kind(result, "bad_date", "contracts"))


def test_the_published_boundary_of_shangyu_reads_as_one_polygon_of_plausible_area() -> None:
    path = real_input.FOLDER / "boundaries" / "cnmaps_330604.geojson"
    table, _ = lg.read_vector(path, crs=4326)
    assert len(table) == 1
    assert table.crs.to_epsg() == 4326
    assert len(shapely.get_parts(table.geometry.iloc[0])) == 1
    ((rings,),) = [json.loads(path.read_text(encoding="utf-8"))["coordinates"]]
    plane = pyproj.Transformer.from_crs(4326, "+proj=cea +lat_ts=30 +ellps=WGS84", always_xy=True)
    oracle = math.fsum(
        (1 if n == 0 else -1) * _shoelace(*plane.transform(*zip(*ring, strict=True)))
        for n, ring in enumerate(rings)
    )
    measured = float(lg.area_mu(table).iloc[0])
    # The boundary ends at the shore: the land alone, without the water of the bay.
    assert 1.15e9 < oracle < 1.45e9
    assert measured * 2000 / 3 == pytest.approx(oracle, rel=1e-4)


def _shoelace(x: tuple[float, ...], y: tuple[float, ...]) -> float:
    points = list(zip(x, y, strict=True))
    pairs = pairwise(points)
    return abs(math.fsum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2
