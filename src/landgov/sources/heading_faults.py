"""What can be wrong with headings, in words that say which line mends it."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from landgov import units
from landgov.schema import Column
from landgov.sources.faults import FileError, listed, suggest
from landgov.sources.heads import JOIN


def toml_text(text: str) -> str:
    r"""Write a text as a TOML basic string.

    Examples
    --------
    >>> print(toml_text('a"b'))
    "a\"b"
    """
    signs = []
    for sign in text:
        if sign in {'"', "\\"}:
            signs.append("\\" + sign)
        elif sign < " " or "\x7f" <= sign <= "\x9f":
            signs.append(f"\\u{ord(sign):04X}")
        else:
            signs.append(sign)
    return '"' + "".join(signs) + '"'


def unknown_column(column: str, known: Sequence[str]) -> FileError:
    """Make the fault of an entry that names a column which the table doesn't have."""
    near = suggest(column, known)
    return FileError(
        "unknown_column",
        zh=f"该表没有列 {column}{near.zh}",
        en=f"the table has no column {column!r}{near.en}",
        do=f"可用的列：{listed(known, 60)}",
        field=column,
    )


def mapped_absent(column: str, theirs: str, headings: Sequence[str]) -> FileError:
    """Make the fault of a mapped heading that is not in the file."""
    near = suggest(theirs, headings)
    return FileError(
        "mapped_column_absent",
        zh=f"文件中没有表头“{theirs}”{near.zh}；文件中的表头：{listed(headings) or '（无）'}",
        en=f"the file has no heading {theirs!r}{near.en}",
        do=f"columns = {{ {column} = {toml_text(near.words[0] if near.words else '文件中的表头')} }}",
        field=column,
        value=theirs,
    )


def ambiguous(column: str, rivals: Sequence[str]) -> FileError:
    """Make the fault of two headings that mean the same column."""
    return FileError(
        "ambiguous_heading",
        zh=f"两个以上表头都可作为 {column}：{listed(rivals)}",
        en=f"more than one heading fits {column}: {listed(rivals)}",
        do=f"columns = {{ {column} = {toml_text(rivals[0])} }}；若两列同名，请先改名",
        field=column,
        value=listed(rivals),
    )


def twice_given(column: str, heading: str) -> FileError:
    """Make the fault of a column that a constant and a heading both give."""
    return FileError(
        "ambiguous_heading",
        zh=f"{column} 既有常量（constants），文件中又有列“{heading}”",
        en=f"{column} is given both as a constant and by the heading {heading!r}",
        do=f"删去 constants 中的 {column}，或用 columns 指向另一列",
        field=column,
        value=heading,
    )


def bad_unit(column: str, unit: str, canonical: str, heading: str | None) -> FileError:
    """Make the fault of a unit that can't be converted to the column's.

    Parameters
    ----------
    column, unit, canonical : str
        The column, the unit of its figures, and the unit that it has here.
    heading : str, optional
        The heading that states the unit; None if `landgov.toml` does.
    """
    do = f"units = {{ {column} = {toml_text(canonical)} }}"
    if not canonical and heading is None:
        do = f"删去 units 中的 {column}"
    elif not canonical:
        # A mapped heading is taken as it stands: its ending counts only if it converts.
        do = f"若数值不带单位：columns = {{ {column} = {toml_text(heading or '')} }}"
    return FileError(
        "bad_unit",
        zh=f"{column} 的单位“{unit}”不能换算为{canonical or '无单位的数值'}",
        en=f"{column}: unit {unit!r} can't be converted to {canonical or 'a figure without unit'}",
        do=do,
        field=column,
        value=unit,
    )


NEAR = 0.6
"""How alike two names must be to be worth a question; 1 is the same name."""


def likeness(column: Column, heading: str) -> float:
    """Say how alike a heading is to the nearest name of a column, from 0 to 1.

    Parameters
    ----------
    column : Column
        The column, under its name, its term and its aliases.
    heading : str
        The heading; of joined parts the lower one counts too.

    References
    ----------
    Ratcliff and Obershelp's gestalt pattern matching, as in `difflib`.

    Examples
    --------
    >>> from landgov import schema
    >>> round(likeness(schema.table("links").columns["enterprise_id"], "信用代码号"), 2)
    0.89
    """
    words = dict.fromkeys((heading, heading.rsplit(JOIN, maxsplit=1)[-1]))
    stems = dict.fromkeys((*words, *(units.split_heading(word)[0] for word in words)))
    best = 0.0
    for stem in stems:
        matcher = difflib.SequenceMatcher(None, "", stem)
        for name in (column.zh, *column.aliases, column.name):
            matcher.set_seq1(name)
            # The quick bounds save most of the work on names that are nothing alike.
            if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:
                best = max(best, matcher.ratio())
    return best


def near_headings(column: Column, headings: Sequence[str]) -> list[str]:
    """Find headings that might mean a column, the nearest first.

    Examples
    --------
    >>> from landgov import schema
    >>> near_headings(schema.table("links").columns["enterprise_id"], ["备注", "信用代码号"])
    ['信用代码号']
    """
    ranked = [(-likeness(column, heading), heading) for heading in headings]
    return list(dict.fromkeys(heading for ratio, heading in sorted(ranked) if ratio <= -NEAR))


def key_absent(column: Column, headings: Sequence[str], free: Sequence[str]) -> FileError:
    """Make the fault of a table whose key column no heading supplies.

    Parameters
    ----------
    column : Column
        The key column.
    headings : sequence of str
        Headings of the file.
    free : sequence of str
        Those of them that no other column takes.
    """
    near = near_headings(column, free)
    found = listed(headings) or "（无）"
    hint = f"；可能是 {listed(near)}" if near else ""
    line = f"columns = {{ {column.name} = {toml_text(near[0] if near else '文件中的表头')} }}"
    return FileError(
        "key_column_absent",
        zh=f"缺少必备列 {column.name}（{column.zh}）；文件中的表头：{found}{hint}",
        en=f"required column {column.name} is absent; headings found: {found}",
        do=line,
        field=column.name,
    )
