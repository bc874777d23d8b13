"""What a rule found for each enterprise or parcel, and all that its verdict needs to be asked why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from landgov.policies import Parameter


@dataclass(frozen=True)
class Ruling:
    """The answers of one rule, with value, line, clause and evidence.

    Parameters
    ----------
    rule, category, clause : str
        Id of the rule, the category it feeds, and where it stands.
    answer : Series
        Nullable boolean on the index of enterprises or parcels.
    table, column : str
        Where the fact stands that decides it.
    rows : ndarray of int
        Row of the checked `table` for each member of the index; -1 where there is none.
    value : Series, optional
        The figure held against the line.
    line : Parameter, optional
        The number of law.
    missing : Series, optional
        Facts that are missing where the answer is unknown, `table.column`, joined by `|`.
    """

    rule: str
    category: str
    clause: str
    answer: pd.Series
    table: str
    column: str
    rows: np.ndarray
    value: pd.Series | None = None
    line: Parameter | None = None
    missing: pd.Series | None = None

    def lacks(self) -> pd.Series:
        """Name the missing facts of each unknown answer; empty text elsewhere."""
        named = self.missing
        if named is None:
            named = pd.Series(f"{self.table}.{self.column}", index=self.answer.index)
        return named.astype(object).where(self.answer.isna(), "")


def missing_facts(facts: Mapping[str, pd.Series]) -> pd.Series:
    """Join the names of the facts that are missing in each row.

    Examples
    --------
    >>> lacks = missing_facts({"a.x": pd.Series([True, False]), "a.y": pd.Series([True, True])})
    >>> lacks.tolist()
    ['a.x|a.y', 'a.y']
    """
    index = next(iter(facts.values())).index
    # The facts that a row lacks make a number, and each number has its text.
    number = np.zeros(len(index), dtype=np.int64)
    texts = [""]
    for place, (name, absent) in enumerate(facts.items()):
        number += absent.to_numpy(dtype=bool).astype(np.int64) << place
        texts += [f"{text}|{name}" if text else name for text in texts]
    return pd.Series(np.array(texts, dtype=object)[number], index=index)
