"""References between tables: what no table holds, and rows about nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from landgov import schema
from landgov.quality.issues import issue
from landgov.quality.tables import CheckedTable
from landgov.quality.telling import Issues, origin_rows, row_keys, tell


def check_references(tables: Mapping[str, CheckedTable], issues: Issues) -> None:
    """Say which rows name a parcel or an enterprise that no table holds."""
    parcels, enterprises = tables["parcels"], tables["enterprises"]
    for name, checked in tables.items():
        frame = checked.frame
        if name in ("parcels", "enterprises", "enterprise_years") or not len(frame):
            continue
        if "parcel_id" in frame.columns:
            _unknown(checked, "parcel_id", parcels, issues)
        if "enterprise_id" in frame.columns and enterprises.given:
            _unknown(checked, "enterprise_id", enterprises, issues)
        if name in ("findings", "exemptions", "meters"):
            nobody = frame["parcel_id"].isna() & frame["enterprise_id"].isna()
            tell(issues, "no_subject", checked, np.flatnonzero(nobody.to_numpy()), "parcel_id")


def _unknown(checked: CheckedTable, field: str, target: CheckedTable, issues: Issues) -> None:
    """References of one column that the target table does not hold."""
    named = checked.frame[field]
    held = held_by(target, named)
    places = np.flatnonzero(~held)
    value = named.iloc[places].tolist()
    zh = schema.table(target.name).zh
    tell(issues, "unknown_reference", checked, places, field, value=value, allowed=zh)


def held_by(target: CheckedTable, named: pd.Series) -> np.ndarray:
    """Tell which references a table holds, one that stands for several rows included.

    Parameters
    ----------
    target : CheckedTable
        A table with a key of one column.
    named : Series of str
        References to it; a missing one is held, for it names nothing.

    Returns
    -------
    ndarray of bool
        On the places of `named`.
    """
    # Each id is looked up once, however many rows name it.
    codes, ids = pd.factorize(named)
    index = pd.Index(ids, dtype="str")
    known = target.frame.index.get_indexer(index) >= 0
    if target.repeated:
        known |= pd.Index(sorted(target.repeated), dtype="str").get_indexer(index) >= 0
    return np.append(known, True)[codes]


def at(checked: CheckedTable, place: int, kind: str, field: str, **more: Any) -> dict[str, Any]:
    """Issue row about one cell of a checked table, with its file and row.

    Parameters
    ----------
    checked : CheckedTable
        The table.
    place : int
        Position of the row in its frame.
    kind, field : str
        Kind of issue and the column concerned.
    **more
        Further facts for `issue`.
    """
    where = np.array([place], dtype=np.int64)
    origin = checked.origins.iloc[int(origin_rows(checked, where, field)[0])]
    return issue(
        kind,
        checked.name,
        file=str(origin["file"]),
        sheet=str(origin["sheet"]),
        row=int(origin["row"]),
        key=row_key(checked, place),
        field=field,
        **more,
    )


def row_key(checked: CheckedTable, place: int) -> str:
    """Key of a row as text: its label, or the needed parts of a compound key."""
    return row_keys(checked, np.array([place], dtype=np.int64))[0]
