"""The popup says why: the rules a parcel meets and what is missing, and no figure to whom none is due."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

import landgov as lg
from case import Case
from landgov.explain import with_why
from landgov.layers import build_layers
from landgov.maps import write_web_map
from landgov.publish.profiles import select

AUDIENCES = ("internal", "park_system", "public")


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> lg.Result:
    """LOW: 47.31 万元 on 10 亩; OPEN: neither tax nor grade; SHOP: not industrial."""
    case = Case(tmp_path_factory.mktemp("why"))
    case.parcels(
        {"parcel_id": "LOW", "area_cert_mu": 10.0},
        {"parcel_id": "OPEN", "area_cert_mu": 10.0},
        {"parcel_id": "SHOP", "area_cert_mu": 10.0, "land_use_code": "0702"},
    )
    for name in ("LOW", "OPEN"):
        facts = {"grade": "A" if name == "LOW" else None, "is_above_scale": True}
        case.table("enterprises", {"enterprise_id": f"E{name}", "name": f"钱塘{name}厂", **facts})
        case.table("links", {"parcel_id": name, "enterprise_id": f"E{name}", "area_mu": 10})
    case.table("enterprise_years", {"enterprise_id": "ELOW", "year": 2022, "tax_wan": 47.31})
    case.table("findings", {"finding_id": "1", "kind": "fire", "major": True,
                            "enterprise_id": "ELOW", "found_on": "2022-01-01", "closed_on": ""})  # fmt: skip
    return case.run()


def page(result: lg.Result, audience: str, folder: Path) -> tuple[str, dict[str, list[str | None]]]:
    """The page of an audience, and the cells of its section 为什么 by column."""
    parcels = select(result.parcels, "parcels", audience)
    if parcels.index.name is None:
        parcels = parcels.rename_axis("parcel_id")
    layers = build_layers(parcels, profile=audience)
    told = with_why(parcels, result.verdicts)
    file = write_web_map(layers, told, folder / "index.html", title="区", source="演示",
                         as_of=result.workspace.as_of, confidential=False)  # fmt: skip
    text = file.read_text(encoding="utf-8")
    found = re.search(r'id="landgov-data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    block = json.loads(found[1])
    section = next(one for one in block["sections"] if one["word"] == "为什么")
    cells = {}
    for field in section["fields"]:
        values = field.get("values") or [
            field["words"][code] if code >= 0 else None for code in field["codes"]
        ]
        cells[field["column"]] = dict(zip(block["ids"], values, strict=True))
    return text, cells


def test_the_rules_that_say_yes_stand_with_their_clause(result: lg.Result, tmp_path: Path) -> None:
    _, cells = page(result, "internal", tmp_path)
    why = cells["why"]["LOW"].split("\n")
    assert why == [
        "亩均税收（二（一）1）",
        "规上企业亩均税收低（二（一）1）",
        "消防安全违法（二（一）3）",
    ]
    assert (cells["why"]["OPEN"], cells["why"]["SHOP"]) == ("无", "无")


def test_what_could_still_change_the_parcel_is_named_once(
    result: lg.Result, tmp_path: Path
) -> None:
    _, cells = page(result, "internal", tmp_path)
    lacks = cells["why_open"]["OPEN"].split("\n")
    assert lacks[:2] == ["税收", "亩均评价等级"]
    assert len(lacks) == len(set(lacks))
    # The tax of LOW is known, and its grade A: neither is asked for.
    assert not {"税收", "亩均评价等级"} & set(cells["why_open"]["LOW"].split("\n"))


@pytest.mark.parametrize("audience", ["park_system", "public"])
def test_rule_and_clause_leave_but_no_figure_and_no_enterprise(
    result: lg.Result, audience: str, tmp_path: Path
) -> None:
    text, cells = page(result, audience, tmp_path)
    assert "亩均税收（二（一）1）" in cells["why"]["LOW"]
    assert "税收" in cells["why_open"]["OPEN"]
    for figure in ("47.31", "4.731", "4.73", "万元", "钱塘", "ELOW", "enterprise_years"):
        assert figure not in text, figure
    assert "4.73" in page(result, "internal", tmp_path)[0]


def test_of_a_category_that_is_withheld_no_reason_leaves(result: lg.Result, tmp_path: Path) -> None:
    assert "wider_violations" not in select(result.parcels, "parcels", "public")
    text, cells = page(result, "public", tmp_path)
    assert "消防安全违法" not in text
    assert "消防安全情况" not in str(cells)


def test_the_reasons_are_those_of_the_verdicts(result: lg.Result) -> None:
    told = with_why(result.parcels, result.verdicts)
    table = result.verdicts.astype(object)
    yes = table[table["answer"].eq("yes") & table["rule"].ne("in_scope")]
    count = yes.groupby("parcel_id").size().reindex(told.index)
    lines = told["why"].str.count("\n") + 1
    pd.testing.assert_series_equal(lines, count, check_names=False, check_dtype=False)
