"""The table of links that a run gives: who holds how much of which parcel, and what is left."""

from __future__ import annotations

import pandas as pd

from landgov.register.register import Register

GIVEN = "given"


def links_table(register: Register, matches: pd.DataFrame) -> pd.DataFrame:
    """Links with worked-out land and figures, residual rows among them (用地关系表).

    Parameters
    ----------
    register : Register
        The base list.
    matches : DataFrame
        Decided matches: `enterprise_id`, `parcel_id`, `method`, `score`, `accepted`.

    Returns
    -------
    DataFrame
        As `links.parquet` holds it, in an order that no input order changes. `matched_by` is
        ``given`` for a link that a department sent, else how the accepted match was found,
        and `match_score` its score; missing on residual rows and on those without a parcel.
    """
    links = pd.concat([register.links, register.residuals], ignore_index=True)
    land = links["parcel_id"].map(register.parcels["land_mu"]).astype("float64")
    links["share_worked"] = links["area_worked_mu"].div(land.where(land > 0))
    names = ["parcel_id", "enterprise_id", "role", "lessor_id", "area_worked_mu", "share_worked"]
    figures = [name for name in links.columns if name.endswith(("_worked_wan", "_worked_tce"))]
    figures += ["emission_worked_t"]
    links = links.assign(**_matched_by(links, matches))
    table = links[[*names, *figures, "rule", "matched_by", "match_score"]]
    order = ["parcel_id", "enterprise_id", "role", "rule", "area_worked_mu"]
    return table.sort_values(order, kind="stable", na_position="last").reset_index(drop=True)


def _matched_by(links: pd.DataFrame, matches: pd.DataFrame) -> dict[str, pd.Series]:
    """How each link came to be."""
    used = matches[matches["accepted"].astype(bool)].set_index(["parcel_id", "enterprise_id"])
    pairs = pd.MultiIndex.from_arrays([links["parcel_id"], links["enterprise_id"]])
    at = used.index.get_indexer(pairs) if len(used) else [-1] * len(links)
    place = pd.Series(at, index=links.index)
    linked = links["parcel_id"].notna() & links["enterprise_id"].notna()
    found = place >= 0
    method = pd.Series(GIVEN, index=links.index, dtype="str").where(linked)
    score = pd.Series(1.0, index=links.index).where(linked)
    if found.any():
        method = method.mask(found, place.map(dict(enumerate(used["method"]))).astype("str"))
        score = score.mask(found, place.map(dict(enumerate(used["score"]))).astype("float64"))
    return {"matched_by": method, "match_score": score}
