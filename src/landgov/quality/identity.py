"""Ids of issues that no order of rows changes, and no two issues share (问题编号)."""

from __future__ import annotations

import hashlib
import re

import numpy as np
import pandas as pd

from landgov import schema

# What tells issues apart that agree in table, key, field and kind, the surest first: two
# overlaps of one parcel by what they say, two rows of one pair by their file and content.
_DISTINGUISHING = (("value", "before", "after"), ("message",), ("file", "sheet"), ("content",))
_UNNAMED = "?"
_ID = re.compile(r"[0-9a-f]{16}")


def issue_ids(issues: pd.DataFrame) -> pd.Series:
    """Work out the id of every issue from what it is about.

    Parameters
    ----------
    issues : DataFrame
        The issue table, with `content`, the print of the row concerned, and `issue_id`
        where there is one yet: it stays, but for rows without a key.

    Returns
    -------
    Series
        Hash of table, key, field and kind, and of the other row of a pair. Where a row has no usable key, the print of its
        content stands in its place; where the issue is about a whole file, the file. Issues
        that agree in all of it are told apart by what they say, then by file, sheet and
        content of the row; rows that are the same in everything are counted. So a file that
        is sorted otherwise keeps its ids, and no two issues share one.

    Examples
    --------
    >>> names = ["table", "key", "field", "kind", "value", "before", "after", "message"]
    >>> one = ["parcels", "A", "geometry", "overlap", "B", "", "", ""]
    >>> two = ["parcels", "A", "geometry", "overlap", "C", "", "", ""]
    >>> pair = pd.DataFrame([one, two], columns=names, dtype="str")
    >>> ids = issue_ids(pair.assign(file="", sheet="", content="", row=pd.array([1, 1])))
    >>> ids.is_unique, set(ids) == set(issue_ids(pair[::-1].assign(file="", sheet="",
    ...     content="", row=pd.array([1, 1]))))
    (True, True)
    """
    words = issues.drop(columns="row")
    text = words.astype(object).where(words.notna(), "")
    unnamed = _unnamed(text)
    identity = text["table"] + "|" + _subject(text, unnamed, issues["row"])
    identity = identity + "|" + text["field"] + "|" + text["kind"]
    if "issue_id" in text:
        # Whoever found a pair has named its other half there.
        told = (text["issue_id"] != "") & ~(unnamed & issues["row"].notna())
        identity = identity.where(~told, text["issue_id"])
    for names in _DISTINGUISHING:
        shared = identity.duplicated(keep=False)
        if not shared.any():
            return _hashed(identity)
        for name in names:
            more = identity[shared] + "|" + text.loc[shared, name]
            identity = identity.where(~shared, more.reindex(identity.index))
    order = issues["row"].fillna(0).astype("int64").sort_values(kind="stable").index
    count = identity.reindex(order).groupby(identity, sort=False).cumcount()
    count = count.reindex(identity.index)
    return _hashed(identity.where(count == 0, identity + "|" + count.astype(str)))


def _unnamed(text: pd.DataFrame) -> pd.Series:
    """Issues about rows without a key that could name them."""
    keyless = {name for name in schema.tables() if not schema.table(name).key}
    unnamed = (text["key"] == "") | text["key"].str.startswith(_UNNAMED)
    return unnamed | text["table"].isin(keyless)


def _subject(text: pd.DataFrame, unnamed: pd.Series, row: pd.Series) -> pd.Series:
    """What an issue is about: the key, the content of a row without one, a file."""
    of_file = unnamed & row.isna()
    subject = text["key"].where(~unnamed | (text["content"] == ""), text["content"])
    return subject.where(~of_file, text["key"] + text["file"] + "|" + text["sheet"])


def _hashed(identity: pd.Series) -> pd.Series:
    digests = [
        line
        if _ID.fullmatch(line)
        else hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        for line in identity
    ]
    return pd.Series(np.array(digests, dtype=object), index=identity.index, dtype="str")
