"""The planted answers of the base list, met by a run of the demonstration district."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import landgov as lg
from demo_reading import answers, rows, workspace
from landgov.demo import make_demo
from landgov.policies import load_policy

FIRM = "统一社会信用代码"
SEEDS = (86, 7)
FIGURES = (
    *("land_mu", "tax_per_mu", "value_added_per_mu", "labour_productivity_wan"),
    *("energy_per_value_added", "emission_per_value_added", "rd_share"),
    *("value_added_per_energy_equivalent", "value_added_per_emission"),
    *("score", "rank", "rank_of"),
)
WORDS = ("grade", "evaluation_list", "grade_worked_out")


@dataclass(frozen=True)
class Made:
    """A district and what landgov makes of it."""

    folder: Path
    result: lg.Result

    def stated(self, name: str, key: str) -> pd.DataFrame:
        return answers(self.folder, name).set_index(key)


@pytest.fixture(scope="module", params=[*SEEDS, "clean"], ids=lambda one: f"district {one}")
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("district") / "demo"
    clean = request.param == "clean"
    make_demo(folder, parcels=3000, seed=86 if clean else request.param, clean=clean)
    return Made(folder, lg.run(str(folder)))


def numbers(words: pd.Series) -> np.ndarray:
    return words.replace("none", np.nan).astype(float).to_numpy()


def text(values: pd.Series) -> pd.Series:
    return values.astype(object).where(values.notna(), "none").astype(str)


@pytest.mark.parametrize("figure", FIGURES)
def test_each_figure_of_each_enterprise_is_the_planted_one(made: Made, figure: str) -> None:
    stated = made.stated("enterprises", "enterprise_id")
    wanted = numbers(stated[figure])
    found = made.result.enterprises.loc[stated.index, figure].astype("float64").to_numpy()
    same = np.isclose(wanted, found, rtol=1e-9, atol=1e-9, equal_nan=True)
    assert same.all(), stated.index[~same][:5].tolist()
    assert np.isfinite(wanted).sum() > 1500


@pytest.mark.parametrize("column", WORDS)
def test_each_grade_and_list_of_each_enterprise_is_the_planted_one(made: Made, column: str) -> None:
    stated = made.stated("enterprises", "enterprise_id")
    found = text(made.result.enterprises.loc[stated.index, column])
    wrong = found != stated[column]
    assert not wrong.any(), stated.index[wrong][:5].tolist()


def test_grades_differ_exactly_where_that_is_planted(made: Made) -> None:
    stated = made.stated("enterprises", "enterprise_id")
    told = made.result.enterprises.loc[stated.index, "grade_difference"]
    assert set(stated.index[stated["grade_cause"] != "none"]) == set(told.dropna().index)
    both = (stated["grade"] != "none") & (stated["grade_worked_out"] != "none")
    apart = both & (stated["grade_cause"] != "none")
    assert 0 < apart.sum() < both.sum() / 20


def test_every_planted_cause_is_there_and_told_in_words(made: Made) -> None:
    stated = made.stated("enterprises", "enterprise_id")
    told = made.result.enterprises["grade_difference"]
    says = {"veto": "一票否决", "not_evaluated": "不参评", "points": "加分或扣分",
            "not_reported": "未报送", "no_score": "未测算"}  # fmt: skip
    causes = stated.groupby("grade_cause").groups
    assert set(causes) == {*says, "misreported", "none"}
    for cause, word in says.items():
        assert told[causes[cause]].str.contains(word).all(), cause


def test_the_grade_of_the_district_is_that_of_the_scores_laid_out_by_rank(made: Made) -> None:
    """A recount by plain Python from the stated scores: rank, and its share of the list."""
    stated = made.stated("enterprises", "enterprise_id")
    decided = {row[FIRM] for row in rows(made.folder, "inputs/years_decided.csv")
               if row["一票否决"] == "是"}  # fmt: skip
    for _, listed in stated[stated["score"] != "none"].groupby("evaluation_list"):
        scores = numbers(listed["score"])
        for code, score, rank, of, worked in zip(
            listed.index, scores, listed["rank"], listed["rank_of"],
            listed["grade_worked_out"], strict=True,
        ):  # fmt: skip
            assert int(of) >= len(listed)
            # Those of whom nothing else is stated may stand before it.
            assert int(rank) >= 1 + (scores > score + 1e-6).sum()
            share = 100 * int(rank)
            letter = next(g for g, top in zip("ABCD", (20, 60, 95, 100), strict=True)
                          if share <= top * int(of))  # fmt: skip
            assert worked == ("D" if code in decided else letter)


@pytest.mark.parametrize("column", ["linked_mu", "land_mu"])
def test_the_land_of_each_parcel_is_the_planted_one(made: Made, column: str) -> None:
    stated = made.stated("parcels", "parcel_id")
    stated = stated[stated[column] != ""]
    found = made.result.parcels.loc[stated.index, column].to_numpy(dtype=float)
    # The land is stated to a millionth of a 亩.
    near = {"linked_mu": 1e-9, "land_mu": 1e-6}[column]
    assert np.allclose(numbers(stated[column]), found, rtol=1e-9, atol=near, equal_nan=True)
    assert len(stated) > 2900


def test_what_the_links_leave_of_each_parcel_is_the_planted_rest(made: Made) -> None:
    stated = made.stated("parcels", "parcel_id")
    stated = stated[stated["residual_mu"] != ""]
    links = made.result.links
    nobody = (links["rule"] == "residual") & links["enterprise_id"].isna()
    rest = links[nobody].set_index("parcel_id")["area_worked_mu"]
    # A parcel whose links make its land exactly has no such row.
    wanted = numbers(stated["residual_mu"])
    found = rest.reindex(stated.index).fillna(0.0).to_numpy()
    known = ~np.isnan(wanted)
    assert np.allclose(wanted[known], found[known], rtol=1e-9, atol=1e-8)
    assert rest.reindex(stated.index[~known]).isna().all()
    assert (wanted > 0.01).sum() > 100


@pytest.mark.parametrize("column", ["town_code", "platform_id", "unit"])
def test_the_place_of_each_parcel_is_the_planted_one(made: Made, column: str) -> None:
    stated = made.stated("parcels", "parcel_id")
    stated = stated[stated[column] != ""]
    found = text(made.result.parcels.loc[stated.index, column])
    assert found.tolist() == stated[column].tolist()
    assert stated[column].nunique() > 2


def test_the_shares_of_each_straddler_are_the_planted_ones(made: Made) -> None:
    stated = answers(made.folder, "places")
    found = made.result.places.set_index(["parcel_id", "kind", "place_id"])["share"]
    keys = pd.MultiIndex.from_frame(stated[["parcel_id", "kind", "place"]])
    shares = found.reindex(keys).to_numpy(dtype=float)
    assert len(stated) > 10
    # Shares are stated to six digits.
    assert np.allclose(shares, stated["share"].astype(float), rtol=0, atol=1e-6)


def test_the_district_is_evaluated_by_the_named_example_and_the_plan_names_none(
    made: Made,
) -> None:
    assert workspace(made.folder)["project"]["policy"] == "policy.toml"
    scheme = made.result.workspace.policy.scheme
    assert scheme is not None
    assert scheme.id == "huangyan-2022"
    plan = load_policy("shangyu-2021-86", on=made.result.workspace.as_of)
    assert plan.scheme is None
