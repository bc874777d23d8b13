"""How many issues there are: by department and by kind (问题汇总)."""

from __future__ import annotations

import pandas as pd

from landgov.publish.profiles import terms
from landgov.publish.workbook import Column, Sheet

_COLOURS = {"错误": "#F8CBAD", "提醒": "#FFE699", "记录": "#EDEDED"}


def by_department(name: str, rows: pd.DataFrame, fixed: pd.DataFrame, under: str) -> Sheet:
    """Count errors, warnings and notes of each department, and what is new, open, fixed.

    Parameters
    ----------
    name : str
        Of the sheet.
    rows, fixed : DataFrame
        Issues of now and solved ones, with `_department`, `severity` and `status`.
    under : str
        First line under the title.
    """
    asked = rows[rows["severity"] != "note"]
    counts = {
        **{word: rows[rows["severity"] == word] for word in ("error", "warning", "note")},
        **{word: asked[asked["status"] == word] for word in ("new", "open")},
        "fixed": fixed,
    }
    table = pd.DataFrame(
        {word: part["_department"].value_counts() for word, part in counts.items()}
    )
    table = table.fillna(0).sort_index().rename_axis("department").reset_index()
    columns = [Column("department", "部门", 24, "text", "合计")]
    columns += [
        Column(word, heading, 10, "0", float(table[word].sum()))
        for word, heading in {**terms("severity"), **terms("issue_status")}.items()
    ]
    said = "，".join(f"{column.heading} {column.total:.0f}" for column in columns[1:])
    line = f"{said}。新增、仍在、已解决与上次检查相比，不含记录。"
    return Sheet(name, table, columns, "数据问题汇总", (under, line))


def by_kind(name: str, rows: pd.DataFrame, under: str) -> Sheet:
    """Count the issues of each kind and department.

    Parameters
    ----------
    name : str
        Of the sheet.
    rows : DataFrame
        Issues with `_severity`, `_kind` and `_department`.
    under : str
        First line under the title.
    """
    keys = ["_severity", "_kind", "_department"]
    order = {word: place for place, word in enumerate(terms("severity").values())}
    counts = rows[keys].groupby(keys, sort=True).size().rename("count").reset_index()
    counts = counts.assign(_rank=counts["_severity"].map(order)).sort_values(
        ["_rank", "count", "_kind", "_department"],
        ascending=[True, False, True, True],
        kind="stable",
    )
    columns = (
        Column("_severity", "严重程度", 10, "text", "合计"),
        Column("_kind", "问题类型", 26),
        Column("_department", "责任部门", 24),
        Column("count", "条数", 10, "0", float(len(rows))),
    )
    return Sheet(name, counts, columns, "按问题类型汇总", (under,), _COLOURS, "_severity")
