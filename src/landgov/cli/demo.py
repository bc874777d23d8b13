"""`landgov demo`: the demonstration district, made and run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from landgov import pipeline
from landgov.cli.console import out, show_totals, stages
from landgov.demo import make_demo
from landgov.outputs import write_outputs

Where = Annotated[Path, typer.Argument(metavar="[DIR]", help="放在哪里 where it goes")]
Parcels = Annotated[int, typer.Option("--parcels", min=60, help="地块数 how many parcels")]
Seed = Annotated[int, typer.Option("--seed", help="随机种子 seed")]


def demo(folder: Where = Path("landgov-demo"), parcels: Parcels = 3000, seed: Seed = 86) -> None:
    """生成虚构的演示区并运行全部工作 · the demonstration district (fictitious) and its run."""
    with stages(15) as begin:
        begin("演示数据 demo")
        make_demo(folder, parcels=parcels, seed=seed)
        result = pipeline.run(str(folder), progress=begin)
        where = write_outputs(result, progress=begin)
    show_totals(result)
    for file, words in (
        ("maps/index.html", "网页地图：用浏览器打开"),
        ("maps/stock.pdf", "存量用地打印图"),
        ("maps/idle.pdf", "闲置用地打印图"),
        ("lists.xlsx", "底数、问题、治理、待核清单，条文理解的影响"),
        ("issues.xlsx", "数据问题，各部门可更正后发回"),
        ("issues.gpkg", "有问题的图形"),
        ("board.xlsx", "部门对账、漏报、瞒报线索"),
        ("matches.xlsx", "企业与地块匹配建议，待审核"),
        ("pathways.xlsx", "四个一批建议，待决定"),
        ("landgov.gpkg", "QGIS 图层"),
    ):
        out.print(f"{where / file}　{words}", markup=False, soft_wrap=True)
