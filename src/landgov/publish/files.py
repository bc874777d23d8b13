"""Files written whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
    path.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=".landgov-", dir=path.parent))
    try:
        yield workshop / path.name
        # The named file moves last: who sees it sees its companions too.
        for part in sorted(
            workshop.iterdir(), key=lambda each: (each.name == path.name, each.name)
        ):
            _open_to_readers(part)
            part.replace(path.parent / part.name)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _open_to_readers(part: Path) -> None:
    # A file made in a private folder keeps the mode its writer gave it; nothing to mend but
    # libraries that go through mkstemp (0600), which would lock out the colleague's QGIS.
    if part.stat().st_mode & 0o077 == 0:
        part.chmod(0o644)
