"""The encoding of a Shapefile's attribute table, tried on the raw bytes of its texts."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from landgov.sources.encodings import (
    Choice,
    decodes,
    mixed_up,
    python_name,
    sibling,
    unclear,
)
from landgov.sources.faults import unreadable
from landgov.sources.mixed import mixture

_HEADER, _ENTRY = 32, 32
_LONGEST_NAME = 10
NONE_DELETED = np.zeros(0, dtype=bool)
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


@dataclass(frozen=True)
class _Trial:
    """How one encoding fared: broken bytes, texts cut within a sign, whole signs beyond ASCII."""

    broken: bool
    cut: int
    signs: int

    @property
    def fits(self) -> bool:
        # Writers cut long texts at the field's width, now and then within a sign: such a
        # cut speaks against an encoding only if it is not the exception.
        return not self.broken and (self.cut == 0 or self.cut * 2 < self.signs)


@dataclass(frozen=True)
class AttributeTable:
    """How the attribute table of a Shapefile is to be read (属性表).

    Parameters
    ----------
    choice : Choice
        Its encoding, and why.
    cut : bool
        Some name or text ends within a sign, which readers refuse: the bytes are read as
        they are and decoded here.
    full : frozenset of int
        Positions of the fields whose name fills the ten bytes that the format has for it,
        and so may have been longer.
    deleted : array of bool
        Records that are marked as deleted; readers leave them out.
    """

    choice: Choice
    cut: bool
    full: frozenset[int]
    deleted: npt.NDArray[np.bool_]

    @property
    def reading(self) -> str:
        """Encoding that the reader is told; Latin-1 hands every byte on as one sign."""
        return "ISO-8859-1" if self.cut else self.choice.encoding

    def text(self, read: str) -> str:
        """Give the true text of what was read under `reading`, without a broken end."""
        if not self.cut:
            return read
        return read.encode("latin-1", "ignore").decode(self.choice.encoding, "ignore")


def attribute_table(path: Path, encoding: str | None = None) -> AttributeTable:
    """Decide how to read a Shapefile's attribute table, above all its encoding (DBF 编码).

    The entry wins, then the .cpg file if its encoding decodes the table, then UTF-8, then
    GB18030. The names of the fields and the bytes of the character fields are decoded
    strictly; only a text that fills its field may end within a sign.

    Parameters
    ----------
    path : Path
        The .shp file.
    encoding : str, optional
        What an entry states.

    Raises
    ------
    FileError
        ``encoding_unclear`` if nothing fits, ``unreadable_file`` if the table is cut off.

    References
    ----------
    dBASE III+ file format; GB 18030-2022.

    Examples
    --------
    >>> attribute_table(Path("no_such.shp")).reading
    'utf-8'
    """
    table = sibling(path, ".dbf")
    content = table.read_bytes() if table else b""
    layout = _layout(content)
    raw = _texts(content, layout)
    choice, cut = _choice(path, raw, encoding, layout)
    full = frozenset(n for n, name in enumerate(layout.names) if len(name) >= _LONGEST_NAME)
    marks = np.frombuffer(content, np.uint8, layout.records * layout.width, layout.header)
    deleted = marks.reshape(layout.records, -1)[:, 0] == ord("*") if len(marks) else NONE_DELETED
    return AttributeTable(choice, cut, full, deleted)


def _choice(path: Path, raw: bytes, encoding: str | None, layout: _Layout) -> tuple[Choice, bool]:
    """Choose the encoding, and say whether some text is cut within a sign."""
    page = sibling(path, ".cpg")
    said = encoding or (page.read_text("ascii", "replace") if page else "")
    name = python_name(said) if said else None
    if encoding is not None and name is None:
        raise unclear(f"没有名为“{encoding}”的编码", f"there is no encoding {encoding!r}", encoding)
    if name is not None and (trial := _tried(raw, name)).fits:
        return Choice(name, "已写明", "stated", stated=True), trial.cut > 0
    if encoding is not None:
        raise unclear(
            f"属性表不是所写明的 {encoding} 编码", f"the table is not in {encoding}", encoding
        )
    if raw.isascii():
        return Choice("utf-8", "全为 ASCII", "all ASCII", stated=True), False
    if (trial := _tried(raw, "utf-8")).fits:
        return Choice("utf-8", "严格解码通过", "it decodes strictly"), trial.cut > 0
    mixed, trial = mixture(raw), _tried(raw, "gb18030")
    # A text that is only cut within a sign at the end of its field breaks no encoding.
    if mixed is not None and (trial.broken or mixed.sure):
        raise mixed_up(mixed, layout.place)
    if trial.fits:
        zh, en = "不是 UTF-8，严格解码通过", "not UTF-8, and it decodes strictly"
        return Choice("gb18030", zh, en), trial.cut > 0
    raise unclear(
        "属性表既不是 UTF-8，也不是 GB18030", "the table is neither UTF-8 nor GB18030", ""
    )


def _tried(raw: bytes, encoding: str) -> _Trial:
    """Decode the texts; a sign that breaks off at the end of its field is counted, not fatal."""
    cuts = 0

    def cut(error: UnicodeError) -> tuple[str, int]:
        nonlocal cuts
        if not isinstance(error, UnicodeDecodeError):
            raise error
        end = raw.find(b"\n", error.start)
        tail = raw[error.start : end]
        if end < 0 or not 0 < len(tail) < 4 or min(tail) < 0x80:
            raise error
        cuts += 1
        return "", end

    codecs.register_error("landgov-cut", cut)
    try:
        text = raw.decode(encoding, "landgov-cut")
    except (UnicodeError, ValueError):
        return _Trial(True, cuts, 0)
    return _Trial(False, cuts, sum(map(len, _BEYOND_ASCII.findall(text))) if cuts else 0)


@dataclass(frozen=True)
class _Layout:
    header: int = 0
    width: int = 0
    records: int = 0
    names: tuple[bytes, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    texts: tuple[bytes, ...] = ()

    def place(self, line: int) -> str:
        """Name the field, and the record of a text, by its number among names and texts."""
        if line < len(self.names) or not self.texts:
            return f"第 {line + 1} 个字段名"
        record, field = divmod(line - len(self.names), len(self.texts))
        name = self.texts[field]
        shown = name.decode("utf-8" if decodes(name, "utf-8") else "gb18030", "replace")
        return f"第 {record + 1} 条记录、“{shown}”"


def _layout(raw: bytes) -> _Layout:
    """Take down where the records and the character fields lie."""
    if len(raw) < _HEADER:
        return _Layout()
    header = int.from_bytes(raw[8:10], "little")
    width = int.from_bytes(raw[10:12], "little")
    names, spans, texts = _fields(raw[_HEADER : min(header, len(raw))], width)
    announced = int.from_bytes(raw[4:8], "little")
    there = (len(raw) - header) // width if width > 0 and header < len(raw) else 0
    if there < announced:
        raise unreadable(
            f"the .dbf announces {announced} records and holds {there}", zh=".dbf 文件不完整"
        )
    return _Layout(header, width, announced, tuple(names), tuple(spans), tuple(texts))


def _texts(raw: bytes, layout: _Layout) -> bytes:
    """Give names of fields and contents of character fields, a line break after each."""
    names = b"\n".join(layout.names) + b"\n"
    if not layout.records or not layout.spans:
        return names
    size = layout.records * layout.width
    cells = np.frombuffer(raw, np.uint8, size, layout.header).reshape(-1, layout.width)
    line_break = np.full((layout.records, 1), 10, np.uint8)
    parts = [part for start, stop in layout.spans for part in (cells[:, start:stop], line_break)]
    return names + np.hstack(parts).tobytes()


def _fields(entries: bytes, width: int) -> tuple[list[bytes], list[tuple[int, int]], list[bytes]]:
    """List the names of all fields, and the places and names of those that hold text."""
    names: list[bytes] = []
    spans: list[tuple[int, int]] = []
    texts: list[bytes] = []
    at = 1
    for start in range(0, len(entries) - _ENTRY + 1, _ENTRY):
        entry = entries[start : start + _ENTRY]
        if entry[:1] == b"\r":
            break
        names.append(entry[:11].split(b"\0")[0])
        is_text = entry[11:12] == b"C"
        # Wide character fields keep the high byte of their width in the decimals.
        size = entry[16] + (256 * entry[17] if is_text else 0)
        if is_text and at < width:
            spans.append((at, min(at + size, width)))
            texts.append(names[-1])
        at += size
    return names, spans, texts
