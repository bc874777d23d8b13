"""The CRS court: which reading of coordinates the evidence bears out, and which it refutes."""

from __future__ import annotations

import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from landgov.crs import transform
from landgov.errors import Fault, LandgovError, WorkspaceError
from landgov.offsets import shift
from landgov.sources import load
from landgov.sources.court import Score, hear, judged
from landgov.sources.crs_readings import NORTH_EAST, Reading, readings_of
from landgov.sources.evidence import Evidence, sample_of
from landgov.sources.hearing import Case, Ruling, rulings
from landgov.sources.score_table import score_table
from real_input import FOLDER
from sources_builder import PROJECT, toml

WORKING = CRS(4549)
WEST, SOUTH, WIDE, HIGH = 575_000.0, 3_312_000.0, 21_000.0, 26_000.0

# A made-up district: an uneven outline, cut into four towns, and parcels strewn over it.
_ANGLES = np.linspace(0, 2 * np.pi, 73)[:-1]
_REACH = 0.42 + 0.03 * np.sin(3 * _ANGLES) + 0.02 * np.cos(7 * _ANGLES)
OUTLINE = shapely.Polygon(
    np.column_stack(
        [
            WEST + WIDE * (0.5 + _REACH * np.cos(_ANGLES)),
            SOUTH + HIGH * (0.5 + _REACH * np.sin(_ANGLES)),
        ]
    )
)
QUARTERS = [
    shapely.box(WEST, SOUTH, WEST + 9000, SOUTH + HIGH / 2),
    shapely.box(WEST + 9000, SOUTH, WEST + WIDE, SOUTH + HIGH / 2),
    shapely.box(WEST, SOUTH + HIGH / 2, WEST + 12_000, SOUTH + HIGH),
    shapely.box(WEST + 12_000, SOUTH + HIGH / 2, WEST + WIDE, SOUTH + HIGH),
]
TOWNS = gpd.GeoSeries([OUTLINE.intersection(one) for one in QUARTERS], crs=4549)


def strewn(count: int, seed: int = 7) -> gpd.GeoSeries:
    """Rectangles of 40 to 200 m, each turned a little, inside the district."""
    chance = np.random.default_rng(seed)
    angle, reach = chance.uniform(0, 2 * np.pi, count), chance.uniform(0, 0.35, count)
    east = WEST + WIDE * (0.5 + reach * np.cos(angle))
    north = SOUTH + HIGH * (0.5 + reach * np.sin(angle))
    sides = chance.uniform(40, 200, (count, 2))
    plain = shapely.box(east, north, east + sides[:, 0], north + sides[:, 1])
    turned = [
        shapely.affinity.rotate(one, by)
        for one, by in zip(plain, chance.uniform(0, 90, count), strict=True)
    ]
    return gpd.GeoSeries(turned, crs=4549)


PARCELS = strewn(400)
BOUNDARY = Evidence(region=OUTLINE, boundary=OUTLINE)
BOTH = Evidence(region=OUTLINE, boundary=OUTLINE, parcels=np.asarray(PARCELS.array))


def as_file(shapes: gpd.GeoSeries, truth: Reading, label: int | None = None) -> gpd.GeoSeries:
    """Write shapes as a file would hold them: shifted, projected, axes in the file's order."""
    if truth.datum is not None:
        degrees = shift(shapes.to_crs(4490), source="WGS84", target=truth.datum)
        shapes = degrees.set_crs(4490, allow_override=True)
    held = shapes.to_crs(truth.crs)
    if truth.axes == NORTH_EAST:
        turned = shapely.transform(np.asarray(held.array), lambda points: points[:, ::-1])
        held = gpd.GeoSeries(turned, index=held.index)
    return gpd.GeoSeries(np.asarray(held.array), index=held.index, crs=label)


def ruled(
    shapes: gpd.GeoSeries,
    stated: Reading | None,
    evidence: Evidence = BOTH,
    table: str = "parcels",
    certified: pd.Series | None = None,
) -> Ruling:
    case = Case(f"sources.{table}", table, shapes, stated, certified)
    return rulings([case], evidence, WORKING)[case.where]


def mended(ruling: Ruling, label: Reading | None) -> tuple[int | None, str | None, str]:
    """The reading of a block once the proposed lines, which must be TOML, are written into it."""
    assert ruling.fault is not None
    advice = ruling.fault.do or ""
    block = {} if label is None else {"datum": label.datum, "axes": label.axes}
    if label is not None:
        block["crs"] = label.crs.to_epsg()
    for name in ("datum", "axes"):
        if f"删去 {name} 一行" in advice:
            block.pop(name)
    block |= tomllib.loads(advice)
    crs = 4490 if block["crs"] == 4326 else block["crs"]
    return crs, block.get("datum"), block.get("axes") or "east_north"


def plain(one: Reading) -> tuple[int | None, str | None, str]:
    return one.crs.to_epsg(), one.datum, one.axes


def reading(code: int, datum: str | None = None, *, swapped: bool = False) -> Reading:
    return Reading(CRS(code), datum, NORTH_EAST if swapped else "east_north")


# What a file may really hold, and labels under which it may come: (truth, labels).
FILES = [
    (reading(4490), [reading(4490, "GCJ02"), reading(4549), reading(4490, swapped=True)]),
    (reading(4490, "GCJ02"), [reading(4326), reading(4490), reading(4490, "BD09")]),
    (reading(4490, "BD09"), [reading(4326), reading(4490, "GCJ02")]),
    (reading(4490, swapped=True), [reading(4490), reading(4326), reading(4549)]),
    (reading(4549), [reading(4548), reading(4550), reading(4528), reading(4490), reading(32651)]),
    (reading(4548), [reading(4549), reading(4550), reading(4528)]),
    (reading(4550), [reading(4549), reading(32651)]),
    (reading(32651), [reading(4550), reading(4549)]),
    (reading(4528), [reading(4549), reading(4527), reading(4529), reading(4490)]),
    (reading(4527), [reading(4528), reading(4549)]),
    (reading(4529), [reading(4528), reading(4548)]),
    (reading(4499), [reading(4528), reading(4510)]),
    (reading(4549, swapped=True), [reading(4549), reading(4528), reading(4548)]),
    (reading(4528, swapped=True), [reading(4528), reading(4549)]),
    (reading(3857), [reading(4549), reading(4326), reading(4491)]),
    (reading(3857, "GCJ02"), [reading(3857), reading(4326)]),
    (reading(4549, "GCJ02"), [reading(4549), reading(4548)]),
]
WRONG = [
    pytest.param(truth, label, id=f"{truth.name} labelled {label.name}")
    for truth, labels in FILES
    for label in labels
]
RIGHT = [pytest.param(truth, id=truth.name) for truth, _ in FILES]


@pytest.mark.parametrize(("truth", "label"), WRONG)
def test_a_wrong_label_is_refuted_and_the_line_that_mends_it_is_given(truth, label):
    ruling = ruled(as_file(PARCELS, truth), label)
    assert ruling.fault is not None
    assert ruling.fault.as_fault.kind in {"crs_refuted", "crs_contradicted"}
    assert mended(ruling, label) == plain(truth)
    # The mended block passes.
    assert ruled(as_file(PARCELS, truth), truth) == Ruling()


@pytest.mark.parametrize("truth", RIGHT)
def test_a_right_label_passes_without_a_word(truth):
    for evidence in (BOTH, BOUNDARY, Evidence()):
        assert ruled(as_file(PARCELS, truth), truth, evidence) == Ruling()
    assert ruled(as_file(TOWNS, truth), truth, BOUNDARY, "towns") == Ruling()


@pytest.mark.parametrize(("truth", "label"), WRONG)
def test_the_outline_of_the_towns_tells_the_reading_as_the_parcels_do(truth, label):
    ruling = ruled(as_file(TOWNS, truth), label, BOUNDARY, "towns")
    assert mended(ruling, label) == plain(truth)


@pytest.mark.parametrize("truth", RIGHT)
def test_a_file_that_says_no_crs_is_told_its_likeliest_reading_and_never_read(truth):
    ruling = ruled(as_file(PARCELS, truth), None)
    assert ruling.fault is not None
    assert ruling.fault.as_fault.kind == "no_crs"
    assert mended(ruling, None) == plain(truth)
    assert "西安80" in (ruling.fault.do or "")


def test_without_any_evidence_the_size_of_the_numbers_gives_the_likeliest_reading():
    fault = ruled(as_file(PARCELS, reading(4528)), None, Evidence()).fault
    assert fault is not None
    assert (fault.do or "").startswith("crs = 4528")
    assert "没有佐证" in (fault.message_zh or "")


def test_the_boundary_alone_does_not_tell_a_shift_of_parcels_but_a_zone():
    there = as_file(PARCELS, reading(4490, "GCJ02"))
    assert ruled(there, reading(4326), BOUNDARY).fault is None
    fault = ruled(as_file(PARCELS, reading(4549)), reading(4548), BOUNDARY).fault
    assert fault is not None
    assert (fault.do or "").startswith("crs = 4549")
    # What the evidence leaves open is said.
    assert "GCJ-02" in (fault.do or "")


def test_a_shift_that_the_boundary_makes_likely_is_noted_and_not_taken():
    rim = OUTLINE.exterior
    points = [rim.interpolate(at) for at in np.linspace(0, rim.length, 300)]
    inner = shapely.buffer(OUTLINE, -60)
    places = [shapely.ops.nearest_points(inner, one)[0] for one in points]
    plots = gpd.GeoSeries(shapely.buffer(places, 20, quad_segs=1), crs=4549)
    ruling = ruled(as_file(plots, reading(4490, "GCJ02")), reading(4490), BOUNDARY)
    assert ruling.fault is None
    assert [(one["kind"], one["severity"]) for one in ruling.notes] == [("crs_unsure", "note")]
    assert "GCJ-02" in str(ruling.notes[0]["message"])


def test_last_years_parcels_of_which_a_third_changed_tell_the_shift():
    others = strewn(130, seed=99)
    now = pd.concat([PARCELS.iloc[:270], others], ignore_index=True)
    fault = ruled(as_file(now, reading(4490, "GCJ02")), reading(4326)).fault
    assert fault is not None
    assert fault.do == 'datum = "GCJ02"'
    assert ruled(now, reading(4549)) == Ruling()


def test_buildings_are_told_by_the_parcels_on_which_they_stand():
    houses = gpd.GeoSeries(PARCELS.buffer(-12), crs=4549)
    houses = houses[~houses.is_empty]
    fault = ruled(as_file(houses, reading(4490, "GCJ02")), reading(4326), BOTH, "buildings").fault
    assert fault is not None
    assert fault.do == 'datum = "GCJ02"'
    assert ruled(houses, reading(4549), BOTH, "buildings") == Ruling()


def test_certificates_tell_web_mercator_from_a_zone_where_no_place_is_known():
    mercator = as_file(PARCELS, reading(3857))
    square = PARCELS.area * 3 / 2000
    shapes = sample_of(mercator, square)
    verdict = hear("parcels", shapes, readings_of(shapes.points, None, 120.0), Evidence(), WORKING)
    ratios = {one.reading.name: one.area_ratio for one in verdict.scores}
    assert ratios["EPSG:3857"] == pytest.approx(1, abs=2e-3)
    assert ratios["EPSG:4491"] == pytest.approx(1.33, abs=0.02)
    assert verdict.best is not None
    assert verdict.best.reading.crs == CRS(3857)


def test_certificates_in_another_unit_are_no_evidence():
    square = PARCELS.area
    assert ruled(PARCELS, reading(4549), BOTH, certified=square) == Ruling()


def test_a_layer_off_by_tens_of_metres_is_noted_as_perhaps_an_old_datum():
    moved = PARCELS.translate(60, -35)
    ruling = ruled(moved, reading(4549))
    assert ruling.fault is None
    assert [one["kind"] for one in ruling.notes] == ["crs_unsure"]
    assert "西安80" in str(ruling.notes[0]["message"])


@pytest.mark.parametrize("code", [2385, 2364, 4610, 2437, 4214])
def test_old_datums_are_neither_judged_nor_ever_proposed(code):
    assert ruled(as_file(PARCELS, reading(4549)), reading(2385)).fault is None
    for truth, _ in FILES:
        points = sample_of(as_file(PARCELS, truth)).points
        assert CRS(code) not in [one.crs for one in readings_of(points, None, 120.9)]


def test_an_old_datum_with_parameters_is_a_reading_like_any_other():
    known = Reading(CRS("+proj=longlat +ellps=krass +towgs84=15,-150,-90,0,0,0,0 +type=crs"))
    held = PARCELS.to_crs(4326).to_crs(known.crs).set_crs(None, allow_override=True)
    assert ruled(held, known) == Ruling()
    fault = ruled(PARCELS.to_crs(4490).set_crs(None, allow_override=True), known).fault
    assert fault is not None
    assert (fault.do or "").startswith("crs = 4490")


def test_a_crs_that_is_not_tied_to_the_earth_is_refuted_or_refused_in_words():
    plan = CRS('LOCAL_CS["site",UNIT["metre",1]]')
    fault = ruled(PARCELS, Reading(plan)).fault
    assert fault is not None
    assert (fault.do or "").startswith("crs = 4549")
    with pytest.raises(LandgovError, match="tied to the earth"):
        transform(PARCELS.set_crs(plan, allow_override=True), WORKING)


def test_a_layer_without_any_geometry_passes():
    for empty in ([None, None], [shapely.Polygon()], [shapely.Point(np.nan, np.nan)]):
        shapes = gpd.GeoSeries(empty, crs=4549)
        assert ruled(shapes, reading(4549)).fault is None
        fault = ruled(shapes.set_crs(None, allow_override=True), None).fault
        assert fault is not None
        assert fault.as_fault.kind == "no_crs"


def test_parameters_that_are_stated_are_applied_and_not_passed_over():
    """By hand: to the earth's centre on Krassowsky's ellipsoid, moved, and back on CGCS2000's."""
    axis, e2 = 6378245.0, 2 / 298.3 - 1 / 298.3**2
    lon, lat = np.radians(120.8), np.radians(30.0)
    across = axis / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    x = across * np.cos(lat) * np.cos(lon) + 15
    y = across * np.cos(lat) * np.sin(lon) - 150
    z = across * (1 - e2) * np.sin(lat) - 90
    axis, e2 = 6378137.0, 2 / 298.257222101 - 1 / 298.257222101**2
    found = lat
    for _ in range(20):
        across = axis / np.sqrt(1 - e2 * np.sin(found) ** 2)
        found = np.arctan2(z + e2 * across * np.sin(found), np.hypot(x, y))
    there = shapely.Point(np.degrees(np.arctan2(y, x)), np.degrees(found))
    expected = gpd.GeoSeries([there], crs=4490).to_crs(4549).iloc[0]
    words = "+proj=longlat +ellps=krass +towgs84=15,-150,-90,0,0,0,0 +type=crs"
    placed = Reading(CRS(words)).place(np.array([[120.8, 30.0]]), WORKING)[0]
    assert placed == pytest.approx([expected.x, expected.y], abs=0.02)
    plot = gpd.GeoSeries([shapely.Point(120.8, 30.0)], crs=words)
    moved = transform(plot, WORKING).iloc[0]
    assert (moved.x, moved.y) == pytest.approx((expected.x, expected.y), abs=0.02)
    assert (
        moved.distance(gpd.GeoSeries([shapely.Point(120.8, 30.0)], crs=4490).to_crs(4549)[0]) > 60
    )


def test_a_layer_far_from_the_reference_on_every_reading_passes_with_a_note():
    elsewhere = gpd.GeoSeries([shapely.box(113.0, 23.0, 113.01, 23.01)], crs=4490)
    ruling = ruled(elsewhere, reading(4490))
    assert ruling.fault is None
    assert [one["kind"] for one in ruling.notes] == ["crs_unsure"]


def test_the_score_table_shows_the_label_first_and_what_stands():
    sample = sample_of(as_file(PARCELS, reading(4490, "GCJ02")))
    label = reading(4490)
    verdict = hear("parcels", sample, readings_of(sample.points, label, 120.8), BOTH, WORKING)
    heads, first, second, *_ = score_table(verdict, label).splitlines()
    assert [word for word in heads.split() if word.isascii()][:4] == ["reading", "in", "fit", "m"]
    assert first.split()[:3] == ["✗", "EPSG:4490", "标注"]
    assert second.split()[:4] == ["✓", "EPSG:4490", "+", "GCJ-02"]
    assert second.split()[5] == "0.0"


def test_evidence_that_fits_no_reading_strikes_none():
    far = Score(reading(4549), near=0.0, fit_m=900.0, fits_m=10.0, on_parcels=0.1, area_ratio=666)
    near = Score(reading(4548), near=0.3, fit_m=400.0, fits_m=10.0, on_parcels=0.6, area_ratio=9)
    verdict = judged([far, near])
    assert not verdict.decided
    assert not verdict.refutes(far.reading)


def test_the_sample_is_the_same_in_whatever_order_the_rows_stand():
    many = strewn(1500)
    mixed = many.iloc[np.random.default_rng(1).permutation(1500)]
    plain = sample_of(many, many.area)
    again = sample_of(mixed, many.area.reindex(mixed.index))
    assert np.array_equal(plain.points, again.points)
    assert np.array_equal(plain.certified_mu, again.certified_mu)
    assert len(plain.shapes) <= 500


@settings(max_examples=40, deadline=None)
@given(
    truth=st.sampled_from([truth for truth, _ in FILES]),
    label=st.sampled_from([truth for truth, _ in FILES]),
    seed=st.integers(0, 10_000),
    count=st.integers(1, 60),
    known=st.sampled_from([BOUNDARY, None]),
)
def test_the_court_finds_the_reading_or_declares_a_tie_but_never_a_wrong_winner(
    truth, label, seed, count, known
):
    plots = strewn(count, seed)
    evidence = known or Evidence(
        region=OUTLINE, boundary=OUTLINE, parcels=np.asarray(pd.concat([PARCELS, plots]).array)
    )
    sample = sample_of(as_file(plots, truth))
    readings = readings_of(sample.points, label, 120.8)
    verdict = hear("parcels", sample, readings, evidence, WORKING)
    standing = [score.reading for score in verdict.standing]
    alike = [one for one in standing if one.datum == truth.datum and one.axes == truth.axes]
    assert [one for one in alike if one.crs == truth.crs], (truth.name, label.name)
    assert not verdict.refutes(truth)
    if known is None and verdict.clear:
        assert standing == [truth]


def write(shapes: gpd.GeoSeries, path: Path, **columns: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    gpd.GeoDataFrame(columns, geometry=shapes).to_file(path)


def district(folder: Path, *, parcels: str = "", more: str = "") -> Path:
    codes = [f"330604001001GB{number:05d}" for number in range(len(PARCELS))]
    gcj = as_file(PARCELS, reading(4490, "GCJ02"), 4326)
    write(gcj, folder / "inputs/parcels.geojson", 宗地代码=codes)
    names = {"镇街代码": [f"33060400{n}" for n in range(4)], "镇街": list("甲乙丙丁")}
    write(TOWNS, folder / "inputs/towns.gpkg", **names)
    write(PARCELS.to_crs(4490), folder / "inputs/last_year.gpkg", 宗地代码=codes)
    write(gpd.GeoSeries([OUTLINE], crs=4549), folder / "inputs/boundary.gpkg", 名称=["区界"])
    text = PROJECT + '[sources.parcels]\npath = "inputs/parcels.geojson"\n' + parcels
    return toml(folder, text + '[sources.towns]\npath = "inputs/towns.gpkg"\n' + more)


BOUNDARY_BLOCK = '[reference.boundary]\npath = "inputs/boundary.gpkg"\n'
PARCELS_BLOCK = '[reference.parcels]\npath = "inputs/last_year.gpkg"\n'


def faults(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(WorkspaceError) as caught:
        load(folder)
    return caught.value.faults


def test_a_workspace_with_shifted_parcels_stops_with_the_table_and_passes_when_mended(tmp_path):
    (fault,) = faults(district(tmp_path, more=BOUNDARY_BLOCK + PARCELS_BLOCK))
    assert (fault.kind, fault.where, fault.field) == ("crs_refuted", "sources.parcels", "crs")
    assert fault.do == 'datum = "GCJ02"'
    assert "✗  EPSG:4326 标注 label" in fault.zh
    assert not (tmp_path / "out").exists()
    mended = district(
        tmp_path,
        parcels='datum = "GCJ02"\n',
        more=BOUNDARY_BLOCK + PARCELS_BLOCK,
    )
    workspace, tables = load(mended)
    assert [one.kind for one in workspace.references] == ["boundary", "parcels"]
    parcels = tables[0]
    assert [one["kind"] for one in parcels.notes] == ["shifted"]
    assert parcels.geometry is not None
    apart = shapely.hausdorff_distance(np.asarray(parcels.geometry), np.asarray(PARCELS))
    assert apart.max() < 1e-3


def test_a_datum_that_is_stated_wrongly_is_refuted_too(tmp_path):
    folder = district(tmp_path, parcels='datum = "BD09"\n', more=PARCELS_BLOCK)
    (fault,) = faults(folder)
    assert fault.kind == "crs_refuted"
    assert "BD-09" in fault.zh
    assert fault.do == 'crs = 4490\n      datum = "GCJ02"'


def test_swapped_axes_that_are_stated_are_exchanged_and_noted(tmp_path):
    folder = district(tmp_path, parcels='crs = 4549\naxes = "north_east"\n', more=BOUNDARY_BLOCK)
    swapped = as_file(PARCELS, reading(4549, swapped=True), 4549)
    codes = [f"330604001001GB{number:05d}" for number in range(len(PARCELS))]
    (folder / "inputs/parcels.geojson").unlink()
    write(swapped, folder / "inputs/parcels.gpkg", 宗地代码=codes)
    text = (folder / "landgov.toml").read_text(encoding="utf-8")
    toml(folder, text.replace("parcels.geojson", "parcels.gpkg"))
    table = load(folder)[1][0]
    assert [one["kind"] for one in table.notes] == ["axes"]
    assert table.geometry is not None
    assert shapely.equals_exact(np.asarray(table.geometry), np.asarray(PARCELS), 1e-6).all()
    toml(folder, text.replace("parcels.geojson", "parcels.gpkg").replace("axes =", "# axes ="))
    (fault,) = faults(folder)
    assert fault.kind == "crs_contradicted"
    assert fault.do.startswith('axes = "north_east"')


def zoned(folder: Path, code: int) -> Path:
    """The parcels under a label, with the towns where they are."""
    folder = district(folder)
    held = as_file(PARCELS, reading(4549), code)
    (folder / "inputs/parcels.geojson").unlink()
    codes = [f"330604001001GB{number:05d}" for number in range(len(PARCELS))]
    write(held, folder / "inputs/parcels.gpkg", 宗地代码=codes)
    text = (folder / "landgov.toml").read_text(encoding="utf-8")
    return toml(folder, text.replace("parcels.geojson", "parcels.gpkg"))


def test_other_layers_refute_a_zone_and_say_how_rough_they_are(tmp_path):
    (fault,) = faults(zoned(tmp_path / "wrong", 4548))
    assert (fault.kind, fault.where) == ("crs_refuted", "sources.parcels")
    assert fault.do.startswith("crs = 4549")
    assert "粗略" in fault.zh
    assert len(load(zoned(tmp_path / "right", 4549))[1]) == 2


def test_other_layers_do_not_tell_a_shift(tmp_path):
    assert len(load(district(tmp_path))[1]) == 2


@pytest.mark.parametrize(
    ("block", "kind", "field"),
    [
        ('[reference.border]\npath = "x"\n', "bad_entry", "border"),
        ('[reference.boundary]\npath = "inputs/none.gpkg"\n', "missing_file", ""),
        ("[reference.boundary]\ncrs = 4490\n", "missing_entry", "path"),
        (BOUNDARY_BLOCK + 'datum = "WGS84"\n', "bad_entry", "datum"),
        (BOUNDARY_BLOCK + 'axes = "xy"\n', "bad_entry", "axes"),
        (BOUNDARY_BLOCK + "crs = 999999\n", "bad_crs", "crs"),
        (BOUNDARY_BLOCK + "crs = 4528\n", "crs_contradicted", "crs"),
        ('[reference.boundary]\npath = "inputs/points.gpkg"\n', "bad_reference", ""),
        ("reference = 3\n", "bad_entry", ""),
    ],
)
def test_a_reference_at_fault_is_named_and_stops_the_run(tmp_path, block, kind, field):
    write(PARCELS.centroid, tmp_path / "inputs/points.gpkg")
    folder = district(tmp_path)
    text = (folder / "landgov.toml").read_text(encoding="utf-8")
    toml(folder, block + text if block.startswith("reference =") else text + block)
    assert (kind, field) in {(one.kind, one.field) for one in faults(folder)}


# The boundaries of six counties from two makers, both labelled WGS 84 and both really GCJ-02.
COUNTIES = ("330602", "330603", "330604", "330624", "330681", "330683")
BOUNDARIES = FOLDER / "boundaries"
real = [pytest.mark.real, pytest.mark.skipif(not BOUNDARIES.is_dir(), reason="not at hand")]


def by_cnmaps(county: str) -> gpd.GeoSeries:
    return gpd.read_file(BOUNDARIES / f"cnmaps_{county}.geojson").geometry


def by_echarts(county: str) -> gpd.GeoSeries:
    drawn = gpd.read_file(BOUNDARIES / "echarts_shaoxing.geojson")
    return drawn.loc[drawn["id"].astype(str) == county].geometry


def known_from(shapes: gpd.GeoSeries) -> Evidence:
    true = shift(shapes, source="GCJ02", target="WGS84").to_crs(4549)
    whole = shapely.union_all(shapely.make_valid(np.asarray(true.array)))
    return Evidence(region=whole, boundary=whole)


@pytest.mark.parametrize("county", COUNTIES)
@pytest.mark.parametrize("table", ["towns", "platforms"])
@pytest.mark.parametrize(
    ("judged_one", "known_one"), [(by_echarts, by_cnmaps), (by_cnmaps, by_echarts)]
)
def _real_county(county, table, judged_one, known_one):
    evidence, drawn = known_from(known_one(county)), judged_one(county)
    fault = ruled(drawn, reading(4326), evidence, table).fault
    assert fault is not None
    assert fault.as_fault.kind == "crs_refuted"
    assert fault.do == 'datum = "GCJ02"'
    assert ruled(drawn, reading(4490, "GCJ02"), evidence, table) == Ruling()
    assert ruled(drawn, reading(4490, "BD09"), evidence, table).fault is not None


test_a_real_county_boundary_labelled_wgs_84_is_found_to_be_gcj_02 = real[0](real[1](_real_county))


@pytest.mark.real
@pytest.mark.skipif(not BOUNDARIES.is_dir(), reason="the real files are not at hand")
def test_six_real_counties_in_one_file_are_found_by_the_boundary_of_one_and_of_all(tmp_path):
    every = gpd.read_file(BOUNDARIES / "echarts_shaoxing.geojson").geometry
    together = pd.concat([by_cnmaps(county) for county in COUNTIES], ignore_index=True)
    for known in (by_cnmaps("330604"), together):
        fault = ruled(every, reading(4326), known_from(known), "towns").fault
        assert fault is not None
        assert fault.do == 'datum = "GCJ02"'


@pytest.mark.real
@pytest.mark.skipif(not BOUNDARIES.is_dir(), reason="the real files are not at hand")
def test_a_workspace_with_real_boundaries_stops_until_the_datum_is_stated(tmp_path):
    (tmp_path / "inputs").mkdir()
    true = shift(by_cnmaps("330604"), source="GCJ02", target="WGS84")
    true = true.set_crs(4490, allow_override=True)
    write(true, tmp_path / "inputs/boundary.gpkg", 名称=["上虞区"])
    named = {"镇街代码": ["330604000"], "镇街": ["上虞区"]}
    write(by_echarts("330604").reset_index(drop=True), tmp_path / "inputs/towns.geojson", **named)
    plot = gpd.GeoSeries([shapely.box(583_700, 3_324_000, 583_800, 3_324_100)], crs=4549)
    write(plot, tmp_path / "inputs/parcels.gpkg", 宗地代码=["330604001001GB00001"])
    text = PROJECT + '[sources.parcels]\npath = "inputs/parcels.gpkg"\n' + BOUNDARY_BLOCK
    towns = '[sources.towns]\npath = "inputs/towns.geojson"\n'
    (fault,) = faults(toml(tmp_path, text + towns))
    assert (fault.kind, fault.where) == ("crs_refuted", "sources.towns")
    mended = toml(tmp_path, text + towns + 'datum = "GCJ02"\n')
    assert [one["kind"] for one in load(mended)[1][1].notes] == ["shifted"]
