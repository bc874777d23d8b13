"""An enterprise laid open: its land, by which links, its indicators, its grade, with sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from landgov import schema
from landgov.policies import Policy
from landgov.quality import Checked, CheckedTable
from landgov.register.evaluation_parts import evaluation_parts

# indicator → part, whole, their column, and the unit of the quotient
RATIOS: Final[Mapping[str, tuple[str, str, str]]] = {
    "tax_per_mu": ("tax_wan", "land_mu", "万元/亩"),
    "value_added_per_mu": ("value_added_wan", "land_mu", "万元/亩"),
    "labour_productivity_wan": ("value_added_wan", "employees", "万元/人"),
    "energy_per_value_added": ("energy_tce", "value_added_wan", "tce/万元"),
    "emission_per_value_added": ("emission_t", "value_added_wan", "t/万元"),
    "rd_share": ("rd_wan", "revenue_wan", ""),
}
_RESIDUAL: Final = "取其余面积"


@dataclass(frozen=True)
class EnterpriseFacts:
    """What is known of one enterprise.

    Parameters
    ----------
    enterprise_id, name : str
        Who it is.
    land : mapping
        `land_mu`, `owned_mu`, `rented_in_mu`, `rented_out_mu`, 亩.
    links, tenants : DataFrame
        Its links, and those of who rents from it, with `source`.
    figures : DataFrame
        The year's figures: `figure`, `value`, `unit`, `source`, `department`.
    indicators : DataFrame
        `indicator`, `value`, `unit`, `part`, `whole`.
    score : DataFrame
        Points of each indicator; empty where there is no score, or it is not its own.
    evaluation : mapping
        List, score, rank, grades, reasons.
    """

    enterprise_id: str
    name: str
    land: Mapping[str, float]
    links: pd.DataFrame
    tenants: pd.DataFrame
    figures: pd.DataFrame
    indicators: pd.DataFrame
    score: pd.DataFrame
    evaluation: Mapping[str, Any]


def enterprise_facts(
    key: str, enterprises: pd.DataFrame, links: pd.DataFrame, checked: Checked, policy: Policy,
    year: int,
) -> EnterpriseFacts:  # fmt: skip
    """Gather what an enterprise's land, indicators and grade rest on (企业用地与评价依据).

    Parameters
    ----------
    key : str
        An `enterprise_id` of the table.
    enterprises, links : DataFrame
        As a run gives them.
    checked : Checked
        The checked tables, for the sources.
    policy : Policy
        Its scheme, where it has one.
    year : int
        The year of the figures.

    References
    ----------
    虞政办发〔2021〕86号, 三（二）, “一地一企一策”.
    """
    firm: pd.Series[Any] = enterprises.loc[key]  # type: ignore[assignment]
    mine = links[links["enterprise_id"] == key].reset_index(drop=True)
    mine = mine.assign(source=_link_sources(mine, checked.tables["links"]))
    let = tenants_of(key, links)
    let = let.assign(
        source=_link_sources(let, checked.tables["links"]),
        name=let["enterprise_id"].map(enterprises["name"]).fillna(let["enterprise_id"]),
    )
    parts = pd.DataFrame()
    if policy.scheme is not None:
        parts = evaluation_parts(enterprises, policy.scheme, key)
        # Who is graded with others, or by a landlord, has a score that is not its own.
        if len(parts) and abs(float(parts["points"].sum()) - float(firm["score"])) > 1e-6:
            parts = parts.iloc[:0]
    names = ("evaluation_list", "score", "rank", "rank_of", "grade", "grade_worked_out",
             "grade_reason", "grade_difference")  # fmt: skip
    return EnterpriseFacts(
        enterprise_id=key,
        name=firm["name"] if isinstance(firm["name"], str) else "",
        land={n: float(firm[n]) for n in ("land_mu", "owned_mu", "rented_in_mu", "rented_out_mu")},
        links=mine,
        tenants=let,
        figures=_figures(key, firm, checked.tables["enterprise_years"], year),
        indicators=_indicators(firm),
        score=parts,
        evaluation={name: None if pd.isna(firm[name]) else firm[name] for name in names},
    )


def tenants_of(key: str, links: pd.DataFrame) -> pd.DataFrame:
    """Links of who rents land from an enterprise: by the lessor named, else the only owner.

    Examples
    --------
    >>> links = pd.DataFrame({"parcel_id": ["P", "P"], "enterprise_id": ["A", "B"],
    ...     "role": ["owner", "lessee"], "lessor_id": [None, None]})
    >>> tenants_of("A", links)["enterprise_id"].tolist()
    ['B']
    """
    held = links[links["parcel_id"].notna() & links["enterprise_id"].notna()]
    owners = held[held["role"].eq("owner")].drop_duplicates(["parcel_id", "enterprise_id"])
    alone = owners[~owners["parcel_id"].duplicated(keep=False)]
    own = alone.loc[alone["enterprise_id"].eq(key), "parcel_id"]
    rents = held["role"].isin(("lessee", "user")) & held["enterprise_id"].ne(key)
    unnamed = held["lessor_id"].isna() & held["parcel_id"].isin(own)
    return held[rents & (held["lessor_id"].eq(key) | unnamed)].reset_index(drop=True)


def _link_sources(mine: pd.DataFrame, table: CheckedTable) -> list[str]:
    """File and row of each link; empty for rows that landgov made."""
    frame = table.frame
    found = []
    for parcel, firm, role in zip(
        mine["parcel_id"], mine["enterprise_id"], mine["role"], strict=True
    ):
        same = frame["parcel_id"].eq(parcel) & frame["enterprise_id"].eq(firm)
        same &= frame["role"].eq(role) | frame["role"].isna()
        rows = np.flatnonzero(same.fillna(value=False).to_numpy(dtype=bool))
        words = table.source(rows, "parcel_id")
        found.append("；".join(word for word in words.unique() if word))
    return found


def _figures(key: str, firm: pd.Series, table: CheckedTable, year: int) -> pd.DataFrame:
    frame = table.frame
    hit = frame["enterprise_id"].eq(key) & frame["year"].eq(year)
    rows = np.flatnonzero(hit.fillna(value=False).to_numpy(dtype=bool))
    columns = schema.table("enterprise_years").columns
    wanted = [*dict.fromkeys(name for pair in RATIOS.values() for name in pair[:2])]
    told = []
    for name in [one for one in wanted if one in columns]:
        words: list[str] = table.source(rows, name).unique().tolist()
        told.append(
            {
                "figure": name,
                "value": float(firm[name]),
                "unit": columns[name].unit,
                "source": "；".join(word for word in words if word) if pd.notna(firm[name]) else "",
                "department": columns[name].department,
            }
        )
    return pd.DataFrame(told)


def _indicators(firm: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"indicator": name, "value": float(firm[name]), "unit": unit, "part": part,
             "whole": whole}
            for name, (part, whole, unit) in RATIOS.items()
        ]
    )  # fmt: skip


def enterprise_lines(facts: EnterpriseFacts, year: int) -> Iterator[str]:
    """Say in Chinese what is known of an enterprise, so that a clerk can follow the sums.

    Parameters
    ----------
    facts : EnterpriseFacts
        From `enterprise_facts`.
    year : int
        The year of the figures.
    """
    yield from _land_lines(facts)
    yield f"指标（{year} 年）"
    yield from _indicator_lines(facts)
    yield "亩均论英雄评价"
    yield from _evaluation_lines(facts)


def _land_lines(facts: EnterpriseFacts) -> Iterator[str]:
    land = facts.land
    whole = _mu(land["land_mu"])
    made = "　".join(
        f"{sign} {word} {_mu(land[name])}"
        for sign, word, name in (
            ("＝", "自有", "owned_mu"),
            ("＋", "租入", "rented_in_mu"),
            ("－", "租出", "rented_out_mu"),
        )
    )
    yield f"用地 {whole}　{made}" if pd.notna(land["land_mu"]) else f"用地 {whole}"
    here = facts.links[facts.links["parcel_id"].notna()]
    if not len(here):
        yield "  没有用地关系：用地待核，由属地镇街、资规报送用地关系"
    for row in here.to_dict("records"):
        role = (
            schema.label("role", str(row["role"])) if isinstance(row["role"], str) else "关系不明"
        )
        lessor = f"（出租方 {row['lessor_id']}）" if isinstance(row["lessor_id"], str) else ""
        rule = row["rule"]
        how = _RESIDUAL if rule == "residual" else schema.result_word("link_rule", str(rule))
        how = how if isinstance(rule, str) else "面积不明，待核"
        came = schema.result_word("match_method", str(row["matched_by"]))
        if row["matched_by"] != "given":
            came = f"匹配采用：{came}，得分 {row['match_score']:.2f}"
        source = f"　［{row['source']}］" if row["source"] else ""
        yield f"  {row['parcel_id']}　{role}{lessor}　{_mu(row['area_worked_mu'])}（{how}）　{came}{source}"
    for row in facts.tenants.to_dict("records"):
        source = f"　［{row['source']}］" if row["source"] else ""
        yield f"  租给 {row['name']}　{row['parcel_id']}　{_mu(row['area_worked_mu'])}{source}"


def _indicator_lines(facts: EnterpriseFacts) -> Iterator[str]:
    figures = {row["figure"]: row for row in facts.figures.to_dict("records")}
    figures["land_mu"] = {
        "value": facts.land["land_mu"],
        "unit": "亩",
        "source": "",
        "department": "属地镇街",
    }
    for row in facts.indicators.to_dict("records"):
        part, whole = figures[row["part"]], figures[row["whole"]]
        sides = ((row["part"], part), (row["whole"], whole))
        if pd.isna(row["value"]):
            lacks = [
                f"{_figure_word(name)}（{side['department']}）"
                for name, side in sides
                if pd.isna(side["value"])
            ]
            why = "缺 " + "、".join(lacks) if lacks else f"{_figure_word(row['whole'])}不大于 0"
            yield f"  {_word(row['indicator'])}　待核：{why}"
            continue
        sources = "；".join(dict.fromkeys(side["source"] for _, side in sides if side["source"]))
        sums = " ÷ ".join(
            f"{_figure_word(name)} {side['value']:,.2f} {side['unit']}".rstrip()
            for name, side in sides
        )
        shown = (
            f"{row['value']:.2%}" if not row["unit"] else f"{_written(row['value'])} {row['unit']}"
        )
        yield f"  {_word(row['indicator'])} ＝ {sums} ＝ {shown}" + (
            f"　［{sources}］" if sources else ""
        )


def _word(name: str) -> str:
    return schema.result_word("indicator", name)


def _figure_word(name: str) -> str:
    if name == "land_mu":
        return "用地"
    return schema.table("enterprise_years").columns[name].zh


def _evaluation_lines(facts: EnterpriseFacts) -> Iterator[str]:
    told = facts.evaluation
    given = told["grade"] or "未报送"
    worked = told["grade_worked_out"] or "未测算"
    yield f"  报送档次 {given}，测算档次 {worked}"
    if told["grade_reason"]:
        yield f"  {told['grade_reason']}"
    if told["grade_difference"]:
        yield f"  差异：{told['grade_difference']}"
    if told["score"] is not None and not len(facts.score):
        yield "  与其他企业合并评价或随宗地主，得分构成不单列"
    for row in facts.score.to_dict("records"):
        word = _word(row["indicator"])
        if row["stood_in"]:
            sums = "缺数据，" + schema.result_word("indicator_missing", row["stood_in"])
        elif pd.isna(row["benchmark"]):
            sums = f"{row['value']:g}"
        else:
            sums = f"{row['value']:,.4g} ÷ {row['benchmark']:g} × {row['weight']:g}"
        yield f"  {word}　{sums}　{row['points']:+.2f} 分"


def _written(value: float) -> str:
    """Two decimals; four significant digits below 1."""
    return f"{value:,.2f}" if abs(value) >= 1 or value == 0 else f"{value:.4g}"


def _mu(value: float) -> str:
    return "待核" if pd.isna(value) else f"{value:,.2f} 亩"
