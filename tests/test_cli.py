"""The commands as a user meets them: exit codes, all faults at once, nothing half written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from case import FOUR, WIDER, Case
from landgov.demo import make_demo


def landgov(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from landgov.cli import main; main()", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture
def small(tmp_path: Path) -> Case:
    case = Case(tmp_path)
    case.parcels({"parcel_id": "P1", "area_cert_mu": 10}, {"parcel_id": "P2"})
    case.table("enterprises", {"enterprise_id": "E1", "name": "甲", "is_above_scale": "是"})
    case.table("enterprise_years", {"enterprise_id": "E1", "year": 2022, "tax_wan": 48})
    case.table("links", {"parcel_id": "P1", "enterprise_id": "E1", "role": "自有"})
    case.table("findings", {"finding_id": "F1", "enterprise_id": "E1", "kind": "无证无照",
                            "found_on": "2022-05-01", "closed_on": ""}, covers=FOUR + WIDER)  # fmt: skip
    return case


def test_run_then_explain_in_words(small: Case) -> None:
    folder = small.write()
    done = landgov("run", folder, "--only", "tables")
    assert done.returncode == 0, done.stderr
    parcels = pd.read_parquet(folder / "out" / "parcels.parquet")
    assert parcels.columns[0] == "parcel_id"
    assert parcels.set_index("parcel_id").loc["P1", "low_efficiency"] == "yes"
    said = landgov("explain", folder, "P1").stdout
    assert "亩均税收 是｜4.80 ≤ 5 万元/亩｜二（一）1｜enterprise_years_2.csv 第2行" in said
    assert "由 自然资源和规划分局 提供" in landgov("explain", folder, "P2").stdout


def test_explain_of_nobody_ends_1_without_a_traceback(small: Case) -> None:
    ended = landgov("explain", small.write(), "P9")
    assert ended.returncode == 1
    assert "P9" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_all_faults_of_a_bad_workspace_in_one_message(small: Case) -> None:
    small.blocks.append('[[sources.contracts]]\npath = "nowhere.csv"\n')
    small.blocks.append(
        '[[sources.stages]]\npath = "links_3.csv"\ncolumns = { stage = "不存在的列" }\n'
    )
    small.policy = "no-such-policy"
    folder = small.write()
    (folder / "out").mkdir()
    (folder / "out" / "kept.txt").write_text("as it was")
    ended = landgov("run", folder)
    assert ended.returncode == 1
    for word in ("nowhere.csv", "不存在的列", "no-such-policy"):
        assert word in ended.stderr
    assert "Traceback" not in ended.stderr
    assert [path.name for path in (folder / "out").iterdir()] == ["kept.txt"]
    told = json.loads(landgov("check", folder, "--json").stdout)
    assert {fault["kind"] for fault in told["faults"]} >= {"missing_file", "unknown_policy"}


def test_check_lists_faults_of_rows_and_ends_1_while_run_ends_0(small: Case) -> None:
    small.table(
        "contracts",
        {"parcel_id": "P1", "agreed_start": "1901-01-02", "delivered_on": "2022-02-30"},
        {"parcel_id": "P8", "price_wan": "约五百"},
    )
    folder = small.write()
    ended = landgov("check", folder, "--json")
    assert ended.returncode == 1
    kinds = [row["kind"] for row in json.loads(ended.stdout)["issues"]]
    assert {"dummy_date", "bad_date", "bad_number", "unknown_reference"} <= set(kinds)
    written = [p.name for p in sorted((folder / "out").iterdir())]
    assert written == [
        "board.parquet", "board.xlsx", "issues.gpkg", "issues.parquet", "issues.xlsx"
    ]  # fmt: skip
    assert landgov("run", folder, "--only", "tables").returncode == 0
    assert landgov("run", folder, "--only", "tables", "--strict").returncode == 1


def test_wrong_usage_ends_2(small: Case) -> None:
    assert landgov("run", small.write(), "--only", "pictures").returncode == 2
    assert landgov("no-such-command").returncode == 2


def test_public_export_carries_no_tax_and_no_names(small: Case, tmp_path: Path) -> None:
    target = tmp_path / "public.geojson"
    ended = landgov("export", small.write(), "--profile", "public", "--to", target)
    assert ended.returncode == 0, ended.stderr
    text = target.read_text(encoding="utf-8")
    features = json.loads(text)["features"]
    assert [feature["id"] for feature in features] == ["P1", "P2"]
    assert features[0]["properties"]["low_efficiency"] == "yes"
    for secret in ("甲", "E1", "4.8", "tax"):
        assert secret not in text


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faults") / "demo"
    make_demo(folder, parcels=300)
    return folder


def test_each_planted_fault_of_a_file_is_named(faults: Path) -> None:
    import landgov as lg

    wanted = pd.read_csv(faults / "answers" / "faults.csv", dtype=str, keep_default_na=False)
    assert len(wanted) >= 10
    column = wanted.columns[1]
    for _, row in wanted.iterrows():
        folder = faults / "faults" / row.iloc[0]
        with pytest.raises(lg.LandgovError) as caught:
            lg.run(folder)
        kinds = {fault.kind for fault in caught.value.faults}  # type: ignore[attr-defined]
        said = set(row[column].replace("|", " ").replace(";", " ").replace("、", " ").split())
        assert said <= kinds, (row.iloc[0], said, kinds)
