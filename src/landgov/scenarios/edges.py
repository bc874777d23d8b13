"""Enterprises and parcels close to a line, where a small error decides (临界清单)."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

COLUMNS: Final = (
    *("parcel_id", "enterprise_id", "rule", "answer", "value", "op", "threshold", "unit"),
    *("distance", "clause", "source"),
)


def knife_edges(verdicts: pd.DataFrame, within: float) -> pd.DataFrame:
    """List the verdicts whose value is close to its line, the closest first.

    Parameters
    ----------
    verdicts : DataFrame
        The long table of verdicts.
    within : float
        How close, as a share of the line: 0.05 is ±5 %. A value on the line is in.

    Returns
    -------
    DataFrame
        With `distance`, the value less the line as a share of the line. One figure that
        several rules hold against the same line is one row, its rules joined by ``|``.

    Examples
    --------
    >>> rows = pd.DataFrame({"parcel_id": ["A", "B"], "enterprise_id": ["X", "Y"],
    ...     "rule": "low_tax", "answer": ["yes", "no"], "value": [4.9, 9.0], "op": "<=",
    ...     "threshold": 5.0, "unit": "万元/亩", "clause": "二（一）1", "source": ""})
    >>> knife_edges(rows, 0.05)["parcel_id"].tolist()
    ['A']
    """
    line = verdicts["threshold"].where(verdicts["threshold"] != 0)
    distance = (verdicts["value"] - line) / line.abs()
    # Land that is developed in full has done its duty: it is not near a line.
    done = verdicts["rule"].eq("partly_used") & verdicts["value"].ge(1.0)
    # 4.75 of 5 is 5 % off whatever the last digit of the division says.
    close = (distance.abs() <= within + 1e-12).to_numpy(dtype=bool) & ~done.to_numpy(dtype=bool)
    table = verdicts[close].assign(distance=distance[close], _far=distance[close].abs())
    table["rule"] = table["rule"].astype("str")
    table = table.sort_values(["_far", "rule", "parcel_id"], kind="stable")
    # One figure held against one line by several rules is one row that names them.
    same = ["parcel_id", "enterprise_id", "value", "op", "threshold", "answer"]
    told = table.groupby(same, dropna=False, sort=False, observed=True)["rule"].transform("|".join)
    table = table.assign(rule=told).drop_duplicates(same)
    return table[list(COLUMNS)].reset_index(drop=True)


def edge_land(edges: pd.DataFrame, land_mu: pd.Series) -> float:
    """Land of the parcels on a list of edges, each once, 亩.

    Examples
    --------
    >>> edge_land(pd.DataFrame({"parcel_id": ["A", "A"]}), pd.Series({"A": 3.0, "B": 1.0}))
    3.0
    """
    return float(np.nansum(land_mu.reindex(edges["parcel_id"].unique()).to_numpy(dtype=float)))
