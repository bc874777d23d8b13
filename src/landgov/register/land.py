"""The land ledger: what each enterprise holds of each parcel, and what nobody holds."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from landgov.policies import Policy
from landgov.quality import CheckedTable
from landgov.register.sublet import RING, UNCLEAR, Lettings, lettings, tell_over_sublet
from landgov.register.unstated import FOOTPRINTS, Pool, split

# Figures closer than this are the same figure: floats of sums of decimals, in 亩.
NOISE_MU = 1e-9
# An excess below this is rounding of the areas, not land: 0.0007 square metres.
EXCESS_MU = 1e-6


def parcel_land(parcels: pd.DataFrame, area: pd.Series, basis: str) -> pd.DataFrame:
    """Take the land of each parcel: the certificate's area, else the measured one, or the reverse.

    Parameters
    ----------
    parcels : DataFrame
        With `area_cert_mu`.
    area : Series
        Measured ellipsoidal area, 亩, on the same index.
    basis : str
        Which comes first, ``certificate`` or ``measured`` (`land_basis` of the policy).

    Returns
    -------
    DataFrame
        `area_mu`, `land_mu` (亩) and `land_from` (`certificate`, `measured` or missing).
    """
    certificate = parcels["area_cert_mu"]
    taken = certificate.notna() if basis == "certificate" else certificate.notna() & area.isna()
    land = certificate.where(taken, area)
    source = np.where(taken, "certificate", "measured")
    return pd.DataFrame(
        {
            "area_mu": area,
            "land_mu": land,
            "land_from": pd.Series(source, index=parcels.index, dtype="str").mask(land.isna()),
        }
    )


def active_links(
    links: CheckedTable, parcels: pd.Index, firms: pd.Index, as_of: date
) -> pd.DataFrame:
    """Links that hold on `as_of`, both days included; an unreadable date leaves it open.

    Parameters
    ----------
    links : CheckedTable
        The links as checked.
    parcels : Index
        Labels of the parcels.
    firms : Index
        Labels of the enterprises.
    as_of : date
        The date judged on.

    Returns
    -------
    DataFrame
        The links with `row` (position in the checked table), `place` (position of its
        parcel, or -1), `firm` (that of its enterprise; one that
        is in no table has a number beyond), `joined` (its parcel is in the parcel table) and `uncertain` (whether
        it holds on `as_of` is unknown, or two rows contradict each other): its area is missing.
    """
    frame, day = links.frame, pd.Timestamp(as_of)
    rest = ~((frame["from"] > day) | (frame["to"] < day)).to_numpy()
    open_date = links.undated["from"].to_numpy() | links.undated["to"].to_numpy()
    active = frame.drop(columns=["from", "to"])
    active = active.assign(row=np.arange(len(frame)), undecided=open_date)
    active = active[rest].reset_index(drop=True)
    active["place"] = parcels.get_indexer(pd.Index(active["parcel_id"]))
    firm = firms.get_indexer(pd.Index(active["enterprise_id"]))
    lost = np.flatnonzero(firm < 0)
    firm[lost] = (
        len(firms) + pd.factorize(active["enterprise_id"].iloc[lost], use_na_sentinel=False)[0]
    )
    active["firm"] = firm
    contested = links.contested.to_numpy()[rest] | _repeated(active)
    active["uncertain"] = active["undecided"] | contested
    active["joined"] = active["place"] >= 0
    return active


def _repeated(links: pd.DataFrame) -> np.ndarray:
    """Whether another row speaks of the same parcel, enterprise and role."""
    place = links["place"].to_numpy().astype(np.int64)
    # Parcels that no table holds have no position, and are told apart by their names.
    lost = np.flatnonzero(place < 0)
    place[lost] = -1 - pd.factorize(links["parcel_id"].iloc[lost], use_na_sentinel=False)[0]
    role = pd.factorize(links["role"])[0]
    keys = pd.DataFrame({"place": place, "firm": links["firm"], "role": role})
    return np.asarray(keys.duplicated(keep=False))


def worked_areas(
    links: pd.DataFrame,
    land: pd.Series,
    policy: Policy,
    checked: CheckedTable,
    issues: list[Any],
    footprints: pd.Series | None = None,
) -> pd.DataFrame:
    """Work out the land of each active link, so that links and residual make the parcel.

    A link has its stated area, else its stated share of the parcel. What a lessee or user
    holds comes off its lessor. The only link of a parcel without either takes what the
    others leave; of two or more, each is missing unless the policy names a rule.

    Parameters
    ----------
    links : DataFrame
        Active links, from `active_links`.
    land : Series
        `land_mu` of each parcel.
    policy : Policy
        `links_unstated`, `over_allocated_tolerance_mu`, `scale_over_allocated` are read.
    checked : CheckedTable
        The links as checked, for the issues.
    issues : list of dict
        `ambiguous_lessor`, `lease_cycle`, `over_sublet` are added.
    footprints : Series, optional
        Footprint (m²) of the buildings that an enterprise uses, by parcel and enterprise.

    Returns
    -------
    DataFrame
        `links` with `area_worked_mu`, `held_mu` (before letting) and `rule`.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）1.
    """
    links = links.copy()
    mu = np.append(land.to_numpy(dtype=float), np.nan)
    place = links["place"].to_numpy()
    place = np.where(place < 0, len(land), place)  # a parcel in no table has no land
    gross, rule, known = _stated(links, place, mu)
    holdings = lettings(links, checked, issues)
    blank = known & np.isnan(gross)
    held = holdings.total(gross)
    let = holdings.let(np.where(blank, 0.0, gross))
    rounding = float(policy.setting("over_allocated_tolerance_mu"))
    tell_over_sublet(links, held, let, holdings, rounding, checked, issues)

    open_, owners_open = _open_parcels(place, known, holdings.lessor, len(mu))
    count = np.bincount(place[blank], minlength=len(mu))
    net = holdings.kept(gross, let)
    left = np.maximum(mu - np.bincount(place, np.nan_to_num(net), len(mu)), 0.0)
    several = blank & (count[place] > 1)
    if several.any():
        pools = _pools(holdings, np.flatnonzero(several & ~open_[place]), place, held - let, left)
        measures = _measures(links, footprints, holdings, blank)
        part, named = split(pools, policy.setting("links_unstated"), measures)
        net = holdings.kept(gross, let + _taken(holdings, pools, part))
        net[pools.rows], rule[pools.rows] = part, named
        # Where a tenant's land is unknown, what its lessor keeps is unknown as well.
        lost = np.flatnonzero(several & np.isnan(net) & (holdings.lessor >= 0))
        net[holdings.among(holdings.of_lessor(lost))] = np.nan
    single = blank & (count[place] == 1) & ~open_[place]
    net[single], rule[single] = left[place[single]], "residual"
    owner = links["role"].eq("owner").fillna(value=False).to_numpy(dtype=bool)
    net[(owners_open[place] & owner) | (holdings.lessor == RING)] = np.nan
    links["held_mu"] = holdings.held(gross, net)
    links["area_worked_mu"] = net
    if policy.setting("scale_over_allocated"):
        shrunk = _shrinking(net, place, mu)
        links[["held_mu", "area_worked_mu"]] = links[["held_mu", "area_worked_mu"]].mul(shrunk, 0)
    rule[np.isnan(net)] = None
    links["rule"] = pd.Series(rule, index=links.index, dtype="str")
    return links


def _stated(
    links: pd.DataFrame, place: np.ndarray, mu: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Land that each link states (亩), by which column, and whether the link can be relied on."""
    area = links["area_mu"].to_numpy(dtype=float)
    stated = ~np.isnan(area)
    gross = np.where(stated, area, links["share"].to_numpy(dtype=float) * mu[place])
    known = ~links["uncertain"].to_numpy(dtype=bool) & links["joined"].to_numpy(dtype=bool)
    gross[~known] = np.nan
    return gross, np.where(stated, "stated_area", "stated_share").astype(object), known


def _shrinking(net: np.ndarray, place: np.ndarray, mu: np.ndarray) -> np.ndarray:
    """By how much each link shrinks, so that those of no parcel exceed it, all alike."""
    total = np.bincount(place, np.nan_to_num(net), len(mu))
    over = total > mu + EXCESS_MU
    return np.where(over[place], (mu / np.where(over, total, 1.0))[place], 1.0)


def _open_parcels(
    place: np.ndarray, known: np.ndarray, lessor: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Parcels whose remainder can't be known, and those where the owners' land can't either."""
    open_ = np.zeros(size, dtype=bool)
    open_[place[~known]] = True
    owners_open = np.zeros(size, dtype=bool)
    owners_open[place[lessor <= UNCLEAR]] = True
    return open_ | owners_open, owners_open


def _pools(
    holdings: Lettings, rows: np.ndarray, place: np.ndarray, kept: np.ndarray, left: np.ndarray
) -> Pool:
    """What unstated links have in common: their lessor's land, else what the parcel has left."""
    lessor = holdings.lessor[rows]
    own = (lessor >= 0) & ~np.isnan(kept[holdings.holding[lessor]])
    key = np.where(own, len(left) + holdings.holding[lessor], place[rows])
    _, first, pool = np.unique(key, return_index=True, return_inverse=True)
    theirs = own[first]
    land = np.where(theirs, kept[holdings.holding[lessor[first]]], left[place[rows[first]]])
    return Pool(rows, pool, np.maximum(land, 0.0), np.where(theirs, lessor[first], -1))


def _taken(holdings: Lettings, pools: Pool, part: np.ndarray) -> np.ndarray:
    """What the unstated tenants of each holding take off it, 亩."""
    off = np.zeros(holdings.size)
    has = pools.lessor >= 0
    taken = np.bincount(pools.pool, part, len(pools.land))
    off[holdings.holding[pools.lessor[has]]] = taken[has]
    return off


def _measures(
    links: pd.DataFrame, footprints: pd.Series | None, holdings: Lettings, blank: np.ndarray
) -> dict[str, np.ndarray]:
    """What unstated links are weighed by: stated floor area, footprints of named buildings."""
    found = np.zeros(len(links))
    if footprints is not None and len(footprints):
        pair = pd.MultiIndex.from_arrays([links["parcel_id"], links["enterprise_id"]])
        found = footprints.reindex(pair).to_numpy(dtype=float)
        # An enterprise with several unstated links to a parcel has its buildings once.
        found = found / np.maximum(holdings.total(blank.astype(float)), 1.0)[holdings.holding]
    return {"floor_area": links["floor_area_m2"].to_numpy(dtype=float), FOOTPRINTS: found}


def residuals(links: pd.DataFrame, land: pd.Series) -> pd.DataFrame:
    """What the links leave of each parcel; negative where they exceed it.

    Parameters
    ----------
    links : DataFrame
        With `place` (position of the parcel in `land`, or -1) and `area_worked_mu`.
    land : Series
        `land_mu` of each parcel.

    Returns
    -------
    DataFrame
        One row for each parcel whose links do not make its land exactly, with
        `area_worked_mu` missing where a link's area is.
    """
    there = links["place"].to_numpy() >= 0
    areas = links["area_worked_mu"].to_numpy(dtype=float)[there]
    held = np.bincount(links["place"].to_numpy()[there], areas, len(land))
    left = land - held
    left = left[~(left.abs() <= NOISE_MU)]
    return pd.DataFrame(
        {"parcel_id": left.index, "area_worked_mu": left.to_numpy(), "rule": "residual"}
    )
