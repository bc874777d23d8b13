"""The sheets 汇总表 and 试点: land by town, platform and ownership, each 亩 once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from landgov.publish.profiles import terms, worded
from landgov.publish.workbook import Column, Sheet
from landgov.summary import largest_remainder

DIGITS, _FORM = 1, "#,##0.0"
_LEFT_OVER = ("no_category", "unknown", "residual", "over_allocated", "out_of_scope")
_UNITS = 10**6
_GROUPINGS = (("town", "按镇街"), ("platform_word", "按平台"), ("ownership_word", "按土地所有权"))
_APART = ("本表单独取位，个别数与汇总表的末位可略有出入。",)
_NOWHERE = {"town": "镇街待核", "platform_word": "平台待核", "ownership_word": "权属待核"}


def land_sheets(summary: pd.DataFrame) -> list[Sheet]:
    """Lay out the table of land for print: 汇总表 of the whole, 试点 of the pilot area.

    Every figure has one decimal. The totals of the categories are rounded so that they add
    up to all land, the figures of the places so that they add up to those totals, and the
    total of a place is the sum of its figures: what is printed adds up in both directions.

    Parameters
    ----------
    summary : DataFrame
        Land by place, category and line, from a run.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）, 二（三）2.
    """
    pilot = summary[summary["pilot"].astype("boolean").fillna(value=False).to_numpy(dtype=bool)]
    towns = "、".join(sorted(pilot["town"].dropna().unique()))
    area = f"（{towns}）" if towns else "（没有试点镇街的地块）"
    return [
        _sheet("汇总表", "工业用地分类汇总表（每亩计一次）", summary),
        _sheet("试点", f"试点区域工业用地分类汇总表{area}", pilot, _APART),
    ]


def _sheet(name: str, title: str, summary: pd.DataFrame, more: Sequence[str] = ()) -> Sheet:
    rows = summary.assign(
        platform_word=_platform_words(summary),
        ownership_word=worded(summary["ownership"], "summary_ownership"),
    )
    categories = _categories(summary)
    rank = {code: place for place, code in enumerate(terms("summary_level"))}
    by_level = rows.assign(_rank=rows["platform_level"].map(rank)).sort_values(
        ["_rank", "platform_word"], kind="stable"
    )
    pieces = [
        _block(by_level if column == "platform_word" else rows, column, word, line, categories)
        for column, word in _GROUPINGS
        for line in ("once", "also", "open")
    ]
    frame = pd.concat(pieces, ignore_index=True)
    words = terms("summary_category")
    columns = [
        Column("grouping", "分组", 12),
        Column("place", "镇街、平台或所有权", 34, "wrap"),
        Column("line_word", "计数方式", 20),
        *(Column(code, f"{words[code]}（亩）", 13, _FORM) for code in categories),
        Column("total", "合计（亩）", 13, _FORM),
        Column("without_area", "面积待核（宗次）", 10, "0"),
    ]
    lines = (
        "“每亩计一次”各行相加等于全部土地；一亩地属于几类的，按政策文件 category_order "
        "的先后计入一类，在其余各类列入“同属此类（已计入他类）”；这些行与“此类待核”行只可同类上下相加，各类之间不得相加。",
        "各数按最大余数法取一位小数，各分项之和等于合计。“集聚点候选”按距离归并，未经认定，不是平台。",
        "“合计”含非工业用地（范围外）。一宗地有几类面积待核的，在每一类各计一次（宗次）；"
        "面积待核的不在亩数之内。",
    )
    return Sheet(name, frame, columns, title, (*lines, *more), fitted=True)


def _categories(summary: pd.DataFrame) -> list[str]:
    """Columns of the table: every category, and of the rest what there is."""
    known = terms("summary_category")
    there = set(summary.loc[summary["line"] == "once", "category"])
    return [code for code in known if code not in _LEFT_OVER or code in there]


def _platform_words(summary: pd.DataFrame) -> pd.Series[str]:
    """Level and name of the platform, or of the candidate cluster, or why there is neither."""
    level = worded(summary["platform_level"], "summary_level")
    name = summary["platform"].where(summary["platform"].notna(), summary["cluster"])
    return level.where(name.isna(), level + "：" + name.fillna(""))


def _block(
    rows: pd.DataFrame, column: str, word: str, line: str, categories: Sequence[str]
) -> pd.DataFrame:
    """One line of one grouping: a row a place, and for `once` a row of totals."""
    chosen = rows[rows["line"] == line]
    place = chosen[column].fillna(_NOWHERE[column])
    if chosen.empty and line != "once":
        return pd.DataFrame()
    units = (chosen["mu"].fillna(0.0) * _UNITS).round().astype("int64")
    table = pd.DataFrame({"place": place, "category": chosen["category"], "units": units})
    sums = table.groupby(["place", "category"])["units"].sum().unstack(fill_value=0)  # noqa: PD010
    wide = sums.reindex(index=pd.unique(place), columns=list(categories), fill_value=0)
    printed = _rounded(wide).rename_axis("place").reset_index()
    missing = chosen["without_area"].groupby(place).sum()
    printed["without_area"] = printed["place"].map(missing).astype("float64")
    if line != "once":  # land of several categories stands here several times
        printed = printed.assign(total=np.nan)
    total = printed.drop(columns="place").sum(min_count=1).round(DIGITS)
    printed = pd.concat([printed, pd.DataFrame([{"place": "合计", **total}])], ignore_index=True)
    said = terms("summary_line")[line]
    return printed.assign(grouping=word, line_word=said)


def _rounded(wide: pd.DataFrame) -> pd.DataFrame:
    """Round a table of places × categories so that it adds up in both directions."""
    exact = wide.astype("float64") / _UNITS
    totals = largest_remainder(wide.sum().astype("float64") / _UNITS, DIGITS)
    printed = exact.copy()
    for category in exact.columns:
        printed[category] = largest_remainder(exact[category], DIGITS, total=totals[category])
    return printed.assign(total=printed.sum(axis=1).round(DIGITS))
