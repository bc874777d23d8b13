"""Where the files of a workspace lie: inside it, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from landgov.sources.faults import FileError, no_access, suggest
from landgov.sources.formats import companions, missing_file


def located(root: Path, written: str) -> Path:
    r"""Find a file of the workspace from the path in `landgov.toml` (文件位置).

    Parameters
    ----------
    root : Path
        The workspace.
    written : str
        Path relative to it, with / or \.

    Returns
    -------
    Path
        The file; links are followed to check where it lies, but the path is kept.

    Raises
    ------
    FileError
        ``missing_file``, or ``outside_workspace`` for a path that leaves the workspace,
        by ``..``, as an absolute path or through a link.
    """
    try:
        path = root / written
        if not path.exists() and "\\" in written:
            path = root / written.replace("\\", "/")
        home = root.resolve()
        if not path.resolve().is_relative_to(home):
            raise _outside(written)
        if not written.strip() or not path.exists() or path.resolve() == home:
            raise missing_file(written, _near(path))
        for file in companions(path):
            if not file.resolve().is_relative_to(home):
                raise _outside(file.name)
    except PermissionError as error:
        raise no_access() from error
    except (OSError, ValueError, RuntimeError) as error:
        # A NUL sign, a name too long, a ring of links.
        raise missing_file(written) from error
    return path


def _near(path: Path) -> str:
    if not path.parent.is_dir():
        return f"；没有文件夹 {path.parent.name}"
    return suggest(path.name, sorted(other.name for other in path.parent.iterdir())).zh


def _outside(name: str) -> FileError:
    return FileError(
        "outside_workspace",
        zh=f"路径“{name}”在工作区之外",
        en=f"the path {name!r} lies outside the workspace",
        do="把文件复制到工作区内，再写相对路径",
        field="path",
        value=name,
    )
