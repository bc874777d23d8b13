"""Indicators of every grain of place: the ratio of sums, with the land that it is known for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgov.register.indicators import energy_by_basis
from landgov.summary.parts import Floats, Parts, parts_of, sum_at, used_land
from landgov.summary.place_growth import Span, place_growth

GRAINS: Final = {
    "parcel": ("parcel_id", "location"),
    "block": ("block", "block"),
    "site": ("site", "site"),
    "town": ("town_code", "town"),
    "platform": ("platform_id", "platform"),
    "unit": ("unit", "unit"),
}
"""Grain of place → the column of a parcel that names its place, and the one with its name."""
DISTRICT, NO_PARCEL = "district", "no_parcel"
SUMS: Final = (
    "tax_wan",
    "value_added_wan",
    "revenue_wan",
    "employees",
    "energy_equivalent_tce",
    "energy_calorific_tce",
    "emission_t",
    "rd_wan",
)
LAND: Final = "used_mu"
RATIOS: Final = {
    "tax_per_mu": ("tax_wan", LAND),
    "value_added_per_mu": ("value_added_wan", LAND),
    "labour_productivity_wan": ("value_added_wan", "employees"),
    "value_added_per_energy_equivalent": ("value_added_wan", "energy_equivalent_tce"),
    "value_added_per_energy_calorific": ("value_added_wan", "energy_calorific_tce"),
    "value_added_per_emission": ("value_added_wan", "emission_t"),
    "rd_share": ("rd_wan", "revenue_wan"),
}
"""Ratio → what is divided by what, over the users of the land."""
OF_LAND: Final = ("plot_ratio", "building_density", "investment_per_mu")
"""Ratios of the parcels themselves, whoever uses them."""


def indicators(
    parcels: pd.DataFrame, firms: pd.DataFrame, links: pd.DataFrame, spans: Sequence[Span] = ()
) -> pd.DataFrame:
    """Work out every indicator for every grain of place (各级指标).

    Parameters
    ----------
    parcels : DataFrame
        `land_mu`, `area_mu` (亩), `plot_ratio`, `building_density`, and the columns that name
        its places; `invested_wan` (万元) where it is known.
    firms : DataFrame
        `land_mu` (亩) and the year's figures.
    links : DataFrame
        As a run gives them.
    spans : sequence of Span
        Pairs of years to compare, of the enterprises in the order of their codes.

    Returns
    -------
    DataFrame
        A row a `grain` and `place`; land in no place of a grain has a row without `place`, so
        that the rows of each grain add up to the row ``district``. What enterprises without
        land, or with land outside the parcels, pay and make stands in the row ``no_parcel``:
        with it every sum is that of all enterprises. `parcels`, `enterprises` (distinct in
        each row), `land_mu`, `used_mu` (land of the links; a parcel with a link of unknown
        area counts whole), `without_area` (parcels whose land, or whose linked land, can't be
        told: they stand in no figure of land), the sums of the known figures (万元, persons, tce, t), and the
        ratios, each with `_known_mu` (亩) and `_known_share` (of `used_mu`, for the ratios of
        the land itself of `land_mu`): a ratio speaks for that land alone. Missing where
        nothing is known or the divisor is not above zero.

    Notes
    -----
    A ratio is the sum of what is divided over the sum of what it is divided by, both of the
    users of which both are known; it is never a mean of ratios. Energy in equivalent and in
    calorific value are never added up or compared.

    References
    ----------
    虞政办发〔2021〕86号, 一（三）3, 二（一）1; 浙政发〔2018〕5号.
    """
    parcels, firms = parcels.sort_index(), firms.sort_index()
    parts = parts_of(links, parcels.index, firms)
    figures = _figures_of(firms)
    used, open_ = used_land(parts, parcels["land_mu"].to_numpy(dtype=float))
    tables = [
        _of_grain(grain, code, names, parcels, parts, figures, used, open_, spans)
        for grain, code, names in _places(parcels)
    ]
    outside = np.where(parts.parcel < 0, 0, -1)
    none = _of_users(parts, figures, outside, 1)
    head = {"grain": NO_PARCEL, "place": None, "place_name": None, "parcels": 0, "without_area": 0}
    count = _distinct(outside, parts.firm, 1)
    zero = {"land_mu": 0.0, "used_mu": 0.0}
    last = pd.DataFrame({**head, "enterprises": count, **zero, **none}, index=[0])
    table = pd.concat([*tables, last], ignore_index=True)
    text = dict.fromkeys(("grain", "place", "place_name"), "str")
    counts = dict.fromkeys(("parcels", "enterprises", "without_area"), "int64")
    return table.astype({**text, **counts})


def _figures_of(firms: pd.DataFrame) -> dict[str, Floats]:
    energy = energy_by_basis(firms)
    both = {name: energy[name] if name in energy else firms[name] for name in SUMS}
    return {name: values.to_numpy(dtype=float) for name, values in both.items()}


def _places(
    parcels: pd.DataFrame,
) -> list[tuple[str, npt.NDArray[np.intp], pd.DataFrame]]:
    """By grain the position of each parcel's place, and code and name of every place."""
    found = []
    for grain, (column, name) in GRAINS.items():
        key = parcels.index.to_series() if column == "parcel_id" else parcels[column]
        code, places = pd.factorize(key.to_numpy(dtype=object), sort=True)
        first = pd.Series(parcels[name].to_numpy(), index=code)
        first = first[~first.index.duplicated()]
        lost = code < 0
        names = pd.DataFrame({"place": pd.Series(places, dtype="str")})
        names["place_name"] = first.reindex(range(len(places))).astype("str").to_numpy()
        if lost.any():
            code = np.where(lost, len(places), code)
            names = names.reindex(range(len(places) + 1))
        found.append((grain, code.astype(np.intp), names))
    one = pd.DataFrame({"place": [None], "place_name": [None]})
    return [*found, (DISTRICT, np.zeros(len(parcels), dtype=np.intp), one)]


def _of_grain(
    grain: str,
    code: npt.NDArray[np.intp],
    names: pd.DataFrame,
    parcels: pd.DataFrame,
    parts: Parts,
    figures: dict[str, Floats],
    used: Floats,
    open_: npt.NDArray[np.bool_],
    spans: Sequence[Span],
) -> pd.DataFrame:
    """All rows of one grain."""
    size = len(names)
    place = np.asarray(np.append(code, -1)[parts.parcel], dtype=np.intp)
    land = parcels["land_mu"].to_numpy(dtype=float)
    linked = sum_at(code, used, size)
    total = sum_at(code, np.nan_to_num(land), size)
    columns: dict[str, object] = {
        "grain": grain,
        "place": names["place"],
        "place_name": names["place_name"],
        "parcels": np.bincount(code, minlength=size),
        "enterprises": _distinct(place, parts.firm, size),
        "land_mu": total,
        "without_area": sum_at(code, np.isnan(land) | open_, size).astype("int64"),
        "used_mu": linked,
    }
    of_users = _of_users(parts, figures, place, size)
    for span in spans:
        of_users |= place_growth(span, parts, place, size)
    of_land = _of_land(parcels, code, size)
    for values, base in ((of_users, linked), (of_land, total)):
        for name, value in values.items():
            columns[name] = value
            if name.endswith("_known_mu"):
                columns[name.replace("_known_mu", "_known_share")] = _over(value, base)
    return pd.DataFrame(columns)


def _of_users(
    parts: Parts, figures: dict[str, Floats], place: npt.NDArray[np.intp], size: int
) -> dict[str, Floats]:
    """Sums and ratios of the users of each place; -1 is no place of these."""
    there = place >= 0
    at, firm = place[there], parts.firm[there]
    part, land = parts.part[there], parts.land_mu[there]
    spread = {name: values[firm] * part for name, values in figures.items()}
    spread[LAND] = np.where(np.isnan(part), np.nan, land)
    out: dict[str, Floats] = {}
    for name in figures:
        known = ~np.isnan(spread[name])
        total = sum_at(at[known], spread[name][known], size)
        out[name] = np.where(np.bincount(at[known], minlength=size) > 0, total, np.nan)
    for ratio, (above, below) in RATIOS.items():
        known = ~np.isnan(spread[above]) & ~np.isnan(spread[below])
        top, under, mu = (
            sum_at(at[known], each[known], size) for each in (spread[above], spread[below], land)
        )
        out[ratio] = _over(top, under)
        out[f"{ratio}_known_mu"] = mu
    return out


def _of_land(parcels: pd.DataFrame, code: npt.NDArray[np.intp], size: int) -> dict[str, Floats]:
    """Plot ratio, building density and investment of the parcels of each place."""
    land = parcels["land_mu"].to_numpy(dtype=float)
    measured = parcels["area_mu"].to_numpy(dtype=float)
    tops = {
        "plot_ratio": (parcels["plot_ratio"].to_numpy(dtype=float) * land, land),
        "building_density": (
            parcels["building_density"].to_numpy(dtype=float) * measured,
            measured,
        ),
        "investment_per_mu": (parcels["invested_wan"].to_numpy(dtype=float), land),
    }
    out: dict[str, Floats] = {}
    for name, (above, below) in tops.items():
        known = ~np.isnan(above) & ~np.isnan(below)
        top, under, mu = (sum_at(code[known], each[known], size) for each in (above, below, land))
        out[name] = _over(top, under)
        out[f"{name}_known_mu"] = mu
    return out


def _over(above: Floats, below: Floats) -> Floats:
    out: Floats = np.full(len(above), np.nan)
    np.divide(above, below, out=out, where=below > 0)
    return out


def _distinct(
    place: npt.NDArray[np.intp], firm: npt.NDArray[np.intp], size: int
) -> npt.NDArray[np.intp]:
    """Number of different enterprises of each place."""
    pairs = pd.DataFrame({"place": place, "firm": firm})[place >= 0].drop_duplicates()
    return np.bincount(pairs["place"].to_numpy(), minlength=size)
