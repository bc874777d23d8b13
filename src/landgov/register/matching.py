"""Who may use which parcel, where no link says so: proposals for a person to decide (匹配建议)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgov.crs import transform, working_crs
from landgov.policies import Policy
from landgov.register.containment import points_in_or_near
from landgov.register.likeness import alike
from landgov.register.names import PlaceNames, plain_address, plain_name, plain_number

COLUMNS: Final = (
    "enterprise_id",
    "parcel_id",
    "role",
    "method",
    "score",
    "distance_m",
    "evidence",
    "named",
)
# The surest first: a pair that two ways find is proposed once, by the surer.
METHODS: Final = ("key", "holder", "point", "nearest", "name", "address")
_REPEATED = r"[#?]\d+$"
_UNIT_CODE = 28
_PARCEL_CODE = 19
_DIGIT = r"\d"


def propose_matches(
    parcels: gpd.GeoDataFrame,
    firms: pd.DataFrame,
    links: pd.DataFrame,
    policy: Policy,
    decided: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Propose links for enterprises that have none and for links whose parcel is unknown.

    Nothing is joined by it: a person accepts or rejects each, and what was decided is never
    proposed again.

    Parameters
    ----------
    parcels : GeoDataFrame
        `certificate_no`, `land_code`, `holder_id`, `holder_name`, `location`; working CRS.
    firms : DataFrame
        `name`, `address`, `lon`, `lat` (degrees, CGCS2000), indexed by `enterprise_id`.
    links : DataFrame
        Active links: `parcel_id`, `enterprise_id`, `role`, `joined`.
    policy : Policy
        `match_nearest_m`, `match_name_score`, `former_town_names` are read.
    decided : DataFrame, optional
        Pairs `parcel_id`, `enterprise_id` that people have decided on.

    Returns
    -------
    DataFrame
        `enterprise_id`, `parcel_id`, `role`, `method` (key, holder, point, nearest, name,
        address), `score` 0–1, `distance_m`, `evidence`, `named` (the number that the link
        gives instead of the parcel's, where that is how it was found); the best first for
        each enterprise.

    References
    ----------
    虞政办发〔2021〕86号, 三（二） 全面摸清底数.
    """
    links = links[links["parcel_id"].notna()]
    known = links["joined"].fillna(value=False).astype(bool)
    joined = links[known]
    users = pd.Index(joined["enterprise_id"].dropna().unique())
    free = firms[users.get_indexer(firms.index) < 0]
    # An id that stands for several rows joins with nothing: the rows are to be mended first.
    free = free[~free.index.str.contains(_REPEATED)]
    parcels = parcels[~parcels.index.str.contains(_REPEATED)]
    found = [
        by_key(parcels, links[~known]),
        by_holder(parcels, free),
        by_place(parcels, free, float(policy.setting("match_nearest_m"))),
        *by_words(parcels, free, policy),
    ]
    table = pd.concat([one for one in found if len(one)] or [_none()], ignore_index=True)
    table = table.reindex(columns=list(COLUMNS))
    table["distance_m"] = table["distance_m"].astype("float64")
    table["rank"] = table["method"].map({name: n for n, name in enumerate(METHODS)})
    table = table.sort_values(
        ["enterprise_id", "rank", "score", "parcel_id"], ascending=[True, True, False, True]
    )
    table = _once(table)
    if decided is not None and len(decided):
        settled = pd.MultiIndex.from_frame(decided[["enterprise_id", "parcel_id"]])
        table = table[
            ~pd.MultiIndex.from_frame(table[["enterprise_id", "parcel_id"]]).isin(settled)
        ]
    order = ["enterprise_id", "score", "rank", "parcel_id"]
    table = table.sort_values(order, ascending=[True, False, True, True])
    return table.drop(columns="rank").reset_index(drop=True)


def _once(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the surest of several ways that lead to one pair, and tell the others with it.

    Who is found at a place as well as by the holder's name is proposed as the owner.
    """
    pair = ["enterprise_id", "parcel_id"]
    again = table.duplicated(pair)
    if not again.any():
        return table
    several = table[table.duplicated(pair, keep=False)]
    told = several.groupby(pair, sort=False)["evidence"].agg("；".join)
    owned = pd.MultiIndex.from_frame(several.loc[several["role"].eq("owner"), pair])
    table = table[~again].set_index(pair)
    table.loc[told.index, "evidence"] = told
    at_place = table["method"].isin(["point", "nearest"]).to_numpy() & table.index.isin(owned)
    table["role"] = table["role"].mask(at_place, "owner")
    return table.reset_index()


def by_key(parcels: gpd.GeoDataFrame, unjoined: pd.DataFrame) -> pd.DataFrame:
    """Find the parcel that a link names by another of its numbers (证号, 不动产单元代码, 土地码).

    A number that several parcels bear decides nothing and proposes nothing.
    """
    named = unjoined[unjoined["parcel_id"].notna() & unjoined["enterprise_id"].notna()]
    if not len(named):
        return _none()
    words = named["parcel_id"].map(plain_number)
    found = []
    numbers = {
        "不动产权证号": parcels["certificate_no"].map(plain_number, na_action="ignore"),
        "一码管地编码": parcels["land_code"].map(plain_number, na_action="ignore"),
        "不动产单元代码": pd.Series(parcels.index, index=parcels.index).str.casefold(),
    }
    for label, number in numbers.items():
        asked = words
        if label == "不动产单元代码":
            asked = words.where(words.str.len() == _UNIT_CODE).str[:_PARCEL_CODE]
        known = number[number.notna() & number.ne("")]
        known = known[~known.duplicated(keep=False)]
        parcel = asked.map(pd.Series(known.index, index=known.to_numpy()))
        hit = parcel.notna()
        found.append(
            pd.DataFrame(
                {
                    "enterprise_id": named.loc[hit, "enterprise_id"],
                    "parcel_id": parcel[hit],
                    "role": named.loc[hit, "role"],
                    "method": "key",
                    "score": 1.0,
                    "distance_m": np.nan,
                    "evidence": label + " " + named.loc[hit, "parcel_id"],
                    "named": named.loc[hit, "parcel_id"],
                }
            )
        )
    return pd.concat(found, ignore_index=True)


def by_holder(parcels: gpd.GeoDataFrame, firms: pd.DataFrame) -> pd.DataFrame:
    """Propose the holder of the right as the owner, where its code is on the parcel."""
    held = parcels["holder_id"].dropna()
    held = held[firms.index.get_indexer(pd.Index(held)) >= 0]
    return pd.DataFrame(
        {
            "enterprise_id": held.to_numpy(),
            "parcel_id": held.index.to_numpy(),
            "role": "owner",
            "method": "holder",
            "score": 1.0,
            "distance_m": np.nan,
            "evidence": "权利人代码相同",
        }
    )


def by_place(parcels: gpd.GeoDataFrame, firms: pd.DataFrame, nearest_m: float) -> pd.DataFrame:
    """Propose the parcel in which an enterprise's point lies, else the nearest within reach.

    A point inside scores 0.9, since an address point may be a gate or an office; the nearest
    falls from 0.8 at the border to 0.5 at `nearest_m`.
    """
    located = firms[firms["lon"].notna() & firms["lat"].notna()]
    if not len(located):
        return _none()
    points = gpd.GeoSeries(
        shapely.points(located["lon"].to_numpy(), located["lat"].to_numpy()),
        index=located.index,
        crs=4490,
    )
    there = transform(points, working_crs(parcels.crs)).to_numpy()
    point, plot, distance = points_in_or_near(parcels.geometry.to_numpy(), there, nearest_m)
    inside = distance == 0
    return pd.DataFrame(
        {
            "enterprise_id": located.index.to_numpy()[point],
            "parcel_id": parcels.index.to_numpy()[plot],
            "role": "user",
            "method": np.where(inside, "point", "nearest"),
            "score": np.where(inside, 0.9, 0.8 - 0.3 * distance / max(nearest_m, 1e-9)),
            "distance_m": distance,
            "evidence": np.where(inside, "企业坐标在地块内", "企业坐标在地块附近"),
        }
    )


def by_words(
    parcels: gpd.GeoDataFrame, firms: pd.DataFrame, policy: Policy
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Propose parcels whose holder's name, or whose location, reads like the enterprise's."""
    least = float(policy.setting("match_name_score"))
    towns: Mapping[str, str] = policy.settings.get("town_codes", {})
    former: Mapping[str, str] = policy.settings.get("former_town_names", {})
    present = {old: towns[code] for old, code in former.items() if code in towns}
    here = PlaceNames(tuple(policy.setting("place_names")), present)
    names = alike(
        firms["name"].map(lambda word: plain_name(word, here), na_action="ignore"),
        parcels["holder_name"].map(lambda word: plain_name(word, here), na_action="ignore"),
        least=least,
    )
    # An address without a number is a street or a village: it says nothing of one parcel.
    addresses, places = (
        words[words.str.contains(_DIGIT, na=False)]
        for words in (firms["address"], parcels["location"])
    )
    near = alike(
        addresses.map(lambda word: plain_address(word, here)),
        places.map(lambda word: plain_address(word, here)),
        least=least,
    )
    return (
        _worded(names, "name", "owner", 0.85, "权利人名称相近", parcels["holder_name"]),
        _worded(near, "address", "user", 0.7, "地址与坐落相近", parcels["location"]),
    )


def _worded(
    pairs: pd.DataFrame, method: str, role: str, most: float, words: str, shown: pd.Series
) -> pd.DataFrame:
    """Lay found pairs out; likeness of words never counts as much as a number or a place."""
    if not len(pairs):
        return _none()
    given = pairs.groupby("left")["left"].transform("size")
    count = pairs["count"].astype("str")
    more = ("（相近的共 " + count + " 块）").where(pairs["count"].gt(given), "")
    return pd.DataFrame(
        {
            "enterprise_id": pairs["left"],
            "parcel_id": pairs["right"],
            "role": role,
            "method": method,
            "score": (pairs["score"] * most).round(4),
            "distance_m": np.nan,
            "evidence": words + "：" + pairs["right"].map(shown).astype(object) + more,
        }
    )


def _none() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
