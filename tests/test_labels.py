"""Labels beside the categories: worked by hand from the text (二（二）1, 三（一）, 三（六）, 三（七）)."""

from __future__ import annotations

import pandas as pd
import pytest
import shapely

from case import EAST, FOUR, INDUSTRIAL, NORTH, WIDER, Case
from landgov.rules.industries import industry_in


@pytest.mark.parametrize(
    ("code", "listed", "answer"),
    [
        pytest.param("C1713", ["1713"], True, id="the letter of an industry may be left out"),
        pytest.param("1711", ["C1713"], False, id="1713 on the list does not flag its neighbour"),
        pytest.param("C17", ["C1713"], None, id="a division of which one class is listed: unknown"),
        pytest.param("C1713", ["C17"], True, id="a listed division takes in its classes"),
        pytest.param("C2645", ["C"], True, id="a listed section takes in all of it"),
        pytest.param("D44", ["C"], False, id="another section is outside"),
        pytest.param("C", ["C26"], None, id="a letter alone may be the listed division"),
        pytest.param("C", ["D44"], False, id="a letter alone is outside another section's class"),
        pytest.param(None, ["C26"], None, id="no code: unknown"),
        pytest.param("D1713", ["C1713"], None, id="letter against digits can't be read: unknown"),
        pytest.param("C2645", [], False, id="an empty list takes in nothing"),
    ],
)
def test_industries(code, listed, answer):
    found = industry_in(pd.Series([code], dtype="str"), listed)[0]
    assert (None if found is pd.NA else bool(found)) is answer


ZONED = shapely.box(EAST - 10, NORTH - 10, EAST + 560, NORTH + 110)  # the first four parcels


@pytest.fixture(scope="module")
def village(tmp_path_factory):
    """Four parcels in a zone, more outside; one enterprise a parcel unless said."""
    case = Case(tmp_path_factory.mktemp("labels"))
    names = ("负面", "主导", "其他", "缺行业", "区外", "无企业", "混用")
    case.parcels(
        *({"parcel_id": name} for name in names), {"parcel_id": "农田", "land_use_code": "0101"}
    )
    case.table(
        "enterprises",
        {"enterprise_id": "E1", "name": "甲", "industry_code": "C1713", "high_use_low_yield": "是"},
        {"enterprise_id": "E2", "name": "乙", "industry_code": "C3484", "high_use_low_yield": "否"},
        {"enterprise_id": "E3", "name": "丙", "industry_code": "C2110"},
        {"enterprise_id": "E4", "name": "丁"},
    )
    case.table(
        "links",
        *(
            {"parcel_id": parcel, "enterprise_id": firm, "role": "owner"}
            for parcel, firm in (
                ("负面", "E1"), ("主导", "E2"), ("其他", "E3"), ("缺行业", "E4"), ("区外", "E1"),
                ("混用", "E2"), ("混用", "E4"),
            )
        ),
    )  # fmt: skip
    case.areas(
        "zones",
        {"zone_id": "Q1", "zone": "装备区块", "leading": "C34、C35", "negative": "C1713",
         "geometry": ZONED},
    )  # fmt: skip
    case.table(
        "stages",
        {"parcel_id": "负面", "stage": "投产", "actual_on": "2021-03-01"},
        {"parcel_id": "负面", "stage": "达产验收", "planned_on": "2022-06-30", "actual_on": ""},
        {"parcel_id": "主导", "stage": "达产验收", "actual_on": "2022-12-31"},
        {"parcel_id": "其他", "stage": "达产验收", "actual_on": "2023-01-01"},
        {"parcel_id": "缺行业", "stage": "项目退出", "actual_on": "2022-05-01"},
        {"parcel_id": "区外", "stage": "达产验收", "actual_on": "1900-01-01"},
        {"parcel_id": "农田", "stage": "开工", "actual_on": "2022-05-01"},
    )
    promise = {"indicator": "亩均税收", "promised": 20, "sense": "不低于", "due_on": "2022-12-31"}
    case.table(
        "commitments",
        {"parcel_id": "负面", **promise, "actual": 19.99},
        {"parcel_id": "主导", **promise, "actual": 20.0},
        {"parcel_id": "其他", **promise, "due_on": "2023-01-01", "actual": 1},
        {"parcel_id": "缺行业", **promise},
        {"parcel_id": "区外", **promise, "sense": "不高于", "actual": 20.01},
        {"parcel_id": "混用", **promise, "actual": 19, "checked_on": "2023-02-01"},
        {"parcel_id": "农田", **promise, "actual": 1},
    )
    return case.run()


def _of(village, column: str) -> dict[str, str]:
    return village.parcels[column].to_dict()


def test_industry_on_the_negative_list_of_its_zone_is_a_hint(village):
    # 二（二）1 “不符合产业规划的负面清单项目”
    assert _of(village, "zone_negative") == {
        "负面": "yes", "主导": "no", "其他": "no", "缺行业": "unknown", "区外": "no",
        "无企业": "no", "混用": "no", "农田": "no",
    }  # fmt: skip
    # A hint: what the department flags stays what it is.
    assert village.enterprises["on_negative_list"].isna().all()


def test_industry_that_does_not_lead_in_its_zone_is_a_hint(village):
    # 三（一） “分区块制定产业政策实现正面引导”
    assert _of(village, "zone_not_leading") == {
        "负面": "yes", "主导": "no", "其他": "yes", "缺行业": "unknown", "区外": "no",
        "无企业": "no", "混用": "no", "农田": "no",
    }  # fmt: skip


def test_a_zone_without_a_list_leaves_it_open(tmp_path):
    case = Case(tmp_path).parcels({"parcel_id": "A"})
    case.table("enterprises", {"enterprise_id": "E1", "name": "甲", "industry_code": "C1713"})
    case.table("links", {"parcel_id": "A", "enterprise_id": "E1", "role": "owner"})
    case.areas("zones", {"zone_id": "Q1", "zone": "区块", "leading": "C17", "geometry": ZONED})
    found = case.run()
    assert _of(found, "zone_negative") == {"A": "unknown"}
    row = found.verdicts.set_index("rule").loc["zone_negative"]
    assert row["missing"] == "zones.negative"
    assert _of(found, "zone_not_leading") == {"A": "no"}


def test_a_parcel_half_in_a_zone_is_in_none(tmp_path):
    half = shapely.box(EAST, NORTH, EAST + 50, NORTH + 100)
    more = shapely.box(EAST + 150, NORTH, EAST + 201, NORTH + 100)
    case = Case(tmp_path).parcels({"parcel_id": "半"}, {"parcel_id": "过半"})
    both = shapely.union_all([half, more])
    case.areas("zones", {"zone_id": "Q1", "zone": "区块", "negative": "C17", "geometry": both})
    found = case.run().parcels["zone_id"]
    assert found.isna().tolist() == [True, False] or found.to_dict()["过半"] == "Q1"
    assert pd.isna(found["半"]) and found["过半"] == "Q1"


def test_projects_before_capacity_are_listed_apart(village):
    # 三（六） 招商落地 → 竣工验收 → 投产 → 达产验收 → 项目退出
    assert _of(village, "before_capacity") == {
        "负面": "yes",  # in production, capacity not reached
        "主导": "no",  # on the day itself it is reached
        "其他": "yes",  # reached the day after
        "缺行业": "no",  # left
        "区外": "unknown",  # a placeholder date
        "无企业": "unknown",  # nothing on record
        "混用": "unknown",
        "农田": "no",  # out of scope
    }


def test_promises_that_fell_due_and_were_not_kept(village):
    # 三（六） “未兑现投资强度、容积率、单位能耗指标、单位排污指标、亩均税收等承诺”
    assert _of(village, "commitment_breach") == {
        "负面": "yes",  # 19.99 of 20
        "主导": "no",  # 20.00 is kept
        "其他": "no",  # due tomorrow
        "缺行业": "unknown",  # due, and no figure
        "区外": "yes",  # 20.01 where at most 20 was promised
        "无企业": "unknown",  # no promise on record
        "混用": "unknown",  # checked only later
        "农田": "no",
    }


def test_lists_of_industries_and_of_high_use_are_labels_and_no_category(village):
    assert _of(village, "high_use_low_yield")["负面"] == "yes"
    assert _of(village, "high_use_low_yield")["主导"] == "no"
    assert _of(village, "high_use_low_yield")["其他"] == "unknown"
    assert _of(village, "industry_two_high") == {
        "负面": "yes",  # 1713 棉印染精加工
        "主导": "no", "其他": "no", "缺行业": "unknown", "区外": "yes", "无企业": "unknown",
        "混用": "unknown", "农田": "no",
    }  # fmt: skip
    # 二（一）2 asks for use per unit, not for an industry.
    assert _of(village, "two_high")["负面"] == "unknown"


def test_labels_whose_table_is_absent_are_unknown_without_a_verdict(tmp_path):
    found = Case(tmp_path).parcels({"parcel_id": "A"}).run()
    for label in ("zone_negative", "before_capacity", "commitment_breach", "high_use_low_yield"):
        assert _of(found, label) == {"A": "unknown"}
        assert label not in set(found.verdicts["rule"])


@pytest.mark.parametrize(
    ("since", "papers", "expected"),
    [
        pytest.param("1986-12-31", True, "《土地管理法》施行（1987年）前占用", id="the last day"),
        pytest.param("1987-01-01", True, "1987年至1998年修订法施行前占用", id="the day after"),
        pytest.param("2010-01-01", True, "第二次土地调查后占用", id="after the last line"),
        pytest.param(None, True, "占用时间不明", id="since when is not known"),
        pytest.param("1986-12-31", False, None, id="no finding of missing papers"),
    ],
)
def test_land_without_papers_is_classed_by_the_time_of_its_use(tmp_path, since, papers, expected):
    # 三（七） “历史遗留问题用地分类处置”
    case = Case(tmp_path).parcels({"parcel_id": "A", "occupied_since": since})
    if papers:
        case.table(
            "findings",
            {"finding_id": "1", "parcel_id": "A", "kind": "no_land_papers",
             "found_on": "2022-01-01", "closed_on": ""},
        )  # fmt: skip
    found = case.run().parcels["occupation_class"]["A"]
    assert (None if pd.isna(found) else found) == expected


# ---- exemptions: the answer stays, and is labelled (二（一）1 “原则上”) --------------------


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param({"enterprise_id": "E1", "rule": "low_tax"}, "亩均税收", id="of an enterprise"),
        pytest.param({"parcel_id": "A", "rule": "亩均税收"}, "亩均税收", id="by its Chinese term"),
        pytest.param(
            {"parcel_id": "A", "rule": "low_efficiency"}, "低效企业用地", id="of a whole category"
        ),
        pytest.param(
            {"parcel_id": "A", "rule": "low_tax", "to": "2022-12-31"}, "亩均税收", id="last day"
        ),
        pytest.param({"parcel_id": "A", "rule": "low_tax", "to": "2022-12-30"}, None, id="over"),
        pytest.param(
            {"parcel_id": "A", "rule": "low_tax", "from": "2023-01-01"}, None, id="not yet"
        ),
        pytest.param({"parcel_id": "B", "rule": "low_tax"}, None, id="of another parcel"),
        pytest.param({"enterprise_id": "E1", "rule": "evaluation"}, None, id="no rule of land"),
    ],
)
def test_an_exemption_labels_and_leaves_the_answer(tmp_path, row, expected):
    found = _low(tmp_path, row)
    text = found.parcels["exempt"]["A"]
    assert (None if pd.isna(text) else text) == expected
    assert found.parcels["low_efficiency"]["A"] == "yes"


def test_an_exemption_of_no_rule_is_told(tmp_path):
    found = _low(tmp_path, {"parcel_id": "A", "rule": "亩均税"})
    told = found.issues[found.issues["kind"] == "unknown_rule"]
    assert told["value"].tolist() == ["亩均税"] and told["severity"].tolist() == ["error"]
    assert found.parcels["exempt"].isna().all()


def _low(folder, exemption):
    """A: 5 万元/亩, low efficiency."""
    case = Case(folder).parcels({"parcel_id": "A", "area_cert_mu": 10}, {"parcel_id": "B"})
    case.table("enterprises", {"enterprise_id": "E1", "name": "甲"})
    case.table("enterprise_years", {"enterprise_id": "E1", "year": 2022, "tax_wan": 50})
    case.table("links", {"parcel_id": "A", "enterprise_id": "E1", "area_mu": 10})
    case.table("exemptions", exemption)
    return case.run()


# ---- one colour a parcel ----------------------------------------------------------------


def test_the_primary_category_is_the_first_of_the_stated_order(tmp_path):
    case = Case(tmp_path).parcels(
        {"parcel_id": "A", "area_cert_mu": 10}, {"parcel_id": "B", "area_cert_mu": 10},
        {"parcel_id": "C"}, covers=(),
    )  # fmt: skip
    case.table("enterprises", {"enterprise_id": "E1", "name": "甲"})
    case.table("enterprise_years", {"enterprise_id": "E1", "year": 2022, "tax_wan": 0})
    for parcel in ("A", "B"):
        case.table("links", {"parcel_id": parcel, "enterprise_id": "E1", "area_mu": 10})
    case.table(
        "findings",
        {"finding_id": "1", "parcel_id": "A", "kind": "no_licence", "found_on": "2022-01-01",
         "closed_on": ""},
        covers=(*FOUR, *WIDER),
    )  # fmt: skip
    found = case.run().parcels
    assert found["primary_category"]["A"] == "four_without"  # and low efficiency too
    assert found["low_efficiency"]["A"] == "yes"
    assert found["primary_category"]["B"] == "low_efficiency"
    assert pd.isna(found["primary_category"]["C"])
    assert INDUSTRIAL["land_use_code"] == "0601"
