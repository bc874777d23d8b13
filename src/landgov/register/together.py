"""Who is evaluated: each by itself, together, or by its landlord's grade (合并评价、随宗地主评价)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from landgov.policies import Policy
from landgov.policies.scheme import Scheme
from landgov.quality import named_among
from landgov.register.evaluation import evaluate, no_evaluation

_SUMMED: Final = (
    *("land_mu", "tax_wan", "value_added_wan", "revenue_wan", "rd_wan", "employees"),
    *("energy_tce", "emission_t", "power_kwh"),
)


def evaluated(firms: pd.DataFrame, links: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Score and grade enterprises by the policy's scheme (亩均论英雄评价).

    Parameters
    ----------
    firms : DataFrame
        Facts, figures of the year, `land_mu`, and why one is `not_evaluated`.
    links : DataFrame
        Active links with `area_worked_mu`.
    policy : Policy
        Its ``[evaluation]`` may say ``together = "same_parcel"`` (several enterprises of one
        parcel count as one) and ``tenants = "follow_landlord"``.

    Returns
    -------
    DataFrame
        Columns of `evaluate`; all missing where the policy names no scheme.

    References
    ----------
    浙政发〔2018〕5号; 遂昌 2022; 江山 2023 (draft).
    """
    scheme = policy.scheme
    if scheme is None:
        return no_evaluation(firms.index)
    owns = links["role"].eq("owner").fillna(value=False)
    owners = links.loc[owns, "enterprise_id"].dropna()
    facts: dict[str, Any] = {
        "has_year": firms["year_row"] >= 0,
        "owns_land": named_among(firms.index, owners),
    }
    firms = firms.assign(**facts)
    asked: Mapping[str, Any] = policy.settings.get("evaluation", {})
    there = links[links["joined"].fillna(value=False).astype(bool)]
    there = there[there["enterprise_id"].notna()]
    if asked.get("together", "none") == "same_parcel":
        result = evaluate_together(firms, sharing_groups(there, firms.index), scheme)
    else:
        result = evaluate(firms, scheme)
    if asked.get("tenants", "own") == "follow_landlord":
        result = follow_landlord(result, firms, there)
    return result


def sharing_groups(links: pd.DataFrame, index: pd.Index) -> pd.Series:
    """Group enterprises that share a parcel, and those that share one with them (同宗企业).

    Parameters
    ----------
    links : DataFrame
        Active joined links: `parcel_id`, `enterprise_id`.
    index : Index
        All enterprises.

    Returns
    -------
    Series
        The first code of each enterprise's group; its own code where it shares nothing.

    Examples
    --------
    >>> links = pd.DataFrame({"parcel_id": ["P", "P", "Q"], "enterprise_id": ["B", "A", "C"]})
    >>> sharing_groups(links, pd.Index(["A", "B", "C"])).tolist()
    ['A', 'A', 'C']
    """
    held = links.drop_duplicates(["parcel_id", "enterprise_id"])
    firm = index.get_indexer(pd.Index(held["enterprise_id"]))
    parcel, _ = pd.factorize(held["parcel_id"])
    there = (firm >= 0) & (parcel >= 0)
    size = len(index) + int(parcel.max(initial=-1)) + 1
    ties = coo_array(
        (np.ones(int(there.sum())), (firm[there], parcel[there] + len(index))), (size, size)
    )
    _, label = connected_components(ties, directed=False)
    own = pd.Series(index.to_numpy(), index=index)
    first: pd.Series = own.groupby(label[: len(index)]).transform("min")
    return first


def evaluate_together(firms: pd.DataFrame, group: pd.Series, scheme: Scheme) -> pd.DataFrame:
    """Evaluate each group as one enterprise and give its members the result (合并评价).

    Figures and land are summed, and are missing where a member's is; a group is above scale
    if one of its members is. Energy on two bases has no sum.

    Parameters
    ----------
    firms : DataFrame
        As for `evaluate`.
    group : Series
        From `sharing_groups`.
    scheme : Scheme
        The scheme.

    References
    ----------
    遂昌 2022: 同一宗地上多家企业合并评价，结果共享.
    """
    by = group.to_numpy()
    merged = firms[list(_SUMMED)].astype("float64").groupby(by).sum(min_count=1)
    for name in _SUMMED:
        merged[name] = merged[name].mask(firms[name].isna().groupby(by).any())
    above = firms["is_above_scale"]
    some, all_known = (
        above.eq(True).fillna(False).groupby(by).any(),
        above.notna().groupby(by).all(),
    )
    merged["is_above_scale"] = some.astype("boolean").mask(~some & ~all_known)
    basis = firms["energy_basis"].astype("str").groupby(by)
    merged["energy_basis"] = basis.first().where(basis.nunique().eq(1))
    for name in ("has_year", "owns_land"):
        found = firms[name].astype(bool).groupby(by)
        merged[name] = found.all() if name == "has_year" else found.any()
    merged["veto"] = firms["veto"].fillna(False).astype(bool).groupby(by).any()
    reasons = firms["not_evaluated"].astype(object).groupby(by)
    merged["not_evaluated"] = reasons.first().where(reasons.count() == reasons.size())
    for name, start in (("bonus_points", 0.0), ("penalty_points", 0.0)):
        merged[name] = firms[name].fillna(start).groupby(by).sum()
    correction = firms["score_correction"].groupby(by)
    merged["score_correction"] = correction.first().where(correction.nunique().eq(1))
    result = evaluate(merged, scheme).reindex(by).set_axis(firms.index)
    several = pd.Series(by, index=firms.index).duplicated(keep=False)
    reason = "合并评价：" + result["grade_reason"].astype(object)
    result["grade_reason"] = (
        result["grade_reason"].astype(object).mask(several, reason).astype("str")
    )
    return result


def follow_landlord(result: pd.DataFrame, firms: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Give tenants below scale the grade of the parcel's owner (随宗地主评价).

    A tenant is an enterprise below scale that owns no land; of several landlords the one that
    lets most land counts, a tie goes to the smaller code. A landlord without a grade leaves
    the tenant without one.

    Parameters
    ----------
    result : DataFrame
        From `evaluate`.
    firms : DataFrame
        `is_above_scale`, `owns_land`.
    links : DataFrame
        Active joined links: `parcel_id`, `enterprise_id`, `role`, `lessor_id`,
        `area_worked_mu`.

    References
    ----------
    江山 2023 (draft): 规下承租企业随宗地主的评价结果.
    """
    owners = links[links["role"].eq("owner").fillna(False)].sort_values("enterprise_id")
    owner = owners.drop_duplicates("parcel_id").set_index("parcel_id")["enterprise_id"]
    let = links[~links["role"].eq("owner").fillna(False)].copy()
    let["landlord"] = let["lessor_id"].where(let["lessor_id"].notna(), let["parcel_id"].map(owner))
    # A tenant of a tenant: the lessor has no land of its own, so the parcel's owner counts.
    own = firms["owns_land"].reindex(let["landlord"]).fillna(False).to_numpy(dtype=bool)
    let["landlord"] = let["landlord"].where(own, let["parcel_id"].map(owner))
    let = let[let["landlord"].notna() & let["enterprise_id"].notna()]
    rented = let.groupby(["enterprise_id", "landlord"])["area_worked_mu"].sum().reset_index()
    rented = rented.sort_values(
        ["enterprise_id", "area_worked_mu", "landlord"], ascending=[True, False, True]
    )
    landlord = rented.drop_duplicates("enterprise_id").set_index("enterprise_id")["landlord"]
    tenant = firms["is_above_scale"].eq(False).fillna(False).to_numpy(dtype=bool)
    tenant = tenant & ~firms["owns_land"].to_numpy(dtype=bool)
    tenant = tenant & result.index.isin(landlord.index)
    follows = landlord.reindex(result.index[tenant])
    changed = result.copy()
    changed.loc[tenant, "grade_worked_out"] = result["grade_worked_out"].reindex(follows).to_numpy()
    changed.loc[tenant, "grade_reason"] = ("随宗地主 " + follows.astype(object)).to_numpy()
    return changed
