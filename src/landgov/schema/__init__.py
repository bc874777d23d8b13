"""What columns mean: one CSV a table, read by the checker, the templates and the profiles.

Every table of the data contract has a file ``<table>.csv`` beside this module with one
row a column; ``tables.csv`` names the tables and their keys, ``codes.csv`` the code lists.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from landgov.errors import LandgovError


@dataclass(frozen=True)
class Column:
    """One column of a table: type, unit, names, range, and the department that owes it."""

    name: str
    type: str
    must: bool
    unit: str
    codes: str
    zh: str
    aliases: tuple[str, ...]
    event: bool
    low: float | None
    high: float | None
    department: str
    meaning_zh: str
    meaning_en: str


@dataclass(frozen=True)
class Table:
    """One table: its key, how several files of it combine, and its columns."""

    name: str
    zh: str
    key: tuple[str, ...]
    several_files: str
    geometry: str
    columns: Mapping[str, Column]


@dataclass(frozen=True)
class Code:
    """One entry of a code list: canonical code, Chinese term, official codes, synonyms."""

    code: str
    zh: str
    official: tuple[str, ...]
    synonyms: tuple[str, ...]
    department: str
    en: str


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files(__package__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return iter(csv.DictReader(text.splitlines()))


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


def _number(text: str) -> float | None:
    return float(text) if text else None


@cache
def tables() -> tuple[str, ...]:
    """Names of all tables of the contract, in its order.

    Examples
    --------
    >>> tables()[:2]
    ('parcels', 'enterprises')
    """
    return tuple(row["table"] for row in _rows("tables"))


@cache
def table(name: str) -> Table:
    """Columns and key of one table.

    Raises
    ------
    LandgovError
        If the contract has no table of that name.

    Examples
    --------
    >>> table("enterprise_years").columns["tax_wan"].department
    '区税务局'
    """
    for row in _rows("tables"):
        if row["table"] == name:
            columns = {column.name: column for column in map(_column, _rows(name))}
            return Table(
                name, row["zh"], _parts(row["key"]), row["several_files"], row["geometry"], columns
            )
    raise LandgovError(f"there is no table {name!r}.", do=f"one of {', '.join(tables())}")


def _column(row: Mapping[str, str]) -> Column:
    return Column(
        name=row["column"],
        type=row["type"],
        must=row["must"] == "yes",
        unit=row["unit"],
        codes=row["list"],
        zh=row["zh"],
        aliases=_parts(row["aliases"]),
        event=row["event"] == "yes",
        low=_number(row["low"]),
        high=_number(row["high"]),
        department=row["department"],
        meaning_zh=row["meaning_zh"],
        meaning_en=row["meaning_en"],
    )


@cache
def _code_lists() -> dict[str, tuple[Code, ...]]:
    lists: dict[str, list[Code]] = {}
    for row in _rows("codes"):
        lists.setdefault(row["list"], []).append(
            Code(
                row["code"],
                row["zh"],
                _parts(row["official"]),
                _parts(row["synonyms"]),
                row["department"],
                row["en"],
            )
        )
    return {name: tuple(codes_) for name, codes_ in lists.items()}


def codes(name: str) -> tuple[Code, ...]:
    """Entries of one code list, in the order of the contract.

    Examples
    --------
    >>> [code.code for code in codes("grade")]
    ['A', 'B', 'C', 'D']
    """
    return _code_lists()[name]


@cache
def label(name: str, code: str, lang: str = "zh") -> str:
    """Term of a code in Chinese (``zh``) or English (``en``); the code itself if unknown.

    Examples
    --------
    >>> label("finding_kind", "no_licence")
    '无证无照'
    """
    for entry in codes(name):
        if entry.code == code:
            return entry.zh if lang == "zh" else entry.en
    return code


def department_of(table_name: str, column: str) -> str:
    """Department that supplies a column (三（二） of the plan); empty where none is named.

    Examples
    --------
    >>> department_of("enterprises", "high_emission")
    '生态环境分局'
    """
    found = table(table_name).columns.get(column)
    return found.department if found else ""


def finding_departments() -> dict[str, str]:
    """Department that reports each kind of finding.

    Examples
    --------
    >>> finding_departments()["fire"]
    '区消防救援大队'
    """
    return {code.code: code.department for code in codes("finding_kind")}


def departments_of(facts: str) -> str:
    """Departments that owe facts joined by ``|``, each once, joined by ``、``.

    Examples
    --------
    >>> departments_of("enterprise_years.tax_wan|findings.fire|enterprise_years.tax_wan")
    '区税务局、区消防救援大队'
    """
    return "、".join(dict.fromkeys(filter(None, map(fact_department, facts.split("|")))))


def fact_department(fact: str) -> str:
    """Department that owes a fact, `table.column` or `findings.kind`; empty where none is named.

    Examples
    --------
    >>> fact_department("enterprise_years.tax_wan"), fact_department("findings.fire")
    ('区税务局', '区消防救援大队')
    """
    table_name, _, name = fact.partition(".")
    if table_name == "findings" and name in finding_departments():
        return finding_departments()[name]
    return department_of(table_name, name) if table_name in tables() else ""


@cache
def _result_words() -> dict[tuple[str, str], str]:
    return {(row["list"], row["code"]): row["zh"] for row in _rows("result_codes")}


def result_word(name: str, code: str) -> str:
    """Chinese term of a code of the results or of the contract; the code itself if it has none.

    Examples
    --------
    >>> result_word("rule", "grade_d")
    '综合评价D类'
    """
    word = _result_words().get((name, code))
    if word is None and name in _code_lists():
        return label(name, code)
    return code if word is None else word


def result_codes(name: str) -> tuple[str, ...]:
    """Codes of a list of the results, in the order of the list.

    Examples
    --------
    >>> result_codes("answer")
    ('yes', 'no', 'unknown')
    """
    return tuple(code for listed, code in _result_words() if listed == name)


def fact_word(fact: str) -> str:
    """Say in Chinese which fact `table.column` or `findings.kind` is.

    Examples
    --------
    >>> fact_word("enterprise_years.tax_wan"), fact_word("findings.no_licence")
    ('税收', '无证无照情况')
    """
    table_name, _, name = fact.partition(".")
    if table_name == "findings":
        return label("finding_kind", name) + "情况"
    if table_name not in tables():
        return fact
    found = table(table_name).columns.get(name)
    return found.zh if found else fact
