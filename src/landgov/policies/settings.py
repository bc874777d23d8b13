"""Settings of a policy: which words and kinds of value each takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from landgov import schema

WORDS: Mapping[str, tuple[str, ...]] = {
    "three_low_reading": ("A", "B"),
    "land_basis": ("certificate", "measured"),
}
LISTS: Mapping[str, tuple[str, ...]] = {
    "links_unstated": ("floor_area", "equal", "building_footprints"),
    "pathway_order": ("close_out", "state_operated", "merge", "upgrade"),
    "factory_industries": ("B", "C", "D"),
}
# Lists that name each of their words once: what is left out would be counted as nothing.
ORDERS: Mapping[str, tuple[str, ...]] = {
    "category_order": (
        "four_without",
        "wider_violations",
        "two_high",
        "low_efficiency",
        "collective",
    ),
}
NAMES = ("pilot_towns", "rules_off", "two_high_industries", "place_names")
TEXTS = ("national_unit",)
SWITCHES = (
    *("no_legal_site_from_findings", "scale_over_allocated", "four_without_major"),
    *("grade_d_is_low_efficiency", "excused_is_idle"),
)
CODE_LISTS = ("industrial_codes", "undecided_codes", "farmland_codes")
# Departments by kind of finding.
OFFICES = ("enforcement", "enforcement_on_farmland")
# Who is evaluated is the policy's choice; the rest overrides what the scheme says.
WHO: Mapping[str, tuple[str, ...]] = {
    "together": ("none", "same_parcel"),
    "tenants": ("own", "follow_landlord"),
}
EVALUATION = ("scheme", "cap", "missing", "shares", *WHO)
# Shares of a figure or of land, and counts of rows or days: none is below nothing.
SHARES = (
    "feed_fall_share",
    "feed_rise_share",
    "reconcile_share",
    "built_share_evidence",
    "match_name_score",
)
COUNTS = ("feed_fewest_rows", "stale_after_days", "growth_base_year")
# Digits of districts and towns: code → name, or former code or name → code.
CODE_MAPS = ("district_code_aliases", "town_codes", "former_town_codes", "former_town_names")
# Settings that are tables, and no numbers of law.
TABLES = (
    *(*CODE_LISTS, *OFFICES, "occupation_classes", "evaluation", "authority"),
    *CODE_MAPS,
)
AMOUNTS: Mapping[str, str] = {
    "sliver_m2": "area",
    "tiny_m2": "area",
    "spike_degrees": "angle",
    "spike_m": "length",
    "gap_m": "length",
    "match_nearest_m": "length",
    "over_allocated_tolerance_mu": "area",
}
# The clock counts whole years and days.
WHOLE = ("idle_years", "idle_handover_years", "idle_day_offset")


def check_settings(settings: Mapping[str, Any]) -> Iterator[str]:
    """Name every setting whose value is not one that the rules understand.

    Examples
    --------
    >>> list(check_settings({"three_low_reading": "b"}))
    ["three_low_reading = 'b' is none of A, B"]
    """
    for name, value in settings.items():
        if name in WORDS and value not in WORDS[name]:
            yield f"{name} = {value!r} is none of {', '.join(WORDS[name])}"
        elif name in LISTS and not (
            isinstance(value, list) and all(word in LISTS[name] for word in value)
        ):
            yield f"{name} = {value!r} is no list of {', '.join(LISTS[name])}"
        elif name in ORDERS and not (
            isinstance(value, list) and sorted(map(str, value)) == sorted(ORDERS[name])
        ):
            yield f"{name} = {value!r} does not name each of {', '.join(ORDERS[name])} once"
        elif name in NAMES and not (
            isinstance(value, list) and all(isinstance(word, str) for word in value)
        ):
            yield f"{name} = {value!r} is no list of names"
        elif name in TEXTS and not isinstance(value, str):
            yield f"{name} = {value!r} is no name"
        elif name == "occupation_classes":
            yield from _check_classes(value)
        elif name in SWITCHES and not isinstance(value, bool):
            yield f"{name} = {value!r} is neither true nor false"
        elif name == "evaluation":
            yield from _check_evaluation(value)
        elif name in CODE_LISTS and not _lists_of_codes(value):
            yield f"[{name}] takes lists of codes, as text, by classification"
        elif name in OFFICES:
            yield from _check_offices(name, value)
        elif name in SHARES and not _at_least_nothing(value, int | float):
            yield f"{name} = {value!r} is no share (0.2 is a fifth)"
        elif name in COUNTS and not _at_least_nothing(value, int):
            yield f"{name} = {value!r} is no whole number of 0 or more"
        elif name == "authority":
            yield from check_authority(value)
        elif name == "district_codes" and not _digits(value, 6):
            yield f"{name} = {value!r} is no list of codes of 6 digits"
        elif name in CODE_MAPS:
            yield from _check_codes(name, value)
        elif name in AMOUNTS and not _at_least_nothing(value, int | float):
            yield f"{name} = {value!r} is no {AMOUNTS[name]}"


def check_value(name: str, entry: Mapping[str, Any]) -> Iterator[str]:
    """Name what is wrong with the value of a number of law.

    Examples
    --------
    >>> list(check_value("idle_years", {"value": 1.5, "op": ">="}))
    ['[idle_years] value 1.5 is no whole number']
    """
    value = entry.get("value")
    if value is None:
        return
    if isinstance(value, str) and value[:1].isalpha() and entry.get("op") == "==":
        grades = [code.code for code in schema.codes("grade")]
        if value not in grades:
            yield f"[{name}] value {value!r} is no grade ({', '.join(grades)})"
        return
    try:
        number = Fraction(str(value)) if not isinstance(value, bool) else None
    except (ValueError, ZeroDivisionError):
        number = None
    if number is None:
        yield f"[{name}] value {value!r} is no number"
    elif number < 0:
        yield f"[{name}] value {value!r} is below 0"
    elif name in WHOLE and number.denominator != 1:
        yield f"[{name}] value {value!r} is no whole number"


def _check_evaluation(value: Any) -> Iterator[str]:
    """Name what `[evaluation]` has that is none of its entries."""
    if not isinstance(value, Mapping):
        yield "[evaluation] is a table"
        return
    for name in sorted(set(value) - set(EVALUATION)):
        yield f"[evaluation] {name} is none of {', '.join(EVALUATION)}"
    for name, words in WHO.items():
        if value.get(name, words[0]) not in words:
            yield f"[evaluation] {name} = {value[name]!r} is none of {', '.join(words)}"
    if not isinstance(value.get("scheme", ""), str):
        yield f"[evaluation] scheme = {value['scheme']!r} is no name"


def check_authority(value: Any) -> Iterator[str]:
    """Name what is wrong with the order of authority (权威来源): departments by column.

    Examples
    --------
    >>> list(check_authority({"tax_wann": ["区税务局"]}))
    ['[authority] tax_wann is no column of any table']
    """
    if not isinstance(value, dict):
        yield f"authority = {value!r} is no table, [authority]"
        return
    for name, departments in value.items():
        table, _, column = str(name).rpartition(".")
        tables = [table] if table in schema.tables() else [] if table else list(schema.tables())
        if not any(column in schema.table(one).columns for one in tables):
            yield f"[authority] {name} is no column of any table"
        if not (isinstance(departments, list) and all(isinstance(d, str) for d in departments)):
            yield f"[authority] {name} = {departments!r} is no list of departments"


def _check_codes(name: str, value: Any) -> Iterator[str]:
    """Name the entries of a table of districts or towns that are no codes."""
    if not isinstance(value, dict):
        yield f"{name} = {value!r} is no table, [{name}]"
        return
    length = 6 if name == "district_code_aliases" else 9
    for left, right in value.items():
        codes = [left] if name == "town_codes" else [right] if "names" in name else [left, right]
        if not (isinstance(right, str) and right and _digits(codes, length)):
            yield f"[{name}] {left} = {right!r}: a code has {length} digits, as text"


def _check_offices(name: str, value: Any) -> Iterator[str]:
    """Name the entries of a table of departments that name no kind of finding, or nobody."""
    if not isinstance(value, dict):
        yield f"{name} = {value!r} is no table, [{name}]"
        return
    kinds = {code.code for code in schema.codes("finding_kind")}
    for kind, office in value.items():
        if kind not in kinds:
            yield f"[{name}] {kind} is no kind of finding ({', '.join(sorted(kinds))})"
        if not isinstance(office, str) or not office:
            yield f"[{name}] {kind} = {office!r} is no department"


def _check_classes(value: Any) -> Iterator[str]:
    """Name the entries of `[occupation_classes]` that are no last day of a class."""
    if not isinstance(value, dict):
        yield f"occupation_classes = {value!r} is no table, [occupation_classes]"
        return
    for last, name in value.items():
        try:
            right = last == "" or bool(date.fromisoformat(last))
        except ValueError:
            right = False
        if not right or not isinstance(name, str):
            yield f"[occupation_classes] {last} = {name!r}: a last day (1986-12-31) and a name"


def _digits(value: Any, length: int) -> bool:
    return isinstance(value, list) and all(
        isinstance(code, str) and len(code) == length and code.isascii() and code.isdigit()
        for code in value
    )


def _at_least_nothing(value: Any, kind: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool) and value >= 0


def _lists_of_codes(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(codes, list) and all(isinstance(code, str) for code in codes)
        for codes in value.values()
    )
