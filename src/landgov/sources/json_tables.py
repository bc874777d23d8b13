"""Tables in JSON (JSON 属性表): an array of objects, or several arrays one behind the other."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from landgov.sources.content import Content, reader_faults
from landgov.sources.encodings import text_encoding
from landgov.sources.faults import unreadable
from landgov.sources.notes import Note, note

_GAP = re.compile(r"[\s,]*")


def json_content(path: Path, *, encoding: str | None = None) -> Content:
    """Read an array of objects as a table: one row an object, one column a name.

    Parameters
    ----------
    path : Path
        The file. Several arrays glued together are read as one, with a note.
    encoding : str, optional
        As stated; else UTF-8, else GB18030 by strict decoding.

    Raises
    ------
    FileError
        ``encoding_unclear`` or ``unreadable_file``.

    References
    ----------
    RFC 8259.
    """
    with reader_faults():
        raw = path.read_bytes()
        choice = text_encoding(raw, encoding)
        text = raw.decode(choice.encoding).removeprefix("\ufeff")
        notes = choice.notes()
        records = _records(text, notes)
    names: dict[str, int] = {}
    for record in records:
        for name in record:
            names.setdefault(name, len(names))
    cells = pd.DataFrame(
        {at: pd.Series([_text(one.get(name)) for one in records]) for name, at in names.items()},
        index=pd.RangeIndex(len(records)),
    ).astype("str")
    filled = cells.notna().any(axis=1).to_numpy(dtype=bool)
    rows = np.arange(1, len(records) + 1, dtype=np.int64)[filled]
    kept = cells.loc[filled].reset_index(drop=True)
    headings = tuple(name.strip() or f"第{at + 1}列" for name, at in names.items())
    return Content(headings, kept, rows, encoding=choice.encoding, notes=notes)


def _records(text: str, notes: list[Note]) -> list[dict[str, Any]]:
    # Numbers stay as written: a code of 18 digits is no number.
    reader = json.JSONDecoder(
        parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_object
    )
    records: list[dict[str, Any]] = []
    arrays, at = 0, _end(_GAP, text, 0)
    while at < len(text):
        try:
            part, at = reader.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise unreadable(error, zh="JSON 格式有误") from error
        arrays += isinstance(part, list)
        for one in part if isinstance(part, list) else [part]:
            if not isinstance(one, dict):
                number, words = len(records) + 1, str(one)[:50]
                zh = f"第 {number} 个不是对象，按空行处理"
                en = f"element {number} is no object; it counts as an empty row"
                notes.append(
                    note("unreadable_record", zh, en, severity="error", row=number, value=words)
                )
            records.append(one if isinstance(one, dict) else {})
        at = _end(_GAP, text, at)
    if arrays > 1:
        zh = f"文件由 {arrays} 个数组首尾相接而成，已合并读取"
        notes.append(
            note("glued_arrays", zh, f"{arrays} arrays one behind the other", value=arrays)
        )
    return records


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Keep every member of an object: a name that is given twice gets `#2`."""
    made: dict[str, Any] = {}
    for name, value in pairs:
        number, free = 1, name
        while free in made:
            number += 1
            free = f"{name}#{number}"
        made[free] = value
    return made


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, str):
        return value if value and value.strip() else None
    return json.dumps(value, ensure_ascii=False)
