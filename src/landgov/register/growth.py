"""Growth of an enterprise's figures from the year before (增长率)."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from landgov.quality import CheckedTable

GROWN: Final = ("tax_wan", "value_added_wan", "revenue_wan")


def growth_of_year(years: CheckedTable, index: pd.Index, year: int) -> pd.DataFrame:
    """Compare the figures of a year with those of the year before (同比增长).

    Parameters
    ----------
    years : CheckedTable
        `enterprise_years` as checked.
    index : Index
        All enterprises.
    year : int
        The later year.

    Returns
    -------
    DataFrame
        `tax_growth`, `value_added_growth`, `revenue_growth` and
        `labour_productivity_growth` (0.08 is 8 %). Missing where either year is, and where
        the year before is nothing or less: growth from a loss has no sense.

    References
    ----------
    虞政办发〔2021〕86号, 一（三）3: 亩均增加值年均增长 8%, 全员劳动生产率年均增长 6%.
    """
    now, before = (_figures(years, index, one) for one in (year, year - 1))
    columns = {f"{name.removesuffix('_wan')}_growth": _grown(now, before, name) for name in GROWN}
    for figures in (now, before):
        people = figures["employees"].astype("float64")
        figures["productivity"] = figures["value_added_wan"].div(people.where(people > 0))
    columns["labour_productivity_growth"] = _grown(now, before, "productivity")
    return pd.DataFrame(columns, index=index)


def _figures(years: CheckedTable, index: pd.Index, year: int) -> pd.DataFrame:
    frame = years.frame
    usable = frame["year"].eq(year).fillna(value=False).to_numpy(dtype=bool)
    usable = usable & ~years.contested.to_numpy() & frame["enterprise_id"].notna().to_numpy()
    mine = frame.loc[usable, ["enterprise_id", *GROWN, "employees"]].set_index("enterprise_id")
    figures: pd.DataFrame = mine.reindex(index)
    return figures


def _grown(now: pd.DataFrame, before: pd.DataFrame, name: str) -> pd.Series:
    base = before[name].astype("float64")
    grown: pd.Series = now[name].astype("float64").div(base.where(base > 0)) - 1
    return grown.replace([np.inf, -np.inf], np.nan)
