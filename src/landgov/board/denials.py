"""A unit says none, a department or an image says yes (瞒报线索): evidence, no finding of guilt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from landgov import schema
from landgov.board.senders import Senders
from landgov.board.subjects import Subjects
from landgov.quality import CheckedTable, at
from landgov.quality.cells import read_cells
from landgov.sources import RawTable

COLUMNS = (
    "unit",
    "fact",
    "word",
    "table",
    "key",
    "name",
    "land_mu",
    "says",
    "department",
    "evidence",
    "date",
    "source",
)
_LISTED = "自报全量报送，名单中没有"
Issues = list[dict[str, Any]]


def denials(
    subjects: Subjects,
    raws: Sequence[RawTable],
    senders: Senders,
    open_: pd.Series,
    issues: Issues,
) -> pd.DataFrame:
    """Set what units report of themselves against what departments report (瞒报线索).

    Parameters
    ----------
    subjects : Subjects
        Parcels, enterprises and their links.
    raws : sequence of RawTable
        Every file as read; one with `unit` is that unit's own report.
    senders : Senders
        Who sent what, and when.
    open_ : Series
        Nullable boolean, one a finding: whether it stands open on `as_of`.
    issues : list of dict
        A `reported_none` for each row, in the name of the unit.

    Returns
    -------
    DataFrame
        One row a unit and finding (or listed enterprise) that the unit, which covers the
        kind, does not list.

    References
    ----------
    虞政办发〔2021〕86号, 四（二）: 漏报、瞒报.
    """
    own = [raw for raw in raws if raw.spec.unit is not None]
    parts = [
        _findings(subjects, own, senders, open_, issues),
        _facts(subjects, own, senders, issues),
    ]
    return laid(parts)


def laid(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Lay rows of the sheet end to end, most land first.

    Examples
    --------
    >>> laid([]).columns[0]
    'unit'
    """
    kept = [part for part in parts if len(part)]
    if not kept:
        numbers = {"land_mu": "float64"}
        return pd.DataFrame({c: pd.Series(dtype=numbers.get(c, "str")) for c in COLUMNS})
    rows = pd.concat(kept, ignore_index=True)[list(COLUMNS)]
    order = ["land_mu", "unit", "fact", "key"]
    rows = rows.sort_values(order, ascending=[False, True, True, True], kind="stable")
    return rows.astype({name: "str" for name in COLUMNS if name != "land_mu"}).reset_index(
        drop=True
    )


def _findings(
    subjects: Subjects,
    own: Sequence[RawTable],
    senders: Senders,
    open_: pd.Series,
    issues: Issues,
) -> pd.DataFrame:
    """Open findings of departments that the unit of their land covers and does not list."""
    table = subjects.checked.tables["findings"]
    covered = {
        (raw.spec.unit, kind)
        for raw in own
        if raw.spec.table == "findings"
        for kind in raw.spec.covers
    }
    if not covered or not len(table.frame):
        return pd.DataFrame()
    spread = on_land(table, subjects)
    spread["sender"] = senders.units(table)[table.position["kind"].to_numpy()][spread["row"]]
    spread["kind"] = table.frame["kind"].to_numpy(dtype=object)[spread["row"]]
    listed = spread[spread["sender"] != ""]
    known = pd.MultiIndex.from_frame(listed[["sender", "kind", "parcel_id"]])
    known = known.append(pd.MultiIndex.from_frame(_by_firm(listed)))
    stands = open_.fillna(value=False).to_numpy(dtype=bool)[spread["row"]]
    theirs = spread[(spread["sender"] == "").to_numpy() & stands & spread["unit"].notna()]
    asked = pd.MultiIndex.from_frame(theirs[["unit", "kind"]])
    theirs = theirs[asked.isin(list(covered))]
    same_land = pd.MultiIndex.from_frame(theirs[["unit", "kind", "parcel_id"]]).isin(known)
    same_firm = pd.MultiIndex.from_frame(theirs[["unit", "kind", "enterprise_id"]]).isin(known)
    told = pd.Series(same_land | same_firm, index=theirs.index)
    # One parcel of an enterprise that the unit lists speaks for the whole finding.
    whole = told.groupby([theirs["unit"], theirs["row"]]).transform("any").astype(bool)
    rows = theirs[~whole].sort_values(["row", "unit", "parcel_id"], kind="stable")
    rows = rows.drop_duplicates(["row", "unit"])
    return _told_findings(table, rows, subjects, senders, issues)


def on_land(table: CheckedTable, subjects: Subjects) -> pd.DataFrame:
    """Findings by parcel: its own, and every parcel that the named enterprise uses.

    Returns
    -------
    DataFrame
        `row` of the findings, `parcel_id`, `enterprise_id`, `unit` of the parcel.
    """
    frame = table.frame.reset_index(drop=True)[["parcel_id", "enterprise_id"]]
    frame = frame.assign(row=np.arange(len(frame)))
    place = subjects.parcels.index.get_indexer(pd.Index(frame["parcel_id"]))
    units = subjects.parcels["unit"].to_numpy(dtype=object)
    own = frame[place >= 0].assign(unit=units[place[place >= 0]])
    links = subjects.links
    users = pd.DataFrame(
        {
            "enterprise_id": subjects.firms.index[links.firm],
            "parcel_id": subjects.parcels.index[links.parcel],
            "unit": units[links.parcel],
        }
    )
    firms = frame[place < 0].drop(columns="parcel_id")
    users = users[users["enterprise_id"].isin(firms["enterprise_id"].dropna())].drop_duplicates()
    used = firms.merge(users, on="enterprise_id", how="inner")
    both: pd.DataFrame = pd.concat([own, used], ignore_index=True)
    return both


def _by_firm(listed: pd.DataFrame) -> pd.DataFrame:
    named = listed.loc[listed["enterprise_id"].notna(), ["sender", "kind", "enterprise_id"]]
    return named.rename(columns={"enterprise_id": "parcel_id"})


def _told_findings(
    table: CheckedTable,
    rows: pd.DataFrame,
    subjects: Subjects,
    senders: Senders,
    issues: Issues,
) -> pd.DataFrame:
    """Rows of the sheet and issues for findings that a unit does not list."""
    at_row = rows["row"].to_numpy()
    origin = senders.origin(table, at_row, "kind")
    frame = table.frame.iloc[at_row]
    named = frame["department"].reset_index(drop=True)
    default = rows["kind"].map(schema.finding_departments()).reset_index(drop=True)
    sender = origin["department"].where(origin["department"] != "", named)
    sender = sender.where(sender.notna() & (sender != ""), default)
    found = frame["found_on"].dt.strftime("%Y-%m-%d").astype("str").to_numpy(dtype=object)
    places = subjects.parcels.index.get_indexer(pd.Index(rows["parcel_id"]))
    part = pd.DataFrame(
        {
            "unit": rows["unit"].to_numpy(),
            "fact": rows["kind"].to_numpy(),
            "word": [schema.label("finding_kind", kind) for kind in rows["kind"]],
            "table": "findings",
            "key": frame.index.astype(str),
            "name": subjects.parcels["location"].to_numpy(dtype=object)[places],
            "land_mu": subjects.parcels["land_mu"].to_numpy(dtype=float)[places],
            "says": _LISTED,
            "department": sender.to_numpy(),
            "evidence": [
                f"{who}于 {day} 报有一起未销号" for who, day in zip(sender, found, strict=True)
            ],
            "date": found,
            "source": origin["source"].to_numpy(),
        }
    )
    subject = frame["parcel_id"].where(frame["parcel_id"].notna(), frame["enterprise_id"])
    units = part["unit"].groupby(at_row).agg("、".join)
    # Denials are few, and each is told in words.
    for place in np.unique(at_row, return_index=True)[1]:
        issues.append(
            at(
                table,
                int(at_row[place]),
                "reported_none",
                "kind",
                value=str(subject.iloc[place]),
                before=part["word"].iloc[place],
                after=part["evidence"].iloc[place],
                department=str(units[at_row[place]]),
            )
        )
    return part


def _facts(
    subjects: Subjects, own: Sequence[RawTable], senders: Senders, issues: Issues
) -> pd.DataFrame:
    """Enterprises that a department lists and the unit, which covers the list, does not."""
    table = subjects.checked.tables["enterprises"]
    columns = schema.table("enterprises").columns
    own = [raw for raw in own if raw.spec.table == "enterprises" and raw.spec.covers]
    theirs = senders.units(table) if own else np.array([], dtype=object)
    parts = []
    for raw in own:  # one a unit's file
        ids = raw.frame["enterprise_id"].astype("str").str.strip()
        for fact in raw.spec.covers:
            if fact not in columns:
                continue
            yes = read_cells(raw.frame[fact], columns[fact]).values.fillna(value=False)
            listed = set(ids[yes.to_numpy(dtype=bool)])
            mine = (subjects.parcels["unit"] == raw.spec.unit).to_numpy(dtype=bool)
            users = np.unique(subjects.links.firm[mine[subjects.links.parcel]])
            place = table.frame.index.get_indexer(subjects.firms.index[users])
            place = np.sort(place[place >= 0])
            held = table.frame[fact].iloc[place].fillna(value=False).to_numpy(dtype=bool)
            cell = table.position[fact].to_numpy()[place]
            by_department = np.append(theirs, "")[cell] == ""
            rest = ~pd.Index(table.frame.index[place]).isin(listed)
            parts.append(
                _told_facts(table, place[held & by_department & rest], raw, fact, subjects, senders)
            )
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    if len(rows):
        units = rows.groupby(["key", "fact"])["unit"].agg("、".join)
        once = rows.drop_duplicates(["key", "fact"]).to_dict("records")
        for row in once:  # few, and each is told in words
            issues.append(_fact_issue(table, row, str(units[row["key"], row["fact"]])))
    return rows


def _told_facts(
    table: CheckedTable,
    rows: np.ndarray,
    raw: RawTable,
    fact: str,
    subjects: Subjects,
    senders: Senders,
) -> pd.DataFrame:
    origin = senders.origin(table, rows, fact)
    word = schema.table("enterprises").columns[fact].zh
    keys = table.frame.index[rows]
    return pd.DataFrame(
        {
            "unit": raw.spec.unit,
            "fact": fact,
            "word": word,
            "table": "enterprises",
            "key": keys.astype(str),
            "name": table.frame["name"].iloc[rows].to_numpy(),
            "land_mu": subjects.firms["land_mu"].reindex(keys).to_numpy(dtype=float),
            "says": _LISTED,
            "department": origin["department"],
            "evidence": origin["department"] + f"列入“{word}”",
            "date": origin["date"],
            "source": origin["source"],
        }
    )


def _fact_issue(table: CheckedTable, row: Mapping[Any, Any], unit: str) -> dict[str, Any]:
    place = int(table.frame.index.get_indexer(pd.Index([row["key"]]))[0])
    return at(
        table,
        place,
        "reported_none",
        row["fact"],
        value=row["key"],
        before=row["word"],
        after=row["evidence"],
        department=unit,
    )
