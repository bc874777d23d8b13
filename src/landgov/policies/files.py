"""Policy files: those that ship, those of a workspace, and what they extend."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from landgov.errors import LandgovError
from landgov.policies.scheme import scheme_beside
from landgov.policies.settings import TABLES

# What a policy says of itself alone: one that extends it does not take it over.
_OWN: Final = ("abstract", "example")
HEAD: Final = ("id", "title", "place", "from", "extends", "abstract", "example")
READINGS: Final = "readings.toml"


def available_policies() -> tuple[str, ...]:
    """Ids of the policies that ship with landgov; those that are examples come last.

    Examples
    --------
    >>> "shangyu-2021-86" in available_policies()
    True
    """
    listed = [one for one in shipped().values() if not one.get("abstract")]
    listed.sort(key=lambda one: (bool(one.get("example")), str(one["id"])))
    return tuple(str(one["id"]) for one in listed)


def resolved(name_or_path: str | Path) -> dict[str, Any]:
    """Content of a policy, laid over all that it extends.

    Raises
    ------
    LandgovError
        If there is no such policy, it can't be read, or policies extend each other in a ring.
    """
    return _resolve(name_or_path, ())


def is_parameter(entry: Any) -> bool:
    """Tell a number of law, or its dated versions, from a plain setting."""
    if isinstance(entry, dict):
        return True
    return isinstance(entry, list) and bool(entry) and all(isinstance(e, dict) for e in entry)


def shipped() -> dict[str, dict[str, Any]]:
    """Content of the policies that ship with landgov, those to build on among them, by file."""
    found = {}
    for resource in sorted(files(__package__).iterdir(), key=lambda entry: entry.name):
        if resource.name.endswith(".toml") and resource.name != READINGS:
            found[resource.name] = tomllib.loads(resource.read_text(encoding="utf-8"))
    return found


def _read(name_or_path: str | Path) -> tuple[dict[str, Any], Path | None]:
    for content in shipped().values():
        if content["id"] == str(name_or_path):
            return content, None
    path = Path(name_or_path)
    if path.suffix == ".toml" and path.is_file():
        try:
            return tomllib.loads(path.read_text(encoding="utf-8-sig")), path
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise LandgovError(
                f"policy {path.name} can't be read: {error}",
                do="按 TOML 语法修改，存为 UTF-8，并检查读取权限 mend the TOML file",
                message_zh=f"政策文件 {path.name} 无法读取。",
            ) from error
    raise LandgovError(
        f"there is no policy {str(name_or_path)!r}.",
        do=choices(str(name_or_path)),
        message_zh=f"没有政策 {name_or_path}。",
    )


def _resolve(name_or_path: str | Path, seen: tuple[str, ...]) -> dict[str, Any]:
    """Content of a policy laid over what it extends: a table is merged entry by entry."""
    if str(name_or_path) in seen:
        ring = " → ".join(seen)
        raise LandgovError(
            f"policies extend each other in a ring: {ring}",
            do="改正 extends 一行 mend the line `extends`",
            message_zh=f"政策相互引用（extends），成了循环：{ring}。",
        )
    content, path = _read(name_or_path)
    content = scheme_beside(content, path)
    base_name = content.get("extends")
    if base_name is None:
        return content
    if path is not None and str(base_name).endswith(".toml"):
        base_name = path.parent / str(base_name)
    base = _resolve(base_name, (*seen, str(name_or_path)))
    merged = {name: entry for name, entry in base.items() if name not in _OWN}
    for name, entry in content.items():
        below = base.get(name)
        if name not in TABLES and is_parameter(entry) and is_parameter(below):
            merged[name] = _dated(below, entry)
        elif isinstance(entry, dict) and isinstance(below, dict):
            merged[name] = {**below, **entry}
        elif name in base or name in HEAD or is_parameter(entry):
            merged[name] = entry
        else:
            raise LandgovError(
                f"policy {name_or_path}: {base_name} has no setting {name!r}.",
                do=nearest(name, base),
                message_zh=f"政策 {name_or_path}：没有名为 {name} 的设置。",
            )
    return merged


def _dated(below: Any, entry: Any) -> Any:
    """A number laid over that of the policy below, which holds until the new one's first day.

    A single entry may name only what differs; what it leaves out is as below.
    """
    older = [below] if isinstance(below, dict) else list(below)
    newer = [entry] if isinstance(entry, dict) else list(entry)
    if isinstance(entry, dict) and isinstance(below, dict):
        newer = [{**below, **entry}]
    first = [one["from"] for one in newer if isinstance(one.get("from"), date)]
    if not first:
        return newer  # told as a fault when the policy is loaded
    kept = [one for one in older if isinstance(one.get("from"), date) and one["from"] < min(first)]
    return [*kept, *newer]


def choices(name: str) -> str:
    """Say which policies there are, the nearest first."""
    known = available_policies()
    near = difflib.get_close_matches(name, known, n=len(known))
    line = f'policy = "{(near or known)[0]}"'
    rest = f"可用的政策 one of: {'、'.join(known)}"
    return f"{line}（{rest}；或 .toml 文件的路径 or the path of a .toml file）"


def nearest(name: str, names: Iterable[str]) -> str:
    """Say which name may have been meant, else which there are."""
    close = difflib.get_close_matches(name, list(names), n=1)
    if close:
        return f"是否为 did you mean {close[0]!r}?"
    return f"可用的名称 one of {', '.join(names)}"
