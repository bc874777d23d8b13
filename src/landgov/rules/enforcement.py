"""Which department acts on an open finding (查处单位): for illegal use of land it follows the land."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from landgov import schema
from landgov.policies import Policy

CLAUSE: Final = "三（四）"
_OR: Final = "或"


def on_farmland(parcels: pd.DataFrame, policy: Policy) -> pd.Series:
    """Tell farmland (农用地) from construction land by the use on the ground.

    Parameters
    ----------
    parcels : DataFrame
        `land_use_system` and `land_use_code`.
    policy : Policy
        `farmland_codes`: codes by classification; a code stands for all that begin with it.

    Returns
    -------
    Series
        Nullable boolean; missing where there is no code or its classification is not listed.

    References
    ----------
    虞政办发〔2021〕86号, 三（四）.
    """
    system, code = parcels["land_use_system"], parcels["land_use_code"]
    answer = pd.Series(pd.NA, index=parcels.index, dtype="boolean")
    for name, beginnings in policy.setting("farmland_codes").items():
        here = (system.eq(name) & code.notna()).fillna(value=False).to_numpy(dtype=bool)
        answer[here] = code[here].str.startswith(tuple(beginnings)).to_numpy(dtype=bool)
    return answer


def enforcing(kind: str, farmland: pd.Series, policy: Policy) -> pd.Series:
    """Name the department that acts on a kind of finding on each parcel.

    Parameters
    ----------
    kind : str
        Kind of finding, or any other rule: that has none.
    farmland : Series
        From `on_farmland`.
    policy : Policy
        `enforcement` and `enforcement_on_farmland`: departments by kind. A kind that
        neither names is the business of the department that reports it.

    Returns
    -------
    Series of str
        On the index of `farmland`; both departments where the land is not known.

    Examples
    --------
    >>> from datetime import date
    >>> from landgov.policies import load_policy
    >>> policy = load_policy("shangyu-2021-86", on=date(2022, 12, 31))
    >>> land = pd.Series([True, False, None], dtype="boolean")
    >>> enforcing("illegal_building", land, policy).tolist()
    ['自然资源和规划分局', '区综合执法局', '自然资源和规划分局或区综合执法局']

    References
    ----------
    虞政办发〔2021〕86号, 三（四）.
    """
    reports = {code.code: code.department for code in schema.codes("finding_kind")}
    usual = policy.setting("enforcement").get(kind, reports.get(kind, ""))
    there = policy.setting("enforcement_on_farmland").get(kind, usual)
    doubt = usual if usual == there else there + _OR + usual
    known, yes = farmland.notna().to_numpy(), farmland.fillna(value=False).to_numpy(dtype=bool)
    words = np.where(known, np.where(yes, there, usual), doubt)
    return pd.Series(words, index=farmland.index, dtype="str")
