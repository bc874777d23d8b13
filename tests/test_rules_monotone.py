"""What is known with facts missing stays as it is when they arrive: unknown is never a guess."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from landgov.decisions import load_decided
from landgov.quality import check_tables
from landgov.register import build_register
from landgov.rules import Judgement, judge
from landgov.sources import RawTable, Workspace
from rules_world import DATES, FLAGS, random_world
from test_rules_reference import ALL, CATEGORIES, NOTHING, PLACE, SOME, TWO_HIGH, policy_text

# Facts that the rules ask for. Left out are those of which the contract itself says what holds
# while they are missing: the land of a link (what the others leave), the certificate's area (the
# measured one), the supply status (a contract or a user shows it), figures of the year for 规上 and
# grade (the enterprise's own), the basis of a list of high energy, the industry of an enterprise
# on other land, the day on which a contract was signed.
FACTS = {
    "parcels": (
        *("land_use_system", "land_use_code", "ownership", "floor_area_m2", "building_year"),
        *("structure_unsafe", "redevelopable", "reclaimable", "petitions", "loosely_managed"),
    ),
    "enterprises": ("is_above_scale", "grade", *FLAGS),
    "enterprise_years": ("tax_wan", "value_added_wan", "energy_tce", "emission_t", "power_kwh"),
    "links": ("from", "to"),
    "findings": ("kind", "major", "found_on", "closed_on"),
    "contracts": (
        *("kind", "delivered_on", "agreed_start", "actual_start", "suspended_on", "delay_cause"),
        *("should_develop_m2", "developed_m2", "total_investment_wan", "invested_wan"),
    ),
    "stages": ("actual_on",),
    "commitments": ("promised", "sense", "due_on", "actual"),
}
EVENTS = ("closed_on", "actual_start", "suspended_on", "actual_on")
WORLDS = {"nothing is covered": NOTHING, "some is covered": SOME, "all is covered": ALL}
WORDS = (
    *("in_scope", *CATEGORIES, "collective_priority", "stock", "supplied_not_used"),
    *("idle", "land_state"),
)


class Sent(NamedTuple):
    workspace: Workspace
    raws: tuple[RawTable, ...]


@pytest.fixture(scope="module")
def sent(tmp_path_factory) -> Callable[[str], Sent]:
    @cache
    def read(name: str) -> Sent:
        made = random_world(11, 150, WORLDS[name], PLACE, "A", TWO_HIGH, holes=0.05)
        for row in made.years:
            row["is_above_scale"] = row["grade"] = None
        folder = made.write(tmp_path_factory.mktemp("sent"), policy_text(PLACE, "A"))
        workspace, decided = load_decided(folder)
        return Sent(workspace, tuple(decided.raws))

    return read


def judged(sent: Sent, raws: tuple[RawTable, ...]) -> Judgement:
    checked = check_tables(sent.workspace, raws)
    issues: list[dict[str, Any]] = []
    register = build_register(sent.workspace, checked, issues)
    return judge(sent.workspace, checked, register, issues)


def without(
    raw: RawTable, columns: tuple[str, ...], share: float, dice: np.random.Generator
) -> RawTable:
    """The file with some cells that nobody can read: the facts are missing, not denied."""
    frame = raw.frame.copy()
    for name in columns:
        lost = dice.random(len(frame)) < share
        if name not in EVENTS:
            lost &= frame[name].notna().to_numpy()
        cell = "1900-01-01" if name in DATES else "看不清"
        text = name in ("land_use_system", "land_use_code")
        frame[name] = frame[name].mask(lost) if text else frame[name].mask(lost, cell)
    return replace(raw, frame=frame)


def answers(judgement: Judgement) -> pd.DataFrame:
    """Every answer of every parcel in words; which cause excuses is no part of being idle."""
    columns = {name: judgement.parcels[name].astype(object) for name in WORDS}
    for one in judgement.rulings:
        words = one.answer.astype(object).map({True: "yes", False: "no"})
        columns[f"rule {one.rule}"] = words.where(one.answer.notna(), "unknown")
    table = pd.DataFrame(columns).astype(object)
    table["idle"] = table["idle"].replace({"excused": "over", "not_started": "over", "suspended": "over"})  # fmt: skip
    table["land_state"] = table["land_state"].where(table["land_state"].notna(), "outside")
    return table


@pytest.mark.parametrize("name", WORLDS)
@settings(max_examples=4, deadline=None, derandomize=True, phases=[Phase.generate])
@given(
    seed=st.integers(0, 2**32 - 1),
    share=st.floats(0.02, 0.7),
    tables=st.sets(st.sampled_from(sorted(FACTS)), min_size=1),
)
def test_an_answer_known_without_a_fact_stands_when_it_arrives(sent, name, seed, share, tables):
    whole = sent(name)
    dice = np.random.default_rng(seed)
    raws = tuple(
        without(raw, FACTS[raw.spec.table], share, dice) if raw.spec.table in tables else raw
        for raw in whole.raws
    )
    before, after = answers(judged(whole, raws)), whole_answers(whole)
    turned = before.ne(after) & before.ne("unknown")
    found = [(column, before.index[turned[column]][0]) for column in before if turned[column].any()]
    assert not found, {
        (column, parcel): (before.loc[parcel, column], after.loc[parcel, column])
        for column, parcel in found
    }


_ONCE: dict[int, pd.DataFrame] = {}


def whole_answers(sent: Sent) -> pd.DataFrame:
    """Answers with every fact there, worked out once."""
    if id(sent.raws) not in _ONCE:
        _ONCE[id(sent.raws)] = answers(judged(sent, sent.raws))
    return _ONCE[id(sent.raws)]


@pytest.mark.parametrize("name", WORLDS)
def test_with_every_fact_missing_next_to_nothing_is_known(sent, name):
    """The test above would say nothing if facts did not matter."""
    whole = sent(name)
    dice = np.random.default_rng(1)
    raws = tuple(
        without(raw, FACTS[raw.spec.table], 1.1, dice) if raw.spec.table in FACTS else raw
        for raw in whole.raws
    )
    before, after = answers(judged(whole, raws)), whole_answers(whole)
    assert before["in_scope"].eq("unknown").all()
    assert (after != "unknown").to_numpy().mean() > 3 * (before != "unknown").to_numpy().mean()
