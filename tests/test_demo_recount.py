"""The answers of the clean demonstration district, worked out again from its files by hand."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from demo_reading import answers, entries, rows
from landgov.demo import make_demo

PARCEL, FIRM = "宗地代码", "统一社会信用代码"
AS_OF = "2022-12-31"


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean") / "demo"
    make_demo(folder, parcels=3000, clean=True)
    return folder


@pytest.fixture(scope="module")
def stated(clean: Path) -> pd.DataFrame:
    return answers(clean, "parcels").set_index("parcel_id")


class Plain:
    """What the files of the clean district say, read cell by cell."""

    def __init__(self, folder: Path) -> None:
        self.tax = {
            row[FIRM]: Decimal(row["税收（元）"]) / 10000
            for row in rows(folder, "inputs/years_tax.csv")
            if row["年度"] == "2022" and row["税收（元）"]
        }
        self.grade = {
            r[FIRM]: r["综合评价结果"] for r in rows(folder, "inputs/evaluation_2022.csv")
        }
        self.above = {r[FIRM]: r["是否规上"] for r in rows(folder, "inputs/enterprises.xlsx")}
        self.users: dict[str, list[dict[str, str]]] = defaultdict(list)
        self.parcels_of: dict[str, set[str]] = defaultdict(set)
        for row in rows(folder, "inputs/links.xlsx"):
            if row["起始日期"][:10] <= AS_OF <= (row["终止日期"][:10] or "9999"):
                self.users[row[PARCEL]].append(row)
                self.parcels_of[row[FIRM]].add(row[PARCEL])


def _either(*answers_: str) -> str:
    return "yes" if "yes" in answers_ else "unknown" if "unknown" in answers_ else "no"


def _both(*answers_: str) -> str:
    return "no" if "no" in answers_ else "unknown" if "unknown" in answers_ else "yes"


def _is(condition: bool | None) -> str:
    return {True: "yes", False: "no", None: "unknown"}[condition]


def test_low_tax_and_three_low_of_parcels_with_one_user_are_those_of_the_text(
    clean: Path, stated: pd.DataFrame
) -> None:
    plain, checked = Plain(clean), Counter()
    for parcel, users in plain.users.items():
        firm = users[0][FIRM]
        if len(users) > 1 or len(plain.parcels_of[firm]) > 1:
            continue
        land = Decimal(users[0]["用地面积"] or stated.loc[parcel, "land_mu"])
        if users[0]["用地比例"] or (parcel not in stated.index):
            continue
        tax = plain.tax.get(firm)
        under = _is(None if tax is None else round(tax / land, 9) <= 5)
        above = {"是": "yes", "否": "no", "": "unknown"}[plain.above[firm]]
        below = {"yes": "no", "no": "yes", "unknown": "unknown"}[above]
        grade = plain.grade.get(firm)
        three = _either(
            _both(under, above),
            _both(under, below, _is(land >= 10)),
            _is(None if grade is None else grade == "D"),
        )
        scope = stated.loc[parcel, "in_scope"]
        assert stated.loc[parcel, "three_low"] == _both(scope, three), parcel
        low = _both(scope, _either(under, three))
        assert stated.loc[parcel, "low_efficiency"] == low, parcel
        checked[low] += 1
    assert min(checked["yes"], checked["no"], checked["unknown"]) > 50


def test_land_not_started_is_idle_a_year_after_the_agreed_day(
    clean: Path, stated: pd.DataFrame
) -> None:
    checked = Counter()
    for row in rows(clean, "inputs/contracts.csv"):
        parcel = row[PARCEL]
        if row["实际开工日期"] or stated.loc[parcel, "in_scope"] != "yes":
            continue
        start = row["约定开工日期"]
        if not start and row["交付土地日期"]:
            start = str(int(row["交付土地日期"][:4]) + 1) + row["交付土地日期"][4:]
        if not start:
            wanted = "unknown"
        else:
            year, month, day = map(int, start.split("-"))
            last = dt.date(year + 1, month, 28 if (month, day) == (2, 29) else day)
            wanted = "not_started" if dt.date(2022, 12, 31) > last else "not_idle"
        if wanted == "not_started" and row["延迟原因"] not in {"", "无"}:
            wanted = "excused"
        assert stated.loc[parcel, "idle"] == wanted, row
        checked[wanted] += 1
    assert set(checked) == {"not_started", "not_idle", "excused", "unknown"}


def test_suspended_land_is_idle_under_a_third_or_under_a_quarter(
    clean: Path, stated: pd.DataFrame
) -> None:
    checked = Counter()
    for row in rows(clean, "inputs/contracts.csv"):
        if not row["停工日期"] or stated.loc[row[PARCEL], "in_scope"] != "yes":
            continue
        area = money = None
        if row["已动工开发面积"]:
            area = 3 * Decimal(row["已动工开发面积"]) < Decimal(row["应动工开发面积"])
        if row["已投资额"]:
            money = 4 * Decimal(row["已投资额"]) < Decimal(row["总投资额"])
        short = row["停工日期"] > "2021-12-31"
        said = "no" if short else _either(_is(area), _is(money))
        wanted = {"yes": "suspended", "no": "not_idle", "unknown": "unknown"}[said]
        assert stated.loc[row[PARCEL], "idle"] == wanted, row
        checked[wanted] += 1
    assert set(checked) == {"suspended", "not_idle", "unknown"}


def test_an_open_finding_of_the_four_kinds_on_the_parcel_answers_yes(
    clean: Path, stated: pd.DataFrame
) -> None:
    four = {"无证无照", "无安全保障", "无合法场所", "无环保措施"}
    site = {"违章建筑", "违法用地", "无合法用地手续"}
    hit = set()
    for table, entry in entries(clean):
        if table == "findings":
            for row in rows(clean, entry["path"]):
                found, closed = row["发现日期"], row["整改完成日期"]
                is_open = found and found <= AS_OF and not (closed and closed <= AS_OF)
                counts = row["问题类型"] in four or (
                    row["问题类型"] in site and row["是否重大"] == "是"
                )
                if is_open and counts and row[PARCEL]:
                    hit.add(row[PARCEL])
    inside = stated.loc[sorted(hit)]
    inside = inside[inside["in_scope"] == "yes"]
    assert len(inside) > 30
    assert set(inside["four_without"]) == {"yes"}
