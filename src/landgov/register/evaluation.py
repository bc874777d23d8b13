"""The 亩均论英雄 evaluation: scores, ranks and grades worked out by a scheme (亩均评价)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from landgov.policies.scheme import EvaluationList, Indicator, Scheme
from landgov.register.indicators import ratio

COLUMNS: Final = (
    "evaluation_list",
    "score",
    "rank",
    "rank_of",
    "grade_worked_out",
    "grade_reason",
)
# Two scores closer than this are the same score: sums of products differ in the last digits.
SAME_SCORE: Final = 1e-9
_KWH_PER_WAN: Final = 10_000


def evaluate(firms: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    """Score, rank and grade enterprises among those of their list (亩均论英雄综合评价).

    Parameters
    ----------
    firms : DataFrame
        One row an enterprise: `is_above_scale`, `land_mu` (亩), `owns_land` (whether it
        has land of its own), `has_year` (whether the year has a row), the year's figures
        `tax_wan`, `value_added_wan`, `revenue_wan`, `rd_wan` (万元), `employees`,
        `energy_tce` (tce) with `energy_basis`, `emission_t` (t), `power_kwh` (kWh), and what
        people decide: `bonus_points`, `penalty_points`, `score_correction`, `veto`,
        `not_evaluated`. Columns of this last group may be absent.
    scheme : Scheme
        Lists, weights, benchmarks, shares.

    Returns
    -------
    DataFrame
        On the index of `firms`: `evaluation_list`; `score`; `rank` = 1 + number strictly
        better, of `rank_of` scored in the list; `grade_worked_out`; `grade_reason`, why this
        grade, or why there is none. No row of the year, no land, or 规上 unknown: no score.

    Notes
    -----
    score of an indicator = value ÷ benchmark × weight, within floor and cap; total = Σ ×
    correction + bonus − penalty. A grade goes to ranks with rank ÷ n within its cumulative
    share; a veto is D. A missing indicator follows its rule: 0, the mean of the list's known
    scores (as capped), its weight shared out over the others, or no score at all.

    References
    ----------
    浙政发〔2018〕5号; 台州市黄岩区 2022; 乐政发〔2016〕27号 (cap and floor).

    Examples
    --------
    >>> from landgov.policies.scheme import load_scheme
    >>> firm = {"is_above_scale": True, "land_mu": 10.0, "has_year": True, "tax_wan": 240.97,
    ...     "value_added_wan": 1361.6, "employees": 1361.6 / 18.14, "energy_basis": "equivalent",
    ...     "energy_tce": 1361.6 / 2.694, "emission_t": 1361.6 / 4929.81, "revenue_wan": 1e4,
    ...     "rd_wan": 302.0, "power_kwh": 1e6}
    >>> firms = pd.DataFrame([firm]).astype({"is_above_scale": "boolean"})
    >>> print(f"{evaluate(firms, load_scheme('huangyan-2022'))['score'].iloc[0]:.2f}")
    100.00
    """
    values = evaluated_indicators(firms, scheme.energy_basis)
    result = pd.DataFrame(index=firms.index)
    result["evaluation_list"] = lists_of(firms, scheme)
    result["score"] = np.nan
    for listed in scheme.lists:
        mine = result["evaluation_list"].eq(listed.zh).to_numpy(dtype=bool)
        mine = mine & _scorable(firms)
        if mine.any():
            result.loc[mine, "score"] = _scores(values[mine], firms[mine], listed, scheme)
    return result.join(_grades(result, firms, scheme)).loc[:, list(COLUMNS)]


def no_evaluation(index: pd.Index) -> pd.DataFrame:
    """Columns of the evaluation with nothing in them.

    Examples
    --------
    >>> no_evaluation(pd.Index(["A"]))["score"].tolist()
    [nan]
    """
    kinds = {"score": "float64", "rank": "Int64", "rank_of": "Int64"}
    return pd.DataFrame(
        {name: pd.Series(np.nan, index=index, dtype=kinds.get(name, "str")) for name in COLUMNS}
    )


def exempt_from_evaluation(exemptions: pd.DataFrame, index: pd.Index, as_of: date) -> pd.Series:
    """Say why enterprises are exempt from the evaluation on a date (不参评); else missing.

    An exemption of the rule ``evaluation`` holds from `from` to `to`, both days included;
    an empty limit is none.

    Examples
    --------
    >>> row = {"enterprise_id": "A", "rule": "evaluation", "reason": "搬迁",
    ...        "from": pd.NaT, "to": pd.Timestamp("2022-12-31")}
    >>> exemptions = pd.DataFrame([row])
    >>> exempt_from_evaluation(exemptions, pd.Index(["A"]), date(2022, 12, 31)).tolist()
    ['搬迁']
    """
    day = pd.Timestamp(as_of)
    holds = exemptions["rule"].eq("evaluation").fillna(value=False)
    holds &= ~(exemptions["from"] > day) & ~(exemptions["to"] < day)
    mine = exemptions[holds & exemptions["enterprise_id"].notna()]
    reason = mine["reason"].fillna("例外").groupby(mine["enterprise_id"]).min()
    return reason.reindex(index).astype("str")


def evaluated_indicators(firms: pd.DataFrame, energy_basis: str | None) -> pd.DataFrame:
    """Indicators of the evaluation, larger is better (评价指标).

    Returns
    -------
    DataFrame
        The names of `landgov.policies.scheme.INDICATORS`: 万元/亩, 万元/人, 万元/tce, 万元/t,
        万元/万kWh, and shares. Missing where a figure is missing or a divisor is not above
        zero; energy on another basis than asked for is missing.
    """
    energy = firms["energy_tce"]
    if energy_basis is not None:
        energy = energy.where(firms["energy_basis"].eq(energy_basis).fillna(value=False))
    added, tax, land = firms["value_added_wan"], firms["tax_wan"], firms["land_mu"]
    return pd.DataFrame(
        {
            "tax_per_mu": ratio(tax, land),
            "value_added_per_mu": ratio(added, land),
            "revenue_per_mu": ratio(firms["revenue_wan"], land),
            "labour_productivity": ratio(added, firms["employees"]),
            "value_added_per_energy": ratio(added, energy),
            "value_added_per_emission": ratio(added, firms["emission_t"]),
            "rd_share": ratio(firms["rd_wan"], firms["revenue_wan"]),
            "tax_per_power": ratio(tax, firms["power_kwh"] / _KWH_PER_WAN),
        }
    )


def lists_of(firms: pd.DataFrame, scheme: Scheme) -> pd.Series:
    """Name the list that each enterprise belongs to: the first that takes it (评价清单).

    Returns
    -------
    Series
        The list's Chinese name; missing where a fact that a list asks for is unknown, or
        none takes it.
    """
    name = np.full(len(firms), None, dtype=object)
    open_ = np.ones(len(firms), dtype=bool)
    for listed in scheme.lists:
        takes = _takes(firms, listed)
        yes = takes.fillna(value=False).to_numpy(dtype=bool)
        name[open_ & yes] = listed.zh
        open_ = open_ & takes.notna().to_numpy() & ~yes
    return pd.Series(name, index=firms.index, dtype="str")


def _takes(firms: pd.DataFrame, listed: EvaluationList) -> pd.Series:
    """Whether a list takes each enterprise: yes, no or unknown."""
    takes = pd.Series(True, index=firms.index, dtype="boolean")
    if listed.above_scale is not None:
        takes &= firms["is_above_scale"] == listed.above_scale
    land = firms["land_mu"].astype("Float64")
    if listed.land_at_least is not None:
        takes &= land >= listed.land_at_least
    if listed.land_below is not None:
        takes &= land < listed.land_below
    if listed.tenant is not None:
        takes &= ~firms["owns_land"].astype("boolean") == listed.tenant
    return takes


def _scorable(firms: pd.DataFrame) -> np.ndarray:
    land = firms["land_mu"] > 0
    there = firms["has_year"].astype(bool)
    return (land & there & decided(firms, "not_evaluated").isna()).to_numpy(dtype=bool)


def decided(firms: pd.DataFrame, column: str) -> pd.Series:
    """A column of what people decide; all missing where nobody sends it."""
    if column in firms.columns:
        return firms[column]
    kind = {"veto": "boolean", "not_evaluated": "str"}.get(column, "float64")
    return pd.Series(pd.NA if kind == "boolean" else np.nan, index=firms.index, dtype=kind)


def _scores(
    values: pd.DataFrame, firms: pd.DataFrame, listed: EvaluationList, scheme: Scheme
) -> pd.Series:
    """Totals of one list; missing where a rule says that a missing indicator leaves none."""
    total = pd.Series(0.0, index=values.index)
    weight_known = pd.Series(0.0, index=values.index)
    weight_all = sum(indicator.weight for indicator in listed.indicators)
    none = pd.Series(False, index=values.index)
    for indicator in listed.indicators:
        score = indicator_score(values[indicator.name], indicator, scheme)
        missing = score.isna()
        weight_known = weight_known + np.where(
            missing & (indicator.missing == "skip"), 0.0, indicator.weight
        )
        if indicator.missing == "none":
            none |= missing
        total += score.fillna(stand_in(score, indicator))
    total = total * weight_all / weight_known.where(weight_known > 0)
    total = total * decided(firms, "score_correction").fillna(1.0)
    total += decided(firms, "bonus_points").fillna(0.0)
    total -= decided(firms, "penalty_points").fillna(0.0)
    return total.mask(none)


def indicator_score(values: pd.Series, indicator: Indicator, scheme: Scheme) -> pd.Series:
    """Points of one indicator: value ÷ benchmark × weight, within floor and cap."""
    score = values / indicator.benchmark * indicator.weight
    low = scheme.floor * indicator.weight
    return score.clip(low, None if scheme.cap is None else scheme.cap * indicator.weight)


def stand_in(score: pd.Series, indicator: Indicator) -> float:
    """What counts where an indicator is missing; a list that knows none of it has no mean."""
    mean = score.mean() if indicator.missing == "mean" else 0.0
    return 0.0 if np.isnan(mean) else float(mean)


def _grades(result: pd.DataFrame, firms: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    scored = result["score"].notna().to_numpy()
    rank = pd.Series(pd.NA, index=result.index, dtype="Int64")
    count = pd.Series(pd.NA, index=result.index, dtype="Int64")
    for listed in scheme.lists:
        mine = scored & result["evaluation_list"].eq(listed.zh).to_numpy(dtype=bool)
        rank[mine] = _ranks(result.loc[mine, "score"].to_numpy())
        count[mine] = int(mine.sum())
    grade = np.full(len(result), None, dtype=object)
    placed = np.flatnonzero(scored)
    share = (rank.iloc[placed] / count.iloc[placed]).to_numpy(dtype=float)
    limits = np.array(list(scheme.shares.values()))
    # rank ÷ n on the line belongs to the better grade, whatever its last binary digit.
    at = np.searchsorted(limits + SAME_SCORE, share, side="left").clip(0, len(limits) - 1)
    grade[placed] = np.array(list(scheme.shares), dtype=object)[at]
    veto = decided(firms, "veto").fillna(value=False).to_numpy(dtype=bool) & _graded(firms)
    grade[veto] = "D"
    reason = _reasons(result, firms, {"rank": rank, "count": count}, veto)
    grades = pd.Series(grade, index=result.index, dtype="str")
    return pd.DataFrame(
        {"rank": rank, "rank_of": count, "grade_worked_out": grades, "grade_reason": reason}
    )


def _graded(firms: pd.DataFrame) -> np.ndarray:
    return decided(firms, "not_evaluated").isna().to_numpy()


def _ranks(score: np.ndarray) -> np.ndarray:
    """1 + number strictly better; scores that differ by rounding are equal."""
    falling = np.sort(score)[::-1]
    return np.searchsorted(-falling, -(score + SAME_SCORE), side="left") + 1


def _reasons(
    result: pd.DataFrame, firms: pd.DataFrame, ranks: Mapping[str, pd.Series], veto: np.ndarray
) -> pd.Series:
    """Say in Chinese why an enterprise has its grade, or none."""
    scored = result["score"].notna()
    words = pd.Series("", index=result.index, dtype=object)
    of = ranks["rank"].astype("str") + "/" + ranks["count"].astype("str")
    listed, score = result["evaluation_list"].astype("str"), result["score"]
    said = listed + "第 " + of + " 名，" + score.map("{:.2f}".format).astype("str")
    words[scored] = (said + " 分")[scored].astype(object)
    without = {
        "缺当年数据": ~firms["has_year"].astype(bool),
        "用地面积缺失或为零": ~(firms["land_mu"] > 0),
        "是否规上不明": firms["is_above_scale"].isna(),
        "不在任何评价清单": result["evaluation_list"].isna() & firms["is_above_scale"].notna(),
    }
    for reason, holds in without.items():
        where = (~scored & holds).to_numpy(dtype=bool) & (words == "").to_numpy()
        words[where] = reason
    words[(~scored & (words == "")).to_numpy()] = "缺指标数据"
    exempt = decided(firms, "not_evaluated")
    words[exempt.notna().to_numpy()] = "不参评：" + exempt.dropna().astype(object)
    words[veto] = "一票否决为 D；" + words[veto]
    return words.astype("str")
