"""What grades mean in money: land-use tax relief, surcharges on water and power (差别化政策)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from landgov.policies import Policy
from landgov.units import MU_M2

COLUMNS: Final = ("land_use_tax_relief_wan", "water_surcharge_wan", "power_surcharge_wan")
_YUAN_PER_WAN: Final = 10_000
_MONTHS: Final = 12
_GRADES: Final = ("A", "B", "C", "D")


def differential_policies(firms: pd.DataFrame, water_t: pd.Series, policy: Policy) -> pd.DataFrame:
    """Work out what an enterprise's grade saves or costs it in the year (差别化政策).

    Parameters
    ----------
    firms : DataFrame
        `grade`, `land_mu` (亩), `power_kwh` (kWh), indexed by `enterprise_id`.
    water_t : Series
        Water of the whole year, t (1 t = 1 m³), on the same index.
    policy : Policy
        Relief and surcharges by grade, and the rate of the tax. One that is off leaves its
        column missing.

    Returns
    -------
    DataFrame
        `land_use_tax_relief_wan` saved, `water_surcharge_wan` and `power_surcharge_wan`
        paid, 万元. Missing where the grade, the quantity or the number is unknown.

    References
    ----------
    虞政办发〔2021〕86号, 三（八）; 浙政办发〔2019〕62号.

    Examples
    --------
    >>> from datetime import date
    >>> from landgov.policies import load_policy
    >>> firm = pd.DataFrame({"grade": ["A"], "land_mu": [10.0], "power_kwh": [1e6]})
    >>> policy = load_policy("shangyu-2021-86", on=date(2022, 12, 31))
    >>> differential_policies(firm, pd.Series([np.nan]), policy)["power_surcharge_wan"].tolist()
    [nan]
    """
    land_m2 = firms["land_mu"] * float(MU_M2)
    relief = _by_grade(firms["grade"], policy, "land_use_tax_relief", free="CD")
    rate = _number(policy, "land_use_tax_rate")
    water = _by_grade(firms["grade"], policy, "water_surcharge", free="AB")
    power = _by_grade(firms["grade"], policy, "power_surcharge", free="AB")
    return pd.DataFrame(
        {
            "land_use_tax_relief_wan": land_m2 * rate * relief / _YUAN_PER_WAN,
            "water_surcharge_wan": water * water_t / _YUAN_PER_WAN,
            "power_surcharge_wan": power * firms["power_kwh"] / _YUAN_PER_WAN,
        },
        index=firms.index,
    ).astype("float64")


def water_of_year(meters: pd.DataFrame, index: pd.Index, year: int) -> pd.Series:
    """Sum the water of the twelve months of a year; a missing month leaves it unknown.

    Parameters
    ----------
    meters : DataFrame
        `enterprise_id`, `month`, `water_t`.
    index : Index
        All enterprises.
    year : int
        The year.

    Examples
    --------
    >>> months = pd.date_range("2022-01-01", periods=12, freq="MS")
    >>> meters = pd.DataFrame({"enterprise_id": "E1", "month": months, "water_t": 10.0})
    >>> water_of_year(meters, pd.Index(["E1", "E2"]), 2022).tolist()
    [120.0, nan]
    """
    mine = meters[meters["month"].dt.year.eq(year) & meters["enterprise_id"].notna()]
    read = mine.dropna(subset="water_t")
    months = read.drop_duplicates(["enterprise_id", "month"]).groupby("enterprise_id").size()
    total = read.groupby("enterprise_id")["water_t"].sum()
    water: pd.Series = total.where(months == _MONTHS).reindex(index).astype("float64")
    return water


def _by_grade(grade: pd.Series, policy: Policy, name: str, *, free: str) -> pd.Series:
    """Number of each enterprise's grade; 0 for the grades that the policy leaves free."""
    numbers: Mapping[str, float] = {
        letter: 0.0 if letter in free else _number(policy, f"{name}_{letter.lower()}")
        for letter in _GRADES
    }
    # With every number off there is no policy, not a policy that costs nothing.
    if all(np.isnan(numbers[letter]) for letter in _GRADES if letter not in free):
        numbers = dict.fromkeys(_GRADES, np.nan)
    return grade.map(numbers).astype("float64")


def _number(policy: Policy, name: str) -> float:
    parameter = policy.parameters.get(name)
    return np.nan if parameter is None or parameter.off else parameter.number
