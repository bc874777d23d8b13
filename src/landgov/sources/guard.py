"""The feed guard (报送异动): a delivery far from the last run's is held back, not silently used."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from landgov import schema
from landgov.errors import Fault
from landgov.policies import Policy
from landgov.sources.faults import listed
from landgov.sources.figures import Figures, figures, together
from landgov.sources.raw import RawTable
from landgov.sources.workspace import Draft

RECORD = "out/run.json"
_SHORT = 12  # signs of a fingerprint that name a delivery
Place = tuple[str, str, str]


@dataclass(frozen=True)
class Delivered:
    """One input of the last run as its record has it."""

    place: Place
    sha256: str
    figures: Figures
    covers: tuple[str, ...]


@dataclass(frozen=True)
class LastRun:
    """The inputs of the last run (上次运行), or why there is nothing to compare with.

    Parameters
    ----------
    inputs : tuple of Delivered
        One a file.
    why : str
        Empty, or ``missing``, ``damaged``, ``older``: there is no guard.
    """

    inputs: tuple[Delivered, ...]
    why: str = ""


@dataclass(frozen=True)
class _Limits:
    fall: Fraction
    rise: Fraction
    fewest: int


def last_run(root: Path) -> LastRun:
    """Read what the last run took in, from `out/run.json`.

    Parameters
    ----------
    root : Path
        The workspace.

    Examples
    --------
    >>> last_run(Path("no such folder")).why
    'missing'
    """
    try:
        record = json.loads((root / RECORD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return LastRun((), "missing")
    except (OSError, ValueError, RecursionError):
        return LastRun((), "damaged")
    inputs = record.get("inputs") if isinstance(record, dict) else None
    if not isinstance(inputs, list):
        return LastRun((), "damaged")
    if any(isinstance(one, dict) and "sums" not in one for one in inputs):
        return LastRun((), "older")
    try:
        return LastRun(tuple(_delivered(one) for one in inputs))
    except (KeyError, TypeError, ValueError, AttributeError):
        return LastRun((), "damaged")


def _delivered(entry: Mapping[str, Any]) -> Delivered:
    place = (str(entry["table"]), str(entry["file"]), str(entry["sheet"] or ""))
    covers = tuple(str(one) for one in entry.get("covers", ()))
    return Delivered(place, str(entry["sha256"]), Figures.of_entries(entry), covers)


def held_back(draft: Draft, tables: Sequence[RawTable], refused: set[str]) -> list[Fault]:
    """Name each delivery that differs too much from the last run's, and each that is gone.

    A file is compared with the one of the same table, path and sheet; files that are new
    under their name, together, with those that are gone. A file added beside the others has
    nothing to be compared with.

    Parameters
    ----------
    draft : Draft
        The workspace; its policy gives `feed_fall_share`, `feed_rise_share` and
        `feed_fewest_rows`, without which there is no guard.
    tables : sequence of RawTable
        Every file that could be read.
    refused : set of str
        Blocks with faults: what they would have supplied counts neither as sent nor as gone.

    Returns
    -------
    list of Fault
        Of kind ``feed_guard``, each with the line for `landgov.toml` that lets it pass.

    References
    ----------
    虞政办发〔2021〕86号, 四（二）: 漏报、瞒报.
    """
    limits = _limits(draft.policy)
    last = last_run(draft.root)
    if limits is None or last.why:
        return []
    before: dict[Place, list[Delivered]] = defaultdict(list)
    now: dict[Place, list[RawTable]] = defaultdict(list)
    for one in last.inputs:
        before[one.place].append(one)
    for raw in tables:
        now[raw.spec.table, raw.spec.name, raw.sheet or ""].append(raw)
    faults: list[Fault] = []
    for place in [place for place in now if place in before]:
        faults += _compared(before.pop(place), now.pop(place), limits)
    open_tables = {where.split("[")[0].removeprefix("sources.") for where in refused}
    if "" in open_tables or any(fault.kind == "unknown_table" for fault in draft.faults):
        return faults
    here = {spec.table for spec in draft.sources}
    for table in dict.fromkeys(place[0] for place in before):
        if table in open_tables:
            continue
        gone = [one for place, ones in before.items() if place[0] == table for one in ones]
        new = [raw for place, raws in now.items() if place[0] == table for raw in raws]
        if new:
            faults += _compared(gone, new, limits)
        else:
            faults += _gone(draft, table, gone, whole=table not in here)
    return faults


def _limits(policy: Policy | None) -> _Limits | None:
    names = ("feed_fall_share", "feed_rise_share", "feed_fewest_rows")
    values = [policy.settings.get(name) if policy else None for name in names]
    if None in values:
        return None
    fall, rise, fewest = (Fraction(str(value)) for value in values)
    return _Limits(fall, rise, int(fewest))


def _compared(
    before: Sequence[Delivered], now: Sequence[RawTable], limits: _Limits
) -> Iterator[Fault]:
    """Hold back files that together moved too far; the same bytes never do."""
    if sorted(one.sha256 for one in before) == sorted(raw.sha256 for raw in now):
        return
    if all(accepted(raw) for raw in now):
        return
    was, is_ = together(one.figures for one in before), together(figures(raw) for raw in now)
    moves = [*_moves(now[0].spec.table, was, is_, limits)]
    if not moves:
        return
    table, first = schema.table(now[0].spec.table), now[0]
    renamed = before[0].place[1:] != (first.spec.name, first.sheet or "")
    old = listed(dict.fromkeys(one.place[1] for one in before), 5)
    zh = f"（上次为 {old}）" if renamed else ""
    en = f" (last time {old})" if renamed else ""
    lines = "；".join(
        f'[{raw.spec.where}] 加一行 accepts = "{raw.sha256[:_SHORT]}"'
        for raw in now
        if not accepted(raw)
    )
    yield Fault(
        "feed_guard",
        first.spec.where,
        f"本次报送的{table.zh}与上次运行相差过大{zh}，已扣下未用：{'；'.join(m[0] for m in moves)}",
        f"this delivery of {table.name} is far from the last run's{en} and held back: "
        + "; ".join(m[1] for m in moves),
        f"与报送部门核对；确实无误的，{lines}（只认这一份文件）",
        file=first.spec.name,
        value=first.sha256[:_SHORT],
    )


def accepted(raw: RawTable) -> bool:
    """Tell whether `accepts` names this very delivery by the start of its sha256."""
    said = (raw.spec.accepts or "").strip().lower()
    return len(said) >= _SHORT and raw.sha256.startswith(said)


def _moves(table: str, was: Figures, is_: Figures, limits: _Limits) -> Iterator[tuple[str, str]]:
    """Say in Chinese and English which figures moved beyond the limits."""
    if max(was.rows, is_.rows) >= limits.fewest:
        yield from _move("行数", "rows", was.rows, is_.rows, limits)
        if was.mu is not None and is_.mu is not None:
            yield from _move("图形面积（亩）", "measured 亩", was.mu, is_.mu, limits)
    columns = schema.table(table).columns
    for name, old in was.sums.items():
        new = is_.sums.get(name)
        cells = max(old.cells, new.cells if new else 0)
        # A column that was not filled before has no sum to fall or rise from.
        if name not in columns or not old.cells or cells < limits.fewest:
            continue
        word = f"{columns[name].zh}合计（{columns[name].unit}）"
        yield from _move(word, f"sum of {name}", old.total, new.total if new else 0.0, limits)


def _move(zh: str, en: str, was: float, is_: float, limits: _Limits) -> Iterator[tuple[str, str]]:
    old, new = Fraction(str(was)), Fraction(str(is_))
    change = new - old
    if not (-change > limits.fall * abs(old) or change > limits.rise * abs(old)):
        return
    share = f"{abs(float(change / old)):.1%}" if old else ""
    word, sign = ("增加", "+") if change > 0 else ("减少", "-")
    figure = f"{_shown(was)} → {_shown(is_)}"
    yield (
        f"{zh} {figure}（{word}{share}）",
        f"{en} {figure}" + (f" ({sign}{share})" if share else ""),
    )


def _shown(value: float) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"


def _gone(draft: Draft, table: str, gone: Iterable[Delivered], *, whole: bool) -> Iterator[Fault]:
    """Name a table, or a file of one, that the last run had and this workspace has not."""
    lost = [one for one in gone if one.figures.rows or one.covers]
    if not lost or table in draft.dropped:
        return
    rows = sum(one.figures.rows for one in lost)
    title = f"{table}（{schema.table(table).zh}）" if table in schema.tables() else table
    if whole:
        zh = f"上次运行有表 {title}共 {rows:,} 行，本次 landgov.toml 中没有；它所判断的都会变成待核"
        en = f"the last run had {rows:,} rows of table {table}; landgov.toml names none now"
        yield _drop(draft, table, table, zh, en)
        return
    for one in lost:
        file = one.place[1]
        if file in draft.dropped:
            continue
        size = f"{one.figures.rows:,}"
        zh = f"上次运行用过的文件 {file}（表 {title}，{size} 行）本次 landgov.toml 中没有"
        en = f"the last run used {file} ({size} rows of {table}); landgov.toml does not name it now"
        yield _drop(draft, table, file, zh, en)


def _drop(draft: Draft, table: str, what: str, zh: str, en: str) -> Fault:
    names = ", ".join(json.dumps(one, ensure_ascii=False) for one in (*draft.dropped, what))
    do = f"补上该来源；确实不再报送的，在 [project] 加一行 dropped = [{names}]"
    return Fault("feed_guard", f"sources.{table}", zh, en, do, value=what)
