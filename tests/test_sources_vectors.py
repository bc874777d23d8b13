"""Vector files of every format: Chinese names, exact codes, encodings, broken records."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from landgov.errors import LandgovError
from landgov.sources import load, read_table, read_vector, stream_vector
from sources_builder import EAST, NORTH, PROJECT, parcels, toml, workspace

FORMATS = ["a.gpkg", "a.geojson", "a.fgb", "a.gdb", "a.parquet", "a.shp"]


def written(folder: Path, name: str, frame: gpd.GeoDataFrame | None = None, **options) -> Path:
    path = folder / name
    frame = parcels(3) if frame is None else frame
    if name.endswith(".parquet"):
        frame.to_parquet(path)
    elif name.endswith(".gdb"):
        frame.to_file(path, driver="OpenFileGDB", layer="宗地", **options)
    elif name.endswith(".shp"):
        frame.to_file(path, **{"encoding": "gb18030"} | options)
    else:
        frame.to_file(path, **options)
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_names_values_and_shapes_come_back_from_every_format(tmp_path, name):
    made = parcels(3)
    made["件数"] = pd.array([913306001234567891, None, 2], dtype="Int64")
    table, issues = read_vector(written(tmp_path, name, made))
    table = table.sort_values("宗地代码", ignore_index=True)
    assert table["宗地代码"].tolist() == made["宗地代码"].tolist()
    assert table["权利人"].tolist() == ["甲1厂", "甲2厂", "甲3厂"]
    assert table["发证面积"].tolist() == [15.0, 16.0, 17.0]
    assert table.crs.to_epsg() == 4549
    assert table.geometry.area.tolist() == pytest.approx([10_000.0] * 3)
    assert not (issues["severity"] == "error").any()


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "a.parquet"])
def test_the_stream_gives_what_the_bulk_reader_gives(tmp_path, name):
    path = written(tmp_path, name, parcels(5))
    bulk = read_vector(path)[0]
    parts = list(stream_vector(path, batch=2))
    assert [len(part) for part in parts] == [2, 2, 1]
    assert [list(part.index) for part in parts] == [[1, 2], [3, 4], [5]]
    streamed = pd.concat(parts)
    assert streamed["宗地代码"].tolist() == bulk["宗地代码"].tolist()
    assert shapely.equals(streamed.geometry.array, bulk.geometry.array).all()


@pytest.mark.parametrize("name", FORMATS)
def test_a_missing_shape_stays_missing_and_its_row_stays(tmp_path, name):
    made = parcels(3)
    made.loc[1, "geometry"] = None
    options = {"SPATIAL_INDEX": "NO"} if name == "a.fgb" else {}
    table = read_vector(written(tmp_path, name, made, **options))[0]
    assert table.geometry.isna().tolist() == [False, True, False]


def test_topojson_has_no_crs_and_needs_one(tmp_path):
    square = [[120.868, 30.033], [120.869, 30.033], [120.869, 30.034], [120.868, 30.033]]
    topology = {
        "type": "Topology",
        "objects": {
            "宗地": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": [[0]], "properties": {"宗地代码": "甲001"}}
                ],
            }
        },
        "arcs": [square],
    }
    path = tmp_path / "a.topojson"
    path.write_text(json.dumps(topology, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(LandgovError, match="crs = 4549"):
        read_vector(path)
    table = read_vector(path, crs=4490)[0]
    assert table["宗地代码"].tolist() == ["甲001"]
    assert table.crs.to_epsg() == 4490
    assert table.geometry.iloc[0].bounds == (120.868, 30.033, 120.869, 30.034)


def test_geojson_without_a_crs_is_wgs84(tmp_path):
    path = written(tmp_path, "a.geojson", parcels(crs=4326), RFC7946=True)
    assert '"crs"' not in path.read_text(encoding="utf-8")
    assert read_vector(path)[0].crs.to_epsg() == 4326


def test_geojson_whose_type_comes_last_is_read(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text('{"features": [], "type": "FeatureCollection"}', encoding="utf-8")
    assert len(read_vector(path)[0]) == 0


def test_geojson_in_gbk_is_read_and_the_choice_recorded(tmp_path):
    path = written(tmp_path, "a.geojson")
    expected = read_vector(path)[0]
    raw = path.read_text(encoding="utf-8").encode("gbk")
    path.write_bytes(raw)
    table, issues = read_vector(path)
    pd.testing.assert_frame_equal(table, expected)
    assert issues["value"][issues["kind"] == "encoding"].tolist() == ["gb18030"]
    assert path.read_bytes() == raw


def test_geojson_in_no_encoding_is_refused(tmp_path):
    path = written(tmp_path, "a.geojson")
    path.write_bytes(path.read_bytes().replace("甲".encode(), b"\xff\xff"))
    with pytest.raises(LandgovError, match="编码"):
        read_vector(path)


def test_json_of_another_kind_is_refused_before_gdal_sees_it(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text('{"type": "gdal_streamed_alg", "command_line": "gdal"}', encoding="utf-8")
    with pytest.raises(LandgovError, match="GeoJSON"):
        read_vector(path)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_a_shapefile_without_cpg_is_read_in_its_encoding_and_says_so(tmp_path, encoding):
    made = parcels(2).rename(columns={"宗地代码": "宗地", "发证面积": "面积"})
    path = written(tmp_path, "a.shp", made, encoding=encoding)
    path.with_suffix(".cpg").unlink()
    table, issues = read_vector(path)
    assert table["权利人"].tolist() == ["甲1厂", "甲2厂"]
    note = issues[issues["kind"] == "encoding"].iloc[0]
    assert (note["value"], note["severity"]) == (encoding, "note")


def test_a_shapefile_whose_cpg_is_wrong_is_read_by_what_its_bytes_are(tmp_path):
    path = written(tmp_path, "a.shp")
    path.with_suffix(".cpg").write_text("UTF-8")
    table, issues = read_vector(path)
    assert table["权利人"].tolist() == ["甲1厂", "甲2厂", "甲3厂"]
    assert issues["kind"].tolist() == ["encoding"]


def test_a_stated_encoding_of_a_shapefile_must_decode_strictly(tmp_path):
    path = written(tmp_path, "a.shp")
    with pytest.raises(LandgovError, match="编码"):
        read_vector(path, encoding="utf-8")
    assert read_vector(path, encoding="gbk")[0]["权利人"].tolist()[0] == "甲1厂"


def test_names_cut_within_a_sign_are_recognised_by_their_beginning(tmp_path):
    folder = workspace(tmp_path)
    made = parcels(2).rename(columns={"权利人": "土地所有权性质"})
    made["土地所有权性质"] = ["20", "30"]
    made.to_file(folder / "inputs" / "a.shp", encoding="utf-8")
    toml(folder, PROJECT + '[sources.parcels]\npath = "inputs/a.shp"\n')
    table = load(folder)[1][0]
    assert table.frame["parcel_id"].tolist() == made["宗地代码"].tolist()
    assert table.frame["area_cert_mu"].tolist() == [15.0, 16.0]
    assert table.frame["ownership"].tolist() == ["20", "30"]
    kinds = [note["kind"] for note in table.notes]
    assert kinds.count("heading_cut") == 3
    assert "cut_text" in kinds


def test_a_text_cut_within_a_sign_loses_only_that_sign(tmp_path):
    made = parcels(1).rename(columns={"宗地代码": "宗地", "发证面积": "面积"})
    path = written(tmp_path, "a.shp", made, encoding="utf-8")
    table = path.with_suffix(".dbf")
    raw = table.read_bytes()
    name = "甲1厂".encode().ljust(80)
    assert name in raw
    long = ("厂" * 30).encode()[:80]
    table.write_bytes(raw.replace(name, long))
    got, issues = read_vector(path)
    assert got["权利人"].tolist() == ["厂" * 26]
    assert "cut_text" in issues["kind"].tolist()


def test_a_deleted_record_is_left_out_and_counted_and_the_others_keep_their_numbers(tmp_path):
    folder = workspace(tmp_path)
    path = written(folder / "inputs", "a.shp", parcels(3))
    raw = bytearray(path.with_suffix(".dbf").read_bytes())
    header, width = int.from_bytes(raw[8:10], "little"), int.from_bytes(raw[10:12], "little")
    raw[header + width] = ord("*")
    path.with_suffix(".dbf").write_bytes(raw)
    toml(folder, PROJECT + '[sources.parcels]\npath = "inputs/a.shp"\n')
    table = load(folder)[1][0]
    assert table.rows.tolist() == [1, 3]
    assert [note["value"] for note in table.notes if note["kind"] == "deleted_records"] == ["1"]


def test_a_shapefile_that_is_shorter_than_it_says_is_unreadable(tmp_path):
    for ending in (".shp", ".dbf"):
        path = written(tmp_path, "a.shp", parcels(50))
        part = path.with_suffix(ending)
        part.write_bytes(part.read_bytes()[: part.stat().st_size // 2])
        with pytest.raises(LandgovError, match=ending):
            read_vector(path)


def test_height_is_dropped_with_a_note(tmp_path):
    made = parcels(2)
    made["geometry"] = shapely.force_3d(made.geometry.array, 5.0)
    for name in ("a.gpkg", "a.parquet", "a.geojson"):
        table, issues = read_vector(written(tmp_path, name, made))
        assert not table.geometry.has_z.any()
        assert issues["kind"].tolist() == ["dimensions"]


def test_a_record_that_can_not_be_read_is_named_and_the_others_stay(tmp_path):
    path = tmp_path / "a.geojson"
    good = [[[120.0, 30.0], [120.1, 30.0], [120.1, 30.1], [120.0, 30.0]]]
    features = [
        {
            "type": "Feature",
            "properties": {"编号": n},
            "geometry": {"type": "Polygon", "coordinates": c},
        }
        for n, c in (("甲", good), ("乙", [[[120.0, 30.0], [120.1, 30.0]]]), ("丙", good))
    ]
    content = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    table, issues = read_vector(path)
    assert table["编号"].tolist() == ["甲", "乙", "丙"]
    assert table.geometry.isna().tolist() == [False, True, False]
    errors = issues[issues["severity"] == "error"]
    assert errors["row"].tolist() == [2]


def test_codes_stored_as_numbers_become_plain_text_and_long_ones_are_refused(tmp_path):
    folder = workspace(tmp_path)
    made = parcels(3)
    made["权利人代码"] = [330604001001.0, 913306001234567800.0, np.nan]
    made["land_code"] = pd.array([913306001234567891, None, 7], dtype="Int64")
    for name in ("a.gpkg", "a.fgb", "a.parquet"):
        written(folder / "inputs", name, made)
        toml(folder, PROJECT + f'[sources.parcels]\npath = "inputs/{name}"\n')
        table = load(folder)[1][0]
        frame = table.frame.set_index("parcel_id").sort_index()
        assert frame["holder_id"].tolist() == ["330604001001", np.nan, np.nan]
        assert frame["land_code"].tolist() == ["913306001234567891", np.nan, "7"]
        bad = [note for note in table.notes if note["kind"] == "bad_number_code"]
        assert [(note["field"], note["value"]) for note in bad] == [
            ("holder_id", "913306001234567800")
        ]


def test_native_values_stay_native_where_the_column_is_no_text(tmp_path):
    folder = workspace(tmp_path)
    made = parcels(2)
    made["是否危房"] = pd.array([True, None], dtype="boolean")
    made["占用起始日期"] = pd.to_datetime(["2010-05-01", None])
    made["信访件数"] = pd.array([3, None], dtype="Int64")
    made["权属性质"] = [20, 30]
    written(folder / "inputs", "地块.gpkg", made, layer="宗地")
    text = PROJECT + '[sources.parcels]\npath = "inputs/地块.gpkg"\n'
    toml(folder, text + "constants = { redevelopable = true, planned_use = '工业' }\n")
    frame = load(folder)[1][0].frame
    assert frame["structure_unsafe"].dtype == "boolean"
    assert frame["occupied_since"].tolist() == [pd.Timestamp("2010-05-01"), pd.NaT]
    assert frame["petitions"].tolist()[0] == 3.0
    assert frame["ownership"].tolist() == ["20", "30"]
    assert frame["redevelopable"].tolist() == [True, True]
    assert frame["planned_use"].tolist() == ["工业", "工业"]


def test_a_vector_file_may_supply_a_table_without_geometry(tmp_path):
    folder = workspace(tmp_path)
    made = parcels(2)
    made["统一社会信用代码"] = ["甲", "乙"]
    written(folder / "inputs", "links.gpkg", made)
    text = PROJECT + '[sources.parcels]\npath = "inputs/地块.gpkg"\n'
    toml(folder, text + '[sources.links]\npath = "inputs/links.gpkg"\n')
    links = load(folder)[1][1]
    assert links.geometry is None
    assert links.frame["enterprise_id"].tolist() == ["甲", "乙"]


def test_the_only_layer_that_fits_is_taken_with_a_note(tmp_path):
    folder = workspace(tmp_path)
    path = folder / "inputs" / "地块.gpkg"
    parcels(1).rename(columns={"宗地代码": "备注"}).to_file(path, layer="注记")
    table = load(folder)[1][0]
    assert (table.sheet, [note["kind"] for note in table.notes]) == ("宗地", ["layer"])


def test_read_table_gives_the_attributes_of_a_vector_file_as_text(tmp_path):
    table = read_table(written(tmp_path, "a.gpkg"))[0]
    assert table["发证面积"].tolist() == ["15", "16", "17"]


def test_an_empty_shapefile_is_read(tmp_path):
    path = written(tmp_path, "a.shp", parcels(1).iloc[:0])
    assert len(read_vector(path)[0]) == 0


def test_a_text_that_is_no_utf8_costs_its_record_only(tmp_path):
    path = written(tmp_path, "a.gpkg")
    path.write_bytes(path.read_bytes().replace("甲2厂".encode(), b"\xb9\xa42\xb3\xa7\xb0\xa1"))
    table, issues = read_vector(path)
    assert table["权利人"].dropna().tolist() == ["甲1厂", "甲3厂"]
    assert issues[issues["severity"] == "error"]["row"].tolist() == [2]


def test_a_curved_border_becomes_straight_pieces_with_a_note(tmp_path):
    corners = [(0, 0), (50, 50), (100, 0), (50, -50), (0, 0)]
    circle = struct.pack("<BII", 1, 8, 5) + b"".join(
        struct.pack("<dd", EAST + x, NORTH + y) for x, y in corners
    )
    path = tmp_path / "a.gpkg"
    pyogrio.raw.write(
        path,
        geometry=np.array([struct.pack("<BII", 1, 10, 1) + circle], dtype=object),
        field_data=[np.array(["甲"], dtype=object)],
        fields=["编号"],
        geometry_type="Unknown",
        crs="EPSG:4549",
        driver="GPKG",
    )
    table, issues = read_vector(path)
    assert table.geometry.area.iloc[0] == pytest.approx(np.pi * 50**2, rel=1e-3)
    assert issues["kind"].tolist() == ["curved"]
