"""Workbooks as departments lay them out: merged headings, units, totals, hidden and merged cells."""

from __future__ import annotations

import tempfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landgov import schema
from landgov.errors import LandgovError
from landgov.quality.assemble import assemble
from landgov.sources import load, read_table, recognise, toml_of
from landgov.sources.readings import plain
from landgov.sources.workbooks import workbook_content
from sources_builder import book, put, workspace
from test_sources_faults import only

BLOCK = '[sources.{}]\npath = "inputs/{}"\n'
YEAR_HEADS = ["统一社会信用代码", "年度", "税收"]
LINK_HEADS = ["宗地代码", "统一社会信用代码", "用地面积"]


def laid_out(
    folder: Path,
    rows: list[list[object]],
    merged: tuple[str, ...] = (),
    columns: str = "",
    hidden: tuple[int, ...] = (),
) -> Path:
    """Write a.xlsx; merged ranges, hidden columns by letter, hidden rows by number."""
    path = book(folder, "a.xlsx", s=rows)
    made = openpyxl.load_workbook(path)
    for cells in merged:
        made["s"].merge_cells(cells)
    for letter in columns:
        made["s"].column_dimensions[letter].hidden = True
    for number in hidden:
        made["s"].row_dimensions[number].hidden = True
    made.save(path)
    return path


def read(folder: Path, table: str, rest: str = "", name: str = "a.xlsx"):
    return load(workspace(folder, BLOCK.format(table, name) + rest))[1][1]


def parcel_rows(folder: Path, name: str = "a.xlsx"):
    """Read a table of parcels beside their outlines."""
    folder = workspace(folder, "[" + BLOCK.format("parcels", name).replace("]", "]]", 1))
    path = folder / "landgov.toml"
    text = path.read_text(encoding="utf-8").replace("\n[sources.parcels]", "\n[[sources.parcels]]")
    path.write_text(text, encoding="utf-8")
    return load(folder)[1][1]


def notes(found, *kinds: str) -> list[dict[str, object]]:
    return [one for one in found.notes if one["kind"] in kinds]


def rows_of(found, *kinds: str) -> list[object]:
    return [one["row"] for one in notes(found, *kinds)]


# Headings


def test_a_group_over_two_headings_is_joined_with_each_of_them(tmp_path):
    rows = [
        ["宗地代码", "用地面积", None, "坐落"],
        [None, "证载（亩）", "实测（㎡）", None],
        ["a", 15, 10000, "甲路"],
    ]
    laid_out(tmp_path, rows, ("A1:A2", "B1:C1", "D1:D2"))
    found = parcel_rows(tmp_path)
    assert found.frame.to_dict("list") == {
        "parcel_id": ["a"],
        "location": ["甲路"],
        "area_cert_mu": ["15"],
    }
    assert found.unused == ("用地面积 › 实测（㎡）",)
    assert found.rows.tolist() == [3]
    assert rows_of(found, "heading_rows") == [1]


def test_a_csv_that_lost_its_merged_cells_reads_the_same(tmp_path):
    text = "宗地代码,用地面积,,坐落\n,证载（㎡）,实测（㎡）,\na,10000,10000,甲路\n"
    put(tmp_path, "a.csv", text)
    found = parcel_rows(tmp_path, "a.csv")
    assert found.frame["area_cert_mu"].tolist() == ["10000"]
    assert dict(found.units) == {"area_cert_mu": "m2"}
    assert found.rows.tolist() == [3]


def test_three_rows_of_headings_below_a_title_are_joined(tmp_path):
    rows = [
        ["2022年企业情况表", None, None, None],
        ["企业信息", None, "年度", "指标"],
        ["统一社会信用代码", "名称", None, "贡献"],
        [None, None, None, "税收（元）"],
        ["91330604MA1", "甲厂", 2022, 5],
    ]
    laid_out(tmp_path, rows, ("A1:D1", "A2:B2", "A3:A4", "B3:B4", "C2:C4"))
    found = read(tmp_path, "enterprise_years")
    assert found.frame.to_dict("list") == {
        "enterprise_id": ["91330604MA1"],
        "year": ["2022"],
        "tax_wan": ["5"],
    }
    assert dict(found.units) == {"tax_wan": "元"}
    assert rows_of(found, "heading_row", "heading_rows") == [2, 2]
    assert found.rows.tolist() == [5]


def test_two_groups_with_the_same_lower_heading_are_ambiguous_and_not_guessed(tmp_path):
    rows = [
        ["统一社会信用代码", "年度", "一期", "二期"],
        [None, None, "税收", "税收"],
        ["91330604MA1", 2022, 5, 6],
    ]
    laid_out(tmp_path, rows, ("A1:A2", "B1:B2"))
    fault = only(workspace(tmp_path, BLOCK.format("enterprise_years", "a.xlsx")))
    assert (fault.kind, fault.field) == ("ambiguous_heading", "tax_wan")
    line = 'columns = { tax_wan = "一期 › 税收" }\n'
    assert read(tmp_path, "enterprise_years", line).frame["tax_wan"].tolist() == ["5"]


def test_one_row_of_headings_over_merged_rows_of_the_body_stays_one_row(tmp_path):
    rows = [LINK_HEADS, ["a", "b", 1], [None, "c", 2]]
    laid_out(tmp_path, rows, ("A2:A3",))
    found = read(tmp_path, "links")
    assert found.frame["parcel_id"].tolist() == ["a", "a"]
    assert [
        (one["row"], one["field"], one["severity"]) for one in notes(found, "merged_cells")
    ] == [(2, "parcel_id", "note")]
    assert rows_of(found, "heading_rows") == []


def test_a_merged_number_is_read_for_every_row_with_a_warning(tmp_path):
    rows = [LINK_HEADS, ["a", "b", 30], ["a", "c", None], ["a", "d", 5]]
    laid_out(tmp_path, rows, ("C2:C3",))
    found = read(tmp_path, "links")
    assert found.frame["area_mu"].tolist() == ["30", "30", "5"]
    (one,) = notes(found, "merged_cells")
    assert (one["severity"], one["field"]) == ("warning", "area_mu")
    assert "拆分" in str(one["message"])


def test_numbers_of_columns_and_units_below_the_headings_are_no_rows(tmp_path):
    rows = [
        [*YEAR_HEADS, "用电量"],
        [None, None, "元", "万千瓦时"],
        ["甲", "乙", 1, 2],
        ["91330604MA1", 2022, 5, 6],
    ]
    book(tmp_path, "a.xlsx", s=rows)
    found = read(tmp_path, "enterprise_years")
    assert found.rows.tolist() == [4]
    assert dict(found.units) == {"tax_wan": "元", "power_kwh": "万kWh"}
    assert rows_of(found, "heading_rows") == [2, 3]


def test_a_row_of_small_numbers_that_skips_one_is_a_row(tmp_path):
    book(tmp_path, "a.xlsx", s=[YEAR_HEADS, [1, 2, 4], ["b", 2022, 5]])
    assert read(tmp_path, "enterprise_years").rows.tolist() == [2, 3]


def test_headings_repeated_on_every_page_are_left_out_on_record(tmp_path):
    rows = [YEAR_HEADS, ["a", 2021, 1], YEAR_HEADS, ["b", 2022, 5]]
    book(tmp_path, "a.xlsx", s=rows)
    found = read(tmp_path, "enterprise_years")
    assert found.rows.tolist() == [2, 4]
    assert rows_of(found, "repeated_heading") == [3]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        pytest.param("企业名称（全称）", "name", id="a remark that says how to write"),
        pytest.param("企业名称(盖章)", "name", id="a remark about a seal"),
        pytest.param("统一社会信用代码（18位）", "enterprise_id", id="a remark about digits"),
        pytest.param("*企业名称", "name", id="a star for must"),
        pytest.param("企业名称：", "name", id="a colon behind"),
        pytest.param("１．企业名称", "name", id="a number before, full-width"),
        pytest.param("企业\n名称", "name", id="a line break within"),
        pytest.param("企业名称（曾用名）", None, id="a remark that makes another name of it"),
        pytest.param("是否规上（是/否）", "is_above_scale", id="a remark with the answers"),
    ],
)
def test_a_heading_with_a_remark_is_recognised_unless_it_means_something_else(
    tmp_path, heading, column
):
    heads = ["企业代码", heading] if column != "enterprise_id" else [heading, "备注"]
    book(tmp_path, "a.xlsx", s=[heads, ["a", "b"]])
    found = read(tmp_path, "enterprises")
    assert set(found.frame) == {"enterprise_id", *([column] if column else [])}


@pytest.mark.parametrize("remark", ["上年", "2021年", "减免", "不含附加", "万美元"])
def test_a_figure_with_a_remark_that_may_change_it_is_not_taken(tmp_path, remark):
    book(tmp_path, "a.xlsx", s=[["企业代码", "年度", f"税收（{remark}）"], ["a", 2022, 5]])
    assert "tax_wan" not in read(tmp_path, "enterprise_years").frame


def test_the_name_alone_outranks_the_name_with_a_remark(tmp_path):
    book(tmp_path, "a.xlsx", s=[["企业代码", "企业名称（盖章）", "企业名称"], ["a", "b", "c"]])
    assert read(tmp_path, "enterprises").frame["name"].tolist() == ["c"]


# Units


@pytest.mark.parametrize(
    "title", ["税收情况表（单位：元）", "单位：元", "计量单位： 元", "金额单位:元、面积单位:亩"]
)
def test_the_unit_of_a_title_holds_for_the_columns_that_state_none(tmp_path, title):
    rows = [[title], [*YEAR_HEADS, "营业收入（万元）"], ["a", 2022, 5, 6]]
    book(tmp_path, "a.xlsx", s=rows)
    found = read(tmp_path, "enterprise_years")
    assert dict(found.units) == {"tax_wan": "元"}
    assert [one["field"] for one in notes(found, "sheet_unit")] == ["tax_wan"]


@pytest.mark.parametrize("title", ["填报单位：上虞区税务局", "单位：元、万元", "单位：税务局"])
def test_a_title_that_states_no_unit_or_two_changes_nothing(tmp_path, title):
    book(tmp_path, "a.xlsx", s=[[title], YEAR_HEADS, ["a", 2022, 5]])
    assert dict(read(tmp_path, "enterprise_years").units) == {}


@pytest.mark.parametrize(
    ("table", "heading", "column", "unit"),
    [
        ("links", "用地面积［公顷］", "area_mu", "公顷"),
        ("links", "用地比例（%）", "share", "%"),
        ("links", "用地比例（％）", "share", "%"),
        ("enterprise_years", "综合能耗（千克标准煤）", "energy_tce", "kgce"),
        ("enterprise_years", "综合能耗（吨标准煤）", "energy_tce", None),
    ],
)
def test_units_in_brackets_of_every_width(tmp_path, table, heading, column, unit):
    keys = ["宗地代码", "信用代码"] if table == "links" else ["信用代码", "年度"]
    book(tmp_path, "a.xlsx", s=[[*keys, heading], ["a", 2022, 50]])
    found = read(tmp_path, table)
    assert found.frame[column].tolist() == ["50"]
    assert dict(found.units) == ({column: unit} if unit else {})


def test_a_share_in_per_cent_is_a_hundredth(tmp_path):
    book(tmp_path, "a.xlsx", s=[[*LINK_HEADS[:2], "用地比例（%）"], ["a", "b", 50]])
    found = read(tmp_path, "links")
    assert assemble("links", [found], 4549, []).frame["share"].tolist() == [0.5]


# Rows that are none


@pytest.mark.parametrize("word", ["合计", "合 计", "总计", "小计：", "共计", "Total", "一、合计"])
@pytest.mark.parametrize("place", [0, 1])
def test_a_totals_row_is_left_out_and_named(tmp_path, word, place):
    total: list[object] = [None, None, 8.5]
    total[place] = word
    book(tmp_path, "a.xlsx", s=[LINK_HEADS, ["a", "b", 3.5], ["c", "d", 5], total])
    found = read(tmp_path, "links")
    assert found.rows.tolist() == [2, 3]
    assert rows_of(found, "totals_row") == [4]
    assert notes(found, "totals_differ") == []


def test_a_totals_row_that_does_not_add_up_names_both_figures(tmp_path):
    rows = [LINK_HEADS, ["a", "b", 3.5], ["c", "d", 5], ["合计", None, 9.5]]
    book(tmp_path, "a.xlsx", s=rows)
    (one,) = notes(read(tmp_path, "links"), "totals_differ")
    assert (one["row"], one["field"], one["severity"]) == (4, "area_mu", "warning")
    assert (one["before"], one["after"]) == ("9.5", "8.5")


def test_subtotals_and_a_total_are_compared_each_with_its_own_rows(tmp_path):
    rows = [
        LINK_HEADS,
        ["a", "x", 1],
        ["b", "x", 2],
        ["小计", None, 3],
        ["c", "x", 4],
        ["小计", None, 5],
        ["合计", None, 7],
    ]
    book(tmp_path, "a.xlsx", s=rows)
    found = read(tmp_path, "links")
    assert found.rows.tolist() == [2, 3, 5]
    differ = [(one["row"], one["before"], one["after"]) for one in notes(found, "totals_differ")]
    assert differ == [(6, "5", "4")]


def test_a_total_above_its_rows_is_one_too(tmp_path):
    book(tmp_path, "a.xlsx", s=[LINK_HEADS, ["合计", None, 3], ["a", "x", 1], ["b", "x", 2]])
    found = read(tmp_path, "links")
    assert (found.rows.tolist(), notes(found, "totals_differ")) == ([3, 4], [])


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(["91330604MA1", "合计机械厂"], id="a name that begins with the word"),
        pytest.param(["91330604MA1", "合计"], id="the word as a name beside a code"),
        pytest.param([None, "上虞总计电子"], id="a name without a code"),
    ],
)
def test_an_enterprise_named_after_the_word_is_no_totals_row(tmp_path, row):
    book(tmp_path, "a.xlsx", s=[["企业代码", "企业名称"], ["b", "甲厂"], row])
    found = read(tmp_path, "enterprises")
    assert found.rows.tolist() == [2, 3]
    assert notes(found, "totals_row") == []


@pytest.mark.parametrize("word", ["示例", "示例：330604001001GB00001", "（示例）", "填写示例"])
def test_an_example_row_is_left_out_and_named(tmp_path, word):
    book(tmp_path, "a.xlsx", s=[LINK_HEADS, [word, "b", 3], ["a", "c", 5]])
    found = read(tmp_path, "links")
    assert rows_of(found, "example_row") == [2]
    assert found.rows.tolist() == [3]


def test_an_enterprise_whose_name_begins_with_the_word_is_no_example(tmp_path):
    book(tmp_path, "a.xlsx", s=[["企业代码", "企业名称"], ["b", "示例电子有限公司"]])
    assert read(tmp_path, "enterprises").rows.tolist() == [2]


def test_marks_of_damage_stay_on_their_rows_when_a_row_above_is_left_out(tmp_path):
    rows = [YEAR_HEADS, ["示例", 2022, 1], [913306001234567890, 2022, 1], ["b", 2022, 2]]
    book(tmp_path, "a.xlsx", s=rows)
    found = read(tmp_path, "enterprise_years")
    assert found.frame["enterprise_id"].isna().tolist() == [True, False]
    assert rows_of(found, "bad_number_code") == [3]


# Hidden cells


def test_hidden_columns_and_rows_are_read_and_named(tmp_path):
    rows = [[*LINK_HEADS, "备注"], ["a", "b", 1, "x"], ["c", "d", 2, None], ["e", "f", 3, None]]
    laid_out(tmp_path, rows, columns="CD", hidden=(3, 4))
    found = read(tmp_path, "links")
    assert found.frame["area_mu"].tolist() == ["1", "2", "3"]
    (one,) = notes(found, "hidden_cells")
    assert one["severity"] == "warning"
    assert one["value"] == "C列（用地面积）、D列（备注）、第3–4行"


def test_hidden_columns_without_content_are_not_worth_a_warning(tmp_path):
    laid_out(tmp_path, [LINK_HEADS, ["a", "b", None]], columns="CFG", hidden=(9,))
    assert notes(read(tmp_path, "links"), "hidden_cells") == []


# Codes and dates


@pytest.mark.parametrize(
    ("code", "read_as", "kind"),
    [
        pytest.param("9.13306E+17", None, "bad_number_code", id="scientific notation"),
        pytest.param("913306001234567800.0", None, "bad_number_code", id="a long code with .0"),
        pytest.param("330604100.0", "330604100", "mended_code", id="a short code with .0"),
        pytest.param("９１３３０６０４ＭＡ１", "91330604MA1", "mended_code", id="full-width signs"),
        pytest.param("'91330604MA1", "91330604MA1", "mended_code", id="the apostrophe of text"),
        pytest.param("\u200b91330604MA1", "91330604MA1", "mended_code", id="an unseen sign"),
        pytest.param("913306001234567800", "913306001234567800", None, id="a long code as text"),
        pytest.param("3E10", "3E10", None, id="a short code with an E"),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_codes_are_mended_only_where_nothing_is_guessed(tmp_path, code, read_as, kind, ending):
    if ending == "csv":
        put(tmp_path, "a.csv", f"企业代码,年度,税收\n{code},2022,5\nb,2022,6\n")
    else:
        book(tmp_path, "a.xlsx", s=[["企业代码", "年度", "税收"], [code, 2022, 5], ["b", 2022, 6]])
    found = read(tmp_path, "enterprise_years", name=f"a.{ending}")
    first = found.frame["enterprise_id"].fillna("missing").tolist()[0]
    assert first == (read_as or "missing")
    assert rows_of(found, "bad_number_code", "mended_code") == ([2] if kind else [])
    assert not kind or notes(found, kind)


DATE_HEADS = ["问题编号", "宗地代码", "问题类型", "发现日期"]


def found_on(tmp_path: Path, *dates: object):
    rows = [[str(n), "a", "消防", one] for n, one in enumerate(dates)]
    book(tmp_path, "a.xlsx", s=[DATE_HEADS, *rows])
    return read(tmp_path, "findings")


def test_a_serial_number_beside_written_dates_is_read_as_a_date(tmp_path):
    found = found_on(tmp_path, "2021-03-05", 44260, "44260")
    # 44260 days after 1899-12-30: 121 years to 2021-01-01 are 44197 days, and 63 more.
    assert found.frame["found_on"].tolist() == ["2021-03-05"] * 3
    assert rows_of(found, "serial_date") == [3, 4]


def test_serial_numbers_alone_are_no_dates(tmp_path):
    found = found_on(tmp_path, 44260, 44261)
    assert found.frame["found_on"].tolist() == ["44260", "44261"]
    assert notes(found, "serial_date") == []


# JSON tables, dictionaries, drafts


def test_two_arrays_of_objects_glued_together_are_one_table(tmp_path):
    text = '[\n{"企业代码": "a", "年度": 2022, "税收": 5.10},\n{"企业代码": 913306001234567890}][{"年度": null, "x": [1]}]'
    put(tmp_path, "a.json", text.encode("gbk"))
    found = read(tmp_path, "enterprise_years", name="a.json")
    assert found.frame["enterprise_id"].tolist()[:2] == ["a", "913306001234567890"]
    assert found.frame["tax_wan"].tolist()[0] == "5.10"
    assert found.rows.tolist() == [1, 2, 3]
    assert notes(found, "glued_arrays")[0]["value"] == "2"
    assert notes(found, "encoding")[0]["value"] == "gb18030"


@pytest.mark.parametrize("text", ["[", "[1, 2]", "[{]", "[[[[", '[{"a": 1}] x', "[]"])
def test_broken_json_is_a_fault_or_an_empty_table(tmp_path, text):
    path = put(tmp_path, "a.json", text)
    try:
        table, issues = read_table(path)
    except LandgovError:
        return
    assert len(table) == 0
    assert len(issues) == text.count(",") + (1 if "1" in text else 0)


@pytest.mark.parametrize("table", schema.tables())
def test_no_name_of_a_table_means_two_of_its_columns(table):
    taken: dict[str, str] = {}
    for column in schema.table(table).columns.values():
        for name in (column.name, column.zh, *column.aliases):
            assert taken.setdefault(plain(name), column.name) == column.name, name


def test_the_draft_says_why_each_heading_was_taken_and_maps_no_near_miss(tmp_path):
    rows = [
        ["2022年税收（单位：元）", None, None, None, None],
        ["企业代码", "年度", "实缴税金", "用电量（万度）", "综合能耗"],
        ["a", 2022, 5, 6, 7],
    ]
    book(tmp_path, "税收.xlsx", s=rows)
    text = toml_of(recognise(tmp_path))
    assert "# 表头在第 2 行" in text
    assert "# 统一社会信用代码 enterprise_id ← “企业代码”（同义词 alias）" in text
    assert "# 年度 year ← “年度”（标准名称 term）" in text
    assert "# 单位 unit：power_kwh 按 万kWh 换算（见表头 in the heading）" in text
    assert "# 未识别 not recognised：实缴税金，可能是 perhaps tax_wan 税收（相近 " in text
    assert "columns" not in text


# Whatever a sheet holds


CELLS = st.one_of(
    st.none(),
    st.integers(-(10**18), 10**18),
    # Beyond this the writer of the test rounds up to infinity, which no workbook holds.
    st.floats(-1e300, 1e300),
    st.dates(),
    st.booleans(),
    st.sampled_from(
        ["合计", "小计", "示例", "税收", "年度", "元", "=1+1", "1", "9.1E+17", "单位：亩"]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8).filter(
        lambda text: not text.startswith("=")
    ),
)
CORNERS = st.tuples(st.integers(1, 6), st.integers(1, 4), st.integers(0, 2), st.integers(0, 2))


@pytest.mark.acceptance
@settings(max_examples=80, deadline=None)
@given(
    head=st.sampled_from([[], [YEAR_HEADS], [["表"], YEAR_HEADS]]),
    body=st.lists(st.lists(CELLS, min_size=3, max_size=4), max_size=6),
    merged=st.lists(CORNERS, max_size=2),
    hidden=st.tuples(st.sampled_from(["", "A", "BC"]), st.integers(1, 6)),
)
def test_an_arbitrary_sheet_is_a_fault_or_every_row_is_read_or_on_record(
    head, body, merged, hidden
):
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        path = book(folder, "a.xlsx", s=[*head, *body])
        sheet = openpyxl.load_workbook(path)
        for top, left, down, right in merged:
            sheet["s"].merge_cells(
                start_row=top, start_column=left, end_row=top + down, end_column=left + right
            )
        sheet["s"].row_dimensions[hidden[1]].hidden = True
        for letter in hidden[0]:
            sheet["s"].column_dimensions[letter].hidden = True
        sheet.save(path)
        before = path.read_bytes()
        grid = [[cell.value for cell in row] for row in sheet["s"].iter_rows()]
        filled = {n for n, row in enumerate(grid, 1) if any(_shows(cell) for cell in row)}
        try:
            content = workbook_content(path)
        except LandgovError:
            content = None
        if content is not None:
            assert filled - {1} <= set(content.rows.tolist())
        try:
            found = read(folder, "enterprise_years")
        except LandgovError:
            return
        finally:
            assert path.read_bytes() == before
        left = {"totals_row", "example_row", "repeated_heading", "heading_rows", "footer_row"}
        noted = {int(str(one["row"])) for one in found.notes if one["kind"] in left}
        last = max(
            [1, *(_last_heading_row(one) for one in notes(found, "heading_row", "heading_rows"))]
        )
        assert filled <= set(found.rows.tolist()) | noted | set(range(1, last + 1))


def _last_heading_row(one: dict[str, object]) -> int:
    """Last row of the headings themselves, from a note that counts them."""
    last = str(one["value"]).split("-")[-1]
    return int(last) if last.isdigit() else 1


def _shows(cell: object) -> bool:
    return cell is not None and bool(str(cell).strip())
