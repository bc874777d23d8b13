"""The issue table: what is wrong, where, what became of it, and who can mend it."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd

from landgov import schema
from landgov.sources.notes import ISSUE_COLUMNS

COLUMNS = ("issue_id", *ISSUE_COLUMNS)


@cache
def kinds() -> Mapping[str, Mapping[str, str]]:
    """Severity and words of every kind of issue, from ``schema/issue_kinds.csv``.

    Examples
    --------
    >>> kinds()["dummy_date"]["severity"]
    'error'
    """
    text = files("landgov.schema").joinpath("issue_kinds.csv").read_text(encoding="utf-8")
    return {row["kind"]: row for row in csv.DictReader(text.splitlines())}


def issue(
    kind: str,
    table: str,
    *,
    file: str = "",
    sheet: str | None = None,
    row: int | None = None,
    key: str = "",
    field: str = "",
    value: Any = "",
    before: Any = "",
    after: Any = "",
    allowed: str = "",
    allowed_en: str | None = None,
    department: str | None = None,
    content: str = "",
    other: str = "",
) -> dict[str, Any]:
    """One row of the issue table, with its words in Chinese and English.

    Parameters
    ----------
    kind : str
        A kind of ``schema/issue_kinds.csv``.
    table, field : str
        Table and column of the contract.
    file, sheet, row : str, str, int
        Where it stands; `row` as the spreadsheet shows it, or the 1-based feature.
    key : str
        Key of the row; where it has none, pass its `content` for a stable id.
    value, before, after
        The value at fault, and figures before and after a repair.
    allowed, allowed_en : str
        What would have been right; in English, where the words differ.
    department : str, optional
        Who can mend it; by default the department that supplies the column.
    other : str
        Key of the second row of a pair, or the file that is meant as a whole: it makes an
        issue of its own.

    Examples
    --------
    >>> found = issue("bad_number", "links", row=7, key="P1", field="area_mu", value="约三亩")
    >>> found["message"]
    '“用地面积”的值“约三亩”不是数字，按缺失处理；请改为数字'
    """
    words = kinds()[kind]
    column = schema.table(table).columns.get(field) if field else None
    facts = {
        "field": column.zh if column else field,
        "name": field,
        "value": value,
        "key": key or content,
        "other": other,
        "before": before,
        "after": after,
        "allowed": allowed,
    }
    english = allowed if allowed_en is None else allowed_en
    owner = department if department is not None else schema.department_of(table, field)
    identity = "|".join((table, key or content, field, kind, *([other] if other else [])))
    return {
        "issue_id": hashlib.sha256(identity.encode()).hexdigest()[:16],
        "table": table,
        "file": file,
        "sheet": sheet or "",
        "row": row,
        "key": key,
        "field": field,
        "kind": kind,
        "severity": words["severity"],
        "value": str(value),
        "before": str(before),
        "after": str(after),
        "message": words["zh"].format(**facts),
        "message_en": words["en"].format(**{**facts, "allowed": english}),
        "department": owner,
    }


def issue_table(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Gather issue rows into the issue table, in an order that no input order changes.

    Examples
    --------
    >>> issue_table([issue("no_subject", "findings", row=3, key="F1")])["row"].tolist()
    [3]
    """
    return _ordered(pd.DataFrame(list(rows), columns=list(COLUMNS)))


def merge_issues(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Make one issue table of several.

    Examples
    --------
    >>> one = issue_table([issue("no_subject", "findings", row=3, key="F1")])
    >>> len(merge_issues([one, one]))
    1
    """
    return _ordered(pd.concat(list(tables), ignore_index=True))


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    for column in COLUMNS:
        table[column] = table[column].astype("Int64" if column == "row" else "str")
    rank = table["severity"].map({"error": 0, "warning": 1, "note": 2})
    order = ["table", "file", "sheet", "row", "key", "field", "kind", "value"]
    table = table.assign(_rank=rank).sort_values(["_rank", *order], kind="stable")
    return table.drop(columns="_rank").drop_duplicates().reset_index(drop=True)
