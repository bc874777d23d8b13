"""`landgov policy`: the numbers of a policy, each with its clause."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from landgov.cli import whatif
from landgov.cli.console import Json, as_json, out, say
from landgov.cli.policy_readings import list_readings
from landgov.cli.policy_schema import print_schema
from landgov.policies import Parameter, Policy, load_policy

STATUS = {"in_plan": "方案原文", "other_source": "其他来源", "to_confirm": "待确认"}
OPERATOR = {"<": "＜", "<=": "≤", ">": "＞", ">=": "≥", "==": "＝"}

policy = typer.Typer(help="政策的数值与条款 · the numbers of a policy", no_args_is_help=True)
policy.command("whatif")(whatif.whatif)
policy.command("compare")(whatif.compare)
policy.command("sweep")(whatif.over_a_line)
policy.command("edges")(whatif.edges)
policy.command("worth")(whatif.worth)
policy.command("readings")(list_readings)
policy.command("schema")(print_schema)

Name = Annotated[
    str, typer.Argument(metavar="POLICY", help="政策编号或 .toml 文件 an id or a TOML file")
]
On = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="哪一天的数值 the numbers in force that day"),
]


@policy.command("show")
def show(
    name: Name = "shangyu-2021-86",
    on: On = None,
    json: Json = False,
) -> None:
    """每个数值的单位、条款、原文、理解和确定程度 · number, unit, clause, quote, reading, status."""
    # Without a day the newest numbers are shown, those to come among them.
    loaded = load_policy(name, on=on.date() if on else date.max)
    if json:
        as_json(_as_table(loaded))
        return
    out.print(f"{loaded.id}　{loaded.title}", style="bold", markup=False)
    day = on.date().isoformat() if on else "最新"
    out.print(f"{loaded.place}　数值日期：{day}", markup=False)
    table = Table(show_lines=False, title="数值", title_justify="left")
    for heading in ("参数", "数值", "单位", "条款", "起用日期", "确定程度"):
        table.add_column(heading, justify="right" if heading == "数值" else "left")
    for number in loaded.parameters.values():
        table.add_row(
            number.name,
            "未启用" if number.off else _line(number),
            number.unit,
            number.clause,
            number.since.isoformat(),
            _sureness(number),
        )
    out.print(table)
    for number in loaded.parameters.values():
        value = _line(number) if number.off else f"{_line(number)} {number.unit}"
        out.print(f"{number.name}　{value}", style="bold", markup=False)
        say(f"原文：“{number.quote}”", 2)
        say(f"理解：{number.reading}", 2)
        say(f"确定程度：{_sureness(number)}", 2)
        if number.source:
            say(f"来源：{number.source}", 2)
    out.print("设置", style="bold")
    for key, value in loaded.settings.items():
        say(f"{key} = {value}", 2)


def _line(number: Parameter) -> str:
    """Operator and value, or why there is none on the day."""
    if not number.in_force and number.value is not None:
        return f"未启用：自 {number.since.isoformat()} 起"
    return "未启用" if number.off else f"{OPERATOR[number.op]} {_written(number)}"


def _written(number: Parameter) -> str:
    """The value as a person writes it: 5, 0.25, 1/3 or D."""
    value = number.value
    if value is None or isinstance(value, str):
        return str(value)
    whole = f"{float(value):.12g}"
    plain = value.denominator == 1 or float(value) * 10**6 == round(float(value) * 10**6)
    return whole if plain else str(value)


def _sureness(number: Parameter) -> str:
    words = STATUS[number.status]
    return f"{words}：{number.confirm_by}" if number.confirm_by else words


def _as_table(loaded: Policy) -> dict[str, Any]:
    return {
        "id": loaded.id,
        "title": loaded.title,
        "place": loaded.place,
        "parameters": [
            {
                **{
                    key: value
                    for key, value in vars(number).items()
                    if key not in ("value", "since")
                },
                "value": None if number.value is None else _written(number),
                "off": number.off,
                "from": number.since.isoformat(),
            }
            for number in loaded.parameters.values()
        ],
        "settings": dict(loaded.settings),
    }
