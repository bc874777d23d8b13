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
    parcels["idle_from"] = pd.to_datetime(["2021-03-01", None, None, None])
    fields = {
        field["column"]: field
        for section in data_block((), parcels)["sections"]
        for field in section["fields"]
    }
    assert fields["tax_per_mu"]["values"] == [4.8, 4.8, 4.8, None]
    assert fields["idle_from"]["words"] == ["2021-03-01"]
    assert fields["idle_from"]["codes"] == [0, -1, -1, -1]
