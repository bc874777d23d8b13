"""Keys of a table: empty, repeated with the same content, repeated with other content."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

SEPARATOR = "|"
Content = Callable[[np.ndarray], pd.DataFrame]
"""Gives what the rows at some positions say, as text."""


@dataclass(frozen=True)
class Keys:
    """What became of the key of each row.

    Parameters
    ----------
    label : ndarray of object
        The row's label: its key, `ID#1`, `ID#2` where the key is repeated with other
        content, `?#1` where it is empty.
    keep : ndarray of bool
        False for the second and later of identical rows.
    contested : ndarray of bool
        True where the key is empty or stands for several different rows.
    empty : ndarray of bool
        True where the key, or a needed part of it, is empty.
    repeated : frozenset of str
        Keys that this file gives to several different rows: what refers to them stays
        unjoined.
    """

    label: np.ndarray
    keep: np.ndarray
    contested: np.ndarray
    empty: np.ndarray
    repeated: frozenset[str]

    def told(self) -> np.ndarray:
        """Rows whose own file repeats the key: it is there that the key has to be mended."""
        here = np.zeros(len(self.label), dtype=bool)
        for place in np.flatnonzero(self.contested & ~self.empty).tolist():  # few
            here[place] = str(self.label[place]).rpartition("#")[0] in self.repeated
        return here


def settle_keys(keys: pd.DataFrame, needed: list[str], content: Content) -> Keys:
    """Find empty and repeated keys; identical rows become one, others are numbered.

    Parameters
    ----------
    keys : DataFrame
        The key columns, text, missing where empty.
    needed : list of str
        Those of them that must not be empty.
    content : callable
        Gives everything that rows at some positions say, as text: rows that agree in it are
        identical, and repeated keys are numbered in its order, so that a re-sorted file keeps
        its labels.

    Examples
    --------
    >>> keys = pd.DataFrame({"parcel_id": ["A", "A", "B", None]}, dtype="str")
    >>> content = pd.DataFrame({"parcel_id": ["A", "A", "B", ""], "x": ["2", "1", "0", "9"]})
    >>> settle_keys(keys, ["parcel_id"], lambda rows: content.iloc[rows]).label.tolist()
    ['A#2', 'A#1', 'B', '?#1']
    """
    empty = keys[needed].isna().any(axis=1).to_numpy()
    label = _joined(keys[needed])
    label[empty] = "?"
    same_key = keys.duplicated(keep=False).to_numpy() | empty
    keep = np.ones(len(keys), dtype=bool)
    contested = empty.copy()
    suspects = np.flatnonzero(same_key)
    if len(suspects):
        rows = content(suspects).reset_index(drop=True)
        columns = list(rows.columns)
        rows.insert(0, "_label", label[suspects])
        identical = rows.duplicated().to_numpy()
        keep[suspects[identical]] = False
        rest = rows[~identical].sort_values(["_label", *columns], kind="stable")
        number = rest.groupby("_label", sort=False).cumcount() + 1
        places = suspects[rest.index.to_numpy()]
        again = keys.iloc[places].duplicated(keep=False).to_numpy()
        several = pd.Series(again, index=rest.index) | (rest["_label"] == "?")
        numbered = rest["_label"].astype(object) + "#" + number.astype(str).astype(object)
        several_places = places[several.to_numpy()]
        written = _numbered_keys(np.delete(label, several_places))
        label[several_places] = _unlike(numbered[several].to_numpy(), written)
        contested[several_places] = True
        repeated = frozenset(rest.loc[several & (rest["_label"] != "?"), "_label"])
    else:
        repeated = frozenset()
    return Keys(label, keep, contested, empty, repeated)


def settle_files(
    keys: Sequence[pd.DataFrame], needed: list[str], contents: Sequence[Content]
) -> list[Keys]:
    """Settle the keys of several files of one table, so that no label is given twice.

    A key that one file repeats stands for several rows in every file; rows without a key
    are different rows in different files. All are numbered together.

    Parameters
    ----------
    keys : sequence of DataFrame
        Of each file, as for `settle_keys`.
    contents : sequence of callable
        Of each file, as for `settle_keys`.
    needed : list of str
        Key columns that must not be empty.

    Examples
    --------
    >>> files = [pd.DataFrame({"parcel_id": [None]}, dtype="str") for _ in range(2)]
    >>> contents = [lambda _: pd.DataFrame({"x": ["1"]}), lambda _: pd.DataFrame({"x": ["0"]})]
    >>> [keys.label.tolist() for keys in settle_files(files, ["parcel_id"], contents)]
    [['?#2'], ['?#1']]
    """
    pairs = zip(keys, contents, strict=True)
    settled = [settle_keys(key, needed, content) for key, content in pairs]
    if len(settled) == 1:
        return settled
    repeated = frozenset().union(*(each.repeated for each in settled))
    rows: list[tuple[str, str, int, int]] = []
    for number, (each, content) in enumerate(zip(settled, contents, strict=True)):
        if repeated:
            each.contested[np.isin(each.label.astype(str), list(repeated))] = True
        doubtful = np.flatnonzero(each.contested & each.keep)
        words = content(doubtful).astype(str).agg("\x1f".join, axis=1) if len(doubtful) else ()
        for place, said in zip(doubtful.tolist(), words, strict=True):  # few
            base = str(each.label[place]).rpartition("#")[0] or str(each.label[place])
            rows.append((base, said, number, place))
    count: dict[str, int] = {}
    written = frozenset().union(*(_numbered_keys(each.label[~each.contested]) for each in settled))
    for base, _said, number, place in sorted(rows):
        count[base] = count.get(base, 0) + 1
        while f"{base}#{count[base]}" in written:
            count[base] += 1
        settled[number].label[place] = f"{base}#{count[base]}"
    return settled


def _numbered_keys(labels: np.ndarray) -> frozenset[str]:
    """Keys that were sent in the form of a label, such as `A#1`: no other row may take them."""
    sent = pd.Series(labels, dtype="str")
    return frozenset(sent[sent.str.contains("#", regex=False, na=False)])


def _unlike(numbered: np.ndarray, written: frozenset[str]) -> np.ndarray:
    """Number repeated keys past those that were sent in the form of a label.

    Examples
    --------
    >>> _unlike(np.array(["A#1", "A#2"], dtype=object), frozenset(["A#1"])).tolist()
    ['A#2', 'A#3']
    """
    if not written:
        return numbered
    result, last = numbered.copy(), dict[str, int]()
    for place, label in enumerate(numbered.tolist()):  # repeated keys: few
        base = str(label).rpartition("#")[0]
        last[base] = last.get(base, 0) + 1
        while f"{base}#{last[base]}" in written:
            last[base] += 1
        result[place] = f"{base}#{last[base]}"
    return result


def named_among(index: pd.Index, labels: Iterable[object]) -> np.ndarray:
    """Say which entries of a unique index are among some labels, by one hashed look-up.

    `Index.isin` and `Series.isin` turn long text columns into lists first, ten times slower.

    Examples
    --------
    >>> named_among(pd.Index(["A", "B"], dtype="str"), ["B", "C", None]).tolist()
    [False, True]
    """
    wanted = labels if isinstance(labels, (pd.Series, pd.Index)) else list(labels)
    places = index.get_indexer(pd.Index(wanted, dtype=index.dtype))
    named = np.zeros(len(index), dtype=bool)
    named[places[places >= 0]] = True
    return named


def _joined(keys: pd.DataFrame) -> np.ndarray:
    """Key columns as one text; a part that may be empty is left blank."""
    first, *others = (keys[column].fillna("").astype(object) for column in keys.columns)
    for other in others:
        first = first + SEPARATOR + other
    return first.to_numpy(dtype=object, copy=True)
