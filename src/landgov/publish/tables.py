"""The Parquet files of a run: one a result table, for programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from landgov.publish.files import whole
from landgov.publish.frames import flat, typed
from landgov.publish.profiles import result_tables

# What bears another name than its table.
_FILES = {"pathway_verdicts": "pathways"}


def write_tables(result: Any, folder: str | Path) -> dict[str, int]:
    """Write the result tables of a run as Parquet, those with geometry as GeoParquet.

    Parameters
    ----------
    result : Result or mapping of frames
        What `run` gave: frames under the names of the result tables, as attributes or keys.
        A table that is missing or None has no file.
    folder : str or Path
        Where the files ``<table>.parquet`` go; an existing one is replaced, each whole.

    Returns
    -------
    dict
        Rows written, by table.

    Notes
    -----
    The key is an ordinary first column; no index is stored. Rows stand in the order of
    their keys. Three-valued answers are the words yes, no, unknown. Geometry stays in the
    working CRS, beside a `bbox` column by which readers skip what they don't need.

    Examples
    --------
    >>> import tempfile
    >>> firms = pd.DataFrame({"land_mu": [3.5]}, index=pd.Index(["91330604X"]))
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_tables({"enterprises": firms}, folder)
    {'enterprises': 1}
    >>> pd.read_parquet(folder / "enterprises.parquet").columns.tolist()
    ['enterprise_id', 'land_mu']
    """
    written: dict[str, int] = {}
    for table in result_tables():
        frame = frame_of(result, table)
        if frame is not None:
            path = Path(folder) / f"{_FILES.get(table, table)}.parquet"
            write_parquet(typed(flat(frame, table), table), path)
            written[table] = len(frame)
    return written


def frame_of(result: Any, table: str) -> Any:
    """Frame of one result table, from a Result or a mapping; None where there is none."""
    return result.get(table) if isinstance(result, dict) else getattr(result, table, None)


def write_parquet(frame: pd.DataFrame, path: str | Path) -> None:
    """Write one frame as Parquet without its index; GeoParquet 1.1 if it has geometry."""
    frame = frame.copy(deep=False)
    frame.attrs = {}
    with whole(path) as part:
        if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name is not None:
            frame.to_parquet(
                part,
                index=False,
                compression="zstd",
                schema_version="1.1.0",
                write_covering_bbox=True,
            )
        else:
            pd.DataFrame(frame).to_parquet(part, index=False, compression="zstd")
