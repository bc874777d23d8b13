"""JSON of vector files in another encoding than UTF-8, made readable for GDAL."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from landgov.sources.encodings import decodes, text_encoding
from landgov.sources.notes import Note


@contextmanager
def as_utf8(path: Path, driver: str, encoding: str | None, notes: list[Note]) -> Iterator[Path]:
    """Give a JSON file as UTF-8: itself, or a copy that is gone afterwards (GBK 的 JSON).

    Parameters
    ----------
    path : Path
        The file. Never changed.
    driver : str
        GDAL's name of its format; a file that is no JSON is given as it is.
    encoding : str, optional
        As stated; used only if the file is not UTF-8, as the format demands.
    notes : list
        Takes the choice of another encoding.

    Raises
    ------
    FileError
        ``encoding_unclear`` if neither UTF-8 nor GB18030 fits.

    References
    ----------
    RFC 8259, 8.1: JSON that is exchanged is UTF-8.
    """
    raw = path.read_bytes() if driver in {"GeoJSON", "TopoJSON"} else b""
    if decodes(raw, "utf-8"):
        yield path
        return
    choice = text_encoding(raw, encoding)
    notes += choice.notes()
    # GDAL names the layer after the file, so the copy keeps the name.
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, path.name)
        copy.write_bytes(raw.decode(choice.encoding).encode("utf-8"))
        yield copy
