"""The block of data in the page: what goes in comes out, and missing stays missing."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landgov.maps.blocks import data_block
from map_sample import district


def decoded(block: dict[str, Any]) -> list[shapely.Geometry]:
    """Read the flat arrays as the page does, written anew from their description."""
    steps = np.array(block["steps"], dtype=float).reshape(-1, 2).cumsum(axis=0) * block["step"]
    points, rings, parts = iter(steps), iter(block["rings"]), iter(block["parts"])
    shapes = []
    for polygons in block["shapes"]:
        pieces = []
        for _ in range(polygons):
            lines = [[next(points) for _ in range(next(rings))] for _ in range(next(parts))]
            pieces.append(shapely.Polygon(lines[0], lines[1:]))
        shapes.append(shapely.MultiPolygon(pieces))
    assert next(points, None) is None
    return shapes


SHAPES = st.sampled_from(
    [
        shapely.box(0, 0, 0.01, 0.02),
        shapely.box(0, 0, 0.03, 0.03).difference(shapely.box(0.01, 0.01, 0.02, 0.02)),
        shapely.MultiPolygon([shapely.box(0, 0, 0.01, 0.01), shapely.box(0.02, 0, 0.03, 0.01)]),
        shapely.Polygon(),
        shapely.Point(0, 0),
        None,
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SHAPES, st.floats(119, 121), st.floats(29, 31)), min_size=1, max_size=6))
def test_shapes_come_out_of_the_block_as_they_went_in(
    cases: list[tuple[shapely.Geometry | None, float, float]],
) -> None:
    moved = [
        None
        if shape is None
        else shapely.transform(shape, lambda p, x=x, y=y: p + np.array([x, y]))
        for shape, x, y in cases
    ]
    parcels = gpd.GeoDataFrame(
        index=[f"P{number}" for number in range(len(moved))], geometry=moved, crs=4490
    )
    for before, after in zip(moved, decoded(data_block((), parcels)), strict=True):
        if before is None or before.is_empty or before.geom_type == "Point":
            assert after.is_empty
        else:
            assert after.symmetric_difference(before).area < 1e-6 * before.length * 2


def test_missing_values_stay_missing_in_the_block() -> None:
    parcels = district(4)
    parcels["idle"] = "unknown"
    parcels["idle_from"] = pd.to_datetime(["2021-03-01", None, None, None])
    fields = {
        field["column"]: field
        for section in data_block((), parcels)["sections"]
        for field in section["fields"]
    }
    assert fields["tax_per_mu"]["values"] == [4.8, 4.8, 4.8, None]
    assert fields["idle_from"]["words"] == ["2021-03-01"]
    assert fields["idle_from"]["codes"] == [0, -1, -1, -1]


def fields_of(parcels: gpd.GeoDataFrame) -> dict[str, Any]:
    return {
        field["column"]: field
        for section in data_block((), parcels)["sections"]
        for field in section["fields"]
    }


def told(field: dict[str, Any], row: int) -> str | None:
    if "codes" not in field:
        return field["values"][row]
    return field["words"][field["codes"][row]] if field["codes"][row] >= 0 else None


def test_no_platform_is_told_from_a_platform_that_is_not_known() -> None:
    parcels = district(3)
    parcels["platform"] = ["滨海园", None, None]
    parcels["platform_level"] = ["national", None, None]
    parcels.loc["P00002", "geometry"] = None
    fields = fields_of(parcels)
    assert told(fields["platform"], 0) == "滨海园"
    assert told(fields["platform"], 1) == "无（不在任一平台或过半在外）"
    assert told(fields["platform_level"], 1) == "不适用"
    assert told(fields["platform"], 2) is None  # without a shape nobody knows
    parcels["platform"] = pd.Series([None] * 3, index=parcels.index, dtype=object)
    assert told(fields_of(parcels)["platform"], 1) is None  # nobody sent the platforms


def test_a_date_that_does_not_apply_is_told_from_one_that_is_missing() -> None:
    parcels = district(3)
    parcels["idle"] = ["not_started", "not_idle", "unknown"]
    parcels["idle_from"] = pd.to_datetime(["2021-03-01", None, None])
    parcels["pathway"] = ["upgrade", "keep", "unknown"]
    parcels["pathway_obstacles"] = ["", "", ""]
    fields = fields_of(parcels)
    assert [told(fields["idle_from"], row) for row in range(3)] == ["2021-03-01", "不适用", None]
    assert [told(fields["pathway_obstacles"], row) for row in range(3)] == ["无", "无", None]


def test_the_page_opens_on_the_parcels_that_lie_in_a_town() -> None:
    parcels = district(4)
    near = data_block((), parcels.iloc[:3])["bounds"]
    parcels.loc["P00003", "geometry"] = shapely.transform(
        parcels.loc["P00003", "geometry"], lambda points: points + 50_000.0
    )
    assert data_block((), parcels)["bounds"] != near
    parcels["town"] = parcels["town"].astype(object)
    parcels.loc["P00003", "town"] = None
    assert data_block((), parcels)["bounds"] == near
    parcels["town"] = None
    assert data_block((), parcels)["bounds"] != near
