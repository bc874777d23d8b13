"""Who uses which parcel (用地关系): the patterns of `scenarios/users.csv` laid on parcels."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgov.demo.catalogue import Floats, Ints, draw, scenarios

Objects = npt.NDArray[np.object_]


def make_links(parcels: pd.DataFrame, rng: np.random.Generator, *, clean: bool) -> pd.DataFrame:
    """Lay a pattern of users on each parcel.

    Parameters
    ----------
    parcels : DataFrame
        `scope`, `land` (亩), `planted`, `letter`.
    rng : Generator
        Source of chance.
    clean : bool
        Without defects of rows.

    Returns
    -------
    DataFrame
        One row a link: `parcel` and `firm` (row numbers), `lessor` (firm or -1), what the
        source says (`role`, `area`, `share`, `from`, `to`, as text or 亩), and what is right:
        `active` on as_of and `worked` (亩, missing where the contract says so; `unclear` where
        it says nothing).
    """
    rows = scenarios("users")
    heads = rows.drop_duplicates("pattern").reset_index(drop=True)
    pattern = _patterns(parcels, heads, rng, clean=clean)
    pieces = [
        _lay(name, rows[rows["pattern"] == name], np.flatnonzero(pattern == name), parcels)
        for name in heads["pattern"]
        if name != "no_link"
    ]
    links = pd.concat(pieces, ignore_index=True)
    links = links.sort_values(["parcel", "slot"], kind="stable", ignore_index=True)
    _number_firms(links, rng)
    scope = scenarios("scope")
    links["factory"] = (scope["firm"] != "trade").to_numpy()[
        parcels["scope"].to_numpy()[links["parcel"]]
    ]
    planted = (parcels["planted"] != "").to_numpy()[links["parcel"]]
    keystone = (parcels["letter"] == "K").to_numpy()[links["parcel"]]
    links["low"], links["healthy"] = planted & ~keystone, planted & keystone
    return links


def _patterns(
    parcels: pd.DataFrame, heads: pd.DataFrame, rng: np.random.Generator, *, clean: bool
) -> Objects:
    scope = scenarios("scope").iloc[parcels["scope"]]
    industrial = (scope["group"] == "industrial").to_numpy()
    planted = (parcels["planted"] != "").to_numpy()
    land = parcels["land"].to_numpy()
    needs = heads["min_mu"].astype(float).to_numpy()
    chosen = np.full(len(parcels), int(np.flatnonzero(heads["pattern"] == "no_link")[0]))
    # Parcels large enough for every pattern draw first among all, smaller ones among fewer.
    steps = np.append(np.unique(needs), np.inf)
    for low, high in pairwise(steps):
        here = np.flatnonzero(industrial & ~planted & (land >= low + 0.3) & (land < high + 0.3))
        chosen[here] = draw(heads, needs <= low, len(here), rng, least=1)
    wanted = scope["firm"].to_numpy()
    trade = (wanted == "trade") & (rng.random(len(parcels)) < 0.6)
    chosen[trade | (wanted == "factory") | planted] = 0
    names = heads["pattern"].to_numpy(dtype=object)
    twin = heads["twin"].to_numpy(dtype=object)
    if clean:
        sound = {"ambiguous_lessor": "owner_stated"}
        names = np.array([sound.get(n, t or n) for n, t in zip(names, twin, strict=True)])
    laid: Objects = names.astype(object)[chosen]
    return laid


def _lay(name: str, slots: pd.DataFrame, at: Ints, parcels: pd.DataFrame) -> pd.DataFrame:
    land = parcels["land"].to_numpy()[at]
    stated: dict[str, Floats] = {"land": land}
    pieces = []
    told = [dict(zip(slots.columns, row, strict=True)) for row in slots.astype(str).to_numpy()]
    for slot in told:
        area = _area(slot["area"], land)
        share = float(slot["share"] or "nan")
        sound = share if share <= 1 else np.nan
        stated[f"s{slot['slot']}"] = np.where(np.isnan(area), sound * land, area)
        piece = pd.DataFrame({"parcel": at, "area": area, "share": share})
        piece["pattern"], piece["slot"], piece["role"] = name, int(slot["slot"]), slot["role"]
        piece["lessor_slot"] = int(slot["lessor"] or -1)
        piece["from"], piece["to"] = slot["from"], slot["to"]
        piece["active"], piece["issue"] = slot["active"] == "yes", slot["issue"]
        pieces.append(piece)
    for slot, piece in zip(told, pieces, strict=True):
        piece["worked"] = _work(slot["worked"], stated)
        piece["unclear"] = slot["worked"] == "unclear"
    return pd.concat(pieces, ignore_index=True)


def _area(words: str, land: Floats) -> Floats:
    """Read what the source states: ``=9.99`` 亩, a part of the parcel, or nothing."""
    if not words:
        return np.full(len(land), np.nan)
    if words.startswith("="):
        return np.full(len(land), float(words[1:]))
    return np.round(land * float(words), 2)


def _work(words: str, stated: dict[str, Floats]) -> Floats:
    """Work out the land as the catalogue states it, for example ``s0-s1-s2``."""
    first, *rest = words.split("-")
    if first not in stated:
        return np.full(len(stated["land"]), np.nan)
    worked = stated[first].copy()
    for term in rest:
        worked -= stated[term]
    return worked


def _number_firms(links: pd.DataFrame, rng: np.random.Generator) -> None:
    """Give each link an enterprise of its own, but two or three parcels one in common."""
    firm = np.arange(len(links))
    common = np.flatnonzero((links["pattern"] == "several_parcels").to_numpy())
    sizes = rng.integers(2, 4, size=len(common))
    starts = np.concatenate([[0], np.cumsum(sizes)])
    groups = np.searchsorted(starts, np.arange(len(common)), side="right") - 1
    if len(common):
        firm[common] = firm[common[starts[groups]]]
    links["firm"] = np.unique(firm, return_inverse=True)[1]
    first = links["firm"].to_numpy()
    slot, lessor = links["slot"].to_numpy(), links["lessor_slot"].to_numpy()
    back = np.arange(len(links)) - slot + lessor
    links["lessor"] = np.where(lessor >= 0, first[np.maximum(back, 0)], -1)
