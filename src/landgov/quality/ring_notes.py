"""Notes on the rings of a table (环的记录): direction, points sent twice, several parts."""

from __future__ import annotations

from typing import Final

import numpy as np

from landgov.quality.rings import Bools, Ints, RingFacts
from landgov.quality.sayer import Sayer

# Formats that ask for clockwise shells, against OGC and RFC 7946.
_CLOCKWISE: Final = (".shp", ".gdb")
# Where more rows than these run against the rest, the file is mixed, and says so once.
_FEW: Final = 20


def say_rings(say: Sayer, facts: RingFacts, sound: Bools) -> None:
    """Note what is unusual, but changes neither the place nor the land of a shape.

    Parameters
    ----------
    say : Sayer
        Writes the issues.
    facts : RingFacts
        Of every row.
    sound : ndarray of bool
        Rows with a valid polygon: of the others direction says nothing.
    """
    twice = np.flatnonzero(facts.repeated > 0)
    values = [f"{count} 处 point(s)" for count in facts.repeated[twice].tolist()]
    say.notes("duplicate_points", twice, values)
    several = np.flatnonzero(facts.parts > 1)
    values = [str(count) for count in facts.parts[several].tolist()]
    say.notes("multipart", several, values)
    _directions(say, facts.turn, sound)


def _directions(say: Sayer, turn: Ints, sound: Bools) -> None:
    """Say which way round a file runs if that is unusual, and which rows differ from it."""
    files = say.files.astype(str)
    for name in np.unique(files[sound]).tolist():
        places = np.flatnonzero(sound & (files == name))
        usual = -1 if name.lower().endswith(_CLOCKWISE) else 1
        total = int(turn[places].sum())
        most = usual if total == 0 else int(np.sign(total))
        alike = turn[places] == most
        odd = places[~alike]
        if most != usual and alike.any():
            say.file("ring_order", name, f"{_way(most)}，{int(alike.sum())} 行 rows")
            if len(odd) > _FEW:
                continue
        say.notes("ring_order", odd, [_way(int(each)) for each in turn[odd]], most=_FEW)


def _way(turn: int) -> str:
    return {
        1: "外环逆时针 shell counter-clockwise",
        -1: "外环顺时针 shell clockwise",
        0: "各环方向不一 rings differ",
    }[turn]
