"""`landgov init`: a first `landgov.toml` from the files that are there."""

from __future__ import annotations

from landgov.cli.console import Folder, out
from landgov.sources import write_toml


def init(folder: Folder) -> None:
    """看文件夹里有什么，写出 landgov.toml · look at the files and write a landgov.toml."""
    path = write_toml(folder)
    out.print(f"已写入 {path}；请核对后填写未识别的部分。", markup=False)
