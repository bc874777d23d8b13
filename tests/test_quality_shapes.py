"""Shapes that are no good polygons: each fault named, repaired or refused, with its 亩."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import pytest
import shapely
from hypothesis import given, reject, settings
from hypothesis import strategies as st

import landgov as lg
from case import EAST, NORTH, Case
from landgov.outputs import write_check
from landgov.pipeline import prepare
from landgov.quality.pieces import LAYERS
from shape_tables import LIMITS, at, kinds, polygon, settled, square

CHANGES = ("spike", "invalid_geometry", "repair_refused", "empty_geometry")
BOW = polygon((0, 0), (100, 100), (100, 0), (0, 100))


def only(shape: shapely.Geometry | None, **more: Any) -> pd.Series:
    """The one issue of a table of one shape."""
    _, issues = settled([shape], **more)
    assert len(issues) == 1, issues
    return issues.iloc[0]


def around(share: float) -> shapely.Polygon:
    """A square of 100 m on which a second part of that many square metres lies."""
    side = share**0.5
    return shapely.MultiPolygon([square(0, 0, 100.0), square(20, 20, side)])


# ---- why a shape is no polygon ---------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (BOW, "自相交 Self-intersection"),
        (
            polygon((0, 0), (10, 0), (10, 10), (5, 0), (0, 10)),
            "环自相交 Ring Self-intersection",
        ),
        (
            polygon((0, 0), (9, 0), (9, 9), (0, 9), holes=[[(20, 0), (21, 0), (21, 1), (20, 1)]]),
            "洞在外环之外 Hole lies outside shell",
        ),
        (
            polygon(
                (0, 0), (90, 0), (90, 90), (0, 90),
                holes=[[(1, 1), (9, 1), (9, 9), (1, 9)], [(2, 2), (3, 2), (3, 3), (2, 3)]],
            ),
            "洞相互嵌套 Holes are nested",
        ),
        (around(50.0), "外环相互嵌套 Nested shells"),
    ],
    ids=["bow-tie", "ring", "hole outside", "holes nested", "shells nested"],
)  # fmt: skip
def test_the_cause_is_named_in_chinese_and_english(shape: shapely.Geometry, words: str):
    assert not shape.is_valid
    _, issues = settled([shape])
    named = issues[issues["kind"].isin(["invalid_geometry", "repair_refused"])]
    assert named["value"].tolist() == [words]
    assert words in named["message"].iloc[0]


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (None, ""),
        (shapely.Polygon(), ""),
        (at(shapely.LineString([(0, 0), (9, 9)])), "没有面 No polygon"),
        (at(shapely.GeometryCollection([shapely.Point(0, 0)])), "没有面 No polygon"),
        (shapely.Polygon([(0, 0), (1, 0), (np.nan, 1)]), "坐标无效 Invalid Coordinate"),
        (shapely.Polygon([(0, 0), (1, 0), (np.inf, 1)]), "坐标无效 Invalid Coordinate"),
    ],
    ids=["missing", "empty", "line", "points", "nan", "inf"],
)
def test_what_holds_no_land_stays_without_shape(shape: shapely.Geometry | None, words: str):
    table, issues = settled([shape])
    assert kinds(issues) == ["empty_geometry"]
    assert issues["value"].iloc[0] == words
    assert table.frame.geometry.isna().all()
    assert len(table.frame) == 1


def test_a_ring_that_encloses_nothing_has_no_land_left_after_repair():
    flat = polygon((0, 0), (9, 9), (0, 0), (9, 9))
    table, issues = settled([flat])
    lost = issues[issues["kind"] == "empty_geometry"]
    assert len(lost) == 1
    assert (pd.to_numeric(issues["before"]) == 0).all()
    assert (pd.to_numeric(issues["after"]) == 0).all()
    assert table.frame.geometry.isna().all()


def test_a_collection_keeps_its_polygons_however_deep_they_lie():
    inner = shapely.GeometryCollection([square(0, 0), at(shapely.Point(5, 5))])
    mixed = shapely.GeometryCollection([inner, square(20, 0), at(shapely.Point(1, 1))])
    table, issues = settled([mixed])
    found = issues[issues["kind"] == "invalid_geometry"].iloc[0]
    assert found["value"] == "混合图形，只保留面 Mixed geometry"
    # 200 square metres of the map; the ellipsoid has 0.17 in a thousand less.
    assert found["before"] == found["after"] == "0.2999"
    assert table.frame.geometry.iloc[0].equals(shapely.union(square(0, 0), square(20, 0)))


def test_what_the_projection_mended_by_rounding_is_named_all_the_same():
    issue = only(square(0, 0), flaws={0: "Self-intersection"})
    assert (issue["kind"], issue["value"]) == ("invalid_geometry", "自相交 Self-intersection")
    assert issue["before"] == issue["after"] != ""


# ---- repair, and where it is refused ----------------------------------------------


def test_a_bow_tie_is_refused_and_its_area_is_not_trusted():
    table, issues = settled([BOW, square(300, 0)])
    assert kinds(issues) == ["repair_refused"]
    refused = issues[issues["kind"] == "repair_refused"].iloc[0]
    # The halves are taken from each other as sent, added once repaired: 0 and 5000 square metres.
    assert float(refused["before"]) == pytest.approx(0.0, abs=1e-3)
    assert float(refused["after"]) == pytest.approx(7.5, abs=2e-3)
    assert table.untrusted is not None
    assert table.untrusted.tolist() == [True, False]
    assert table.frame.geometry.iloc[0].is_valid
    assert np.isnan(table.measured_mu.iloc[0])
    assert table.measured_mu.iloc[1] == pytest.approx(0.15, abs=1e-4)


@pytest.mark.parametrize(
    ("extra_m2", "kind"),
    [(99.0, "invalid_geometry"), (103.0, "repair_refused")],
    ids=["under one in a hundred", "over it"],
)
def test_a_change_over_its_share_is_refused(extra_m2: float, kind: str):
    table, issues = settled([around(extra_m2)])
    found = issues[issues["kind"].isin(["invalid_geometry", "repair_refused"])]
    assert found["kind"].tolist() == [kind]
    change = float(found["before"].iloc[0]) - float(found["after"].iloc[0])
    assert change == pytest.approx(extra_m2 * 3 / 2000, abs=2e-4)
    assert bool(table.untrusted.iloc[0]) == (kind == "repair_refused")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("extra_m2", "kind"),
    [(332.0, "invalid_geometry"), (335.0, "repair_refused")],
    ids=["under half a mu", "over it"],
)
def test_a_change_over_half_a_mu_is_refused_however_large_the_parcel(extra_m2: float, kind: str):
    big = shapely.MultiPolygon([square(0, 0, 1000.0), square(20, 20, extra_m2**0.5)])
    assert kind in kinds(settled([big])[1])


@pytest.mark.parametrize(
    ("extra_m2", "kind"),
    [(0.98, "invalid_geometry"), (1.02, "repair_refused")],
    ids=["a sliver", "more"],
)
def test_a_sliver_is_never_refused_however_small_the_parcel(extra_m2: float, kind: str):
    small = shapely.MultiPolygon([square(0, 0, 4.0), square(1, 1, extra_m2**0.5)])
    assert kind in kinds(settled([small])[1])


def test_faulty_shapes_are_kept_as_sent_and_as_repaired():
    table, issues = settled([BOW, around(50.0)])
    assert {piece.layer for piece in table.pieces} <= set(LAYERS)
    bow = [piece for piece in table.pieces if piece.layer == "refused"]
    assert [piece.state for piece in bow] == ["sent", "repaired"]
    assert [piece.geometry.is_valid for piece in bow] == [False, True]
    assert bow[0].found["issue_id"] in set(issues["issue_id"])


def test_the_shapes_given_are_not_changed():
    sent = [BOW, around(50.0), square(0, 0), needle(0.9, 5.0)]
    before = [shapely.to_wkb(shape) for shape in sent]
    settled(sent)
    assert [shapely.to_wkb(shape) for shape in sent] == before


# ---- spikes ---------------------------------------------------------------------


def needle(degrees: float, length: float) -> shapely.Polygon:
    """A square of 50 m on whose upper side a spike of that angle and length stands."""
    half = np.tan(np.radians(degrees) / 2) * length
    return polygon((0, 0), (50, 0), (50, 50), (25 + half, 50), (25, 50 + length), (25 - half, 50), (0, 50))  # fmt: skip


@pytest.mark.parametrize(
    ("degrees", "length", "seen"),
    [(0.95, 5.0, True), (1.05, 5.0, False), (0.5, 0.055, True), (0.5, 0.045, False)],
    ids=["sharp", "less sharp", "just long enough", "too short"],
)
def test_a_spike_is_sharper_and_longer_than_the_policy_says(
    degrees: float, length: float, seen: bool
):
    assert kinds(settled([needle(degrees, length)])[1]) == (["spike"] if seen else [])


def test_a_spike_of_less_than_a_sliver_is_removed_with_its_land_on_record():
    shape = needle(0.9, 10.0)
    land = 10.0 * np.tan(np.radians(0.45)) * 10.0
    assert 0.7 < land < 1
    table, issues = settled([shape])
    assert table.frame.geometry.iloc[0].equals(square(0, 0, 50.0))
    change = float(issues["before"].iloc[0]) - float(issues["after"].iloc[0])
    assert change == pytest.approx(land * 3 / 2000, abs=2e-4)
    assert "removed" in issues["value"].iloc[0]


def test_a_spike_of_more_than_a_sliver_is_reported_and_left():
    shape = needle(0.9, 20.0)
    table, issues = settled([shape])
    assert table.frame.geometry.iloc[0].equals_exact(shape, 0)
    assert issues["before"].iloc[0] == issues["after"].iloc[0]
    assert "kept" in issues["value"].iloc[0]


def test_a_spike_without_width_is_invalid_and_goes():
    shape = polygon((0, 0), (50, 0), (50, 50), (25, 50), (25, 60), (25, 50), (0, 50))
    assert not shape.is_valid
    table, issues = settled([shape])
    assert kinds(issues) == ["invalid_geometry", "spike"]
    assert table.frame.geometry.iloc[0].equals(square(0, 0, 50.0))


def test_a_sharp_triangle_is_a_parcel_and_not_a_spike():
    wedge = polygon((0, 0), (100, 0.5), (100, 1.5))
    assert kinds(settled([wedge])[1]) == []


# ---- notes ---------------------------------------------------------------------


def turned(shape: shapely.Polygon) -> shapely.Polygon:
    return shapely.Polygon(list(shape.exterior.coords)[::-1])


def test_a_file_that_runs_clockwise_is_one_note_and_the_row_that_does_not_another():
    shapes = [turned(square(20 * n, 0)) for n in range(5)] + [square(200, 0)]
    _, issues = settled(shapes)
    assert kinds(issues) == ["ring_order", "ring_order"]
    whole, odd = issues.iloc[0], issues.iloc[1]
    assert (whole["key"], whole["value"]) == ("", "外环顺时针 shell clockwise，5 行 rows")
    assert (odd["key"], odd["value"]) == ("P0005", "外环逆时针 shell counter-clockwise")
    assert set(issues["severity"]) == {"note"}


def test_clockwise_is_right_in_a_shapefile_and_counter_clockwise_elsewhere():
    assert not len(settled([turned(square(0, 0))], file="a.shp")[1])
    assert not len(settled([square(0, 0)], file="a.gpkg")[1])
    assert kinds(settled([square(0, 0)], file="a.shp")[1]) == ["ring_order"]


def test_a_hole_that_runs_like_its_shell_is_told():
    hole = [(1, 1), (2, 1), (2, 2), (1, 2)]
    wrong = polygon((0, 0), (9, 0), (9, 9), (0, 9), holes=[hole])
    right = polygon((0, 0), (9, 0), (9, 9), (0, 9), holes=[hole[::-1]])
    assert not len(settled([right])[1])
    assert only(wrong)["value"] == "各环方向不一 rings differ"


def test_of_a_file_with_no_order_the_rows_are_not_named_one_by_one():
    shapes = [turned(square(20 * n, 0)) for n in range(25)]
    shapes += [square(20 * n, 50) for n in range(30)]
    _, issues = settled(shapes)
    assert issues["value"].tolist() == ["25 行 rows"]


def test_points_sent_twice_are_noted_and_kept():
    shape = polygon((0, 0), (9, 0), (9, 0), (9, 9), (9, 9), (9, 9), (0, 9), (0, 0))
    table, issues = settled([shape])
    assert kinds(issues) == ["duplicate_points"]
    # The point that closes the ring has to be there twice.
    assert issues["value"].iloc[0] == "3 处 point(s)"
    assert table.frame.geometry.iloc[0].equals_exact(shape, 0)


def test_parts_are_counted():
    assert only(shapely.MultiPolygon([square(0, 0), square(20, 0)]))["value"] == "2"
    assert not len(settled([shapely.MultiPolygon([square(0, 0)])])[1])


def test_a_shape_smaller_than_the_policy_says_is_a_warning():
    issue = only(square(0, 0, 0.99))
    assert (issue["kind"], issue["severity"], issue["value"]) == (
        "tiny_geometry",
        "warning",
        "0.98",
    )
    assert not len(settled([square(0, 0, 1.01)])[1])


def test_a_thousand_notes_of_a_kind_stay_rows_and_more_become_one():
    two = [shapely.MultiPolygon([square(n * 30, 0), square(n * 30 + 12, 0)]) for n in range(1001)]
    assert len(settled(two[:1000])[1]) == 1000
    assert settled(two)[1]["value"].tolist() == ["1001 行 rows"]


# ---- laws ------------------------------------------------------------------------

_NUMBERS = st.integers(0, 40).map(lambda n: n * 2.5)
_RINGS = st.lists(st.tuples(_NUMBERS, _NUMBERS), min_size=3, max_size=9)


@st.composite
def _shapes(draw: st.DrawFn) -> shapely.Geometry | None:
    kind = draw(st.sampled_from(["none", "ring", "holes", "parts", "mixed", "line"]))
    if kind == "none":
        return None
    if kind == "line":
        return at(shapely.LineString(draw(_RINGS)))
    if kind == "holes":
        return polygon(*draw(_RINGS), holes=draw(st.lists(_RINGS, max_size=2)))
    polygons = [polygon(*ring) for ring in draw(st.lists(_RINGS, min_size=1, max_size=3))]
    if kind == "parts":
        return shapely.MultiPolygon(polygons)
    if kind == "mixed":
        return shapely.GeometryCollection([*polygons, at(shapely.Point(1, 1))])
    return polygons[0]


def _total(shapes: gpd.GeoSeries) -> float:
    return float(lg.area_mu(shapes).sum())


@settings(max_examples=150, deadline=None)
@given(st.lists(_shapes(), min_size=1, max_size=6))
def test_area_before_is_area_after_and_the_logged_changes(shapes: list[Any]):
    sent = gpd.GeoSeries(shapes, crs=4549)
    was = [shapely.to_wkb(shape) for shape in shapes]
    table, issues = settled(shapes)
    logged = issues[issues["kind"].isin(CHANGES)]
    change = (pd.to_numeric(logged["before"]) - pd.to_numeric(logged["after"])).sum()
    assert _total(sent) == pytest.approx(
        _total(table.frame.geometry) + change, abs=1e-4 * (len(logged) + 1)
    )
    assert len(table.frame) == len(shapes)
    assert table.frame.geometry.dropna().is_valid.all()
    assert [shapely.to_wkb(shape) for shape in shapes] == was
    assert logged["issue_id"].is_unique


@settings(max_examples=40, deadline=None)
@given(st.lists(_shapes(), min_size=2, max_size=6), st.randoms())
def test_the_order_of_rows_does_not_matter(shapes: list[Any], chance: Any):
    ids = [f"Q{n}" for n in range(len(shapes))]
    rows = list(zip(ids, shapes, strict=True))
    chance.shuffle(rows)
    one = settled(shapes, ids)[1].drop(columns="row")
    other = settled([shape for _, shape in rows], [name for name, _ in rows])[1].drop(columns="row")
    order = ["kind", "key", "value", "issue_id"]
    pd.testing.assert_frame_equal(
        one.sort_values(order, ignore_index=True), other.sort_values(order, ignore_index=True)
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-1e12, 1e12) | st.sampled_from([np.nan, np.inf]), st.floats(-1e12, 1e12)),
        min_size=3,
        max_size=8,
    )
)  # fmt: skip
def test_no_polygon_ends_in_a_traceback(ring: list[tuple[float, float]]):
    try:
        shape = shapely.Polygon(ring)
    except (ValueError, shapely.errors.GEOSException):  # a ring that can't even be closed
        reject()
    table, _ = settled([shape, square(0, 0)])
    assert len(table.frame) == 2


# ---- the whole way ----------------------------------------------------------------


def test_land_of_a_refused_parcel_is_its_certificate_or_missing(tmp_path: Path):
    bows = [shapely.transform(BOW, lambda p, n=n: np.add(p, [400 * n, 0])) for n in range(2)]
    result = (
        Case(tmp_path)
        .parcels(
            {"parcel_id": "P1", "_shape": bows[0], "area_cert_mu": 12.0},
            {"parcel_id": "P2", "_shape": bows[1]},
            {"parcel_id": "P3", "_shape": shapely.box(EAST - 500, NORTH, EAST - 400, NORTH + 100)},
        )
        .run()
    )
    parcels = result.parcels
    assert parcels["land_mu"].isna().tolist() == [False, True, False]
    assert parcels["land_mu"].iloc[0] == 12.0
    assert parcels["land_from"].tolist()[0] == "certificate"
    assert parcels["area_mu"].isna().tolist() == [True, True, False]
    assert parcels.geometry.notna().all()
    refused = result.issues[result.issues["kind"] == "repair_refused"]
    assert sorted(refused["key"]) == ["P1", "P2"]


def test_the_error_layer_is_written_with_fixed_stamps(tmp_path: Path):
    folder = (
        Case(tmp_path)
        .parcels({"parcel_id": "P1", "_shape": BOW}, {"parcel_id": "P2", "_side": 100.0})
        .write()
    )
    content = []
    for _ in range(2):
        ready = prepare(folder)
        write_check(ready, lg.outputs.rechecked(folder, ready.issues))
        content.append((folder / "out" / "issues.gpkg").read_bytes())
    assert content[0] == content[1]
    path = folder / "out" / "issues.gpkg"
    assert pyogrio.list_layers(path)[:, 0].tolist() == ["repairs", "refused", "overlaps", "gaps"]
    shown = gpd.read_file(path, layer="refused")
    assert shown["state"].tolist() == ["repaired", "sent"]
    assert shown["keys"].tolist() == ["P1", "P1"]
    assert set(shown["issue_id"]) == set(
        ready.issues.loc[ready.issues["kind"] == "repair_refused", "issue_id"]
    )
    assert date(2022, 12, 31).isoformat().encode() in content[0]


def test_a_ring_that_is_not_closed_is_closed_and_named(tmp_path: Path):
    ring = [[120.0, 30.0], [120.001, 30.0], [120.001, 30.001], [120.0, 30.001]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"parcel_id": "P1"}, "geometry": shape}
    path = tmp_path / "open.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    table, issues = lg.read_vector(path)
    assert table.geometry.iloc[0].equals(shapely.box(120.0, 30.0, 120.001, 30.001))
    told = issues[issues["kind"] == "invalid_geometry"]
    assert told["row"].tolist() == [1]
    assert told["value"].tolist() == ["环未闭合 Ring is not closed"]


def test_curves_are_read_as_straight_lines_and_noted(tmp_path: Path):
    arc = [(0, 0), (10, 10), (20, 0), (10, -10), (0, 0)]
    points = b"".join(struct.pack("<dd", *point) for point in arc)
    wkb = struct.pack("<BII", 1, 10, 1) + struct.pack("<BII", 1, 8, len(arc)) + points
    table = pa.table({"parcel_id": ["P1"], "geometry": pa.array([wkb], type=pa.binary())})
    path = tmp_path / "curves.gpkg"
    pyogrio.write_arrow(
        table, path, layer="p", driver="GPKG", geometry_name="geometry",
        geometry_type="Unknown", crs="EPSG:4549",
    )  # fmt: skip
    read, issues = lg.read_vector(path)
    assert issues["kind"].tolist() == ["curved"]
    # A circle of 10 m radius.
    assert read.geometry.iloc[0].area == pytest.approx(np.pi * 100, rel=2e-3)


def test_a_policy_may_allow_more(tmp_path: Path):
    assert "invalid_geometry" in kinds(settled([BOW], limits=replace(LIMITS, change_share=1.0, change_mu=9.0))[1])  # fmt: skip
    (tmp_path / "own.toml").write_text(
        'id = "own"\nextends = "shangyu-2021-86"\n[repair_change_share]\nvalue = 1\n'
        "[repair_change_mu]\nvalue = 9\n",
        encoding="utf-8",
    )
    case = Case(tmp_path, policy="own.toml").parcels({"parcel_id": "P1", "_shape": BOW})
    assert case.run().parcels["area_mu"].iloc[0] == pytest.approx(7.5, abs=2e-3)
