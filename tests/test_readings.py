"""Other readings of the text tried out on one base list: counted by hand, and as runs of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

import landgov as lg
from case import Case
from landgov.cli.app import app
from landgov.demo import make_demo
from landgov.outputs import write_outputs
from landgov.pipeline import Prepared, prepare
from landgov.policies.changed import changed_policy
from landgov.publish.profiles import fields
from landgov.publish.reading_sheet import answer_word, reading_note
from landgov.scenarios import case_of, compare_readings, reading_rows
from landgov.scenarios.flips import ASKED

ALL = sorted(ASKED)


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("district")
    make_demo(folder, parcels=300)
    return folder


@pytest.fixture(scope="module")
def ready(district: Path) -> Prepared:
    return prepare(str(district))


@pytest.fixture(scope="module")
def told(ready: Prepared) -> list[dict[str, Any]]:
    return compare_readings(ready)


def _by_id(told: list[dict[str, Any]], name: str) -> dict[str, Any]:
    [one] = [one for one in told if one["id"] == name]
    return one


def _tried(told: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (one["id"], other)
        for one in told
        for other in one["alternatives"]
        if other["state"] in ("changes", "same")
    ]


# ---- the same as a case of its own -------------------------------------------------


def _plainly(before: pd.DataFrame, after: pd.DataFrame, what: str, value: str | None) -> Any:
    """Flips and land of one answer, counted parcel by parcel."""
    old, new = (side[what].astype(object).where(side[what].notna(), "") for side in (before, after))
    if value is None:
        column = f"{what}_mu" if f"{what}_mu" in after else None
        land = after[column] if column else after["land_mu"][new == "yes"]
        return int((old != new).sum()), land.sum(), int((new == "yes").sum())
    had, has = ((words == value) & side["in_scope"].ne("no")
                for words, side in ((old, before), (new, after)))  # fmt: skip
    return int((had != has).sum()), after["land_mu"][has].sum(), int(has.sum())


def test_each_alternative_is_counted_as_judged_alone(
    ready: Prepared, told: list[dict[str, Any]]
) -> None:
    """Judged together and without labels, an alternative counts what a full case counts."""
    before = pd.DataFrame(ready.judged.parcels)
    assert len(_tried(told)) >= 12
    for name, other in _tried(told):
        policy = changed_policy(ready.workspace.policy, other["change"])
        after = pd.DataFrame(case_of(ready, name, policy).judged.parcels)
        found = {(one["what"], one["value"]): one for one in other["changes"]}
        for (what, value), one in found.items():
            flipped, mu, parcels = _plainly(before, after, what, value)
            assert (one["flipped"], one["other_parcels"]) == (flipped, parcels), (name, what)
            assert one["other_mu"] == pytest.approx(mu, abs=1e-5)
        # What it is not told to touch stays, and what it touches and is not listed too.
        for what in ALL:
            differs = before[what].astype(object).where(before[what].notna(), "") != after[
                what
            ].astype(object).where(after[what].notna(), "")
            if differs.any():
                assert what in {key for key, _ in found}, (name, what)


def test_what_is_told_as_judged_is_what_the_run_tells(
    district: Path, told: list[dict[str, Any]]
) -> None:
    totals = lg.run(str(district)).report["totals"]
    for _, other in _tried(told):
        for one in other["changes"]:
            if one["value"] is None:
                yes, open_ = (totals[one["what"]][answer] for answer in ("yes", "unknown"))
                assert one["unknown_mu"] == pytest.approx(open_["mu"], abs=1e-5)
            else:
                yes = totals[one["what"]].get(one["value"], {"parcels": 0, "mu": 0.0})
            assert one["mu"] == pytest.approx(yes["mu"], abs=1e-5)
            assert one["parcels"] == yes["parcels"]


def test_the_base_list_is_joined_anew_only_where_a_reading_rests_on_it(
    ready: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined, judged = [], []
    import sys

    module = sys.modules["landgov.scenarios.rejudge"]
    build, judge = module.build_register, module.judge  # type: ignore[attr-defined]
    monkeypatch.setattr(module, "build_register", lambda *a: joined.append(1) or build(*a))
    monkeypatch.setattr(module, "judge", lambda *a, **k: judged.append(1) or judge(*a, **k))
    tried = _tried(compare_readings(ready))
    rests = [other for _, other in tried
             if set(other["change"]) & {"land_basis", "links_unstated", "scale_over_allocated"}]  # fmt: skip
    assert len(joined) == len(rests) == 3
    assert len(judged) < len(tried)  # some are judged together


# ---- worked by hand ------------------------------------------------------------------


def _small(folder: Path, **more: Any) -> Case:
    """Three parcels of 15 亩, one enterprise each: 亩均税收 5 exactly, 4 and 9."""
    case = Case(folder, **more).parcels(
        *({"parcel_id": name, "supply_status": "supplied", "area_cert_mu": 15} for name in "ABC"),
        covers=(),
    )
    firms = [{"enterprise_id": f"E{name}", "name": name} for name in "ABC"]
    case.table("enterprises", *firms)
    case.table(
        "enterprise_years",
        *(
            {"enterprise_id": f"E{name}", "year": 2022, "tax_wan": tax, "is_above_scale": "是",
             "grade": grade}
            for name, tax, grade in (("A", 75, "C"), ("B", 60, "C"), ("C", 135, "D"))
        ),
    )  # fmt: skip
    return case.table(
        "links",
        *({"parcel_id": name, "enterprise_id": f"E{name}", "role": "owner"} for name in "ABC"),
    )


def test_five_exactly_leaves_where_the_line_excludes_it(tmp_path: Path) -> None:
    told = compare_readings(prepare(str(_small(tmp_path).write())))
    [other] = _by_id(told, "tax_line_inclusive")["alternatives"]
    changed = {one["what"]: one for one in other["changes"] if one["value"] is None}
    # A (5.00) leaves; B (4) stays low; C is low by its grade.
    low = changed["low_efficiency"]
    assert (low["parcels"], low["mu"], low["other_parcels"], low["other_mu"]) == (3, 45.0, 2, 30.0)
    assert low["flipped"] == 1
    [grade] = _by_id(told, "grade_d")["alternatives"]
    [low] = [one for one in grade["changes"] if one["what"] == "low_efficiency"]
    # C is not low by its tax of 9 万元/亩.
    assert (low["other_parcels"], low["other_mu"], low["flipped"]) == (2, 30.0, 1)


def test_what_nobody_sent_is_not_tried_out(tmp_path: Path) -> None:
    told = compare_readings(prepare(str(_small(tmp_path).write())))
    for name, lacks in (("idle_full_year", ["contracts"]), ("four_without_major", ["findings"])):
        [other] = _by_id(told, name)["alternatives"]
        assert (other["state"], other["lacks"], other["changes"]) == ("not_given", lacks, [])


def test_a_policy_that_reads_it_otherwise_is_held_against_the_default(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(
        'extends = "shangyu-2021-86"\nthree_low_reading = "B"\n[small_enterprise_land]\nvalue = 8\n',
        encoding="utf-8",
    )
    told = compare_readings(prepare(str(_small(tmp_path, policy="own.toml").write())))
    reading = _by_id(told, "three_low")
    assert reading["in_use"] == "规下企业只看用地面积（理解 B）"
    assert [one["change"] for one in reading["alternatives"]] == [{"three_low_reading": "A"}]
    line = _by_id(told, "small_land_line")
    assert line["in_use"] == "本地政策自定"
    assert len(line["alternatives"]) == 3


def test_before_the_plan_its_numbers_are_not_put_in_use(tmp_path: Path) -> None:
    told = compare_readings(prepare(str(_small(tmp_path, as_of="2020-12-31").write())))
    [other] = _by_id(told, "tax_line_inclusive")["alternatives"]
    assert (other["state"], other["lacks"]) == ("not_in_force", ["2021-11-17"])
    assert reading_note({"state": "not_in_force", "note": "2021-11-17"}).endswith("2021-11-17 起")


# ---- in the run --------------------------------------------------------------------


@pytest.fixture(scope="module")
def out(district: Path) -> Path:
    return write_outputs(lg.run(str(district)))


def test_the_list_shows_both_readings_side_by_side(out: Path, told: list[dict[str, Any]]) -> None:
    assert json.loads((out / "run.json").read_text("utf-8"))["readings"] == json.loads(
        json.dumps(told)
    )
    cells = [list(row) for row in openpyxl.load_workbook(out / "lists.xlsx")["理解"].values]
    top = next(number for number, row in enumerate(cells) if row[0] == "问题")
    sheet = pd.DataFrame(cells[top + 1 :], columns=cells[top])
    rows = reading_rows(told)
    assert len(sheet) == len(rows)
    three = sheet[(sheet["另一种理解"] == "规下企业只看用地面积（理解 B）") &
                  (sheet["涉及的结论"] == "三低（重点整治）")].iloc[0]  # fmt: skip
    [other] = _by_id(told, "three_low")["alternatives"]
    [change] = [one for one in other["changes"] if one["what"] == "three_low"]
    assert change["flipped"] > 0
    assert three["现为（亩）"] == pytest.approx(change["mu"])
    assert three["则为（亩）"] == pytest.approx(change["other_mu"])
    assert three["结论改变（宗）"] == change["flipped"]
    assert three["待确认"] == "待区经信局确认"
    waiting = sheet[sheet["问题"].str.contains("村集体")].iloc[0]
    assert waiting["说明"].startswith("待数据：")
    assert set(rows["state"]) <= {"changes", "same", "beyond", "needs"}


def test_land_alone_stands_in_it_and_no_tax(told: list[dict[str, Any]]) -> None:
    keys = {name for _, other in _tried(told) for one in other["changes"] for name in one}
    assert keys == {
        *("what", "value", "parcels", "mu", "unknown_mu", "other_parcels", "other_mu"),
        *("other_unknown_mu", "flipped"),
    }
    # A column that is counted is one that the park system may see.
    counted = {one["what"] for _, other in _tried(told) for one in other["changes"]}
    assert all("park_system" in fields("parcels")[what].profiles for what in counted)


def test_a_run_of_tables_alone_tries_nothing_out(district: Path, tmp_path: Path) -> None:
    folder = _small(tmp_path).write()
    write_outputs(lg.run(str(folder)), tables_only=True)
    assert "readings" not in json.loads((folder / "out" / "run.json").read_text("utf-8"))


def _said(*words: str) -> str:
    result = CliRunner().invoke(app, ["policy", "readings", *words], env={"COLUMNS": "160"})
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_lists_the_register_or_tries_it_out(
    district: Path, told: list[dict[str, Any]]
) -> None:
    words = _said()
    assert "含本数：5.00 计入低效" in words and "待区经信局确认" in words
    assert "low_efficiency_tax.op=<" in words
    listed = json.loads(_said("--json"))
    assert len(listed) == len(told)
    assert all("state" not in other for one in listed for other in one["alternatives"])
    assert json.loads(_said(str(district), "--json")) == json.loads(json.dumps(told))
    tried = _said(str(district))
    assert "三低（重点整治）" in tried and "结论改变" in tried and "待数据：" in tried


def test_the_words_of_an_answer() -> None:
    assert answer_word("idle", "not_started") == "疑似闲置用地：未动工"
    assert answer_word("low_efficiency", None) == "低效企业用地"
