"""Columns and sums that the lists have in common."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from landgov.publish.workbook import Column, Sheet


def told_columns(sheet: Sheet) -> list[Column]:
    """Columns that say something: those to fill in, and those not empty throughout."""
    frame = sheet.frame
    return [
        column
        for column in sheet.columns
        if frame.empty or "填写" in column.heading or _holds(frame, column.name)
    ]


def _holds(frame: pd.DataFrame, name: str) -> bool:
    return name in frame and bool((frame[name].notna() & (frame[name] != "")).any())


def numbered(rows: pd.DataFrame) -> pd.DataFrame:
    """Number the rows from 1."""
    return rows.assign(number=range(1, len(rows) + 1))


def sum_of(rows: pd.DataFrame, name: str) -> float | None:
    """Sum what is known of a column; None where nothing is."""
    if name not in rows:
        return None
    total = rows[name].sum(min_count=1)
    return None if pd.isna(total) else float(total)


def parcels_once(rows: pd.DataFrame, name: str) -> float | None:
    """Sum a column of the parcels, each parcel once."""
    return sum_of(rows.dropna(subset=["parcel_id"]).drop_duplicates("parcel_id"), name)


def totals_line(rows: pd.DataFrame, by: str, mu: str, *, note: str = "") -> str:
    """One line `类别 3 宗 120.5 亩；…`, each parcel once in each."""
    once = rows.drop_duplicates([by, "parcel_id"])
    parts = []
    for word in once[by].dropna().unique():
        group = once[once[by] == word]
        total = sum_of(group, mu)
        missing = int(group[mu].isna().sum()) if mu in group else len(group)
        text = f"{word} {len(group)} 宗 {'—' if total is None else f'{total:,.2f}'} 亩"
        parts.append(text + (f"（{missing} 宗面积待核）" if missing else ""))
    return "；".join(parts) + (f"。{note}" if note and parts else "")


def place_columns() -> list[Column]:
    """Columns that say where a parcel lies."""
    return [
        Column("unit", "属地责任单位", 14),
        Column("parcel_id", "宗地代码", 22),
        Column("location", "坐落", 24, "wrap"),
        Column("town", "镇街", 12),
        Column("platform", "平台", 16, "wrap"),
    ]


def firm_columns() -> list[Column]:
    """Columns that say which enterprise it is."""
    return [
        Column("enterprise_id", "统一社会信用代码", 21),
        Column("firm_name", "企业名称", 24, "wrap"),
    ]


def answer_columns(names: Sequence[tuple[str, str]]) -> list[Column]:
    """Narrow columns of answers, from names and headings."""
    return [Column(name, heading, 8) for name, heading in names]
