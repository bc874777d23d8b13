"""How the issues of a check are told on the console: by file and kind, counts first."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd
from rich.cells import cell_len

from landgov import schema

_ROWS = 5  # rows named of each kind
_ASKED = ("error", "warning")
# What may not be torn apart: a Latin word, and a sign with the marks that open or close it.
_PIECES = re.compile(r"[“‘（《【〔]*(?:[!-~]+|.)[，。、；：？！”’）》】〕]*")


def issue_lines(issues: pd.DataFrame) -> Iterator[tuple[int, str]]:
    """Tell errors and warnings by file and kind; notes are left to the workbook.

    Parameters
    ----------
    issues : DataFrame
        The issue table.

    Yields
    ------
    tuple of int and str
        How far the line is moved in, and its words: a line a file, a line a kind with its
        count and first rows, and the words of the first of them.

    Examples
    --------
    >>> row = {"file": "a.csv", "table": "links", "row": 3, "key": "P1", "kind": "bad_date",
    ...        "severity": "error", "message": "“2022-02-30”不是日期", "department": "属地镇街"}
    >>> for step, words in issue_lines(pd.DataFrame([row, row | {"row": 7}])):
    ...     print(" " * step + words)
    a.csv　2 处错误
      错误·日期无法识别　2 处（属地镇街）：第 3、7 行
        如 P1：“2022-02-30”不是日期
    """
    asked = issues[issues["severity"].isin(_ASKED)]
    names = {name: schema.table(name).zh for name in schema.tables()}
    there = asked["file"].fillna("").ne("")
    place = asked["file"].where(there, asked["table"].replace(names).fillna(""))
    order = asked.groupby(place.astype("str"), sort=True)
    files = sorted(order, key=lambda one: -int(one[1]["severity"].eq("error").sum()))
    for name, mine in files:
        yield 0, f"{name}　{_counts(mine)}"
        kinds = mine.groupby(["severity", "kind"], sort=True)
        for _, rows in sorted(kinds, key=lambda one: (_ASKED.index(str(one[0][0])), -len(one[1]))):
            yield 2, _kind(rows)
            first = rows.iloc[0]
            yield 4, f"如 {_subject(first)}{first['message']}"


def _counts(rows: pd.DataFrame) -> str:
    counts = rows["severity"].value_counts()
    there = [name for name in _ASKED if name in counts]
    return "，".join(f"{counts[name]} 处{_word('severity', name)}" for name in there)


def _kind(rows: pd.DataFrame) -> str:
    """Name one kind of issue in one file, how many there are, whose, and in which rows."""
    first = rows.iloc[0]
    owners = "、".join(dict.fromkeys(one for one in rows["department"] if _said(one)))
    what = f"{_word('severity', first['severity'])}·{_word('issue_kind', first['kind'])}"
    line = f"{what}　{len(rows):,} 处"
    line += f"（{owners}）" if owners else ""
    numbers = list(dict.fromkeys(int(row) for row in rows["row"].dropna()))
    if numbers:
        named = "、".join(map(str, numbers[:_ROWS]))
        line += f"：第 {named} 行" + ("等" if len(numbers) > _ROWS else "")
    return line


def _subject(row: pd.Series) -> str:
    """Name what an issue is about, unless its message does."""
    key = row["key"]
    return f"{key}：" if _said(key) and key.split("#")[0] not in row["message"] else ""


def _word(name: str, code: object) -> str:
    return schema.result_word(name, str(code))


def _said(word: object) -> bool:
    return isinstance(word, str) and word != ""


def folded(words: str, width: int, indent: int = 0) -> str:
    """Break a line so that it fits a terminal, all of it moved in.

    A line of Chinese has no blanks, and what wraps at blanks breaks it at the wrong places.

    Parameters
    ----------
    words : str
        One line.
    width : int
        Columns of the terminal; a Chinese character takes two.
    indent : int
        Columns in front of the line; two more in front of what follows.

    Examples
    --------
    >>> print(folded("约定开工日期，值 2022-02-30", 16, 2))
      约定开工日期，
        值
        2022-02-30
    """
    room, hang = max(width, indent + 12), " " * (indent + 2)
    lines, line = list[str](), " " * indent
    for long in _PIECES.findall(words):
        for piece in _parts(long, room - indent - 2):
            if line.strip() and cell_len(line) + cell_len(piece.rstrip()) > room:
                lines.append(line.rstrip())
                line = hang
            line += piece if line.strip() else piece.lstrip()
    return "\n".join([*lines, line.rstrip()])


def _parts(piece: str, room: int) -> list[str]:
    """Cut what is longer than a whole line: a path, a long number."""
    if cell_len(piece) <= room or not piece.isascii():
        return [piece]
    return [piece[at : at + room] for at in range(0, len(piece), room)]
