"""`landgov enterprises` and `explain` of an enterprise: land, sums, grade, each with its source."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from case import Case
from landgov.cli.app import app
from landgov.policies.scheme import load_scheme
from landgov.register.evaluation import evaluate
from landgov.register.evaluation_parts import evaluation_parts
from landgov.register.holding import grade_differences, holdings
from landgov.register.land import active_links, worked_areas
from landgov.register.spread import enterprise_land
from plain_ledger import Link
from test_conservation import AS_OF, POLICY, checked
from test_evaluation import firm

YEARS = ({"A": 300, "B": 1, "C": 100, "D": 7}, {"A": "是", "B": "否", "C": "否", "D": "否"})


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A owns P1 and lets 5 of its 15 亩 to B, B lets 2 on to C; D has no link."""
    folder = tmp_path_factory.mktemp("firms")
    (folder / "own.toml").write_text(
        'extends = "shangyu-2021-86"\n[evaluation]\nscheme = "huangyan-2022"\n', "utf-8"
    )
    case = Case(folder, policy="own.toml")
    case.parcels({"parcel_id": "P1"}, {"parcel_id": "P2"})
    case.table(
        "enterprises",
        *({"enterprise_id": key, "name": name, "grade": grade}
          for key, name, grade in (("A", "甲厂", "A"), ("B", "=乙厂", "D"), ("C", "丙厂", None),
                                   ("D", "丙厂", "B"))),
    )  # fmt: skip
    case.table(
        "links",
        {"parcel_id": "P1", "enterprise_id": "A", "role": "owner", "area_mu": 15},
        {"parcel_id": "P1", "enterprise_id": "B", "role": "lessee", "area_mu": 5},
        {"parcel_id": "P1", "enterprise_id": "C", "role": "lessee", "lessor_id": "B", "area_mu": 2},
        {"parcel_id": "P2", "enterprise_id": "B", "role": "owner", "area_mu": 6},
    )
    case.table(
        "enterprise_years",
        *({"enterprise_id": key, "year": 2022, "is_above_scale": YEARS[1][key],
           "tax_wan": tax, "power_kwh": 1e6} for key, tax in YEARS[0].items()),
    )  # fmt: skip
    case.write()
    return folder


def said(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "150"})
    assert result.exit_code == code, result.output
    return result.output


def listed(district: Path, *words: str) -> dict[str, dict[str, Any]]:
    rows = json.loads(said("enterprises", str(district), "--json", *words))
    return {row["enterprise_id"]: row for row in rows}


def test_owned_and_rented_less_let_is_the_land_that_is_used(district: Path) -> None:
    firms = listed(district)
    held = ("owned_mu", "rented_in_mu", "rented_out_mu", "land_mu")
    assert [firms["A"][name] for name in held] == [15, 0, 5, 10]
    assert [firms["B"][name] for name in held] == [6, 5, 2, 9]
    assert [firms["C"][name] for name in held] == [0, 2, 0, 2]
    assert [firms["D"][name] for name in held] == [None] * 4


def owned(*links: tuple[str, str, str | None, float | None]) -> dict[str, list[float]]:
    """Owned, rented, let and kept land of each enterprise on a parcel of 20 亩."""
    table = checked([Link("P1", firm, role, lessor, area and Fraction(str(area)), None, None, None)
                     for firm, role, lessor, area in links])  # fmt: skip
    land, firms = pd.Series({"P1": 20.0}), pd.Index(list("ABCDE"))
    active = active_links(table, land.index, firms, AS_OF)
    worked = worked_areas(active, land, POLICY, table, [])
    sums = holdings(worked, firms)
    sums["land_mu"] = enterprise_land(worked, firms, covered=False)
    return {str(firm): row for firm, row in zip(firms, sums.to_numpy().tolist(), strict=True)}


def test_an_owner_that_also_rents_lets_what_it_owns_first() -> None:
    held = owned(("A", "owner", None, 5), ("B", "owner", None, 9), ("A", "lessee", "B", 4),
                 ("C", "lessee", "A", 7))  # fmt: skip
    assert held["A"] == [5, 4, 7, 2]
    assert held["B"] == [9, 0, 4, 5]
    assert held["C"] == [0, 7, 0, 7]


def test_what_is_let_beyond_what_is_owned_is_in_none_of_the_three() -> None:
    held = owned(("A", "owner", None, 10), ("B", "lessee", None, 12))
    assert held["A"] == [10, 0, 10, 0]
    assert held["B"] == [0, 12, 0, 12]


def test_an_owner_without_an_area_owns_what_it_keeps_and_lets() -> None:
    held = owned(("A", "owner", None, None), ("B", "lessee", None, 12), ("C", "user", "B", 5))
    assert held["A"] == [20, 0, 12, 8]
    assert held["B"] == [0, 12, 5, 7]


def test_the_lists_are_cut_as_asked(district: Path) -> None:
    assert sorted(listed(district, "--unmatched")) == ["D"]
    assert sorted(listed(district, "--grade", "d")) == sorted(
        key
        for key, row in listed(district).items()
        if "D" in (row["grade"], row["grade_worked_out"])
    )
    rows = listed(district)
    both = {key for key, row in rows.items() if row["grade"] and row["grade_worked_out"]}
    apart = {key for key in both if rows[key]["grade"] != rows[key]["grade_worked_out"]}
    assert set(listed(district, "--different")) == apart
    assert "A" in apart  # given A; alone above scale, rank 1 of 1 is past every share but the last: D
    assert {"C", "D"}.isdisjoint(both)
    # One grade alone is no difference; what is missing is said all the same.
    assert rows["C"]["grade_difference"].startswith("未报送，测算 ")
    assert rows["D"]["grade_difference"].startswith("报送 B，未测算：")


def test_unmatched_are_those_of_the_workbooks(tmp_path: Path) -> None:
    # R stands twice, so its link joins neither row; yet the link is there. Only D has none.
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    case.table(
        "enterprises",
        {"enterprise_id": "R", "name": "甲厂"},
        {"enterprise_id": "R", "name": "乙厂"},
        {"enterprise_id": "D", "name": "丙厂"},
    )
    case.table("links", {"parcel_id": "P1", "enterprise_id": "R", "role": "owner"})
    case.write()
    to = tmp_path / "firms.xlsx"
    assert {"D", "R#1", "R#2"} <= set(listed(tmp_path))
    assert sorted(listed(tmp_path, "--unmatched", "--to", str(to))) == ["D"]
    cells = [c for row in openpyxl.load_workbook(to)["未匹配企业"].values for c in row]
    assert "D" in cells and not {"R", "R#1", "R#2"} & set(cells)


def test_the_book_holds_every_list_and_no_formula(district: Path, tmp_path: Path) -> None:
    to = tmp_path / "企业.xlsx"
    words = said("enterprises", str(district), "--to", str(to))
    assert "内部资料" in words
    book = openpyxl.load_workbook(to)
    assert book.sheetnames == ["企业清单", "档次不一致", "差别化政策", "未匹配企业", "无企业地块"]
    cells = [cell for row in book["企业清单"].iter_rows() for cell in row]
    assert "=乙厂" in [cell.value for cell in cells]
    assert all(cell.data_type != "f" for cell in cells)
    assert [row[0].value for row in book["未匹配企业"].iter_rows()][-1] == "D"


def test_a_spreadsheet_runs_no_cell_of_the_csv(district: Path, tmp_path: Path) -> None:
    to = tmp_path / "企业.csv"
    said("enterprises", str(district), "--to", str(to))
    assert "'=乙厂" in to.read_text("utf-8-sig")


def test_what_departments_gave_is_never_written_over(district: Path) -> None:
    before = (district / "links_2.csv").read_bytes()
    assert "不能覆盖" in said_error("enterprises", district, "--to", district / "links_2.csv")
    assert (district / "links_2.csv").read_bytes() == before
    said("enterprises", str(district), "--to", str(district / "x.docx"), code=2)
    for result in ("enterprises.parquet", "lists.xlsx"):
        assert "不能覆盖" in said_error("enterprises", district, "--to", district / "out" / result)


def said_error(*words: object) -> str:
    """What is told of a fault; `main` prints the exception."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.output + str(result.exception or "")


def test_an_enterprise_is_explained_with_its_sums_and_sources(district: Path) -> None:
    words = said("explain", str(district), "B")
    assert "用地 9.00 亩　＝ 自有 6.00 亩　＋ 租入 5.00 亩　－ 租出 2.00 亩" in words
    assert "P1　承租　3.00 亩（来源面积）　部门报送　［links_2.csv 第3行］" in words
    assert (
        "亩均税收 ＝ 税收 1.00 万元 ÷ 用地 9.00 亩 ＝ 0.1111 万元/亩　［enterprise_years_3.csv 第3行］"
        in words
    )
    assert "亩均增加值　待核：缺 工业增加值（区经信局）" in words
    assert "报送档次 D" in words


def test_who_rents_from_an_enterprise_is_named_with_its_land_and_source(district: Path) -> None:
    said = CliRunner().invoke(app, ["explain", str(district), "B"]).output
    assert "租给 丙厂　P1　2.00 亩　［links_2.csv 第4行］" in said
    # B names no lessor: it rents from the only owner.
    owner = CliRunner().invoke(app, ["explain", str(district), "A"]).output
    assert "租给 =乙厂　P1　3.00 亩　［links_2.csv 第3行］" in owner
    assert "丙厂" not in owner
    assert "租给" not in CliRunner().invoke(app, ["explain", str(district), "C"]).output


@pytest.mark.parametrize(("wide", "parts"), [(140, True), (80, False)])
def test_code_and_name_are_read_on_any_screen(
    district: Path, monkeypatch: pytest.MonkeyPatch, wide: int, parts: bool
) -> None:
    monkeypatch.setattr("landgov.cli.enterprises.out.width", wide)
    said = CliRunner().invoke(app, ["enterprises", str(district)]).output
    assert ("租入" in said) is parts
    assert "甲厂" in said and "=乙厂" in said


def test_an_enterprise_without_land_says_who_owes_the_link(district: Path) -> None:
    words = said("explain", str(district), "D")
    assert "用地 待核" in words
    assert "没有用地关系" in words
    assert "亩均税收　待核：缺 用地（属地镇街）" in words


def test_an_enterprise_may_be_called_by_a_name_that_is_its_own(district: Path) -> None:
    assert "用地 10.00 亩" in said("explain", str(district), "甲厂")
    words = said_error("explain", district, "丙厂")
    assert "C、D" in words


def test_programs_get_the_same_facts(district: Path) -> None:
    told = json.loads(said("explain", str(district), "A", "--json"))
    assert told["land"]["rented_out_mu"] == 5
    assert [row["source"] for row in told["links"]] == ["links_2.csv 第2行"]
    assert told["evaluation"]["grade"] == "A"
    points = sum(row["points"] for row in told["score"])
    assert points == pytest.approx(told["evaluation"]["score"])


@pytest.mark.parametrize("missing", ["zero", "mean", "skip"])
@pytest.mark.parametrize("cap", [1.0, 1.5, "none"])
def test_the_parts_make_the_score(missing: str, cap: float | str) -> None:
    scheme = load_scheme("huangyan-2022", {"missing": missing, "cap": cap})
    rows = [
        firm(),
        firm(2) | {"rd_wan": np.nan, "bonus_points": 3.0, "score_correction": 1.1},
        firm(0.5) | {"emission_t": np.nan, "penalty_points": 2.0},
        firm(tax_wan=np.nan),
    ]
    firms = pd.DataFrame(rows, index=list("ABCD")).astype({"is_above_scale": "boolean"})
    firms = firms.join(evaluate(firms, scheme))
    for key in firms.index:
        parts = evaluation_parts(firms, scheme, str(key))
        assert parts["points"].sum() == pytest.approx(firms.loc[key, "score"], abs=1e-9)


def test_equal_grades_and_none_at_all_are_no_difference() -> None:
    firms = pd.DataFrame(
        {"grade": ["A", None, "B"], "grade_worked_out": ["A", None, None],
         "grade_reason": ["x", None, None]}
    )  # fmt: skip
    assert grade_differences(firms).isna().tolist() == [True, True, True]


def test_a_mean_counts_those_that_have_no_score_of_their_own() -> None:
    """B has no tax, which leaves it unscored, but its emission counts in the mean for C."""
    shipped = load_scheme("huangyan-2022")
    rules = {"tax_per_mu": "none", "value_added_per_emission": "mean"}
    lists = tuple(
        replace(one, indicators=tuple(
            replace(i, missing=rules.get(i.name, i.missing)) for i in one.indicators))
        for one in shipped.lists
    )  # fmt: skip
    scheme = replace(shipped, lists=lists)
    rows = [firm(), firm(4) | {"tax_wan": np.nan}, firm() | {"emission_t": np.nan}]
    firms = pd.DataFrame(rows, index=list("ABC")).astype({"is_above_scale": "boolean"})
    firms = firms.join(evaluate(firms, scheme))
    assert np.isnan(firms.loc["B", "score"])
    parts = evaluation_parts(firms, scheme, "C").set_index("indicator")["points"]
    # A scores 10 points at the benchmark of emissions.
    own = evaluation_parts(firms, scheme, "A").set_index("indicator")["points"]
    assert own["value_added_per_emission"] == pytest.approx(10)
    assert parts["value_added_per_emission"] > 10
    assert parts.sum() == pytest.approx(firms.loc["C", "score"], abs=1e-9)
