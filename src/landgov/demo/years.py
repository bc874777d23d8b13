"""The departments' yearly figures (年度数据): five files of three years, in their own units."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from landgov.demo.catalogue import Floats, Ints, scenarios, texts
from landgov.demo.deliveries import Delivery
from landgov.demo.departments import CODE
from landgov.demo.facts import District
from landgov.demo.firms import yearly
from landgov.demo.grading import grade


class _Years:
    """Three years of figures: who sent a row for which year, and how figures grew."""

    def __init__(self, district: District) -> None:
        rng = np.random.default_rng([district.seed, 13])
        self.firms, count = district.firms, len(district.firms)
        self.tax = texts(scenarios("firms"), "tax", self.firms["kind"].to_numpy())
        self.figures = _figures(district)
        year = np.tile([2020, 2021, 2022], count)
        luck = np.where(year == 2022, 1, rng.uniform(0.9, 1.1, 3 * count))
        self.grown = np.tile([0.84, 0.93, 1.0], count) * luck
        self.last = year == 2022
        self.sent = ~((np.repeat(self.tax, 3) == "norow") & self.last)
        code = np.repeat(self.firms["code"].to_numpy(), 3)
        self.head = {CODE: code[self.sent], "年度": year[self.sent]}

    def grow(self, name: str, digits: int) -> Floats:
        """A figure over the years."""
        figure: Floats = np.round(np.repeat(self.figures[name], 3) * self.grown, digits)
        return np.asarray(figure[self.sent])

    def tax_yuan(self) -> Floats:
        """Tax in 元; of the last year exact, of earlier years to the cent."""
        paid = np.round(np.repeat(self.firms["tax_wan"].to_numpy(), 3) * 10000 * self.grown, 4)
        earlier = np.round(np.nan_to_num(paid, nan=150000.0), 2)
        tax: Floats = np.where(self.last, paid, earlier)
        return np.asarray(tax[self.sent])


def _figures(district: District) -> dict[str, Floats]:
    if not district.figures:
        district.figures |= yearly(district.firms, district.seed)
    return district.figures


def year_files(district: District) -> Iterator[Delivery]:
    """Write three years of figures: 经信局 (GBK), 税务局 in 元, 发改局, 生态环境分局."""
    years = _Years(district)
    columns = {
        "工业增加值": ("value_added_wan", 1),
        "营业收入": ("revenue_wan", 1),
        "年平均职工人数": ("employees", 0),
        "R&D经费支出": ("rd_wan", 1),
    }
    main = {heading: years.grow(*figure) for heading, figure in columns.items()}
    name, key = "enterprise_years", (CODE, "年度")
    yield Delivery(
        name, "inputs/years_jingxin.csv", pd.DataFrame(years.head | main), key, encoding="gb18030"
    )
    energy = pd.DataFrame(years.head | {"综合能耗": years.grow("energy_tce", 4)})
    yield Delivery(
        name,
        "inputs/years_energy.csv",
        energy,
        key,
        {"constants": {"energy_basis": "等价值"}},
        encoding="gb18030",
    )
    emission = pd.DataFrame(years.head | {"主要污染物排放量": years.grow("emission_t", 4)})
    yield Delivery(name, "inputs/years_emission.csv", emission, key)
    land = np.repeat(registered_land(district), 3)[years.sent]
    registered = {"登记用地面积": np.where(years.last[years.sent], land, np.nan)}
    tax = pd.DataFrame(years.head | {"税收（元）": years.tax_yuan()} | registered)
    sent = Delivery(
        name,
        "inputs/years_tax.csv",
        tax,
        key,
        {"columns": {"tax_wan": "税收（元）"}, "units": {"tax_wan": "元"}},
    )
    row_of = np.cumsum(years.sent) - 1
    for firm in np.flatnonzero(pd.Series(years.tax).str.startswith("bad:")):
        row = int(row_of[3 * firm + 2])
        sent.put(row, "税收（元）", str(years.tax[firm]).removeprefix("bad:"))
        sent.plant(row, "tax_wan:bad_number")
    yield sent
    yield decisions_file(district)


def last_year(district: District) -> pd.DataFrame:
    """Tell the figures of the last year as they are sent, one row an enterprise (万元, tce, …).

    Missing where they count as missing; `sent` tells whether the year has a row.
    """
    firms = district.firms
    kinds, kind = scenarios("firms"), firms["kind"].to_numpy()
    figures = _figures(district)
    aim = pd.Series(texts(kinds, "tax", kind))
    silent = (aim.isin(["missing", "norow"]) | aim.str.startswith("bad:")).to_numpy()
    sent = (aim != "norow").to_numpy()
    table = pd.DataFrame(figures).where(pd.Series(sent), axis=0)
    table["tax_wan"] = np.where(silent, np.nan, np.round(firms["tax_wan"] * 10000, 4) / 10000)
    table["above"] = texts(kinds, "above", kind)
    table["land"], table["sent"] = firms["land"].to_numpy(), sent
    return table


def decided(district: District) -> pd.DataFrame:
    """Tell what people decide in the evaluation, one row an enterprise.

    A few plain enterprises each: a veto, no evaluation (by the list of exemptions or in the
    figures), points taken from one that is graded A, points given to one that is graded C.
    """
    firms, links = district.firms, district.links
    count = len(firms)
    table = pd.DataFrame({"bonus": np.zeros(count), "penalty": 0.0, "veto": False})
    table["exempt"], table["listed"], table["misreported"] = False, False, False
    kinds = scenarios("firms")["id"].to_numpy()[firms["kind"]]
    table["veto"] = kinds == "grade_d_low_tax"
    # Whose land is open has no answer of its own, and would shift everybody else's rank.
    table["exempt"] = firms["unclear"].to_numpy(dtype=bool)
    stated = links["firm"].to_numpy()[(links["pattern"] == "owner_stated").to_numpy()]
    plain = np.isin(kinds, ["healthy_above", "healthy_below"])
    plain &= np.isin(np.arange(count), stated)
    pool = np.flatnonzero(plain & (firms["finding"] < 0).to_numpy())
    # The first and the last are struck by other defects.
    spare = 2 + count // 1000
    pool = pool[spare:-spare]
    each = max(1, count // 1000)
    if len(pool) < 6 * each:
        return table
    before = grade(last_year(district), table)["grade"].to_numpy()[pool]
    best, lower = pool[before == "A"][:each], pool[before == "C"][:each]
    table.loc[best, "penalty"], table.loc[lower, "bonus"] = 250.0, 250.0
    rest = pool[~np.isin(pool, [*best, *lower])]
    for column, part in zip(("veto", "exempt", "listed", "misreported"), range(4), strict=True):
        table.loc[rest[part * each : (part + 1) * each], column] = True
    table["exempt"] |= table["listed"]
    return table


def decisions_file(district: District) -> Delivery:
    """Write points, vetoes and who is not evaluated (经信局), of those whom it concerns."""
    told = decided(district)
    told["exempt"] &= ~told["listed"]
    some = told["bonus"].gt(0) | told["penalty"].gt(0) | told["veto"] | told["exempt"]
    # A year without a row stays without one: a veto is no figure.
    mine = np.flatnonzero(some & last_year(district)["sent"])
    few = told.iloc[mine]
    rows = pd.DataFrame(
        {
            CODE: district.firms["code"].to_numpy()[mine],
            "年度": 2022,
            "加分": few["bonus"].where(few["bonus"] > 0).to_numpy(),
            "扣分": few["penalty"].where(few["penalty"] > 0).to_numpy(),
            "一票否决": np.where(few["veto"], "是", ""),
            "不参评原因": np.where(few["exempt"], "虚构·整体搬迁", ""),
        }
    )
    return Delivery("enterprise_years", "inputs/years_decided.csv", rows, (CODE, "年度"))


def registered_land(district: District) -> Floats:
    """Tell the land in the tax register (亩): that of the links, but for a few that are stale."""
    land: Floats = district.firms["land"].round(2).to_numpy(copy=True)
    if not district.clean:
        stale = stale_firms(district)
        land[stale] = np.round(land[stale] * 0.8, 2)
    return land


def stale_firms(district: District) -> Ints:
    """Choose a few plain enterprises whose land the tax register tells a fifth too small."""
    firms = district.firms
    kinds = scenarios("firms")["id"].to_numpy()[firms["kind"]]
    plain = (firms["used"] & ~firms["unclear"] & (firms["land"] > 2)).to_numpy(dtype=bool)
    plain = plain & np.isin(kinds, ["healthy_above", "healthy_below"])
    plain = plain & (firms["finding"] < 0).to_numpy()
    links = district.links
    stated = links["firm"].to_numpy()[(links["pattern"] == "owner_stated").to_numpy()]
    found = np.flatnonzero(plain & np.isin(np.arange(len(firms)), stated))
    return found[-max(1, len(firms) // 1000) :]


def power_file(district: District) -> Delivery:
    """Write three years of electricity (供电局, in 万千瓦时)."""
    years = _Years(district)
    heading = "用电量（万千瓦时）"
    rows = pd.DataFrame(years.head | {heading: years.grow("power_wan_kwh", 3)})
    entry = {"columns": {"power_kwh": heading}, "units": {"power_kwh": "万kWh"}}
    return Delivery("enterprise_years", "inputs/years_power.csv", rows, (CODE, "年度"), entry)
