"""Differential policies of the grades, worked by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from landgov.policies import Policy, load_policy
from landgov.register.differential import differential_policies, water_of_year

FACTS = 'op = "=="\nunit = ""\nfrom = 2012-07-01\nclause = "x"\nquote = "x"\nreading = "x"\nstatus = "to_confirm"\n'


def policy(folder: Path, on: date = date(2021, 12, 31), **numbers: float) -> Policy:
    """The shipped policy with some numbers of a place put in."""
    file = folder / "local.toml"
    tables = "".join(f"[{name}]\nvalue = {value}\n{FACTS}" for name, value in numbers.items())
    file.write_text(f'id = "local"\nextends = "shangyu-2021-86"\n{tables}', encoding="utf-8")
    return load_policy(file, on=on)


def firms(grade: str | None) -> pd.DataFrame:
    """One enterprise on 15 亩 = 10,000 m2, with 1,000,000 kWh."""
    return pd.DataFrame(
        {"grade": pd.Series([grade], dtype="str"), "land_mu": [15.0], "power_kwh": [1e6]}
    )


@pytest.mark.parametrize(
    ("grade", "wanted"), [("A", 8.0), ("B", 6.4), ("C", 0.0), ("D", 0.0), (None, np.nan)]
)
def test_relief_is_all_of_the_tax_for_a_and_four_fifths_for_b(
    tmp_path: Path, grade: str | None, wanted: float
) -> None:
    # 10,000 m2 at 8 元/m2 is 8 万元 a year.
    found = differential_policies(
        firms(grade), pd.Series([np.nan]), policy(tmp_path, land_use_tax_rate=8)
    )
    assert found["land_use_tax_relief_wan"].iloc[0] == pytest.approx(wanted, nan_ok=True)


def test_relief_is_unknown_after_the_date_of_the_document(tmp_path: Path) -> None:
    later = policy(tmp_path, date(2022, 1, 1), land_use_tax_rate=8)
    found = differential_policies(firms("A"), pd.Series([np.nan]), later)
    assert found["land_use_tax_relief_wan"].isna().all()


@pytest.mark.parametrize(("grade", "wanted"), [("A", 0.0), ("C", 0.1), ("D", 0.3)])
def test_water_costs_more_for_c_and_d(tmp_path: Path, grade: str, wanted: float) -> None:
    place = policy(tmp_path, water_surcharge_c=0.1, water_surcharge_d=0.3)
    found = differential_policies(firms(grade), pd.Series([10_000.0]), place)
    assert found["water_surcharge_wan"].iloc[0] == pytest.approx(wanted)
    assert found["power_surcharge_wan"].isna().all()  # the place gives no number for power


def test_a_missing_month_of_water_leaves_the_year_unknown() -> None:
    months = pd.date_range("2022-01-01", periods=12, freq="MS")
    whole = pd.DataFrame({"enterprise_id": "E1", "month": months, "water_t": 10.0})
    part = whole.iloc[:11].assign(enterprise_id="E2")
    other = whole.assign(enterprise_id="E3", month=months - pd.DateOffset(years=1))
    found = water_of_year(pd.concat([whole, part, other]), pd.Index(["E1", "E2", "E3"]), 2022)
    assert found.tolist()[0] == 120.0 and found.isna().tolist() == [False, True, True]
