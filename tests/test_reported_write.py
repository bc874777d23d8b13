"""Reported coordinates written, and read again: the same to the last digit."""

from __future__ import annotations

import itertools
import tempfile
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import landgov as lg
from landgov.errors import LandgovError
from landgov.publish.export import export
from landgov.sources.reported_words import HEADINGS
from publish_case import SECRETS, district
from reported_sample import FIRST, HEAD, SECOND, grounds, rings, square, text
from sources_builder import put

some = settings(max_examples=60, deadline=None, derandomize=True)


def assert_same(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> None:
    """Same fields, same description, same plane; same rings, point by point."""
    fields = [name for name in one.columns if name != "geometry"]
    pd.testing.assert_frame_equal(pd.DataFrame(one[fields]), pd.DataFrame(other[fields]))
    assert one.attrs == other.attrs
    assert one.crs == other.crs
    for a, b in zip(one.geometry, other.geometry, strict=True):
        assert rings(a) == rings(b)


def round_trip(folder: Path, frame: gpd.GeoDataFrame, **how) -> gpd.GeoDataFrame:
    lg.write_reported_txt(frame, folder / "out.txt", **how)
    return lg.read_vector(folder / "out.txt")[0]


@pytest.mark.parametrize(
    "change",
    [
        ("", ""),
        (",40583", ",583"),
        ("带号=40", "带号="),
        ("2000国家大地坐标系", "1980西安坐标系"),
        ("几度分带=3", "几度分带="),
        ("精度=0.001", "精度=0.01"),
        ("转换参数=,,,,,,", "备注=甲=乙"),
        ("0.8400", "0.84012"),
        ("10,0.8400", "99,7.5"),
        ("10,0.8400", ","),
        ("甲地块", "甲，乙［地块坐标］@"),
        (",@", ",补充,再补充,@"),
    ],
    ids=lambda one: one[1] or "as it is",
)
def test_what_was_read_comes_back_and_the_second_file_is_the_first_to_the_byte(tmp_path, change):
    content = text(FIRST, SECOND).replace(*change) if change[0] else text(FIRST, SECOND)
    first, _ = lg.read_vector(put(tmp_path, "a.txt", content.encode("gbk")))
    second = round_trip(tmp_path, first)
    assert_same(first, second)
    written = (tmp_path / "out.txt").read_bytes()
    round_trip(tmp_path, second)
    assert (tmp_path / "out.txt").read_bytes() == written


def test_a_sound_file_comes_back_as_its_very_bytes(tmp_path):
    content = text(FIRST, SECOND).encode("gbk")
    round_trip(tmp_path, lg.read_vector(put(tmp_path, "a.txt", content))[0])
    assert (tmp_path / "out.txt").read_bytes() == content


def test_a_parcel_that_lost_its_geometry_comes_back_with_its_fields(tmp_path):
    first, _ = lg.read_vector(put(tmp_path, "a.txt", text(FIRST, SECOND[:3])))
    assert_same(first, round_trip(tmp_path, first))
    assert first.geometry.isna().tolist() == [False, True]


def test_parts_that_were_numbered_1_are_told_apart_afterwards(tmp_path):
    lines = ["10,,A,,面,,,,@", *square(1, 100, 0, 1), *square(1, 50, 200, 5)]
    first, _ = lg.read_vector(put(tmp_path, "a.txt", text(lines)))
    assert_same(first, round_trip(tmp_path, first))
    assert "J5,2," in (tmp_path / "out.txt").read_text(encoding="gb18030")


names = st.one_of(
    st.none(),
    st.text(
        st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters=","),
        min_size=1,
        max_size=8,
    )
    .map(str.strip)
    .filter(bool),
)


@some
@given(
    shapes=st.lists(grounds(), min_size=1, max_size=4),
    fields=st.lists(st.tuples(names, names, names), min_size=4, max_size=4),
    encoding=st.sampled_from(["gb18030", "utf-8"]),
)
def test_any_ground_on_the_millimetre_comes_back_exactly(shapes, fields, encoding):
    columns = zip(*fields[: len(shapes)], strict=True)
    table = {
        name: pd.Series(v, dtype="str") for name, v in zip(HEADINGS[2:5], columns, strict=True)
    }
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs=4528)
    with tempfile.TemporaryDirectory() as folder:
        first = round_trip(Path(folder), frame, encoding=encoding)
        written = Path(folder, "out.txt").read_bytes()
        again, issues = lg.read_vector(Path(folder, "out.txt"))
        second = round_trip(Path(folder), first, encoding=encoding)
        assert Path(folder, "out.txt").read_bytes() == written
    assert_same(first, second)
    assert_same(first, again)
    assert not (issues["severity"] != "note").any()
    for name, values in table.items():
        assert first[name].fillna("").tolist() == values.fillna("").tolist()
    for given_shape, found in zip(shapes, first.geometry, strict=True):
        assert rings(given_shape) == rings(found)


def test_figures_that_no_column_gives_are_worked_out(tmp_path):
    hole = shapely.box(583040, 3321020, 583080, 3321060)
    shape = shapely.box(583000, 3321000, 583100, 3321100).difference(hole)
    index = pd.Index(["330604001001GB00001"], name="parcel_id")
    frame = gpd.GeoDataFrame({"land_use_code": ["0601"]}, index=index, geometry=[shape], crs=4549)
    found = round_trip(tmp_path, frame)
    row = found.iloc[0]
    assert (row["点数"], row["面积（公顷）"]) == (10, 0.84)
    assert (row["地块编号"], row["地类编码"]) == ("330604001001GB00001", "0601")
    assert row["图形属性"] == "面"


def test_a_frame_of_the_meridian_gets_the_zone_before_its_eastings(tmp_path):
    frame = gpd.GeoDataFrame(geometry=[shapely.box(583000.5, 3321000, 583100, 3321100)], crs=4549)
    found = round_trip(tmp_path, frame)
    assert found.crs.to_epsg() == 4528
    assert found.total_bounds.tolist() == [40_583_000.5, 3_321_000, 40_583_100, 3_321_100]
    assert round_trip(tmp_path, frame, zone_prefix=False).crs.to_epsg() == 4549


def test_a_frame_that_was_moved_to_another_plane_says_its_own(tmp_path):
    frame, _ = lg.read_vector(put(tmp_path, "a.txt", text(FIRST, SECOND)))
    moved = frame.to_crs(4527)
    found = round_trip(tmp_path, moved)
    assert found.crs.to_epsg() == 4527
    assert found.attrs["description"]["带号"] == "39"
    assert found.attrs["description"]["数据产生单位"] == "上虞测绘院"
    assert np.allclose(found.total_bounds, moved.total_bounds, atol=1e-3)


def test_height_is_left_out_and_the_stated_precision_rounds(tmp_path):
    box = shapely.force_3d(shapely.box(583000.1254, 3321000, 583100, 3321100), 7)
    frame = gpd.GeoDataFrame(geometry=[box], crs=4549)
    found = round_trip(tmp_path, frame, description={"精度": "0.01"})
    assert found.total_bounds[0] == 40_583_000.13
    assert found.attrs["description"]["精度"] == "0.01"


BOX = shapely.box(583000, 3321000, 583100, 3321100)


@pytest.mark.parametrize(
    ("geometry", "crs", "name", "said"),
    [
        (shapely.box(120.8, 30, 120.9, 30.1), 4490, "甲", "to_crs"),
        (BOX, 3857, "甲", "to_crs"),
        (BOX, None, "甲", "to_crs"),
        (BOX, 4549, "甲,乙", "，"),
        (BOX, 4549, "甲\n乙", "，"),
        (shapely.Point(583000, 3321000), 4549, "甲", "repair"),
        (shapely.MultiPolygon([BOX, BOX.buffer(-10)]), 4549, "甲", "repair"),
        (shapely.box(583000, 3321000, 583000.0001, 3321000.0001), 4549, "甲", "repair"),
    ],
    ids=["degrees", "web Mercator", "no CRS", "comma", "line break", "point", "overlap", "tiny"],
)
def test_what_the_text_cannot_hold_is_refused_with_what_to_do(tmp_path, geometry, crs, name, said):
    frame = gpd.GeoDataFrame({"地块编号": [name]}, geometry=[geometry], crs=crs)
    with pytest.raises(LandgovError) as caught:
        lg.write_reported_txt(frame, tmp_path / "out.txt")
    assert said in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_the_frame_is_not_changed(tmp_path):
    frame, _ = lg.read_vector(put(tmp_path, "a.txt", text(FIRST, SECOND)))
    before = frame.copy(deep=True)
    lg.write_reported_txt(frame, tmp_path / "out.txt", description={"数据产生单位": "别处"})
    assert_same(frame, before)


@pytest.mark.parametrize("audience", ["public", "park_system", "internal"])
def test_export_writes_codes_and_borders_and_nothing_else(tmp_path, audience):
    result = district()
    result.report = {"as_of": date(2022, 12, 31).isoformat()}
    count = export(result, profile=audience, to=tmp_path / "x.txt")
    content = (tmp_path / "x.txt").read_bytes().decode("gb18030")
    assert [secret for secret in SECRETS if secret in content] == []
    assert "园区路" not in content
    assert content.count("0601") == (0 if audience == "public" else count)
    found, issues = lg.read_vector(tmp_path / "x.txt")
    assert found["地块编号"].tolist() == sorted(result.parcels.index)
    assert found.attrs["description"]["数据产生日期"] == "2022-12-31"
    assert found.crs.to_epsg() == 4528
    assert not (issues["severity"] != "note").any()


def test_labels_number_the_points_of_a_parcel_and_repeat_the_first_of_each_ring(tmp_path):
    first, _ = lg.read_vector(put(tmp_path, "a.txt", text(FIRST, SECOND)))
    round_trip(tmp_path, first)
    lines = (tmp_path / "out.txt").read_text(encoding="gb18030").splitlines()[len(HEAD) :]
    labels = [line.split(",")[0] for line in lines if not line.endswith("@")]
    expected = ["J1", "J2", "J3", "J4", "J1", "J5", "J6", "J7", "J8", "J5", "J1", "J2", "J3", "J1"]
    assert labels == expected
    assert all(a != b for a, b in itertools.pairwise(labels))


def test_a_text_without_description_keeps_its_numbers_and_gains_the_plane(tmp_path):
    bare = text(FIRST, head=HEAD[-1:]).replace(",40583", ",583")
    first, _ = lg.read_vector(put(tmp_path, "a.txt", bare), crs=4549)
    second = round_trip(tmp_path, first)
    assert second.crs.to_epsg() == 4549
    assert [rings(one) for one in first.geometry] == [rings(one) for one in second.geometry]
    assert second.attrs["description"]["坐标系"] == "2000国家大地坐标系"
