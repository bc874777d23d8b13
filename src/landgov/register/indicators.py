"""Indicators of an enterprise and a parcel, each with its unit; never infinite."""

from __future__ import annotations

import pandas as pd

from landgov.units import MU_M2


def tax_per_mu(tax_wan: pd.Series, land_mu: pd.Series) -> pd.Series:
    """Divide an enterprise's tax by all the land it uses (亩均税收).

    Parameters
    ----------
    tax_wan : Series
        Tax of the year, 万元.
    land_mu : Series
        All the land it uses, 亩.

    Returns
    -------
    Series
        Float, 万元/亩, on the index of `tax_wan`. Missing where tax or land is unknown or
        the land is zero: never infinite.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）1.

    Examples
    --------
    >>> tax_per_mu(pd.Series([50.0, 7.0]), pd.Series([10.0, 0.0])).tolist()
    [5.0, nan]
    """
    return ratio(tax_wan, land_mu).rename("tax_per_mu")


def ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Divide, missing where either is unknown or the divisor is not above zero.

    Examples
    --------
    >>> ratio(pd.Series([1.0, 1.0, None]), pd.Series([4.0, 0.0, 1.0])).tolist()
    [0.25, nan, nan]
    """
    whole = whole.reindex(part.index)
    return part.div(whole.where(whole > 0)).astype("float64")


def enterprise_indicators(firms: pd.DataFrame) -> pd.DataFrame:
    """Indicators of the 亩均论英雄 evaluation that need no scheme.

    Parameters
    ----------
    firms : DataFrame
        `land_mu` and the year's figures.

    Returns
    -------
    DataFrame
        `tax_per_mu`, `value_added_per_mu` (万元/亩), `labour_productivity_wan`
        (万元/人·年), `energy_per_value_added` (tce/万元), `emission_per_value_added`
        (t/万元), `rd_share`. The other way round, as the evaluation has them:
        `value_added_per_energy_equivalent` and `value_added_per_energy_calorific`
        (万元/tce, each of the energy that is stated in that value: they differ by more
        than twice and are never compared), `value_added_per_emission` (万元/t).
    """
    added = firms["value_added_wan"]
    energy = energy_by_basis(firms)
    return pd.DataFrame(
        {
            "tax_per_mu": tax_per_mu(firms["tax_wan"], firms["land_mu"]),
            "value_added_per_mu": ratio(added, firms["land_mu"]),
            "labour_productivity_wan": ratio(added, firms["employees"]),
            "energy_per_value_added": ratio(firms["energy_tce"], added),
            "emission_per_value_added": ratio(firms["emission_t"], added),
            "rd_share": ratio(firms["rd_wan"], firms["revenue_wan"]),
            "value_added_per_energy_equivalent": ratio(added, energy["energy_equivalent_tce"]),
            "value_added_per_energy_calorific": ratio(added, energy["energy_calorific_tce"]),
            "value_added_per_emission": ratio(added, firms["emission_t"]),
        }
    )


def energy_by_basis(firms: pd.DataFrame) -> pd.DataFrame:
    """Keep energy in equivalent value and in calorific value apart (等价值、当量值).

    Parameters
    ----------
    firms : DataFrame
        `energy_tce` and `energy_basis`.

    Returns
    -------
    DataFrame
        `energy_equivalent_tce` and `energy_calorific_tce`, tce; energy of which it is not
        said which of them it is stands in neither.

    References
    ----------
    GB/T 2589-2020.

    Examples
    --------
    >>> firms = pd.DataFrame({"energy_tce": [2.0, 3.0], "energy_basis": ["equivalent", None]})
    >>> energy_by_basis(firms)["energy_equivalent_tce"].tolist()
    [2.0, nan]
    """
    return pd.DataFrame(
        {
            f"energy_{basis}_tce": firms["energy_tce"]
            .astype("float64")
            .where(firms["energy_basis"].eq(basis).fillna(value=False).astype(bool))
            for basis in ("equivalent", "calorific")
        }
    )


def plot_ratio(floor_area_m2: pd.Series, land_mu: pd.Series) -> pd.Series:
    """Divide floor area by land (容积率); the floor area is taken as it was sent.

    Examples
    --------
    >>> plot_ratio(pd.Series([10000.0]), pd.Series([15.0])).tolist()
    [1.0]
    """
    return ratio(floor_area_m2, land_mu * float(MU_M2)).rename("plot_ratio")
