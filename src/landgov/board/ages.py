"""How old what departments sent is on the day judged on (时效)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from landgov import schema
from landgov.sources import RawTable

FRESH, STALE, UNDATED, LATER = "有效", "过期", "未注明", "晚于截止日"
_RANK = {STALE: 0, LATER: 1, UNDATED: 2, FRESH: 3}


def ages(raws: Sequence[RawTable], as_of: date, stale_after_days: int | None) -> pd.DataFrame:
    """Tell the age of each file on a date (时效).

    Parameters
    ----------
    raws : sequence of RawTable
        Every file as read; `date` in its block is the day that its data describe.
    as_of : date
        The day judged on.
    stale_after_days : int, optional
        A file older than so many days is stale; without it none is.

    Returns
    -------
    DataFrame
        `department`, `table`, `file`, `sheet`, `rows`, `date`, `age_days`, `state`; the
        stale ones first, then those of a day after `as_of` and those without a date.

    Examples
    --------
    >>> ages([], date(2022, 12, 31), 400).empty
    True
    """
    said = []
    for raw in raws:  # one a file
        day = raw.spec.date
        age = (as_of - day).days if day else None
        state = UNDATED if age is None else LATER if age < 0 else FRESH
        if age is not None and stale_after_days is not None and age > stale_after_days:
            state = STALE
        said.append(
            {
                "department": raw.spec.department or raw.spec.unit or suppliers(raw),
                "table": raw.spec.table,
                "file": raw.spec.name,
                "sheet": raw.sheet or "",
                "rows": len(raw.frame),
                "date": day.isoformat() if day else UNDATED,
                "age_days": float(age) if age is not None else float("nan"),
                "state": state,
            }
        )
    names = ("department", "table", "file", "sheet", "rows", "date", "age_days", "state")
    table = pd.DataFrame(said, columns=list(names))
    order = table.assign(_rank=table["state"].map(_RANK)).sort_values(
        ["_rank", "age_days", "table", "file", "sheet"],
        ascending=[True, False, True, True, True],
        kind="stable",
    )
    return order.drop(columns="_rank").reset_index(drop=True)


def suppliers(raw: RawTable) -> str:
    """Name the departments that the schema asks for what a file brings beside its key."""
    described = schema.table(raw.spec.table)
    columns = [described.columns[name] for name in raw.frame.columns]
    if raw.geometry is not None:
        columns.append(described.columns["geometry"])
    owed = [one.department for one in columns if one.name not in described.key and one.department]
    return "、".join(dict.fromkeys(owed)) or "各部门"
