"""Open toolkit for governing industrial land (工业用地全域治理)."""

from __future__ import annotations

from landgov.areas import area_mu
from landgov.codes import credit_code_ok, parcel_code_ok
from landgov.contiguity import blocks, neighbours, sites
from landgov.errors import LandgovError
from landgov.offsets import shift
from landgov.pipeline import Result, run
from landgov.policies import load_policy
from landgov.publish.geojson import write_geojson
from landgov.publish.reported import write_reported_txt
from landgov.sources import Workspace, read_table, read_vector

__all__ = [
    "LandgovError",
    "Result",
    "Workspace",
    "area_mu",
    "blocks",
    "credit_code_ok",
    "load_policy",
    "neighbours",
    "parcel_code_ok",
    "read_table",
    "read_vector",
    "run",
    "shift",
    "sites",
    "write_geojson",
    "write_reported_txt",
]
__version__ = "0.1.0"
