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
