"""The reconciliation board as a workbook and as one long table (对账板)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from landgov import schema
from landgov.board import LABELS, LATER, STALE, Board
from landgov.publish.board_table import long_table
from landgov.publish.tables import write_parquet
from landgov.publish.workbook import Column, Sheet, write_workbook

MU, SHARE, COUNT = "#,##0.00", "0.0%", "#,##0"
_RED, _YELLOW = "#F8CBAD", "#FFE699"
_WHAT = {"table": "整张表", "kind": "问题类型", "column": "列"}
_SIDES = {"enterprise": "企业没有用地", "parcel": "地块没有企业", "reference": "所指查无"}


def write_board(folder: str | Path, board: Board, *, as_of: date, name: str) -> dict[str, int]:
    """Write the board as `board.xlsx` and `board.parquet`.

    Parameters
    ----------
    folder : str or Path
        Where both go; existing ones are replaced whole.
    board : Board
        The board of a check or a run.
    as_of : date
        The day judged on; also the workbook's date of creation.
    name : str
        The project.

    Returns
    -------
    dict
        Rows written, by sheet.

    References
    ----------
    虞政办发〔2021〕86号, 三（二）, 四（二）.
    """
    under = f"{name}　数据截止 {as_of.isoformat()}"
    makers: Iterable[Callable[[Board], Sheet]] = (
        _facts,
        _totals,
        _units,
        _never,
        _denials,
        _ages,
        _unmatched,
    )
    sheets = []
    for make in makers:
        one = make(board)
        title = f"【内部资料】{name} {one.title}"
        sheets.append(
            Sheet(
                one.name,
                one.frame,
                one.columns,
                title,
                (under, *one.lines),
                one.colours,
                one.colour_by,
            )
        )
    footer = f"内部资料 {as_of.isoformat()}"
    path = Path(folder) / "board.xlsx"
    write_workbook(path, sheets, as_of=as_of, title=f"{name} 对账", footer=footer)
    write_parquet(long_table(board), Path(folder) / "board.parquet")
    return {each.name: len(each.frame) for each in sheets}


def _table(names: pd.Series[Any]) -> pd.Series[Any]:
    words = {name: schema.table(name).zh for name in schema.tables()}
    return names.map(words).fillna(names)


def _field(tables: pd.Series[Any], fields: pd.Series[Any]) -> list[str]:
    words = {
        (name, column.name): column.zh
        for name in schema.tables()
        for column in schema.table(name).columns.values()
    }
    words |= {("parcels", "land_mu"): "统计面积", ("enterprises", "land_mu"): "企业用地"}
    return [words.get(place, place[1]) for place in zip(tables, fields, strict=True)]


def _mu(values: pd.Series[Any]) -> float:
    return float(values.sum())


def _facts(board: Board) -> Sheet:
    rows = board.facts
    frame = rows.assign(
        word=rows["fact"].map(LABELS),
        table=_table(rows["table"]),
        field=_field(rows["table"], rows["field"]),
        settled=rows["fact"].eq("conflict").map({True: "未决", False: ""}),
    )
    columns = [
        Column("word", "事实", 30, "wrap", "合计"),
        Column("key", "宗地代码／企业代码", 24),
        Column("name", "坐落／企业名称", 24, "wrap"),
        Column("unit", "属地责任单位", 14),
        Column("field", "字段", 14),
        Column("a_department", "甲方", 18, "wrap"),
        Column("a_value", "甲方的数", 23, "wrap"),
        Column("a_date", "甲方数据日期", 12),
        Column("b_department", "乙方", 18, "wrap"),
        Column("b_value", "乙方的数", 23, "wrap"),
        Column("b_date", "乙方数据日期", 12),
        Column("difference", "差（乙－甲）", 13, MU),
        Column("measure", "单位", 7),
        Column("stake_mu", "涉及（亩）", 12, MU, _mu(rows["stake_mu"])),
        Column("stake_wan", "涉及（万元）", 12, MU, _mu(rows["stake_wan"])),
        Column("used", "采用", 14, "wrap"),
        Column("why", "理由", 52, "wrap"),
        Column("a_source", "甲方来源", 40, "wrap"),
        Column("b_source", "乙方来源", 40, "wrap"),
    ]
    lines = (
        f"共 {len(rows)} 处不一致，按涉及的亩、万元从大到小。同一地块可出现在几行，亩数不得相加作面积。",
        "红色为各文件对同一单元格说法不同、政策又没有写明权威来源的，按缺失处理，须由提供部门核定。",
    )
    return Sheet("对账", frame, columns, "部门对账", lines, {"未决": _RED}, "settled")


def _totals(board: Board) -> Sheet:
    rows = board.totals
    frame = rows.assign(word=rows["fact"].map(LABELS))
    columns = [
        Column("word", "事实", 34, "text"),
        Column("count", "不一致（处）", 14, COUNT),
        Column("stake_mu", "涉及（亩）", 16, MU),
        Column("stake_wan", "涉及（万元）", 16, MU),
    ]
    lines = ("各项有重叠，亩数不得相加。",)
    return Sheet("对账汇总", frame, columns, "对账汇总", lines)


def _units(board: Board) -> Sheet:
    rows = board.units
    frame = rows.assign(
        table=_table(rows["table"]),
        state=rows["nothing"].map({True: "一项未报", False: ""}),
    )
    columns = [
        Column("unit", "属地责任单位", 16),
        Column("department", "应报部门", 20, "wrap"),
        Column("table", "数据表", 12),
        Column("word", "应报事实", 20),
        Column("missing", "缺（宗／家）", 12, COUNT),
        Column("count", "应有（宗／家）", 12, COUNT),
        Column("share", "缺报比例", 10, SHARE),
        Column("elsewhere", "其他单位缺报比例", 12, SHARE),
        Column("state", "提示", 12),
    ]
    lines = (
        "范围：工业用地（含范围待核）的地块，和在其上用地的企业；一家企业在几个单位用地的，各计一次。",
        "红色：该部门向别的单位报了，对这个单位一项也没有报。所有单位都没有的，见“未报来源”。",
    )
    return Sheet(
        "漏报", frame, columns, "漏报：哪个部门缺哪个单位的数", lines, {"一项未报": _RED}, "state"
    )


def _never(board: Board) -> Sheet:
    rows = board.never
    frame = rows.assign(what=rows["what"].map(_WHAT), table=_table(rows["table"]))
    columns = [
        Column("department", "应报部门", 24),
        Column("what", "缺的是", 12),
        Column("table", "数据表", 14),
        Column("word", "名称", 24),
        Column("field", "字段名", 24),
    ]
    lines = (
        "至今没有任何部门文件报送的表、列和问题类型（方案三（二）的分工）；它们所判断的都是待核。",
    )
    return Sheet("未报来源", frame, columns, "从未报送的内容", lines)


def _denials(board: Board) -> Sheet:
    rows = board.denials
    columns = [
        Column("unit", "属地责任单位", 16),
        Column("word", "事项", 14),
        Column("key", "编号", 24),
        Column("name", "坐落／企业名称", 24, "wrap"),
        Column("land_mu", "涉及（亩）", 12, MU),
        Column("says", "自报或台账", 28, "wrap"),
        Column("department", "另有佐证", 20, "wrap"),
        Column("evidence", "佐证内容", 46, "wrap"),
        Column("date", "日期", 12),
        Column("source", "来源", 26, "wrap"),
        Column("reply", "属地说明（填写）", 24, "wrap"),
    ]
    lines = (
        "以下是佐证线索，不是认定；由属地责任单位核实说明。属地自报不作为“否”的依据，只作比对。",
    )
    return Sheet("瞒报线索", rows.assign(reply=""), columns, "瞒报线索：自报没有而另有佐证", lines)


def _ages(board: Board) -> Sheet:
    rows = board.ages
    frame = rows.assign(table=_table(rows["table"]))
    columns = [
        Column("department", "部门", 22, "wrap"),
        Column("table", "数据表", 14),
        Column("file", "文件", 32, "wrap"),
        Column("sheet", "工作表／图层", 14),
        Column("rows", "行数", 10, COUNT),
        Column("date", "数据日期", 12),
        Column("age_days", "距截止日（天）", 12, COUNT),
        Column("state", "状态", 12),
    ]
    lines = ("数据日期写在 landgov.toml 各来源的 date = 2022-12-31；未注明的无法判断是否过期。",)
    return Sheet("时效", frame, columns, "数据时效", lines, {STALE: _RED, LATER: _YELLOW}, "state")


def _unmatched(board: Board) -> Sheet:
    rows = board.unmatched
    frame = rows.assign(table=_table(rows["table"]), side=rows["side"].replace(_SIDES))
    columns = [
        Column("side", "哪一边", 16),
        Column("table", "数据表", 12),
        Column("key", "编号", 26),
        Column("name", "名称", 26, "wrap"),
        Column("department", "可更正的部门", 22, "wrap"),
        Column("why", "原因", 36, "wrap"),
        Column("file", "文件", 28, "wrap"),
        Column("row", "行号", 9, "0"),
    ]
    lines = ("两边对不上的企业、地块和引用；各行保留，不参与判定。",)
    return Sheet("未匹配", frame, columns, "未匹配", lines)
