"""Which of many names are alike, without comparing each with each (相近名称)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz import fuzz, process

from landgov.register.names import telling_words

_PAIRS_AT_ONCE: Final = 2_000_000
_EPSILON: Final = 1e-9
_Places = npt.NDArray[np.int64]
_Words = npt.NDArray[np.object_]


def likeness(left: str, right: str) -> float:
    """Say how alike two plain names are, 0 to 1; other numbers in them make them different.

    Two firms of one naming pattern differ in a number or a stem (甲, 乙) alone, two roads in a
    point of the compass: it counts for little in an edit distance and for everything in fact.

    Examples
    --------
    >>> likeness("舜江第12号机械", "舜江第21号机械"), likeness("舜江机械", "舜江机械")
    (0.0, 1.0)
    """
    if telling_words(left) != telling_words(right):
        return 0.0
    return float(fuzz.ratio(left, right)) / 100.0


def alike(left: pd.Series, right: pd.Series, *, least: float, most: int = 20) -> pd.DataFrame:
    """Find the pairs of names that are alike; none is lost.

    Two names that are alike share letter pairs: of the rarest of each at least one. Only
    names that share one, and have the same telling words, are compared letter by letter.

    Parameters
    ----------
    left, right : Series
        Plain names on unique labels; missing ones are left out.
    least : float
        Least likeness, over 0 and up to 1.
    most : int
        Pairs given for each label of `left`; of equals, those first in the order of labels.

    Returns
    -------
    DataFrame
        `left`, `right` (labels) and `score`, the best first for each `left`, and `count`, how
        many labels of `right` are alike in all.

    Examples
    --------
    >>> found = alike(pd.Series({"E1": "舜江精密机械"}), pd.Series({"P1": "舜江精密机件"}), least=0.8)
    >>> found["right"].tolist()
    ['P1']
    """
    mine, theirs = (names[names.notna() & names.ne("")].sort_index() for names in (left, right))
    own, other = (pd.Index(names.unique()) for names in (mine, theirs))
    pairs = _pairs_of_texts(own, other, least)
    many = theirs.groupby(theirs).size().reindex(other).to_numpy()
    pairs["count"] = pd.Series(many[pairs["right"]]).groupby(pairs["left"]).transform("sum")
    # No label of `left` gets more than `most`: more of one text are not even laid out.
    first = theirs.groupby(theirs).head(most)
    firms = pd.DataFrame({"left": own.get_indexer(mine), "label": mine.index})
    plots = pd.DataFrame({"right": other.get_indexer(first), "other": first.index})
    both = pairs.merge(firms, on="left").merge(plots, on="right")
    both = both.drop(columns=["left", "right"]).rename(columns={"label": "left", "other": "right"})
    order = ["left", "score", "right"]
    both = both.sort_values(order, ascending=[True, False, True], ignore_index=True)
    kept = both[both.groupby("left").cumcount() < most]
    return kept.reset_index(drop=True)[["left", "right", "score", "count"]]


def _pairs_of_texts(left: pd.Index, right: pd.Index, least: float) -> pd.DataFrame:
    """Compare different texts: places in `left` and `right`, and the score."""
    found: list[pd.DataFrame] = []
    mine, theirs = (names.to_numpy(dtype=object) for names in (left, right))
    for one, two in _candidates(mine, theirs, least) if len(mine) and len(theirs) else ():
        scores = process.cpdist(
            mine[one].tolist(),
            theirs[two].tolist(),
            scorer=fuzz.ratio,
            dtype=np.float64,
        )
        score = np.asarray(scores) / 100.0
        near = score >= least
        found.append(pd.DataFrame({"left": one[near], "right": two[near], "score": score[near]}))
    if not found:
        kinds = {"left": "int64", "right": "int64", "score": "float64"}
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
    # Parts were cut by the letter pair that they share: a pair of texts may share several.
    return pd.concat(found, ignore_index=True).drop_duplicates(["left", "right"], ignore_index=True)


def _candidates(left: _Words, right: _Words, least: float) -> Iterator[tuple[_Places, _Places]]:
    """Places of names that share a rare letter pair and all telling words, part by part."""
    mine, theirs = _rare_pairs(left, right, least)
    length, letters = zip(*map(_letters, (left, right)), strict=True)
    groups = theirs.groupby("token", sort=False).size()
    mine = mine[mine["token"].isin(groups.index)]
    load = mine["token"].map(groups).cumsum()
    for _, part in mine.groupby(load // _PAIRS_AT_ONCE):
        both = part.merge(theirs, on="token", suffixes=("", "_other"))
        one, two = (both[name].to_numpy() for name in ("place", "place_other"))
        # Each letter put in or taken out lengthens or shortens by one, and adds or drops at
        # most one letter of those that are there.
        apart = (1 - least) * (length[0][one] + length[1][two]) + _EPSILON
        could = np.abs(length[0][one] - length[1][two]) <= apart
        could &= np.bitwise_count(letters[0][one] ^ letters[1][two]) <= apart
        places = both.loc[could, ["place", "place_other"]].drop_duplicates()
        yield places["place"].to_numpy(), places["place_other"].to_numpy()


def _rare_pairs(left: _Words, right: _Words, least: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """For each name its rarest letter pairs, as many as make sure that like names share one.

    With likeness `least`, a name of n letters and its partner differ by at most
    D = 2n(1 - least) / least letters put in or taken out; each breaks at most two letter
    pairs. So of any 2D + 1 pairs of the one, the other has one, and by the order of rarity,
    which is the same for both, one of its own 2D + 1 rarest.
    """
    words = [*left, *right]
    length = np.array([len(word) for word in words], dtype=np.int64)
    place, pair = _letter_pairs(words, length)
    kinds = pd.factorize(pd.Series(pair))[0]
    same = pd.factorize(pd.Series([" ".join(telling_words(word)) for word in words]))[0]
    token = pd.factorize(pd.Series(same[place] * (kinds.max() + 1) + kinds))[0]
    table = pd.DataFrame({"place": place, "token": token}).drop_duplicates()
    table["rarity"] = np.bincount(table["token"])[table["token"]]
    table = table.sort_values(["place", "rarity", "token"], ignore_index=True)
    apart = np.floor(2 * length * (1 - least) / least + _EPSILON).astype(np.int64)
    rank = table.groupby("place").cumcount().to_numpy()
    table = table[rank < 2 * apart[table["place"]] + 1].drop(columns="rarity")
    own = table["place"] < len(left)
    theirs = table[~own]
    return table[own], theirs.assign(place=theirs["place"] - len(left))


def _letter_pairs(words: list[str], length: _Places) -> tuple[_Places, _Places]:
    """Letter pairs of words, their begin and end among them: place of the word, pair as number."""
    text = "".join(f"\x02{word}\x03" for word in words)
    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = letters.astype(np.int64)
    place = np.repeat(np.arange(len(words)), length + 2)
    within = place[:-1] == place[1:]
    return place[:-1][within], (codes[:-1] * (1 << 21) + codes[1:])[within]


def _letters(words: _Words) -> tuple[_Places, npt.NDArray[np.uint64]]:
    """Length of each word, and which letters are in it: one of 64 bits a letter, some shared."""
    length = np.array([len(word) for word in words], dtype=np.int64)
    text = "".join(words).encode("utf-32-le", "surrogatepass")
    bits = np.uint64(1) << (np.frombuffer(text, dtype=np.uint32) % 61).astype(np.uint64)
    return length, np.bitwise_or.reduceat(bits, np.cumsum(length) - length)
