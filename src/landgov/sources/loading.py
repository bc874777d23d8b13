"""All files of a workspace read, and every fault of every one of them gathered (读取)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj

from landgov import schema
from landgov.errors import Fault, WorkspaceError
from landgov.sources.content import Content
from landgov.sources.faults import FileError
from landgov.sources.formats import fingerprint, format_of
from landgov.sources.framing import canonical_frame
from landgov.sources.heading_rows import fits, heading_row
from landgov.sources.headings import assign
from landgov.sources.notes import Note, note, placed
from landgov.sources.placing import flaws_of, placed_geometry
from landgov.sources.specs import SourceSpec
from landgov.sources.tables import table_content
from landgov.sources.vectors import vector_content
from landgov.sources.workspace import Workspace, draft_of


@dataclass(frozen=True)
class RawTable:
    """One file as read (原始表): under canonical names, and nothing else changed.

    Parameters
    ----------
    spec : SourceSpec
        The block of `landgov.toml`.
    frame : DataFrame
        Canonical columns only, index 0, 1, …; text (dtype `str`, empty cells missing) from
        tables; from vector and Parquet files numbers, booleans and dates stay native.
        Constants are filled in, units not yet applied.
    units : mapping
        Column → unit of its figures, where it is not the canonical one.
    geometry : GeoSeries, optional
        In the working CRS, on the index of `frame`; missing and empty are None.
    flaws : mapping of int to str
        Rows whose geometry is invalid as it was sent, and why: rounding in a
        transformation can hide it.
    rows : array of int
        Row as the spreadsheet shows it, or the 1-based number of the feature.
    sheet, encoding : str, optional
        Sheet or layer that was read, and the encoding.
    unused : tuple of str
        Headings that no column takes.
    notes : tuple of dict
        Issue rows.
    sha256 : str
        Fingerprint of the file.
    """

    spec: SourceSpec
    frame: pd.DataFrame
    units: Mapping[str, str]
    geometry: gpd.GeoSeries | None
    flaws: Mapping[int, str]
    rows: npt.NDArray[np.int64]
    sheet: str | None
    encoding: str | None
    unused: tuple[str, ...]
    notes: tuple[Note, ...]
    sha256: str


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
    for spec in draft.sources:
        table, found = raw_table(spec, draft.crs)
        faults += found
        if table is not None:
            tables.append(table)
    refused = {fault.where for fault in faults}
    faults += _absent_geometry(draft.sources, tables, refused)
    faults += _no_parcels(tables, refused)
    if faults:
        raise WorkspaceError(faults)
    return draft.workspace(), tables


def raw_table(spec: SourceSpec, crs: pyproj.CRS | None) -> tuple[RawTable | None, list[Fault]]:
    """Read one file under canonical names; None if it has faults.

    Parameters
    ----------
    spec : SourceSpec
        The block of `landgov.toml`.
    crs : CRS, optional
        Working CRS; without it geometry stays out (its entry is at fault already).
    """
    try:
        content = _content(spec)
        found = assign(
            spec.table,
            content.headings,
            mapping=spec.columns,
            stated_units=spec.units,
            constants=spec.constants,
            full=content.full,
        )
        notes = [*content.notes, *_cut_notes(found.cut)]
        faults = [fault.fault(spec.where, spec.name) for fault in found.faults]
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


def _content(spec: SourceSpec) -> Content:
    found = format_of(spec.path)
    moved: list[int] = []
    if found.spatial:
        content = vector_content(
            spec.path,
            layer=spec.layer or spec.sheet,
            encoding=spec.encoding,
            fits=fits(spec.table, spec.columns, tuple(spec.constants)),
            spatial=bool(schema.table(spec.table).geometry),
        )
    else:
        content = table_content(
            spec.path,
            sheet=spec.sheet or spec.layer,
            encoding=spec.encoding,
            heading_row=heading_row(spec.table, spec.columns, tuple(spec.constants), moved),
            fits=fits(spec.table, spec.columns, tuple(spec.constants)),
        )
    if moved and moved[-1] > 0:
        row = moved[-1] + 1
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


def _absent_geometry(
    specs: Sequence[SourceSpec], tables: Sequence[RawTable], refused: set[str]
) -> list[Fault]:
    faults = []
    for name in dict.fromkeys(spec.table for spec in specs):
        mine = [spec for spec in specs if spec.table == name]
        has = any(t.geometry is not None for t in tables if t.spec.table == name)
        if schema.table(name).geometry and not has and not {s.where for s in mine} & refused:
            fault = FileError(
                "key_column_absent",
                zh=f"表 {name}（{schema.table(name).zh}）没有图形：所给文件都不是矢量图层",
                en=f"table {name} has no geometry: none of its files is a vector layer",
                do=f"为 [sources.{name}] 提供带图形的文件（gpkg、shp、geojson 等）",
                field="geometry",
            )
            faults.append(fault.fault(mine[0].where, mine[0].name))
    return faults


def _no_parcels(tables: Sequence[RawTable], refused: set[str]) -> list[Fault]:
    mine = [table for table in tables if table.spec.table == "parcels"]
    if not mine or any(len(table.frame) for table in mine):
        return []
    if any(where.startswith("sources.parcels") for where in refused):
        return []
    fault = FileError(
        "empty_table",
        zh="地块表没有一行数据",
        en="the table of parcels has no rows",
        do="核对导出的文件或图层",
    )
    return [fault.fault(mine[0].spec.where, mine[0].spec.name)]
