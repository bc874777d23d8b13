"""Reported coordinates read: rings, planes, and what is wrong with a file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import landgov as lg
from landgov.errors import LandgovError, WorkspaceError
from landgov.pipeline import prepare
from landgov.sources import read_table, recognise, toml_of
from landgov.sources.reported_words import Plane, plane_of_crs
from reported_sample import EAST, FIRST, HEAD, NORTH, SECOND, line_of, square, text
from sources_builder import PROJECT, put, toml

some = settings(max_examples=40, deadline=None, derandomize=True)


def read(folder: Path, content: str | bytes, **how):
    return lg.read_vector(put(folder, "报备.txt", content), **how)


def of_kind(issues: pd.DataFrame, kind: str) -> list[tuple[int, str]]:
    rows = issues[issues["kind"] == kind]
    return list(zip(rows["row"], rows["severity"], strict=True))


def test_x_is_north_and_y_is_east_with_the_zone_before_it(tmp_path):
    parcels, _ = read(tmp_path, text(FIRST, SECOND))
    assert parcels.crs.to_epsg() == 4528
    hole = shapely.box(EAST + 40, NORTH + 20, EAST + 80, NORTH + 60)
    first = shapely.box(EAST, NORTH, EAST + 100, NORTH + 100).difference(hole)
    assert parcels.geometry.iloc[0].equals(first)
    assert parcels.geometry.iloc[1].area == 5_000
    assert list(parcels["地块编号"]) == ["DK001", "DK002"]
    assert list(parcels["面积（公顷）"]) == [0.84, 0.5]
    assert list(parcels["图幅号"].fillna("缺")) == ["H51G001", "缺"]
    assert parcels.attrs["description"]["数据产生单位"] == "上虞测绘院"


def test_a_sound_file_gives_no_issue_but_that_of_its_encoding(tmp_path):
    _, issues = read(tmp_path, text(FIRST, SECOND))
    assert set(issues["kind"]) == {"encoding"}


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"], ids=["CRLF", "LF", "CR"])
@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
def test_encoding_and_line_ends_change_nothing(tmp_path, encoding, end):
    expected, _ = read(tmp_path, text(FIRST, SECOND))
    parcels, issues = read(tmp_path, text(FIRST, SECOND, end=end).encode(encoding))
    assert parcels.equals(expected)
    assert not (issues["severity"] != "note").any()


def test_full_width_signs_and_blanks_change_nothing(tmp_path):
    wide = (
        text(FIRST, SECOND).replace(",", "，").replace("@", "＠").replace("J1，1", "　Ｊ1 ， １ ")
    )
    wide = wide.replace("转换参数=，，，，，，", "转换参数=,,,,,,").replace(
        "\r\n4，", "\r\n\r\n 4，"
    )
    expected, _ = read(tmp_path, text(FIRST, SECOND))
    parcels, issues = read(tmp_path, wide)
    assert parcels.equals(expected)
    assert set(issues["kind"]) == {"encoding"}


def test_a_full_width_comma_in_a_name_is_part_of_the_name(tmp_path):
    parcels, _ = read(tmp_path, text([FIRST[0].replace("甲地块", "甲，乙地块"), *FIRST[1:]]))
    assert parcels["地块名称"].tolist() == ["甲，乙地块"]


def test_a_ring_in_the_shell_is_a_hole_one_in_the_hole_an_island_one_outside_a_part(tmp_path):
    lines = [
        "20,,A,,面,,,,@",
        *square(1, 20, 40, 1),
        *square(2, 100, 0, 5),
        *square(3, 50, 200, 9),
        *square(4, 60, 20, 13),
    ]
    parcels, _ = read(tmp_path, text(lines))
    (shape,) = parcels.geometry
    # The island, the land around its pond, and the field beside.
    assert sorted(part.area for part in shape.geoms) == [400, 2_500, 10_000 - 3_600]
    assert shape.is_valid


def test_rings_that_are_all_numbered_1_end_where_their_first_point_comes_again(tmp_path):
    lines = ["10,,A,,面,,,,@", *square(1, 100, 0, 1), *square(1, 50, 200, 5)]
    parcels, _ = read(tmp_path, text(lines))
    assert [part.area for part in parcels.geometry.iloc[0].geoms] == [10_000, 2_500]


def test_without_the_zone_in_the_numbers_the_plane_is_that_of_the_meridian(tmp_path):
    parcels, _ = read(tmp_path, text(FIRST).replace(",40583", ",583"))
    assert parcels.crs.to_epsg() == 4549
    assert parcels.total_bounds.tolist() == [583_000, NORTH, 583_100, NORTH + 100]


NAMES = {"2000": "CGCS2000", "80": "Xian 1980", "54": "Beijing 1954"}
ZONES = [
    (width, zone)
    for width, low, high in ((3, 25, 45), (6, 13, 23))
    for zone in range(low, high + 1)
]


@pytest.mark.parametrize("system", NAMES)
def test_every_zone_of_every_system_is_the_plane_of_that_name(system):
    for width, zone in ZONES:
        meridian = zone * width - (3 if width == 6 else 0)
        for prefixed in (True, False):
            plane = Plane(system, width, zone, prefixed)
            crs = pyproj.CRS(plane.epsg)
            facts = {one.name: one.value for one in crs.coordinate_operation.params}
            assert crs.geodetic_crs.name in (NAMES[system], "China Geodetic Coordinate System 2000")
            assert facts["Longitude of natural origin"] == meridian
            assert facts["False easting"] == 500_000 + zone * 1_000_000 * prefixed
            assert plane_of_crs(crs) == plane


@pytest.mark.parametrize(
    ("said", "epsg"),
    [
        ("坐标系=80国家大地坐标系", 2364),
        ("坐标系=1980西安坐标系", 2364),
        ("坐标系=1954年北京坐标系", 2416),
        ("坐标系=CGCS2000", 4528),
    ],
)
def test_the_system_is_known_by_its_common_names(tmp_path, said, epsg):
    parcels, _ = read(tmp_path, text(FIRST).replace(HEAD[4], said))
    assert parcels.crs.to_epsg() == epsg


@pytest.mark.parametrize(
    "said", ["坐标系=上虞2000独立坐标系", "投影类型=墨卡托", "计量单位=度", "坐标系=", "带号=7"]
)
def test_a_plane_that_the_file_does_not_tell_has_to_be_stated(tmp_path, said):
    name = said.partition("=")[0]
    (line,) = [one for one in HEAD if one.startswith(f"{name}=")]
    with pytest.raises(LandgovError, match="crs = "):
        read(tmp_path, text(FIRST).replace(line, said))
    parcels, _ = read(tmp_path, text(FIRST).replace(line, said), crs=4528)
    assert parcels.crs.to_epsg() == 4528


def test_x_and_y_exchanged_throughout_are_refused(tmp_path):
    lines = [FIRST[0]]
    for line in FIRST[1:]:
        label, ring, x, y = line.split(",")
        lines.append(f"{label},{ring},{y},{x}")
    with pytest.raises(LandgovError, match="颠倒"):
        read(tmp_path, text(lines))


def test_another_zone_in_the_numbers_than_in_the_description_is_said(tmp_path):
    _, issues = read(tmp_path, text(FIRST).replace("带号=40", "带号=39"))
    assert [severity for _, severity in of_kind(issues, "reported_zone")] == ["warning"]


def test_a_parcel_of_another_zone_than_the_others_keeps_no_geometry(tmp_path):
    stray = [line.replace(",40583", ",583") for line in SECOND]
    whole = text(FIRST, FIRST, stray)
    parcels, issues = read(tmp_path, whole)
    assert parcels.geometry.isna().tolist() == [False, False, True]
    assert of_kind(issues, "reported_stray") == [(len(HEAD) + 2 * len(FIRST) + 2, "error")]


@pytest.mark.parametrize(
    "bad",
    [
        "J3,1,3321000.000,4058x100.000",
        "J3,1,nan,40583100.000",
        "J3,1,3_321_000,40583100.000",
        "J3,1,3321000.000",
        "J3,1.5,3321000.000,40583100.000",
        "缺一行",
    ],
)
def test_a_line_that_cannot_be_read_costs_its_parcel_the_geometry_and_no_other(tmp_path, bad):
    whole = text([*FIRST[:3], bad, *FIRST[4:]], SECOND)
    parcels, issues = read(tmp_path, whole)
    assert parcels["地块编号"].tolist() == ["DK001", "DK002"]
    assert parcels.geometry.isna().tolist() == [True, False]
    assert of_kind(issues, "reported_line") == [(line_of(whole, bad), "error")]
    (row,) = issues[issues["kind"] == "reported_line"].to_dict("records")
    assert row["file"] == "报备.txt"
    assert row["value"] == bad


def test_a_ring_of_two_points_costs_its_parcel_the_geometry(tmp_path):
    whole = text(FIRST, [SECOND[0], SECOND[1], SECOND[2], SECOND[4]])
    parcels, issues = read(tmp_path, whole)
    assert parcels.geometry.isna().tolist() == [False, True]
    assert of_kind(issues, "reported_ring") == [(len(HEAD) + len(FIRST) + 2, "error")]


def test_a_parcel_without_points_stays(tmp_path):
    whole = text(FIRST, SECOND[:1])
    parcels, issues = read(tmp_path, whole)
    assert parcels.geometry.isna().tolist() == [False, True]
    assert of_kind(issues, "reported_ring") == [(line_of(whole, SECOND[0]), "error")]


def test_an_open_ring_is_closed_and_said(tmp_path):
    parcels, issues = read(tmp_path, text(FIRST, [SECOND[0].replace("4,", "3,", 1), *SECOND[1:4]]))
    assert parcels.geometry.iloc[1].area == 5_000
    assert of_kind(issues, "reported_open") == [(len(HEAD) + len(FIRST) + 2, "warning")]
    assert of_kind(issues, "reported_points") == []


@pytest.mark.parametrize(("count", "said"), [("10", 0), ("8", 0), ("9", 1), ("11", 1)])
def test_the_count_of_points_is_with_or_without_the_repeated_ones(tmp_path, count, said):
    whole = text([FIRST[0].replace("10,", f"{count},", 1), *FIRST[1:]])
    _, issues = read(tmp_path, whole)
    expected = [(len(HEAD) + 1, "warning")] * said
    assert of_kind(issues, "reported_points") == expected


@pytest.mark.parametrize(
    ("area", "said"),
    [("0.8400", 0), ("0.84", 0), ("0.8", 0), ("0.8401", 1), ("0.8397", 1), ("8.4", 1), ("0", 1)],
)
def test_an_area_counts_as_equal_to_its_last_digit(tmp_path, area, said):
    _, issues = read(tmp_path, text([FIRST[0].replace("0.8400", area), *FIRST[1:]]))
    assert of_kind(issues, "reported_area") == [(len(HEAD) + 1, "warning")] * said
    if said:
        (row,) = issues[issues["kind"] == "reported_area"].to_dict("records")
        assert row["before"] == f"{float(area) * 15:.4f}"
        assert row["after"] == "12.6000"


def test_an_area_on_the_ellipsoid_counts_as_equal(tmp_path):
    whole = text(["5,1.0000,A,,面,,,,@", *square(1, 100, 0)]).replace(",40583", ",40733")
    parcels, issues = read(tmp_path, whole)
    hectares = float(lg.area_mu(parcels).iloc[0]) / 15
    assert f"{hectares:.4f}" != "1.0000"
    _, again = read(tmp_path, whole.replace("1.0000,A", f"{hectares:.4f},A"))
    assert of_kind(issues, "reported_area") == of_kind(again, "reported_area") == []


@pytest.mark.parametrize("bad", ["十", "1.5", "inf"])
def test_a_count_that_is_no_number_is_said_and_missing(tmp_path, bad):
    parcels, issues = read(tmp_path, text([FIRST[0].replace("10,", f"{bad},", 1), *FIRST[1:]]))
    assert parcels["点数"].isna().all()
    assert of_kind(issues, "bad_number") == [(len(HEAD) + 1, "error")]


def test_points_before_any_parcel_make_a_parcel_without_fields(tmp_path):
    parcels, issues = read(tmp_path, text(FIRST[1:], SECOND))
    assert parcels.geometry.notna().tolist() == [True, True]
    assert parcels["地块编号"].isna().tolist() == [True, False]
    assert of_kind(issues, "reported_line") == [(len(HEAD) + 1, "error")]


@pytest.mark.parametrize(
    "first", ["4,0.5,DK002,乙,面,,,0601", "4,0.5,DK002,@", "4,0.5,DK002,,,,,,甲,乙,@"]
)
def test_a_first_line_of_another_length_still_begins_a_parcel(tmp_path, first):
    parcels, issues = read(tmp_path, text(FIRST, [first, *SECOND[1:]]))
    assert parcels["地块编号"].tolist() == ["DK001", "DK002"]
    assert parcels.geometry.area.tolist() == [8_400, 5_000]
    assert len(of_kind(issues, "reported_header")) == 1
    if "乙,@" in first:
        assert parcels["其余字段"].tolist()[1] == "甲,乙"


@pytest.mark.parametrize(
    "other",
    [
        "地块编号,面积\nDK1,3\n",
        "说明：以下为\n[属性描述]\n[地块坐标]\n",
        "编号,[地块坐标]\nA,1\n",
        "[说明]\n",
    ],
)
def test_another_text_is_not_taken_for_one(tmp_path, other):
    path = put(tmp_path, "a.txt", other)
    with pytest.raises(LandgovError):
        lg.read_vector(path)
    table, _ = read_table(path)
    assert len(table.columns) >= 1


def test_a_description_without_parcels_is_refused(tmp_path):
    with pytest.raises(LandgovError, match="地块坐标"):
        read(tmp_path, "\n".join(HEAD[:-1]))


def test_two_files_in_one_have_to_agree(tmp_path):
    twice, _ = read(tmp_path, text(FIRST) + text(SECOND))
    assert twice["地块编号"].tolist() == ["DK001", "DK002"]
    with pytest.raises(LandgovError, match="前后不一致"):
        read(tmp_path, text(FIRST) + text(SECOND).replace("带号=40", "带号=39"))


def test_a_section_of_another_name_is_passed_over_but_no_parcel_behind_it(tmp_path):
    whole = text(FIRST, ["[备注]", "甲乙丙"], SECOND)
    parcels, issues = read(tmp_path, whole)
    assert parcels["地块编号"].tolist() == ["DK001", "DK002"]
    assert parcels.geometry.notna().all()
    assert of_kind(issues, "reported_section") == [(line_of(whole, "[备注]"), "note")]


SOURCE = '[sources.parcels]\npath = "inputs/报备.txt"\n'


def test_a_workspace_takes_the_file_as_its_parcels(tmp_path):
    put(tmp_path, "报备.txt", text(FIRST, SECOND[:3]).encode("gbk"))
    line = 'columns = { area_cert_mu = "面积(公顷)" }\n'
    toml(tmp_path, PROJECT + SOURCE + line)
    ready = prepare(str(tmp_path))
    parcels = ready.checked.frame("parcels")
    assert parcels.index.tolist() == ["DK001", "DK002"]
    assert parcels.loc["DK001", "area_cert_mu"] == pytest.approx(12.6)
    assert parcels.loc["DK001", "geometry"].area == pytest.approx(8_400)
    assert parcels.crs.to_epsg() == 4549
    broken = ready.issues[ready.issues["kind"] == "reported_ring"]
    assert broken["row"].tolist() == [len(HEAD) + len(FIRST) + 2]
    assert broken["table"].tolist() == ["parcels"]


@pytest.mark.parametrize("said", ["坐标系=80国家大地坐标系", "坐标系=北京54坐标系"])
def test_a_workspace_refuses_the_old_datums(tmp_path, said):
    put(tmp_path, "报备.txt", text(FIRST, SECOND).replace(HEAD[4], said))
    toml(tmp_path, PROJECT + SOURCE)
    with pytest.raises(WorkspaceError) as caught:
        prepare(str(tmp_path))
    assert [fault.kind for fault in caught.value.faults] == ["crs_unshiftable"]


def test_init_takes_the_file_for_the_parcels(tmp_path):
    put(tmp_path, "报备.txt", text(FIRST, SECOND).encode("gbk"))
    (found,) = recognise(tmp_path).tables
    assert found.table == "parcels"
    assert found.complete
    written = toml_of(recognise(tmp_path))
    assert 'path     = "inputs/报备.txt"' in written
    assert "CGCS2000 / 3-degree Gauss-Kruger zone 40" in written


words = st.text("甲乙J1,，@.0 9=[]［属性描述地块坐标］\r\n", max_size=30)


@some
@given(lines=st.lists(st.one_of(words, st.sampled_from([*HEAD, *FIRST, *SECOND])), max_size=30))
def test_whatever_lines_come_every_first_line_is_a_row_and_nothing_else_raises(lines):
    whole = "\n".join([HEAD[-1], *lines])
    starts = sum(
        one.rstrip().endswith(",@") for one in lines if "\n" not in one and "\r" not in one
    )
    with tempfile.TemporaryDirectory() as folder:
        path = put(Path(folder), "a.txt", whole)
        before = path.read_bytes()
        try:
            parcels, issues = lg.read_vector(path, crs=4528)
        except LandgovError:
            return
        finally:
            assert path.read_bytes() == before
        assert len(parcels) >= (starts if HEAD[0] not in lines else 0)
        missing = parcels.geometry.isna().sum()
        assert missing <= (issues["severity"] == "error").sum()
