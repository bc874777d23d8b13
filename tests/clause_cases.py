"""Cases of every rule, each worked by hand from the words of its clause.

One case is one parcel of 10 亩 of industrial state land with one healthy enterprise; a case
says only what differs. The day is 2022-12-31; users and findings are reported completely.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from case import FOUR, WIDER

Row = dict[str, Any]
FARM = {"land_use_system": "三调", "land_use_code": "0101"}
VILLAGE = {"ownership": "collective", "structure_unsafe": "否", "loosely_managed": "否",
           "building_year": 2010, "petitions": 0, "floor_area_m2": 5000}  # fmt: skip
HEALTHY: Row = {
    **{"mu": 10.0, "tax": 100.0, "above": "是", "grade": "A", "industry": "G5430"},
    **{"outdated_capacity": "否", "high_energy": "否", "high_emission": "否"},
    **{"high_use_low_yield": "否", "high_energy_basis": None},
    **{"added": 100.0, "energy": 1.0, "emission": 0.1},
}


@dataclass(frozen=True)
class Clause:
    """One sentence about one rule or category, and the answer that the text gives."""

    rule: str
    kind: str
    text: str
    says: str
    expected: str
    parcel: Row = field(default_factory=dict)
    firms: tuple[Row, ...] = ({},)
    findings: tuple[Row, ...] = ()
    deals: tuple[Row, ...] = ()
    stages: tuple[Row, ...] = ()
    promises: tuple[Row, ...] = ()
    zone: str = ""

    @property
    def id(self) -> str:
        return f"{self.text} {self.rule} / {self.kind}: {self.says}"


CASES: list[Clause] = []


def case(rule: str, kind: str, text: str, says: str, expected: str, **made: Any) -> None:
    CASES.append(Clause(rule, kind, text, says, expected, **made))


# ---- 二（一）1 低效: 亩均税收 5 万元以下; 规上; 规下 10 亩以上; D 类 ---------------------------------

TEXT = "二（一）1"
for rule in ("low_tax", "three_low_above_scale", "low_efficiency", "three_low"):
    case(
        rule,
        "on",
        TEXT,
        "50.00 万元 on 10 亩 is 5.00 and 以下 includes it",
        "yes",
        firms=({"tax": 50.0},),
    )
    case(rule, "under", TEXT, "49.99 万元 on 10 亩 is below", "yes", firms=({"tax": 49.99},))
    case(rule, "over", TEXT, "50.01 万元 on 10 亩 is above", "no", firms=({"tax": 50.01},))
    case(
        rule, "missing", TEXT, "a tax nobody sent is not nothing", "unknown", firms=({"tax": None},)
    )
    case(
        rule,
        "outside",
        TEXT,
        "farmland is in no category",
        "no",
        parcel=FARM,
        firms=({"tax": 0.0},),
    )
    case(
        rule,
        "several",
        TEXT,
        "one of two firms below suffices",
        "yes",
        firms=({"mu": 4.0, "tax": 1.0}, {"mu": 6.0}),
    )
    case(
        rule,
        "several",
        TEXT,
        "a healthy firm beside one without tax leaves it open",
        "unknown",
        firms=({"mu": 4.0}, {"mu": 6.0, "tax": None}),
    )
    case(rule, "several", TEXT, "two healthy firms are no", "no", firms=({"mu": 4.0}, {"mu": 6.0}))
case(
    "three_low_above_scale",
    "no",
    TEXT,
    "a 规下 firm is never 规上",
    "no",
    firms=({"tax": 1.0, "above": "否"},),
)
case(
    "three_low_above_scale",
    "missing",
    TEXT,
    "an empty 规上 is neither",
    "unknown",
    firms=({"tax": 1.0, "above": None},),
)
SMALL = {"above": "否", "tax": 1.0}
case("three_low_small", "on", TEXT, "10.00 亩 counts as 以上", "yes", firms=(SMALL,))
case("three_low_small", "under", TEXT, "9.99 亩 does not", "no", firms=({**SMALL, "mu": 9.99},))
case(
    "three_low_small",
    "over",
    TEXT,
    "10.01 亩 counts",
    "yes",
    parcel={"area_cert_mu": 20.0},
    firms=({**SMALL, "mu": 10.01},),
)
case(
    "three_low_small",
    "missing",
    TEXT,
    "an empty 规上 is not 规下",
    "unknown",
    firms=({**SMALL, "above": None},),
)
case(
    "three_low_small",
    "outside",
    TEXT,
    "a small firm on farmland is not in scope",
    "no",
    parcel=FARM,
    firms=(SMALL,),
)
case(
    "three_low_small",
    "several",
    TEXT,
    "4 and 6 亩 of two small firms are not 10",
    "no",
    firms=({**SMALL, "mu": 4.0}, {**SMALL, "mu": 6.0}),
)
case("grade_d", "yes", TEXT, "grade D counts at any tax", "yes", firms=({"grade": "D"},))
case("grade_d", "no", TEXT, "grade C does not", "no", firms=({"grade": "C"},))
case(
    "grade_d",
    "missing",
    TEXT,
    "a missing grade is not a good one",
    "unknown",
    firms=({"grade": None},),
)
case(
    "grade_d",
    "outside",
    TEXT,
    "grade D on farmland is not in scope",
    "no",
    parcel=FARM,
    firms=({"grade": "D"},),
)
case(
    "grade_d",
    "several",
    TEXT,
    "a D among three suffices",
    "yes",
    firms=({"mu": 3.0}, {"mu": 3.0, "grade": "D"}, {"mu": 4.0, "grade": None}),
)

# ---- 二（一）2 两高: 落后产能、单位能耗高、单位排放高 ------------------------------------------------

TEXT = "二（一）2"
LISTS = ("outdated_capacity", "high_energy", "high_emission")
for rule, fact in (*((name, name) for name in LISTS), ("two_high", "outdated_capacity")):
    case(rule, "yes", TEXT, "who is on the list is yes", "yes", firms=({fact: "是"},))
    case(rule, "no", TEXT, "who is marked 否 is no", "no")
    case(
        rule,
        "missing",
        TEXT,
        "an empty cell of a list nobody completes is open",
        "unknown",
        firms=({fact: None},),
    )
    case(
        rule,
        "outside",
        TEXT,
        "farmland is in no category",
        "no",
        parcel=FARM,
        firms=({fact: "是"},),
    )
    case(
        rule,
        "several",
        TEXT,
        "one on the list beside an unknown one suffices",
        "yes",
        firms=({"mu": 5.0, fact: None}, {"mu": 5.0, fact: "是"}),
    )
case(
    "high_energy",
    "missing",
    TEXT,
    "a list by total use says nothing of use per unit",
    "unknown",
    firms=({"high_energy": "是", "high_energy_basis": "total"},),
)
case(
    "high_energy",
    "yes",
    TEXT,
    "a list by intensity does",
    "yes",
    firms=({"high_energy": "是", "high_energy_basis": "intensity"},),
)
for rule, figure, line, step in (
    ("energy_intensity", "energy", 52.0, 0.01),
    ("emission_intensity", "emission", 1.0, 0.001),
):
    case(rule, "on", TEXT, "the limit itself complies", "no", firms=({figure: line},))
    case(rule, "under", TEXT, "a little less complies", "no", firms=({figure: line - step},))
    case(rule, "over", TEXT, "a little more does not", "yes", firms=({figure: line + step},))
    case(rule, "missing", TEXT, "without the figure it is open", "unknown", firms=({figure: None},))
    case(rule, "missing", TEXT, "no value added is no divisor", "unknown", firms=({"added": 0.0},))
    case(
        rule,
        "outside",
        TEXT,
        "farmland is in no category",
        "no",
        parcel=FARM,
        firms=({figure: line * 2},),
    )
    case(
        rule,
        "several",
        TEXT,
        "one of two firms over the limit suffices",
        "yes",
        firms=({"mu": 5.0, figure: line * 2}, {"mu": 5.0, figure: None}),
    )

# ---- 二（一）3 四无 and the wider list -----------------------------------------------------------

TEXT = "二（一）3"
OPEN = {"found_on": "2022-12-31"}
for kind in (*FOUR, *WIDER, "four_without", "wider_violations"):
    sent = {"four_without": "no_safety", "wider_violations": "fire"}.get(kind, kind)
    wide = sent in WIDER
    one = {"kind": sent, "major": "是" if wide else None, **OPEN}
    case(kind, "on", TEXT, "found on the day itself stands open", "yes", findings=(one,))
    case(
        kind,
        "closed",
        TEXT,
        "closed on the day itself is closed",
        "no",
        findings=({**one, "closed_on": "2022-12-31"},),
    )
    case(
        kind,
        "over",
        TEXT,
        "closed the day after still stands open",
        "yes",
        findings=({**one, "closed_on": "2023-01-01"},),
    )
    case(
        kind,
        "future",
        TEXT,
        "found the day after is not there yet",
        "no",
        findings=({**one, "found_on": "2023-01-01"},),
    )
    case(
        kind,
        "missing",
        TEXT,
        "an empty day of finding is unknown",
        "unknown",
        findings=({**one, "found_on": None},),
    )
    case(
        kind,
        "missing",
        TEXT,
        "a placeholder as day of closing is unknown",
        "unknown",
        findings=({**one, "closed_on": "1900-01-01"},),
    )
    case(kind, "no", TEXT, "no row of a complete report is no", "no")
    case(kind, "outside", TEXT, "farmland is in no category", "no", parcel=FARM, findings=(one,))
    case(
        kind,
        "several",
        TEXT,
        "on the second of two firms it falls on the land",
        "yes",
        firms=({"mu": 5.0}, {"mu": 5.0}),
        findings=({**one, "_firm": 1},),
    )
    case(
        kind,
        "several",
        TEXT,
        "one closed and one open is open",
        "yes",
        findings=({**one, "closed_on": "2022-01-01"}, one),
    )
    minor = ("no", "a minor one is not 较大") if wide else ("yes", "it need not be 较大")
    case(kind, "minor", TEXT, minor[1], minor[0], findings=({**one, "major": "否"},))
    unmarked = ("unknown", "whether it is 较大 is not said") if wide else ("yes", "nobody need say")
    case(kind, "unmarked", TEXT, unmarked[1], unmarked[0], findings=({**one, "major": None},))
for kind in ("illegal_building", "illegal_land", "no_land_papers"):
    case(
        "no_legal_site",
        "yes",
        TEXT,
        f"a major {kind} is 无合法场所",
        "yes",
        findings=({"kind": kind, "major": "是", **OPEN},),
    )
    case(
        "no_legal_site",
        "no",
        TEXT,
        f"a minor {kind} is not",
        "no",
        findings=({"kind": kind, "major": "否", **OPEN},),
    )

# ---- 二（一）4 集体 --------------------------------------------------------------------------------

TEXT = "二（一）4"


def village(rule: str, kind: str, says: str, expected: str, **made: Any) -> None:
    parcel = {**VILLAGE, **made.pop("parcel", {})}
    case(rule, kind, TEXT, says, expected, parcel=parcel, **made)


PAPERS = {"kind": "no_land_papers", "major": "否", **OPEN}
HAZARD = {"kind": "environment", "major": "是", **OPEN}
for rule, one in (
    ("collective_papers", PAPERS),
    ("collective_hazard", HAZARD),
    ("collective", PAPERS),
):
    village(rule, "yes", "an open finding is a symptom", "yes", findings=(one,))
    village(rule, "no", "without any it is no", "no")
    village(
        rule, "closed", "a closed one is none", "no", findings=({**one, "closed_on": "2022-12-31"},)
    )
    village(
        rule,
        "future",
        "one found the day after is none yet",
        "no",
        findings=({**one, "found_on": "2023-01-01"},),
    )
    village(
        rule,
        "missing",
        "an empty day of finding is unknown",
        "unknown",
        findings=({**one, "found_on": None},),
    )
    village(
        rule, "outside", "village farmland is not industrial", "no", parcel=FARM, findings=(one,)
    )
    village(
        rule,
        "several",
        "on one of two firms it is a symptom",
        "yes",
        firms=({"mu": 5.0}, {"mu": 5.0}),
        findings=({**one, "_firm": 0},),
    )
    village(
        rule,
        "state",
        "state land is never 集体",
        "no",
        parcel={"ownership": "state"},
        findings=(one,),
    )
    village(
        rule,
        "missing",
        "a missing ownership is open",
        "unknown",
        parcel={"ownership": None},
        findings=(one,),
    )
village(
    "collective_hazard", "no", "a minor hazard is none", "no", findings=({**HAZARD, "major": "否"},)
)
# 10 亩 are 20000/3 m2: 4000 m2 of floor make a plot ratio of exactly 0.6.
for rule, column, on, step, low, high, text in (
    (
        "collective_use",
        "floor_area_m2",
        4000.0,
        0.01,
        "yes",
        "no",
        "a plot ratio of 0.6 is not below it",
    ),
    ("collective_petitions", "petitions", 3, 1, "no", "yes", "three are 多发"),
    ("collective_structure", "building_year", 1992, 1, "yes", "no", "30 years are not over 30"),
):
    village(
        rule, "on", text, "yes" if rule == "collective_petitions" else "no", parcel={column: on}
    )
    village(rule, "under", "a step less", low, parcel={column: on - step})
    village(rule, "over", "a step more", high, parcel={column: on + step})
    village(rule, "missing", "a missing figure is open", "unknown", parcel={column: None})
    village(
        rule,
        "outside",
        "village farmland is not industrial",
        "no",
        parcel={**FARM, column: on - step},
    )
    village(
        rule,
        "state",
        "state land is never 集体",
        "no",
        parcel={"ownership": "state", column: on - step},
    )
village("collective_structure", "yes", "危房 of any age", "yes", parcel={"structure_unsafe": "是"})
village(
    "collective_structure",
    "yes",
    "危房 of unknown age",
    "yes",
    parcel={"structure_unsafe": "是", "building_year": None},
)
for expected, cell in (("yes", "是"), ("no", "否"), ("unknown", None)):
    kind = "missing" if cell is None else expected
    village(
        "collective_management",
        kind,
        f"as marked: {cell}",
        expected,
        parcel={"loosely_managed": cell},
    )
village(
    "collective_management",
    "outside",
    "village farmland is not industrial",
    "no",
    parcel={**FARM, "loosely_managed": "是"},
)
village(
    "collective_management",
    "state",
    "state land is never 集体",
    "no",
    parcel={"ownership": "state", "loosely_managed": "是"},
)

# ---- 令53 第二条, 二（二）4 ------------------------------------------------------------------------

TEXT = "令53 第二条"
NEW = {"agreed_start": "2021-12-30"}
case(
    "idle_not_started",
    "on",
    TEXT,
    "due 2021-12-30: the full year ended yesterday",
    "yes",
    deals=(NEW,),
)
case(
    "idle_not_started",
    "under",
    TEXT,
    "due 2021-12-31: the year ends today",
    "no",
    deals=({"agreed_start": "2021-12-31"},),
)
case(
    "idle_not_started",
    "over",
    TEXT,
    "due 2021-12-29",
    "yes",
    deals=({"agreed_start": "2021-12-29"},),
)
case(
    "idle_not_started",
    "missing",
    TEXT,
    "no day agreed and none of hand-over",
    "unknown",
    deals=({},),
)
case(
    "idle_not_started",
    "future",
    TEXT,
    "a contract signed tomorrow is not there yet; its firm pays tax",
    "no",
    deals=({**NEW, "signed_on": "2023-01-01"},),
)
case(
    "idle_not_started",
    "future",
    TEXT,
    "a start of works tomorrow has not happened",
    "yes",
    deals=({**NEW, "actual_start": "2023-01-01"},),
)
case(
    "idle_not_started",
    "several",
    TEXT,
    "the first supply governs beside a transfer",
    "yes",
    deals=({**NEW, "kind": "primary"}, {"kind": "transfer", "agreed_start": "2024-01-01"}),
)
case(
    "idle_not_started",
    "several",
    TEXT,
    "of two, one without kind may be the first supply",
    "unknown",
    deals=({**NEW, "kind": "primary"}, {"kind": None, "agreed_start": "2024-01-01"}),
)
HALT = {"agreed_start": "2019-01-01", "actual_start": "2019-01-01", "suspended_on": "2021-12-30",
        "should_develop_m2": 9000, "developed_m2": 2999.99, "total_investment_wan": 400, "invested_wan": 400}  # fmt: skip
case(
    "idle_suspended",
    "under",
    TEXT,
    "just under a third built, at rest for a full year",
    "yes",
    deals=(HALT,),
)
case(
    "idle_suspended",
    "on",
    TEXT,
    "exactly a third is not 不足",
    "no",
    deals=({**HALT, "developed_m2": 3000},),
)
case(
    "idle_suspended",
    "over",
    TEXT,
    "a little over a third",
    "no",
    deals=({**HALT, "developed_m2": 3000.01},),
)
case(
    "idle_suspended",
    "on",
    TEXT,
    "exactly a quarter invested is not 不足",
    "no",
    deals=({**HALT, "developed_m2": 3000, "invested_wan": 100},),
)
case(
    "idle_suspended",
    "under",
    TEXT,
    "just under a quarter invested, 或者",
    "yes",
    deals=({**HALT, "developed_m2": 9000, "invested_wan": 99.99},),
)
case(
    "idle_suspended",
    "missing",
    TEXT,
    "without the land to be developed, and invested in full",
    "unknown",
    deals=({**HALT, "should_develop_m2": None},),
)
case(
    "idle_suspended",
    "future",
    TEXT,
    "at rest since 2021-12-31: the year ends today",
    "no",
    deals=({**HALT, "suspended_on": "2021-12-31"},),
)
TEXT = "二（二）4"
LATE = {"supply_status": "supplied"}
case(
    "supplied_not_used",
    "on",
    TEXT,
    "due today is not past",
    "no",
    parcel=LATE,
    deals=({"agreed_start": "2022-12-31"},),
)
case(
    "supplied_not_used",
    "over",
    TEXT,
    "due yesterday and not begun is 供而未用",
    "yes",
    parcel=LATE,
    deals=({"agreed_start": "2022-12-30"},),
)
case(
    "supplied_not_used",
    "under",
    TEXT,
    "due tomorrow is not",
    "no",
    parcel=LATE,
    deals=({"agreed_start": "2023-01-01"},),
)
case("supplied_not_used", "missing", TEXT, "no day agreed", "unknown", parcel=LATE, deals=({},))
case(
    "supplied_not_used",
    "outside",
    TEXT,
    "farmland with two contracts is still farmland",
    "no",
    parcel={**LATE, **FARM},
    deals=(NEW, NEW),
)
DONE = {"agreed_start": "2019-01-01", "actual_start": "2019-01-01", "should_develop_m2": 9000}
case(
    "partly_used",
    "on",
    TEXT,
    "all that should be developed is",
    "no",
    deals=({**DONE, "developed_m2": 9000},),
)
case(
    "partly_used",
    "under",
    TEXT,
    "a hundredth of a square metre less is 用而未尽",
    "yes",
    deals=({**DONE, "developed_m2": 8999.99},),
)
case(
    "partly_used",
    "over",
    TEXT,
    "more than should be",
    "no",
    deals=({**DONE, "developed_m2": 9000.01},),
)
case(
    "partly_used",
    "missing",
    TEXT,
    "what is developed is not said",
    "unknown",
    deals=({**DONE, "developed_m2": None},),
)
case(
    "partly_used",
    "outside",
    TEXT,
    "farmland is not industrial",
    "no",
    parcel=FARM,
    deals=({**DONE, "developed_m2": 1},),
)

# ---- labels, scope ----------------------------------------------------------------------------------

case(
    "high_use_low_yield",
    "yes",
    "三（二）",
    "on the list",
    "yes",
    firms=({"high_use_low_yield": "是"},),
)
case("high_use_low_yield", "no", "三（二）", "marked 否", "no")
case(
    "high_use_low_yield",
    "missing",
    "三（二）",
    "empty is open",
    "unknown",
    firms=({"high_use_low_yield": None},),
)
case(
    "high_use_low_yield",
    "outside",
    "三（二）",
    "farmland",
    "no",
    parcel=FARM,
    firms=({"high_use_low_yield": "是"},),
)
case(
    "high_use_low_yield",
    "several",
    "三（二）",
    "one of two",
    "yes",
    firms=({"mu": 5.0}, {"mu": 5.0, "high_use_low_yield": "是"}),
)
case(
    "industry_two_high", "yes", "二（一）2", "1713 is listed", "yes", firms=({"industry": "C1713"},)
)
case(
    "industry_two_high",
    "no",
    "二（一）2",
    "1711 beside it is not",
    "no",
    firms=({"industry": "C1711"},),
)
case(
    "industry_two_high",
    "missing",
    "二（一）2",
    "17 has a part that is listed",
    "unknown",
    firms=({"industry": "C17"},),
)
case(
    "industry_two_high",
    "missing",
    "二（一）2",
    "no industry",
    "unknown",
    firms=({"industry": None},),
)
case(
    "industry_two_high",
    "outside",
    "二（一）2",
    "a dyeing works on farmland is not silently out",
    "unknown",
    parcel=FARM,
    firms=({"industry": "C1713"},),
)
case(
    "industry_two_high",
    "several",
    "二（一）2",
    "one of two",
    "yes",
    firms=({"mu": 5.0, "industry": "C2614"}, {"mu": 5.0}),
)
for rule, text, yes, no in (
    ("zone_negative", "二（二）1", "C1713", "C2614"),
    ("zone_not_leading", "三（一）", "C1713", "C2614"),
):
    case(rule, "yes", text, "against the zone's list", "yes", zone="Z", firms=({"industry": yes},))
    case(rule, "no", text, "with the zone's list", "no", zone="Z", firms=({"industry": no},))
    case(rule, "missing", text, "no industry", "unknown", zone="Z", firms=({"industry": None},))
    case(rule, "no", text, "outside every zone there is no list", "no", firms=({"industry": yes},))
    case(rule, "outside", text, "a carrier on farmland", "no", zone="Z", parcel=FARM)
    case(
        rule,
        "several",
        text,
        "one of two",
        "yes",
        zone="Z",
        firms=({"mu": 5.0, "industry": yes}, {"mu": 5.0, "industry": no}),
    )
TEXT = "三（六）"
CAPACITY = {"stage": "at_capacity", "actual_on": "2022-12-31"}
case("before_capacity", "on", TEXT, "accepted today has reached it", "no", stages=(CAPACITY,))
case(
    "before_capacity",
    "future",
    TEXT,
    "accepted tomorrow has not",
    "yes",
    stages=({**CAPACITY, "actual_on": "2023-01-01"},),
)
case(
    "before_capacity",
    "no",
    TEXT,
    "a project that left is past it",
    "no",
    stages=({"stage": "exited", "actual_on": "2020-01-01"},),
)
case(
    "before_capacity",
    "yes",
    TEXT,
    "in production only",
    "yes",
    stages=({"stage": "in_production", "actual_on": "2020-01-01"},),
)
case("before_capacity", "missing", TEXT, "no stage reported", "unknown")
case(
    "before_capacity",
    "missing",
    TEXT,
    "a placeholder as day",
    "unknown",
    stages=({**CAPACITY, "actual_on": "1900-01-01"},),
)
case(
    "before_capacity",
    "outside",
    TEXT,
    "farmland",
    "no",
    parcel=FARM,
    stages=({"stage": "signed", "actual_on": "2020-01-01"},),
)
KEPT = {
    "indicator": "tax_per_mu",
    "promised": 20,
    "sense": "at_least",
    "due_on": "2022-12-31",
    "actual": 20,
}
case("commitment_breach", "on", TEXT, "20 of 20 is kept", "no", promises=(KEPT,))
case(
    "commitment_breach",
    "under",
    TEXT,
    "19.99 of 20 is not",
    "yes",
    promises=({**KEPT, "actual": 19.99},),
)
case(
    "commitment_breach",
    "over",
    TEXT,
    "20.01 of at most 20 is not",
    "yes",
    promises=({**KEPT, "sense": "at_most", "actual": 20.01},),
)
case(
    "commitment_breach",
    "future",
    TEXT,
    "due tomorrow is not broken",
    "no",
    promises=({**KEPT, "actual": 1, "due_on": "2023-01-01"},),
)
case(
    "commitment_breach",
    "missing",
    TEXT,
    "no figure on the day",
    "unknown",
    promises=({**KEPT, "actual": None},),
)
case(
    "commitment_breach",
    "outside",
    TEXT,
    "farmland",
    "no",
    parcel=FARM,
    promises=({**KEPT, "actual": 1},),
)
TEXT = "二（一）"
case("in_scope", "yes", TEXT, "0601 of GB/T 21010", "yes")
case(
    "in_scope",
    "no",
    TEXT,
    "0604 of GB/T 21010 is a warehouse",
    "no",
    parcel={"land_use_code": "0604"},
)
case("in_scope", "missing", TEXT, "no code", "unknown", parcel={"land_use_code": None})
case(
    "in_scope",
    "several",
    TEXT,
    "a factory among two on farmland",
    "unknown",
    parcel=FARM,
    firms=({"mu": 5.0}, {"mu": 5.0, "industry": "C3311"}),
)
case("in_scope", "outside", TEXT, "farmland that a carrier uses", "no", parcel=FARM)
case(
    "supplied_not_used",
    "no",
    "二（二）4",
    "land in reserve is not supplied, whatever its contract says",
    "no",
    parcel={"supply_status": "reserve"},
    deals=(NEW,),
)
