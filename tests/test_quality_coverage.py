"""Land that two parcels claim, and gaps between neighbours: each pair named, with its 亩."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landgov.quality.coverage import coverage_of, overlaps
from real_input import FOLDER
from shape_tables import LIMITS, at, covered, kinds, polygon, square

real = pytest.mark.skipif(not FOLDER.exists(), reason="files made by others are not here")


def box(west: float, south: float, east: float, north: float) -> shapely.Geometry:
    return at(shapely.box(west, south, east, north))


def mu(square_metres: float) -> Any:
    """亩 on the ellipsoid, which here has 0.17 in a thousand less than the map; 4 decimals."""
    return pytest.approx(square_metres * (1 - 0.17e-3) * 3 / 2000, rel=2e-5, abs=5.1e-5)


# ---- overlaps -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("height", "kind", "severity"),
    [(16.0, "overlap", "error"), (15.9375, "sliver_overlap", "note")],
    ids=["one square metre", "just less"],
)
def test_an_overlap_of_a_square_metre_is_an_error_and_a_smaller_one_a_note(
    height: float, kind: str, severity: str
):
    # 0.0625 m wide: binary fractions, so that the area is exact.
    _, issues = covered([box(0, 0, 20, height), box(19.9375, 0, 40, height)])
    assert kinds(issues) == [kind]
    found = issues.iloc[0]
    assert (found["key"], found["value"], found["row"]) == ("P0000", "P0001", 1)
    assert found["severity"] == severity
    assert float(found["before"]) == float(found["after"]) == mu(0.0625 * height)


def test_both_parcels_are_named_in_the_message_and_the_land_is_drawn():
    pieces, issues = covered([square(0, 0), square(8, 5)], ["B", "A"])
    found = issues.iloc[0]
    assert (found["key"], found["value"], found["row"]) == ("A", "B", 2)
    for words in (found["message"], found["message_en"]):
        assert "A" in words and "B" in words and found["before"] in words
    assert pieces[0].geometry.equals(box(8, 5, 10, 10))
    assert (pieces[0].layer, pieces[0].keys) == ("overlaps", "A、B")


def test_each_pair_is_an_issue_of_its_own():
    _, issues = covered([square(0, 0), square(8, 0), square(0, 8)])
    assert sorted(zip(issues["key"], issues["value"], strict=True)) == [
        ("P0000", "P0001"),
        ("P0000", "P0002"),
        ("P0001", "P0002"),
    ]
    assert issues["issue_id"].is_unique


@pytest.mark.parametrize(
    "shapes",
    [
        [square(0, 0), square(10, 0)],
        [square(0, 0), square(10, 10)],
        [box(0, 0, 10, 10), box(10, 0, 20, 5), box(10, 5, 20, 10)],
        [
            polygon((0, 0), (9, 0), (9, 9), (0, 9), holes=[[(2, 2), (2, 7), (7, 7), (7, 2)]]),
            box(2, 2, 7, 7),
        ],
        [square(0, 0), square(50, 50)],
        [square(0, 0), None],
    ],
    ids=["edge", "corner", "T-junction", "in the hole", "far", "missing"],
)
def test_neighbours_that_only_touch_are_no_issue(shapes: list[Any]):
    assert covered(shapes)[1].empty


def test_a_parcel_inside_another_overlaps_it():
    _, issues = covered([square(0, 0, 50.0), square(20, 20)])
    assert kinds(issues) == ["overlap"]
    assert float(issues["before"].iloc[0]) == mu(100)


def test_an_outline_of_a_thousand_corners_is_compared_as_well():
    turns = np.linspace(0, 2 * np.pi, 1200, endpoint=False)
    pond = polygon(*zip(500 + 400 * np.cos(turns), 500 + 400 * np.sin(turns), strict=True))
    shapes = [pond, square(500, 500), square(905, 500), box(895, 495, 902, 505)]
    _, issues = covered(shapes)
    pairs = set(zip(issues["key"], issues["value"], strict=True))
    assert {("P0000", "P0001"), ("P0000", "P0003")} <= pairs
    assert ("P0000", "P0002") not in pairs


def test_more_slivers_than_can_be_read_are_one_note_of_their_number_and_land():
    shapes = [box(20 * n, 0, 20 * n + 20.03125, 16) for n in range(13)]
    pieces, issues = covered(shapes)
    assert len(issues) == 1
    assert (issues["key"].iloc[0], issues["value"].iloc[0]) == ("", "12 对 pairs")
    assert float(issues["before"].iloc[0]) == mu(12 * 0.5)
    assert len(pieces) == 12
    assert len(covered(shapes[:11])[1]) == 10


# ---- the same shape ----------------------------------------------------------------


def test_one_shape_under_two_ids_is_named_on_both_and_is_no_overlap():
    shape = polygon((0, 0), (10, 0), (10, 10), (0, 10))
    again = polygon((10, 10), (10, 0), (5, 0), (0, 0), (0, 10))
    _, issues = covered([shape, again, square(30, 0)])
    assert kinds(issues) == ["identical_geometry"] * 2
    assert sorted(zip(issues["key"], issues["value"], strict=True)) == [
        ("P0000", "P0001"),
        ("P0001", "P0000"),
    ]
    assert float(issues["before"].iloc[0]) == mu(100)


def test_of_three_each_names_the_two_others():
    _, issues = covered([square(0, 0)] * 3)
    assert issues["value"].tolist() == ["P0001、P0002", "P0000、P0002", "P0000、P0001"]


@pytest.mark.parametrize(
    ("off", "kind"), [(0.0005, "identical_geometry"), (0.01, "overlap")], ids=["half a mm", "a cm"]
)
def test_a_shape_is_the_same_within_a_millimetre(off: float, kind: str):
    assert set(kinds(covered([square(0, 0, 50.0), square(off, 0, 50.0)])[1])) == {kind}


def test_rows_of_one_repeated_id_are_told_as_such_and_not_again():
    same = [square(0, 0), square(0, 0)]
    assert covered(same, ["A#1", "A#2"], contested=[True, True])[1].empty
    assert covered([square(0, 0), square(5, 0)], ["A#1", "A#2"], contested=[True, True])[1].empty
    # Two rows without any id are two parcels; and an id may well end in #1.
    assert len(covered(same, ["?#1", "?#2"], contested=[True, True])[1]) == 2
    assert len(covered(same, ["A#1", "A#2"])[1]) == 2


def test_a_shape_whose_repair_was_refused_claims_no_land():
    bow = polygon((0, 0), (100, 100), (100, 0), (0, 100))
    assert covered([bow, square(70, 40, 20.0)])[1].empty


# ---- gaps --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "seen"), [(0.03, True), (0.5, True), (0.51, False)], ids=["3 cm", "limit", "over it"]
)
def test_a_gap_is_no_wider_than_the_policy_says(width: float, seen: bool):
    pieces, issues = covered([box(0, 0, 20, 30), box(20 + width, 0, 40, 30)])
    assert kinds(issues) == (["coverage_gap"] if seen else [])
    if seen:
        assert (issues["key"].iloc[0], issues["value"].iloc[0]) == ("P0000", "P0001")
        assert float(issues["before"].iloc[0]) == mu(30 * width)
        assert issues["severity"].iloc[0] == "note"
        assert pieces[0].layer == "gaps"
        assert pieces[0].geometry.area == pytest.approx(30 * width, rel=1e-3)


def test_a_slit_between_parcels_that_share_their_ends_is_a_gap():
    bent = polygon((20, 0), (40, 0), (40, 30), (20, 30), (20.25, 29), (20.25, 1))
    pieces, issues = covered([box(0, 0, 20, 30), bent])
    assert kinds(issues) == ["coverage_gap"]
    assert float(issues["before"].iloc[0]) == mu(0.25 * 29)
    assert pieces[0].geometry.area == pytest.approx(0.25 * 29, abs=1e-3)


def test_land_of_a_third_parcel_is_no_gap():
    strip = box(20, 0, 20.25, 30)
    assert covered([box(0, 0, 20, 30), strip, box(20.25, 0, 40, 30)])[1].empty


def test_a_gap_among_three_parcels_counts_once():
    shapes = [box(0, 0, 20, 40), box(20.25, 0, 40, 20), box(20.25, 20, 40, 40)]
    pieces, issues = covered(shapes)
    assert len(pieces) == len(issues) == 1
    assert issues["value"].iloc[0] == "P0001、P0002"
    assert float(issues["before"].iloc[0]) == mu(0.25 * 40)


def test_more_gaps_than_can_be_read_are_one_note_of_their_number_and_land():
    pairs = [(box(x, 0, x + 20, 30), box(x + 20.25, 0, x + 40, 30)) for x in range(0, 1100, 100)]
    pieces, issues = covered(list(itertools.chain(*pairs)))
    assert issues["value"].tolist() == ["11 处 gaps"]
    assert float(issues["before"].iloc[0]) == mu(11 * 0.25 * 30)
    assert len(pieces) == 11


# ---- laws ------------------------------------------------------------------------

_CORNERS = st.tuples(st.integers(0, 30), st.integers(0, 30))


@st.composite
def _districts(draw: st.DrawFn) -> list[shapely.Geometry]:
    """Some boxes on a coarse grid, many of which touch, cover or repeat each other."""
    shapes = []
    for west, south in draw(st.lists(_CORNERS, min_size=2, max_size=9)):
        wide, high = draw(st.integers(1, 12)), draw(st.integers(1, 12))
        shape = shapely.box(west, south, west + wide, south + high)
        if draw(st.booleans()):
            shape = shapely.affinity.skew(shape, draw(st.sampled_from([0, 15, 45])))
        shapes.append(at(shape))
    return shapes


def _slow(shapes: list[shapely.Geometry]) -> dict[tuple[int, int], float]:
    """Land in common of every pair, one pair after the other."""
    pairs = itertools.combinations(range(len(shapes)), 2)
    found = {(i, j): shapes[i].intersection(shapes[j]).area for i, j in pairs}
    return {pair: area for pair, area in found.items() if area > 1e-6}


@settings(max_examples=200, deadline=None)
@given(_districts())
def test_the_pairs_are_those_of_a_plain_loop(shapes: list[shapely.Geometry]):
    wanted = _slow(shapes)
    few = replace(LIMITS, sliver_m2=0.0, gap_m=0.2)
    _, issues = covered(shapes, limits=few)
    overlapping = issues[issues["kind"] == "overlap"]
    found = {
        (int(one[1:]), int(other[1:])): float(land)
        for one, other, land in zip(
            overlapping["key"], overlapping["value"], overlapping["before"], strict=True
        )
    }
    same = {pair for pair in wanted if shapes[pair[0]].equals(shapes[pair[1]])}
    assert set(found) == set(wanted) - same
    for pair, land in found.items():
        assert land == mu(wanted[pair])
    named = issues[issues["kind"] == "identical_geometry"]
    assert {int(key[1:]) for key in named["key"]} == set(itertools.chain(*same))


@settings(max_examples=60, deadline=None)
@given(_districts(), st.randoms())
def test_the_order_of_rows_does_not_matter(shapes: list[Any], chance: Any):
    ids = [f"Q{n}" for n in range(len(shapes))]
    rows = list(zip(ids, shapes, strict=True))
    chance.shuffle(rows)
    before = [shapely.to_wkb(shape) for shape in shapes]
    one = covered(shapes, ids)[1].drop(columns="row")
    other = covered([shape for _, shape in rows], [name for name, _ in rows])[1]
    pd.testing.assert_frame_equal(one, other.drop(columns="row"))
    assert [shapely.to_wkb(shape) for shape in shapes] == before


def test_two_layers_of_tiles_overlap_everywhere_not_only_at_their_rim():
    lower = [square(10 * x, 10 * y) for x in range(4) for y in range(4)]
    upper = [
        box(10 * x + 5, 10 * y + 5, 10 * x + 15, 10 * y + 15) for x in range(3) for y in range(3)
    ]
    shapes = lower + upper
    _, issues = covered(shapes)
    assert len(issues[issues["kind"] == "overlap"]) == len(_slow(shapes)) == 9 * 4


# ---- districts made by others -------------------------------------------------------


@real
def test_cambridge_has_thirty_two_pairs_of_over_a_square_metre_and_two_inside_another():
    path = FOLDER / "parcels" / "ASSESSING_ParcelsFY2014.topojson"
    city = gpd.read_file(path).set_crs(4326, allow_override=True).to_crs(26986)
    shapes = list(city.geometry)
    _, issues = covered(shapes)
    wide = issues[issues["kind"] == "overlap"]
    repaired = [shapely.make_valid(shape, method="structure") for shape in shapes]
    pairs = [
        (repaired[int(one[1:])], repaired[int(other[1:])])
        for one, other in zip(wide["key"], wide["value"], strict=True)
    ]
    # 32 overlap; 2 more lie wholly inside another parcel, which `overlaps` does not call so.
    assert sum(a.overlaps(b) for a, b in pairs) == 32
    assert len(wide) == 34


@real
def test_philadelphia_has_409_overlapping_pairs():
    path = FOLDER / "parcels" / "philadelphia_vacant_land_2024-06.parquet"
    city = gpd.read_parquet(path).to_crs(26918)
    ids = [f"P{number:05d}" for number in range(len(city))]
    pieces, issues = covered(list(city.geometry), ids)
    pairs = {piece.keys for piece in pieces if piece.layer == "overlaps"}
    found = overlaps(coverage_of(shapely.make_valid(city.geometry.to_numpy()), LIMITS.gap_m))
    plain = {f"P{a:05d}、P{b:05d}" for a, b in zip(found.left, found.right, strict=True)}
    assert len(plain) == 409
    # The one invalid parcel overlapped its neighbour with nothing but a spike, which is off.
    assert plain - pairs == {"P23312、P23313"}
    assert not pairs - plain
    assert not len(issues[issues["kind"] == "overlap"])
