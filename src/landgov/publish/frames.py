"""Result frames made ready for files: the key as a column, cells that every format holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from landgov.publish.profiles import fields

KEYS: dict[str, tuple[str, ...]] = {
    "parcels": ("parcel_id",),
    "enterprises": ("enterprise_id",),
    "links": ("parcel_id", "enterprise_id", "role", "from", "to", "rule"),
    "verdicts": ("parcel_id", "rule", "enterprise_id"),
    "enterprise_verdicts": ("enterprise_id", "rule"),
    "pathway_verdicts": ("parcel_id",),
    "issues": ("table", "file", "sheet", "row", "field", "kind", "issue_id"),
    "places": ("parcel_id", "kind", "place_id"),
    "pairs": ("left", "right"),
    "blocks": ("block",),
    "sites": ("site",),
    "matches": ("enterprise_id", "parcel_id"),
    "indicators": ("grain", "place"),
    "summary": (
        "town_code",
        "unit",
        "platform_id",
        "platform_level",
        "cluster",
        "ownership",
        "category",
        "line",
    ),
}
"""Columns that order the rows of a result table in a file, whatever the order in memory."""


def flat(frame: pd.DataFrame | pd.Series[Any], table: str) -> pd.DataFrame:
    """Make the key an ordinary first column and put the rows in the order of their keys.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        A result table; an index that bears a name becomes the first column, another goes.
    table : str
        Which result table it is.

    Returns
    -------
    DataFrame or GeoDataFrame
        The same cells on a plain 0, 1, 2 … index.

    Examples
    --------
    >>> towns = pd.Series(["道墟街道", "东关街道"], index=["B", "A"], name="town")
    >>> flat(towns.rename_axis("parcel_id").to_frame(), "parcels").to_dict("list")
    {'parcel_id': ['A', 'B'], 'town': ['东关街道', '道墟街道']}
    """
    if isinstance(frame, pd.Series):
        frame = frame.to_frame()
    labels = [name for name in frame.index.names if name is not None]
    named = bool(labels) and not set(labels) & set(frame.columns)
    first = KEYS[table][0]
    if not labels and first not in frame.columns and len(KEYS[table]) == 1:
        frame, named = frame.rename_axis(first), True
    flattened = frame.reset_index(drop=not named)
    keys = [name for name in KEYS[table] if name in flattened.columns]
    return flattened.sort_values(keys, kind="stable", ignore_index=True) if keys else flattened


def typed(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Give every column the type that the schema declares, so that an empty one keeps it.

    Three-valued answers become the words yes, no, unknown.

    Examples
    --------
    >>> answers = pd.DataFrame({"in_scope": pd.array([True, None], dtype="boolean")})
    >>> typed(answers, "parcels")["in_scope"].tolist()
    ['yes', 'unknown']
    """
    declared = fields(table)
    changes: dict[str, pd.Series[Any]] = {}
    for name in frame.columns:
        kind = declared[name].type if name in declared else ""
        column = frame[name]
        if kind == "answer" and pd.api.types.is_bool_dtype(column.dtype):
            changes[name] = answers(column)
        elif kind in ("text", "code", "answer") and pd.api.types.is_object_dtype(column.dtype):
            changes[name] = column.astype("str")
        elif kind == "number" and pd.api.types.is_object_dtype(column.dtype):
            changes[name] = pd.to_numeric(column, errors="coerce").astype("float64")
        elif kind == "date" and pd.api.types.is_object_dtype(column.dtype):
            changes[name] = pd.to_datetime(column)
    return frame.assign(**changes) if changes else frame


def texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Write categories out as text, for rows that are few and about to be worded.

    Examples
    --------
    >>> texts(pd.DataFrame({"rule": pd.Categorical(["low_tax"])}))["rule"].dtype.name
    'str'
    """
    coded = [name for name, kind in frame.dtypes.items() if isinstance(kind, pd.CategoricalDtype)]
    return frame.astype(dict.fromkeys(coded, "str")) if coded else frame


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Turn lists, answers and categories into text: cells that every GIS format holds.

    Lists are joined by 、, booleans become yes, no, unknown, dates ISO text. Geometry, text
    and numbers stay.
    """
    changes: dict[str, pd.Series[Any]] = {}
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_bool_dtype(column.dtype):
            changes[name] = answers(column)
        elif pd.api.types.is_datetime64_any_dtype(column.dtype):
            changes[name] = column.dt.strftime("%Y-%m-%d").astype("str")
        elif pd.api.types.is_object_dtype(column.dtype):
            changes[name] = column.map(joined).astype("str")
        elif isinstance(column.dtype, pd.CategoricalDtype):
            changes[name] = column.astype("str")
    return frame.assign(**changes) if changes else frame


def answers(column: pd.Series[Any]) -> pd.Series[Any]:
    """Write a nullable boolean as yes, no, unknown."""
    words = column.astype("object").map({True: "yes", False: "no"})
    return words.fillna("unknown").astype("str")


def joined(cell: object) -> object:
    """Join a list by 、 for a cell of text; a set in sorted order; other cells as they are."""
    if isinstance(cell, (set, frozenset)):
        cell = sorted(map(str, cell))
    if isinstance(cell, Iterable) and not isinstance(cell, str):
        return "、".join(map(str, cell))
    return cell
