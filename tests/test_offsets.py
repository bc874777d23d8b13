"""The shift of Chinese web maps, there and exactly back, against published values."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from landgov.errors import LandgovError
from landgov.offsets import shift

VECTORS = (
    Path(__file__).resolve().parents[2] / "shared" / "real-data" / "vectors" / "gcj02_vectors.csv"
)
SHANGYU = (120.868, 30.033)


def moved(point, source, target):
    there = shift(shapely.Point(point), source=source, target=target)
    return there.x, there.y


@pytest.mark.parametrize(
    ("source", "target", "point", "result"),
    [
        ("WGS84", "GCJ02", (121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ("WGS84", "GCJ02", (113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ("WGS84", "GCJ02", (116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
        ("WGS84", "GCJ02", (116.404, 39.915), (116.41024449916938, 39.91640428150164)),
        ("GCJ02", "BD09", (116.404, 39.915), (116.41036949371029, 39.92133699351021)),
        ("WGS84", "GCJ02", SHANGYU, (120.87208096330018, 30.030384769680918)),
        ("WGS84", "BD09", SHANGYU, (120.87861016610428, 30.036350158877607)),
    ],
)
def test_published_points_are_met(source, target, point, result):
    assert moved(point, source, target) == pytest.approx(result, abs=1e-12, rel=0)
    assert moved(result, target, source) == pytest.approx(point, abs=1e-12, rel=0)


def test_the_published_one_step_inverse_of_bd09_is_met_within_its_own_error_of_6_cm():
    exact = moved((116.404, 39.915), "BD09", "GCJ02")
    one_step = (116.39762729119315, 39.90865673957631)
    _, _, metres = Geod(ellps="WGS84").inv(*exact, *one_step)
    assert metres < 0.3
    assert moved(exact, "GCJ02", "BD09") == pytest.approx((116.404, 39.915), abs=1e-12, rel=0)


def test_the_shift_at_shangyu_is_489_metres_and_bd09_is_1089_metres_off():
    geod = Geod(ellps="WGS84")
    azimuth, _, metres = geod.inv(*SHANGYU, *moved(SHANGYU, "WGS84", "GCJ02"))
    assert (round(metres), round(azimuth)) == (489, 126)
    assert round(geod.inv(*SHANGYU, *moved(SHANGYU, "WGS84", "BD09"))[2]) == 1089


@pytest.mark.real
@pytest.mark.skipif(not VECTORS.exists(), reason="the published vectors are not at hand")
def test_every_published_vector_at_hand_is_met():
    vectors = pd.read_csv(VECTORS)
    assert len(vectors)
    for row in vectors.itertuples():
        source, target = row[2], row[3]
        x, y = moved((row.lon_in, row.lat_in), source, target)
        # Published inverses are one step of the iteration: 0.8 m (GCJ-02), 0.3 m (BD-09).
        onward = (source, target) in {("WGS84", "GCJ02"), ("GCJ02", "BD09")}
        tolerance = 1e-9 if onward else 1e-5
        assert (x, y) == pytest.approx((row.lon_out, row.lat_out), abs=tolerance, rel=0)


@settings(max_examples=200, deadline=None)
@given(st.floats(75, 134), st.floats(5, 53), st.sampled_from(["GCJ02", "BD09"]))
def test_there_and_back_is_exact_within_china(longitude, latitude, system):
    assume(abs(longitude - 105) > 1e-9)
    there = moved((longitude, latitude), "WGS84", system)
    back = moved(there, system, "WGS84")
    assert back == pytest.approx((longitude, latitude), abs=1e-12, rel=0)


@pytest.mark.parametrize("beside", [0.0, 1e-13, -1e-12, 1e-10])
def test_on_the_meridian_105_where_the_formula_has_a_root_the_way_back_is_good_to_a_micrometre(
    beside,
):
    point = (105.0 + beside, 30.0)
    back = moved(moved(point, "WGS84", "BD09"), "BD09", "WGS84")
    assert back == pytest.approx(point, abs=9e-12, rel=0)


@pytest.mark.parametrize("point", [(139.7, 35.7), (72.0, 30.0), (100.0, 3.0), (-71.1, 42.4)])
@pytest.mark.parametrize("target", ["GCJ02", "BD09"])
def test_points_outside_china_stay_where_they_are(point, target):
    assert moved(point, "WGS84", target) == point
    assert moved(point, target, "WGS84") == point


def test_a_series_moves_as_its_shapes_one_by_one_and_keeps_index_gaps_and_label():
    shapes = [shapely.Point(SHANGYU), None, shapely.box(120.8, 30.0, 120.81, 30.01)]
    series = gpd.GeoSeries(shapes, index=["c", "a", "b"], crs=4490, name="plot")
    there = shift(series, source="GCJ02", target="WGS84")
    assert list(there.index) == ["c", "a", "b"]
    assert there.name == "plot"
    assert there.crs == series.crs
    assert there["a"] is None
    for label in ("c", "b"):
        assert there[label].equals(shift(series[label], source="GCJ02", target="WGS84"))
    assert series["c"].equals(shapes[0])


def test_a_frame_keeps_its_columns_and_its_geometry_column():
    frame = gpd.GeoDataFrame({"town": ["百官"]}, geometry=[shapely.Point(SHANGYU)], crs=4326)
    frame = frame.rename_geometry("site")
    there = shift(frame, source="WGS84", target="BD09")
    assert there["town"].tolist() == ["百官"]
    assert there.geometry.name == "site"
    assert there.crs == frame.crs
    assert (there.site.iloc[0].x, there.site.iloc[0].y) == moved(SHANGYU, "WGS84", "BD09")
    assert (frame.site.iloc[0].x, frame.site.iloc[0].y) == SHANGYU


def test_without_a_label_only_a_result_in_wgs84_gets_one():
    series = gpd.GeoSeries([shapely.Point(SHANGYU)])
    assert shift(series, source="GCJ02", target="WGS84").crs == "EPSG:4326"
    assert shift(series, source="WGS84", target="GCJ02").crs is None


def test_heights_are_kept_and_flat_shapes_stay_flat():
    shapes = np.array([shapely.Point(*SHANGYU, 12.5), shapely.Point(SHANGYU)])
    high, flat = shift(shapes, source="WGS84", target="GCJ02")
    assert high.z == 12.5
    assert not flat.has_z
    assert (high.x, high.y) == (flat.x, flat.y)
    assert shift(shapes[0], source="WGS84", target="GCJ02").z == 12.5


def test_one_system_to_itself_changes_nothing():
    plot = shapely.box(120.8, 30.0, 120.81, 30.01)
    assert shift(plot, source="GCJ02", target="gcj-02").equals_exact(plot, 0)


def test_the_result_of_a_point_does_not_depend_on_its_neighbours():
    points = shapely.points(np.linspace(75, 134, 101), np.linspace(5, 53, 101))
    together = shift(points, source="BD09", target="WGS84")
    alone = [shift(point, source="BD09", target="WGS84") for point in points]
    assert [point.wkb for point in together] == [point.wkb for point in alone]


def test_metres_are_refused():
    plot = gpd.GeoSeries([shapely.Point(583_723, 3_324_088)], crs=4549)
    with pytest.raises(LandgovError, match="not in degrees"):
        shift(plot, source="GCJ02", target="WGS84")
    with pytest.raises(LandgovError, match="no longitude and latitude"):
        shift(shapely.Point(583_723, 3_324_088), source="GCJ02", target="WGS84")


def test_an_unknown_system_is_refused():
    with pytest.raises(LandgovError, match="CGCS2000") as caught:
        shift(shapely.Point(SHANGYU), source="CGCS2000", target="GCJ02")
    assert "WGS84" in (caught.value.do or "")
