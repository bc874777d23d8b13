"""How much of the industrial land the facts reach: what stands behind every figure (已知程度)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from landgov import schema
from landgov.layers.build import layer_words

# Facts that decide much, and answers. Their words stand with the layers and in the schema.
_FACTS: Final = ("tax_per_mu", "ownership")
_ANSWERS: Final = (
    *("stock", "low_efficiency", "two_high", "four_without", "wider_violations", "collective"),
    *("idle", "land_state"),
)
_ON_SHEETS: Final[Mapping[str, tuple[str, ...]]] = {"land_state": ("to_develop", "partly_used")}


@dataclass(frozen=True)
class Known:
    """On how many industrial parcels a fact is known or an answer given.

    Parameters
    ----------
    name, word : str
        The column, and its word.
    answer : bool
        Whether it is an answer of the rules; else a fact that was sent.
    count, total : int
        Parcels on which it is known, and all that are industrial land or may be.
    """

    name: str
    word: str
    answer: bool
    count: int
    total: int

    @property
    def share(self) -> str:
        """The share in whole per cent, rounded down: 100 % is all, 0 % may be a few."""
        return f"{100 * self.count // self.total}%" if self.total else "—"


def known_of(parcels: pd.DataFrame) -> tuple[Known, ...]:
    """Count on how many industrial parcels facts and answers are known.

    Parameters
    ----------
    parcels : DataFrame
        Judged parcels; a column that the audience does not get is left out. Parcels known
        to be no industrial land are not counted.

    Examples
    --------
    >>> land = pd.DataFrame({"in_scope": ["yes", "yes", "unknown", "no"],
    ...                      "tax_per_mu": [5.0, None, 3.0, 9.0],
    ...                      "low_efficiency": ["yes", "unknown", "no", "no"]})
    >>> [(one.word, one.count, one.total, one.share) for one in known_of(land)]
    [('亩均税收', 2, 3, '66%'), ('低效', 2, 3, '66%')]
    """
    land = parcels[parcels["in_scope"] != "no"] if "in_scope" in parcels else parcels
    facts = [
        Known(name, _word(name), False, int(land[name].notna().sum()), len(land))
        for name in _FACTS
        if name in land
    ]
    answers = []
    for name in _ANSWERS:
        if name in land:
            told = land[name].notna() & (land[name] != "unknown")
            answers.append(Known(name, _word(name), True, int(told.sum()), len(land)))
    return (*facts, *answers)


def _word(name: str) -> str:
    """Word of a fact or answer: that of its layer, else of its category, else its own."""
    words = (
        layer_words().get(name, name),
        *(schema.result_word(listed, name) for listed in ("category", "indicator", "known")),
    )
    return next((word for word in words if word != name), name)


def known_words(parcels: pd.DataFrame, layers: Sequence[str] | None = None) -> list[str]:
    """Say beside the figures how far they can be relied on: the facts, then the answers.

    Parameters
    ----------
    parcels : DataFrame
        Judged parcels.
    layers : sequence of str, optional
        Keys of the layers that are shown; by default all answers are named.

    Examples
    --------
    >>> land = pd.DataFrame({"tax_per_mu": [5.0, None], "low_efficiency": ["yes", "unknown"]})
    >>> known_words(land)
    ['已知：亩均税收 50%', '能判定：低效 50%']
    """
    told = known_of(parcels)
    asked = [
        one
        for one in told
        if layers is None or {one.name, *_ON_SHEETS.get(one.name, ())} & set(layers)
    ]
    lines = [
        (word, [one for one in group if one.answer == answer])
        for word, group, answer in (("已知", told, False), ("能判定", asked, True))
    ]
    return [
        f"{word}：" + "，".join(f"{one.word} {one.share}" for one in group)
        for word, group in lines
        if group
    ]
