"""Outlines from their binary form (图形解码): rings that are not closed are closed, and said."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from landgov.sources.notes import Note, note
from landgov.sources.streams import unreadable_record

_AREAS: Final = (3, 6)


def outlines(wkb: np.ndarray, notes: list[Note]) -> Any:
    """Decode geometries; what can't be decoded is missing, with a note of its row.

    A ring whose last point is not its first has only one way to be closed, so it is closed.

    Parameters
    ----------
    wkb : ndarray of bytes
        None where there is no geometry.
    notes : list
        Takes a row for each geometry that was closed or can't be read.

    Examples
    --------
    >>> said: list[Note] = []
    >>> square = shapely.to_wkb(shapely.box(0, 0, 1, 1))
    >>> outlines(np.array([square[:-16] + bytes(16), b"?"], dtype=object), said).tolist()
    [<POLYGON ((1 0, 1 1, 0 1, 0 0, 0 0, 1 0))>, None]
    >>> [row["kind"] for row in said]
    ['invalid_geometry', 'unreadable_record']
    """
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    lost = np.flatnonzero(shapely.is_missing(shapes) & pd.notna(wkb))
    closed = shapely.from_wkb(wkb[lost], on_invalid="fix")
    sound = np.isin(shapely.get_type_id(closed), _AREAS) & (shapely.area(closed) > 0)
    shapes[lost[sound]] = closed[sound]
    for at, mended in zip(lost.tolist(), sound.tolist(), strict=True):
        notes.append(_closed(at + 1) if mended else unreadable_record(at + 1, "几何 geometry"))
    return shapely.force_2d(shapes)


def _closed(row: int) -> Note:
    words = "环未闭合 Ring is not closed"
    return note(
        "invalid_geometry",
        f"图形有误（{words}），已闭合，面积不变",
        f"invalid geometry ({words}), closed; the area is the same",
        severity="warning",
        row=row,
        field="geometry",
        value=words,
    )
