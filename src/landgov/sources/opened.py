"""A file that is read and not yet placed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from landgov import schema, units
from landgov.errors import Fault, LandgovError
from landgov.sources.claims import claimed_reading
from landgov.sources.content import Content
from landgov.sources.crs_readings import Reading
from landgov.sources.headings import Assignment
from landgov.sources.hearing import Case
from landgov.sources.native import settled
from landgov.sources.specs import SourceSpec


@dataclass(frozen=True)
class Opened:
    """One file as read, with what its headings mean; without `content` it can't be read.

    Parameters
    ----------
    spec : SourceSpec
        The block of `landgov.toml`.
    content : Content, optional
        What the file holds.
    found : Assignment, optional
        Which heading supplies which column.
    faults : list of Fault
        What is wrong with it so far.
    """

    spec: SourceSpec
    content: Content | None = None
    found: Assignment | None = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def shapes(self) -> gpd.GeoSeries | None:
        """Its geometry, where its table has any."""
        if self.content is None or not schema.table(self.spec.table).geometry:
            return None
        return self.content.geometry

    @property
    def claimed(self) -> Reading | None:
        """How its coordinates are said to be read."""
        spec, shapes = self.spec, self.shapes
        own = None if shapes is None else shapes.crs
        return claimed_reading(own, spec.crs, spec.datum, spec.axes)

    def certified_mu(self) -> pd.Series[Any] | None:
        """Area on the certificate, 亩, as far as the cells are plain numbers."""
        if self.content is None or self.found is None:
            return None
        at = self.found.columns.get("area_cert_mu")
        if at is None:
            return None
        numbers = pd.to_numeric(settled(self.content.cells[at]), errors="coerce")
        try:
            factor = units.factor(self.found.units.get("area_cert_mu", "亩"), "亩")
        except LandgovError:
            return None
        return numbers.astype("float64") * float(factor)


def cases_of(read: Sequence[Opened]) -> list[Case]:
    """Bring the layers among the files before the court.

    Examples
    --------
    >>> cases_of([])
    []
    """
    cases = []
    for one in read:
        shapes = one.shapes
        if shapes is not None:
            place = (one.spec.where, one.spec.table)
            cases.append(Case(*place, shapes, one.claimed, one.certified_mu()))
    return cases
