"""Who has sent nothing, and for which units (漏报)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from landgov import schema
from landgov.board.subjects import Subjects
from landgov.rules import finding_kinds
from landgov.sources import RawTable

NEVER_COLUMNS = ("department", "what", "table", "field", "word")
UNIT_COLUMNS = (
    "unit",
    "department",
    "table",
    "field",
    "word",
    "missing",
    "count",
    "share",
    "elsewhere",
    "nothing",
)
NOWHERE = "（属地待核）"


def never_sent(subjects: Subjects, raws: Sequence[RawTable]) -> pd.DataFrame:
    """List the tables, columns and kinds of finding that no file brings, by supplier (漏报).

    Parameters
    ----------
    subjects : Subjects
        Gives the checked tables.
    raws : sequence of RawTable
        Every file as read; a unit's own report stands for no department.

    Returns
    -------
    DataFrame
        `department`, `what` (table, column, kind), `table`, `field`, `word` (zh).

    References
    ----------
    虞政办发〔2021〕86号, 三（二）: 各部门负责提供; 四（二）: 漏报.
    """
    rows = [*_absent(subjects), *_kinds(subjects, raws)]
    rank = {"table": 0, "kind": 1, "column": 2}
    table = pd.DataFrame(rows, columns=list(NEVER_COLUMNS), dtype="str")
    order = table.assign(_rank=table["what"].map(rank))
    order = order.sort_values(["_rank", "department", "table", "field"], kind="stable")
    return order.drop(columns="_rank").reset_index(drop=True)


def _absent(subjects: Subjects) -> Iterator[tuple[str, str, str, str, str]]:
    """Tables that are not given, and columns without one cell."""
    for name, checked in subjects.checked.tables.items():
        described = schema.table(name)
        columns = [column for column in described.columns.values() if column.department]
        if not checked.given:
            for department in dict.fromkeys(column.department for column in columns):
                yield department, "table", name, "", described.zh
            continue
        for column in columns:
            if column.name not in checked.frame or _said_elsewhere(column, name, subjects):
                continue
            if checked.frame[column.name].isna().all():
                yield column.department, "column", name, column.name, column.zh


def _said_elsewhere(column: schema.Column, table: str, subjects: Subjects) -> bool:
    """Whether another column says it: the other end of a reference, or the twin table."""
    if column.name in ("parcel_id", "enterprise_id"):
        return not column.must
    twin = {"enterprises": "enterprise_years", "enterprise_years": "enterprises"}.get(table)
    frame = subjects.checked.frame(twin) if twin else None
    return frame is not None and column.name in frame and bool(frame[column.name].notna().any())


def _kinds(
    subjects: Subjects, raws: Sequence[RawTable]
) -> Iterator[tuple[str, str, str, str, str]]:
    """Kinds of finding of which no department's file has a row, and that none covers."""
    findings = subjects.checked.tables["findings"]
    own = {(raw.spec.name, raw.sheet or "") for raw in raws if raw.spec.unit is not None}
    places = findings.position["kind"].to_numpy()
    origin = findings.origins.iloc[places] if len(places) else findings.origins
    files = zip(origin["file"], origin["sheet"], strict=True)
    theirs = np.array([pair not in own for pair in files], dtype=bool)
    sent = set(findings.frame["kind"][theirs].dropna()) | set(findings.covers)
    owners = {code.code: code for code in schema.codes("finding_kind")}
    for kind in finding_kinds():
        if kind not in sent:
            yield owners[kind].department, "kind", "findings", kind, owners[kind].zh


def by_unit(subjects: Subjects) -> pd.DataFrame:
    """Count, for each unit, the parcels and enterprises without what a department owes (漏报).

    Parcels known to be no industrial land are left out; an enterprise counts in every unit in
    which it uses a parcel that is left in. What nobody has sent for any unit is told by
    `never_sent`.

    Parameters
    ----------
    subjects : Subjects
        Parcels, enterprises and their links.

    Returns
    -------
    DataFrame
        `unit`, `department`, `table`, `field`, `word`, `missing` of `count`, `share`, and
        `elsewhere`, the share missing in all other units; `nothing` where the department sent
        nothing at all for this unit, and more than half for the others. Those stand first, then by how
        many more are missing than elsewhere.

    References
    ----------
    虞政办发〔2021〕86号, 三（二）, 四（二）.
    """
    inside = np.flatnonzero((subjects.parcels["in_scope"] != "no").to_numpy())
    links, parcels, firms = subjects.links, subjects.parcels, subjects.firms
    idle = np.ones(len(parcels), dtype=bool)
    idle[links.parcel] = False
    codes = np.where(subjects.unit >= 0, subjects.unit, len(subjects.units))
    land = _Group(np.append(subjects.units, NOWHERE), codes[inside], inside)
    parts = [_counted(parcels, "parcels", land)]
    parts.append(_count(idle, land, ("links", "enterprise_id", "用地企业"), "属地镇街"))
    kept = np.isin(links.parcel, inside)
    pairs = np.unique(codes[links.parcel[kept]] * max(len(firms), 1) + links.firm[kept])
    used = _Group(land.names, pairs // max(len(firms), 1), pairs % max(len(firms), 1))
    parts += [_counted(firms, name, used) for name in ("enterprises", "enterprise_years")]
    table = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    order = table[table["missing"] > 0]
    more = order["missing"] - order["count"] * order["elsewhere"].fillna(1.0)
    order = order.assign(_more=more.round(9)).sort_values(
        ["nothing", "_more", "unit", "table", "field"],
        ascending=[False, False, True, True, True],
        kind="stable",
    )
    return order[list(UNIT_COLUMNS)].reset_index(drop=True)


@dataclass(frozen=True)
class _Group:
    """Subjects by unit: names of the units, and unit and position of each subject."""

    names: np.ndarray
    unit: np.ndarray
    place: np.ndarray


def _counted(frame: pd.DataFrame, table: str, group: _Group) -> pd.DataFrame:
    """Count the missing cells of every column of a table that somebody has sent at all."""
    columns = [
        column
        for name, column in schema.table(table).columns.items()
        if name in frame.columns
        and column.department
        and column.type != "geometry"
        # Both tables give grade and size; the register has settled which of them counts.
        and not (table == "enterprise_years" and name in schema.table("enterprises").columns)
    ]
    parts = [
        _count(frame[c.name].isna().to_numpy(), group, (table, c.name, c.zh), c.department)
        for c in columns
    ]
    return pd.concat(parts, ignore_index=True)


def _count(
    missing: np.ndarray, group: _Group, what: tuple[str, str, str], department: str
) -> pd.DataFrame:
    """Count what is missing by unit; nothing where it is missing for everybody."""
    lacks, length = missing[group.place], len(group.names)
    count, absent = (
        np.bincount(unit, minlength=length) for unit in (group.unit, group.unit[lacks])
    )
    here = np.flatnonzero((count > 0) & (absent.sum() < count.sum()))
    rest = count.sum() - count[here]
    elsewhere = np.divide(
        absent.sum() - absent[here], rest, out=np.full(len(here), np.nan), where=rest > 0
    )
    return pd.DataFrame(
        {
            "unit": pd.Series(group.names[here], dtype="str"),
            "department": department,
            "table": what[0],
            "field": what[1],
            "word": what[2],
            "missing": absent[here],
            "count": count[here],
            "share": absent[here] / count[here],
            "elsewhere": elsewhere,
            "nothing": (absent[here] == count[here]) & (2 * elsewhere < 1),
        }
    )
