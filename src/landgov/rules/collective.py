"""Collective industrial land with one of the six symptoms (集体工业用地)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from landgov.policies import Policy
from landgov.rules.findings import HAZARDS
from landgov.rules.kleene import constant
from landgov.rules.ruling import Ruling, missing_facts

CLAUSE = "二（一）4"


def judge_collective(
    parcels: pd.DataFrame,
    found: Mapping[str, pd.Series],
    policy: Policy,
    as_of: date,
    added: Mapping[str, Ruling],
) -> dict[str, Ruling]:
    """Judge each parcel by the symptoms of collective industrial land that are on.

    Parameters
    ----------
    parcels : DataFrame
        Parcels of the register.
    found : mapping of str to Series
        Open findings on the parcel or on an enterprise that uses it: `any_papers` and the
        major ones by kind.
    policy : Policy
        `collective_plot_ratio`, `collective_building_age`, `collective_petitions`; each is
        off without a number.
    as_of : date
        For the age of buildings.
    added : mapping of str to Ruling
        Symptoms that a place adds, on parcels.

    Returns
    -------
    dict
        The symptom and the ownership together, by rule id: on state land each is no.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）4.
    """
    symptoms = {
        "collective_papers": _found(found["any_papers"], "no_land_papers"),
        "collective_structure": _structure(parcels, policy, as_of),
        "collective_hazard": _hazard(found),
        "collective_management": _fact(parcels, "loosely_managed"),
    }
    if not policy["collective_plot_ratio"].off:
        symptoms["collective_use"] = _figure(parcels, policy, "collective_plot_ratio", "plot_ratio")
    if not policy["collective_petitions"].off:
        symptoms["collective_petitions"] = _figure(
            parcels, policy, "collective_petitions", "petitions"
        )
    symptoms |= added
    off = policy.setting("rules_off")
    collective = parcels["ownership"].eq("collective").astype("boolean")
    collective = collective.mask(parcels["ownership"].isna())
    return {
        name: _on_collective_land(name, symptom, collective)
        for name, symptom in symptoms.items()
        if name not in off
    }


def priority(parcels: pd.DataFrame) -> pd.Series:
    """Collective land to treat first: worth redeveloping, or fit for reclamation.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）4: 和 joins two kinds of land.
    """
    return parcels["redevelopable"] | parcels["reclaimable"]


def _on_collective_land(name: str, symptom: Ruling, collective: pd.Series) -> Ruling:
    answer = symptom.answer & collective
    own = symptom.lacks().to_numpy(dtype=object)
    unowned = collective.isna().to_numpy()
    both = np.where(own == "", "parcels.ownership", own + "|parcels.ownership")
    lacks = pd.Series(np.where(unowned, both, own), index=answer.index)
    return Ruling(
        rule=name,
        category="collective",
        clause=CLAUSE,
        answer=answer,
        table=symptom.table,
        column=symptom.column,
        rows=symptom.rows,
        value=symptom.value,
        line=symptom.line,
        missing=lacks,
    )


def _fact(parcels: pd.DataFrame, column: str) -> Ruling:
    return Ruling("", "", CLAUSE, parcels[column], "parcels", column, np.arange(len(parcels)))


def _found(answer: pd.Series, kind: str) -> Ruling:
    lacks = missing_facts({f"findings.{kind}": answer.isna()})
    nowhere = np.full(len(answer), -1, dtype=np.int64)
    return Ruling("", "", CLAUSE, answer, "findings", "kind", nowhere, missing=lacks)


def _hazard(found: Mapping[str, pd.Series]) -> Ruling:
    answers = [found[kind] for kind in HAZARDS]
    answer = constant(answers[0].index, value=False)
    for one in answers:
        answer = answer | one
    lacks = missing_facts({f"findings.{kind}": found[kind].isna() for kind in HAZARDS})
    nowhere = np.full(len(answer), -1, dtype=np.int64)
    return Ruling("", "", CLAUSE, answer, "findings", "kind", nowhere, missing=lacks)


def _structure(parcels: pd.DataFrame, policy: Policy, as_of: date) -> Ruling:
    """Unsafe, or older than the policy's limit where it sets one."""
    unsafe = _fact(parcels, "structure_unsafe")
    line = policy["collective_building_age"]
    if line.off:
        return unsafe
    age = (as_of.year - parcels["building_year"]).astype("float64")
    answer = unsafe.answer | line.holds(age)
    lacks = missing_facts(
        {"parcels.structure_unsafe": unsafe.answer.isna(), "parcels.building_year": age.isna()}
    )
    return Ruling("", "", CLAUSE, answer, "parcels", "building_year", unsafe.rows, age, line, lacks)


def _figure(parcels: pd.DataFrame, policy: Policy, name: str, column: str) -> Ruling:
    line = policy[name]
    value = parcels[column].astype("float64")
    source = "floor_area_m2" if column == "plot_ratio" else column
    return Ruling(
        "",
        "",
        CLAUSE,
        line.holds(value),
        "parcels",
        source,
        np.arange(len(parcels)),
        value,
        line,
    )
