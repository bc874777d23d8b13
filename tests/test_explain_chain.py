"""Why, why not, the nearest change and what is missing, worked by hand; and the change tried."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from case import Case
from landgov.cli.app import app
from landgov.explain import CategoryChain, chain_lines, why
from landgov.pipeline import Prepared, prepare
from verdict_cases import firm, judged, written

CASES = {
    # 62.4 ÷ 12 = 5.20; 60.00 is the line.
    "over": firm(tax_wan=62.4),
    "on the line": firm(tax_wan=60.0),
    "just beside": firm(tax_wan=60.01),
    "two reasons": firm(tax_wan=57.6, grade="D"),
    "grade alone": firm(grade="D"),
    "beside an unknown": firm(tax_wan=57.6, grade=None),
    "grade missing": firm(grade=None),
    "two missing": firm(grade=None, tax_wan=None),
    "missing beside a yes": firm(grade="D", tax_wan=None),
    "use of the land": firm(tax_wan=57.6, land_use_code=None),
    "below scale": firm(is_above_scale=False, tax_wan=62.4),
    "shop": firm(tax_wan=57.6, land_use_code="0702"),
}


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(written(tmp_path_factory.mktemp("chain"), list(CASES.values())))


def chain(ready: Prepared, name: str, category: str, kind: str = "P") -> CategoryChain:
    key = f"{kind}{list(CASES).index(name)}"
    chains = why(ready.judged, ready.checked, ready.workspace, key)
    return next(one for one in chains if one.category == category)


def said(one: CategoryChain) -> str:
    return "\n".join(chain_lines([one], {}))


@pytest.mark.parametrize("kind", ["P", "E"])
@pytest.mark.parametrize(
    ("name", "answer", "to", "words"),
    [
        ("over", "no", 60.0,
         "亩均税收 5.20 → ≤ 5.00 万元/亩：税收减少 2.40 万元（用地 12.00 亩）即为低效企业用地"),
        ("just beside", "no", 60.0, "税收减少 0.01 万元"),
        ("on the line", "yes", 60.01,
         "亩均税收 5.00 → > 5.00 万元/亩：税收增加 0.01 万元（用地 12.00 亩）即不再是低效企业用地"),
        ("below scale", "no", 60.0, "税收减少 2.40 万元"),
    ],
)  # fmt: skip
def test_the_nearest_change_with_its_amount(
    ready: Prepared, kind: str, name: str, answer: str, to: float, words: str
) -> None:
    one = chain(ready, name, "low_efficiency", kind)
    assert one.answer == answer
    assert one.nearest is not None and one.nearest.to == to
    assert words in said(one)


def test_two_that_say_yes_must_both_change(ready: Prepared) -> None:
    one = chain(ready, "two reasons", "low_efficiency")
    assert one.nearest is None
    rules = [rule for rule, _ in one.all_of]
    assert rules == ["low_tax", "three_low_above_scale", "grade_d"]
    assert "没有一项改变就够" in said(one) and "“综合评价D类”" in said(one)


def test_one_yes_without_a_figure_is_named(ready: Prepared) -> None:
    one = chain(ready, "grade alone", "three_low")
    assert (one.nearest, len(one.all_of)) == (None, 1)
    assert "只凭“综合评价D类”为是；它不再成立即为否" in said(one)


def test_a_yes_beside_an_unknown_can_not_turn_to_no(ready: Prepared) -> None:
    one = chain(ready, "beside an unknown", "three_low")
    # 60.01 is just over 12 × 5: no rule says yes any more, and the grade is still missing.
    assert one.answer == "yes" and one.nearest is not None and one.leaves_open
    assert one.nearest.to == 60.01
    assert "税收增加 2.41 万元（用地 12.00 亩）后没有规则为是，但“综合评价D类”仍待核" in said(one)
    assert [(m.fact, m.decides, m.could_change) for m in one.missing] == [
        ("enterprises.grade", "settled", False)
    ]
    assert "不影响结论" in said(one)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("grade missing", {("enterprises.grade", "either", True)}),
        ("two missing", {("enterprises.grade", "yes", True),
                         ("enterprise_years.tax_wan", "yes", True)}),
        ("missing beside a yes", {("enterprise_years.tax_wan", "settled", False)}),
        ("use of the land", {("parcels.land_use_code", "either", True)}),
    ],
)  # fmt: skip
def test_what_a_missing_fact_decides(ready: Prepared, name: str, told: set[Any]) -> None:
    one = chain(ready, name, "low_efficiency")
    assert {(m.fact, m.decides, m.could_change) for m in one.missing} == told
    assert all(m.alone == (m.decides == "either") for m in one.missing)
    assert all(m.department for m in one.missing)


def test_land_that_is_not_industrial_is_asked_nothing_more(ready: Prepared) -> None:
    one = chain(ready, "shop", "low_efficiency")
    assert (one.answer, one.outside, one.nearest) == ("no", "in_scope", None)
    assert "不是工业用地" in said(one)
    # Of the enterprise on it its own rules are told all the same.
    assert chain(ready, "shop", "low_efficiency", "E").answer == "yes"


def test_state_land_is_no_collective_land_whatever_is_found_on_it(ready: Prepared) -> None:
    assert said(chain(ready, "over", "collective")).endswith("为什么不是：土地为国有")


def test_the_chain_and_the_parcels_agree(ready: Prepared) -> None:
    parcels = ready.judged.parcels
    for key in parcels.index:
        for one in why(ready.judged, ready.checked, ready.workspace, key):
            if one.category != "idle":
                assert one.answer == parcels.loc[key, one.category], (key, one.category)


def test_two_enterprises_that_say_yes_must_both_change(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P", "area_cert_mu": 20.0})
    for key, tax in (("E1", 40), ("E2", 45)):
        facts = {"is_above_scale": True, "grade": "A"}
        case.table("enterprises", {"enterprise_id": key, "name": key, **facts})
        case.table("enterprise_years", {"enterprise_id": key, "year": 2022, "tax_wan": tax})
        case.table("links", {"parcel_id": "P", "enterprise_id": key, "area_mu": 10})
    ready = prepare(case.write())
    chains = why(ready.judged, ready.checked, ready.workspace, "P")
    low = next(one for one in chains if one.category == "low_efficiency")
    assert low.nearest is None
    assert {who for _, who in low.all_of} == {"E1", "E2"}


def test_the_clock_and_its_last_day(tmp_path: Path) -> None:
    # Agreed 2022-03-01: the year is full on 2023-03-01, idle from 2023-03-02, 61 days on.
    case = Case(tmp_path).parcels(*({"parcel_id": name} for name in "AB"))
    due = {"kind": "primary", "agreed_start": "2022-03-01"}
    case.table(
        "contracts",
        {"parcel_id": "A", "contract_no": "1", **due, "actual_start": None, "delay_cause": "none"},
        {"parcel_id": "B", "contract_no": "2", **due, "actual_start": None,
         "delay_cause": "government"},
    )  # fmt: skip
    ready = prepare(case.write())
    assert ready.workspace.as_of == date(2022, 12, 31)
    clocks = {
        key: next(
            one
            for one in why(ready.judged, ready.checked, ready.workspace, key)
            if one.category == "idle"
        )
        for key in "AB"
    }
    assert (clocks["A"].answer, clocks["A"].days) == ("no", 61)
    assert "再过 61 天满一年" in said(clocks["A"])
    # The government's delay excuses: nothing turns over on that day.
    assert clocks["B"].days is None


def test_an_excused_delay_is_told_with_its_cause_and_turns_nothing_over(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "A"})
    row = {"parcel_id": "A", "contract_no": "1", "kind": "primary", "agreed_start": "2020-03-01",
           "actual_start": None, "delay_cause": "preliminary_work"}  # fmt: skip
    case.table("contracts", row)
    ready = prepare(case.write())
    chains = why(ready.judged, ready.checked, ready.workspace, "A")
    clock = next(one for one in chains if one.category == "idle")
    assert (clock.answer, clock.excuse, clock.all_of) == ("no", "前期工作", ())
    assert "时限已满，但报送的延期原因是“前期工作”" in said(clock)
    assert "最近的改变" not in said(clock)
    assert "为什么：" not in said(clock)


def test_an_exempt_verdict_says_so(tmp_path: Path) -> None:
    case = Case(tmp_path)
    case.parcels({"parcel_id": "A"}, {"parcel_id": "B"})
    case.table("exemptions", {"parcel_id": "A", "enterprise_id": None, "rule": "low_tax"})
    result = case.run()
    said_of = {key: result.explain(key).set_index("rule")["sentence"]["low_tax"] for key in "AB"}
    assert "例外" in said_of["A"]
    assert "例外" not in said_of["B"]


def test_json_holds_the_chain_by_category(tmp_path: Path) -> None:
    folder = written(tmp_path, [CASES["over"], CASES["two missing"]])
    told = json.loads(CliRunner().invoke(app, ["explain", str(folder), "P0", "--json"]).stdout)
    low = told["categories"]["low_efficiency"]
    assert (low["answer"], low["nearest"]["figure"], low["nearest"]["change"]) == (
        "no", "tax_wan", -2.4,
    )  # fmt: skip
    assert {row["rule"] for row in low["against"]} >= {"low_tax", "grade_d"}
    firm_ = json.loads(CliRunner().invoke(app, ["explain", str(folder), "E1", "--json"]).stdout)
    lacks = firm_["categories"]["low_efficiency"]["missing"]
    assert [one["alone"] for one in lacks] == [False, False]
    assert firm_["verdicts"][0]["enterprise_id"] == "E1"


def test_an_enterprise_without_a_parcel_is_told_its_rules(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P"})
    case.table("enterprises", {"enterprise_id": "N", "name": "无地厂", "outdated_capacity": True})
    words = CliRunner().invoke(app, ["explain", str(case.write()), "N"]).stdout
    assert "“两高”企业用地：是" in words and "落后产能 是" in words
    assert "没有地块" not in words


FIRMS = st.fixed_dictionaries(
    {
        "tax_wan": st.integers(0, 20_000).map(lambda cents: cents / 100),
        "is_above_scale": st.booleans(),
        "grade": st.sampled_from(["A", "A", "D"]),
        "outdated_capacity": st.just(value=False),
        "high_energy": st.just(value=False),
        "high_emission": st.just(value=False),
        "land_use_code": st.just("0601"),
    }
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FIRMS, min_size=10, max_size=10))
def test_the_nearest_change_turns_the_category_over_and_a_step_less_does_not(
    firms: list[dict[str, Any]],
) -> None:
    with TemporaryDirectory() as folder:
        ready = prepare(written(Path(folder) / "before", firms))
        asked = []
        for number, facts in enumerate(firms):
            for one in why(ready.judged, ready.checked, ready.workspace, f"P{number}"):
                if one.nearest is not None and one.nearest.figure == "tax_wan":
                    short = 0.01 if one.nearest.amount < 0 else -0.01
                    to = one.nearest.to
                    asked.append((one, {**facts, "tax_wan": to}))
                    asked.append((one, {**facts, "tax_wan": round(to + short, 2)}))
        if not asked:
            return
        after, _ = judged(Path(folder) / "after", [facts for _, facts in asked])
        for number, (one, _) in enumerate(asked):
            turned = {"yes": "no", "no": "yes"}[one.answer]
            expected = one.answer if number % 2 else turned
            assert after.loc[f"P{number}", one.category] == expected, (one.category, asked[number])
