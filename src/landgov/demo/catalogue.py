"""The scenarios that are planted (情景目录), with answers stated by hand from the text.

Each file under `scenarios/` is one side of a parcel or an enterprise: the facts that the
departments will report, and the answer that follows from the clause. The generator draws
rows and writes the facts; answers are read from the row and never worked out by landgov.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

#: Answers as numbers, so that Kleene's OR is the larger and AND the smaller of two.
NO: Final = 0
UNKNOWN: Final = 1
YES: Final = 2
#: The contract leaves it open, so the answer files say nothing.
UNSTATED: Final = -1

_WORDS: Final = {"no": NO, "unknown": UNKNOWN, "yes": YES, "": UNSTATED}


@cache
def scenarios(name: str) -> pd.DataFrame:
    """Read one catalogue of scenarios (情景表) as text.

    Parameters
    ----------
    name : {"scope", "users", "firms", "lists", "findings", "collective", "supply"}
        The side of a parcel or enterprise that the file describes.

    Returns
    -------
    DataFrame
        All columns as text, empty cells as "", but `weight` as float.

    Examples
    --------
    >>> firms = scenarios("firms").set_index("id")
    >>> firms.loc["exactly_5_above", ["tax", "low", "because"]].tolist()
    ['5', 'yes', '以下 includes the number itself']
    """
    text = (files(__package__) / "scenarios" / f"{name}.csv").read_text(encoding="utf-8")
    rows = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
    rows["weight"] = rows["weight"].astype(float)
    return rows


def texts(rows: pd.DataFrame, column: str, chosen: Ints) -> npt.NDArray[np.object_]:
    """Take a column of the catalogue for each scenario drawn, as text."""
    return rows[column].to_numpy(dtype=object)[chosen]


def answers(rows: pd.DataFrame, column: str, chosen: Ints) -> Ints:
    """Take a column of answers for each scenario drawn (`NO`, `UNKNOWN`, `YES`, `UNSTATED`)."""
    said: Ints = np.array([_WORDS[word] for word in rows[column]], dtype=np.int64)
    return said[chosen]


def words(answer: Ints) -> npt.NDArray[np.object_]:
    """Write answers as the words of the answer files.

    Examples
    --------
    >>> words(np.array([YES, NO, UNKNOWN, UNSTATED])).tolist()
    ['yes', 'no', 'unknown', '']
    """
    return np.array(["no", "unknown", "yes", ""], dtype=object)[answer]


def either(left: Ints, right: Ints) -> Ints:
    """Kleene's OR, where an unstated side leaves the result unstated unless the other is yes.

    Examples
    --------
    >>> either(np.array([NO, UNKNOWN, UNSTATED, UNSTATED]), np.array([YES, NO, YES, NO])).tolist()
    [2, 1, 2, -1]
    """
    larger = np.maximum(left, right)
    unstated = ((left == UNSTATED) | (right == UNSTATED)) & (larger != YES)
    return np.where(unstated, UNSTATED, larger)


def both(left: Ints, right: Ints) -> Ints:
    """Kleene's AND, where an unstated side leaves the result unstated unless the other is no.

    Examples
    --------
    >>> both(np.array([YES, UNKNOWN, UNSTATED, UNSTATED]), np.array([YES, NO, NO, YES])).tolist()
    [2, 0, 0, -1]
    """
    smaller = np.minimum(left, right)
    no = (left == NO) | (right == NO)
    return np.where(no, NO, smaller)


def draw(
    rows: pd.DataFrame, eligible: Bools, count: int, rng: np.random.Generator, least: int = 2
) -> Ints:
    """Draw scenarios by weight, every eligible one a few times where there is room.

    Parameters
    ----------
    rows : DataFrame
        A catalogue with `weight`.
    eligible : array of bool
        Which rows may be drawn.
    count : int
        How many to draw.
    rng : Generator
        Source of chance.
    least : int
        How often each is drawn at least, as long as that fills half of `count`.

    Returns
    -------
    array of int
        Positions in `rows`.
    """
    places = np.flatnonzero(eligible & (rows["weight"].to_numpy() > 0))
    if count == 0:
        return np.empty(0, dtype=np.int64)
    weights = rows["weight"].to_numpy()[places]
    sure = np.tile(places, least)[: count // 2]
    rest = rng.choice(places, size=count - len(sure), p=weights / weights.sum())
    chosen = np.concatenate([sure, rest]).astype(np.int64)
    return rng.permutation(chosen)


def twins(rows: pd.DataFrame, key: str = "id") -> Ints:
    """Give for each scenario its counterpart without a defect (itself where it has none)."""
    first = {name: place for place, name in reversed(list(enumerate(rows[key])))}
    pairs = zip(rows[key], rows["twin"], strict=True)
    return np.array([first[twin or name] for name, twin in pairs], dtype=np.int64)


def numbers(text: npt.NDArray[np.object_], rng: np.random.Generator) -> Floats:
    """Read numbers and ranges such as ``9..60`` (drawn evenly); anything else is missing."""
    wanted, inverse = np.unique(text.astype(str), return_inverse=True)
    bounds = np.array([_bounds(word) for word in wanted]).reshape(-1, 2)[inverse]
    drawn: Floats = bounds[:, 0] + (bounds[:, 1] - bounds[:, 0]) * rng.random(len(text))
    return drawn


def _bounds(word: str) -> tuple[float, float]:
    low, _, high = word.partition("..")
    try:
        return float(low), float(high or low)
    except ValueError:
        return float("nan"), float("nan")
