"""The lines of reported coordinates: description, parcels, rings, and what is wrong with them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from landgov.sources.faults import unreadable
from landgov.sources.notes import Note, note
from landgov.sources.reported_words import DESCRIPTION, END, HEADINGS, PARCELS, section_of

_FARTHEST = 1e9  # metres: beyond it, and for inf and nan, no coordinate
_ENDS = (END, "＠")
_COMMAS = re.compile("[,，]")
_POINT_FIELDS = 4
_PLAIN_RING = 3  # points before a repeated first one can close a ring


@dataclass
class Ring:
    """One ring: its parcel, the line of its first point, whether its end was left open.

    `first` is the place of its first point among all points.
    """

    parcel: int
    number: int
    line: int
    first: int
    size: int = 0
    open: bool = False


@dataclass
class ReportedLines:
    """All lines of a file, sorted out.

    Parameters
    ----------
    description : dict
        Entries of the section 属性描述, as written.
    fields : list of list of str
        The fields of each parcel's first line; empty where points stood without one.
    lines : list of int
        Number of each parcel's first line.
    points : list of int
        Point lines of each parcel.
    rings : list of Ring
        In the order of the file.
    north, east : list of float
        Coordinates of all points, metres; a ring that was left open is closed.
    broken : set of int
        Parcels of which a line can't be read.
    notes : list
        Issue rows.
    """

    description: dict[str, str] = field(default_factory=dict)
    fields: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    points: list[int] = field(default_factory=list)
    rings: list[Ring] = field(default_factory=list)
    north: list[float] = field(default_factory=list)
    east: list[float] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)


def reported_lines(text: str) -> ReportedLines:
    r"""Sort the lines of a file out (逐行解析): nothing raises for a line that can't be read.

    Parameters
    ----------
    text : str
        The whole file.

    Raises
    ------
    FileError
        ``unreadable_file`` if there is no section of parcels, or two descriptions contradict
        each other.

    Examples
    --------
    >>> found = reported_lines("[地块坐标]\n3,0.1,A,,面,,,,@\nJ1,1,0,0\nJ2,1,9,0\nJ3,1,0,9\nJ1,1,0,0")
    >>> found.fields[0][2], len(found.rings), found.points
    ('A', 1, [4])
    """
    found = ReportedLines()
    sections: set[str] = set()
    section: str | None = None
    walk = _Walk(found)
    # A text of two kinds of lines, of which one belongs to the last of the other kind.
    for number, line in _numbered(text):
        name = section_of(line)
        if name is not None:
            section = name
            walk.end_ring()
            sections.add(name)
            if name not in {DESCRIPTION, PARCELS}:
                zh, en = f"未知的段“{name}”，其内容未读入", f"the section {name!r} is not read"
                found.notes.append(note("reported_section", zh, en, row=number, value=name))
            continue
        # A stray line in brackets must not hide the parcels behind it.
        if section != DESCRIPTION and line.strip().endswith(_ENDS):
            section = PARCELS
        if section == PARCELS:
            walk.take(number, line)
        elif section == DESCRIPTION:
            _describe(found, number, line)
    walk.end_ring()
    if PARCELS not in sections:
        raise unreadable(f"there is no section [{PARCELS}]", zh=f"缺少 [{PARCELS}] 段")
    return found


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    """Number the lines as an editor does; empty ones are left out."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return ((number, line) for number, line in enumerate(plain.split("\n"), 1) if line.strip())


def _describe(found: ReportedLines, number: int, line: str) -> None:
    name, sign, value = line.replace("＝", "=", 1 if "=" not in line else 0).partition("=")
    name, value = name.strip(), value.strip()
    if not sign:
        zh, en = "属性描述中缺少“=”", "an entry of the description has no ="
        found.notes.append(_bad_line(number, line, zh, en))
    elif found.description.setdefault(name, value) != value:
        raise unreadable(
            f"line {number}: {name} is {value!r} here and {found.description[name]!r} before",
            zh=f"第 {number} 行：“{name}”前后不一致",
            do="把文件按属性描述拆开，分别报送",
        )


def _bad_line(number: int, line: str, zh: str, en: str) -> Note:
    return note(
        "reported_line",
        f"第 {number} 行无法读取（{zh}）：{line.strip()[:80]}",
        f"line {number} can't be read: {en}",
        severity="error",
        row=number,
        value=line.strip()[:200],
    )


class _Walk:
    """Takes the lines of the parcels one after the other."""

    def __init__(self, found: ReportedLines) -> None:
        self.found = found
        self.ring: Ring | None = None
        self.label = ""

    def take(self, number: int, line: str) -> None:
        """Take a point line, a first line of a parcel, or note that it is neither."""
        parts = line.split(",")
        if len(parts) == _POINT_FIELDS and self._point(number, parts):
            return
        if not line.isascii():
            folded = unicodedata.normalize("NFKC", line).split(",")
            if len(folded) == _POINT_FIELDS and self._point(number, folded):
                return
        fields = first_fields(line)
        if fields is not None:
            self._parcel(number, fields)
            if len(fields) != len(HEADINGS) or not line.strip().endswith(_ENDS):
                zh = f"第 {number} 行：地块首行应为 {len(HEADINGS)} 个字段加 @，请核对"
                en = f"line {number}: the first line of a parcel has eight fields and @"
                new = note("reported_header", zh, en, severity="warning", row=number)
                self.found.notes.append({**new, "value": line.strip()[:200]})
            return
        self._bad(number, line)

    def _point(self, number: int, parts: list[str]) -> bool:
        label, ring, x, y = parts
        try:
            circle, north, east = int(ring), float(x), float(y)
        except ValueError:
            return False
        # Python also takes 1_000, inf and nan for numbers.
        if not (abs(north) < _FARTHEST and abs(east) < _FARTHEST) or "_" in ring + x + y:
            return False
        found = self.found
        if not found.fields:
            self._parcel(number, [])
            zh, en = "界址点之前没有地块首行", "points stand before the first line of any parcel"
            found.notes.append(_bad_line(number, ",".join(parts), zh, en))
        current = self.ring
        if current is None or current.number != circle:
            self.end_ring()
            current = Ring(len(found.fields) - 1, circle, number, len(found.north))
            self.ring, self.label = current, label.strip()
        found.north.append(north)
        found.east.append(east)
        found.points[-1] += 1
        current.size += 1
        # Some programs number every ring 1: it ends where its first point comes again.
        closed = current.size > _PLAIN_RING and label.strip() == self.label
        if closed and self._is_first(current, north, east):
            self.end_ring()
        return True

    def _is_first(self, ring: Ring, north: float, east: float) -> bool:
        found = self.found
        return found.north[ring.first] == north and found.east[ring.first] == east

    def end_ring(self) -> None:
        """End the ring at hand; one that was left open gets its first point again."""
        ring, found = self.ring, self.found
        self.ring = None
        if ring is None:
            return
        found.rings.append(ring)
        ring.open = ring.size == 1 or not self._is_first(ring, found.north[-1], found.east[-1])
        if ring.open:
            found.north.append(found.north[ring.first])
            found.east.append(found.east[ring.first])

    def _parcel(self, number: int, fields: list[str]) -> None:
        self.end_ring()
        self.found.fields.append(fields)
        self.found.lines.append(number)
        self.found.points.append(0)

    def _bad(self, number: int, line: str) -> None:
        found = self.found
        zh = "不是界址点，也不是地块首行"
        en = "it is neither a point nor the first line of a parcel"
        found.notes.append(_bad_line(number, line, zh, en))
        if found.fields:
            # Without one of its points the parcel would have another shape.
            found.broken.add(len(found.fields) - 1)


def first_fields(line: str) -> list[str] | None:
    """Give the fields of a parcel's first line without the sign @; None for other lines.

    Commas of both widths part them, unless those of half width alone make eight fields: a
    name may hold a full-width comma.

    Examples
    --------
    >>> first_fields("4,0.16,DK1,甲，乙,面,,工业用地,0601,@")[3]
    '甲，乙'
    >>> first_fields("4，0.16，DK1，甲，面，，，0601，@")[2]
    'DK1'
    """
    parts = line.split(",")
    if len(parts) <= len(HEADINGS) or parts[-1].strip() not in _ENDS:
        parts = _COMMAS.split(line)
    if parts[-1].strip() in _ENDS:
        parts = parts[:-1]
    elif len(parts) < len(HEADINGS):
        return None
    return [part.strip() for part in parts]
