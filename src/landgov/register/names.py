"""Names and addresses as departments spell them, brought to one form and compared (名称比对)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from rapidfuzz import fuzz
from scipy import sparse

# Legal forms, the longest first: they say little of who it is, and departments drop or vary them.
_FORMS: Final = (
    "股份有限责任公司",
    "有限责任公司",
    "股份有限公司",
    "有限公司",
    "股份公司",
    "集团公司",
    "总公司",
    "公司",
    "有限合伙",
    "普通合伙",
    "个体工商户",
)
_PLACES: Final = re.compile(r"^(浙江省?)?(绍兴市?)?(上虞[区市县]?)?")
_MARKS: Final = re.compile(r"[\s\-－—_·.,，。、;；:：'\"“”‘’()\[\]{}（）【】<>《》/\\]+")
_DIGITS: Final = re.compile(r"\d+")
_ROWS_AT_ONCE: Final = 2_000
_LEAST_COSINE: Final = 0.15
# Letter pairs that more names than this have (机械, 化工) find nothing and cost most.
_COMMON: Final = (50, 0.01)


def plain_name(text: str) -> str:
    """Write a name in one form: width, marks and case folded; legal form and place left off.

    Examples
    --------
    >>> plain_name("绍兴市上虞区舜江机械（集团）有限责任公司") == plain_name("舜江机械(集团)有限公司")
    True
    """
    folded = _MARKS.sub("", unicodedata.normalize("NFKC", text)).casefold()
    core = _PLACES.sub("", folded)
    for form in _FORMS:
        if core.endswith(form) and len(core) > len(form):
            core = core.removesuffix(form)
            break
    return core or folded


def plain_address(text: str, former: Mapping[str, str]) -> str:
    """Write an address in one form: former names of towns become the present ones.

    Parameters
    ----------
    text : str
        As written.
    former : mapping
        Former name → present name.

    Examples
    --------
    >>> plain_address("上虞市道墟镇工业路 １２ 号", {"道墟镇": "道墟街道"})
    '道墟街道工业路12号'
    """
    folded = _MARKS.sub("", unicodedata.normalize("NFKC", text)).casefold()
    for old, new in former.items():
        folded = folded.replace(old, new)
    return _PLACES.sub("", folded)


def likeness(left: str, right: str) -> float:
    """Say how alike two plain names are, 0 to 1; other numbers in them make them different.

    Two firms of one naming pattern differ in a numeral alone, which counts for little in an
    edit distance and for everything in fact.

    Examples
    --------
    >>> likeness("舜江第12号机械", "舜江第21号机械"), likeness("舜江机械", "舜江机械")
    (0.0, 1.0)
    """
    if _DIGITS.findall(left) != _DIGITS.findall(right):
        return 0.0
    return float(fuzz.ratio(left, right)) / 100.0


def alike(left: pd.Series, right: pd.Series, *, least: float) -> pd.DataFrame:
    """Find pairs of names that are alike, without comparing each with each.

    Pairs that share letters come from one product of sparse tables of letter pairs; only
    those are compared letter by letter.

    Parameters
    ----------
    left, right : Series
        Plain names on unique labels; missing ones are left out.
    least : float
        Least likeness, 0 to 1.

    Returns
    -------
    DataFrame
        `left`, `right` (labels) and `score`, the best first for each `left`.

    Examples
    --------
    >>> found = alike(pd.Series({"E1": "舜江精密机械"}), pd.Series({"P1": "舜江精密机件"}), least=0.8)
    >>> found["right"].tolist()
    ['P1']
    """
    mine, theirs = (names[names.notna() & names.ne("")] for names in (left, right))
    columns = ["left", "right", "score"]
    if not len(mine) or not len(theirs):
        return pd.DataFrame(columns=columns)
    own, other = _letter_pairs(mine, theirs)
    rows: list[tuple[object, object, float]] = []
    turned = other.T.tocsr()
    for start in range(0, own.shape[0], _ROWS_AT_ONCE):
        near = (own[start : start + _ROWS_AT_ONCE] @ turned).tocoo()
        close = near.data >= _LEAST_COSINE
        for row, column in zip(near.row[close] + start, near.col[close], strict=True):
            score = likeness(mine.iloc[row], theirs.iloc[column])
            if score >= least:
                rows.append((mine.index[row], theirs.index[column], score))
    found = pd.DataFrame(rows, columns=columns)
    order = ["left", "score", "right"]
    return found.sort_values(order, ascending=[True, False, True], ignore_index=True)


def _letter_pairs(left: pd.Series, right: pd.Series) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Weigh the letter pairs of two lists of names; pairs that few names have weigh more."""
    words = [*left, *right]
    vocabulary: dict[str, int] = {}
    row: list[int] = []
    column: list[int] = []
    for place, word in enumerate(words):
        for start in range(max(len(word) - 1, 1)):
            row.append(place)
            column.append(vocabulary.setdefault(word[start : start + 2], len(vocabulary)))
    shape = (len(words), len(vocabulary))
    counted = sparse.coo_array((np.ones(len(row)), (row, column)), shape=shape).tocsr()
    counted.data[:] = 1.0
    holders = np.bincount(counted.indices, minlength=shape[1])
    rarity = np.log1p(len(words) / holders)
    rarity[holders > max(_COMMON[0], _COMMON[1] * len(words))] = 0.0
    weighed = (counted @ sparse.diags_array(rarity)).tocsr()
    length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    weighed.eliminate_zeros()
    unit = (sparse.diags_array(1.0 / np.where(length > 0, length, 1.0)) @ weighed).tocsr()
    return unit[: len(left)], unit[len(left) :]
