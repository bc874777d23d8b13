"""`landgov policy show`: every number with what it rests on."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from landgov.cli.app import app
from landgov.errors import LandgovError
from landgov.policies import load_policy


def _shown(*words: str) -> str:
    result = CliRunner().invoke(app, ["policy", "show", *words], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.stdout


def test_every_number_stands_there_with_quote_reading_and_who_confirms() -> None:
    words = _shown("shangyu-2021-86", "--on", "2022-12-31")
    loaded = load_policy("shangyu-2021-86", on=date(2022, 12, 31))
    for number in loaded.parameters.values():
        assert number.name in words
        assert number.quote in words
        assert number.reading in words
        assert number.confirm_by in words
    assert "≤ 5" in words
    assert "未启用" in words


def test_a_day_before_the_first_shows_the_number_below_or_off(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        'id = "own"\nextends = "shangyu-2021-86"\n[low_efficiency_tax]\nvalue = 6\n'
        "from = 2030-01-01\n",
        encoding="utf-8",
    )
    first = json.loads(_shown(str(file), "--on", "2021-11-16", "--json"))
    before = json.loads(_shown(str(file), "--on", "2029-12-31", "--json"))
    on_day = json.loads(_shown(str(file), "--on", "2030-01-01", "--json"))
    newest = json.loads(_shown(str(file), "--json"))
    plan, own = ("5", "2021-11-17"), ("6", "2030-01-01")
    # Until the first day of its own number, that of the policy below holds.
    for shown, off, told in (
        (first, True, plan),
        (before, False, plan),
        (on_day, False, own),
        (newest, False, own),
    ):
        [tax] = [one for one in shown["parameters"] if one["name"] == "low_efficiency_tax"]
        assert (tax["off"], (tax["value"], tax["from"])) == (off, told)


def test_a_fraction_is_written_as_the_law_writes_it() -> None:
    shown = json.loads(_shown("--json"))
    written = {one["name"]: one["value"] for one in shown["parameters"]}
    assert written["idle_developed_share"] == "1/3"
    assert written["worst_grade"] == "D"
    assert written["contiguity_gap"] == "0.5"


@pytest.mark.parametrize("day", ["2000-01-01", "0001-01-01", "2021-11-16"])
@pytest.mark.parametrize("name", ["shangyu-2021-86", "huangyan-2022-example"])
def test_a_day_before_every_number_is_shown_with_the_day_from_which_each_holds(
    name: str, day: str
) -> None:
    words = _shown(name, "--on", day)
    first = "2022-01-01" if name.startswith("huangyan") else "2021-11-17"
    assert f"low_efficiency_tax　未启用：自 {first} 起" in words
    # A clause that never had a number does not come into use on its day.
    assert "collective_petitions　未启用\n" in words
    told = json.loads(_shown(name, "--on", day, "--json"))
    [tax] = [one for one in told["parameters"] if one["name"] == "low_efficiency_tax"]
    assert (tax["off"], tax["in_force"], tax["from"]) == (True, False, first)


def test_of_dated_versions_the_first_tells_when_the_number_begins() -> None:
    words = _shown("shangyu-2021-86", "--on", "2018-12-31")
    assert "land_use_tax_relief_a　未启用：自 2019-01-01 起" in words
    # From 2022 the relief has no number any more, in force as it is.
    assert "land_use_tax_relief_a　未启用\n" in _shown("shangyu-2021-86", "--on", "2022-01-01")


def test_what_policies_share_is_no_policy_by_itself() -> None:
    result = CliRunner().invoke(app, ["policy", "show", "zhejiang-common"])
    assert isinstance(result.exception, LandgovError)
    assert "不能单独使用" in result.exception.message_zh
    assert 'extends = "zhejiang-common"' in str(result.exception.do)
