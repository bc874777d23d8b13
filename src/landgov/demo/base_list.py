"""The right answers of the base list (底数清单答案): land, indicators, scores, grades, residuals."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from landgov.demo import years
from landgov.demo.answers import NONE
from landgov.demo.catalogue import Floats, scenarios, texts
from landgov.demo.facts import District
from landgov.demo.grading import Objects, grade, nearest, options, quotient
from landgov.demo.planter import Planter

#: Indicator of an enterprise → figure over figure.
INDICATORS: Final = {
    "value_added_per_mu": ("value_added_wan", "land"),
    "labour_productivity_wan": ("value_added_wan", "employees"),
    "energy_per_value_added": ("energy_tce", "value_added_wan"),
    "emission_per_value_added": ("emission_t", "value_added_wan"),
    "rd_share": ("rd_wan", "revenue_wan"),
    "value_added_per_energy_equivalent": ("value_added_wan", "energy_tce"),
    "value_added_per_emission": ("value_added_wan", "emission_t"),
}


def settle_grades(planter: Planter) -> None:
    """Work the grades out and decide what is reported, after every defect is planted.

    What a defect leaves open is not evaluated: an enterprise whose rows or whose parcel's rows
    are sent twice. Electricity told in two ways counts as missing.
    """
    district = planter.district
    figures = years.last_year(district)
    figures.loc[sorted(planter.forgotten), "sent"] = False
    figures.loc[sorted(planter.retold), "power_wan_kwh"] = np.nan
    decided = years.decided(district)
    worked = grade(figures, decided)
    plain = grade(figures, decided.assign(bonus=0.0, penalty=0.0, veto=False))
    district.firms["grade"] = _reported(district, decided, worked, plain)
    worked["cause"] = _causes(district, decided, worked)
    _state(planter, figures, worked)


def _reported(
    district: District, decided: pd.DataFrame, worked: pd.DataFrame, plain: pd.DataFrame
) -> Objects:
    """Report the grade worked out where the scenario lets it, points and vetoes overlooked."""
    choices = options(district.firms)
    words = plain["grade"].where(plain["grade"] != "", worked["grade"]).to_numpy(dtype=object)
    rng = np.random.default_rng([district.seed, 17])
    drawn = np.array(["A", "B", "C"], dtype=object)[rng.integers(3, size=len(words))]
    words = np.where(words == "", drawn, words)
    given = [nearest(word, choice) for word, choice in zip(words, choices, strict=True)]
    for firm in np.flatnonzero(decided["misreported"]):
        others = [word for word in choices[firm].split() if word != given[firm]]
        given[firm] = others[0] if others else given[firm]
    return np.array(given, dtype=object)


def _causes(district: District, decided: pd.DataFrame, worked: pd.DataFrame) -> Objects:
    """Say why the grade reported is another than the grade worked out; empty where it is not."""
    firms = district.firms
    issue = texts(scenarios("firms"), "issue", firms["kind"].to_numpy())
    given = firms["grade"].to_numpy(dtype=object)
    given = np.where(np.isin(issue, ["grade:bad_code", "grade:conflict"]), "", given)
    found = worked["grade"].to_numpy(dtype=object)
    points = (decided["bonus"] + decided["penalty"] > 0).to_numpy()
    cases = [
        given == found,
        (given == "") & (found != ""),
        decided["exempt"].to_numpy(dtype=bool),
        found == "",
        decided["veto"].to_numpy(dtype=bool),
        points,
    ]
    words = ["", "not_reported", "not_evaluated", "no_score", "veto", "points"]
    return np.select(cases, words, "misreported").astype(object)


def _state(planter: Planter, figures: pd.DataFrame, worked: pd.DataFrame) -> None:
    """Lay indicators, score and grade beside what is stated of each enterprise."""
    firms, stated = planter.district.firms, planter.firms
    at = pd.Index(firms["code"]).get_indexer(pd.Index(stated["enterprise_id"]))
    figures, worked = figures.iloc[at], worked.iloc[at]
    sent = figures["sent"].to_numpy(dtype=bool)
    more: dict[str, Objects] = {}
    issue = texts(scenarios("firms"), "issue", firms["kind"].to_numpy()[at])
    given = firms["grade"].to_numpy(dtype=object)[at]
    broken = np.isin(issue, ["grade:bad_code", "grade:conflict"])
    more["grade"] = np.where((given == "") | broken, NONE, given)
    for name, (over, under) in INDICATORS.items():
        more[name] = plain(np.where(sent, quotient(figures[over], figures[under]), np.nan))
    listed = worked["evaluation_list"].to_numpy(dtype=object)
    more["evaluation_list"] = np.where(listed == "", NONE, listed)
    for name in ("score", "rank", "rank_of"):
        more[name] = plain(worked[name].to_numpy(dtype=float))
    for name, column in (("grade_worked_out", "grade"), ("grade_cause", "cause")):
        words = worked[column].to_numpy(dtype=object)
        more[name] = np.where(words == "", NONE, words)
    planter.firms = stated.assign(**more)


def plain(values: Floats) -> Objects:
    """Write numbers to 12 figures; `NONE` where there is none."""
    words = [NONE if missing else f"{value:.12g}" for value, missing in
             zip(values.tolist(), np.isnan(values).tolist(), strict=True)]  # fmt: skip
    return np.array(words, dtype=object)


def state_ledger(planter: Planter) -> None:
    """State of each parcel the land that links hold and what they leave (亩).

    `linked_mu` is "none" where no link holds land or one of them can't be told; nothing is
    stated where a defect concerns the parcel's links.
    """
    district, sent = planter.district, planter.file("links")
    links = district.links[district.links["active"]]
    count = len(district.parcels)
    parcel, worked = links["parcel"].to_numpy(), links["worked"].to_numpy()
    held = np.bincount(parcel, worked, count)
    used = np.bincount(parcel, minlength=count) > 0
    open_ = np.zeros(count, dtype=bool)
    open_[parcel[links["unclear"].to_numpy(dtype=bool)]] = True
    named = {str(row["宗地代码"]) for row in sent.extra}
    codes = district.parcels["id"].to_numpy(dtype=object)
    open_ |= np.array([code in named for code in codes], dtype=bool)
    # A repeated parcel's links join with neither of its rows.
    stated = planter.parcels
    at = stated.index.to_numpy()
    mine = at < count
    at = np.where(mine, at, 0)
    repeated = stated["parcel_id"].str.contains("#", regex=False).to_numpy(dtype=bool)
    linked = np.where(mine & used[at] & ~repeated, np.round(held[at], 9), np.nan)
    land = pd.to_numeric(stated["land_mu"], errors="coerce").to_numpy(dtype=float)
    # Answers tell the land to six digits; where no defect changed it, all of them are known.
    exact = district.parcels["land"].to_numpy(dtype=float)[at]
    land = np.where(mine & (np.abs(land - exact) < 1e-6), exact, land)
    rest = land - np.nan_to_num(linked)
    unknown = mine & used[at] & ~repeated & np.isnan(linked)
    rest = np.where(unknown, np.nan, rest)
    silent = mine & open_[at]
    planter.parcels = stated.assign(
        linked_mu=np.where(silent, "", plain(linked)),
        residual_mu=np.where(silent, "", plain(np.where(np.abs(rest) < 1e-9, 0.0, rest))),
    )
