"""Containment by bunch and by grid: the same as asking for every pair, whatever lies where."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landgov.register import containment
from landgov.register.containment import areas_inside, points_in, points_in_or_near


def plots_at(random: np.random.Generator, count: int, reach: float) -> np.ndarray:
    """Lots of many sizes, some in two parts, some missing or empty, one far away."""
    at = random.uniform(0, reach, (count, 2)).round(random.integers(0, 3))
    wide = random.choice([1.0, 7.0, 30.0], (count, 2))
    plots = shapely.box(*at.T, *(at + wide).T).astype(object)
    for place in random.integers(0, count, 4):
        far = shapely.box(*(at[place] + 40), *(at[place] + 43))
        plots[place] = shapely.union(plots[place], far)
    plots[random.integers(0, count)] = None
    plots[random.integers(0, count)] = shapely.Polygon()
    if random.random() < 0.3:
        plots[random.integers(0, count)] = shapely.box(1e7, 1e7, 1e7 + 5, 1e7 + 5)
    return plots


def zones_at(random: np.random.Generator, reach: float) -> np.ndarray:
    """Areas with a hole, in two parts, overlapping, with many corners, missing and empty."""
    half = reach / 2
    disc = shapely.Point(half, half).buffer(reach / 3, quad_segs=200)
    ring = shapely.box(0, 0, half, reach).difference(shapely.box(half / 3, 20, half / 2, half))
    parts = shapely.union(shapely.box(half, 0, reach, half / 2), shapely.box(half, half, reach, 80))
    zones = np.array([disc, ring, parts, None, shapely.Polygon(), disc], dtype=object)
    return zones[random.permutation(len(zones))]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(5, 150), st.sampled_from([60.0, 300.0, 2000.0]))
def test_areas_are_those_of_every_pair_by_itself(seed: int, count: int, reach: float) -> None:
    random = np.random.default_rng(seed)
    plots, zones = plots_at(random, count, reach), zones_at(random, reach)
    plot, zone, inside = areas_inside(plots, zones)
    ours = dict(zip(zip(plot.tolist(), zone.tolist(), strict=True), inside, strict=True))
    assert len(ours) == len(plot)
    assert list(ours) == sorted(ours)
    for p, parcel in enumerate(plots):
        for z, area in enumerate(zones):
            plain = 0.0 if parcel is None or area is None else parcel.intersection(area).area
            assert ours.get((p, z), 0.0) == pytest.approx(plain, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(5, 150), st.sampled_from([60.0, 300.0, 2000.0]))
def test_points_and_their_nearest_are_those_of_every_pair_by_itself(
    seed: int, count: int, reach: float
) -> None:
    random = np.random.default_rng(seed)
    plots = plots_at(random, count, reach)
    # Some points are corners of parcels or lie on their borders.
    corners = shapely.get_coordinates(plots[:10])
    edges = np.concatenate([corners, (corners + np.roll(corners, 1, axis=0)) / 2])
    at = np.concatenate([random.uniform(-20, reach + 20, (60, 2)), edges, [[1e9, -1e9]]])
    points = shapely.points(at).astype(object)
    points[3], points[5] = None, shapely.Point()
    point, plot, away = points_in_or_near(plots, points, 9.0)
    plain = []
    for n, one in enumerate(points):
        if one is None or one.is_empty:
            continue
        apart = [(m, one.distance(p)) for m, p in enumerate(plots) if p is not None and p]
        least = min(distance for _, distance in apart)
        if least <= 9.0:
            plain += [(n, m, distance) for m, distance in apart if distance == least]
    assert list(zip(point.tolist(), plot.tolist(), away.tolist(), strict=True)) == plain
    inside = [(n, m) for n, m, distance in plain if distance == 0]
    assert list(zip(*(found.tolist() for found in points_in(plots, points)), strict=True)) == inside


def test_a_parcel_far_off_does_not_make_the_grid_useless() -> None:
    """One lot in another zone's coordinates: every point would fall into one cell."""
    step = np.arange(100) * 10.0
    plots = np.append(shapely.box(step, 0, step + 10, 10), shapely.box(1e8, 1e8, 1e8 + 1, 1e8 + 1))
    points = shapely.points(np.linspace(0.5, 999.5, 1000), np.full(1000, 5.0))
    point, plot = points_in(plots, points)
    asked = shapely.intersects(points[:, None], plots[None, :])
    assert np.array_equal(np.stack([point, plot], axis=1), np.argwhere(asked))


def test_the_grid_and_the_tree_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    plots = plots_at(random, 400, 300.0)
    points = shapely.points(random.uniform(0, 300, (500, 2)).round(0))
    monkeypatch.setattr(containment, "_CROWDED", 10**6)
    by_grid = points_in(plots, points)
    monkeypatch.setattr(containment, "_CROWDED", 0)
    by_tree = points_in(plots, points)
    assert len(by_grid[0]) > 300
    assert all(np.array_equal(a, b) for a, b in zip(by_grid, by_tree, strict=True))


def test_nothing_gives_nothing() -> None:
    none = np.zeros(0, dtype=object)
    plots = np.array([shapely.box(0, 0, 1, 1)], dtype=object)
    assert [len(found) for found in points_in(none, shapely.points([[0, 0]]))] == [0, 0]
    assert [len(found) for found in points_in(plots, none)] == [0, 0]
    assert [len(found) for found in areas_inside(none, plots)] == [0, 0, 0]
    assert [len(found) for found in areas_inside(plots, none)] == [0, 0, 0]
    assert [len(found) for found in points_in_or_near(none, none, 5.0)] == [0, 0, 0]


def test_the_areas_that_were_given_stay_as_they_were() -> None:
    zone = shapely.box(0, 0, 5, 5)
    zones = np.array([zone, zone], dtype=object)
    areas_inside(np.array([shapely.box(4, 4, 6, 6)], dtype=object), zones)
    assert not shapely.is_prepared(zone)
