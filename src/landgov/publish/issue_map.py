"""The error layer for QGIS (问题图层): faulty shapes as sent and repaired, overlaps, gaps."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Final

import geopandas as gpd
import pyogrio

from landgov.publish.files import whole
from landgov.publish.geopackage import dated

_TITLES: Final = {
    "repairs": "已修复图形",
    "refused": "修复未采用的图形",
    "overlaps": "重叠",
    "gaps": "缝隙",
}


def write_issue_map(faulty: gpd.GeoDataFrame, path: str | Path, *, as_of: date) -> None:
    """Write the faulty shapes into a GeoPackage, one table a kind of fault.

    Parameters
    ----------
    faulty : GeoDataFrame
        `layer` (repairs, refused, overlaps, gaps), `issue_id`, `kind`, `severity`, `table`,
        `keys`, `state` (sent or repaired), `mu` (亩), `message`, `message_en`; in the working
        CRS, metres.
    path : str or Path
        File to write, whole or not at all. All four tables are there, empty ones too.
    as_of : date
        Stands as the date of change of every table: the clock is not read.

    Notes
    -----
    Shapes as sent are written as they came: they are invalid, and shown for it.
    Version 1.2, which QGIS 3.22 opens without a warning.

    Examples
    --------
    >>> import tempfile
    >>> import shapely
    >>> columns = ["issue_id", "kind", "severity", "table", "keys", "state", "message"]
    >>> words = dict.fromkeys([*columns, "message_en"], ["x"]) | {"layer": ["gaps"], "mu": [0.1]}
    >>> faulty = gpd.GeoDataFrame(words, geometry=[shapely.box(0, 0, 1, 1)], crs=4549)
    >>> path = Path(tempfile.mkdtemp()) / "issues.gpkg"
    >>> write_issue_map(faulty, path, as_of=date(2022, 12, 31))
    >>> pyogrio.list_layers(path)[:, 0].tolist()
    ['repairs', 'refused', 'overlaps', 'gaps']
    """
    stamp = f"{as_of.isoformat()}T00:00:00.000Z"
    with whole(path) as part:
        with dated(stamp):
            for layer, title in _TITLES.items():
                rows = faulty[faulty["layer"] == layer].drop(columns="layer")
                pyogrio.write_dataframe(
                    rows,
                    part,
                    layer=layer,
                    driver="GPKG",
                    geometry_type="MultiPolygon",
                    promote_to_multi=True,
                    append=part.exists(),
                    dataset_options={} if part.exists() else {"VERSION": "1.2"},
                    layer_options={"GEOMETRY_NAME": "geometry", "FID": "fid", "IDENTIFIER": title},
                )
        with closing(sqlite3.connect(part)) as base, base:
            base.execute("UPDATE gpkg_contents SET last_change = ?", (stamp,))
