"""Many issues of one kind at once: where each row came from is looked up in arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgov import schema
from landgov.quality.issues import issue
from landgov.quality.tables import CheckedTable

Issues = list[dict[str, Any]]
Places = npt.NDArray[np.int64]


def tell(
    issues: Issues,
    kind: str,
    checked: CheckedTable,
    places: Places,
    field: str,
    *,
    key: Sequence[str] | None = None,
    value: Sequence[Any] | None = None,
    allowed: Sequence[str] | str = "",
    allowed_en: Sequence[str] | str | None = None,
) -> None:
    """Add one issue for each of many rows of a checked table, with its file and row.

    Parameters
    ----------
    issues : list of dict
        The issues are added to it.
    kind, field : str
        Kind of issue and the column concerned.
    checked : CheckedTable
        The table.
    places : array of int
        Positions of the rows in its frame.
    key : sequence of str, optional
        Key of each issue, where it is not that of the row.
    value, allowed, allowed_en : sequence of str, optional
        What fills the words of the kind, one for each place, or one for all.
    """
    if not len(places):
        return
    count = len(places)
    rows = origin_rows(checked, places, field)
    names = ("file", "sheet", "row")
    file, sheet, row = (checked.origins[name].to_numpy(dtype=object)[rows] for name in names)
    keys = row_keys(checked, places) if key is None else key
    values = [""] * count if value is None else value
    zh = [allowed] * count if isinstance(allowed, str) else allowed
    en = zh if allowed_en is None else allowed_en
    en = [en] * count if isinstance(en, str) else en
    for at in range(count):  # an issue is a text for people: it is written one by one
        issues.append(
            issue(
                kind,
                checked.name,
                file=str(file[at]),
                sheet=str(sheet[at]),
                row=int(row[at]),
                key=str(keys[at]),
                field=field,
                value=values[at],
                allowed=zh[at],
                allowed_en=en[at],
            )
        )


def origin_rows(checked: CheckedTable, places: Places, field: str) -> Places:
    """Row of `origins` that each cell came from; where it has none, the row's newest.

    Parameters
    ----------
    checked : CheckedTable
        The table.
    places : array of int
        Positions of rows in its frame.
    field : str
        The column concerned.
    """
    rows = checked.position[field].to_numpy()[places].astype(np.int64)
    absent = rows < 0
    if absent.any():
        rows = rows.copy()
        rows[absent] = checked.position.iloc[places[absent]].max(axis=1).to_numpy()
    return rows


def row_keys(checked: CheckedTable, places: Places) -> list[str]:
    """Keys of rows as text: their labels, or the needed parts of a compound key.

    Parameters
    ----------
    checked : CheckedTable
        The table.
    places : array of int
        Positions of rows in its frame.
    """
    wanted = schema.table(checked.name)
    if len(wanted.key) == 1:
        return [str(label) for label in checked.frame.index[places]]
    names = [name for name in wanted.key if wanted.columns[name].must] or list(wanted.key)
    if not names:
        return [""] * len(places)
    parts = [_text(checked.frame[name].iloc[places]) for name in names]
    return ["|".join(words) for words in zip(*parts, strict=True)]


def _text(column: pd.Series) -> list[str]:
    return ["" if pd.isna(value) else str(value) for value in column]
