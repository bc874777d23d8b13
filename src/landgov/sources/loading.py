"""All files of a workspace read, and every fault of every one of them gathered (读取)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyproj

from landgov import schema
from landgov.errors import Fault, WorkspaceError
from landgov.sources.content import Content
from landgov.sources.extra_rows import set_apart
from landgov.sources.faults import FileError
from landgov.sources.formats import fingerprint, format_of
from landgov.sources.framing import canonical_frame
from landgov.sources.guard import held_back
from landgov.sources.heading_rows import (
    FirstRows,
    fits,
    head_notes,
    heading_row,
    stacked_faults,
)
from landgov.sources.headings import assign
from landgov.sources.hearing import Ruling, rulings
from landgov.sources.notes import Note, note, placed
from landgov.sources.opened import Opened, cases_of
from landgov.sources.placing import flaws_of, placed_geometry
from landgov.sources.raw import RawTable
from landgov.sources.references import read_references
from landgov.sources.specs import SourceSpec
from landgov.sources.tables import table_content
from landgov.sources.vectors import vector_content
from landgov.sources.whole_tables import files_of, needed_columns, table_faults
from landgov.sources.workspace import Workspace, draft_of


def load(folder: str | Path) -> tuple[Workspace, list[RawTable]]:
    """Read a workspace with all its tables, or raise one error with every fault.

    Parameters
    ----------
    folder : str or Path
        The workspace. Nothing in it is changed.

    Returns
    -------
    workspace : Workspace
        `landgov.toml`, checked.
    tables : list of RawTable
        One a file, in the order of `landgov.toml`.

    Raises
    ------
    WorkspaceError
        With all faults of the entries, the files, their columns and coordinates.

    Examples
    --------
    >>> load("no such folder")
    Traceback (most recent call last):
    ...
    landgov.errors.WorkspaceError: 工作区有 1 处文件问题，未运行，out/ 保持原样。
    ...
    """
    draft = draft_of(Path(folder))
    faults = list(draft.faults)
    tables: list[RawTable] = []
    files = files_of(draft.sources)
    # Every file is read before any is placed: coordinates are judged by those of the others.
    read = [opened(spec, needed_columns(spec.table, files[spec.table])) for spec in draft.sources]
    references, found = read_references(draft.references, draft.crs)
    faults += found
    ruled = rulings(cases_of(read), references, draft.crs)
    while read:
        one = read.pop(0)
        table, found = raw_table(one, draft.crs, ruled.get(one.spec.where, Ruling()))
        faults += found
        if table is not None:
            tables.append(table)
    refused = {fault.where for fault in faults}
    faults += table_faults(draft.sources, tables, refused)
    faults += held_back(draft, tables, refused)
    if faults:
        raise WorkspaceError(faults)
    return draft.workspace(), tables


def opened(spec: SourceSpec, needed: frozenset[str]) -> Opened:
    """Read one file and tell its columns; nothing is placed yet.

    Parameters
    ----------
    spec : SourceSpec
        The block of `landgov.toml`.
    needed : frozenset of str
        Columns that this file has to supply itself.
    """
    try:
        seen = FirstRows()
        content = _content(spec, needed, seen)
        found = assign(
            spec.table,
            content.headings,
            mapping=spec.columns,
            stated_units=spec.units,
            constants=spec.constants,
            full=content.full,
            needed=needed,
            sheet_units=content.head.units,
        )
        content = set_apart(spec.table, content, found)
        named = stacked_faults(spec.table, found.faults, seen)
    except FileError as fault:
        return Opened(spec, faults=[fault.fault(spec.where, spec.name)])
    faults = [fault.fault(spec.where, spec.name) for fault in named]
    return Opened(spec, content, found, faults)


def raw_table(
    one: Opened, crs: pyproj.CRS | None, ruling: Ruling
) -> tuple[RawTable | None, list[Fault]]:
    """Bring one file under canonical names and into the working CRS; None if it has faults.

    Parameters
    ----------
    one : Opened
        The file as read.
    crs : CRS, optional
        Working CRS; without it geometry stays where it is (its entry is at fault already).
    ruling : Ruling
        What the court found of its coordinates.
    """
    spec, content, found = one.spec, one.content, one.found
    if content is None or found is None:
        return None, one.faults
    try:
        notes = [*content.notes, *_cut_notes(found.cut), *ruling.notes]
        faults = list(one.faults)
        geometry = _geometry(one, crs, ruling, notes, faults)
        if faults:
            return None, faults
        frame = canonical_frame(spec, content, found, notes)
        faults = [fault.fault(spec.where, spec.name) for fault in _empty_covers(spec, frame)]
        if faults:
            return None, faults
        place = {"table": spec.table, "file": spec.name, "department": spec.department}
        sheet = content.sheet or content.layer
        table = RawTable(
            spec=spec,
            frame=frame,
            units=found.units,
            geometry=geometry,
            flaws=flaws_of(content.geometry) if geometry is not None else {},
            rows=content.rows,
            sheet=sheet,
            encoding=content.encoding,
            unused=found.unused,
            notes=placed(notes, sheet=sheet, **place),
            sha256=fingerprint(spec.path),
        )
    except FileError as fault:
        return None, [fault.fault(spec.where, spec.name)]
    return table, []


def _cut_notes(cut: Mapping[str, str]) -> list[Note]:
    return [
        note(
            "heading_cut",
            f"字段名“{heading}”在 Shapefile 中被截短，按 {column} 读取",
            f"the field name {heading!r} was cut short; taken as {column}",
            field=column,
            value=heading,
        )
        for column, heading in cut.items()
    ]


def _empty_covers(spec: SourceSpec, frame: pd.DataFrame) -> list[FileError]:
    """Name the facts that a file covers without saying them of anybody."""
    columns = schema.table(spec.table).columns
    faults = []
    for fact in spec.covers:
        column = fact.partition(":")[0]
        if column in columns and column not in frame.columns:
            faults.append(
                FileError(
                    "bad_covers",
                    zh=f"covers 写了 {fact}，但文件没有这一列，名单上的企业会被当成“否”",
                    en=f"covers names {fact}, but the file has no such column",
                    do=f'constants = {{ {column} = "是" }}（名单上的都是），或 columns 指明那一列',
                    field="covers",
                    value=fact,
                )
            )
    return faults


def _content(spec: SourceSpec, needed: frozenset[str], seen: FirstRows) -> Content:
    found = format_of(spec.path)
    suits = fits(spec.table, spec.columns, tuple(spec.constants), needed)
    if found.spatial:
        content = vector_content(
            spec.path,
            layer=spec.layer or spec.sheet,
            encoding=spec.encoding,
            fits=suits,
            spatial=bool(schema.table(spec.table).geometry),
        )
    else:
        content = table_content(
            spec.path,
            sheet=spec.sheet or spec.layer,
            encoding=spec.encoding,
            heading_row=heading_row(spec.table, spec.columns, needed - set(spec.constants), seen),
            fits=suits,
        )
    content.notes.extend(head_notes(seen.head))
    return content


def _geometry(
    one: Opened,
    crs: pyproj.CRS | None,
    ruling: Ruling,
    notes: list[Note],
    faults: list[Fault],
) -> gpd.GeoSeries | None:
    shapes, reading = one.shapes, one.claimed
    if shapes is None:
        return None
    try:
        if ruling.fault is not None:
            raise ruling.fault
        assert reading is not None, "the court lets no file pass whose CRS nobody says"
        return placed_geometry(shapes, reading, crs, notes)
    except FileError as fault:
        faults.append(fault.fault(one.spec.where, one.spec.name))
        return None
