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
from landgov.sources.faults import FileError
from landgov.sources.formats import fingerprint, format_of
from landgov.sources.framing import canonical_frame
from landgov.sources.heading_rows import FirstRows, fits, heading_row, stacked_faults
from landgov.sources.headings import assign
from landgov.sources.notes import Note, note, placed
from landgov.sources.placing import flaws_of, placed_geometry
from landgov.sources.raw import RawTable
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
    for spec in draft.sources:
        needed = needed_columns(spec.table, files[spec.table])
        table, found = raw_table(spec, draft.crs, needed)
        faults += found
        if table is not None:
            tables.append(table)
    refused = {fault.where for fault in faults}
    faults += table_faults(draft.sources, tables, refused)
    if faults:
        raise WorkspaceError(faults)
    return draft.workspace(), tables


def raw_table(
    spec: SourceSpec, crs: pyproj.CRS | None, needed: frozenset[str]
) -> tuple[RawTable | None, list[Fault]]:
    """Read one file under canonical names; None if it has faults.

    Parameters
    ----------
    spec : SourceSpec
        The block of `landgov.toml`.
    crs : CRS, optional
        Working CRS; without it geometry stays out (its entry is at fault already).
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
        )
        notes = [*content.notes, *_cut_notes(found.cut)]
        named = stacked_faults(spec.table, found.faults, seen)
        faults = [fault.fault(spec.where, spec.name) for fault in named]
        geometry = _geometry(spec, content, crs, notes, faults)
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
    if seen.at > 0:
        row = seen.at + 1
        zh = f"表头在第 {row} 行，其上各行未读入"
        content.notes.append(
            note("heading_row", zh, f"the headings are in row {row}", row=row, value=row)
        )
    return content


def _geometry(
    spec: SourceSpec,
    content: Content,
    crs: pyproj.CRS | None,
    notes: list[Note],
    faults: list[Fault],
) -> gpd.GeoSeries | None:
    if not schema.table(spec.table).geometry or content.geometry is None:
        return None
    try:
        return placed_geometry(content.geometry, spec.crs, crs, notes)
    except FileError as fault:
        faults.append(fault.fault(spec.where, spec.name))
        return None
