"""Which year's figures count, and each enterprise's facts and figures of that year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from landgov.quality import CheckedTable, named_among

FIGURES = (
    "tax_wan",
    "value_added_wan",
    "revenue_wan",
    "employees",
    "energy_tce",
    "power_kwh",
    "emission_t",
    "rd_wan",
)


def figure_year(as_of: date, override: int | None = None) -> int:
    """Pick the last calendar year that ended on or before `as_of`.

    Examples
    --------
    >>> figure_year(date(2022, 12, 31)), figure_year(date(2022, 12, 30))
    (2022, 2021)
    """
    if override is not None:
        return override
    return as_of.year if (as_of.month, as_of.day) == (12, 31) else as_of.year - 1


def enterprises_of_year(tables: Mapping[str, CheckedTable], year: int) -> pd.DataFrame:
    """Every enterprise that is named anywhere, with its facts and its figures of one year.

    Parameters
    ----------
    tables : mapping of str to CheckedTable
        `enterprises`, `enterprise_years` and `links` are read.
    year : int
        The year whose figures count; no other year stands in for it.

    Returns
    -------
    DataFrame
        Indexed by `enterprise_id`, sorted. A fact that a list covers completely is *no*
        for whoever is not on it. `enterprise_row` and `year_row` are the rows of the two
        checked tables that it was taken from, -1 where there is none.
    """
    facts = tables["enterprises"]
    years = tables["enterprise_years"]
    this_year = years.frame["year"].eq(year).fillna(value=False).to_numpy(dtype=bool)
    joins = ~years.frame["enterprise_id"].isin(facts.repeated).to_numpy()
    usable = ~years.contested.to_numpy() & this_year & joins
    of_year = years.frame[usable].assign(year_row=np.flatnonzero(usable)).set_index("enterprise_id")
    links = tables["links"].frame["enterprise_id"].dropna()
    index = facts.frame.index.union(of_year.index).union(pd.Index(links)).unique().sort_values()
    firms = facts.frame.reindex(index)
    firms["enterprise_row"] = facts.frame.index.get_indexer(index)
    of_year = of_year.reindex(index)
    firms["year_row"] = of_year.pop("year_row").fillna(-1).astype("int64")
    for column in ("is_above_scale", "grade"):
        own = of_year.pop(column)
        firms[f"{column}_of_year"] = own.notna()
        firms[column] = own.where(own.notna(), firms[column])
    firms = firms.join(of_year.drop(columns="year"))
    settled = ~named_among(index, facts.repeated)
    for fact in facts.covers & set(firms.columns):
        told = settled & ~named_among(index, facts.unread.get(fact, frozenset()))
        firms[fact] = firms[fact].mask(firms[fact].isna() & told, other=False)
    firms["grade_d_covered"] = settled & _grade_covered(tables, usable, year, index)
    firms.index.name = "enterprise_id"
    return firms


def _grade_covered(
    tables: Mapping[str, CheckedTable], usable: np.ndarray, year: int, index: pd.Index
) -> np.ndarray:
    """Enterprises that a complete list of grade D would name if they were on it.

    A list of another year says nothing of this one; a grade that can't be read, or on
    which two files disagree, may be a D.
    """
    facts, years = tables["enterprises"], tables["enterprise_years"]
    unread = set(facts.unread.get("grade", frozenset()))
    unread |= {
        key.removesuffix(f"|{year}")
        for key in years.unread.get("grade", frozenset())
        if key.endswith(f"|{year}")
    }
    covered = "grade:D" in facts.covers
    files = years.cover_files.get("grade:D", frozenset())
    if files and usable.any():
        rows = np.unique(years.position["grade"].to_numpy()[usable])
        covered |= bool(years.origins["file"].iloc[rows[rows >= 0]].isin(files).any())
    known: np.ndarray = ~named_among(index, unread)
    return known if covered else np.zeros(len(index), dtype=bool)
