"""The summary of the lists: one row a unit in charge (属地责任单位)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from landgov.layers import build_layers, known_words
from landgov.publish.list_rows import CATEGORIES
from landgov.publish.profiles import terms
from landgov.publish.workbook import Column, Sheet
from landgov.summary import largest_remainder

_STATES = (("idle", "疑似闲置"), ("to_develop", "待开发"), ("partly_used", "用而未尽"))


@dataclass(frozen=True)
class _Measure:
    """What one pair of columns counts: which parcels, and how much land on each parcel."""

    name: str
    word: str
    found: pd.Series[bool]
    mu: pd.Series[float]


def summary_sheet(land: pd.DataFrame) -> Sheet:
    """汇总: parcels and 亩 of each unit, by layer and category, and what is 待核; they overlap.

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
    land = land.reset_index(drop=True)
    rows = pd.DataFrame({"unit": land["unit"], "parcels": 1, "mu": _land(land)})
    columns = [
        Column("unit", "属地责任单位", 16, "text", "合计"),
        Column("parcels", "工业用地（宗）", 10, "0", float(len(land))),
        Column("mu", "工业用地（亩）", 13, "#,##0.00", _total(rows["mu"])),
    ]
    parts: dict[str, pd.Series[Any]] = {str(name): rows[name] for name in rows}
    for each in _measures(land):
        parts[f"{each.name}_count"] = each.found.astype("int64")
        parts[f"{each.name}_mu"] = each.mu
        columns += [
            Column(f"{each.name}_count", f"{each.word}（宗）", 10, "0", float(each.found.sum())),
            Column(
                f"{each.name}_mu", f"{each.word}（亩）", 13, "#,##0.00", _total(each.mu, each.found)
            ),
        ]
    table = pd.DataFrame(parts).groupby("unit", sort=True).sum(min_count=1).reset_index()
    # A unit none of whose land can be summed has an empty cell; one that has none of it has 0.
    for name in [name for name in table if f"{str(name).removesuffix('_mu')}_count" in table]:
        count = table[f"{str(name).removesuffix('_mu')}_count"]
        table[name] = table[name].mask(table[name].isna() & (count == 0), 0.0)
    columns = [_adding_up(column, table) for column in columns]
    lines = (
        "各类有重叠，不得相加；待核的不计入各类，另列其后。"
        "各类待核面积含判定为“是”的地块上尚待核的部分，与地图图例一致。"
        "各单位的亩数按最大余数法取两位小数，之和等于合计。",
        "；".join(known_words(land)) + "（占工业用地宗数）。没有列出的部分即待核。",
    )
    return Sheet("汇总", table, columns, "按属地责任单位汇总", lines)


def _adding_up(column: Column, table: pd.DataFrame) -> Column:
    """Round the 亩 of the units so that what is printed adds up to the total that is printed."""
    if not f"_{column.name}".endswith("_mu") or not isinstance(column.total, float):
        return column
    table[column.name] = largest_remainder(table.set_index("unit")[column.name], 2).to_numpy()
    return replace(column, total=round(float(table[column.name].sum()), 2))


def _land(land: pd.DataFrame) -> pd.Series[float]:
    if "land_mu" in land:
        return land["land_mu"].astype("float64")
    return pd.Series(float("nan"), index=land.index)


def _total(column: pd.Series[float], found: pd.Series[bool] | None = None) -> float | None:
    total = column.sum(min_count=1)
    if pd.isna(total):
        return 0.0 if found is not None and not found.any() else None
    return float(total)


def _measures(land: pd.DataFrame) -> Iterator[_Measure]:
    if "stock" in land:
        yield from _pair("stock", "存量用地", land["stock"], _land(land))
    for category in CATEGORIES:
        if category in land:
            mu = land.get(f"{category}_mu", _land(land))
            open_mu = land.get(f"{category}_unknown_mu")
            word = terms("category")[category]
            yield from _pair(category, word, land[category], mu, open_mu)
    if "land_state" not in land:
        return
    layers = {layer.key: layer for layer in build_layers(land, profile="export")}
    for state, word in _STATES:
        yield _of(state, word, land["land_state"] == state, _land(land))
        if state in layers:
            open_ = [entry.members for entry in layers[state].classes if entry.unknown]
            found = pd.Series(land.index.isin(open_[0]) if open_ else False, index=land.index)
            yield _of(f"{state}_open", f"{word}待核", found, _land(land))


def _pair(
    name: str,
    word: str,
    answers: pd.Series[str],
    mu: pd.Series[float],
    open_mu: pd.Series[float] | None = None,
) -> Iterator[_Measure]:
    """What answers yes, then what is 待核; `open_mu` is summed over all parcels."""
    yield _of(name, word, answers == "yes", mu)
    found = answers == "unknown"
    if open_mu is None:
        yield _of(f"{name}_open", f"{word}待核", found, mu)
    else:
        yield _Measure(f"{name}_open", f"{word}待核", found, open_mu.astype("float64"))


def _of(name: str, word: str, found: pd.Series[bool], mu: pd.Series[float]) -> _Measure:
    return _Measure(name, word, found, mu.astype("float64").where(found))
