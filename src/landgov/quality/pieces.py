"""Where a fault of geometry lies (问题图斑): the pieces that the error layer shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

LAYERS = ("repairs", "refused", "overlaps", "gaps")
COLUMNS = ("issue_id", "kind", "severity", "table", "keys", "state", "mu", "message", "message_en")


@dataclass(frozen=True)
class Piece:
    """One shape of the error layer.

    Parameters
    ----------
    layer : str
        One of `LAYERS`.
    found : mapping
        The row of the issue table that it belongs to.
    keys : str
        Keys of the rows concerned, joined by 、.
    state : str
        `sent` or `repaired`; empty for what lies between two rows.
    mu : float
        Its land, 亩.
    geometry : geometry
        In the working CRS, metres.
    """

    layer: str
    found: Mapping[str, Any]
    keys: str
    state: str
    mu: float
    geometry: shapely.Geometry


def piece_table(pieces: Iterable[Piece], crs: Any) -> gpd.GeoDataFrame:
    """Lay the pieces out as a table, in an order that no input order changes.

    Parameters
    ----------
    pieces : iterable of Piece
        Of all tables.
    crs : CRS
        Working CRS.

    Returns
    -------
    GeoDataFrame
        `layer` and `COLUMNS`; `mu` in 亩.

    Examples
    --------
    >>> piece_table([], 4549).columns.tolist()[:3]
    ['layer', 'issue_id', 'kind']
    """
    given = list(pieces)
    rows = [
        {"layer": one.layer, **one.found, "keys": one.keys, "state": one.state, "mu": one.mu}
        for one in given
    ]
    table = pd.DataFrame(rows, columns=["layer", *COLUMNS])
    table = table.astype({name: "str" for name in ("layer", *COLUMNS) if name != "mu"})
    table["mu"] = table["mu"].astype("float64")
    shapes = gpd.GeoSeries([one.geometry for one in given], index=table.index, crs=crs)
    bounds = shapes.bounds
    order = table.join(bounds).sort_values(
        ["layer", "table", "keys", "kind", "state", *bounds.columns], kind="stable"
    )
    laid = gpd.GeoDataFrame(table, geometry=shapes)
    return laid.loc[order.index].reset_index(drop=True)
