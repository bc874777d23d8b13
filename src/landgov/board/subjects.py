"""The parcels and enterprises of the board, each with its name, unit and land (对账对象)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from landgov.quality import Checked
from landgov.register import Register

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Links:
    """Active links whose parcel and enterprise are known, as arrays.

    Parameters
    ----------
    parcel, firm : array of int
        Position of the parcel and of the enterprise.
    row : array of int
        Row of the checked links.
    owner, user : array of bool
        Whether the role is owner, or user.
    land_mu : array of float
        Land worked out, 亩; missing where it is not known.
    """

    parcel: Places
    firm: Places
    row: Places
    owner: npt.NDArray[np.bool_]
    user: npt.NDArray[np.bool_]
    land_mu: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Subjects:
    """What the board compares.

    Parameters
    ----------
    checked : Checked
        The checked tables.
    parcels : GeoDataFrame
        The judged parcels, indexed by `parcel_id`.
    firms : DataFrame
        The register's enterprises, indexed by `enterprise_id`.
    links : Links
        Who uses which parcel.
    facts : mapping of str to DataFrame
        `name`, `unit` and `land_mu` of the ``parcels`` and the ``enterprises``; an enterprise
        belongs to the unit in which it uses most land.
    units : array of object
        Names of the units.
    unit : array of int
        Unit of each parcel as a position in `units`; -1 where it has none.
    year : int
        The year whose figures count.
    """

    checked: Checked
    parcels: gpd.GeoDataFrame
    firms: pd.DataFrame
    links: Links
    facts: Mapping[str, pd.DataFrame]
    units: npt.NDArray[np.object_]
    unit: Places
    year: int


def subjects(checked: Checked, register: Register, parcels: gpd.GeoDataFrame) -> Subjects:
    """Gather the parcels, enterprises and links of a judged register.

    Parameters
    ----------
    checked : Checked
        The checked tables.
    register : Register
        The base list.
    parcels : GeoDataFrame
        Its parcels as judged, with `in_scope` and `unit`.
    """
    firms = register.enterprises
    links = _links(register.links, parcels.index, firms.index)
    codes, names = pd.factorize(parcels["unit"], sort=True)
    units = np.asarray(names, dtype=object)
    most = np.lexsort((links.parcel, -np.nan_to_num(links.land_mu, nan=-1.0)))
    home = first_of(links.firm[most], codes[links.parcel[most]], len(firms))
    facts = {
        "parcels": pd.DataFrame(
            {"name": parcels["location"], "unit": parcels["unit"], "land_mu": parcels["land_mu"]}
        ),
        "enterprises": pd.DataFrame(
            {
                "name": firms["name"],
                "unit": pd.Series(np.append(units, [np.nan])[home], index=firms.index, dtype="str"),
                "land_mu": firms["land_mu"],
            }
        ),
    }
    year = register.year
    return Subjects(checked, parcels, firms, links, facts, units, codes.astype(np.int64), year)


def _links(table: pd.DataFrame, parcels: pd.Index, firms: pd.Index) -> Links:
    joined = table["joined"].fillna(value=False).to_numpy(dtype=bool)
    parcel = np.where(joined, parcels.get_indexer(pd.Index(table["parcel_id"])), -1)
    firm = firms.get_indexer(pd.Index(table["enterprise_id"]))
    keep = np.flatnonzero((parcel >= 0) & (firm >= 0))
    role = table["role"]
    return Links(
        parcel=parcel[keep].astype(np.int64),
        firm=firm[keep].astype(np.int64),
        row=table["row"].fillna(-1).to_numpy(dtype=np.int64)[keep],
        owner=role.eq("owner").fillna(value=False).to_numpy(dtype=bool)[keep],
        user=role.eq("user").fillna(value=False).to_numpy(dtype=bool)[keep],
        land_mu=table["area_worked_mu"].to_numpy(dtype=float)[keep],
    )


def first_of(groups: Places, values: npt.NDArray[np.int64], length: int) -> Places:
    """First value of each group; -1 for a group without one.

    Examples
    --------
    >>> first_of(np.array([2, 0, 2]), np.array([7, 8, 9]), 3).tolist()
    [8, -1, 7]
    """
    first = np.full(length, -1, dtype=np.int64)
    first[groups[::-1]] = values[::-1]
    return first
