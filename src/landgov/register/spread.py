"""Spread what an enterprise pays and uses over its land, so that it sums back exactly."""

from __future__ import annotations

import numpy as np
import pandas as pd

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
        With `firm` (position of the enterprise in `index`) and `area_worked_mu`.
    index : Index
        All enterprises.
    covered : bool
        Whether the links are reported completely, so that an enterprise without any uses
        no land; otherwise its land is unknown.

    Examples
    --------
    >>> links = pd.DataFrame({"firm": [0, 0, 1, 1], "area_worked_mu": [3.0, 4.0, 1.0, None]})
    >>> enterprise_land(links, pd.Index(["A", "B", "C"]), covered=False).tolist()
    [7.0, nan, nan]
    """
    firm = links["firm"].to_numpy()
    there = firm < len(index)
    area = links["area_worked_mu"].to_numpy(dtype=float)
    land = np.bincount(firm[there], area[there], len(index)).astype(float)
    nowhere = np.bincount(firm[there], minlength=len(index)) == 0
    land[nowhere] = 0.0 if covered else np.nan
    return pd.Series(land, index=index, name="land_mu")


def spread_by_land(links: pd.DataFrame, firms: pd.DataFrame) -> pd.DataFrame:
    """Spread tax, value added, energy and emissions of each enterprise over its links.

    Parameters
    ----------
    links : DataFrame
        With `firm` (position of the enterprise in `firms`) and `area_worked_mu`.
    firms : DataFrame
        Figures of the year and `land_mu`, indexed by `enterprise_id`.

    Returns
    -------
    DataFrame
        The links with the worked-out figures; those of an enterprise whose land is
        nothing or unknown stand on rows without `parcel_id`, rule `no_land`.
    """
    links = links.copy()
    firm = links["firm"].to_numpy()
    firm = np.where(firm < len(firms), firm, len(firms))
    land = np.append(firms["land_mu"].to_numpy(dtype=float), np.nan)
    part = links["area_worked_mu"].to_numpy(dtype=float) / np.where(land > 0, land, np.nan)[firm]
    for figure, worked in SPREAD.items():
        links[worked] = np.append(firms[figure].to_numpy(dtype=float), np.nan)[firm] * part
    landless = firms[~(firms["land_mu"] > 0) & firms[list(SPREAD)].notna().any(axis=1)]
    rows = landless[list(SPREAD)].rename(columns=SPREAD)
    rows = rows.assign(enterprise_id=landless.index, rule="no_land").reset_index(drop=True)
    rows["parcel_id"] = pd.Series(np.nan, index=rows.index, dtype="str")
    rows["place"], rows["firm"] = -1, firms.index.get_indexer(landless.index)
    return pd.concat([links, rows], ignore_index=True) if len(rows) else links


def tax_of_parcels(links: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    """Σ tax ÷ Σ linked land of each parcel, for display; missing if any part is.

    Parameters
    ----------
    links : DataFrame
        From `spread_by_land`, with `place` (position of the parcel in `index`, or -1).
    index : Index
        All parcels.

    Returns
    -------
    DataFrame
        `linked_mu` 亩, `tax_per_mu` and `value_added_per_mu` 万元/亩.
    """
    place = links["place"].to_numpy()
    there = place >= 0
    used = np.bincount(place[there], minlength=len(index)) > 0
    sums = {}
    for column in ("area_worked_mu", "tax_worked_wan", "value_added_worked_wan"):
        part = links[column].to_numpy(dtype=float)[there]
        total = pd.Series(np.bincount(place[there], part, len(index)), index=index)
        sums[column] = total.where(used)
    land = sums["area_worked_mu"].where(sums["area_worked_mu"] > 0)
    return pd.DataFrame(
        {
            "linked_mu": sums["area_worked_mu"],
            "tax_per_mu": sums["tax_worked_wan"] / land,
            "value_added_per_mu": sums["value_added_worked_wan"] / land,
        }
    )
