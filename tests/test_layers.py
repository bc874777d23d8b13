"""The named layers: who is in them, how many, how much land, and what their legend says."""

from __future__ import annotations

import sqlite3

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landgov.errors import LandgovError
from landgov.layers import Layer, answer_word, build_layers
from map_sample import CATEGORIES, district, platforms, towns

THEMES = (
    "stock",
    "low_efficiency",
    "idle",
    "to_develop",
    "two_high",
    "four_without",
    "collective",
)


def named(layers: tuple[Layer, ...]) -> dict[str, Layer]:
    return {layer.key: layer for layer in layers}


@pytest.mark.parametrize(
    ("key", "legend"),
    [
        ("stock", "存量 10 宗 100.0 亩（另待核 1 宗 10.0 亩）"),
        ("low_efficiency", "低效 3 宗 30.0 亩（另待核 1 宗 10.0 亩）"),
        ("idle", "闲置 2 宗 20.0 亩（另待核 1 宗 10.0 亩）"),
        ("to_develop", "待开发 2 宗 20.0 亩（另待核 1 宗 10.0 亩）"),
        ("two_high", "两高 1 宗 10.0 亩（另待核 0 宗 0.0 亩）"),
        ("four_without", "四无 1 宗 10.0 亩（另待核 1 宗 10.0 亩）"),
        ("collective", "集体 1 宗 10.0 亩（另待核 0 宗 0.0 亩）"),
        ("base", "用地边界 12 宗 120.0 亩"),
        ("towns", "镇街界线 2 个"),
        ("platforms", "开发区（园区）平台 2 个"),
    ],
)
def test_the_legend_says_count_and_land_and_what_is_open(key: str, legend: str) -> None:
    layers = build_layers(district(), platforms=platforms(), towns=towns())
    assert named(layers)[key].legend == legend


def test_idle_land_that_is_excused_has_a_symbol_of_its_own() -> None:
    idle = named(build_layers(district()))["idle"]
    classes = {entry.key: entry for entry in idle.classes}
    assert list(classes["excused"].members) == ["P00005"]
    assert list(classes["idle"].members) == ["P00004"]
    assert classes["excused"].symbol != classes["idle"].symbol


def test_land_of_a_category_is_the_land_of_its_answers_not_of_whole_parcels() -> None:
    parcels = district()
    parcels.loc["P00000", "low_efficiency_mu"] = 2.5
    assert named(build_layers(parcels))["low_efficiency"].mu == 22.5


def test_land_that_cannot_be_summed_is_said_and_not_taken_for_nothing() -> None:
    parcels = district()
    parcels.loc["P00000", "low_efficiency_mu"] = np.nan
    layer = named(build_layers(parcels))["low_efficiency"]
    assert (layer.mu, layer.mu_missing) == (20.0, 1)
    assert "（1 宗面积待核）" in layer.legend
    parcels["low_efficiency_mu"] = np.nan
    assert "3 宗 面积待核" in named(build_layers(parcels))["low_efficiency"].legend


def test_land_in_doubt_counts_also_on_parcels_that_answer_yes() -> None:
    parcels = district()
    parcels.loc["P00000", "low_efficiency_unknown_mu"] = 4.0  # another enterprise on it
    layer = named(build_layers(parcels))["low_efficiency"]
    assert layer.legend == "低效 3 宗 30.0 亩（另待核 1 宗 14.0 亩）"
    assert next(entry for entry in layer.classes if entry.unknown).mu == 14.0


def test_land_that_cannot_be_summed_is_counted_in_doubt_only_on_parcels_in_doubt() -> None:
    parcels = district()
    parcels.loc[["P00000", "P00003"], "low_efficiency_unknown_mu"] = np.nan
    layer = named(build_layers(parcels))["low_efficiency"]
    assert layer.legend == "低效 3 宗 30.0 亩（另待核 1 宗 0.0 亩（1 宗面积待核））"


@pytest.mark.parametrize(
    ("idle", "stock", "open_idle", "open_to_develop"),
    [
        ("unknown", "yes", True, True),  # dates missing: may be idle, may be still in time
        ("unknown", "unknown", True, True),
        ("not_idle", "unknown", False, True),  # supply not told
        ("not_idle", "no", False, True),  # not supplied, and whether industrial is open
        ("not_idle", "yes", False, False),  # in use: whether low-efficiency is open
        ("suspended", "unknown", True, False),  # idle, and whether industrial is open
        ("excused", "yes", True, False),
    ],
)
def test_a_state_in_doubt_holds_what_may_still_be_of_that_state(
    idle: str, stock: str, open_idle: bool, open_to_develop: bool
) -> None:
    parcels = district(1)
    parcels["land_state"], parcels["idle"], parcels["stock"] = "unknown", idle, stock
    layers = named(build_layers(parcels))
    assert layers["idle"].unknown_count == open_idle
    assert layers["to_develop"].unknown_count == open_to_develop


def test_a_district_without_parcels_has_all_layers_with_nothing_in_them() -> None:
    layers = named(build_layers(district().iloc[:0]))
    assert {layers[key].count for key in THEMES} == {0}
    assert layers["stock"].legend == "存量 0 宗 0.0 亩（另待核 0 宗 0.0 亩）"


def test_a_parcel_out_of_scope_without_land_state_is_in_no_state_layer() -> None:
    parcels = district()
    parcels["land_state"] = parcels["land_state"].astype(object)
    parcels.loc["P00004", ["land_state", "idle"]] = None
    layer = named(build_layers(parcels))["idle"]
    assert (layer.count, layer.unknown_count) == (1, 1)


def test_a_missing_column_stops_the_internal_map_and_names_it() -> None:
    with pytest.raises(LandgovError, match="four_without_mu"):
        build_layers(district().drop(columns="four_without_mu"))


def test_what_an_audience_must_not_see_leaves_its_layer_out() -> None:
    parcels = district().drop(columns=["two_high", "two_high_mu", "two_high_unknown_mu"])
    keys = [layer.key for layer in build_layers(parcels, profile="public")]
    assert "two_high" not in keys
    assert "collective" in keys


def test_without_the_idle_column_idle_land_is_still_shown_in_one_class() -> None:
    layer = named(build_layers(district().drop(columns="idle"), profile="public"))["idle"]
    assert layer.count == 2
    assert [entry.count for entry in layer.classes] == [0, 2, 0]


def test_repeated_parcel_ids_are_refused() -> None:
    with pytest.raises(LandgovError, match="repeated"):
        build_layers(pd.concat([district(), district()]))


def test_order_of_rows_does_not_matter_and_the_input_stays_as_it_was() -> None:
    parcels = district(24)
    before = parcels.copy()
    shuffled = parcels.sample(frac=1, random_state=3)
    for one, other in zip(build_layers(parcels), build_layers(shuffled), strict=True):
        assert one.legend == other.legend
        assert one.members.equals(other.members)
    pd.testing.assert_frame_equal(pd.DataFrame(parcels), pd.DataFrame(before))


def test_every_thematic_layer_can_be_told_by_hatch_alone() -> None:
    layers = named(build_layers(district()))
    faces = [
        next(entry for entry in reversed(layers[key].classes) if not entry.unknown).symbol
        for key in THEMES
    ]
    assert len({symbol.fill for symbol in faces}) == len(THEMES)
    # 存量 and 闲置 are plain: one is light, the other dark.
    assert len({symbol.hatch for symbol in faces}) == len(THEMES) - 1
    for key in THEMES:
        for entry in layers[key].classes:
            assert (entry.symbol.fill == "") == entry.unknown


def test_words_of_answers_are_chinese_and_unknown_codes_stay() -> None:
    words = answer_word(pd.Series(["close_out", "new_code", None]), "pathway")
    assert words.tolist()[:2] == ["淘汰出清", "new_code"]
    assert pd.isna(words[2])


ANSWER = st.sampled_from(["yes", "no", "unknown", None])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                **dict.fromkeys(("stock", *CATEGORIES), ANSWER),
                "land_state": st.sampled_from(["idle", "to_develop", "in_use", "unknown", None]),
                "idle": st.sampled_from(["not_started", "excused", "not_idle", "unknown", None]),
            }
        ),
        max_size=12,
    )
)
def test_the_written_condition_of_a_class_selects_its_members(rows: list[dict[str, str]]) -> None:
    parcels = district(len(rows)).drop(columns="geometry") if rows else district().iloc[:0]
    parcels = pd.DataFrame(parcels)
    for name in ("stock", *CATEGORIES, "land_state", "idle"):
        parcels[name] = pd.Series([row[name] for row in rows], index=parcels.index, dtype=object)
    with sqlite3.connect(":memory:") as store:
        chosen = ["stock", *CATEGORIES, "land_state", "idle"]
        parcels[chosen].reset_index().drop(columns="geometry", errors="ignore").to_sql(
            "parcels", store, index=False
        )
        for layer in build_layers(parcels):
            if layer.table != "parcels":
                continue
            for entry in layer.classes:
                asked = f"SELECT parcel_id FROM parcels WHERE {entry.expression or '1'}"
                found = sorted(row[0] for row in store.execute(asked))
                assert found == list(entry.members)
            answered = sum(entry.count for entry in layer.classes if not entry.unknown)
            assert answered == layer.count
