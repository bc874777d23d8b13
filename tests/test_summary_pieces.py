"""Each 亩 once, whatever the links, the platforms and the categories."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from landgov.rules.users import Users
from landgov.summary import land_pieces
from landgov.summary.reporting import table_of

ORDER = ("four_without", "wider_violations", "two_high", "low_efficiency", "collective")
RANKS = st.integers(0, 2)


def users_from(land, links, *, covered=True):
    """Links as (parcel, firm, 亩 or None) on parcels of `land` 亩 (None: missing)."""
    parcels = pd.Index([f"P{number:02d}" for number in range(len(land))], name="parcel_id")
    firms = pd.Index([f"F{number}" for number in range(6)], name="enterprise_id")
    links = sorted(links, key=lambda each: (each[0], -(each[2] or 0.0), each[1]))
    parcel = np.array([each[0] for each in links], dtype=np.int64)
    has_link = np.isin(np.arange(len(land)), parcel)
    return Users(
        parcels=parcels,
        firms=firms,
        parcel=parcel,
        firm=np.array([each[1] for each in links], dtype=np.int64),
        undecided=np.zeros(len(links), dtype=bool),
        land_mu=np.array([np.nan if each[2] is None else each[2] for each in links], dtype=float),
        has_link=has_link,
        unlinked_unknown=~has_link & (not covered),
        parcel_mu=np.array([np.nan if mu is None else mu for mu in land], dtype=float),
    )


_MU = st.one_of(
    st.none(),
    st.decimals(0, 300, places=2).map(float),  # a certificate
    st.floats(0.01, 300, allow_nan=False),  # measured
)


@st.composite
def districts(draw):
    """Random parcels, many-to-many links, answers, and a place for each parcel."""
    land = draw(st.lists(_MU, min_size=1, max_size=8))
    pairs = st.tuples(st.integers(0, len(land) - 1), st.integers(0, 5))
    links = [
        (parcel, firm, draw(_MU))
        for parcel, firm in draw(st.lists(pairs, max_size=12, unique=True))
    ]
    users = users_from(land, links, covered=draw(st.booleans()))
    several = lambda count: np.array(  # noqa: E731
        draw(st.lists(RANKS, min_size=count, max_size=count)), dtype=np.int8
    )
    facts = {}
    for category in ORDER:
        firm = several(6)
        link = None if category == "collective" else firm[users.firm]
        facts[category] = (link, several(len(land)))
    words = st.sampled_from(["甲园", "乙园", None])
    place = pd.DataFrame(
        {
            "town": draw(st.lists(st.sampled_from(["东关", "道墟"]), min_size=len(land),
                                  max_size=len(land))),
            "platform": pd.Series(
                draw(st.lists(words, min_size=len(land), max_size=len(land))), dtype="str"
            ).to_numpy(),
        },
        index=users.parcels,
    )  # fmt: skip
    return users, facts, several(len(land)), place, draw(st.permutations(ORDER))


def exact_total(users: Users) -> Fraction:
    return sum((Fraction(mu) for mu in users.parcel_mu if not np.isnan(mu)), Fraction(0))


@settings(max_examples=150, deadline=None)
@given(district=districts())
def test_every_table_adds_up_to_all_land_and_a_naive_merge_does_not_stay_below_it(district):
    users, facts, scope, place, order = district
    pieces = land_pieces(users, facts, scope, order)
    table = table_of(pieces, place)
    once = table[table["line"] == "once"]
    units = [int(Decimal(str(mu)).scaleb(6)) for mu in once["mu"].round(6).fillna(0)]
    assert sum(units) == pieces.units.sum()
    assert abs(sum(units) - exact_total(users) * 10**6) <= Fraction(501, 1000)
    for column in ("town", "platform", "category"):  # every grouping has the same total
        by = pd.Series(units, index=once.index).groupby(once[column], dropna=False).sum()
        assert by.sum() == sum(units)
    per_parcel = np.bincount(pieces.parcel, weights=pieces.units, minlength=len(users.parcels))
    known = ~np.isnan(users.parcel_mu)
    assert (np.abs(per_parcel - np.where(known, users.parcel_mu, 0) * 1e6) < 1.01).all()
    assert set(pieces.parcel) == set(range(len(users.parcels)))  # no parcel is lost
    # The naive merge (parcel × enterprise × category, the parcel's land on each row) counts
    # a parcel as often as it has rows; it is inflated as soon as one has two.
    rows = rows_that_say_yes(pieces, users)
    # Rounded once: the same numbers in another order have the same sum.
    merged = math.fsum(users.parcel_mu[rows])
    land = math.fsum(users.parcel_mu[np.unique(rows)])
    if len(np.unique(rows)) < len(rows):
        assert merged > land
    else:
        assert merged == land


def rows_that_say_yes(pieces, users) -> np.ndarray:
    """Parcel of each row of the naive merge; only parcels that have land."""
    parcel = np.concatenate([pieces.parcel[rank == 2] for rank in pieces.answers.values()])
    return parcel[users.parcel_mu[parcel] > 0]


def naive_merge(pieces, users) -> float:
    return float(users.parcel_mu[rows_that_say_yes(pieces, users)].sum())


def test_two_firms_and_three_categories_a_naive_merge_counts_90_of_15():
    # 15 亩, two links of 10 and 5: both in three categories.
    users = users_from([15.0], [(0, 0, 10.0), (0, 1, 5.0)])
    yes, no = np.array([2, 2], dtype=np.int8), np.array([0, 0], dtype=np.int8)
    own = np.array([0], dtype=np.int8)
    facts = {
        "four_without": (yes, own),
        "wider_violations": (no, own),
        "two_high": (yes, own),
        "low_efficiency": (yes, own),
        "collective": (None, own),
    }
    pieces = land_pieces(users, facts, np.array([2], dtype=np.int8), ORDER)
    assert naive_merge(pieces, users) == 90.0
    table = table_of(pieces, pd.DataFrame({"town": ["东关"]}, index=users.parcels))
    said = {(row.category, row.line): row.mu for row in map(table.loc.__getitem__, table.index)}
    assert said == {
        ("four_without", "once"): 15.0,
        ("two_high", "also"): 15.0,
        ("low_efficiency", "also"): 15.0,
    }


def test_a_link_of_unknown_area_leaves_the_rest_open_unless_all_agree():
    # 15 亩: firm 0 holds 6; firm 1 holds an unknown part; the rest belongs to nobody.
    users = users_from([15.0], [(0, 0, 6.0), (0, 1, None)])
    own = np.array([0], dtype=np.int8)
    quiet = (np.array([0, 0], dtype=np.int8), own)
    facts = dict.fromkeys(ORDER, quiet) | {"collective": (None, own)}
    facts["low_efficiency"] = (np.array([0, 2], dtype=np.int8), own)  # firm 1 is low
    pieces = land_pieces(users, facts, np.array([2], dtype=np.int8), ORDER)
    assert pieces.units.tolist() == [6_000_000, 0, 9_000_000]
    assert pieces.measured.tolist() == [True, False, True]
    assert pieces.primary.tolist() == ["no_category", "low_efficiency", "unknown"]
    facts["low_efficiency"] = (np.array([0, 0], dtype=np.int8), np.array([2], dtype=np.int8))
    pieces = land_pieces(users, facts, np.array([2], dtype=np.int8), ORDER)
    assert pieces.primary.tolist() == ["low_efficiency"] * 3  # a fact of the parcel: all of it
