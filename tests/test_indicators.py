"""Indicators of every grain of place: by hand, and against plain loops over random districts."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from case import Case
from landgov.outputs import write_outputs
from landgov.register.growth import yearly
from landgov.register.indicators import enterprise_indicators
from landgov.register.investment import invested_of_parcels
from landgov.summary.indicators import GRAINS, RATIOS, SUMS, indicators

pytestmark = pytest.mark.usefixtures("without_maps")

FIGURES = ("tax_wan", "value_added_wan", "revenue_wan", "employees", "emission_t", "rd_wan")


def firms_of(rows: dict[str, dict[str, Any]]) -> pd.DataFrame:
    columns = [*FIGURES, "energy_tce", "land_mu"]
    frame = pd.DataFrame.from_dict(rows, orient="index").reindex(columns=[*columns, "energy_basis"])
    frame[columns] = frame[columns].astype("float64")
    frame["energy_basis"] = frame["energy_basis"].astype("str")
    frame.index.name = "enterprise_id"
    return frame


def parcels_of(rows: dict[str, dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame.from_dict(rows, orient="index")
    numbers = ["land_mu", "area_mu", "plot_ratio", "building_density", "invested_wan"]
    texts = [name for pair in GRAINS.values() for name in pair if name != "parcel_id"]
    frame = frame.reindex(columns=[*dict.fromkeys([*numbers, *texts])])
    frame[numbers] = frame[numbers].astype("float64")
    frame["area_mu"] = frame["area_mu"].fillna(frame["land_mu"])
    return frame.astype(dict.fromkeys(texts, "str"))


def links_of(*rows: tuple[str | None, str | None, float | None]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["parcel_id", "enterprise_id", "area_worked_mu"])
    return frame.astype({"parcel_id": "str", "enterprise_id": "str", "area_worked_mu": "float64"})


def at(table: pd.DataFrame, grain: str, place: str | None = None) -> pd.Series:
    rows = table[table["grain"] == grain]
    rows = rows[rows["place"].isna() if place is None else rows["place"] == place]
    assert len(rows) == 1
    return rows.iloc[0]


def test_a_town_divides_its_tax_by_its_land_and_is_no_mean_of_the_enterprises() -> None:
    firms = firms_of(
        {"A": {"tax_wan": 90.0, "land_mu": 10.0}, "B": {"tax_wan": 5.0, "land_mu": 5.0}}
    )
    parcels = parcels_of(
        {"P": {"land_mu": 10.0, "town_code": "T"}, "Q": {"land_mu": 5.0, "town_code": "T"}}
    )
    town = at(indicators(parcels, firms, links_of(("P", "A", 10), ("Q", "B", 5))), "town", "T")
    assert town["tax_per_mu"] == pytest.approx(95 / 15)  # the mean of 9 and 1 would be 5
    assert town["tax_per_mu_known_share"] == 1.0


def test_land_of_unknown_tax_is_left_out_of_both_sides_and_said_beside() -> None:
    firms = firms_of({"A": {"tax_wan": -20.0, "land_mu": 10.0}, "B": {"land_mu": 30.0}})
    parcels = parcels_of({"P": {"land_mu": 40.0, "town_code": "T"}})
    town = at(indicators(parcels, firms, links_of(("P", "A", 10), ("P", "B", 30))), "town", "T")
    assert town["tax_per_mu"] == -2.0  # a refund is a figure
    assert town["tax_per_mu_known_mu"] == 10.0
    assert town["tax_per_mu_known_share"] == 0.25
    assert math.isnan(town["value_added_per_mu"])
    assert town["value_added_per_mu_known_share"] == 0.0


def test_a_link_of_unknown_area_makes_the_whole_parcel_used_and_the_share_smaller() -> None:
    firms = firms_of({"A": {"tax_wan": 20.0, "land_mu": 10.0}, "B": {"tax_wan": 9.0}})
    parcels = parcels_of({"P": {"land_mu": 40.0}})
    table = indicators(parcels, firms, links_of(("P", "A", 10), ("P", "B", None)))
    parcel = at(table, "parcel", "P")
    assert (parcel["used_mu"], parcel["tax_per_mu"]) == (40.0, 2.0)
    assert parcel["tax_per_mu_known_share"] == 0.25
    assert parcel["enterprises"] == 2
    assert at(table, "no_parcel")["tax_wan"] == 9.0


def test_energy_in_equivalent_and_calorific_value_is_never_added() -> None:
    common = {"value_added_wan": 100.0, "land_mu": 10.0}
    firms = firms_of(
        {
            "A": {**common, "energy_tce": 50.0, "energy_basis": "equivalent"},
            "B": {**common, "energy_tce": 20.0, "energy_basis": "calorific"},
            "C": {**common, "energy_tce": 7.0},
            "D": {**common, "energy_tce": 0.0, "energy_basis": "equivalent"},
        }
    )
    parcels = parcels_of({"P": {"land_mu": 40.0}})
    links = links_of(*(("P", firm, 10.0) for firm in "ABCD"))
    row = at(indicators(parcels, firms, links), "district")
    assert (row["energy_equivalent_tce"], row["energy_calorific_tce"]) == (50.0, 20.0)
    assert row["value_added_per_energy_equivalent"] == 4.0  # A and D: 200 ÷ 50
    assert row["value_added_per_energy_calorific"] == 5.0
    assert row["value_added_per_energy_calorific_known_share"] == 0.25
    own = enterprise_indicators(firms)
    assert own["value_added_per_energy_equivalent"].isna().tolist() == [False, True, True, True]
    assert own.loc["B", "value_added_per_energy_calorific"] == 5.0


def test_nothing_is_divided_by_zero() -> None:
    firms = firms_of({"A": {**dict.fromkeys(FIGURES, 0.0), "land_mu": 0.0}})
    table = indicators(parcels_of({"P": {"land_mu": 0.0}}), firms, links_of(("P", "A", 0.0)))
    shown = table[[*RATIOS, "plot_ratio", "investment_per_mu"]].to_numpy(dtype=float)
    assert np.isnan(shown).all()


def test_plot_ratio_density_and_investment_speak_for_the_parcels_that_state_them() -> None:
    parcels = parcels_of(
        {
            "P": {
                "land_mu": 10.0,
                "plot_ratio": 2.0,
                "building_density": 0.5,
                "invested_wan": 900.0,
            },
            "Q": {"land_mu": 30.0, "plot_ratio": 1.0, "building_density": 0.1},
            "R": {"land_mu": 60.0},
            "S": {"plot_ratio": 3.0},
        }
    )
    row = at(indicators(parcels, firms_of({}), links_of()), "district")
    assert row["plot_ratio"] == 1.25
    assert row["building_density"] == pytest.approx(0.2)
    assert (row["investment_per_mu"], row["investment_per_mu_known_share"]) == (90.0, 0.1)
    assert row["plot_ratio_known_share"] == 0.4
    assert row["without_area"] == 1


def test_the_last_contract_says_what_is_invested_and_a_later_one_does_not_count() -> None:
    contracts = pd.DataFrame(
        {
            "parcel_id": ["P", "P", "P", "Q", "Q"],
            "signed_on": pd.to_datetime(
                ["2019-01-01", "2021-05-05", "2023-01-01", "2020-01-01", "2020-01-01"]
            ),
            "invested_wan": [100.0, 250.0, 999.0, 7.0, 7.0],
        }
    )
    on = pd.Timestamp("2022-12-31").date()
    assert invested_of_parcels(contracts, pd.Index(["P", "Q"]), on).tolist() == [250.0, 7.0]


def test_average_growth_is_the_root_over_the_years() -> None:
    now = np.array([121.0, 108.0, 0.0, -5.0, 9.0, np.nan])
    then = np.array([100.0, 100.0, 4.0, 4.0, 0.0, 1.0])
    assert yearly(now, then, 2)[[0, 2]] == pytest.approx([0.1, -1.0])
    assert np.isnan(yearly(now, then, 2)[3:]).all()
    assert yearly(now, then, 1)[[1, 3]] == pytest.approx([0.08, -2.25])
    assert np.isnan(yearly(now, then, 0)).all()


def test_growth_of_a_town_compares_the_same_enterprises_and_all_of_them_beside(
    tmp_path: Path,
) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    case.table(
        "links",
        {"parcel_id": "P1", "enterprise_id": "E1", "role": "owner", "area_mu": 9.0},
        {"parcel_id": "P1", "enterprise_id": "E2", "role": "user", "area_mu": 6.0},
    )
    case.table(
        "enterprise_years",
        {"enterprise_id": "E1", "year": 2020, "tax_wan": 100.0},
        {"enterprise_id": "E1", "year": 2021, "tax_wan": 110.0},
        {"enterprise_id": "E1", "year": 2022, "tax_wan": 121.0},
        {"enterprise_id": "E2", "year": 2022, "tax_wan": 11.0},
    )
    result = case.run()
    firms = result.enterprises
    assert firms.loc["E1", "tax_average_growth"] == pytest.approx(0.1)
    assert math.isnan(firms.loc["E2", "tax_average_growth"])
    row = at(result.indicators, "district")
    assert row["tax_growth"] == pytest.approx(0.1)
    assert row["tax_average_growth"] == pytest.approx(0.1)
    assert row["tax_growth_all"] == pytest.approx(0.2)
    write_outputs(result)
    page = openpyxl.load_workbook(tmp_path / "out" / "lists.xlsx")["指标"]
    cells = [list(line) for line in page.values]
    head = next(n for n, line in enumerate(cells) if line[0] == "分组")
    assert "亩均税收（万元/亩）" in cells[head]
    district = cells[head + 1]
    assert district[cells[head].index("税收同比增长（%）")] == 10.0
    outside = next(line for line in cells if line[0] == "不在地块上的企业")
    assert outside[cells[head].index("亩均税收（万元/亩）")] == "—"


figure = st.one_of(st.none(), st.integers(-50, 200).map(float))
area = st.one_of(st.none(), st.integers(0, 30).map(float))
code = st.sampled_from(["X", "Y", None])


@st.composite
def districts(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    parcels = {
        f"P{n}": {"land_mu": draw(area), "town_code": draw(code), "platform_id": draw(code)}
        for n in range(draw(st.integers(1, 5)))
    }
    names = [f"E{n}" for n in range(draw(st.integers(1, 4)))]
    where = st.sampled_from([*parcels, "elsewhere"])
    pairs = draw(st.lists(st.tuples(where, st.sampled_from(names)), max_size=8, unique=True))
    rows = [(parcel, firm, draw(area)) for parcel, firm in pairs]
    firms = {}
    for name in names:
        mine = [mu for _, firm, mu in rows if firm == name]
        land = None if not mine or None in mine else sum(mine)
        told = {each: draw(figure) for each in FIGURES}
        firms[name] = {**told, "land_mu": land}
    return parcels_of(parcels), firms_of(firms), links_of(*rows)


@settings(max_examples=60, deadline=None)
@given(districts())
def test_ratios_of_random_towns_are_those_of_plain_loops(
    made: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    parcels, firms, links = made
    table = indicators(parcels, firms, links)
    for _, row in table[table["grain"] == "town"].iterrows():
        tax = land = people = added = 0.0
        seen = set()
        for parcel, firm, mu in links.itertuples(index=False):
            if parcel not in parcels.index:
                continue
            town = parcels.loc[parcel, "town_code"]
            if not (town == row["place"] or (pd.isna(town) and pd.isna(row["place"]))):
                continue
            seen.add(firm)
            whole = firms.loc[firm, "land_mu"]
            if not whole > 0:
                continue
            if not math.isnan(firms.loc[firm, "tax_wan"]):
                tax += firms.loc[firm, "tax_wan"] * mu / whole
                land += mu
            both = firms.loc[firm, ["value_added_wan", "employees"]].astype(float)
            if both.notna().all():
                added += both.iloc[0] * mu / whole
                people += both.iloc[1] * mu / whole
        assert row["enterprises"] == len(seen)
        assert row["tax_per_mu_known_mu"] == pytest.approx(land)
        if land > 0:
            assert row["tax_per_mu"] == pytest.approx(tax / land, abs=1e-9)
        else:
            assert math.isnan(row["tax_per_mu"])
        if people > 1e-6:
            assert row["labour_productivity_wan"] == pytest.approx(added / people, abs=1e-6)
        elif people < -1e-6:
            assert math.isnan(row["labour_productivity_wan"])


@settings(max_examples=60, deadline=None)
@given(districts())
def test_every_grain_adds_up_to_the_district_and_with_the_rest_to_all_enterprises(
    made: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    parcels, firms, links = made
    table = indicators(parcels, firms, links)
    outside = at(table, "no_parcel")
    for grain in (*GRAINS, "district"):
        rows = table[table["grain"] == grain]
        assert rows["parcels"].sum() == len(parcels)
        assert rows["land_mu"].sum() == pytest.approx(parcels["land_mu"].sum())
        for name in set(SUMS) & set(FIGURES):
            both = rows[name].sum() + np.nan_to_num(outside[name])
            assert both == pytest.approx(firms[name].sum(), abs=1e-6)
        shares = rows["tax_per_mu_known_share"].dropna()
        assert shares.between(0, 1 + 1e-9).all()


@settings(max_examples=30, deadline=None)
@given(districts())
def test_the_order_of_rows_changes_nothing(
    made: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    parcels, firms, links = made
    turned = indicators(parcels.iloc[::-1], firms.iloc[::-1], links.iloc[::-1])
    pd.testing.assert_frame_equal(turned, indicators(parcels, firms, links), check_exact=True)
