"""The CRS court (坐标系法庭): each reading of a file's coordinates is scored by evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from landgov.areas import area_mu
from landgov.sources.crs_readings import Reading
from landgov.sources.evidence import (
    FAR_M,
    NEAR_PARCEL_M,
    Evidence,
    Sample,
    line_distances,
    outline_distances,
    share_inside,
    share_on_parcels,
)

Floats = npt.NDArray[np.float64]

OUTLINES: Final = frozenset(("towns", "platforms"))
"""Tables whose lines may run along the district's boundary."""

_SAME_M: Final = 0.5  # readings that differ by less are one

# What tells readings apart. Each line leaves room for honest differences: a boundary drawn on
# another map is some 70 m off, last year's parcels are those of this year but for a few.
_MOSTLY_IN: Final = 0.5
_HARDLY_IN: Final = 0.1
_OUTLINE_FITS_M: Final = 200.0
_PARCEL_FITS_M: Final = 10.0
_ON_PARCELS: Final = 0.8
_OFF_PARCELS: Final = 0.3
_AREA_FITS: Final = 0.05
_AREA_OFF: Final = 0.15


@dataclass(frozen=True)
class Score:
    """How one reading stands the evidence (一种读法的得分); NaN where there is none.

    Parameters
    ----------
    reading : Reading
        The reading.
    inside : float
        Share of the vertices inside the region.
    near : float
        The same with the margin of the region; 1 for a layer that holds the region.
    fit_m, tail_m : float
        Median and 90 % quantile of the distances between lines, metres: of the boundary to
        the lines of the layer, or of the vertices to the lines of the reference parcels.
    fits_m, most_m : float
        Up to which median lines are the same lines; up to which distance was measured.
    on_parcels : float
        Share of the vertices on reference parcels.
    area_ratio : float
        Median of measured area ÷ area on the certificate. It tells web Mercator (+34 % at
        30° north) and feet; not GCJ-02 (−0.13 %) and not the zone (the scale hangs on the
        distance from whichever meridian).
    """

    reading: Reading
    inside: float = np.nan
    near: float = np.nan
    fit_m: float = np.nan
    tail_m: float = np.nan
    fits_m: float = np.nan
    most_m: float = np.nan
    on_parcels: float = np.nan
    area_ratio: float = np.nan


@dataclass(frozen=True)
class Verdict:
    """What the evidence says (裁定).

    Parameters
    ----------
    scores : tuple of Score
        Of every reading, in the order in which they were thought of; the stated one first.
    standing : tuple of Score
        Those that no evidence refutes, best first.
    decided : bool
        Whether any evidence told readings apart.
    """

    scores: tuple[Score, ...]
    standing: tuple[Score, ...]
    decided: bool

    @property
    def best(self) -> Score | None:
        """The best reading; of equals the plainest."""
        return self.standing[0] if self.standing else None

    @property
    def clear(self) -> bool:
        """Whether exactly one reading stands."""
        return self.decided and len(self.standing) == 1

    def refutes(self, stated: Reading) -> bool:
        """Say whether a reading is out of the question, while another is not."""
        return self.decided and stated not in [score.reading for score in self.standing]


def hear(
    table: str,
    sample: Sample,
    readings: Sequence[Reading],
    evidence: Evidence,
    target: CRS,
) -> Verdict:
    """Score every reading of a layer, and judge (审理).

    Parameters
    ----------
    table : str
        Which table the layer supplies; it says what its lines may be compared with.
    sample : Sample
        Of the layer.
    readings : sequence of Reading
        The stated one first, if any, then the likeliest.
    evidence : Evidence
        In `target`.
    target : CRS
        Working CRS, metres.

    References
    ----------
    GCJ-02 moves 上虞 by 489 m, BD-09 by 1089 m; the next zone is 290 km away.

    Examples
    --------
    >>> from landgov.sources.evidence import sample_of
    >>> towns = gpd.GeoSeries([shapely.box(120.8, 30.0, 120.9, 30.1)], crs=4490)
    >>> district = Evidence(region=towns.to_crs(4549).iloc[0])
    >>> swapped = [Reading(CRS(4490), axes="north_east"), Reading(CRS(4490))]
    >>> hear("towns", sample_of(towns), swapped, district, CRS(4549)).best.reading.name
    'EPSG:4490'
    """
    scores: list[Score] = []
    kept: list[Floats] = []
    out: set[Reading] = set()
    for reading in readings:
        # No shift brings a layer back that lies beyond the margin without it.
        if reading.datum is not None and replace(reading, datum=None) in out:
            continue
        placed = reading.place(sample.points, target)
        if not np.isfinite(placed).all(axis=1).any() or any(_same(placed, one) for one in kept):
            continue
        kept.append(placed)
        scores.append(_score(table, sample, reading, placed, evidence, target))
        if scores[-1].near == 0:
            out.add(reading)
    return judged(scores)


def judged(scores: Sequence[Score]) -> Verdict:
    """Strike out the readings that the evidence refutes, the gross evidence first.

    A reading is struck only where another one passes and it fails by far; where none passes,
    the evidence says nothing.

    Parameters
    ----------
    scores : sequence of Score
        As in `Verdict.scores`.

    Examples
    --------
    >>> far, here = Score(Reading(CRS(4548)), near=0.0), Score(Reading(CRS(4549)), near=1.0)
    >>> judged([far, here]).best.reading.name
    'EPSG:4549'
    """
    standing = list(scores)
    for measure in (_struck_by_place, _struck_by_lines, _struck_by_parcels, _struck_by_area):
        struck = measure(standing)
        standing = [score for score, out in zip(standing, struck, strict=True) if not out]
    decided = len(standing) < len(scores)
    # The order of the readings breaks ties between those that can't be told apart.
    standing.sort(key=lambda score: _rank(score.fit_m))
    return Verdict(tuple(scores), tuple(standing), decided)


def _rank(fit_m: float) -> float:
    return np.inf if np.isnan(fit_m) else fit_m


def _same(placed: Floats, other: Floats) -> bool:
    apart = np.abs(placed - other)
    apart = apart[np.isfinite(apart).all(axis=1)]
    return bool(len(apart) and apart.max() < _SAME_M)


def _score(
    table: str,
    sample: Sample,
    reading: Reading,
    placed: Floats,
    evidence: Evidence,
    target: CRS,
) -> Score:
    finite = np.asarray(np.isfinite(placed).all(axis=1))
    points = shapely.points(np.where(finite[:, None], placed, 1e12))
    inside = near = np.nan
    if evidence.region is not None and evidence.wide is not None:
        near = share_inside(points, evidence.wide)
        inside = share_inside(points, evidence.region)
        if table in OUTLINES and near < 1:
            near = max(near, _share_held(placed[finite], evidence))
    here = bool(np.isnan(near) or near >= _HARDLY_IN)
    fit = tail = fits = most = on = ratio = np.nan
    if here and table in OUTLINES and evidence.boundary is not None:
        lines = _moved(sample.shapes, reading, target)
        fit, tail = _quantiles(outline_distances(evidence.outline, lines))
        fits, most = _OUTLINE_FITS_M, FAR_M
    elif here and table == "parcels" and evidence.parcels is not None:
        fit, tail = _quantiles(line_distances(points, evidence))
        fits, most = _PARCEL_FITS_M, NEAR_PARCEL_M
    if here and table in {"parcels", "buildings"} and evidence.parcels is not None:
        on = share_on_parcels(points, evidence)
    if here and np.isfinite(sample.certified_mu).any():
        ratio = _area_ratio(sample, reading)
    return Score(reading, inside, near, fit, tail, fits, most, on, ratio)


def _share_held(placed: Floats, evidence: Evidence) -> float:
    """Give the share of the boundary's points within the extent of a layer."""
    if not len(evidence.outline):
        return 0.0
    return share_inside(evidence.outline, shapely.box(*placed.min(axis=0), *placed.max(axis=0)))


def _moved(
    shapes: npt.NDArray[np.object_], reading: Reading, target: CRS
) -> npt.NDArray[np.object_]:
    moved: npt.NDArray[np.object_] = shapely.transform(
        shapely.force_2d(shapes), lambda points: reading.place(points, target)
    )
    return moved


def _quantiles(distances: Floats) -> tuple[float, float]:
    low, high = np.quantile(distances, [0.5, 0.9])
    return float(low), float(high)


def _area_ratio(sample: Sample, reading: Reading) -> float:
    certified = np.isfinite(sample.certified_mu) & (sample.certified_mu > 0)
    if not certified.any():
        return np.nan
    degrees = gpd.GeoSeries(_moved(sample.shapes[certified], reading, CRS(4490)), crs=4490)
    if not np.isfinite(degrees.bounds.to_numpy()).all():
        return np.nan
    ratios = area_mu(degrees).to_numpy() / sample.certified_mu[certified]
    ratios = ratios[np.isfinite(ratios)]
    return float(np.median(ratios)) if len(ratios) else np.nan


def _struck_by_place(scores: Sequence[Score]) -> list[bool]:
    near = np.array([score.near for score in scores], dtype=np.float64)
    best = np.nanmax(near, initial=0.0)
    return [bool(best >= _MOSTLY_IN and one < _HARDLY_IN * best) for one in near]


def _struck_by_lines(scores: Sequence[Score]) -> list[bool]:
    fit = np.array([score.fit_m for score in scores], dtype=np.float64)
    if not np.isfinite(fit).any():
        return [False] * len(scores)
    at = int(np.nanargmin(fit))
    best, fits = fit[at], scores[at].fits_m
    # The slack keeps lines apart that repeat at even steps, as rows of equal parcels do.
    limit = 2 * best + 60 if fits == _OUTLINE_FITS_M else 4 * max(best, 0.5) + 3
    return [bool(best <= fits and one > limit) for one in fit]


def _struck_by_parcels(scores: Sequence[Score]) -> list[bool]:
    on = np.array([score.on_parcels for score in scores], dtype=np.float64)
    best = np.nanmax(on, initial=0.0)
    return [bool(best >= _ON_PARCELS and one < best - _OFF_PARCELS) for one in on]


def _struck_by_area(scores: Sequence[Score]) -> list[bool]:
    off = np.array([abs(score.area_ratio - 1) for score in scores], dtype=np.float64)
    best = np.nanmin(off, initial=np.inf)
    return [bool(best <= _AREA_FITS and one > _AREA_OFF) for one in off]
