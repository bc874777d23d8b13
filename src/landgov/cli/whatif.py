"""`landgov policy whatif | compare | sweep | edges | worth`: the law asked what would be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.table import Table

from landgov import schema
from landgov.cli.console import Folder, Json, as_json, out, stages
from landgov.maps import PICTURES, write_curve
from landgov.pipeline import Prepared, prepare
from landgov.policies import load_policy
from landgov.policies.changed import changed_policy
from landgov.publish.files import whole
from landgov.publish.profiles import fields
from landgov.publish.text_cells import safe_cells
from landgov.scenarios import (
    Case,
    case_of,
    edge_land,
    flip_totals,
    flips,
    knife_edges,
    sweep,
    worth_of_departments,
    worth_of_facts,
)
from landgov.sources.workspace import Workspace

_CATEGORIES = (
    *("low_efficiency", "three_low", "two_high", "four_without", "wider_violations"),
    "collective",
)
_FEW = 20
_TOO_MANY = 200

Changes = Annotated[
    list[str], typer.Argument(metavar="NAME=VALUE...", help="改动，如 low_efficiency_tax=6")
]
To = Annotated[
    Path | None, typer.Option("--to", help="把清单写入 .csv 文件 write the list to a .csv file")
]
Plot = Annotated[
    Path | None, typer.Option("--plot", help="把曲线画成 .png 或 .pdf draw the curve to a file")
]
With = Annotated[str, typer.Option("--with", help="另一政策、另一日期或 NAME=VALUE")]
Range = Annotated[str, typer.Argument(metavar="NAME=FROM:TO:STEP", help="如 …=3:8:0.5")]
Category = Annotated[str, typer.Option("--category", help=" ".join(_CATEGORIES))]
Within = Annotated[float, typer.Option("--within", min=0.0, help="离界线多近，0.05 为 ±5%")]


def whatif(folder: Folder, changes: Changes, to: To = None, json: Json = False) -> None:
    """改动数值或理解后，哪些地块的结论会变 · which parcels answer differently."""
    ready = _prepared(folder)
    policy = changed_policy(ready.workspace.policy, _pairs(changes))
    _tell(case_of(ready, "现行"), case_of(ready, "、".join(changes), policy), to, json=json)


def compare(folder: Folder, other: With, to: To = None, json: Json = False) -> None:
    """两个政策、两种理解或两个日期的结论对比 · two policies, readings or days, side by side."""
    ready = _prepared(folder)
    _tell(case_of(ready, "现行"), _other(ready, other), to, json=json)


def over_a_line(
    folder: Folder,
    line: Range,
    category: Category = "low_efficiency",
    to: To = None,
    plot: Plot = None,
    json: Json = False,
) -> None:
    """界线移动时，地块、面积、企业、税收怎样变 · land over a moving line."""
    name, values = _steps(line)
    if plot is not None and plot.suffix.lower() not in PICTURES:
        raise typer.BadParameter(f"{plot.name}：{' '.join(PICTURES)}", param_hint="--plot")
    ready = _prepared(folder)
    table = sweep(ready, name, values, category)
    if plot is not None:
        number = ready.workspace.policy.parameters.get(name)
        counts = number is not None and not number.off and not isinstance(number.value, str)
        now = number.number if number is not None and counts else None
        unit = number.unit if number is not None else ""
        title = f"{ready.workspace.name}　{_word(category)}"
        with whole(plot) as path:
            write_curve(table, path, title=title, line=name, unit=unit, now=now,
                        as_of=ready.workspace.as_of)  # fmt: skip
    if json:
        as_json(table.to_dict("records"))
        return
    longest = max(float(table["mu"].max()), 1e-9)
    bars = table["mu"].map(lambda mu: "█" * round(30 * mu / longest))
    shown = Table(title=f"{_word(category)}：{name}", title_justify="left")
    headings = ("界线", "宗", "亩", "待核 宗", "待核 亩", "企业", "税收 万元", "税收不明 企业", "")
    for heading in headings:
        shown.add_column(heading, justify="left" if heading == "" else "right")
    for row, bar in zip(table.to_dict("records"), bars, strict=True):
        shown.add_row(
            str(row["value"]),
            f"{row['parcels']:,}",
            f"{row['mu']:,.1f}",
            f"{row['unknown_parcels']:,}",
            f"{row['unknown_mu']:,.1f}",
            f"{row['enterprises']:,}",
            f"{row['tax_wan']:,.1f}",
            f"{row['tax_unknown']:,}",
            bar,
        )
    out.print(shown)
    _write(table, to)


def edges(folder: Folder, within: Within = 0.05, to: To = None, json: Json = False) -> None:
    """离界线很近、差一点就变的结论 · verdicts close to their line."""
    ready = _prepared(folder)
    table = knife_edges(ready.judged.verdicts(ready.checked), within)
    if json:
        as_json(_plain(table))
        return
    mu = edge_land(table, ready.judged.parcels["land_mu"])
    title = f"离界线 {within:.0%} 以内：{len(table):,} 条，涉及地块 {mu:,.1f} 亩"
    shown = Table(title=title, title_justify="left")
    for heading in ("地块", "企业", "规则", "结论", "数值", "界线", "相差", "来源"):
        shown.add_column(
            heading, justify="right" if heading in ("数值", "界线", "相差") else "left"
        )
    for row in _plain(table.head(_FEW)):
        shown.add_row(
            str(row["parcel_id"]),
            str(row["enterprise_id"] or ""),
            "、".join(_word(rule) for rule in str(row["rule"]).split("|")),
            _answer("", str(row["answer"])),
            f"{row['value']:,.4g}",
            f"{row['op']} {row['threshold']:g} {row['unit']}",
            f"{row['distance']:+.1%}",
            str(row["source"] or ""),
        )
    out.print(shown)
    _rest(len(table), to)
    _write(table, to)


def worth(folder: Folder, to: To = None, json: Json = False) -> None:
    """补哪个部门的数据、哪个事实能了结最多待核土地 · which file, which fact would settle most."""
    ready = _prepared(folder)
    verdicts = ready.judged.verdicts(ready.checked)
    categories = dict(ready.judged.members)
    # The symptoms of collective land are those that are on: their rules say so themselves.
    collective = verdicts.loc[verdicts["category"] == "collective", "rule"]
    categories["collective"] = tuple(collective.unique())
    asked = (verdicts, ready.judged.parcels, categories)
    offices, facts = worth_of_departments(*asked), worth_of_facts(*asked)
    if json:
        as_json({"departments": _plain(offices), "facts": _plain(facts)})
        return
    offices = offices.assign(department=offices["department"].replace("", "未指定部门"))
    _worth_table("补齐一个部门的数据，可了结的待核土地", {"department": "部门"}, offices)
    names = {"fact": "事实", "department": "责任部门"}
    shown = facts.head(_FEW).assign(fact=facts["fact"].map(schema.fact_word))
    _worth_table("缺少的事实（按涉及的待核面积）", names, shown)
    out.print("一宗地可缺几个事实，各行面积不得相加。", markup=False)
    _rest(len(facts), to)
    _write(facts, to)


def _worth_table(title: str, names: dict[str, str], table: pd.DataFrame) -> None:
    shown = Table(title=title, title_justify="left")
    for heading in names.values():
        shown.add_column(heading)
    for heading in ("涉及 宗", "涉及 亩", "只缺它 宗", "只缺它 亩"):
        shown.add_column(heading, justify="right")
    for row in _plain(table):
        shown.add_row(
            *(str(row[name] or "") for name in names),
            f"{row['parcels']:,}",
            f"{row['mu']:,.1f}",
            f"{row['alone_parcels']:,}",
            f"{row['alone_mu']:,.1f}",
        )
    out.print(shown)


def _prepared(folder: Path) -> Prepared:
    with stages(5) as begin:
        return prepare(str(folder), progress=begin)


def _pairs(changes: Sequence[str]) -> dict[str, str]:
    for change in changes:
        if "=" not in change:
            raise typer.BadParameter(f"{change}：NAME=VALUE", param_hint="NAME=VALUE")
    return {name.strip(): value.strip() for name, _, value in (c.partition("=") for c in changes)}


def _other(ready: Prepared, other: str) -> Case:
    """The case that is named: NAME=VALUE, a day, or a policy."""
    opened = ready.workspace
    if "=" in other:
        return case_of(ready, other, changed_policy(opened.policy, _pairs(other.split(","))))
    try:
        day = date.fromisoformat(other)
    except ValueError:
        return case_of(ready, other, load_policy(_place(opened, other), on=opened.as_of))
    policy = load_policy(_place(opened, opened.policy_name), on=day)
    return case_of(ready, other, policy, day)


def _place(opened: Workspace, name: str) -> str | Path:
    """A policy by id, or a file beside the workspace's `landgov.toml`."""
    beside = opened.root / name
    return beside if name.endswith(".toml") and beside.is_file() else name


def _steps(line: str) -> tuple[str, list[str]]:
    name, _, span = line.partition("=")
    try:
        first, last, step = (Decimal(part) for part in span.split(":"))
    except (InvalidOperation, ValueError):
        raise typer.BadParameter(f"{line}：NAME=FROM:TO:STEP") from None
    if step <= 0 or last < first or (last - first) / step > _TOO_MANY:
        raise typer.BadParameter(f"{line}：FROM ≤ TO，STEP > 0，最多 {_TOO_MANY} 步")
    count = int((last - first) / step) + 1
    return name, [str(first + step * number) for number in range(count)]


def _tell(before: Case, after: Case, to: Path | None, *, json: bool) -> None:
    table = flips(before, after)
    totals = flip_totals(table)
    if json:
        as_json({"totals": _plain(totals), "flips": _plain(table)})
        return
    title = f"{before.name}（{before.as_of}）→ {after.name}（{after.as_of}）"
    shown = Table(title=title, title_justify="left")
    for heading in ("项目", "原结论", "新结论", "宗", "企业", "地块 亩", "类内面积变化 亩"):
        shown.add_column(
            heading, justify="left" if heading in ("项目", "原结论", "新结论") else "right"
        )
    for row in _plain(totals):
        shown.add_row(
            _word(str(row["what"])),
            _answer(str(row["what"]), str(row["before"])),
            _answer(str(row["what"]), str(row["after"])),
            f"{row['parcels']:,}",
            f"{row['enterprises']:,}",
            f"{row['land_mu']:,.1f}",
            f"{row['change_mu']:+,.1f}",
        )
    out.print(shown)
    if not len(table):
        out.print("没有地块的结论改变。", markup=False)
    _write(table, to)


def _word(name: str) -> str:
    """Chinese term of a category, a rule or a column of the parcel table."""
    for listed in ("category", "rule"):
        word = schema.result_word(listed, name)
        if word != name:
            return word
    return fields("parcels")[name].zh if name in fields("parcels") else name


def _answer(what: str, code: str) -> str:
    listed = what if what in ("land_state", "idle") else "answer"
    return schema.result_word(listed, code)


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.astype(object).where(table.notna(), None).to_dict("records")  # type: ignore[assignment]
    return rows


def _rest(count: int, to: Path | None) -> None:
    if count > _FEW and to is None:
        out.print(f"…… 共 {count:,} 条，用 --to FILE.csv 写出全部", markup=False)


def _write(table: pd.DataFrame, to: Path | None) -> None:
    if to is None:
        return
    with whole(to) as path:
        safe_cells(table).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")
    out.print(f"{to}：{len(table):,} 行", markup=False)
