"""The main job on the demonstration district: every planted answer, nothing lost."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import landgov as lg
from landgov.demo import make_demo
from landgov.outputs import write_outputs

ANSWERS = (
    "in_scope",
    "low_efficiency",
    "three_low",
    "two_high",
    "four_without",
    "wider_violations",
    "collective",
    "idle",
    "land_state",
    "stock",
    "supplied_not_used",
    "town_code",
    "platform_id",
    "unit",
)


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("district") / "demo"
    make_demo(folder, parcels=900)
    return folder


@pytest.fixture(scope="module")
def result(district: Path) -> lg.Result:
    return lg.run(district)


def _answers(district: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(district / "answers" / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.mark.parametrize("column", ANSWERS)
def test_every_planted_answer_is_reproduced(district: Path, result: lg.Result, column: str) -> None:
    wanted = _answers(district, "parcels").set_index("parcel_id")[column]
    wanted = wanted[wanted != ""]  # left out where the generator is not certain
    assert len(wanted) > 20
    got = result.parcels[column].reindex(wanted.index)
    got = got.astype(object).where(got.notna(), "none")
    wrong = got != wanted
    assert not wrong.any(), pd.DataFrame({"got": got[wrong], "want": wanted[wrong]}).head()


@pytest.mark.parametrize(
    ("table", "column"),
    [("parcels", "land_mu"), ("parcels", "low_efficiency_mu"), ("enterprises", "land_mu"),
     ("enterprises", "tax_per_mu")],
)  # fmt: skip
def test_every_planted_figure_is_reproduced(
    district: Path, result: lg.Result, table: str, column: str
) -> None:
    key = "parcel_id" if table == "parcels" else "enterprise_id"
    wanted = _answers(district, table).set_index(key)[column]
    wanted = wanted[wanted != ""]
    got = getattr(result, table)[column].reindex(wanted.index)
    missing = wanted == "none"
    assert got[missing].isna().all()
    # The generator measures geodesically, landgov by the survey formula: 1e-7 apart.
    figures = pd.to_numeric(wanted[~missing])
    np.testing.assert_allclose(got[~missing].astype(float), figures, rtol=1e-6, atol=1e-6)


def test_links_have_the_planted_land(district: Path, result: lg.Result) -> None:
    wanted = _answers(district, "links")
    held = result.links.dropna(subset=["parcel_id", "enterprise_id"])
    held = held.groupby(["parcel_id", "enterprise_id"])["area_worked_mu"].sum(min_count=1)
    figures = pd.to_numeric(wanted["area_worked_mu"], errors="coerce")
    merged = wanted.merge(
        held.rename("got").reset_index(), on=["parcel_id", "enterprise_id"], how="left"
    )
    assert len(merged) == len(wanted)
    np.testing.assert_allclose(merged["got"].astype(float), figures, rtol=1e-6, atol=1e-6)


def test_every_planted_defect_is_an_issue(district: Path, result: lg.Result) -> None:
    wanted = _answers(district, "issues")
    rows = wanted[wanted["row"] != ""]
    found = set(
        zip(
            result.issues["table"],
            result.issues["file"],
            result.issues["row"].astype(str),
            result.issues["kind"],
            strict=True,
        )
    )
    lost = [
        place
        for place in zip(rows["table"], rows["file"], rows["row"], rows["kind"], strict=True)
        if place not in found
    ]
    assert not lost
    keyed = wanted[wanted["row"] == ""]
    told = set(
        zip(
            result.issues["table"],
            result.issues["key"].fillna(""),  # a whole column or sheet has no key
            result.issues["kind"],
            strict=True,
        )
    )
    assert not [
        k for k in zip(keyed["table"], keyed["key"], keyed["kind"], strict=True) if k not in told
    ]


def test_no_parcel_and_no_land_is_lost(result: lg.Result) -> None:
    rows = sum(each["rows"] for each in result.report["inputs"] if each["table"] == "parcels")
    totals = result.report["totals"]
    assert totals["parcels_out"] + totals["identical_rows"].get("parcels", 0) == rows
    links = result.links.dropna(subset=["parcel_id"])
    made = links.groupby("parcel_id")["area_worked_mu"].sum(min_count=1)
    open_ = links.loc[links["area_worked_mu"].isna(), "parcel_id"].unique()
    land = result.parcels["land_mu"].drop(open_, errors="ignore").dropna()
    land = land[land.index.isin(made.index)]
    np.testing.assert_allclose(made[land.index], land, rtol=0, atol=1e-6)


def test_money_spread_by_land_sums_back(result: lg.Result) -> None:
    firms = result.enterprises["tax_wan"].dropna()
    spread = result.links.groupby("enterprise_id")["tax_worked_wan"].sum()
    np.testing.assert_allclose(spread.reindex(firms.index), firms, rtol=0, atol=1e-8)


def _digests(folder: Path) -> dict[str, str]:
    digests = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "run.json":
            digests[str(path.relative_to(folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return digests


def test_the_same_input_gives_the_same_bytes(district: Path, result: lg.Result) -> None:
    first = _digests(write_outputs(result))
    again = _digests(write_outputs(lg.run(district)))
    assert first == again
    assert {"lists.xlsx", "landgov.gpkg", "maps/index.html", "maps/stock.pdf"} <= set(first)
    report = json.loads((district / "out" / "run.json").read_text(encoding="utf-8"))
    assert report["totals"]["parcels_out"] == len(result.parcels)


def test_a_run_that_fails_half_way_leaves_the_last_one(
    district: Path, result: lg.Result, monkeypatch: pytest.MonkeyPatch, without_maps: None
) -> None:
    before = _digests(write_outputs(result))

    def broken(*_args: object, **_more: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("landgov.outputs.write.write_lists", broken)
    with pytest.raises(OSError, match="disk full"):
        write_outputs(result)
    assert _digests(district / "out") == before
    assert not list(district.glob(".out*"))


def test_the_verdicts_agree_with_the_categories(result: lg.Result) -> None:
    verdicts = result.verdicts
    rules = {
        "low_efficiency": ("low_tax", "three_low_above_scale", "three_low_small", "grade_d"),
        "four_without": ("no_licence", "no_safety", "no_legal_site", "no_environmental"),
    }
    inside = result.parcels.index[result.parcels["in_scope"] != "no"]
    for category, names in rules.items():
        table = verdicts[verdicts["rule"].isin(names)]
        table = table.set_index(["parcel_id", "rule"])["answer"].unstack()  # noqa: PD010
        yes, open_ = table.eq("yes").any(axis=1), table.eq("unknown").any(axis=1)
        worked = pd.Series(np.where(yes, "yes", np.where(open_, "unknown", "no")), table.index)
        assert (worked.reindex(inside) == result.parcels.loc[inside, category]).all()
