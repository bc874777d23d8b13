"""`landgov map`: the maps of one audience, or of the run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from landgov import pipeline
from landgov.cli.console import Folder, known_audience, out, stages
from landgov.layers import build_layers
from landgov.outputs import write_maps
from landgov.publish.profiles import select

Profile = Annotated[str, typer.Option("--profile", help="受众：internal、park_system、public")]
To = Annotated[Path | None, typer.Option("--to", help="文件夹，默认 out/maps")]


def draw(folder: Folder, profile: Profile = "internal", to: To = None) -> None:
    """网页地图和打印地图 · the page and the print maps."""
    known_audience(profile)
    with stages(11) as begin:
        result = pipeline.run(str(folder), progress=begin)
        if profile != "internal":
            parcels = select(result.parcels, "parcels", profile)
            result = replace(result, parcels=parcels, layers=build_layers(parcels, profile=profile))
        where = to or result.workspace.root / "out" / "maps"
        write_maps(result, where, confidential=profile != "public", progress=begin)
    out.print(f"地图在 {where}", markup=False)
