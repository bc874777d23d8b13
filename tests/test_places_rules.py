"""Towns, platforms and straddlers on rectangles with whole corners: shares are exact fractions."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import geopandas as gpd
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landgov.register.places import LEVELS, assign_platforms, assign_towns, straddlers

AS_OF = date(2022, 12, 31)
SLIVER_M2 = 1.0
Box = tuple[int, int, int, int]
Zone = tuple[str, str, Box, date | None, date | None]


def inside(plot: Box, zone: Box) -> int:
    """Square metres of a plot in a zone, in whole numbers."""
    wide = min(plot[2], zone[2]) - max(plot[0], zone[0])
    high = min(plot[3], zone[3]) - max(plot[1], zone[1])
    return max(wide, 0) * max(high, 0)


def size(plot: Box) -> int:
    return (plot[2] - plot[0]) * (plot[3] - plot[1])


@st.composite
def boxes(draw: st.DrawFn, sides: tuple[int, ...] = (2, 4, 10, 20), reach: int = 36) -> Box:
    west, south = draw(st.integers(0, reach)), draw(st.integers(0, reach))
    side = st.sampled_from(sides)
    return west, south, west + draw(side), south + draw(side)


_DAYS = st.one_of(
    st.none(), st.none(), st.integers(-1, 1).map(lambda days: AS_OF + timedelta(days=days))
)


@st.composite
def zones(draw: st.DrawFn) -> list[Zone]:
    """Platforms that lie over one another as they like, some not yet or no more valid."""
    ids = draw(st.lists(st.sampled_from("ABCDEF"), min_size=1, max_size=5, unique=True))
    return [
        (
            name,
            draw(st.sampled_from(LEVELS)),
            draw(boxes((10, 30, 50), 12)),
            draw(_DAYS),
            draw(_DAYS),
        )
        for name in ids
    ]


def frame(shapes: list[Box], names: list[str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(index=names, geometry=[shapely.box(*each) for each in shapes], crs=4549)


def platforms_of(rows: list[Zone]) -> gpd.GeoDataFrame:
    table = frame([row[2] for row in rows], [row[0] for row in rows])
    table["level"] = [row[1] for row in rows]
    table["valid_from"] = pd.to_datetime(pd.Series([row[3] for row in rows])).to_numpy()
    table["valid_to"] = pd.to_datetime(pd.Series([row[4] for row in rows])).to_numpy()
    return table


def valid(row: Zone) -> bool:
    return (row[3] is None or row[3] <= AS_OF) and (row[4] is None or row[4] >= AS_OF)


def plain_platform(plot: Box, rows: list[Zone]) -> str | None:
    """Of the valid ones that hold over half, the first by level, then by id."""
    over_half = [row for row in rows if valid(row) and 2 * inside(plot, row[2]) > size(plot)]
    first = min(over_half, key=lambda row: (LEVELS.index(row[1]), row[0]), default=None)
    return first and first[0]


def plain_shares(plot: Box, areas: dict[str, Box]) -> dict[str, Fraction]:
    """Every share of a plot, if a border goes through it or several areas hold over half."""
    parts = {name: inside(plot, area) for name, area in areas.items() if inside(plot, area)}
    cut = any(part >= SLIVER_M2 and size(plot) - part >= SLIVER_M2 for part in parts.values())
    several = sum(2 * part > size(plot) for part in parts.values()) > 1
    if not (cut or several):
        return {}
    return {name: Fraction(part, size(plot)) for name, part in parts.items()}


def listed(places: pd.DataFrame, name: str) -> dict[str, Fraction]:
    mine = places[places["parcel_id"] == name]
    return {
        place: Fraction(share).limit_denominator(1000)
        for place, share in zip(mine["place_id"], mine["share"], strict=True)
    }


@settings(max_examples=150, deadline=None)
@given(plots=st.lists(boxes(), min_size=1, max_size=6), rows=zones(), data=st.data())
def test_platforms_and_all_shares_are_those_of_whole_numbers(plots, rows, data) -> None:  # type: ignore[no-untyped-def]
    names = [f"P{number}" for number in range(len(plots))]
    turn = data.draw(st.permutations(range(len(plots))))
    parcels = frame([plots[at] for at in turn], [names[at] for at in turn])
    areas = platforms_of(data.draw(st.permutations(rows)))
    at, table = assign_platforms(parcels, areas, AS_OF)
    places = straddlers(table, parcels.index, areas.index, "platform", SLIVER_M2, at)
    given_to = dict(zip(parcels.index, at, strict=True))
    for name, plot in zip(names, plots, strict=True):
        got = None if given_to[name] < 0 else areas.index[given_to[name]]
        assert got == plain_platform(plot, rows)
        shares = plain_shares(plot, {row[0]: row[2] for row in rows if valid(row)})
        assert listed(places, name) == shares
        mine = places[places["parcel_id"] == name]
        assert mine.loc[mine["chosen"], "place_id"].tolist() == ([got] if shares and got else [])


@st.composite
def towns(draw: st.DrawFn) -> dict[str, Box]:
    """Towns side by side over all plots; two borders, the codes in any order."""
    west, east = sorted(draw(st.lists(st.integers(1, 55), min_size=2, max_size=2, unique=True)))
    codes = draw(st.permutations(["330604001", "330604002", "330604003"]))
    cuts = [(0, west), (west, east), (east, 60)]
    return {code: (low, 0, high, 60) for code, (low, high) in zip(codes, cuts, strict=True)}


@settings(max_examples=150, deadline=None)
@given(plots=st.lists(boxes(), min_size=1, max_size=6), areas=towns(), data=st.data())
def test_towns_and_all_shares_are_those_of_whole_numbers(plots, areas, data) -> None:  # type: ignore[no-untyped-def]
    names = [f"P{number}" for number in range(len(plots))]
    codes = data.draw(st.permutations(sorted(areas)))
    zones_ = frame([areas[code] for code in codes], codes)
    parcels = frame(plots, names)
    at, table = assign_towns(parcels, zones_)
    places = straddlers(table, parcels.index, zones_.index, "town", SLIVER_M2, at)
    for name, plot, got in zip(names, plots, at, strict=True):
        parts = {code: inside(plot, area) for code, area in areas.items()}
        best = min(parts, key=lambda code: (-parts[code], code))
        assert zones_.index[got] == best
        shares = plain_shares(plot, areas)
        assert listed(places, name) == shares
        assert sum(shares.values(), Fraction(0)) in (0, 1)  # towns leave no land out
        mine = places[places["parcel_id"] == name]
        assert mine.loc[mine["chosen"], "place_id"].tolist() == ([best] if shares else [])


def test_the_platform_that_holds_a_parcel_whole_is_listed_beside_one_that_cuts_it() -> None:
    rows: list[Zone] = [
        ("whole", "micro_park", (0, 0, 20, 20), None, None),
        ("part", "national", (0, 0, 3, 20), None, None),
        ("beside", "national", (10, 0, 20, 20), None, None),
    ]
    parcels, areas = frame([(0, 0, 10, 10)], ["P"]), platforms_of(rows)
    at, table = assign_platforms(parcels, areas, AS_OF)
    places = straddlers(table, parcels.index, areas.index, "platform", SLIVER_M2, at)
    said = places.set_index("place_id")
    assert said["share"].round(9).to_dict() == {"part": 0.3, "whole": 1.0}
    assert said["chosen"].to_dict() == {"part": False, "whole": True}
