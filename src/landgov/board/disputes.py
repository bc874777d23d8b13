"""Cells that two files fill differently (冲突), taken from the issues with what each file says."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from landgov import schema
from landgov.board.comparing import COLUMNS, no_rows
from landgov.board.senders import UNDATED, Senders
from landgov.units import to_mu

KINDS = ("conflict", "conflict_settled")


def disputes(
    issues: pd.DataFrame, senders: Senders, facts: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Set out each conflict of a merge side by side.

    Parameters
    ----------
    issues : DataFrame
        The issue table.
    senders : Senders
        Who sent what, and when.
    facts : mapping of str to DataFrame
        Name, unit and land of the ``parcels`` and ``enterprises``, from `Subjects.facts`.

    Returns
    -------
    DataFrame
        Rows of the board; `stake_mu` is the difference of land, else the land of the
        subject; `stake_wan` the difference of money.
    """
    told = issues[issues["kind"].isin(KINDS)]
    if told.empty:
        return no_rows()
    # Conflicts are few, and each is told in words of its own.
    columns = [told[name] for name in ("table", "key", "field", "kind", "value", "after")]
    said = [
        {"table": table, "key": key, "field": field, "fact": kind, "used": after}
        | _sides(table, field, value, senders)
        for table, key, field, kind, value, after in zip(*columns, strict=True)
    ]
    rows = pd.DataFrame(said)
    rows["name"], rows["unit"], rows["land_mu"] = None, None, np.nan
    subject = pd.Index(rows["key"].str.split("|").str[0])
    for frame in facts.values():
        place = frame.index.get_indexer(subject)
        found = np.flatnonzero(place >= 0)
        for name in ("name", "unit", "land_mu"):
            rows.loc[found, name] = frame[name].iloc[place[found]].to_numpy()
    rows["stake_mu"] = rows["land_mu"].astype("float64").where(rows["measure"] == "", np.nan)
    by_land = rows["measure"] == "亩"
    rows.loc[by_land, "stake_mu"] = rows.loc[by_land, "difference"].abs()
    rows["stake_wan"] = rows["difference"].abs().where(rows["measure"] == "万元")
    settled = rows["fact"] == "conflict_settled"
    winner = told["message"].str.extract("按政策以(.*?)为准")[0].to_numpy(dtype=object)
    rows["why"] = np.where(
        settled, "政策写明以" + pd.Series(winner).fillna("") + "为准", "政策没有写明权威来源"
    )
    rows["used"] = rows["used"].where(settled, "无（按缺失处理）")
    text = [name for name in COLUMNS if name not in ("difference", "stake_mu", "stake_wan")]
    return rows.astype(dict.fromkeys(text, "str"))[list(COLUMNS)]


def spoken(table: str, value: str, senders: Senders) -> list[tuple[str, str]]:
    """Read a conflict's value back into what each file says.

    Parameters
    ----------
    table : str
        Its table.
    value : str
        As the merge wrote it: file：value, joined by ；.
    senders : Senders
        Gives the names of the files.
    """
    files = senders.files(table)
    if not files:
        return []
    names = "|".join(map(re.escape, files))
    parts = re.split(f"(?:^|；)({names})：", value)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def _sides(table: str, field: str, value: str, senders: Senders) -> dict[str, object]:
    """Both sides of one conflict; a third file stands with the second."""
    words = spoken(table, value, senders)
    column = schema.table(table).columns.get(field)
    unit = column.unit if column else ""
    numbers = [_number(word) for _, word in words]
    known = [number for number in numbers if number is not None]
    gap = np.nan
    if len(known) == len(words) > 1 and unit:
        gap = known[-1] - known[0] if len(known) == 2 else max(known) - min(known)
    if unit == "m2":
        gap, unit = float(to_mu(gap)), "亩"
    side: dict[str, object] = {"difference": gap, "measure": unit}
    for letter, part in (("a", words[:1]), ("b", words[1:])):
        specs = [senders.named(table, file) for file, _ in part]
        owner = schema.department_of(table, field)
        names = [(s.department or s.unit or owner) if s else owner for s in specs]
        dates = [s.date.isoformat() if s and s.date else UNDATED for s in specs]
        side[f"{letter}_department"] = "；".join(names)
        side[f"{letter}_value"] = "；".join(_label(column, word) for _, word in part)
        side[f"{letter}_date"] = "；".join(dates)
        side[f"{letter}_source"] = "；".join(file for file, _ in part)
    return side


def _number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def _label(column: schema.Column | None, word: str) -> str:
    if column is not None and column.type == "yes_no":
        return {"True": "是", "False": "否"}.get(word, word)
    return schema.label(column.codes, word) if column is not None and column.codes else word
