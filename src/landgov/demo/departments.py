"""The departments' files (部门报送): parcels, enterprises, yearly figures, links."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from landgov.demo.catalogue import Ints, numbers, scenarios, texts
from landgov.demo.deliveries import WORKBOOK_ROWS, Delivery
from landgov.demo.facts import District
from landgov.demo.firms import credit_codes
from landgov.demo.frame import CRS, TOWNS

Objects = npt.NDArray[np.object_]
CODE: Final = "统一社会信用代码"

_YES_NO = {"yes": "是", "no": "否", "missing": "", "": ""}


def yes_no(words: Objects) -> Objects:
    """Write yes and no as departments do; anything else stays as it is."""
    return np.array([_YES_NO.get(word, word) for word in words], dtype=object)


def plant_scenarios(delivery: Delivery, rows: pd.DataFrame, chosen: Ints, at: Ints) -> None:
    """Note the defects that scenarios carry: `chosen` rows of the catalogue, `at` row labels."""
    issue = texts(rows, "issue", chosen)
    for place in np.flatnonzero(issue != ""):
        delivery.plant(int(at[place]), str(issue[place]))


def some(rng: np.random.Generator, share: float, count: int) -> Objects:
    """Answer yes by chance, else no."""
    return np.where(rng.random(count) < share, "是", "否").astype(object)


def parcels_file(district: District) -> Delivery:
    """Write the parcels (资规分局, GeoPackage, Chinese layer and headings)."""
    rng = np.random.default_rng([district.seed, 11])
    parcels, count = district.parcels, len(district.parcels)
    scope, owner = scenarios("scope"), scenarios("collective")
    supply = scenarios("supply")
    own = parcels["collective"].to_numpy()
    land = parcels["land"].to_numpy()
    towns = np.array([name for _, name, *_ in TOWNS], dtype=object)
    near = np.where(parcels["cluster"] > 1, parcels["cluster"] - 2, 6 - 4 * parcels["cluster"])
    holder, holder_id = _holders(district)
    industrial = (scope["group"] == "industrial").to_numpy()[parcels["scope"]]
    collective = texts(owner, "ownership", own) == "collective"
    floor = np.round(land * 2000 / 3 * rng.uniform(0.35, 1.9, count))
    built = texts(owner, "built", own)
    year = np.floor(numbers(built, rng))
    cells = {
        "宗地代码": parcels["id"],
        "一码管地编码": [f"虞码-{number:08d}" for number in range(1, count + 1)],
        "坐落": "虚构·"
        + pd.Series(towns[near])
        + "工业路"
        + pd.Series(rng.integers(1, 900, count)).astype(str)
        + "号",
        "地类体系": texts(scope, "system", parcels["scope"].to_numpy()),
        "地类代码": texts(scope, "code", parcels["scope"].to_numpy()),
        "土地所有权性质": texts(owner, "word", own),
        "权利类型": np.where(collective, "集体建设用地使用权", "国有建设用地使用权"),
        "权利人代码": holder_id,
        "权利人": holder,
        "不动产权证号": [
            f"虚构（2020）上虞区不动产权第{number:07d}号" for number in range(1, count + 1)
        ],
        "发证面积_亩": parcels["cert"],
        "规划用途": np.where(industrial, np.where(rng.random(count) < 0.9, "工业", "其他"), "其他"),
        "是否改变用途": some(rng, 0.02, count),
        "总建筑面积": floor,
        "闲置厂房面积": np.round(floor * np.where(rng.random(count) < 0.08, rng.random(count), 0)),
        "规划容积率上限": np.where(rng.random(count) < 0.9, 2.0, 1.5),
        "建成年份": year,
        "占用起始日期": _days(rng, count, 1998, 2018),
        "是否危房": yes_no(texts(owner, "unsafe", own)),
        "供应状态": texts(supply, "status", parcels["supply"].to_numpy()),
        "是否银行抵押": (mortgaged := some(rng, 0.25, count)),
        "抵押是否违约": np.where(mortgaged == "是", some(rng, 0.08, count), "否"),
        "是否具有再开发价值": some(rng, 0.4, count),
        "是否符合复垦要求": some(rng, 0.1, count),
        "信访件数": np.array(texts(owner, "petitions", own), dtype=float),
        "是否管理松散": yes_no(texts(owner, "loose", own)),
    }
    rows = gpd.GeoDataFrame(cells, geometry=parcels["geometry"].to_numpy(), crs=CRS)
    entry = {"layer": "宗地", "columns": {"area_cert_mu": "发证面积_亩"}}
    sent = Delivery("parcels", "inputs/parcels.gpkg", rows, ("宗地代码",), entry)
    for name, column in (("scope", "scope"), ("collective", "collective"), ("supply", "supply")):
        catalogue, chosen = scenarios(name), parcels[column].to_numpy()
        wanted = catalogue["issue"].str.startswith(("agreed", "actual")).to_numpy()[chosen]
        at = np.flatnonzero(~wanted)
        plant_scenarios(sent, catalogue, chosen[at], at)
    for row in np.flatnonzero(pd.Series(built).str.startswith("bad:")):
        sent.put(int(row), "建成年份", str(built[row]).removeprefix("bad:"))
    return sent


def _days(rng: np.random.Generator, count: int, first: int, last: int) -> Objects:
    years = rng.integers(first, last + 1, count)
    months, days = rng.integers(1, 13, count), rng.integers(1, 29, count)
    return np.array(
        [f"{y}-{m:02d}-{d:02d}" for y, m, d in zip(years, months, days, strict=True)], dtype=object
    )


def _holders(district: District) -> tuple[Objects, Objects]:
    """Name the right holder: the first user who is an owner, a village, or a state company."""
    owner = texts(scenarios("collective"), "ownership", district.parcels["collective"].to_numpy())
    count = len(owner)
    villages = credit_codes(np.arange(count) % 200 + 1, head="N2330604")
    village = np.array(
        [f"虚构第{n % 200 + 1:03d}村股份经济合作社" for n in range(count)], dtype=object
    )
    name = np.where(owner == "collective", village, "虚构·区国有资产经营公司").astype(object)
    code = np.where(owner == "collective", villages, "").astype(object)
    links = district.links
    first = links[(links["slot"] == 0) & (links["role"] == "owner") & links["active"]]
    keep = owner[first["parcel"]] != "collective"
    at, firm = first["parcel"].to_numpy()[keep], first["firm"].to_numpy()[keep]
    name[at] = district.firms["name"].to_numpy()[firm]
    code[at] = district.firms["code"].to_numpy()[firm]
    return name, code


def enterprise_file(district: District) -> Delivery:
    """Write the list of enterprises (经信局, workbook)."""
    rng = np.random.default_rng([district.seed, 12])
    firms, size = district.firms, len(district.firms)
    kinds, kind = scenarios("firms"), firms["kind"].to_numpy()
    above = pd.Series(texts(kinds, "above", kind)).str.removeprefix("bad:").to_numpy(dtype=object)
    number = pd.Series(rng.integers(1, 900, size)).astype(str)
    rows = pd.DataFrame(
        {
            CODE: firms["code"],
            "企业名称": firms["name"],
            "行业代码": firms["industry"],
            "是否规上": yes_no(above),
            "是否龙头企业": some(rng, 0.05, size),
            "是否高耗低效": some(rng, 0.03, size),
            "是否负面清单": some(rng, 0.01, size),
            "企业地址": "虚构·上虞区工业路" + number + "号",
            "经度": np.nan,
            "纬度": np.nan,
        }
    )
    big = size > WORKBOOK_ROWS
    entry = {} if big else {"sheet": "企业名录"}
    sent = Delivery(
        "enterprises", f"inputs/enterprises.{'csv' if big else 'xlsx'}", rows, (CODE,), entry
    )
    at = np.flatnonzero(texts(kinds, "issue", kind) == "is_above_scale:bad_yes_no")
    plant_scenarios(sent, kinds, kind[at], at)
    return sent


def grade_files(district: District) -> list[Delivery]:
    """Write the grades (经信局, GBK), and a second telling of a few that disagrees."""
    firms = district.firms
    kinds, kind = scenarios("firms"), firms["kind"].to_numpy()
    graded = np.flatnonzero(firms["grade"] != "")
    codes = firms["code"].to_numpy()
    marks = pd.DataFrame({CODE: codes[graded], "综合评价结果": firms["grade"].to_numpy()[graded]})
    sent = Delivery("enterprises", "inputs/evaluation_2022.csv", marks, (CODE,), encoding="gb18030")
    issue = texts(kinds, "issue", kind)
    bad = np.flatnonzero(np.isin(issue[graded], ["grade:bad_code", "grade:conflict"]))
    plant_scenarios(sent, kinds, kind[graded[bad]], bad)
    clash = np.flatnonzero(issue == "grade:conflict")
    if not len(clash):
        return [sent]
    other = pd.DataFrame({CODE: codes[clash], "亩均等级": "D"})
    return [sent, Delivery("enterprises", "inputs/evaluation_review.csv", other, (CODE,))]


def list_files(district: District) -> list[Delivery]:
    """Write the complete lists of 发改局, and what 生态环境分局 says of every enterprise."""
    listed, on = scenarios("lists"), district.firms["listed"].to_numpy()
    codes = district.firms["code"].to_numpy()
    energy = texts(listed, "energy", on)
    hit = np.flatnonzero(energy != "no")
    words = {"intensity": "单位能耗", "total": "能耗总量"}
    high = pd.DataFrame(
        {CODE: codes[hit], "高能耗依据": [words[str(word)] for word in energy[hit]]}
    )
    old = np.flatnonzero(texts(listed, "outdated", on) == "yes")
    emission = yes_no(texts(listed, "emission", on))
    high_entry = {
        "sheet": "高能耗清单",
        "constants": {"high_energy": "是"},
        "covers": ["high_energy"],
    }
    old_entry = {"constants": {"outdated_capacity": "是"}, "covers": ["outdated_capacity"]}
    return [
        Delivery("enterprises", "inputs/list_high_energy.xlsx", high, (CODE,), high_entry),
        Delivery(
            "enterprises",
            "inputs/list_outdated.csv",
            pd.DataFrame({CODE: codes[old]}),
            (CODE,),
            old_entry,
            encoding="gb18030",
        ),
        Delivery(
            "enterprises",
            "inputs/list_high_emission.csv",
            pd.DataFrame({CODE: codes, "是否高排放": emission}),
            (CODE,),
        ),
    ]


def links_file(district: District) -> Delivery:
    """Write who uses which parcel (属地镇街, workbook; dates are date cells)."""
    links, codes = district.links, district.firms["code"].to_numpy()
    lessor = np.where(links["lessor"] >= 0, codes[np.maximum(links["lessor"], 0)], "")
    words = {"owner": "自有", "lessee": "承租", "user": "使用"}
    big = len(links) > WORKBOOK_ROWS
    rows = pd.DataFrame(
        {
            "宗地代码": district.parcels["id"].to_numpy()[links["parcel"]],
            "统一社会信用代码": codes[links["firm"]],
            "用地关系": links["role"].map(words),
            "出租方代码": lessor,
            "用地面积": links["area"],
            "用地比例": links["share"],
            "起始日期": _day(links["from"], big),
            "终止日期": _day(links["to"], big),
        }
    )
    key = ("宗地代码", "统一社会信用代码", "用地关系", "起始日期", "终止日期")
    entry = {} if big else {"sheet": "用地关系"}
    sent = Delivery("links", f"inputs/links.{'csv' if big else 'xlsx'}", rows, key, entry)
    plain = np.flatnonzero(~links["issue"].isin(["", ":over_allocated"]))
    for row in plain:
        sent.plant(int(row), str(links["issue"].iloc[row]))
    return sent


def _day(column: pd.Series, as_text: bool) -> pd.Series:
    """Write dates as date cells of a workbook, or as text."""
    return column if as_text else pd.to_datetime(column.where(column != ""))
