"""Every reason of 二（二）: on it, beside it, missing, out of scope; who decides and where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from case import FOUR
from pathway_case import answer, district

OPEN = {"enterprise_id": "E1", "closed_on": ""}
WORTH = {"redevelopable": "是"}
CONTRACT = {"parcel_id": "P1", "kind": "primary", "signed_on": "2018-01-01",
            "agreed_start": "2019-01-01", "actual_start": "2019-02-01", "suspended_on": "",
            "should_develop_m2": 9000, "developed_m2": 9000, "delay_cause": "无",
            "total_investment_wan": 100, "invested_wan": 100}  # fmt: skip


def case(rule: str, said: str, pathway: str, id: str, **given: Any) -> Any:
    return pytest.param(rule, said, pathway, given, id=id)


REASONS = [
    # 二（二）1
    case("outdated_line", "yes", "close_out", "二（二）1 落后产能: the line is closed",
         firm={"outdated_capacity": "是"}),
    case("outdated_line", "no", "upgrade", "二（二）1 no outdated capacity"),
    case("outdated_line", "unknown", "unknown", "二（二）1 outdated capacity not told",
         firm={"outdated_capacity": ""}),
    case("negative_list", "yes", "close_out", "二（二）1 负面清单: the project leaves",
         firm={"on_negative_list": "是"}),
    case("negative_list", "unknown", "unknown", "二（二）1 negative list not told",
         firm={"on_negative_list": ""}),
    case("fire_unfixable", "yes", "close_out", "二（二）1 open fire finding, not fixable",
         finding={**OPEN, "fixable": "否"}),
    case("fire_unfixable", "no", "upgrade", "二（二）1 open fire finding, fixable",
         finding={**OPEN, "fixable": "是"}),
    case("fire_unfixable", "unknown", "unknown", "二（二）1 open, nobody says whether fixable",
         finding={**OPEN, "fixable": ""}),
    case("fire_unfixable", "no", "upgrade", "二（二）1 not fixable but closed",
         finding={"enterprise_id": "E1", "fixable": "否"}),
    case("fire_unfixable", "yes", "close_out", "二（二）1 closed the day after as_of is open",
         finding={**OPEN, "fixable": "否", "closed_on": "2023-01-01"}),
    case("fire_unfixable", "no", "upgrade", "二（二）1 closed on as_of is closed",
         finding={**OPEN, "fixable": "否", "closed_on": "2022-12-31"}),
    case("safety_unfixable", "yes", "close_out", "二（二）1 safety, of the land itself",
         finding={**OPEN, "enterprise_id": "", "parcel_id": "P1", "kind": "safety",
                  "fixable": "否"}),
    case("environment_unfixable", "yes", "close_out", "二（二）1 environment",
         finding={**OPEN, "kind": "environment", "fixable": "否"}),
    case("safety_unfixable", "no", "other", "二（二）1 an illegal building is no ground to close",
         finding={**OPEN, "kind": "illegal_building", "fixable": "否"}),
    case("fire_unfixable", "unknown", "unknown", "二（二）1 fire is reported by nobody",
         covers=FOUR),
    case("use_changed", "yes", "other", "二（二）1 use changed: 限期整治, no closure",
         land={"use_changed": "是"}),
    case("use_changed", "unknown", "unknown", "二（二）1 use not told", land={"use_changed": ""}),
    # 二（二）2
    case("planned_industrial", "yes", "upgrade", "二（二）2 planned industrial"),
    case("planned_industrial", "no", "other", "二（二）2 planned farmland",
         land={"planned_use": "农用地"}),
    case("planned_industrial", "unknown", "unknown", "二（二）2 plan not told",
         land={"planned_use": ""}),
    case("use_unchanged", "no", "other", "二（二）2 no longer industrial use",
         land={"use_changed": "是"}),
    case("all_fixable", "yes", "upgrade", "二（二）2 the open finding can be mended",
         finding=OPEN),
    case("all_fixable", "no", "other", "二（二）2 an illegal building that can't be mended",
         finding={**OPEN, "kind": "illegal_building", "fixable": "否"}),
    # 二（二）3
    case("leading_neighbour", "yes", "merge", "二（二）3 a leading enterprise beside it",
         beside={"is_leading": "是"}),
    case("leading_neighbour", "no", "upgrade", "二（二）3 a leading enterprise 50 m away",
         beside={"is_leading": "是"}, far=True),
    case("leading_neighbour", "no", "upgrade", "二（二）3 an ordinary neighbour", beside={}),
    case("leading_neighbour", "unknown", "unknown", "二（二）3 nobody says whether it leads",
         beside={"is_leading": ""}),
    # 二（二）4
    case("mortgaged", "yes", "state_operated", "二（二）4 mortgaged and worth redeveloping",
         land={**WORTH, "mortgaged_to_bank": "是"}),
    case("mortgaged", "yes", "upgrade", "二（二）4 mortgaged, of no such worth",
         land={"mortgaged_to_bank": "是"}),
    case("mortgaged", "yes", "unknown", "二（二）4 mortgaged, worth not told",
         land={"mortgaged_to_bank": "是", "redevelopable": ""}),
    case("mortgaged", "unknown", "unknown", "二（二）4 mortgage not told",
         land={**WORTH, "mortgaged_to_bank": ""}),
    case("in_default", "yes", "state_operated", "二（二）4 in default is told apart",
         land={**WORTH, "mortgaged_to_bank": "是", "collateral_in_default": "是"}),
    case("in_default", "unknown", "state_operated", "二（二）4 default not told decides nothing",
         land={**WORTH, "mortgaged_to_bank": "是", "collateral_in_default": ""}),
    case("vacant_plant", "yes", "state_operated", "二（二）4 vacant plant",
         land={**WORTH, "vacant_floor_m2": 1}),
    case("vacant_plant", "no", "upgrade", "二（二）4 no vacant plant", land=WORTH),
    case("vacant_plant", "unknown", "unknown", "二（二）4 vacant plant not told",
         land={**WORTH, "vacant_floor_m2": ""}),
    case("in_site", "yes", "state_operated", "二（二）4 30+30 亩 of stock land side by side",
         land={**WORTH, "area_cert_mu": 30}, beside={},
         beside_land={"area_cert_mu": 30, "vacant_floor_m2": 9}),
    case("in_site", "no", "upgrade", "二（二）4 20+29 亩 are no site of 50",
         land={**WORTH, "area_cert_mu": 20}, beside={},
         beside_land={"area_cert_mu": 29, "vacant_floor_m2": 9}),
    case("in_site", "no", "upgrade", "二（二）4 60 亩 alone adjoin nothing",
         land={**WORTH, "area_cert_mu": 60}),
    case("in_site", "no", "upgrade", "二（二）4 the neighbour is no candidate",
         land={**WORTH, "area_cert_mu": 30}, beside={}, beside_land={"area_cert_mu": 30}),
    case("in_site", "no", "upgrade", "二（二）4 50 m apart do not adjoin", far=True,
         land={**WORTH, "area_cert_mu": 30}, beside={},
         beside_land={"area_cert_mu": 30, "vacant_floor_m2": 9}),
    case("in_site", "unknown", "unknown", "二（二）4 the neighbour may be a candidate",
         land={**WORTH, "area_cert_mu": 30}, beside={},
         beside_land={"area_cert_mu": 30, "vacant_floor_m2": ""}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "said", "pathway", "given"), REASONS)
def test_a_reason_and_what_it_leads_to(
    tmp_path: Path, rule: str, said: str, pathway: str, given: dict[str, Any]
) -> None:
    result = district(tmp_path, **given).run()
    assert answer(result.pathway_verdicts, rule)["answer"] == said
    assert result.parcels.loc["P1", "pathway"] == pathway


@pytest.mark.parametrize(
    ("rule", "contract", "said"),
    [
        pytest.param("idle", {"actual_start": ""}, "yes", id="二（二）4 never begun: idle"),
        pytest.param("supplied_not_used", {"actual_start": ""}, "yes", id="二（二）4 供而未用"),
        pytest.param(
            "supplied_not_used",
            {"actual_start": "", "agreed_start": "2022-12-01"},
            "yes",
            id="二（二）4 供而未用 before the clock of a year has run",
        ),
        pytest.param(
            "idle",
            {"actual_start": "", "agreed_start": "2022-12-01"},
            "no",
            id="二（二）4 not idle before the year",
        ),
        pytest.param("idle", {}, "no", id="二（二）4 begun and not stopped"),
        pytest.param("partly_used", {"developed_m2": 8999}, "yes", id="二（二）4 用而未尽"),
        pytest.param("partly_used", {}, "no", id="二（二）4 built as agreed"),
        pytest.param("partly_used", {"developed_m2": ""}, "unknown", id="二（二）4 not told"),
    ],
)
def test_land_that_is_not_used(
    tmp_path: Path, rule: str, contract: dict[str, Any], said: str
) -> None:
    given = district(tmp_path, land=WORTH)
    result = given.table("contracts", {**CONTRACT, **contract}).run()
    assert answer(result.pathway_verdicts, rule)["answer"] == said
    wanted = {"yes": "state_operated", "unknown": "unknown"}.get(said)
    if wanted:
        assert result.parcels.loc["P1", "pathway"] == wanted


def test_each_reason_says_where_it_stands_and_who_owes_what_is_missing(tmp_path: Path) -> None:
    finding = {**OPEN, "kind": "fire", "fixable": ""}
    firm = {"outdated_capacity": "是", "on_negative_list": ""}
    rows = district(tmp_path, firm=firm, finding=finding).run().pathway_verdicts
    line = answer(rows, "outdated_line")
    assert (line["clause"], line["kind"], line["enterprise_id"]) == (
        "二（二）1",
        "production_line",
        "E1",
    )
    assert line["source"] == "enterprises_1.csv 第2行"
    assert line["reason"] == "存在落后产能（关停对应产线）"
    listed = answer(rows, "negative_list")
    assert listed["kind"] == "project"
    assert listed["missing"] == "enterprises.on_negative_list"
    fire = answer(rows, "fire_unfixable")
    assert (fire["missing"], fire["source"]) == ("findings.fixable", "findings_4.csv 第2行")


def test_a_kind_that_nobody_reports_is_owed_by_its_department(tmp_path: Path) -> None:
    rows = district(tmp_path, covers=FOUR).run().pathway_verdicts
    row = answer(rows, "fire_unfixable")
    assert (row["missing"], row["department"]) == ("findings.fire", "区消防救援大队")


def test_land_of_which_nobody_knows_the_user_waits_for_the_link(tmp_path: Path) -> None:
    rows = district(tmp_path, taken=False).run().pathway_verdicts
    row = answer(rows, "outdated_line")
    assert (row["answer"], row["missing"]) == ("unknown", "links.enterprise_id")


def test_use_changed_is_an_obstacle_with_its_words(tmp_path: Path) -> None:
    result = district(tmp_path, land={"use_changed": "是"}).run()
    row = answer(result.pathway_verdicts, "use_changed")
    assert (row["pathway"], row["kind"], row["obstacle"]) == (
        "close_out",
        "rectify",
        "私下变更用途，限期整治",
    )
    parcel = result.parcels.loc["P1"]
    assert parcel["pathway_obstacles"] == "私下变更用途，限期整治"
    assert parcel["pathway_detail"].startswith("可选：政府收储、征迁")
    assert "退二进三、退二优二" in parcel["pathway_detail"]


def test_outdated_capacity_of_one_tenant_concerns_that_tenant_only(tmp_path: Path) -> None:
    result = district(tmp_path, tenant={"outdated_capacity": "是"}).run()
    links = result.links.set_index("enterprise_id")["pathway"]
    assert links.loc[["E1", "E2"]].tolist() == ["upgrade", "close_out"]
    assert result.parcels.loc["P1", "pathway"] == "close_out"
    assert answer(result.pathway_verdicts, "outdated_line")["enterprise_id"] == "E2"


def test_a_finding_that_names_tenant_and_land_is_the_tenants(tmp_path: Path) -> None:
    finding = {**OPEN, "parcel_id": "P1", "enterprise_id": "E2", "fixable": "否"}
    result = district(tmp_path, tenant={}, finding=finding).run()
    links = result.links.set_index("enterprise_id")["pathway"]
    assert links.loc[["E1", "E2"]].tolist() == ["upgrade", "close_out"]


def test_a_finding_on_the_land_concerns_everybody_on_it(tmp_path: Path) -> None:
    finding = {**OPEN, "parcel_id": "P1", "enterprise_id": "", "fixable": "否"}
    result = district(tmp_path, tenant={}, finding=finding).run()
    links = result.links.set_index("enterprise_id")["pathway"]
    assert links.loc[["E1", "E2"]].tolist() == ["close_out", "close_out"]


def test_a_leading_enterprise_does_not_take_itself_over(tmp_path: Path) -> None:
    given = district(tmp_path, firm={"is_leading": "是"}, beside={})
    given.table("links", {"parcel_id": "P2", "enterprise_id": "E1", "role": "承租", "area_mu": 1})
    result = given.run()
    assert answer(result.pathway_verdicts, "leading_neighbour")["answer"] == "no"
    assert result.parcels.loc["P1", "pathway"] == "upgrade"


def test_a_leading_enterprise_takes_over_its_fellow_tenant_but_not_itself(tmp_path: Path) -> None:
    given = district(tmp_path, firm={"is_leading": "是"}, tenant={}, beside={})
    given.table("links", {"parcel_id": "P2", "enterprise_id": "E1", "role": "承租", "area_mu": 1})
    result = given.run()
    links = result.links.set_index(["parcel_id", "enterprise_id"])["pathway"]
    assert (links.loc[("P1", "E1")], links.loc[("P1", "E2")]) == ("upgrade", "merge")
    assert answer(result.pathway_verdicts, "leading_neighbour")["enterprise_id"] == "E1"


def test_land_out_of_scope_has_no_rows_and_no_pathway(tmp_path: Path) -> None:
    result = district(tmp_path, land={"land_use_code": "0701"}).run()
    assert len(result.pathway_verdicts) == 0
    assert result.links["pathway"].isna().all()


def test_an_exempt_parcel_keeps_its_answers_and_is_labelled(tmp_path: Path) -> None:
    given = district(tmp_path, firm={"outdated_capacity": "是"})
    given.table(
        "exemptions", {"enterprise_id": "E1", "rule": "outdated_capacity", "reason": "保供"}
    )
    result = given.run()
    assert result.parcels.loc["P1", "pathway"] == "close_out"
    assert set(result.pathway_verdicts["exempt"]) == {"落后产能"}


def test_the_order_of_the_policy_decides_between_those_that_hold(tmp_path: Path) -> None:
    land = {**WORTH, "mortgaged_to_bank": "是"}
    result = district(tmp_path / "a", land=land, firm={"outdated_capacity": "是"}).run()
    parcel = result.parcels.loc["P1"]
    assert parcel["pathway"] == "close_out"
    assert parcel["pathway_detail"] == "淘汰出清；国资运作；整治提升"
    assert parcel["pathway_reasons"].startswith(
        "淘汰出清：存在落后产能（关停对应产线）；国资运作：银行抵押资产"
    )


def test_a_doubt_before_the_first_that_holds_leaves_the_choice_open(tmp_path: Path) -> None:
    land = {**WORTH, "mortgaged_to_bank": "是"}
    result = district(tmp_path, land=land, firm={"outdated_capacity": ""}).run()
    parcel = result.parcels.loc["P1"]
    assert parcel["pathway"] == "unknown"
    assert parcel["pathway_detail"] == "国资运作；整治提升"
    assert parcel["pathway_obstacles"] == "淘汰出清待核"


def test_one_row_a_parcel_and_reason(tmp_path: Path) -> None:
    rows = district(tmp_path, tenant={}, beside={}).run().pathway_verdicts
    assert not rows.duplicated(["parcel_id", "pathway", "rule"]).any()
    assert pd.unique(rows["parcel_id"]).tolist() == ["P1"]
