"""What an enterprise owns, rents and lets: the three that make the land it uses (用地构成)."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

COLUMNS: Final = ("owned_mu", "rented_in_mu", "rented_out_mu")


def holdings(links: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    """Sum owned, rented and let land of each enterprise (自有、租入、租出).

    Parameters
    ----------
    links : DataFrame
        Active links with `firm` (position of the enterprise in `index`), `role`, `held_mu` and
        `area_worked_mu`, what each keeps for itself.
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

    Examples
    --------
    >>> links = pd.DataFrame({"firm": [0, 0, 1], "role": ["owner", "lessee", "lessee"],
    ...     "held_mu": [10.0, 2.0, 4.0], "area_worked_mu": [6.0, 2.0, 4.0]})
    >>> holdings(links, pd.Index(["A", "B"])).loc["A"].tolist()
    [10.0, 2.0, 4.0]
    """
    firm = links["firm"].to_numpy()
    there = firm < len(index)
    held, kept = (links[name].to_numpy(dtype=float) for name in ("held_mu", "area_worked_mu"))
    owner = links["role"].eq("owner").fillna(value=False).to_numpy(dtype=bool)
    parts = (np.where(owner, held, 0.0), np.where(owner, 0.0, held), held - kept)
    nowhere = np.bincount(firm[there], minlength=len(index)) == 0
    # One missing link makes its enterprise's sums missing, those of the other kinds too.
    lost = np.bincount(firm[there], np.isnan(kept[there]), len(index)) > 0
    sums = {
        name: np.where(nowhere | lost, np.nan, np.bincount(firm[there], part[there], len(index)))
        for name, part in zip(COLUMNS, parts, strict=True)
    }
    return pd.DataFrame(sums, index=index)


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
