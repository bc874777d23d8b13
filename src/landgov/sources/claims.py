"""What `landgov.toml` and a file claim about coordinates: CRS, datum, order of the axes."""

from __future__ import annotations

from typing import Any, Final

import pyproj
from pyproj.exceptions import CRSError

from landgov.errors import Fault
from landgov.sources.crs_readings import DATUMS, EAST_NORTH, NORTH_EAST, Reading
from landgov.sources.entries import toml_fault, wrong_type

CLAIMS: Final = {"crs": "crs", "datum": "text", "axes": "text"}
"""Entries of a block that say how its coordinates are to be read."""


def claim_faults(kept: dict[str, Any], where: str) -> list[Fault]:
    """Check the entries on coordinates; what is none of the known words is taken out.

    Parameters
    ----------
    kept : dict
        Entries of a block, of the right types; `datum` is brought to its plain form.
    where : str
        The block, for messages.

    Examples
    --------
    >>> entries = {"datum": "gcj-02", "axes": "yx"}
    >>> [fault.field for fault in claim_faults(entries, "sources.parcels")], entries
    (['axes'], {'datum': 'GCJ02'})
    """
    faults = []
    if "crs" in kept:
        try:
            pyproj.CRS.from_user_input(kept["crs"])
        except CRSError:
            wrong = kept.pop("crs")
            zh, en = f"“{wrong}”不是坐标系", f"{wrong!r} is no CRS"
            more = {"field": "crs", "value": str(wrong)}
            faults.append(toml_fault("bad_crs", where, zh, en, "crs = 4549", **more))
    if "datum" in kept:
        wrong = kept.pop("datum")
        plain = wrong.upper().replace("-", "").replace(" ", "").replace("_", "")
        if plain in DATUMS:
            kept["datum"] = plain
        else:
            words = '"GCJ02"（火星坐标）或 "BD09"（百度坐标）'
            faults.append(wrong_type(where, "datum", wrong, words))
    if "axes" in kept and kept["axes"] not in (EAST_NORTH, NORTH_EAST):
        words = f'"{NORTH_EAST}"（北、东）或 "{EAST_NORTH}"（东、北）'
        faults.append(wrong_type(where, "axes", kept.pop("axes"), words))
    return faults


def claimed_reading(
    own: pyproj.CRS | None, crs: int | str | None, datum: str | None, axes: str | None
) -> Reading | None:
    """Say how coordinates are to be read; None where nobody says their CRS.

    Parameters
    ----------
    own : CRS, optional
        That of the file.
    crs, datum, axes : optional
        Of `landgov.toml`; its `crs` wins over the file's.

    Examples
    --------
    >>> claimed_reading(pyproj.CRS(4490), 4549, None, None).name
    'EPSG:4549'
    """
    source = own if crs is None else pyproj.CRS.from_user_input(crs)
    return None if source is None else Reading(pyproj.CRS(source), datum, axes or EAST_NORTH)
