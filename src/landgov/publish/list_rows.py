"""The rows of the four lists, worked out from the result tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from landgov.pathways import DECIDED
from landgov.publish.frames import flat, texts
from landgov.publish.list_words import gathered, missing_words, sentences
from landgov.publish.profiles import departments, terms, worded

CATEGORIES = (
    "low_efficiency",
    "three_low",
    "two_high",
    "four_without",
    "wider_violations",
    "collective",
)
"""Categories of 二（一） that are columns of the parcels with yes, no, unknown."""
NO_UNIT = "属地待核"
_STATES = ("supplied_not_used", "partly_used")
_PROPOSED = ("close_out", "upgrade", "merge", "state_operated", "other")
_FROM_LINKS = {
    "parcel_id": "parcel_id",
    "enterprise_id": "enterprise_id",
    "role": "role",
    "rule": "link_rule",
    "area_worked_mu": "area_worked_mu",
    "tax_worked_wan": "tax_worked_wan",
    "pathway": "link_pathway",
    "pathway_detail": "link_pathway_detail",
    "pathway_reasons": "link_pathway_reasons",
    "pathway_obstacles": "link_pathway_obstacles",
    **{name: f"link_{name}" for name in DECIDED},
}
_FROM_FIRMS = {
    "name": "firm_name",
    "industry_code": "firm_industry",
    "is_above_scale": "firm_above_scale",
    "grade": "firm_grade",
    "grade_worked_out": "firm_grade_worked_out",
    "land_mu": "firm_land_mu",
    "tax_per_mu": "firm_tax_per_mu",
    "value_added_per_mu": "firm_value_added_per_mu",
}


def industrial(parcels: pd.DataFrame) -> pd.DataFrame:
    """Parcels that are industrial land or may be, with `parcel_id` as a column and a unit."""
    rows = pd.DataFrame(flat(parcels, "parcels"))
    if "in_scope" in rows:
        rows = rows[rows["in_scope"] != "no"]
    unit = rows["unit"] if "unit" in rows else pd.Series(np.nan, index=rows.index, dtype="str")
    return rows.assign(unit=unit.fillna(NO_UNIT)).reset_index(drop=True)


def base_rows(
    parcels: pd.DataFrame, enterprises: pd.DataFrame, links: pd.DataFrame
) -> pd.DataFrame:
    """底数清单: one row a parcel × enterprise, residual land, then enterprises without land.

    The column `area_worked_mu` sums to the parcels' land, as the links do.
    """
    users, firms = _users(links), _firms(enterprises)
    land = industrial(parcels)
    rows = land.merge(
        users.dropna(subset=["parcel_id"]), on="parcel_id", how="left", validate="1:m"
    )
    landless = users[users["parcel_id"].isna() & users["enterprise_id"].notna()]
    rows = rows.sort_values(["unit", "parcel_id", "enterprise_id"], kind="stable")
    rows = pd.concat([rows, landless.sort_values("enterprise_id")], ignore_index=True)
    rows = rows.merge(firms, on="enterprise_id", how="left", validate="m:1")
    return _chinese(rows)


def problem_rows(
    parcels: pd.DataFrame, enterprises: pd.DataFrame, verdicts: pd.DataFrame
) -> pd.DataFrame:
    """问题清单: one row a parcel × category that answers yes, with the reasons, by unit."""
    land = industrial(parcels)
    lead = departments("category")
    pieces = []
    for category, found, mu, unknown_mu in _problems(land):
        piece = land[found].assign(
            category=category,
            department=lead.get(category),
            problem_mu=mu[found],
            problem_unknown_mu=unknown_mu[found],
        )
        pieces.append(piece)
    rows = pd.concat(pieces, ignore_index=True)
    reasons = _reasons(verdicts, enterprises)
    rows = rows.merge(reasons, on=["parcel_id", "category"], how="left", validate="m:1")
    order = {code: place for place, code in enumerate(terms("category"))}
    rows = rows.assign(_order=rows["category"].map(order))
    rows = rows.sort_values(["unit", "parcel_id", "_order"], kind="stable", ignore_index=True)
    return _chinese(rows.assign(category_word=worded(rows["category"], "category")))


def governance_rows(
    parcels: pd.DataFrame,
    enterprises: pd.DataFrame,
    links: pd.DataFrame,
    *,
    unknown: bool = False,
) -> pd.DataFrame:
    """治理清单: the pathway proposed for each parcel × enterprise (一地一企一策), by batch.

    What is decided stands beside it; with `unknown`, what is still 待核 is listed too.
    """
    land = industrial(parcels)
    land = land.assign(problems=_problem_words(land))
    users = _users(links)
    users = users[users["enterprise_id"].notna()]
    rows = land.merge(users, on="parcel_id", how="left", validate="1:m")
    for name in ("pathway", "pathway_detail", "pathway_reasons", "pathway_obstacles"):
        own = rows.get(f"link_{name}")
        of_parcel = rows.get(name, pd.Series(np.nan, index=rows.index, dtype="str"))
        rows[name] = of_parcel if own is None else own.where(own.notna(), of_parcel)
    paired = rows["enterprise_id"].notna()
    for name in _there(rows, DECIDED):
        rows[name] = rows[f"link_{name}"].where(paired, rows[name])
    listed = (*_PROPOSED, "unknown") if unknown else _PROPOSED
    chosen = rows["pathway"].isin(listed)
    if "pathway_decided" in rows:
        chosen |= rows["pathway_decided"].notna()
        rows["pathway_decided_day"] = rows["pathway_decided_on"].dt.strftime("%Y-%m-%d")
    rows = rows[chosen]
    places = {code: place for place, code in enumerate((*_PROPOSED, "unknown", "keep"))}
    order = rows["pathway"].map(places)
    rows = rows.assign(_order=order).sort_values(
        ["_order", "unit", "parcel_id", "enterprise_id"], kind="stable", ignore_index=True
    )
    rows = rows.merge(_firms(enterprises), on="enterprise_id", how="left", validate="m:1")
    return _chinese(rows)


def pending_rows(
    parcels: pd.DataFrame, enterprises: pd.DataFrame, verdicts: pd.DataFrame
) -> pd.DataFrame:
    """待核清单: what is missing, which department owes it, and the land that waits for it.

    One row a department, parcel, enterprise and missing item, with all rules that wait for
    it. An item that is missing for every parcel is one row for all of them.
    """
    land = industrial(parcels)
    open_ = _open_questions(land, verdicts)
    whole = _for_all(open_, land)
    listed = open_[~whole].merge(
        land[_there(land, ("parcel_id", "unit", "location", "town", "platform", "land_mu"))],
        on="parcel_id",
        how="left",
        validate="m:1",
    )
    keys = ["department", "unit", "parcel_id", "enterprise_id", "missing"]
    listed = gathered(listed, keys, {"rule_word": "、", "clause": "；"})
    names = _firms(enterprises)[["enterprise_id", "firm_name"]]
    listed = listed.merge(names, on="enterprise_id", how="left", validate="m:1")
    common = gathered(
        open_[whole].drop_duplicates(["department", "missing", "rule_word"]),
        ["department", "missing"],
        {"rule_word": "、", "clause": "；"},
    ).assign(parcel_id=f"全部 {len(land)} 宗", unit="全部")
    if "land_mu" in land:
        common = common.assign(land_mu=land["land_mu"].sum(min_count=1))
    return pd.concat([common, listed], ignore_index=True)


def _there(frame: pd.DataFrame, names: Iterable[str]) -> list[str]:
    return [name for name in names if name in frame.columns]


def _picked(frame: pd.DataFrame, table: str, names: dict[str, str]) -> pd.DataFrame:
    rows = pd.DataFrame(flat(frame, table))
    return rows[_there(rows, names)].rename(columns=names)


def _users(links: pd.DataFrame) -> pd.DataFrame:
    return _picked(links, "links", _FROM_LINKS)


def _firms(enterprises: pd.DataFrame) -> pd.DataFrame:
    rows = _picked(enterprises, "enterprises", {"enterprise_id": "enterprise_id"} | _FROM_FIRMS)
    return rows if "firm_name" in rows else rows.assign(firm_name=None)


def _chinese(rows: pd.DataFrame) -> pd.DataFrame:
    """Put the codes of the rows into Chinese, beside the codes where a caller needs both."""
    codes = dict.fromkeys((*CATEGORIES, "in_scope", "stock", "supplied_not_used"), "answer")
    codes |= {name: name for name in ("land_state", "idle", "pathway", "ownership", "role")}
    codes |= {
        "platform_level": "platform_level",
        "land_from": "land_from",
        "link_rule": "link_rule",
    }
    codes |= {"firm_grade": "grade", "firm_grade_worked_out": "grade"}
    changes = {name: worded(rows[name], list_) for name, list_ in codes.items() if name in rows}
    if "firm_above_scale" in rows:
        scale = rows["firm_above_scale"].astype("object")
        changes["firm_above_scale"] = scale.map({True: "规上", False: "规下"})
    if "pathway" in rows:
        changes["pathway_code"] = rows["pathway"]
    if "pathway_decided" in rows:
        way = worded(rows["pathway_decided_way"], "pathway_way")
        changes["pathway_decided"] = way.where(
            way.notna(), worded(rows["pathway_decided"], "pathway")
        )
    return rows.assign(**changes)


def _problems(land: pd.DataFrame) -> Iterable[tuple[str, Any, Any, Any]]:
    """Category, which parcels, the land that answers yes, and the land still unknown."""
    missing = pd.Series(np.nan, index=land.index, dtype="float64")
    for category in CATEGORIES:
        if category in land:
            mu = land.get(f"{category}_mu", missing)
            yield category, land[category] == "yes", mu, land.get(f"{category}_unknown_mu", missing)
    all_of_it = land.get("land_mu", missing)
    state = land.get("land_state", pd.Series("", index=land.index))
    yield "idle", state == "idle", all_of_it, missing
    if "supplied_not_used" in land:
        yield "supplied_not_used", land["supplied_not_used"] == "yes", all_of_it, missing
    yield "partly_used", state == "partly_used", all_of_it, missing


def _problem_words(land: pd.DataFrame) -> pd.Series[Any]:
    words = pd.Series("", index=land.index, dtype="str")
    for category, found, _, _ in _problems(land):
        words = words + np.where(found, "、" + terms("category")[category], "")
    return words.str[1:]


def _reasons(verdicts: pd.DataFrame, enterprises: pd.DataFrame) -> pd.DataFrame:
    """Text of why and who, by parcel and category, from the verdicts that answer yes."""
    rows = verdicts[(verdicts["answer"] == "yes") & (verdicts["rule"] != "in_scope")]
    rows = pd.DataFrame(flat(texts(rows), "verdicts"))
    rows = _by_category(rows)
    firm = rows["enterprise_id"] if "enterprise_id" in rows else pd.Series(np.nan, rows.index)
    names = _firms(enterprises).set_index("enterprise_id")["firm_name"]
    who = firm.map(names).where(firm.map(names).notna(), firm)
    rows = rows.assign(who=who, why=sentences(rows, who))
    rows = gathered(rows, ["parcel_id", "category"], {"why": "；", "who": "、"})
    return rows[["parcel_id", "category", "why", "who"]]


def _by_category(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Put the verdicts under the categories of the list: a three-low rule counts for both."""
    rule = verdicts["rule"]
    category = verdicts["category"].mask(rule.str.startswith("idle_"), "idle")
    category = category.mask(rule.isin(_STATES), rule)
    rows = verdicts.assign(category=category)
    both = rows[rows["category"] == "three_low"].assign(category="low_efficiency")
    return pd.concat([rows, both], ignore_index=True)


def _open_questions(land: pd.DataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    """Unknown verdicts, and a row for each unknown answer of a parcel that no verdict explains."""
    rows = texts(verdicts[verdicts["answer"] == "unknown"])
    rows = pd.DataFrame(flat(rows, "verdicts"))
    for name in ("missing", "department", "clause", "enterprise_id", "category"):
        if name not in rows:
            rows[name] = pd.Series(np.nan, index=rows.index, dtype="str")
    owed = rows["rule"].map(departments("rule"))
    rows = rows.assign(
        department=rows["department"].where(rows["department"].notna(), owed),
        rule_word=worded(rows["rule"], "rule"),
    )
    lead = departments("category")
    pieces, sorted_ = [rows], _by_category(rows)
    for category in ("in_scope", *CATEGORIES, "stock"):
        if category in land:
            explained = sorted_.loc[sorted_["category"] == category, "parcel_id"]
            if category in ("in_scope", "stock"):
                explained = rows.loc[rows["rule"].isin([category, "in_scope"]), "parcel_id"]
            lost = (land[category] == "unknown") & ~land["parcel_id"].isin(explained)
            word = terms("category").get(category, "存量用地")
            piece = land.loc[lost, ["parcel_id"]].assign(
                rule_word=word, department=lead.get(category, lead["in_scope"])
            )
            pieces.append(
                piece.assign(missing="parcels.supply_status" if category == "stock" else None)
            )
    open_ = pd.concat(pieces, ignore_index=True)
    words = {item: missing_words(item) for item in open_["missing"].dropna().unique()}
    kept = ["parcel_id", "enterprise_id", "rule_word", "missing", "department", "clause"]
    return open_[kept].assign(
        missing=[words.get(item) or "未说明" for item in open_["missing"]],
        department=open_["department"].astype("object").replace("", np.nan).fillna("部门待定"),
    )


def _for_all(open_: pd.DataFrame, land: pd.DataFrame) -> pd.Series[Any]:
    """Mark what no single parcel lacks but the whole district: said once, it is read."""
    groups = open_.groupby(["department", "missing", "rule_word"], dropna=False)["parcel_id"]
    return (groups.transform("nunique") >= len(land)) & (len(land) > 1)
