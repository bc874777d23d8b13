"""Entries of `landgov.toml`: known names, right types, and what is wrong with the others."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from landgov.errors import Fault
from landgov.sources.faults import no_access, suggest

TOML = "landgov.toml"

_KINDS: Mapping[str, tuple[type | tuple[type, ...], str]] = {
    "text": (str, '文本 text, "…"'),
    "whole": (int, "整数 a whole number"),
    "crs": ((int, str), "EPSG 代码 an EPSG number, 如 4549"),
    "table": (dict, "表 a table, { … = … }"),
    "list": (list, "列表 a list, [ … ]"),
    "date": ((date, str), "日期 a date, 如 2022-12-31"),
}
PROJECT = {
    "name": "text",
    "as_of": "date",
    "policy": "text",
    "crs": "crs",
    "year": "whole",
    "dropped": "list",
}
SOURCE = {
    "path": "text",
    "layer": "text",
    "sheet": "text",
    "encoding": "text",
    "crs": "crs",
    "datum": "text",
    "axes": "text",
    "columns": "table",
    "constants": "table",
    "units": "table",
    "covers": "list",
    "empty_dates": "text",
    "department": "text",
    "date": "date",
    "unit": "text",
    "accepts": "text",
}
RASTER = {"path": "text", "date": "date"}


def toml_fault(kind: str, where: str, zh: str, en: str, do: str, **more: str) -> Fault:
    """Make a fault of `landgov.toml` itself."""
    return Fault(kind, where, zh, en, do, file=TOML, **more)


def read_toml(folder: Path) -> tuple[dict[str, Any], list[Fault]]:
    """Read `landgov.toml` of a folder; what hinders it is given as a fault.

    Examples
    --------
    >>> read_toml(Path("no such folder"))[1][0].kind
    'no_workspace'
    """
    path = folder / TOML
    try:
        flaw = folder_fault(folder)
        if flaw is not None:
            return {}, [flaw]
        # Notepad writes a byte-order mark, which TOML does not know.
        return tomllib.loads(path.read_bytes().decode("utf-8-sig")), []
    except FileNotFoundError:
        zh, en = f"文件夹中没有 {TOML}", f"there is no {TOML} in the folder"
        do = f"landgov init {quoted(folder)}"
        return {}, [toml_fault("no_workspace", "", zh, en, do, value=folder.name)]
    except PermissionError:
        refused = no_access().as_fault
        return {}, [toml_fault("no_workspace", "", refused.zh, refused.en, refused.do)]
    except OSError as error:
        words = error.strerror or str(error)
        zh, en = f"无法打开工作区：{words}", f"the workspace can't be opened: {words}"
        return {}, [toml_fault("no_workspace", "", zh, en, "核对文件夹路径", value=folder.name)]
    except UnicodeDecodeError as error:
        zh, en = f"{TOML} 不是 UTF-8 编码", f"{TOML} is not in UTF-8"
        return {}, [toml_fault("bad_toml", "", zh, en, "另存为 UTF-8", value=str(error.start))]
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        return {}, [_bad_toml(error)]


def folder_fault(folder: Path) -> Fault | None:
    """Tell a folder that is not there, and a file given in its place; None for a folder.

    Examples
    --------
    >>> folder_fault(Path("no such folder")).file
    'no such folder'
    """
    if folder.is_dir():
        return None
    whole = folder.absolute()
    zh, en = f"没有这个文件夹：{whole}", f"there is no folder {whole}"
    do = "核对文件夹路径；相对路径从当前所在的文件夹算起"
    if folder.exists():
        zh, en = f"这是文件，不是文件夹：{whole}", f"this is a file and no folder: {whole}"
        do = f"写它所在的文件夹：{quoted(folder.parent)}"
    return Fault("no_workspace", "", zh, en, do, file=folder.name or str(folder), value=str(whole))


def quoted(folder: Path) -> str:
    """Write a path as a command line takes it: in quotes if it holds blanks."""
    return f'"{folder}"' if " " in str(folder) else str(folder)


def _bad_toml(error: Exception) -> Fault:
    words = str(error) or "nested too deeply"
    line = re.search(r"line (\d+)", words)
    do = "按 TOML 语法修改此处"
    if "escape" in words or "hex value" in words:
        do = 'Windows 路径中的 \\ 改为 /，如 path = "inputs/地块.gpkg"'
    return toml_fault(
        "bad_toml",
        "",
        f"{TOML} 语法错误{f'，第 {line[1]} 行' if line else ''}：{words}",
        f"{TOML} is no valid TOML: {words}",
        do,
        field=f"line {line[1]}" if line else "",
    )


def checked(
    entry: object, known: Mapping[str, str], where: str, needed: Iterable[str]
) -> tuple[dict[str, Any], list[Fault]]:
    """Keep the entries of a block that are known and of the right type; name the others.

    Parameters
    ----------
    entry : object
        The block as TOML gives it.
    known : mapping
        Name → kind of value.
    where : str
        The block's name, e.g. ``sources.parcels``.
    needed : iterable of str
        Names that must be there.

    Examples
    --------
    >>> checked({"pth": "a.csv"}, SOURCE, "sources.links", ["path"])[1][0].kind
    'bad_entry'
    """
    if not isinstance(entry, dict):
        return {}, [wrong_type(where, "", entry, _KINDS["table"][1])]
    kept: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, value in entry.items():
        if name not in known:
            faults.append(unknown_entry(where, name, known))
            continue
        types, words = _KINDS[known[name]]
        if not isinstance(value, types) or isinstance(value, bool):
            kind = "bad_as_of" if name == "as_of" else "bad_entry"
            faults.append(wrong_type(where, name, value, words, kind))
        else:
            kept[name] = value
    for name in needed:
        if name not in entry:
            faults.append(_missing(where, name))
    return kept, faults


def unknown_entry(where: str, name: str, known: Iterable[str]) -> Fault:
    """Make the fault of an entry that nothing reads."""
    names = list(known)
    near = suggest(name, names)
    return toml_fault(
        "bad_entry",
        where,
        f"不认识的条目 {name}{near.zh}",
        f"unknown entry {name!r}{near.en}",
        f"可用的条目：{'、'.join(names)}",
        field=name,
    )


def wrong_type(where: str, name: str, value: object, words: str, kind: str = "bad_entry") -> Fault:
    """Make the fault of an entry whose value is of the wrong type."""
    return toml_fault(
        kind,
        where,
        f"{name or where} 的值“{value}”类型不对，应为{words.split(' ', maxsplit=1)[0]}",
        f"{name or where}: {value!r} is of the wrong type",
        f"应为 {words}",
        field=name,
        value=str(value),
    )


_EXAMPLES = {
    "as_of": "as_of = 2022-12-31",
    "policy": 'policy = "shangyu-2021-86"',
    "crs": "crs = 4549",
    "path": 'path = "inputs/文件名.xlsx"',
    "date": "date = 2022-10-01",
}


def _missing(where: str, name: str) -> Fault:
    return toml_fault(
        "missing_entry",
        where,
        f"缺少条目 {name}",
        f"the entry {name} is missing",
        _EXAMPLES.get(name, f"{name} = …"),
        field=name,
    )


def day(value: object) -> date | None:
    """Read a day from a TOML date or ISO text; None for anything else.

    Examples
    --------
    >>> day("2022-12-31"), day("end of 2022")
    (datetime.date(2022, 12, 31), None)
    """
    if isinstance(value, datetime):
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def text_entries(entry: Mapping[str, Any], where: str, name: str) -> list[Fault]:
    """Check that a table of an entry holds only texts."""
    return [
        wrong_type(where, f"{name}.{key}", value, _KINDS["text"][1])
        for key, value in entry.items()
        if not isinstance(value, str)
    ]
