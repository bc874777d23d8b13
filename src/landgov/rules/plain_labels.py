"""The base list with plain labels while it is judged."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd

from landgov.register import Register


def plain_labels(register: Register) -> Register:
    """The base list with labels as plain objects: each slice of Arrow text makes them anew."""
    frames = (register.parcels, register.enterprises)
    land, firms = (one.set_axis(pd.Index(one.index, dtype=object)) for one in frames)
    return replace(register, parcels=land, enterprises=firms)


def joined_in_order(parcels: gpd.GeoDataFrame, *more: pd.DataFrame) -> gpd.GeoDataFrame:
    """The parcels with columns that lie in the same order."""
    return parcels.join([one.set_axis(parcels.index) for one in more])
