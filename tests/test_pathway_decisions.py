"""What an office decides on a parcel or on an enterprise there wins, is cited, and is watched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from landgov.errors import WorkspaceError
from landgov.pipeline import Result
from pathway_case import district

SAID = {"宗地代码": "P1", "统一社会信用代码": "", "决定方式": "兼并重组", "决定理由": "已签约",
        "决定单位": "东关街道", "决定日期": "2022-11-30"}  # fmt: skip


def decide(folder: Path, *rows: dict[str, Any], name: str = "决定.csv") -> None:
    to = folder / "state" / "pathways" / name
    to.parent.mkdir(parents=True, exist_ok=True)
    table = pd.DataFrame([{**SAID, **row} for row in rows])
    if name.endswith(".csv"):
        table.to_csv(to, index=False, encoding="utf-8")
    else:
        table.to_excel(to, index=False)


def refused(result: Result) -> list[dict[str, Any]]:
    found = result.issues[result.issues["kind"] == "pathway_refused"]
    return list(found.to_dict("records"))


def test_the_decision_wins_and_both_are_shown(tmp_path: Path) -> None:
    case = district(tmp_path)
    decide(tmp_path, {})
    result = case.run()
    parcel = result.parcels.loc["P1"]
    assert (parcel["pathway"], parcel["pathway_decided"]) == ("upgrade", "merge")
    assert parcel["pathway_decided_source"] == "state/pathways/决定.csv 第2行"
    assert parcel["pathway_decided_by"] == "东关街道"
    assert parcel["pathway_decided_on"] == pd.Timestamp("2022-11-30")
    link = result.links.set_index("enterprise_id").loc["E1"]
    assert (link["pathway"], link["pathway_decided"]) == ("upgrade", "merge")
    [entry] = result.report["pathways"]
    assert {k: entry[k] for k in ("file", "rows", "taken", "refused")} == {
        "file": "决定.csv", "rows": 1, "taken": 1, "refused": 0,
    }  # fmt: skip
    assert not refused(result)


@pytest.mark.parametrize(
    ("word", "pathway", "way"),
    [
        ("upgrade", "upgrade", None),
        ("淘汰出清", "close_out", None),
        ("保持现状", "keep", None),
        ("退二进三", "other", "to_services"),
        ("政府收储", "other", "reserve"),
        ("其他方式", "other", None),
    ],
)
def test_words_and_codes_of_a_decision(
    tmp_path: Path, word: str, pathway: str, way: str | None
) -> None:
    case = district(tmp_path)
    decide(tmp_path, {"决定方式": word}, name="决定.xlsx")
    parcel = case.run().parcels.loc["P1"]
    assert parcel["pathway_decided"] == pathway
    assert (
        None if pd.isna(parcel["pathway_decided_way"]) else parcel["pathway_decided_way"]
    ) == way


def test_without_a_decision_the_columns_are_there_and_empty(tmp_path: Path) -> None:
    result = district(tmp_path).run()
    assert result.parcels["pathway_decided"].isna().all()
    assert result.links["pathway_conflict"].isna().all()


def test_a_decision_on_one_tenant_is_that_tenants(tmp_path: Path) -> None:
    case = district(tmp_path, tenant={})
    decide(tmp_path, {"统一社会信用代码": "E2", "决定方式": "淘汰出清"})
    result = case.run()
    links = result.links.set_index("enterprise_id")["pathway_decided"]
    assert links["E2"] == "close_out"
    assert pd.isna(links["E1"])
    # One of two is open: the parcel is not decided.
    assert pd.isna(result.parcels.loc["P1", "pathway_decided"])


def test_once_all_on_a_parcel_are_decided_it_shows_the_first_in_order(tmp_path: Path) -> None:
    case = district(tmp_path, tenant={})
    decide(tmp_path, {"统一社会信用代码": "E1", "决定方式": "整治提升"},
           {"统一社会信用代码": "E2", "决定方式": "淘汰出清"})  # fmt: skip
    parcel = case.run().parcels.loc["P1"]
    assert parcel["pathway_decided"] == "close_out"
    assert parcel["pathway_decided_source"].endswith("第3行")


def test_a_tenants_own_decision_stands_before_that_on_the_land(tmp_path: Path) -> None:
    case = district(tmp_path, tenant={})
    decide(tmp_path, {}, {"统一社会信用代码": "E2", "决定方式": "淘汰出清"})
    result = case.run()
    links = result.links.set_index("enterprise_id")["pathway_decided"]
    assert links.loc[["E1", "E2"]].tolist() == ["merge", "close_out"]
    assert result.parcels.loc["P1", "pathway_decided"] == "merge"


@pytest.mark.parametrize(
    ("row", "field", "value", "do"),
    [
        pytest.param({"宗地代码": "P8"}, "宗地代码", "P8", "没有这个编号", id="no such parcel"),
        pytest.param(
            {"统一社会信用代码": "E8"}, "统一社会信用代码", "E8", "不使用该地块", id="no such link"
        ),
        pytest.param({"决定方式": "拆了"}, "决定方式", "拆了", "整治提升", id="no pathway"),
        pytest.param({"决定方式": "待核"}, "决定方式", "待核", "整治提升", id="待核 is no decision"),
        pytest.param({"决定日期": "去年"}, "决定日期", "去年", "2023-03-01", id="no date"),
        pytest.param({"决定日期": "2022-02-30"}, "决定日期", "2022-02-30", "2023", id="no such day"),
        pytest.param({"决定理由": ""}, "决定理由", "", "填写", id="no reason"),
        pytest.param({"决定单位": ""}, "决定单位", "", "填写", id="nobody decided"),
    ],
)  # fmt: skip
def test_a_bad_row_is_told_with_file_row_field_value_and_what_to_do(
    tmp_path: Path, row: dict[str, Any], field: str, value: str, do: str
) -> None:
    case = district(tmp_path)
    decide(tmp_path, row)
    result = case.run()
    [told] = refused(result)
    place = ("file", "row", "field", "value", "severity")
    assert [told[name] for name in place] == ["state/pathways/决定.csv", 2, field, value, "error"]
    assert do in told["message"]
    assert result.parcels["pathway_decided"].isna().all()
    assert result.report["pathways"][0]["refused"] == 1


def test_a_row_in_which_nothing_is_decided_is_passed_over(tmp_path: Path) -> None:
    case = district(tmp_path)
    decide(tmp_path, {"决定方式": "", "决定理由": "", "决定单位": "", "决定日期": ""})
    assert not refused(case.run())


def test_the_later_decision_stands_and_two_of_one_day_that_differ_do_not(tmp_path: Path) -> None:
    case = district(tmp_path)
    decide(tmp_path, {"决定日期": "2022-12-01", "决定方式": "整治提升"}, {})
    assert case.run().parcels.loc["P1", "pathway_decided"] == "upgrade"
    decide(tmp_path, {"决定日期": "2022年12月1日"}, name="又一本.csv")
    result = case.run()
    assert result.parcels["pathway_decided"].isna().all()
    assert {one["file"] for one in refused(result)} == {
        "state/pathways/决定.csv",
        "state/pathways/又一本.csv",
    }


def test_a_decision_that_the_facts_contradict_by_now_is_flagged(tmp_path: Path) -> None:
    case = district(tmp_path, firm={"outdated_capacity": "是"}, land={"use_changed": "是"})
    decide(tmp_path, {"决定方式": "整治提升", "#proposed": "upgrade"})
    conflict = case.run().parcels.loc["P1", "pathway_conflict"]
    assert conflict == (
        "现有数据不符合“整治提升”的条件；现有应淘汰出清的情形；决定时建议为“整治提升”，现为“淘汰出清”"
    )


def test_a_decision_that_the_facts_bear_out_is_not_flagged(tmp_path: Path) -> None:
    case = district(tmp_path)
    decide(tmp_path, {"决定方式": "整治提升", "#proposed": "upgrade"})
    assert pd.isna(case.run().parcels.loc["P1", "pathway_conflict"])


def test_a_decision_about_what_is_unknown_is_not_flagged(tmp_path: Path) -> None:
    case = district(tmp_path, firm={"outdated_capacity": ""})
    decide(tmp_path, {"决定方式": "淘汰出清"})
    assert pd.isna(case.run().parcels.loc["P1", "pathway_conflict"])


def test_a_file_that_is_no_table_of_decisions_stops_the_run(tmp_path: Path) -> None:
    case = district(tmp_path)
    decide(tmp_path, {})
    folder = tmp_path / "state" / "pathways"
    (folder / "说明.txt").write_text("?")
    pd.DataFrame({"甲": [1]}).to_csv(folder / "别的.csv", index=False)
    with pytest.raises(WorkspaceError) as told:
        case.run()
    found = sorted((fault.kind, fault.file) for fault in told.value.faults)
    assert found == [("not_a_pathway_book", "别的.csv"), ("not_a_pathway_book", "说明.txt")]
