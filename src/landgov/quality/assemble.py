"""From the files of one table to one checked table: cells read, keys settled, files merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from landgov import schema, units
from landgov.quality.authority import Authority
from landgov.quality.cells import read_cells
from landgov.quality.content import RowContent
from landgov.quality.issues import issue
from landgov.quality.keys import SEPARATOR, Keys, settle_files
from landgov.quality.merge import merge_cells
from landgov.quality.shapes import flaws_of_rows, settle_shapes
from landgov.quality.tables import CheckedTable, Sender, empty_column, empty_table
from landgov.quality.tolerances import Tolerances
from landgov.sources import RawTable

Issues = list[dict[str, Any]]


@dataclass(frozen=True)
class Part:
    """Rows of one or more files of a table, typed, before they are keyed and merged."""

    frame: pd.DataFrame
    undated: pd.DataFrame
    given: pd.DataFrame
    content: RowContent
    origins: pd.DataFrame
    refused: tuple[tuple[int, str, str, str], ...]


def assemble(
    name: str,
    raws: Sequence[RawTable],
    crs: Any,
    issues: Issues,
    authority: Mapping[str, Sequence[str]] | None = None,
    limits: Tolerances | None = None,
) -> CheckedTable:
    """Check all files of one table and make one table of them.

    Parameters
    ----------
    name : str
        The table's name in the contract.
    raws : sequence of RawTable
        Its files, as read.
    crs : CRS
        Working CRS of the geometry.
    issues : list of dict
        Findings are added to it.
    authority : mapping, optional
        Whose word stands where files disagree: departments by column.
    limits : Tolerances
        Tolerances of drawing; needed for a table with geometry.

    Returns
    -------
    CheckedTable
        Rows sorted by key; several files of a keyed table merged cell by cell, other
        tables laid end to end.
    """
    wanted = schema.table(name)
    if not raws:
        return empty_table(name)
    cover_files = _cover_files(raws)
    parts = [_read_part(wanted, raw) for raw in raws]
    if wanted.several_files != "cells":
        parts = [_end_to_end(parts)]
    keyed = list(zip(parts, _settled(wanted, parts), strict=True))
    for part, keys in keyed:
        _say_rows(wanted, part, keys, issues)
    frame, undated, position, contested, clashes = merge_cells(
        wanted, keyed, issues, Authority(name, authority or {}, raws)
    )
    origins = pd.concat([part.origins for part, _ in keyed], ignore_index=True)
    repeated = frozenset().union(*(keys.repeated for _, keys in keyed))
    checked = CheckedTable(
        name=name,
        frame=frame,
        given=True,
        contested=contested,
        repeated=repeated,
        undated=undated,
        origins=origins,
        position=position,
        covers=frozenset(cover_files),
        unread=_unread(keyed, clashes),
        cover_files=cover_files,
        senders={(raw.spec.name, raw.sheet or ""): _sender(raw) for raw in raws},
    )
    if not wanted.geometry or limits is None:
        return checked
    return settle_shapes(checked, crs, flaws_of_rows(raws), issues, limits)


def _sender(raw: RawTable) -> Sender:
    return Sender(raw.spec.department or raw.spec.unit or "", raw.spec.date)


def _read_part(wanted: schema.Table, raw: RawTable) -> Part:
    """Read every cell of one file by its declared type."""
    length = len(raw.frame)
    columns: dict[str, pd.Series] = {}
    undated: dict[str, np.ndarray] = {}
    given: dict[str, np.ndarray] = {}
    refused: list[tuple[int, str, str, str]] = []
    for name, column in wanted.columns.items():
        if column.type == "geometry":
            shapes = raw.geometry
            columns[name] = (
                pd.Series(shapes.to_numpy(), dtype=object)
                if shapes is not None
                else empty_column("geometry", length)
            )
            given[name] = columns[name].notna().to_numpy()
            continue
        if name not in raw.frame.columns:
            columns[name] = empty_column(column.type, length)
            given[name] = np.zeros(length, dtype=bool)
            undated[name] = np.full(length, column.event)
            continue
        cells = read_cells(raw.frame[name], column, **_factor(raw, name, column.unit))
        columns[name] = cells.values.reset_index(drop=True)
        given[name] = columns[name].notna().to_numpy() | cells.refused
        empty = ~cells.refused & columns[name].isna().to_numpy()
        unknown = column.event and raw.spec.empty_dates == "unknown"
        undated[name] = cells.refused | (empty if unknown else False)
        for place in np.flatnonzero(cells.refused):
            refused.append(
                (int(place), name, str(cells.kind[place]), _shown(raw, name, int(place)))
            )
    dates = [name for name, column in wanted.columns.items() if column.type == "date"]
    origins = pd.DataFrame({"file": raw.spec.name, "sheet": raw.sheet or "", "row": raw.rows})
    return Part(
        frame=pd.DataFrame(columns),
        undated=pd.DataFrame({name: undated[name] for name in dates}, index=range(length)),
        given=pd.DataFrame(given, index=range(length)),
        content=RowContent((raw,)),
        origins=origins,
        refused=tuple(refused),
    )


def _factor(raw: RawTable, name: str, canonical: str) -> Mapping[str, int]:
    """Exact factor from the unit of their column to the canonical one."""
    theirs = raw.units.get(name)
    if theirs is None:
        return {}
    exact = units.factor(theirs, canonical or "ratio")
    return {"numerator": exact.numerator, "denominator": exact.denominator}


def _shown(raw: RawTable, name: str, place: int) -> str:
    return str(raw.frame[name].iloc[place])


def _end_to_end(parts: Sequence[Part]) -> Part:
    """Lay the rows of several files end to end."""
    if len(parts) == 1:
        return parts[0]
    starts = np.cumsum([0, *(len(part.frame) for part in parts)])
    refused = tuple(
        (place + int(start), *rest)
        for start, part in zip(starts, parts, strict=False)
        for place, *rest in part.refused
    )
    return Part(
        frame=pd.concat([part.frame for part in parts], ignore_index=True),
        undated=pd.concat([part.undated for part in parts], ignore_index=True),
        given=pd.concat([part.given for part in parts], ignore_index=True),
        content=RowContent([raw for part in parts for raw in part.content.raws]),
        origins=pd.concat([part.origins for part in parts], ignore_index=True),
        refused=refused,  # type: ignore[arg-type]
    )


def _settled(wanted: schema.Table, parts: Sequence[Part]) -> list[Keys]:
    """Settle the keys of all files; a table without a key names its rows by their number."""
    names = list(wanted.key)
    needed = [name for name in names if wanted.columns[name].must]
    if names:
        texts = [_key_text(part.frame[names]) for part in parts]
        return settle_files(texts, needed, [part.content.rows for part in parts])
    return [
        Keys(
            label=np.array([str(row) for row in part.origins["row"]], dtype=object),
            keep=np.ones(len(part.frame), dtype=bool),
            contested=np.zeros(len(part.frame), dtype=bool),
            empty=np.zeros(len(part.frame), dtype=bool),
            repeated=frozenset(),
        )
        for part in parts
    ]


def _unread(
    keyed: Sequence[tuple[Part, Keys]], clashes: Mapping[str, frozenset[str]]
) -> Mapping[str, frozenset[str]]:
    """Rows, by column, whose cell was refused, or given differently by two files."""
    labels: dict[str, set[str]] = {name: set(rows) for name, rows in clashes.items()}
    for part, keys in keyed:
        for place, name, _kind, _value in part.refused:
            labels.setdefault(name, set()).add(str(keys.label[place]))
    return {name: frozenset(rows) for name, rows in labels.items()}


def _cover_files(raws: Sequence[RawTable]) -> Mapping[str, frozenset[str]]:
    """Files that report each fact completely; a unit's own word makes nobody no."""
    files: dict[str, set[str]] = {}
    for raw in (raw for raw in raws if raw.spec.unit is None):
        for fact in raw.spec.covers:
            files.setdefault(fact, set()).add(raw.spec.name)
    return {fact: frozenset(names) for fact, names in files.items()}


def _say_rows(wanted: schema.Table, part: Part, keys: Keys, issues: Issues) -> None:
    """Say what is wrong with the rows of a part."""
    names = list(wanted.key)
    needed = [name for name in names if wanted.columns[name].must]
    say = _Sayer(wanted.name, part, keys, issues)
    for row, name, kind, value in part.refused:
        say(kind, row, name, value)
    for name in (c.name for c in wanted.columns.values() if c.must and c.type != "geometry"):
        if name not in names:
            missing = part.frame[name].isna().to_numpy() & ~part.given[name].to_numpy()
            for place in np.flatnonzero(missing & keys.keep).tolist():
                say("empty_key", int(place), name, "")
    for place in np.flatnonzero(keys.empty & keys.keep).tolist():
        absent = [name for name in needed if pd.isna(part.frame[name].iloc[place])]
        if not part.given[absent[0]].iloc[place]:
            say("empty_key", int(place), absent[0], "")
    for place in np.flatnonzero(~keys.keep).tolist():
        say("identical_row", int(place), names[0], "")
    for place in np.flatnonzero(keys.told() & keys.keep).tolist():
        say("duplicate_key", int(place), names[0], str(part.frame[names[0]].iloc[place]))


def _key_text(keys: pd.DataFrame) -> pd.DataFrame:
    """Key columns as text; dates as ISO days."""
    text = {}
    for name in keys.columns:
        column = keys[name]
        if pd.api.types.is_datetime64_any_dtype(column.dtype):
            text[name] = column.dt.strftime("%Y-%m-%d").astype("str")
        else:
            text[name] = column.astype("str").mask(column.isna())
    return pd.DataFrame(text)


class _Sayer:
    """Write issue rows of a part with file, row, key and the allowed values filled in."""

    def __init__(self, table: str, part: Part, keys: Keys, issues: Issues) -> None:
        self.table, self.part, self.keys, self.issues = table, part, keys, issues

    def __call__(self, kind: str, place: int, name: str, value: str) -> None:
        origin = self.part.origins.iloc[place]
        key = str(self.keys.label[place])
        nameless = not key or key.startswith("?")
        said = self.part.content.rows(np.array([place])) if nameless else None
        content = SEPARATOR.join(said.iloc[0]) if said is not None else ""
        self.issues.append(
            issue(
                kind,
                self.table,
                file=str(origin["file"]),
                sheet=str(origin["sheet"]),
                row=int(origin["row"]),
                key=key,
                field=name,
                value=value,
                allowed=_allowed(self.table, name),
                content=content,
            )
        )


def _allowed(table: str, name: str) -> str:
    column = schema.table(table).columns[name]
    if column.codes:
        return "、".join(entry.zh for entry in schema.codes(column.codes))
    if column.low is not None or column.high is not None:
        low = "" if column.low is None else f"≥ {column.low:g}"
        high = "" if column.high is None else f"≤ {column.high:g}"
        return "，".join(part for part in (low, high) if part)
    return ""


def as_geodataframe(frame: pd.DataFrame, crs: Any) -> gpd.GeoDataFrame:
    """Give a frame its active geometry in the working CRS."""
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=crs)
