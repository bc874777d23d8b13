"""What an enterprise owns, rents and lets: the three that make the land it uses (用地构成)."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from landgov.quality import CheckedTable, named_among
from landgov.register.sublet import lettings

COLUMNS: Final = ("owned_mu", "rented_in_mu", "rented_out_mu")


def holdings(links: pd.DataFrame, checked: CheckedTable, index: pd.Index) -> pd.DataFrame:
    """Sum owned, rented and let land of each enterprise (自有、租入、租出).

    Parameters
    ----------
    links : DataFrame
        Active links with `area_worked_mu`, what each keeps for itself.
    checked : CheckedTable
        The links as checked.
    index : Index
        All enterprises.

    Returns
    -------
    DataFrame
        `owned_mu`, `rented_in_mu`, `rented_out_mu`, 亩: owned + rented in − rented out is
        the land that the enterprise uses. What is let beyond what is held is in none of
        them. Missing where a link's land is; also for an enterprise without links.

    References
    ----------
    虞政办发〔2021〕86号, 三（二）.
    """
    lessor = lettings(links, checked, []).lessor
    kept = links["area_worked_mu"].to_numpy(dtype=float)
    held = held_by(kept, lessor)
    let = held - kept
    owner = links["role"].eq("owner").fillna(value=False).to_numpy(dtype=bool)
    parts = {
        "owned_mu": np.where(owner, held, 0.0),
        "rented_in_mu": np.where(owner, 0.0, held),
        "rented_out_mu": let,
    }
    sums = {}
    for name, part in parts.items():
        values = pd.Series(part, index=links.index)
        unknown = named_among(index, links.loc[values.isna(), "enterprise_id"])
        total = values.groupby(links["enterprise_id"]).sum().reindex(index)
        sums[name] = total.mask(unknown)
    return pd.DataFrame(sums, index=index)


def held_by(kept: np.ndarray, lessor: np.ndarray) -> np.ndarray:
    """Land that passes through each link: what it keeps and all that its tenants hold.

    Parameters
    ----------
    kept : ndarray of float
        What each link keeps for itself, 亩.
    lessor : ndarray of int
        The link that each one's land comes off; below 0 for none.

    Examples
    --------
    >>> held_by(np.array([4.0, 4.0, 2.0]), np.array([-1, 0, 1])).tolist()
    [10.0, 6.0, 2.0]
    """
    held = kept.copy()
    has = np.flatnonzero(lessor >= 0)
    for _ in range(len(kept)):  # as many turns as there are hands; rings let to nobody
        total = kept.copy()
        np.add.at(total, lessor[has], held[has])
        if np.array_equal(total, held, equal_nan=True):
            break
        held = total
    return held


def grade_differences(firms: pd.DataFrame) -> pd.Series:
    """Say where the grade worked out is another than the one reported, and why (档次差异).

    Parameters
    ----------
    firms : DataFrame
        `grade`, `grade_worked_out`, `grade_reason`.

    Returns
    -------
    Series
        Text; missing where both agree, or there is neither.

    Examples
    --------
    >>> firms = pd.DataFrame({"grade": ["A", "B", None], "grade_worked_out": ["B", "B", "C"],
    ...                       "grade_reason": ["规上企业第 3/5 名，90.00 分", "", "第 5/5 名"]})
    >>> grade_differences(firms).tolist()
    ['报送 A，测算 B：规上企业第 3/5 名，90.00 分', nan, '未报送，测算 C：第 5/5 名']
    """
    given, worked = firms["grade"].astype(object), firms["grade_worked_out"].astype(object)
    reason = firms["grade_reason"].astype(object).where(firms["grade_reason"].notna(), "")
    has, can = given.notna().to_numpy(), worked.notna().to_numpy()
    words = pd.Series(np.nan, index=firms.index, dtype=object)
    apart = has & can & (given != worked).to_numpy()
    words[apart] = ("报送 " + given + "，测算 " + worked + "：" + reason)[apart]
    words[~has & can] = ("未报送，测算 " + worked + "：" + reason)[~has & can]
    told = has & ~can & (reason != "").to_numpy()
    words[told] = ("报送 " + given + "，未测算：" + reason)[told]
    return words.astype("str")
