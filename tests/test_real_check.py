"""Real files made by others go through `landgov check`: no traceback, no row lost or changed."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from typer.testing import CliRunner

import landgov as lg
import real_input
import real_workspaces as real
from landgov.cli.app import app
from landgov.errors import LandgovError

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not real_input.FOLDER.is_dir(), reason="the real files are not at hand"),
]


@dataclass(frozen=True)
class Checked:
    """What `landgov check` said and wrote, and the tables that it had in hand."""

    output: str
    code: int
    ready: Any
    issues: pd.DataFrame

    def frame(self, table: str) -> pd.DataFrame:
        return self.ready.checked.frame(table)

    def of(self, *kinds: str, table: str = "parcels") -> pd.DataFrame:
        return self.issues[self.issues["kind"].isin(kinds) & self.issues["table"].eq(table)]


def check(folder: Path) -> Checked:
    """Run the command in this process, and keep what it prepared; the inputs stay as they are."""
    module = importlib.import_module("landgov.cli.check")
    kept: list[Any] = []
    prepare = module.prepare

    def watched(*args: Any, **more: Any) -> Any:
        kept.append(prepare(*args, **more))
        return kept[-1]

    before = real.hashes(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "prepare", watched)
        result = CliRunner().invoke(app, ["check", str(folder)])
    assert real.hashes(folder) == before
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert "Traceback" not in result.output
    assert kept, result.output
    issues = pd.read_parquet(folder / "out" / "issues.parquet")
    assert result.exit_code == int((issues["severity"] == "error").any())
    return Checked(result.output, result.exit_code, kept[0], issues)


# ---- OpenStreetMap


@pytest.fixture(scope="module")
def finland(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    return check(real.osm(tmp_path_factory.mktemp("osm")))


@pytest.fixture(scope="module")
def ways() -> gpd.GeoDataFrame:
    path = real_input.FOLDER / "osm" / real.OSM
    return pyogrio.read_dataframe(path, layer="multipolygons", on_invalid="ignore")


@pytest.mark.parametrize("table", ["parcels", "buildings"])
def test_every_multipolygon_of_the_osm_file_is_a_row(finland, ways, table):
    frame = finland.frame(table)
    assert len(frame) == len(ways) == 2_302
    ids = frame["building_id"] if table == "buildings" else frame.index
    assert sorted(ids) == sorted(ways["osm_way_id"])


@pytest.mark.parametrize("table", ["parcels", "buildings"])
def test_the_eight_broken_multipolygons_stay_as_rows_with_an_issue_each(finland, ways, table):
    broken = np.flatnonzero(ways.geometry.isna()) + 1
    assert len(broken) == 8
    assert sorted(finland.of("unreadable_record", table=table)["row"]) == broken.tolist()


@pytest.mark.parametrize("table", ["parcels", "buildings"])
def test_only_broken_and_flat_multipolygons_are_without_geometry(finland, ways, table):
    # A flat one goes to its second corner and back: it holds no land.
    flat = ways.geometry.notna() & (shapely.area(ways.geometry.array) == 0)
    assert int(flat.sum()) == 23
    without = (np.flatnonzero(flat | ways.geometry.isna()) + 1).tolist()
    assert int(finland.frame(table).geometry.isna().sum()) == len(without)
    assert sorted(finland.of("empty_geometry", table=table)["row"]) == without


def test_buildings_and_industrial_land_of_the_osm_file_are_told_by_their_tags(finland):
    path = real_input.FOLDER / "osm" / real.OSM
    read, _ = lg.read_vector(path, layer="multipolygons")
    assert int(read["building"].notna().sum()) == 2_219
    assert int((finland.frame("parcels")["land_use_code"] == "industrial").sum()) == 10


def test_each_self_crossing_multipolygon_is_named_once(finland, ways):
    reasons = shapely.is_valid_reason(ways.geometry[ways.geometry.notna()].array)
    crossing = sum(reason.startswith("Self-intersection") for reason in reasons)
    assert len(finland.of("invalid_geometry", "repair_refused")) == crossing == 20


@pytest.mark.parametrize("kept", [0.999, 0.5, 0.01])
def test_a_cut_osm_file_is_refused_and_not_read_in_part(tmp_path, kept):
    raw = (real_input.FOLDER / "osm" / real.OSM).read_bytes()
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(raw[: int(len(raw) * kept)])
    with pytest.raises(LandgovError, match="OSM 文件不完整"):
        lg.read_vector(path, layer="multipolygons")


@pytest.mark.parametrize("at", [5_000, 60_000, 130_000])
def test_an_osm_file_with_a_damaged_block_is_refused(tmp_path, at):
    raw = bytearray((real_input.FOLDER / "osm" / real.OSM).read_bytes())
    raw[at : at + 8] = bytes(byte ^ 0xFF for byte in raw[at : at + 8])
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(raw)
    with pytest.raises(LandgovError, match="OSM 文件不完整"):
        lg.read_vector(path, layer="multipolygons")


def test_the_layer_of_an_osm_file_has_to_be_named():
    with pytest.raises(LandgovError, match="multipolygons"):
        lg.read_vector(real_input.FOLDER / "osm" / real.OSM)


# ---- Philadelphia


@pytest.fixture(scope="module")
def lots() -> gpd.GeoDataFrame:
    return gpd.read_parquet(real_input.FOLDER / "parcels" / real.PHILADELPHIA)


@pytest.fixture(scope="module")
def philadelphia(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    return check(real.philadelphia(tmp_path_factory.mktemp("philadelphia")))


def test_every_vacant_lot_comes_out_once(philadelphia, lots):
    assert len(philadelphia.frame("parcels")) == len(lots) == 25_663
    assert philadelphia.frame("parcels").index.is_unique


def test_the_lots_without_id_are_numbered_and_named_row_by_row(philadelphia, lots):
    empty = np.flatnonzero(lots["opa_id"].isna()) + 1
    # The 14 repeated ids of the file are these 15 empty ones: no other comes twice.
    assert len(empty) == 15
    assert int(lots["opa_id"].duplicated().sum()) == 14
    assert not lots["opa_id"].dropna().duplicated().any()
    assert sorted(philadelphia.of("empty_key")["row"]) == empty.tolist()
    numbered = {f"?#{n}" for n in range(1, 16)}
    named = set(lots["opa_id"].dropna().str.strip())
    assert set(philadelphia.frame("parcels").index) == numbered | named
    assert not len(philadelphia.of("duplicate_key", "identical_row"))


def test_the_one_invalid_lot_is_named_and_every_geometry_is_valid_afterwards(philadelphia, lots):
    invalid = np.flatnonzero(~lots.geometry.is_valid) + 1
    assert len(invalid) == 1
    assert philadelphia.of("invalid_geometry", "repair_refused")["row"].tolist() == invalid.tolist()
    assert philadelphia.frame("parcels").geometry.is_valid.all()


def _overlapping(shapes: np.ndarray, names: list[str]) -> set[frozenset[str]]:
    left, right = shapely.STRtree(shapes).query(shapes, predicate="overlaps")
    pairs = zip(left[left < right], right[left < right], strict=True)
    return {frozenset((names[one], names[other])) for one, other in pairs}


def test_all_overlapping_lots_are_counted_but_for_one_that_its_repair_parts(philadelphia, lots):
    names = lots["opa_id"].str.strip().fillna("?").tolist()
    raw = _overlapping(shapely.make_valid(lots.geometry.array), names)
    assert len(raw) == 409
    parcels = philadelphia.frame("parcels")
    keys = parcels.index.str.replace(r"^\?#\d+$", "?", regex=True).tolist()
    repaired = _overlapping(parcels.geometry.to_numpy(), keys)
    # 18 square centimetres, on the one lot that is invalid as it was published.
    (parted,) = raw - repaired
    (invalid,) = lots["opa_id"][~lots.geometry.is_valid]
    assert invalid in parted
    assert len(repaired) == 408
    slivers = philadelphia.of("sliver_overlap")["value"].str.extract(r"(\d+)")[0].astype(int)
    assert len(philadelphia.of("overlap")) + slivers.sum() == len(repaired)


def test_survey_feet_become_metres(philadelphia, lots):
    # A US survey foot is 1200/3937 m exactly; the plane of the city is true to 1 in 10,000.
    feet = lots.geometry.area.to_numpy()[lots["opa_id"].notna()]
    square_metres = feet * (1200 / 3937) ** 2
    parcels = philadelphia.frame("parcels")
    mu = lg.area_mu(parcels.geometry.loc[lots["opa_id"].dropna().str.strip()]).to_numpy()
    large = square_metres > 100
    assert np.allclose(mu[large] * 2000 / 3, square_metres[large], rtol=3e-4)


# ---- Shaoxing


def test_the_city_and_its_counties_of_cnmaps_come_out_whole(tmp_path):
    found = check(real.cnmaps(tmp_path))
    parcels = found.frame("parcels")
    assert set(parcels.index) == {real.CITY, *real.COUNTIES}
    # The city lies over each of its counties; no two counties overlap by as much.
    over = found.of("overlap")
    assert sorted(zip(over["key"], over["value"], strict=True)) == [
        (real.CITY, county) for county in real.COUNTIES
    ]
    assert not len(found.of("invalid_geometry", "repair_refused", "empty_geometry"))
    # Right-handed by RFC 7946: a shell runs against the clock.
    files = {f"cnmaps_{code}.geojson" for code in (real.CITY, *real.COUNTIES)}
    assert set(found.of("ring_order")["file"]) == files
    areas = lg.area_mu(parcels)
    # The counties make the city, but for the shores and borders drawn twice.
    assert areas[list(real.COUNTIES)].sum() == pytest.approx(areas[real.CITY], rel=1e-3)


def test_the_six_counties_of_echarts_are_all_invalid_and_all_stay(tmp_path):
    found = check(real.echarts(tmp_path))
    parcels = found.frame("parcels")
    assert set(parcels.index) == set(real.COUNTIES)
    assert set(found.of("invalid_geometry", "repair_refused")["key"]) == set(real.COUNTIES)
    assert parcels.geometry.notna().all()
    assert parcels.geometry.is_valid.all()


# ---- Land records


def test_both_arrays_of_the_published_contracts_are_read_row_by_row(tmp_path):
    records = real_input.land_market_records()
    ids = [row["idnumber"] for row in records if row.get("idnumber")]
    found = check(real.landchina(tmp_path, ids))
    parcels, contracts = found.frame("parcels"), found.frame("contracts")
    assert len(records) == 241
    assert len(parcels) == 241
    assert set(ids) < set(parcels.index)
    industrial = [row for row in records if row.get("use") == "工业用地"]
    of_industry = parcels.index[parcels["land_use_code"] == "工业用地"]
    assert len(of_industry) == len(industrial) == 35
    clock = contracts[contracts["parcel_id"].isin(of_industry)]
    assert len(clock) == 35
    assert clock["agreed_start"].notna().all()
    assert clock["agreed_completion"].notna().all()
    assert clock["actual_start"].isna().all()
    # The 37 repeated ids of the file are the 38 empty ones.
    assert len(ids) == len(set(ids)) == 203
    without = [n for n, row in enumerate(records, 1) if not row.get("idnumber")]
    assert len(without) == 38
    named = len(found.of("empty_key")) + len(found.of("identical_row"))
    assert named == 38
    hectares = {row["idnumber"]: float(row["area"]) for row in records if row.get("idnumber")}
    for key, area in hectares.items():
        assert parcels.loc[key, "area_cert_mu"] == pytest.approx(area * 15)


def test_english_headings_of_a_workbook_are_read_by_their_mapping(tmp_path):
    rows = real.beijing_rows()
    ids = [row["Electronic supervision number"] for row in rows]
    found = check(real.beijing(tmp_path, ids))
    parcels, contracts = found.frame("parcels"), found.frame("contracts")
    assert len(rows) == len(parcels) == len(contracts) == 78
    assert set(parcels.index) == set(ids)
    assert int((parcels["land_use_code"] == "工业用地").sum()) == 5
    assert int(contracts["agreed_start"].notna().sum()) == 61
    assert not len(found.of("bad_date", table="contracts"))
    assert not len(found.of("bad_number"))
    total = sum(float(row["Area (hectare)"]) for row in rows)
    assert parcels["area_cert_mu"].sum() == pytest.approx(total * 15)
