"""What one heading means: whole, without a remark in brackets, or by the lower of its parts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from landgov import schema, units
from landgov.errors import LandgovError
from landgov.sources.heads import JOIN

WHOLE, REMARKED, PART = 0, 1, 2
"""How a heading was recognised; the smaller, the surer."""

_BRACKETS = re.compile(r"[(\[【〔{<][^()\[\]【】〔〕{}<>]*[)\]】〕}>]$")
_STARS = re.compile(r"^[*★※#]+|[*★※#:]+$|^\d{1,2}[.、](?=\D)")
# A remark that only says how to fill the column in; it never makes another quantity of it.
_HARMLESS = re.compile(
    r"\d{1,2}位(代码|数字|编码)?|全称|必填项?|选填|可选|盖章|公章|文本(格式)?|下拉(选择)?|单选|代码|编码"
    r"|(请|如|例|填|按|以|格式|精确到|保留).*|[ymd年月日/.\-]+|是/?否?|有/无|y/n|a/?b/?c/?d"
    r"|(规上|规下|国有|集体|自有|租赁|承租|[a-d])([/、或](规上|规下|国有|集体|自有|租赁|承租|[a-d]))*"
    r"|实际入库|不动产权证书?|与?营业执照一致|三证合一"
)
# A remark after which a text or a date is no longer what its name says.
_OTHER = re.compile(
    r"\d{4}|[上去前]年|原|曾|旧|同期|上期|备用|其他|出租|转租|变更|计划|预计|约定|实际"
)


@dataclass(frozen=True)
class Reading:
    """Which column a heading means, the unit that it states, and how sure that is."""

    column: str
    unit: str | None
    tier: int


@lru_cache(maxsize=65536)
def plain(heading: str) -> str:
    """Fold a heading for comparison: NFKC, no spaces, no case.

    Examples
    --------
    >>> plain("R＆D 经费支出")
    'r&d经费支出'
    """
    return "".join(unicodedata.normalize("NFKC", heading).split()).casefold()


@cache
def known_names(table: str) -> Mapping[str, str]:
    """Give folded name → column; a canonical name outranks a term, a term an alias.

    Examples
    --------
    >>> known_names("links")["用地面积"]
    'area_mu'
    """
    columns = schema.table(table).columns.values()
    names: dict[str, str] = {}
    for tier in (
        [(column.name, column.name) for column in columns],
        [(column.zh, column.name) for column in columns],
        [(alias, column.name) for column in columns for alias in column.aliases],
    ):
        for name, column_name in tier:
            names.setdefault(plain(name), column_name)
    return names


@lru_cache(maxsize=65536)
def reading(table: str, heading: str) -> Reading | None:
    """Read a heading for a table.

    Parameters
    ----------
    table : str
        A table of the contract.
    heading : str
        As the department wrote it; the parts of several rows joined.

    Returns
    -------
    Reading
        None if it means no column.

    Examples
    --------
    >>> reading("enterprise_years", "税收（元）")
    Reading(column='tax_wan', unit='元', tier=0)
    >>> reading("links", "用地 › 用地面积（㎡）"), reading("enterprises", "企业名称（全称）")
    (Reading(column='area_mu', unit='m2', tier=2), Reading(column='name', unit=None, tier=1))
    """
    parts = heading.split(JOIN)
    if len(parts) == 1:
        return _single(table, heading)
    split = [_stem_and_unit(part) for part in parts]
    stems = [stem for stem, _ in split if stem]
    unit = next((unit for _, unit in reversed(split) if unit is not None), None)
    for first in range(len(stems)):
        tail = stems[first:]
        tier = WHOLE if first == 0 else PART
        for words in ("".join(tail), "".join(reversed(tail))):
            found = _single(table, words)
            if found is not None:
                return Reading(found.column, found.unit or unit, max(tier, found.tier))
    return None


def _stem_and_unit(part: str) -> tuple[str, str | None]:
    try:
        return "", units.normal(part.strip("()（）[]【】 "))
    except LandgovError:
        return _split(part)


@lru_cache(maxsize=65536)
def _split(heading: str) -> tuple[str, str | None]:
    return units.split_heading(heading)


def _single(table: str, heading: str) -> Reading | None:
    known = known_names(table)
    column = known.get(plain(heading))
    if column is not None:
        return Reading(column, None, WHOLE)
    stem, unit = _split(_STARS.sub("", unicodedata.normalize("NFKC", heading).strip()))
    column = known.get(plain(stem))
    if column is not None:
        return Reading(column, unit, WHOLE)
    return _remarked(table, plain(stem), unit)


def _remarked(table: str, folded: str, unit: str | None) -> Reading | None:
    """Read a heading that ends in a remark in brackets, which may stand before the unit."""
    remark = _BRACKETS.search(folded)
    if remark is None:
        return None
    stem, unit = _split(folded[: remark.start()]) if unit is None else (folded, unit)
    stem = _BRACKETS.sub("", stem)
    name = known_names(table).get(plain(stem))
    if name is None:
        return None
    words = remark[0][1:-1]
    if schema.table(table).columns[name].type in {"number", "integer"}:
        allowed = _HARMLESS.fullmatch(words) is not None
    else:
        allowed = _HARMLESS.fullmatch(words) is not None or _OTHER.search(words) is None
    return Reading(name, unit, REMARKED) if allowed else None


def places_of(theirs: str, headings: Sequence[str]) -> list[int]:
    """Find the heading that `landgov.toml` names: as it stands, folded, or by its lower part.

    Examples
    --------
    >>> places_of("证载（亩）", ["代码", "用地面积 › 证载（亩）"])
    [1]
    """

    def same(one: str) -> bool:
        return plain(one) == plain(theirs)

    tests: tuple[Callable[[str], bool], ...] = (
        theirs.__eq__,
        same,
        lambda one: same(one.replace(JOIN, "")),
        lambda one: same(one.split(JOIN)[-1]),
        lambda one: same(units.split_heading(one)[0]),
    )
    for fits in tests:
        if found := [at for at, one in enumerate(headings) if fits(one)]:
            return found
    return []
