"""What `landgov init` tells of a folder: each file once, what is missing, and what to do next."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from landgov.sources import recognise, toml_of
from landgov.sources.folders import why_not
from sources_builder import book, parcels, put

MERGED = [["企业情况表", None], ["代码（18位）", "企业全名"], ["91330604MA1", "甲厂"]]


def mixed(folder: Path) -> Path:
    (folder / "inputs").mkdir(parents=True)
    parcels().to_file(folder / "inputs" / "地块.gpkg")
    put(folder, "links.csv", "宗地代码,统一社会信用代码,备注\na,b,x\n")
    put(folder, "无关[1].csv", "颜色,形状\n红,圆\n")
    put(folder, "坏.xlsx", "no workbook")
    put(folder, "通知.docx", "x")
    book(folder, "合并.xlsx", s=MERGED)
    openpyxl.Workbook().save(folder / "inputs" / "空白.xlsx")
    with zipfile.ZipFile(folder / "inputs" / "打包.zip", "w") as packed:
        packed.writestr("a.txt", "a")
    return folder


def init(folder: Path) -> str:
    command = [sys.executable, "-c", "from landgov.cli import main; main()", "init", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def line_with(said: str, word: str) -> str:
    lines = [line for line in said.splitlines() if word in line]
    assert len(lines) == 1, (word, lines)
    return lines[0]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    return init(mixed(tmp_path_factory.mktemp("init") / "甲 乙"))


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("地块.gpkg", ["地块 parcels", "3/3", "4549"]),
        ("links.csv", ["用地关系 links", "2/3", "—"]),
    ],
)
def test_a_file_that_was_recognised_shows_its_table_headings_and_crs(said, file, words):
    assert all(word in line_with(said, file) for word in words)


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("无关[1].csv", "表头不像任何一张表：颜色、形状"),
        ("坏.xlsx", "内容不是 Excel 工作簿"),
        ("通知.docx", "不是数据文件"),
        ("合并.xlsx", "第1行是合并的标题或多行表头：企业情况表"),
        ("空白.xlsx", "空白文件，没有任何内容"),
        ("打包.zip", "压缩包，请先解压"),
    ],
)
def test_a_file_that_was_not_understood_stands_there_once_with_the_reason_once(said, file, why):
    line = line_with(said, file)
    assert line.endswith(why) or line.rstrip().endswith(why)
    assert said.count(why) == 1


def test_it_ends_with_the_next_step(said):
    last = said.splitlines()[-1]
    assert "填写 as_of" in last
    assert last.endswith('甲 乙"')
    assert 'landgov check "' in last


def test_with_parcels_there_it_does_not_warn_of_their_absence(said):
    assert "没有找到地块表" not in said
    assert "没有找到的表：企业、" in said


def test_a_folder_without_parcels_is_warned_of_and_written_all_the_same(tmp_path):
    put(tmp_path, "links.csv", "宗地代码,统一社会信用代码\na,b\n")
    assert "没有找到地块表" in init(tmp_path)
    assert (tmp_path / "landgov.toml").exists()


def test_parcels_without_outlines_are_warned_of(tmp_path):
    put(tmp_path, "地块.csv", "宗地代码,坐落,发证面积\na,甲路,3\n")
    assert "地块表没有图形" in init(tmp_path)


def test_what_a_file_lacks_is_shown_beside_it(tmp_path):
    put(tmp_path, "links.csv", "宗地代码,信用代码号,用地面积,用地关系\na,b,1,自有\n")
    bare = parcels().set_crs(None, allow_override=True)
    bare.to_file(tmp_path / "inputs" / "地块.gpkg")
    told = init(tmp_path)
    assert "统一社会信用代码 enterprise_id" in line_with(told, "links.csv")
    assert "坐标系 crs" in line_with(told, "地块.gpkg")
    assert "补全" in told


def test_a_blank_sheet_beside_a_full_one_is_not_worth_a_word(tmp_path):
    book(tmp_path, "用地.xlsx", Sheet1=[["宗地代码", "信用代码"], ["a", "b"]], Sheet2=[])
    found = recognise(tmp_path)
    assert [one.table for one in found.tables] == ["links"]
    assert (found.unknown, found.unreadable, found.others) == ((), (), ())


def test_a_file_with_the_key_and_nothing_else_required_completes_another(tmp_path):
    (tmp_path / "inputs").mkdir()
    shapes = parcels(1)[["geometry"]].assign(平台编号="P", 平台级别="国家级", 平台名称="甲园")
    shapes.to_file(tmp_path / "inputs" / "a.gpkg")
    put(tmp_path, "b.csv", "平台编号,平台名称,终止日期\nP,甲园,2030-01-01\n")
    found = recognise(tmp_path)
    assert [(one.table, one.complete) for one in found.tables] == [("platforms", True)] * 2
    assert toml_of(found).count("\n[[sources.platforms]]") == 2
    (tmp_path / "inputs" / "a.gpkg").unlink()
    assert [one.complete for one in recognise(tmp_path).tables] == [False]


def test_parts_of_a_shapefile_are_not_listed_and_a_lone_dbf_is(tmp_path):
    (tmp_path / "inputs").mkdir()
    parcels().to_file(tmp_path / "inputs" / "a.shp", encoding="utf-8")
    assert recognise(tmp_path).others == ()
    (tmp_path / "inputs" / "a.shp").unlink()
    (tmp_path / "inputs" / "a.shx").unlink()
    lone = recognise(tmp_path).others
    assert [(path.name, why[:9]) for path, why in lone] == [("a.dbf", "不支持的表格格式，")]


def test_folders_below_the_second_level_and_links_are_said_not_to_be_looked_at(tmp_path):
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    (tmp_path / "x.csv").symlink_to(tmp_path / "y.csv")
    others = {path.name: why for path, why in recognise(tmp_path).others}
    assert set(others) == {"c", "x.csv"}
    assert others["c"] == why_not(tmp_path / "a" / "b" / "c")
    assert "层次过深" in others["c"]
    assert "链接" in others["x.csv"]
