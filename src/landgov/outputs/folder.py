"""The folder `out/`: written whole, and put in the place of the old one at the end."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from landgov.errors import LandgovError

OUT, OLD = "out", ".out.old"


def writable(root: str | Path) -> None:
    """Refuse a workspace in which `out/` can't be written, before any work is done.

    Parameters
    ----------
    root : str or Path
        The workspace; one that is not there is another fault, told elsewhere.

    Raises
    ------
    LandgovError
        If nothing can be written there, or ``out`` leads elsewhere.
    """
    folder = Path(root)
    if not folder.is_dir():
        return
    if (folder / OUT).is_symlink():
        # A run puts a new folder in its place, and a check would write beyond the workspace.
        raise LandgovError(
            f"{folder / OUT} is a link; results are written into the workspace alone.",
            do="删去这个链接，或把整个工作区放到目标磁盘",
            message_zh=f"{folder / OUT} 是链接，结果只写入工作区之内。",
        )
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
        if (folder / OUT).is_dir():
            with tempfile.TemporaryFile(dir=folder / OUT):
                pass
    except OSError as error:
        raise LandgovError(
            f"{folder}: nothing can be written there ({error.strerror}).",
            do="换一个可写的文件夹，或检查写入权限和磁盘空间",
            message_zh=f"{folder}：无法写入。",
        ) from error


@contextmanager
def replacing(root: Path) -> Iterator[Path]:
    """Give a new folder that takes the place of `out/` when all is written.

    If a run was killed between the two renames, `out/` is put back first.
    """
    out, old = root / OUT, root / OLD
    if old.exists() and not out.exists():
        old.rename(out)
    shutil.rmtree(old, ignore_errors=True)
    for left in root.glob(".out.*.part"):
        shutil.rmtree(left, ignore_errors=True)
    part = Path(tempfile.mkdtemp(prefix=".out.", suffix=".part", dir=root))
    part.chmod(0o755)
    try:
        yield part
        if out.exists():
            out.rename(old)
        part.rename(out)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(part, ignore_errors=True)
