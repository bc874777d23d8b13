"""GeoJSON that other programs accept (RFC 7946); the oracle is plain arithmetic on the text."""

from __future__ import annotations

import json
import math
import re
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landgov.errors import LandgovError
from landgov.publish.geojson import write_geojson
from publish_case import SECRETS, district


def turn(ring: list[list[float]]) -> float:
    """Twice the signed area by the shoelace formula: positive is counter-clockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def rings(geometry: dict) -> list[list[list[list[float]]]]:
    if geometry["type"] == "Polygon":
        return [geometry["coordinates"]]
    return geometry["coordinates"]


def read(path: Path) -> dict:
    def no_constant(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    return json.loads(path.read_bytes().decode("utf-8"), parse_constant=no_constant)


def one(tmp_path: Path, shape: object, **columns: object) -> dict:
    frame = gpd.GeoDataFrame(columns or {"a": [1]}, index=["A"], geometry=[shape], crs=4549)
    write_geojson(frame, tmp_path / "one.geojson")
    return read(tmp_path / "one.geojson")


def test_corner_of_the_known_survey_point_stands_at_its_longitude_and_latitude(tmp_path):
    # (120.868, 30.033) is E 583723.978, N 3324088.962 in EPSG:4549
    plot = shapely.box(583723.978, 3324088.962, 583823.978, 3324188.962)
    ring = one(tmp_path, plot)["features"][0]["geometry"]["coordinates"][0]
    assert min(math.dist(point, (120.868, 30.033)) for point in ring) < 2e-7


def test_outer_ring_turns_left_and_hole_turns_right_however_they_were_drawn(tmp_path):
    outer = [(583700, 3324000), (583700, 3324100), (583800, 3324100), (583800, 3324000)]
    hole = [(583730, 3324030), (583760, 3324030), (583760, 3324060), (583730, 3324060)]
    assert turn([[*map(float, p)] for p in [*outer, outer[0]]]) < 0
    feature = one(tmp_path, shapely.Polygon(outer, [hole]))["features"][0]
    (exterior, interior) = feature["geometry"]["coordinates"]
    assert turn(exterior) > 0 > turn(interior)


def test_every_ring_is_closed_and_has_at_least_four_positions(tmp_path):
    write_geojson(district(8).parcels, tmp_path / "p.geojson")
    for feature in read(tmp_path / "p.geojson")["features"]:
        for polygon in rings(feature["geometry"]):
            assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in polygon)


def test_file_has_no_crs_member_and_no_byte_order_mark_and_its_box_is_west_south_east_north(
    tmp_path,
):
    write_geojson(district().parcels, tmp_path / "p.geojson")
    assert not (tmp_path / "p.geojson").read_bytes().startswith(b"\xef\xbb\xbf")
    collection = read(tmp_path / "p.geojson")
    assert "crs" not in collection
    points = [
        p for f in collection["features"] for poly in rings(f["geometry"]) for r in poly for p in r
    ]
    lons, lats = zip(*points, strict=True)
    assert collection["bbox"] == [min(lons), min(lats), max(lons), max(lats)]
    assert 118 < collection["bbox"][0] < 122
    assert 29 < collection["bbox"][1] < 31


def test_no_coordinate_has_more_than_seven_decimals_or_a_height(tmp_path):
    plot = shapely.force_3d(
        shapely.Polygon([(583700.123, 3324000), (583800, 3324000), (583750, 3324077.7)]), 5
    )
    text = json.dumps(one(tmp_path, plot)["features"][0]["geometry"])
    assert re.findall(r"\d+\.\d+", text)
    assert not re.findall(r"\.\d{8,}", text)
    assert all(len(point) == 2 for point in json.loads(text)["coordinates"][0])


def test_top_level_id_is_the_parcel_id_and_stays_when_the_rows_are_shuffled(tmp_path):
    parcels = district().parcels
    write_geojson(parcels, tmp_path / "a.geojson")
    features = read(tmp_path / "a.geojson")["features"]
    assert [feature["id"] for feature in features] == list(parcels.index)
    write_geojson(parcels.iloc[::-1], tmp_path / "b.geojson")
    back = {feature["id"]: feature for feature in read(tmp_path / "b.geojson")["features"]}
    assert back == {feature["id"]: feature for feature in features}


def test_a_repeated_id_is_refused_by_name(tmp_path):
    parcels = district().parcels.iloc[[0, 1]].set_axis(["A", "A"])
    with pytest.raises(LandgovError, match="'A'"):
        write_geojson(parcels, tmp_path / "p.geojson")
    assert list(tmp_path.iterdir()) == []


def test_missing_numbers_infinity_and_unknown_booleans_are_null(tmp_path):
    frame = gpd.GeoDataFrame(
        {
            "n": [np.nan, np.inf, 0.0],
            "b": pd.array([None, True, False], dtype="boolean"),
            "i": pd.array([None, 7, 0], dtype="Int64"),
            "t": [None, "东关", ""],
            "d": pd.to_datetime([None, "2020-05-01", "2021-01-02"]),
        },
        index=["A", "B", "C"],
        geometry=list(district().parcels.geometry)[:3],
        crs=4549,
    )
    write_geojson(frame, tmp_path / "p.geojson")
    got = [feature["properties"] for feature in read(tmp_path / "p.geojson")["features"]]
    assert got == [
        {"n": None, "b": None, "i": None, "t": None, "d": None},
        {"n": None, "b": True, "i": 7, "t": "东关", "d": "2020-05-01"},
        {"n": 0.0, "b": False, "i": 0, "t": "", "d": "2021-01-02"},
    ]


def test_without_a_profile_every_column_but_the_geometry_is_a_property(tmp_path):
    parcels = district().parcels
    write_geojson(parcels, tmp_path / "p.geojson")
    first = read(tmp_path / "p.geojson")["features"][0]["properties"]
    assert set(first) == set(parcels.columns) - {"geometry"}


def test_a_sliver_that_collapses_on_the_grid_keeps_its_feature_with_null_geometry_and_is_named(
    tmp_path,
):
    good = shapely.box(583700, 3324000, 583800, 3324100)
    sliver = shapely.box(583700, 3324000, 583700.001, 3324000.001)  # 1 mm: under 1e-7 degrees
    frame = gpd.GeoDataFrame(
        {"a": [1, 2]}, index=["good", "sliver"], geometry=[good, sliver], crs=4549
    )
    written = write_geojson(frame, tmp_path / "p.geojson")
    assert (written.features, written.no_geometry) == (2, ("sliver",))
    features = read(tmp_path / "p.geojson")["features"]
    assert [feature["geometry"] is None for feature in features] == [False, True]
    assert features[1]["properties"] == {"a": 2}


def test_a_neck_that_pinches_shut_when_rounded_is_mended_into_valid_parts(tmp_path):
    # two squares of 100 m joined by a neck 2 mm wide
    neck = shapely.union_all(
        [
            shapely.box(583700, 3324000, 583800, 3324100),
            shapely.box(583800, 3324050, 583900, 3324050.002),
            shapely.box(583900, 3324000, 584000, 3324100),
        ]
    )
    frame = gpd.GeoDataFrame({"a": [1]}, index=["A"], geometry=[neck], crs=4549)
    written = write_geojson(frame, tmp_path / "p.geojson")
    feature = read(tmp_path / "p.geojson")["features"][0]
    shape = shapely.from_geojson(json.dumps(feature["geometry"]))
    assert shape.is_valid
    assert written.no_geometry == ()
    back = gpd.GeoSeries([shape], crs=4326).to_crs(4549).area[0]
    assert back == pytest.approx(20_000, abs=5)


def test_a_missing_geometry_is_null_and_not_counted_as_lost(tmp_path):
    frame = gpd.GeoDataFrame({"a": [1]}, index=["A"], geometry=[None], crs=4549)
    assert write_geojson(frame, tmp_path / "p.geojson").no_geometry == ()
    collection = read(tmp_path / "p.geojson")
    assert collection["features"][0]["geometry"] is None
    assert "bbox" not in collection


def test_an_empty_frame_is_a_valid_empty_collection(tmp_path):
    write_geojson(district().parcels.iloc[:0], tmp_path / "p.geojson")
    assert read(tmp_path / "p.geojson") == {"type": "FeatureCollection", "features": []}


def test_xian_80_and_a_frame_without_crs_are_refused_with_the_call_that_mends_it(tmp_path):
    parcels = district().parcels
    with pytest.raises(LandgovError, match="not known") as refusal:
        write_geojson(parcels.set_crs(2385, allow_override=True), tmp_path / "p.geojson")
    assert "4549" in (refusal.value.do or "")
    bare = gpd.GeoDataFrame({"a": [1]}, geometry=[parcels.geometry.iloc[0]])
    with pytest.raises(LandgovError, match="no CRS"):
        write_geojson(bare, tmp_path / "p.geojson")


def test_cgcs2000_degrees_are_written_as_they_are(tmp_path):
    box = shapely.box(120.868, 30.03, 120.87, 30.032)
    frame = gpd.GeoDataFrame({"a": [1]}, index=["A"], geometry=[box], crs=4490)
    write_geojson(frame, tmp_path / "p.geojson")
    ring = read(tmp_path / "p.geojson")["features"][0]["geometry"]["coordinates"][0]
    assert sorted(map(tuple, ring[:-1])) == [
        (120.868, 30.03),
        (120.868, 30.032),
        (120.87, 30.03),
        (120.87, 30.032),
    ]


def test_geopandas_reads_back_the_ids_and_the_answers(tmp_path):
    parcels = district().parcels
    write_geojson(parcels, tmp_path / "p.geojson", profile="internal")
    back = gpd.read_file(tmp_path / "p.geojson")
    assert back["id"].tolist() == list(parcels.index)
    assert back["low_efficiency"].tolist() == parcels["low_efficiency"].tolist()
    assert back.crs.to_epsg() == 4326
    assert back.geometry.is_valid.all()


@pytest.mark.parametrize("audience", ["public", "park_system"])
def test_secrets_do_not_leave(tmp_path, audience):
    write_geojson(district().parcels, tmp_path / "p.geojson", profile=audience)
    text = (tmp_path / "p.geojson").read_text(encoding="utf-8")
    assert "low_efficiency" in text
    assert not [secret for secret in SECRETS if secret in text]


def test_the_same_frame_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_geojson(district().parcels, tmp_path / f"{name}.geojson")
    assert (tmp_path / "a.geojson").read_bytes() == (tmp_path / "b.geojson").read_bytes()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.geojson", "b.geojson"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=3, max_size=7, unique=True
    ),
    st.floats(0.003, 30),
)
def test_whatever_polygon_comes_in_every_ring_going_out_is_closed_valid_and_rightly_wound(
    tmp_path_factory, corners, scale
):
    points = [(583700 + x * scale, 3324000 + y * scale) for x, y in corners]
    frame = gpd.GeoDataFrame({"a": [1]}, index=["A"], geometry=[shapely.Polygon(points)], crs=4549)
    path = tmp_path_factory.mktemp("g") / "p.geojson"
    write_geojson(frame, path)
    geometry = read(path)["features"][0]["geometry"]
    if geometry is None:
        return
    assert geometry["type"] in ("Polygon", "MultiPolygon")
    assert shapely.from_geojson(json.dumps(geometry)).is_valid
    for polygon in rings(geometry):
        exterior = polygon[0]
        assert all(ring[0] == ring[-1] for ring in polygon)
        # about the first corner, or the products of 120 x 30 drown a ring of 1e-14 in rounding
        x, y = exterior[0]
        turns = [turn([[p[0] - x, p[1] - y] for p in ring]) for ring in polygon]
        assert turns[0] > 0
        assert all(each < 0 for each in turns[1:])
