"""Which characters the bytes of a file mean: decided by strict decoding, never by a guess.

Detectors are not used: on short lists they call GBK Korean. A file that can be read as
UTF-8 is UTF-8, for GBK text almost never forms valid UTF-8; else GB18030, of which GBK and
GB2312 are parts; else the file is refused and the encoding has to be stated.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from landgov.sources.faults import FileError
from landgov.sources.mixed import Mixture, Place, broken_lines, cell_of, mixture
from landgov.sources.notes import Note, note

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Names that Windows tools write into .cpg files or people into landgov.toml.
_OTHER_NAMES = {
    "936": "gb18030",
    "cp936": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "ansi936": "gb18030",
    "65001": "utf-8",
    "utf8": "utf-8",
    "88591": "iso-8859-1",
    "oem": "",
}


@dataclass(frozen=True)
class Choice:
    """An encoding, and why it was taken."""

    encoding: str
    reason_zh: str
    reason_en: str
    stated: bool = False

    def notes(self) -> list[Note]:
        """Give the issue row of a choice that nobody stated; plain UTF-8 is no choice."""
        if self.stated:
            return []
        zh = f"未写明编码，按 {self.encoding} 读取（{self.reason_zh}）"
        en = f"encoding not stated; read as {self.encoding} ({self.reason_en})"
        return [note("encoding", zh, en, value=self.encoding)]


def python_name(encoding: str) -> str | None:
    """Give Python's name of an encoding, None if there is no such encoding.

    Examples
    --------
    >>> python_name("GBK"), python_name("UTF8"), python_name("klingon")
    ('gb18030', 'utf-8', None)
    """
    plain = encoding.strip().lower().replace("-", "").replace("_", "").replace(" ", "")
    name = _OTHER_NAMES.get(plain, encoding.strip())
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # Codecs such as base64 are no text encodings: decoding with them fails strangely.
    is_text = getattr(found, "_is_text_encoding", True) and found.name != "undefined"
    return found.name if is_text else None


def decodes(raw: bytes, encoding: str) -> bool:
    """Say whether bytes can be read strictly in an encoding.

    Examples
    --------
    >>> decodes("地块".encode("gbk"), "utf-8")
    False
    """
    try:
        raw.decode(encoding, errors="strict")
    except (UnicodeError, ValueError):
        return False
    return True


def stated_encoding(raw: bytes, encoding: str) -> Choice:
    """Take the encoding that an entry states, if the bytes bear it out.

    Raises
    ------
    FileError
        ``encoding_unclear`` if there is no such encoding or the bytes are not in it.
    """
    name = python_name(encoding)
    if name is None:
        raise unclear(f"没有名为“{encoding}”的编码", f"there is no encoding {encoding!r}", encoding)
    if not decodes(raw, name):
        lines = [] if name.startswith("utf-16") else broken_lines(raw, name)
        place = cell_of(raw, name)
        where = f"：{'；'.join(place(line) for line in lines[:3])}" if lines else ""
        raise unclear(
            f"文件内容不是所写明的 {encoding} 编码{where}",
            f"the file is not in {encoding}" + (f" at line {lines[0] + 1}" if lines else ""),
            encoding,
        )
    return Choice(name, "已写明", "stated", stated=True)


def text_encoding(raw: bytes, encoding: str | None = None) -> Choice:
    """Decide the encoding of a text file (文本编码) by its mark, else by strict decoding.

    Parameters
    ----------
    raw : bytes
        The whole file.
    encoding : str, optional
        What an entry states; it wins, but must fit.

    Raises
    ------
    FileError
        ``encoding_unclear`` if neither UTF-8 nor GB18030 fits.

    References
    ----------
    GB 18030-2022; RFC 3629.

    Examples
    --------
    >>> text_encoding("宗地代码".encode("gbk")).encoding
    'gb18030'
    """
    if encoding is not None:
        return stated_encoding(raw, encoding)
    for mark, name in _MARKS:
        if raw.startswith(mark) and decodes(raw, name):
            return Choice(name, "有字节序标记", "it has a byte-order mark", stated=True)
    return _tried(raw)


def _tried(raw: bytes) -> Choice:
    if raw.isascii():
        return Choice("utf-8", "全为 ASCII", "all ASCII", stated=True)
    if decodes(raw, "utf-8"):
        return Choice("utf-8", "严格解码通过", "it decodes strictly")
    mixed = mixture(raw)
    if mixed is not None:
        raise mixed_up(mixed, cell_of(raw, mixed.main))
    if decodes(raw, "gb18030"):
        return Choice("gb18030", "不是 UTF-8，严格解码通过", "not UTF-8, and it decodes strictly")
    raise unclear("既不是 UTF-8，也不是 GB18030", "neither UTF-8 nor GB18030", "")


def mixed_up(mixed: Mixture, place: Place) -> FileError:
    """Make the fault of a file some of whose lines are in another encoding than the others.

    Examples
    --------
    >>> mixed_up(Mixture("utf-8", (36,)), lambda line: f"第 {line + 1} 行").as_fault.kind
    'encoding_unclear'
    """
    do = "请重新导出，或在原软件中改正这些行后整个文件另存为 UTF-8"
    if mixed.whole:
        do += f'；确认这些行无误的，写明 encoding = "{mixed.main}"'
    return FileError(
        "encoding_unclear",
        zh=f"编码不明：{mixed.zh(place)}",
        en=f"encoding unclear: {mixed.en}.",
        do=do,
        field="encoding",
        value=str(mixed.lines[0] + 1),
    )


def unclear(zh: str, en: str, value: str) -> FileError:
    """Make the fault of a file whose encoding can't be told."""
    return FileError(
        "encoding_unclear",
        zh=f"编码不明：{zh}",
        en=f"encoding unclear: {en}.",
        do='写明实际编码，如 encoding = "gb18030"；或另存为 UTF-8',
        field="encoding",
        value=value,
    )


def sibling(path: Path, suffix: str) -> Path | None:
    """Find the file beside a Shapefile with another ending, whatever its case.

    Examples
    --------
    >>> sibling(Path("no_such.shp"), ".dbf") is None
    True
    """
    if not path.parent.is_dir():
        return None
    wanted = suffix.lower()
    found = [
        other
        for other in path.parent.iterdir()
        if other.stem == path.stem and other.suffix.lower() == wanted
    ]
    return min(found, default=None)
