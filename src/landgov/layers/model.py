"""What a layer is: plain frozen values that every kind of map reads."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

Condition = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Symbol:
    """Say how a class of parcels is drawn (符号).

    Parameters
    ----------
    fill, edge, hatch_colour : str
        ``#RRGGBB``, or empty for none.
    hatch : str
        ``none``, ``slash``, ``backslash``, ``cross``, ``dots``, ``horizontal``,
        ``vertical`` or ``grid``.
    width : float
        Width of the edge, points.
    opacity : float
        Of the fill, 0 to 1.

    Examples
    --------
    >>> Symbol(fill="#E69F00").hatch
    'none'
    """

    fill: str = ""
    edge: str = ""
    hatch: str = "none"
    hatch_colour: str = ""
    width: float = 0.5
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class LayerClass:
    """Hold one class of a layer: the parcels, their land and their symbol (图例项).

    Parameters
    ----------
    key, word : str
        Name for programs, and the Chinese words of the legend.
    symbol : Symbol
        How it is drawn.
    members : Index
        Keys of its rows, sorted.
    mu : float
        Land in 亩, of the members whose land is known; missing if none is. Of 待核 in a
        category: the land in doubt of all parcels, also of those that answer yes.
    mu_missing : int
        Members whose land can't be summed.
    unknown : bool
        The class of 待核: not answered, for want of data.
    when, unless : tuple of (column, values)
        A row belongs where every `when` holds and not every `unless` does.
    """

    key: str
    word: str
    symbol: Symbol
    members: pd.Index
    mu: float
    mu_missing: int = 0
    unknown: bool = False
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()

    @property
    def count(self) -> int:
        """Number of members."""
        return len(self.members)

    @property
    def expression(self) -> str:
        r"""Give the class as a condition that QGIS and SQL understand; empty if all rows belong.

        Examples
        --------
        >>> LayerClass("yes", "低效", Symbol(), pd.Index([]), 0.0,
        ...            when=(("low_efficiency", ("yes",)),)).expression
        '"low_efficiency" IN (\'yes\')'
        """
        held = [f'"{column}" IN ({_quoted(values)})' for column, values in self.when]
        not_held = [
            f'"{column}" IS NULL OR "{column}" NOT IN ({_quoted(values)})'
            for column, values in self.unless
        ]
        return " AND ".join(held + [f"({' OR '.join(not_held)})"] * bool(not_held))


@dataclass(frozen=True, eq=False)
class Layer:
    """Hold one named layer of the plan (图层).

    Parameters
    ----------
    key, word, word_en : str
        Name for programs, in Chinese and in English.
    group : str
        ``state`` (用地分布), ``category`` (治理对象) or ``context`` (底图).
    table : str
        The table that `members` are keys of: ``parcels``, ``platforms`` or ``towns``.
    order : int
        Drawing order; higher lies on top.
    members : Index
        Keys of the rows that are in the layer (待核 not among them), sorted.
    mu : float
        Their land, 亩, where known; missing if none is, or where 亩 has no meaning.
    mu_missing : int
        Members whose land can't be summed.
    unknown_count : int
        Parcels that are 待核.
    unknown_mu : float
        The land that is 待核, 亩; in a category also that on parcels that answer yes.
    unknown_missing : int
        Parcels that are 待核 and whose land can't be summed.
    classes : tuple of LayerClass
        The symbols, answered classes and 待核.
    land : str
        Column with the 亩 of the members.
    ground : bool
        Drawn under the other layers as their ground.
    visible : bool
        Shown when an interactive map opens.
    """

    key: str
    word: str
    word_en: str
    group: str
    table: str
    order: int
    members: pd.Index
    mu: float
    mu_missing: int
    unknown_count: int
    unknown_mu: float
    unknown_missing: int
    classes: tuple[LayerClass, ...]
    land: str = ""
    ground: bool = False
    visible: bool = False

    @property
    def count(self) -> int:
        """Number of members, 待核 not counted."""
        return len(self.members)

    @property
    def has_unknown(self) -> bool:
        """Whether the layer can have 待核 at all."""
        return any(entry.unknown for entry in self.classes)

    @property
    def measure_word(self) -> str:
        """Count and land of the answered part, for example ``1240 宗 12345.6 亩``."""
        return measure(self.count, self.mu, self.mu_missing, self.table)

    @property
    def legend(self) -> str:
        """The words of the legend, one line."""
        text = f"{self.word} {self.measure_word}"
        if self.has_unknown:
            text += (
                f"（另待核 {measure(self.unknown_count, self.unknown_mu, self.unknown_missing)}）"
            )
        return text


def measure(count: int, mu: float, missing: int = 0, table: str = "parcels") -> str:
    """Write a count and its land as Chinese documents do, without thousands marks.

    Parameters
    ----------
    count : int
        Rows.
    mu : float
        亩; missing where it can't be summed.
    missing : int
        Rows whose land is not in `mu`.
    table : str
        What is counted.

    Examples
    --------
    >>> measure(1240, 12345.64)
    '1240 宗 12345.6 亩'
    >>> measure(3, float("nan"), 3)
    '3 宗 面积待核'
    >>> measure(20, float("nan"), table="towns")
    '20 个'
    """
    if table != "parcels":
        return f"{count} 个"
    if math.isnan(mu):
        return f"{count} 宗 面积待核" if count else "0 宗"
    text = f"{count} 宗 {mu:.1f} 亩"
    return f"{text}（{missing} 宗面积待核）" if missing else text


def _quoted(values: tuple[str, ...]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)
