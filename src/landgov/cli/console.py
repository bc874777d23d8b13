"""How the commands speak: progress to stderr, reports to stdout, faults in full."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from landgov.cli.issue_lines import folded
from landgov.errors import LandgovError, WorkspaceError
from landgov.layers import known_words
from landgov.pipeline import Result
from landgov.publish.profiles import profiles

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="工作区文件夹 the workspace")]
Json = Annotated[bool, typer.Option("--json", help="供程序读取 print for programs")]


def known_audience(name: str) -> None:
    """Refuse a profile that there is none of, as wrong usage, before any work is done."""
    names = [audience.name for audience in profiles()]
    if name not in names:
        raise typer.BadParameter(f"{name}：{' '.join(names)}", param_hint="--profile")


def say(words: str, indent: int = 0) -> None:
    """Print one line of a report; on a terminal it is broken so that it reads well."""
    line = folded(words, out.width, indent) if out.is_terminal else " " * indent + words
    out.print(line, markup=False, soft_wrap=True)


def failed(error: LandgovError) -> None:
    """Print a fault of the input; with `--json` as JSON on stdout."""
    if "--json" in sys.argv:
        faults = error.faults if isinstance(error, WorkspaceError) else ()
        report = {"ok": False, "message": error.message, "message_zh": error.message_zh}
        as_json({**report, "do": error.do, "faults": [vars(fault) for fault in faults]})
        return
    err.print(str(error), style="red", markup=False, soft_wrap=True)


def as_json(report: Any) -> None:
    """Print a report for programs."""
    sys.stdout.buffer.write(
        orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY)
    )
    sys.stdout.buffer.write(b"\n")
    sys.stdout.flush()


@contextmanager
def stages(total: int) -> Iterator[Callable[[str], None]]:
    """Show a progress bar that moves on with each stage; nothing where nobody looks."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("", total=total)
        first = True

        def begin(name: str) -> None:
            nonlocal first
            bar.update(task, description=name, advance=0 if first else 1)
            first = False

        yield begin


def show_totals(result: Result) -> None:
    """Print the summary of a run: each category and state, with what is still in doubt."""
    totals = result.report["totals"]
    table = Table(title=f"{result.workspace.name}　{result.workspace.as_of.isoformat()}")
    for title, side in (
        ("类别", "left"),
        ("宗", "right"),
        ("亩", "right"),
        ("待核 宗", "right"),
        ("待核 亩", "right"),
    ):
        table.add_column(title, justify=side)  # type: ignore[arg-type]
    for name, word in (
        ("in_scope", "工业用地"),
        ("stock", "存量"),
        ("low_efficiency", "低效"),
        ("three_low", "　其中三低（重点整治）"),
        ("two_high", "两高"),
        ("four_without", "四无"),
        ("wider_violations", "较大违法违规用地"),
        ("collective", "集体工业用地"),
    ):
        yes, open_ = totals[name]["yes"], totals[name]["unknown"]
        table.add_row(
            word,
            f"{yes['parcels']:,}",
            f"{yes['mu']:,.1f}",
            f"{open_['parcels']:,}",
            f"{open_['mu']:,.1f}",
        )
    layers = {layer.key: layer for layer in result.layers}
    for name, word in (("idle", "闲置（疑似，含非自身原因）"), ("to_develop", "待开发")):
        layer = layers[name]
        table.add_row(
            word,
            f"{layer.count:,}",
            f"{layer.mu:,.1f}",
            f"{layer.unknown_count:,}",
            f"{layer.unknown_mu:,.1f}",
        )
    out.print(table)
    # What stands behind the figures, as on the maps and in the lists.
    say("；".join(known_words(result.parcels)) + "（占工业用地宗数）。")
    out.print("各类有重叠，面积不得相加；待核＝缺少事实，既不是“是”也不是“否”。", markup=False)
    found = totals["issues"]
    out.print(
        f"问题：{found['error']} 处错误，{found['warning']} 处提醒，{found['note']} 条记录"
        "（out/issues.xlsx）",
        markup=False,
    )
