"""What each setting of a policy does, on cases small enough to work by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
from typer.testing import CliRunner

import landgov as lg
from case import EAST, FOUR, NORTH, WIDER, Case
from landgov.cli.app import app
from landgov.demo import make_demo
from landgov.policies import load_policy
from landgov.scenarios import compare_readings


def _own(folder: Path, line: str) -> Case:
    """A workspace whose policy is the plan with one line of its own; "" for the plan itself."""
    (folder / "own.toml").write_text(
        f'id = "own"\nextends = "shangyu-2021-86"\n{line}\n', encoding="utf-8"
    )
    return Case(folder, policy="own.toml")


def _firm(case: Case, tax: float, **year: Any) -> Case:
    """Parcel A of 15 亩 by its certificate, all of it the enterprise's."""
    case.parcels({"parcel_id": "A", "area_cert_mu": 15, "supply_status": "supplied"})
    case.table("enterprises", {"enterprise_id": "E1", "name": "甲", "industry_code": "C1711"})
    case.table("enterprise_years", {"enterprise_id": "E1", "year": 2022, "tax_wan": tax, **year})
    return case.table("links", {"parcel_id": "A", "enterprise_id": "E1", "role": "owner"})


def _answer(case: Case, *columns: str) -> list[Any]:
    row = case.run().parcels.loc["A"]
    return [row[column] for column in columns]


# ---- readings --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "major", "answer"),
    [
        pytest.param("", "否", "yes", id="as it is, any open finding of the four counts"),
        pytest.param("four_without_major = true", "是", "yes", id="major: counts"),
        pytest.param("four_without_major = true", "否", "no", id="not major: does not count"),
        pytest.param("four_without_major = true", "", "unknown", id="not marked: unknown"),
    ],
)
def test_four_without_major(tmp_path: Path, line: str, major: str, answer: str) -> None:
    # 二（一）3 “无证无照…等较大违法违规违章或问题隐患的企业用地”
    case = _own(tmp_path, line).parcels({"parcel_id": "A"})
    case.table(
        "findings",
        {"finding_id": "1", "parcel_id": "A", "kind": "no_licence", "found_on": "2022-01-01",
         "closed_on": "", "major": major},
        {"finding_id": "2", "parcel_id": "B", "kind": "fire", "found_on": "2022-01-01",
         "closed_on": "", "major": "是"},
        covers=(*FOUR, *WIDER),
    )  # fmt: skip
    case.table("links", {"parcel_id": "Z", "enterprise_id": "E9"}, covers=("links",))
    assert _answer(case, "four_without") == [answer]


@pytest.mark.parametrize(
    ("line", "low"), [("", "yes"), ("grade_d_is_low_efficiency = false", "no")]
)
def test_grade_d_at_high_tax(tmp_path: Path, line: str, low: str) -> None:
    # 9 万元/亩 and D: of the three lows either way.
    case = _firm(_own(tmp_path, line), 135, is_above_scale="是", grade="D")
    assert _answer(case, "low_efficiency", "three_low") == [low, "yes"]


@pytest.mark.parametrize(
    ("line", "state"), [("", "idle"), ("excused_is_idle = false", "partly_used")]
)
def test_excused_land(tmp_path: Path, line: str, state: str) -> None:
    # Not begun two years after the agreed day, for a cause of the government's.
    case = _own(tmp_path, line).parcels({"parcel_id": "A", "supply_status": "supplied"})
    case.table(
        "contracts",
        {"parcel_id": "A", "kind": "primary", "agreed_start": "2020-12-31", "actual_start": "",
         "suspended_on": "", "delay_cause": "government", "should_develop_m2": 1000,
         "developed_m2": 0},
    )  # fmt: skip
    assert _answer(case, "idle", "land_state") == ["excused", state]


@pytest.mark.parametrize(
    ("line", "low", "source"),
    [("", "yes", "certificate"), ('land_basis = "measured"', "no", "measured")],
)
def test_land_basis(tmp_path: Path, line: str, low: str, source: str) -> None:
    # 90 万元 on 20 亩 of the certificate are 4.5 万元/亩, on 15 亩 as measured 6.
    case = _own(tmp_path, line).parcels({"parcel_id": "A", "area_cert_mu": 20})
    case.table("enterprises", {"enterprise_id": "E1", "name": "甲"})
    case.table(
        "enterprise_years",
        {"enterprise_id": "E1", "year": 2022, "tax_wan": 90, "is_above_scale": "是", "grade": "C"},
    )
    case.table("links", {"parcel_id": "A", "enterprise_id": "E1", "role": "owner"})
    assert _answer(case, "low_efficiency", "land_from") == [low, source]


@pytest.mark.parametrize(
    ("line", "label"),
    [
        pytest.param("", "no", id="1711 is not printing and dyeing"),
        pytest.param('two_high_industries = ["C17"]', "yes", id="all textile"),
        pytest.param("two_high_industries = []", "unknown", id="no list: nothing is said"),
    ],
)
def test_two_high_industries(tmp_path: Path, line: str, label: str) -> None:
    found = _answer(_firm(_own(tmp_path, line), 135), "industry_two_high", "two_high")
    assert found == [label, "unknown"]  # 二（一）2 asks for use per unit, not for an industry


# ---- rules, names, units -------------------------------------------------------------


def test_a_rule_that_is_off_gives_no_verdict_and_no_doubt(tmp_path: Path) -> None:
    for line, expected in (("", ["unknown", "unknown"]), ('rules_off = ["grade_d"]', ["no", "no"])):
        folder = tmp_path / str(bool(line))
        folder.mkdir()
        # 9 万元/亩 above scale; its grade is not known.
        case = _firm(_own(folder, line), 135, is_above_scale="是")
        result = case.run()
        row = result.parcels.loc["A"]
        assert [row["low_efficiency"], row["three_low"]] == expected
        assert ("grade_d" in set(result.verdicts["rule"])) is not bool(line)
        assert result.report["rules"]["off"] == (["grade_d"] if line else [])


@pytest.mark.parametrize(
    ("line", "proposed"),
    [
        pytest.param("", True, id="names of the place are left out"),
        pytest.param('place_names = ["台州市", "黄岩区"]', False, id="of another place"),
    ],
)
def test_place_names(tmp_path: Path, line: str, proposed: bool) -> None:
    case = _own(tmp_path, line).parcels({"parcel_id": "A", "holder_name": "宏图精密机械有限公司"})
    case.table("enterprises", {"enterprise_id": "E1", "name": "绍兴市上虞区宏图精密机械有限公司"})
    matches = case.run().matches
    assert bool((matches["enterprise_id"] == "E1").any()) is proposed


@pytest.mark.parametrize(("line", "unit"), [("", "杭州湾综管办"), ('national_unit = ""', "盖北镇")])
def test_national_unit(tmp_path: Path, line: str, unit: str) -> None:
    around = shapely.box(EAST - 50, NORTH - 50, EAST + 150, NORTH + 150)
    case = _own(tmp_path, line).parcels({"parcel_id": "A"})
    case.areas("towns", {"town_code": "330604112", "town": "盖北镇", "geometry": around})
    case.areas(
        "platforms",
        {"platform_id": "P1", "platform": "杭州湾经开区", "level": "national", "geometry": around},
    )
    assert _answer(case, "town", "unit") == ["盖北镇", unit]


# ---- asked of a whole policy ---------------------------------------------------------


def test_what_if_takes_an_operator_by_its_letters(tmp_path: Path) -> None:
    case = _firm(_own(tmp_path, ""), 75, is_above_scale="是", grade="C")  # 5.00 exactly
    asked = ["policy", "whatif", str(case.write()), "low_efficiency_tax.op=lt"]
    result = CliRunner().invoke(app, asked, env={"COLUMNS": "160"})
    assert result.exit_code == 0, result.output
    line = next(line for line in result.stdout.splitlines() if "低效企业用地" in line)
    assert "是" in line and "否" in line and "-15.0" in line
    wrong = CliRunner().invoke(app, [*asked[:-1], "low_efficiency_tax.op=less"])
    assert wrong.exit_code == 1


def test_what_policies_share_is_refused_for_a_workspace(tmp_path: Path) -> None:
    case = Case(tmp_path, policy="zhejiang-common").parcels({"parcel_id": "A"})
    with pytest.raises(lg.LandgovError, match="zhejiang-common") as told:
        case.run()
    assert "不能单独使用" in str(told.value)


def test_a_second_place_runs_on_the_same_files_and_draws_its_own_line(tmp_path: Path) -> None:
    make_demo(tmp_path, parcels=300)
    toml = tmp_path / "landgov.toml"
    here = lg.run(str(tmp_path))
    text = toml.read_text("utf-8").replace('"policy.toml"', '"huangyan-2022-example"')
    toml.write_text(text, encoding="utf-8")
    there = lg.run(str(tmp_path))
    assert there.report["policy"]["id"] == "huangyan-2022-example"
    firms = here.enterprises
    line = load_policy("shangyu-2021-86", on=there.workspace.as_of)["low_efficiency_tax"]
    between = firms.index[
        line.holds(firms["tax_per_mu"]).fillna(value=False)
        & firms["is_above_scale"].eq(other=False).fillna(value=False)
        & firms["land_mu"].between(3, 9.99)
        & firms["grade"].isin(["A", "B", "C"])
    ]
    # Below scale, little tax, 3 to 10 亩: of the three lows there, not here.
    assert len(between)
    for result, answer in ((here, "no"), (there, "yes")):
        verdicts = result.verdicts
        small = verdicts[verdicts["rule"] == "three_low_small"]
        mine = small[small["enterprise_id"].isin(list(between)) & small["answer"].ne("unknown")]
        assert len(mine) and set(mine["answer"]) == {answer}
    counted = [pd.Series(result.parcels["three_low"]).eq("yes").sum() for result in (here, there)]
    assert counted[1] > counted[0]
    told = compare_readings(there.ready)
    [small_land] = [one for one in told if one["id"] == "small_land_line"]
    assert small_land["in_use"].startswith("3 亩以上")
