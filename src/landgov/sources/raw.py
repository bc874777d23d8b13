"""One file as read, before its cells are checked (原始表)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from landgov.sources.notes import Note
from landgov.sources.specs import SourceSpec


@dataclass(frozen=True)
class RawTable:
    """One file as read (原始表): under canonical names, and nothing else changed.

    Parameters
    ----------
    spec : SourceSpec
        The block of `landgov.toml`.
    frame : DataFrame
        Canonical columns only, index 0, 1, …; text (dtype `str`, empty cells missing) from
        tables; from vector and Parquet files numbers, booleans and dates stay native.
        Constants are filled in, units not yet applied.
    units : mapping
        Column → unit of its figures, where it is not the canonical one.
    geometry : GeoSeries, optional
        In the working CRS, on the index of `frame`; missing and empty are None.
    flaws : mapping of int to str
        Rows whose geometry is invalid as it was sent, and why: rounding in a
        transformation can hide it.
    rows : array of int
        Row as the spreadsheet shows it, or the 1-based number of the feature.
    sheet, encoding : str, optional
        Sheet or layer that was read, and the encoding.
    unused : tuple of str
        Headings that no column takes.
    notes : tuple of dict
        Issue rows.
    sha256 : str
        Fingerprint of the file.
    """

    spec: SourceSpec
    frame: pd.DataFrame
    units: Mapping[str, str]
    geometry: gpd.GeoSeries | None
    flaws: Mapping[int, str]
    rows: npt.NDArray[np.int64]
    sheet: str | None
    encoding: str | None
    unused: tuple[str, ...]
    notes: tuple[Note, ...]
    sha256: str
