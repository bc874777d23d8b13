"""Proposed matches as a workbook that a person decides on and sends back (匹配审核表)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from landgov.decisions import (
    DECISION,
    DECISIONS,
    MATCH_AREA,
    MATCH_FOLDER,
    MATCH_HIDDEN,
    MATCH_ROLE,
    hidden_heading,
)
from landgov.publish.profiles import terms
from landgov.publish.workbook import Column, Sheet, write_workbook

_YELLOW = "#FFF2CC"
_TO_FILL = {"proposal": _YELLOW}
_PROPOSED = (
    Column("enterprise_id", "统一社会信用代码", 22, "@"),
    Column("_firm", "企业名称", 28, "wrap"),
    Column("_address", "企业地址", 26, "wrap"),
    Column("parcel_id", "宗地代码", 23, "@"),
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
_FIRMS = (
    Column("enterprise_id", "统一社会信用代码", 22, "@"),
    Column("name", "企业名称", 34, "wrap"),
    Column("address", "企业地址", 34, "wrap"),
    Column("_why", "原因", 30, "wrap"),
    Column("_proposals", "匹配建议_条", 11, "0"),
)
_LAND = (
    Column("parcel_id", "宗地代码", 23, "@"),
    Column("town", "镇街", 14),
    Column("location", "坐落", 30, "wrap"),
    Column("holder_name", "权利人", 30, "wrap"),
    Column("land_mu", "面积_亩", 10, "0.00"),
    Column("_proposals", "匹配建议_条", 11, "0"),
)


def write_matches(
    path: str | Path,
    *,
    matches: pd.DataFrame,
    enterprises: pd.DataFrame,
    links: pd.DataFrame,
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
        Indexed by `enterprise_id`: `name`, `address`, `land_mu`.
    links : DataFrame
        The table of links: `parcel_id`, `enterprise_id`.
    parcels : DataFrame
        Indexed by `parcel_id`: `in_scope`, `town`, `location`, `holder_name`, `land_mu`.
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
    there = parcels.index.get_indexer(pd.Index(links["parcel_id"])) >= 0
    joined = links[there & links["enterprise_id"].notna().to_numpy()]
    astray = links.loc[~there & links["parcel_id"].notna().to_numpy(), "enterprise_id"]
    firms = unmatched_firms(enterprises, joined, matches)
    firms["_why"] = firms["_why"].mask(
        firms["enterprise_id"].isin(astray.dropna().unique()), "用地关系所写的地块不在地块表"
    )
    sheets = [
        Sheet("匹配建议", proposed, columns, "企业与地块匹配建议", how, {}, "_look", fitted=True),
        Sheet("未匹配企业", firms, _FIRMS, "没有用地关系的企业", (under,), fitted=True),
        Sheet("无企业地块", land_without_firm(parcels, joined, matches), _LAND,
              "没有企业的工业用地（含是否工业用地待核的）", (under,), fitted=True),
    ]  # fmt: skip
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


def unmatched_firms(
    enterprises: pd.DataFrame, joined: pd.DataFrame, matches: pd.DataFrame
) -> pd.DataFrame:
    """List the enterprises that no link joins to a parcel, with what is known (未匹配企业).

    Parameters
    ----------
    enterprises : DataFrame
        Indexed by `enterprise_id`.
    joined : DataFrame
        Links with parcel and enterprise.
    matches : DataFrame
        Proposals.

    Examples
    --------
    >>> firms = pd.DataFrame({"name": ["甲", "乙"], "address": None, "land_mu": [3.0, None]},
    ...                      index=pd.Index(["A", "B"], name="enterprise_id"))
    >>> links = pd.DataFrame({"parcel_id": ["P"], "enterprise_id": ["A"]})
    >>> none = pd.DataFrame({"enterprise_id": []})
    >>> unmatched_firms(firms, links, none)[["enterprise_id", "_why"]].values.tolist()
    [['B', '没有用地关系']]
    """
    linked = pd.Index(joined["enterprise_id"].unique())
    mine = enterprises[linked.get_indexer(enterprises.index) < 0]
    count = matches["enterprise_id"].value_counts()
    why = np.where(mine["land_mu"].eq(0), "用地关系已报全，该企业没有用地", "没有用地关系")
    rows = pd.DataFrame(mine[["name", "address"]].assign(_why=why))
    rows["_proposals"] = count.reindex(rows.index).fillna(0).astype("int64")
    return rows.rename_axis("enterprise_id").reset_index()


def land_without_firm(
    parcels: pd.DataFrame, joined: pd.DataFrame, matches: pd.DataFrame
) -> pd.DataFrame:
    """List the land, industrial or in doubt, that no enterprise is linked to (无企业地块).

    Parameters
    ----------
    parcels : DataFrame
        Indexed by `parcel_id`.
    joined : DataFrame
        Links with parcel and enterprise.
    matches : DataFrame
        Proposals.

    Examples
    --------
    >>> parcels = pd.DataFrame({"in_scope": ["yes", "no", "unknown"], "town": "甲镇",
    ...     "location": None, "holder_name": None, "land_mu": [1.0, 2.0, 3.0]},
    ...     index=pd.Index(["P", "Q", "R"], name="parcel_id"))
    >>> links = pd.DataFrame({"parcel_id": ["P"], "enterprise_id": ["A"]})
    >>> land_without_firm(parcels, links, pd.DataFrame({"parcel_id": []}))["parcel_id"].tolist()
    ['R']
    """
    linked = pd.Index(joined["parcel_id"].unique())
    free = (linked.get_indexer(parcels.index) < 0) & parcels["in_scope"].ne("no").to_numpy()
    rows = pd.DataFrame(parcels.loc[free, ["town", "location", "holder_name", "land_mu"]])
    count = matches["parcel_id"].value_counts()
    rows["_proposals"] = count.reindex(rows.index).fillna(0).astype("int64")
    return rows.rename_axis("parcel_id").reset_index()
