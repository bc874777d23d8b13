"""Which parcels are industrial land (工业用地): the scope of every category."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from landgov import codes
from landgov.policies import Policy
from landgov.quality import CheckedTable, named_among, tell
from landgov.rules.ruling import Ruling, missing_facts

CLAUSE = "二（一）"


def in_scope(
    parcels: pd.DataFrame,
    factories: pd.Series,
    policy: Policy,
    checked: CheckedTable,
    issues: list[dict[str, Any]],
) -> Ruling:
    """Tell industrial land by its code in its classification (工业用地).

    Parameters
    ----------
    parcels : DataFrame
        `land_use_system` and `land_use_code`, the use on the ground.
    factories : Series of bool
        Whether an enterprise of mining, manufacturing or supply uses the parcel.
    policy : Policy
        `industrial_codes`, and `undecided_codes` that name only the upper class.
    checked : CheckedTable
        The parcels as checked, for the issues.
    issues : list of dict
        Codes without a classification and factories on other land are added.

    Returns
    -------
    Ruling
        A code without its system, an upper class, and other land with a factory on it are
        unknown: never silently out.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）: 工业企业用地.
    """
    system, code = parcels["land_use_system"], parcels["land_use_code"]
    industrial = _listed(system, code, policy.setting("industrial_codes"))
    undecided = _listed(system, code, policy.setting("undecided_codes"))
    known_system = system.isin(list(policy.setting("industrial_codes")))
    unread = code.notna() & ~known_system
    answer = industrial.astype("boolean").mask(code.isna() | unread | undecided)
    outside_use = answer.eq(other=False).fillna(value=False).to_numpy(dtype=bool)
    factory_outside = outside_use & factories.to_numpy(dtype=bool)
    answer = answer.mask(factory_outside)
    for kind, where in (
        ("no_land_use_system", unread & system.isna()),
        ("unknown_land_use", (unread & system.notna()) | undecided),
        ("factory_outside_scope", pd.Series(factory_outside, index=parcels.index)),
    ):
        places = np.flatnonzero(where.to_numpy(dtype=bool))
        field = "land_use_system" if kind == "no_land_use_system" else "land_use_code"
        tell(issues, kind, checked, places, field, value=list(code.iloc[places]))
    return Ruling(
        rule="in_scope",
        category="in_scope",
        clause=CLAUSE,
        answer=answer,
        table="parcels",
        column="land_use_code",
        rows=np.arange(len(parcels)),
        missing=missing_facts(
            {
                "parcels.land_use_code": code.isna() | undecided | factory_outside,
                "parcels.land_use_system": unread,
            }
        ),
    )


def factory_users(
    links: pd.DataFrame, firms: pd.DataFrame, index: pd.Index, policy: Policy
) -> pd.Series:
    """Whether an enterprise of the policy's industry sections uses each parcel.

    Returns
    -------
    Series of bool
        On `index`.
    """
    section = codes.industry_section(firms["industry_code"])
    factory = firms.index[section.isin(policy.setting("factory_industries")).to_numpy()]
    used = links.loc[factory.get_indexer(pd.Index(links["enterprise_id"])) >= 0, "parcel_id"]
    return pd.Series(named_among(index, used.dropna()), index=index)


def _listed(system: pd.Series, code: pd.Series, lists: dict[str, list[str]]) -> pd.Series:
    """Whether a code is listed for its classification."""
    found = np.zeros(len(code), dtype=bool)
    for name, listed in lists.items():
        found |= (system.eq(name) & code.isin(listed)).to_numpy(dtype=bool, na_value=False)
    return pd.Series(found, index=code.index)
