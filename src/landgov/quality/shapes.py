"""Geometry of a checked table: what is wrong with each shape, what is repaired, what is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgov.quality.causes import COLLECTION, NO_AREA, NOT_FINITE, cause
from landgov.quality.pieces import Piece
from landgov.quality.repair import POLYGONS, beyond, made_valid, measured_mu, polygon_parts
from landgov.quality.ring_notes import say_rings
from landgov.quality.rings import Bools, Floats, ring_facts
from landgov.quality.sayer import Sayer
from landgov.quality.spikes import without_spikes
from landgov.quality.tables import CheckedTable
from landgov.quality.threads import in_threads
from landgov.quality.tolerances import Tolerances
from landgov.sources import RawTable


def settle_shapes(
    checked: CheckedTable,
    crs: Any,
    flaws: Mapping[int, str],
    issues: list[dict[str, Any]],
    limits: Tolerances,
) -> CheckedTable:
    """Repair invalid polygons, keep polygon parts, and record every change with its 亩.

    Parameters
    ----------
    checked : CheckedTable
        A table with a `geometry` column of shapely objects in `crs`.
    crs : CRS
        Working CRS, metres.
    flaws : mapping of int to str
        What was invalid as it was sent, by row of `origins`; a transformation may have
        mended it by rounding, and that is a change too.
    issues : list of dict
        Findings are added to it.
    limits : Tolerances
        What is a spike or tiny, and which repair is refused.

    Returns
    -------
    CheckedTable
        Its frame a GeoDataFrame. A row without usable geometry stays, with none. Where a
        repair was refused, the repaired shape stands for the place on the map, and
        `untrusted` says that its area counts for nothing.

    Notes
    -----
    Area before, after and the law that binds them: see `landgov.quality.repair`.
    """
    shapes = checked.frame["geometry"].to_numpy(dtype=object, copy=True)
    shapes[pd.isna(shapes)] = None
    if checked.name == "barriers":
        return replace(checked, frame=_framed(checked.frame, shapes, crs))
    say = Sayer(checked, issues)
    sent = _sent(checked, shapes, flaws)
    facts = ring_facts(sent.polygons, limits)
    say_rings(say, facts, sent.sound)
    pieces: list[Piece] = []
    step = _Step(say, crs, limits, pieces)
    step.spikes(sent, np.flatnonzero(facts.spikes > 0))
    refused = step.repairs(sent)
    step.tiny(sent.polygons, ~refused)
    untrusted = pd.Series(refused, index=checked.frame.index)
    framed = _framed(checked.frame, sent.polygons, crs)
    return replace(checked, frame=framed, untrusted=untrusted, pieces=tuple(pieces))


def flaws_of_rows(raws: Sequence[RawTable]) -> dict[int, str]:
    """What was invalid as it was sent, by row of the files laid end to end.

    Examples
    --------
    >>> flaws_of_rows([])
    {}
    """
    starts = np.cumsum([0, *(len(raw.frame) for raw in raws)]).tolist()
    return {
        start + place: reason
        for start, raw in zip(starts, raws, strict=False)
        for place, reason in raw.flaws.items()
    }


@dataclass
class _Sent:
    """Shapes on their way from what was sent to what is kept.

    Parameters
    ----------
    shapes : ndarray
        As sent.
    polygons : ndarray
        Polygon parts; repaired as the steps go on.
    cause : ndarray of str
        Why a shape is no valid polygon; empty where it is one.
    empty : ndarray of bool
        True where nothing was sent.
    """

    shapes: np.ndarray
    polygons: np.ndarray
    cause: np.ndarray
    empty: Bools

    @property
    def sound(self) -> Bools:
        """Rows with a valid polygon as sent."""
        flags: Bools = ~self.empty & (self.cause == "")
        return flags


def _sent(checked: CheckedTable, shapes: np.ndarray, flaws: Mapping[int, str]) -> _Sent:
    """Name the cause of every shape that is no valid polygon."""
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    why = np.full(len(shapes), "", dtype=object)
    if flaws:
        rows = checked.position["geometry"].to_numpy()
        for place in np.flatnonzero(np.isin(rows, list(flaws))).tolist():  # few
            why[place] = flaws[int(rows[place])]
    polygons = shapes.copy()
    other = np.flatnonzero(~empty & ~np.isin(shapely.get_type_id(shapes), POLYGONS))
    polygons[other] = polygon_parts(shapes[other])
    why[other] = np.where(shapely.is_missing(polygons[other]), NO_AREA, COLLECTION)
    endless = np.flatnonzero(~empty & ~_finite(polygons))
    polygons[endless], why[endless] = None, NOT_FINITE
    polygons[empty] = None
    broken = np.flatnonzero(~empty & ~in_threads(shapely.is_valid, polygons) & (why == ""))
    why[broken] = shapely.is_valid_reason(polygons[broken])
    return _Sent(shapes, polygons, why, empty)


def _finite(shapes: np.ndarray) -> Bools:
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    bad = owner[~np.isfinite(xy).all(axis=1)]
    flags: Bools = np.bincount(bad, minlength=len(shapes)) == 0
    return flags


class _Step:
    """The steps from what was sent to what is kept; each logs 亩 before and after."""

    def __init__(self, say: Sayer, crs: Any, limits: Tolerances, pieces: list[Piece]) -> None:
        self.say, self.crs, self.limits, self.pieces = say, crs, limits, pieces

    def spikes(self, sent: _Sent, places: np.ndarray) -> None:
        """Take spikes off where that is a sliver; say it either way."""
        if not len(places):
            return
        was = sent.polygons[places]
        trimmed = np.array([without_spikes(shape, self.limits) for shape in was], dtype=object)
        before, after = measured_mu(was, self.crs), measured_mu(trimmed, self.crs)
        sent.polygons[places] = trimmed
        for at, place in enumerate(places.tolist()):
            word = "已去除 removed" if trimmed[at] is not was[at] else "未去除 kept"
            found = self.say.row("spike", place, word, before[at], after[at])
            self._show("repairs", found, place, (was[at], before[at]), (trimmed[at], after[at]))

    def repairs(self, sent: _Sent) -> Bools:
        """Make valid what is not; give the rows whose repair changes too much land."""
        places = np.flatnonzero(~sent.empty & (sent.cause != ""))
        was = sent.polygons[places]
        before = measured_mu(was, self.crs)
        # What was invalid as sent and is valid now was mended by rounding or with its spikes.
        broken = ~shapely.is_valid(was) & ~shapely.is_missing(was)
        now = was.copy()
        now[broken] = made_valid(was[broken])
        after = measured_mu(now, self.crs)
        lost = shapely.is_missing(now)
        refused = beyond(before, after, self.limits) & ~lost
        sent.polygons[places] = now
        for at, place in enumerate(places.tolist()):
            kind = (
                "empty_geometry"
                if lost[at]
                else ("repair_refused" if refused[at] else "invalid_geometry")
            )
            words = cause(str(sent.cause[place]))
            gone = 0.0 if lost[at] and not np.isnan(before[at]) else after[at]
            found = self.say.row(kind, place, words, before[at], gone)
            layer = "refused" if refused[at] else "repairs"
            one = was[at] if was[at] is not None else sent.shapes[place]
            self._show(layer, found, place, (one, before[at]), (now[at], after[at]))
        for place in np.flatnonzero(sent.empty).tolist():
            self.say.row("empty_geometry", place)
        flags = np.zeros(len(sent.polygons), dtype=bool)
        flags[places] = refused
        return flags

    def tiny(self, shapes: np.ndarray, trusted: Bools) -> None:
        """Name shapes too small to be land."""
        area: Floats = shapely.area(shapes)
        for place in np.flatnonzero((area < self.limits.tiny_m2) & trusted).tolist():
            self.say.row("tiny_geometry", place, f"{area[place]:.2f}")

    def _show(self, layer: str, found: dict[str, Any], place: int, *states: Any) -> None:
        key = self.say.key(place)
        for name, (shape, mu) in zip(("sent", "repaired"), states, strict=True):
            if shape is not None and np.isfinite(shapely.bounds(shape)).all():
                self.pieces.append(Piece(layer, found, key, name, float(mu), shape))


def _framed(frame: pd.DataFrame, shapes: np.ndarray, crs: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        frame.drop(columns="geometry"),
        geometry=gpd.GeoSeries(shapes, index=frame.index, crs=crs),
    )
