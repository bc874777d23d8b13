"""The JSON Schema of a policy file says of a file what loading it says."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from landgov.cli.app import app
from landgov.demo.configuration import POLICY
from landgov.policies.files import HEAD, is_parameter, shipped
from landgov.policies.json_schema import policy_schema, settings_schema
from landgov.policies.settings import TABLES, check_settings

SCHEMA = policy_schema()
_KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "number": (int, float),
    "integer": (int,),
}
_KNOWN = {
    *("$ref", "$schema", "title", "description", "definitions", "format", "type", "enum", "const"),
    *("pattern", "minLength", "minimum", "maximum", "exclusiveMinimum", "minItems", "maxItems"),
    *("uniqueItems", "items", "properties", "required", "additionalProperties", "propertyNames"),
    *("anyOf", "allOf", "if", "then", "else"),
}


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, _KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def faults(value: Any, schema: dict[str, Any]) -> list[str]:
    """What JSON Schema, as far as this one uses it, says against a value."""
    assert set(schema) <= _KNOWN, set(schema) - _KNOWN
    if "$ref" in schema:
        return faults(value, SCHEMA["definitions"][schema["$ref"].rpartition("/")[2]])
    found = [*_of_itself(value, schema), *_of_parts(value, schema)]
    if "anyOf" in schema and all(faults(value, one) for one in schema["anyOf"]):
        found.append(f"{value!r} is none of its kinds")
    for one in schema.get("allOf", ()):
        found += faults(value, one)
    if "if" in schema:
        branch = "else" if faults(value, schema["if"]) else "then"
        found += faults(value, schema.get(branch, {}))
    return found


def _of_itself(value: Any, schema: dict[str, Any]) -> Iterator[str]:
    if "type" in schema and not _is(value, schema["type"]):
        yield f"{value!r} is no {schema['type']}"
        return
    for word, right in (
        ("enum", lambda limit: value in limit),
        ("const", lambda limit: value == limit),
        ("pattern", lambda limit: not isinstance(value, str) or re.search(limit, value)),
        ("minLength", lambda limit: len(value) >= limit),
        ("minimum", lambda limit: value >= limit),
        ("maximum", lambda limit: value <= limit),
        ("exclusiveMinimum", lambda limit: value > limit),
        ("minItems", lambda limit: len(value) >= limit),
        ("maxItems", lambda limit: len(value) <= limit),
        ("uniqueItems", lambda _yes: len(set(map(str, value))) == len(value)),
    ):
        if word in schema and not right(schema[word]):
            yield f"{value!r}: {word} {schema[word]}"


def _of_parts(value: Any, schema: dict[str, Any]) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from faults(one, schema.get("items", {}))
    if not isinstance(value, dict):
        return
    yield from (f"lacks {name}" for name in schema.get("required", ()) if name not in value)
    named = schema.get("properties", {})
    more = schema.get("additionalProperties", {})
    for name, one in value.items():
        yield from faults(name, schema.get("propertyNames", {}))
        if name in named:
            yield from (f"{name}: {fault}" for fault in faults(one, named[name]))
        elif more is False:
            yield f"{name} is unknown"
        else:
            yield from (f"{name}: {fault}" for fault in faults(one, more))


def _as_json(content: dict[str, Any]) -> Any:
    """As an editor sees it: dates are ISO strings."""
    return json.loads(json.dumps(content, default=lambda day: day.isoformat()))


def _judged(text: str) -> list[str]:
    return faults(_as_json(tomllib.loads(text)), SCHEMA)


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_policy_that_ships_is_valid(name: str) -> None:
    assert faults(_as_json(shipped()[name]), SCHEMA) == []


def test_the_policy_of_the_demonstration_district_is_valid() -> None:
    assert _judged(POLICY) == []


WRONG = [
    pytest.param('[low_efficiency_tax]\nop = "=<"', "op", id="an operator that there is none of"),
    pytest.param('[low_efficiency_tax]\nvalue = "5万"', "value", id="a number with its unit"),
    pytest.param('[low_efficiency_tax]\nvalue = "1/0"', "value", id="nothing divides"),
    pytest.param("[low_efficiency_tax]\nvalue = true", "value", id="yes is no number"),
    pytest.param("[low_efficiency_tax]\nvalu = 6", "valu", id="a field misspelt"),
    pytest.param('[low_efficiency_tax]\nfrom = "2021"', "from", id="a year is no date"),
    pytest.param('[low_efficiency_tax]\nstatus = "sure"', "status", id="no such status"),
    pytest.param("[idle_years]\nvalue = 1.5", "idle_years", id="half a year of the clock"),
    pytest.param('[worst_grade]\nvalue = "D"\nop = "<"', "op", id="a grade is not below"),
    pytest.param(
        "[[low_efficiency_tax]]\nvalue = 6", "low_efficiency_tax", id="a version lacks its fields"
    ),
    pytest.param('three_low_raeding = "B"', "three_low_raeding", id="a setting misspelt"),
    pytest.param('three_low_reading = "b"', "three_low_reading", id="reading b in small"),
    pytest.param('links_unstated = ["thirds"]', "links_unstated", id="no such way to divide"),
    pytest.param('category_order = ["two_high"]', "category_order", id="an order that leaves out"),
    pytest.param("sliver_m2 = -1", "sliver_m2", id="less than nothing"),
    pytest.param('[authority]\ntax_wann = ["a"]', "authority", id="no such column"),
    pytest.param('[evaluation]\ncap = "no"', "evaluation", id="no such cap"),
    pytest.param('[town_codes]\n"12" = "x"', "town_codes", id="a town of two digits"),
    pytest.param("national_unit = 5", "national_unit", id="a unit is a name"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_slip_is_marked_where_it_stands(text: str, said: str) -> None:
    found = _judged(f'id = "own"\nextends = "shangyu-2021-86"\n{text}')
    assert found
    assert any(said in one for one in found)


def test_a_policy_on_its_own_writes_out_every_number() -> None:
    text = 'id = "own"\n{}[low_efficiency_tax]\nvalue = 6\n'
    assert _judged(text.format('extends = "shangyu-2021-86"\n')) == []
    assert any("lacks" in one or "none of its kinds" in one for one in _judged(text.format("")))


def test_the_settings_of_the_schema_are_those_of_the_shared_policy() -> None:
    content = shipped()["zhejiang_common.toml"]
    stated = {
        name
        for name, entry in content.items()
        if name not in HEAD and (name in TABLES or not is_parameter(entry))
    }
    # How enterprises are evaluated is each place's own: the shared policy names no scheme.
    assert set(settings_schema()) - {"evaluation"} == stated
    assert "evaluation" not in stated


def test_every_number_of_law_is_completed_with_what_it_is_about() -> None:
    numbers = {
        name
        for content in shipped().values()
        for name, entry in content.items()
        if name not in TABLES and is_parameter(entry)
    }
    assert len(numbers) > 30
    assert all("：" in SCHEMA["properties"][name]["description"] for name in numbers)


def test_a_setting_is_told_in_the_words_of_the_shared_policy() -> None:
    assert "图形量算" in settings_schema()["land_basis"]["description"]
    assert "#" not in settings_schema()["links_unstated"]["description"]


CANDIDATES = (True, 5, 0.5, -1, "?", "B", ["?"], [["B"]], ["B"], [5], {"?": "?"}, {"?": ["?"]})


@pytest.mark.parametrize("name", sorted(settings_schema()))
def test_the_schema_takes_of_a_setting_what_loading_takes(name: str) -> None:
    schema = settings_schema()[name]
    for value in CANDIDATES:
        assert bool(faults(value, schema)) is bool(list(check_settings({name: value}))), value


def test_the_command_prints_it_or_writes_it(tmp_path: Path) -> None:
    printed = CliRunner().invoke(app, ["policy", "schema"])
    assert printed.exit_code == 0, printed.output
    assert json.loads(printed.stdout) == SCHEMA
    file = tmp_path / "new" / "policy.schema.json"
    wrote = CliRunner().invoke(app, ["policy", "schema", "--to", str(file)])
    assert wrote.exit_code == 0, wrote.output
    assert json.loads(file.read_text("utf-8")) == SCHEMA
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_the_register_of_readings_is_no_policy() -> None:
    assert files("landgov.policies").joinpath("readings.toml").is_file()
    assert "readings.toml" not in shipped()
