"""Units: exact factors, spellings, and what a heading says."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landgov.errors import LandgovError
from landgov.units import MU_M2, factor, normal, split_heading, to_m2, to_mu


def test_fifteen_mu_are_one_hectare_exactly():
    assert MU_M2 * 15 == 10_000
    assert factor("公顷", "亩") == 15


def test_one_hectare_reads_fifteen_mu_and_not_14_99993_of_the_rounded_666_67():
    assert to_mu(10_000.0) == 15.0


def test_to_mu_keeps_index_and_missing_values_of_a_series():
    square_metres = pd.Series([2000.0, np.nan], index=["a", "b"])
    mu = to_mu(square_metres)
    assert mu["a"] == 3.0
    assert np.isnan(mu["b"])
    assert list(mu.index) == ["a", "b"]


def test_to_mu_works_on_arrays():
    assert to_mu(np.array([20_000.0, 0.0])).tolist() == [30.0, 0.0]


@given(st.floats(0, 1e9))
def test_there_and_back_is_the_same_area(mu):
    assert to_mu(to_m2(mu)) == pytest.approx(mu, rel=1e-14, abs=1e-300)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("㎡", "m2"),
        ("m²", "m2"),
        ("M2", "m2"),
        ("平方米", "m2"),
        (" 平 方 米 ", "m2"),
        ("ｍ２", "m2"),
        ("亩", "亩"),
        ("hm²", "公顷"),
        ("ha", "公顷"),
        ("㎢", "km2"),
        ("k㎡", "km2"),
        ("万㎡", "万m2"),
        ("元", "元"),
        ("单位：万元", "万元"),
        ("亿元", "亿元"),
        ("吨标煤", "tce"),
        ("吨标准煤", "tce"),
        ("TCE", "tce"),
        ("万吨标准煤", "万tce"),
        ("kgce", "kgce"),
        ("KWH", "kWh"),
        ("度", "kWh"),
        ("千瓦时", "kWh"),
        ("万千瓦时", "万kWh"),
        ("万kW·h", "万kWh"),
        ("吨", "t"),
        ("T", "t"),
        ("人", "人"),
        ("deg", "deg"),
        ("米", "m"),
        ("％", "%"),
    ],
)
def test_spellings_of_one_unit_are_one(text, unit):
    assert normal(text) == unit
    assert normal(unit) == unit


@pytest.mark.parametrize(
    ("source", "target", "value"),
    [
        ("元", "万元", Fraction(1, 10_000)),
        ("亿元", "万元", Fraction(10_000)),
        ("㎡", "亩", Fraction(3, 2000)),
        ("亩", "m²", Fraction(2000, 3)),
        ("km²", "亩", Fraction(1500)),
        ("kgce", "吨标煤", Fraction(1, 1000)),
        ("万吨标煤", "tce", Fraction(10_000)),
        ("万度", "千瓦时", Fraction(10_000)),
        ("%", "ratio", Fraction(1, 100)),
        ("万元", "万元", Fraction(1)),
    ],
)
def test_factors_are_exact(source, target, value):
    assert factor(source, target) == value


@pytest.mark.parametrize(
    ("source", "target"),
    [("万元", "亩"), ("kWh", "tce"), ("t", "tce"), ("m", "m2"), ("度", "deg")],
)
def test_units_of_different_things_do_not_convert(source, target):
    with pytest.raises(LandgovError) as caught:
        factor(source, target)
    assert source in str(caught.value)
    assert caught.value.do
    assert caught.value.message_zh


@pytest.mark.parametrize("text", ["", "斤两", "万元/亩", "全称"])
def test_what_is_no_unit_raises_and_lists_the_units(text):
    with pytest.raises(LandgovError) as caught:
        normal(text)
    assert "万元" in (caught.value.do or "")


@pytest.mark.parametrize(
    ("heading", "stem", "unit"),
    [
        ("用地面积（㎡）", "用地面积", "m2"),
        ("用地面积(平方米)", "用地面积", "m2"),
        ("用地面积【亩】", "用地面积", "亩"),
        ("用地面积\n（亩）", "用地面积", "亩"),
        ("发证面积_亩", "发证面积", "亩"),
        ("税收(万元)", "税收", "万元"),
        ("税收（单位：元）", "税收", "元"),
        ("用地面积/亩", "用地面积", "亩"),
        ("用地面积／亩", "用地面积", "亩"),
        ("税收 万元", "税收", "万元"),
        ("税收（含免抵）（万元）", "税收（含免抵）", "万元"),
        ("综合能耗（吨标煤）", "综合能耗", "tce"),
        ("用电量（度）", "用电量", "kWh"),
        ("经度（度）", "经度", "deg"),
        ("纬度（°）", "纬度", "deg"),
    ],
)
def test_a_heading_gives_up_its_unit(heading, stem, unit):
    assert split_heading(heading) == (stem, unit)


@pytest.mark.parametrize(
    "heading",
    [
        "企业名称（全称）",
        "税收",
        "亩",
        "（亩）",
        "floor_area_m2",
        "area_mu",
        "宗地_1",
        "亩均税收（万元/亩）",
        "亩均税收/万元/亩",
        "综合能耗（吨标煤，等价值）",
        "用地面积（亩）合计",
    ],
)
def test_a_heading_without_a_unit_of_its_own_stays_as_it_is(heading):
    assert split_heading(heading) == (heading, None)


@given(st.text(max_size=12))
def test_no_heading_whatever_makes_it_fail(heading):
    stem, unit = split_heading(heading)
    assert stem in heading
    assert unit is None or normal(unit) == unit
