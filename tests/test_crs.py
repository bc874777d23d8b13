"""Which CRS may be worked in, which may be reached, and which the numbers refute."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from landgov.crs import coordinate_fault, refuse_unshiftable, transform, working_crs
from landgov.errors import LandgovError

XIAN_80_OF_A_PRJ_FILE = CRS.from_wkt(
    'PROJCS["Xian_1980_3_Degree_GK_Zone_40",GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980",'
    'SPHEROID["Xian_1980",6378140.0,298.257]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
    'PARAMETER["False_Easting",40500000.0],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",120.0],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
UNNAMED_KRASSOWSKY = CRS("+proj=tmerc +lon_0=120 +x_0=500000 +ellps=krass +units=m")
WITH_PARAMETERS = CRS("+proj=longlat +ellps=krass +towgs84=15,-150,-90,0,0,0,0")


@pytest.mark.parametrize(
    "value", [4549, "4549", "EPSG:4549", CRS(4549), 4528, 32651, 26986], ids=str
)
def test_projected_systems_in_metres_are_fit_to_work_in(value):
    assert working_crs(value) == CRS(value)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (4490, "not projected"),
        ("EPSG:4326", "not projected"),
        (2272, "US survey foot"),
        (3857, "web maps"),
        (999_999, "no CRS"),
        ("Shangyu", "no CRS"),
        ("", "no CRS"),
    ],
)
def test_what_is_not_fit_is_refused_and_the_line_to_write_is_given(value, word):
    with pytest.raises(LandgovError, match=word) as caught:
        working_crs(value)
    assert "crs = 4549" in (caught.value.do or "")
    assert caught.value.message_zh


@pytest.mark.parametrize(
    "old",
    [
        CRS(4610),
        CRS(2385),
        CRS(2364),
        CRS(4214),
        CRS(2437),
        CRS(4555),
        XIAN_80_OF_A_PRJ_FILE,
        UNNAMED_KRASSOWSKY,
    ],
    ids=lambda crs: crs.name,
)
@pytest.mark.parametrize("new", [4490, 4549, 4528, 4326])
def test_an_old_datum_is_never_taken_for_a_new_one(old, new):
    for source, target in ((old, CRS(new)), (CRS(new), old)):
        with pytest.raises(LandgovError, match="tens of metres") as caught:
            refuse_unshiftable(source, target)
        assert "towgs84" in (caught.value.do or "")


def test_the_two_old_datums_are_not_taken_for_each_other():
    with pytest.raises(LandgovError):
        refuse_unshiftable(CRS(4610), CRS(4214))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (CRS(2385), CRS(2364)),
        (CRS(4610), XIAN_80_OF_A_PRJ_FILE),
        (CRS(2437), UNNAMED_KRASSOWSKY),
        (CRS(4528), CRS(4549)),
        (CRS(4490), CRS(4326)),
        (CRS(2272), CRS(4326)),
        (WITH_PARAMETERS, CRS(4490)),
    ],
)
def test_one_datum_known_shifts_and_given_parameters_pass(source, target):
    refuse_unshiftable(source, target)


@pytest.mark.parametrize(
    ("longitude", "latitude", "east", "north"),
    [
        (120.868, 30.033, 583_723.978, 3_324_088.962),
        (120.5, 30.0, 548_243.449, 3_320_218.650),
        (121.1, 30.2, 605_924.679, 3_342_795.736),
        (120.0, 30.0, 500_000.000, 3_320_113.398),
    ],
)
def test_known_points_land_where_they_should_east_first(longitude, latitude, east, north):
    point = gpd.GeoSeries([shapely.Point(longitude, latitude)], crs=4490)
    plain = transform(point, CRS(4549)).iloc[0]
    assert (plain.x, plain.y) == pytest.approx((east, north), abs=6e-4)
    prefixed = transform(point, CRS(4528)).iloc[0]
    assert (prefixed.x, prefixed.y) == pytest.approx((east + 4e7, north), abs=6e-4)


def test_transform_keeps_index_missing_and_empty_geometry():
    plots = gpd.GeoSeries(
        [None, shapely.Point(120, 30), shapely.Polygon()], index=["c", "a", "b"], crs=4490
    )
    moved = transform(plots, CRS(4549))
    assert list(moved.index) == ["c", "a", "b"]
    assert moved["c"] is None
    assert moved["b"].is_empty
    assert moved.crs == CRS(4549)


def test_transform_names_the_parcel_that_has_no_image():
    plots = gpd.GeoSeries(
        [shapely.Point(583_723, 3_324_088), shapely.Point(40_583_723, 3_324_088)],
        index=["good", "bad"],
        crs=4549,
    )
    with pytest.raises(LandgovError, match="'bad'") as caught:
        transform(plots, CRS(4490))
    assert "4528" in (caught.value.do or "")


def test_transform_refuses_old_datums_and_geometry_without_crs():
    point = [shapely.Point(120.8, 30.0)]
    with pytest.raises(LandgovError, match="tens of metres"):
        transform(gpd.GeoSeries(point, crs=4610), CRS(4549))
    with pytest.raises(LandgovError, match="no CRS"):
        transform(gpd.GeoSeries(point), CRS(4549))


DEGREES = (120.6, 29.7, 121.15, 30.3)
DEGREES_SWAPPED = (29.7, 120.6, 30.3, 121.15)
PLAIN = (557_000, 3_286_000, 612_000, 3_360_000)
PLAIN_SWAPPED = (3_286_000, 557_000, 3_360_000, 612_000)
ZONE_40 = (40_557_000, 3_286_000, 40_612_000, 3_360_000)
ZONE_40_SWAPPED = (3_286_000, 40_557_000, 3_360_000, 40_612_000)
ZONE_21 = (21_260_000, 3_286_000, 21_320_000, 3_360_000)


@pytest.mark.parametrize(
    ("bounds", "crs", "kind", "do"),
    [
        (PLAIN, 4490, "not_degrees", "crs = 4549"),
        (ZONE_40, 4326, "not_degrees", "crs = 4528"),
        (ZONE_40, 4610, "not_degrees", "crs = 2364"),
        (DEGREES_SWAPPED, 4490, "axes_swapped", "X、Y"),
        (DEGREES, 4549, "looks_like_degrees", "crs = 4490"),
        (DEGREES_SWAPPED, 4549, "looks_like_degrees", "X、Y"),
        (DEGREES, 2272, "looks_like_degrees", "crs = 4490"),
        (ZONE_40, 4549, "zone_prefix", "crs = 4528"),
        (ZONE_40, 4548, "zone_prefix", "crs = 4528"),
        (ZONE_40, 2385, "zone_prefix", "crs = 2364"),
        (ZONE_21, 4510, "zone_prefix", "crs = 4499"),
        (PLAIN, 4528, "no_zone_prefix", "crs = 4549"),
        (PLAIN, 2364, "no_zone_prefix", "crs = 2385"),
        (PLAIN, 4499, "no_zone_prefix", "crs = 4510"),
        (ZONE_40, 4527, "wrong_zone", "crs = 4528"),
        (PLAIN_SWAPPED, 4549, "axes_swapped", "X、Y"),
        (ZONE_40_SWAPPED, 4528, "axes_swapped", "X、Y"),
        (ZONE_40_SWAPPED, 4549, "axes_swapped", "X、Y"),
    ],
)
def test_numbers_that_refute_the_label_are_named_with_the_mending_line(bounds, crs, kind, do):
    fault = coordinate_fault(bounds, CRS(crs))
    assert fault is not None
    assert fault.kind == kind
    assert do in fault.do
    assert fault.zh
    assert fault.en


@pytest.mark.parametrize(
    ("bounds", "crs"),
    [
        (DEGREES, 4490),
        (DEGREES, 4326),
        (PLAIN, 4549),
        (ZONE_40, 4528),
        (ZONE_21, 4499),
        ((270_000, 3_286_000, 330_000, 3_360_000), 32651),
        ((2_600_000, 200_000, 2_750_000, 310_000), 2272),
        ((230_000, 900_000, 236_000, 905_000), 26986),
        ((-71.2, 42.3, -71.0, 42.4), 4326),
        ((np.nan, np.nan, np.nan, np.nan), 4549),
    ],
)
def test_numbers_that_fit_the_label_are_let_through(bounds, crs):
    assert coordinate_fault(bounds, CRS(crs)) is None


@pytest.mark.parametrize(
    ("geographic", "first", "last"), [(4490, 25, 45), (4610, 25, 45), (4214, 25, 45)]
)
def test_every_proposed_number_is_the_zone_that_it_claims(geographic, first, last):
    """PROJ's own database is the oracle for the numbers that the advice is made from."""
    for zone in range(first, last + 1):
        bounds = (zone * 1e6 + 480_000, 3.0e6, zone * 1e6 + 510_000, 3.1e6)
        fault = coordinate_fault(bounds, CRS(geographic))
        assert fault is not None
        proposed = CRS(int(fault.do.removeprefix("crs = ")))
        grid = {item.name: item.value for item in proposed.coordinate_operation.params}
        assert grid["False easting"] == zone * 1e6 + 500_000
        assert grid["Longitude of natural origin"] == zone * 3
        assert proposed.geodetic_crs.datum == CRS(geographic).datum
        plain = coordinate_fault((480_000, 3.0e6, 510_000, 3.1e6), proposed)
        assert plain is not None
        without = CRS(int(plain.do.removeprefix("crs = ")))
        grid = {item.name: item.value for item in without.coordinate_operation.params}
        assert grid["False easting"] == 500_000
        assert grid["Longitude of natural origin"] == zone * 3
        assert without.geodetic_crs.datum == CRS(geographic).datum


@pytest.mark.parametrize("geographic", [4490, 4610, 4214])
def test_every_proposed_number_of_a_6_degree_zone_is_that_zone(geographic):
    for zone in range(13, 24):
        bounds = (zone * 1e6 + 480_000, 3.0e6, zone * 1e6 + 510_000, 3.1e6)
        fault = coordinate_fault(bounds, CRS(geographic))
        assert fault is not None
        proposed = CRS(int(fault.do.removeprefix("crs = ")))
        grid = {item.name: item.value for item in proposed.coordinate_operation.params}
        assert grid["False easting"] == zone * 1e6 + 500_000
        plain = coordinate_fault((480_000, 3.0e6, 510_000, 3.1e6), proposed)
        assert plain is not None
        without = CRS(int(plain.do.removeprefix("crs = ")))
        grid = {item.name: item.value for item in without.coordinate_operation.params}
        assert grid["False easting"] == 500_000
        assert grid["Longitude of natural origin"] == zone * 6 - 3
        assert without.geodetic_crs.datum == CRS(geographic).datum


@settings(max_examples=50, deadline=None)
@given(st.floats(118.6, 121.4), st.floats(20, 45))
def test_a_plot_in_the_zone_is_never_called_at_fault_and_returns_where_it_was(longitude, latitude):
    plot = gpd.GeoSeries([shapely.box(longitude, latitude, longitude + 0.01, latitude + 0.01)])
    plot = plot.set_crs(4490)
    for code in (4549, 4528):
        moved = transform(plot, CRS(code))
        assert coordinate_fault(moved.total_bounds, CRS(code)) is None
        back = transform(moved, CRS(4490))
        assert shapely.equals_exact(back.array, plot.array, tolerance=1e-9).all()
