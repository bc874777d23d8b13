"""One block of `landgov.toml`: a file that supplies a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from landgov import schema
from landgov.errors import Fault
from landgov.sources.claims import claim_faults
from landgov.sources.entries import (
    SOURCE,
    checked,
    day,
    text_entries,
    toml_fault,
    wrong_type,
)
from landgov.sources.faults import FileError, listed, suggest
from landgov.sources.formats import format_of
from landgov.sources.heading_faults import unknown_column
from landgov.sources.headings import row_columns
from landgov.sources.places import located


@dataclass(frozen=True)
class SourceSpec:
    """One block of `landgov.toml` (数据源): a file, and how its columns are to be taken.

    Parameters
    ----------
    table : str
        The table that it supplies, whole or in part.
    path : Path
        The file.
    name : str
        Its path as written, with /.
    where : str
        The block, e.g. ``sources.parcels`` or ``sources.findings[2]``.
    layer, sheet, encoding : str, optional
        Which part of the file, and how it is encoded.
    crs : int or str, optional
        CRS of its coordinates.
    datum : str, optional
        ``GCJ02`` or ``BD09``: the shift of a web map that lies on them, taken off when read.
    axes : str, optional
        ``north_east`` if north or latitude comes first; exchanged when read.
    columns : mapping
        Column → their heading.
    constants : mapping
        Column → its one value.
    units : mapping
        Column → unit of its figures.
    covers : tuple of str
        What the file reports completely.
    empty_dates : str
        What an empty event date means: ``not_happened`` or ``unknown``.
    department : str, optional
        Who sent it.
    date : date, optional
        The day that its data describe.
    unit : str, optional
        The unit (属地责任单位) whose own report it is: compared, never proof of a no.
    accepts : str, optional
        Start of the sha256 of the one delivery that is taken although the guard holds it.
    """

    table: str
    path: Path
    name: str
    where: str
    layer: str | None
    sheet: str | None
    encoding: str | None
    crs: int | str | None
    columns: Mapping[str, str]
    constants: Mapping[str, object]
    units: Mapping[str, str]
    covers: tuple[str, ...]
    empty_dates: str
    department: str | None
    date: date | None = None
    unit: str | None = None
    accepts: str | None = None
    datum: str | None = None
    axes: str | None = None


def source_spec(
    root: Path, table: str, entry: object, where: str
) -> tuple[SourceSpec | None, list[Fault]]:
    """Check one block; the spec is None if its file can't be reached or read at all.

    Parameters
    ----------
    root : Path
        The workspace.
    table : str
        A table of the contract.
    entry : object
        The block as TOML gives it.
    where : str
        Its name for messages.
    """
    kept, faults = checked(entry, SOURCE, where, ("path",))
    for name in ("columns", "units"):
        faults += text_entries(kept.get(name, {}), where, name)
        kept[name] = {k: v for k, v in kept.get(name, {}).items() if isinstance(v, str)}
    faults += _constant_faults(table, kept.get("constants", {}), where)
    faults += _cover_faults(table, kept.get("covers", []), where)
    faults += _choice_faults(kept, where)
    if "path" not in kept:
        return None, faults
    written = str(kept["path"])
    try:
        path = located(root, written)
        format_of(path)
    except FileError as fault:
        return None, [*faults, fault.fault(where, written)]
    return _spec(table, path, written, where, kept), faults


def _spec(table: str, path: Path, written: str, where: str, kept: Mapping[str, Any]) -> SourceSpec:
    constants = kept.get("constants", {})
    known = row_columns(table)
    return SourceSpec(
        table=table,
        path=path,
        name=written.replace("\\", "/"),
        where=where,
        layer=kept.get("layer"),
        sheet=kept.get("sheet"),
        encoding=kept.get("encoding"),
        crs=kept.get("crs"),
        columns=kept["columns"],
        constants={k: v for k, v in constants.items() if k in known},
        units=kept["units"],
        covers=tuple(one for one in kept.get("covers", []) if isinstance(one, str)),
        empty_dates=kept.get("empty_dates", "not_happened"),
        department=kept.get("department"),
        date=day(kept.get("date")),
        unit=kept.get("unit"),
        accepts=kept.get("accepts"),
        datum=kept.get("datum"),
        axes=kept.get("axes"),
    )


def _constant_faults(table: str, constants: Mapping[str, Any], where: str) -> list[Fault]:
    faults = []
    for column, value in constants.items():
        if column not in row_columns(table):
            faults.append(unknown_column(column, row_columns(table)).fault(where, ""))
        elif isinstance(value, (dict, list, time)):
            words = "一个值 one value"
            faults.append(wrong_type(where, f"constants.{column}", value, words))
    return faults


def _choice_faults(kept: dict[str, Any], where: str) -> list[Fault]:
    """Check the entries that take one of a few values; a CRS that is none is taken out."""
    faults = []
    said = kept.get("empty_dates", "not_happened")
    if said not in {"not_happened", "unknown"}:
        words = '"not_happened" 或 "unknown"'
        faults.append(wrong_type(where, "empty_dates", said, words))
    if "date" in kept and day(kept["date"]) is None:
        words = "日期 a date, 如 2022-12-31"
        faults.append(wrong_type(where, "date", kept["date"], words))
    return [*faults, *claim_faults(kept, where)]


def coverable(table: str) -> tuple[str, ...]:
    """Name what a file of a table may say that it reports completely.

    Examples
    --------
    >>> coverable("links"), coverable("towns")
    (('links',), ())
    """
    if table == "findings":
        return tuple(code.code for code in schema.codes("finding_kind"))
    if table == "links":
        return ("links",)
    if table not in {"enterprises", "enterprise_years"}:
        return ()
    columns = schema.table(table).columns.values()
    facts = tuple(column.name for column in columns if column.type == "yes_no")
    return (*facts, *(f"grade:{code.code}" for code in schema.codes("grade")))


def _cover_faults(table: str, covers: list[Any], where: str) -> list[Fault]:
    allowed = coverable(table)
    faults = []
    for one in covers:
        if one in allowed:
            continue
        near = suggest(str(one), allowed)
        faults.append(
            toml_fault(
                "bad_covers",
                where,
                f"{table} 表的文件不能全量覆盖“{one}”{near.zh}",
                f"a file of {table} can't cover {one!r}{near.en}",
                f"可用：{listed(allowed)}" if allowed else "删去 covers 一行",
                field="covers",
                value=str(one),
            )
        )
    return faults


def constant_text(value: object) -> str:
    """Write a constant of `landgov.toml` as a cell.

    Examples
    --------
    >>> constant_text(True), constant_text(1.50)
    ('true', '1.5')
    """
    return str(value).lower() if isinstance(value, bool) else str(value)
