"""Pairs against slow plain ways, on random fabrics; and what must never change them."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from contiguity_oracle import FABRICS, fabric, facing_by_points, pairs_by_hand
from landgov.contiguity import blocks, neighbours

seeds = st.integers(0, 2**32 - 1)
kinds = st.sampled_from(sorted(FABRICS))
gaps = st.floats(0.05, 3.0)
# The same examples each time: a red run is then a change of the code, never of the dice.
some = settings(max_examples=60, deadline=None, derandomize=True)


def as_rows(pairs):
    return {
        (row.left, row.right): (row.distance_m, row.facing_m, row.overlap_m2, row.kind)
        for row in pairs.itertuples()
    }


def assert_same(rows, expected, *, within=1e-6):
    assert sorted(rows) == sorted(expected)
    for pair, (distance, facing, overlap, kind) in expected.items():
        assert rows[pair][0] == pytest.approx(distance, abs=within), (pair, "distance")
        assert rows[pair][1] == pytest.approx(facing, abs=within), (pair, "facing")
        assert rows[pair][2] == pytest.approx(overlap, abs=1e-5), (pair, "overlap")
        assert rows[pair][3] == kind, pair


@some
@given(kinds, seeds, gaps)
def test_every_pair_is_what_the_pair_by_pair_way_finds(kind, seed, gap):
    parcels = fabric(kind, seed)
    found = neighbours(parcels, max_gap_m=gap)
    expected = pairs_by_hand(parcels, gap=gap, min_facing=1.0, min_overlap=1.0)
    assert_same(as_rows(found), expected)


@some
@given(kinds, seeds, gaps)
def test_with_no_least_length_every_pair_within_the_gap_is_found(kind, seed, gap):
    parcels = fabric(kind, seed)
    found = neighbours(parcels, max_gap_m=gap, min_facing_m=0)
    near = [
        (left, right)
        for left in parcels.index
        for right in parcels.index
        if left < right and parcels.geometry[left].distance(parcels.geometry[right]) <= gap
    ]
    assert sorted(as_rows(found)) == sorted(near)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(kinds, seeds, st.floats(1.5, 3.0))
def test_facing_is_what_points_a_centimetre_apart_count(kind, seed, gap):
    parcels = fabric(kind, seed, count=6)
    found = neighbours(parcels, max_gap_m=gap, min_facing_m=0)
    assert len(found) > 0
    for row in found.itertuples():
        shapes = parcels.geometry[row.left], parcels.geometry[row.right]
        ends = 0.01 * sum(shapely.get_num_coordinates(shape) for shape in shapes)
        assert row.facing_m == pytest.approx(facing_by_points(*shapes, gap), abs=ends)


@some
@given(st.sampled_from(["grid", "voronoi", "bricks"]), seeds)
def test_with_no_gap_and_no_least_length_the_pairs_are_queen_and_rook(kind, seed):
    parcels = fabric(kind, seed, count=20, turned=kind != "bricks")  # joints fall between nodes
    found = neighbours(parcels, max_gap_m=0, min_facing_m=0)
    queen, rook = [], []
    for left, right in itertools.combinations(sorted(parcels.index), 2):
        one, other = parcels.geometry[left], parcels.geometry[right]
        if one.intersects(other):
            queen.append((left, right))
            if one.boundary.intersection(other.boundary).length > 0:
                rook.append((left, right))
    assert sorted(as_rows(found)) == sorted(queen)
    assert sorted(as_rows(found[found["facing_m"] > 0])) == sorted(rook)


@some
@given(kinds, seeds, gaps, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing_at_all(kind, seed, gap, random):
    parcels = fabric(kind, seed)
    order = random.sample(range(len(parcels)), len(parcels))
    shuffled = parcels.iloc[order]
    pairs, others = (neighbours(rows, max_gap_m=gap) for rows in (parcels, shuffled))
    pd.testing.assert_frame_equal(pairs, others, check_exact=True)
    some_pairs = pairs.sample(frac=0.5, random_state=0)
    names = blocks(parcels.index, some_pairs)
    pd.testing.assert_series_equal(names, blocks(shuffled.index, some_pairs)[parcels.index])


@some
@given(kinds, seeds, gaps, st.floats(0, 360), st.floats(-1000, 1000), st.floats(-1000, 1000))
def test_turning_and_moving_the_map_changes_no_length(kind, seed, gap, angle, east, north):
    parcels = fabric(kind, seed)
    moved = parcels.set_geometry(
        parcels.geometry.rotate(angle, origin=(0, 0)).translate(east, north)
    )
    pairs, others = (neighbours(rows, max_gap_m=gap, min_facing_m=0) for rows in (parcels, moved))
    assert_same(as_rows(others), as_rows(pairs))


@some
@given(kinds, seeds, gaps)
def test_labels_turned_round_give_the_same_pairs_from_the_other_side(kind, seed, gap):
    parcels = fabric(kind, seed)
    turned = parcels.set_axis([f"Q{999 - int(label[1:]):03d}" for label in parcels.index])
    back = dict(zip(turned.index, parcels.index, strict=True))
    rows = {
        tuple(sorted((back[left], back[right]))): row
        for (left, right), row in as_rows(neighbours(turned, max_gap_m=gap)).items()
    }
    assert_same(rows, as_rows(neighbours(parcels, max_gap_m=gap)), within=1e-9)


@some
@given(st.sampled_from(["grid", "bricks", "gaps", "holes"]), seeds, gaps)
def test_more_points_on_a_border_change_no_length(kind, seed, gap):
    parcels = fabric(kind, seed)
    dense = parcels.set_geometry(parcels.geometry.segmentize(1.7))
    pairs, others = (neighbours(rows, max_gap_m=gap, min_facing_m=0) for rows in (parcels, dense))
    # A foot that falls on the joint of two pieces is on both: nothing is lost between them.
    assert_same(as_rows(others), as_rows(pairs))


@some
@given(kinds, seeds, gaps, st.floats(1.0, 2.0))
def test_a_wider_gap_never_loses_a_pair_and_never_shortens_what_faces(kind, seed, gap, factor):
    parcels = fabric(kind, seed)
    narrow = neighbours(parcels, max_gap_m=gap, min_facing_m=0).set_index(["left", "right"])
    wide = neighbours(parcels, max_gap_m=gap * factor, min_facing_m=0).set_index(["left", "right"])
    assert narrow.index.isin(wide.index).all()
    assert (wide["facing_m"].loc[narrow.index] >= narrow["facing_m"] - 1e-6).all()


def test_the_fabrics_hold_every_kind_of_pair():
    kinds = set()
    for name in FABRICS:
        for seed in range(5):
            kinds |= set(neighbours(fabric(name, seed), min_facing_m=0)["kind"])
    assert kinds == {"facing", "overlap", "touch"}


@pytest.mark.parametrize("offset", [(500_000, 3_300_000), (40_500_000, 3_300_000)])
@pytest.mark.parametrize("kind", ["grid", "voronoi", "bricks"])
def test_a_shared_border_is_found_at_real_coordinates_with_no_gap_allowed(kind, offset):
    parcels = fabric(kind, 7, count=30)
    moved = parcels.set_geometry(parcels.geometry.translate(*offset))
    here, there = (neighbours(rows, max_gap_m=0, min_facing_m=0) for rows in (parcels, moved))
    assert_same(as_rows(there), as_rows(here), within=1e-6)
    assert np.count_nonzero(here["facing_m"] > 0) > 30
