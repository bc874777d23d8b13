"""Read what departments send (读取报送数据): a table, and where each row of it came from."""

from __future__ import annotations

from landgov.sources.figures import figures
from landgov.sources.guard import LastRun, last_run
from landgov.sources.loading import load
from landgov.sources.rasters import RasterSpec
from landgov.sources.raw import RawTable
from landgov.sources.recognition import (
    Recognised,
    Recognition,
    missing_keys,
    recognise,
    why_unknown,
)
from landgov.sources.specs import SourceSpec
from landgov.sources.starter import toml_of, write_toml
from landgov.sources.streams import stream_vector
from landgov.sources.tables import read_table
from landgov.sources.vectors import read_vector
from landgov.sources.workspace import Workspace

__all__ = [
    "LastRun",
    "RasterSpec",
    "RawTable",
    "Recognised",
    "Recognition",
    "SourceSpec",
    "Workspace",
    "figures",
    "last_run",
    "load",
    "missing_keys",
    "read_table",
    "read_vector",
    "recognise",
    "stream_vector",
    "toml_of",
    "why_unknown",
    "write_toml",
]
