"""The long table of reasons: every parcel that needs treatment × pathway × reason (处置理由)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from landgov import schema
from landgov.pathways.facts import Fact, Reason
from landgov.quality import CheckedTable
from landgov.rules import Users, in_words

COLUMNS = (
    "parcel_id",
    "enterprise_id",
    "pathway",
    "kind",
    "rule",
    "answer",
    "clause",
    "reason",
    "source",
    "missing",
    "department",
    "obstacle",
    "exempt",
)
_UNLINKED = "links.enterprise_id"


def pathway_rows(
    reasons: Sequence[Reason],
    answers: Mapping[str, pd.Series],
    users: Users,
    places: np.ndarray,
    tables: Mapping[str, CheckedTable],
    exempt: pd.Series,
) -> pd.DataFrame:
    """Write one row a parcel × reason, in the order of the parcels and of the plan.

    Parameters
    ----------
    reasons : sequence of Reason
        Reasons, conditions and notes of all pathways.
    answers : mapping of str to Series
        Their answers on the parcels.
    users : Users
        Links of parcels to enterprises.
    places : ndarray of int
        The parcels that are written.
    tables : mapping of str to CheckedTable
        For file and row of the evidence.
    exempt : Series
        Rules from which each parcel or its enterprises are exempt: the answers stay.
    """
    parts = [_rows(one, answers[one.name], users, places, tables) for one in reasons]
    table = pd.concat(parts, ignore_index=True)
    order = np.tile(np.arange(len(places)), len(reasons)).argsort(kind="stable")
    table["exempt"] = np.tile(exempt.to_numpy(dtype=object)[places], len(reasons))
    return table[list(COLUMNS)].iloc[order].reset_index(drop=True)


def _rows(
    one: Reason,
    answers: pd.Series,
    users: Users,
    places: np.ndarray,
    tables: Mapping[str, CheckedTable],
) -> pd.DataFrame:
    answer = answers.iloc[places]
    unknown = answer.isna().to_numpy()
    sides = []
    if one.land is not None:
        sides.append(_of_land(one.land, users, places, tables))
    if one.firms is not None:
        sides.append(_of_firms(one.firms, users, places, tables))
    facts = sides[0]
    if len(sides) > 1:
        take = (sides[1]["rank"] < facts["rank"]).to_numpy()
        facts = pd.DataFrame({name: np.where(take, sides[1][name], facts[name]) for name in facts})
    missing = pd.Series(np.where(unknown, facts["missing"], ""), dtype=object)
    owners = {text: schema.departments_of(text) for text in missing.unique()}
    way = one.in_the_way(answer)
    obstacle = schema.result_word("pathway_obstacle", one.obstacle) if one.obstacle else ""
    return pd.DataFrame(
        {
            "parcel_id": users.parcels.to_numpy()[places],
            "enterprise_id": facts["enterprise_id"].to_numpy(),
            "pathway": one.pathway,
            "kind": one.kind,
            "rule": one.name,
            "answer": in_words(answer).to_numpy(),
            "clause": one.clause,
            "reason": schema.result_word("pathway_reason", one.name),
            "source": facts["source"].to_numpy(),
            "missing": missing.to_numpy(),
            "department": missing.map(owners).to_numpy(),
            "obstacle": np.where(way, obstacle, ""),
        }
    )


def _of_land(
    fact: Fact, users: Users, places: np.ndarray, tables: Mapping[str, CheckedTable]
) -> pd.DataFrame:
    firm = np.full(len(places), -1) if fact.firm is None else fact.firm[places]
    rows = fact.rows[places]
    return _facts(fact, fact.answer.iloc[places], rows, fact.missing()[places], firm, users, tables)


def _of_firms(
    fact: Fact, users: Users, places: np.ndarray, tables: Mapping[str, CheckedTable]
) -> pd.DataFrame:
    """What the enterprise that decides says: yes before unknown before no."""
    link = users.decisive(fact.answer)[places]
    firm = np.append(users.firm, -1)[link]
    by_link = users.answers(fact.answer)
    padded = pd.concat([by_link, pd.Series([None], dtype="boolean")], ignore_index=True)
    answer = padded.take(link).reset_index(drop=True)
    unlinked = (link < 0) & ~users.unlinked_unknown[places]
    answer = answer.mask(unlinked, other=False)
    missing = np.append(fact.missing(), _UNLINKED)[firm]
    # The enterprise's fact is known, but not whether it still uses the land.
    known = np.append(fact.answer.notna().to_numpy(), False)[firm]
    missing = np.where(known & answer.isna().to_numpy(), "links.to", missing)
    rows = np.append(fact.rows, -1)[firm]
    return _facts(fact, answer, rows, missing, firm, users, tables)


def _facts(
    fact: Fact,
    answer: pd.Series,
    rows: np.ndarray,
    missing: np.ndarray,
    firm: np.ndarray,
    users: Users,
    tables: Mapping[str, CheckedTable],
) -> pd.DataFrame:
    ids = np.append(users.firms.to_numpy(dtype=object), np.nan)
    unknown = answer.isna().to_numpy()
    return pd.DataFrame(
        {
            "enterprise_id": ids[firm],
            "source": tables[fact.table].source(rows, fact.column).to_numpy(dtype=object),
            "missing": missing,
            "rank": np.where(unknown, 1, np.where(answer.fillna(value=False), 0, 2)),
        }
    )
