"""Links as parts of their enterprises, by which its figures go to places and add up again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Parts:
    """Every link as a part of its enterprise, on its parcel; -1 where it is on none.

    Parameters
    ----------
    parcel, firm : ndarray of int
        Positions in the parcels and in the enterprises.
    land_mu : ndarray
        Land of the link, 亩; NaN where it is not known, 0 on no parcel.
    part : ndarray
        Part of the enterprise's figures, 0–1; they add up to 1 over an enterprise.
    """

    parcel: npt.NDArray[np.intp]
    firm: npt.NDArray[np.intp]
    land_mu: Floats
    part: Floats


def parts_of(links: pd.DataFrame, parcels: pd.Index, firms: pd.DataFrame) -> Parts:
    """Cut every enterprise into its links by land, so that the parts add up to it.

    Parameters
    ----------
    links : DataFrame
        `parcel_id`, `enterprise_id` and `area_worked_mu` (亩), residual rows among them.
    parcels : Index
        All parcels.
    firms : DataFrame
        `land_mu` (亩) by enterprise.

    Examples
    --------
    >>> links = pd.DataFrame({"parcel_id": ["P", "Q"], "enterprise_id": "A",
    ...                       "area_worked_mu": [3.0, 1.0]})
    >>> firms = pd.DataFrame({"land_mu": [4.0, None]}, index=["A", "B"])
    >>> parts_of(links, pd.Index(["P", "Q"]), firms).part.tolist()
    [0.75, 0.25, 1.0]
    """
    parcel = parcels.get_indexer(pd.Index(links["parcel_id"]))
    firm = firms.index.get_indexer(pd.Index(links["enterprise_id"]))
    named = (firm >= 0) & links["parcel_id"].notna().to_numpy()
    parcel, firm = parcel[named], firm[named]
    area = links["area_worked_mu"].to_numpy(dtype=float)[named]
    order = np.lexsort((area, firm, parcel))  # sums must not depend on the order of the rows
    parcel, firm, area = parcel[order], firm[order], area[order]
    land = firms["land_mu"].to_numpy(dtype=float)
    part = area / np.where(land > 0, land, np.nan)[firm]
    landless = np.flatnonzero(~(land > 0))
    nothing = np.zeros(len(landless))
    return Parts(
        parcel=np.concatenate([parcel, np.full(len(landless), -1)]).astype(np.intp),
        firm=np.concatenate([firm, landless]).astype(np.intp),
        land_mu=np.concatenate([np.where(parcel >= 0, area, 0.0), nothing]),
        part=np.concatenate([part, nothing + 1.0]),
    )


def used_land(parts: Parts, land: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Linked land of each parcel, 亩, and where it can't be told.

    A parcel with a link of unknown area counts whole.
    """
    on = parts.parcel >= 0
    parcel, area = parts.parcel[on], parts.land_mu[on]
    known = ~np.isnan(area)
    size = len(land)
    used = sum_at(parcel, np.where(known, area, 0.0), size)
    blank = np.bincount(parcel[~known], minlength=size) > 0
    whole = np.where(blank & ~np.isnan(land), np.fmax(used, land), used)
    return whole, blank & np.isnan(land)


def sum_at(at: npt.NDArray[Any], values: npt.NDArray[Any], size: int) -> Floats:
    """Add up the values of every place.

    Examples
    --------
    >>> sum_at(np.array([0, 2, 2]), np.array([1.0, 2.0, 3.0]), 3).tolist()
    [1.0, 0.0, 5.0]
    """
    return np.bincount(at, values, size).astype(np.float64)
