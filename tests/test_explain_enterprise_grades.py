"""Why the grade given is not the one worked out; and where the list may not be written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from case import Case
from landgov.cli.app import app
from landgov.policies.scheme import load_scheme
from landgov.register.evaluation import evaluate
from landgov.register.grade_causes import with_causes
from landgov.register.holding import grade_differences
from test_evaluation import firm

HUANGYAN = load_scheme("huangyan-2022")


def causes(*firms: dict[str, Any], given: str, of_year: bool = True) -> list[Any]:
    """Differences of enterprises F1, F2, … whose given grade is as written."""
    frame = pd.DataFrame(list(firms), index=[f"F{n + 1}" for n in range(len(firms))])
    frame = frame.astype({"is_above_scale": "boolean"})
    frame["grade"] = pd.Series([g if g != "-" else None for g in given], index=frame.index)
    frame["grade_of_year"] = of_year
    frame = frame.join(evaluate(frame, HUANGYAN))
    told = with_causes(grade_differences(frame), frame, HUANGYAN, 2022)
    return [None if pd.isna(text) else text for text in told]


def test_rank_1_of_10_is_an_a_and_the_third_is_one_rank_from_the_line() -> None:
    # Shares 20/60/95/100 of ten: ranks 1–2 A, 3–6 B, 7–9 C, 10 D.
    told = causes(*[firm(10 - n) for n in range(10)], given="BAACBCCCCC")
    assert told[0] == "报送 B，测算 A：规上企业第 1/10 名，1000.00 分"
    assert told[2] == "报送 A，测算 B：规上企业第 3/10 名，800.00 分；名次差一位即为另一档"
    assert told[3] == "报送 C，测算 B：规上企业第 4/10 名，700.00 分"
    assert [told[n] for n in (1, 4, 6, 7, 8)] == [None] * 5
    assert told[5] is not None and told[5].endswith("；名次差一位即为另一档")
    assert told[9] is not None and told[9].startswith("报送 C，测算 D")


def test_the_last_of_a_list_has_no_rank_below_it() -> None:
    # Alone in its list: rank 1/1 is a D by the shares, and there is no other rank.
    assert causes(firm(), given="A") == ["报送 A，测算 D：规上企业第 1/1 名，100.00 分"]


def test_a_tie_another_year_points_and_what_is_missing_are_named() -> None:
    two = causes(*[firm()] * 10, given="DDDDDDDDDD")
    assert all(text.endswith("；与其他企业同分") for text in two)
    assert "报送档次未注明是 2022 年的" in causes(firm(), given="A", of_year=False)[0]
    assert "得分含修正、加分或扣分" in causes(firm(bonus_points=2.0), given="A")[0]
    assert "得分含" not in causes(firm(score_correction=1.0, bonus_points=0.0), given="A")[0]
    lacks = causes(firm(tax_wan=np.nan, emission_t=np.nan), given="A")[0]
    assert lacks.endswith("；缺亩均税收（记 0 分）；缺单位排放增加值（取本清单平均得分）")


def test_a_veto_an_exemption_and_a_missing_year_stay_told() -> None:
    assert "一票否决为 D" in causes(firm(veto=True), firm(), given="AD")[0]
    told = causes(firm(not_evaluated="搬迁"), firm(has_year=False), firm(), given="AA-")
    assert told[0] == "报送 A，未测算：不参评：搬迁"
    assert told[1] == "报送 A，未测算：缺当年数据"
    assert told[2] == "未报送，测算 D：规上企业第 1/1 名，100.00 分"


def test_without_a_scheme_nothing_is_added() -> None:
    firms = pd.DataFrame({"grade": ["A"], "grade_worked_out": ["B"]})
    assert with_causes(pd.Series(["甲"]), firms, None, 2022).tolist() == ["甲"]


@pytest.mark.parametrize("place", ["inputs/new.xlsx", "state/new.csv", "other/deep/new.parquet"])
def test_a_new_file_is_not_put_among_inputs_or_decisions(tmp_path: Path, place: str) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    case.table("links", {"parcel_id": "P1", "enterprise_id": "A", "role": "owner"})
    case.write()
    (tmp_path / "inputs").mkdir()
    result = CliRunner().invoke(app, ["enterprises", str(tmp_path), "--to", str(tmp_path / place)])
    assert "不能" in str(result.exception)
    assert not (tmp_path / place).exists()
