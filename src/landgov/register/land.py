"""The land ledger: what each enterprise holds of each parcel, and what nobody holds."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from landgov.policies import Policy
from landgov.quality import CheckedTable, named_among
from landgov.register.sublet import (
    RING,
    UNCLEAR,
    lessor_rows,
    let_by,
    lets_to,
    tell_over_sublet,
)

# Figures closer than this are the same figure: floats of sums of decimals, in 亩.
NOISE_MU = 1e-9
# An excess below this is rounding of the areas, not land: 0.0007 square metres.
EXCESS_MU = 1e-6


def parcel_land(parcels: pd.DataFrame, area: pd.Series) -> pd.DataFrame:
    """Take the land of each parcel: the certificate's area, else the measured one.

    Parameters
    ----------
    parcels : DataFrame
        With `area_cert_mu`.
    area : Series
        Measured ellipsoidal area, 亩, on the same index.

    Returns
    -------
    DataFrame
        `area_mu`, `land_mu` (亩) and `land_from` (`certificate`, `measured` or missing).
    """
    certificate = parcels["area_cert_mu"]
    land = certificate.where(certificate.notna(), area)
    source = np.where(certificate.notna(), "certificate", "measured")
    return pd.DataFrame(
        {
            "area_mu": area,
            "land_mu": land,
            "land_from": pd.Series(source, index=parcels.index, dtype="str").mask(land.isna()),
        }
    )


def active_links(links: CheckedTable, parcels: pd.Index, as_of: date) -> pd.DataFrame:
    """Links that hold on `as_of`, both days included; an unreadable date leaves it open.

    Parameters
    ----------
    links : CheckedTable
        The links as checked.
    parcels : Index
        Labels of the parcels.
    as_of : date
        The date judged on.

    Returns
    -------
    DataFrame
        The links with `row` (position in the checked table), `joined` (its parcel is in
        the parcel table) and `uncertain` (whether it holds on `as_of` is unknown, or two
        rows contradict each other): its area is missing.
    """
    frame = links.frame.assign(row=np.arange(len(links.frame)))
    day = pd.Timestamp(as_of)
    over = (frame["from"] > day) | (frame["to"] < day)
    open_date = links.undated["from"].to_numpy() | links.undated["to"].to_numpy()
    active = frame[~over.to_numpy()].reset_index(drop=True)
    rest = ~over.to_numpy()
    active["undecided"] = open_date[rest]
    twice = active.duplicated(["parcel_id", "enterprise_id", "role"], keep=False)
    contested = links.contested.to_numpy()[rest] | twice.to_numpy()
    active["uncertain"] = active["undecided"] | contested
    active["joined"] = parcels.get_indexer(pd.Index(active["parcel_id"])) >= 0
    return active.drop(columns=["from", "to"])


def worked_areas(
    links: pd.DataFrame, land: pd.Series, policy: Policy, checked: CheckedTable, issues: list[Any]
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
        `links_unstated` and `scale_over_allocated` are read.
    checked : CheckedTable
        The links as checked, for the issues.
    issues : list of dict
        `ambiguous_lessor`, `lease_cycle`, `over_sublet` are added.

    Returns
    -------
    DataFrame
        `links` with `area_worked_mu` and `rule`.
    """
    links = links.copy()
    parcel_mu = links["parcel_id"].map(land).astype("float64")
    share = links["share"] * parcel_mu
    gross = links["area_mu"].where(links["area_mu"].notna(), share)
    rule = np.where(links["area_mu"].notna(), "stated_area", "stated_share").astype(object)
    known = ~links["uncertain"] & links["joined"]
    gross = gross.where(known)
    lessor = lessor_rows(links, checked, issues)
    stated = gross.notna()
    let = let_by(gross, lessor, stated | ~known)
    tell_over_sublet(links, gross, let, checked, issues)
    net = (gross - let).clip(lower=0)
    # Where it is not known who lets, the owners' land is not either, nor that of a ring.
    owners_open = links["parcel_id"].isin(links.loc[lessor <= UNCLEAR, "parcel_id"])
    net = net.mask(owners_open & links["role"].eq("owner")).mask(lessor == RING)
    blank = known & ~stated
    parcel = links["parcel_id"]
    blanks = blank.groupby(parcel).transform("sum")
    # A link whose area can't be known leaves the remainder of its parcel unknown too.
    unknowable = (~known & links["joined"]).groupby(parcel).transform("any")
    unknowable = unknowable.fillna(value=False).astype(bool) | owners_open
    # Where two are unstated, what their lessor keeps is unknown as well.
    net = net.mask(lets_to(lessor, blank & (blanks > 1)))
    left = (parcel_mu - net.where(stated).groupby(parcel).transform("sum")).clip(lower=0)
    single = blank & (blanks == 1) & ~unknowable
    net = net.where(~single, left)
    rule[single.to_numpy()] = "residual"
    several = blank & (blanks > 1) & ~unknowable
    net, rule = _unstated(links, net, rule, several, left, policy)
    if policy.setting("scale_over_allocated"):
        total = net.groupby(parcel).transform("sum")
        net = net.where(~(total > parcel_mu + EXCESS_MU), net * parcel_mu / total)
    rule[net.isna().to_numpy()] = None
    links["area_worked_mu"] = net
    links["rule"] = pd.Series(rule, index=links.index, dtype="str")
    return links


def _unstated(
    links: pd.DataFrame,
    net: pd.Series,
    rule: np.ndarray,
    several: pd.Series,
    left: pd.Series,
    policy: Policy,
) -> tuple[pd.Series, np.ndarray]:
    """Split what is left among several unstated links, by the first rule that can."""
    parcel = links["parcel_id"]
    floor = links["floor_area_m2"].where(several)
    complete = (floor.notna() & (floor > 0)).where(several).groupby(parcel).transform("all")
    for name in policy.setting("links_unstated"):
        if name == "floor_area":
            can = several & complete.fillna(value=False).astype(bool)
            weight = floor / floor.groupby(parcel).transform("sum")
        else:
            can = several.copy()
            weight = 1.0 / several.groupby(parcel).transform("sum")
        net = net.where(~can, left * weight)
        rule[can.to_numpy()] = name
        several = several & ~can
    return net, rule


def residuals(links: pd.DataFrame, land: pd.Series) -> pd.DataFrame:
    """What the links leave of each parcel; negative where they exceed it.

    Returns
    -------
    DataFrame
        One row for each parcel whose links do not make its land exactly, with
        `area_worked_mu` missing where a link's area is.
    """
    areas = links.loc[links["joined"], ["parcel_id", "area_worked_mu"]]
    held = areas.groupby("parcel_id")["area_worked_mu"].sum().reindex(land.index).fillna(0.0)
    unknown = areas.loc[areas["area_worked_mu"].isna(), "parcel_id"]
    left = (land - held).mask(named_among(land.index, unknown))
    left = left[~(left.abs() <= NOISE_MU)]
    return pd.DataFrame(
        {"parcel_id": left.index, "area_worked_mu": left.to_numpy(), "rule": "residual"}
    )
