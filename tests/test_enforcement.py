"""Who acts on an open finding: worked by hand from 三（四）."""

from __future__ import annotations

import itertools
from datetime import date

import pandas as pd
import pytest

import landgov as lg
from case import Case
from landgov.errors import LandgovError
from landgov.rules.enforcement import acting, on_farmland

POLICY = lg.load_policy("shangyu-2021-86", on=date(2022, 12, 31))
PLANNERS, OFFICERS = "自然资源和规划分局", "区综合执法局"


@pytest.mark.parametrize(
    ("system", "code", "answer"),
    [
        pytest.param("GB/T 21010-2017", "0101", True, id="paddy is farmland"),
        pytest.param("GB/T 21010-2017", "0601", False, id="industrial land is construction land"),
        pytest.param("三调", "1202", True, id="facilities of farms are farmland"),
        pytest.param("三调", "1201", False, id="a code beside it is none"),
        pytest.param("三调", "0404", False, id="other grassland is unused land, no farmland"),
        pytest.param("用地用海-2023", "0602", True, id="06 is farm building land there"),
        pytest.param("用地用海-2023", "100101", False, id="industrial land of the first class"),
        pytest.param("GB 50137-2011", "M1", False, id="a classification of towns has no farmland"),
        pytest.param("三调", None, None, id="no code: unknown"),
        pytest.param(None, "0101", None, id="a code without its classification: unknown"),
        pytest.param("地方标准", "0101", None, id="a classification that is not listed: unknown"),
    ],
)
def test_farmland_is_told_by_the_use_on_the_ground(system, code, answer):
    parcels = pd.DataFrame({"land_use_system": [system], "land_use_code": [code]}, dtype="str")
    found = on_farmland(parcels, POLICY)[0]
    assert (None if found is pd.NA else bool(found)) is answer


@pytest.mark.parametrize(
    ("kind", "offices"),
    [
        pytest.param("illegal_building", (PLANNERS, OFFICERS), id="三（四） 违法建设"),
        pytest.param("illegal_land", (PLANNERS, OFFICERS), id="三（四） 擅自占用土地"),
        pytest.param("no_land_papers", (PLANNERS, PLANNERS), id="三（二） 无土地证"),
        pytest.param("fire", ("区消防救援大队",) * 2, id="三（四） 消防监管执法"),
        pytest.param("product_quality", ("区市场监管局",) * 2, id="三（四） 产品质量"),
        pytest.param("energy_saving", ("区发改局",) * 2, id="三（四） 节能监察"),
        pytest.param("low_tax", ("", ""), id="no finding: nobody"),
    ],
)
def test_the_department_follows_the_land(kind, offices):
    farm, built, unknown = acting(kind, POLICY)
    assert (farm, built) == offices
    assert unknown == (farm if farm == built else f"{farm}或{built}")


def test_a_policy_that_names_nobody_leaves_it_to_those_who_report():
    policy = lg.load_policy("huangyan-2022-example", on=date(2022, 12, 31))
    assert acting("illegal_land", policy) == (PLANNERS, PLANNERS, PLANNERS)


def test_a_wrong_kind_or_office_is_named(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(
        'id = "own"\nextends = "shangyu-2021-86"\n[enforcement]\nfires = "甲局"\nfire = 3\n',
        encoding="utf-8",
    )
    with pytest.raises(LandgovError) as told:
        lg.load_policy(path, on=date(2022, 12, 31))
    assert "[enforcement] fires is no kind of finding" in str(told.value)
    assert "[enforcement] fire = 3 is no department" in str(told.value)


def test_the_verdict_of_an_open_finding_names_who_acts(tmp_path):
    """Farmland comes into the verdicts with a factory on it: its scope is unknown."""
    case = Case(tmp_path)
    case.parcels(
        {"parcel_id": "厂区"},
        {"parcel_id": "农田", "land_use_code": "0101"},
        {"parcel_id": "代码缺失", "land_use_code": ""},
        {"parcel_id": "无问题"},
    )
    case.table("enterprises", {"enterprise_id": "E1", "industry_code": "C1713"})
    case.table("links", {"parcel_id": "农田", "enterprise_id": "E1", "role": "user"})
    parcels = ("厂区", "农田", "代码缺失")
    case.table(
        "findings",
        *({"finding_id": f"F{n}", "parcel_id": parcel, "kind": kind, "found_on": "2022-01-01",
           "major": "是", "closed_on": ""}
          for n, (parcel, kind) in enumerate(itertools.product(parcels, ("illegal_building", "fire")))),
        covers=("illegal_building", "fire"),
    )  # fmt: skip
    result = case.run()
    rows = result.verdicts.set_index(["parcel_id", "rule"])
    acts = rows["enforced_by"].astype("object").where(rows["enforced_by"].notna(), "")
    assert acts["厂区", "illegal_building"] == OFFICERS
    assert acts["厂区", "fire"] == "区消防救援大队"
    # Land that may be industrial: the finding stands open, the scope does not.
    assert rows.loc[("农田", "illegal_building"), "answer"] == "unknown"
    assert acts["农田", "illegal_building"] == PLANNERS
    assert acts["代码缺失", "illegal_building"] == f"{PLANNERS}或{OFFICERS}"
    assert acts["无问题", "illegal_building"] == ""
    assert acts["厂区", "low_tax"] == ""
    said = result.explain("厂区").set_index("rule")["sentence"]
    assert said["illegal_building"].endswith(f"由 {OFFICERS} 查处")
