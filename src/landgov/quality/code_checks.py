"""Codes that fail their check, or belong to another district or another owner.

A code is never changed: what it may have been meant to be is named in the message, and only
if it passes the check that the code as written fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgov import codes, schema
from landgov.policies import Policy
from landgov.quality.cells import plain
from landgov.quality.issues import issue
from landgov.quality.references import held_by
from landgov.quality.tables import CheckedTable
from landgov.quality.telling import Issues, Places, tell

# A code system other than the national one is one remark, not one for each row.
_FOREIGN_SHARE: Final = 0.5
#: Where enterprises are named outside their own table.
_NAMED: Final[Mapping[str, tuple[str, ...]]] = {
    "parcels": ("holder_id",),
    "links": ("enterprise_id", "lessor_id"),
    "enterprise_years": ("enterprise_id",),
    "findings": ("enterprise_id",),
    "exemptions": ("enterprise_id",),
    "meters": ("enterprise_id",),
}
# Land is held and let by persons as well: their identity number is no fault there.
_PERSONS: Final = ("holder_id", "lessor_id")
_PERSON_WEIGHTS: Final = np.array([pow(2, 17 - place, 11) for place in range(17)])
# Signs that the alphabet leaves out, because they are taken for these.
_TAKEN_FOR: Final = str.maketrans("OISZ", "0152")
_LETTERS_OF_PARCELS: Final = (12, 13, 19)
_OLD: Final = (
    (r"\d{15}", "旧的15位工商注册号", "an old registration number of 15 digits"),
    (r"[0-9A-Z]{8}[0-9X]", "9位组织机构代码", "an organisation code of 9 characters"),
)
_OWNERS: Final = {"G": "state", "J": "collective"}


def check_codes(tables: Mapping[str, CheckedTable], policy: Policy, issues: Issues) -> None:
    """Warn of parcel and credit codes that are not what they should be; they still join.

    Parameters
    ----------
    tables : mapping of str to CheckedTable
        All tables.
    policy : Policy
        `district_codes` and `district_code_aliases` are read, where it has them.
    issues : list of dict
        Findings are added to it: `bad_credit_code`, `bad_organisation_code`,
        `bad_parcel_code`, `parcel_code_district`, `parcel_code_ownership`, `foreign_codes`.

    References
    ----------
    GB 32100-2015; GB 11714; GB/T 37346-2019.
    """
    _parcel_keys(tables["parcels"], policy, issues)
    if _enterprise_keys(tables["enterprises"], issues):
        for name, fields in _NAMED.items():
            _named_enterprises(tables[name], fields, tables["enterprises"], issues)


def _enterprise_keys(checked: CheckedTable, issues: Issues) -> bool:
    """Check the codes of the enterprise table; False where they are of another system."""
    places = np.flatnonzero(~checked.contested.to_numpy(dtype=bool))
    keys = pd.Series(checked.frame.index[places], index=places)
    right = _ok(codes.credit_code_ok, keys)
    if _foreign(checked, "enterprise_id", ~right, len(keys), issues):
        return False
    _say_credit(checked, "enterprise_id", places[~right], keys[~right], issues)
    inner = right & ~_ok(codes.organisation_code_ok, keys)
    _say_inner(checked, "enterprise_id", places[inner], keys[inner], issues)
    return True


def _named_enterprises(
    checked: CheckedTable, fields: tuple[str, ...], enterprises: CheckedTable, issues: Issues
) -> None:
    """Check what other tables name; a code of the enterprise table is told there, and once."""
    told: set[str] = set()
    for field in fields:
        column, unique = pd.factorize(checked.frame[field])
        new = np.flatnonzero(~held_by(enterprises, pd.Series(unique, dtype="str")))
        if not len(new):
            continue
        first = np.zeros(len(unique) + 1, dtype=np.int64)
        first[column[::-1]] = np.arange(len(column))[::-1]
        written, places = pd.Series(unique, dtype="str")[new], first[new]
        credit = _ok(codes.credit_code_ok, written)
        right = credit.copy()
        if field in _PERSONS:
            right[~credit] = _persons(written[~credit])
        if _foreign(checked, field, ~right, len(unique), issues):
            continue
        inner = credit & ~_ok(codes.organisation_code_ok, written)
        again = written.isin(list(told)).to_numpy()
        told |= set(written[~right | inner])
        wrong, inner = ~right & ~again, inner & ~again
        _say_credit(checked, field, places[wrong], written[wrong], issues)
        _say_inner(checked, field, places[inner], written[inner], issues)


def _ok(check: Callable[[pd.Series[Any]], pd.Series[Any]], keys: pd.Series) -> np.ndarray:
    """Answer a check as plain booleans; what is missing is no fault."""
    if keys.empty:
        return np.zeros(0, dtype=bool)
    return check(keys).fillna(value=True).to_numpy(dtype=bool, copy=True)


def _foreign(
    checked: CheckedTable, field: str, failed: np.ndarray, count: int, issues: Issues
) -> bool:
    """Say once that most codes of a column are of another system."""
    if not count or failed.sum() <= _FOREIGN_SHARE * count:
        return False
    if field in schema.table(checked.name).key:
        value = f"{int(failed.sum())} / {count}"
        issues.append(issue("foreign_codes", checked.name, key="*", field=field, value=value))
    return True


def _say_credit(
    checked: CheckedTable, field: str, places: Places, written: pd.Series, issues: Issues
) -> None:
    said = [_about_credit(code) for code in written]
    tell(
        issues,
        "bad_credit_code",
        checked,
        places,
        field,
        value=list(written),
        allowed=[zh for zh, _ in said],
        allowed_en=[en for _, en in said],
    )


def _say_inner(
    checked: CheckedTable, field: str, places: Places, written: pd.Series, issues: Issues
) -> None:
    kind = "bad_organisation_code"
    tell(issues, kind, checked, places, field, value=list(written))


def _about_credit(code: str) -> tuple[str, str]:
    """Say what a code that fails may be, or may have been meant to be (zh, en)."""
    folded = _folded(code)
    for form, zh, en in _OLD:
        if pd.Series([folded]).str.fullmatch(form).iloc[0]:
            return f"（这是{zh}，请换成18位代码）", f" (this is {en}; give the code of 18)"
    if _persons(pd.Series([folded]))[0]:
        return "（这是身份证号码，请换成企业的代码）", " (this is a person's identity number)"
    return _suggested(folded.translate(_TAKEN_FOR), code, codes.credit_code_ok)


def _about_parcel(code: str) -> tuple[str, str]:
    folded = _folded(code)
    meant = "".join(
        sign if place in _LETTERS_OF_PARCELS else sign.translate(_TAKEN_FOR)
        for place, sign in enumerate(folded)
    )
    return _suggested(meant, code, codes.parcel_code_ok)


def _suggested(meant: str, code: str, check: Callable[[str], bool]) -> tuple[str, str]:
    if meant == code or not check(meant):
        return "", ""
    return f"（是否为 {meant}？）", f" (did you mean {meant}?)"


def _folded(code: str) -> str:
    return plain(code).replace(" ", "").replace("-", "").upper()


def _persons(written: pd.Series) -> npt.NDArray[np.bool_]:
    """Tell identity numbers of persons, by form and check character (GB 11643)."""
    right = written.str.fullmatch(r"[1-9]\d{16}[0-9X]").to_numpy(dtype=bool, copy=True)
    signs = written[right].to_numpy(dtype="U18").view(np.uint32).reshape(int(right.sum()), 18)
    digits = signs.astype(np.int64) - ord("0")
    check = (12 - digits[:, :17] @ _PERSON_WEIGHTS % 11) % 11
    last = np.where(signs[:, 17] == ord("X"), 10, digits[:, 17])
    right[right] = check == last
    return right


def _parcel_keys(checked: CheckedTable, policy: Policy, issues: Issues) -> None:
    """Check form, district and owner's letter of the codes of the parcel table."""
    places = np.flatnonzero(~checked.contested.to_numpy(dtype=bool))
    keys = pd.Series(checked.frame.index[places], index=places)
    right = _ok(codes.parcel_code_ok, keys)
    if _foreign(checked, "parcel_id", ~right, len(keys), issues):
        return
    said = [_about_parcel(code) for code in keys[~right]]
    tell(
        issues,
        "bad_parcel_code",
        checked,
        places[~right],
        "parcel_id",
        value=list(keys[~right]),
        allowed=[zh for zh, _ in said],
        allowed_en=[en for _, en in said],
    )
    sound, where = keys[right], places[right]
    plainly = sound.str.replace(r"[^0-9A-Za-z]", "", regex=True)
    _districts(checked, where, sound, plainly, policy, issues)
    _owner_letters(checked, where, sound, plainly, issues)


def _districts(
    checked: CheckedTable,
    places: Places,
    keys: pd.Series,
    plainly: pd.Series,
    policy: Policy,
    issues: Issues,
) -> None:
    """Warn of codes that begin with neither the district's digits nor its former ones."""
    own = list(policy.settings.get("district_codes", ()))
    if not own:
        return
    aliases = policy.settings.get("district_code_aliases", {})
    ours = [*own, *(old for old, new in aliases.items() if new in own)]
    head = plainly.str.slice(0, 6)
    strange = ~head.isin(ours).to_numpy()
    allowed = "、".join(ours)
    kind = "parcel_code_district"
    if len(strange) and strange.mean() > _FOREIGN_SHARE:
        value = f"{int(strange.sum())} / {len(strange)}"
        found = issue(kind, checked.name, key="*", field="parcel_id", value=value, allowed=allowed)
        issues.append(found)
        return
    tell(
        issues,
        kind,
        checked,
        places[strange],
        "parcel_id",
        value=list(keys[strange]),
        allowed=allowed,
    )


def _owner_letters(
    checked: CheckedTable, places: Places, keys: pd.Series, plainly: pd.Series, issues: Issues
) -> None:
    """Warn of codes whose letter G or J contradicts the ownership; Z is undecided."""
    letter = plainly.str.slice(12, 13).str.upper()
    by_code = letter.map(_OWNERS)
    owner = checked.frame["ownership"].iloc[places]
    both = by_code.notna().to_numpy() & owner.notna().to_numpy()
    differ = both & (by_code.to_numpy(dtype=object) != owner.to_numpy(dtype=object))
    owners = list(owner[differ])
    tell(
        issues,
        "parcel_code_ownership",
        checked,
        places[differ],
        "parcel_id",
        value=list(keys[differ]),
        allowed=[schema.label("ownership", word) for word in owners],
        allowed_en=[schema.label("ownership", word, "en") for word in owners],
    )
