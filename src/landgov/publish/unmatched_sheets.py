"""Enterprises without land and land without enterprise, for those who match them (未匹配)."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from landgov.publish.workbook import Column, Sheet

_FIRMS = (
    Column("key", "统一社会信用代码", 22, "@"),
    Column("name", "企业名称", 34, "wrap"),
    Column("address", "企业地址", 34, "wrap"),
    Column("why", "原因", 34, "wrap"),
    Column("proposals", "匹配建议_条", 11, "0"),
)
_LAND = (
    Column("key", "宗地代码", 23, "@"),
    Column("town", "镇街", 14),
    Column("name", "坐落", 30, "wrap"),
    Column("holder_name", "权利人", 30, "wrap"),
    Column("land_mu", "面积_亩", 10, "#,##0.00"),
    Column("why", "原因", 34, "wrap"),
    Column("proposals", "匹配建议_条", 11, "0"),
)


def unmatched_sheets(
    unmatched: pd.DataFrame,
    enterprises: pd.DataFrame,
    parcels: pd.DataFrame,
    matches: pd.DataFrame,
    lines: Sequence[str],
) -> tuple[Sheet, Sheet]:
    """Lay out what the board lists as unmatched, with what helps to match it.

    Parameters
    ----------
    unmatched : DataFrame
        The board's list: `side`, `key`, `name`, `why`.
    enterprises, parcels : DataFrame
        As a run gives them, on their keys.
    matches : DataFrame
        Proposals.
    lines : sequence of str
        Lines above the headings.

    Returns
    -------
    tuple of Sheet
        未匹配企业 and 无企业地块.

    References
    ----------
    虞政办发〔2021〕86号, 三（二）.
    """
    firms = unmatched[unmatched["side"] == "enterprise"]
    firms = firms.assign(address=firms["key"].map(enterprises["address"]))
    land = unmatched[unmatched["side"] == "parcel"]
    land = land.assign(**{name: land["key"].map(parcels[name]) for name in
                          ("town", "holder_name", "land_mu")})  # fmt: skip
    firms, land = (
        rows.assign(proposals=rows["key"].map(matches[key].value_counts()).fillna(0))
        for rows, key in ((firms, "enterprise_id"), (land, "parcel_id"))
    )
    return (
        Sheet("未匹配企业", firms, _FIRMS, "没有用地关系的企业", lines, fitted=True),
        Sheet("无企业地块", land, _LAND, "没有企业的工业用地（含待核）", lines, fitted=True),
    )
