"""Which table each file of a folder is, told by its headings (表的识别)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from landgov import schema
from landgov.errors import LandgovError
from landgov.sources.entries import TOML
from landgov.sources.faults import FileError
from landgov.sources.formats import ENDINGS
from landgov.sources.heading_faults import near_headings
from landgov.sources.heading_rows import heading_row
from landgov.sources.headings import Assignment, assign, row_columns
from landgov.sources.peek import Part, parts_of

_RASTERS = {".tif", ".tiff"}
_NOT_SOURCES = {"out", "state"}
_DEPTH = 3  # the folder, and two levels below it
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
        Heading that no column takes → columns that it might mean.
    """

    part: Part
    table: str
    headings: tuple[str, ...]
    found: Assignment
    columns: dict[str, str] = field(default_factory=dict)
    near: dict[str, list[str]] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether the file can be read as it is."""
        return not self.found.faults


@dataclass(frozen=True)
class Recognition:
    """What a folder holds: tables, files that no table fits, rasters, and unreadable files."""

    folder: Path
    tables: tuple[Recognised, ...] = ()
    unknown: tuple[Part, ...] = ()
    rasters: tuple[Path, ...] = ()
    unreadable: tuple[tuple[Path, str], ...] = ()


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
    if not folder.is_dir():
        raise LandgovError(
            f"there is no folder {folder.name}.",
            do="landgov init 文件夹",
            message_zh=f"没有文件夹 {folder.name}。",
        )
    tables: list[Recognised] = []
    unknown: list[Part] = []
    unreadable: list[tuple[Path, str]] = []
    for path in _files(folder, set(ENDINGS)):
        if not _is_text(path):
            unreadable.append((path, "文件名不是 UTF-8 (the name is not UTF-8)"))
            continue
        try:
            parts = parts_of(path)
        except FileError as error:
            unreadable.append((path, f"{error.message_zh}（{error.message}）"))
            continue
        for part in parts:
            found = _table_of(part)
            if found is not None:
                tables.append(found)
            elif any(any(row) for row in part.rows):
                unknown.append(part)
    order = {name: place for place, name in enumerate(schema.tables())}
    tables.sort(key=lambda one: order[one.table])
    rasters = tuple(_files(folder, _RASTERS))
    return Recognition(folder, tuple(tables), tuple(unknown), rasters, tuple(unreadable))


def _is_text(path: Path) -> bool:
    """Say whether a path can be written into a TOML file."""
    # Bytes of a name that are not UTF-8 come as lone surrogates.
    return not any("\udc80" <= sign <= "\udcff" for sign in str(path))


def _files(folder: Path, endings: set[str], depth: int = _DEPTH) -> Iterator[Path]:
    """Walk through a folder in the order of names; a geodatabase counts as one file."""
    for path in sorted(folder.iterdir(), key=lambda one: one.name):
        hidden = path.name.startswith((".", "~$"))
        if hidden or path.name == TOML or path.is_symlink():
            continue
        if path.suffix.lower() in endings and path.is_dir() == (path.suffix.lower() == ".gdb"):
            yield path
            continue
        own = depth == _DEPTH and path.name in _NOT_SOURCES
        if path.is_dir() and depth > 1 and path.suffix.lower() != ".gdb" and not own:
            yield from _files(path, endings, depth - 1)


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
    headings = tuple(rows[heading_row(table, {}, (), [])(rows)])
    headings = tuple(one.strip() or f"第{place}列" for place, one in enumerate(headings, 1))
    mapping: dict[str, str] = {}
    found = assign(table, headings, mapping=mapping, stated_units={}, full=part.full)
    for error in found.faults:
        if error.as_fault.kind == "ambiguous_heading":
            column = error.as_fault.field
            mapping[column] = headings[found.columns[column]]
    if mapping:
        found = assign(table, headings, mapping=mapping, stated_units={}, full=part.full)
    near = _near(table, found)
    return Recognised(part, table, headings, found, mapping, near)


def _near(table: str, found: Assignment) -> dict[str, list[str]]:
    """For headings that no column takes: columns still free whose names are close."""
    columns = schema.table(table).columns
    free = [columns[name] for name in row_columns(table) if name not in found.columns]
    return {
        heading: [column.name for column in free if near_headings(column, [heading])]
        for heading in found.unused
    }


def missing_keys(one: Recognised) -> Sequence[str]:
    """Name the key columns that no heading supplies."""
    return [
        error.as_fault.field
        for error in one.found.faults
        if error.as_fault.kind == "key_column_absent"
    ]
