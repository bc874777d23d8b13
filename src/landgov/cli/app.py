"""The commands that there are."""

from __future__ import annotations

import typer

from landgov.cli.check import check
from landgov.cli.demo import demo
from landgov.cli.enterprises import enterprises
from landgov.cli.explain import explain
from landgov.cli.export import export
from landgov.cli.init import init
from landgov.cli.map import draw
from landgov.cli.policy import policy
from landgov.cli.run import run
from landgov.cli.template import template

app = typer.Typer(
    name="landgov",
    help="工业用地全域治理工具 · the toolkit for governing industrial land",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("demo")(demo)
app.command("init")(init)
app.command("check")(check)
app.command("run")(run)
app.command("explain")(explain)
app.command("enterprises")(enterprises)
app.command("map")(draw)
app.command("export")(export)
app.command("template")(template)
app.add_typer(policy, name="policy")
