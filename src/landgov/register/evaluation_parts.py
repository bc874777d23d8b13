"""What a score is made of: the points of each indicator (得分构成)."""

from __future__ import annotations

import pandas as pd

from landgov.policies.scheme import Scheme
from landgov.register.evaluation import (
    decided,
    evaluated_indicators,
    indicator_score,
    stand_in,
)


def evaluation_parts(firms: pd.DataFrame, scheme: Scheme, enterprise_id: str) -> pd.DataFrame:
    """Take the score of one enterprise apart.

    Parameters
    ----------
    firms : DataFrame
        Every enterprise, with `evaluation_list`, `score` and what `evaluate` reads: the mean
        that stands in for a missing indicator is that of the list.
    scheme : Scheme
        The scheme.
    enterprise_id : str
        Whose score.

    Returns
    -------
    DataFrame
        One row an indicator: `indicator`, `value`, `unit`, `benchmark`, `weight`, `points`,
        `stood_in` (what stands in for a missing value: ``zero``, ``mean``, ``skip``, or
        empty). Then rows ``correction`` (`value` is the factor, `points` what it adds),
        ``bonus`` and ``penalty``. The points sum to the score. Empty where there is no score.
    """
    firm = firms.loc[enterprise_id]
    columns = ["indicator", "value", "unit", "benchmark", "weight", "points", "stood_in"]
    listed = next((one for one in scheme.lists if one.zh == firm["evaluation_list"]), None)
    if listed is None or pd.isna(firm["score"]):
        return pd.DataFrame(columns=columns)
    # A mean is that of all who could be scored; without a row of the year there is no value.
    member = firms["evaluation_list"].eq(listed.zh).fillna(value=False)
    could = (firms["land_mu"] > 0) & decided(firms, "not_evaluated").isna()
    mine = firms[member & could]
    values = evaluated_indicators(mine, scheme.energy_basis)
    rows: list[dict[str, object]] = []
    known = 0.0
    for indicator in listed.indicators:
        score = indicator_score(values[indicator.name], indicator, scheme)
        own = score.loc[enterprise_id]
        missing = bool(pd.isna(own))
        skipped = missing and indicator.missing == "skip"
        known += 0.0 if skipped else indicator.weight
        rows.append(
            {
                "indicator": indicator.name,
                "value": values[indicator.name].loc[enterprise_id],
                "unit": indicator.unit,
                "benchmark": indicator.benchmark,
                "weight": indicator.weight,
                "points": stand_in(score, indicator) if missing else float(own),
                "stood_in": indicator.missing if missing else "",
            }
        )
    whole = sum(indicator.weight for indicator in listed.indicators)
    for row in rows:
        row["points"] = float(row["points"]) * whole / known if known else 0.0
    rows += _by_people(mine.loc[[enterprise_id]], sum(float(row["points"]) for row in rows))
    return pd.DataFrame(rows, columns=columns)


def _by_people(firm: pd.DataFrame, total: float) -> list[dict[str, object]]:
    """Rows of what people decide: correction, points added and taken off."""
    factor = float(decided(firm, "score_correction").fillna(1.0).iloc[0])
    bonus = float(decided(firm, "bonus_points").fillna(0.0).iloc[0])
    penalty = float(decided(firm, "penalty_points").fillna(0.0).iloc[0])
    told = (
        ("correction", factor, total * (factor - 1), factor != 1),
        ("bonus", bonus, bonus, bonus != 0),
        ("penalty", penalty, -penalty, penalty != 0),
    )
    return [
        {"indicator": name, "value": value, "unit": "", "points": points, "stood_in": ""}
        for name, value, points, holds in told
        if holds
    ]
