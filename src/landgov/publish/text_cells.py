"""Text for spreadsheets: a cell that a spreadsheet would run gets an apostrophe before it."""

from __future__ import annotations

import pandas as pd


def safe_cells(rows: pd.DataFrame) -> pd.DataFrame:
    """Copy a table with its text made safe to be opened by a spreadsheet.

    Examples
    --------
    >>> safe_cells(pd.DataFrame({"name": ["=1+1", "甲厂"]}))["name"].tolist()
    ["'=1+1", '甲厂']
    """
    safe = rows.copy()
    for name in safe.columns:
        kind = safe[name].dtype
        if isinstance(kind, pd.StringDtype) or pd.api.types.is_object_dtype(kind):
            text = safe[name].map(lambda cell: isinstance(cell, str))
            words = safe.loc[text, name].astype("str")
            safe[name] = safe[name].astype(object)
            safe.loc[text, name] = words.str.replace(r"^(?=[=+\-@\t\r])", "'", regex=True)
    return safe
