"""The Parquet files of a run."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from landgov.publish.tables import write_tables
from publish_case import district


def test_every_table_there_is_has_its_file_and_an_absent_one_has_none(tmp_path):
    result = district()
    result.pairs = None
    assert write_tables(result, tmp_path) == {
        "parcels": 6,
        "enterprises": 2,
        "links": 4,
        "verdicts": 5,
        "issues": 3,
    }
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "enterprises.parquet",
        "issues.parquet",
        "links.parquet",
        "parcels.parquet",
        "verdicts.parquet",
    ]


def test_parcel_id_is_an_ordinary_first_column_and_no_index_is_stored(tmp_path):
    write_tables(district(), tmp_path)
    stored = pq.read_schema(tmp_path / "parcels.parquet")
    assert stored.names[0] == "parcel_id"
    assert json.loads(stored.metadata[b"pandas"])["index_columns"] == []


def test_geometry_comes_back_in_the_working_crs(tmp_path):
    result = district()
    write_tables(result, tmp_path)
    back = gpd.read_parquet(tmp_path / "parcels.parquet")
    assert back.crs.to_epsg() == 4549
    assert back.geometry.tolist() == result.parcels.geometry.tolist()


def test_answers_are_words_even_where_memory_holds_booleans(tmp_path):
    result = district()
    result.parcels["stock"] = pd.array([True, False, None] * 2, dtype="boolean")
    write_tables(result, tmp_path)
    back = pd.read_parquet(tmp_path / "parcels.parquet", columns=["stock"])
    assert back["stock"].tolist() == ["yes", "no", "unknown"] * 2


def test_an_empty_text_column_is_text_and_an_empty_number_is_a_number(tmp_path):
    result = district()
    result.parcels["site"] = pd.Series([None] * 6, index=result.parcels.index, dtype=object)
    result.parcels["plot_ratio"] = pd.Series([None] * 6, index=result.parcels.index, dtype=object)
    write_tables(result, tmp_path)
    stored = pq.read_schema(tmp_path / "parcels.parquet")
    assert "string" in str(stored.field("site").type)
    assert str(stored.field("plot_ratio").type) == "double"


def test_the_order_of_rows_in_memory_does_not_reach_the_file(tmp_path):
    result = district()
    write_tables(result, tmp_path / "a")
    shuffled = {name: frame.sample(frac=1, random_state=7) for name, frame in vars(result).items()}
    write_tables(shuffled, tmp_path / "b")
    for name in vars(result):
        first, second = ((tmp_path / side / f"{name}.parquet").read_bytes() for side in "ab")
        assert first == second, name


def test_an_index_without_a_name_is_the_key_where_the_table_has_one_key(tmp_path):
    result = district()
    result.enterprises = result.enterprises.rename_axis(None)
    write_tables(result, tmp_path)
    assert pq.read_schema(tmp_path / "enterprises.parquet").names[0] == "enterprise_id"


def test_the_frames_in_memory_are_left_as_they_are(tmp_path):
    result = district()
    before = {name: frame.copy() for name, frame in vars(result).items()}
    write_tables(result, tmp_path)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(getattr(result, name), frame)


def test_lists_of_parcels_in_a_site_stay_lists(tmp_path):
    sites = pd.DataFrame({"parcels": [["A", "B"], ["C"]], "mu": [60.0, np.nan]}, index=["S1", "S2"])
    write_tables({"sites": sites}, tmp_path)
    back = pd.read_parquet(tmp_path / "sites.parquet")
    assert back["site"].tolist() == ["S1", "S2"]
    assert [list(each) for each in back["parcels"]] == [["A", "B"], ["C"]]


def test_a_write_that_fails_leaves_the_old_file_and_no_litter(tmp_path):
    write_tables(district(), tmp_path)
    before = (tmp_path / "links.parquet").read_bytes()
    broken = pd.DataFrame({"parcel_id": ["A"], "x": [object()]})
    with pytest.raises(Exception, match=r"(?i)object|convert|type"):
        write_tables({"links": broken}, tmp_path)
    assert (tmp_path / "links.parquet").read_bytes() == before
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(".")]
