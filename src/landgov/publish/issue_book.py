"""The issue table as a workbook that clerks mend and send back (数据问题表)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from landgov import schema
from landgov.decisions import (
    ACTION,
    ACTIONS,
    HIDDEN,
    ISSUE_ID,
    MENDED,
    REMARK,
    hidden_heading,
)
from landgov.publish.frames import flat
from landgov.publish.issue_counts import by_department, by_kind
from landgov.publish.profiles import terms, worded
from landgov.publish.sheet_names import sheet_names
from landgov.publish.unit_words import unit_word
from landgov.publish.workbook import Column, Sheet, write_workbook

UNSETTLED = "未定部门"
"""Where nobody is known who sends the table."""
_SUMMARY, _NOTES, _FIXED, _KINDS = "汇总", "记录", "已解决", "按类型"
_RANK = {"error": 0, "warning": 1, "note": 2}
_SEVERITY = {"error": "#F8CBAD", "warning": "#FFE699", "note": "#EDEDED"}
_RED, _GREY = "#FF9B9B", "#E7E6E6"
_LOOKS = {f"{severity}{cell}": "" for severity in _SEVERITY for cell in ("", "+")}
_BY_SEVERITY = {look: _SEVERITY[look.removesuffix("+")] for look in _LOOKS}
_BY_CELL = {look: _RED if look.endswith("+") else _GREY for look in _LOOKS}
_PLACE = (
    Column("_table", "表", 10),
    Column("file", "文件", 22, "wrap"),
    Column("sheet", "工作表", 11, "wrap"),
    Column("row", "行", 7, "0"),
    Column("key", "编号", 23, "@"),
    Column("_field", "字段", 15, "wrap"),
)
_HIDDEN = tuple(
    Column(name, hidden_heading(name), 12, "@", hidden=True) for name in (*HIDDEN, ISSUE_ID)
)
_ASKED = (
    Column("_status", "状态", 7),
    Column("_severity", "级别", 7, fills=_BY_SEVERITY),
    Column("message", "问题", 52, "wrap"),
    *_PLACE,
    Column("_value", "原值", 22, "@"),
    Column("_cell", MENDED, 22, "@", fills=_BY_CELL),
    Column("_action", ACTION, 12, "@", choices=ACTIONS),
    Column("_remark", REMARK, 24, "@"),
    Column("message_en", "Message", 50, "wrap", hidden=True),
    *_HIDDEN,
)
_TOLD = (
    Column("_kind", "问题类型", 20),
    Column("message", "说明", 60, "wrap"),
    *_PLACE,
    Column("value", "值", 18, "@"),
    Column("before", "处理前", 14, "@"),
    Column("after", "处理后", 14, "@"),
    Column("_department", "部门", 20),
    Column("message_en", "Message", 60, "wrap"),
)
_SOLVED = (
    Column("_department", "部门", 20),
    Column("_severity", "级别", 7, fills=_BY_SEVERITY),
    Column("message", "问题", 60, "wrap"),
    *_PLACE,
    Column("value", "原值", 18, "@"),
)
_HOW = (
    f"红色单元格（{MENDED}）是现值：改成正确的值即可；要清空的，清空后在“{ACTION}”栏选“{ACTIONS[0]}”。"
    f"整行多余的选“{ACTIONS[1]}”；提醒的内容无误的选“{ACTIONS[2]}”。灰色的不能在此更正，请改报送文件。",
    "填好后整个工作簿发回，不要删除列；由汇总单位放入工作区的 state/mended/，报送文件本身不改动。",
)


def write_issues(
    path: str | Path, issues: pd.DataFrame, as_of: date, *, fixed: pd.DataFrame | None = None
) -> int:
    """Write the issues as a workbook: counts, a sheet a department to be mended, the records.

    Parameters
    ----------
    path : str or Path
        The xlsx to write; an old one is replaced whole.
    issues : DataFrame
        The issue table of a run or a check.
    as_of : date
        Stands as the date of creation in the file.
    fixed : DataFrame, optional
        Issues of the last time that are solved.

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
    rows = _worded(issues)
    solved = _worded(issues.iloc[:0] if fixed is None else fixed)
    under = f"数据截止 {as_of.isoformat()}"
    asked = rows[rows["severity"] != "note"]
    sheets = [by_department(_SUMMARY, rows, solved, under), *_departments(asked, under)]
    notes = rows[rows["severity"] == "note"]
    if len(notes):
        lines = (under, f"{len(notes)} 条，仅供知悉：读取时的选择、已做的修复和更正。")
        sheets.append(Sheet(_NOTES, notes, _TOLD, "数据处理记录", lines, fitted=True))
    if len(solved):
        lines = (under, f"{len(solved)} 处，上次列出、这次已没有。")
        sheets.append(
            Sheet(_FIXED, solved, _SOLVED, "已解决的问题", lines, _LOOKS, "_look", fitted=True)
        )
    sheets.append(by_kind(_KINDS, rows, under))
    write_workbook(path, sheets, as_of=as_of, title="数据问题", footer=as_of.isoformat())
    return len(rows)


def _departments(asked: pd.DataFrame, under: str) -> Iterator[Sheet]:
    """One sheet a department, in the order of their names; what nobody owns comes last."""
    names = sorted(set(asked["_department"]), key=lambda name: (name == UNSETTLED, name))
    reserved = (_SUMMARY, _NOTES, _FIXED, _KINDS)
    words = terms("severity")
    for name, sheet in zip(names, sheet_names(names, reserved), strict=True):
        mine = asked[asked["_department"] == name]
        counts = "，".join(
            f"{words[severity]} {int((mine['severity'] == severity).sum())} 处"
            for severity in ("error", "warning")
        )
        lines = (under, f"{counts}。错误：该单元格按缺失处理；提醒：保留原值。", *_HOW)
        yield Sheet(sheet, mine, _ASKED, f"{name} 数据问题", lines, _LOOKS, "_look", fitted=True)


def _worded(issues: pd.DataFrame) -> pd.DataFrame:
    """Order the rows, errors first, and add what is shown: words, looks, cells to be filled."""
    rows = pd.DataFrame(flat(issues, "issues"))
    text = ("message", "message_en", "key", "before", "after", "department", "kind", "status")
    for name in (*text, "severity", *HIDDEN, ISSUE_ID):
        if name not in rows:
            kind = "Int64" if name == "row" else "str"
            rows[name] = pd.Series(pd.NA, index=rows.index, dtype=kind)
    rows = rows.assign(_rank=rows["severity"].map(_RANK).fillna(len(_RANK)))
    order = ["_rank", "table", "file", "sheet", "row", "kind"]
    rows = rows.sort_values(order, kind="stable", ignore_index=True)
    tables = {name: schema.table(name).zh for name in schema.tables()}
    cell = rows["cell"].where(rows["cell"].fillna("") != "")
    mendable = rows["cell"].notna()
    value = cell.where(cell.notna(), rows["value"])
    return rows.assign(
        _department=rows["department"].where(rows["department"].fillna("") != "", UNSETTLED),
        _severity=worded(rows["severity"], "severity"),
        _status=worded(rows["status"], "issue_status"),
        _kind=worded(rows["kind"], "issue_kind"),
        _table=rows["table"].map(lambda name: tables.get(name, name), na_action="ignore"),
        _field=_fields(rows),
        _value=value,
        _cell=cell,
        _action=pd.Series(pd.NA, index=rows.index, dtype="str"),
        _remark=pd.Series(pd.NA, index=rows.index, dtype="str"),
        _look=rows["severity"].fillna("") + np.where(mendable, "+", ""),
    )


def _fields(rows: pd.DataFrame) -> pd.Series:
    """Chinese name of the field, with the unit in which the file gives it."""
    known = {
        (name, field.name): field.zh
        for name in schema.tables()
        for field in schema.table(name).columns.values()
    }
    units = rows["cell_unit"].fillna("") if "cell_unit" in rows else [""] * len(rows)
    places = zip(rows["table"], rows["field"], units, strict=True)
    words = []
    for table, field, unit in places:
        word = known.get((table, field), field)
        words.append(f"{word}（{unit_word(unit)}）" if unit and isinstance(word, str) else word)
    return pd.Series(words, index=rows.index, dtype="str")
