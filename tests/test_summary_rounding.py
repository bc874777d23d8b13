"""Printed parts that add up to the printed total."""

from __future__ import annotations

import itertools
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landgov.errors import LandgovError
from landgov.summary import apportioned, largest_remainder


@pytest.mark.parametrize(
    ("parts", "digits", "printed"),
    [
        pytest.param([0.4, 0.4, 0.4], 0, [1, 0, 0], id="three times 0.4 is 1: one of them is 1"),
        pytest.param([1.6, 1.7, 1.7], 0, [1, 2, 2], id="not the usual 2 + 2 + 2 = 6"),
        pytest.param([33.33, 33.33, 33.34], 1, [33.3, 33.3, 33.4], id="the largest remainder"),
        pytest.param([0.05, 0.0], 1, [0.1, 0.0], id="a total on the half goes up"),
        pytest.param([0.04, 0.0], 1, [0.0, 0.0], id="just beside the half it goes down"),
        pytest.param([0.3, 0.1, 0.2], 1, [0.3, 0.1, 0.2], id="what is round stays"),
        pytest.param(
            [2.5, -0.7], 0, [3, -1], id="1.8 is 2: the half of 2.5 before the 0.3 of -0.7"
        ),
        pytest.param([1.5, None, 1.5], 0, [2, None, 1], id="missing stays missing"),
        pytest.param([], 1, [], id="nothing at all"),
    ],
)
def test_largest_remainder(parts, digits, printed):
    labels = list("甲乙丙")[: len(parts)]
    given_ = pd.Series(parts, index=sorted(labels), dtype="float64")
    got = largest_remainder(given_, digits)
    assert got.astype(object).where(got.notna(), None).tolist() == printed


def test_a_stated_total_that_no_rounding_reaches_is_refused():
    with pytest.raises(LandgovError, match=r"adds up to 9\.9"):
        largest_remainder(pd.Series([1.0, 2.0]), 1, total=9.9)


def test_equal_parts_take_turns_by_label_and_not_by_row():
    parts = pd.Series({"东关": 1.5, "道墟": 1.5, "百官": 1.5, "曹娥": 0.5})
    # 5.0 of 3 rounded down: two of the three 1.5 go up, those of the smaller labels.
    for order in itertools.permutations(parts.index):
        got = largest_remainder(parts[list(order)], 0).to_dict()
        assert got == {"东关": 2.0, "百官": 2.0, "道墟": 1.0, "曹娥": 0.0}


_PARTS = st.lists(st.decimals(-2000, 100_000, places=6, allow_nan=False), min_size=1, max_size=12)


@given(parts=_PARTS, digits=st.integers(0, 3), data=st.data())
def test_parts_add_up_and_each_is_within_one_unit_and_rows_do_not_matter(parts, digits, data):
    exact = pd.Series([float(part) for part in parts], index=range(len(parts)))
    got = largest_remainder(exact, digits)
    unit = Decimal(1).scaleb(-digits)
    said = [Decimal(str(value)) for value in got]
    whole = sum((Decimal(str(value)) for value in exact), Decimal(0))
    assert sum(said) == whole.quantize(unit, ROUND_HALF_UP)
    for part, printed in zip(exact, said, strict=True):
        assert abs(printed - Decimal(str(part))) < unit
        assert printed == printed.quantize(unit)
    shuffled = data.draw(st.permutations(list(exact.index)))
    assert largest_remainder(exact[shuffled], digits)[exact.index].tolist() == got.tolist()


@given(
    mu=st.lists(st.floats(0, 5000, allow_nan=False), min_size=1, max_size=40),
    data=st.data(),
)
def test_land_in_whole_units_adds_up_to_the_rounded_sum(mu, data):
    land = np.array(mu)
    units = apportioned(land, np.arange(len(land)))
    exact = sum((Fraction(value) for value in mu), Fraction(0)) * 10**6
    assert abs(int(units.sum()) - exact) <= Fraction(501, 1000)
    assert (np.abs(units - land * 1e6) < 1.001).all()
    order = np.array(data.draw(st.permutations(range(len(mu)))))
    place = np.empty(len(mu), dtype=np.intp)
    place[order] = np.arange(len(mu))
    # The same parcels in another row order, each with its label: the same units.
    again = apportioned(land[order], place)
    assert again.tolist() == units[order].tolist()
