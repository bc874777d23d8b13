"""The answers of the demonstration district, recounted from its files by plain Python."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
import shapely

import landgov as lg
from demo_reading import answers, entries, features, numbered, rows
from landgov.demo import make_demo
from landgov.demo.catalogue import scenarios
from landgov.demo.district import plan_district

PARCEL, FIRM = "宗地代码", "统一社会信用代码"


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dirty") / "demo"
    make_demo(folder, parcels=3000)
    return folder


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean") / "demo"
    make_demo(folder, parcels=3000, clean=True)
    return folder


@pytest.fixture(scope="module")
def stated(clean: Path) -> pd.DataFrame:
    return answers(clean, "parcels").set_index("parcel_id")


@pytest.mark.parametrize("side", ["scope", "collective", "supply"])
def test_every_scenario_of_a_parcel_is_planted(side: str) -> None:
    planted = Counter(plan_district(3000, 86, clean=False).parcels[side])
    lost = [name for row, name in enumerate(scenarios(side)["id"]) if not planted[row]]
    assert not lost


def test_every_scenario_of_an_enterprise_a_user_or_a_finding_is_planted() -> None:
    district = plan_district(3000, 86, clean=False)
    firms = district.firms
    for side, found in (
        ("firms", Counter(firms["kind"])),
        ("lists", Counter(firms["listed"])),
        ("findings", Counter([*firms["finding"], *district.parcels["finding"]])),
    ):
        lost = [name for row, name in enumerate(scenarios(side)["id"]) if not found[row]]
        assert not lost
    patterns = set(scenarios("users")["pattern"]) - {"no_link"}
    assert set(district.links["pattern"]) == patterns


def test_a_clean_district_holds_no_scenario_with_a_defect() -> None:
    district = plan_district(3000, 86, clean=True)
    for side in ("scope", "collective", "supply"):
        issues = scenarios(side)["issue"].to_numpy()[district.parcels[side]]
        assert not any(issues)
    assert not any(scenarios("firms")["issue"].to_numpy()[district.firms["kind"]])
    assert not any(district.links["issue"])


def test_every_row_sent_has_its_answer_and_identical_rows_are_one(district: Path) -> None:
    sent = features(district, "inputs/parcels.gpkg")
    issues = answers(district, "issues")
    identical = ((issues["table"] == "parcels") & (issues["kind"] == "identical_row")).sum()
    stated = answers(district, "parcels")
    assert stated["parcel_id"].is_unique
    assert len(stated) == len(sent) - identical
    repeated = Counter(sent[PARCEL].fillna(""))
    for name in stated["parcel_id"]:
        bare = name.split("#")[0]
        assert name == "?#1" or bare in repeated
    total = answers(district, "totals").iloc[0]
    assert int(total["parcels"]) == len(stated)
    assert float(total["land_mu"]) == pytest.approx(
        pd.to_numeric(stated["land_mu"].replace("none", "")).sum()
    )


def _cell(district: Path, issue: pd.Series, columns: dict[str, str]) -> str:
    place = int(issue["row"])
    if issue["file"].endswith(".gpkg"):
        line = features(district, issue["file"]).drop(columns="geometry").iloc[place - 1]
        return str(line[columns[issue["field"]]] or "")
    return numbered(district, issue["file"])[place][columns[issue["field"]]]


def test_the_cell_at_each_row_of_the_issues_is_what_the_issue_says(district: Path) -> None:
    heading = {
        "tax_wan": "税收（元）", "is_above_scale": "是否规上", "grade": "综合评价结果",
        "ownership": "土地所有权性质", "building_year": "建成年份", "supply_status": "供应状态",
        "area_cert_mu": "发证面积_亩", "found_on": "发现日期", "closed_on": "整改完成日期",
        "actual_start": "实际开工日期", "agreed_start": "约定开工日期", "major": "是否重大",
        "share": "用地比例", "occupied_since": "占用起始日期", "kind": "问题类型", "parcel_id": PARCEL, "enterprise_id": FIRM,
    }  # fmt: skip
    known = set(features(district, "inputs/parcels.gpkg")[PARCEL])
    firms = {row[FIRM] for row in rows(district, "inputs/enterprises.xlsx")}
    expected = {
        "bad_number": lambda cell: not cell.replace(".", "").replace("-", "").isdigit(),
        "bad_integer": lambda cell: cell == "1995.5",
        "bad_date": lambda cell: cell in {"2022-02-30", "2021.3"},
        "dummy_date": lambda cell: cell == "1901-01-02",
        "bad_code": lambda cell: cell in {"E", "权属争议", "情况不清", "乱停车"},
        "bad_yes_no": lambda cell: cell in {"大概", "比较严重"},
        "out_of_range": lambda cell: cell in {"1.4", "-3.2"},
        "empty_key": lambda cell: not cell or cell == "nan",
        "unknown_reference": lambda cell: cell not in known and cell not in firms,
        "no_subject": lambda cell: not cell,
    }
    issues = answers(district, "issues")
    checked = set()
    for _, group in issues[issues["row"] != ""].groupby(["table", "kind"]):
        # The first and last of each kind and table; reading a file again for each row is slow.
        for _, issue in group.iloc[[0, -1]].iterrows():
            if issue["kind"] in expected:
                assert expected[issue["kind"]](_cell(district, issue, heading)), issue.to_dict()
                checked.add(issue["kind"])
    assert checked == set(expected)


def test_keys_sent_twice_are_exactly_the_duplicate_and_identical_rows(district: Path) -> None:
    issues = answers(district, "issues")
    for table, file, key in (
        ("parcels", "inputs/parcels.gpkg", PARCEL),
        ("enterprises", "inputs/enterprises.xlsx", FIRM),
    ):
        sent = (
            features(district, file)
            if file.endswith("gpkg")
            else pd.DataFrame(rows(district, file))
        )
        plain = sent[sent[key].fillna("") != ""]
        twice = {
            str(n + 1 + (file[-1] == "x")) for n in plain.index[plain[key].duplicated(keep=False)]
        }
        mine = issues[issues["table"] == table]
        listed = set(mine.loc[mine["kind"] == "duplicate_key", "row"])
        later = set(mine.loc[mine["kind"] == "identical_row", "row"])
        assert listed | later <= twice
        assert len(twice) == len(listed) + 2 * len(later)


def test_shapes_at_the_rows_of_shape_issues_are_broken(district: Path) -> None:
    shapes = features(district, "inputs/parcels.gpkg").geometry
    issues = answers(district, "issues").set_index("kind")
    at = {kind: [int(row) - 1 for row in issues.loc[[kind], "row"] if row]
          for kind in ("invalid_geometry", "repair_refused", "empty_geometry")}  # fmt: skip
    assert [i for i, shape in enumerate(shapes) if shape is None] == sorted(at["empty_geometry"])
    bad = [i for i, shape in enumerate(shapes) if shape is not None and not shape.is_valid]
    assert bad == sorted(at["invalid_geometry"] + at["repair_refused"])
    assert all("Self-intersection" in shapely.is_valid_reason(shapes[i]) for i in bad)


def test_severity_and_place_of_every_issue_are_stated(district: Path) -> None:
    issues = answers(district, "issues")
    assert set(issues["severity"]) == {"error", "warning", "note"}
    assert len(issues) == len(issues.drop_duplicates())
    files = {entry["path"] for _, entry in entries(district)}
    assert set(issues.loc[issues["row"] != "", "file"]) <= files
    assert issues["kind"].nunique() >= 22


def test_out_of_scope_every_category_is_no(stated: pd.DataFrame) -> None:
    outside = stated[stated["in_scope"] == "no"]
    assert len(outside) > 900
    for column in ("low_efficiency", "three_low", "two_high", "four_without", "collective"):
        assert set(outside[column]) == {"no"}
    assert set(outside["land_state"]) == {"none"}


def test_about_sixty_percent_of_the_parcels_are_industrial(stated: pd.DataFrame) -> None:
    assert 0.5 < (stated["in_scope"] == "yes").mean() < 0.7


def test_links_of_a_parcel_fill_it_or_leave_a_rest(clean: Path, stated: pd.DataFrame) -> None:
    links = answers(clean, "links")
    known = links[links["area_worked_mu"] != "none"]
    held = pd.to_numeric(known["area_worked_mu"]).groupby(known["parcel_id"]).sum()
    land = pd.to_numeric(stated["land_mu"]).reindex(held.index)
    assert (held <= land + 1e-6).all()
    assert (pd.to_numeric(known["area_worked_mu"]) > 0).all()


def test_land_of_enterprises_is_the_sum_of_their_links(clean: Path) -> None:
    links, firms = answers(clean, "links"), answers(clean, "enterprises")
    firms = firms.set_index("enterprise_id")
    for firm, group in links.groupby("enterprise_id"):
        areas = list(group["area_worked_mu"])
        said = firms.loc[firm, "land_mu"]
        if "none" in areas:
            assert said == "none"
        else:
            assert float(said) == pytest.approx(sum(map(float, areas)), abs=1e-6)


@pytest.mark.parametrize("wanted", ["yes", "no"])
def test_planted_neighbours_are_found_and_no_others_among_the_listed(
    clean: Path, wanted: str
) -> None:
    parcels = features(clean, "inputs/parcels.gpkg").set_index(PARCEL)
    found = lg.neighbours(parcels)
    pairs = {frozenset(pair) for pair in zip(found["left"], found["right"], strict=True)}
    listed = answers(clean, "contiguity")
    listed = listed[listed["neighbours"] == wanted]
    told = {frozenset(pair) for pair in zip(listed["left"], listed["right"], strict=True)}
    assert len(told) > 40
    if wanted == "yes":
        assert told <= pairs
        assert pairs == told  # no pair of the clean district is left unlisted
    else:
        assert told.isdisjoint(pairs)


def test_each_planted_keystone_stands_between_low_candidates(
    clean: Path, stated: pd.DataFrame
) -> None:
    keystones = answers(clean, "keystones")
    assert len(keystones) == 2
    for row in keystones.itertuples():
        assert stated.loc[row.keystone, "low_efficiency"] == "no"
        beside = [*row.one_group.split(), *row.other_group.split()]
        assert set(stated.loc[beside, "low_efficiency"]) == {"yes"}
        land = pd.to_numeric(stated["land_mu"])
        small = min(land[row.one_group.split()].sum(), land[row.other_group.split()].sum())
        assert float(row.gained_mu) == pytest.approx(small + land[row.keystone], abs=0.01)
