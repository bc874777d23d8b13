"""The issue table as a workbook for the people who mend the data (数据问题表)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from landgov import schema
from landgov.publish.frames import flat
from landgov.publish.profiles import terms, worded
from landgov.publish.workbook import Column, Sheet, write_workbook

_SENDER = "报送部门"  # whoever sent the file; the table itself has no department of its own
_RANK = {"error": 0, "warning": 1, "note": 2}
_COLOURS = {"错误": "#F8CBAD", "提醒": "#FFE699", "记录": "#EDEDED"}
_COLUMNS = (
    Column("severity", "严重程度", 9),
    Column("kind", "问题类型", 20),
    Column("department", "责任部门", 20),
    Column("file", "文件", 24, "wrap"),
    Column("sheet", "工作表", 12),
    Column("row", "行号", 8, "0"),
    Column("key", "主键", 24),
    Column("field", "字段", 16),
    Column("value", "原值", 18, "wrap"),
    Column("before", "处理前", 14),
    Column("after", "处理后", 14),
    Column("message", "说明", 60, "wrap"),
    Column("message_en", "Message", 60, "wrap"),
    Column("table", "数据表", 12),
    Column("issue_id", "问题编号", 20),
)


def write_issues(path: str | Path, issues: pd.DataFrame, as_of: date) -> int:
    """Write the issues as a workbook: the list, errors first, and a summary.

    Parameters
    ----------
    path : str or Path
        The xlsx to write; an old one is replaced whole.
    issues : DataFrame
        The issue table of a run or a check.
    as_of : date
        Stands as the date of creation in the file.

    Returns
    -------
    int
        Issues written.

    Examples
    --------
    >>> import tempfile
    >>> issues = pd.DataFrame({"kind": ["bad_date"], "severity": ["error"]})
    >>> write_issues(Path(tempfile.mkdtemp()) / "issues.xlsx", issues, date(2022, 12, 31))
    1
    """
    rows = _ordered(issues)
    counts = "，".join(
        f"{word} {int((rows['severity'] == word).sum())} 条" for word in terms("severity").values()
    )
    under = f"数据截止 {as_of.isoformat()}"
    sheets = [
        Sheet(
            "问题明细",
            rows,
            _COLUMNS,
            "数据问题明细",
            (under, f"{counts}。错误：该单元格按缺失处理；提醒：保留原值；记录：仅供知悉。"),
            _COLOURS,
            "severity",
        ),
        _summary(rows, under),
    ]
    write_workbook(path, sheets, as_of=as_of, title="数据问题", footer=as_of.isoformat())
    return len(rows)


def _ordered(issues: pd.DataFrame) -> pd.DataFrame:
    rows = pd.DataFrame(flat(issues, "issues"))
    for column in _COLUMNS:
        if column.name not in rows:
            rows[column.name] = pd.Series(pd.NA, index=rows.index, dtype="str")
    rows = rows.assign(_rank=rows["severity"].map(_RANK).fillna(len(_RANK)))
    rows = rows.sort_values(["_rank", "kind"], kind="stable", ignore_index=True)
    tables = {name: schema.table(name).zh for name in schema.tables()}
    fields = {
        (name, field.name): field.zh
        for name in schema.tables()
        for field in schema.table(name).columns.values()
    }
    places = zip(rows["table"], rows["field"], strict=True)
    return rows.assign(
        department=rows["department"].replace("", pd.NA).fillna(_SENDER),
        severity=worded(rows["severity"], "severity"),
        kind=worded(rows["kind"], "issue_kind"),
        field=[fields.get(place, place[1]) for place in places],
        table=rows["table"].map(lambda name: tables.get(name, name), na_action="ignore"),
    )


def _summary(rows: pd.DataFrame, under: str) -> Sheet:
    keys = ["severity", "kind", "department"]
    order = {word: place for place, word in enumerate(terms("severity").values())}
    counts = rows[keys].groupby(keys, sort=True).size().rename("count").reset_index()
    counts = counts.assign(_rank=counts["severity"].map(order)).sort_values(
        ["_rank", "count", "kind", "department"], ascending=[True, False, True, True], kind="stable"
    )
    columns = (
        Column("severity", "严重程度", 10, "text", "合计"),
        Column("kind", "问题类型", 26),
        Column("department", "责任部门", 24),
        Column("count", "条数", 10, "0", float(len(rows))),
    )
    return Sheet("汇总", counts, columns, "数据问题汇总", (under,), _COLOURS, "severity")
