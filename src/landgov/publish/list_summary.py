"""The summary of the lists: one row a unit in charge (属地责任单位)."""

from __future__ import annotations

import pandas as pd

from landgov.publish.list_rows import CATEGORIES
from landgov.publish.profiles import terms
from landgov.publish.workbook import Column, Sheet


def summary_sheet(land: pd.DataFrame) -> Sheet:
    """汇总: parcels and 亩 of each unit, by layer and category; the layers overlap.

    Parameters
    ----------
    land : DataFrame
        Industrial parcels with `unit`, answers as yes, no, unknown, and land in 亩.

    Examples
    --------
    >>> land = pd.DataFrame({"unit": ["东关街道"], "land_mu": [12.0], "stock": ["yes"]})
    >>> summary_sheet(land).frame.loc[0, "stock_mu"].item()
    12.0
    """
    rows = pd.DataFrame({"unit": land["unit"], "parcels": 1, "mu": _land(land)})
    columns = [
        Column("unit", "属地责任单位", 16, "text", "合计"),
        Column("parcels", "工业用地（宗）", 10, "0", float(len(land))),
        Column("mu", "工业用地（亩）", 13, "#,##0.00", _total(rows["mu"])),
    ]
    for name, word, found, mu in _measures(land):
        rows[f"{name}_count"] = found.astype("int64")
        rows[f"{name}_mu"] = mu.where(found)
        count = float(rows[f"{name}_count"].sum())
        columns += [
            Column(f"{name}_count", f"{word}（宗）", 10, "0", count),
            Column(f"{name}_mu", f"{word}（亩）", 13, "#,##0.00", _total(rows[f"{name}_mu"])),
        ]
    table = rows.groupby("unit", sort=True).sum(min_count=1).reset_index()
    lines = ("各类有重叠，不得相加；待核的地块不计入各类。",)
    return Sheet("汇总", table, columns, "按属地责任单位汇总", lines)


def _land(land: pd.DataFrame) -> pd.Series[float]:
    if "land_mu" in land:
        return land["land_mu"].astype("float64")
    return pd.Series(float("nan"), index=land.index)


def _total(column: pd.Series[float]) -> float | None:
    total = column.sum(min_count=1)
    return None if pd.isna(total) else float(total)


def _measures(
    land: pd.DataFrame,
) -> list[tuple[str, str, pd.Series[bool], pd.Series[float]]]:
    found: list[tuple[str, str, pd.Series[bool], pd.Series[float]]] = []
    if "stock" in land:
        found.append(("stock", "存量用地", land["stock"] == "yes", _land(land)))
    for category in CATEGORIES:
        if category in land:
            mu = land.get(f"{category}_mu", _land(land))
            found.append((category, terms("category")[category], land[category] == "yes", mu))
    if "land_state" in land:
        for state, word in (
            ("idle", "疑似闲置"),
            ("to_develop", "待开发"),
            ("partly_used", "用而未尽"),
        ):
            found.append((state, word, land["land_state"] == state, _land(land)))
    return found
