"""Growth from the year before, worked by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from case import Case


def test_growth_needs_both_years_and_a_base_above_nothing(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    year = {"value_added_wan": 200.0, "revenue_wan": 1000.0, "employees": 10}
    case.table(
        "enterprise_years",
        {"enterprise_id": "E1", "year": 2021, "tax_wan": 50.0, **year},
        {"enterprise_id": "E1", "year": 2022, "tax_wan": 54.0, **year, "employees": 8},
        {"enterprise_id": "E2", "year": 2022, "tax_wan": 54.0, **year},
        {"enterprise_id": "E3", "year": 2021, "tax_wan": -1.0, **year},
        {"enterprise_id": "E3", "year": 2022, "tax_wan": 54.0, **year},
        {"enterprise_id": "E4", "year": 2020, "tax_wan": 50.0, **year},
        {"enterprise_id": "E4", "year": 2022, "tax_wan": 54.0, **year},
    )
    firms = case.run().enterprises
    assert firms.loc["E1", "tax_growth"] == pytest.approx(0.08)
    assert firms.loc["E1", "value_added_growth"] == 0.0
    assert firms.loc["E1", "labour_productivity_growth"] == pytest.approx(0.25)
    # No year before, a loss before, a gap of two years: no growth.
    assert firms.loc[["E2", "E3", "E4"], "tax_growth"].isna().all()
    assert firms.loc["E3", "revenue_growth"] == 0.0
