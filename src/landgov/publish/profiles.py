"""Audience profiles (数据分级): which field leaves the house for whom.

Every column of the result tables stands in ``schema/results.csv`` with its type, unit,
Chinese and English name, sensitivity and the profiles that name it. A field that a profile
does not name does not leave.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import pandas as pd

from landgov import schema
from landgov.errors import LandgovError

Frame = TypeVar("Frame", bound=pd.DataFrame)


@dataclass(frozen=True)
class Field:
    """One column of a result table: type, unit, names, sensitivity, and who may see it."""

    table: str
    name: str
    type: str
    unit: str
    zh: str
    en: str
    sensitivity: str
    profiles: frozenset[str]
    codes: str

    @property
    def heading(self) -> str:
        """Chinese name with the unit, as a reader of a list sees it."""
        return f"{self.zh}（{self.unit}）" if self.unit else self.zh


@dataclass(frozen=True)
class Profile:
    """One audience (受众): its name and the columns that it is given."""

    name: str
    zh: str
    en: str

    def columns(self, table: str) -> tuple[str, ...]:
        """Names of the columns of `table` that the profile names, in the order of the schema.

        Examples
        --------
        >>> "tax_per_mu" in profile("public").columns("parcels")
        False
        >>> profile("public").columns("enterprises")
        ()
        """
        return tuple(name for name, each in fields(table).items() if self.name in each.profiles)


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files("landgov.schema").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return iter(csv.DictReader(text.splitlines()))


@cache
def _fields() -> dict[str, dict[str, Field]]:
    tables: dict[str, dict[str, Field]] = {}
    for row in _rows("results"):
        tables.setdefault(row["table"], {})[row["column"]] = Field(
            table=row["table"],
            name=row["column"],
            type=row["type"],
            unit=row["unit"],
            zh=row["zh"],
            en=row["en"],
            sensitivity=row["sensitivity"],
            profiles=frozenset(row["profiles"].split("|")),
            codes=row["list"],
        )
    return tables


def result_tables() -> tuple[str, ...]:
    """Names of the result tables, in the order of the schema.

    Examples
    --------
    >>> result_tables()[:3]
    ('parcels', 'enterprises', 'links')
    """
    return tuple(_fields())


def fields(table: str) -> Mapping[str, Field]:
    """Columns of one result table, by name.

    Raises
    ------
    LandgovError
        If there is no result table of that name.

    Examples
    --------
    >>> fields("parcels")["land_mu"].heading
    '统计面积（亩）'
    """
    try:
        return _fields()[table]
    except KeyError:
        raise LandgovError(
            f"there is no result table {table!r}.",
            do=f"one of {', '.join(result_tables())}",
            message_zh=f"没有名为“{table}”的结果表。",
        ) from None


@cache
def profiles() -> tuple[Profile, ...]:
    """All audience profiles, the widest audience first.

    Examples
    --------
    >>> [each.name for each in profiles()]
    ['public', 'park_system', 'internal']
    """
    rows = (row for row in _rows("result_codes") if row["list"] == "profile")
    return tuple(Profile(row["code"], row["zh"], row["en"]) for row in rows)


def profile(name: str | Profile) -> Profile:
    """Profile of that name (受众类型); a `Profile` is given back as it is.

    Raises
    ------
    LandgovError
        If there is no such profile; the message lists those there are.

    Examples
    --------
    >>> profile("park_system").zh
    '园区系统'
    """
    if isinstance(name, Profile):
        return name
    for each in profiles():
        if each.name == name:
            return each
    raise LandgovError(
        f"there is no audience profile {name!r}.",
        do=f"--profile {' | '.join(each.name for each in profiles())}",
        message_zh=f"没有名为“{name}”的受众类型。",
    )


def undeclared(frame: pd.DataFrame, table: str) -> tuple[str, ...]:
    """Columns of a result frame that the schema does not know: they leave under no profile.

    Examples
    --------
    >>> undeclared(pd.DataFrame({"town": ["东关街道"], "scratch": [1]}), "parcels")
    ('scratch',)
    """
    return tuple(str(name) for name in frame.columns if name not in fields(table))


def select(frame: Frame, table: str, audience: str | Profile) -> Frame:
    """Keep the columns of a frame that a profile names (按受众裁剪).

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        A result table, indexed by its key. It is not changed.
    table : str
        Which result table it is.
    audience : str or Profile
        The audience.

    Returns
    -------
    DataFrame or GeoDataFrame
        The named columns in the order of the frame, on the same index; without geometry
        where the profile does not name it. What the schema does not know is left out.

    Raises
    ------
    LandgovError
        If the profile names no column of the table, or not the key that is the index.

    Examples
    --------
    >>> parcels = pd.DataFrame({"town": ["东关街道"], "tax_per_mu": [4.8]}, index=["GB00017"])
    >>> list(select(parcels, "parcels", "public").columns)
    ['town']
    """
    audience = profile(audience)
    named = set(audience.columns(table))
    key = frame.index.name
    if not named or (key in fields(table) and key not in named):
        raise LandgovError(
            f"the profile {audience.name} is given nothing of the table {table}.",
            do="--profile internal",
            message_zh=f"受众“{audience.zh}”不提供 {table} 表。",
        )
    kept = frame[[name for name in frame.columns if name in named]]
    if not kept.index.name or kept.index.name not in named:
        kept = kept.rename_axis(index=None)
    # attrs travel with a frame and end in Parquet's metadata: they are no field.
    kept.attrs = {}
    return kept


@cache
def _terms() -> dict[str, dict[str, tuple[str, str, str]]]:
    lists: dict[str, dict[str, tuple[str, str, str]]] = {}
    for row in _rows("result_codes"):
        entry = (row["zh"], row["en"], row["department"])
        lists.setdefault(row["list"], {})[row["code"]] = entry
    return lists


def worded(column: pd.Series[Any], codes: str) -> pd.Series[Any]:
    """Put the codes of a column into Chinese terms; what has no term stays as it is.

    Parameters
    ----------
    column : Series
        Codes.
    codes : str
        Name of the code list: of ``result_codes.csv``, or of the data contract.

    Examples
    --------
    >>> worded(pd.Series(["to_develop"]), "land_state").tolist()
    ['待开发']
    >>> worded(pd.Series(["lessee", None]), "role").tolist()
    ['承租', nan]
    """
    table = terms(codes)
    return column.map(lambda code: table.get(code, code), na_action="ignore")


def terms(codes: str) -> dict[str, str]:
    """Chinese terms of a code list of the results or of the data contract, by code.

    Examples
    --------
    >>> terms("category")["idle"], terms("role")["lessee"]
    ('疑似闲置用地', '承租')
    """
    if codes in _terms():
        return {code: entry[0] for code, entry in _terms()[codes].items()}
    return {entry.code: entry.zh for entry in schema.codes(codes)}


def departments(codes: str) -> dict[str, str]:
    """Department in charge (责任部门) of each code of a result list that names one.

    Examples
    --------
    >>> departments("rule")["no_licence"]
    '区市场监管局'
    """
    return {code: entry[2] for code, entry in _terms()[codes].items() if entry[2]}
