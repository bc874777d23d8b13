"""`landgov policy readings`: what the text leaves open, and what another reading would change."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from landgov.cli.console import Json, as_json, out, say, stages
from landgov.pipeline import prepare
from landgov.policies import load_policy
from landgov.policies.readings import readings
from landgov.publish.reading_sheet import answer_word, reading_note
from landgov.scenarios import compare_readings, reading_rows

Where = Annotated[
    Path | None,
    typer.Argument(
        metavar="[DIR]", help="工作区文件夹；不给只列清单 the workspace; without it, the list"
    ),
]


def list_readings(folder: Where = None, json: Json = False) -> None:
    """条文留有余地之处，换一种理解有何影响 · open readings, and what others would change."""
    told = _listed() if folder is None else _compared(folder)
    if json:
        as_json(told)
        return
    for number, one in enumerate(told, start=1):
        title = f"{number}. {one['question']}　{one['clause']}　待{one['confirm_by']}确认"
        out.print(title, style="bold", markup=False, soft_wrap=True)
        say(f"现取：{one['in_use']}", 3)
        if not one["alternatives"]:
            say(one["needs"], 3)
        for other in one["alternatives"]:
            written = "、".join(f"{name}={value}" for name, value in other["change"].items())
            say(f"另可：{other['says']}　（{written}）", 3)
            if "state" in other:
                _tell(one, other)


def _listed() -> list[dict[str, Any]]:
    """The register by itself, as the shipped policy reads the text."""
    policy = load_policy("shangyu-2021-86", on=date.max)
    return [
        {
            "id": one.id,
            "question": one.question,
            "clause": one.clause,
            "confirm_by": one.confirm_by,
            "in_use": one.default.says,
            "needs": one.needs,
            "beyond": one.beyond,
            "alternatives": [
                {"says": other.says, "change": dict(other.change)} for other in one.others(policy)
            ],
        }
        for one in readings()
    ]


def _compared(folder: Path) -> list[dict[str, Any]]:
    with stages(6) as begin:
        ready = prepare(str(folder), progress=begin)
        begin("理解 readings")
        return compare_readings(ready)


def _tell(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Print what an alternative changes, or why there is nothing to print."""
    if not other["changes"]:
        [row] = reading_rows([{**one, "alternatives": [other]}]).to_dict("records")
        say(reading_note(row), 6)
    for change in other["changes"]:
        now = _land(change["parcels"], change["mu"], change["unknown_mu"])
        then = _land(change["other_parcels"], change["other_mu"], change["other_unknown_mu"])
        word = answer_word(change["what"], change["value"])
        say(f"{word}　{now} → {then}　结论改变 {change['flipped']:,} 宗", 6)


def _land(parcels: int, mu: float, unknown_mu: float | None) -> str:
    doubt = "" if unknown_mu is None else f"（待核 {unknown_mu:,.1f} 亩）"
    return f"{parcels:,} 宗 {mu:,.1f} 亩{doubt}"
