"""Growth of an enterprise's figures from the year before (增长率)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
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
    now, before = (figures_of(years, index, one) for one in (year, year - 1))
    columns = {f"{name.removesuffix('_wan')}_growth": _grown(now, before, name) for name in GROWN}
    for figures in (now, before):
        people = figures["employees"].astype("float64")
        figures["productivity"] = figures["value_added_wan"].div(people.where(people > 0))
    columns["labour_productivity_growth"] = _grown(now, before, "productivity")
    return pd.DataFrame(columns, index=index)


def base_year(years: CheckedTable, settings: Mapping[str, Any], year: int) -> int:
    """Pick the year from which average growth counts: the policy's, else the first given."""
    given = years.frame["year"].dropna()
    first = int(given.min()) if len(given) else year
    return int(settings.get("growth_base_year", first))


def figures_of(years: CheckedTable, index: pd.Index, year: int) -> pd.DataFrame:
    """Take tax, value added, revenue (万元) and employees of one year, on `index`."""
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


def average_growth(years: CheckedTable, index: pd.Index, year: int, base: int) -> pd.DataFrame:
    """Work out the average annual growth of an enterprise since a base year (年均增长).

    Parameters
    ----------
    years : CheckedTable
        `enterprise_years` as checked.
    index : Index
        All enterprises.
    year, base : int
        The later year and the base year.

    Returns
    -------
    DataFrame
        `tax_average_growth`, `value_added_average_growth`, `revenue_average_growth` and
        `labour_productivity_average_growth`: (later ÷ base)^(1 ÷ years) − 1. Missing where
        either year is, where the base is nothing or less, and where the later is a loss.

    References
    ----------
    虞政办发〔2021〕86号, 一（三）3: 亩均增加值年均增长 8%, 全员劳动生产率年均增长 6%.
    """
    now, then = (figures_of(years, index, one) for one in (year, base))
    names = {name: name.removesuffix("_wan") for name in GROWN}
    names["productivity"] = "labour_productivity"
    for figures in (now, then):
        people = figures["employees"].astype("float64")
        figures["productivity"] = figures["value_added_wan"].div(people.where(people > 0))
    return pd.DataFrame(
        {
            f"{word}_average_growth": yearly(
                now[name].to_numpy(dtype=float), then[name].to_numpy(dtype=float), year - base
            )
            for name, word in names.items()
        },
        index=index,
    )


def yearly(now: npt.NDArray[Any], then: npt.NDArray[Any], years: int) -> npt.NDArray[np.float64]:
    """Average growth a year over a number of years; one year is plain growth.

    Examples
    --------
    >>> yearly(np.array([121.0, 5.0, -1.0]), np.array([100.0, 0.0, 4.0]), 2).round(6).tolist()
    [0.1, nan, nan]
    """
    grown: npt.NDArray[np.float64] = np.full(len(now), np.nan)
    if years < 1:
        return grown
    usable = (then > 0) & (now >= 0) if years > 1 else then > 0
    grown[usable] = (now[usable] / then[usable]) ** (1 / years) - 1
    return grown
