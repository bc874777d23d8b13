"""Every rule and category, on the line, beside it, missing, out of scope, closed and to come."""

from __future__ import annotations

import pytest
import shapely

from case import EAST, FOUR, NORTH, WIDER, Case
from clause_cases import CASES, HEALTHY, Clause
from landgov import schema
from landgov.pipeline import Prepared, prepare

NUMBERS = {
    "energy_intensity": "0.52",
    "emission_intensity": "0.01",
    "collective_plot_ratio": "0.6",
    "collective_building_age": "30",
    "collective_petitions": "3",
}
LINE = {"on", "under", "over", "missing", "outside"}
LISTED = {"yes", "no", "missing", "outside"}
FOUND = {
    "on",
    "closed",
    "over",
    "future",
    "missing",
    "no",
    "outside",
    "several",
    "minor",
    "unmarked",
}
VILLAGE_FOUND = {"yes", "no", "closed", "future", "missing", "outside", "several", "state"}
# What a case of each rule and category has to be: nothing that applies may be left out.
KINDS: dict[str, set[str]] = {
    "in_scope": LISTED | {"several"},
    **dict.fromkeys(("low_tax", "three_low_above_scale", "three_low_small"), LINE | {"several"}),
    **dict.fromkeys(("low_efficiency", "three_low"), LINE | {"several"}),
    **dict.fromkeys(("energy_intensity", "emission_intensity"), LINE | {"several"}),
    **dict.fromkeys(("grade_d", "outdated_capacity", "high_energy"), LISTED | {"several"}),
    **dict.fromkeys(("high_emission", "two_high"), LISTED | {"several"}),
    **dict.fromkeys(("high_use_low_yield", "industry_two_high"), LISTED | {"several"}),
    **dict.fromkeys((*FOUR, *WIDER, "four_without", "wider_violations"), FOUND),
    **dict.fromkeys(("collective_papers", "collective_hazard", "collective"), VILLAGE_FOUND),
    **dict.fromkeys(("collective_use", "collective_petitions"), LINE | {"state"}),
    "collective_structure": LINE | {"state", "yes"},
    "collective_management": LISTED | {"state"},
    "idle_not_started": {"on", "under", "over", "missing", "future", "several"},
    "idle_suspended": {"on", "under", "over", "missing", "future"},
    **dict.fromkeys(("supplied_not_used", "partly_used"), LINE),
    **dict.fromkeys(("zone_negative", "zone_not_leading"), LISTED | {"several"}),
    "before_capacity": {"on", "future", "yes", "no", "missing", "outside"},
    "commitment_breach": LINE | {"future"},
}
# Categories of the clock and of labels have no answer of their own.
NO_ANSWER = {"label", "idle", "land_state"}


@pytest.fixture(scope="module")
def judged(tmp_path_factory) -> Prepared:
    folder = tmp_path_factory.mktemp("clauses")
    lines = ['id = "place"', 'extends = "shangyu-2021-86"']
    lines += [f"[{name}]\nvalue = {number}" for name, number in NUMBERS.items()]
    (folder / "place.toml").write_text("\n".join(lines), encoding="utf-8")
    book = Case(folder, policy="place.toml")
    zoned = [one for one in CASES if one.zone]
    ordered = [*zoned, *(one for one in CASES if not one.zone)]
    parcels = [
        {"parcel_id": name_of(one), "area_cert_mu": 10.0, "supply_status": "supplied", **one.parcel}
        for one in ordered
    ]
    book.parcels(*parcels)
    firms = [
        (name_of(one), f"企{name_of(one)}-{n}", {**HEALTHY, **firm})
        for one in CASES
        for n, firm in enumerate(one.firms)
    ]
    book.table(
        "links",
        *(
            {"parcel_id": at, "enterprise_id": key, "role": "user", "area_mu": firm["mu"]}
            for at, key, firm in firms
        ),
        covers=("links",),
    )
    facts = ("outdated_capacity", "high_energy", "high_emission", "high_use_low_yield")
    book.table(
        "enterprises",
        *(
            {
                "enterprise_id": key,
                "industry_code": firm["industry"],
                "is_above_scale": firm["above"],
                "grade": firm["grade"],
                "high_energy_basis": firm["high_energy_basis"],
                **{fact: firm[fact] for fact in facts},
            }
            for _, key, firm in firms
        ),
    )
    book.table(
        "enterprise_years",
        *(
            {
                "enterprise_id": key,
                "year": 2022,
                "tax_wan": firm["tax"],
                "value_added_wan": firm["added"],
                "energy_tce": firm["energy"],
                "emission_t": firm["emission"],
            }
            for _, key, firm in firms
        ),
    )
    found = []
    for one in CASES:
        for n, row in enumerate(one.findings):
            at = {"parcel_id": name_of(one), "enterprise_id": None}
            if "_firm" in row:
                at = {"parcel_id": None, "enterprise_id": f"企{name_of(one)}-{row['_firm']}"}
            cells = {name: cell for name, cell in row.items() if name != "_firm"}
            found.append({"finding_id": f"{name_of(one)}-{n}", **at, "closed_on": None, **cells})
    book.table("findings", *found, covers=(*FOUR, *WIDER))
    empty = dict.fromkeys(("kind", "signed_on", "delivered_on", "agreed_start", "actual_start"))
    empty |= dict.fromkeys(("suspended_on", "should_develop_m2", "developed_m2"))
    for table, rows in (
        ("contracts", [{"parcel_id": name_of(c), "contract_no": f"{name_of(c)}{n}", **empty, **row}
                       for c in CASES for n, row in enumerate(c.deals)]),
        ("stages", [{"parcel_id": name_of(c), **row} for c in CASES for row in c.stages]),
        ("commitments", [{"parcel_id": name_of(c), **row} for c in CASES for row in c.promises]),
    ):  # fmt: skip
        book.table(table, *rows)
    east = EAST + len(zoned) * 150.0 - 25
    area = shapely.box(EAST - 25, NORTH - 25, east, NORTH + 125)
    book.areas("zones", {"zone_id": "Z", "leading": "C26", "negative": "C1713", "geometry": area})
    return prepare(book.write())


def name_of(one: Clause) -> str:
    return f"地{CASES.index(one):04d}"


@pytest.fixture(scope="module")
def answer_of(judged):
    rulings = {ruling.rule: ruling.answer for ruling in judged.judged.rulings}

    def answer(rule: str, parcel: str) -> str:
        if rule in judged.judged.parcels:
            return str(judged.judged.parcels.loc[parcel, rule])
        said = rulings[rule].loc[parcel]
        return {True: "yes", False: "no"}.get(said, "unknown")

    return answer


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.id)
def test_clause(answer_of, one):
    assert answer_of(one.rule, name_of(one)) == one.expected


def test_every_rule_and_category_has_cases_of_every_kind_that_applies():
    rules = {*schema.result_codes("rule"), *schema.result_codes("category")} - NO_ANSWER
    assert set(KINDS) == rules
    had: dict[str, set[str]] = {}
    for one in CASES:
        had.setdefault(one.rule, set()).add(one.kind)
    lacking = {rule: KINDS[rule] - had.get(rule, set()) for rule in rules}
    assert not {rule: kinds for rule, kinds in lacking.items() if kinds}


def test_every_rule_is_seen_to_answer_yes_no_and_unknown():
    had: dict[str, set[str]] = {}
    for one in CASES:
        had.setdefault(one.rule, set()).add(one.expected)
    assert {rule for rule, answers in had.items() if len(answers) < 3} == set()
