"""`landgov run`: the main job."""

from __future__ import annotations

from typing import Annotated

import typer
from orjson import loads as json_of

from landgov import pipeline
from landgov.cli.board import board_words
from landgov.cli.console import Folder, Json, as_json, err, say, show_totals, stages
from landgov.outputs import writable, write_outputs
from landgov.sources import last_run

Only = Annotated[
    str | None,
    typer.Option(
        "--only",
        help="tables：只出数据表，旧的地图和清单随之移除 only the tables; old maps and lists go",
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="有错误即以 1 结束 end 1 on any error")]


def run(folder: Folder, only: Only = None, strict: Strict = False, json: Json = False) -> None:
    """全部工作：读取→检查→关联→判定→连片→路径→out/ · all of it."""
    if only not in (None, "tables"):
        raise typer.BadParameter(
            f"{only}：只能是 tables / tables is the only one", param_hint="--only"
        )
    writable(folder)
    guard = last_run(folder).why
    with stages(13) as begin:
        result = pipeline.run(str(folder), progress=begin)
        where = write_outputs(result, tables_only=only == "tables", progress=begin)
    if json:
        as_json(json_of((where / "run.json").read_bytes()))
    else:
        show_totals(result)
        # A first run has nothing to be compared with, and that is no news.
        if result.report["pathways"]:
            told = result.parcels["pathway_decided"].notna().sum()
            refused = result.issues["kind"].eq("pathway_refused").sum()
            say(f"治理决定：{told} 宗已决定，{refused} 行未采用（见 out/issues.xlsx）")
        for line in board_words(result.board.summary(), "" if guard == "missing" else guard):
            say(line)
        say(f"结果在 {where}")
    if strict and result.report["totals"]["issues"]["error"]:
        err.print("有错误未改正（--strict）。errors are open.", markup=False)
        raise typer.Exit(1)
