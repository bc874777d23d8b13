"""OpenStreetMap files (.osm.pbf): whole, before their reader is trusted (OSM 数据)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from landgov.sources.faults import FileError, unreadable

_VARINT, _BYTES = 0, 2  # wire types of protocol buffers
_DATA_SIZE, _RAW_SIZE, _ZLIB = 3, 2, 3  # numbers of the fields that are looked at
_LARGEST_HEADER, _LARGEST_BLOB = 64 * 1024, 32 * 1024 * 1024


def check_blocks(path: Path) -> None:
    """Walk through the blocks of a file, unpack each, and refuse a file that is not whole.

    GDAL gives what it can read of a damaged file, often nothing at all, without a word.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    FileError
        ``unreadable_file`` if it ends within a block or a block can't be unpacked.

    References
    ----------
    OSM PBF: a length of four bytes, a BlobHeader, a Blob of at most 32 MiB, and again.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = Path(folder, "a.osm.pbf")
    ...     _ = made.write_bytes(bytes(3))
    ...     check_blocks(made)
    Traceback (most recent call last):
    ...
    landgov.sources.faults.FileError: OSM 文件不完整或已损坏：the file ends within a block
    the file can't be read: the file ends within a block
      do: 请在原软件中打开并另存，或向报送部门索取完好的文件
    """
    with path.open("rb") as file:
        while length := file.read(4):
            header = _taken(file, int.from_bytes(length, "big"), _LARGEST_HEADER, len(length) == 4)
            size = next((v for n, v in _fields(header) if n == _DATA_SIZE), None)
            blob = _taken(file, size if isinstance(size, int) else -1, _LARGEST_BLOB)
            facts = dict(_fields(blob))
            packed = facts.get(_ZLIB)
            if isinstance(packed, bytes):
                _unpack(packed, facts.get(_RAW_SIZE))


def _broken(words: str) -> FileError:
    return unreadable(words, zh="OSM 文件不完整或已损坏")


def _taken(file: BinaryIO, size: int, most: int, whole: bool = True) -> bytes:
    taken = file.read(size) if whole and 0 < size <= most else b""
    if not taken or len(taken) != size:
        raise _broken("the file ends within a block")
    return taken


def _unpack(packed: bytes, size: int | bytes | None) -> None:
    try:
        # A little more than the largest block: a small file must not fill the memory.
        raw = zlib.decompressobj().decompress(packed, _LARGEST_BLOB + 1)
    except zlib.error as error:
        raise _broken(f"a block can't be unpacked ({error})") from error
    if len(raw) != size:
        raise _broken("a block has another size than it says")


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Give number and value of each field of a message of protocol buffers."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        value, at = _varint(message, at)
        if key & 7 == _BYTES:
            if at + value > len(message):
                raise _broken("a field ends behind its block")
            yield key >> 3, message[at : at + value]
            at += value
        elif key & 7 == _VARINT:
            yield key >> 3, value
        else:
            raise _broken("a field of an unknown kind")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message):
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    raise _broken("a number ends behind its block")
