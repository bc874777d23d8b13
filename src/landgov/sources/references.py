"""Layers from independent sources that the coordinates of the files are judged by (参照图层).

In `landgov.toml`::

    [reference.boundary]           # the district's boundary, trusted
    path = "reference/boundary.geojson"
    crs  = 4490

    [reference.parcels]            # parcels, e.g. those of last year's cadastre, trusted
    path  = "reference/parcels_2021.gpkg"
    layer = "宗地"

Both take `layer`, `encoding`, `crs`, `datum` and `axes` as a source does. They are read for
their shapes alone: nothing of them gets into a result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from landgov.crs import coordinate_fault
from landgov.errors import Fault
from landgov.sources.claims import CLAIMS, claim_faults, claimed_reading
from landgov.sources.entries import checked, unknown_entry, wrong_type
from landgov.sources.evidence import Evidence
from landgov.sources.faults import FileError, no_crs
from landgov.sources.formats import format_of
from landgov.sources.places import located
from landgov.sources.placing import extent_of, placed_geometry
from landgov.sources.vectors import vector_content

REFERENCES: Final = ("boundary", "parcels")
_ENTRIES: Final = {"path": "text", "layer": "text", "encoding": "text", **CLAIMS}
_ROUGHLY_M: Final = 50_000.0  # reference parcels don't say how far the district goes


@dataclass(frozen=True)
class ReferenceSpec:
    """One block `[reference.…]` (参照图层).

    Parameters
    ----------
    kind : {"boundary", "parcels"}
        What it holds.
    path : Path
        The file.
    name : str
        Its path as written, with /.
    layer, encoding, crs, datum, axes : optional
        As of a source.
    """

    kind: str
    path: Path
    name: str
    layer: str | None = None
    encoding: str | None = None
    crs: int | str | None = None
    datum: str | None = None
    axes: str | None = None

    @property
    def where(self) -> str:
        """The block, for messages."""
        return f"reference.{self.kind}"


def reference_specs(root: Path, block: object) -> tuple[list[ReferenceSpec], list[Fault]]:
    """Check the blocks `[reference.…]` of `landgov.toml`.

    Parameters
    ----------
    root : Path
        The workspace.
    block : object
        What TOML gives under `reference`.

    Examples
    --------
    >>> reference_specs(Path("."), {"boundry": {}})[1][0].field
    'boundry'
    """
    if not isinstance(block, dict):
        words = "表 a table, [reference.boundary]"
        return [], [wrong_type("reference", "", block, words)]
    specs: list[ReferenceSpec] = []
    faults: list[Fault] = []
    for kind, entry in block.items():
        where = f"reference.{kind}"
        if kind not in REFERENCES:
            faults.append(unknown_entry("reference", kind, REFERENCES))
            continue
        kept, found = checked(entry, _ENTRIES, where, ("path",))
        faults += [*found, *claim_faults(kept, where)]
        if "path" not in kept:
            continue
        written = kept.pop("path")
        try:
            path = located(root, written)
            format_of(path)
        except FileError as fault:
            faults.append(fault.fault(where, written))
        else:
            specs.append(ReferenceSpec(kind, path, written.replace("\\", "/"), **kept))
    return specs, faults


def read_references(
    specs: Sequence[ReferenceSpec], target: pyproj.CRS | None
) -> tuple[Evidence, list[Fault]]:
    """Read the reference layers into the working CRS.

    Parameters
    ----------
    specs : sequence of ReferenceSpec
        Of `landgov.toml`.
    target : CRS, optional
        Working CRS; without it nothing is read.

    Returns
    -------
    evidence : Evidence
        Empty where no reference is given.
    faults : list of Fault
        What is wrong with the files.

    Examples
    --------
    >>> read_references([], None)[0].region is None
    True
    """
    faults: list[Fault] = []
    found: dict[str, npt.NDArray[np.object_]] = {}
    for spec in specs if target is not None else ():
        try:
            found[spec.kind] = _polygons(spec, target)
        except FileError as fault:
            faults.append(fault.fault(spec.where, spec.name))
    boundary, parcels = found.get("boundary"), found.get("parcels")
    if boundary is not None:
        whole = _without_holes(shapely.union_all(boundary))
        return Evidence(region=whole, boundary=whole, parcels=parcels), faults
    if parcels is not None:
        box = shapely.box(*shapely.total_bounds(parcels))
        return Evidence(region=box, margin_m=_ROUGHLY_M, parcels=parcels), faults
    return Evidence(), faults


def _polygons(spec: ReferenceSpec, target: pyproj.CRS | None) -> npt.NDArray[np.object_]:
    content = vector_content(spec.path, layer=spec.layer, encoding=spec.encoding, spatial=True)
    shapes = content.geometry
    if shapes is None:
        raise _no_polygons()
    reading = claimed_reading(shapes.crs, spec.crs, spec.datum, spec.axes)
    if reading is None:
        raise no_crs()
    fault = coordinate_fault(reading.east_first(extent_of(shapes)), reading.crs)
    if fault is not None:
        raise FileError("crs_contradicted", zh=fault.zh, en=fault.en, do=fault.do, field="crs")
    moved = placed_geometry(shapes, reading, target, [])
    every: npt.NDArray[np.object_] = np.asarray(moved.array, dtype=object)
    every = every[shapely.get_dimensions(every) == 2]
    if not len(every) or not shapely.area(every).any():
        raise _no_polygons()
    broken = ~shapely.is_valid(every)
    every[broken] = shapely.make_valid(every[broken])
    # Repair can leave collections of collections.
    parts: npt.NDArray[np.object_] = shapely.get_parts(shapely.get_parts(every))
    polygons: npt.NDArray[np.object_] = parts[shapely.get_type_id(parts) == 3]
    return polygons


def _without_holes(shape: Any) -> Any:
    """Fill the holes of a union: they are slivers between neighbours, not land of others."""
    parts = shapely.get_parts(shape)
    rings = shapely.get_exterior_ring(parts[shapely.get_type_id(parts) == 3])
    return shapely.union_all(shapely.polygons(rings))


def _no_polygons() -> FileError:
    return FileError(
        "bad_reference",
        zh="参照图层没有面",
        en="the reference layer holds no polygon",
        do="换用面图层，或以 layer = … 指明图层",
    )
