"""The departments' files, continued: findings, contracts, promises, meters."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from landgov.demo.catalogue import Floats, scenarios, texts
from landgov.demo.deliveries import Delivery
from landgov.demo.departments import Objects, plant_scenarios, some, yes_no
from landgov.demo.facts import District
from landgov.demo.years import decided

#: File, format, encoding, department, and the kinds that it reports completely.
FINDERS: Final = (
    ("market", "csv", "gb18030", "区市场监管局", ("no_licence", "product_quality")),
    ("emergency", "xlsx", "utf-8", "区应急管理局", ("no_safety", "safety")),
    ("environment", "csv", "utf-8", "生态环境分局", ("no_environmental", "environment")),
    ("fire", "csv", "gb18030", "区消防救援大队", ("fire",)),
    ("enforcement", "xlsx", "utf-8", "区综合执法局", ("no_legal_site", "illegal_building")),
    ("planning", "csv", "utf-8", "自然资源和规划分局", ("illegal_land", "no_land_papers")),
    ("reform", "csv", "utf-8", "区发改局", ("energy_saving", "industrial_policy")),
)
KIND_WORDS: Final = {
    "no_licence": "无证无照",
    "no_safety": "无安全保障",
    "no_legal_site": "无合法场所",
    "no_environmental": "无环保措施",
    "energy_saving": "节约能源",
    "product_quality": "产品质量",
    "industrial_policy": "产业政策",
    "environment": "生态环境",
    "safety": "安全生产",
    "fire": "消防安全",
    "illegal_land": "违法用地",
    "illegal_building": "违章建筑",
    "no_land_papers": "无合法用地手续",
}


def findings_files(district: District) -> list[Delivery]:
    """Write the findings, one file a department, each complete for its kinds."""
    rng = np.random.default_rng([district.seed, 14])
    rows = scenarios("findings")
    pieces = []
    for heading, other, table, ids in (
        ("宗地代码", "统一社会信用代码", district.parcels, district.parcels["id"]),
        ("统一社会信用代码", "宗地代码", district.firms, district.firms["code"]),
    ):
        at = np.flatnonzero(table["finding"] >= 0)
        pieces.append(
            pd.DataFrame(
                {
                    heading: ids.to_numpy()[at],
                    other: "",
                    "scenario": table["finding"].to_numpy()[at],
                }
            )
        )
    found = pd.concat(pieces, ignore_index=True)
    chosen = found.pop("scenario").to_numpy()
    kind = texts(rows, "kind", chosen)
    found["问题类型"] = [KIND_WORDS[str(word)] for word in kind]
    found["是否重大"] = yes_no(texts(rows, "major", chosen))
    found["发现日期"] = texts(rows, "found", chosen)
    found["整改完成日期"] = texts(rows, "closed", chosen)
    found["是否可整改"] = some(rng, 0.8, len(found))
    sent = []
    for name, ending, encoding, department, kinds in FINDERS:
        mine = np.flatnonzero(np.isin(kind, kinds))
        part = found.iloc[mine].reset_index(drop=True)
        part.insert(
            0, "问题编号", [f"{name[:3].upper()}-2022-{n:06d}" for n in range(1, len(part) + 1)]
        )
        part["提供部门"] = department
        entry: dict[str, object] = {"covers": list(kinds)}
        if ending == "xlsx":
            entry = {"sheet": "问题清单"} | entry
        delivery = Delivery(
            "findings",
            f"inputs/findings_{name}.{ending}",
            part,
            ("问题编号",),
            entry,
            encoding=encoding,
        )
        plant_scenarios(delivery, rows, chosen[mine], np.arange(len(mine)))
        sent.append(delivery)
    return sent


def _amount(words: Objects, whole: Floats, step: float) -> Floats:
    """Read ``1/3``, ``0.25-1`` (one step less) or ``missing`` as a part of the whole."""
    known, inverse = np.unique(words.astype(str), return_inverse=True)
    share, less = [], []
    for word in known:
        base, _, minus = str(word).partition("-")
        top, _, bottom = base.partition("/")
        share.append(float(top) / float(bottom or 1) if base not in ("", "missing") else np.nan)
        less.append(step if minus else 0.0)
    amount: Floats = np.round(np.array(share)[inverse] * whole - np.array(less)[inverse], 2)
    return amount


def contracts_file(district: District) -> Delivery:
    """Write the supply contracts (资规分局, csv)."""
    rows = scenarios("supply")
    has = (rows["contract"] == "yes").to_numpy()
    parcels = district.parcels
    at = np.flatnonzero(has[parcels["supply"]] & _may_have_contract(district))
    chosen = parcels["supply"].to_numpy()[at]
    land = parcels["land"].to_numpy()[at]
    # Multiples of 12 and 400, so that a third and a quarter are whole numbers.
    should = np.maximum(1, np.round(land * 2000 / 3 / 12)) * 12
    invest = np.maximum(1, np.round(land * 240 / 400)) * 400

    def take(column: str) -> Objects:
        return texts(rows, column, chosen)

    start = pd.to_datetime(pd.Series(take("agreed_start")), errors="coerce")
    completion = (start + pd.DateOffset(years=2)).dt.strftime("%Y-%m-%d").to_numpy(dtype=object)
    early = take("issue") == "agreed_completion:dates_out_of_order"
    completion = np.where(early, "2012-12-01", np.where(pd.isna(completion), "", completion))
    table = pd.DataFrame(
        {
            "宗地代码": parcels["id"].to_numpy()[at],
            "合同编号": [f"虚构3306042022A{number:06d}" for number in range(1, len(at) + 1)],
            "合同类型": "出让",
            "签订日期": take("signed"),
            "交付土地日期": take("delivered"),
            "约定开工日期": take("agreed_start"),
            "约定竣工日期": completion,
            "实际开工日期": take("actual_start"),
            "停工日期": take("suspended"),
            "应动工开发面积": should,
            "已动工开发面积": _amount(take("developed"), should, 1),
            "总投资额": invest,
            "已投资额": _amount(take("invested"), invest, 0.01),
            "出让价款（元）": np.round(land * 35, 2) * 10000,
            "延迟原因": take("cause"),
        }
    )
    sent = Delivery(
        "contracts", "inputs/contracts.csv", table, ("宗地代码", "合同编号", "合同类型")
    )
    dated = rows["issue"].str.startswith(("agreed", "actual")).to_numpy()[chosen]
    plant_scenarios(sent, rows, chosen[dated], np.flatnonzero(dated))
    return sent


def _may_have_contract(district: District) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    answer = (scenarios("scope")["answer"] != "no").to_numpy()
    return np.asarray(answer[district.parcels["scope"]])


def promise_files(district: District) -> list[Delivery]:
    """Write commitments (标准地), project stages and monthly meters for some parcels."""
    rng = np.random.default_rng([district.seed, 15])
    parcels, rows = district.parcels, scenarios("supply")
    built = np.flatnonzero(texts(rows, "id", parcels["supply"].to_numpy()) == "built_over")
    ids = parcels["id"].to_numpy()[built]
    lines = (
        ("投资强度", 300.0, "不低于"),
        ("容积率", 1.2, "不低于"),
        ("单位能耗", 0.5, "不高于"),
        ("单位排污", 5000.0, "不低于"),
        ("亩均税收", 20.0, "不低于"),
    )
    pieces = []
    for indicator, promised, sense in lines:
        reached = np.round(promised * rng.choice([0.7, 0.95, 1.0, 1.05, 1.3], len(ids)), 3)
        pieces.append(
            pd.DataFrame(
                {
                    "宗地代码": ids,
                    "承诺指标": indicator,
                    "承诺值": promised,
                    "方向": sense,
                    "考核日期": "2019-12-31",
                    "实际值": reached,
                    "核验日期": "2020-01-15",
                }
            )
        )
    promises = pd.concat(pieces, ignore_index=True)
    steps = (
        ("招商落地", "2015-05-20", "2015-05-20"),
        ("开工", "2016-02-01", "2016-01-10"),
        ("竣工验收", "2018-02-01", "2018-03-05"),
        ("投产", "2018-08-01", "2018-10-01"),
        ("达产验收", "2019-12-31", ""),
    )
    stages = pd.concat(
        [
            pd.DataFrame({"宗地代码": ids, "阶段": s, "计划日期": p, "实际日期": a})
            for s, p, a in steps
        ],
        ignore_index=True,
    )
    return [
        Delivery(
            "commitments",
            "inputs/commitments.xlsx" if len(promises) < 60_000 else "inputs/commitments.csv",
            promises,
            ("宗地代码", "承诺指标"),
        ),
        Delivery("stages", "inputs/stages.csv", stages, ("宗地代码", "阶段")),
        _meters(district, rng),
        _exemptions(district),
    ]


def _meters(district: District, rng: np.random.Generator) -> Delivery:
    codes = district.firms["code"].to_numpy()[: min(40, len(district.firms))]
    months = [f"2022-{month:02d}-01" for month in range(1, 13)]
    count = 12 * len(codes)
    rows = pd.DataFrame(
        {
            "统一社会信用代码": np.repeat(codes, 12),
            "月份": np.tile(months, len(codes)),
            "用电量": np.round(rng.uniform(2000, 90000, count)),
            "用气量": np.round(rng.uniform(0, 4000, count)),
            "用水量": np.round(rng.uniform(20, 900, count)),
        }
    )
    return Delivery("meters", "inputs/meters_2022.csv", rows, ("统一社会信用代码", "月份"))


def _exemptions(district: District) -> Delivery:
    kinds = texts(scenarios("firms"), "id", district.firms["kind"].to_numpy())
    few = district.firms["code"].to_numpy()[np.flatnonzero(kinds == "low_above")[:3]]
    listed = district.firms["code"].to_numpy()[np.flatnonzero(decided(district)["listed"])]
    rows = pd.DataFrame(
        {
            "统一社会信用代码": [*few, *listed],
            "规则": ["low_tax"] * len(few) + ["evaluation"] * len(listed),
            "理由": "虚构·重大技改期",
            "文号": "虚构〔2022〕1号",
            "起始日期": "2022-01-01",
            "终止日期": "2023-12-31",
        }
    )
    return Delivery("exemptions", "inputs/exemptions.csv", rows, ("统一社会信用代码", "规则"))
