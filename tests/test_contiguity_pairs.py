"""Neighbours and facing lengths, worked by hand on a few metres of border."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import MultiPolygon, Polygon, box, segmentize
from shapely.affinity import translate

from contiguity_oracle import frame
from landgov.contiguity import neighbours
from landgov.errors import LandgovError

PLOT = box(0, 0, 10, 10)


def below(degrees, length=10.0):
    """Two borders of one length that part at (0, 0) under an angle: a floor, and a roof above."""
    turn = math.radians(degrees)
    end = (length * math.cos(turn), length * math.sin(turn))
    floor = box(0, -5, length, 0)
    return floor, Polygon([(0, 0), end, (end[0] - 20, end[1] + 20)])


def strip(west, wide):
    return box(west, 0, west + wide, 10)


ring = Polygon([(0, 0), (20, 0), (20, 20), (0, 20)], [[(5, 5), (15, 5), (15, 15), (5, 15)]])
corner = Polygon([(0, 0), (20, 0), (20, 10), (10, 10), (10, 20), (0, 20)])
halves = MultiPolygon([box(0, 0, 10, 10), box(20, 0, 30, 10)])
comb = Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10, 7), (12, 7), (12, 3), (10, 3)])

# first, second, gap allowed, facing metres (None: not a pair), distance
CASES = {
    "a shared side of 10 m faces over 10 m": (PLOT, box(10, 0, 20, 10), 0.5, 10, 0),
    "a shared side counts with no gap allowed": (PLOT, box(10, 0, 20, 10), 0, 10, 0),
    "a survey gap of 3 cm changes nothing": (PLOT, box(10.03, 0, 20, 10), 0.5, 10, 0.03),
    "a gap of exactly 0.5 m counts": (PLOT, box(10.5, 0, 20, 10), 0.5, 10, 0.5),
    "a gap of 0.501 m is too wide": (PLOT, box(10.501, 0, 20, 10), 0.5, None, None),
    "a gap of 3 cm is too wide where none is allowed": (PLOT, box(10.03, 0, 20, 10), 0, None, None),
    "exactly 1 m of border is enough": (PLOT, box(10, 9, 20, 19), 0.5, 1, 0),
    "0.99 m of border is not enough": (PLOT, box(10, 9.01, 20, 19), 0.5, None, None),
    "a shared corner is not a neighbour": (PLOT, box(10, 10, 20, 20), 0.5, None, None),
    "a corner is not a neighbour at a gap of 5 m": (PLOT, box(10, 10, 20, 20), 5, None, None),
    "corners 0.2 m apart have no round ends": (PLOT, box(10.1, 10.1, 20, 20), 0.5, None, None),
    "sides shifted by 4 m share 6 m": (PLOT, box(10.1, 4, 20, 14), 0.5, 6, 0.1),
    "half of a long side, with no corner there": (PLOT, box(10, -30, 40, 5), 0.5, 5, 0),
    "an island faces the whole rim of its hole": (ring, box(5, 5, 15, 15), 0.5, 40, 0),
    "an island 10 cm inside counts its own length": (ring, box(5.1, 5.1, 14.9, 14.9), 0.5, 39.2, 0.1),
    "both parts of a parcel count": (halves, box(10, 0, 20, 10), 0.5, 20, 0),
    "both arms of an L count": (corner, box(10, 10, 20, 20), 0.5, 20, 0),
    "a strip turns both sides, its neighbour one": (PLOT, strip(10, 0.2), 0.5, 10, 0),
    "the smaller direction is taken when the strip comes first": (
        strip(10, 0.2), PLOT, 0.5, 10, 0),
    "where two of its borders face the same metres, these count once": (
        PLOT, Polygon([(10, 0), (10.2, 4), (10.2, 10), (10, 6)]), 0.5, 10, 0),
    "a bay 2 m deep does not face at 0.5 m": (PLOT, comb, 0.5, 6, 0),
    "a bay 2 m deep faces at 2 m": (PLOT, comb, 2, 10, 0),
    "across a lane of 6 m at 6 m": (PLOT, box(16, 0, 30, 10), 6, 10, 6),
    "a wedge of 30° faces until it is 0.5 m wide": (*below(30), 0.5, 1, 0),
    "a wedge of 30° faces nothing where no gap is allowed": (*below(30), 0, None, None),
    "a wedge of exactly 45° counts": (*below(45), 1, math.sqrt(2), 0),
    "a wedge of 46° faces nothing": (*below(46), 1, None, None),
    "two islands of one parcel in another's holes, drawn the other way round": (
        ring.reverse(), box(5, 5, 15, 15).reverse(), 0.5, 40, 0),
}  # fmt: skip


@pytest.mark.parametrize("place", [(0, 0), (528_000, 3_321_000), (40_528_000, 3_321_000)])
@pytest.mark.parametrize(
    ("first", "second", "gap", "facing", "distance"),
    [pytest.param(*case, id=name) for name, case in CASES.items()],
)
def test_facing_worked_by_hand(first, second, gap, facing, distance, place):
    parcels = frame({"A": translate(first, *place), "B": translate(second, *place)})
    pairs = neighbours(parcels, max_gap_m=gap)
    if facing is None:
        assert pairs.empty
        return
    assert pairs[["left", "right", "kind"]].to_numpy().tolist() == [["A", "B", "facing"]]
    assert pairs["facing_m"].item() == pytest.approx(facing, abs=1e-6)
    assert pairs["distance_m"].item() == pytest.approx(distance, abs=1e-6)
    assert pairs["overlap_m2"].item() == 0


@pytest.mark.parametrize(
    ("second", "overlap", "facing", "kind"),
    [
        pytest.param(box(9, 0, 19, 10), 10, 2, "overlap", id="10 m² are an overlap"),
        pytest.param(box(9.9, 0, 19, 10), 1, 10.2, "overlap", id="exactly 1 m² is an overlap"),
        pytest.param(
            box(9.91, 0, 19, 10), 0.9, 10.18, "facing",
            id="0.9 m² is a survey fault: the sides face",
        ),
        pytest.param(box(3, 3, 7, 7), 16, 0, "overlap", id="a parcel inside another overlaps it"),
        pytest.param(PLOT, 100, 40, "overlap", id="a parcel drawn twice overlaps itself"),
        pytest.param(
            Polygon([(-5, 5), (5, -5), (15, 5), (5, 15)]), 100,
            8 * math.sqrt(0.5), "overlap", id="a diamond around a square: eight wedges of 45°",
        ),
    ],
)  # fmt: skip
def test_overlap_worked_by_hand(second, overlap, facing, kind):
    pairs = neighbours(frame({"A": PLOT, "B": second}))
    assert pairs["kind"].tolist() == [kind]
    assert pairs["overlap_m2"].item() == pytest.approx(overlap, abs=1e-9)
    assert pairs["facing_m"].item() == pytest.approx(facing, abs=1e-9)
    assert pairs["distance_m"].item() == 0


def test_the_least_overlap_is_a_setting():
    parcels = frame({"A": PLOT, "B": box(3, 3, 7, 7)})
    assert len(neighbours(parcels, min_overlap_m2=16)) == 1
    assert neighbours(parcels, min_overlap_m2=16.1).empty


def test_a_parcel_in_the_hole_overlaps_nothing_and_one_across_the_rim_does():
    parcels = frame({"A": ring, "B": box(6, 6, 14, 14), "C": box(4, 8, 8, 12)})
    pairs = neighbours(parcels, max_gap_m=0.5).set_index(["left", "right"])
    assert pairs["overlap_m2"].to_dict() == {("A", "C"): 4.0, ("B", "C"): 8.0}


def test_with_no_least_length_corners_are_given_as_touch():
    parcels = frame({"A": PLOT, "B": box(10, 10, 20, 20), "C": box(10, 0, 20, 10)})
    pairs = neighbours(parcels, max_gap_m=0, min_facing_m=0)
    assert pairs[["left", "right", "facing_m", "kind"]].to_numpy().tolist() == [
        ["A", "B", 0.0, "touch"],
        ["A", "C", 10.0, "facing"],
        ["B", "C", 10.0, "facing"],
    ]


def test_corners_across_a_gap_keep_their_true_distance():
    pairs = neighbours(frame({"A": PLOT, "B": box(10.3, 10.4, 20, 20)}), min_facing_m=0)
    assert pairs["distance_m"].item() == pytest.approx(0.5)
    assert pairs["kind"].item() == "touch"


def test_a_t_junction_without_a_node_gives_both_small_parcels_their_side():
    parcels = frame({"A": box(0, 0, 20, 10), "B": box(0, 10, 8, 20), "C": box(8, 10, 20, 20)})
    pairs = neighbours(parcels).set_index(["left", "right"])
    assert pairs["facing_m"].to_dict() == {("A", "B"): 8.0, ("A", "C"): 12.0, ("B", "C"): 10.0}


def test_more_points_on_the_border_change_nothing():
    shapes = {"A": PLOT, "B": box(10.1, 4, 20, 14)}
    dense = {"A": segmentize(PLOT, 0.7), "B": segmentize(shapes["B"], 0.9)}
    assert neighbours(frame(dense))["facing_m"].item() == pytest.approx(6)


def test_a_parcel_without_geometry_is_in_no_pair_and_harms_none():
    parcels = frame({"A": PLOT, "B": None, "C": Polygon(), "D": box(10, 0, 20, 10)})
    assert neighbours(parcels)[["left", "right"]].to_numpy().tolist() == [["A", "D"]]


@pytest.mark.parametrize(
    "parcels",
    [
        pytest.param(frame({}), id="no parcel"),
        pytest.param(frame({"A": PLOT}), id="one parcel"),
        pytest.param(frame({"A": None, "B": None}), id="no geometry at all"),
    ],
)
def test_no_pair_is_a_table_with_its_columns(parcels):
    pairs = neighbours(parcels)
    columns = ["left", "right", "distance_m", "facing_m", "overlap_m2", "kind"]
    assert (list(pairs.columns), len(pairs)) == (columns, 0)


def test_heights_are_no_part_of_it():
    high = Polygon([(10, 0, 90), (20, 0, 90), (20, 10, 91), (10, 10, 92)])
    assert neighbours(frame({"A": PLOT, "B": high}))["facing_m"].tolist() == [10.0]


@pytest.mark.parametrize(
    ("labels", "order"),
    [
        pytest.param([10, 9], [9, 10], id="numbers sort as numbers"),
        pytest.param(["10", "9"], ["10", "9"], id="texts sort as texts"),
        pytest.param(["9", 10], [10, "9"], id="a mixture sorts as text"),
    ],
)
def test_left_is_the_smaller_label(labels, order):
    shapes = [PLOT, box(10, 0, 20, 10)]
    for turned in (slice(None), slice(None, None, -1)):
        index = pd.Index(labels[turned], dtype=object if len({*map(type, labels)}) > 1 else None)
        pairs = neighbours(gpd.GeoDataFrame(geometry=shapes, index=index, crs=4549))
        assert [pairs["left"].item(), pairs["right"].item()] == order


def test_the_input_is_left_as_it_was():
    parcels = frame({"B": PLOT.reverse(), "A": box(10, 0, 20, 10)})
    before = parcels.copy(deep=True)
    neighbours(parcels)
    pd.testing.assert_frame_equal(parcels, before)
    assert parcels.geometry["B"].equals_exact(before.geometry["B"])


with np.errstate(invalid="ignore"):
    broken = Polygon([(0, 0), (np.nan, 1), (1, 1)])


def good():
    return frame({"A": PLOT, "B": box(10, 0, 20, 10)})


@pytest.mark.parametrize(
    ("parcels", "options", "says"),
    [
        pytest.param(good().set_axis(["A", "A"]), {}, ["repeated: A", "标识重复"], id="a label twice"),
        pytest.param(good().set_axis(["A", None]), {}, ["missing"], id="no label"),
        pytest.param(
            good().set_axis(pd.Index([1, "1"], dtype=object)), {}, ["repeated: 1"],
            id="two labels that read the same",
        ),
        pytest.param(
            good().set_axis(pd.MultiIndex.from_tuples([("A", 1), ("A", 2)])), {}, ["2 levels"],
            id="labels of two levels",
        ),
        pytest.param(
            good().set_crs(None, allow_override=True), {}, ["no CRS", "parcels.set_crs(4549)"],
            id="no CRS",
        ),
        pytest.param(
            gpd.GeoDataFrame(geometry=[box(120.8, 30, 120.81, 30.01)], crs=4490), {},
            ["degree", "parcels.to_crs(4549)", "120E", "需要米"], id="degrees at Shangyu",
        ),
        pytest.param(
            gpd.GeoDataFrame(geometry=[box(-75.1, 40, -75, 40.1)], crs=4326), {},
            ["parcels.to_crs(parcels.estimate_utm_crs())"], id="degrees in Philadelphia",
        ),
        pytest.param(
            gpd.GeoDataFrame(geometry=[box(2.6e6, 2e5, 2.7e6, 3e5)], crs=2272), {},
            ["US survey foot", "parcels.to_crs(parcels.estimate_utm_crs())"], id="US feet",
        ),
        pytest.param(
            frame({"A": PLOT, "B": PLOT.boundary}), {}, ["not polygons: B", "geom_type"],
            id="a line among the parcels",
        ),
        pytest.param(
            frame({"A": PLOT, "B": broken}), {},
            ["not numbers: B"], id="a coordinate that is not a number",
        ),
        pytest.param(good(), {"max_gap_m": -0.1}, ["max_gap_m is -0.1"], id="a negative gap"),
        pytest.param(good(), {"max_gap_m": math.inf}, ["max_gap_m is inf"], id="an endless gap"),
        pytest.param(good(), {"min_facing_m": math.nan}, ["min_facing_m is nan"], id="no number"),
    ],
)  # fmt: skip
def test_a_wrong_input_is_refused_in_words_that_mend_it(parcels, options, says):
    with pytest.raises(LandgovError) as fault:
        neighbours(parcels, **options)
    assert all(words in str(fault.value) for words in [*says, "  do: "])


def test_one_long_road_among_many_parcels_is_measured_against_each():
    east = np.arange(0.0, 20_000.0, 4.0)
    road = Polygon([*zip(east, 0 * east, strict=True), *zip(east[::-1], 0 * east - 6, strict=True)])
    plots = {f"P{number:04d}": box(20 * number, 0.1, 20 * number + 19, 40) for number in range(999)}
    pairs = neighbours(frame({"A road": road} | plots), max_gap_m=0.5)
    along = pairs[pairs["left"] == "A road"]
    assert len(along) == 999
    assert along["facing_m"].to_numpy() == pytest.approx(19)
