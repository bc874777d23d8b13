"""Issues of shapes that ought to tile the ground (面覆盖): twice, overlapping, with gaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from landgov.quality.coverage import Overlaps, coverage_of, overlaps
from landgov.quality.gaps import Gaps, gaps_of
from landgov.quality.pieces import Piece
from landgov.quality.repair import measured_mu
from landgov.quality.rings import Bools, Floats, Ints
from landgov.quality.sayer import Sayer
from landgov.quality.tables import CheckedTable
from landgov.quality.tolerances import Tolerances

# Platforms of different levels may hold the same land; these tables may not.
TILED: Final = ("parcels", "towns", "zones")
# Slivers and gaps beyond this many are one note a file.
_FEW: Final = 10


def check_coverage(
    tables: Mapping[str, CheckedTable], limits: Tolerances, issues: list[dict[str, Any]]
) -> list[Piece]:
    """Look for land that two rows claim, and for gaps between neighbours.

    Parameters
    ----------
    tables : mapping of str to CheckedTable
        All tables; those of `TILED` are looked at. Shapes whose repair was refused are not.
    limits : Tolerances
        `sliver_m2` parts an overlap from a drawing error; `gap_m` is the widest gap.
    issues : list of dict
        `identical_geometry`, `overlap`, `sliver_overlap`, `coverage_gap` are added to it.

    Returns
    -------
    list of Piece
        Where it is.
    """
    pieces: list[Piece] = []
    for name in TILED:
        table = tables[name]
        if table.given and len(table.frame) > 1:
            _Tiles(table, limits, issues, pieces).check()
    return pieces


@dataclass
class _Tiles:
    """One table under the coverage checks."""

    table: CheckedTable
    limits: Tolerances
    issues: list[dict[str, Any]]
    pieces: list[Piece]

    def check(self) -> None:
        shapes = self.table.frame["geometry"].to_numpy(dtype=object, copy=True)
        shapes[pd.isna(shapes)] = None
        if self.table.untrusted is not None:
            shapes[self.table.untrusted.to_numpy()] = None
        self.crs = self.table.frame.crs
        self.say = Sayer(self.table, self.issues)
        covered = coverage_of(shapes, self.limits.gap_m)
        found = overlaps(covered)
        told = self._told(found)
        mu = measured_mu(found.shapes, self.crs)
        self._identical(found, found.same & ~told)
        wide = found.m2 >= self.limits.sliver_m2
        self._overlaps(found, mu, np.flatnonzero(wide & ~found.same & ~told))
        self._slivers(found, mu, np.flatnonzero(~wide & ~found.same & ~told))
        self._gaps(gaps_of(covered, self.limits.gap_m))

    def _told(self, found: Overlaps) -> Bools:
        """Pairs of rows that share their key: they are told as such, and may share their land."""
        labels = self.table.frame.index.astype(str).to_numpy(dtype=object)
        contested = self.table.contested.to_numpy(dtype=bool)
        flags = np.zeros(len(found.left), dtype=bool)
        both = contested[found.left] & contested[found.right]
        for at in np.flatnonzero(both).tolist():  # few: rows with a repeated key
            one, other = (str(labels[side[at]]) for side in (found.left, found.right))
            bare = one.rpartition("#")[0]
            flags[at] = bare != "?" and bare == other.rpartition("#")[0]
        return flags

    def _identical(self, found: Overlaps, same: Bools) -> None:
        """Name on each row the others that have its shape."""
        twins: dict[int, set[int]] = {}
        for at in np.flatnonzero(same).tolist():
            one, other = int(found.left[at]), int(found.right[at])
            twins.setdefault(one, set()).add(other)
            twins.setdefault(other, set()).add(one)
        if not twins:
            return
        places = np.array(sorted(twins))
        shapes = self.table.frame["geometry"].to_numpy(dtype=object)[places]
        for place, shape, mu in zip(
            places.tolist(), shapes, measured_mu(shapes, self.crs).tolist(), strict=True
        ):
            others = "、".join(self.say.key(other) for other in sorted(twins[place]))
            row = self.say.row("identical_geometry", place, others, mu, mu)
            self._show("overlaps", row, (place,), mu, shape)

    def _overlaps(self, found: Overlaps, mu: Floats, pairs: Ints) -> None:
        for at in pairs.tolist():
            one, other = int(found.left[at]), int(found.right[at])
            name = self.say.key(other)
            row = self.say.row("overlap", one, name, mu[at], mu[at], other=name)
            self._show("overlaps", row, (one, other), mu[at], found.shapes[at])

    def _slivers(self, found: Overlaps, mu: Floats, pairs: Ints) -> None:
        files = self.say.files[found.left[pairs]].astype(str)
        for name, here in _by_file(files, pairs):
            if len(here) > _FEW:
                words = f"{len(here)} 对 pairs"
                whole = self.say.file("sliver_overlap", name, words, *(mu[here].sum(),) * 2)
            for at in here.tolist():
                one, other = int(found.left[at]), int(found.right[at])
                key = self.say.key(other)
                row = (
                    whole
                    if len(here) > _FEW
                    else self.say.row("sliver_overlap", one, key, mu[at], mu[at], other=key)
                )
                self._show("overlaps", row, (one, other), mu[at], found.shapes[at])

    def _gaps(self, gaps: Gaps) -> None:
        if not len(gaps.shapes):
            return
        mu = measured_mu(gaps.shapes, self.crs)
        owners, first = np.unique(gaps.gap, return_index=True)
        beside = np.split(gaps.shape, first[1:])
        files = self.say.files[gaps.shape[first]].astype(str)
        for name, here in _by_file(files, np.arange(len(owners))):
            if len(here) > _FEW:
                words = f"{len(here)} 处 gaps"
                total = mu[owners[here]].sum()
                whole = self.say.file("coverage_gap", name, words, total, total)
            for at in here.tolist():
                land = mu[owners[at]]
                one, *rest = beside[at].tolist()
                others = "、".join(self.say.key(place) for place in rest)
                row = (
                    whole
                    if len(here) > _FEW
                    else self.say.row("coverage_gap", one, others, land, land, other=others)
                )
                self._show("gaps", row, (one, *rest), land, gaps.shapes[owners[at]])

    def _show(
        self, layer: str, row: Mapping[str, Any], places: Iterable[int], mu: float, shape: Any
    ) -> None:
        keys = "、".join(self.say.key(place) for place in places)
        self.pieces.append(Piece(layer, row, keys, "", float(mu), shape))


def _by_file(files: np.ndarray, places: Ints) -> Iterable[tuple[str, Ints]]:
    for name in np.unique(files).tolist():
        yield name, places[files == name]
