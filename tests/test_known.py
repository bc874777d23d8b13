"""What stands behind the figures: the same shares on the page, in the lists and in run.json."""

from __future__ import annotations

import json
import re

import openpyxl
import pandas as pd
import pytest

from case import Case
from landgov.layers import known_of, known_words
from landgov.layers.known import Known
from landgov.outputs import write_outputs


@pytest.mark.parametrize(
    ("count", "total", "share"),
    [(999, 1000, "99%"), (1000, 1000, "100%"), (9, 1000, "0%"), (10, 1000, "1%"), (0, 0, "—")],
)
def test_a_share_is_rounded_down(count, total, share):
    assert Known("x", "某项", False, count, total).share == share


def test_what_an_audience_does_not_get_is_not_told():
    land = pd.DataFrame({"in_scope": ["yes", "unknown"], "low_efficiency": ["yes", "unknown"]})
    assert known_words(land) == ["能判定：低效 50%"]
    assert known_words(land, ["idle"]) == []


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Four parcels: one without tax, one without ownership, one no industrial land."""
    case = Case(tmp_path_factory.mktemp("known"))
    case.parcels(
        {"parcel_id": "甲"},
        {"parcel_id": "乙"},
        {"parcel_id": "丙", "ownership": ""},
        {"parcel_id": "丁", "land_use_code": "0101"},
    )
    case.table("enterprises", {"enterprise_id": "E1"}, {"enterprise_id": "E2"})
    case.table("enterprise_years", {"enterprise_id": "E1", "year": 2022, "tax_wan": 90})
    case.table(
        "links",
        {"parcel_id": "甲", "enterprise_id": "E1", "role": "owner"},
        {"parcel_id": "乙", "enterprise_id": "E2", "role": "owner"},
    )
    return case.run()


def test_the_shares_stand_beside_the_figures_everywhere(run):
    told = {one.name: (one.count, one.total) for one in known_of(run.parcels)}
    assert told["tax_per_mu"] == (1, 3)
    assert told["ownership"] == (2, 3)
    assert told["low_efficiency"][1] == 3
    assert run.report["known"]["tax_per_mu"] == {"parcels": 1, "of": 3}
    where = write_outputs(run)
    page = (where / "maps" / "index.html").read_text(encoding="utf-8")
    block = json.loads(re.search(r'id="landgov-data">(.*?)</script>', page, re.DOTALL)[1])
    lines = known_words(run.parcels)
    assert lines[0] == "已知：亩均税收 33%，权属 66%"
    assert block["known"] == [f"{line}（占工业用地宗数）" for line in lines]
    sheet = openpyxl.load_workbook(where / "lists.xlsx", read_only=True)["汇总"]
    head = "".join(
        str(cell) for row in sheet.iter_rows(max_row=8, values_only=True) for cell in row
    )
    assert "；".join(lines) in head
