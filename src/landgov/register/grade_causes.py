"""What is known to part the grade given from the grade worked out (档次差异原因)."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from landgov import schema
from landgov.policies.scheme import Scheme
from landgov.register.evaluation import SAME_SCORE, decided, evaluated_indicators

_BY_PEOPLE: Final = (("score_correction", 1.0), ("bonus_points", 0.0), ("penalty_points", 0.0))


def with_causes(
    told: pd.Series, firms: pd.DataFrame, scheme: Scheme | None, year: int
) -> pd.Series:
    """Add to each difference of two grades what is known to part them (差异原因).

    Parameters
    ----------
    told : Series
        From `grade_differences`, on the index of `firms`.
    firms : DataFrame
        `grade`, `grade_of_year` (whether it is of the year), `grade_worked_out`,
        `evaluation_list`, `rank`, `rank_of`, what people decide, and the year's figures.
    scheme : Scheme, optional
        The scheme; without one nothing is worked out and nothing is added.
    year : int
        The year of the figures.

    Returns
    -------
    Series
        Text. Where both grades are there and differ: a grade that is not of the year, the
        same score as another, one rank from the line of a grade, correction or points, and
        the missing indicators with what stands in. It does not say who is right.

    References
    ----------
    浙政发〔2018〕5号.
    """
    apart = grades_apart(firms)
    if scheme is None or not apart.any():
        return told
    mine = firms[apart.to_numpy(dtype=bool)]
    tied = firms["rank"].notna() & firms.duplicated(["evaluation_list", "rank"], keep=False)
    facts = {
        f"报送档次未注明是 {year} 年的": ~mine["grade_of_year"].to_numpy(dtype=bool),
        "与其他企业同分": tied[mine.index].to_numpy(dtype=bool),
        # Who is vetoed is D at any rank.
        "名次差一位即为另一档": _beside_line(mine, scheme) & ~_vetoed(mine),
        "得分含修正、加分或扣分": _by_people(mine),
    }
    causes = pd.Series("", index=mine.index, dtype=object)
    for word, holds in facts.items():
        causes[holds] += f"；{word}"
    causes += _missing(mine, scheme)
    return (told.reindex(mine.index) + causes.astype("str")).combine_first(told)[told.index]


def grades_apart(firms: pd.DataFrame) -> pd.Series:
    """Whether both grades of an enterprise are there and differ.

    Examples
    --------
    >>> both = {"grade": ["A", "A", None, "B"], "grade_worked_out": ["B", "A", "C", None]}
    >>> grades_apart(pd.DataFrame(both)).tolist()
    [True, False, False, False]
    """
    given, worked = firms["grade"], firms["grade_worked_out"]
    return given.notna() & worked.notna() & given.ne(worked).fillna(value=True)


def _vetoed(mine: pd.DataFrame) -> np.ndarray:
    return decided(mine, "veto").fillna(value=False).to_numpy(dtype=bool)


def _beside_line(mine: pd.DataFrame, scheme: Scheme) -> np.ndarray:
    """Whether one rank up or down, within the list, is another grade."""
    rank = mine["rank"].astype("float64").to_numpy()
    count = mine["rank_of"].astype("float64").to_numpy()
    limits = np.array(list(scheme.shares.values())) + SAME_SCORE
    here = np.searchsorted(limits, rank / count)
    up, down = np.maximum(rank - 1, 1), np.minimum(rank + 1, count)
    beside = (np.searchsorted(limits, up / count) != here) | (
        np.searchsorted(limits, down / count) != here
    )
    return np.asarray(beside & ~np.isnan(rank))


def _by_people(mine: pd.DataFrame) -> np.ndarray:
    changed = np.zeros(len(mine), dtype=bool)
    for name, nothing in _BY_PEOPLE:
        changed |= decided(mine, name).fillna(nothing).ne(nothing).to_numpy(dtype=bool)
    return changed


def _missing(mine: pd.DataFrame, scheme: Scheme) -> pd.Series[Any]:
    """Name the missing indicators of each enterprise's list, with what stands in."""
    values = evaluated_indicators(mine, scheme.energy_basis)
    words = pd.Series("", index=mine.index, dtype=object)
    for listed in scheme.lists:
        member = mine["evaluation_list"].eq(listed.zh).fillna(value=False)
        for indicator in listed.indicators:
            lacks = (member & values[indicator.name].isna()).to_numpy(dtype=bool)
            word = schema.result_word("indicator", indicator.name)
            stands = schema.result_word("indicator_missing", indicator.missing)
            words[lacks] += f"；缺{word}（{stands}）"
    return words
