"""Planted look-alikes: what is proposed for enterprises that no link joins to their land."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

import landgov as lg
from demo_reading import answers
from landgov.demo import make_demo

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from name_matching import compare, rate

#: Share of the proposals by name or address that may be false; a person decides on each. Half of
#: what is planted are false friends, so that it is far above what a real list would give.
MOST_FALSE = 0.3


@pytest.fixture(scope="module", params=[86, 7], ids=lambda seed: f"district {seed}")
def compared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("district") / "demo"
    make_demo(folder, parcels=3000, seed=request.param)
    return compare(lg.run(str(folder)).matches, answers(folder, "matches"))


def test_no_proposal_by_number_holder_or_point_is_false(compared: pd.DataFrame) -> None:
    sure = compared[compared["method"].isin(["key", "holder", "point"])]
    assert set(sure["method"]) >= {"key", "point"}
    assert (sure["same"] == "yes").all()


def test_every_point_and_every_other_number_leads_to_its_parcel(compared: pd.DataFrame) -> None:
    planted = compared[compared["kind"].isin(["certificate", "unit", "inside", "beside"])]
    assert len(planted) >= 8
    assert (planted["method"] == planted["expected"]).all()
    beside = planted.loc[planted["kind"] == "beside", "distance_m"]
    assert beside.between(4.9, 5.1).all()


@pytest.mark.parametrize(
    "kind", [*("form", "width", "spaces", "region", "old_address"), *("old_city", "old_town")]
)
def test_the_same_name_written_otherwise_is_proposed(compared: pd.DataFrame, kind: str) -> None:
    mine = compared[compared["kind"] == kind]
    assert len(mine) >= 2
    assert mine["method"].notna().all()


@pytest.mark.parametrize("kind", ["number", "house_number", "stem", "stem_long", "road"])
def test_names_that_differ_in_a_telling_word_are_never_proposed(
    compared: pd.DataFrame, kind: str
) -> None:
    mine = compared[compared["kind"] == kind]
    assert len(mine) >= 2
    assert mine["method"].isna().all()


def test_false_proposals_by_name_or_address_stay_within_the_bound(compared: pd.DataFrame) -> None:
    told = rate(compared)
    assert told["proposed"] >= 10
    assert told["false_rate"] <= MOST_FALSE
    assert told["recall"] == 1.0


def test_a_proposal_that_nobody_planted_counts_as_false() -> None:
    pair = {"enterprise_id": "A", "parcel_id": "P", "method": "name", "score": 0.85,
            "distance_m": float("nan")}  # fmt: skip
    columns = ["enterprise_id", "parcel_id", "kind", "method", "same"]
    truth = pd.DataFrame([("B", "Q", "form", "name", "yes")], columns=columns)
    told = rate(compare(pd.DataFrame([pair]), truth))
    assert told == {"proposed": 1, "false": 1, "false_rate": 1.0, "missed": 1, "recall": 0.0}
