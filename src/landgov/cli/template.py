"""`landgov template`: the empty workbooks that departments fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from landgov.cli.console import Folder, out
from landgov.errors import LandgovError
from landgov.publish.template_book import write_templates
from landgov.sources.entries import folder_fault

To = Annotated[Path | None, typer.Option("--to", help="文件夹，默认 DIR/templates")]
Force = Annotated[bool, typer.Option("--force", help="覆盖已有的工作簿 replace what is there")]


def template(folder: Folder, to: To = None, force: Force = False) -> None:
    """各部门的空白报送表：一个部门一个工作簿 · each department's empty workbook."""
    flaw = folder_fault(folder)
    if flaw is not None:
        raise LandgovError(flaw.en, do=flaw.do, message_zh=flaw.zh)
    where = to or folder / "templates"
    made = write_templates(where, force=force)
    for path in made:
        out.print(path.name, markup=False)
    out.print(f"{len(made)} 个工作簿在 {where}，发给各部门填写", markup=False, soft_wrap=True)
