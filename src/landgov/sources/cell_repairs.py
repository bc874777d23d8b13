"""Cells that are mended without a guess (单元格修复), and codes that can't be: each on record."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from landgov.sources.content import Content
from landgov.sources.notes import Note, note

# Signs that look like those of a code, or like nothing, and are neither.
_FULL_WIDTH = "[\uff01-\uff5e\u3000]"
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\u0001-\u001f\u007f]")
_ODD = f"{_FULL_WIDTH}|{_UNSEEN.pattern}|^'"
_SCIENTIFIC = re.compile(r"[+-]?\d(\.\d+)?[eE]\+\d{2,3}")
_POINT_ZERO = re.compile(r"(\d+)\.0+")
_KEPT_DIGITS = 15
_SERIAL = r"\s*[2-7]\d{4}(?:\.0*)?\s*"
_LONGEST_SERIAL = 8
_DATED = r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|(?:19|20)\d{6}"
# Day 0 of spreadsheets for all dates after February 1900, which they hold to have 29 days.
_DAY_0 = date(1899, 12, 30)


def mended_codes(cells: pd.Series[Any], name: str, content: Content, notes: list[Note]) -> Any:
    r"""Fold full-width signs in a column of codes, and take out what no code holds (代码).

    Parameters
    ----------
    cells : Series of str
        The codes.
    name : str
        The column.
    content : Content
        The file that they are from.
    notes : list
        Takes a row for every cell that is changed, and for every code that lost digits.

    Returns
    -------
    Series of str
        Full-width signs as plain ones, unseen signs and the apostrophe that marks text gone,
        `330604.0` as `330604`. A code in scientific notation, or with `.0` behind more
        digits than a number keeps, is missing: no digit is ever made up.

    References
    ----------
    Unicode NFKC; IEEE 754: a double is sure of 15 digits.

    Examples
    --------
    >>> import numpy as np
    >>> content = Content(("代码",), pd.DataFrame({0: ["a"]}), np.array([2]))
    >>> mended_codes(pd.Series(["'３３０６０４.0"], dtype="str"), "town_code", content, []).tolist()
    ['330604']
    """
    doubtful = cells.str.contains(".0", regex=False, na=False)
    doubtful |= cells.str.contains("+", regex=False, na=False)
    # Numbers of documents are prose: （2022） in them is no slip.
    folded = not name.endswith("_no")
    if folded:
        doubtful |= cells.str.contains(_ODD, na=False)
    places = np.flatnonzero(doubtful.to_numpy(dtype=bool)).tolist()
    if not places:
        return cells
    mended = cells.astype("object")
    # Only cells with a sign that codes don't have: few, save where a whole column is off.
    for at in places:
        before = after = str(cells.iloc[at]).strip()
        if folded:
            after = _UNSEEN.sub("", unicodedata.normalize("NFKC", before)).strip()
            after = after.removeprefix("'")
        whole = _POINT_ZERO.fullmatch(after)
        if _SCIENTIFIC.fullmatch(after) or (whole and len(whole[1]) > _KEPT_DIGITS):
            mended.iloc[at] = np.nan
            notes.append(lost_digits(name, before, int(content.rows[at])))
            continue
        after = whole[1] if whole else after
        if after != before:
            mended.iloc[at] = after or np.nan
            notes.append(_mended("mended_code", name, before, after, int(content.rows[at])))
    return mended.astype("str")


def lost_digits(name: str, value: str, row: int) -> Note:
    """Make the issue row of a code that was kept as a number and lost digits.

    Examples
    --------
    >>> lost_digits("enterprise_id", "9.13306E+17", 3)["severity"]
    'error'
    """
    zh = f"代码以数字存储，超过15位的数字已丢失（现为 {value}），无法还原；该列须设为文本"
    en = f"the code is stored as a number and has lost digits (now {value}); make the column text"
    return note("bad_number_code", zh, en, severity="error", row=row, field=name, value=value)


def _mended(kind: str, name: str, before: str, after: str, row: int) -> Note:
    zh = f"“{before}”按“{after}”读取（全角、不可见字符或多余的 .0）"
    en = f"{before!r} is read as {after!r}"
    made = note(kind, zh, en, row=row, field=name, value=before)
    return {**made, "before": before, "after": after}


def serial_dates(cells: pd.Series[Any], name: str, content: Content, notes: list[Note]) -> Any:
    """Read spreadsheet serial numbers in a column of dates (日期序列号).

    A whole number from 20000 to 79999 is a serial if another cell of the column is a
    written date; in a column of nothing but numbers it stays as it is, and is no date.

    Parameters
    ----------
    cells : Series of str
        The dates.
    name : str
        The column.
    content : Content
        The file that they are from.
    notes : list
        Takes a row for every serial that is read.

    References
    ----------
    ECMA-376-1, 18.17.4.1: the 1900 date system.

    Examples
    --------
    >>> import numpy as np
    >>> content = Content(("日期",), pd.DataFrame({0: ["a", "b"]}), np.array([2, 3]))
    >>> dates = pd.Series(["2021-03-05", "44260"], dtype="str")
    >>> serial_dates(dates, "found_on", content, []).tolist()
    ['2021-03-05', '2021-03-05']
    """
    # Written dates are longer: most columns are done with after their lengths.
    serial = cells.str.len() <= _LONGEST_SERIAL
    serial[serial] = cells[serial].str.fullmatch(_SERIAL, na=False)
    if not serial.any() or not cells.str.match(_DATED, na=False).any():
        return cells
    read = cells.astype("object")
    for at in np.flatnonzero(serial.to_numpy(dtype=bool)).tolist():
        before = str(cells.iloc[at]).strip()
        after = (_DAY_0 + timedelta(days=int(float(before)))).isoformat()
        read.iloc[at] = after
        zh = f"“{before}”是表格软件的日期序列号，按 {after} 读取；请改为日期格式"
        en = f"{before} is the serial number of a date and is read as {after}"
        made = note("serial_date", zh, en, row=int(content.rows[at]), field=name, value=before)
        notes.append({**made, "before": before, "after": after})
    return read.astype("str")
