"""Scores, ranks and grades of the district's enterprises, by hand from the published weights."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgov.demo.catalogue import Floats, Ints, scenarios, texts

Objects = npt.NDArray[np.object_]
LISTS: Final = {"yes": "规上企业", "no": "规下企业"}
#: Total points of the last and of the first of a list, as the figures are laid out.
_LAST, _FIRST = 220.0, 540.0
_SAME = 1e-9


def grade(figures: pd.DataFrame, decided: pd.DataFrame | None = None) -> pd.DataFrame:
    """Score, rank and grade (评分、排名、分档) enterprises by `scenarios/scheme.csv`.

    Parameters
    ----------
    figures : DataFrame
        `above` (yes, no or anything else), `sent` (whether the year has a row), `land` (亩) and
        the year's figures; missing where they count as missing.
    decided : DataFrame, optional
        `bonus`, `penalty` (points), `veto`, `exempt` (bool), on the same rows.

    Returns
    -------
    DataFrame
        `evaluation_list`, `score`, `rank`, `rank_of`, `grade`; empty or missing where none.

    References
    ----------
    台州市黄岩区 2022.
    """
    count = len(figures)
    if decided is None:
        decided = pd.DataFrame({"bonus": np.zeros(count), "penalty": 0.0})
        decided["veto"] = decided["exempt"] = False
    above = figures["above"].to_numpy(dtype=object)
    scored = figures["sent"].to_numpy(dtype=bool) & (figures["land"] > 0).to_numpy()
    scored &= ~decided["exempt"].to_numpy(dtype=bool)
    score, rank, of = (np.full(count, np.nan) for _ in range(3))
    letters, limits = _limits()
    given = np.full(count, "", dtype=object)
    for name in LISTS:
        mine = np.flatnonzero(scored & (above == name))
        if not len(mine):
            continue
        total = _points(figures.iloc[mine], name)
        total += (decided["bonus"] - decided["penalty"]).to_numpy(dtype=float)[mine]
        score[mine], of[mine] = total, len(mine)
        better = np.sort(total)
        rank[mine] = 1 + len(mine) - np.searchsorted(better, total + _SAME, side="right")
        # Whole numbers: rank × 100 against the limit in hundredths × the number in the list.
        reached = rank[mine, None] * 100 <= limits * len(mine)
        given[mine] = letters[np.argmax(reached, axis=1)]
    vetoed = decided["veto"].to_numpy(dtype=bool) & ~decided["exempt"].to_numpy(dtype=bool)
    given[vetoed] = "D"
    listed = np.array([LISTS.get(str(word), "") for word in above], dtype=object)
    return pd.DataFrame(
        {"evaluation_list": listed, "score": score, "rank": rank, "rank_of": of, "grade": given}
    )


def _limits() -> tuple[Objects, Ints]:
    shares = scenarios("shares")
    return shares["grade"].to_numpy(dtype=object), shares["weight"].cumsum().to_numpy(np.int64)


def _points(figures: pd.DataFrame, name: str, without: str = "") -> Floats:
    """Add the points of a list up; the indicator `without` is left out."""
    rows = scenarios("scheme")
    total = np.zeros(len(figures))
    for row in rows[rows["list"] == name].to_dict("records"):
        if row["indicator"] == without:
            continue
        value = quotient(figures[row["over"]], figures[row["under"]])
        points = np.maximum(value / float(row["benchmark"]) * row["weight"], 0)
        known = points[~np.isnan(points)]
        stands_in = known.mean() if row["missing"] == "mean" and len(known) else 0.0
        total += np.where(np.isnan(points), stands_in, points)
    return total


def quotient(over: pd.Series, under: pd.Series) -> Floats:
    """Divide; missing where the divisor is missing or not above zero."""
    divisor = under.to_numpy(dtype=float)
    with np.errstate(invalid="ignore"):
        divisor = np.where(divisor > 0, divisor, np.nan)
    found: Floats = over.to_numpy(dtype=float) / divisor
    return found


def options(firms: pd.DataFrame) -> list[str]:
    """List the grades that each scenario of an enterprise may report, best first."""
    words = []
    for told in scenarios("firms")["grade"]:
        plain = told.split(":")[-1].split("/")[0]
        words.append("" if plain == "missing" else plain)
    return [words[kind] for kind in firms["kind"]]


def lay_out(firms: pd.DataFrame, figures: dict[str, Floats], seed: int) -> None:
    """Choose energy and electricity so that most ranks suit the grades that scenarios report.

    They are the one figure of each list that no other rule reads; a list's ranks are dealt out
    to its enterprises, and the figure makes up what the other indicators leave of the total.
    """
    rng = np.random.default_rng([seed, 23])
    kinds, kind = scenarios("firms"), firms["kind"].to_numpy()
    aim = texts(kinds, "tax", kind)
    table = pd.DataFrame(figures).assign(land=np.nan_to_num(firms["land"].to_numpy(), nan=12.0))
    silent = np.isin(aim, ["missing", "norow"]) | pd.Series(aim).str.startswith("bad").to_numpy()
    table["tax_wan"] = np.where(silent, np.nan, firms["tax_wan"].to_numpy())
    above = texts(kinds, "above", kind)
    there = (firms["land"] > 0).to_numpy() & (aim != "norow")
    words = np.array(options(firms), dtype=object)
    for name in LISTS:
        mine = above == name
        if name == "no":
            mine = mine & (table["tax_wan"] > 0).to_numpy()
        mine = np.flatnonzero(mine & there)
        if not len(mine):
            continue
        place = _deal(words[mine], rng)
        wanted = _FIRST - (_FIRST - _LAST) * place / len(mine)
        own = table.iloc[mine]
        if name == "yes":
            rest = wanted - _points(own, name, "value_added_per_energy")
            per_tce = rest / _weight(name, "value_added_per_energy")
            figures["energy_tce"][mine] = np.round(own["value_added_wan"] / per_tce, 4)
        else:
            rest = wanted - _points(own, name, "tax_per_power")
            per_kwh = rest / _weight(name, "tax_per_power")
            figures["power_wan_kwh"][mine] = np.round(own["tax_wan"] / per_kwh, 3)


def _weight(name: str, indicator: str) -> float:
    """Tell the points that one unit of an indicator brings."""
    rows = scenarios("scheme")
    row = rows[(rows["list"] == name) & (rows["indicator"] == indicator)].iloc[0]
    return float(row["weight"]) / float(row["benchmark"])


def _deal(words: Objects, rng: np.random.Generator) -> Ints:
    """Deal the ranks of a list out, so that as many as can be have a grade they may report."""
    letters, limits = _limits()
    count = len(words)
    rank = np.arange(1, count + 1)
    of = letters[np.argmax(rank[:, None] * 100 <= limits * count, axis=1)]
    left = {letter: rng.permutation(rank[of == letter]).tolist() for letter in letters}
    place = np.zeros(count, dtype=np.int64)
    rest: list[int] = []
    for choice in sorted(set(words), key=lambda word: (len(word.split()), word)):
        here = rng.permutation(np.flatnonzero(words == choice)).tolist()
        for letter in [word for word in choice.split() if word in left]:
            take = min(len(here), len(left[letter]))
            for _ in range(take):
                place[here.pop()] = left[letter].pop()
        rest += here
    ranks = sorted(rank for letter in letters for rank in left[letter])
    place[np.array(rest, dtype=np.int64)] = np.array(ranks[: len(rest)], dtype=np.int64)
    return place


def nearest(wanted: str, choices: str) -> str:
    """Pick the grade nearest to the one wanted among those that may be reported.

    Examples
    --------
    >>> nearest("D", "A B C"), nearest("B", "A B C"), nearest("A", "")
    ('C', 'B', '')
    """
    words = choices.split()
    if not words:
        return ""
    return min(words, key=lambda word: (abs(ord(word) - ord(wanted)), word))
