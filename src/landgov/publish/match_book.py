"""Proposed matches as a workbook that a person decides on and sends back (匹配审核表)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from landgov.decisions import (
    DECISION,
    DECISIONS,
    MATCH_AREA,
    MATCH_FOLDER,
    MATCH_HIDDEN,
    MATCH_ROLE,
    MATCH_SEEN,
    hidden_heading,
)
from landgov.publish.profiles import terms
from landgov.publish.unmatched_sheets import unmatched_sheets
from landgov.publish.workbook import Column, Sheet, write_workbook

_YELLOW = "#FFF2CC"
_TO_FILL = {"proposal": _YELLOW}
_PROPOSED = (
    Column("enterprise_id", MATCH_SEEN["enterprise_id"], 22, "@"),
    Column("_firm", "企业名称", 28, "wrap"),
    Column("_address", "企业地址", 26, "wrap"),
    Column("parcel_id", MATCH_SEEN["parcel_id"], 23, "@"),
    Column("_holder", "权利人", 26, "wrap"),
    Column("_place", "坐落", 24, "wrap"),
    Column("_mu", "地块_亩", 9, "0.00"),
    Column("_method", "依据", 11),
    Column("score", "得分", 7, "0.00"),
    Column("distance_m", "距离_米", 8, "0.0"),
    Column("evidence", "说明", 30, "wrap"),
    Column("_role", MATCH_ROLE, 10, "@", choices=(), fills=_TO_FILL),
    Column("_area", MATCH_AREA, 12, "@", fills=_TO_FILL),
    Column("_decision", DECISION, 9, "@", choices=DECISIONS, fills=_TO_FILL),
    Column("_remark", "备注", 20, "@", fills=_TO_FILL),
    *(Column(f"#{name}", hidden_heading(name), 10, "@", hidden=True) for name in MATCH_HIDDEN),
)


def write_matches(
    path: str | Path,
    *,
    matches: pd.DataFrame,
    enterprises: pd.DataFrame,
    unmatched: pd.DataFrame,
    parcels: pd.DataFrame,
    as_of: date,
) -> int:
    """Write the proposed matches, the enterprises without land and the land without enterprise.

    No tax and no other figure of an enterprise is in it.

    Parameters
    ----------
    path : str or Path
        The xlsx to write; an old one is replaced whole.
    matches : DataFrame
        Proposals, from `landgov.register.propose_matches`.
    enterprises : DataFrame
        Indexed by `enterprise_id`: `name`, `address`.
    unmatched : DataFrame
        The board's list of what is unmatched.
    parcels : DataFrame
        Indexed by `parcel_id`: `town`, `location`, `holder_name`, `land_mu`.
    as_of : date
        Stands as the date of creation in the file.

    Returns
    -------
    int
        Proposals written.

    References
    ----------
    虞政办发〔2021〕86号, 三（二）.
    """
    under = f"数据截止 {as_of.isoformat()}"
    how = (
        under,
        f"在“{DECISION}”栏选“{DECISIONS[0]}”或“{DECISIONS[1]}”，不能确定的留空；"
        f"{MATCH_ROLE}、{MATCH_AREA} 知道的填上，面积不填按规则处理。建议只是线索，不作用地依据。",
        f"填好后把整个工作簿放入工作区的 {MATCH_FOLDER}/，每次运行都会读取；不采用的不再提出。",
    )
    proposed = _proposals(matches, enterprises, parcels)
    roles = tuple(terms("role").values())
    columns = tuple(
        Column(c.name, c.heading, c.width, c.form, fills=c.fills, choices=roles)
        if c.name == "_role"
        else c
        for c in _PROPOSED
    )
    first = Sheet(
        "匹配建议", proposed, columns, "企业与地块匹配建议", how, {}, "_look", fitted=True
    )
    sheets = (first, *unmatched_sheets(unmatched, enterprises, parcels, matches, (under,)))
    write_workbook(path, sheets, as_of=as_of, title="匹配审核表", footer=as_of.isoformat())
    return len(proposed)


def _proposals(
    matches: pd.DataFrame, enterprises: pd.DataFrame, parcels: pd.DataFrame
) -> pd.DataFrame:
    rows = matches.reset_index(drop=True)
    firm, parcel = rows["enterprise_id"], rows["parcel_id"]
    methods, roles = terms("match_method"), terms("role")
    blank = pd.Series("", index=rows.index)
    shown: pd.DataFrame = rows.assign(
        _firm=firm.map(enterprises["name"]),
        _address=firm.map(enterprises["address"]),
        _holder=parcel.map(parcels["holder_name"]),
        _place=parcel.map(parcels["location"]),
        _mu=parcel.map(parcels["land_mu"]),
        _method=rows["method"].map(methods),
        _role=rows["role"].map(roles),
        _area=blank,
        _decision=blank,
        _remark=blank,
        _look="proposal",
        **{f"#{name}": rows[name].astype("str").fillna("") for name in MATCH_HIDDEN},
    )
    return shown
