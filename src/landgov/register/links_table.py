"""The table of links that a run gives: who holds how much of which parcel, and what is left."""

from __future__ import annotations

import pandas as pd

from landgov.register.register import Register


def links_table(register: Register) -> pd.DataFrame:
    """Links with worked-out land and figures, residual rows among them (用地关系表).

    Returns
    -------
    DataFrame
        As `links.parquet` holds it, in an order that no input order changes.
    """
    links = pd.concat([register.links, register.residuals], ignore_index=True)
    land = links["parcel_id"].map(register.parcels["land_mu"]).astype("float64")
    links["share_worked"] = links["area_worked_mu"].div(land.where(land > 0))
    names = ["parcel_id", "enterprise_id", "role", "lessor_id", "area_worked_mu", "share_worked"]
    figures = [name for name in links.columns if name.endswith(("_worked_wan", "_worked_tce"))]
    figures += ["emission_worked_t"]
    table = links[[*names, *figures, "rule"]]
    order = ["parcel_id", "enterprise_id", "role", "rule", "area_worked_mu"]
    return table.sort_values(order, kind="stable", na_position="last").reset_index(drop=True)
