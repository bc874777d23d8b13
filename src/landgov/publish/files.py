"""Files written whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from landgov.errors import LandgovError

_REASONS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘只读",
    errno.EISDIR: "已有同名文件夹",
    errno.ENOTDIR: "上级路径不是文件夹",
    errno.EEXIST: "上级路径不是文件夹",
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "超出磁盘配额",
    errno.ENAMETOOLONG: "文件名过长",
}


@contextmanager
def whole(path: str | Path) -> Iterator[Path]:
    """Give a path to write to; it becomes `path` when the block ends without an error.

    The temporary file lies in a hidden folder beside `path`, so that the last step is one
    rename on the same disk: a reader sees the old file or the new one, never half of one.
    Other files that the block leaves beside the temporary one (the parts of a Shapefile)
    move with it. An existing file is replaced.

    Parameters
    ----------
    path : str or Path
        The file to be; missing folders above it are made.

    Raises
    ------
    LandgovError
        If the disk refuses (no rights, no space, a folder of that name); nothing is left.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with whole(folder / "a.txt") as part:
    ...     _ = part.write_text("done")
    >>> [each.name for each in folder.iterdir()]
    ['a.txt']
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        workshop = Path(tempfile.mkdtemp(prefix=".landgov-", dir=path.parent))
        try:
            yield workshop / path.name
            _move(workshop, path)
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise LandgovError(
            f"{path.name}: can't be written ({reason}).",
            do=f"换一个可写的位置或文件名，检查写入权限和磁盘空间，关闭正在打开它的程序：{path}",
            message_zh=f"{path.name}：无法写入（{_REASONS.get(error.errno or 0, reason)}）。",
        ) from error


def _move(workshop: Path, path: Path) -> None:
    """Put all parts in their place; none if the place of one of them is taken by a folder."""
    # The named file moves last: who sees it sees its companions too.
    parts = sorted(workshop.iterdir(), key=lambda each: (each.name == path.name, each.name))
    for part in parts:
        if (path.parent / part.name).is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    for part in parts:
        _open_to_readers(part)
        part.replace(path.parent / part.name)


def _open_to_readers(part: Path) -> None:
    # A file made in a private folder keeps the mode its writer gave it; nothing to mend but
    # libraries that go through mkstemp (0600), which would lock out the colleague's QGIS.
    if part.stat().st_mode & 0o077 == 0:
        part.chmod(0o644)
