"""Verdict rows: every rule on every parcel, with value, line, clause, evidence, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from landgov import schema
from landgov.quality import CheckedTable
from landgov.rules.categories import ParcelRuling
from landgov.rules.kleene import in_words
from landgov.rules.ruling import Ruling
from landgov.rules.users import Users

COLUMNS = (
    "parcel_id",
    "rule",
    "category",
    "answer",
    "value",
    "op",
    "threshold",
    "unit",
    "clause",
    "enterprise_id",
    "source",
    "missing",
    "department",
)


def verdict_rows(
    rulings: Sequence[ParcelRuling],
    scope: ParcelRuling,
    users: Users,
    tables: Mapping[str, CheckedTable],
) -> pd.DataFrame:
    """Write the long table of verdicts, one row a parcel and rule.

    A parcel out of scope has the one row `in_scope`. Where enterprises decide, the row
    names the one that does: a yes before an unknown before a no, then the one with most
    land.

    Parameters
    ----------
    rulings : sequence of ParcelRuling
        Every rule that is on.
    scope : ParcelRuling
        The rule `in_scope`.
    users : Users
        Links of parcels to enterprises.
    tables : mapping of str to CheckedTable
        For file and row of the evidence.

    Returns
    -------
    DataFrame
        Columns of the contract, sorted by parcel, in the order of the rules.
    """
    inside = ~scope.answer.eq(other=False).fillna(value=False).to_numpy(dtype=bool)
    everywhere = np.ones(len(users.parcels), dtype=bool)
    parts = [_rows(scope, users, tables, everywhere, None)]
    parts += [_rows(ruling, users, tables, inside, scope.own) for ruling in rulings]
    order = {part.rule: place for place, part in enumerate((scope, *rulings))}
    table = pd.concat(parts, ignore_index=True)
    table = table.assign(_rule=table["rule"].map(order))
    table = table.sort_values(["_parcel", "_rule"], kind="stable")
    return table[list(COLUMNS)].reset_index(drop=True)


def _rows(
    ruling: ParcelRuling,
    users: Users,
    tables: Mapping[str, CheckedTable],
    chosen: np.ndarray,
    scope: Ruling | None,
) -> pd.DataFrame:
    """Verdict rows of one rule on the chosen parcels."""
    places = np.flatnonzero(chosen)
    answer = ruling.answer.iloc[places]
    facts = _evidence(ruling, users, tables, places)
    line = next((part.line for part in (ruling.own, ruling.firms) if part and part.line), None)
    threshold = line.value if line is not None else None
    number = np.nan if threshold is None or isinstance(threshold, str) else float(threshold)
    known = answer.notna().to_numpy()
    if scope is not None:
        # Every fact of the rule is there: what is open is whether the land is industrial.
        open_scope = ~known & (facts["missing"] == "").to_numpy()
        lacks = scope.lacks().to_numpy(dtype=object)[places]
        facts.loc[open_scope, "missing"] = lacks[open_scope]
        told = facts.loc[open_scope, "missing"]
        facts.loc[open_scope, "department"] = told.map(_departments(told))
    return pd.DataFrame(
        {
            "_parcel": places,
            "parcel_id": users.parcels.to_numpy()[places],
            "rule": ruling.rule,
            "category": ruling.category,
            "answer": in_words(answer).to_numpy(),
            "value": facts["value"].to_numpy(),
            "op": line.op if line is not None else "",
            "threshold": number,
            "unit": line.unit if line is not None else "",
            "clause": ruling.clause,
            "enterprise_id": facts["enterprise_id"].to_numpy(),
            "source": facts["source"].to_numpy(),
            "missing": np.where(known, facts["remark"], facts["missing"]),
            "department": np.where(known & (facts["remark"] == ""), "", facts["department"]),
        }
    )


def _evidence(
    ruling: ParcelRuling, users: Users, tables: Mapping[str, CheckedTable], places: np.ndarray
) -> pd.DataFrame:
    """Value, enterprise, source and missing facts from whichever side decides the parcel."""
    own = _of_own(ruling.own, tables, places) if ruling.own is not None else None
    firm = _of_firms(ruling.firms, users, tables, places) if ruling.firms is not None else None
    if own is None or firm is None:
        return own if own is not None else firm  # type: ignore[return-value]
    take_firm = (firm["rank"] < own["rank"]).to_numpy()
    return pd.DataFrame({name: np.where(take_firm, firm[name], own[name]) for name in own.columns})


def _of_own(ruling: Ruling, tables: Mapping[str, CheckedTable], places: np.ndarray) -> pd.DataFrame:
    rows = ruling.rows[places]
    answer = ruling.answer.iloc[places]
    return _frame(ruling, tables, rows, answer, places, np.full(len(places), np.nan, dtype=object))


def _of_firms(
    ruling: Ruling, users: Users, tables: Mapping[str, CheckedTable], places: np.ndarray
) -> pd.DataFrame:
    link = users.decisive(ruling.answer)[places]
    firm = np.where(link >= 0, users.firm[link.clip(0)] if len(users.firm) else -1, -1)
    rows = np.where(firm >= 0, ruling.rows[firm.clip(0)] if len(ruling.rows) else -1, -1)
    padded = pd.concat([ruling.answer, pd.Series([None], dtype="boolean")], ignore_index=True)
    answer = padded.take(firm).reset_index(drop=True)
    unlinked = (link < 0) & ~users.unlinked_unknown[places]
    answer = answer.mask(unlinked, other=False)
    ids = np.append(users.firms.to_numpy(dtype=object), np.nan)[firm]
    facts = _frame(ruling, tables, rows, answer, firm, ids)
    # Nobody is known to use the land: it is the link itself that is missing.
    facts.loc[(link < 0) & users.unlinked_unknown[places], "missing"] = "links.enterprise_id"
    facts.loc[(link >= 0) & (firm < 0), "missing"] = "links.enterprise_id"
    undecided = (link >= 0) & np.append(users.undecided, False)[link]
    doubt = undecided & (facts["missing"] == "").to_numpy() & (facts["rank"] == 0).to_numpy()
    facts.loc[doubt, "missing"] = "links.to"
    facts.loc[doubt, "rank"] = 1
    departments = facts["missing"].map(_departments(facts["missing"]))
    facts["department"] = departments.where(facts["missing"] != "", facts["department"])
    return facts


def _frame(
    ruling: Ruling,
    tables: Mapping[str, CheckedTable],
    rows: np.ndarray,
    answer: pd.Series,
    members: np.ndarray,
    enterprise: np.ndarray,
) -> pd.DataFrame:
    """Facts of one side: what it held against the line, where it stands, what it lacks."""
    values = np.full(len(members), np.nan)
    if ruling.value is not None:
        values = np.append(ruling.value.to_numpy(dtype=float, na_value=np.nan), np.nan)[members]
    named = ruling.missing if ruling.missing is not None else ruling.lacks()
    lacks = np.append(named.to_numpy(dtype=object), "")[members]
    unknown = answer.isna().to_numpy()
    missing = pd.Series(np.where(unknown, lacks, ""), dtype=object)
    if ruling.table == "findings" and ruling.column == "kind" and ruling.missing is None:
        missing = missing.mask(missing == "findings.kind", f"findings.{ruling.rule}")
    # An answer that stands, although a fact beside it is not told (the cause of a delay).
    remark = pd.Series(np.where(unknown | (ruling.category != "idle"), "", lacks), dtype=object)
    remark = remark.where(answer.fillna(value=False).to_numpy(dtype=bool), "")
    told = missing.where(missing != "", remark)
    rank = np.where(unknown, 1, np.where(answer.fillna(value=False), 0, 2))
    return pd.DataFrame(
        {
            "value": values,
            "enterprise_id": enterprise,
            "source": tables[ruling.table].source(rows, ruling.column).astype(object),
            "missing": missing,
            "remark": remark,
            "department": told.map(_departments(told)),
            "rank": rank,
        }
    )


def _departments(missing: pd.Series) -> dict[str, str]:
    """Departments that owe the missing facts, by the text that names the facts."""
    return {text: "、".join(_owners(text)) for text in missing.unique()}


def _owners(text: str) -> list[str]:
    owners: list[str] = []
    kinds = {code.code: code.department for code in schema.codes("finding_kind")}
    for fact in text.split("|"):
        table, _, column = fact.partition(".")
        if not column:
            continue
        owner = kinds.get(column) if table == "findings" else schema.department_of(table, column)
        if owner and owner not in owners:
            owners.append(owner)
    return owners
