"""Rules that judge an enterprise by its own figures, once, before parcels come into it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from landgov.policies import Policy
from landgov.rules.ruling import Ruling, missing_facts

TAX, LAND = "enterprise_years.tax_wan", "links.area_mu"
SCALE, GRADE = "enterprises.is_above_scale", "enterprises.grade"


def low_tax(firms: pd.DataFrame, policy: Policy) -> Ruling:
    """Mark enterprises with little tax on their land (亩均税收 5 万元以下).

    Parameters
    ----------
    firms : DataFrame
        `tax_wan` (万元), `land_mu` (亩), `tax_per_mu` (万元/亩).
    policy : Policy
        `low_efficiency_tax`.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）1; 民法典 第1259条: 以下 includes the number itself.
    """
    line = policy["low_efficiency_tax"]
    return Ruling(
        rule="low_tax",
        category="low_efficiency",
        clause=line.clause,
        answer=line.holds(firms["tax_per_mu"]),
        table="enterprise_years",
        column="tax_wan",
        rows=firms["year_row"].to_numpy(),
        value=firms["tax_per_mu"],
        line=line,
        missing=missing_facts({TAX: firms["tax_wan"].isna(), LAND: ~(firms["land_mu"] > 0)}),
    )


def three_low_above_scale(firms: pd.DataFrame, policy: Policy) -> Ruling:
    """Mark above-scale enterprises with little tax (三低：亩均税收低的规上企业).

    References
    ----------
    虞政办发〔2021〕86号, 二（一）1.
    """
    base = low_tax(firms, policy)
    answer = base.answer & firms["is_above_scale"]
    lacks = missing_facts(
        {
            TAX: firms["tax_wan"].isna(),
            LAND: ~(firms["land_mu"] > 0),
            SCALE: firms["is_above_scale"].isna(),
        }
    )
    return _as(base, "three_low_above_scale", answer, lacks)


def three_low_small(firms: pd.DataFrame, policy: Policy) -> Ruling:
    """Mark below-scale enterprises on much land (三低：用地 10 亩以上的规下企业).

    Reading A holds the tax line against them too; reading B looks at their land alone. An
    empty `is_above_scale` is not below scale.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）1.
    """
    line = policy["small_enterprise_land"]
    reading_b = policy.setting("three_low_reading") == "B"
    answer = ~firms["is_above_scale"] & line.holds(firms["land_mu"])
    facts = {
        LAND: ~(firms["land_mu"] > 0),
        SCALE: firms["is_above_scale"].isna(),
    }
    if not reading_b:
        answer = answer & low_tax(firms, policy).answer
        facts = {TAX: firms["tax_wan"].isna(), **facts}
    return Ruling(
        rule="three_low_small",
        category="three_low",
        clause=line.clause,
        answer=answer,
        table="enterprises",
        column="is_above_scale",
        rows=firms["enterprise_row"].to_numpy(),
        value=firms["land_mu"],
        line=line,
        missing=missing_facts(facts),
    )


def grade_d(firms: pd.DataFrame, policy: Policy) -> Ruling:
    """Mark enterprises of grade D (综合评价结果为 D 类).

    References
    ----------
    虞政办发〔2021〕86号, 二（一）1.
    """
    line = policy["worst_grade"]
    answer = line.holds(firms["grade"])
    covered = answer.isna() & firms["grade_d_covered"]
    # Evidence stands in the year's table where any does; else in the enterprise table.
    of_year = firms["grade_of_year"].to_numpy(dtype=bool)
    yearly = bool(of_year.any())
    rows = firms["year_row" if yearly else "enterprise_row"].to_numpy()
    return Ruling(
        rule="grade_d",
        category="three_low",
        clause=line.clause,
        answer=answer.mask(covered, other=False),
        table="enterprise_years" if yearly else "enterprises",
        column="grade",
        rows=np.where(of_year, rows, -1) if yearly else rows,
        line=line,
        missing=missing_facts({GRADE: firms["grade"].isna()}),
    )


def outdated_capacity(firms: pd.DataFrame, policy: Policy) -> Ruling:
    """Mark enterprises with outdated capacity (落后产能).

    References
    ----------
    虞政办发〔2021〕86号, 二（一）2.
    """
    return _listed(firms, "outdated_capacity", policy["energy_intensity"].clause)


def high_energy(firms: pd.DataFrame, policy: Policy) -> Ruling:
    """Mark enterprises on the list of high energy use (单位能耗高).

    The plan speaks of energy per unit: a list drawn up by total use leaves it unknown.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）2.
    """
    base = _listed(firms, "high_energy", policy["energy_intensity"].clause)
    by_total = firms["high_energy_basis"].eq("total").fillna(value=False).to_numpy(dtype=bool)
    by_total = by_total & base.answer.to_numpy(dtype=bool, na_value=False)
    lacks = missing_facts(
        {
            "enterprises.high_energy": firms["high_energy"].isna(),
            "enterprises.high_energy_basis": pd.Series(by_total, index=firms.index),
        }
    )
    return _as(base, "high_energy", base.answer.mask(by_total), lacks)


def high_emission(firms: pd.DataFrame, policy: Policy) -> Ruling:
    """Mark enterprises on the list of high emission (单位排放高).

    References
    ----------
    虞政办发〔2021〕86号, 二（一）2.
    """
    return _listed(firms, "high_emission", policy["emission_intensity"].clause)


def energy_intensity(firms: pd.DataFrame, policy: Policy) -> Ruling:
    """Mark enterprises above the policy's limit of energy per value added; off without one.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）2.
    """
    return _intensity(firms, policy, "energy_intensity", "energy_per_value_added", "energy_tce")


def emission_intensity(firms: pd.DataFrame, policy: Policy) -> Ruling:
    """Mark enterprises above the policy's limit of emission per value added; off without one.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）2.
    """
    return _intensity(firms, policy, "emission_intensity", "emission_per_value_added", "emission_t")


RULES: tuple[tuple[str, Callable[[pd.DataFrame, Policy], Ruling]], ...] = (
    ("low_efficiency_tax", low_tax),
    ("low_efficiency_tax", three_low_above_scale),
    ("small_enterprise_land", three_low_small),
    ("worst_grade", grade_d),
    ("", outdated_capacity),
    ("", high_energy),
    ("", high_emission),
    ("energy_intensity", energy_intensity),
    ("emission_intensity", emission_intensity),
)
"""Each rule with the number that it needs; a rule whose number is off gives no verdict."""


def judge_enterprises(firms: pd.DataFrame, policy: Policy) -> dict[str, Ruling]:
    """Judge every enterprise by every rule that is on.

    Parameters
    ----------
    firms : DataFrame
        Enterprises of the register.
    policy : Policy
        Numbers and readings.

    Returns
    -------
    dict
        Rulings by rule id, in the order of the plan.
    """
    needs_tax = policy.setting("three_low_reading") != "B"
    rulings = {}
    for parameter, rule in RULES:
        if parameter and policy[parameter].off:
            continue
        if rule is three_low_small and needs_tax and policy["low_efficiency_tax"].off:
            continue
        ruling = rule(firms, policy)
        rulings[ruling.rule] = ruling
    return rulings


def _listed(firms: pd.DataFrame, fact: str, clause: str) -> Ruling:
    """Rule that is a department's list: whoever is on it is yes."""
    return Ruling(
        rule=fact,
        category="two_high",
        clause=clause,
        answer=firms[fact],
        table="enterprises",
        column=fact,
        rows=firms["enterprise_row"].to_numpy(),
    )


def _intensity(
    firms: pd.DataFrame, policy: Policy, name: str, indicator: str, figure: str
) -> Ruling:
    line = policy[name]
    return Ruling(
        rule=name,
        category="two_high",
        clause=line.clause,
        answer=line.holds(firms[indicator]),
        table="enterprise_years",
        column=figure,
        rows=firms["year_row"].to_numpy(),
        value=firms[indicator],
        line=line,
        missing=missing_facts(
            {
                f"enterprise_years.{figure}": firms[figure].isna(),
                "enterprise_years.value_added_wan": ~(firms["value_added_wan"] > 0),
            }
        ),
    )


def _as(base: Ruling, rule: str, answer: pd.Series, missing: pd.Series) -> Ruling:
    """Make a ruling that rests on another one's evidence."""
    category = "three_low" if rule.startswith("three_low") else base.category
    return Ruling(
        rule=rule,
        category=category,
        clause=base.clause,
        answer=answer,
        table=base.table,
        column=base.column,
        rows=base.rows,
        value=base.value,
        line=base.line,
        missing=missing,
    )
