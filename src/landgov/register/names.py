"""Names and addresses as departments spell them, brought to one form and compared (名称比对)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

# Legal forms, the longest first: they say little of who it is, and departments drop or vary them.
_FORMS: Final = (
    "股份有限责任公司",
    "合伙企业有限合伙",
    "合伙企业普通合伙",
    "有限责任公司",
    "股份有限公司",
    "个人独资企业",
    "有限公司",
    "股份公司",
    "集团公司",
    "合伙企业",
    "总公司",
    "公司",
    "有限合伙",
    "普通合伙",
    "个体工商户",
)
_PLACES: Final = re.compile(r"^(浙江省?)?(绍兴市?)?(上虞[区市县]?)?")
_SIGNS: Final = r"[\s\-－—–_·・•.,，。、;；:：'\"“”‘’()\[\]{}（）〔〕【】<>《》/\\]+"
_MARKS: Final = re.compile(_SIGNS)
_BETWEEN_DIGITS: Final = re.compile(r"(?<=\d)" + _SIGNS + r"(?=\d)")
_PUT_BACK: Final = "\x00"
_NUMERALS: Final = re.compile(r"\d+|[一二三四五六七八九十]+")
_SHORT: Final = 4
"""A name with fewer letters than this without its place says only what is made there."""


def _folded(text: str) -> str:
    """Fold width and case and leave marks out, but where two numbers would run into one."""
    even = unicodedata.normalize("NFKC", text).casefold()
    if even.isalnum():  # most need no more, and there are many
        return even
    apart = _BETWEEN_DIGITS.sub(_PUT_BACK, even)
    return _MARKS.sub("", apart).replace(_PUT_BACK, "-")


def plain_name(text: str) -> str:
    """Write a name in one form: width, marks and case folded; legal form and place left off.

    The place stays where without it next to nothing is left: 上虞化工 and 绍兴化工 are two.

    Examples
    --------
    >>> plain_name("绍兴市上虞区舜江机械（集团）有限责任公司") == plain_name("舜江机械(集团)有限公司")
    True
    >>> plain_name("上虞化工有限公司")
    '上虞化工'
    """
    core = folded = _folded(text)
    for form in _FORMS:
        if core.endswith(form) and len(core) > len(form):
            core = core.removesuffix(form)
            break
    bare = _PLACES.sub("", core)
    return (bare if len(bare) >= _SHORT else core) or folded


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
    >>> plain_address("上虞市道墟镇工业路 １２-3 号", {"道墟镇": "道墟街道"})
    '道墟街道工业路12-3号'
    """
    folded = _folded(text)
    for old, new in former.items():
        folded = folded.replace(old, new)
    return _PLACES.sub("", folded)


def plain_number(text: str) -> str:
    """Write a certificate's or parcel's number in one form: width, case and marks folded.

    Examples
    --------
    >>> plain_number("浙（2020）上虞区 第0001号") == plain_number("浙(2020)上虞区第0001号")
    True
    """
    return _folded(text)


def numerals(text: str) -> tuple[str, ...]:
    """The numbers in a text, in their order.

    Examples
    --------
    >>> numerals("工业路12-3号三幢")
    ('12', '3', '三')
    """
    return tuple(_NUMERALS.findall(text))
