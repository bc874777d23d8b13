"""Tables of land by place and category, candidate clusters and the pilot area, by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

import landgov as lg
from case import EAST, FOUR, NORTH, WIDER, Case
from landgov.demo import make_demo
from landgov.outputs import write_outputs
from landgov.policies import load_policy
from landgov.policies.settings import check_settings
from landgov.rules import Judgement
from landgov.summary import cluster_candidates, land_pieces
from landgov.summary.pieces import facts_of

pytestmark = pytest.mark.usefixtures("without_maps")

BOTH = shapely.box(EAST - 50, NORTH - 50, EAST + 5000, NORTH + 200)
CERTIFIED = {"area_cert_mu": 15.0, "supply_status": "supplied"}


def mu(summary: pd.DataFrame, line: str, by: str = "category") -> dict[str, float]:
    rows = summary[summary["line"] == line]
    return rows.groupby(by)["mu"].sum().round(6).to_dict()


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> lg.Result:
    """Six parcels of 15 亩, two towns, two platforms that overlap.

    甲: firm D (grade D: 低效) holds 10, firm K (两高) 5 · 乙: firm D holds 6, 9 left over,
    with an open 无证无照 on the parcel: 四无, all 15 · 丙: firm G (nothing) holds all ·
    丁: nobody · 戊: farmland · 己: firm X, of which nothing is known, holds 12, 3 left.
    """
    case = Case(tmp_path_factory.mktemp("small"))
    case.parcels(
        {"parcel_id": "甲", **CERTIFIED},
        {"parcel_id": "乙", **CERTIFIED},
        {"parcel_id": "丙", **CERTIFIED},
        {"parcel_id": "丁", **CERTIFIED},
        {"parcel_id": "戊", **CERTIFIED, "land_use_code": "0101"},
        {"parcel_id": "己", **CERTIFIED},
    )
    no = {"outdated_capacity": False, "high_energy": False, "high_emission": False}
    case.table(
        "enterprises",
        {"enterprise_id": "企D", "is_above_scale": True, "grade": "D", **no},
        {"enterprise_id": "企K", "is_above_scale": True, "grade": "A", **no,
         "outdated_capacity": True},
        {"enterprise_id": "企G", "is_above_scale": True, "grade": "A", **no},
        {"enterprise_id": "企X"},
    )  # fmt: skip
    case.table(
        "enterprise_years",
        *({"enterprise_id": firm, "year": 2022, "tax_wan": 1000} for firm in ("企D", "企K", "企G")),
    )
    case.table(
        "links",
        {"parcel_id": "甲", "enterprise_id": "企D", "role": "owner", "area_mu": 10},
        {"parcel_id": "甲", "enterprise_id": "企K", "role": "owner", "area_mu": 5},
        {"parcel_id": "乙", "enterprise_id": "企D", "role": "owner", "area_mu": 6},
        {"parcel_id": "丙", "enterprise_id": "企G", "role": "owner", "area_mu": 15},
        {"parcel_id": "己", "enterprise_id": "企X", "role": "owner", "area_mu": 12},
        covers=("links",),
    )
    case.table(
        "findings",
        {"finding_id": "W1", "parcel_id": "乙", "kind": "no_licence", "major": True,
         "found_on": "2022-01-01", "closed_on": None},
        covers=(*FOUR, *WIDER),
    )  # fmt: skip
    edge = EAST + 425  # between 丙 and 丁
    case.areas(
        "towns",
        {"town_code": "330604003", "town": "东关街道",
         "geometry": shapely.box(EAST - 50, NORTH - 50, edge, NORTH + 200)},
        {"town_code": "330604099", "town": "别镇",
         "geometry": shapely.box(edge, NORTH - 50, EAST + 5000, NORTH + 200)},
    )  # fmt: skip
    case.areas(
        "platforms",
        {"platform_id": "P2", "platform": "小微园", "level": "micro_park",
         "geometry": shapely.box(EAST - 50, NORTH - 50, EAST + 275, NORTH + 200)},
        {"platform_id": "P1", "platform": "省级园", "level": "provincial",
         "geometry": shapely.box(EAST - 50, NORTH - 50, EAST + 220, NORTH + 200)},
    )  # fmt: skip
    return case.run()


def test_each_mu_is_counted_once_by_category(small):
    assert mu(small.summary, "once") == {
        "four_without": 15.0,  # 乙, a fact of the parcel: all of it
        "two_high": 5.0,  # 甲, the link of 企K
        "low_efficiency": 10.0,  # 甲, the link of 企D
        "no_category": 15.0,  # 丙
        "residual": 18.0,  # 丁, and 3 of 己
        "unknown": 12.0,  # 己, the link of 企X
        "out_of_scope": 15.0,  # 戊
    }


def test_land_in_a_second_category_stands_on_a_line_of_its_own(small):
    # 乙: 企D holds 6 of the 15 that are 四无.
    assert mu(small.summary, "also") == {"low_efficiency": 6.0}


def test_land_in_doubt_stands_under_each_category_that_it_may_belong_to(small):
    assert mu(small.summary, "open") == {"low_efficiency": 12.0, "two_high": 12.0}


def test_platforms_that_overlap_share_no_mu(small):
    table = small.summary
    assert mu(table, "once", "platform_level") == {"provincial": 30.0, "outside": 60.0}
    assert mu(table, "once", "town") == {"东关街道": 45.0, "别镇": 45.0}
    assert mu(table, "once", "ownership") == {"state": 90.0}


def test_every_platform_over_half_is_listed_though_one_is_chosen(small):
    places = small.places[small.places["kind"] == "platform"]
    said = {(p, a): (round(s, 6), c) for p, a, s, c in zip(
        places["parcel_id"], places["place_id"], places["share"], places["chosen"], strict=True
    )}  # fmt: skip
    assert said == {
        ("甲", "P1"): (1.0, True),
        ("甲", "P2"): (1.0, False),
        ("乙", "P1"): (0.7, True),
        ("乙", "P2"): (1.0, False),
    }


def test_parcels_and_enterprises_are_counted_in_each_row_that_they_have_land_in(small):
    once = small.summary[small.summary["line"] == "once"].set_index("category")
    four = once.loc["four_without"]
    assert (four["parcels"], four["enterprises"], four["without_area"]) == (1, 1, 0)
    left = once.loc["residual"]  # 丁 and 己 in one row
    assert (left["parcels"], left["enterprises"], left["mu"]) == (2, 0, 18.0)


def test_the_totals_of_the_run_say_the_same(small):
    totals = small.report["totals"]["summary"]
    assert totals["land_once_mu"]["all"] == 90.0 == small.report["totals"]["land_mu"]
    assert totals["pilot_land_once_mu"] == {
        "all": 45.0,
        "four_without": 15.0,
        "low_efficiency": 10.0,
        "no_category": 15.0,
        "two_high": 5.0,
    }


def test_the_pilot_area_is_that_of_the_policy(small):
    pilot = small.parcels["pilot"]
    assert pilot.to_dict() == {"甲": True, "乙": True, "丙": True, "丁": False, "戊": False, "己": False}  # fmt: skip
    assert load_policy("shangyu-2021-86", on=small.workspace.as_of).setting("pilot_towns") == [
        "东关街道",
        "道墟街道",
    ]


def test_another_order_of_the_categories_moves_land_and_changes_no_total(small):
    facts, scope = facts_of(small.judged)
    order = ("low_efficiency", "two_high", "four_without", "wider_violations", "collective")
    pieces = land_pieces(small.judged.users, facts, scope, order)
    counted = pd.Series(pieces.units).groupby(pieces.primary).sum() / 1e6
    assert counted["low_efficiency"] == 16.0  # 10 of 甲 and the 6 of 乙
    assert counted["four_without"] == 9.0
    assert pieces.units.sum() == 90_000_000


def test_land_that_is_not_known_is_counted_in_parcels(tmp_path):
    case = Case(tmp_path).parcels(
        {"parcel_id": "甲", "area_cert_mu": 15.0, "supply_status": "supplied"},
        {"parcel_id": "乙", "supply_status": "supplied", "ownership": "collective", "_shape": None},
    )
    case.table("links", {"parcel_id": "甲", "enterprise_id": "企", "area_mu": 20})
    result = case.run()
    once = result.summary[result.summary["line"] == "once"]
    lost = once[once["without_area"] > 0]
    assert lost["parcels"].tolist() == [1]
    assert lost["mu"].isna().all()
    assert lost["category"].tolist() == ["unknown"]
    # 20 of 15 亩: the link keeps what it says, the excess stands by itself and below zero.
    assert mu(result.summary, "once") == {"over_allocated": -5.0, "unknown": 20.0}


@pytest.mark.parametrize(
    ("as_of", "level"),
    [
        pytest.param("2021-12-31", "outside", id="the day before the first day: not yet"),
        pytest.param("2022-01-01", "micro_park", id="the first day counts"),
        pytest.param("2022-12-31", "micro_park", id="the last day counts"),
        pytest.param("2023-01-01", "outside", id="the day after the last day: no more"),
    ],
)
def test_a_platform_is_valid_from_its_first_to_its_last_day(tmp_path, as_of, level):
    case = Case(tmp_path, as_of=as_of).parcels({"parcel_id": "甲", **CERTIFIED})
    case.areas(
        "platforms",
        {"platform_id": "P", "platform": "园", "level": "micro_park", "valid_from": "2022-01-01",
         "valid_to": "2022-12-31", "geometry": BOTH},
    )  # fmt: skip
    result = case.run()
    assert mu(result.summary, "once", "platform_level") == {level: 15.0}
    assert result.parcels["platform_level"].notna().tolist() == [level == "micro_park"]


# ---- clusters ------------------------------------------------------------------------


def plots(*rows: tuple[str, float, str | None, str, str | None]) -> gpd.GeoDataFrame:
    """Squares of 100 m: label, east, town, in scope, platform."""
    return gpd.GeoDataFrame(
        {
            "town": pd.Series([row[2] for row in rows], dtype="str").to_numpy(),
            "town_code": pd.Series([row[2] for row in rows], dtype="str").to_numpy(),
            "in_scope": [row[3] for row in rows],
            "platform_id": pd.Series([row[4] for row in rows], dtype="str").to_numpy(),
        },
        geometry=[
            shapely.box(EAST + row[1], NORTH, EAST + row[1] + 100, NORTH + 100) for row in rows
        ],
        index=pd.Index([row[0] for row in rows], name="parcel_id"),
        crs=4549,
    )


PLOTS = plots(
    ("G9", 0, "甲镇", "yes", None),
    ("G1", 150, "甲镇", "yes", None),  # 50 m from G9: on the line
    ("G5", 300.01, "甲镇", "yes", None),  # 50.01 m from G1
    ("G6", 430, "甲镇", "yes", None),
    ("G7", 540, "乙镇", "yes", None),  # 10 m from G6, but of another town
    ("G8", 660, "乙镇", "unknown", None),
    ("H1", 780, "乙镇", "yes", "P"),
    ("H2", 900, "乙镇", "yes", None),  # straddles
    ("H3", 1100, None, "yes", None),
    ("H4", 1210, None, "yes", None),
)


def clusters(parcels: gpd.GeoDataFrame, *, given: bool = True) -> dict[str, str]:
    policy = load_policy("shangyu-2021-86", on=pd.Timestamp("2022-12-31").date())
    found = cluster_candidates(parcels, pd.Index(["H2"]), policy, platforms_given=given)
    return found.dropna().to_dict()


def test_clusters_are_groups_of_near_parcels_of_one_town_outside_all_platforms():
    assert clusters(PLOTS) == {
        "G1": "甲镇集聚点候选01",
        "G9": "甲镇集聚点候选01",
        "G5": "甲镇集聚点候选02",
        "G6": "甲镇集聚点候选02",
    }


@pytest.mark.parametrize("seed", range(4))
def test_clusters_do_not_depend_on_the_order_of_the_rows(seed):
    assert clusters(PLOTS.sample(frac=1, random_state=seed)) == clusters(PLOTS)


def test_without_platforms_nothing_is_said_to_lie_outside_them():
    assert clusters(PLOTS, given=False) == {}


def test_a_cluster_is_shown_as_a_candidate_and_not_as_a_platform(tmp_path):
    town = {"town_code": "330604003", "town": "东关街道", "geometry": BOTH}
    case = Case(tmp_path).parcels(*({"parcel_id": name, **CERTIFIED} for name in "甲乙"))
    far = shapely.box(EAST + 9000, NORTH, EAST + 9100, NORTH + 100)
    result = (
        case.areas("towns", town)
        .areas("platforms", {"platform_id": "P", "platform": "园", "level": "national",
                             "geometry": far})
        .run()
    )  # fmt: skip
    assert mu(result.summary, "once", "platform_level") == {"cluster_candidate": 30.0}
    assert result.parcels["platform"].isna().all()
    write_outputs(result)
    book = openpyxl.load_workbook(tmp_path / "out" / "lists.xlsx")
    words = [str(row[1]) for row in book["汇总表"].values]
    assert "镇村工业集聚点（集聚点候选，未认定）：东关街道集聚点候选01" in words
    written = pd.read_parquet(tmp_path / "out" / "summary.parquet")
    assert written["platform"].isna().all()
    assert set(written["platform_level"]) == {"cluster_candidate"}


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"category_order": ["two_high"]}, "category_order"),
        ({"category_order": "two_high"}, "category_order"),
        ({"pilot_towns": "东关街道"}, "pilot_towns"),
        ({"pilot_towns": [], "category_order": ["collective", "low_efficiency", "two_high",
                                                "wider_violations", "four_without"]}, None),
    ],
)  # fmt: skip
def test_the_settings_are_checked(settings, wrong):
    said = list(check_settings(settings))
    assert [wrong in each for each in said] == ([True] if wrong else [])


# ---- the demonstration district --------------------------------------------------------


@pytest.fixture(scope="module")
def district(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("district") / "demo"
    make_demo(folder, parcels=500)
    return folder


@pytest.fixture(scope="module")
def result(district) -> lg.Result:
    return lg.run(district)


def test_every_planted_straddler_is_listed_with_all_its_shares(result, district):
    wanted = pd.read_csv(district / "answers" / "places.csv", dtype=str)
    assert len(wanted) > 20
    listed = result.places.set_index(["parcel_id", "kind", "place_id"])
    keys = pd.MultiIndex.from_frame(wanted[["parcel_id", "kind", "place"]])
    # The platforms come as GeoJSON in degrees: their long edges shift by a centimetre or two.
    np.testing.assert_allclose(
        listed["share"].reindex(keys), wanted["share"].astype(float), rtol=0, atol=1e-4
    )
    # What is listed beside them lies over half in several platforms, of which one is chosen.
    more = listed[~listed.index.isin(keys)]
    assert (more["share"] > 0.5).all()
    assert set(more.index.get_level_values("kind")) <= {"platform"}
    chosen = listed.groupby(level=["parcel_id", "kind"])["chosen"].sum()
    assert (chosen.loc[more.index.droplevel("place_id").unique()] == 1).all()


def _per_parcel(judged: Judgement, chosen, pieces) -> np.ndarray:
    weights = np.where(chosen, pieces.units, 0) / 1e6
    return np.bincount(pieces.parcel, weights=weights, minlength=len(judged.users.parcels))


def test_the_tables_of_the_district_make_its_land_and_agree_with_the_parcels(result):
    once = result.summary[result.summary["line"] == "once"]
    land = sum((Decimal(repr(float(mu))) for mu in result.parcels["land_mu"].dropna()), Decimal(0))
    for by in ("town", "unit", "platform_level", "category", "ownership"):
        total = sum(
            (Decimal(str(round(mu, 6))) for mu in once.groupby(by, dropna=False)["mu"].sum()),
            Decimal(0),
        )
        assert abs(total - land) <= Decimal("0.0000006"), by
    order = result.workspace.policy.setting("category_order")
    facts, scope = facts_of(result.judged)
    pieces = land_pieces(result.judged.users, facts, scope, order)
    for category in order:
        stated = result.parcels[f"{category}_mu"]
        ours = _per_parcel(result.judged, pieces.answers[category] == 2, pieces)
        known = stated.notna().to_numpy()
        assert known.sum() > 400
        np.testing.assert_allclose(ours[known], stated[known], atol=1.1e-6)
        open_ = result.parcels[f"{category}_unknown_mu"]
        doubt = _per_parcel(result.judged, pieces.answers[category] == 1, pieces)
        both = known & open_.notna().to_numpy()
        np.testing.assert_allclose(doubt[both], open_[both], atol=1.1e-6)


@pytest.mark.parametrize("sheet", ["汇总表", "试点"])
def test_what_is_printed_adds_up_in_both_directions(result, district, sheet):
    write_outputs(result)
    cells = [
        list(row) for row in openpyxl.load_workbook(district / "out" / "lists.xlsx")[sheet].values
    ]
    top = next(number for number, row in enumerate(cells) if row[0] == "分组")
    page = pd.DataFrame(cells[top + 1 :], columns=cells[top])
    page = page[page["计数方式"] == "每亩计一次"]
    figures = [name for name in page.columns if str(name).endswith("（亩）")]
    tenths = (page[figures] * 10).astype(float)
    assert (tenths.sub(tenths.round()).abs() < 1e-6).all(axis=None)  # one decimal
    tenths = tenths.round().astype(int)
    parts = [name for name in figures if name != "合计（亩）"]
    assert (tenths[parts].sum(axis=1) == tenths["合计（亩）"]).all()
    is_total = page["镇街、平台或所有权"] == "合计"
    totals = tenths[is_total]
    assert len(totals) == 3
    assert len(totals.drop_duplicates()) == 1  # by town, by platform, by ownership: the same
    for grouping in page["分组"].unique():
        there = (page["分组"] == grouping) & ~is_total
        assert tenths[there].sum().tolist() == totals.iloc[0].tolist()
    once = result.summary[result.summary["line"] == "once"]
    if sheet == "试点":
        once = once[once["pilot"].fillna(value=False).astype(bool)]
    printed = totals.iloc[0]["合计（亩）"] / 10
    assert abs(printed - once["mu"].sum()) <= 0.05 * 1.000001 + 0.0000005


def test_the_summary_does_not_depend_on_the_order_of_the_rows(tmp_path):
    # Measured areas, so that there are remainders to give to somebody.
    plots = [
        {"parcel_id": name, "_shape": shapely.box(EAST + at, NORTH, EAST + at + 97, NORTH + 97)}
        for name, at in (("甲", 0), ("乙", 140), ("丙", 280), ("丁", 700))
    ]
    links = [
        {"parcel_id": "甲", "enterprise_id": "企1", "share": 0.3},
        {"parcel_id": "甲", "enterprise_id": "企2", "share": 0.3},
        {"parcel_id": "乙", "enterprise_id": "企1", "share": 1},
        {"parcel_id": "丁", "enterprise_id": "企2", "share": 0.7},
    ]
    far = shapely.box(EAST + 9000, NORTH, EAST + 9100, NORTH + 100)
    tables = []
    for name, turn in (("a", 1), ("b", -1)):
        (tmp_path / name).mkdir()
        case = Case(tmp_path / name).parcels(*plots[::turn]).table("links", *links[::turn])
        case.areas("towns", {"town_code": "330604003", "town": "东关街道", "geometry": BOTH})
        case.areas(
            "platforms",
            {"platform_id": "P", "platform": "园", "level": "national", "geometry": far},
        )
        tables.append(case.run().summary)
    assert tables[0]["cluster"].notna().any()
    pd.testing.assert_frame_equal(*tables)


def test_the_sheet_by_unit_prints_parts_that_add_up_to_what_it_prints_below(result, district):
    write_outputs(result)
    rows = list(openpyxl.load_workbook(district / "out" / "lists.xlsx")["汇总"].values)
    top = next(number for number, row in enumerate(rows) if row[0] == "属地责任单位")
    checked = 0
    for place, heading in enumerate(rows[top]):
        if "亩" not in str(heading):
            continue
        cells = [Decimal(f"{row[place]:.9f}") for row in rows[top + 1 :] if row[place] is not None]
        hundredths = [cell.quantize(Decimal("0.01")) for cell in cells]
        assert all(abs(a - b) < Decimal("1e-8") for a, b in zip(cells, hundredths, strict=True))
        assert sum(hundredths[:-1]) == hundredths[-1], heading
        checked += 1
    assert checked > 10


@pytest.mark.parametrize("line", ["同属此类（已计入他类）", "此类待核"])
def test_land_in_a_second_category_or_in_doubt_has_a_total_by_category(result, district, line):
    write_outputs(result)
    cells = list(openpyxl.load_workbook(district / "out" / "lists.xlsx")["汇总表"].values)
    top = next(number for number, row in enumerate(cells) if row[0] == "分组")
    page = pd.DataFrame(cells[top + 1 :], columns=cells[top])
    page = page[page["计数方式"] == line]
    assert page["合计（亩）"].isna().all()  # across categories an 亩 stands several times
    figures = [name for name in page.columns if str(name).endswith("（亩）")][:-1]
    is_total = page["镇街、平台或所有权"] == "合计"
    assert is_total.sum() == 3
    assert len(page.loc[is_total, figures].drop_duplicates()) == 1
    for grouping in page["分组"].unique():
        there = page[page["分组"] == grouping]
        parts = (there[figures].astype(float) * 10).round().astype(int)
        assert (parts[there["镇街、平台或所有权"] != "合计"].sum() == parts.iloc[-1]).all()


def test_of_a_parcel_across_a_border_every_share_is_listed(tmp_path):
    case = Case(tmp_path).parcels({"parcel_id": "甲", **CERTIFIED})
    part = shapely.box(EAST - 50, NORTH - 50, EAST + 30, NORTH + 200)
    case.areas(
        "platforms",
        {"platform_id": "P1", "platform": "省级园", "level": "provincial", "geometry": part},
        {"platform_id": "P2", "platform": "小微园", "level": "micro_park", "geometry": BOTH},
    )
    places = case.run().places.set_index("place_id")
    assert places["share"].round(6).to_dict() == {"P1": 0.3, "P2": 1.0}
    assert places["chosen"].to_dict() == {"P1": False, "P2": True}
