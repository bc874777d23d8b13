"""The sheet 理解: what the plan leaves open, and what another reading would change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from landgov import schema
from landgov.publish.profiles import fields
from landgov.publish.workbook import Column, Sheet

_MU: Final = "#,##0.00"


def reading_sheet(readings: pd.DataFrame) -> Sheet:
    """Lay out the readings of the text and what each other one changes (理解).

    Parameters
    ----------
    readings : DataFrame
        A row a change: `question`, `clause`, `in_use`, `alternative`, `confirm_by`, `state`,
        `note`, `what`, `value`, land and parcels as judged and by the alternative, `flipped`.

    Returns
    -------
    Sheet
        Land only: no figure of an enterprise stands in it.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）–（二）.
    """
    rows = readings.to_dict("records")
    frame = readings.assign(
        item=[answer_word(row["what"], row["value"]) for row in rows],
        note=[reading_note(row) for row in rows],
        confirm=["待" + row["confirm_by"] + "确认" for row in rows],
    )
    columns = [
        Column("question", "问题", 36, "wrap"),
        Column("clause", "条款", 12, "wrap"),
        Column("in_use", "现取的理解", 32, "wrap"),
        Column("item", "涉及的结论", 20, "wrap"),
        Column("parcels", "现为（宗）", 8, "#,##0"),
        Column("mu", "现为（亩）", 12, _MU),
        Column("unknown_mu", "现待核（亩）", 12, _MU),
        Column("alternative", "另一种理解", 32, "wrap"),
        Column("other_parcels", "则为（宗）", 8, "#,##0"),
        Column("other_mu", "则为（亩）", 12, _MU),
        Column("other_unknown_mu", "则待核（亩）", 12, _MU),
        Column("flipped", "结论改变（宗）", 9, "#,##0"),
        Column("note", "说明", 30, "wrap"),
        Column("confirm", "待确认", 26, "wrap"),
    ]
    lines = (
        "条文留有余地之处，逐条换一种理解试算，其余不变；只列有变化的结论。各类有重叠，各行面积不得相加。",
        "“结论改变”为答案不同的宗数，面积不同而答案相同的不计；理解由所列部门确认后写入政策文件。",
    )
    return Sheet("理解", frame, columns, "条文理解及其影响", lines, fitted=True)


def answer_word(what: Any, value: Any) -> str:
    """Chinese word of an answer: a category, or one word of a state.

    Examples
    --------
    >>> answer_word("land_state", "idle"), answer_word("stock", None), answer_word(None, None)
    ('土地状态：闲置', '存量用地', '')
    """
    if not isinstance(what, str):
        return ""
    word = schema.result_word("category", what)
    if word == what and what in fields("parcels"):
        word = fields("parcels")[what].zh
    if not isinstance(value, str):
        return word
    return f"{word}：{schema.result_word(what, value).removeprefix('疑似闲置：')}"


def reading_note(row: Mapping[Any, Any]) -> str:
    """Say why a reading changes nothing or can't be tried out; empty where it changes much.

    Examples
    --------
    >>> reading_note({"state": "not_given", "note": "links、findings"})
    '没有报送用地关系、问题，无从试算'
    """
    state, note = row["state"], row["note"]
    if state == "same":
        return "结论不变"
    if state == "not_given":
        given = "、".join(schema.table(name).zh for name in note.split("、"))
        return f"没有报送{given}，无从试算"
    if state == "not_in_force":
        return f"数值尚未启用，自 {note} 起"
    if state == "not_in_policy":
        return "所用政策没有这个数值"
    return note if state in ("beyond", "needs") else ""
