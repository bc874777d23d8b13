"""Names and addresses as departments spell them, brought to one form and compared (名称比对)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
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
_SIGNS: Final = r"[\s\-－—–_·・•.,，。、;；:：'\"“”‘’()\[\]{}（）〔〕【】<>《》/\\]+"
_MARKS: Final = re.compile(_SIGNS)
_BETWEEN_DIGITS: Final = re.compile(r"(?<=\d)" + _SIGNS + r"(?=\d)")
_PUT_BACK: Final = "\x00"
# What tells two firms or roads of one naming pattern apart: numbers, stems, points of the compass.
_TELLING: Final = re.compile(r"\d+|[一二三四五六七八九十]+|[甲乙丙丁戊己庚辛壬癸]|[东南西北]")
_LEVELS: Final = "[省市区县州]?"
_SHORT: Final = 4
"""A name with fewer letters than this without its place says only what is made there."""


@dataclass(frozen=True)
class PlaceNames:
    """Names of places that say nothing of who or where it is, as everything here lies in them.

    Parameters
    ----------
    own : tuple of str
        Names of the province, city and district, and what they were called.
    former : mapping of str to str
        Former name of a town → its present one.

    Examples
    --------
    >>> PlaceNames(("浙江省", "绍兴市", "上虞区"), {}).without("浙江绍兴上虞区工业路")
    '工业路'
    """

    own: tuple[str, ...] = ()
    former: Mapping[str, str] = field(default_factory=dict)

    def without(self, folded: str) -> str:
        """Leave the places off the head of a text."""
        return self._head.sub("", folded)

    def present(self, folded: str) -> str:
        """Write the former names of towns as the present ones."""
        for old, new in self.former.items():
            folded = folded.replace(old, new)
        return folded

    @cached_property
    def _head(self) -> re.Pattern[str]:
        stems = sorted({re.escape(_stem(name)) for name in self.own if name})
        return re.compile(f"^(?:(?:{'|'.join(stems)}){_LEVELS})*" if stems else "^")


def _stem(name: str) -> str:
    """A place's name without its level: people write 绍兴 for 绍兴市."""
    return name[:-1] if len(name) > 2 and name[-1] in _LEVELS else name


def _folded(text: str) -> str:
    """Fold width and case and leave marks out, but where two numbers would run into one."""
    even = unicodedata.normalize("NFKC", text).casefold()
    if even.isalnum():  # most need no more, and there are many
        return even
    apart = _BETWEEN_DIGITS.sub(_PUT_BACK, even)
    return _MARKS.sub("", apart).replace(_PUT_BACK, "-")


def plain_name(text: str, places: PlaceNames) -> str:
    """Write a name in one form: width, marks and case folded; legal form and place left off.

    The place stays where without it next to nothing is left: 上虞化工 and 绍兴化工 are two.
    Former names of towns become the present ones.

    Examples
    --------
    >>> here = PlaceNames(("绍兴市", "上虞区"), {"道墟镇": "道墟街道"})
    >>> plain_name("绍兴市上虞区舜江机械（集团）有限责任公司", here)
    '舜江机械集团'
    >>> plain_name("上虞化工有限公司", here), plain_name("道墟镇五金厂", here)
    ('上虞化工', '道墟街道五金厂')
    """
    core = folded = places.present(_folded(text))
    for form in _FORMS:
        if core.endswith(form) and len(core) > len(form):
            core = core.removesuffix(form)
            break
    bare = places.without(core)
    return (bare if len(bare) >= _SHORT else core) or folded


def plain_address(text: str, places: PlaceNames) -> str:
    """Write an address in one form: former names of towns become the present ones.

    Examples
    --------
    >>> here = PlaceNames(("上虞区",), {"道墟镇": "道墟街道"})
    >>> plain_address("上虞市道墟镇工业路 １２-3 号", here)
    '道墟街道工业路12-3号'
    """
    return places.without(places.present(_folded(text)))


def plain_number(text: str) -> str:
    """Write a certificate's or parcel's number in one form: width, case and marks folded.

    Examples
    --------
    >>> plain_number("浙（2020）上虞区 第0001号") == plain_number("浙(2020)上虞区第0001号")
    True
    """
    return _folded(text)


def telling_words(text: str) -> tuple[str, ...]:
    """The numbers, stems and points of the compass in a text, in their order.

    Examples
    --------
    >>> telling_words("工业东路12-3号三幢"), telling_words("舜江甲机械")
    (('东', '12', '3', '三'), ('甲',))
    """
    return tuple(_TELLING.findall(text))
