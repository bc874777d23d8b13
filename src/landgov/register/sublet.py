"""Who lets to whom on a parcel, and what that takes off the lessor (转租)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from landgov.quality import CheckedTable, tell

# A tenant of a parcel with several owners who does not say which of them lets.
UNCLEAR = -2
# A tenant whose lessor, in the end, is itself.
RING = -3
_EXCESS_MU = 1e-6


def lessor_rows(
    links: pd.DataFrame, checked: CheckedTable, issues: list[dict[str, Any]]
) -> np.ndarray:
    """Position of the link that each lessee's or user's land comes off (出租方).

    Parameters
    ----------
    links : DataFrame
        Active links.
    checked : CheckedTable
        The links as checked, for the issues.
    issues : list of dict
        `ambiguous_lessor` and `lease_cycle` are added.

    Returns
    -------
    ndarray of int
        -1 where the land comes off nobody; `UNCLEAR` where it can't be told which of
        several owners lets; `RING` where the letting goes round.

    References
    ----------
    虞政办发〔2021〕86号, 三（二）.
    """
    place = pd.Series(np.arange(len(links)), index=links.index)
    tenant = links["role"].isin(("lessee", "user")) & links["joined"]
    owner = links["role"].eq("owner") & links["joined"]
    owners = links[owner].groupby("parcel_id")["role"].size()
    first_owner = place[owner].groupby(links.loc[owner, "parcel_id"]).first()
    default = links["parcel_id"].map(first_owner).fillna(-1).to_numpy(dtype=np.int64, copy=True)
    unclear = tenant & links["lessor_id"].isna() & (links["parcel_id"].map(owners) > 1)
    _tell_of(links, unclear.to_numpy(dtype=bool), "ambiguous_lessor", checked, issues)
    default[unclear.to_numpy()] = UNCLEAR
    # Who holds land of the parcel, owners before lessees, by parcel and enterprise.
    pair = pd.MultiIndex.from_arrays([links["parcel_id"], links["enterprise_id"]])
    order = np.argsort(~owner.to_numpy(), kind="stable")
    holders = pd.Series(order, index=pair[order])
    holders = holders[~holders.index.duplicated()]
    wanted = pd.MultiIndex.from_arrays([links["parcel_id"], links["lessor_id"]])
    named = holders.reindex(wanted).fillna(-1).astype("int64").to_numpy()
    lessor = np.where(links["lessor_id"].notna(), named, default)
    lessor = np.where(tenant, lessor, -1)
    lessor = np.where(lessor == np.arange(len(links)), -1, lessor)
    rings = _in_rings(lessor)
    _tell_of(links, rings, "lease_cycle", checked, issues)
    return np.where(rings, RING, lessor)


def _tell_of(
    links: pd.DataFrame,
    chosen: np.ndarray,
    kind: str,
    checked: CheckedTable,
    issues: list[dict[str, Any]],
) -> None:
    """Name each of these links in words that speak of its parcel."""
    places = links["row"].to_numpy(dtype=np.int64)[chosen]
    keys = links["parcel_id"].to_numpy(dtype=object)[chosen]
    values = links["enterprise_id"].to_numpy(dtype=object)[chosen]
    tell(issues, kind, checked, places, "lessor_id", key=keys.tolist(), value=values.tolist())


def _in_rings(lessor: np.ndarray) -> np.ndarray:
    """Links that let to each other in a ring: A holds from B, and B from A."""
    has = np.flatnonzero(lessor >= 0)
    size = len(lessor)
    if not len(has):
        return np.zeros(size, dtype=bool)
    graph = coo_array((np.ones(len(has)), (has, lessor[has])), (size, size))
    _, label = connected_components(graph, directed=True, connection="strong")
    # Each link has one lessor at most, so a strong component of two or more is a ring.
    several = np.bincount(label) > 1
    return np.asarray(several[label])


def let_by(gross: pd.Series, lessor: np.ndarray, counted: pd.Series) -> np.ndarray:
    """Land that each link lets to others, 亩."""
    held = np.where(counted.to_numpy(), gross.to_numpy(), 0.0)
    off = np.zeros(len(gross))
    has = lessor >= 0
    np.add.at(off, lessor[has], held[has])
    return off


def lets_to(lessor: np.ndarray, unknown: pd.Series) -> np.ndarray:
    """Links that let land to somebody whose area is unknown."""
    lets = np.zeros(len(lessor), dtype=bool)
    has = (lessor >= 0) & unknown.to_numpy()
    lets[lessor[has]] = True
    return lets


def tell_over_sublet(
    links: pd.DataFrame,
    gross: pd.Series,
    let: np.ndarray,
    checked: CheckedTable,
    issues: list[dict[str, Any]],
) -> None:
    """Name the links that let more land than they hold (转租超过持有).

    What is let in excess shows in the parcel's negative residual, so no 亩 is lost.
    """
    held = gross.to_numpy(dtype=float)
    over = np.flatnonzero(let > held + _EXCESS_MU)  # a missing area is no excess
    tell(
        issues,
        "over_sublet",
        checked,
        links["row"].to_numpy(dtype=np.int64)[over],
        "area_mu",
        key=links["parcel_id"].to_numpy(dtype=object)[over].tolist(),
        value=[f"{let[place]:.4f}" for place in over],
        allowed=[f"{links['enterprise_id'].iloc[place]} {held[place]:.4f}" for place in over],
    )
