"""`landgov export`: one audience's data in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from landgov import pipeline
from landgov.cli.console import Folder, known_audience, out, stages
from landgov.publish.export import ENDINGS
from landgov.publish.export import export as write_export

Profile = Annotated[str, typer.Option("--profile", help="受众：internal、park_system、public")]
To = Annotated[Path, typer.Option("--to", help="文件；格式由扩展名决定 the ending is the format")]


def export(folder: Folder, profile: Profile, to: To) -> None:
    """按受众导出；受众没有列出的字段不会流出 · what a profile does not name does not leave."""
    known_audience(profile)
    if to.suffix.lower() not in ENDINGS:
        raise typer.BadParameter(f"{to.name}：{' '.join(ENDINGS)}", param_hint="--to")
    with stages(8) as begin:
        result = pipeline.run(str(folder), progress=begin)
    count = write_export(result, profile=profile, to=to)
    out.print(f"{to}：{count} 宗（{profile}）", markup=False)
