"""The shapes of the demonstration district: a true tiling, and only planted overlaps and gaps."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from demo_reading import answers, features, rows
from landgov.demo import make_demo

TOWNS = {
    "330604001": "百官街道", "330604002": "曹娥街道", "330604003": "东关街道",
    "330604004": "道墟街道", "330604005": "梁湖街道", "330604006": "小越街道",
    "330604007": "崧厦街道", "330604101": "长塘镇", "330604102": "上浦镇",
    "330604103": "汤浦镇", "330604104": "章镇镇", "330604105": "下管镇",
    "330604106": "丰惠镇", "330604107": "永和镇", "330604109": "驿亭镇",
    "330604111": "谢塘镇", "330604112": "盖北镇", "330604200": "岭南乡",
    "330604201": "陈溪乡", "330604202": "丁宅乡",
}  # fmt: skip


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean") / "demo"
    make_demo(folder, parcels=3000, clean=True)
    return folder


@pytest.fixture(scope="module")
def parcels(clean: Path) -> gpd.GeoDataFrame:
    return features(clean, "inputs/parcels.gpkg").set_index("宗地代码")


def pairs(clean: Path, relation: str) -> list[tuple[str, str]]:
    table = answers(clean, "contiguity")
    table = table[table["relation"] == relation]
    return list(zip(table["left"], table["right"], strict=True))


def test_the_twenty_towns_have_their_codes_and_names(clean: Path) -> None:
    towns = features(clean, "inputs/towns.fgb")
    assert dict(zip(towns["镇街代码"], towns["镇街"], strict=True)) == TOWNS


def test_the_towns_fill_the_frame_without_gap_or_overlap(clean: Path) -> None:
    towns = features(clean, "inputs/towns.fgb")
    assert shapely.coverage_is_valid(towns.geometry.to_numpy())
    assert towns.area.sum() == pytest.approx(55_000 * 74_000, abs=1e-3)
    assert towns.total_bounds.tolist() == [557_000, 3_286_000, 612_000, 3_360_000]


def test_every_town_has_parcels_and_some_lie_across_a_border(clean: Path) -> None:
    stated = answers(clean, "parcels")
    assert set(stated["town_code"]) == set(TOWNS)
    places = answers(clean, "places")
    for kind in ("town", "platform"):
        across = places.loc[places["kind"] == kind]
        assert len(across) > 10
    whole = places[places["kind"] == "town"].groupby("parcel_id")["share"]
    assert whole.apply(lambda shares: abs(sum(map(float, shares)) - 1) < 1e-5).all()


def test_platforms_of_every_level_overlap_and_some_have_ended_or_not_begun(clean: Path) -> None:
    platforms = features(clean, "inputs/platforms.geojson").set_index("平台编号")
    assert platforms["平台级别"].nunique() == 5
    assert platforms.loc["PT-02"].geometry.intersects(platforms.loc["PT-11"].geometry)
    held = set(answers(clean, "parcels")["platform_id"])
    assert {"PT-15", "PT-16"}.isdisjoint(held)  # ended 2021-06-30; begins 2023-03-01
    assert {"PT-01", "PT-02", "PT-14", "PT-21", "PT-31", "none"} <= held


def overlaps(parcels: gpd.GeoDataFrame) -> set[frozenset[str]]:
    shapes = parcels.geometry.to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = left < right
    area = shapely.area(shapely.intersection(shapes[left[once]], shapes[right[once]]))
    names = parcels.index.to_numpy()
    over = area > 0.5
    return {frozenset(pair) for pair in zip(names[left[once]][over], names[right[once]][over],
                                            strict=True)}  # fmt: skip


def test_shapes_of_a_clean_district_are_valid_and_none_overlaps(
    parcels: gpd.GeoDataFrame,
) -> None:
    assert shapely.is_valid(parcels.geometry.to_numpy()).all()
    assert not overlaps(parcels)


def test_exactly_the_planted_shapes_overlap_or_stand_twice(tmp_path: Path) -> None:
    make_demo(tmp_path / "demo", parcels=3000)
    sent = features(tmp_path / "demo", "inputs/parcels.gpkg").set_index("宗地代码")
    issues = answers(tmp_path / "demo", "issues")
    sound = sent[~sent.index.duplicated(keep=False) & sent.geometry.is_valid & sent.area.gt(0)]
    found = overlaps(sound)
    for kind, count in (("overlap", 3), ("identical_geometry", 2)):
        listed = set(issues.loc[issues["kind"] == kind, "key"])
        mine = {pair for pair in found if pair & listed}
        assert len(mine) == count
        # An overlap is told once, at the first of the two; of one shape each copy is told.
        assert {min(pair) for pair in mine} <= listed <= set().union(*mine)
        if kind == "identical_geometry":
            assert all(sound.geometry[a].equals_exact(sound.geometry[b], 0) for a, b in mine)
        found -= mine
    assert not found


def test_the_other_defects_of_shape_are_as_they_are_called(tmp_path: Path) -> None:
    make_demo(tmp_path / "demo", parcels=3000)
    shapes = features(tmp_path / "demo", "inputs/parcels.gpkg").geometry.to_numpy()
    issues = answers(tmp_path / "demo", "issues").set_index("kind")

    def planted(kind: str) -> list[shapely.Geometry]:
        return [shapes[int(row) - 1] for row in issues.loc[[kind], "row"]]

    assert {shapely.get_num_geometries(shape) for shape in planted("multipart")} == {2}
    assert all(shape.area < 1 for shape in planted("tiny_geometry"))
    for shape in planted("duplicate_points"):
        steps = np.diff(shapely.get_coordinates(shape), axis=0)
        assert (np.hypot(*steps.T) == 0).sum() == 1
    for shape in planted("spike"):
        shorn = shape.buffer(-0.05, join_style="mitre").buffer(0.05, join_style="mitre")
        assert shape.bounds != shorn.bounds
        assert shape.area - shorn.area == pytest.approx(0.05, abs=0.02)
    for shape in planted("invalid_geometry"):
        assert shape.buffer(0).area == pytest.approx(shape.convex_hull.area, rel=0.4)
        assert abs(shapely.make_valid(shape).area - shape.area) < 0.3
    for shape in planted("repair_refused"):
        mended = shapely.make_valid(shape).area
        assert abs(mended - shape.area) > 0.5 * mended


def test_the_planted_gap_is_three_centimetres_and_a_lane_is_over_ten_metres(
    clean: Path, parcels: gpd.GeoDataFrame
) -> None:
    shapes = parcels.geometry
    for relation, low, high in (
        ("gap_3cm", 0.025, 0.031),
        ("corner", 0.0, 0.0),
        ("edge", 0.0, 0.0),
        ("road", 10.0, 1000.0),
    ):
        listed = pairs(clean, relation)
        assert listed, relation
        apart = [shapes[left].distance(shapes[right]) for left, right in listed]
        assert low <= min(apart), relation
        assert max(apart) <= high, relation


def test_the_planted_t_junction_lacks_its_node(clean: Path, parcels: gpd.GeoDataFrame) -> None:
    (long_side, first), (again, second) = pairs(clean, "t_junction")
    assert long_side == again
    corners = [
        set(map(tuple, shapely.get_coordinates(parcels.geometry[name])))
        for name in (long_side, first, second)
    ]
    meeting = corners[1] & corners[2]
    assert len(corners[0] & (corners[1] | corners[2])) == 2  # only the ends of the long side
    assert len(meeting) == 2
    assert not meeting & corners[0]
    node = min(parcels.geometry[long_side].distance(shapely.Point(xy)) for xy in meeting)
    assert node < 0.005


def test_edge_pairs_share_a_line_and_corner_pairs_a_point(
    clean: Path, parcels: gpd.GeoDataFrame
) -> None:
    for relation, shortest in (("edge", 1.0), ("corner", 0.0)):
        left, right = map(list, zip(*pairs(clean, relation), strict=True))
        common = shapely.intersection(
            parcels.geometry[left].to_numpy(), parcels.geometry[right].to_numpy()
        )
        if shortest:
            assert shapely.length(common).min() > shortest
        else:
            assert set(shapely.get_type_id(common)) == {0}


def test_lots_are_varied_with_holes_parts_and_inner_corners(parcels: gpd.GeoDataFrame) -> None:
    mu = parcels.area * 3 / 2000
    assert 1 <= mu.min() < 3
    assert 40 < mu.max() < 100
    parts = shapely.get_num_geometries(parcels.geometry.to_numpy())
    assert (parts == 2).sum() >= 3
    holes = shapely.get_num_interior_rings(shapely.get_geometry(parcels.geometry.to_numpy(), 0))
    assert (holes == 1).sum() >= 3
    full = shapely.area(shapely.convex_hull(parcels.geometry.to_numpy()))
    assert (parcels.area / full < 0.9).sum() > 50


def test_certificates_agree_with_the_shapes_within_half_a_percent(
    parcels: gpd.GeoDataFrame,
) -> None:
    cert = parcels["发证面积_亩"]
    mu = parcels.area * 3 / 2000
    close = (cert / mu - 1).abs().dropna()
    # Two decimals of a small lot round by 0.25 %; the overlapping lot has grown.
    assert (close < 0.008).all()
    assert 0.01 < cert.isna().mean() < 0.05


def test_no_parcel_stands_in_the_river_the_redline_or_across_a_road(clean: Path) -> None:
    barriers = features(clean, "inputs/barriers.fgb")
    assert set(barriers["障碍类型"]) == {"道路", "河流", "生态红线"}
    parcels = features(clean, "inputs/parcels.gpkg")
    tree = shapely.STRtree(parcels.geometry.to_numpy())
    assert not tree.query(barriers.geometry.to_numpy(), predicate="intersects").size


def test_no_building_reaches_beyond_the_parcels(clean: Path, parcels: gpd.GeoDataFrame) -> None:
    buildings = features(clean, "inputs/buildings.shp")
    held = gpd.sjoin(buildings, parcels[["geometry"]], predicate="within")
    assert len(held.index.unique()) == len(buildings) > 300


def test_splits_and_merges_keep_the_land(clean: Path, parcels: gpd.GeoDataFrame) -> None:
    before = features(clean, "earlier/parcels_2021.gpkg").set_index("宗地代码")
    lineage = answers(clean, "lineage")
    assert set(lineage["kind"]) == {"split", "merge", "renumbered", "new"}
    for (kind, name), group in lineage.groupby(["kind", "before"]):
        if kind == "new":
            assert set(group["after"]).isdisjoint(before.index)
            continue
        assert name in before.index
        assert name not in parcels.index
        if kind == "split":
            assert sum(map(float, group["share_of_before"])) == pytest.approx(1, abs=1e-5)
            now = parcels.geometry[list(group["after"])].union_all()
            assert now.symmetric_difference(before.geometry[name]).area < 0.01
    for name, group in lineage[lineage["kind"] == "merge"].groupby("after"):
        then = before.geometry[list(group["before"])].union_all()
        assert then.symmetric_difference(parcels.geometry[name]).area < 0.5
    new = parcels.geometry[list(lineage.loc[lineage["kind"] == "new", "after"])].area.sum()
    assert before.area.sum() + new == pytest.approx(parcels.area.sum(), abs=1)


ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def true_check_character(code: str) -> str:
    """GB 32100 by hand: Σ value × 3^i mod 31."""
    total = sum(ALPHABET.index(letter) * pow(3, i, 31) for i, letter in enumerate(code[:17]))
    return ALPHABET[(31 - total % 31) % 31]


def test_the_hand_check_agrees_with_a_published_code() -> None:
    assert true_check_character("91350100M000100Y43") == "3"


def test_every_credit_code_of_the_clean_district_has_its_check_character(clean: Path) -> None:
    codes = [row["统一社会信用代码"] for row in rows(clean, "inputs/enterprises.xlsx")]
    assert len(set(codes)) == len(codes) > 1000
    for code in codes:
        assert code.startswith("91330604X")
        assert true_check_character(code) == code[17]
        weights = (3, 7, 9, 10, 5, 8, 4, 2)
        inner = 11 - sum(w * int(c, 36) for w, c in zip(weights, code[8:16], strict=True)) % 11
        assert {10: "X", 11: "0"}.get(inner, str(inner)) == code[16]


def test_parcel_codes_follow_the_ownership_that_is_reported(parcels: gpd.GeoDataFrame) -> None:
    right = parcels.index.str[12:14]
    words = parcels["土地所有权性质"].fillna("").to_numpy()
    assert set(words[right == "GB"]) == {"国有", "20"}
    assert set(words[right == "JB"]) == {"集体", "30", "40"}
    assert np.isin(parcels.index.str[:6], ["330604", "330682"]).all()
