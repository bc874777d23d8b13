"""Which department acts on an open finding (查处单位): for illegal use of land it follows the land."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from landgov import schema
from landgov.policies import Policy
from landgov.rules.findings import kinds

CLAUSE: Final = "三（四）"
_OR: Final = "或"


@dataclass(frozen=True)
class Enforcement:
    """Who acts on open findings.

    Parameters
    ----------
    acts : mapping of str to tuple of str
        By kind of finding, the departments on farmland, elsewhere, and where that is unknown.
    land : ndarray of int
        Which of the three holds on each parcel.
    """

    acts: Mapping[str, tuple[str, str, str]]
    land: np.ndarray


def enforcement_on(parcels: pd.DataFrame, policy: Policy) -> Enforcement:
    """Tell who acts on which finding on each parcel.

    References
    ----------
    虞政办发〔2021〕86号, 三（四）.
    """
    farmland = on_farmland(parcels, policy)
    land = np.where(farmland.isna(), 2, np.where(farmland.fillna(value=False), 0, 1))
    return Enforcement({kind: acting(kind, policy) for kind in kinds()}, land.astype(np.int8))


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


def acting(kind: str, policy: Policy) -> tuple[str, str, str]:
    """Name the departments that act on a kind of finding: on farmland, elsewhere, where unknown.

    Parameters
    ----------
    kind : str
        Kind of finding, or any other rule: on that nobody acts.
    policy : Policy
        `enforcement` and `enforcement_on_farmland`: departments by kind. A kind that
        neither names is the business of the department that reports it.

    Examples
    --------
    >>> from datetime import date
    >>> from landgov.policies import load_policy
    >>> acting("illegal_building", load_policy("shangyu-2021-86", on=date(2022, 12, 31)))
    ('自然资源和规划分局', '区综合执法局', '自然资源和规划分局或区综合执法局')

    References
    ----------
    虞政办发〔2021〕86号, 三（四）.
    """
    reports = schema.finding_departments().get(kind, "")
    usual = policy.setting("enforcement").get(kind, reports)
    there = policy.setting("enforcement_on_farmland").get(kind, usual)
    return there, usual, usual if usual == there else there + _OR + usual
