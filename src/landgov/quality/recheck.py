"""What became of the issues of the last time: solved, still open, new (复核)."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from landgov.quality.issues import COLUMNS

NEW, OPEN, FIXED = "new", "open", "fixed"
_SAME = ["table", "key", "field", "kind", "value", "file"]


@dataclass(frozen=True)
class Recheck:
    """The issue table against that of the last time (复核结果).

    Parameters
    ----------
    issues : DataFrame
        The issue table with `status`: ``new`` or ``open``.
    fixed : DataFrame
        Errors and warnings of the last time that are gone, as they stood then, ``fixed``.
    compared : bool
        False where there was nothing to compare with.
    """

    issues: pd.DataFrame
    fixed: pd.DataFrame
    compared: bool

    def counts(self) -> dict[str, int]:
        """How many errors and warnings are fixed, new, and still open; notes do not count.

        Examples
        --------
        >>> recheck(pd.DataFrame({"issue_id": ["a"], "severity": ["error"]}), None).counts()
        {'fixed': 0, 'new': 1, 'open': 0}
        """
        said = self.issues.loc[self.issues["severity"] != "note", "status"]
        return {
            "fixed": len(self.fixed),
            "new": int(said.eq(NEW).sum()),
            "open": int(said.eq(OPEN).sum()),
        }


def recheck(
    issues: pd.DataFrame,
    last: pd.DataFrame | None,
    fixed: pd.DataFrame | None = None,
    *,
    repeats: bool = False,
) -> Recheck:
    """Compare the issue table with that of the last time.

    Parameters
    ----------
    issues : DataFrame
        What was found now.
    last : DataFrame, optional
        The issue table of the last check or run, with its `status`.
    fixed : DataFrame, optional
        What was fixed then.
    repeats : bool
        Where the issues are the very same as last time, repeat what was said of them then: a
        run after a check keeps what the check has found to be solved, and a second run
        writes what the first one wrote.

    Examples
    --------
    >>> now = pd.DataFrame({"issue_id": ["a", "b"], "severity": ["error", "error"]})
    >>> last = pd.DataFrame({"issue_id": ["b", "c"], "severity": ["error", "warning"]})
    >>> found = recheck(now, last)
    >>> found.issues["status"].tolist(), found.fixed["issue_id"].tolist()
    (['new', 'open'], ['c'])
    """
    if last is None or not {"issue_id", "severity"} <= set(last.columns):
        return Recheck(issues.assign(status=_status(issues, NEW)), _none(issues), compared=False)
    unchanged = set(issues["issue_id"]) == set(last["issue_id"])
    if repeats and unchanged and "status" in last.columns:
        said = dict(zip(last["issue_id"], last["status"], strict=True))
        again = issues["issue_id"].map(said).astype("str")
        return Recheck(
            issues.assign(status=again), _none(issues) if fixed is None else fixed, compared=True
        )
    known = issues["issue_id"].isin(last["issue_id"]) | _among(issues, last)
    status = _status(issues, NEW).mask(known, OPEN)
    gone = ~(last["issue_id"].isin(issues["issue_id"]) | _among(last, issues))
    solved = last[gone & last["severity"].ne("note")].reset_index(drop=True)
    return Recheck(
        issues.assign(status=status), solved.assign(status=_status(solved, FIXED)), compared=True
    )


def _status(issues: pd.DataFrame, word: str) -> pd.Series:
    return pd.Series(word, index=issues.index, dtype="str")


def _none(issues: pd.DataFrame) -> pd.DataFrame:
    columns = list(issues.columns) if "table" in issues.columns else list(COLUMNS)
    return issues.iloc[:0].reindex(columns=[*columns, "status"])


def _among(issues: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """Issues that say the same of the same cell as another, whatever their ids.

    Where two issues agree in all but what they say, solving one may change the id of the
    other.
    """
    if not set(_SAME) <= set(issues.columns) & set(others.columns):
        return pd.Series(False, index=issues.index)
    mine, theirs = (
        pd.util.hash_pandas_object(each[_SAME].astype("str").fillna(""), index=False)
        for each in (issues, others)
    )
    return pd.Series(mine.isin(theirs).to_numpy(), index=issues.index)
