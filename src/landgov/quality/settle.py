"""The issue table made whole: decisions applied, cells located, departments and ids (问题表)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from landgov import schema
from landgov.decisions import (
    MATCH_FOLDER,
    PATHWAY_FOLDER,
    Answer,
    Decided,
    MatchAnswer,
    Outcome,
    Refused,
    Rows,
    bare,
    cell_words,
)
from landgov.quality.cells import read_cells
from landgov.quality.identity import issue_ids
from landgov.quality.issues import COLUMNS, issue, issue_table, merge_issues
from landgov.sources import RawTable

LOCATED = ("cell", "cell_unit", "content")
_CHANGED = "确认之后值已变"
_PLACE = ["table", "file", "sheet"]


def settle_issues(issues: pd.DataFrame, decided: Decided) -> pd.DataFrame:
    """Complete the issue table of a workspace.

    Parameters
    ----------
    issues : DataFrame
        All that was found.
    decided : Decided
        The files as read and as mended, and what became of the answers.

    Returns
    -------
    DataFrame
        With a row for everything that was mended or could not be; a warning that a
        department has confirmed is a note. Every row has its id and, where one is known,
        the department that owes the answer. Three columns more: `cell`, what the cell
        concerned holds (text; missing where the issue is about no cell), `cell_unit`, its
        unit as sent, and `content`, the print of the row as sent.
    """
    told = [*map(_outcome, decided.outcomes)]
    # A department reports the match itself by now; or its link keeps the area that was sent.
    told += (
        _of_match("match_superseded", one, "parcel_id", one.enterprise_id, one.parcel_id)
        for one in decided.superseded
    )
    told += (
        _of_match("match_area_unused", one, "area_mu", one.area, one.named)
        for one in decided.matches_unused
    )
    told += map(_refused, decided.pathways_refused)
    outcomes = issue_table(told)
    table = _complete(merge_issues([issues, outcomes]), decided)
    if not decided.confirmed:
        return table
    said = list(_confirmations(table, decided.confirmed))
    settled = [place for place, _ in said if place >= 0]
    rest = table.drop(index=settled)[list(COLUMNS)]
    return _complete(merge_issues([rest, issue_table(row for _, row in said)]), decided)


def _outcome(one: Outcome) -> dict[str, Any]:
    answer = one.answer
    names = f"{one.books}：{one.reason}" if one.reason else one.books
    return _issue(one.kind, answer, before=one.before, after=one.after, allowed=names)


def _of_match(kind: str, one: MatchAnswer, field: str, value: str, allowed: str) -> dict[str, Any]:
    """An issue about an accepted match, in the workbook that it stands in."""
    return issue(
        kind,
        "links",
        file=f"{MATCH_FOLDER}/{one.book}",
        sheet=one.sheet,
        row=one.row,
        key=f"{one.parcel_id}|{one.enterprise_id}",
        field=field,
        value=value,
        allowed=allowed,
    )


def _refused(one: Refused) -> dict[str, Any]:
    """A decision on a pathway that can't be taken."""
    return issue(
        "pathway_refused",
        "parcels",
        file=f"{PATHWAY_FOLDER}/{one.book}",
        row=one.row,
        key=one.key,
        content=f"{one.book}|{one.row}",
        field=one.field,
        value=one.value,
        allowed=one.do,
        department="",
        other=f"{one.book}|{one.row}",
    )


def _issue(kind: str, answer: Answer, **more: Any) -> dict[str, Any]:
    """Issue row about the subject of an answer; a row that names no table stands alone."""
    known = answer.table in schema.tables()
    row = issue(
        kind,
        answer.table if known else "parcels",
        file=answer.file,
        sheet=answer.sheet,
        row=answer.row,
        key=answer.key,
        field=answer.field,
        **more,
    )
    return row if known else row | {"table": "", "department": "", "file": answer.book}


def _confirmations(
    table: pd.DataFrame, answers: Sequence[Answer]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """For each warning that is confirmed, its place and the note in its stead; -1 for none."""
    by_id: dict[str, list[Answer]] = {}
    for answer in answers:
        by_id.setdefault(answer.issue_id, []).append(answer)
    found = table["issue_id"].isin(list(by_id)) & table["severity"].eq("warning")
    for place in table.index[found].tolist():
        row = table.loc[place]
        mine = by_id[row["issue_id"]]
        now = tuple(bare("" if pd.isna(row[name]) else row[name]) for name in ("value", "cell"))
        same = [one for one in mine if (bare(one.value), bare(one.cell)) == now]
        if same:
            names = "、".join(sorted({one.book for one in same}))
            word = schema.result_word("issue_kind", row["kind"])
            note = _issue("confirmed", same[0], value=row["value"], before=word, allowed=names)
            yield place, note | {name: row[name] for name in (*_PLACE, "row", "department")}
        for one in mine if not same else ():
            reason = f"{one.book}：{_CHANGED}"
            yield (
                -1,
                _issue("mend_stale", one, before=one.value, after=one.action, allowed=reason),
            )


def _complete(issues: pd.DataFrame, decided: Decided) -> pd.DataFrame:
    """Add what the files tell of each issue, then departments and ids."""
    table = issues.reset_index(drop=True)
    for name in LOCATED:
        table[name] = pd.Series(np.nan, index=table.index, dtype="str")
    files = _by_name(decided)
    places = [table[name].fillna("") for name in _PLACE]
    for key, rows in table.groupby(places, sort=False).groups.items():
        for sent, now in files.get(key, ()):  # type: ignore[call-overload]
            _locate(table, pd.Index(rows), sent, now)
    table["issue_id"] = issue_ids(table)
    return merge_issues([table])


def _by_name(decided: Decided) -> dict[tuple[str, str, str], list[tuple[RawTable, RawTable]]]:
    found: dict[tuple[str, str, str], list[tuple[RawTable, RawTable]]] = {}
    for sent, now in zip(decided.sent, decided.raws, strict=True):
        name = (sent.spec.table, sent.spec.name, sent.sheet or "")
        found.setdefault(name, []).append((sent, now))
    return found


def _locate(table: pd.DataFrame, rows: pd.Index, sent: RawTable, now: RawTable) -> None:
    """Fill in, for the issues of one file, cell, print, key and department."""
    open_ = rows[table.loc[rows, "row"].notna() & table.loc[rows, "content"].isna()]
    as_sent, as_now = Rows(sent), Rows(now)
    numbers = table.loc[open_, "row"].to_numpy(dtype=np.int64)
    places = as_sent.at_numbers(numbers)
    there = places >= 0
    if there.any():
        each, inverse = np.unique(places[there], return_inverse=True)
        table.loc[open_[there], "content"] = as_sent.prints(each)[inverse]
    nameless = there & table.loc[open_, "key"].fillna("").eq("").to_numpy()
    if nameless.any():
        table.loc[open_[nameless], "key"] = as_sent.keys[places[nameless]]
    _cells(table, open_, as_now, as_now.at_numbers(numbers))
    _departments(table, rows, open_, as_sent, places)


def _cells(table: pd.DataFrame, rows: pd.Index, now: Rows, places: np.ndarray) -> None:
    columns = schema.table(now.raw.spec.table).columns
    fields = table.loc[rows, "field"].fillna("").to_numpy(dtype=object)
    for name in sorted(set(fields)):
        mine = (fields == name) & (places >= 0)
        if name not in columns or columns[name].type == "geometry" or not mine.any():
            continue
        if columns[name].event and name not in now.raw.frame.columns:
            continue  # with the column, all other rows would say that it has not happened
        held = np.full(int(mine.sum()), "", dtype=object)
        if name in now.raw.frame.columns:
            held = cell_words(now.raw.frame[name].iloc[places[mine]]).to_numpy(dtype=object)
        table.loc[rows[mine], "cell"] = held
        table.loc[rows[mine], "cell_unit"] = now.raw.units.get(name, columns[name].unit)


def _departments(
    table: pd.DataFrame, rows: pd.Index, at_rows: pd.Index, sent: Rows, places: np.ndarray
) -> None:
    """Name who owes the answer: who sent the file, whose kind of finding it is, who supplies."""

    def missing(index: pd.Index) -> np.ndarray:
        return np.asarray(table.loc[index, "department"].fillna("").eq(""), dtype=bool)

    spec = sent.raw.spec
    if spec.department:
        table.loc[rows[missing(rows)], "department"] = spec.department
    if spec.table == "findings" and "kind" in sent.raw.frame.columns and missing(rows).any():
        column = schema.table("findings").columns["kind"]
        owners = {code.code: code.department for code in schema.codes(column.codes)}
        owner = read_cells(sent.raw.frame["kind"], column).values.map(owners).fillna("")
        mine = missing(at_rows) & (places >= 0)
        table.loc[at_rows[mine], "department"] = owner.to_numpy()[places[mine]]
        known = set(owner) - {""}
        if len(known) == 1:
            table.loc[rows[missing(rows)], "department"] = known.pop()
    suppliers = [each.department for each in schema.table(spec.table).columns.values()]
    supplier = next((name for name in suppliers if name), "")
    table.loc[rows[missing(rows)], "department"] = supplier
