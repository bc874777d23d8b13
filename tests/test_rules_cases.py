"""Rules on parcels worked by hand: each case is a sentence that a planner would say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import landgov as lg
from case import FOUR, WIDER, Case

Folder = Callable[[str], Path]
A, B, C, D = "A", "B", "C", "D"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Folder:
    return tmp_path_factory.mktemp


@pytest.fixture(scope="module")
def answer_of():
    """Answer of a rule on a parcel, each result's long table laid out once."""
    wide: dict[int, pd.DataFrame] = {}
    kept: list[lg.Result] = []  # a result that is let go may leave its id to another

    def answer(result: lg.Result, parcel: str, rule: str) -> str:
        if id(result) not in wide:
            kept.append(result)
            wide[id(result)] = result.verdicts.set_index(["parcel_id", "rule"])
        return str(wide[id(result)].loc[(parcel, rule), "answer"])

    return answer


def kinds_of(result: lg.Result, key: str) -> set[str]:
    issues = result.issues
    return set(issues.loc[issues["key"] == key, "kind"])


# ---- what enterprises decide ------------------------------------------------------

# parcel: (亩 of the link, tax of the year, above scale, grade)
FIRMS: dict[str, tuple[float | None, float | None, str | None, str | None]] = {
    "税500": (10.0, 50.0, "是", A),
    "税501": (10.0, 50.1, "是", A),
    "税缺": (10.0, None, "是", A),
    "税零": (10.0, 0.0, "是", A),
    "规下10": (10.0, 50.0, "否", A),
    "规下999": (9.99, 49.95, "否", A),
    "规下高税": (20.0, 200.0, "否", A),
    "规模缺": (12.0, 12.0, None, A),
    "规模缺高税": (12.0, 120.0, None, A),
    "D高税": (10.0, 1000.0, "是", D),
    "等级缺": (10.0, 100.0, "是", None),
    "健康": (10.0, 100.0, "是", A),
}


def enterprises(folder: Path, policy: str = "shangyu-2021-86") -> lg.Result:
    case = Case(folder, policy=policy)
    cert = {name: facts[0] for name, facts in FIRMS.items()}
    cert |= {"无关系": 10.0, "两家一低": 10.0, "两家一缺": 10.0, "低加缺": 10.0, "两家空白": 10.0}
    cert |= dict.fromkeys(("能耗总量", "能耗强度", "能耗缺", "能耗无", "落后"), 10.0)
    case.parcels(*({"parcel_id": name, "area_cert_mu": mu} for name, mu in cert.items()))
    rows = [
        {"enterprise_id": f"企{name}", "is_above_scale": scale, "grade": grade}
        for name, (_, _, scale, grade) in FIRMS.items()
    ]
    listed = [
        ("能耗总量", "是", "total", "否"),
        ("能耗强度", "是", "intensity", "否"),
        ("能耗缺", None, None, "否"),
        ("能耗无", "否", None, "否"),
        ("落后", "否", None, "是"),
    ]
    rows += [
        {
            "enterprise_id": f"企{name}",
            "is_above_scale": "是",
            "grade": A,
            "high_energy": energy,
            "high_energy_basis": basis,
            "outdated_capacity": outdated,
            "high_emission": "否",
        }
        for name, energy, basis, outdated in listed
    ]
    twins = {"低": 10.0, "好": 100.0, "好二": 100.0, "缺": None, "低二": 10.0, "缺二": None}
    twins |= {"空一": 1.0, "空二": 1.0}
    rows += [{"enterprise_id": f"企{n}", "is_above_scale": "是", "grade": A} for n in twins]
    case.table("enterprises", *rows)
    years = [(f"企{name}", facts[1]) for name, facts in FIRMS.items()]
    years += [(f"企{name}", 100.0) for name, *_ in listed]
    years += [(f"企{name}", tax) for name, tax in twins.items()]
    case.table(
        "enterprise_years", *({"enterprise_id": e, "year": 2022, "tax_wan": t} for e, t in years)
    )
    links: list[tuple[str, str, float | None]] = [(n, f"企{n}", f[0]) for n, f in FIRMS.items()]
    links += [(name, f"企{name}", 10.0) for name, *_ in listed]
    links += [("两家一低", "企低", 4.0), ("两家一低", "企好", 6.0)]
    links += [("两家一缺", "企好二", 4.0), ("两家一缺", "企缺", 6.0)]
    links += [("低加缺", "企低二", 4.0), ("低加缺", "企缺二", 6.0)]
    links += [("两家空白", "企空一", None), ("两家空白", "企空二", None)]
    case.table(
        "links",
        *(
            {"parcel_id": p, "enterprise_id": e, "role": "user", "area_mu": mu}
            for p, e, mu in links
        ),
    )
    return case.run()


@pytest.fixture(scope="module")
def firms(folder) -> lg.Result:
    return enterprises(folder("firms"))


@pytest.mark.parametrize(
    ("parcel", "rule", "expected"),
    [
        pytest.param("税500", "low_tax", "yes", id="5.00 counts as 以下"),
        pytest.param("税501", "low_tax", "no", id="5.01 does not count"),
        pytest.param("税缺", "low_tax", "unknown", id="a missing tax is unknown, not nothing"),
        pytest.param("税零", "low_tax", "yes", id="a tax of 0 is 0 and counts"),
        pytest.param(
            "两家空白", "low_tax", "unknown", id="without known land the tax line is unknown"
        ),
        pytest.param("税500", "three_low_above_scale", "yes", id="a 规上 firm at 5.00 is 三低"),
        pytest.param(
            "规下10", "three_low_above_scale", "no", id="a 规下 firm is never a 规上 case"
        ),
        pytest.param("规下10", "three_low_small", "yes", id="a 规下 firm on 10.00 亩 counts"),
        pytest.param("规下999", "three_low_small", "no", id="a 规下 firm on 9.99 亩 does not"),
        pytest.param("规下999", "low_tax", "yes", id="9.99 亩 still stands below the tax line"),
        pytest.param(
            "规下高税", "three_low_small", "no", id="reading A spares a 规下 firm that pays"
        ),
        pytest.param("规模缺", "three_low_small", "unknown", id="an empty 规上 is not 规下"),
        pytest.param(
            "规模缺", "three_low_above_scale", "unknown", id="an empty 规上 is not 规上 either"
        ),
        pytest.param(
            "规模缺高税", "three_low_small", "no", id="a firm that pays needs no 规上 to be spared"
        ),
        pytest.param("D高税", "grade_d", "yes", id="grade D counts at any tax"),
        pytest.param("D高税", "low_tax", "no", id="grade D does not bend the tax line"),
        pytest.param("等级缺", "grade_d", "unknown", id="a missing grade is unknown"),
        pytest.param("能耗总量", "high_energy", "unknown", id="a list by total energy is unknown"),
        pytest.param("能耗强度", "high_energy", "yes", id="a list by intensity counts"),
        pytest.param(
            "能耗缺", "high_energy", "unknown", id="not on a list nobody covers is unknown"
        ),
        pytest.param("能耗无", "high_energy", "no", id="marked 否 is no"),
        pytest.param("落后", "outdated_capacity", "yes", id="落后产能 counts"),
        pytest.param("无关系", "low_tax", "unknown", id="a parcel without a link is unknown"),
    ],
)
def test_rule_on_enterprise(firms, answer_of, parcel, rule, expected):
    assert answer_of(firms, parcel, rule) == expected


@pytest.mark.parametrize(
    ("parcel", "category", "expected"),
    [
        pytest.param("D高税", "low_efficiency", "yes", id="grade D puts land into 低效 at any tax"),
        pytest.param("D高税", "three_low", "yes", id="grade D puts land into 三低"),
        pytest.param(
            "规下999", "three_low", "no", id="9.99 亩 of a 规下 firm is 低效 but not 三低"
        ),
        pytest.param("规下999", "low_efficiency", "yes", id="9.99 亩 below the tax line is 低效"),
        pytest.param("健康", "low_efficiency", "no", id="a healthy firm with all facts is no"),
        pytest.param(
            "等级缺", "low_efficiency", "unknown", id="a healthy firm without grade is 待核"
        ),
        pytest.param("税缺", "low_efficiency", "unknown", id="a firm without tax is 待核"),
        pytest.param("规模缺", "low_efficiency", "yes", id="the tax line needs no 规上"),
        pytest.param("规模缺", "three_low", "unknown", id="三低 needs 规上"),
        pytest.param("能耗总量", "two_high", "unknown", id="a list by total leaves 两高 unknown"),
        pytest.param("能耗无", "two_high", "no", id="on none of the three lists is not 两高"),
        pytest.param("落后", "two_high", "yes", id="落后产能 alone makes 两高"),
        pytest.param("无关系", "low_efficiency", "unknown", id="without a link 低效 is unknown"),
        pytest.param("两家一低", "low_efficiency", "yes", id="one of two firms suffices"),
        pytest.param("两家一缺", "low_efficiency", "unknown", id="no and unknown make unknown"),
        pytest.param("低加缺", "low_efficiency", "yes", id="yes beats unknown"),
    ],
)
def test_category_of_parcel(firms, parcel, category, expected):
    assert firms.parcels.loc[parcel, category] == expected


@pytest.mark.parametrize(
    ("parcel", "yes_mu", "unknown_mu"),
    [
        pytest.param("两家一低", 4.0, 0.0, id="only the low firm's 4 亩 are 低效"),
        pytest.param("两家一缺", 0.0, 6.0, id="the 6 亩 without tax are in doubt"),
        pytest.param("低加缺", 4.0, 6.0, id="4 亩 are 低效 and 6 in doubt"),
        pytest.param("健康", 0.0, 0.0, id="no land of a healthy firm"),
        pytest.param("无关系", 0.0, 10.0, id="all the land nobody is linked to is in doubt"),
    ],
)
def test_land_in_low_efficiency(firms, parcel, yes_mu, unknown_mu):
    row = firms.parcels.loc[parcel]
    assert row["low_efficiency_mu"] == pytest.approx(yes_mu)
    assert row["low_efficiency_unknown_mu"] == pytest.approx(unknown_mu)


def test_a_clause_without_a_number_gives_no_verdict(firms):
    assert not firms.verdicts["rule"].isin(["energy_intensity", "emission_intensity"]).any()


def test_reading_b_looks_at_the_land_of_a_small_firm_alone(folder, answer_of):
    place = folder("reading_b")
    text = 'id = "b"\nextends = "shangyu-2021-86"\nthree_low_reading = "B"\n'
    (place / "b.toml").write_text(text, encoding="utf-8")
    result = enterprises(place, policy="b.toml")
    assert answer_of(result, "规下高税", "three_low_small") == "yes"
    assert answer_of(result, "规下999", "three_low_small") == "no"
    assert answer_of(result, "规模缺高税", "three_low_small") == "unknown"


def test_covered_lists_say_no_of_whoever_is_not_on_them(folder, answer_of):
    case = Case(folder("covered"))
    case.parcels({"parcel_id": "空地"}, {"parcel_id": "有厂"})
    case.table("links", {"parcel_id": "有厂", "enterprise_id": "企甲"}, covers=("links",))
    case.table(
        "enterprises",
        {"enterprise_id": "企甲", "high_energy": None, "grade": None},
        {"enterprise_id": "企乙", "high_energy": "是", "grade": D},
        covers=("high_energy", "grade:D"),
    )
    result = case.run()
    assert answer_of(result, "空地", "low_tax") == "no"
    assert answer_of(result, "有厂", "high_energy") == "no"
    assert answer_of(result, "有厂", "grade_d") == "no"
    assert answer_of(result, "有厂", "low_tax") == "unknown"


# ---- findings ----------------------------------------------------------------------

FOUND: dict[str, dict[str, str]] = {
    "未销号": {"kind": "no_licence", "found_on": "2022-01-01"},
    "当日销号": {"kind": "no_licence", "found_on": "2022-01-01", "closed_on": "2022-12-31"},
    "次日销号": {"kind": "no_licence", "found_on": "2022-01-01", "closed_on": "2023-01-01"},
    "当日发现": {"kind": "no_licence", "found_on": "2022-12-31"},
    "次日发现": {"kind": "no_licence", "found_on": "2023-01-01"},
    "发现日空": {"kind": "no_licence"},
    "销号仍空": {"kind": "no_licence", "closed_on": "2022-06-01"},
    "消防较大": {"kind": "fire", "found_on": "2022-01-01", "major": "是"},
    "消防一般": {"kind": "fire", "found_on": "2022-01-01", "major": "否"},
    "消防未注": {"kind": "fire", "found_on": "2022-01-01"},
    "违建较大": {"kind": "illegal_building", "found_on": "2022-01-01", "major": "是"},
    "违建一般": {"kind": "illegal_building", "found_on": "2022-01-01", "major": "否"},
    "违建未注": {"kind": "illegal_building", "found_on": "2022-01-01"},
    "安全较大": {"kind": "safety", "found_on": "2022-01-01", "major": "是"},
}


@pytest.fixture(scope="module")
def found(folder) -> lg.Result:
    case = Case(folder("found"))
    names = [*FOUND, "无问题", "企业问题"]
    case.parcels(*({"parcel_id": name} for name in names))
    link = {"parcel_id": "企业问题", "enterprise_id": "企丁"}
    case.table("links", link, covers=("links",))
    rows = [
        {"finding_id": f"W{number}", "parcel_id": name, **facts}
        for number, (name, facts) in enumerate(FOUND.items())
    ]
    rows.append(
        {
            "finding_id": "W99",
            "enterprise_id": "企丁",
            "kind": "no_safety",
            "found_on": "2022-02-02",
        }
    )
    covers = (*FOUR, *(kind for kind in WIDER if kind != "safety"))
    case.table("findings", *rows, covers=covers)
    return case.run()


@pytest.mark.parametrize(
    ("parcel", "rule", "expected"),
    [
        pytest.param("未销号", "no_licence", "yes", id="found and not closed stands open"),
        pytest.param("当日销号", "no_licence", "no", id="closed on the day itself is closed"),
        pytest.param("次日销号", "no_licence", "yes", id="closed the day after still stands open"),
        pytest.param("当日发现", "no_licence", "yes", id="found on the day itself counts"),
        pytest.param("次日发现", "no_licence", "no", id="found the day after does not count yet"),
        pytest.param("发现日空", "no_licence", "unknown", id="an empty found_on is unknown"),
        pytest.param("销号仍空", "no_licence", "no", id="closed is closed whenever it was found"),
        pytest.param("消防较大", "fire", "yes", id="a major fire finding counts"),
        pytest.param("消防一般", "fire", "no", id="a minor fire finding does not"),
        pytest.param("消防未注", "fire", "unknown", id="where major is not marked it is unknown"),
        pytest.param(
            "违建较大", "no_legal_site", "yes", id="a major illegal building is 无合法场所"
        ),
        pytest.param("违建一般", "no_legal_site", "no", id="a minor illegal building is not"),
        pytest.param(
            "违建未注", "no_legal_site", "unknown", id="an unmarked illegal building may be"
        ),
        pytest.param("无问题", "no_licence", "no", id="no row of a covered kind is no"),
        pytest.param("无问题", "safety", "unknown", id="no row of a kind nobody covers is unknown"),
        pytest.param("安全较大", "safety", "yes", id="a row of a kind nobody covers still counts"),
        pytest.param("企业问题", "no_safety", "yes", id="a finding on the firm falls on its land"),
    ],
)
def test_finding(found, answer_of, parcel, rule, expected):
    assert answer_of(found, parcel, rule) == expected


@pytest.mark.parametrize(
    ("parcel", "four", "wider"),
    [
        pytest.param("未销号", "yes", "unknown", id="无证无照 is 四无 alone"),
        pytest.param("消防较大", "no", "yes", id="a major fire finding is not 四无"),
        pytest.param("违建较大", "yes", "yes", id="a major illegal building is both"),
        pytest.param(
            "无问题", "no", "unknown", id="safety that nobody reports leaves the wider list open"
        ),
    ],
)
def test_four_without_beside_wider_violations(found, parcel, four, wider):
    assert found.parcels.loc[parcel, "four_without"] == four
    assert found.parcels.loc[parcel, "wider_violations"] == wider


def test_an_absent_closed_on_column_leaves_a_finding_unknown(folder, answer_of):
    case = Case(folder("unclosed")).parcels({"parcel_id": "甲"}, {"parcel_id": "乙"})
    case.table("links", {"parcel_id": "乙", "enterprise_id": "企乙"}, covers=("links",))
    row = {"finding_id": "W1", "parcel_id": "甲", "kind": "no_licence", "found_on": "2022-01-01"}
    result = case.table("findings", row, covers=FOUR).run()
    assert answer_of(result, "甲", "no_licence") == "unknown"
    assert answer_of(result, "乙", "no_licence") == "no"


# ---- scope -------------------------------------------------------------------------

CODES: dict[str, tuple[str | None, str | None, str]] = {
    "0601 of GB/T 21010 is industrial": ("GB/T 21010-2017", "0601", "yes"),
    "0601 of 三调 is industrial": ("三调", "0601", "yes"),
    "0601 of 用地用海 is a farm road": ("用地用海-2023", "0601", "no"),
    "1001 of 用地用海 is industrial": ("用地用海-2020", "1001", "yes"),
    "100102 of 用地用海 is industrial": ("用地用海-2023", "100102", "yes"),
    "1001 of GB/T 21010 is railway": ("GB/T 21010-2017", "1001", "no"),
    "1002 of 用地用海 is mining and out": ("用地用海-2023", "1002", "no"),
    "0602 of GB/T 21010 is mining and out": ("GB/T 21010-2017", "0602", "no"),
    "M2 of GB 50137 is industrial": ("GB 50137-2011", "M2", "yes"),
    "W1 of GB 50137 is a warehouse and out": ("GB 50137-2011", "W1", "no"),
    "06 names only the upper class": ("GB/T 21010-2017", "06", "unknown"),
    "0601 without its system is not guessed": (None, "0601", "unknown"),
    "a missing code is unknown": ("GB/T 21010-2017", None, "unknown"),
    "a factory on farmland is not silently out": ("三调", "0101", "unknown"),
    "a transport firm on farmland is out": ("三调", "0102", "no"),
}
FACTORY, CARRIER = (
    "a factory on farmland is not silently out",
    "a transport firm on farmland is out",
)


@pytest.fixture(scope="module")
def scope(folder) -> lg.Result:
    case = Case(folder("scope"))
    rows = (
        {"parcel_id": p, "land_use_system": s, "land_use_code": c} for p, (s, c, _) in CODES.items()
    )
    case.parcels(*rows)
    case.table(
        "enterprises",
        {"enterprise_id": "企厂", "industry_code": "C3311"},
        {"enterprise_id": "企运", "industry_code": "G5430"},
    )
    case.table(
        "links",
        {"parcel_id": FACTORY, "enterprise_id": "企厂"},
        {"parcel_id": CARRIER, "enterprise_id": "企运"},
        covers=("links",),
    )
    return case.run()


@pytest.mark.parametrize("parcel", CODES)
def test_scope(scope, parcel):
    assert scope.parcels.loc[parcel, "in_scope"] == CODES[parcel][2]


def test_land_out_of_scope_is_in_no_category_and_has_one_verdict(scope):
    row = scope.parcels.loc[CARRIER]
    categories = [
        "low_efficiency",
        "three_low",
        "two_high",
        "four_without",
        "wider_violations",
        "collective",
    ]
    assert row[categories].tolist() == ["no"] * 6
    assert pd.isna(row["land_state"])
    rules = scope.verdicts.loc[scope.verdicts["parcel_id"] == CARRIER, "rule"]
    assert rules.tolist() == ["in_scope"]


def test_a_factory_on_farmland_is_an_issue(scope):
    assert "factory_outside_scope" in kinds_of(scope, FACTORY)
    assert "factory_outside_scope" not in kinds_of(scope, CARRIER)


def test_a_code_without_its_system_is_an_issue(scope):
    assert "no_land_use_system" in kinds_of(scope, "0601 without its system is not guessed")


# ---- collective land ---------------------------------------------------------------

VILLAGE: dict[str, dict[str, str | None]] = {
    "集体松散": {"loosely_managed": "是", "structure_unsafe": "否", "redevelopable": "是"},
    "集体危房": {"loosely_managed": "否", "structure_unsafe": "是", "reclaimable": "是"},
    "集体无症": {"loosely_managed": "否", "structure_unsafe": "否"},
    "集体未填": {"loosely_managed": None, "structure_unsafe": "否"},
    "集体无手续": {
        "loosely_managed": "否",
        "structure_unsafe": "否",
        "redevelopable": "否",
        "reclaimable": "否",
    },
    "集体消防": {"loosely_managed": "否", "structure_unsafe": "否"},
    "国有松散": {"loosely_managed": "是", "structure_unsafe": "是", "ownership": "state"},
    "权属缺": {"loosely_managed": "是", "structure_unsafe": "是", "ownership": None},
}


@pytest.fixture(scope="module")
def village(folder) -> lg.Result:
    case = Case(folder("village"))
    case.parcels(
        *(
            {"parcel_id": name, "ownership": "collective", **facts}
            for name, facts in VILLAGE.items()
        )
    )
    case.table("links", {"parcel_id": "国有松散", "enterprise_id": "企甲"}, covers=("links",))
    case.table(
        "findings",
        {
            "finding_id": "1",
            "parcel_id": "集体无手续",
            "kind": "no_land_papers",
            "found_on": "2022-01-01",
            "closed_on": None,
            "major": "否",
        },
        {
            "finding_id": "2",
            "parcel_id": "集体消防",
            "kind": "fire",
            "found_on": "2022-01-01",
            "closed_on": None,
            "major": "是",
        },
        covers=(*FOUR, *WIDER),
    )
    return case.run()


@pytest.mark.parametrize(
    ("parcel", "expected", "priority"),
    [
        pytest.param(
            "集体松散",
            "yes",
            "yes",
            id="loosely managed village land worth redeveloping goes first",
        ),
        pytest.param(
            "集体危房", "yes", "yes", id="unsafe buildings on land fit for reclamation go first"
        ),
        pytest.param("集体无症", "no", "no", id="village land without a symptom is no"),
        pytest.param("集体未填", "unknown", "unknown", id="an empty symptom is unknown"),
        pytest.param("集体无手续", "yes", "no", id="missing papers count though minor"),
        pytest.param("集体消防", "yes", "unknown", id="an open major fire finding is a symptom"),
        pytest.param("国有松散", "no", "no", id="state land is never 集体"),
        pytest.param(
            "权属缺", "unknown", "unknown", id="a missing ownership with a symptom is unknown"
        ),
    ],
)
def test_collective(village, parcel, expected, priority):
    assert village.parcels.loc[parcel, "collective"] == expected
    assert village.parcels.loc[parcel, "collective_priority"] == priority


# ---- the idle clock and land states ----------------------------------------------------

BEGUN = {"agreed_start": "2020-01-01", "actual_start": "2020-01-01", "suspended_on": "2021-06-30"}
ENOUGH = {
    "should_develop_m2": 30000,
    "developed_m2": 10000,
    "total_investment_wan": 1000,
    "invested_wan": 250,
}
WHOLE = {"agreed_start": "2020-01-01", "actual_start": "2020-01-01", "should_develop_m2": 100}
DEALS: dict[str, dict[str, object]] = {
    "满一年": {"agreed_start": "2021-12-30"},
    "差一天": {"agreed_start": "2021-12-31"},
    "差两天": {"agreed_start": "2022-01-01"},
    "未到期": {"agreed_start": "2023-06-01"},
    "闰日": {"agreed_start": "2020-02-29"},
    "恰三分一": {**BEGUN, **ENOUGH},
    "不足三分一": {**BEGUN, **ENOUGH, "developed_m2": 9999},
    "不足四分一": {**BEGUN, **ENOUGH, "invested_wan": 249.99},
    "停满一年": {**BEGUN, **ENOUGH, "developed_m2": 1, "suspended_on": "2021-12-30"},
    "停差一天": {**BEGUN, **ENOUGH, "developed_m2": 1, "suspended_on": "2021-12-31"},
    "停未开工": {
        "agreed_start": "2023-06-01",
        "suspended_on": "2020-01-01",
        "should_develop_m2": 9,
        "developed_m2": 0,
    },
    "政府原因": {"agreed_start": "2020-01-01", "delay_cause": "政府原因"},
    "自身原因": {"agreed_start": "2020-01-01", "delay_cause": "无"},
    "原因空": {"agreed_start": "2020-01-01"},
    "按交地": {"delivered_on": "2020-12-30"},
    "交地差天": {"delivered_on": "2020-12-31"},
    "假约定": {"agreed_start": "1900-01-01", "delivered_on": "2019-01-01"},
    "假开工": {"agreed_start": "2020-01-01", "actual_start": "1900-01-01"},
    "集体闲置": {"agreed_start": "2020-01-01"},
    "用而未尽": {**WHOLE, "developed_m2": 99},
    "已供已用": {**WHOLE, "developed_m2": 100},
    "用足低效": {**WHOLE, "developed_m2": 100},
    "用足待核": {**WHOLE, "developed_m2": 100},
}
NO_DEALS: dict[str, str | None] = {
    "储备": "reserve", "批而未供": "approved_not_supplied", "已供无合同": "supplied",
    "已供有税": "supplied", "供应缺": None, "供应缺有企": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def works(folder) -> lg.Result:
    case = Case(folder("works"))
    rows = [
        {"parcel_id": name, "area_cert_mu": 10.0, "supply_status": "supplied"} for name in DEALS
    ]
    rows += [
        {"parcel_id": n, "area_cert_mu": 10.0, "supply_status": s} for n, s in NO_DEALS.items()
    ]
    for row in rows:
        row["ownership"] = "collective" if row["parcel_id"] == "集体闲置" else "state"
    case.parcels(*rows)
    empty = dict.fromkeys(("actual_start", "suspended_on", "delay_cause"))
    case.table(
        "contracts", *({"parcel_id": name, **empty, **facts} for name, facts in DEALS.items())
    )
    taxes = {
        "已供已用": 100.0,
        "用足低效": 10.0,
        "用足待核": None,
        "已供有税": 100.0,
        "供应缺有企": 100.0,
    }
    case.table(
        "links", *({"parcel_id": p, "enterprise_id": f"企{p}", "area_mu": 10.0} for p in taxes)
    )
    case.table(
        "enterprises",
        *({"enterprise_id": f"企{p}", "is_above_scale": "是", "grade": A} for p in taxes),
    )
    case.table(
        "enterprise_years",
        *({"enterprise_id": f"企{p}", "year": 2022, "tax_wan": t} for p, t in taxes.items()),
    )
    return case.run()


@pytest.mark.parametrize(
    ("parcel", "idle", "state"),
    [
        pytest.param("满一年", "not_started", "idle", id="due 2021-12-30 is idle on 2022-12-31"),
        pytest.param(
            "差一天", "not_idle", "to_develop", id="due 2021-12-31 is not idle on 2022-12-31"
        ),
        pytest.param(
            "差两天", "not_idle", "to_develop", id="due 2022-01-01 is not idle on 2022-12-31"
        ),
        pytest.param("未到期", "not_idle", "to_develop", id="due next year is 待开发"),
        pytest.param(
            "恰三分一", "not_idle", "partly_used", id="exactly a third and a quarter is not idle"
        ),
        pytest.param(
            "不足三分一", "suspended", "idle", id="less than a third built and at rest is idle"
        ),
        pytest.param(
            "不足四分一", "suspended", "idle", id="less than 25 % invested and at rest is idle"
        ),
        pytest.param("停满一年", "suspended", "idle", id="at rest since 2021-12-30 is a full year"),
        pytest.param(
            "停差一天", "not_idle", "partly_used", id="at rest since 2021-12-31 is not yet"
        ),
        pytest.param(
            "停未开工", "not_idle", "to_develop", id="works that never began can't be suspended"
        ),
        pytest.param(
            "政府原因", "excused", "idle", id="a delay by government is excused and still 闲置"
        ),
        pytest.param(
            "自身原因", "not_started", "idle", id="the holder's own cause excuses nothing"
        ),
        pytest.param(
            "原因空", "not_started", "idle", id="an empty cause leaves the clock's answer"
        ),
        pytest.param(
            "按交地",
            "not_started",
            "idle",
            id="without an agreed start a year from hand-over counts",
        ),
        pytest.param(
            "交地差天", "not_idle", "to_develop", id="handed over a day later is not idle yet"
        ),
        pytest.param(
            "假约定", "unknown", "unknown", id="a dummy agreed start is unknown, hand-over or not"
        ),
        pytest.param("假开工", "unknown", "unknown", id="a dummy start of works is unknown"),
        pytest.param("用而未尽", "not_idle", "partly_used", id="99 of 100 developed is 用而未尽"),
        pytest.param(
            "已供已用", "not_idle", "in_use", id="fully developed by a healthy firm is in use"
        ),
        pytest.param(
            "用足低效", "not_idle", "inefficient", id="fully developed with little tax is 低效"
        ),
        pytest.param(
            "用足待核", "not_idle", "unknown", id="fully developed with unknown tax is unknown"
        ),
        pytest.param("储备", "not_idle", "to_develop", id="land in reserve is 待开发"),
        pytest.param(
            "批而未供", "not_idle", "to_develop", id="approved and not supplied is 待开发"
        ),
        pytest.param(
            "已供无合同", "unknown", "unknown", id="supplied without a contract row is unknown"
        ),
        pytest.param("已供有税", "not_idle", "in_use", id="supplied and paying tax is not idle"),
    ],
)
def test_idle_and_land_state(works, parcel, idle, state):
    assert works.parcels.loc[parcel, "idle"] == idle
    assert works.parcels.loc[parcel, "land_state"] == state


@pytest.mark.parametrize(
    ("parcel", "day"),
    [
        pytest.param("满一年", "2022-12-31", id="the day after the year"),
        pytest.param("闰日", "2021-03-01", id="29 February ends on 28 February"),
        pytest.param("按交地", "2022-12-31", id="a year from hand-over and another"),
        pytest.param("停满一年", "2022-12-31", id="the day after a year at rest"),
    ],
)
def test_first_day_of_idleness(works, parcel, day):
    assert works.parcels.loc[parcel, "idle_from"] == pd.Timestamp(day)


def test_village_land_is_idle_by_reference_only(works):
    assert works.parcels.loc["集体闲置", ["idle", "idle_basis"]].tolist() == [
        "not_started",
        "by_reference",
    ]
    assert works.parcels.loc["满一年", "idle_basis"] == "law"


def test_an_unstated_cause_is_named_as_missing(works):
    table = works.verdicts.set_index(["parcel_id", "rule"])["missing"].fillna("").astype(str)
    assert "delay_cause" in table["原因空", "idle_not_started"]
    assert "delay_cause" not in table["自身原因", "idle_not_started"]


@pytest.mark.parametrize(
    ("parcel", "label"),
    [
        pytest.param("差一天", "yes", id="past the agreed start and not begun is 供而未用"),
        pytest.param("未到期", "no", id="before the agreed start is not 供而未用"),
        pytest.param("已供已用", "no", id="land in use is not 供而未用"),
    ],
)
def test_supplied_not_used(works, parcel, label):
    assert works.parcels.loc[parcel, "supplied_not_used"] == label


@pytest.mark.parametrize(
    ("parcel", "stock"),
    [
        pytest.param("已供无合同", "yes", id="supplied is 存量"),
        pytest.param("储备", "no", id="reserve is not 存量"),
        pytest.param("批而未供", "no", id="approved and not supplied is not 存量"),
        pytest.param("供应缺有企", "yes", id="a user shows that land was supplied"),
        pytest.param("供应缺", "unknown", id="nothing known of supply is unknown"),
    ],
)
def test_stock(works, parcel, stock):
    assert works.parcels.loc[parcel, "stock"] == stock


# ---- links ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ledger(folder) -> lg.Result:
    case = Case(folder("ledger"))
    land = {
        "一空": 15.0,
        "两空": 15.0,
        "转租": 10.0,
        "超出": 10.0,
        "比例": 20.0,
        "到期": 9.0,
        "分甲": 8.0,
        "分乙": 2.0,
    }
    case.parcels(*({"parcel_id": name, "area_cert_mu": mu} for name, mu in land.items()))
    named = ("parcel_id", "enterprise_id", "role", "area_mu", "share", "to")
    rows = [
        ("一空", "E1", "user", 6.0, None, None),
        ("一空", "E2", "user", None, None, None),
        ("两空", "E3", "user", None, None, None),
        ("两空", "E4", "user", None, None, None),
        ("转租", "E5", "owner", 10.0, None, None),
        ("转租", "E6", "lessee", 4.0, None, None),
        ("超出", "E7", "user", 8.0, None, None),
        ("超出", "E8", "user", 5.0, None, None),
        ("比例", "E9", "user", None, 0.25, None),
        ("到期", "E10", "user", 3.0, None, "2022-12-30"),
        ("到期", "E11", "user", 4.0, None, "2022-12-31"),
        ("分甲", "E12", "user", 8.0, None, None),
        ("分乙", "E12", "user", 2.0, None, None),
    ]
    case.table("links", *(dict(zip(named, row, strict=True)) for row in rows))
    taxes = {"E3": 7.0, "E5": 12.0, "E12": 33.33, "E90": 4.44}
    case.table(
        "enterprise_years",
        *({"enterprise_id": e, "year": 2022, "tax_wan": t} for e, t in taxes.items()),
    )
    return case.run()


def worked(result: lg.Result, parcel: str) -> dict[str, float | None]:
    """Worked-out land of each enterprise on a parcel; the residual row under its rule."""
    rows = result.links[result.links["parcel_id"] == parcel]
    names = rows["enterprise_id"].astype(object).where(rows["enterprise_id"].notna(), "residual")
    return {
        str(name): None if pd.isna(mu) else round(float(mu), 6)
        for name, mu in zip(names, rows["area_worked_mu"], strict=True)
    }


@pytest.mark.parametrize(
    ("parcel", "expected"),
    [
        pytest.param(
            "一空", {"E1": 6.0, "E2": 9.0}, id="the only blank takes what the others leave"
        ),
        pytest.param(
            "转租", {"E5": 6.0, "E6": 4.0}, id="what the lessee holds comes off the owner"
        ),
        pytest.param(
            "超出", {"E7": 8.0, "E8": 5.0, "residual": -3.0}, id="an excess is a negative residual"
        ),
        pytest.param(
            "比例",
            {"E9": 5.0, "residual": 15.0},
            id="a share is of the parcel and the rest is nobody's",
        ),
        pytest.param(
            "到期", {"E11": 4.0, "residual": 5.0}, id="a lease counts through its last day"
        ),
    ],
)
def test_land_of_links(ledger, parcel, expected):
    assert worked(ledger, parcel) == expected


def test_two_blanks_are_both_missing(ledger):
    land = worked(ledger, "两空")
    assert (land["E3"], land["E4"]) == (None, None)
    assert pd.isna(ledger.enterprises.loc["E3", "land_mu"])
    assert pd.isna(ledger.enterprises.loc["E3", "tax_per_mu"])


def test_an_excess_is_an_issue_that_names_the_parcel(ledger):
    assert "over_allocated" in kinds_of(ledger, "超出")
    assert "over_allocated" not in kinds_of(ledger, "转租")


def test_the_owner_s_tax_stands_on_the_land_it_keeps(ledger):
    assert ledger.enterprises.loc["E5", "land_mu"] == pytest.approx(6.0)
    assert ledger.enterprises.loc["E5", "tax_per_mu"] == pytest.approx(2.0)


def test_tax_spreads_by_land(ledger):
    rows = ledger.links[ledger.links["enterprise_id"] == "E12"].set_index("parcel_id")
    assert rows.loc["分甲", "tax_worked_wan"] == pytest.approx(26.664)
    assert rows.loc["分乙", "tax_worked_wan"] == pytest.approx(6.666)


@pytest.mark.parametrize(
    ("firm", "tax"), [("E3", 7.0), ("E5", 12.0), ("E12", 33.33), ("E90", 4.44)]
)
def test_tax_sums_back_with_or_without_land(ledger, firm, tax):
    rows = ledger.links[ledger.links["enterprise_id"] == firm]
    assert rows["tax_worked_wan"].sum() == pytest.approx(tax, abs=1e-8)


@pytest.mark.parametrize("firm", ["E3", "E90"])
def test_tax_of_a_firm_without_known_land_stands_on_no_parcel(ledger, firm):
    rows = ledger.links[(ledger.links["enterprise_id"] == firm) & ledger.links["parcel_id"].isna()]
    assert rows["rule"].tolist() == ["no_land"]


# ---- keys --------------------------------------------------------------------------------


def test_a_repeated_parcel_key_is_kept_twice_and_unknown(folder, answer_of):
    case = Case(folder("repeated"))
    case.parcels(
        {"parcel_id": "P", "area_cert_mu": 10.0},
        {"parcel_id": "P", "area_cert_mu": 12.0},
        {"parcel_id": "Q", "area_cert_mu": 10.0},
    )
    links = [{"parcel_id": p, "enterprise_id": f"企{p}", "area_mu": 10.0} for p in "PQ"]
    case.table("links", *links, covers=("links",))
    case.table("enterprises", *({"enterprise_id": f"企{p}", "grade": D} for p in "PQ"))
    finding = {
        "finding_id": "1",
        "parcel_id": "P",
        "kind": "no_licence",
        "found_on": "2022-01-01",
        "closed_on": None,
    }
    case.table("findings", finding, covers=(*FOUR, *WIDER))
    result = case.run()
    assert sorted(result.parcels.index) == ["P#1", "P#2", "Q"]
    assert result.parcels["low_efficiency"].to_dict() == {
        "P#1": "unknown",
        "P#2": "unknown",
        "Q": "yes",
    }
    assert [answer_of(result, p, "no_licence") for p in ("P#1", "P#2", "Q")] == [
        "unknown",
        "unknown",
        "no",
    ]
    assert "duplicate_key" in set(result.issues["kind"])
