"""What a table lacks when all of its files are taken together (多文件的表)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from landgov import schema
from landgov.errors import Fault
from landgov.sources.faults import FileError, listed
from landgov.sources.heading_faults import near_headings, toml_text
from landgov.sources.raw import RawTable
from landgov.sources.specs import SourceSpec


def needed_columns(table: str, files: int) -> frozenset[str]:
    """Name the columns that each file of a table has to supply itself.

    Several files that merge cell by cell each need the key; what else must be there may
    come from any one of them.

    Parameters
    ----------
    table : str
        A table of the contract.
    files : int
        How many files supply it.

    Examples
    --------
    >>> sorted(needed_columns("towns", 1)), sorted(needed_columns("towns", 2))
    (['town', 'town_code'], ['town_code'])
    """
    described = schema.table(table)
    must = {c.name for c in described.columns.values() if c.must and c.type != "geometry"}
    partly = files > 1 and described.several_files == "cells"
    return frozenset(must & set(described.key) if partly else must)


def table_faults(
    specs: Sequence[SourceSpec], tables: Sequence[RawTable], refused: set[str]
) -> list[Fault]:
    """Find what no file of a table supplies; a table with a refused file is left out.

    Parameters
    ----------
    specs : sequence of SourceSpec
        All blocks of `landgov.toml`.
    tables : sequence of RawTable
        The files that could be read.
    refused : set of str
        Blocks that have faults already.
    """
    return [
        *_absent_columns(specs, tables, refused),
        *_absent_geometry(specs, tables, refused),
        *_no_parcels(tables, refused),
    ]


def files_of(specs: Sequence[SourceSpec]) -> Mapping[str, int]:
    """Count the files of each table."""
    names = [spec.table for spec in specs]
    return {name: names.count(name) for name in names}


def _absent_columns(
    specs: Sequence[SourceSpec], tables: Sequence[RawTable], refused: set[str]
) -> list[Fault]:
    faults = []
    for name, files in files_of(specs).items():
        if {spec.where for spec in specs if spec.table == name} & refused:
            continue
        mine = [table for table in tables if table.spec.table == name]
        supplied = {column for table in mine for column in table.frame.columns}
        columns = schema.table(name).columns
        absent = needed_columns(name, 1) - needed_columns(name, files) - supplied
        for column in (columns[one] for one in columns if one in absent):
            free = [heading for table in mine for heading in table.unused]
            near = near_headings(column, free)
            hint = f"；未用的表头：{listed(free)}" if free else ""
            title = f"{name}（{schema.table(name).zh}）"
            fault = FileError(
                "key_column_absent",
                zh=f"表 {title}的 {files} 个文件都没有必备列 {column.name}（{column.zh}）{hint}",
                en=f"none of the {files} files of table {name} has the column {column.name}",
                do="在任一文件中补上此列，或写 columns = "
                f"{{ {column.name} = {toml_text(near[0] if near else '文件中的表头')} }}",
                field=column.name,
            )
            faults.append(fault.fault(mine[0].spec.where, mine[0].spec.name))
    return faults


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
