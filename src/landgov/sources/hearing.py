"""The layers of a workspace before the CRS court: what each is told, and why (坐标系审理)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj

from landgov.crs import CoordinateFault, coordinate_fault, refuse_unshiftable
from landgov.errors import LandgovError
from landgov.sources.court import Score, Verdict, hear
from landgov.sources.crs_readings import EAST_NORTH, Reading, readings_of
from landgov.sources.evidence import Evidence, sample_of
from landgov.sources.faults import FileError, no_crs
from landgov.sources.neighbourhood import longitude_of, surroundings
from landgov.sources.notes import Note, note
from landgov.sources.placing import extent_of
from landgov.sources.score_table import score_table

_OFF_M = 5.0  # parcels that lie further off than this, on every reading, want a look
_INSIDE, _GAIN = 0.995, 0.01


@dataclass(frozen=True)
class Case:
    """One layer before the court (案件).

    Parameters
    ----------
    where : str
        Its block of `landgov.toml`.
    table : str
        The table that it supplies.
    shapes : GeoSeries
        As the file holds them.
    stated : Reading, optional
        How they are said to be read; None where neither file nor entry says.
    certified_mu : Series, optional
        亩 on the certificate, on the index of `shapes`.
    """

    where: str
    table: str
    shapes: gpd.GeoSeries
    stated: Reading | None = None
    certified_mu: pd.Series[Any] | None = None

    def number_fault(self) -> CoordinateFault | None:
        """Say how the size of the numbers alone contradicts what is stated."""
        if self.stated is None:
            return None
        return coordinate_fault(self.stated.east_first(extent_of(self.shapes)), self.stated.crs)


@dataclass(frozen=True)
class Ruling:
    """What became of one layer: a fault that stops it, or notes (裁决)."""

    fault: FileError | None = None
    notes: tuple[Note, ...] = ()


def rulings(
    cases: Sequence[Case], references: Evidence, target: pyproj.CRS | None
) -> Mapping[str, Ruling]:
    """Judge every layer of a workspace (裁决各图层的坐标系).

    With reference layers each reading is measured against them. Without, the layers of the
    workspace stand in for each other, which is enough to find the one that lies in another
    zone or in the sea, and no more. A layer that nothing speaks against passes.

    Parameters
    ----------
    cases : sequence of Case
        The layers.
    references : Evidence
        From `[reference.…]`, in `target`; it may be empty.
    target : CRS, optional
        Working CRS; without it only the size of the numbers is looked at.

    Returns
    -------
    mapping of str to Ruling
        By block.

    References
    ----------
    `landgov.sources.court`.

    Examples
    --------
    >>> rulings([], Evidence(), None)
    {}
    """
    faults = {case.where: case.number_fault() for case in cases}
    sound = [case for case in cases if case.stated is not None and faults[case.where] is None]
    spread = {case.where: case for case in sound if _may_be_heard(case, target)}
    weak = references.region is None
    layers = {where: (case.shapes, case.stated) for where, case in spread.items()}
    near = surroundings(layers if weak else {}, target)
    found = {}
    for case in cases:
        evidence = near.get(case.where, near[""]) if weak else references
        found[case.where] = _ruling(case, faults[case.where], evidence, weak, target)
    return found


def _may_be_heard(case: Case, target: pyproj.CRS | None) -> bool:
    """Say whether readings can be compared: not across a shift that nobody knows."""
    if target is None or case.shapes.is_empty.all():
        return False
    try:
        if case.stated is not None:
            refuse_unshiftable(case.stated.crs, target)
        refuse_unshiftable(target, pyproj.CRS(4490))
    except LandgovError:
        return False
    return True


def _ruling(
    case: Case,
    contradicted: CoordinateFault | None,
    evidence: Evidence,
    weak: bool,
    target: pyproj.CRS | None,
) -> Ruling:
    stated = case.stated
    if not _may_be_heard(case, target):
        return Ruling(_plain_fault(stated, contradicted))
    assert target is not None
    if stated is not None and contradicted is None and evidence.region is None:
        return Ruling()
    sample = sample_of(case.shapes, case.certified_mu)
    readings = readings_of(sample.points, stated, longitude_of(evidence.region, target))
    verdict = hear(case.table, sample, readings, evidence, target)
    why = _words_on(evidence, weak)
    if stated is None:
        return Ruling(_unnamed(verdict, why))
    if contradicted is not None:
        if evidence.region is None:
            return Ruling(_of_numbers(contradicted))
        return Ruling(_contradicted(stated, contradicted, verdict, why))
    if verdict.refutes(stated):
        return Ruling(_refuted(stated, verdict, why))
    return Ruling(notes=() if weak else tuple(_doubts(stated, verdict)))


def _plain_fault(stated: Reading | None, fault: CoordinateFault | None) -> FileError | None:
    if stated is None:
        return no_crs()
    return None if fault is None else _of_numbers(fault)


def _of_numbers(fault: CoordinateFault, table: str = "", do: str = "") -> FileError:
    return FileError(
        "crs_contradicted", zh=fault.zh + table, en=fault.en, do=do or fault.do, field="crs"
    )


def _contradicted(
    stated: Reading, fault: CoordinateFault, verdict: Verdict, why: tuple[str, str]
) -> FileError:
    """Name the fault of the numbers; the evidence may know better how to mend it."""
    if not verdict.decided or verdict.best is None or not verdict.refutes(stated):
        return _of_numbers(fault)
    return _of_numbers(fault, f"{why[0]}\n{score_table(verdict, stated)}", _lines(verdict, stated))


def _refuted(stated: Reading, verdict: Verdict, why: tuple[str, str]) -> FileError:
    best = verdict.best
    assert best is not None
    table = score_table(verdict, stated)
    return FileError(
        "crs_refuted",
        zh=f"标注为 {stated.name}，坐标却与 {best.reading.name} 相符。{why[0]}\n{table}",
        en=f"labelled {stated.name}, but the coordinates fit {best.reading.name} {why[1]}",
        do=_lines(verdict, stated),
        field="crs",
        value=stated.name,
    )


def _unnamed(verdict: Verdict, why: tuple[str, str]) -> FileError:
    """Name the likeliest reading of a file without CRS; it is proposed, never taken."""
    plain = no_crs().as_fault
    best = verdict.best
    if best is None:
        return no_crs()
    judged = verdict.decided or not np.isnan(best.near)
    zh = f"{plain.zh}，最可能是 {best.reading.name}。"
    zh += f"{why[0]}\n{score_table(verdict, None)}" if judged else "仅凭数值大小推测，没有佐证"
    hint = "\n      # 西安80、北京54 的数值与之相近，须向提供方核实 ask the sender"
    return FileError(
        "no_crs",
        zh=zh,
        en=f"{plain.en}; {best.reading.name} is the likeliest; ask the sender: Xi'an 1980 and"
        " Beijing 1954 look much the same",
        do=_lines(verdict, None) + hint,
        field="crs",
    )


def _changes(stated: Reading | None, best: Reading) -> list[str]:
    """Give the lines that turn what is stated into the best reading."""
    if stated is None:
        return list(best.lines)
    lines = [line for line in best.lines if line not in stated.lines]
    if stated.datum is not None and best.datum is None:
        lines.append("# 删去 datum 一行 remove the line datum")
    if stated.axes != best.axes and best.axes == EAST_NORTH:
        lines.append("# 删去 axes 一行 remove the line axes")
    return lines


def _lines(verdict: Verdict, stated: Reading | None) -> str:
    """Give the lines for `landgov.toml`, and what else would do as well."""
    assert verdict.best is not None
    lines = "\n      ".join(_changes(stated, verdict.best.reading))
    others = [score.reading.name for score in verdict.standing[1:4]]
    if verdict.decided and others:
        lines += f"    # 佐证不能排除 not ruled out: {'、'.join(others)}"
    return lines


def _words_on(evidence: Evidence, weak: bool) -> tuple[str, str]:
    if evidence.region is None:
        return "只与证载面积比对", "(compared with the certificates alone)"
    if weak:
        return "只与本工作区的其他图层粗略比对", "(compared with the other layers here, roughly)"
    if evidence.boundary is None:
        return "与参照地块比对", "(compared with the reference parcels)"
    if evidence.parcels is None:
        return "与参照边界比对", "(compared with the reference boundary)"
    return "与参照边界和参照地块比对", "(compared with reference boundary and parcels)"


def _doubts(stated: Reading, verdict: Verdict) -> list[Note]:
    """Note what is odd about a reading that stands: it is used, and nobody is stopped."""
    score = next((one for one in verdict.scores if one.reading == stated), None)
    if score is None:
        return []
    if not verdict.decided and max(one.near for one in verdict.scores) < 0.5:
        zh, en = "任何读法都不在参照范围内", "no reading lies within the reference"
        return [_unsure(f"{zh}，按 {stated.name} 读取", en, score)]
    closer = [one for one in verdict.standing if one.inside > score.inside + _GAIN]
    if closer and max(one.inside for one in closer) >= _INSIDE:
        best = max(closer, key=lambda one: one.inside)
        zh = f"按 {stated.name} 有 {1 - score.inside:.1%} 的顶点在界外，按 {best.reading.name} 则"
        zh += "都在界内；须以参照地块确认"
        en = f"{best.reading.name} lies inside the boundary better than {stated.name}"
        return [_unsure(zh, en, score)]
    if score.fits_m < np.inf and score.fit_m > _OFF_M:
        if score.fit_m > min(one.fit_m for one in verdict.standing):
            return []
        if score.fits_m > 10 * _OFF_M:  # outlines differ by more from map to map
            return []
        zh = f"与参照地块相差约 {score.fit_m:.0f} 米，请核对是否为西安80、北京54 转换所得"
        en = f"{score.fit_m:.0f} m off the reference parcels; perhaps an old datum"
        return [_unsure(zh, en, score)]
    return []


def _unsure(zh: str, en: str, score: Score) -> Note:
    return note("crs_unsure", zh, en, field="crs", value=score.reading.name)
