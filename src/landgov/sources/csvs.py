"""Text tables: csv, tsv, txt (文本表格), every cell as text."""

from __future__ import annotations

import csv
import io
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv

from landgov.sources.content import Content, reader_faults
from landgov.sources.encodings import text_encoding
from landgov.sources.faults import unreadable
from landgov.sources.heads import LOOKED_ROWS, Head, HeadingRow, first_row
from landgov.sources.notes import Note, note

_BEGINNING = 1_000_000


def csv_content(
    path: Path, *, encoding: str | None = None, heading_row: HeadingRow = first_row
) -> Content:
    """Read a text table; a regular one by Arrow, an irregular one record by record.

    Parameters
    ----------
    path : Path
        The file: commas, or tabs or semicolons if its headings hold no comma.
    encoding : str, optional
        As stated; else UTF-8, UTF-16 with its mark, or GB18030 by strict decoding.
    heading_row : callable
        Picks the headings among the first rows.

    Raises
    ------
    FileError
        ``encoding_unclear`` or ``unreadable_file``.

    References
    ----------
    RFC 4180.
    """
    with reader_faults():
        raw = path.read_bytes()
        choice = text_encoding(raw, encoding)
        text = raw.decode(choice.encoding).removeprefix("\ufeff")
        notes = choice.notes()
        delimiter = _delimiter(path, text, notes)
        first = _first_records(text, delimiter)
        if not first:
            raise unreadable("the file is empty", zh="文件没有内容")
        head = heading_row(first, ())
        names = _named(head, first)
        cells, rows = _quick(text, delimiter, first, head, len(names)) or _careful(
            text, delimiter, head, len(names), notes
        )
    return Content(names, cells, rows, encoding=choice.encoding, notes=notes, head=head)


def first_records(path: Path) -> tuple[list[list[str]], str]:
    """Give the first rows of a text table and its encoding, for a look at its headings.

    Raises
    ------
    FileError
        ``encoding_unclear`` or ``unreadable_file``.
    """
    with reader_faults():
        raw = path.read_bytes()
        choice = text_encoding(raw)
        text = raw.decode(choice.encoding).removeprefix("\ufeff")
        return _first_records(text, _delimiter(path, text, [])), choice.encoding


def _named(head: Head, first: list[list[str]]) -> tuple[str, ...]:
    """Give every column a heading; the row that is longest of the headings counts."""
    width = max([len(head.names), *(len(row) for row in first[head.first : head.last + 1])])
    names = [*head.names, *[""] * (width - len(head.names))]
    return tuple(name.strip() or f"第{n}列" for n, name in enumerate(names, 1))


def _delimiter(path: Path, text: str, notes: list[Note]) -> str:
    if path.suffix.lower() == ".tsv":
        return "\t"
    start = text[: text.find("\n", 1000) if len(text) > 1000 else None][:5000]
    for sign, name in ((",", ""), ("\t", "制表符 tab"), (";", "分号 semicolon")):
        if sign in start:
            if name:
                zh, en = f"以{name}分列", f"columns are parted by {name}"
                notes.append(note("delimiter", zh, en, value=name))
            return sign
    return ","


def _first_records(text: str, delimiter: str) -> list[list[str]]:
    """Read the first records; an endless quote ends the search, not the program."""
    # The beginning is enough unless cells are as long as books.
    for start in (text[:_BEGINNING], text):
        reader = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
        try:
            records = list(islice(reader, LOOKED_ROWS))
        except csv.Error as error:
            raise unreadable(f"line {reader.line_num}: {error}") from error
        if len(records) == LOOKED_ROWS or len(start) == len(text):
            return records
    return []


def _quick(
    text: str, delimiter: str, first: list[list[str]], head: Head, width: int
) -> tuple[pd.DataFrame, npt.NDArray[np.int64]] | None:
    """Read a regular table by Arrow; None where only the careful way does justice to it."""
    names = [str(number) for number in range(width)]
    # Arrow counts lines, not records, before the rows, and takes an odd quote in silence.
    above = (cell for row in first[: head.body] for cell in row)
    if width < 2 or text.count('"') % 2 or any("\n" in cell for cell in above):
        return None
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(text.encode("utf-8")),
            read_options=arrow_csv.ReadOptions(column_names=names, skip_rows=head.body),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
                quoted_strings_can_be_null=True,
            ),
        )
    except (pa.ArrowException, UnicodeError):
        return None
    cells = table.to_pandas(split_blocks=True)
    cells.columns = pd.RangeIndex(len(names))
    rows = np.arange(head.body + 1, head.body + 1 + len(cells), dtype=np.int64)
    return _tidied(cells, rows)


def _careful(
    text: str, delimiter: str, head: Head, width: int, notes: list[Note]
) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
    """Read record by record; one with too few or too many fields is kept and reported."""
    # strict finds the quote that is never closed: without it the rest of the file is one cell.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[list[str]] = []
    rows: list[int] = []
    try:
        for number, record in enumerate(reader, 1):
            if number > head.body and any(cell.strip() for cell in record):
                records.append(_fitted(record, width, number, notes))
                rows.append(number)
    except csv.Error as error:
        raise unreadable(
            f"row {len(rows) + head.body + 1}, line {reader.line_num}: {error}",
            zh="引号不配对或格式有误",
            do="检查该行的引号，或在表格软件中另存为 xlsx",
        ) from error
    frame = pd.DataFrame(records, columns=range(width), dtype="str")
    return _tidied(frame, np.array(rows, dtype=np.int64))


def _fitted(record: list[str], width: int, row: int, notes: list[Note]) -> list[str]:
    surplus = [cell for cell in record[width:] if cell.strip()]
    if len(record) < width or surplus:
        notes.append(
            note(
                "ragged_row",
                f"本行有 {len(record)} 格，表头有 {width} 列；多出的内容未读入，缺少的按空格处理",
                f"the row has {len(record)} cells, the headings are {width}",
                severity="error",
                row=row,
                value="、".join(surplus) or None,
            )
        )
    return record[:width] + [""] * (width - len(record))


def _tidied(
    cells: pd.DataFrame, rows: npt.NDArray[np.int64]
) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
    blank = pd.DataFrame(
        {name: cells[name].isna() | (cells[name].str.strip() == "") for name in cells}
    )
    filled = ~blank.all(axis=1).to_numpy(dtype=bool)
    kept = cells.mask(blank).loc[filled].reset_index(drop=True).astype("str")
    return kept, rows[filled]
