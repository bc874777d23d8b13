"""What each department is asked to fill in: sheets and columns, from the schema (报送模板)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from landgov import schema
from landgov.publish.unit_words import unit_word
from landgov.schema import Code, Column

EXAMPLE = "示例"
"""A row whose key begins with this word is an example: the reader leaves it out."""
_EXAMPLES: dict[str, str | float] = {
    "parcel_id": "330604001001GB00001",
    "enterprise_id": "91330604000000000X",
    "finding_id": "2022-001",
    "lessor_id": "91330604000000000X",
    "holder_id": "91330604000000000X",
    "year": 2022,
    "building_year": 2008,
    "industry_code": "1751",
    "land_use_system": "GB/T 21010-2017",
    "land_use_code": "0601",
    "share": 0.5,
    "lon": 120.87,
    "lat": 30.03,
    "rule": "low_tax",
}


@dataclass(frozen=True)
class TemplateSheet:
    """One sheet of a department's workbook (模板工作表).

    Parameters
    ----------
    table : str
        The table of the contract.
    columns : tuple of Column
        Its key, then what the department supplies.
    kinds : tuple of Code
        Kinds of finding that are the department's own; empty for other tables.
    """

    table: str
    columns: tuple[Column, ...]
    kinds: tuple[Code, ...] = ()

    @property
    def name(self) -> str:
        """Name of the sheet."""
        return schema.table(self.table).zh

    def codes(self, column: Column) -> tuple[Code, ...]:
        """Codes that a cell of a column may hold; empty for a column of other type."""
        if column.type != "code":
            return ()
        if self.kinds and column.codes == "finding_kind":
            return self.kinds
        return schema.codes(column.codes)

    def needed(self, column: Column) -> bool:
        """Whether a row is of no use without this column."""
        return column.must

    def example(self, place: int) -> str | float:
        """Cell of the example row in a column; the first one says that it is one."""
        column = self.columns[place]
        if place == 0:
            return f"{EXAMPLE}{_EXAMPLES.get(column.name, '')}"
        if column.name in _EXAMPLES:
            return _EXAMPLES[column.name]
        return self._by_type(column)

    def _by_type(self, column: Column) -> str | float:
        codes = self.codes(column)
        if codes:
            return codes[0].zh
        words: dict[str, str | float] = {
            "yes_no": "否",
            "date": "2022-06-30",
            "number": 10.5,
            "integer": 1,
        }
        return words.get(column.type, f"（{column.zh}）")


def heading(column: Column) -> str:
    """Heading of a column with the unit of its figures, as the reader takes it.

    Examples
    --------
    >>> heading(schema.table("enterprise_years").columns["tax_wan"])
    '税收（万元）'
    """
    return f"{column.zh}（{unit_word(column.unit)}）" if column.unit else column.zh


@cache
def departments() -> tuple[str, ...]:
    """Departments that supply columns or kinds of findings, sorted.

    References
    ----------
    虞政办发〔2021〕86号, 三（二）.

    Examples
    --------
    >>> "区消防救援大队" in departments()
    True
    """
    names = {code.department for code in schema.codes("finding_kind")}
    for name in schema.tables():
        names |= {column.department for column in schema.table(name).columns.values()}
    return tuple(sorted(names - {""}))


def template_sheets(department: str) -> tuple[TemplateSheet, ...]:
    """Sheets that a department is asked to fill in, in the order of the tables.

    Tables that are drawn (towns, platforms, buildings, zones, barriers) are sent as layers
    and have no sheet; only the attributes of parcels have one.

    Examples
    --------
    >>> [sheet.table for sheet in template_sheets("区税务局")]
    ['enterprise_years']
    >>> [column.name for column in template_sheets("区税务局")[0].columns][:3]
    ['enterprise_id', 'year', 'tax_wan']
    """
    sheets = []
    for name in schema.tables():
        if name == "findings":
            kinds = tuple(
                code for code in schema.codes("finding_kind") if code.department == department
            )
            columns = tuple(schema.table(name).columns.values())
            sheets += [TemplateSheet(name, columns, kinds)] if kinds else []
        elif not _drawn(name):
            sheet = TemplateSheet(name, _columns(name, department))
            sheets += [sheet] if sheet.columns else []
    return tuple(sheets)


def layers_of(department: str) -> tuple[str, ...]:
    """Tables that a department sends as layers of a GIS.

    Examples
    --------
    >>> layers_of("自然资源和规划分局")[:2]
    ('parcels', 'towns')
    """
    return tuple(
        name
        for name in schema.tables()
        if schema.table(name).geometry
        and schema.table(name).columns["geometry"].department == department
    )


def _drawn(name: str) -> bool:
    return bool(schema.table(name).geometry) and name != "parcels"


def _columns(name: str, department: str) -> tuple[Column, ...]:
    """Key of a table, what else a row needs, and the columns of a department; or nothing."""
    table = schema.table(name)
    columns = [column for column in table.columns.values() if column.type != "geometry"]
    own = [column for column in columns if column.department == department]
    if not own:
        return ()
    if not table.key:
        return tuple(column for column in columns if column.must or column in own)
    key = [table.columns[part] for part in table.key]
    key += [column for column in columns if column.must and column not in key]
    return (*key, *(column for column in own if column not in key))
