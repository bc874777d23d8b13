"""Whether an industry code lies within a list of industries (行业目录)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from landgov import codes
from landgov.rules.kleene import answer_from


def industry_in(industry: pd.Series[Any], listed: Iterable[str]) -> pd.Series[Any]:
    """Tell whether industry codes lie within the classes of a list.

    A class takes in all below it, and nothing beside it: 1713 (棉印染) on a list does not
    flag all textile (17).

    Parameters
    ----------
    industry : Series
        Codes of two to four digits, with their letter or without: C1713, 1713, 17.
    listed : iterable of str
        Classes of any level, a letter alone (a whole section) included.

    Returns
    -------
    Series
        Nullable boolean on the same index. Unknown where the code is missing or can't be
        read, and where it names only an upper class of which a part is listed.

    References
    ----------
    GB/T 4754-2017.

    Examples
    --------
    >>> industry_in(pd.Series(["C1713", "1711", "17", None]), ["C1713", "30"]).tolist()
    [True, False, <NA>, <NA>]
    """
    places, uniques = pd.factorize(industry)
    words = pd.Series(uniques).astype("str")
    section, digits = codes.industry_section(words), _digits(words)
    readable = section.notna().to_numpy()
    own = digits.to_numpy(dtype=object, na_value="")
    letters = section.to_numpy(dtype=object, na_value="")
    inside = np.zeros(len(words), dtype=bool)
    partly = np.zeros(len(words), dtype=bool)
    classes = pd.Series(sorted(set(listed)), dtype="str")
    for letter, one in zip(codes.industry_section(classes), _digits(classes), strict=True):
        if not isinstance(letter, str):
            continue  # no industry code: it takes in nothing
        if one == "":
            inside |= letters == letter
        else:
            inside |= np.array([code.startswith(one) for code in own], dtype=bool)
            # The code of the enterprise is an upper class of the listed one.
            upper = np.array([one.startswith(code) for code in own], dtype=bool)
            partly |= upper & ((own != "") | (letters == letter))
    open_ = ~readable | (partly & ~inside)
    yes = np.append(inside & readable, False)[places]
    unknown = np.append(open_, True)[places]
    return answer_from(yes, unknown, industry.index)


def _digits(industry: pd.Series[Any]) -> pd.Series[Any]:
    """Digits of each code; empty where it is a letter alone."""
    plain = industry.str.normalize("NFKC").str.replace(r"\.0$", "", regex=True)
    return plain.str.replace(r"\D", "", regex=True)
