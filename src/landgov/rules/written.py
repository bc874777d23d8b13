"""Verdict rows while they are written: whole numbers that stand for text, laid out once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from landgov import schema
from landgov.policies import Parameter
from landgov.quality import CheckedTable, Sender, source_words
from landgov.rules.categories import ParcelRuling
from landgov.rules.kleene import NO, UNKNOWN, YES
from landgov.rules.ruling import Ruling
from landgov.rules.sides import UNKNOWN as OPEN
from landgov.rules.sides import Side

ANSWERS = (YES, UNKNOWN, NO)


@dataclass
class Written:
    """Columns of the verdict table as codes, filled rule by rule.

    A million parcels have thirty million rows: text is looked up when all is there.

    Parameters
    ----------
    rulings : sequence of ParcelRuling
        The rules; `rule` holds their numbers.
    tables : mapping of str to CheckedTable
        Where the evidence stands.
    starts : mapping of str to int
        By table that a rule names, the number of its first origin.
    subject, firm, origin, missing, rule, rank, side : ndarray of int
        Codes, one a row; -1 where there is none, for `missing` 0. `side` tells which of a
        rule's two rulings the evidence is from.
    value : ndarray of float
        The figure held against the line.
    could_change, exempt : ndarray of bool
        As in the table.
    lacks : dict
        Number of each text of missing facts.
    """

    rulings: Sequence[ParcelRuling]
    tables: Mapping[str, CheckedTable]
    starts: Mapping[str, int]
    subject: np.ndarray
    firm: np.ndarray
    origin: np.ndarray
    missing: np.ndarray
    rule: np.ndarray
    rank: np.ndarray
    side: np.ndarray
    value: np.ndarray
    could_change: np.ndarray
    exempt: np.ndarray
    lacks: dict[str, int] = field(default_factory=lambda: {"": 0})

    @classmethod
    def blank(
        cls, length: int, rulings: Sequence[ParcelRuling], tables: Mapping[str, CheckedTable]
    ) -> Written:
        """Rows without anything in them."""
        named = dict.fromkeys(
            side.table for ruling in rulings for side in _both(ruling) if side is not None
        )
        starts, total = {}, 0
        for name in named:
            starts[name] = total
            total += len(tables[name].origins)
        return cls(
            rulings=rulings,
            tables=tables,
            starts=starts,
            subject=np.zeros(length, dtype=np.int32),
            firm=np.full(length, -1, dtype=np.int32),
            origin=np.full(length, -1, dtype=np.int32),
            missing=np.zeros(length, dtype=np.int32),
            rule=np.zeros(length, dtype=np.int16),
            rank=np.zeros(length, dtype=np.int8),
            side=np.zeros(length, dtype=np.int8),
            value=np.full(length, np.nan),
            could_change=np.zeros(length, dtype=bool),
            exempt=np.zeros(length, dtype=bool),
        )

    def put(self, number: int, at: np.ndarray, rank: np.ndarray, side: Side) -> None:
        """Write what one side says under a rule into some rows."""
        ruling = self.rulings[number]
        self.rule[at], self.rank[at], self.value[at] = number, rank, side.value
        self.side[at] = int(side.ruling is ruling.firms)
        self.firm[at] = side.firm if side.ruling is ruling.firms else -1
        text = np.where(rank == OPEN, side.missing, side.remark)
        codes, words = pd.factorize(text)
        known = [self.lacks.setdefault(str(word), len(self.lacks)) for word in words]
        self.missing[at] = np.array(known, dtype=np.int32)[codes] if len(codes) else 0
        found = self.tables[side.ruling.table].origin_of(side.rows, side.ruling.column)
        self.origin[at] = np.where(found >= 0, found + self.starts[side.ruling.table], -1)


def _both(ruling: ParcelRuling) -> tuple[Ruling | None, Ruling | None]:
    return ruling.own, ruling.firms


def frame_of(written: Written, firms: pd.Index) -> pd.DataFrame:
    """Turn the codes into the columns of the verdict table, all but the subject.

    Parameters
    ----------
    written : Written
        Rows that are all filled.
    firms : Index
        Labels of the enterprises.
    """
    rulings = written.rulings
    lines = [_line(ruling) for ruling in rulings]
    lacks = list(written.lacks)

    def by_rule(words: Sequence[str]) -> pd.Categorical:
        return _texts(words, written.rule)

    return pd.DataFrame(
        {
            "rule": by_rule([ruling.rule for ruling in rulings]),
            "category": by_rule([ruling.category for ruling in rulings]),
            "answer": pd.Categorical.from_codes(written.rank, categories=pd.Index(ANSWERS)),
            "value": written.value,
            "op": by_rule([line.op if line is not None else "" for line in lines]),
            "threshold": np.array([_threshold(line) for line in lines])[written.rule],
            "unit": by_rule([line.unit if line is not None else "" for line in lines]),
            "clause": by_rule([ruling.clause for ruling in rulings]),
            "enterprise_id": pd.Categorical.from_codes(written.firm, categories=firms),
            "missing": _texts(lacks, written.missing),
            "department": _texts([schema.departments_of(text) for text in lacks], written.missing),
            **_evidence(written),
            "could_change": _beside(written.rank == OPEN, written.could_change),
            "exempt": written.exempt,
        },
        copy=False,
    )


def _texts(words: Sequence[str], codes: np.ndarray) -> pd.Categorical:
    """Text by number; different numbers may say the same. Sorting sorts by the text."""
    kept, numbers = np.unique(np.array([*words, ""], dtype=object), return_inverse=True)
    small = numbers.astype(np.min_scalar_type(-len(kept)))
    return pd.Categorical.from_codes(small[codes], categories=pd.Index(kept, dtype="str"))


def _line(ruling: ParcelRuling) -> Parameter | None:
    return next((part.line for part in _both(ruling) if part is not None and part.line), None)


def _threshold(line: Parameter | None) -> float:
    value = None if line is None else line.value
    return np.nan if value is None or isinstance(value, str) else float(value)


def _beside(unknown: np.ndarray, flags: np.ndarray) -> pd.arrays.BooleanArray:
    return pd.arrays.BooleanArray(flags & unknown, ~unknown)


def _evidence(written: Written) -> dict[str, object]:
    """Source as text and in parts: file, sheet, row, who sent it, and of what day."""
    origins, delivery, senders, at = _origins(written)
    text, words = pd.factorize(np.append(source_words(origins), ""))
    asked = written.rule.astype(np.int32) * 2 + written.side
    sender = _sender_words(written.rulings, senders)
    days = np.array([one.date if one else None for one in senders], dtype="datetime64[us]")
    blank = np.array([""], dtype=object)
    file, sheet = (
        pd.Categorical(np.concatenate([origins[name].fillna("").to_numpy(dtype=object), blank]))
        for name in ("file", "sheet")
    )
    rows = pd.array([*origins["row"], pd.NA], dtype="Int32")
    return {
        "source": pd.Categorical.from_codes(text[at], categories=pd.Index(words, dtype="str")),
        "file": file.take(at),
        "sheet": sheet.take(at),
        "row": rows.take(at),
        "supplier": _texts(sender, delivery[at] * (2 * len(written.rulings)) + asked),
        "data_date": days[delivery[at]],
    }


def _origins(
    written: Written,
) -> tuple[pd.DataFrame, np.ndarray, list[Sender | None], np.ndarray]:
    """Origins that are cited, the delivery of each, who sent the deliveries, and which is cited.

    The last place of the deliveries, -1 of the rows, is where no evidence stands.
    """
    total = sum(len(written.tables[name].origins) for name in written.starts)
    cited = np.zeros(total + 1, dtype=bool)
    cited[written.origin] = True
    cited[total] = False
    place = np.cumsum(cited) - 1
    place[total] = -1
    parts = [pd.DataFrame({"file": [], "sheet": [], "row": []}, dtype=object)]
    numbers, senders = [np.zeros(0, dtype=np.int64)], list[Sender | None]()
    for name, start in written.starts.items():
        table = written.tables[name]
        few = table.origins[cited[start : start + len(table.origins)]]
        found, pairs = pd.MultiIndex.from_arrays([few["file"], few["sheet"].fillna("")]).factorize()
        parts.append(few)
        numbers.append(found + len(senders))
        senders += [table.senders.get((str(file), str(sheet))) for file, sheet in pairs]
    delivery = np.concatenate([*numbers, [len(senders)]]).astype(np.int32)
    origins = pd.concat(parts, ignore_index=True)
    return origins, delivery, [*senders, None], place[written.origin]


def _sender_words(rulings: Sequence[ParcelRuling], senders: Sequence[Sender | None]) -> list[str]:
    """Who sent the evidence, by delivery, rule and side; the schema's supplier for a file of none."""
    usual = [
        schema.department_of(side.table, side.column) if side is not None else ""
        for ruling in rulings
        for side in _both(ruling)
    ]
    return [
        one.department or default if one is not None else "" for one in senders for default in usual
    ]
