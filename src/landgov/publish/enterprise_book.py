"""The enterprises of a district as lists for people (企业清单): land, indicators, grades."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from landgov.publish.profiles import terms
from landgov.publish.unmatched_sheets import unmatched_sheets
from landgov.publish.workbook import Column, Sheet, write_workbook
from landgov.register.grade_causes import grades_apart

MU, MONEY = "#,##0.00", "#,##0.00"
_WHO = (
    Column("enterprise_id", "统一社会信用代码", 22, "@"),
    Column("name", "企业名称", 32, "wrap"),
)
_FIRMS = (
    *_WHO,
    Column("_scale", "规上", 6),
    Column("land_mu", "用地_亩", 10, MU),
    Column("owned_mu", "自有_亩", 10, MU),
    Column("rented_in_mu", "租入_亩", 10, MU),
    Column("rented_out_mu", "租出_亩", 10, MU),
    Column("tax_wan", "税收_万元", 12, MONEY),
    Column("tax_per_mu", "亩均税收_万元/亩", 11, MONEY),
    Column("value_added_per_mu", "亩均增加值_万元/亩", 11, MONEY),
    Column("labour_productivity_wan", "全员劳动生产率_万元/人", 12, MONEY),
    Column("rd_share", "R&D占比", 9, "0.00%"),
    Column("evaluation_list", "评价清单", 12),
    Column("score", "得分", 9, "0.00"),
    Column("rank", "名次", 7, "0"),
    Column("rank_of", "参评数", 7, "0"),
    Column("grade", "报送档次", 9),
    Column("grade_worked_out", "测算档次", 9),
    Column("grade_difference", "档次差异", 40, "wrap"),
)
_DIFFERENT = (
    *_WHO,
    Column("grade", "报送档次", 9),
    Column("grade_worked_out", "测算档次", 9),
    Column("score", "得分", 9, "0.00"),
    Column("rank", "名次", 7, "0"),
    Column("rank_of", "参评数", 7, "0"),
    Column("grade_difference", "差异原因", 60, "wrap"),
)
_DIFFERENTIAL = (
    *_WHO,
    Column("_grade", "所用档次", 9),
    Column("land_use_tax_relief_wan", "城镇土地使用税减免_万元", 14, MONEY),
    Column("water_surcharge_wan", "差别化水价加价_万元", 14, MONEY),
    Column("power_surcharge_wan", "差别化电价加价_万元", 14, MONEY),
)


def write_enterprises(
    path: str | Path,
    *,
    chosen: pd.DataFrame,
    enterprises: pd.DataFrame,
    unmatched: pd.DataFrame,
    parcels: pd.DataFrame,
    matches: pd.DataFrame,
    as_of: date,
    name: str,
) -> int:
    """Write the enterprise list and what is open about it as one workbook (企业清单).

    Parameters
    ----------
    path : str or Path
        The xlsx to write; an old one is replaced whole.
    chosen : DataFrame
        The enterprises of the first list, indexed by `enterprise_id`.
    enterprises, parcels, matches : DataFrame
        As a run gives them.
    unmatched : DataFrame
        The board's list of what is unmatched.
    as_of : date
        The day judged on.
    name : str
        The project.

    Returns
    -------
    int
        Enterprises on the first list.

    References
    ----------
    虞政办发〔2021〕86号, 三（二）, 三（八）.
    """
    under = (f"{name}　数据截止 {as_of.isoformat()}　内部资料", "空白为未报送或待核，不是 0。")
    rows = _listed(chosen)
    different = rows[grades_apart(rows)]
    money = ["land_use_tax_relief_wan", "water_surcharge_wan", "power_surcharge_wan"]
    applied = rows[rows[money].notna().any(axis=1)]
    note = (
        *under,
        "政策没有给出减免比例和加价标准时不计算；所用档次为报送的，没有报送的用测算的。",
    )
    sheets = [
        Sheet("企业清单", rows, _FIRMS, "企业用地与亩均评价清单", under, fitted=True),
        Sheet("档次不一致", different, _DIFFERENT, "报送与测算档次不一致的企业", under, fitted=True),
        Sheet("差别化政策", applied, _DIFFERENTIAL, "差别化政策测算", note, fitted=True),
        *unmatched_sheets(unmatched, enterprises, parcels, matches, under),
    ]  # fmt: skip
    write_workbook(path, sheets, as_of=as_of, title="企业清单", footer=as_of.isoformat())
    return len(rows)


def _listed(enterprises: pd.DataFrame) -> pd.DataFrame:
    rows = enterprises.rename_axis("enterprise_id").reset_index()
    yes_no = {True: "是", False: "否"}
    scale = rows["is_above_scale"].astype(object).map(yes_no)
    grade = rows["grade"].where(rows["grade"].notna(), rows["grade_worked_out"])
    shown: pd.DataFrame = rows.assign(_scale=scale.fillna(terms("answer")["unknown"]), _grade=grade)
    return shown
