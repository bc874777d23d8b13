"""Enterprises evaluated together or by their landlord's grade, worked by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from case import Case
from landgov.errors import WorkspaceError
from landgov.register.evaluation import evaluate
from landgov.register.together import evaluate_together, follow_landlord, sharing_groups
from test_evaluation import HUANGYAN, firm, small


def _firms(**facts: dict[str, object]) -> pd.DataFrame:
    decided = {"veto": pd.NA, "not_evaluated": None, "owns_land": True}
    none = dict.fromkeys(("bonus_points", "penalty_points", "score_correction"), np.nan)
    frame = pd.DataFrame([{**decided, **none, **one} for one in facts.values()], index=list(facts))
    frame["not_evaluated"] = frame["not_evaluated"].astype("str")
    return frame.astype({"is_above_scale": "boolean", "veto": "boolean"})


def test_groups_follow_shared_parcels_and_no_others() -> None:
    links = pd.DataFrame(
        [("P", "A"), ("P", "B"), ("Q", "B"), ("Q", "C"), ("R", "D"), ("S", "E"), ("S", "E")],
        columns=["parcel_id", "enterprise_id"],
    )
    found = sharing_groups(links, pd.Index(["A", "B", "C", "D", "E", "F"]))
    assert found.tolist() == ["A", "A", "A", "D", "E", "F"]


def test_two_on_one_parcel_share_the_score_of_their_sums() -> None:
    # One at twice the benchmarks and one at none of the output, on equal land: as one, 100.
    weak = firm() | {"tax_wan": 0.0, "value_added_wan": 0.0, "rd_wan": 0.0}
    strong = firm(2) | {"rd_wan": 604.0}
    firms = _firms(A=strong, B=weak, C=firm(0.5))
    found = evaluate_together(firms, pd.Series({"A": "A", "B": "A", "C": "C"}), HUANGYAN)
    assert found["score"].round(9).tolist() == [100, 100, 50]
    assert found["grade_reason"].iloc[0].startswith("合并评价：规上企业第 1/2 名")


def test_a_member_without_tax_leaves_the_groups_tax_missing() -> None:
    firms = _firms(A=firm(), B=firm(tax_wan=np.nan))
    found = evaluate_together(firms, pd.Series({"A": "A", "B": "A"}), HUANGYAN)
    assert found["score"].tolist() == pytest.approx([70, 70])


def test_a_tenant_below_scale_has_the_grade_of_its_landlord() -> None:
    firms = _firms(
        OWNER=firm(9),
        OTHER=firm(0.1),
        TENANT=small(0.01, owns_land=False),
        SUB=small(9, owns_land=False),
        BIG=firm(0.2, owns_land=False),
    )
    links = pd.DataFrame(
        [
            ("P", "OWNER", "owner", None, 5.0),
            ("P", "TENANT", "lessee", None, 3.0),
            ("P", "SUB", "lessee", "TENANT", 2.0),  # a tenant of a tenant
            ("P", "BIG", "lessee", "OWNER", 1.0),
            ("Q", "OTHER", "owner", None, 9.0),
            ("Q", "TENANT", "user", "OTHER", 1.0),
        ],
        columns=["parcel_id", "enterprise_id", "role", "lessor_id", "area_worked_mu"],
    )
    own = evaluate(firms, HUANGYAN)
    found = follow_landlord(own, firms, links)
    assert found.loc["TENANT", "grade_worked_out"] == own.loc["OWNER", "grade_worked_out"]
    assert found.loc["SUB", "grade_reason"] == "随宗地主 OWNER"
    assert found.loc["BIG", "grade_worked_out"] == own.loc["BIG", "grade_worked_out"]


def _district(tmp_path: Path, evaluation: str) -> pd.DataFrame:
    """Three enterprises on two parcels: A lets land of P1 to B; C is on P2 alone."""
    (tmp_path / "own.toml").write_text(
        f'extends = "shangyu-2021-86"\n[evaluation]\nscheme = "huangyan-2022"\n{evaluation}\n',
        "utf-8",
    )
    case = Case(tmp_path, policy="own.toml")
    case.parcels({"parcel_id": "P1"}, {"parcel_id": "P2"})
    case.table(
        "links",
        {"parcel_id": "P1", "enterprise_id": "A", "role": "owner", "area_mu": 15},
        {"parcel_id": "P1", "enterprise_id": "B", "role": "lessee", "area_mu": 5},
        {"parcel_id": "P2", "enterprise_id": "C", "role": "owner", "area_mu": 15},
    )
    case.table(
        "enterprise_years",
        *(
            {"enterprise_id": name, "year": 2022, "is_above_scale": above, "tax_wan": tax,
             "power_kwh": 1e6}
            for name, above, tax in (("A", "是", 300), ("B", "否", 1), ("C", "否", 100))
        ),
    )  # fmt: skip
    return case.run().enterprises


def test_by_itself_each_has_its_own_grade(tmp_path: Path) -> None:
    firms = _district(tmp_path, "")
    assert firms["evaluation_list"].tolist() == ["规上企业", "规下企业", "规下企业"]
    assert firms["grade_worked_out"].tolist() == ["D", "D", "B"]


def test_the_policy_can_evaluate_those_of_one_parcel_as_one(tmp_path: Path) -> None:
    firms = _district(tmp_path, 'together = "same_parcel"')
    assert firms["evaluation_list"].tolist() == ["规上企业", "规上企业", "规下企业"]
    assert firms["score"].iloc[0] == firms["score"].iloc[1]
    # 301 万元 on 15 亩, weight 30 at 24.097.
    assert firms["score"].iloc[0] == pytest.approx(301 / 15 / 24.097 * 30)
    assert firms["grade_reason"].iloc[1].startswith("合并评价：")


def test_the_policy_can_let_tenants_follow_their_landlord(tmp_path: Path) -> None:
    firms = _district(tmp_path, 'tenants = "follow_landlord"')
    assert firms["grade_reason"].iloc[1] == "随宗地主 A"
    assert firms["grade_worked_out"].iloc[1] == firms["grade_worked_out"].iloc[0]


def test_another_word_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="same_parcel"):
        _district(tmp_path, 'together = "all"')


def test_a_district_none_of_whose_enterprises_can_be_scored_is_told_so(tmp_path):
    case = Case(tmp_path, policy="huangyan-2022-example")
    case.parcels({"parcel_id": "P1"})
    case.table("enterprises", {"enterprise_id": "E1", "name": "甲"})
    case.table("links", {"parcel_id": "P1", "enterprise_id": "E1", "role": "owner"})
    firms = case.run().enterprises
    assert firms["grade_reason"].tolist() == ["缺当年数据"]
    assert firms["grade_worked_out"].isna().all()
