"""Every fault of a file, one by one, and all of them at once."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from landgov.errors import Fault, WorkspaceError
from landgov.sources import Workspace, load
from sources_builder import PARCELS, PROJECT, book, parcels, put, toml, workspace

LINKS = '[sources.links]\npath = "inputs/links.csv"\n'
LINKS_CSV = "宗地代码,统一社会信用代码\n330604001001GB00001,91330604MA1\n"


def faults(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(WorkspaceError) as caught:
        load(folder)
    return caught.value.faults


def only(folder: Path) -> Fault:
    found = faults(folder)
    assert len(found) == 1, [str(one) for one in found]
    return found[0]


def case(text: str, kind: str, where: str, said: str, sentence: str):
    return pytest.param(text, kind, where, said, id=sentence)


@pytest.mark.parametrize(
    ("text", "kind", "where", "said"),
    [
        case("[project\n", "bad_toml", "", "第 1 行", "a syntax error names its line"),
        case(
            PROJECT + '[sources.parcels]\npath = "inputs\\地块.gpkg"\n',
            "bad_toml",
            "",
            "第 7 行",
            "a Windows path in double quotes is a syntax error with advice",
        ),
        case(
            PROJECT.replace("as_of = 2022-12-31\n", "") + PARCELS,
            "missing_entry",
            "project",
            "as_of",
            "as_of can't be left out",
        ),
        case(
            PROJECT.replace("2022-12-31", '"年底"') + PARCELS,
            "bad_as_of",
            "project",
            "年底",
            "as_of must be a date",
        ),
        case(
            PROJECT.replace("2022-12-31", "2022-12-31T08:00:00") + PARCELS,
            "bad_as_of",
            "project",
            "08:00",
            "as_of with a time of day is refused",
        ),
        case(
            PROJECT.replace("2022-12-31", "20221231") + PARCELS,
            "bad_as_of",
            "project",
            "20221231",
            "as_of as a number is refused",
        ),
        case(
            PROJECT.replace("shangyu-2021-86", "shangyu-2021") + PARCELS,
            "unknown_policy",
            "project",
            "shangyu-2021",
            "an unknown policy is named",
        ),
        case(
            PROJECT.replace("4549", "4490") + PARCELS,
            "bad_crs",
            "project",
            "米",
            "a working CRS in degrees is refused",
        ),
        case(
            PROJECT.replace("crs = 4549", "crs = true") + PARCELS,
            "bad_entry",
            "project",
            "True",
            "a CRS that is yes or no is of the wrong type",
        ),
        case(
            PROJECT + "polcy = 1\n" + PARCELS,
            "bad_entry",
            "project",
            "policy",
            "a misspelt entry brings the question whether another was meant",
        ),
        case(
            PROJECT + PARCELS + "[rasters.moisture]\n",
            "bad_entry",
            "rasters",
            "moisture",
            "a raster of another name is refused",
        ),
        case(
            PROJECT + PARCELS + "[source]\n",
            "bad_entry",
            "",
            "sources",
            "a misspelt block brings the question whether another was meant",
        ),
        case(
            PROJECT + PARCELS + '[sources.parcel]\npath = "x"\n',
            "unknown_table",
            "sources.parcel",
            "parcels",
            "a misspelt table brings the question whether another was meant",
        ),
        case(
            PROJECT + PARCELS + "path_ = 3\n",
            "bad_entry",
            "sources.parcels",
            "path_",
            "an unknown entry of a source is named",
        ),
        case(
            PROJECT + PARCELS + "layer = 3\n",
            "bad_entry",
            "sources.parcels",
            "3",
            "a layer that is a number is of the wrong type",
        ),
        case(
            PROJECT + PARCELS + 'empty_dates = "maybe"\n',
            "bad_entry",
            "sources.parcels",
            "maybe",
            "empty_dates has two words only",
        ),
        case(
            PROJECT + PARCELS + "crs = 999999\n",
            "bad_crs",
            "sources.parcels",
            "999999",
            "a source's CRS must exist",
        ),
        case(
            PROJECT + PARCELS + 'covers = ["no_licence"]\n',
            "bad_covers",
            "sources.parcels",
            "no_licence",
            "parcels can't cover findings",
        ),
        case(
            PROJECT + PARCELS + 'constants = { land_use_sistem = "三调" }\n',
            "unknown_column",
            "sources.parcels",
            "land_use_system",
            "a constant for no column brings the question whether another was meant",
        ),
        case(
            PROJECT + PARCELS + 'columns = { parcel = "宗地代码" }\n',
            "unknown_column",
            "sources.parcels",
            "parcel_id",
            "a mapping for no column brings the question whether another was meant",
        ),
        case(
            PROJECT + PARCELS + 'columns = { location = "坐落地" }\n',
            "mapped_column_absent",
            "sources.parcels",
            "坐落地",
            "a mapped heading that is not in the file is named",
        ),
        case(
            PROJECT + PARCELS + 'units = { area_cert_mu = "元" }\n',
            "bad_unit",
            "sources.parcels",
            "元",
            "money is no area",
        ),
        case(
            PROJECT + PARCELS + 'layer = "地块"\n',
            "missing_layer",
            "sources.parcels",
            "宗地",
            "a layer that is not there: those that are, are named",
        ),
        case(PROJECT, "no_parcels", "sources.parcels", "地块", "a workspace has parcels"),
    ],
)
def test_an_entry_at_fault(tmp_path, text, kind, where, said):
    workspace(tmp_path)
    fault = only(toml(tmp_path, text))
    assert (fault.kind, fault.where) == (kind, where)
    assert said in str(fault)
    assert fault.zh and fault.en and fault.do


def source_fault(folder: Path, block: str) -> Fault:
    return only(workspace(folder, block))


def test_a_folder_without_landgov_toml_is_no_workspace(tmp_path):
    assert only(tmp_path).kind == "no_workspace"
    assert only(tmp_path / "nowhere").kind == "no_workspace"


def test_a_landgov_toml_of_notepad_with_its_mark_is_read(tmp_path):
    folder = workspace(tmp_path)
    path = folder / "landgov.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load(folder)[0].name == "试点"


def test_a_landgov_toml_in_gbk_is_refused(tmp_path):
    folder = workspace(tmp_path)
    path = folder / "landgov.toml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gbk"))
    assert only(folder).kind == "bad_toml"


def test_a_missing_file_names_a_near_one(tmp_path):
    put(tmp_path, "links.csv", LINKS_CSV)
    fault = source_fault(tmp_path, LINKS.replace("links.csv", "link.csv"))
    assert fault.kind == "missing_file"
    assert "links.csv" in fault.do


@pytest.mark.parametrize("written", ["../outside.csv", "inputs/../../outside.csv", "{absolute}"])
def test_a_path_that_leaves_the_workspace_is_refused(tmp_path, written):
    outside = tmp_path / "outside.csv"
    outside.write_text(LINKS_CSV, encoding="utf-8")
    written = written.format(absolute=outside.as_posix())
    fault = source_fault(tmp_path / "w", f'[sources.links]\npath = "{written}"\n')
    assert fault.kind == "outside_workspace"


def test_a_link_that_leads_out_of_the_workspace_is_refused(tmp_path):
    outside = tmp_path / "outside.csv"
    outside.write_text(LINKS_CSV, encoding="utf-8")
    folder = workspace(tmp_path / "w", LINKS)
    (folder / "inputs" / "links.csv").symlink_to(outside)
    assert only(folder).kind == "outside_workspace"


def test_a_shapefile_whose_table_is_a_link_out_of_the_workspace_is_refused(tmp_path):
    folder = workspace(tmp_path / "w")
    parcels().to_file(folder / "inputs" / "a.shp", encoding="utf-8")
    (folder / "inputs" / "a.dbf").rename(tmp_path / "a.dbf")
    (folder / "inputs" / "a.dbf").symlink_to(tmp_path / "a.dbf")
    toml(folder, PROJECT + '[sources.parcels]\npath = "inputs/a.shp"\n')
    assert only(folder).kind == "outside_workspace"


def test_a_link_within_the_workspace_is_followed(tmp_path):
    folder = workspace(tmp_path, LINKS)
    real = put(folder, "real.csv", LINKS_CSV)
    (folder / "inputs" / "links.csv").symlink_to(real)
    assert len(load(folder)[1]) == 2


@pytest.mark.parametrize(
    "name", ["x.gpkg", "x.shp", "x.geojson", "x.fgb", "x.xlsx", "x.xls", "x.parquet"]
)
@pytest.mark.parametrize("content", [b"", b"no such format", b"{}"])
def test_a_file_that_is_not_what_its_ending_says_is_unreadable(tmp_path, name, content):
    put(tmp_path, name, content)
    fault = source_fault(tmp_path, f'[sources.towns]\npath = "inputs/{name}"\n')
    assert (fault.kind, fault.file) == ("unreadable_file", f"inputs/{name}")


@pytest.mark.parametrize("name", ["x.gpkg", "x.shp", "x.geojson", "x.fgb", "x.parquet", "x.xlsx"])
def test_a_file_cut_off_in_the_middle_is_unreadable_or_its_records_are_named(tmp_path, name):
    folder = workspace(tmp_path)
    whole = folder / "inputs" / name
    if name == "x.xlsx":
        book(folder, name, s=[["镇街代码", "镇街"], ["330604100", "甲镇"]])
    elif name == "x.parquet":
        parcels(200).to_parquet(whole)
    else:
        parcels(200).to_file(whole)
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    toml(folder, PROJECT + f'[sources.parcels]\npath = "inputs/{name}"\n')
    try:
        table = load(folder)[1][0]
    except WorkspaceError as error:
        assert {one.kind for one in error.faults} <= {"unreadable_file", "key_column_absent"}
    else:
        broken = [n for n in table.notes if n["severity"] == "error"]
        assert broken or any(n["kind"] == "reader_warning" for n in table.notes)


def test_a_folder_in_place_of_a_file_is_unreadable(tmp_path):
    (tmp_path / "inputs" / "x.csv").mkdir(parents=True)
    fault = source_fault(tmp_path, '[sources.links]\npath = "inputs/x.csv"\n')
    assert fault.kind == "unreadable_file"


def test_a_web_page_saved_as_xls_is_unreadable(tmp_path):
    put(tmp_path, "x.xls", "<html><table><tr><td>宗地代码</td></tr></table></html>")
    fault = source_fault(tmp_path, '[sources.links]\npath = "inputs/x.xls"\n')
    assert fault.kind == "unreadable_file"


def test_an_unknown_ending_lists_those_that_are_known(tmp_path):
    put(tmp_path, "x.docx", "x")
    fault = source_fault(tmp_path, '[sources.links]\npath = "inputs/x.docx"\n')
    assert fault.kind == "unknown_format"
    assert ".xlsx" in fault.do


def test_bytes_that_are_neither_utf8_nor_gb18030_make_the_encoding_unclear(tmp_path):
    put(tmp_path, "links.csv", LINKS_CSV.encode() + b"\xff\xff,\x80\n")
    assert source_fault(tmp_path, LINKS).kind == "encoding_unclear"


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "klingon", "base64"])
def test_a_stated_encoding_that_does_not_fit_is_refused(tmp_path, encoding):
    raw = LINKS_CSV.encode("utf-8" if encoding == "gbk" else "gbk") + b"\xe5\xff\n" * (
        encoding == "gbk"
    )
    put(tmp_path, "links.csv", raw)
    assert source_fault(tmp_path, LINKS + f'encoding = "{encoding}"\n').kind == "encoding_unclear"


def test_a_shapefile_without_prj_needs_a_line_that_names_its_crs(tmp_path):
    folder = workspace(tmp_path)
    parcels().to_file(folder / "inputs" / "a.shp", encoding="utf-8")
    (folder / "inputs" / "a.prj").unlink()
    block = PROJECT + '[sources.parcels]\npath = "inputs/a.shp"\n'
    fault = only(toml(folder, block))
    assert (fault.kind, fault.do[:10]) == ("no_crs", "crs = 4549")
    table = load(toml(folder, block + "crs = 4549\n"))[1][0]
    assert table.geometry.iloc[0].area == pytest.approx(10_000)


def test_coordinates_that_refute_the_crs_are_a_fault_with_the_line_to_write(tmp_path):
    folder = workspace(tmp_path)
    shifted = parcels()
    shifted["geometry"] = shifted.translate(40_000_000, 0)
    shifted.to_file(folder / "inputs" / "a.gpkg")
    fault = only(toml(folder, PROJECT + '[sources.parcels]\npath = "inputs/a.gpkg"\n'))
    assert (fault.kind, fault.do) == ("crs_contradicted", "crs = 4528")
    mended = toml(folder, PROJECT + '[sources.parcels]\npath = "inputs/a.gpkg"\ncrs = 4528\n')
    table = load(mended)[1][0]
    assert table.geometry.iloc[0].bounds[0] == pytest.approx(583_700, abs=1e-3)
    assert [note["kind"] for note in table.notes] == ["crs"]


def test_one_stray_feature_does_not_refute_a_crs(tmp_path):
    folder = workspace(tmp_path)
    many = parcels(100)
    many.loc[7, "geometry"] = many.loc[7, "geometry"].__class__(
        [(120.8, 30.0), (120.9, 30.0), (120.9, 30.1)]
    )
    many.to_file(folder / "inputs" / "地块.gpkg", layer="宗地")
    assert len(load(folder)[1][0].frame) == 100


def test_xian80_can_not_be_shifted_without_parameters(tmp_path):
    folder = workspace(tmp_path)
    old = parcels().set_crs(2385, allow_override=True)
    old.to_file(folder / "inputs" / "a.gpkg")
    fault = only(toml(folder, PROJECT + '[sources.parcels]\npath = "inputs/a.gpkg"\n'))
    assert fault.kind == "crs_unshiftable"


def test_a_sheet_that_is_not_there_names_those_that_are(tmp_path):
    book(tmp_path, "x.xlsx", 用地=[["宗地代码", "信用代码"], ["a", "b"]], 说明=[["x"]])
    block = '[sources.links]\npath = "inputs/x.xlsx"\nsheet = "用地表"\n'
    fault = source_fault(tmp_path, block)
    assert fault.kind == "missing_sheet"
    assert (fault.do, "说明" in fault.zh) == ('sheet = "用地"', True)


def test_two_sheets_that_fit_need_a_word_which(tmp_path):
    rows = [["宗地代码", "信用代码"], ["a", "b"]]
    book(tmp_path, "x.xlsx", 甲=rows, 乙=rows)
    assert source_fault(tmp_path, '[sources.links]\npath = "inputs/x.xlsx"\n').kind == (
        "missing_sheet"
    )


def test_two_layers_that_fit_need_a_word_which(tmp_path):
    folder = workspace(tmp_path)
    parcels().to_file(folder / "inputs" / "地块.gpkg", layer="宗地2")
    fault = only(folder)
    assert fault.kind == "missing_layer"
    assert "宗地2" in fault.zh


def test_an_absent_key_column_lists_the_headings_and_the_near_miss(tmp_path):
    put(tmp_path, "links.csv", "宗地代码,社会信用代码号,备注\na,b,c\n")
    fault = source_fault(tmp_path, LINKS)
    assert (fault.kind, fault.field) == ("key_column_absent", "enterprise_id")
    assert "备注" in fault.zh
    assert fault.do == 'columns = { enterprise_id = "社会信用代码号" }'


def test_two_headings_for_one_column_are_ambiguous_until_one_is_mapped(tmp_path):
    put(tmp_path, "links.csv", "宗地代码,地块编号,信用代码\na,b,c\n")
    folder = workspace(tmp_path, LINKS)
    fault = only(folder)
    assert (fault.kind, fault.field) == ("ambiguous_heading", "parcel_id")
    workspace(tmp_path, LINKS + 'columns = { parcel_id = "地块编号" }\n')
    table = load(folder)[1][1]
    assert table.frame["parcel_id"].tolist() == ["b"]
    assert table.unused == ("宗地代码",)


def test_a_running_number_gives_way_to_the_number_of_the_finding(tmp_path):
    put(tmp_path, "f.csv", "序号,问题编号,问题类型\n1,X-7,消防\n")
    folder = workspace(tmp_path, '[sources.findings]\npath = "inputs/f.csv"\n')
    assert load(folder)[1][1].frame["finding_id"].tolist() == ["X-7"]


def test_a_column_given_twice_by_constant_and_heading_is_ambiguous(tmp_path):
    put(tmp_path, "links.csv", "宗地代码,信用代码,用地关系\na,b,自有\n")
    block = LINKS + 'constants = { role = "lessee" }\n'
    assert source_fault(tmp_path, block).kind == "ambiguous_heading"


def test_a_heading_whose_unit_measures_something_else_is_a_bad_unit(tmp_path):
    put(tmp_path, "links.csv", "宗地代码,信用代码,用地面积（万元）\na,b,1\n")
    fault = source_fault(tmp_path, LINKS)
    assert (fault.kind, fault.field) == ("bad_unit", "area_mu")


def test_empty_parcels_are_a_fault_and_another_empty_table_is_not(tmp_path):
    put(tmp_path, "links.csv", "宗地代码,信用代码\n")
    folder = workspace(tmp_path, LINKS)
    assert len(load(folder)[1][1].frame) == 0
    parcels().iloc[:0].to_file(folder / "inputs" / "地块.gpkg", layer="宗地")
    assert only(folder).kind == "empty_table"


def test_parcels_of_a_table_alone_have_no_geometry(tmp_path):
    put(tmp_path, "p.csv", "宗地代码\na\n")
    folder = toml(tmp_path, PROJECT + '[sources.parcels]\npath = "inputs/p.csv"\n')
    fault = only(folder)
    assert (fault.kind, fault.field) == ("key_column_absent", "geometry")


def test_a_table_may_supply_a_part_of_a_table_with_geometry(tmp_path):
    folder = workspace(tmp_path)
    put(folder, "p.csv", "宗地代码,坐落\n330604001001GB00001,甲路\n")
    blocks = (
        '[[sources.parcels]]\npath = "inputs/地块.gpkg"\n[[sources.parcels]]\npath = "inputs/p.csv"'
    )
    toml(folder, PROJECT + blocks)
    tables = load(folder)[1]
    assert [table.spec.where for table in tables] == ["sources.parcels[1]", "sources.parcels[2]"]
    assert tables[1].geometry is None
    assert tables[1].frame["location"].tolist() == ["甲路"]


def test_a_raster_is_opened_and_its_faults_are_gathered(tmp_path):
    put(tmp_path, "text.tif", "no tiff")
    for name, crs in (("good.tif", "EPSG:4549"), ("bare.tif", None)):
        with rasterio.open(
            tmp_path / "inputs" / name,
            "w",
            driver="GTiff",
            width=4,
            height=3,
            count=1,
            dtype="uint8",
            crs=crs,
            transform=from_origin(583_700, 3_324_100, 10, 10),
        ) as raster:
            raster.write(np.ones((1, 3, 4), np.uint8))
    rest = "".join(
        f'[rasters.{name}]\npath = "inputs/{file}"\ndate = 2022-10-01\n'
        for name, file in (
            ("built_up", "good.tif"),
            ("height", "bare.tif"),
            ("night_lights", "text.tif"),
            ("vegetation", "none.tif"),
        )
    )
    kinds = [(one.kind, one.where) for one in faults(workspace(tmp_path, rest=rest))]
    assert kinds == [
        ("no_crs", "rasters.height"),
        ("unreadable_file", "rasters.night_lights"),
        ("missing_file", "rasters.vegetation"),
    ]
    good = Workspace.open(workspace(tmp_path, rest=rest[: rest.index("[rasters.height]")]))
    assert (good.rasters[0].width, good.rasters[0].height) == (4, 3)
    assert good.rasters[0].bounds == (583_700, 3_324_070, 583_740, 3_324_100)


def test_all_faults_are_told_at_once_and_none_hides_another(tmp_path):
    folder = workspace(tmp_path)
    put(folder, "links.csv", "宗地代码,用地面积（万元）\na,1\n")
    put(folder, "findings.csv", b"\xff\xff\x80")
    put(folder, "x.docx", "x")
    bare = parcels().set_crs(None, allow_override=True)
    bare.to_file(folder / "inputs" / "towns.shp", encoding="utf-8")
    text = PROJECT.replace("4549", "4490").replace("shangyu-2021-86", "nowhere-1")
    text = text.replace("2022-12-31", '"soon"')
    text += '[sources.parcels]\npath = "inputs/none.gpkg"\n'
    text += LINKS + 'covers = ["all"]\n'
    text += '[[sources.findings]]\npath = "inputs/findings.csv"\n'
    text += '[[sources.findings]]\npath = "inputs/x.docx"\n'
    text += '[sources.towns]\npath = "inputs/towns.shp"\n'
    text += '[sources.streets]\npath = "inputs/none.gpkg"\n'
    found = faults(toml(folder, text))
    assert {(one.kind, one.where) for one in found} == {
        ("bad_as_of", "project"),
        ("unknown_policy", "project"),
        ("bad_crs", "project"),
        ("missing_file", "sources.parcels"),
        ("bad_covers", "sources.links"),
        ("key_column_absent", "sources.links"),
        ("bad_unit", "sources.links"),
        ("encoding_unclear", "sources.findings[1]"),
        ("unknown_format", "sources.findings[2]"),
        ("no_crs", "sources.towns"),
        ("key_column_absent", "sources.towns"),
        ("unknown_table", "sources.streets"),
    }
    wanted = {f"{one.where}|{one.field}" for one in found if one.where == "sources.towns"}
    assert wanted == {"sources.towns|", "sources.towns|crs", "sources.towns|town_code"} - {
        "sources.towns|"
    } | {"sources.towns|town"}


def test_reading_changes_no_input(tmp_path):
    put(tmp_path, "links.csv", LINKS_CSV)
    folder = workspace(tmp_path, LINKS)
    parcels().to_file(folder / "inputs" / "a.shp", encoding="gb18030")
    before = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.rglob("*") if p.is_file()}
    load(folder)
    after = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.rglob("*") if p.is_file()}
    assert before == after


def test_a_geopackage_in_wal_mode_gets_no_companions(tmp_path):
    import sqlite3

    folder = workspace(tmp_path)
    with sqlite3.connect(folder / "inputs" / "地块.gpkg") as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    assert len(load(folder)[1][0].frame) == 2
    assert sorted(p.name for p in (folder / "inputs").iterdir()) == ["地块.gpkg"]


def test_open_reads_no_table_but_finds_the_missing_file(tmp_path):
    folder = workspace(tmp_path, LINKS)
    with pytest.raises(WorkspaceError) as caught:
        Workspace.open(folder)
    assert [one.kind for one in caught.value.faults] == ["missing_file"]
    put(folder, "links.csv", "nothing,known\n1,2\n")
    assert Workspace.open(folder).sources[1].name == "inputs/links.csv"


def test_geometry_is_brought_into_the_working_crs(tmp_path):
    folder = workspace(tmp_path)
    parcels(crs=4490).to_file(folder / "inputs" / "地块.gpkg", layer="宗地")
    table = load(folder)[1][0]
    assert isinstance(table.geometry, gpd.GeoSeries)
    assert table.geometry.crs.to_epsg() == 4549
    assert table.geometry.iloc[0].bounds == pytest.approx(
        (583_700, 3_324_000, 583_800, 3_324_100), abs=1e-3
    )
