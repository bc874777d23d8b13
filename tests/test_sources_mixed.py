"""Encodings proved by strict decoding: the row and the field that break it are named."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

from landgov.errors import LandgovError
from landgov.sources import load, read_table, read_vector, recognise, toml_of
from landgov.sources.mixed import mixture
from real_input import FOLDER, land_market_records
from sources_builder import parcels, put, workspace

HEAD = "企业代码,企业名称,备注\n"
SIGN = "虚构机械有限公司"


def refused(path) -> str:
    with pytest.raises(LandgovError) as caught:
        read_table(path)
    return str(caught.value)


@pytest.mark.parametrize(("main", "other"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
@pytest.mark.parametrize("row", [2, 37])
def test_a_line_in_another_encoding_is_named_with_its_row_and_field(tmp_path, main, other, row):
    lines = [HEAD.encode(main)] + [f"{n},{SIGN}{n},x\n".encode(main) for n in range(2, 60)]
    lines[row - 1] = f"{row},{SIGN}{row},x\n".encode(other)
    said = refused(put(tmp_path, "a.csv", b"".join(lines)))
    assert f"第 {row} 行、“企业名称”不是 {main.upper()}，其余是 {main.upper()}：混合编码" in said
    assert said.count("第 ") == 1


def test_the_field_is_told_by_the_headings_below_a_title_and_within_quotes(tmp_path):
    text = (
        f'情况表\n{HEAD}1,甲,"x,{SIGN}"\n'.encode()
        + b'2,\xd2\xd2,"a,b"\n'
        + f"3,{SIGN},\n".encode()
    )
    assert "第 4 行、“企业名称”不是 UTF-8" in refused(put(tmp_path, "a.csv", text))


def test_many_odd_lines_are_counted_and_three_are_named(tmp_path):
    good = b"".join(f"{n},{SIGN},x\n".encode() for n in range(20))
    said = refused(put(tmp_path, "a.csv", HEAD.encode() + good + b"9,\xb9\xab\xcb\xbe,x\n" * 5))
    assert "第 22 行" in said
    assert "第 24 行" in said
    assert "第 25 行" not in said
    assert "等 5 处" in said


def test_a_stated_encoding_that_does_not_fit_names_the_row(tmp_path):
    path = put(tmp_path, "a.csv", HEAD.encode("gbk") + b"1,\xff\xff,x\n")
    with pytest.raises(LandgovError, match="第 2 行、“企业名称”"):
        read_table(path, encoding="gbk")


def test_a_stated_encoding_lets_a_doubtful_file_pass(tmp_path):
    raw = HEAD.encode("gbk") + f"1,{SIGN},x\n".encode()
    path = put(tmp_path, "a.csv", raw)
    assert "第 2 行" in refused(path)
    assert len(read_table(path, encoding="gb18030")[0]) == 1


def test_bytes_of_no_encoding_at_all_are_unclear(tmp_path):
    assert "既不是 UTF-8，也不是 GB18030" in refused(put(tmp_path, "a.csv", b"\xff,\xff\n" * 5))


def test_text_in_gbk_alone_is_no_mixture():
    # Every sign of the first level of GB 2312, in words of every length from one to eight.
    signs = bytes(b for lead in range(0xB0, 0xD8) for t in range(0xA1, 0xFA) for b in (lead, t))
    text = signs.decode("gb2312")
    words = [text[at : at + size] for size in range(1, 9) for at in range(0, len(text) - 8, 3)]
    assert mixture("\n".join(words).encode("gbk")) is None


def test_a_dbf_with_one_record_in_another_encoding_names_record_and_field(tmp_path):
    frame = parcels(4)
    path = tmp_path / "a.shp"
    frame.assign(权利人=SIGN).to_file(path, encoding="utf-8")
    path.with_suffix(".cpg").unlink()
    table = path.with_suffix(".dbf")
    raw = table.read_bytes()
    good, odd = SIGN.encode(), SIGN.encode("gbk")
    at = raw.rfind(good)
    table.write_bytes(raw[:at] + odd.ljust(len(good)) + raw[at + len(good) :])
    with pytest.raises(LandgovError, match="第 4 条记录、“权利人”不是 UTF-8"):
        read_vector(path)


def test_geojson_in_gbk_is_recognised_and_read_as_a_layer(tmp_path):
    folder = workspace(tmp_path)
    made = tmp_path / "inputs" / "地块.geojson"
    parcels(3, crs=4326).to_file(made)
    made.write_bytes(made.read_text(encoding="utf-8").encode("gbk"))
    (tmp_path / "inputs" / "地块.gpkg").unlink()
    path = folder / "landgov.toml"
    drafted = toml_of(recognise(folder))
    assert 'encoding = "gb18030"' in drafted
    path.write_text(path.read_text(encoding="utf-8").replace("地块.gpkg", "地块.geojson"))
    (table,) = load(folder)[1]
    assert table.frame["holder_name"].tolist() == ["甲1厂", "甲2厂", "甲3厂"]
    assert isinstance(table.geometry, gpd.GeoSeries)


real = pytest.mark.skipif(not FOLDER.is_dir(), reason="the real files are not here")


@real
def test_the_land_market_file_is_one_table_of_241_rows():
    table, issues = read_table(FOLDER / "land-records" / "landchina_2019_gbk.json")
    records = land_market_records()
    assert len(table) == len(records) == 241
    assert table["idnumber"].fillna("").tolist() == [one.get("idnumber", "") for one in records]
    assert table["price"].fillna("").tolist() == [one.get("price", "") for one in records]
    assert sorted(issues["kind"]) == ["encoding", "glued_arrays"]


@real
def test_the_land_market_file_loads_as_contracts_and_the_draft_names_it(tmp_path):
    source = FOLDER / "land-records" / "landchina_2019_gbk.json"
    put(tmp_path, "供地.json", source.read_bytes())
    columns = (
        'columns = { parcel_id = "idnumber", agreed_start = "time4commencement_plan", '
        'signed_on = "date4sign", price_wan = "price" }\n'
    )
    block = f'[sources.contracts]\npath = "inputs/供地.json"\n{columns}'
    found = load(workspace(tmp_path, block))[1][1]
    assert len(found.frame) == 241
    assert pd.Series(found.rows).tolist() == list(range(1, 242))
    (tmp_path / "landgov.toml").unlink()
    assert "供地.json" in toml_of(recognise(tmp_path))
