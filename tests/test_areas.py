"""Ellipsoidal areas against published figures, closed forms and geodesics."""

import math

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from landgov.areas import area_mu
from landgov.errors import LandgovError

CELL = shapely.box(120.868, 30.030, 120.870, 30.032)
PLOT = shapely.Polygon(
    [(120.868, 30.033), (120.8693, 30.0335), (120.8690, 30.0349), (120.8675, 30.0341)]
)
TRACT = shapely.Polygon([(120.6, 29.8), (120.75, 29.83), (120.72, 29.97), (120.58, 29.9)])


def m2(shapes, crs=4490):
    return (area_mu(gpd.GeoSeries(shapes, crs=crs)) * 2000 / 3).to_numpy()


def band_m2(crs, west, south, east, north):
    """Area of a latitude-longitude cell by the integral in closed form."""
    ellipsoid = CRS(crs).ellipsoid
    a, b = ellipsoid.semi_major_metre, ellipsoid.semi_minor_metre
    e = math.sqrt(1 - b**2 / a**2)

    def q(latitude):
        s = math.sin(math.radians(latitude))
        return s / (1 - e**2 * s**2) + math.atanh(e * s) / e

    return math.radians(east - west) * b**2 / 2 * (q(north) - q(south))


def test_the_cell_and_the_plot_have_the_areas_worked_out_by_the_circular():
    assert m2([CELL, PLOT]) == pytest.approx([42_769.858, 21_491.231], abs=6e-4)


@pytest.mark.parametrize("crs", [4490, 4610, 4214, 4326])
def test_a_large_cell_fits_the_closed_form_on_each_ellipsoid(crs):
    corners = (120.0, 29.5, 121.5, 30.5)
    assert m2([shapely.box(*corners)], crs)[0] == pytest.approx(band_m2(crs, *corners), rel=1e-11)


def test_a_large_tract_has_its_area_on_the_equal_area_map():
    # The formula's edges are straight on the cylindrical equal-area map: PROJ draws it.
    tract = gpd.GeoSeries([TRACT], crs=4490)
    equal_area = tract.to_crs("+proj=cea +ellps=GRS80 +lat_ts=30 +lon_0=120.7")
    assert m2([TRACT])[0] == pytest.approx(equal_area.area.iloc[0], rel=1e-9)


def test_a_large_tract_with_short_edges_has_its_geodesic_area():
    fine = shapely.segmentize(TRACT, 0.001)
    geodesic, _ = CRS(4490).get_geod().geometry_area_perimeter(fine)
    assert m2([fine])[0] == pytest.approx(abs(geodesic), rel=1e-8)


def test_a_plot_with_long_edges_differs_from_the_geodesic_by_one_part_in_a_million():
    geodesic, _ = CRS(4490).get_geod().geometry_area_perimeter(PLOT)
    assert abs(geodesic) == pytest.approx(21_491.255, abs=6e-4)
    assert m2([PLOT])[0] == pytest.approx(abs(geodesic), rel=1.5e-6)


@pytest.mark.parametrize("crs", [4549, 4528, 4548, 3857])
def test_the_projection_in_which_a_plot_is_stored_does_not_change_its_area(crs):
    stored = gpd.GeoSeries([CELL, PLOT], crs=4490 if crs != 3857 else 4326).to_crs(crs)
    assert area_mu(stored).to_numpy() == pytest.approx(
        area_mu(gpd.GeoSeries([CELL, PLOT], crs=4490)).to_numpy(), rel=2e-9
    )


def test_the_old_datum_is_kept_and_not_taken_for_the_new_one():
    corners = (120.868, 30.030, 120.870, 30.032)
    stored = gpd.GeoSeries([shapely.box(*corners)], crs=4610).to_crs(2385)
    found = area_mu(stored).iloc[0] * 2000 / 3
    assert found == pytest.approx(band_m2(4610, *corners), rel=1e-8)
    assert abs(found - band_m2(4490, *corners)) > 0.01


def test_holes_are_subtracted_and_parts_are_summed():
    hole = shapely.box(120.8685, 30.0305, 120.869, 30.031)
    ring = shapely.Polygon(CELL.exterior, [hole.exterior])
    island = shapely.box(120.8686, 30.0306, 120.8688, 30.0308)
    whole, cut, inner, both = m2([CELL, ring, hole, shapely.MultiPolygon([ring, island])])
    assert cut == pytest.approx(whole - inner, rel=1e-10)
    assert both == pytest.approx(cut + m2([island])[0], rel=1e-10)


def test_missing_empty_and_point_geometry_have_no_area_and_shift_no_other_row():
    shapes = [None, CELL, shapely.Polygon(), shapely.Point(120.868, 30.03), PLOT, None]
    found = area_mu(gpd.GeoSeries(shapes, crs=4490, index=list("abcdef")))
    assert found.notna().tolist() == [False, True, False, False, True, False]
    assert found["e"] * 2000 / 3 == pytest.approx(21_491.231, abs=6e-4)
    assert found.name == "area_mu"


def test_no_rows_give_no_rows():
    assert len(area_mu(gpd.GeoSeries([], crs=4549))) == 0
    assert area_mu(gpd.GeoSeries([None], crs=4549)).isna().all()


def test_heights_are_left_out():
    assert m2([shapely.force_3d(PLOT, 25.0)])[0] == m2([PLOT])[0]


def test_a_frame_gives_a_series_on_its_index_and_is_not_changed():
    frame = gpd.GeoDataFrame(index=["p2", "p1"], geometry=[CELL, PLOT], crs=4490)
    before = frame.copy()
    assert list(area_mu(frame).index) == ["p2", "p1"]
    assert before.equals(frame)


def test_parcels_without_a_crs_raise_and_the_call_that_mends_it_is_named():
    with pytest.raises(LandgovError, match="no CRS") as caught:
        area_mu(gpd.GeoSeries([CELL]))
    assert "set_crs" in (caught.value.do or "")


def test_a_local_grid_raises():
    local = CRS.from_wkt(
        'LOCAL_CS["site grid",LOCAL_DATUM["site",0],UNIT["metre",1],AXIS["X",EAST],AXIS["Y",NORTH]]'
    )
    with pytest.raises(LandgovError, match="site grid"):
        area_mu(gpd.GeoSeries([shapely.box(0, 0, 10, 10)], crs=local))


def test_eight_digit_eastings_under_a_label_without_prefix_raise():
    stored = gpd.GeoSeries([CELL], crs=4490).to_crs(4528).set_crs(4549, allow_override=True)
    with pytest.raises(LandgovError, match="lies within"):
        area_mu(stored)


def test_one_wild_parcel_among_good_ones_is_missing_alone():
    wild = shapely.box(4e7, 3.3e6, 4e7 + 10, 3.3e6 + 10)
    good = gpd.GeoSeries([CELL], crs=4490).to_crs(4549).iloc[0]
    found = area_mu(gpd.GeoSeries([wild, good], crs=4549))
    assert found.isna().tolist() == [True, False]


def test_many_parcels_are_measured_as_each_alone():
    stored = gpd.GeoSeries([CELL, PLOT], crs=4490).to_crs(4549)
    many = gpd.GeoSeries(np.tile(np.asarray(stored.array), 3_000), crs=4549)
    found = area_mu(many).to_numpy().reshape(-1, 2)
    assert (found == area_mu(stored).to_numpy()).all()


longitudes = st.floats(118.6, 121.4)
latitudes = st.floats(29.0, 31.0)
triangles = st.lists(st.tuples(longitudes, latitudes), min_size=3, max_size=3)


@settings(max_examples=60, deadline=None)
@given(triangles)
def test_the_direction_of_a_ring_does_not_matter(corners):
    onward, back = m2([shapely.Polygon(corners), shapely.Polygon(corners[::-1])])
    assert onward == pytest.approx(back, rel=1e-12, abs=1e-4)
    assert onward >= 0


@settings(max_examples=60, deadline=None)
@given(triangles, st.floats(0.01, 0.99))
def test_a_parcel_cut_in_two_has_the_land_of_its_two_halves(corners, at):
    first, second, third = (np.array(corner) for corner in corners)
    cut = first + at * (second - first)
    whole, left, right = m2(
        [
            shapely.Polygon([first, cut, second, third]),
            shapely.Polygon([first, cut, third]),
            shapely.Polygon([cut, second, third]),
        ]
    )
    # A degenerate triangle may turn the other way by a rounding: 1e-14 degrees times its length.
    assert left + right == pytest.approx(whole, rel=1e-9, abs=0.02)
