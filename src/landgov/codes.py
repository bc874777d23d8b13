"""Check the codes of enterprises, parcels and industries (统一社会信用代码、宗地代码、行业代码)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, overload

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = [
    "credit_code_ok",
    "industry_division",
    "industry_section",
    "organisation_code_ok",
    "parcel_code_ok",
]

Bools = npt.NDArray[np.bool_]

_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # 31 signs: no I O S V Z
_WEIGHTS: Final = np.array([pow(3, place, 31) for place in range(17)])
_ORGANISATION_WEIGHTS: Final = np.array([3, 7, 9, 10, 5, 8, 4, 2])

# First character 登记管理部门: 1–9, A, N (agriculture: village collectives), Y. A code of
# nothing but zeros has a right check character, so the first one has to be looked at.
_CREDIT: Final = rf"[1-9ANY][{_ALPHABET}]\d{{6}}[{_ALPHABET}]{{10}}"
_ORGANISATION: Final = r"[0-9A-Z]{8}[0-9X]"
_PARCEL: Final = r"\d{12}[GJZ][A-Z]\d{5}(?:[FLQW]\d{8})?"
_INDUSTRY: Final = r"^(?P<letter>[A-T])?(?:(?P<division>\d{2})\d{0,2})?(?:\.0)?$"
_BETWEEN: Final = r"[\s\-‐‑‒–—−\u200b\ufeff]+"


@overload
def credit_code_ok(code: str) -> bool: ...
@overload
def credit_code_ok(code: pd.Series[Any]) -> pd.Series[Any]: ...
def credit_code_ok(code: str | pd.Series[Any]) -> bool | pd.Series[Any]:
    """Check 18-character credit codes by form and check character (统一社会信用代码).

    Full-width signs, lower case, spaces and hyphens are forgiven; O is not taken for 0. The
    codes of village collectives, which begin with N, are codes like others.

    Parameters
    ----------
    code : str or Series of str
        One code, or many.

    Returns
    -------
    bool or Series
        For a text: whether it is a code. For a Series: nullable boolean on the same index,
        missing where the code is missing.

    References
    ----------
    GB 32100-2015.

    Examples
    --------
    >>> credit_code_ok("91330604609674830U"), credit_code_ok("91330000142942127D")
    (True, False)
    """
    return _answer(code, _credit_codes)


@overload
def organisation_code_ok(code: str) -> bool: ...
@overload
def organisation_code_ok(code: pd.Series[Any]) -> pd.Series[Any]: ...
def organisation_code_ok(code: str | pd.Series[Any]) -> bool | pd.Series[Any]:
    """Check 9-character organisation codes, or characters 9–17 of credit codes (组织机构代码).

    A credit code with a wrong inner check is worth a remark, no more.

    Parameters
    ----------
    code : str or Series of str
        Codes of 9 characters, or credit codes of 18.

    Returns
    -------
    bool or Series
        As `credit_code_ok`.

    References
    ----------
    GB 11714.

    Examples
    --------
    >>> organisation_code_ok("91330604609674830U"), organisation_code_ok("60967483-0")
    (True, True)
    """
    return _answer(code, _organisation_codes)


@overload
def parcel_code_ok(code: str) -> bool: ...
@overload
def parcel_code_ok(code: pd.Series[Any]) -> pd.Series[Any]: ...
def parcel_code_ok(code: str | pd.Series[Any]) -> bool | pd.Series[Any]:
    """Check the form of parcel codes (宗地代码, 19) or real-estate unit codes (不动产单元代码, 28).

    They carry no check digit, so only the form can be checked. Spaces between the parts,
    full-width signs and lower case are forgiven.

    Parameters
    ----------
    code : str or Series of str
        One code, or many.

    Returns
    -------
    bool or Series
        For a text: whether it has the form. For a Series: nullable boolean on the same index,
        missing where the code is missing.

    References
    ----------
    GB/T 37346-2019.

    Examples
    --------
    >>> parcel_code_ok("330604 001001 GB00017"), parcel_code_ok("330604001001")
    (True, False)
    """
    return _answer(code, _parcel_codes)


def industry_division(codes: pd.Series[Any]) -> pd.Series[Any]:
    """Take the two-digit division out of industry codes (行业大类).

    Parameters
    ----------
    codes : Series
        Text of a letter that may lack and two to four digits: C1713, 1713, 171, 17.

    Returns
    -------
    Series
        Nullable Int64 on the same index, 1–97. Missing where the code is missing, is no
        industry code, is a letter alone, or its letter contradicts its digits (D1713).

    References
    ----------
    GB/T 4754-2017.

    Examples
    --------
    >>> industry_division(pd.Series(["C1713", "1713", "17", "D1713"])).tolist()
    [17, 17, 17, <NA>]
    """
    return _industry(codes)["division"]


def industry_section(codes: pd.Series[Any]) -> pd.Series[Any]:
    """Sort industry codes into mining B, manufacturing C, energy and water D, others (行业门类).

    Parameters
    ----------
    codes : Series
        Codes as for `industry_division`; a letter alone will do.

    Returns
    -------
    Series
        Text ``B``, ``C``, ``D`` or ``other`` on the same index; missing where the code is
        missing, is no industry code, or its letter contradicts its digits.

    References
    ----------
    GB/T 4754-2017: B 06–12, C 13–43, D 44–46.

    Examples
    --------
    >>> industry_section(pd.Series(["0610", "1713", "D44", "5942", "C"])).tolist()
    ['B', 'C', 'D', 'other', 'C']
    """
    return _industry(codes)["section"]


def _answer(
    code: str | pd.Series[Any], check: Callable[[pd.Series[Any]], Bools]
) -> bool | pd.Series[Any]:
    if isinstance(code, str):
        return bool(check(_plain(pd.Series([code], dtype="str")))[0])
    # Codes repeat (years, links, findings): each is checked once.
    place, uniques = pd.factorize(code)
    right = check(_plain(pd.Series(uniques).astype("str")))
    answers = pd.array(np.append(right, False)[place], dtype="boolean")
    answers[place < 0] = pd.NA
    return pd.Series(answers, index=code.index, name=code.name)


def _plain(code: pd.Series[Any]) -> pd.Series[Any]:
    """Fold full-width signs, take out spaces and hyphens, write in capitals."""
    rest = ~code.str.fullmatch("[0-9A-Z]*").fillna(value=True).to_numpy(dtype=bool)
    if not rest.any():
        return code
    folded = code[rest].str.normalize("NFKC").str.replace(_BETWEEN, "", regex=True)
    plain = code.copy()
    plain.iloc[np.flatnonzero(rest)] = folded.str.upper().to_numpy()
    return plain


def _credit_codes(code: pd.Series[Any]) -> Bools:
    right = code.str.fullmatch(_CREDIT).to_numpy(dtype=bool, copy=True)
    value = _values(code[right], 18, _ALPHABET)
    right[right] = (31 - value[:, :17] @ _WEIGHTS % 31) % 31 == value[:, 17]
    return right


def _organisation_codes(code: pd.Series[Any]) -> Bools:
    inner = code.where(code.str.len() != 18, code.str.slice(8, 17))
    right = inner.str.fullmatch(_ORGANISATION).to_numpy(dtype=bool, copy=True)
    value = _values(inner[right], 9, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    check = (11 - value[:, :8] @ _ORGANISATION_WEIGHTS % 11) % 11
    # Ten is written X, whose own value is 33.
    right[right] = np.where(check == 10, 33, check) == value[:, 8]
    return right


def _parcel_codes(code: pd.Series[Any]) -> Bools:
    return code.str.fullmatch(_PARCEL).to_numpy(dtype=bool)


def _values(code: pd.Series[Any], length: int, alphabet: str) -> npt.NDArray[np.int64]:
    """Give the value of each character: one row a code, one column a place."""
    value_of = np.zeros(128, dtype=np.int64)
    value_of[[ord(sign) for sign in alphabet]] = np.arange(len(alphabet))
    signs = code.to_numpy(dtype=f"U{length}").view(np.uint32).reshape(len(code), length)
    return value_of[signs]


def _industry(codes: pd.Series[Any]) -> pd.DataFrame:
    """Division and section of each code; enterprises are many, their industries few."""
    places, words = pd.factorize(codes.astype("str"))
    found = _industries(pd.Series(words, dtype="str"))
    return found.reindex(places).set_axis(codes.index)


def _industries(codes: pd.Series[Any]) -> pd.DataFrame:
    text = _plain(codes)
    parts = text.str.extract(_INDUSTRY)
    letter = parts["letter"]
    number = pd.to_numeric(parts["division"]).astype("Int64")
    number = number.where(number.between(1, 97))
    by_number = _section(number.between(6, 12), number.between(13, 43), number.between(44, 46))
    by_number = by_number.where(number.notna())
    by_letter = _section(letter == "B", letter == "C", letter == "D").where(letter.notna())
    agree = by_number.isna() | by_letter.isna() | (by_number == by_letter)
    readable = number.notna() | parts["division"].isna()
    section = by_number.fillna(by_letter).where(agree & readable)
    return pd.DataFrame({"division": number.where(agree), "section": section})


def _section(
    mining: pd.Series[Any], manufacturing: pd.Series[Any], supply: pd.Series[Any]
) -> pd.Series[Any]:
    tests = [test.fillna(False).to_numpy(dtype=bool) for test in (mining, manufacturing, supply)]
    letters = np.select(tests, ["B", "C", "D"], "other")
    return pd.Series(letters, index=mining.index, dtype="str")
