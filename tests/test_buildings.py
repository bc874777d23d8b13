"""Buildings on parcels, worked by hand."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from case import EAST, NORTH, Case
from landgov.policies import load_policy
from landgov.register.buildings import buildings_on_parcels, counted_floor_area

LINE = load_policy("shangyu-2021-86", on=date(2022, 12, 31))["double_storey_height"]
LAND = gpd.GeoDataFrame(
    geometry=[shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100), None],
    index=["P1", "P2", "P3"],
    crs=4549,
)


def building(shape: shapely.Geometry, **facts: float) -> gpd.GeoDataFrame:
    """One building."""
    known = {"floor_area_m2": np.nan, "floors": np.nan, "height_m": np.nan} | facts
    return gpd.GeoDataFrame([known], geometry=[shape], crs=4549)


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({"floor_area_m2": 500.0}, 500.0),
        ({"floor_area_m2": 500.0, "floors": 1, "height_m": 8.0}, 500.0),  # 超过 excludes 8
        ({"floor_area_m2": 500.0, "floors": 1, "height_m": 8.01}, 1000.0),
        ({"floor_area_m2": 500.0, "floors": 2, "height_m": 16.0}, 500.0),
        ({"floor_area_m2": 500.0, "floors": 2, "height_m": 17.0}, 1000.0),
        ({"floor_area_m2": 500.0, "height_m": 12.0}, 500.0),  # how many floors is not known
        ({"floors": 3, "height_m": 12.0}, 300.0),  # 100 m2 of footprint on three floors
        ({"height_m": 12.0}, np.nan),
    ],
)
def test_a_storey_over_eight_metres_counts_double(facts: dict[str, float], wanted: float) -> None:
    found = counted_floor_area(building(shapely.box(10, 10, 20, 20), **facts), LINE)
    assert found.iloc[0] == pytest.approx(wanted, nan_ok=True)


def test_a_building_across_a_line_is_shared_by_area() -> None:
    # 20 m by 10 m, three quarters of it on P1.
    found = buildings_on_parcels(
        LAND, building(shapely.box(85, 0, 105, 10), floor_area_m2=400.0), LINE
    )
    assert found["footprint_m2"].tolist()[:2] == [150.0, 50.0]
    assert found["counted_floor_m2"].tolist()[:2] == [300.0, 100.0]
    assert found["building_density"].tolist()[:2] == [0.015, 0.005]
    assert found.loc["P3"].isna().all()


def test_a_building_of_unknown_floor_area_leaves_its_parcel_unknown_and_no_other() -> None:
    two = pd.concat(
        [building(shapely.box(0, 0, 10, 10)), building(shapely.box(110, 0, 120, 10), floors=2)],
        ignore_index=True,
    )
    found = buildings_on_parcels(LAND, two, LINE)
    assert np.isnan(found.loc["P1", "counted_floor_m2"]) and found.loc["P1", "footprint_m2"] == 100
    assert found.loc["P2", "counted_floor_m2"] == 200


def test_one_that_only_touches_a_parcel_does_not_stand_on_it() -> None:
    found = buildings_on_parcels(LAND, building(shapely.box(200, 0, 210, 10), floors=1), LINE)
    assert found["building_count"].fillna(0).tolist() == [0, 0, 0]


def test_a_building_used_by_nobody_on_the_list_is_told(tmp_path):
    case = Case(tmp_path).parcels({"parcel_id": "A"})
    case.table("enterprises", {"enterprise_id": "E1", "name": "甲"})
    shape = shapely.box(EAST, NORTH, EAST + 10, NORTH + 10)
    case.areas("buildings", {"building_id": "1", "enterprise_id": "E9", "geometry": shape})
    issues = case.run().issues
    told = issues[issues["kind"].eq("unknown_reference")]
    assert told[["table", "field", "value"]].to_numpy().tolist() == [
        ["buildings", "enterprise_id", "E9"]
    ]


def test_floor_area_without_a_building_leaves_the_density_unknown(tmp_path):
    """The layer lacks the building of P1; P2 reports none, P3 has one of 400 m² on 10,000."""
    case = Case(tmp_path)
    case.parcels(
        {"parcel_id": "P1", "floor_area_m2": 5000},
        {"parcel_id": "P2", "floor_area_m2": 0},
        {"parcel_id": "P3", "floor_area_m2": 5000},
    )
    east = EAST + 2 * 150
    shape = shapely.box(east + 10, NORTH + 10, east + 30, NORTH + 30)
    case.areas("buildings", {"building_id": "B1", "geometry": shape})
    density = case.run().parcels["building_density"]
    assert pd.isna(density["P1"])
    assert density["P2"] == 0
    assert density["P3"] == pytest.approx(0.04, rel=1e-3)
