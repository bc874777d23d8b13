"""The sheet on which pathways are decided comes back whole; totals keep every 亩 and parcel."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from landgov.outputs import write_outputs
from landgov.pathways import pathway_totals
from pathway_case import district


def test_the_sheet_of_a_run_is_filled_in_sent_back_and_cited(tmp_path: Path) -> None:
    case = district(tmp_path, tenant={"outdated_capacity": "是"})
    out = write_outputs(case.run())
    book = openpyxl.load_workbook(out / "pathways.xlsx")
    sheet = book["治理方式决定"]
    head = next(row for row in sheet.iter_rows() if any(cell.value == "决定方式" for cell in row))
    at = {cell.value: cell.column for cell in head}
    [offered] = sheet.data_validations.dataValidation
    assert "整治提升" in offered.formula1
    assert "退二优二" in offered.formula1
    rows = range(head[0].row + 1, sheet.max_row + 1)
    firms = {sheet.cell(row, at["统一社会信用代码"]).value: row for row in rows}
    assert sheet.cell(firms["E1"], at["建议批次"]).value == "整治提升"
    assert sheet.cell(firms["E2"], at["建议批次"]).value == "淘汰出清"
    said = {
        "决定方式": "退二进三",
        "决定理由": "腾退",
        "决定单位": "区经信局",
        "决定日期": "2022-12-20",
    }
    for heading, text in said.items():
        sheet.cell(firms["E2"], at[heading]).value = text
    to = tmp_path / "state" / "pathways" / "决定.xlsx"
    to.parent.mkdir(parents=True)
    book.save(to)

    result = case.run()
    assert not (result.issues["kind"] == "pathway_refused").any()
    link = result.links.set_index("enterprise_id").loc["E2"]
    assert (link["pathway"], link["pathway_decided"]) == ("close_out", "other")
    assert link["pathway_decided_source"] == f"state/pathways/决定.xlsx 第{firms['E2']}行"
    out = write_outputs(result)
    cells = list(openpyxl.load_workbook(out / "lists.xlsx")["治理清单"].iter_rows(values_only=True))
    [top] = [row for row in cells if "决定来源" in row]
    [mine] = [row for row in cells if "E2" in row]
    shown = dict(zip(top, mine, strict=True))
    assert (shown["建议批次"], shown["决定"], shown["决定单位"]) == (
        "淘汰出清",
        "退二进三",
        "区经信局",
    )
    assert shown["决定存疑"] == "现有应淘汰出清的情形"
    assert len(pd.read_parquet(out / "pathways.parquet")) == len(result.pathway_verdicts)
    told = json.loads((out / "run.json").read_text("utf-8"))
    assert told["totals"]["pathways"]["proposed"]["close_out"]["mu"] == 15
    assert told["totals"]["pathways"]["decided"]["undecided"]["parcels"] == 1


def test_totals_by_pathway_and_town_keep_the_land(tmp_path: Path) -> None:
    land = pd.DataFrame(
        {
            "in_scope": ["yes", "yes", "unknown", "no", "yes"],
            "town": ["甲镇", "甲镇", None, "甲镇", "乙镇"],
            "land_mu": [10.0, 20.5, 4.0, 99.0, None],
            "pathway": ["upgrade", "upgrade", "unknown", None, "close_out"],
            "pathway_decided": ["merge", None, None, None, None],
        },
        index=pd.Index(["A", "B", "C", "D", "E"], name="parcel_id"),
    )
    links = pd.DataFrame(
        {
            "parcel_id": ["A", "A", "B", "E"],
            "enterprise_id": ["E1", "E2", "E1", "E1"],
            "pathway": ["upgrade", "close_out", "upgrade", "close_out"],
            "pathway_decided": ["merge", "merge", None, None],
        }
    )
    totals = pathway_totals(land, links).set_index(["basis", "town", "pathway"])
    for basis in ("proposed", "decided"):
        mine = totals.loc[basis]
        # D is out of scope; E has no figure and is counted.
        assert mine["mu"].sum() == pytest.approx(34.5)
        assert mine["parcels"].sum() == 4
        assert mine["mu_missing"].sum() == 1
    assert totals.loc[("proposed", "甲镇", "upgrade")].tolist() == [2, 30.5, 0, 1]
    # No parcel there is closed as a whole, but one of its enterprises is.
    assert totals.loc[("proposed", "甲镇", "close_out")].tolist() == [0, 0, 0, 1]
    assert totals.loc[("decided", "甲镇", "merge")].tolist() == [1, 10, 0, 2]
    assert totals.loc[("decided", "镇街待核", "undecided"), "mu"] == 4


def test_totals_of_a_run_are_the_industrial_land(tmp_path: Path) -> None:
    result = district(tmp_path, tenant={}, beside={"is_leading": "是"}).run()
    totals = result.pathways.totals(result.parcels)
    for _, mine in totals.groupby("basis"):
        assert mine["mu"].sum() == pytest.approx(30)
        assert mine["parcels"].sum() == 2
