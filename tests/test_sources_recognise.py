"""The first landgov.toml of a folder: tables told by their headings, everything else marked."""

from __future__ import annotations

import contextlib
import tempfile
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landgov.errors import LandgovError, WorkspaceError
from landgov.sources import load, recognise, toml_of, write_toml
from sources_builder import book, parcels, put


def district(folder: Path) -> Path:
    (folder / "inputs" / "规划").mkdir(parents=True)
    parcels(3, crs=4490).to_file(folder / "inputs" / '地"块.gpkg', layer="宗地")
    put(
        folder,
        "links.csv",
        "宗地代码,统一社会信用代码,用地面积（㎡）,备注\na,b,1,x\n".encode("gbk"),
    )
    book(
        folder,
        "经信.xlsx",
        企业=[["企业名单"], ["统一社会信用代码", "企业名称", "是否规上"], ["b", "甲厂", "是"]],
        税收=[["统一社会信用代码", "年度", "税收（元）"], ["b", 2022, 5]],
        说明=[["填表人请注意"]],
    )
    put(folder, "规划/消防.csv", "问题编号,宗地代码,问题类型\n1,a,消防\n")
    put(folder, "规划/环保.csv", "问题编号,宗地代码,问题类型\n2,a,环保\n")
    put(folder, "规划/无关.csv", "颜色,形状\n红,圆\n")
    towns = parcels(1).rename(columns={"宗地代码": "镇街代码", "权利人": "镇街名称"})
    towns.set_crs(None, allow_override=True).to_file(
        folder / "inputs" / "towns.shp", encoding="gb18030"
    )
    (folder / "out").mkdir()
    (folder / "out" / "links.csv").write_text("宗地代码,信用代码\n", encoding="utf-8")
    return folder


def filled(folder: Path) -> Path:
    path = folder / "landgov.toml"
    text = path.read_text(encoding="utf-8")
    assert "# as_of = 2022-12-31" in text
    path.write_text(text.replace("# as_of", "as_of").replace("# crs = ?", "crs = 4549"))
    return folder


def test_each_file_sheet_and_layer_is_told_by_its_headings(tmp_path):
    found = recognise(district(tmp_path))
    told = [(one.part.path.name, one.part.sheet, one.table) for one in found.tables]
    assert told == [
        ('地"块.gpkg', None, "parcels"),
        ("经信.xlsx", "企业", "enterprises"),
        ("经信.xlsx", "税收", "enterprise_years"),
        ("links.csv", None, "links"),
        ("消防.csv", None, "findings"),
        ("环保.csv", None, "findings"),
        ("towns.shp", None, "towns"),
    ]
    assert [part.path.name for part in found.unknown] == ["经信.xlsx", "无关.csv"]


def test_the_written_file_loads_once_the_open_lines_are_filled_in(tmp_path):
    folder = district(tmp_path)
    assert write_toml(folder) == folder / "landgov.toml"
    with pytest.raises(WorkspaceError) as caught:
        load(folder)
    assert [(one.kind, one.field) for one in caught.value.faults] == [
        ("missing_entry", "as_of"),
        ("no_crs", "crs"),
    ]
    tables = {table.spec.where: table for table in load(filled(folder))[1]}
    assert list(tables) == [
        "sources.parcels",
        "sources.enterprises",
        "sources.enterprise_years",
        "sources.links",
        "sources.findings[1]",
        "sources.findings[2]",
        "sources.towns",
    ]
    assert dict(tables["sources.links"].units) == {"area_mu": "m2"}
    assert tables["sources.enterprises"].rows.tolist() == [3]


def test_the_working_crs_is_the_zone_in_which_parcels_in_degrees_lie(tmp_path):
    write_toml(district(tmp_path))
    settings_ = tomllib.loads((tmp_path / "landgov.toml").read_text(encoding="utf-8"))
    # 上虞 lies at 120.9° east: the zone of meridian 120°, EPSG 4549.
    assert settings_["project"]["crs"] == 4549


def test_what_was_not_recognised_is_named_with_near_misses(tmp_path):
    put(tmp_path, "links.csv", "宗地代码,统一社会信用代码,用地面积合计,颜色\na,b,1,x\n")
    text = toml_of(recognise(tmp_path))
    assert "# 未识别 not recognised：用地面积合计，可能是 perhaps area_mu" in text
    assert "# 未识别 not recognised：颜色\n" in text


def test_a_file_without_its_key_is_written_as_comments_to_be_completed(tmp_path):
    put(tmp_path, "links.csv", "宗地代码,信用代码号,用地面积,用地关系\na,b,1,自有\n")
    text = toml_of(recognise(tmp_path))
    assert "# [sources.links]" in text
    assert 'columns = { enterprise_id = "信用代码号" }' in text
    assert "sources" not in tomllib.loads(text)


def test_of_two_headings_that_fit_the_first_is_written_with_a_comment(tmp_path):
    put(tmp_path, "links.csv", "宗地代码,地块编号,信用代码\na,b,c\n")
    links = tomllib.loads(toml_of(recognise(tmp_path)))["sources"]["links"]
    assert links["columns"] == {"parcel_id": "宗地代码"}


def test_a_landgov_toml_is_never_overwritten(tmp_path):
    (tmp_path / "landgov.toml").write_text("# mine", encoding="utf-8")
    with pytest.raises(LandgovError, match="不覆盖"):
        write_toml(tmp_path)
    assert (tmp_path / "landgov.toml").read_text(encoding="utf-8") == "# mine"


def test_a_file_that_can_not_be_read_becomes_a_comment(tmp_path):
    put(tmp_path, "x.xlsx", "no workbook")
    text = toml_of(recognise(tmp_path))
    assert "inputs/x.xlsx" in text
    assert "sources" not in tomllib.loads(text)


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(LandgovError, match="没有这个文件夹"):
        write_toml(tmp_path / "nowhere")


def test_an_empty_folder_gives_a_file_that_says_what_is_missing(tmp_path):
    text = toml_of(recognise(tmp_path))
    assert "# [sources.parcels]" in text
    assert tomllib.loads(text)["project"]["policy"] == "shangyu-2021-86"


def test_the_same_folder_gives_the_same_text(tmp_path):
    folder = district(tmp_path)
    assert toml_of(recognise(folder)) == toml_of(recognise(folder))


NAMES = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20
).filter(lambda name: not name.startswith((".", "~$")) and len(name.encode()) < 200)


@settings(max_examples=80, deadline=None)
@given(name=NAMES, heading=st.text(max_size=20))
def test_any_name_of_a_file_and_any_heading_give_a_file_that_is_valid_toml(name, heading):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{name}.csv")
        with contextlib.suppress(OSError):
            safe = heading.replace('"', '""').encode("utf-8", "replace").decode()
            text = f'宗地代码,信用代码,"{safe}"\na,b,c\n'
            path.write_text(text, encoding="utf-8")
        entries = tomllib.loads(toml_of(recognise(folder)))
        blocks = entries.get("sources", {})
        for block in blocks.values():
            assert block["path"] == f"{name}.csv"


def test_a_list_of_parcel_codes_alone_is_no_table(tmp_path):
    put(tmp_path, "清单.csv", "宗地代码,颜色,形状\na,b,c\n")
    found = recognise(tmp_path)
    assert (found.tables, len(found.unknown)) == ((), 1)
    put(tmp_path, "供地合同.csv", "宗地代码,颜色,形状\na,b,c\n")
    assert [one.table for one in recognise(tmp_path).tables] == ["contracts"]
