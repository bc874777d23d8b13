"""Spread what an enterprise pays and uses over its land, so that it sums back exactly."""

from __future__ import annotations

import numpy as np
import pandas as pd

from landgov.quality import named_among

# column of the year's figures → column of the worked-out links
SPREAD = {
    "tax_wan": "tax_worked_wan",
    "value_added_wan": "value_added_worked_wan",
    "energy_tce": "energy_worked_tce",
    "emission_t": "emission_worked_t",
}


def enterprise_land(links: pd.DataFrame, index: pd.Index, *, covered: bool) -> pd.Series:
    """Sum the land that each enterprise uses; one missing link makes the sum missing.

    Parameters
    ----------
    links : DataFrame
        With `enterprise_id` and `area_worked_mu`.
    index : Index
        All enterprises.
    covered : bool
        Whether the links are reported completely, so that an enterprise without any uses
        no land; otherwise its land is unknown.

    Examples
    --------
    >>> links = pd.DataFrame({"enterprise_id": ["A", "A", "B", "B"],
    ...                       "area_worked_mu": [3.0, 4.0, 1.0, None]})
    >>> enterprise_land(links, pd.Index(["A", "B", "C"]), covered=False).tolist()
    [7.0, nan, nan]
    """
    by_firm = links["area_worked_mu"].groupby(links["enterprise_id"])
    land = by_firm.sum().reindex(index)
    unknown = links.loc[links["area_worked_mu"].isna(), "enterprise_id"]
    land = land.mask(named_among(index, unknown))
    nowhere = ~named_among(index, links["enterprise_id"])
    return land.mask(nowhere & covered, 0.0).rename("land_mu")


def spread_by_land(links: pd.DataFrame, firms: pd.DataFrame) -> pd.DataFrame:
    """Spread tax, value added, energy and emissions of each enterprise over its links.

    Parameters
    ----------
    links : DataFrame
        With `enterprise_id` and `area_worked_mu`.
    firms : DataFrame
        Figures of the year and `land_mu`, indexed by `enterprise_id`.

    Returns
    -------
    DataFrame
        The links with the worked-out figures; those of an enterprise whose land is
        nothing or unknown stand on rows without `parcel_id`, rule `no_land`.
    """
    links = links.copy()
    land = links["enterprise_id"].map(firms["land_mu"]).astype("float64")
    part = links["area_worked_mu"].div(land.where(land > 0))
    for figure, worked in SPREAD.items():
        links[worked] = links["enterprise_id"].map(firms[figure]).astype("float64") * part
    landless = firms[~(firms["land_mu"] > 0) & firms[list(SPREAD)].notna().any(axis=1)]
    rows = landless[list(SPREAD)].rename(columns=SPREAD)
    rows = rows.assign(enterprise_id=landless.index, rule="no_land").reset_index(drop=True)
    rows["parcel_id"] = pd.Series(np.nan, index=rows.index, dtype="str")
    return pd.concat([links, rows], ignore_index=True) if len(rows) else links


def tax_of_parcels(links: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    """Σ tax ÷ Σ linked land of each parcel, for display; missing if any part is.

    Returns
    -------
    DataFrame
        `linked_mu` 亩, `tax_per_mu` and `value_added_per_mu` 万元/亩.
    """
    held = links[links["parcel_id"].notna() & links["joined"].fillna(value=False).astype(bool)]
    parcel = held["parcel_id"]
    sums = {}
    for column in ("area_worked_mu", "tax_worked_wan", "value_added_worked_wan"):
        total = held[column].groupby(parcel).sum().reindex(index)
        sums[column] = total.mask(named_among(index, parcel[held[column].isna()]))
    land = sums["area_worked_mu"].where(sums["area_worked_mu"] > 0)
    return pd.DataFrame(
        {
            "linked_mu": sums["area_worked_mu"],
            "tax_per_mu": sums["tax_worked_wan"] / land,
            "value_added_per_mu": sums["value_added_worked_wan"] / land,
        }
    )
