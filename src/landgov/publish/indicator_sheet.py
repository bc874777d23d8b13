"""The sheet 指标: indicators of every town, platform and unit, with the land they speak for."""

from __future__ import annotations

from typing import Final

import pandas as pd

from landgov.publish.workbook import NOT_KNOWN, Column, Sheet

_GRAINS: Final = {"district": "全区", "town": "镇街", "platform": "平台", "unit": "属地责任单位"}
_NOWHERE: Final = {"district": "合计", "town": "镇街待核", "platform": "平台外", "unit": "单位待核"}
_OUTSIDE = "不在地块上的企业"
_SHOWN: Final = (
    ("tax_per_mu", "亩均税收（万元/亩）", 2),
    ("value_added_per_mu", "亩均增加值（万元/亩）", 2),
    ("labour_productivity_wan", "全员劳动生产率（万元/人·年）", 2),
    ("value_added_per_energy_equivalent", "单位能耗增加值，等价值（万元/吨标煤）", 3),
    ("value_added_per_energy_calorific", "单位能耗增加值，当量值（万元/吨标煤）", 3),
    ("value_added_per_emission", "单位排放增加值（万元/吨）", 1),
    ("rd_share", "R&D经费占营业收入之比（%）", 2),
    ("tax_growth", "税收同比增长（%）", 1),
    ("value_added_growth", "增加值同比增长（%）", 1),
    ("value_added_average_growth", "增加值年均增长（%）", 1),
    ("labour_productivity_average_growth", "劳动生产率年均增长（%）", 1),
    ("plot_ratio", "容积率", 2),
    ("building_density", "建筑密度（%）", 1),
    ("investment_per_mu", "投资强度，已投资、不含地价（万元/亩）", 1),
)


def indicator_sheet(indicators: pd.DataFrame) -> Sheet:
    """Lay out the indicators of the district, its towns, platforms and units (指标).

    Parameters
    ----------
    indicators : DataFrame
        A row a grain and place, from a run.

    Returns
    -------
    Sheet
        Beside each figure the part of the land that it is known for, in per cent; what is not
        known is “—”, and columns of which nothing is known are left out.

    References
    ----------
    虞政办发〔2021〕86号, 一（三）3, 三（九）.
    """
    chosen = [indicators[indicators["grain"] == grain] for grain in _GRAINS]
    chosen.append(indicators[indicators["grain"] == "no_parcel"])
    rows = pd.concat(chosen, ignore_index=True)
    outside = rows["grain"] == "no_parcel"
    empty = rows["grain"].map(_NOWHERE)
    frame = pd.DataFrame(
        {
            "grain": rows["grain"].map(_GRAINS).where(~outside, _OUTSIDE),
            "place": rows["place_name"].where(rows["place_name"].notna(), empty).fillna(_OUTSIDE),
            "parcels": rows["parcels"],
            "enterprises": rows["enterprises"],
            "land_mu": rows["land_mu"].round(2),
            "used_mu": rows["used_mu"].round(2),
            "without_area": rows["without_area"],
        }
    )
    columns = [
        Column("grain", "分组", 14),
        Column("place", "镇街、平台或单位", 24, "wrap"),
        Column("parcels", "宗数", 8, "0"),
        Column("enterprises", "企业数", 8, "0"),
        Column("land_mu", "统计面积（亩）", 12, "#,##0.00"),
        Column("used_mu", "企业用地（亩）", 12, "#,##0.00"),
        Column("without_area", "面积待核（宗）", 9, "0"),
    ]
    for name, heading, digits in _SHOWN:
        if name not in rows or not rows[name].notna().any():
            continue
        times = 100 if "%" in heading else 1
        share = f"{name}_known_share"
        frame[name] = _printed(rows[name] * times, digits)
        frame[share] = _printed(rows[share] * 100, 1)
        form = "#,##0." + "0" * digits
        columns += [Column(name, heading, 12, form), Column(share, "已知用地占比（%）", 9, "0.0")]
    lines = (
        "各指标为合计之比（如税收合计÷用地合计），不是各企业指标的平均；只用分子、分母都有数的企业，"
        "“已知用地占比”是它们的用地占企业用地的比例（容积率、建筑密度、投资强度占统计面积）。"
        "“—”为资料不足或分母不大于零，不是零。",
        "跨界地块按认定的一处计一次；企业在几处有用地的，按用地面积分摊，企业数各处都计。等价值与"
        "当量值口径不同，不得相加或比较。增长只比两年都有数的企业，按现有用地分摊。",
    )
    return Sheet("指标", frame, columns, "工业用地指标表", lines)


def _printed(values: pd.Series, digits: int) -> pd.Series:
    """Rounded numbers; “—” for what is not known."""
    rounded = values.round(digits)
    return rounded.astype(object).where(rounded.notna(), NOT_KNOWN)
