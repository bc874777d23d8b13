"""Ten thousand random parcels, judged by landgov and by a plain reference: the same answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from case import FOUR, WIDER
from landgov.pipeline import Prepared, prepare
from plain_rules import District
from rules_world import World, random_world

PLAN = {"low_efficiency_tax": Fraction(5), "small_enterprise_land": Fraction(10)}
PLACE = {
    **PLAN,
    "energy_intensity": Fraction(52, 100),
    "emission_intensity": Fraction(1, 100),
    "collective_plot_ratio": Fraction(6, 10),
    "collective_building_age": Fraction(30),
    "collective_petitions": Fraction(3),
}
NOTHING: dict[str, tuple[str, ...]] = {"links": (), "enterprises": (), "findings": ()}
ALL = {
    "links": ("links",),
    "enterprises": (
        *("outdated_capacity", "high_energy", "high_emission", "high_use_low_yield"),
        "grade:D",
    ),
    "findings": (*FOUR, *WIDER),
}
SOME = {
    "links": ("links",),
    "enterprises": ("high_energy",),
    "findings": ("no_licence", "fire", "illegal_building", "illegal_land", "no_land_papers"),
}
TWO_HIGH = ("C1713", "C26", "D44")
# name: covers, numbers in force, reading, parcels
WORLDS: dict[str, tuple[dict[str, tuple[str, ...]], dict[str, Fraction], str, int]] = {
    "nothing is covered": (NOTHING, PLAN, "A", 2000),
    "all is covered": (ALL, PLAN, "A", 3000),
    "some is covered, all numbers are set": (SOME, PLACE, "A", 2500),
    "all is covered, all numbers are set, reading B": (ALL, PLACE, "B", 2500),
}
CATEGORIES = (
    *("low_efficiency", "three_low", "two_high", "four_without", "wider_violations"),
    "collective",
)
WORD = {True: "yes", False: "no", None: "unknown"}


class Judged(NamedTuple):
    ready: Prepared
    plain: dict[str, dict[str, Any]]


def policy_text(numbers: dict[str, Fraction], reading: str) -> str:
    lines = ['id = "place"', 'extends = "shangyu-2021-86"', f'three_low_reading = "{reading}"']
    lines.append(f"two_high_industries = {list(TWO_HIGH)}".replace("'", '"'))
    lines += [f"[{name}]\nvalue = {float(number)}" for name, number in numbers.items()]
    return "\n".join(lines) + "\n"


def judged_twice(world: World, folder: Any) -> Judged:
    ready = prepare(world.write(folder, policy_text(world.numbers, world.reading)))
    # How large a drawn square is on the ellipsoid is no question of the rules.
    measured = {str(name): Fraction(mu) for name, mu in ready.register.parcels["area_mu"].items()}
    district = District(world, measured)
    return Judged(ready, {row["parcel_id"]: district.judge(row) for row in world.parcels})


@pytest.fixture(scope="module", params=WORLDS)
def world(request, tmp_path_factory) -> Iterator[Judged]:
    covers, numbers, reading, count = WORLDS[request.param]
    seed = list(WORLDS).index(request.param)
    made = random_world(seed, count, covers, numbers, reading, TWO_HIGH)
    yield judged_twice(made, tmp_path_factory.mktemp("world"))


def same_words(ours: pd.Series, plain: dict[str, dict[str, Any]], name: str) -> None:
    wanted = pd.Series({parcel: said[name] for parcel, said in plain.items()}, dtype=object)
    both = pd.DataFrame({"ours": ours.astype(object).reindex(wanted.index), "plain": wanted})
    both = both.where(both.notna(), None)
    apart = both[both["ours"].ne(both["plain"]) & ~(both.isna().all(axis=1))]
    assert apart.empty, f"{name}: {len(apart)} differ\n{apart.head(12)}"


def in_words(plain: dict[str, dict[str, Any]], name: str) -> dict[str, dict[str, Any]]:
    return {parcel: {name: WORD[said[name]]} for parcel, said in plain.items()}


def test_answers_of_categories_scope_and_stock(world):
    for name in ("in_scope", *CATEGORIES, "collective_priority", "stock", "supplied_not_used"):
        same_words(world.ready.judged.parcels[name], in_words(world.plain, name), name)


def test_idle_land_state_and_first_category(world):
    for name in ("idle", "land_state", "primary_category"):
        same_words(world.ready.judged.parcels[name], world.plain, name)


def test_every_rule_that_is_on_gives_the_same_answer(world):
    rulings = {one.rule: one.answer for one in world.ready.judged.rulings}
    plain = {parcel: said["rules"] for parcel, said in world.plain.items()}
    assert set(rulings) == set(next(iter(plain.values())))
    for rule, answer in rulings.items():
        ours = answer.astype(object).where(answer.notna(), None).map(WORD.get)
        same_words(ours, in_words(plain, rule), rule)


@pytest.mark.parametrize("name", CATEGORIES)
def test_land_in_each_category_and_in_doubt(world, name):
    for column in (f"{name}_mu", f"{name}_unknown_mu"):
        ours = world.ready.judged.parcels[column]
        wanted = pd.Series(
            {
                parcel: np.nan if said[column] is None else float(said[column])
                for parcel, said in world.plain.items()
            }
        ).reindex(ours.index)
        apart = ours[~np.isclose(ours, wanted, rtol=1e-9, atol=1e-9, equal_nan=True)]
        assert apart.empty, (
            f"{column}\n{pd.DataFrame({'ours': apart, 'plain': wanted}).dropna(how='all').loc[apart.index].head(12)}"
        )


def test_the_long_table_says_what_the_rules_say(world):
    table = world.ready.judged.verdicts(world.ready.checked)
    said: dict[str, dict[str, str]] = {}
    for parcel, rule, answer in table[["parcel_id", "rule", "answer"]].to_numpy().tolist():
        assert rule not in said.setdefault(parcel, {})
        said[parcel][rule] = answer
    for parcel, told in world.plain.items():
        row = said[parcel]
        inside = {} if told["in_scope"] is False else told["rules"]
        assert row == {
            "in_scope": WORD[told["in_scope"]],
            **{rule: WORD[answer] for rule, answer in inside.items()},
        }


def test_the_random_worlds_try_every_answer_of_every_rule(world):
    """A rule that only ever says one thing here would not be tested at all."""
    counts: dict[str, Counter[Any]] = {}
    for told in world.plain.values():
        for rule, answer in told["rules"].items():
            counts.setdefault(rule, Counter())[answer] += 1
    for rule, found in counts.items():
        assert len(found) == 3 and min(found.values()) >= 5, (rule, found)
    for name, least in (("land_state", 7), ("idle", 5), ("primary_category", 6), ("stock", 3)):
        assert len({told[name] for told in world.plain.values()}) == least, name
