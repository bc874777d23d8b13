"""Defects of the sheet itself (表格缺陷): totals, titles, merged and hidden cells, long numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

import pandas as pd

from landgov.demo.deliveries import Delivery
from landgov.demo.planter import Planter
from landgov.demo.sheets import Layout

_PARCEL, _FIRM = "宗地代码", "统一社会信用代码"


def plant_forms(planter: Planter) -> None:
    """Plant every defect of sheets; a table that is sent as text has none of cells."""
    for plant in FORMS:
        plant(planter)


def _is_book(sent: Delivery) -> bool:
    return sent.file.endswith(".xlsx")


def _long_number(planter: Planter) -> None:
    """Let a spreadsheet take a credit code of digits alone for a number: the end is lost."""
    sent, ids = planter.file("findings_enforcement"), planter.district.parcels["id"]
    if not _is_book(sent):
        return
    for number, parcel in enumerate(planter.take(planter.pools.outside)):
        row = {
            "问题编号": f"ENF-X-{number:04d}",
            _PARCEL: str(ids.iloc[parcel]),
            _FIRM: 913306042000012340.0 + 1000 * number,
            "问题类型": "违章建筑",
            "是否重大": "否",
            "发现日期": "2022-05-05",
            "是否可整改": "是",
            "提供部门": "区综合执法局",
        }
        sent.plant(sent.append(row), "enterprise_id:bad_number_code")


def _cells(planter: Planter) -> None:
    """Merge cells downwards, hide a row and a column that hold something."""
    sent = planter.file("findings_enforcement")
    if _is_book(sent) and len(sent.rows) > 4:
        sent.layout = Layout(merged=[("提供部门", 0, 2)], hidden_rows={3})
        sent.plant(0, "department:merged_cells")
        sent.plant(3, ":hidden_cells")
    firms = planter.file("enterprises")
    if _is_book(firms):
        firms.layout = Layout(hidden_columns={"企业地址"})
        planter.sheets.append(("enterprises", firms.file, "", "hidden_cells"))


def _titles(planter: Planter) -> None:
    """Write a title above the headings, and headings in two rows."""
    sent = planter.file("findings_emergency")
    if _is_book(sent):
        names = ["是否重大", "发现日期", "整改完成日期", "是否可整改"]
        sent.layout = Layout(
            title="2022年安全生产问题清单（虚构）",
            groups={_PARCEL: "问题对象", _FIRM: "问题对象"} | dict.fromkeys(names, "问题情况"),
        )
        for kind in ("heading_row", "heading_rows"):
            planter.sheets.append(("findings", sent.file, "2", kind))


def _totals(planter: Planter) -> None:
    """Add up the figures in a last row, as people do who print tables."""
    for name, headings in (("links", ["用地面积"]), ("contracts", ["总投资额", "已投资额"])):
        sent = planter.file(name)
        sums = {
            heading: _sum([*sent.rows[heading], *(row.get(heading) for row in sent.extra)])
            for heading in headings
        }
        sent.plant(sent.append({_PARCEL: "合计"} | sums), ":totals_row")


def _sum(cells: list[object]) -> float:
    """Add up as a spreadsheet does, in whole hundredths; full-width figures count as well."""
    plain = [unicodedata.normalize("NFKC", str(cell)) for cell in cells]
    numbers = pd.to_numeric(pd.Series(plain), errors="coerce")
    return round(float(numbers.sum()), 2)


FORMS: Final[tuple[Callable[[Planter], None], ...]] = (_long_number, _cells, _titles, _totals)
