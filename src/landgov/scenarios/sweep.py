"""How much land a line takes in as it moves (阈值敏感性)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from landgov.errors import LandgovError
from landgov.pipeline import Prepared
from landgov.policies.changed import changed_policy
from landgov.rules import Judgement
from landgov.scenarios.rejudge import case_of


def sweep(ready: Prepared, name: str, values: Sequence[str], category: str) -> pd.DataFrame:
    """Judge by one number after another; files are read and joined once.

    Parameters
    ----------
    ready : Prepared
        Read, checked and joined.
    name : str
        A number of the policy.
    values : sequence of str
        The values to try, as a person writes them.
    category : str
        The category that is counted.

    Returns
    -------
    DataFrame
        One row a value: `value`, `parcels`, `mu`, `unknown_parcels`, `unknown_mu` of the
        category, `enterprises` that put land into it, and their `tax_wan` (万元; those
        whose tax is unknown are counted in `tax_unknown`).

    Raises
    ------
    LandgovError
        If there is no such number or category.
    """
    if category not in ready.judged.members and category != "collective":
        raise LandgovError(
            f"there is no category {category!r}.",
            do="low_efficiency, three_low, two_high, four_without, wider_violations, collective",
            message_zh=f"没有类别 {category}。",
        )
    rows = []
    kept: dict[Any, Any] = {}
    for value in values:
        policy = changed_policy(ready.workspace.policy, {name: value})
        judged = case_of(ready, value, policy, kept=kept).judged
        rows.append({"value": value, **_counts(judged, category)})
    return pd.DataFrame(rows)


def _counts(judged: Judgement, category: str) -> dict[str, float]:
    parcels = judged.parcels
    answer = parcels[category]
    firms = _firms_in(judged, category)
    tax = judged.enterprises["tax_wan"].to_numpy(dtype=float)[firms]
    return {
        "parcels": int(answer.eq("yes").sum()),
        "mu": float(parcels[f"{category}_mu"].sum()),
        "unknown_parcels": int(answer.eq("unknown").sum()),
        "unknown_mu": float(parcels[f"{category}_unknown_mu"].sum()),
        "enterprises": int(firms.sum()),
        "tax_wan": float(np.nansum(tax)),
        "tax_unknown": int(np.isnan(tax).sum()),
    }


def _firms_in(judged: Judgement, category: str) -> np.ndarray:
    """Enterprises that use land of the category: by their own answer, or by the parcel's."""
    users = judged.users
    members = set(judged.members.get(category, ()))
    inside = judged.parcels["in_scope"].eq("yes").to_numpy()
    own = np.zeros(len(users.parcels), dtype=bool)
    firm = np.zeros(len(users.firms), dtype=bool)
    for rule in members & judged.on_land.keys():
        own |= judged.on_land[rule].answer.to_numpy(dtype=bool, na_value=False)
    for rule in members & judged.on_firms.keys():
        firm |= judged.on_firms[rule].answer.to_numpy(dtype=bool, na_value=False)
    if not members:
        own = judged.parcels[category].eq("yes").to_numpy()
    there = (users.firm >= 0) & ~users.undecided & inside[users.parcel]
    holds = there & (own[users.parcel] | np.append(firm, False)[users.firm])
    found = np.zeros(len(users.firms), dtype=bool)
    found[users.firm[holds]] = True
    return found
