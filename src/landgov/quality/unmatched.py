"""What finds no counterpart on the other side (两边对不上): enterprises, parcels, references."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from landgov import schema
from landgov.quality.link_checks import active_rows
from landgov.quality.references import held_by
from landgov.quality.tables import CheckedTable
from landgov.quality.telling import Places, origin_rows, row_keys

Tables = Mapping[str, CheckedTable]

#: Columns of the list.
COLUMNS: Final = ("side", "table", "key", "name", "file", "row", "department", "why")
_NO_LINK = "没有用地关系"
_NOT_ACTIVE = "有用地关系，但在截止日无一有效，或无法确定"
_TO_NOWHERE = "有用地关系，但所指地块不在地块表中"
_TO_NOBODY = "有用地关系，但所指企业不在企业表中"
_UNKNOWN: Final = {"parcel_id": "所指地块不在地块表中", "enterprise_id": "所指企业不在企业表中"}
_REFERRING: Final = (
    "links",
    "findings",
    "contracts",
    "commitments",
    "stages",
    "exemptions",
    "meters",
    "enterprise_years",
)


def unmatched(tables: Tables, *, as_of: date, in_scope: pd.Series | None = None) -> pd.DataFrame:
    """List what finds no counterpart: one row an enterprise, parcel or reference (两边对不上).

    Parameters
    ----------
    tables : mapping of str to CheckedTable
        All tables.
    as_of : date
        The date on which a link has to hold.
    in_scope : Series of boolean or of yes/no/unknown, optional
        By parcel; only those that may be in scope are listed. By default all are.

    Returns
    -------
    DataFrame
        `side` (``enterprise``, ``parcel``, ``reference``), `table`, `key`, `name` (of the
        enterprise, the place of the parcel, or the code that is not found), `file`, `row`,
        `department` that can mend it, `why` in words; in a fixed order. Without a link table
        the first two sides are empty: that nobody sent it is another fact. Without an
        enterprise table no reference to an enterprise can be missed.

    References
    ----------
    虞政办发〔2021〕86号, 三（二）: 与区级相关部门对接后形成问题清单.
    """
    pieces = [_enterprises(tables, as_of), _parcels(tables, as_of, in_scope)]
    pieces += [_references(tables, tables[name]) for name in _REFERRING]
    listed = pd.concat(pieces, ignore_index=True)
    order = ["side", "table", "key", "name", "file", "row", "why"]
    return listed.sort_values(order, kind="stable").reset_index(drop=True)


def _enterprises(tables: Tables, as_of: date) -> pd.DataFrame:
    """Enterprises that use no land by any link that holds."""
    checked, links = tables["enterprises"], tables["links"]
    if not (checked.given and links.given):
        return _rows(checked, np.zeros(0, dtype=np.int64), "enterprise", "enterprise_id")
    return _without_link(tables, as_of, "enterprise_id", "enterprise", None)


def _parcels(tables: Tables, as_of: date, in_scope: pd.Series | None) -> pd.DataFrame:
    """Parcels that nobody uses by any link that holds."""
    checked = tables["parcels"]
    if not tables["links"].given:
        return _rows(checked, np.zeros(0, dtype=np.int64), "parcel", "parcel_id")
    wanted = None
    if in_scope is not None:
        answer = in_scope.reindex(checked.frame.index)
        out = answer.eq("no") if answer.dtype in ("str", "object") else answer.eq(other=False)
        wanted = ~out.fillna(value=False).to_numpy(dtype=bool)
    return _without_link(tables, as_of, "parcel_id", "parcel", wanted)


def _without_link(
    tables: Tables, as_of: date, field: str, side: str, wanted: np.ndarray | None
) -> pd.DataFrame:
    """Rows of one side that no active link joins to the other, and why."""
    name, other = ("enterprises", "parcels") if side == "enterprise" else ("parcels", "enterprises")
    checked, links = tables[name], tables["links"]
    far = "parcel_id" if side == "enterprise" else "enterprise_id"
    active = active_rows(links, as_of)
    # Enterprises may live in the links alone; parcels never do.
    judged = side == "enterprise" or tables[other].given
    reached = held_by(tables[other], active[far]) if judged else np.ones(len(active), dtype=bool)
    index = checked.frame.index
    base = _bases(checked)
    any_link = _among(base, links.frame[field])
    is_active = _among(base, active[field])
    joined = _among(base, active.loc[reached, field])
    alone = ~joined if wanted is None else ~joined & wanted
    places = np.flatnonzero(alone)
    nowhere = _TO_NOWHERE if side == "enterprise" else _TO_NOBODY
    why = np.select([~any_link[places], ~is_active[places]], [_NO_LINK, _NOT_ACTIVE], nowhere)
    label = "name" if side == "enterprise" else "location"
    listed = _rows(checked, places, side, str(index.name))
    listed["name"] = checked.frame[label].iloc[places].to_numpy(dtype=object, na_value="")
    # Who uses which land is for the towns to say.
    listed["department"] = schema.department_of("links", field)
    listed["why"] = why
    return listed


def _among(keys: pd.Index, named: pd.Series) -> np.ndarray:
    """Tell which keys, some of which may be repeated, are among those named."""
    found: np.ndarray = pd.Index(named.dropna()).unique().get_indexer(keys) >= 0
    return found


def _bases(checked: CheckedTable) -> pd.Index:
    """Keys as they were sent: a repeated one without its number."""
    index = checked.frame.index
    sent: pd.Index = index
    if checked.repeated:
        plain = index.to_series().str.replace(r"#\d+$", "", regex=True)
        numbered = checked.contested.to_numpy(dtype=bool)
        sent = pd.Index(np.where(numbered, plain, index).astype(object), dtype="str")
    return sent


def _references(tables: Tables, checked: CheckedTable) -> pd.DataFrame:
    """Rows that name a parcel or an enterprise that no table holds."""
    pieces = []
    for field, target in (("parcel_id", "parcels"), ("enterprise_id", "enterprises")):
        if field not in checked.frame.columns or not tables[target].given:
            continue
        places = np.flatnonzero(~held_by(tables[target], checked.frame[field]))
        listed = _rows(checked, places, "reference", field)
        listed["name"] = checked.frame[field].iloc[places].to_numpy(dtype=object)
        listed["why"] = _UNKNOWN[field]
        if checked.name == "findings":
            said = checked.frame["department"].iloc[places].to_numpy(dtype=object, na_value="")
            listed["department"] = np.where(said != "", said, listed["department"])
        pieces.append(listed)
    if not pieces:
        return _rows(checked, np.zeros(0, dtype=np.int64), "reference", "")
    return pd.concat(pieces, ignore_index=True)


def _rows(checked: CheckedTable, places: Places, side: str, field: str) -> pd.DataFrame:
    count = len(places)
    rows = origin_rows(checked, places, field) if count else places
    origins = checked.origins
    listed = {
        "side": [side] * count,
        "table": [checked.name] * count,
        "key": row_keys(checked, places) if count else [],
        "name": [""] * count,
        "file": origins["file"].to_numpy(dtype=object)[rows].tolist() if count else [],
        "row": origins["row"].to_numpy()[rows] if count else [],
        "department": [schema.department_of(checked.name, field)] * count,
        "why": [""] * count,
    }
    table = pd.DataFrame(listed, columns=list(COLUMNS))
    return table.astype({name: "int64" if name == "row" else "str" for name in COLUMNS})
