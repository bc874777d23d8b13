"""Who uses which land: shares that make more than the whole, and lessors without land there.

Land that exceeds its parcel by stated areas is told once, by the land ledger
(`over_allocated`); where the stated shares alone are too many, that is the cause, and it is
told here with the enterprises concerned.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from landgov.quality.tables import CheckedTable
from landgov.quality.telling import Issues, tell

Tables = Mapping[str, CheckedTable]

# Floats of sums of decimals: what is closer to the whole than this is the whole.
_NOISE = 1e-9


def active_rows(links: CheckedTable, as_of: date) -> pd.DataFrame:
    """Links that hold on `as_of`, both days included, and surely.

    Parameters
    ----------
    links : CheckedTable
        The links as checked.
    as_of : date
        The date judged on.

    Returns
    -------
    DataFrame
        Of them `parcel_id`, `enterprise_id`, `role`, `lessor_id`, `share` and `place` (row of
        the checked table). A link whose day can't be read, or whose key stands for several
        rows, is not among them.
    """
    frame, day = links.frame, pd.Timestamp(as_of)
    over = ((frame["from"] > day) | (frame["to"] < day)).to_numpy(dtype=bool)
    unsure = (links.undated["from"] | links.undated["to"]).to_numpy(dtype=bool)
    holds = ~over & ~unsure & ~links.contested.to_numpy(dtype=bool)
    holds &= frame["parcel_id"].notna().to_numpy() & frame["enterprise_id"].notna().to_numpy()
    columns = ["parcel_id", "enterprise_id", "role", "lessor_id", "share"]
    chosen = frame.loc[holds, columns].assign(place=np.flatnonzero(holds))
    active: pd.DataFrame = chosen.reset_index(drop=True)
    return active


def check_links(tables: Tables, as_of: date, issues: Issues) -> None:
    """Find parcels with more than the whole in shares, and lessors with no land to let.

    Parameters
    ----------
    tables : mapping of str to CheckedTable
        `links`, `parcels`, `enterprises` are read.
    as_of : date
        The date judged on.
    issues : list of dict
        `share_over_one` and `unknown_lessor` are added.
    """
    if not len(tables["links"].frame):
        return
    active = active_rows(tables["links"], as_of)
    parcels = tables["parcels"].frame
    known = parcels.index.get_indexer(pd.Index(active["parcel_id"]))
    active = active.assign(parcel=known)[known >= 0].reset_index(drop=True)
    _lessors(tables, active, issues)
    _shares(tables, active, issues)


def _shares(tables: Tables, active: pd.DataFrame, issues: Issues) -> None:
    """A tenant's share comes off its lessor, so it is added up with those of its like."""
    stated = active["share"].notna().to_numpy()
    touched = np.zeros(len(tables["parcels"].frame), dtype=bool)
    touched[active["parcel"].to_numpy()[stated]] = True
    here = active[touched[active["parcel"].to_numpy()]].reset_index(drop=True)
    if here.empty:
        return
    twice = here.duplicated(["parcel_id", "enterprise_id", "role"], keep=False)
    here = here[~twice].reset_index(drop=True)
    here["above"] = _lessor_of(here)
    total = here.groupby(["parcel", "above"], sort=True)["share"].transform("sum")
    over = here[(total > 1 + _NOISE) & here["share"].notna()].assign(total=total)
    if over.empty:
        return
    # The largest sum of a parcel is told, with the enterprises that make it.
    worst = over["total"] == over.groupby("parcel")["total"].transform("max")
    over = over[worst].sort_values(["parcel_id", "enterprise_id", "place"], kind="stable")
    names = over["enterprise_id"].map(_names(tables["enterprises"]))
    words = names.where(names.notna(), over["enterprise_id"]).astype(object)
    words = words + " " + over["share"].map("{:.6g}".format).astype(object)
    by_parcel = over.assign(words=words).groupby("parcel", sort=True)
    tell(
        issues,
        "share_over_one",
        tables["links"],
        by_parcel["place"].min().to_numpy(dtype=np.int64),
        "share",
        key=by_parcel["parcel_id"].first().tolist(),
        value=by_parcel["total"].first().map("{:.6g}".format).tolist(),
        allowed=by_parcel["words"].agg("、".join).tolist(),
    )


def _lessor_of(links: pd.DataFrame) -> np.ndarray:
    """Row of the link that each tenant's land comes off; -1 where it stands on its own."""
    owner = links["role"].eq("owner").fillna(value=False).to_numpy(dtype=bool)
    tenant = links["role"].isin(("lessee", "user")).to_numpy()
    rows = np.arange(len(links))
    first = pd.Series(rows[owner], index=links["parcel_id"][owner])
    first = first[~first.index.duplicated()]
    default = first.reindex(links["parcel_id"]).fillna(-1).to_numpy(dtype=np.int64)
    order = np.argsort(~owner, kind="stable")
    pair = pd.MultiIndex.from_frame(links[["parcel_id", "enterprise_id"]])[order]
    holder = pd.Series(order, index=pair)
    holder = holder[~holder.index.duplicated()]
    wanted = pd.MultiIndex.from_frame(links[["parcel_id", "lessor_id"]])
    named = holder.reindex(wanted).fillna(-1).to_numpy(dtype=np.int64)
    above = np.where(links["lessor_id"].notna().to_numpy(), named, default)
    above = np.where(tenant, above, -1)
    return np.where(above == rows, -1, above)


def _lessors(tables: Tables, active: pd.DataFrame, issues: Issues) -> None:
    """Warn of a lessor that is neither the right holder nor a user of the parcel on the day.

    Where neither the holder nor an owner of the parcel is known, nothing can be said.
    """
    lets = active[active["lessor_id"].notna() & active["role"].isin(("lessee", "user"))]
    if lets.empty:
        return
    touched = np.zeros(len(tables["parcels"].frame), dtype=bool)
    touched[lets["parcel"].to_numpy()] = True
    active = active[touched[active["parcel"].to_numpy()]]
    lessor = lets["lessor_id"].to_numpy(dtype=object)
    holder = tables["parcels"].frame["holder_id"].iloc[lets["parcel"]]
    users = pd.MultiIndex.from_frame(active[["parcel_id", "enterprise_id"]]).unique()
    there = users.get_indexer(pd.MultiIndex.from_arrays([lets["parcel_id"], lessor])) >= 0
    owned = pd.Index(active.loc[active["role"].eq("owner"), "parcel_id"]).unique()
    known = holder.notna().to_numpy() | (owned.get_indexer(pd.Index(lets["parcel_id"])) >= 0)
    same = holder.to_numpy(dtype=object) == lessor
    own = lets["enterprise_id"].to_numpy(dtype=object) == lessor  # told as a contradiction
    strange = np.asarray(known & ~there & ~same & ~own, dtype=bool)
    places = lets["place"].to_numpy(dtype=np.int64)[strange]
    value = lessor[strange].tolist()
    tell(issues, "unknown_lessor", tables["links"], places, "lessor_id", value=value)


def _names(enterprises: CheckedTable) -> pd.Series:
    names: pd.Series = enterprises.frame["name"].dropna()
    return names
