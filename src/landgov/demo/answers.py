"""The right answers (标准答案), composed from what was planted; landgov takes no part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from landgov.demo.catalogue import (
    NO,
    UNKNOWN,
    UNSTATED,
    YES,
    Floats,
    Ints,
    answers,
    both,
    either,
    scenarios,
    texts,
    words,
)
from landgov.demo.facts import District
from landgov.demo.places import make_platforms, place_platforms, place_towns

AS_OF: Final = "2022-12-31"
#: Written where the right answer is an empty cell; an empty cell states nothing.
NONE: Final = "none"
Objects = npt.NDArray[np.object_]


def over_links(district: District, by_firm: Ints) -> Ints:
    """Take Kleene's OR over the active links of each parcel; no link is unknown."""
    links = district.links[district.links["active"]]
    count = len(district.parcels)
    result = np.full(count, NO)
    said = by_firm[links["firm"]]
    np.maximum.at(result, links["parcel"].to_numpy(), said)
    unstated = np.zeros(count, dtype=bool)
    unstated[links["parcel"].to_numpy()[said == UNSTATED]] = True
    result = np.where(unstated & (result != YES), UNSTATED, result)
    return np.where(district.parcels["active_links"] == 0, UNKNOWN, result)


def _finding(district: District, column: str) -> Ints:
    """Compose findings on the parcel with those on its users; without a user only a yes counts."""
    rows = scenarios("findings")
    said = []
    for table in (district.parcels, district.firms):
        chosen = table["finding"].to_numpy()
        said.append(np.where(chosen >= 0, answers(rows, column, np.maximum(chosen, 0)), NO))
    users = over_links(district, said[1])
    users = np.where(district.parcels["active_links"] == 0, UNSTATED, users)
    return either(said[0], users)


def parcel_answers(district: District, placement: Placement) -> pd.DataFrame:
    """State the answers of every parcel, one row a parcel, in the order of the parcels."""
    parcels, firms = district.parcels, district.firms
    kinds, kind = scenarios("firms"), firms["kind"].to_numpy()
    scope = answers(scenarios("scope"), "answer", parcels["scope"].to_numpy())
    said = {"in_scope": scope}
    for category in ("low", "three_low"):
        firm = answers(kinds, category, kind)
        said[category] = both(scope, over_links(district, firm))
    two_high = answers(scenarios("lists"), "two_high", firms["listed"].to_numpy())
    said["two_high"] = both(scope, over_links(district, two_high))
    for name, column in (("four_without", "four"), ("wider_violations", "wider")):
        said[name] = both(scope, _finding(district, column))
    said["collective"] = _collective(district, scope)
    table = pd.DataFrame({"parcel_id": parcels["id"]})
    for name, answer in said.items():
        table["low_efficiency" if name == "low" else name] = words(answer)
    _supply(district, table, scope, said["low"])
    _land(district, table, said["low"], scope)
    _places(district, placement, table)
    return table


def _collective(district: District, scope: Ints) -> Ints:
    rows, chosen = scenarios("collective"), district.parcels["collective"].to_numpy()
    owner = texts(rows, "ownership", chosen)
    owned = np.select([owner == "collective", owner == "state"], [YES, NO], default=UNKNOWN)
    symptom = either(answers(rows, "symptom", chosen), _finding(district, "papers"))
    symptom = either(symptom, _finding(district, "hazard"))
    return both(both(scope, owned), symptom)


def _supply(district: District, table: pd.DataFrame, scope: Ints, low: Ints) -> None:
    """State idle, land state and stock, in the order in which the contract asks."""
    rows, chosen = scenarios("supply"), district.parcels["supply"].to_numpy()
    known = scope == YES
    idle = texts(rows, "idle", chosen)
    develop, partly = answers(rows, "to_develop", chosen), answers(rows, "partly", chosen)
    table["idle"] = np.where(known, idle, "")
    owner = texts(scenarios("collective"), "ownership", district.parcels["collective"].to_numpy())
    struck = known & np.isin(idle, ["not_started", "suspended"])
    basis = np.select([owner == "state", owner == "collective"], ["law", "by_reference"], "")
    table["idle_basis"] = np.where(struck, basis, "")
    table["idle_from"] = np.where(known, texts(rows, "idle_from", chosen), "")
    unstated = (idle == "") | (develop == UNSTATED) | (partly == UNSTATED)
    table["land_state"] = np.select(
        [
            scope == NO,
            scope == UNKNOWN,
            np.isin(idle, ["not_started", "suspended", "excused"]),
            idle == "unknown",
            unstated,
            develop == YES,
            partly == YES,
            partly == UNKNOWN,
        ],
        [NONE, "unknown", "idle", "unknown", "", "to_develop", "partly_used", "unknown"],
        default=np.array(["in_use", "unknown", "inefficient"], dtype=object)[low],
    )
    table["stock"] = words(both(scope, answers(rows, "stock", chosen)))
    table["supplied_not_used"] = np.where(known, texts(rows, "not_used", chosen), "")


def _land(district: District, table: pd.DataFrame, low: Ints, scope: Ints) -> None:
    """State the land of each parcel, and the land in 低效 where every link can be summed."""
    table["land_mu"] = district.parcels["land"].round(6)
    links = district.links[district.links["active"]]
    firm_low = answers(scenarios("firms"), "low", district.firms["kind"].to_numpy())
    parcel, worked = links["parcel"].to_numpy(), links["worked"].to_numpy()
    total = np.zeros(len(table))
    np.add.at(total, parcel, np.where(firm_low[links["firm"]] == YES, worked, worked * 0))
    sure = np.isin(low, [YES, NO]) & (scope == YES) & ~np.isnan(total)
    table["low_efficiency_mu"] = np.where(sure, np.round(total, 6), np.nan)


@dataclass(frozen=True)
class Placement:
    """Where the parcels lie.

    Attributes
    ----------
    town, platform : array of str
        Code and id; empty where none.
    doubtful : array of bool
        A platform's share is too near to one half to state an answer.
    shared : DataFrame
        `shape` (row number of the parcel), `kind`, `place`, `share` of the straddlers.
    """

    town: Objects
    platform: Objects
    doubtful: npt.NDArray[np.bool_]
    shared: pd.DataFrame


def place(district: District) -> Placement:
    """Measure in which town and platform each parcel lies."""
    town, across_towns = place_towns(district.parcels, district.frame.towns)
    platforms = _as_sent(make_platforms(district.frame))
    platform, across, doubtful = place_platforms(district.parcels, platforms, AS_OF)
    shared = pd.concat([across_towns, across], ignore_index=True)
    return Placement(town, platform, doubtful, shared[["shape", "kind", "place", "share"]])


def _as_sent(places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Take the corners as the file has them: degrees of seven digits, about a centimetre."""
    degrees = shapely.transform(places.to_crs(4326).geometry, lambda points: np.round(points, 7))
    return places.set_geometry(gpd.GeoSeries(degrees, crs=4326).to_crs(places.crs))


def _places(district: District, placement: Placement, table: pd.DataFrame) -> None:
    town, platform, doubtful = placement.town, placement.platform, placement.doubtful
    table["town_code"] = town
    table["platform_id"] = np.where(doubtful, "", np.where(platform == "", NONE, platform))
    named = dict(zip(district.frame.towns["town_code"], district.frame.towns["town"], strict=True))
    unit = pd.Series(town).map(named).fillna("").to_numpy(dtype=object)
    unit = np.where(platform == "PT-01", "杭州湾综管办", unit)
    table["unit"] = np.where(doubtful, "", unit)


def enterprise_answers(district: District) -> pd.DataFrame:
    """State land and tax per 亩 of the enterprises that use land on `AS_OF`."""
    firms = district.firms
    kinds, kind = scenarios("firms"), firms["kind"].to_numpy()
    land: Floats = firms["land"].to_numpy()
    aim = texts(kinds, "tax", kind)
    paid = ~np.isin(aim, ["missing", "norow"]) & ~pd.Series(aim).str.startswith("bad:").to_numpy()
    ratio = np.where(paid & ~np.isnan(land), firms["tax_wan"].to_numpy() / land, np.nan)
    table = pd.DataFrame(
        {
            "enterprise_id": firms["code"],
            "land_mu": _text(land),
            "tax_per_mu": _text(ratio),
        }
    )
    return table[(firms["used"] & ~firms["unclear"]).to_numpy()].reset_index(drop=True)


def _text(values: Floats) -> Objects:
    return np.array(
        [NONE if np.isnan(v) else f"{v:.9f}".rstrip("0").rstrip(".") for v in values], dtype=object
    )


def link_answers(district: District) -> pd.DataFrame:
    """State the land that each active link holds; left out where the contract is silent."""
    links = district.links[district.links["active"] & ~district.links["unclear"]]
    return pd.DataFrame(
        {
            "parcel_id": district.parcels["id"].to_numpy()[links["parcel"]],
            "enterprise_id": district.firms["code"].to_numpy()[links["firm"]],
            "area_worked_mu": _text(links["worked"].to_numpy()),
        }
    ).reset_index(drop=True)


def totals(parcels: pd.DataFrame) -> pd.DataFrame:
    """Count parcels and sum land (亩) for each answer that is stated."""
    parcels = parcels.assign(land_mu=pd.to_numeric(parcels["land_mu"], errors="coerce"))
    lines: list[tuple[str, str, int, float]] = [
        ("parcels", "all", len(parcels), float(parcels["land_mu"].sum()))
    ]
    names = [
        "in_scope",
        "low_efficiency",
        "three_low",
        "two_high",
        "four_without",
        "wider_violations",
        "collective",
        "idle",
        "land_state",
        "stock",
        "town_code",
        "platform_id",
    ]
    for name in names:
        for answer, group in parcels.groupby(name, sort=True):
            said = str(answer) or "(not stated)"
            lines.append((name, said, len(group), float(group["land_mu"].sum())))
    table = pd.DataFrame(lines, columns=["column", "answer", "parcels", "land_mu"])
    return table.round({"land_mu": 4})
