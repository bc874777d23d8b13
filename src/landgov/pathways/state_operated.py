"""国资运作: land worth redeveloping that a state platform could buy (二（二）4)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from landgov.contiguity import blocks
from landgov.pathways.facts import CONDITION, NOTE, Fact, Reason, Texts, of_parcels
from landgov.rules import Judgement, from_words

CLAUSE = "二（二）4"


def unused(judged: Judgement) -> list[Reason]:
    """Land supplied and not used (供而未用), suspected idle, or used in part (用而未尽).

    References
    ----------
    虞政办发〔2021〕86号, 二（二）4.
    """
    rulings = {one.rule: one.own for one in judged.rulings}
    idle = judged.parcels["idle"]
    answer = idle.isin(("not_started", "suspended", "excused")).astype("boolean")
    answer = answer.mask(idle.eq("unknown").to_numpy())
    clock = [rulings["idle_not_started"], rulings["idle_suspended"]]

    def lacks() -> Texts:
        text: Texts = np.full(len(answer), "", dtype=object)
        for ruling in clock:
            named = ruling.lacks().to_numpy(dtype=object) if ruling is not None else text
            again = (text == "") | (text == named)
            text = np.where(named == "", text, np.where(again, named, text + "|" + named))
        return np.where(text == "", "contracts.agreed_start", text)

    rows = clock[0].rows if clock[0] is not None else np.full(len(answer), -1)
    found = [_reason("idle", Fact(answer, "contracts", "agreed_start", rows, lacks))]
    for name in ("supplied_not_used", "partly_used"):
        ruling = rulings[name]
        if ruling is not None:
            fact = Fact(ruling.answer, ruling.table, ruling.column, ruling.rows)
            found.append(_reason(name, fact))
    return found


def bank_collateral(judged: Judgement) -> list[Reason]:
    """Land mortgaged to a bank; that the loan is in default is shown apart and decides nothing.

    References
    ----------
    虞政办发〔2021〕86号, 二（二）4.
    """
    mortgaged, default = (
        judged.parcels[name] for name in ("mortgaged_to_bank", "collateral_in_default")
    )

    def lacks() -> Texts:
        named = np.where(mortgaged.isna(), "parcels.mortgaged_to_bank", "")
        apart = np.where(named == "", "", "|")
        text = named.astype(object) + np.where(
            default.isna(), apart + np.array("parcels.collateral_in_default", dtype=object), ""
        )
        return np.asarray(text, dtype=object)

    rows = np.arange(len(mortgaged))
    fact = Fact(mortgaged & default, "parcels", "collateral_in_default", rows, lacks)
    return [
        _reason("mortgaged", of_parcels(judged, "mortgaged_to_bank")),
        Reason(
            "in_default", "state_operated", CLAUSE, "land", NOTE, land=fact, obstacle="in_default"
        ),
    ]


def vacant_plant(judged: Judgement) -> Reason:
    """Plant stands vacant (闲置厂房).

    References
    ----------
    虞政办发〔2021〕86号, 二（二）4.
    """
    floor = judged.parcels["vacant_floor_m2"]
    answer = (floor > 0).astype("boolean").mask(floor.isna())
    return _reason("vacant_plant", of_parcels(judged, "vacant_floor_m2", answer))


def adjoining_stock(parcels: pd.DataFrame, joined: pd.DataFrame, min_mu: float) -> Reason:
    """Land in a site of two or more adjoining parcels of stock land (相邻连片存量用地).

    Parameters
    ----------
    parcels : DataFrame
        Judged parcels with `is_candidate`, `stock` and `site`.
    joined : DataFrame
        Pairs that land can be joined across, `left` and `right`.
    min_mu : float
        Least land of a site, 亩.

    Notes
    -----
    Where parcels may turn out to be candidates, land that would then lie in a site is
    unknown.

    References
    ----------
    虞政办发〔2021〕86号, 二（二）4.
    """
    site = parcels["site"]
    in_site = site.notna() & site.map(site.value_counts()).gt(1)
    maybe = parcels["is_candidate"].fillna(value=True).to_numpy(dtype=bool)
    ends = joined[["left", "right"]]
    both = np.logical_and(*(maybe[parcels.index.get_indexer(pd.Index(ends[end]))] for end in ends))
    group = blocks(parcels.index, ends[both])
    # Land of no known size may be of any.
    land = parcels["land_mu"].fillna(np.inf).groupby(group)
    could = maybe & (land.transform("size") > 1).to_numpy()
    could &= (land.transform("sum") >= min_mu).to_numpy()
    answer = in_site.astype("boolean").mask(could & ~in_site.to_numpy(dtype=bool))
    stock = from_words(parcels["stock"])
    open_site, open_stock = answer.isna().to_numpy(), stock.isna().to_numpy()

    def lacks() -> Texts:
        named = np.where(open_site, "parcels.is_candidate", "parcels.supply_status")
        both_ = np.where(
            open_site & open_stock, "parcels.is_candidate|parcels.supply_status", named
        )
        return both_.astype(object)

    rows = np.full(len(parcels), -1)
    return _reason("in_site", Fact(answer & stock, "parcels", "parcel_id", rows, lacks))


def redevelopable(judged: Judgement) -> Reason:
    """The land is worth redeveloping (具有再开发价值).

    References
    ----------
    虞政办发〔2021〕86号, 二（二）4.
    """
    fact = of_parcels(judged, "redevelopable")
    return Reason("redevelopable", "state_operated", CLAUSE, "land", CONDITION, land=fact)


def _reason(name: str, fact: Fact) -> Reason:
    return Reason(name, "state_operated", CLAUSE, "land", land=fact)
