"""Which table each file of a folder is, told by its headings (表的识别)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from landgov import schema
from landgov.errors import LandgovError
from landgov.sources.entries import folder_fault
from landgov.sources.faults import FileError, listed, unreadable
from landgov.sources.folders import entries_of, is_raster, may_hold_data, why_not
from landgov.sources.heading_faults import NEAR, likeness
from landgov.sources.heading_rows import FirstRows, heading_row, stacked_words
from landgov.sources.headings import Assignment, assign, row_columns
from landgov.sources.heads import Head
from landgov.sources.peek import Part, parts_of
from landgov.sources.whole_tables import needed_columns

_SURE_SHARE = 0.5


@dataclass(frozen=True)
class Recognised:
    """One part of a file, and the table that it is taken for.

    Parameters
    ----------
    part : Part
        The part.
    table : str
        The table.
    headings : tuple of str
        Its headings.
    found : Assignment
        Which heading supplies which column.
    columns : dict
        Column → heading, where the file needs a line because two headings fit.
    near : dict
        Heading that no column takes → columns that it might mean, each with its likeness.
    head : Head
        Where the headings stand.
    """

    part: Part
    table: str
    headings: tuple[str, ...]
    found: Assignment
    columns: dict[str, str] = field(default_factory=dict)
    near: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    head: Head = field(default_factory=Head)

    @property
    def complete(self) -> bool:
        """Whether the file can be read as it is."""
        return not self.found.faults


@dataclass(frozen=True)
class Recognition:
    """What a folder holds (识别结果).

    Parameters
    ----------
    folder : Path
        The folder.
    tables : tuple of Recognised
        Parts of files that were taken for a table, in the order of the tables.
    unknown : tuple of Part
        Parts that no table fits.
    rasters : tuple of Path
        Images.
    unreadable : tuple
        Files that can't be read or hold nothing, each with the reason in Chinese.
    others : tuple
        Files of other kinds and what was not looked at, each with the reason in Chinese.
    """

    folder: Path
    tables: tuple[Recognised, ...] = ()
    unknown: tuple[Part, ...] = ()
    rasters: tuple[Path, ...] = ()
    unreadable: tuple[tuple[Path, str], ...] = ()
    others: tuple[tuple[Path, str], ...] = ()

    @property
    def absent(self) -> tuple[str, ...]:
        """Names of the tables of the contract that no file supplies."""
        supplied = {one.table for one in self.tables}
        return tuple(name for name in schema.tables() if name not in supplied)


def recognise(folder: str | Path) -> Recognition:
    r"""Look at the files of a folder and tell which table each of them is.

    Parameters
    ----------
    folder : str or Path
        The folder; it and two levels below it are looked at, but not `out/` and `state/`.

    Raises
    ------
    LandgovError
        If there is no such folder.

    References
    ----------
    The headings of `landgov.schema`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as made:
    ...     _ = Path(made, "用地.csv").write_text("宗地代码,信用代码\n", encoding="utf-8")
    ...     [one.table for one in recognise(made).tables]
    ['links']
    """
    folder = Path(folder)
    flaw = folder_fault(folder)
    if flaw is not None:
        raise LandgovError(flaw.en, do=flaw.do, message_zh=flaw.zh)
    tables: list[Recognised] = []
    unknown: list[Part] = []
    refused: list[tuple[Path, str]] = []
    entries = _entries(folder)
    for path in (one for one in entries if may_hold_data(one)):
        try:
            parts = _parts(path)
        except FileError as error:
            refused.append((path, error.brief))
            continue
        for part in parts:
            found = _table_of(part)
            if found is not None:
                tables.append(found)
            else:
                unknown.append(part)
    order = {name: place for place, name in enumerate(schema.tables())}
    tables.sort(key=lambda one: order[one.table])
    others = [(path, why_not(path)) for path in entries if not may_hold_data(path)]
    return Recognition(
        folder,
        tuple(_supplemented(tables)),
        tuple(unknown),
        tuple(filter(is_raster, entries)),
        tuple(refused),
        tuple((path, why) for path, why in others if why and not is_raster(path)),
    )


def _entries(folder: Path) -> list[Path]:
    try:
        return list(entries_of(folder))
    except OSError as error:
        words = error.strerror or str(error)
        raise LandgovError(
            f"the folder can't be looked at: {words}.",
            do="检查文件夹及其子文件夹的读取权限",
            message_zh=f"无法查看文件夹 {error.filename}：{words}。",
        ) from error


def _parts(path: Path) -> list[Part]:
    """List the parts of a file that hold anything."""
    if not _is_text(path):
        words = "the name is not UTF-8"
        raise unreadable(words, zh="文件名不是 UTF-8")
    parts = [part for part in parts_of(path) if part.spatial or any(map(any, part.rows))]
    if not parts:
        raise unreadable("there is nothing in it", zh="空白文件，没有任何内容")
    return parts


def _is_text(path: Path) -> bool:
    """Say whether a path can be written into a TOML file."""
    # Bytes of a name that are not UTF-8 come as lone surrogates.
    return not any("\udc80" <= sign <= "\udcff" for sign in str(path))


def _table_of(part: Part) -> Recognised | None:
    """Take the table to which most headings belong, if there is enough to tell it by.

    A table without its key is taken too, to be completed by hand, if half of the headings
    are its own.
    """
    ranked = [_as_table(part, name) for name in schema.tables()]
    ranked = [one for one in ranked if one.found.columns]
    if not ranked:
        return None
    best = max(ranked, key=_fit)
    named = [heading for heading in best.headings if heading.strip()]
    share = len(best.found.columns) / max(len(named), 1)
    # A parcel code alone may stand in any list.
    told = len(best.found.columns) > 1 or _hinted(best) or _both_spatial(best)
    return best if (best.complete and told) or share > _SURE_SHARE else None


def _hinted(candidate: Recognised) -> bool:
    part, table = candidate.part, schema.table(candidate.table)
    named = f"{part.path.stem} {part.sheet or ''} {part.layer or ''}".lower()
    return table.zh in named or table.name in named


def _both_spatial(candidate: Recognised) -> bool:
    return candidate.part.spatial and bool(schema.table(candidate.table).geometry)


def _fit(candidate: Recognised) -> tuple[float, int]:
    """Rank a table by how many columns are there; its key, its name, its geometry weigh too."""
    table = schema.table(candidate.table)
    key = 1.5 * candidate.complete
    hint = 2.0 * _hinted(candidate)
    match = 0.5 * (bool(table.geometry) == candidate.part.spatial)
    return len(candidate.found.columns) + key + hint + match, -len(table.columns)


def _as_table(part: Part, table: str) -> Recognised:
    """Assign the headings of a part to one table; of two that fit, the first is taken."""
    rows = [list(row) for row in part.rows] or [[]]
    head = heading_row(table, {}, needed_columns(table, 1), FirstRows())(rows, part.merges)
    headings = tuple(one.strip() or f"第{place}列" for place, one in enumerate(head.names, 1))
    mapping: dict[str, str] = {}
    told: dict[str, Any] = {"stated_units": {}, "full": part.full, "sheet_units": head.units}
    found = assign(table, headings, mapping=mapping, **told)
    for error in found.faults:
        if error.as_fault.kind == "ambiguous_heading":
            column = error.as_fault.field
            mapping[column] = headings[found.columns[column]]
    if mapping:
        found = assign(table, headings, mapping=mapping, **told)
    near = _near(table, found)
    return Recognised(part, table, headings, found, mapping, near, head)


def _supplemented(tables: Sequence[Recognised]) -> Iterator[Recognised]:
    """Take a file as complete that lacks only what another file of its table supplies."""
    for one in tables:
        mine = [other for other in tables if other.table == one.table]
        needed = needed_columns(one.table, len(mine))
        supplied = {column for other in mine if other.complete for column in other.found.columns}
        left = [
            error
            for error in one.found.faults
            if error.as_fault.kind != "key_column_absent"
            or error.as_fault.field in needed
            or error.as_fault.field not in supplied
        ]
        yield replace(one, found=replace(one.found, faults=left))


def why_unknown(part: Part) -> str:
    """Say in Chinese why no table was found for a part, with its headings.

    Examples
    --------
    >>> why_unknown(Part(Path("a.csv"), (("颜色", "形状"),)))
    '表头不像任何一张表：颜色、形状'
    """
    filled = [n for n, row in enumerate(part.rows) if any(one.strip() for one in row)]
    if not filled:
        return "没有表头或属性字段"
    first = filled[0]
    headings = listed([one.strip() for one in part.rows[first] if one.strip()], 12)
    stacked = stacked_words(FirstRows(part.rows, first))
    return f"{stacked or '表头不像任何一张表'}：{headings}"


def _near(table: str, found: Assignment) -> dict[str, list[tuple[str, float]]]:
    """For headings that no column takes: columns still free whose names are close."""
    columns = schema.table(table).columns
    free = [columns[name] for name in row_columns(table) if name not in found.columns]
    near: dict[str, list[tuple[str, float]]] = {}
    for heading in found.unused:
        alike = [(column.name, likeness(column, heading)) for column in free]
        alike = [one for one in alike if one[1] >= NEAR]
        near[heading] = sorted(alike, key=lambda one: -one[1])
    return near


def missing_keys(one: Recognised) -> Sequence[str]:
    """Name the key columns that no heading supplies."""
    return [
        error.as_fault.field
        for error in one.found.faults
        if error.as_fault.kind == "key_column_absent"
    ]
