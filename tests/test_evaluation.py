"""The 亩均论英雄 evaluation, worked by hand from the published scheme of 黄岩 2022."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import landgov as lg
from case import Case
from landgov.policies.scheme import Scheme, load_scheme
from landgov.register.evaluation import evaluate, lists_of

HUANGYAN = load_scheme("huangyan-2022")


def firm(times: float = 1.0, **facts: Any) -> dict[str, Any]:
    """An enterprise above scale at so many times every benchmark of 黄岩 2022, on 10 亩."""
    added = 136.16 * 10 * times
    made = {
        "is_above_scale": True,
        "land_mu": 10.0,
        "has_year": True,
        "tax_wan": 24.097 * 10 * times,
        "value_added_wan": added,
        "employees": 136.16 * 10 / 18.14,
        "energy_tce": 136.16 * 10 / 2.694,
        "energy_basis": "equivalent",
        "emission_t": 136.16 * 10 / 4929.81,
        "revenue_wan": 10_000.0,
        "rd_wan": 302.0 * times,
        "power_kwh": 1e6,
    }
    return made | facts


def small(times: float = 1.0, **facts: Any) -> dict[str, Any]:
    """An enterprise below scale at so many times both benchmarks, on 10 亩."""
    tax = 11.5932 * 10 * times
    power = 11.5932 * 10 / 0.2352 * 10_000
    return firm() | {"is_above_scale": False, "tax_wan": tax, "power_kwh": power} | facts


def worked(*firms: dict[str, Any], scheme: Scheme = HUANGYAN) -> pd.DataFrame:
    """Evaluate enterprises named F1, F2, …."""
    frame = pd.DataFrame(list(firms), index=[f"F{n + 1}" for n in range(len(firms))])
    frame["is_above_scale"] = frame["is_above_scale"].astype("boolean")
    return evaluate(frame, scheme)


def score(one: dict[str, Any], scheme: Scheme = HUANGYAN) -> float:
    """Score of one enterprise alone."""
    return float(worked(one, scheme=scheme)["score"].iloc[0])


@pytest.mark.parametrize(
    ("times", "cap", "wanted"), [(1, None, 100), (2, None, 200), (2, 1.5, 150), (1, 1.0, 100)]
)
def test_published_vector_of_huangyan(times: float, cap: float | None, wanted: float) -> None:
    assert score(firm(times), replace(HUANGYAN, cap=cap)) == pytest.approx(wanted, abs=1e-9)
    assert score(small(times), replace(HUANGYAN, cap=cap)) == pytest.approx(wanted, abs=1e-9)


def test_a_negative_figure_scores_the_floor() -> None:
    assert score(firm(tax_wan=-500.0)) == pytest.approx(70)


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({"tax_wan": np.nan}, 70),  # 30 points of tax
        ({"energy_basis": "calorific"}, 80),  # 当量值 does not stand in for 等价值
        ({"energy_tce": 0.0}, 80),
        ({"employees": 0.0}, 90),
        ({"revenue_wan": 0.0}, 90),
    ],
)
def test_a_missing_indicator_scores_nothing(facts: dict[str, Any], wanted: float) -> None:
    assert score(firm(**facts)) == pytest.approx(wanted)


def test_missing_emission_scores_the_mean_of_the_lists_known_scores() -> None:
    found = worked(firm(1), firm(2, emission_t=firm()["emission_t"]), firm(1, emission_t=np.nan))
    # 10 points and 20 points are known: the third gets 15 beside its 90.
    assert found["score"].round(9).tolist() == [100, 200, 105]


def test_the_mean_takes_scores_as_capped() -> None:
    capped = replace(HUANGYAN, cap=1.5)
    found = worked(firm(1), firm(9), firm(1, emission_t=np.nan), scheme=capped)
    assert found["score"].round(9).tolist() == [100, 150, 102.5]


def test_missing_skip_shares_the_weight_out_and_none_gives_no_score() -> None:
    for rule, wanted in (("skip", 100.0), ("zero", 70.0)):
        scheme = load_scheme("huangyan-2022", {"missing": {"tax_per_mu": rule}})
        assert score(firm(tax_wan=np.nan), scheme) == pytest.approx(wanted)
    scheme = load_scheme("huangyan-2022", {"missing": "none"})
    assert np.isnan(score(firm(tax_wan=np.nan), scheme))


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"land_mu": 0.0}, "用地面积缺失或为零"),
        ({"land_mu": np.nan}, "用地面积缺失或为零"),
        ({"has_year": False}, "缺当年数据"),
        ({"is_above_scale": pd.NA}, "是否规上不明"),
        ({"not_evaluated": "注册未满2年"}, "不参评：注册未满2年"),
    ],
)
def test_who_can_not_be_scored_gets_no_grade_and_a_reason(
    facts: dict[str, Any], reason: str
) -> None:
    found = worked(firm(), firm(**facts)).loc["F2"]
    assert np.isnan(found["score"]) and pd.isna(found["grade_worked_out"])
    assert found["grade_reason"] == reason


def test_grades_by_rank_within_each_list() -> None:
    # Twenty above scale, 20/40/35/5: ranks 1–4 A, 5–12 B, 13–19 C, 20 D; the list below
    # scale is ranked by itself.
    found = worked(*[firm(20 - place) for place in range(20)], small(0.01))
    assert found["grade_worked_out"].str.cat() == "AAAABBBBBBBBCCCCCCCDD"
    assert found["rank"].tolist() == [*range(1, 21), 1]


def test_equal_scores_share_the_better_rank() -> None:
    found = worked(firm(3), firm(2), firm(2), firm(1), firm(0.5))
    assert found["rank"].tolist() == [1, 2, 2, 4, 5]
    # 1/5 = 20 % is on the line of A; 2/5 within B; 4/5 within C; 5/5 is D.
    assert found["grade_worked_out"].tolist() == ["A", "B", "B", "C", "D"]


def test_a_veto_is_a_d_whatever_the_score() -> None:
    found = worked(firm(9, veto=True), firm(1, veto=False))
    assert found["grade_worked_out"].tolist() == ["D", "D"]
    assert found["grade_reason"].iloc[0].startswith("一票否决为 D")


def test_correction_bonus_and_penalty() -> None:
    one = firm(score_correction=1.1, bonus_points=5.0, penalty_points=2.0)
    assert score(one) == pytest.approx(113)


def test_four_lists_of_a_place_take_each_enterprise_once(tmp_path: Path) -> None:
    file = tmp_path / "local.toml"
    one = '{ name = "tax_per_mu", weight = 100, benchmark = 10 }'
    file.write_text(
        'id = "local"\nshares = [0.2, 0.4, 0.35, 0.05]\n'
        + "".join(
            f'[[lists]]\nname = "l{n}"\nzh = "{zh}"\n{rule}\nindicators = [{one}]\n'
            for n, (zh, rule) in enumerate(
                [
                    ("租赁", "tenant = true"),
                    ("规上", "above_scale = true"),
                    ("3亩及以上", "above_scale = false\nland_at_least = 3"),
                    ("3亩以下", "above_scale = false\nland_below = 3"),
                ]
            )
        ),
        encoding="utf-8",
    )
    scheme = load_scheme(file)
    assert dict(scheme.shares) == {"A": 0.2, "B": 0.6, "C": 0.95, "D": 1.0}
    firms = pd.DataFrame(
        {
            "is_above_scale": pd.array([True, True, False, False, None], dtype="boolean"),
            "land_mu": [5.0, 5.0, 3.0, 2.99, 5.0],
            "owns_land": [False, True, True, True, True],
        }
    )
    assert lists_of(firms, scheme).fillna("").tolist() == [
        "租赁",
        "规上",
        "3亩及以上",
        "3亩以下",
        "",
    ]


def test_all_faults_of_a_scheme_are_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(
        'cap = "much"\nmissing = "guess"\nshares = { A = 0.5, B = 0.2, C = 0.1, D = 0.1 }\n'
        '[[lists]]\nname = "x"\nindicators = [{ name = "tax_per_acre", weight = 0 }]\n',
        encoding="utf-8",
    )
    with pytest.raises(lg.LandgovError) as raised:
        load_scheme(file)
    for word in ("much", "guess", "shares", "tax_per_acre", "weight", "benchmark"):
        assert word in str(raised.value)


@settings(deadline=None)
@given(st.lists(st.floats(0.01, 20), min_size=1, max_size=30), st.randoms())
def test_order_of_rows_changes_nothing_and_better_is_never_graded_worse(
    levels: list[float], random: Any
) -> None:
    found = worked(*[firm(level) for level in levels])
    order = list(range(len(levels)))
    random.shuffle(order)
    again = worked(*[firm(levels[place]) for place in order])
    assert found["grade_worked_out"].iloc[order].tolist() == again["grade_worked_out"].tolist()
    by_score = found.sort_values("score", ascending=False)
    assert by_score["grade_worked_out"].is_monotonic_increasing
    plain = [1 + sum(other > mine + 1e-9 for other in found["score"]) for mine in found["score"]]
    assert found["rank"].tolist() == plain


def _district(folder: Path, evaluation: str) -> pd.DataFrame:
    """Two enterprises above scale, one at the benchmarks and one at half of them."""
    (folder / "local.toml").write_text(
        'id = "local"\nextends = "shangyu-2021-86"\n' + evaluation, encoding="utf-8"
    )
    case = Case(folder, policy="local.toml").parcels(
        {"parcel_id": "P1", "area_cert_mu": 10.0}, {"parcel_id": "P2", "area_cert_mu": 10.0}
    )
    case.table(
        "links",
        *[{"parcel_id": f"P{n}", "enterprise_id": f"E{n}", "role": "owner"} for n in (1, 2)],
    )
    case.table(
        "enterprises", {"enterprise_id": "E1", "grade": "A"}, {"enterprise_id": "E2", "grade": "A"}
    )
    years = [
        {name: value for name, value in firm(times).items() if name not in ("land_mu", "has_year")}
        | {"enterprise_id": f"E{n}", "year": 2022, "is_above_scale": "是"}
        for n, times in ((1, 1.0), (2, 0.5))
    ]
    case.table("enterprise_years", *years)
    case.table(
        "exemptions",
        {"enterprise_id": "E2", "rule": "evaluation", "reason": "政策性搬迁", "to": "2022-12-30"},
    )
    return case.run().enterprises


def test_a_policy_names_its_scheme_and_grades_stand_beside_the_given_ones(tmp_path: Path) -> None:
    firms = _district(tmp_path, '[evaluation]\nscheme = "huangyan-2022"\n')
    # Output halves with the tax, energy and people stay: every indicator is halved.
    assert firms["score"].round(9).tolist() == [100, 50]
    assert firms["grade"].tolist() == ["A", "A"]
    assert firms["grade_worked_out"].tolist() == ["B", "D"]  # rank 1 of 2 is 50 %
    assert firms["grade_reason"].iloc[0] == "规上企业第 1/2 名，100.00 分"


def test_the_shipped_policy_of_shangyu_names_no_scheme_and_works_out_no_grade(
    tmp_path: Path,
) -> None:
    firms = _district(tmp_path, "")
    assert firms[["score", "grade_worked_out"]].isna().all(axis=None)


@pytest.mark.parametrize(
    "evaluation",
    [
        'scheme = "nowhere"',
        'scheme = "../x.toml"',
        "scheme = 3",
        'scheme = "huangyan-2022"\ncap = 0',
    ],
)
def test_a_scheme_that_can_not_be_used_is_refused_in_words(tmp_path: Path, evaluation: str) -> None:
    with pytest.raises(lg.LandgovError):
        _district(tmp_path, f"[evaluation]\n{evaluation}\n")
