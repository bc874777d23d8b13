"""Numbers of law stand in the plan's own words, start on their day and hold on their line."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from landgov.errors import LandgovError
from landgov.policies import Parameter, Policy, available_policies, load_policy

PLAN = "shangyu-2021-86"
END_OF_2022 = date(2022, 12, 31)
QUOTES = Path(__file__).parent / "data" / "plan_2021_86_quotes.txt"
WHOLE_PLAN = Path(__file__).parents[2] / "shared" / "plan" / "plan-2021-86.zh.txt"
POLICY = load_policy(PLAN, on=END_OF_2022)


def closed_up(text: str) -> str:
    """Text without white space: the print breaks lines and sets numbers apart."""
    return re.sub(r"\s+", "", text)


def sentences() -> list[str]:
    return [closed_up(line) for line in QUOTES.read_text(encoding="utf-8").splitlines() if line]


def of_the_plan(policy: Policy) -> list[Parameter]:
    """Parameters that rest on a clause of the plan itself."""
    return [
        number
        for number in policy.parameters.values()
        if number.status in ("in_plan", "to_confirm") and number.clause[:1] in "二三"
    ]


def extending(folder: Path, text: str) -> Policy:
    path = folder / "local.toml"
    path.write_text(f'id = "local"\nextends = "{PLAN}"\n{text}', encoding="utf-8")
    return load_policy(path, on=END_OF_2022)


# ---- the plan's words ----------------------------------------------------------


@pytest.mark.parametrize("number", of_the_plan(POLICY), ids=lambda number: number.name)
def test_the_quoted_words_stand_in_the_plan(number: Parameter):
    assert len(closed_up(number.quote)) >= 4
    assert any(closed_up(number.quote) in sentence for sentence in sentences())


@pytest.mark.parametrize(
    "number",
    [number for number in of_the_plan(POLICY) if number.status == "in_plan"],
    ids=lambda number: number.name,
)
def test_a_number_in_the_plan_stands_in_its_quote(number: Parameter):
    assert str(number.value) in number.quote


def test_the_parameters_of_the_plan_are_those_checked():
    assert {number.name for number in of_the_plan(POLICY)} >= {
        "low_efficiency_tax",
        "small_enterprise_land",
        "worst_grade",
        "energy_intensity",
        "emission_intensity",
        "collective_plot_ratio",
        "collective_building_age",
        "collective_petitions",
    }


def test_words_that_the_plan_does_not_say_are_not_found():
    assert not any("亩均税收3万元以下" in sentence for sentence in sentences())


@pytest.mark.skipif(not WHOLE_PLAN.exists(), reason="the plan's text is not at hand")
def test_the_copied_sentences_are_the_plan_s():
    plan = closed_up(WHOLE_PLAN.read_text(encoding="utf-8"))
    assert [sentence for sentence in sentences() if sentence not in plan] == []


def test_every_doubtful_number_names_who_confirms_it():
    doubtful = [number for number in POLICY.parameters.values() if number.status == "to_confirm"]
    assert doubtful
    assert [number.name for number in doubtful if not number.confirm_by] == []


def test_every_number_from_elsewhere_names_its_source():
    others = [number for number in POLICY.parameters.values() if number.status == "other_source"]
    assert others
    assert [number.name for number in others if not number.source] == []


# ---- dates ---------------------------------------------------------------------


def test_before_the_plan_its_line_is_off_and_the_idle_year_holds():
    policy = load_policy(PLAN, on=date(2020, 12, 31))
    assert policy["low_efficiency_tax"].off
    assert not policy["low_efficiency_tax"].in_force
    assert "low_efficiency_tax" in policy.off()
    assert policy["idle_years"].in_force
    assert not policy["idle_years"].off


@pytest.mark.parametrize(("day", "off"), [(date(2021, 11, 16), True), (date(2021, 11, 17), False)])
def test_a_line_holds_from_its_first_day(day: date, off: bool):
    assert load_policy(PLAN, on=day)["low_efficiency_tax"].off is off


def test_a_clause_without_a_number_is_off_though_in_force():
    assert POLICY["energy_intensity"].in_force
    assert POLICY["energy_intensity"].off
    with pytest.raises(LandgovError, match="energy_intensity"):
        _ = POLICY["energy_intensity"].number


def test_of_two_dated_versions_the_newest_in_force_counts(tmp_path: Path):
    head = 'op = "<="\nunit = "万元/亩"\nclause = "地方"\nquote = "q"\nreading = "r"\n'
    text = "".join(
        f'[[low_efficiency_tax]]\nvalue = {value}\nfrom = {day}\nstatus = "in_plan"\n{head}'
        for value, day in ((8, "2023-01-01"), (5, "2021-11-17"), (6, "2022-06-01"))
    )
    path = tmp_path / "local.toml"
    path.write_text(f'id = "local"\nextends = "{PLAN}"\n{text}', encoding="utf-8")
    values = [
        load_policy(path, on=day)["low_efficiency_tax"].value
        for day in (date(2022, 5, 31), date(2022, 6, 1), date(2022, 12, 31), date(2023, 1, 1))
    ]
    assert values == [5, 6, 6, 8]


# ---- extends -------------------------------------------------------------------


def test_a_policy_that_extends_changes_its_number_and_keeps_the_rest(tmp_path: Path):
    policy = extending(tmp_path, "[low_efficiency_tax]\nvalue = 6\n")
    assert policy.id == "local"
    assert policy["low_efficiency_tax"].value == 6
    assert policy["low_efficiency_tax"].op == "<="
    assert policy["low_efficiency_tax"].clause == POLICY["low_efficiency_tax"].clause
    assert policy["small_enterprise_land"] == POLICY["small_enterprise_land"]
    assert policy.settings == POLICY.settings
    assert load_policy(PLAN, on=END_OF_2022)["low_efficiency_tax"].value == 5


def test_a_policy_that_extends_gives_a_number_to_a_clause_that_was_off(tmp_path: Path):
    policy = extending(tmp_path, "[energy_intensity]\nvalue = 0.52\n")
    assert not policy["energy_intensity"].off
    assert policy["energy_intensity"].value == Fraction(52, 100)
    assert "energy_intensity" not in policy.off()


def test_policies_that_extend_each_other_are_told(tmp_path: Path):
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{name}.toml").write_text(f'id = "{name}"\nextends = "{other}.toml"\n')
    with pytest.raises(LandgovError, match="ring"):
        load_policy(tmp_path / "a.toml", on=END_OF_2022)


# ---- errors --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[low_efficiency_tax]\nop = "=<"\n', "=<"),
        ('[low_efficiency_tax]\nvalue = "5万"\n', "no number"),
        ('[low_efficiency_tax]\nvalue = "1/0"\n', "no number"),
        ('[low_efficiency_tax]\nstatus = "sure"\n', "sure"),
        ('[low_efficiency_tax]\nfrom = "2021"\n', "no date"),
        ("[low_efficiency_tax]\nvalu = 6\n", "valu"),
        ("[new_line]\nvalue = 6\n", "lacks"),
        ('three_low_raeding = "B"\n', "three_low_raeding"),
        ("not toml at all", "can't be read"),
    ],
)
def test_a_faulty_policy_is_told_in_words(tmp_path: Path, text: str, said: str):
    with pytest.raises(LandgovError, match=re.escape(said)):
        extending(tmp_path, text)


def test_all_faults_of_a_policy_are_told_at_once(tmp_path: Path):
    with pytest.raises(LandgovError) as told:
        extending(tmp_path, '[low_efficiency_tax]\nop = "?"\n[idle_years]\nstatus = "sure"\n')
    assert "low_efficiency_tax" in str(told.value)
    assert "idle_years" in str(told.value)


def test_a_policy_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(LandgovError) as told:
        load_policy("shangyu-1999", on=END_OF_2022)
    assert "shangyu-1999" in str(told.value)
    assert PLAN in available_policies()


def test_a_parameter_or_setting_that_is_not_there_is_told():
    with pytest.raises(LandgovError, match="low_efficency_tax"):
        POLICY["low_efficency_tax"]
    with pytest.raises(LandgovError, match="colour"):
        POLICY.setting("colour")


# ---- holding a value against the line --------------------------------------------


def held(op: str, value: float | None, line: str = "5") -> bool | None:
    number = Parameter(
        name="line",
        value=Fraction(line),
        op=op,
        unit="",
        clause="",
        quote="",
        reading="",
        status="in_plan",
        since=date(2021, 1, 1),
    )
    answer = number.holds(pd.Series([value], dtype="float64")).iloc[0]
    return None if pd.isna(answer) else bool(answer)


@pytest.mark.parametrize(
    ("op", "below", "on", "above"),
    [
        ("<", True, False, False),
        ("<=", True, True, False),
        (">", False, False, True),
        (">=", False, True, True),
        ("==", False, True, False),
    ],
)
def test_a_value_below_on_and_above_the_line(op: str, below: bool, on: bool, above: bool):
    assert (held(op, 4.99), held(op, 5.0), held(op, 5.01)) == (below, on, above)
    # A quotient's last digit does not move it off the line; a millionth does.
    assert (held(op, 5.0 - 1e-12), held(op, 5.0 + 1e-12)) == (on, on)
    assert (held(op, 5.0 - 1e-6), held(op, 5.0 + 1e-6)) == (below, above)
    assert held(op, None) is None


@pytest.mark.parametrize(
    ("part", "whole", "line", "less"),
    [
        (1.0, 3.0, "1/3", False),
        (0.1, 0.3, "1/3", False),
        (3333.33, 10_000.0, "1/3", True),
        (0.7, 2.8, "1/4", False),
        (2499.99, 10_000.0, "1/4", True),
    ],
)
def test_exactly_a_third_is_not_less_than_a_third(part, whole, line, less):
    assert held("<", part / whole, line) is less


def test_a_grade_is_held_against_a_grade():
    answer = POLICY["worst_grade"].holds(pd.Series(["D", "C", None], dtype="str"))
    assert answer.tolist()[:2] == [True, False]
    assert answer.isna().tolist() == [False, False, True]


def test_the_answers_stand_on_the_index_asked():
    values = pd.Series([1.0, 9.0], index=pd.Index(["b", "a"]))
    answer = POLICY["low_efficiency_tax"].holds(values)
    assert answer.index.tolist() == ["b", "a"]
    assert str(answer.dtype) == "boolean"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('three_low_reading = "b"', "none of A, B"),
        ('links_unstated = ["thirds"]', "no list of floor_area, equal"),
        ('[low_efficiency_tax]\nvalue = "五"', "no number"),
        ("[idle_years]\nvalue = 1.5", "no whole number"),
        ("[low_efficiency_tax]\nvalue = true", "no number"),
    ],
)
def test_a_slip_in_a_policy_never_passes_as_a_rule(tmp_path, line, said):
    path = tmp_path / "own.toml"
    path.write_text(f'extends = "shangyu-2021-86"\n{line}\n', encoding="utf-8")
    with pytest.raises(LandgovError, match=said):
        load_policy(path, on=date(2022, 12, 31))
