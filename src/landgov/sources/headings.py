"""Whose heading means which column: the schema's names, the entry's mapping, the units."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

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
from landgov.sources.readings import Reading, known_names, places_of, plain, reading

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
    readings: dict[str, Reading] = field(default_factory=dict)
    """Column → how its heading was recognised; mapped columns are not in it."""
    by_sheet: dict[str, str] = field(default_factory=dict)
    """Column → unit that its sheet states for all of its columns."""
    unused: tuple[str, ...] = ()
    faults: list[FileError] = field(default_factory=list)


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
    found = reading(table, heading)
    return (found.column, found.unit) if found is not None else (None, None)


def recognised_cut(table: str, heading: str) -> str | None:
    """Tell the column of a heading that lost its end: it begins the names of one column only.

    Examples
    --------
    >>> recognised_cut("links", "统一社会信"), recognised_cut("parcels", "土地")
    ('enterprise_id', None)
    """
    start = plain(heading)
    meant = {column for name, column in known_names(table).items() if name.startswith(start)}
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
    sheet_units: Sequence[str] = (),
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
    sheet_units : sequence of str
        Units that hold for all columns of their kind whose heading states none.

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
    _sheet_units(result, table, heading_units, stated_units, sheet_units)
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
        places = places_of(theirs, headings)
        if not places:
            result.faults.append(mapped_absent(column, theirs, headings))
            continue
        if len(places) > 1:
            result.faults.append(ambiguous(column, [headings[at] for at in places]))
        result.columns[column] = places[0]
        unit = units.split_heading(headings[places[0]])[1]
        # A mapped heading may end in a word that only looks like a unit.
        if unit is not None and _converts(unit, _unit_of(schema.table(table).columns[column])):
            heading_units[column] = unit


def _by_name(
    result: Assignment,
    table: str,
    headings: Sequence[str],
    mapping: Mapping[str, str],
    heading_units: dict[str, str],
) -> None:
    taken = set(result.columns.values())
    found: dict[str, list[tuple[int, Reading]]] = {}
    for at, heading in enumerate(headings):
        one = reading(table, heading)
        if one is not None and one.column not in mapping and at not in taken:
            found.setdefault(one.column, []).append((at, one))
    for column, places in found.items():
        if column not in row_columns(table):
            continue
        # A heading that says the name alone outranks one that says more, or only in part.
        surest = min(one.tier for _, one in places)
        sure = [(at, one) for at, one in places if one.tier == surest]
        real = [one for one in sure if plain(headings[one[0]]) != _RUNNING_NUMBER] or sure
        if len(real) > 1:
            result.faults.append(ambiguous(column, [headings[at] for at, _ in real]))
        at, one = real[0]
        result.columns[column], result.readings[column] = at, one
        if one.unit is not None:
            heading_units[column] = one.unit


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


def _sheet_units(
    result: Assignment,
    table: str,
    heading_units: dict[str, str],
    stated: Mapping[str, str],
    sheet_units: Sequence[str],
) -> None:
    """Give a unit that the sheet states to the columns of its kind that state none."""
    for name in result.columns:
        canonical = schema.table(table).columns[name].unit
        fitting = [unit for unit in sheet_units if canonical and _converts(unit, canonical)]
        # Two units of one kind: which of them holds for the column is not said.
        if len(fitting) == 1 and name not in heading_units and name not in stated:
            heading_units[name] = result.by_sheet[name] = fitting[0]


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
        canonical = _unit_of(columns[column])
        if not _converts(unit, canonical):
            heading = None if column in stated else headings[result.columns[column]]
            result.faults.append(bad_unit(column, unit, columns[column].unit, heading))
        elif column in result.columns and units.factor(unit, canonical) != 1:
            result.units[column] = units.normal(unit)


def _unit_of(column: schema.Column) -> str:
    # A figure without unit may be sent in hundredths: 用地比例（%）.
    return "ratio" if column.type == "number" and not column.unit else column.unit


def _converts(unit: str, canonical: str) -> bool:
    try:
        units.factor(unit, canonical)
    except LandgovError:
        return False
    return True
