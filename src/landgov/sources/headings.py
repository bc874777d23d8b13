"""Whose heading means which column: the schema's names, the entry's mapping, the units."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from landgov import schema, units
from landgov.errors import LandgovError
from landgov.sources.faults import FileError
from landgov.sources.heading_faults import (
    ambiguous,
    bad_unit,
    key_absent,
    mapped_absent,
    twice_given,
    unknown_column,
)

# A running number is an alias of some keys; it never competes with a real one.
_RUNNING_NUMBER = "序号"


@dataclass
class Assignment:
    """Which heading supplies which column, and what of that went wrong."""

    columns: dict[str, int] = field(default_factory=dict)
    """Column → position of its heading."""
    units: dict[str, str] = field(default_factory=dict)
    """Column → unit of its figures, where it is not the canonical one."""
    cut: dict[str, str] = field(default_factory=dict)
    """Column → heading that was recognised by its beginning only."""
    unused: tuple[str, ...] = ()
    faults: list[FileError] = field(default_factory=list)


def plain(heading: str) -> str:
    """Fold a heading for comparison: NFKC, no spaces, no case.

    Examples
    --------
    >>> plain("R＆D 经费支出")
    'r&d经费支出'
    """
    return "".join(unicodedata.normalize("NFKC", heading).split()).casefold()


@cache
def _known(table: str) -> Mapping[str, str]:
    """Folded name → column; a canonical name outranks a term, a term an alias."""
    columns = schema.table(table).columns.values()
    names: dict[str, str] = {}
    for tier in (
        [(column.name, column.name) for column in columns],
        [(column.zh, column.name) for column in columns],
        [(alias, column.name) for column in columns for alias in column.aliases],
    ):
        for name, column_name in tier:
            names.setdefault(plain(name), column_name)
    return names


def recognised(table: str, heading: str) -> tuple[str | None, str | None]:
    """Tell which column of a table a heading means, and the unit that it states.

    Parameters
    ----------
    table : str
        A table of the contract.
    heading : str
        The heading as the department wrote it.

    Returns
    -------
    tuple
        Column and canonical unit; None for what the heading doesn't tell.

    Examples
    --------
    >>> recognised("enterprise_years", "税收（元）"), recognised("parcels", "备注")
    (('tax_wan', '元'), (None, None))
    """
    known = _known(table)
    column = known.get(plain(heading))
    if column is not None:
        return column, None
    stem, unit = units.split_heading(heading)
    column = known.get(plain(stem)) if unit is not None else None
    return column, unit if column is not None else None


def recognised_cut(table: str, heading: str) -> str | None:
    """Tell the column of a heading that lost its end: it begins the names of one column only.

    Examples
    --------
    >>> recognised_cut("links", "统一社会信"), recognised_cut("parcels", "土地")
    ('enterprise_id', None)
    """
    start = plain(heading)
    meant = {column for name, column in _known(table).items() if name.startswith(start)}
    return meant.pop() if start and len(meant) == 1 else None


def row_columns(table: str) -> tuple[str, ...]:
    """Columns of a table that come from headings: all but the geometry.

    Examples
    --------
    >>> row_columns("barriers")
    ('kind', 'crossable')
    """
    columns = schema.table(table).columns.values()
    return tuple(column.name for column in columns if column.type != "geometry")


def assign(
    table: str,
    headings: Sequence[str],
    *,
    mapping: Mapping[str, str],
    stated_units: Mapping[str, str],
    constants: Iterable[str] = (),
    full: Iterable[int] = (),
    needed: Collection[str] | None = None,
) -> Assignment:
    """Assign headings to the columns of a table (表头识别) and gather what is wrong.

    Parameters
    ----------
    table : str
        A table of the contract.
    headings : sequence of str
        Headings of the file in order.
    mapping : mapping
        Column → their heading, from `landgov.toml`; it wins over recognition.
    stated_units : mapping
        Column → unit, from `landgov.toml`; it wins over the heading's.
    constants : iterable of str
        Columns that have one value for the whole table.
    full : iterable of int
        Positions of headings that may have lost their end, as a Shapefile cuts them.
    needed : collection of str, optional
        Columns that have to be supplied; by default all that the table can't be without.

    Examples
    --------
    >>> assign("links", ["地块编号", "企业代码"], mapping={}, stated_units={}).columns
    {'parcel_id': 0, 'enterprise_id': 1}
    """
    result = Assignment()
    heading_units: dict[str, str] = {}
    _by_mapping(result, table, headings, mapping, heading_units)
    _by_name(result, table, headings, mapping, heading_units)
    _by_start(result, table, headings, mapping, full)
    for column in sorted(set(constants) & set(result.columns)):
        result.faults.append(twice_given(column, headings[result.columns[column]]))
    _key_columns(result, table, headings, {*constants, *mapping}, needed)
    _column_units(result, table, headings, heading_units, stated_units)
    taken = set(result.columns.values())
    result.unused = tuple(name for at, name in enumerate(headings) if at not in taken)
    return result


def _by_mapping(
    result: Assignment,
    table: str,
    headings: Sequence[str],
    mapping: Mapping[str, str],
    heading_units: dict[str, str],
) -> None:
    known = row_columns(table)
    for column, theirs in mapping.items():
        if column not in known:
            result.faults.append(unknown_column(column, row_columns(table)))
            continue
        places = [at for at, name in enumerate(headings) if name == theirs]
        places = places or [at for at, name in enumerate(headings) if plain(name) == plain(theirs)]
        if not places:
            result.faults.append(mapped_absent(column, theirs, headings))
            continue
        if len(places) > 1:
            result.faults.append(ambiguous(column, [headings[at] for at in places]))
        result.columns[column] = places[0]
        unit = units.split_heading(headings[places[0]])[1]
        # A mapped heading may end in a word that only looks like a unit.
        if unit is not None and _converts(unit, schema.table(table).columns[column].unit):
            heading_units[column] = unit


def _by_name(
    result: Assignment,
    table: str,
    headings: Sequence[str],
    mapping: Mapping[str, str],
    heading_units: dict[str, str],
) -> None:
    taken = set(result.columns.values())
    found: dict[str, list[tuple[int, str | None]]] = {}
    for at, heading in enumerate(headings):
        column, unit = recognised(table, heading)
        if column is not None and column not in mapping and at not in taken:
            found.setdefault(column, []).append((at, unit))
    for column, places in found.items():
        if column not in row_columns(table):
            continue
        real = [one for one in places if plain(headings[one[0]]) != _RUNNING_NUMBER] or places
        if len(real) > 1:
            result.faults.append(ambiguous(column, [headings[at] for at, _ in real]))
        at, unit = real[0]
        result.columns[column] = at
        if unit is not None:
            heading_units[column] = unit


def _by_start(
    result: Assignment,
    table: str,
    headings: Sequence[str],
    mapping: Mapping[str, str],
    full: Iterable[int],
) -> None:
    taken = set(result.columns.values())
    for at in sorted(set(full) - taken):
        column = recognised_cut(table, headings[at])
        free = column not in mapping and column in row_columns(table)
        if column is not None and free and column not in result.columns:
            result.columns[column] = at
            result.cut[column] = headings[at]


def _key_columns(
    result: Assignment,
    table: str,
    headings: Sequence[str],
    given: set[str],
    wanted: Collection[str] | None,
) -> None:
    taken = set(result.columns.values())
    free = [heading for at, heading in enumerate(headings) if at not in taken]
    for column in schema.table(table).columns.values():
        needed = column.must and column.type != "geometry"
        needed = needed if wanted is None else column.name in wanted
        if needed and column.name not in result.columns and column.name not in given:
            result.faults.append(key_absent(column, headings, free))


def _column_units(
    result: Assignment,
    table: str,
    headings: Sequence[str],
    heading_units: Mapping[str, str],
    stated: Mapping[str, str],
) -> None:
    columns = schema.table(table).columns
    for column, unit in {**heading_units, **stated}.items():
        if column not in columns or columns[column].type == "geometry":
            result.faults.append(unknown_column(column, row_columns(table)))
            continue
        canonical = columns[column].unit
        if not _converts(unit, canonical):
            heading = None if column in stated else headings[result.columns[column]]
            result.faults.append(bad_unit(column, unit, canonical, heading))
        elif column in result.columns and units.factor(unit, canonical) != 1:
            result.units[column] = units.normal(unit)


def _converts(unit: str, canonical: str) -> bool:
    try:
        units.factor(unit, canonical)
    except LandgovError:
        return False
    return True
