"""What the rings of polygons look like (环的检查): points sent twice, spikes, direction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from landgov.quality.tolerances import Tolerances

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
# A ring with three corners has none to spare.
_FEWEST = 4


@dataclass(frozen=True)
class RingFacts:
    """Facts of the rings, one entry a shape.

    Parameters
    ----------
    repeated : ndarray of int
        Points that stand twice in a row.
    spikes : ndarray of int
        Corners that fold back on themselves.
    turn : ndarray of int
        1 where shells run counter-clockwise and holes clockwise, as OGC and RFC 7946 ask;
        -1 where all run the other way; 0 where they differ, or there is no ring.
    parts : ndarray of int
        Polygons that the shape consists of.
    """

    repeated: Ints
    spikes: Ints
    turn: Ints
    parts: Ints


def ring_facts(shapes: np.ndarray, limits: Tolerances) -> RingFacts:
    """Look at every ring once.

    Parameters
    ----------
    shapes : ndarray of polygons and multipolygons
        In metres; None has no ring.
    limits : Tolerances
        What counts as a spike.

    Examples
    --------
    >>> from landgov.policies import load_policy
    >>> from datetime import date
    >>> limits = Tolerances.of(load_policy("shangyu-2021-86", on=date(2022, 12, 31)))
    >>> needle = shapely.Polygon([(0, 0), (5, 0), (5, 9), (5.001, 0), (9, 0), (9, -9), (0, -9)])
    >>> facts = ring_facts(np.array([needle]), limits)
    >>> facts.spikes.tolist(), facts.turn.tolist()
    ([1], [-1])
    """
    count = len(shapes)
    parts, shape_of_part = shapely.get_parts(shapes, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    shape_of_ring = shape_of_part[part_of_ring]
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    xy, ring = _opened(xy, ring)
    twice = _twice(xy, ring)
    xy, ring_left = xy[~twice], ring[~twice]
    spiky = spike_flags(xy, ring_left, len(rings), limits)
    return RingFacts(
        repeated=_count(shape_of_ring[ring[twice]], count),
        spikes=_count(shape_of_ring[ring_left[spiky]], count),
        turn=_turns(rings, part_of_ring, shape_of_ring, count),
        parts=_count(shape_of_part, count),
    )


def spike_flags(xy: Floats, ring: Ints, rings: int, limits: Tolerances) -> Bools:
    """Corners of open rings, without repeated points, whose two sides fold back.

    Examples
    --------
    >>> limits = Tolerances(1, 1, 1, spike_degrees=1, spike_m=0.05, tiny_m2=1, gap_m=1)
    >>> xy = np.array([(0, 0), (5, 0), (5, 9), (5.001, 0), (9, 0), (9, -9), (0, -9.0)])
    >>> spike_flags(xy, np.zeros(7, dtype=int), 1, limits).tolist()
    [False, False, True, False, False, False, False]
    """
    if not len(xy):
        return np.zeros(0, dtype=bool)
    following = _following(ring)
    before = np.empty_like(following)
    before[following] = np.arange(len(ring))
    back, forth = xy[before] - xy, xy[following] - xy
    long_back, long_forth = np.hypot(*back.T), np.hypot(*forth.T)
    cosine = (back * forth).sum(axis=1)
    sharp = cosine > np.cos(np.radians(limits.spike_degrees)) * long_back * long_forth
    long_enough = np.minimum(long_back, long_forth) > limits.spike_m
    corners = np.bincount(ring, minlength=rings)
    flags: Bools = sharp & long_enough & (corners[ring] >= _FEWEST)
    return flags


def _opened(xy: Floats, ring: Ints) -> tuple[Floats, Ints]:
    """Rings without the point that closes them."""
    last = np.append(ring[1:] != ring[:-1], np.ones(min(len(ring), 1), dtype=bool))
    return xy[~last], ring[~last]


def _following(ring: Ints) -> Ints:
    """Position of the next point of the same ring, round and round."""
    following = np.arange(1, len(ring) + 1)
    first = np.flatnonzero(np.append(True, ring[1:] != ring[:-1]))
    last = np.append(first[1:] - 1, len(ring) - 1)
    following[last] = first
    return following


def _twice(xy: Floats, ring: Ints) -> Bools:
    """Points that stand in the same place as the next one."""
    if not len(xy):
        return np.zeros(0, dtype=bool)
    same: Bools = (xy == xy[_following(ring)]).all(axis=1)
    return same


def _turns(rings: np.ndarray, part: Ints, shape: Ints, count: int) -> Ints:
    is_hole = np.zeros(len(rings), dtype=bool)
    is_hole[1:] = part[1:] == part[:-1]
    # A hole that runs against its shell is as right as the shell.
    turn = np.where(shapely.is_ccw(rings) != is_hole, 1, -1)
    total, seen = np.bincount(shape, turn, minlength=count), _count(shape, count)
    agreed: Ints = np.where(np.abs(total) == seen, np.sign(total), 0).astype(np.int64)
    return agreed


def _count(owners: Ints, length: int) -> Ints:
    counted: Ints = np.bincount(owners, minlength=length).astype(np.int64)
    return counted
