"""The lists that departments and towns get."""

from __future__ import annotations

import zipfile

import openpyxl
import pandas as pd
import pytest

from landgov.layers import build_layers
from landgov.publish.issue_book import write_issues
from landgov.publish.list_words import missing_words
from landgov.publish.lists import write_lists
from landgov.publish.workbook import Column, Sheet, write_workbook
from publish_case import AS_OF, SECRET_CODE, SECRET_NAME, district


def make(path, result=None, **changes):
    result = result or district()
    for name, frame in changes.items():
        setattr(result, name, frame)
    return write_lists(
        path,
        parcels=result.parcels,
        enterprises=result.enterprises,
        links=result.links,
        verdicts=result.verdicts,
        as_of=AS_OF,
        name="示范区",
        policy="shangyu-2021-86",
    )


def rows(path, sheet, first="序号"):
    cells = [list(row) for row in openpyxl.load_workbook(path)[sheet].values]
    top = next(number for number, row in enumerate(cells) if row[0] == first)
    return pd.DataFrame(cells[top + 1 :], columns=cells[top])


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("lists") / "lists.xlsx"
    make(path)
    return path


def test_the_four_lists_come_first_and_in_their_order(book):
    assert openpyxl.load_workbook(book).sheetnames == [
        "底数清单",
        "问题清单",
        "治理清单",
        "待核清单",
        "汇总",
    ]


def test_every_sheet_says_internal_and_the_date_and_the_policy_and_is_frozen_and_filtered(book):
    for page in openpyxl.load_workbook(book):
        assert "内部资料" in page["A1"].value
        assert "示范区" in page["A1"].value
        assert "2022-12-31" in page["A2"].value
        assert "shangyu-2021-86" in page["A2"].value
        assert page.freeze_panes
        assert page.auto_filter.ref


def test_base_list_leaves_out_what_is_not_industrial_and_says_how_many(book):
    listed = rows(book, "底数清单").iloc[:-1]
    assert "330604001001GB00006" not in set(listed["宗地代码"])
    assert "330604001001GB00005" in set(listed["宗地代码"])  # whether it is industrial is 待核
    assert "范围外地块 1 宗" in openpyxl.load_workbook(book)["底数清单"]["A3"].value


def test_land_in_the_base_list_adds_up_once_a_parcel(book):
    total = rows(book, "底数清单").iloc[-1]
    assert total["统计面积（亩）"] == 75.0  # five parcels of 15, though one has two rows
    assert total["企业用地（亩）"] == 30.0  # 15 + 12 + the residual 3


def test_an_enterprise_without_land_stands_in_the_base_list_without_a_parcel(book):
    listed = rows(book, "底数清单")
    row = listed[listed["面积测算方法"] == "未关联用地"].iloc[0]
    assert pd.isna(row["宗地代码"])
    assert row["统一社会信用代码"] == SECRET_CODE
    assert row["企业名称"] == SECRET_NAME


def test_problem_list_has_one_row_a_parcel_and_category_with_value_line_and_clause(book):
    listed = rows(book, "问题清单").iloc[:-1]
    of_second = listed[listed["宗地代码"] == "330604001001GB00002"]
    assert of_second["问题类别"].tolist() == ["低效企业用地", "三低（重点整治）", "“四无”企业用地"]
    why = of_second["认定依据（数值、界限、条款）"].iloc[0]
    first, second = why.split("；")
    assert first == "=HYPERLINK(1)：亩均税收 2.5 ≤ 5 万元/亩（二（一）1）"
    assert second == "=HYPERLINK(1)：规上企业亩均税收低 2.5 ≤ 5 万元/亩（二（一）1）"
    assert of_second["牵头部门"].iloc[0] == "区经信局、区税务局"


def test_problem_list_holds_suspected_idle_land_and_is_grouped_by_unit(book):
    listed = rows(book, "问题清单").iloc[:-1]
    assert "疑似闲置用地" in set(listed["问题类别"])
    assert listed["属地责任单位"].tolist() == sorted(listed["属地责任单位"])


def test_unknown_is_in_no_problem_list(book):
    assert "330604001001GB00003" not in set(rows(book, "问题清单")["宗地代码"])


def test_governance_list_is_a_proposal_with_room_for_the_decision(book):
    page = openpyxl.load_workbook(book)["治理清单"]
    assert "建议" in page["A1"].value
    assert "不是决定" in page["A4"].value
    listed = rows(book, "治理清单").iloc[:-1]
    assert listed["建议批次"].tolist() == ["整治提升", "国资运作"]
    assert listed["决定方式（填写）"].isna().all()


def test_pending_list_says_what_is_missing_who_owes_it_and_how_much_land_waits(book):
    listed = rows(book, "待核清单").iloc[:-1]
    row = listed[listed["应提供部门"] == "区税务局"].iloc[0]
    assert (row["宗地代码"], row["缺少的资料"]) == ("330604001001GB00003", "税收")
    assert row["涉及地块面积（亩）"] == 15.0
    row = listed[listed["缺少的资料"] == "地类体系"].iloc[0]
    assert row["应提供部门"] == "自然资源和规划分局"


def test_an_unknown_answer_that_no_verdict_explains_is_listed_all_the_same(tmp_path):
    result = district()
    result.verdicts = result.verdicts[result.verdicts["answer"] == "yes"]
    make(tmp_path / "l.xlsx", result)
    listed = rows(tmp_path / "l.xlsx", "待核清单")
    assert {"330604001001GB00003", "330604001001GB00005"} <= set(listed["宗地代码"])
    assert "未说明" in set(listed["缺少的资料"])


def test_what_the_whole_district_lacks_is_said_once(tmp_path):
    result = district()
    ids = [each for each in result.parcels.index if not each.endswith("6")]
    lacking = pd.DataFrame(
        {
            "parcel_id": ids,
            "rule": "no_safety",
            "category": "four_without",
            "answer": "unknown",
            "missing": "findings.safety",
            "department": "区应急管理局",
        }
    )
    result.verdicts = pd.concat([result.verdicts, lacking], ignore_index=True)
    make(tmp_path / "l.xlsx", result)
    listed = rows(tmp_path / "l.xlsx", "待核清单")
    of_safety = listed[listed["应提供部门"] == "区应急管理局"]
    assert of_safety["宗地代码"].tolist() == ["全部 5 宗"]
    assert of_safety["涉及地块面积（亩）"].tolist() == [75.0]


def test_no_cell_of_any_list_is_a_formula(book):
    for page in openpyxl.load_workbook(book):
        assert [cell.coordinate for row in page for cell in row if cell.data_type == "f"] == []
    with zipfile.ZipFile(book) as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name), name


@pytest.mark.parametrize(
    "planted",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "=cmd|' /C calc'!A0",
        "\t=1",
        "_x0041_",
        "<f>1</f>&amp;",
        " a ",
    ],
)
def test_text_that_looks_like_a_formula_stays_that_text(tmp_path, planted):
    frame = pd.DataFrame({"name": [planted]})
    sheet = Sheet("清单", frame, [Column("name", "名称")], planted, (planted,))
    write_workbook(tmp_path / "w.xlsx", [sheet], as_of=AS_OF, title="t")
    page = openpyxl.load_workbook(tmp_path / "w.xlsx")["清单"]
    assert [(cell.value, cell.data_type) for cell in page["A"]] == [
        (planted, "s"),
        (planted, "s"),
        ("名称", "s"),
        (planted, "s"),
    ]


def test_characters_that_xml_forbids_are_left_out_and_the_file_opens(tmp_path):
    frame = pd.DataFrame({"name": ["东\x00关\x0b街\x1f道\ufffe"]})
    write_workbook(
        tmp_path / "w.xlsx",
        [Sheet("清单", frame, [Column("name", "名称")], "t")],
        as_of=AS_OF,
        title="t",
    )
    assert openpyxl.load_workbook(tmp_path / "w.xlsx")["清单"]["A3"].value == "东关街道"


def test_missing_and_infinite_numbers_are_empty_cells_and_zero_is_zero(tmp_path):
    frame = pd.DataFrame({"mu": [float("nan"), float("inf"), 0.0]})
    sheet = Sheet("清单", frame, [Column("mu", "亩", 9, "0.00")], "t")
    write_workbook(tmp_path / "w.xlsx", [sheet], as_of=AS_OF, title="t")
    page = openpyxl.load_workbook(tmp_path / "w.xlsx")["清单"]
    assert [cell.value for cell in page["A"]][2:] == [None, None, 0]


def test_more_rows_than_a_sheet_holds_go_on_in_a_second_sheet_and_none_is_lost(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("landgov.publish.workbook.ROWS_A_SHEET", 3)
    frame = pd.DataFrame({"n": range(7)})
    sheet = Sheet("清单", frame, [Column("n", "数", 9, "0", 21.0)], "t")
    write_workbook(tmp_path / "w.xlsx", [sheet], as_of=AS_OF, title="t")
    book = openpyxl.load_workbook(tmp_path / "w.xlsx")
    assert book.sheetnames == ["清单", "清单2", "清单3"]
    values = [[cell.value for cell in page["A"]][2:] for page in book]
    assert values == [[0, 1, 2], [3, 4, 5], [6, 21]]


def test_a_second_reader_sees_the_same_cells(book):
    for sheet in ("底数清单", "问题清单", "治理清单", "待核清单", "汇总"):
        one = pd.read_excel(book, sheet_name=sheet, header=None, engine="openpyxl")
        other = pd.read_excel(book, sheet_name=sheet, header=None, engine="calamine")
        pd.testing.assert_frame_equal(one, other, check_dtype=False)


def test_a_text_too_long_for_a_cell_is_cut_and_says_so(tmp_path):
    frame = pd.DataFrame({"name": ["长" * 40_000]})
    write_workbook(
        tmp_path / "w.xlsx",
        [Sheet("清单", frame, [Column("name", "名称")], "t")],
        as_of=AS_OF,
        title="t",
    )
    value = openpyxl.load_workbook(tmp_path / "w.xlsx")["清单"]["A3"].value
    assert len(value) < 32_767
    assert "已截断" in value


def test_the_same_lists_are_the_same_bytes_and_shuffled_tables_too(tmp_path):
    make(tmp_path / "a.xlsx")
    make(tmp_path / "b.xlsx")
    shuffled = district()
    for name in ("parcels", "enterprises", "links", "verdicts"):
        setattr(shuffled, name, getattr(shuffled, name).sample(frac=1, random_state=3))
    make(tmp_path / "c.xlsx", shuffled)
    first = (tmp_path / "a.xlsx").read_bytes()
    assert first == (tmp_path / "b.xlsx").read_bytes()
    assert first == (tmp_path / "c.xlsx").read_bytes()


def test_the_file_is_dated_as_of_and_not_today(book):
    assert openpyxl.load_workbook(book).properties.created.date() == AS_OF


def test_lists_of_a_district_without_enterprises_links_or_verdicts_are_written(tmp_path):
    empty = district()
    counts = make(
        tmp_path / "l.xlsx",
        enterprises=empty.enterprises.iloc[:0],
        links=empty.links.iloc[:0],
        verdicts=empty.verdicts.iloc[:0],
    )
    assert counts["底数清单"] == 5


def test_issues_come_errors_first_with_chinese_words_and_notes_on_their_own_sheet(tmp_path):
    assert write_issues(tmp_path / "i.xlsx", district().issues, AS_OF) == 3
    book = openpyxl.load_workbook(tmp_path / "i.xlsx")
    assert book.sheetnames[0] == "汇总"
    listed = pd.concat(
        [rows(tmp_path / "i.xlsx", name, "状态") for name in book.sheetnames[1:-2]],
        ignore_index=True,
    ).sort_values("级别", ignore_index=True)
    assert listed["级别"].tolist() == ["提醒", "错误"]
    assert listed["字段"].tolist() == ["图形", "用地面积"]
    assert listed["行"].tolist() == [3, 12]
    told = rows(tmp_path / "i.xlsx", "记录", "问题类型")
    assert told["问题类型"].tolist() == ["跨界地块"]
    cells = [
        cell
        for page in book
        for row in page.iter_rows()
        for cell in row
        if cell.value == "=cmd|' /C calc'!A0"
    ]
    assert {cell.data_type for cell in cells} == {"s"}


def test_issue_summary_counts_every_issue_once(tmp_path):
    write_issues(tmp_path / "i.xlsx", district().issues, AS_OF)
    summary = rows(tmp_path / "i.xlsx", "按类型", "严重程度")
    assert summary["条数"].tolist() == [1, 1, 1, 3]
    total = rows(tmp_path / "i.xlsx", "汇总", "部门").iloc[-1]
    assert total[["错误", "提醒", "记录"]].tolist() == [1, 1, 1]


def test_no_issues_make_a_workbook_that_opens(tmp_path):
    write_issues(tmp_path / "i.xlsx", district().issues.iloc[:0], AS_OF)
    assert rows(tmp_path / "i.xlsx", "按类型", "严重程度")["条数"].tolist() == [0]
    assert openpyxl.load_workbook(tmp_path / "i.xlsx").sheetnames == ["汇总", "按类型"]


def test_every_problem_says_why(tmp_path):
    result = district()
    first, second = result.parcels.index[0], result.parcels.index[1]
    result.parcels["supplied_not_used"] = ["yes", "no", "unknown", "no", "unknown", "no"]
    result.parcels.loc[first, "land_state"] = "partly_used"
    rule = {"category": "land_state", "answer": "yes", "clause": "二（二）4"}
    told = [
        rule | {"parcel_id": first, "rule": "supplied_not_used"},
        rule | {"parcel_id": first, "rule": "partly_used", "value": 0.6, "op": "<", "threshold": 1},
        {"parcel_id": result.parcels.index[3], "rule": "idle_not_started", "answer": "yes",
         "category": "idle", "clause": "第二条"},
        {"parcel_id": result.parcels.index[4], "rule": "no_safety", "category": "four_without",
         "answer": "yes"},
        # Low-efficiency by grade D alone: its verdict stands under three_low.
        {"parcel_id": second, "rule": "grade_d", "category": "three_low", "answer": "yes"},
    ]  # fmt: skip
    kept = result.verdicts["rule"].isin(["no_licence"])
    result.verdicts = pd.concat([result.verdicts[kept], pd.DataFrame(told)], ignore_index=True)
    make(tmp_path / "l.xlsx", result)
    listed = rows(tmp_path / "l.xlsx", "问题清单").iloc[:-1]
    why = listed.set_index(["宗地代码", "问题类别"])["认定依据（数值、界限、条款）"]
    assert why.notna().all()
    assert why[first, "供而未用"] == "供而未用（二（二）4）"
    assert why[first, "用而未尽"] == "用而未尽 0.6 < 1（二（二）4）"
    assert why[second, "低效企业用地"] == "综合评价D类"
    assert why[second, "三低（重点整治）"] == "综合评价D类"


def test_a_column_that_is_empty_throughout_is_not_shown_but_those_to_fill_in_are(book):
    assert "评价等级（测算）" not in rows(book, "底数清单").columns
    assert "容积率" in rows(book, "底数清单").columns
    assert "销号日期（填写）" in rows(book, "问题清单").columns


def test_what_nobody_lacks_everywhere_is_not_mentioned(book):
    page = openpyxl.load_workbook(book)["待核清单"]
    assert "另有" not in page["A4"].value
    assert "“待核”不等于“否”" in page["A4"].value


def test_a_unit_without_such_land_has_zero_and_one_whose_land_is_missing_an_empty_cell(tmp_path):
    result = district()
    result.parcels.loc[result.parcels.index[1], "four_without_mu"] = float("nan")
    make(tmp_path / "l.xlsx", result)
    summary = rows(tmp_path / "l.xlsx", "汇总", "属地责任单位").set_index("属地责任单位")
    assert summary.loc["杭州湾综管办", "“四无”企业用地（亩）"] == 15
    assert summary.loc["杭州湾综管办", "“两高”企业用地（亩）"] == 0
    assert pd.isna(summary.loc["道墟街道", "“四无”企业用地（亩）"])
    assert summary.loc["合计", "待开发（亩）"] == 0


def test_the_summary_and_the_legend_tell_the_same_of_what_is_in_doubt(tmp_path):
    result = district()
    result.parcels["low_efficiency_unknown_mu"] = [2.5, 4.0, 15.0, 0.0, 15.0, 0.0]
    make(tmp_path / "l.xlsx", result)
    total = rows(tmp_path / "l.xlsx", "汇总", "属地责任单位").iloc[-1]
    layers = {layer.key: layer for layer in build_layers(result.parcels, profile="export")}
    for key, word in (
        ("low_efficiency", "低效企业用地"),
        ("idle", "疑似闲置"),
        ("to_develop", "待开发"),
        ("stock", "存量用地"),
    ):
        assert total[f"{word}待核（宗）"] == layers[key].unknown_count
        assert total[f"{word}待核（亩）"] == layers[key].unknown_mu
    assert total["低效企业用地待核（亩）"] == 36.5
    assert total["疑似闲置待核（宗）"] == 2


def test_a_link_without_enterprise_is_said_in_words():
    assert missing_words("links.enterprise_id|links.area_mu").startswith(
        "用地企业（不知道谁在用）、"
    )


def test_the_date_of_the_data_is_said_in_the_same_words_everywhere(book, tmp_path):
    write_issues(tmp_path / "i.xlsx", district().issues, AS_OF)
    for path in (book, tmp_path / "i.xlsx"):
        for page in openpyxl.load_workbook(path):
            assert "数据截止 2022-12-31" in page["A2"].value


def test_a_sheet_too_wide_for_a_page_is_printed_on_several_each_with_its_first_columns(tmp_path):
    frame = pd.DataFrame({"unit": ["东关街道"], "wide": [1.0]})
    narrow = Sheet("窄", frame, [Column("unit", "单位", 16)], "窄")
    wide = Sheet("宽", frame, [Column("unit", "单位", 16), *[Column("wide", "数", 50)] * 12], "宽")
    write_workbook(tmp_path / "book.xlsx", [narrow, wide], as_of=AS_OF, title="表")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    assert [book[name].page_setup.fitToWidth for name in ("窄", "宽")] in ([1, 3], [None, 3])
    assert book["宽"].print_title_cols == "$A:$B" and book["窄"].print_title_cols is None
