"""Why each heading was taken for a column, in words for `landgov.toml` (识别理由)."""

from __future__ import annotations

from collections.abc import Iterator

from landgov import schema, units
from landgov.schema import Column
from landgov.sources.heading_rows import head_notes
from landgov.sources.heads import JOIN
from landgov.sources.readings import PART, REMARKED, plain
from landgov.sources.recognition import Recognised


def reasons(one: Recognised) -> Iterator[str]:
    """Say where the headings stand, what each was taken for and why, and what was not used.

    Parameters
    ----------
    one : Recognised
        A part of a file that was taken for a table.

    Returns
    -------
    iterator of str
        Lines in Chinese with a few words of English. A heading that only looks like one of
        the table is named with its likeness, and never used by itself.

    References
    ----------
    The names and aliases of `landgov.schema`.
    """
    columns = schema.table(one.table).columns
    yield from (str(said["message"]) for said in head_notes(one.head))
    for name, at in one.found.columns.items():
        why = _why(one, columns[name], one.headings[at])
        yield f"{columns[name].zh} {name} ← “{one.headings[at]}”（{why}）"
    for name, unit in one.found.units.items():
        place = "表上 on the sheet" if name in one.found.by_sheet else "表头 in the heading"
        yield f"单位 unit：{name} 按 {unit} 换算（见{place}）"
    for theirs, near in one.near.items():
        alike = "、".join(
            f"{name} {columns[name].zh}（相近 {ratio:.0%}，请核对 please check）"
            for name, ratio in near[:3]
        )
        hint = f"，可能是 perhaps {alike}" if alike else ""
        yield f"未识别 not recognised：{theirs}{hint}"


def _why(one: Recognised, column: Column, heading: str) -> str:
    if column.name in one.found.cut:
        return "字段名被截短 cut short"
    read = one.found.readings.get(column.name)
    if read is None:
        return "按配置 as configured"
    if read.tier == PART:
        return "按分层表头的下层 lower part of the heading"
    if read.tier == REMARKED:
        return "去掉括号说明 without the remark"
    stem = plain(units.split_heading(heading.replace(JOIN, ""))[0])
    if stem == plain(column.name):
        return "规范列名 canonical name"
    joined = "上下层合并 parts joined，" if JOIN in heading else ""
    return joined + ("标准名称 term" if stem == plain(column.zh) else "同义词 alias")
