"""Checks across tables: references to nothing, codes that fail their check, dates in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from landgov import codes, schema
from landgov.quality.issues import issue
from landgov.quality.tables import CheckedTable

Issues = list[dict[str, Any]]

_ORDERED = {
    "contracts": (
        ("signed_on", "agreed_start"),
        ("agreed_start", "agreed_completion"),
        ("actual_start", "suspended_on"),
    ),
    "links": (("from", "to"),),
    "findings": (("found_on", "closed_on"),),
    "platforms": (("valid_from", "valid_to"),),
}
# A code system other than the national one is one remark, not one for each row.
_FOREIGN_SHARE = 0.5


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
            for place in np.flatnonzero(nobody.to_numpy()):
                issues.append(at(checked, int(place), "no_subject", "parcel_id"))


def _unknown(checked: CheckedTable, field: str, target: CheckedTable, issues: Issues) -> None:
    """References of one column that the target table does not hold."""
    named = checked.frame[field]
    # Each id is looked up once, however many rows name it.
    codes, ids = pd.factorize(named)
    known = pd.Index(target.frame.index).get_indexer(pd.Index(ids)) >= 0
    known |= np.isin(np.asarray(ids, dtype=str), list(target.repeated))
    held = np.append(known, True)[codes]
    zh = schema.table(target.name).zh
    for place in np.flatnonzero(~held):
        issues.append(
            at(
                checked,
                int(place),
                "unknown_reference",
                field,
                value=named.iloc[place],
                allowed=zh,
            )
        )


def check_codes(tables: Mapping[str, CheckedTable], issues: Issues) -> None:
    """Warn of parcel and credit codes that fail their check; they are kept and still join."""
    for name, kind, check in (
        ("parcels", "bad_parcel_code", codes.parcel_code_ok),
        ("enterprises", "bad_credit_code", codes.credit_code_ok),
    ):
        checked = tables[name]
        keys = checked.frame.index.to_series()
        keys = keys[~checked.contested.to_numpy()]
        if keys.empty:
            continue
        failed = ~check(keys).fillna(value=True).astype(bool)
        if failed.mean() > _FOREIGN_SHARE:
            field = schema.table(name).key[0]
            value = f"{int(failed.sum())} / {len(keys)}"
            issues.append(issue("foreign_codes", name, key="*", field=field, value=value))
            continue
        for key in keys[failed]:
            place = int(checked.frame.index.get_loc(key))  # type: ignore[arg-type]
            field = schema.table(name).key[0]
            issues.append(at(checked, place, kind, field, value=key))


def check_dates(tables: Mapping[str, CheckedTable], issues: Issues) -> None:
    """Warn of dates that lie before the date which should precede them."""
    for name, pairs in _ORDERED.items():
        checked = tables[name]
        for earlier, later in pairs:
            if not len(checked.frame):
                continue
            wrong = checked.frame[later] < checked.frame[earlier]
            for place in np.flatnonzero(wrong.to_numpy()):
                day = checked.frame[later].iloc[place].date().isoformat()
                issues.append(at(checked, int(place), "dates_out_of_order", later, value=day))


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
    column = checked.position.columns.get_loc(field)
    position = int(checked.position.iloc[place, column])  # type: ignore[arg-type,index]
    if position < 0:
        position = int(checked.position.iloc[place].max())
    origin = checked.origins.iloc[position]
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
    wanted = schema.table(checked.name)
    if len(wanted.key) == 1:
        return str(checked.frame.index[place])
    names = [name for name in wanted.key if wanted.columns[name].must] or list(wanted.key)
    values = checked.frame[names].iloc[place] if names else pd.Series(dtype=str)
    return "|".join("" if pd.isna(value) else str(value) for value in values)
