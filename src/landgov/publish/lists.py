"""The lists of a run for people (清单): 底数、问题、治理、待核, one workbook."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from landgov.publish.indicator_sheet import indicator_sheet
from landgov.publish.land_sheets import land_sheets
from landgov.publish.list_columns import (
    answer_columns,
    firm_columns,
    numbered,
    parcels_once,
    place_columns,
    sum_of,
    told_columns,
    totals_line,
)
from landgov.publish.list_rows import (
    base_rows,
    governance_rows,
    industrial,
    pending_rows,
    problem_rows,
)
from landgov.publish.list_summary import summary_sheet
from landgov.publish.pathway_book import totals_sheet
from landgov.publish.reading_sheet import reading_sheet
from landgov.publish.workbook import Column, Sheet, write_workbook

MU, MONEY, RATIO, COUNT = "#,##0.00", "#,##0.00", "0.00", "0"
_BY_FIRM = "多家企业的地块可列入几批，面积不得相加；每宗计一次的见“四个一批汇总”"
_OVERLAP = "各类有重叠，面积不得相加"


def write_lists(
    path: str | Path,
    *,
    parcels: pd.DataFrame,
    enterprises: pd.DataFrame,
    links: pd.DataFrame,
    verdicts: pd.DataFrame,
    as_of: date,
    name: str,
    policy: str,
    confidential: bool = True,
    summary: pd.DataFrame | None = None,
    indicators: pd.DataFrame | None = None,
    pathways: pd.DataFrame | None = None,
    readings: pd.DataFrame | None = None,
) -> dict[str, int]:
    """Write 底数清单, 问题清单, 治理清单 and 待核清单 as one workbook, with a 汇总 by unit.

    Parameters
    ----------
    path : str or Path
        The xlsx to write, to a temporary file first; an old one is replaced.
    parcels, enterprises, links, verdicts : DataFrame
        Result tables of a run, land in 亩, tax in 万元.
    as_of : date
        The date on which everything was judged; also the file's date of creation.
    name, policy : str
        The project and the policy, for the lines above each list.
    confidential : bool
        Put the mark 内部资料 on every sheet. The lists hold tax and names of enterprises
        whether it stands there or not.
    summary : DataFrame, optional
        Land by place, category and line: with it the sheets 汇总表 and 试点 follow.
    indicators : DataFrame, optional
        Indicators by grain of place: with it the sheet 指标 follows.
    pathways : DataFrame, optional
        Land and enterprises by town and pathway: with it the sheet 四个一批汇总 follows.
    readings : DataFrame, optional
        What other readings of the text would change: with it the sheet 理解 follows.

    Returns
    -------
    dict
        Rows written, by list.

    Notes
    -----
    Parcels that are known not to be industrial land are not listed. Land of 问题清单
    overlaps between categories and is not added up.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）, 二（二）, “一地一企一策、清单化管理、销号式整改”.
    """
    land = industrial(parcels)
    base = base_rows(parcels, enterprises, links)
    problems = problem_rows(parcels, enterprises, verdicts)
    governance = governance_rows(parcels, enterprises, links)
    pending = pending_rows(parcels, enterprises, verdicts)
    mark = "【内部资料】" if confidential else ""
    under = f"{name}　数据截止 {as_of.isoformat()}　政策：{policy}"
    sheets = [
        _base_sheet(base, land, len(parcels) - len(land)),
        _problem_sheet(problems),
        _governance_sheet(governance),
        _pending_sheet(pending),
        summary_sheet(land),
        *(() if pathways is None else [totals_sheet(pathways)]),
        *(land_sheets(summary) if summary is not None else ()),
        *(() if indicators is None else [indicator_sheet(indicators)]),
        *(() if readings is None else [reading_sheet(readings)]),
    ]
    sheets = [
        Sheet(
            each.name,
            each.frame,
            told_columns(each),
            f"{mark}{name} {each.title}",
            (under, *each.lines),
        )
        for each in sheets
    ]
    footer = f"{'内部资料 ' if confidential else ''}{as_of.isoformat()}"
    write_workbook(path, sheets, as_of=as_of, title=f"{name} 清单", footer=footer)
    return {each.name: len(each.frame) for each in sheets}


def _base_sheet(rows: pd.DataFrame, land: pd.DataFrame, outside: int) -> Sheet:
    missing = int(land["land_mu"].isna().sum()) if "land_mu" in land else len(land)
    columns = [
        Column("number", "序号", 7, COUNT, "合计"),
        *place_columns(),
        Column("platform_level", "平台级别", 12),
        Column("land_use_system", "地类体系", 16),
        Column("land_use_code", "地类代码", 9),
        Column("ownership", "土地所有权", 8),
        Column("holder_name", "权利人", 24, "wrap"),
        Column("area_mu", "实测面积（亩）", 12, MU, parcels_once(rows, "area_mu")),
        Column("area_cert_mu", "证载面积（亩）", 12, MU, parcels_once(rows, "area_cert_mu")),
        Column("land_mu", "统计面积（亩）", 12, MU, parcels_once(rows, "land_mu")),
        Column("land_from", "面积来源", 10),
        Column("plot_ratio", "容积率", 8, RATIO),
        *firm_columns(),
        Column("firm_industry", "行业代码", 9),
        Column("role", "用地关系", 9),
        Column("link_rule", "面积测算方法", 13),
        Column("area_worked_mu", "企业用地（亩）", 12, MU, sum_of(rows, "area_worked_mu")),
        Column("tax_worked_wan", "分摊税收（万元）", 13, MONEY, sum_of(rows, "tax_worked_wan")),
        Column("firm_land_mu", "企业总用地（亩）", 12, MU),
        Column("firm_tax_per_mu", "企业亩均税收（万元/亩）", 13, MONEY),
        Column("firm_value_added_per_mu", "企业亩均增加值（万元/亩）", 13, MONEY),
        Column("firm_above_scale", "规上/规下", 8),
        Column("firm_grade", "评价等级（给定）", 9),
        Column("firm_grade_worked_out", "评价等级（测算）", 9),
        *answer_columns([("in_scope", "工业用地"), ("stock", "存量"), ("low_efficiency", "低效")]),
        *answer_columns([("three_low", "三低"), ("two_high", "两高"), ("four_without", "四无")]),
        *answer_columns([("wider_violations", "较大违法违规用地"), ("collective", "集体")]),
        Column("land_state", "土地状态", 10),
        Column("idle", "疑似闲置情形", 18, "wrap"),
        Column("block", "连片地块", 14),
        Column("pathway", "建议批次", 12),
    ]
    lines = (
        f"共 {len(land)} 宗工业用地（含范围待核），不含范围外地块 {outside} 宗；"
        f"面积缺失 {missing} 宗。地块面积合计按宗计一次；“待核”为资料不足，不等于“否”。",
    )
    return Sheet("底数清单", numbered(rows), columns, "工业用地底数清单", lines)


def _problem_sheet(rows: pd.DataFrame) -> Sheet:
    total = f"{rows['parcel_id'].nunique()} 宗（不重复）"
    columns = [
        Column("number", "序号", 7, COUNT, "合计"),
        *place_columns(),
        Column("category_word", "问题类别", 18),
        Column("who", "涉及企业", 24, "wrap"),
        Column("why", "认定依据（数值、界限、条款）", 60, "wrap"),
        Column("problem_mu", "涉及面积（亩）", 12, MU),
        Column("problem_unknown_mu", "其中待核（亩）", 12, MU),
        Column("land_mu", "地块统计面积（亩）", 12, MU),
        Column("land_state", "土地状态", 10),
        Column("department", "牵头部门", 22, "wrap"),
        Column("decided", "整改措施（填写）", 20, "wrap"),
        Column("due", "完成时限（填写）", 14),
        Column("closed", "销号日期（填写）", 14),
    ]
    columns[2] = Column("parcel_id", "宗地代码", 22, "text", total)
    lines = (
        totals_line(rows, "category_word", "problem_mu", note=_OVERLAP) or "无",
        "“疑似闲置”须经自然资源和规划部门调查认定。同一地块涉及几类问题的，每类一行。",
    )
    return Sheet("问题清单", numbered(rows), columns, "工业用地问题清单", lines)


def _governance_sheet(rows: pd.DataFrame) -> Sheet:
    columns = [
        Column("number", "序号", 7, COUNT, "合计"),
        *place_columns(),
        *firm_columns(),
        Column("area_worked_mu", "企业用地（亩）", 12, MU, sum_of(rows, "area_worked_mu")),
        Column("land_mu", "地块统计面积（亩）", 12, MU, parcels_once(rows, "land_mu")),
        Column("firm_tax_per_mu", "企业亩均税收（万元/亩）", 13, MONEY),
        Column("problems", "问题类别", 24, "wrap"),
        Column("land_state", "土地状态", 10),
        Column("block", "连片地块", 14),
        Column("site", "连片储备区", 14),
        Column("pathway", "建议批次", 14),
        Column("pathway_detail", "建议方式", 16, "wrap"),
        Column("pathway_reasons", "建议理由", 50, "wrap"),
        Column("pathway_obstacles", "障碍", 40, "wrap"),
        Column("exempt", "例外", 16, "wrap"),
        Column("decided", "决定方式（填写）", 16, "wrap"),
        Column("pathway_decided", "决定", 14),
        Column("pathway_decided_reason", "决定理由", 24, "wrap"),
        Column("pathway_decided_by", "决定单位", 14, "wrap"),
        Column("pathway_decided_day", "决定日期", 12),
        Column("pathway_decided_source", "决定来源", 24, "wrap"),
        Column("pathway_conflict", "决定存疑", 30, "wrap"),
        Column("responsible", "责任人（填写）", 12),
        Column("due", "完成时限（填写）", 14),
    ]
    lines = (
        totals_line(rows, "pathway", "land_mu", note=_BY_FIRM)
        or "目前没有可提出建议的地块，见待核清单。",
        "建议供“一地一企一策”研究，不是决定；决定在 out/pathways.xlsx 填写后放入 state/pathways/，优先于建议。",
    )
    return Sheet("治理清单", numbered(rows), columns, "工业用地治理清单（四个一批，建议）", lines)


def _pending_sheet(rows: pd.DataFrame) -> Sheet:
    columns: list[Column] = [
        Column("number", "序号", 7, COUNT, "合计"),
        Column("department", "应提供部门", 22, "wrap", f"{rows['department'].nunique()} 个部门"),
        Column("missing", "缺少的资料", 30, "wrap"),
        *place_columns(),
        *firm_columns(),
        Column("rule_word", "因此无法判断", 36, "wrap"),
        Column("clause", "条款", 16, "wrap"),
        Column("land_mu", "涉及地块面积（亩）", 13, MU),
    ]
    line = totals_line(rows[~_is_common(rows)], "department", "land_mu", note=_OVERLAP)
    common = int(_is_common(rows).sum())
    lines = (
        f"按地块：{line or '无'}",
        (f"另有 {common} 项资料全部地块都缺，各列一行“全部”。" if common else "")
        + "“待核”不等于“否”：资料补齐后重新判断。",
    )
    return Sheet("待核清单", numbered(rows), columns, "待核清单（缺什么、谁提供）", lines)


def _is_common(rows: pd.DataFrame) -> pd.Series[Any]:
    return rows["unit"] == "全部"
