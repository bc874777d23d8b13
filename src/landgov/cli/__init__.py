"""The command `landgov`: one command a file; the only room that prints."""

from __future__ import annotations

import sys

from landgov.cli.app import app
from landgov.cli.console import failed
from landgov.errors import LandgovError

__all__ = ["main"]


def main() -> None:
    """Run the command line: exit 0 done, 1 the input needs work, 2 wrong usage."""
    try:
        app()
    except LandgovError as error:
        failed(error)
        sys.exit(1)
    except OSError as error:
        # A file that is open elsewhere, a full disk, no right to write: not ours to trace.
        name = error.filename or ""
        failed(
            LandgovError(
                f"{name}: {error.strerror or error}",
                do="关闭占用该文件的程序，或检查权限和磁盘空间",
                message_zh=f"无法读写 {name}。",
            )
        )
        sys.exit(1)
