"""A barrier along the contact of two parcels cuts it; one that only meets it does not."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely import LineString, box

import landgov as lg
from case import EAST, NORTH, Case
from landgov.contiguity import barriers_between

PAIRS = pd.DataFrame({"left": ["A"], "right": ["B"]})


def _two(gap: float = 0.0) -> gpd.GeoDataFrame:
    shapes = [box(0, 0, 10, 10), box(10 + gap, 0, 20 + gap, 10)]
    return gpd.GeoDataFrame(geometry=shapes, index=["A", "B"], crs=4549)


@pytest.mark.parametrize(
    ("barrier", "cuts"),
    [
        pytest.param(LineString([(10, -5), (10, 15)]), True, id="a river along the whole border"),
        pytest.param(LineString([(10, 0), (10, 5)]), True, id="along exactly half of it"),
        pytest.param(LineString([(10, 0), (10, 4.9)]), False, id="along less than half"),
        pytest.param(LineString([(-5, 5), (25, 5)]), False, id="a road straight across"),
        pytest.param(LineString([(12, -5), (12, 15)]), False, id="a river inside the neighbour"),
        pytest.param(box(9, -1, 11, 11), True, id="a strip of protected farmland"),
    ],
)
@pytest.mark.parametrize("gap", [0.0, 0.4])
def test_what_cuts_a_contact(barrier: shapely.Geometry, cuts: bool, gap: float) -> None:
    line = gpd.GeoDataFrame(geometry=[barrier], crs=4549)
    found = barriers_between(_two(gap), PAIRS, line)
    # A round end of a buffer adds a little to a half: only the exact half is sharp.
    assert found.notna().tolist() == [cuts]


def test_the_longer_of_two_barriers_is_named() -> None:
    lines = [LineString([(10, 0), (10, 6)]), LineString([(10, 0), (10, 10)])]
    barriers = gpd.GeoDataFrame(geometry=lines, index=["road", "river"], crs=4549)
    assert barriers_between(_two(), PAIRS, barriers).tolist() == ["river"]


def test_no_pairs_and_no_barriers_are_no_fault() -> None:
    none = gpd.GeoDataFrame(geometry=gpd.GeoSeries([], crs=4549))
    assert barriers_between(_two(), PAIRS, none).isna().all()
    assert len(barriers_between(_two(), PAIRS.head(0), none)) == 0


def test_layers_in_different_systems_are_refused() -> None:
    line = gpd.GeoDataFrame(geometry=[LineString([(10, 0), (10, 10)])], crs=4528)
    with pytest.raises(lg.LandgovError, match="different"):
        barriers_between(_two(), PAIRS, line)


@pytest.mark.parametrize(("crossable", "blocks"), [("是", 1), ("否", 2), ("", 2)])
def test_a_run_joins_across_a_barrier_only_if_it_can_be_crossed(
    tmp_path, crossable: str, blocks: int
) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"}, {"parcel_id": "P2"}, gap=0)
    river = LineString([(EAST + 100, NORTH - 9), (EAST + 100, NORTH + 109)])
    case.areas("barriers", {"kind": "河流", "crossable": crossable, "geometry": river})
    result = case.run()
    assert result.pairs["barrier"].tolist() == ["river"]
    assert result.parcels["block"].nunique() == blocks
