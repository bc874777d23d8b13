"""Findings of departments (问题): which kinds stand open on a parcel or on an enterprise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from landgov import schema
from landgov.policies import Policy
from landgov.quality import CheckedTable
from landgov.rules.kleene import answer_from, any_of, constant
from landgov.rules.ruling import Ruling

FOUR_WITHOUT = ("no_licence", "no_safety", "no_legal_site", "no_environmental")
# Kinds that, open and major, mean that the enterprise has no legal premises.
_ILLEGAL_SITE = ("illegal_building", "illegal_land", "no_land_papers")
HAZARDS = ("safety", "fire", "environment")
CLAUSE = "二（一）3"


def kinds() -> tuple[str, ...]:
    """All kinds of findings, the four "without" first.

    Examples
    --------
    >>> len(kinds()), kinds()[0]
    (13, 'no_licence')
    """
    return tuple(code.code for code in schema.codes("finding_kind"))


def wider_kinds() -> tuple[str, ...]:
    """The kinds beside the four: they count when they are major (较大违法违规).

    Examples
    --------
    >>> "fire" in wider_kinds(), "no_licence" in wider_kinds()
    (True, False)
    """
    return tuple(kind for kind in kinds() if kind not in FOUR_WITHOUT)


@dataclass(frozen=True)
class OpenFindings:
    """Findings as they stand on `as_of`, ready to be asked by kind and subject.

    Parameters
    ----------
    table : CheckedTable
        The findings as checked.
    open : Series
        Nullable boolean, one a finding: found on or before `as_of` and not closed by then.
    covers : frozenset of str
        Kinds reported completely.
    repeated : mapping of str to frozenset of str
        By subject, ids that stand for several rows: findings on them stay unjoined and
        leave those rows unknown.
    """

    table: CheckedTable
    open: pd.Series
    covers: frozenset[str]
    repeated: Mapping[str, frozenset[str]]

    def joined(self, subject: str, index: pd.Index) -> np.ndarray:
        """Position in `index` of the parcel or enterprise of each finding; -1 where none.

        What names an id that stands for several rows joins with none of them.
        """
        named = self.table.frame[subject]
        at = index.get_indexer(pd.Index(named))
        return np.where(named.isna() | named.isin(self.repeated[subject]), -1, at)

    def of(
        self,
        kind: str,
        subject: str,
        index: pd.Index,
        also: pd.Series | None = None,
        joined: np.ndarray | None = None,
    ) -> tuple[pd.Series, np.ndarray]:
        """Whether a finding of one kind stands open on each parcel or enterprise.

        Parameters
        ----------
        kind : str
            Kind of finding.
        subject : str
            ``parcel_id`` or ``enterprise_id``.
        index : Index
            The parcels or enterprises.
        also : Series, optional
            Nullable boolean, one a finding: count only those of which this holds too, as
            that they are major; where it is not marked, it is unknown.
        joined : ndarray of int, optional
            From `joined`, for the same subject and index, where several kinds are asked for.

        Returns
        -------
        tuple
            Nullable boolean on `index`, and the row of the finding that decides (-1).
        """
        concerned = np.flatnonzero(self._may_be(kind))
        unread = self.table.frame["kind"].isna().to_numpy()[concerned]
        answer = self.open if also is None else self.open & also
        answer = answer.iloc[concerned]
        # A finding whose kind can't be read may be of this kind.
        answer = answer.mask(unread & answer.fillna(value=True).to_numpy(dtype=bool))
        groups = (self.joined(subject, index) if joined is None else joined)[concerned]
        yes, unknown = any_of(answer, groups, len(index))
        if self.repeated[subject]:
            named = self.table.frame[subject].iloc[concerned]
            unknown |= _unjoined(index, named, self.repeated[subject])
        if kind not in self.covers:
            # A closed finding says nothing of others that nobody reports.
            unknown |= ~yes
        rows = np.full(len(index), -1, dtype=np.int64)
        held = answer.to_numpy(dtype=bool, na_value=False)
        decides = np.flatnonzero((groups >= 0) & (held | answer.isna().to_numpy()))
        true_last = decides[np.argsort(held[decides], kind="stable")]
        rows[groups[true_last]] = concerned[true_last]
        return answer_from(yes, unknown & ~yes, index), rows

    def _may_be(self, kind: str) -> np.ndarray:
        kinds_ = self.table.frame["kind"]
        return (kinds_.eq(kind) | kinds_.isna()).fillna(value=True).to_numpy(dtype=bool)


def open_findings(
    table: CheckedTable, as_of: date, policy: Policy, repeated: Mapping[str, frozenset[str]]
) -> OpenFindings:
    """Tell which findings stand open on `as_of`.

    Parameters
    ----------
    table : CheckedTable
        Findings as checked.
    as_of : date
        The date judged on.
    policy : Policy
        With `no_legal_site_from_findings`, complete reports of illegal buildings, illegal
        land and missing papers together are a complete report of illegal premises.
    repeated : mapping of str to frozenset of str
        Ids that stand for several rows, for `parcel_id` and `enterprise_id`.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）3.
    """
    frame, day = table.frame, pd.Timestamp(as_of)
    found = (frame["found_on"] <= day).astype("boolean").mask(frame["found_on"].isna())
    closed = (frame["closed_on"] <= day).astype("boolean")
    closed = closed.mask(table.undated["closed_on"].to_numpy())
    covers = set(table.covers)
    if policy.setting("no_legal_site_from_findings") and covers.issuperset(_ILLEGAL_SITE):
        covers.add("no_legal_site")
    return OpenFindings(table, found & ~closed, frozenset(covers), repeated)


def judge_findings(
    findings: OpenFindings, subject: str, index: pd.Index, policy: Policy
) -> dict[str, Ruling]:
    """Judge each parcel or enterprise by every kind of finding.

    Parameters
    ----------
    findings : OpenFindings
        Findings as they stand.
    subject : str
        ``parcel_id`` or ``enterprise_id``.
    index : Index
        The parcels or enterprises.
    policy : Policy
        `no_legal_site_from_findings`, `four_without_major`.

    Returns
    -------
    dict
        Rulings by kind; also `any_papers` (open missing papers, major or not), which the
        rules on collective land ask for.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）3.
    """
    rulings: dict[str, Ruling] = {}
    joined = findings.joined(subject, index)

    def rule(kind: str, *, major: bool, name: str | None = None) -> Ruling:
        marked = findings.table.frame["major"] if major else None
        answer, rows = findings.of(kind, subject, index, marked, joined)
        category = "four_without" if kind in FOUR_WITHOUT else "wider_violations"
        return Ruling(name or kind, category, CLAUSE, answer, "findings", "kind", rows)

    four_major = policy.setting("four_without_major")
    for kind in kinds():
        rulings[kind] = rule(kind, major=kind not in FOUR_WITHOUT or four_major)
    rulings["any_papers"] = rule("no_land_papers", major=False, name="collective_papers")
    if policy.setting("no_legal_site_from_findings"):
        rulings["no_legal_site"] = _legal_site(rulings)
    return rulings


def _legal_site(rulings: Mapping[str, Ruling]) -> Ruling:
    """Add open major illegal buildings, land and missing papers to `no_legal_site`."""
    base = rulings["no_legal_site"]
    answer, rows = base.answer, base.rows.copy()
    for kind in _ILLEGAL_SITE:
        other = rulings[kind]
        # Only what was reported counts here: a kind that nobody covers adds no doubt.
        reported = other.answer.mask(other.answer.isna() & (other.rows < 0), other=False)
        answer = answer | reported
        rows = np.where((rows < 0) & (other.rows >= 0), other.rows, rows)
        rows = np.where(reported.fillna(value=False).to_numpy(bool), other.rows, rows)
    return Ruling(base.rule, base.category, base.clause, answer, base.table, base.column, rows)


def wider_violations(rulings: Mapping[str, Ruling], index: pd.Index) -> pd.Series:
    """Whether any major finding beside the four stands open.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）3.
    """
    answer = constant(index, value=False)
    for kind in wider_kinds():
        answer = answer | rulings[kind].answer
    return answer


def _unjoined(index: pd.Index, named: pd.Series, repeated: frozenset[str]) -> np.ndarray:
    """Rows under a numbered label whose id some finding names."""
    open_ids = repeated & set(named.dropna())
    if not open_ids:
        return np.zeros(len(index), dtype=bool)
    bases = index.to_series().str.replace(r"#\d+$", "", regex=True)
    return (bases.isin(open_ids)).to_numpy()
