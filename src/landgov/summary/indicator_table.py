"""The table of indicators of a run: every grain of place, with growth and investment."""

from __future__ import annotations

import numpy as np
import pandas as pd

from landgov.quality import Checked
from landgov.register import Register
from landgov.register.growth import base_year, figures_of
from landgov.register.investment import invested_of_parcels
from landgov.sources import Workspace
from landgov.summary.indicators import indicators
from landgov.summary.place_growth import Span


def indicator_table(
    workspace: Workspace, checked: Checked, parcels: pd.DataFrame, register: Register
) -> pd.DataFrame:
    """Work out the indicators of a run (指标表).

    Parameters
    ----------
    workspace : Workspace
        Gives `as_of` and the policy, whose `growth_base_year` is where average growth begins;
        without it, with the first year that is given.
    checked : Checked
        Years and contracts are read.
    parcels : DataFrame
        The parcels of the run, with block and site.
    register : Register
        The base list.

    References
    ----------
    虞政办发〔2021〕86号, 一（三）3.
    """
    years, year = checked.tables["enterprise_years"], register.year
    firms = register.enterprises
    base = base_year(years, workspace.policy.settings, year)
    codes = firms.index.sort_values()
    now = figures_of(years, codes, year)
    spans = [
        Span(word, year - then, now, figures_of(years, codes, then))
        for word, then in (("growth", year - 1), ("average_growth", base))
    ]
    contracts = checked.frame("contracts")
    invested = pd.Series(np.nan, index=parcels.index)
    if len(contracts):
        invested = invested_of_parcels(contracts, parcels.index, workspace.as_of)
    return indicators(parcels.assign(invested_wan=invested), firms, register.links, spans)
