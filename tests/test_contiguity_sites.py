"""Blocks and sites, worked by hand."""

from __future__ import annotations

import itertools
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Polygon, box

from contiguity_oracle import frame
from landgov.areas import area_mu
from landgov.contiguity import blocks, neighbours, sites
from landgov.errors import LandgovError


def pairs_of(*ends):
    return pd.DataFrame([tuple(pair) for pair in ends], columns=["left", "right"], dtype=object)


# ---------------------------------------------------------------- blocks


@pytest.mark.parametrize(
    ("labels", "pairs", "expected"),
    [
        pytest.param("CAB", [], "CAB", id="a lonely parcel is a block of its own"),
        pytest.param("DCBA", ["AB", "BC"], "DAAA", id="a chain is one block, of the smallest name"),
        pytest.param("ABCD", ["CD", "AB"], "AACC", id="two blocks"),
        pytest.param("ABCD", ["BD", "DB", "BD"], "ABCB", id="a pair given thrice joins once"),
        pytest.param("", [], "", id="no parcel, no block"),
    ],
)
def test_blocks_worked_by_hand(labels, pairs, expected):
    index = pd.Index(list(labels), dtype="str", name="parcel_id")
    found = blocks(index, pairs_of(*pairs))
    assert found.tolist() == list(expected)
    assert (found.name, found.index.name, str(found.dtype)) == ("block", "parcel_id", "str")


def test_the_smallest_number_names_the_block_not_the_smallest_text():
    assert blocks(pd.Index([10, 9]), pairs_of((9, 10))).tolist() == ["9", "9"]


def test_parcels_without_geometry_are_lonely():
    parcels = frame({"A": box(0, 0, 10, 10), "B": None, "C": box(10, 0, 20, 10)})
    assert blocks(parcels.index, neighbours(parcels)).to_dict() == {"A": "A", "B": "B", "C": "A"}


def test_blocks_are_those_of_a_walk_from_parcel_to_parcel():
    random = np.random.default_rng(1)
    labels = [f"P{number:03d}" for number in range(200)]
    ends = random.choice(labels, (150, 2))
    joined = {label: {label} for label in labels}
    for left, right in ends:
        joined[left].add(right)
        joined[right].add(left)
    expected = {}
    for label in labels:
        seen, waiting = set(), [label]
        while waiting:
            here = waiting.pop()
            if here not in seen:
                seen.add(here)
                waiting += joined[here]
        expected[label] = min(seen)
    index = pd.Index(random.permutation(labels))
    pairs = pd.DataFrame(ends, columns=["left", "right"])
    assert blocks(index, pairs).to_dict() == expected


@pytest.mark.parametrize(
    ("index", "pairs", "says"),
    [
        pytest.param(["A", "A"], pairs_of(), "repeated: A", id="a label twice"),
        pytest.param(["A", "B"], pairs_of(("A", "X")), "A – X", id="a pair with a stranger"),
        pytest.param(["A"], pd.DataFrame({"left": ["A"]}), "column(s) right", id="no right"),
    ],
)
def test_blocks_refuse_what_they_cannot_join(index, pairs, says):
    with pytest.raises(LandgovError, match="do:") as fault:
        blocks(pd.Index(index), pairs)
    assert says in str(fault.value)


# ---------------------------------------------------------------- sites


def row(*widths, **columns):
    """Parcels A, B, C … side by side, 100 m deep, with `land_mu` unless told otherwise."""
    east = np.cumsum([0, *widths])
    shapes = [
        box(500_000 + a, 3.3e6, 500_000 + b, 3.3e6 + 100) for a, b in itertools.pairwise(east)
    ]
    labels = pd.Index([chr(ord("A") + place) for place in range(len(widths))], name="parcel_id")
    columns = {"is_candidate": [True] * len(widths)} | columns
    return gpd.GeoDataFrame(columns, geometry=shapes, index=labels, crs=4549)


def site_lists(parcels, **options):
    return sites(parcels, neighbours(parcels), **options)["parcels"].tolist()


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        pytest.param({"land_mu": [30.0, 20.0]}, [["A", "B"]], id="exactly 50 亩 is enough"),
        pytest.param({"land_mu": [30.0, 19.99]}, [], id="49.99 亩 is not"),
        pytest.param({"land_mu": [50.0, 50.0], "is_candidate": [True, False]}, [["A"]], id="one alone"),
        pytest.param(
            {"land_mu": [30.0, 30.0], "is_candidate": pd.array([True, None], dtype="boolean")}, [],
            id="unknown is not a candidate",
        ),
        pytest.param(
            {"land_mu": [np.nan, 30.0], "area_mu": [20.0, 1.0]}, [["A", "B"]],
            id="area_mu stands in where land_mu is missing",
        ),
        pytest.param(
            {"land_mu": [16.9, 16.9, 16.2]}, [["A", "B", "C"]],
            id="50 亩 are enough though the floating sum falls short",
        ),
    ],
)  # fmt: skip
def test_the_least_size_of_a_site(columns, expected):
    parcels = row(*[200] * len(columns["land_mu"]), **columns)
    assert site_lists(parcels) == expected


def test_land_without_figures_is_measured():
    parcels = row(300, 300)  # 60 000 m² in the plane, some 90 亩
    found = sites(parcels, neighbours(parcels))
    assert found["mu"].item() == pytest.approx(area_mu(parcels).sum(), rel=1e-12)
    assert found["mu"].item() == pytest.approx(90, rel=1e-3)


def test_a_site_says_whose_it_is_how_round_and_where():
    parcels = row(
        200, 200, 200, 200,
        land_mu=[30.0, 30.0, 30.0, 30.0],
        holder_id=["91A", None, None, None],
        holder_name=["甲", "乙", "乙", " "],
    )  # fmt: skip
    found = sites(parcels, neighbours(parcels)).iloc[0]
    assert (found["site"], found["parcels"]) == ("S-A", ["A", "B", "C", "D"])
    assert (found["mu"], found["owners"], found["owners_unknown"]) == (120.0, 2, 1)
    # 800 m by 100 m: 4π · 80 000 ÷ 1 800²
    assert found["compactness"] == pytest.approx(4 * math.pi * 80_000 / 1_800**2)
    assert found["geometry"].equals(box(500_000, 3.3e6, 500_800, 3.3e6 + 100))


def test_without_a_column_of_holders_all_owners_are_unknown():
    found = sites(row(300, land_mu=[60.0]), pairs_of())
    assert found[["owners", "owners_unknown"]].to_numpy().tolist() == [[0, 1]]


def test_a_parcel_that_is_no_candidate_parts_two_sites():
    parcels = row(*[200] * 3, land_mu=[60.0] * 3, is_candidate=[True, False, True])
    assert site_lists(parcels) == [["A"], ["C"]]


@pytest.mark.parametrize(
    ("town", "expected"),
    [
        pytest.param(["崧厦", "崧厦"], [["A", "B"]], id="one town is one site"),
        pytest.param(["崧厦", "道墟"], [["A"], ["B"]], id="two towns are two sites"),
        pytest.param(["崧厦", None], [["A"], ["B"]], id="unknown does not agree with known"),
        pytest.param([None, None], [["A"], ["B"]], id="unknown does not agree with unknown"),
    ],
)
def test_columns_that_must_agree(town, expected):
    parcels = row(200, 200, land_mu=[60.0, 60.0], town=town)
    assert site_lists(parcels, same=["town"]) == expected


def test_all_columns_of_same_must_agree_along_the_whole_chain():
    parcels = row(
        *[200] * 3, land_mu=[60.0] * 3, town=["甲", "甲", "甲"],
        ownership=pd.array(["state", "state", "collective"], dtype="str"),
    )  # fmt: skip
    assert site_lists(parcels, same=("town", "ownership")) == [["A", "B"], ["C"]]


def test_a_candidate_of_unknown_size_makes_no_site_and_one_with_a_certificate_does():
    parcels = row(200, 200, land_mu=[np.nan, 60.0]).set_geometry([None, None], crs=4549)
    found = sites(parcels, neighbours(parcels))
    assert found["parcels"].tolist() == [["B"]]
    assert found["compactness"].isna().all()


def test_sites_do_not_depend_on_the_order_of_rows_or_pairs():
    random = np.random.default_rng(3)
    parcels = row(*random.uniform(50, 200, 26), land_mu=random.uniform(5, 40, 26))
    parcels["is_candidate"] = random.random(26) < 0.7
    pairs = neighbours(parcels)
    expected = sites(parcels, pairs)
    assert len(expected) > 2
    for seed in range(5):
        found = sites(
            parcels.sample(frac=1, random_state=seed), pairs.sample(frac=1, random_state=seed)
        )
        pd.testing.assert_frame_equal(pd.DataFrame(found), pd.DataFrame(expected), check_exact=True)


def test_no_site_is_a_table_with_its_columns_and_crs():
    found = sites(row(10, land_mu=[1.0]), pairs_of())
    columns = ["site", "parcels", "mu", "owners", "owners_unknown", "compactness", "geometry"]
    assert (list(found.columns), len(found), found.crs.to_epsg()) == (columns, 0, 4549)


@pytest.mark.parametrize(
    ("parcels", "options", "says"),
    [
        pytest.param(row(10), {"candidate": "empty"}, "column(s) empty", id="no such candidates"),
        pytest.param(row(10), {"same": ["town"]}, "column(s) town", id="no such column to agree"),
        pytest.param(
            row(10, is_candidate=["yes"]), {}, '.map({"yes": True', id="candidates in words"
        ),
        pytest.param(row(10).to_crs(4490), {}, "to_crs(4549)", id="degrees"),
        pytest.param(row(10), {"min_mu": -1}, "min_mu is -1", id="less than nothing"),
        pytest.param(
            row(10, land_mu=[60.0]).set_geometry(
                [Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])], crs=4549
            ),
            {},
            "invalid geometry: A",
            id="a border that crosses itself",
        ),
        pytest.param(row(10, 10).set_axis(["A", "A"]), {}, "repeated: A", id="a label twice"),
    ],
)
def test_sites_refuse_what_they_cannot_read(parcels, options, says):
    with pytest.raises(LandgovError, match="do:") as fault:
        sites(parcels, pairs_of(), **options)
    assert says in str(fault.value)
