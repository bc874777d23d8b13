"""The register of readings: each alternative changes the policy, each default does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from landgov.policies import load_policy
from landgov.policies.changed import changed_policy
from landgov.policies.readings import Option, Reading, readings
from landgov.scenarios.flips import ASKED
from landgov.schema import tables

POLICY = load_policy("shangyu-2021-86", on=date(2022, 12, 31))
REGISTER = readings()
ALTERNATIVES = [(one, option) for one in REGISTER for option in one.alternatives]
# Settings that leave nothing open: names of the place, and switches that a place sets itself.
NO_READING = {
    *("place_names", "pilot_towns", "district_codes", "district_code_aliases"),
    *("town_codes", "former_town_codes", "former_town_names"),
    *("rules_off", "authority", "enforcement", "enforcement_on_farmland"),
}


def _ids(values: list[tuple[Reading, Option]]) -> list[str]:
    return [f"{one.id}-{one.alternatives.index(option) + 1}" for one, option in values]


@pytest.mark.parametrize("reading", REGISTER, ids=lambda one: one.id)
def test_the_default_is_what_the_policy_says(reading: Reading) -> None:
    assert changed_policy(POLICY, reading.default.change) == POLICY
    assert reading.in_use(POLICY) is reading.default


@pytest.mark.parametrize(("reading", "option"), ALTERNATIVES, ids=_ids(ALTERNATIVES))
def test_an_alternative_changes_what_the_question_is_about(
    reading: Reading, option: Option
) -> None:
    other = changed_policy(POLICY, option.change)
    assert other != POLICY
    named = {name.partition(".")[0] for name in option.change}
    assert named <= set(reading.of)
    assert named <= {name.partition(".")[0] for name in reading.default.change}
    assert reading.in_use(other) is option
    assert reading.default in reading.others(other)
    assert option not in reading.others(other)


@pytest.mark.parametrize("reading", REGISTER, ids=lambda one: one.id)
def test_a_question_is_whole(reading: Reading) -> None:
    assert reading.question and reading.clause and reading.default.says and reading.confirm_by
    assert set(reading.touches) <= set(ASKED)
    assert set(reading.tables) <= set(tables())
    known = {*POLICY.parameters, *POLICY.settings, "evaluation"}
    assert set(reading.of) <= known
    # One that can be worked out says what it touches, or what else it changes; one that
    # can't says what is missing.
    assert bool(reading.alternatives) is not bool(reading.needs)
    if reading.alternatives:
        assert bool(reading.touches) is not bool(reading.beyond)
    assert reading.needs[:4] in ("", "待数据：", "待确认：")


def test_ids_are_not_used_twice() -> None:
    ids = [one.id for one in REGISTER]
    assert len(ids) == len(set(ids))


def test_every_number_to_confirm_and_every_reading_stands_in_the_register() -> None:
    named = {name for one in REGISTER for name in one.of}
    doubtful = {name for name, one in POLICY.parameters.items() if one.status == "to_confirm"}
    assert len(doubtful) > 20
    assert doubtful - named == set()
    assert set(POLICY.settings) - named == NO_READING


def test_the_questions_of_the_plan_are_asked() -> None:
    asked = {name for one in REGISTER for name in one.of} | {one.id for one in REGISTER}
    assert asked >= {
        *("low_efficiency_tax", "small_enterprise_land", "three_low_reading", "idle_day_offset"),
        *("land_basis", "major", "four_without_major", "grade_d_is_low_efficiency"),
        *("village_or_township", "excused_is_idle", "links_unstated"),
        *("no_legal_site_from_findings", "partly_used_share"),
    }


def test_a_place_with_a_line_of_its_own_is_told_all_readings() -> None:
    [line] = [one for one in REGISTER if one.id == "small_land_line"]
    own = changed_policy(POLICY, {"small_enterprise_land": "8"})
    assert line.in_use(own) is None
    assert line.others(own) == (line.default, *line.alternatives)


def test_a_policy_that_lacks_the_number_takes_no_reading_of_it() -> None:
    [line] = [one for one in REGISTER if one.id == "tax_line_inclusive"]
    bare = replace(POLICY, parameters={})
    assert line.in_use(bare) is None
