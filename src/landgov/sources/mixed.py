"""Which lines of a text break the encoding that the others keep (混合编码)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

_UTF, _GB = "utf-8", "gb18030"
_SHOWN = 3
# Four Chinese signs in UTF-8. As GB 18030 these twelve bytes are six signs that no text
# holds: the leading bytes belong to rare signs, and all six would have to fall into place.
_RUN = 12
_SURELY_UTF = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){4}")

Place = Callable[[int], str]
"""Names a line, 0-based, e.g. 第 37 行、“企业名称”."""


@dataclass(frozen=True)
class Mixture:
    """Lines that are not in the encoding of the others.

    Parameters
    ----------
    main : str
        Encoding of the others.
    lines : tuple of int
        The lines, 0-based.
    whole : bool
        The whole text can be read in `main` all the same, with wrong signs in these lines.
    sure : bool
        Some line is surely in the other encoding, not only broken.
    """

    main: str
    lines: tuple[int, ...]
    whole: bool = False
    sure: bool = False

    def zh(self, place: Place) -> str:
        """Say in Chinese which lines they are."""
        named = "；".join(place(line) for line in self.lines[:_SHOWN])
        more = f" 等 {len(self.lines)} 处" if len(self.lines) > _SHOWN else ""
        return f"{named}{more}不是 {self.main.upper()}，其余是 {self.main.upper()}：混合编码"

    @property
    def en(self) -> str:
        """Say in English which lines they are."""
        rows = ", ".join(str(line + 1) for line in self.lines[:_SHOWN])
        return f"mixed encodings: line {rows} is not {self.main.upper()}, the others are"


def mixture(raw: bytes) -> Mixture | None:
    r"""Find the lines that break the encoding which fits the others best.

    Parameters
    ----------
    raw : bytes
        Text that is not UTF-8 as a whole.

    Returns
    -------
    Mixture
        None if no line is out of keeping, or most are in both encodings.

    References
    ----------
    RFC 3629; GB 18030-2022. A line break is no part of a sign in either.

    Examples
    --------
    >>> mixture("企业名称\n".encode("gbk") + "虚构电子公司\n".encode())
    Mixture(main='gb18030', lines=(1,), whole=True, sure=True)
    """
    whole, sure = _decodes(raw, _GB), _surely_utf(raw)
    if whole and not sure:
        return None
    lines = [(n, line) for n, line in enumerate(raw.split(b"\n")) if not line.isascii()]
    broken = {
        code: [n for n, line in lines if not _decodes(line.rstrip(b"\r"), code)]
        for code in (_UTF, _GB)
    }
    broken[_GB] = sorted({*broken[_GB], *sure})
    main = _UTF if len(broken[_UTF]) < len(broken[_GB]) else _GB
    if len(broken[main]) * 2 > max(len(lines), 2):
        return None
    return Mixture(main, tuple(broken[main]), whole and main == _GB, main == _UTF or bool(sure))


def broken_lines(raw: bytes, encoding: str) -> list[int]:
    r"""Number the lines, 0-based, that an encoding without two-byte units can't read.

    Examples
    --------
    >>> broken_lines(b"a\n\xff\n", "utf-8")
    [1]
    """
    return [n for n, line in enumerate(raw.split(b"\n")) if not _decodes(line, encoding)]


def _surely_utf(raw: bytes) -> list[int]:
    """Number the lines that hold four Chinese signs of UTF-8 in a row and nothing that is not."""
    found: list[int] = []
    at = line = 0
    for place in _runs(raw):
        line += raw.count(b"\n", at, place)
        at = place
        start, end = raw.rfind(b"\n", 0, at) + 1, raw.find(b"\n", at)
        if line not in found[-1:] and _decodes(raw[start : end if end >= 0 else None], _UTF):
            found.append(line)
    return found


def _runs(raw: bytes) -> list[int]:
    """Find where `_SURELY_UTF` matches; a pattern would take ten times as long on a large file."""
    signs = np.frombuffer(raw, np.uint8)
    if len(signs) < _RUN:
        return []
    follows = (signs & 0xC0) == 0x80
    three = (signs[:-2] >= 0xE4) & (signs[:-2] <= 0xE9) & follows[1:-1] & follows[2:]
    last = len(three) - 9
    four = three[:last] & three[3 : last + 3] & three[6 : last + 6] & three[9 : last + 9]
    return [int(place) for place in np.flatnonzero(four)]


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding, "strict")
    except (UnicodeError, ValueError):
        return False
    return True


def cell_of(raw: bytes, main: str) -> Place:
    r"""Name a line of a text table with the heading of its cell that is out of keeping.

    Parameters
    ----------
    raw : bytes
        The table.
    main : str
        Encoding of its other lines.

    Examples
    --------
    >>> raw = "编号,名称\n".encode() + b"1,\xb9\xab\n"
    >>> cell_of(raw, "utf-8")(1)
    '第 2 行、“名称”'
    """
    lines = raw.split(b"\n")
    start = b"\n".join(lines[:10])
    sign = next((s for s in (b",", b"\t", b";") if s in start), b",")
    tabular = raw.lstrip()[:1] not in (b"[", b"{")
    # Title rows have fewer cells than the headings below them; a cell may hold the sign.
    widths = [len(_cells(line, sign)) for line in lines[:10]]
    heads = lines[widths.index(max(widths))]
    headings = _cells(heads, sign) if tabular and _decodes(heads.rstrip(b"\r"), main) else []

    def place(line: int) -> str:
        row = f"第 {line + 1} 行"
        for heading, cell in zip(headings, _cells(lines[line], sign), strict=False):
            odd = _SURELY_UTF.search(cell) if main == _GB and _decodes(cell, _GB) else None
            if odd or not _decodes(cell, main):
                return f"{row}、“{heading.decode(main).strip()}”"
        return row

    return place


def _cells(line: bytes, sign: bytes) -> list[bytes]:
    """Part a line into cells; in both encodings these signs are never part of another."""
    text = io.StringIO(line.rstrip(b"\r").decode("latin-1"), newline="")
    try:
        row = next(csv.reader(text, delimiter=sign.decode()), [])
    except csv.Error:
        return []
    return [cell.encode("latin-1") for cell in row]
