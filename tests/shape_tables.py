"""Checked tables made of bare shapes, for cases of geometry worked by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import shapely

from landgov.policies import load_policy
from landgov.quality import CheckedTable
from landgov.quality.coverage_issues import check_coverage
from landgov.quality.shapes import settle_shapes
from landgov.quality.tables import empty_table
from landgov.quality.tolerances import Tolerances

EAST, NORTH = 583_680.0, 3_324_000.0
LIMITS = Tolerances.of(load_policy("shangyu-2021-86", on=date(2022, 12, 31)))
OTHERS = ("towns", "zones")


def at(shape: shapely.Geometry) -> shapely.Geometry:
    """Move a shape drawn around 0, 0 to where the working CRS has land."""
    return shapely.transform(shape, lambda points: np.add(points, [EAST, NORTH]))


def square(x: float, y: float, side: float = 10.0) -> shapely.Polygon:
    """A square drawn counter-clockwise, its lower left corner at x, y."""
    ring = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
    return at(shapely.Polygon(ring))


def polygon(*corners: tuple[float, float], holes: Any = ()) -> shapely.Polygon:
    """A polygon of corners around 0, 0."""
    return at(shapely.Polygon(corners, holes))


def parcels_of(
    shapes: Sequence[shapely.Geometry | None],
    ids: Sequence[str] | None = None,
    *,
    file: str = "parcels.gpkg",
    contested: Sequence[bool] | None = None,
) -> CheckedTable:
    """The table of parcels as it is before its shapes are settled."""
    index = pd.Index(list(ids or [f"P{n:04d}" for n in range(len(shapes))]), dtype="str")
    column = np.empty(len(shapes), dtype=object)
    column[:] = shapes
    order = np.argsort(index.to_numpy(dtype=object), kind="stable")
    frame = pd.DataFrame({"geometry": column}, index=index.rename("parcel_id"))
    origins = pd.DataFrame({"file": file, "sheet": "", "row": np.arange(1, len(shapes) + 1)})
    flags = np.zeros(len(shapes), dtype=bool) if contested is None else np.array(contested)
    empty = empty_table("parcels")
    return CheckedTable(
        name="parcels",
        frame=frame.iloc[order],
        given=True,
        contested=pd.Series(flags[order], index=index[order]),
        repeated=frozenset(),
        undated=empty.undated,
        origins=origins,
        position=pd.DataFrame({"geometry": order}),
    )


def settled(
    shapes: Sequence[shapely.Geometry | None],
    ids: Sequence[str] | None = None,
    *,
    limits: Tolerances = LIMITS,
    flaws: Mapping[int, str] | None = None,
    **more: Any,
) -> tuple[CheckedTable, pd.DataFrame]:
    """Settle the shapes of parcels; give the table and the issues."""
    issues: list[dict[str, Any]] = []
    table = settle_shapes(parcels_of(shapes, ids, **more), 4549, flaws or {}, issues, limits)
    return table, pd.DataFrame(issues, columns=["kind", "key", "file", "row", "value", "before", "after", "severity", "message", "message_en", "issue_id"])  # fmt: skip


def covered(
    shapes: Sequence[shapely.Geometry | None],
    ids: Sequence[str] | None = None,
    *,
    limits: Tolerances = LIMITS,
    **more: Any,
) -> tuple[list[Any], pd.DataFrame]:
    """Check the coverage of parcels; give its pieces and its issues."""
    table, _ = settled(shapes, ids, limits=limits, **more)
    tables = {name: empty_table(name) for name in OTHERS} | {"parcels": table}
    issues: list[dict[str, Any]] = []
    pieces = check_coverage(tables, limits, issues)
    return pieces, pd.DataFrame(issues, columns=["kind", "key", "file", "row", "value", "before", "after", "severity", "message", "message_en", "issue_id"])  # fmt: skip


def kinds(issues: pd.DataFrame) -> list[str]:
    """Kinds of the issues, sorted."""
    return sorted(issues["kind"])
