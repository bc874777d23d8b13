"""The rows of a workbook, written column by column into sheets that are otherwise ready.

A library that writes xlsx takes its cells one call at a time: 2 million of them cost half a
minute. Here the library makes everything else (styles, headings, filters) with one specimen
of each kind of row; the rows themselves are text, put in the place of the specimens.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_col_to_name

_CHUNK = 5_000
_ROW = re.compile(r'<row r="(\d+)"[^>]*>(.*?)</row>', re.DOTALL)
_STYLE = re.compile(r'<c r="[A-Z]+\d+" s="(\d+)"')
_POINTS, _TALLEST = 14, 210  # height of one line of text, and of the tallest row
_OLD = (1980, 1, 1, 0, 0, 0)

Cell = str | float | None


@dataclass(frozen=True)
class Body:
    """Rows of one sheet: cells by column, the kind of each row, and where they begin.

    Parameters
    ----------
    first : int
        The row, counted from 1, of the first specimen; the specimens of the kinds stand
        there one under another, that of the totals last.
    columns : list of lists
        Cells: text, numbers, None.
    kinds : list of int
        Which specimen each row looks like.
    specimens : int
        How many kinds there are, without that of the totals.
    totals : list
        Cells of the last row; empty for none.
    lines : list of int
        Lines of text of each row, where its height is to be set; empty for none.
    """

    first: int
    columns: Sequence[Sequence[Cell]]
    kinds: Sequence[int]
    specimens: int
    totals: Sequence[Cell]
    lines: Sequence[int] = ()


def fill(frame: io.BytesIO, path: Path, bodies: Sequence[Body]) -> None:
    """Copy a workbook and put the rows where its specimens stand.

    Parameters
    ----------
    frame : BytesIO
        The workbook with specimens.
    path : Path
        Where the whole goes. Its parts bear the oldest date that a zip knows.
    bodies : sequence of Body
        One a sheet, in their order.
    """
    sheets = {f"xl/worksheets/sheet{number}.xml": body for number, body in enumerate(bodies, 1)}
    with zipfile.ZipFile(frame) as source, zipfile.ZipFile(path, "w") as target:
        for entry in source.infolist():
            part = zipfile.ZipInfo(entry.filename, _OLD)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            content = source.read(entry)
            with target.open(part, "w") as stream:
                if entry.filename not in sheets:
                    stream.write(content)
                    continue
                for piece in _spliced(content.decode("utf-8"), sheets[entry.filename]):
                    stream.write(piece.encode("utf-8"))


def _spliced(page: str, body: Body) -> Iterator[str]:
    rows = {int(row[1]): row for row in _ROW.finditer(page)}
    last = body.first + body.specimens
    styles = [_STYLE.findall(rows[number][2]) for number in range(body.first, last + 1)]
    start, end = rows[body.first].start(), rows[last].end()
    bottom = max(body.first - 1 + len(body.kinds) + bool(body.totals), body.first - 1)
    corner = f"{xl_col_to_name(len(body.columns) - 1)}{bottom}"
    yield re.sub(r'<dimension ref="[^"]*"/>', f'<dimension ref="A1:{corner}"/>', page[:start])
    for begin in range(0, len(body.kinds), _CHUNK):
        yield _rows(body, styles, begin, min(begin + _CHUNK, len(body.kinds)))
    if body.totals:
        cells = [
            f'<c r="{xl_col_to_name(place)}{bottom}{_cell(cell, styles[-1][place])}'
            for place, cell in enumerate(body.totals)
        ]
        yield f'<row r="{bottom}">{"".join(cells)}</row>'
    yield page[end:]


def _rows(body: Body, styles: Sequence[Sequence[str]], begin: int, end: int) -> str:
    numbers = range(body.first + begin, body.first + end)
    kinds = body.kinds[begin:end]
    heights = [""] * len(kinds)
    if body.lines:
        points = [min(lines * _POINTS, _TALLEST) for lines in body.lines[begin:end]]
        heights = [f' ht="{height}" customHeight="1"' for height in points]
    starts = zip(numbers, heights, strict=True)
    written = [[f'<row r="{number}"{height}>' for number, height in starts]]
    for place, column in enumerate(body.columns):
        letters = f'<c r="{xl_col_to_name(place)}'
        looks = [kind[place] for kind in styles]
        known: dict[tuple[Cell, int], str] = {}
        cells = []
        for number, kind, cell in zip(numbers, kinds, column[begin:end], strict=True):
            end_of_cell = known.get((cell, kind))
            if end_of_cell is None:
                end_of_cell = known[cell, kind] = _cell(cell, looks[kind])
            cells.append(f"{letters}{number}{end_of_cell}")
        written.append(cells)
    return "".join("".join(row) + "</row>" for row in zip(*written, strict=True))


def _cell(cell: Cell, style: str) -> str:
    """A cell from the end of its address on; text is always text, never a formula."""
    if cell is None:
        return f'" s="{style}"/>'
    if isinstance(cell, str):
        words = escape(cell)
        return f'" s="{style}" t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'
    number = int(cell) if float(cell).is_integer() and abs(cell) < 1e15 else float(cell)
    return f'" s="{style}"><v>{number!r}</v></c>'
