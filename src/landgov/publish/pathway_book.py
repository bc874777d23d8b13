"""The sheet on which an office decides pathways (治理方式决定), and their totals by town."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from landgov.decisions import PATHWAY_FOLDER, PATHWAY_HEADINGS
from landgov.publish.list_rows import governance_rows
from landgov.publish.profiles import terms
from landgov.publish.workbook import Column, Sheet, write_workbook
from landgov.summary import largest_remainder

_YELLOW = "#FFF2CC"
_UNDECIDED = "undecided"


def write_pathways(
    path: str | Path,
    *,
    parcels: pd.DataFrame,
    enterprises: pd.DataFrame,
    links: pd.DataFrame,
    as_of: date,
) -> int:
    """Write a row for each parcel × enterprise that needs treatment, to be decided and sent back.

    No tax and no other figure of an enterprise is in it.

    Parameters
    ----------
    path : str or Path
        The xlsx to write; an old one is replaced whole.
    parcels, enterprises, links : DataFrame
        Result tables of a run.
    as_of : date
        Stands as the date of creation in the file.

    Returns
    -------
    int
        Rows written.

    References
    ----------
    虞政办发〔2021〕86号, 二（二）, 三（三）: 一地一企一策.
    """
    rows = governance_rows(parcels, enterprises, links, unknown=True)
    rows = rows.assign(_look="row", **{f"_{name}": "" for name in _FILLED})
    ways = {name: word for name, word in terms("pathway").items() if name != "unknown"}
    words = tuple(w for name, w in ways.items() if name != "other")
    choices = (*words, *terms("pathway_way").values(), ways["other"])
    fills = {"row": _YELLOW}
    columns = (
        Column("parcel_id", PATHWAY_HEADINGS["parcel_id"], 23, "@"),
        Column("enterprise_id", PATHWAY_HEADINGS["enterprise_id"], 22, "@"),
        Column("firm_name", "企业名称", 24, "wrap"),
        Column("unit", "属地责任单位", 12, "wrap"),
        Column("location", "坐落", 20, "wrap"),
        Column("land_mu", "地块统计面积（亩）", 11, "#,##0.00"),
        Column("pathway", "建议批次", 10),
        Column("pathway_reasons", "建议理由", 40, "wrap"),
        Column("pathway_obstacles", "障碍", 22, "wrap"),
        Column("pathway_decided", "现有决定", 12),
        Column("pathway_conflict", "决定存疑", 22, "wrap"),
        Column("_pathway", PATHWAY_HEADINGS["pathway"], 16, "@", fills=fills, choices=choices),
        Column("_reason", PATHWAY_HEADINGS["reason"], 24, "@", fills=fills),
        Column("_decided_by", PATHWAY_HEADINGS["decided_by"], 14, "@", fills=fills),
        Column("_date", PATHWAY_HEADINGS["date"], 12, "@", fills=fills),
        Column("pathway_code", PATHWAY_HEADINGS["proposed"], 10, "@", hidden=True),
    )
    lines = (
        f"数据截止 {as_of.isoformat()}。黄色各栏由决定单位填写，不作决定的整行留空；"
        "企业代码留空的行对整宗地决定。",
        f"填好后把整个工作簿放入工作区的 {PATHWAY_FOLDER}/，每次运行都会读取；"
        "决定优先于建议，同一对象以日期最晚的为准。",
        "决定方式可从下拉列表选择：" + "、".join(choices) + "。",
    )
    sheet = Sheet(
        "治理方式决定",
        rows,
        columns,
        "治理方式决定表（一地一企一策）",
        lines,
        {},
        "_look",
        fitted=True,
    )
    write_workbook(path, [sheet], as_of=as_of, title="治理方式决定表", footer=as_of.isoformat())
    return len(rows)


_FILLED = ("pathway", "reason", "decided_by", "date")


def totals_sheet(totals: pd.DataFrame) -> Sheet:
    """四个一批汇总: a row a town and pathway, as proposed and as decided, adding up.

    Parameters
    ----------
    totals : DataFrame
        `town`, `basis`, `pathway`, `parcels`, `mu`, `enterprises`.

    Examples
    --------
    >>> totals = pd.DataFrame({"town": ["东关街道"], "basis": ["proposed"], "pathway": ["keep"],
    ...                        "parcels": [1], "mu": [2.0], "mu_missing": [0], "enterprises": [1]})
    >>> totals_sheet(totals).frame["proposed_mu"].tolist()
    [2.0]
    """
    keys = ["town", "pathway"]
    wide: dict[str, pd.Series[Any]] = {}
    for basis in ("proposed", "decided"):
        mine = totals[totals["basis"] == basis].set_index(keys)
        wide[f"{basis}_parcels"] = mine["parcels"]
        wide[f"{basis}_mu"] = largest_remainder(mine["mu"], 2) if len(mine) else mine["mu"]
        wide[f"{basis}_enterprises"] = mine["enterprises"]
    table = pd.DataFrame(wide).reset_index()
    words = {**terms("pathway"), _UNDECIDED: "未决定"}
    rank = {name: place for place, name in enumerate(words)}
    order = np.lexsort((table["pathway"].map(rank), table["town"].astype("object")))
    table = table.iloc[order].reset_index(drop=True)
    table = table.assign(pathway=table["pathway"].map(words))
    columns = [
        Column("town", "镇街", 14, "text", "合计"),
        Column("pathway", "批次", 14),
    ]
    for basis, word in (("proposed", "建议"), ("decided", "决定")):
        for name, heading, form in (
            ("parcels", "宗", "0"),
            ("mu", "亩", "#,##0.00"),
            ("enterprises", "企业数", "0"),
        ):
            column = f"{basis}_{name}"
            total = None if name == "enterprises" else round(float(table[column].sum()), 2)
            columns.append(Column(column, f"{word}（{heading}）", 13, form, total))
    missing = int(totals.loc[totals["basis"] == "proposed", "mu_missing"].sum())
    lines = (
        "每宗地按地块的批次只计一次，建议与决定各自相加都等于工业用地（含范围待核）总面积；"
        f"面积缺失 {missing} 宗，未计入亩数。",
        "企业数按“一地一企”的批次计，一家企业在几个镇街、几个批次的各计一次，不得相加。",
        "同一地块上的企业全部作出决定后，地块才计入决定。",
    )
    return Sheet("四个一批汇总", table, columns, "四个一批按镇街汇总（建议与决定）", lines)
