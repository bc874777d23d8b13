"""What is planted on each parcel (事实): use, land, who uses it, findings, supply.

Every side of a parcel draws a scenario of its own; the answers compose by Kleene's tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyproj
import shapely

from landgov.demo.catalogue import Bools, Floats, Ints, draw, scenarios, texts, twins
from landgov.demo.firms import make_firms, settle_tax
from landgov.demo.frame import CRS, Frame
from landgov.demo.lots import bend
from landgov.demo.users import make_links

#: Share of lots that are industrial in an industrial block, and in another.
_INDUSTRIAL, _OTHER, _BLOCKS = 0.95, 0.14, 0.57


#: Edges are straight on this map, as in the formula of the national land survey.
_CYLINDER = "+proj=cea +lon_0=120 +lat_ts=0 +ellps=GRS80 +units=m"


@dataclass
class District:
    """Everything that was planted, before departments write it down.

    Attributes
    ----------
    frame : Frame
        Towns, lattice, river.
    parcels : DataFrame
        One row a parcel; `scope`, `users`, `finding`, `collective`, `supply` are rows of the
        catalogues (-1: none); `cert` and `land` in 亩.
    firms, links : DataFrame
        Enterprises, and who uses which parcel (`parcel`, `firm`, `lessor` are row numbers).
    seed, clean : int, bool
        As asked.
    figures : dict
        The year's figures, once they were made: they are made once.
    """

    frame: Frame
    parcels: pd.DataFrame
    firms: pd.DataFrame
    links: pd.DataFrame
    seed: int
    clean: bool
    figures: dict[str, Floats] = field(default_factory=dict)


def make_facts(frame: Frame, lots: pd.DataFrame, seed: int, *, clean: bool) -> District:
    """Draw the scenarios of every parcel and enterprise."""
    rng = np.random.default_rng([seed, 3])
    parcels = lots.copy()
    parcels["geometry"] = bend(lots, clean=clean)
    parcels["scope"] = _scope(parcels, rng, clean=clean)
    planar = shapely.area(lots["geometry"].to_numpy()) * 3 / 2000
    noise = np.clip(rng.normal(0, 0.0012, len(lots)), -0.004, 0.004)
    parcels["cert"] = np.round(planar * (1 + noise), 2)
    parcels["land"] = parcels["cert"]
    links = make_links(parcels, rng, clean=clean)
    firms = make_firms(links, int(links["firm"].max()) + 1, seed, clean_twins=clean)
    _lose_certificates(parcels, links, firms, rng)
    settle_tax(firms)
    district = District(frame, parcels, firms, links, seed, clean)
    _findings(district, rng)
    _collective(district, rng)
    _supply(district, rng)
    _codes(parcels, rng)
    return district


def is_industrial(parcels: pd.DataFrame) -> Bools:
    """Tell which parcels drew an industrial use (in scope or open)."""
    return (scenarios("scope")["group"] == "industrial").to_numpy()[parcels["scope"]]


def _scope(parcels: pd.DataFrame, rng: np.random.Generator, *, clean: bool) -> Ints:
    rows = scenarios("scope")
    group = (rows["group"] == "industrial").to_numpy()
    blocks = parcels["block"].to_numpy()
    share = np.where(rng.random(int(blocks.max()) + 1) < _BLOCKS, _INDUSTRIAL, _OTHER)
    industrial = rng.random(len(parcels)) < share[blocks]
    planted = (parcels["planted"] != "").to_numpy()
    chosen = np.zeros(len(parcels), dtype=np.int64)
    for wanted in (industrial, ~industrial):
        eligible = group if wanted is industrial else ~group
        chosen[wanted] = draw(rows, eligible, int(wanted.sum()), rng)
    chosen[planted] = 0
    return twins(rows)[chosen] if clean else chosen


def measured_mu(shapes: np.ndarray[tuple[int], np.dtype[np.object_]]) -> Floats:
    """Measure on the ellipsoid of CGCS2000 (亩), as PROJ lays it on the equal-area cylinder."""
    # GRS80 is the same ellipsoid as CGCS2000 to 0.1 mm.
    to_map = pyproj.Transformer.from_crs(CRS, _CYLINDER, always_xy=True)

    def turn(points: Floats) -> Floats:
        return np.column_stack(to_map.transform(points[:, 0], points[:, 1]))

    return np.asarray(shapely.area(shapely.transform(shapes, turn)) * 3 / 2000)


def _lose_certificates(
    parcels: pd.DataFrame, links: pd.DataFrame, firms: pd.DataFrame, rng: np.random.Generator
) -> None:
    """Take the certificate's area from some parcels with one plain user, whose land is measured."""
    ranged = scenarios("firms")["tax"].str.contains("..", regex=False).to_numpy()[firms["kind"]]
    plain = links[(links["pattern"] == "owner_blank") & ranged[links["firm"]]]
    pool = plain["parcel"].to_numpy()
    pool = pool[(parcels["planted"].to_numpy() == "")[pool]]
    lost = np.sort(rng.choice(pool, size=min(len(pool), max(1, len(parcels) // 40)), replace=False))
    parcels["lost"] = False
    parcels.loc[lost, ["lost"]] = True
    parcels.loc[lost, "cert"] = np.nan
    parcels.loc[lost, "land"] = measured_mu(parcels["geometry"].to_numpy()[lost])
    mine = links["parcel"].isin(lost)
    links.loc[mine, "worked"] = parcels["land"].to_numpy()[links.loc[mine, "parcel"]]
    firms.loc[links.loc[mine, "firm"], "land"] = links.loc[mine, "worked"].to_numpy()


def _findings(district: District, rng: np.random.Generator) -> None:
    rows = scenarios("findings")
    rows = rows.assign(weight=rows["weight"])
    fit = {"parcels": ["parcel", "both"], "firms": ["firm", "both"]}
    for side, table in (("parcels", district.parcels), ("firms", district.firms)):
        chance = np.full(len(table), 0.10)
        if side == "parcels":
            chance = np.where(is_industrial(table), 0.13, 0.02)
            chance[(table["planted"] != "").to_numpy()] = 0
        else:
            chance[(table["low"] | table["healthy"]).to_numpy(dtype=bool)] = 0
        struck = np.flatnonzero(rng.random(len(table)) < chance)
        chosen = np.full(len(table), -1, dtype=np.int64)
        eligible = rows["subject"].isin(fit[side]).to_numpy()
        chosen[struck] = draw(rows, eligible, len(struck), rng)
        if district.clean:
            chosen[struck] = twins(rows)[chosen[struck]]
        table["finding"] = chosen


def _collective(district: District, rng: np.random.Generator) -> None:
    rows = scenarios("collective")
    parcels = district.parcels
    chosen = np.zeros(len(parcels), dtype=np.int64)
    industrial = is_industrial(parcels) & (parcels["planted"] == "").to_numpy()
    every = np.ones(len(rows), dtype=bool)
    chosen[industrial] = draw(rows, every, int(industrial.sum()), rng)
    other = np.flatnonzero(~industrial & (parcels["planted"] == "").to_numpy())
    chosen[other] = rng.choice([0, 1, 3, 6], size=len(other), p=[0.6, 0.1, 0.2, 0.1])
    parcels["collective"] = twins(rows)[chosen] if district.clean else chosen


def reporting(district: District) -> tuple[Ints, Ints, Ints]:
    """Count for each parcel: active links, of them reporting, and other links or doubtful ones."""
    links, count = district.links, len(district.parcels)
    says = texts(scenarios("firms"), "reports", district.firms["kind"].to_numpy())[links["firm"]]
    active = links["active"].to_numpy()
    parcel = links["parcel"].to_numpy()
    active_count = np.bincount(parcel[active], minlength=count)
    reports = np.bincount(parcel[active & (says == "yes")], minlength=count)
    doubtful = np.bincount(parcel[(active & (says == "mixed")) | ~active], minlength=count)
    return active_count, reports, doubtful


def _supply(district: District, rng: np.random.Generator) -> None:
    """Draw supply, contract and works; an absent contract only where the contract text decides."""
    rows = scenarios("supply")
    parcels = district.parcels
    active, reports, doubtful = reporting(district)
    industrial = (
        is_industrial(parcels)
        | (scenarios("scope")["answer"] == "unknown").to_numpy()[parcels["scope"]]
    )
    empty = (active == 0) & (doubtful == 0)
    state = np.select(
        [empty, (active > 0) & (reports == active), (reports == 0) & (doubtful == 0)],
        ["any nolink silent", "any reports", "any silent"],
        default="any",
    ).astype(object)
    chosen = np.zeros(len(parcels), dtype=np.int64)
    planted = (parcels["planted"] != "").to_numpy()
    for name in sorted(set(state)):
        here = np.flatnonzero((state == name) & industrial & ~planted)
        eligible = rows["needs"].isin(str(name).split()).to_numpy()
        chosen[here] = draw(rows, eligible, len(here), rng)
    chosen[planted] = int(np.flatnonzero(rows["id"] == "built")[0])
    parcels["supply"] = twins(rows)[chosen] if district.clean else chosen
    parcels["active_links"] = active


def _codes(parcels: pd.DataFrame, rng: np.random.Generator) -> None:
    """Compose parcel codes (宗地代码): district, cadastral zone and sub-zone, right, number."""
    rows = scenarios("collective")
    owner = texts(rows, "ownership", parcels["collective"].to_numpy())
    right = np.where(owner == "collective", "JB", np.where(owner == "state", "GB", "ZW"))
    zone = parcels["cluster"].to_numpy() + 1
    order = parcels.groupby("cluster")["block"].rank(method="dense").to_numpy(dtype=np.int64)
    sub = (order - 1) // 60 + 1
    # Land of the former 上虞市 keeps the old district digits.
    head = np.where(rng.random(len(parcels)) < 0.03, "330682", "330604")
    key = pd.DataFrame({"head": head, "zone": zone, "sub": sub, "right": right})
    number = key.groupby(["head", "zone", "sub", "right"]).cumcount().to_numpy() + 1
    parcels["id"] = [
        f"{h}{z:03d}{s:03d}{r}{n:05d}"
        for h, z, s, r, n in zip(head, zone, sub, right, number, strict=True)
    ]
