"""Empty workbooks for the departments: what they ask for, and that they read back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from openpyxl.utils import get_column_letter
from typer.testing import CliRunner

from case import EAST, INDUSTRIAL, NORTH
from landgov import schema, units
from landgov.cli.app import app
from landgov.errors import LandgovError
from landgov.pipeline import prepare
from landgov.publish.template_book import CODES, GUIDE, ROWS, write_templates
from landgov.publish.templates import departments, heading, template_sheets
from landgov.sources import recognise, write_toml
from landgov.sources.headings import recognised

PARCEL, FIRM = "330604001001GB00001", "91330604MA2BE1C30K"
ASKED = [name for name in departments() if template_sheets(name)]


@pytest.fixture(scope="module")
def templates(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("templates")
    write_templates(folder)
    return folder


def sheets(department: str):
    return [(sheet.name, sheet) for sheet in template_sheets(department)]


def test_every_column_that_a_department_supplies_is_asked_of_it():
    for name in schema.tables():
        for column in schema.table(name).columns.values():
            if schema.table(name).geometry and name != "parcels":
                continue  # a layer
            if column.department and column.type != "geometry":
                mine = {sheet.table: sheet for sheet in template_sheets(column.department)}
                assert column in mine[name].columns


def test_each_kind_of_finding_is_asked_of_its_department_only():
    asked = [
        code.code
        for department in ASKED
        for sheet in template_sheets(department)
        for code in sheet.kinds
    ]
    assert sorted(asked) == sorted(code.code for code in schema.codes("finding_kind"))


@pytest.mark.parametrize("department", ASKED)
def test_headings_are_read_with_the_canonical_unit(department: str):
    for _, sheet in sheets(department):
        for column in sheet.columns:
            name, unit = recognised(sheet.table, heading(column))
            assert name == column.name
            assert units.factor(unit, column.unit) == 1 if unit else not column.unit


def test_the_tax_office_is_asked_for_the_tax_in_wan_yuan(templates: Path):
    book = openpyxl.load_workbook(templates / "区税务局.xlsx")
    assert book.sheetnames[:2] == [GUIDE, "年度数据"]
    page = book["年度数据"]
    assert [cell.value for cell in page[1]][:3] == ["统一社会信用代码", "年度", "税收（万元）"]
    assert page.freeze_panes == "B2"
    assert page["A2"].value.startswith("示例")
    assert page["A1"].fill.start_color.rgb == "FFC00000"
    assert page["C1"].fill.start_color.rgb != page["A1"].fill.start_color.rgb
    assert "单位：万元" in page["C1"].comment.text
    assert {page.cell(row, 1).number_format for row in (2, 3, 1000, ROWS + 1)} == {"@"}
    limits = {str(each.sqref): each for each in page.data_validations.dataValidation}
    year = limits[f"B2:B{ROWS + 1}"]
    assert (year.type, float(year.formula1), float(year.formula2)) == ("whole", 1949, 2100)
    text = " ".join(str(cell.value) for row in book[GUIDE].iter_rows() for cell in row)
    assert "经信局" in text


def test_choices_are_the_words_of_the_code_list_and_dates_are_dates(templates: Path):
    book = openpyxl.load_workbook(templates / "区市场监管局.xlsx")
    page = book["问题"]
    headings = {cell.value: cell.column for cell in page[1]}
    limits = {str(each.sqref).split(":")[0]: each for each in page.data_validations.dataValidation}
    at = f"{get_column_letter(headings['问题类型'])}2"
    ref = limits[at].formula1.replace("$", "").split("!")
    assert ref[0] == CODES
    offered = [row[0].value for row in book[CODES][ref[1]]]
    assert offered == ["无证无照", "产品质量"]
    major = limits[f"{get_column_letter(headings['是否重大'])}2"]
    assert major.formula1 == '"是,否"'
    found = headings["发现日期"]
    assert page.cell(2, found).number_format == "yyyy-mm-dd"
    assert isinstance(page.cell(2, found).value, datetime)
    letter = get_column_letter(found)
    assert page.column_dimensions[letter].width > 10


def test_a_workbook_that_is_there_is_not_overwritten_unless_asked_to(tmp_path: Path):
    write_templates(tmp_path)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    (tmp_path / "区税务局.xlsx").write_bytes(b"filled in")
    with pytest.raises(LandgovError, match="区税务局"):
        write_templates(tmp_path)
    assert (tmp_path / "区税务局.xlsx").read_bytes() == b"filled in"
    write_templates(tmp_path, force=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first


def test_the_command_writes_them_beside_the_workspace_and_init_passes_them_over(tmp_path: Path):
    ended = CliRunner().invoke(app, ["template", str(tmp_path)])
    assert ended.exit_code == 0, ended.output
    assert {path.stem for path in (tmp_path / "templates").iterdir()} == set(ASKED)
    assert recognise(tmp_path).tables == ()
    again = CliRunner().invoke(app, ["template", str(tmp_path)])
    assert isinstance(again.exception, LandgovError)
    elsewhere = ["template", str(tmp_path), "--to", str(tmp_path / "neu")]
    assert CliRunner().invoke(app, elsewhere).exit_code == 0
    gone = CliRunner().invoke(app, ["template", str(tmp_path / "none")])
    assert isinstance(gone.exception, LandgovError)


# What a clerk fills in, by the type of the column.
_TYPED = {"yes_no": "是", "number": 1, "integer": 1, "date": datetime(2022, 5, 1), "text": "甲"}
_NAMED = {
    "parcel_id": PARCEL,
    "enterprise_id": FIRM,
    "lessor_id": FIRM,
    "holder_id": FIRM,
    "finding_id": "F-001",
    "year": 2022,
    "building_year": 2001,
    "land_use_system": INDUSTRIAL["land_use_system"],
    "land_use_code": "0601",
    "lon": 120.9,
    "lat": 30.1,
    "area_cert_mu": 15,
    "to": datetime(2023, 5, 1),
    "ownership": "国有",
    "supply_status": "已供",
    "right_type": "国有建设用地使用权",
    "rule": "亩均税收",
}
# Dates in the order in which they follow each other.
_DAYS = {
    "signed_on": 1,
    "delivered_on": 2,
    "agreed_start": 3,
    "actual_start": 4,
    "suspended_on": 6,
    "agreed_completion": 9,
    "found_on": 4,
    "closed_on": 6,
}


def filled(department: str, templates: Path, folder: Path) -> dict[str, int]:
    """Fill one row into every sheet of a department's workbook; rows by table."""
    book = openpyxl.load_workbook(templates / f"{department}.xlsx")
    tables = {}
    for name, sheet in sheets(department):
        page = book[name]
        for place, column in enumerate(sheet.columns, 1):
            value = _NAMED.get(column.name, _TYPED.get(column.type))
            if column.name in _DAYS:
                value = datetime(2022, _DAYS[column.name], 1)
            if column.type == "code":
                value = _NAMED.get(column.name, sheet.codes(column)[0].zh)
            page.cell(3, place).value = value
        tables[sheet.table] = 1
    (folder / "inputs").mkdir()
    book.save(folder / "inputs" / f"{department}.xlsx")
    return tables


@pytest.mark.parametrize("department", ASKED)
def test_a_filled_template_is_recognised_and_reads_back_clean(
    department: str, templates: Path, tmp_path: Path
):
    tables = filled(department, templates, tmp_path)
    shape = shapely.box(EAST, NORTH, EAST + 100, NORTH + 100)
    land = {"parcel_id": PARCEL, "geometry": shape}
    gpd.GeoDataFrame([land], crs=4549).to_file(tmp_path / "地块.gpkg", layer="地块")
    toml = write_toml(tmp_path)
    text = toml.read_text(encoding="utf-8").replace("# as_of =", "as_of =")
    toml.write_text(text, encoding="utf-8")
    for name, sheet in sheets(department):
        assert f'sheet    = "{name}"' in text, sheet.table
    ready = prepare(str(tmp_path))
    issues = ready.issues
    wrong = issues[issues["severity"] != "note"]
    assert wrong[["kind", "table", "field", "message"]].to_dict("records") == []
    assert (issues["kind"] == "example_row").sum() == len(tables)
    for table in tables:
        assert len(ready.checked.frame(table)) == 1
    for _, sheet in sheets(department):
        frame = ready.checked.frame(sheet.table).reset_index()
        given = [column.name for column in sheet.columns]
        empty = [name for name in given if pd.isna(frame[name].iloc[0])]
        assert empty == []
