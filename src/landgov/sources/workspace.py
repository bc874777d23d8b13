"""A workspace (工作区): `landgov.toml` read and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyproj

from landgov import schema
from landgov.crs import working_crs
from landgov.errors import Fault, LandgovError, WorkspaceError
from landgov.policies import Policy, load_policy
from landgov.sources.entries import (
    PROJECT,
    RASTER,
    checked,
    day,
    read_toml,
    toml_fault,
    unknown_entry,
    wrong_type,
)
from landgov.sources.faults import FileError, suggest
from landgov.sources.places import located
from landgov.sources.rasters import RASTERS, RasterSpec, read_raster
from landgov.sources.references import ReferenceSpec, reference_specs
from landgov.sources.specs import SourceSpec, source_spec

_BLOCKS = ("project", "sources", "rasters", "reference")


@dataclass(frozen=True)
class Workspace:
    """A folder with one `landgov.toml`, read and checked.

    Parameters
    ----------
    root : Path
        The folder.
    name : str
        Name of the project.
    as_of : date
        The day on which every rule is judged.
    policy : Policy
        Numbers of the policy on that day.
    policy_name : str
        Its name or path as written.
    crs : CRS
        Working CRS, in metres.
    year : int, optional
        Year of the yearly figures, where the entry overrides the rule.
    sources : tuple of SourceSpec
        One a file, in the order of `landgov.toml`.
    rasters : tuple of RasterSpec
        Evidence rasters.
    references : tuple of ReferenceSpec
        Layers that the coordinates of the sources are judged by.

    Examples
    --------
    >>> Workspace.open("no such folder")
    Traceback (most recent call last):
    ...
    landgov.errors.WorkspaceError: 工作区有 1 处文件问题，未运行，out/ 保持原样。
    ...
    """

    root: Path
    name: str
    as_of: date
    policy: Policy
    policy_name: str
    crs: pyproj.CRS
    year: int | None
    sources: tuple[SourceSpec, ...]
    rasters: tuple[RasterSpec, ...]
    references: tuple[ReferenceSpec, ...] = ()

    @classmethod
    def open(cls, folder: str | Path) -> Workspace:
        """Read and check the `landgov.toml` of a folder; no table is read.

        Parameters
        ----------
        folder : str or Path
            The workspace.

        Raises
        ------
        WorkspaceError
            With all faults of the entries and all missing files at once.

        Examples
        --------
        >>> Workspace.open("no such folder")
        Traceback (most recent call last):
        ...
        landgov.errors.WorkspaceError: 工作区有 1 处文件问题，未运行，out/ 保持原样。
        ...
        """
        draft = draft_of(Path(folder))
        if draft.faults:
            raise WorkspaceError(draft.faults)
        return draft.workspace()


@dataclass
class Draft:
    """A workspace in the making: what could be read of it, and every fault so far."""

    root: Path
    faults: list[Fault] = field(default_factory=list)
    name: str = ""
    as_of: date | None = None
    policy: Policy | None = None
    policy_name: str = ""
    crs: pyproj.CRS | None = None
    year: int | None = None
    dropped: tuple[str, ...] = ()
    sources: list[SourceSpec] = field(default_factory=list)
    rasters: list[RasterSpec] = field(default_factory=list)
    references: list[ReferenceSpec] = field(default_factory=list)

    def workspace(self) -> Workspace:
        """Finish a draft without faults."""
        assert self.as_of is not None and self.policy is not None and self.crs is not None
        return Workspace(
            root=self.root,
            name=self.name,
            as_of=self.as_of,
            policy=self.policy,
            policy_name=self.policy_name,
            crs=self.crs,
            year=self.year,
            sources=tuple(self.sources),
            rasters=tuple(self.rasters),
            references=tuple(self.references),
        )


def draft_of(folder: Path) -> Draft:
    """Read `landgov.toml` as far as it goes; faults are gathered, not raised.

    Examples
    --------
    >>> [fault.kind for fault in draft_of(Path("no such folder")).faults]
    ['no_workspace']
    """
    draft = Draft(folder)
    entries, draft.faults = read_toml(folder)
    if draft.faults:
        return draft
    for name in entries:
        if name not in _BLOCKS:
            draft.faults.append(unknown_entry("", name, _BLOCKS))
    _project(draft, entries.get("project", {}))
    _sources(draft, entries.get("sources", {}))
    _rasters(draft, entries.get("rasters", {}))
    draft.references, faults = reference_specs(draft.root, entries.get("reference", {}))
    draft.faults += faults
    return draft


def _project(draft: Draft, block: object) -> None:
    kept, faults = checked(block, PROJECT, "project", ("as_of", "policy", "crs"))
    draft.faults += faults
    draft.name = kept.get("name", draft.root.resolve().name)
    draft.year = kept.get("year")
    draft.dropped = tuple(str(one) for one in kept.get("dropped", []))
    if "as_of" in kept:
        draft.as_of = day(kept["as_of"])
        if draft.as_of is None:
            words = "日期 a date, 如 2022-12-31"
            draft.faults.append(wrong_type("project", "as_of", kept["as_of"], words, "bad_as_of"))
    if "policy" in kept:
        _policy(draft, kept["policy"])
    if "crs" in kept:
        try:
            draft.crs = working_crs(kept["crs"])
        except LandgovError as error:
            draft.faults.append(
                toml_fault(
                    "bad_crs",
                    "project",
                    error.message_zh or error.message,
                    error.message,
                    error.do or "crs = 4549",
                    field="crs",
                    value=str(kept["crs"]),
                )
            )


def _policy(draft: Draft, name: str) -> None:
    draft.policy_name = name
    try:
        source: str | Path = located(draft.root, name) if name.endswith(".toml") else name
        # Numbers on another day are read only to find what else is wrong with the file.
        draft.policy = load_policy(source, on=draft.as_of or date.max)
    except FileError as fault:
        draft.faults.append(fault.fault("project", name))
    except LandgovError as error:
        draft.faults.append(
            toml_fault(
                "unknown_policy",
                "project",
                error.message_zh or error.message,
                error.message,
                error.do or 'policy = "shangyu-2021-86"',
                field="policy",
                value=name,
            )
        )


def _blocks(draft: Draft, name: str, block: object) -> Iterator[tuple[str, object]]:
    """Yield name and content of the blocks under a heading of `landgov.toml`."""
    if isinstance(block, dict):
        yield from block.items()
    else:
        draft.faults.append(wrong_type(name, "", block, "表 a table, [sources.parcels]"))


def _sources(draft: Draft, block: object) -> None:
    tables: list[str] = []
    for table, entry in _blocks(draft, "sources", block):
        several = entry if isinstance(entry, list) else [entry]
        if table not in schema.tables():
            draft.faults.append(_unknown_table(table))
            continue
        tables.append(table)
        for number, one in enumerate(several, 1):
            where = f"sources.{table}" + (f"[{number}]" if isinstance(entry, list) else "")
            spec, faults = source_spec(draft.root, table, one, where)
            draft.faults += faults
            if spec is not None:
                draft.sources.append(spec)
    if "parcels" not in tables:
        zh, en = "没有地块表：缺少 [sources.parcels]", "there is no [sources.parcels]"
        do = '[sources.parcels]，path = "inputs/parcels.gpkg"'
        draft.faults.append(toml_fault("no_parcels", "sources.parcels", zh, en, do))


def _unknown_table(table: str) -> Fault:
    near = suggest(table, schema.tables())
    return toml_fault(
        "unknown_table",
        f"sources.{table}",
        f"没有名为 {table} 的表{near.zh}",
        f"there is no table {table!r}{near.en}",
        f"[sources.{near.words[0] if near.words else 'parcels'}]；可用的表："
        + "、".join(schema.tables()),
        value=table,
    )


def _rasters(draft: Draft, block: object) -> None:
    for name, entry in _blocks(draft, "rasters", block):
        where = f"rasters.{name}"
        if name not in RASTERS:
            draft.faults.append(unknown_entry("rasters", name, RASTERS))
            continue
        kept, faults = checked(entry, RASTER, where, ("path", "date"))
        draft.faults += faults
        taken = day(kept["date"]) if "date" in kept else None
        if "date" in kept and taken is None:
            draft.faults.append(
                wrong_type(where, "date", kept["date"], "日期 a date, 如 2022-10-01")
            )
        _raster(draft, name, where, kept, taken)


def _raster(
    draft: Draft, name: str, where: str, kept: Mapping[str, Any], taken: date | None
) -> None:
    if "path" not in kept:
        return
    try:
        path = located(draft.root, kept["path"])
        spec = read_raster(name, path, taken or date.min)
    except FileError as fault:
        draft.faults.append(fault.fault(where, kept["path"]))
    else:
        draft.rasters.append(spec)
