"""Towns, platforms and points: the same as asking GEOS for every pair, one by one."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from landgov.register.containment import points_in
from landgov.register.places import assign_platforms, assign_towns, shares

AS_OF = date(2022, 12, 31)


def plain_shares(
    parcels: list[BaseGeometry | None], areas: list[BaseGeometry]
) -> dict[tuple[int, int], float]:
    """Area of every parcel in every area, pair by pair."""
    found = {}
    for p, parcel in enumerate(parcels):
        for a, area in enumerate(areas):
            if parcel is not None and (inside := parcel.intersection(area).area) > 0:
                found[p, a] = inside
    return found


@st.composite
def fabrics(draw: st.DrawFn) -> tuple[list[BaseGeometry | None], list[BaseGeometry]]:
    """Parcels on, beside and across the borders of areas with holes, parts and overlaps."""
    turn = draw(st.sampled_from([0.0, 17.0, 45.0]))
    step = draw(st.sampled_from([10.0, 7.3]))
    boxes: list[BaseGeometry | None] = [
        shapely.box(step * i, step * j, step * i + w, step * j + w)
        for i in range(6)
        for j in range(6)
        for w in [draw(st.sampled_from([step, step - 1, 3.0]))]
    ]
    gone = draw(st.lists(st.integers(0, 35), max_size=3))
    for place in gone:
        boxes[place] = None
    west = shapely.box(0, 0, 30, 60)
    areas: list[BaseGeometry] = [
        west.difference(shapely.box(8, 8, 22, 21)),
        shapely.union(shapely.box(30, 0, 60, 30), shapely.box(35, 40, 50, 60)),
        shapely.box(draw(st.integers(0, 40)), 0, 55, draw(st.integers(20, 60))),
    ]
    spin = [None if b is None else shapely.affinity.rotate(b, turn, (0, 0)) for b in boxes]
    return spin, [shapely.affinity.rotate(area, turn, (0, 0)) for area in areas]


def frame(shapes: list[BaseGeometry | None], names: list[str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(index=names, geometry=list(shapes), crs=4549)


@settings(max_examples=60, deadline=None)
@given(fabrics())
def test_shares_are_those_of_every_pair_by_itself(fabric) -> None:  # type: ignore[no-untyped-def]
    parcels, areas = fabric
    names = [f"P{n}" for n in range(len(parcels))]
    found = shares(frame(parcels, names), frame(areas, ["T1", "T2", "T3"]))
    plain = plain_shares(parcels, areas)
    ours = {(r.parcel, r.area): r.inside_m2 for r in found.to_records()}
    # Two ways of cutting may differ about contact along a border: by nothing that is land.
    for pair in set(plain) | set(ours):
        assert ours.get(pair, 0.0) == pytest.approx(plain.get(pair, 0.0), abs=2e-7)
    assert found["parcel"].is_monotonic_increasing


@settings(max_examples=60, deadline=None)
@given(fabrics())
def test_the_town_is_that_with_the_largest_share_and_of_equals_the_smaller_code(fabric) -> None:  # type: ignore[no-untyped-def]
    parcels, areas = fabric
    codes = ["330604003", "330604001", "330604002"]
    names = [f"P{n}" for n in range(len(parcels))]
    town, _ = assign_towns(frame(parcels, names), frame(areas, codes))
    plain = plain_shares(parcels, areas)
    for p, parcel in enumerate(parcels):
        mine = {
            a: plain[p, a]
            for a in range(3)
            if plain.get((p, a), 0) > 1e-9 * (parcel.area if parcel else 1)
        }
        if not mine:
            assert town[p] == -1
            continue
        most = max(mine.values())
        near = [a for a, inside in mine.items() if inside >= most - 1e-6 * parcel.area]  # type: ignore[union-attr]
        assert town[p] == min(near, key=lambda a: codes[a])


def test_a_platform_holds_over_half_and_is_valid_on_the_day() -> None:
    parcels = frame([shapely.box(0, 0, 10, 10)] * 1, ["P"])
    day = pd.Timestamp(AS_OF)

    def chosen(*rows: tuple[str, str, float, object, object]) -> str | None:
        areas = gpd.GeoDataFrame(
            {
                "level": [r[1] for r in rows],
                "valid_from": pd.to_datetime([r[3] for r in rows]),
                "valid_to": pd.to_datetime([r[4] for r in rows]),
            },
            index=[r[0] for r in rows],
            geometry=[shapely.box(0, 0, r[2], 10) for r in rows],
            crs=4549,
        )
        at, _ = assign_platforms(parcels, areas, AS_OF)
        return None if at[0] < 0 else rows[at[0]][0]

    none = None
    assert chosen(("A", "national", 5.0, none, none)) is None  # half is not over half
    assert chosen(("A", "national", 5.01, none, none)) == "A"
    assert chosen(("B", "micro_park", 10, none, none), ("A", "national", 6, none, none)) == "A"
    assert chosen(("B", "national", 10, none, none), ("A", "national", 6, none, none)) == "A"
    late = day + pd.Timedelta(days=1)
    assert chosen(("A", "national", 10, late, none), ("B", "town_cluster", 10, none, none)) == "B"
    assert chosen(("A", "national", 10, day, day)) == "A"
    assert chosen(("A", "national", 10, none, day - pd.Timedelta(days=1))) is None


@settings(max_examples=40, deadline=None)
@given(fabrics(), st.lists(st.tuples(st.integers(-5, 65), st.integers(-5, 65)), max_size=40))
def test_points_are_in_the_parcels_that_hold_them_borders_included(fabric, at) -> None:  # type: ignore[no-untyped-def]
    parcels, _ = fabric
    plots = np.array(parcels, dtype=object)
    points = shapely.points(np.array(at, dtype=float).reshape(-1, 2))
    point, plot = points_in(plots, points)
    ours = list(zip(point.tolist(), plot.tolist(), strict=True))
    plain = [
        (n, m)
        for n, one in enumerate(points)
        for m, parcel in enumerate(parcels)
        if parcel is not None and parcel.intersects(one)
    ]
    assert ours == plain


def test_a_point_on_a_shared_border_is_in_both() -> None:
    plots = shapely.box([0, 1], 0, [1, 2], 1)
    point, plot = points_in(plots, shapely.points([[1.0, 0.5]]))
    assert (point.tolist(), plot.tolist()) == ([0, 0], [0, 1])
