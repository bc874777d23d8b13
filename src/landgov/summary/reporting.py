"""The table of land by place, category and ownership, in which each 亩 stands once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from landgov.policies import Policy
from landgov.quality import named_among
from landgov.rules import Judgement
from landgov.summary.clusters import cluster_candidates
from landgov.summary.pieces import OPEN, YES, LandPieces, facts_of, land_pieces
from landgov.summary.rounding import MU_DIGITS

ONCE, ALSO, DOUBT = "once", "also", "open"
"""Lines of a table: counted once; in the category too, though counted in another; in doubt."""
PLACE = (
    "town_code",
    "town",
    "unit",
    "pilot",
    "platform_id",
    "platform",
    "platform_level",
    "cluster",
    "ownership",
)
"""Columns of a parcel that, with category and line, tell the rows of the table apart."""
CANDIDATE, STRADDLER, OUTSIDE, UNKNOWN = "cluster_candidate", "straddler", "outside", "unknown"


def with_summary(
    parcels: gpd.GeoDataFrame,
    judged: Judgement,
    places: pd.DataFrame,
    policy: Policy,
    platforms_given: bool,
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Add `cluster` and `pilot` to the parcels, and sum their land as `summarise` does.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）, 二（三）2.
    """
    across = pd.Index(places.loc[places["kind"].eq("platform"), "parcel_id"])
    parcels = parcels.assign(
        cluster=cluster_candidates(parcels, across, policy, platforms_given=platforms_given),
        pilot=in_pilot(parcels["town"], policy.setting("pilot_towns")),
    )
    table = summarise(parcels, judged, places, policy, platforms_given=platforms_given)
    return parcels, table


def summarise(
    parcels: gpd.GeoDataFrame,
    judged: Judgement,
    places: pd.DataFrame,
    policy: Policy,
    *,
    platforms_given: bool,
) -> pd.DataFrame:
    """Sum land by town, platform, category and ownership, each 亩 once (汇总表).

    Parameters
    ----------
    parcels : GeoDataFrame
        The judged parcels, with `cluster` and `pilot`.
    judged : Judgement
        Rulings and links.
    places : DataFrame
        Shares of the straddlers.
    policy : Policy
        `category_order` decides where land in two or more categories is counted.
    platforms_given : bool
        Whether the workspace names the platforms.

    Returns
    -------
    DataFrame
        One row a place, category, ownership and `line`: `parcels`, `without_area`
        (parcels with land that is not known), `enterprises`, `mu`. The lines ``once`` add
        up to all land; ``also`` is land of a category that is counted in another,
        ``open`` land of which it is not known. Parcels and enterprises are counted in
        every row that they have land in.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）, 三（九）.
    """
    facts, scope = facts_of(judged)
    pieces = land_pieces(judged.users, facts, scope, policy.setting("category_order"))
    place = parcels.reindex(columns=list(PLACE))
    place["platform_level"] = _level(parcels, places, platforms_given=platforms_given)
    place["ownership"] = parcels["ownership"].where(parcels["ownership"].notna(), UNKNOWN)
    return table_of(pieces, place)


def table_of(pieces: LandPieces, place: pd.DataFrame) -> pd.DataFrame:
    """Sum pieces of land by the place of their parcels, by category and line.

    Parameters
    ----------
    pieces : LandPieces
        Pieces of all parcels.
    place : DataFrame
        One row a parcel, in the order of `pieces`.
    """
    keys = list(place.columns)
    code = place.groupby(keys, sort=True, dropna=False).ngroup().to_numpy()
    named = place.assign(_code=code).drop_duplicates("_code").set_index("_code")
    first = pd.Categorical(pieces.primary)
    counted = [_summed(pieces, code, first.categories, first.codes, ONCE)]
    for category, rank in pieces.answers.items():
        elsewhere = (rank == YES) & (pieces.primary != category)
        for line, chosen in ((ALSO, elsewhere), (DOUBT, rank == OPEN)):
            word = pd.Index([category])
            counted.append(_summed(pieces, code, word, np.where(chosen, 0, -1), line))
    rows = pd.concat(counted, ignore_index=True)
    table = named.loc[rows.pop("_code")].reset_index(drop=True).join(rows)
    order = [*keys, "category", "line"]
    table = table[[*order, "parcels", "without_area", "enterprises", "mu"]]
    return table.sort_values(order, kind="stable", na_position="last", ignore_index=True)


def _summed(
    pieces: LandPieces, code: np.ndarray, words: pd.Index, word: np.ndarray, line: str
) -> pd.DataFrame:
    """One line of the table: pieces by place and category; word -1 is in none."""
    chosen = word >= 0
    parcel, firm, measured = pieces.parcel[chosen], pieces.firm[chosen], pieces.measured[chosen]
    groups, group = np.unique(
        code[parcel].astype(np.int64) * len(words) + word[chosen], return_inverse=True
    )
    units = np.zeros(len(groups), dtype=np.int64)
    np.add.at(units, group, pieces.units[chosen])
    known = np.bincount(group[measured], minlength=len(groups)) > 0
    return pd.DataFrame(
        {
            "_code": groups // len(words),
            "category": pd.Series(words.to_numpy()[groups % len(words)], dtype="str"),
            "line": line,
            "parcels": _distinct(group, parcel, len(groups)),
            "without_area": _distinct(group[~measured], parcel[~measured], len(groups)),
            "enterprises": _distinct(group[firm >= 0], firm[firm >= 0], len(groups)),
            # Whole numbers over a power of ten: with six decimals they are what was summed.
            "mu": np.where(known, units / 10**MU_DIGITS, np.nan),
        }
    )


def _distinct(group: np.ndarray, member: np.ndarray, count: int) -> np.ndarray:
    """How many different members each group has."""
    most = int(member.max(initial=0)) + 1
    pairs = np.unique(group.astype(np.int64) * most + member)
    return np.bincount(pairs // most, minlength=count)


def _level(
    parcels: gpd.GeoDataFrame, places: pd.DataFrame, *, platforms_given: bool
) -> pd.Series[Any]:
    """Level of the platform; in none, whether near others, across a border, or outside."""
    level = parcels["platform_level"].astype(object)
    across = places.loc[places["kind"].eq("platform"), "parcel_id"]
    tests = [
        parcels["platform_id"].notna().to_numpy(),
        parcels.geometry.isna().to_numpy() | (not platforms_given),
        parcels["cluster"].notna().to_numpy(),
        named_among(parcels.index, across),
    ]
    words = [level.fillna(UNKNOWN).to_numpy(), UNKNOWN, CANDIDATE, STRADDLER]
    found = np.select(tests, words, default=OUTSIDE)
    return pd.Series(found, index=parcels.index, dtype="str")


def in_pilot(town: pd.Series[Any], pilot_towns: Sequence[str]) -> pd.Series[Any]:
    """Whether each parcel lies in the pilot area (试点); unknown where the town is.

    References
    ----------
    虞政办发〔2021〕86号, 二（三）2.

    Examples
    --------
    >>> in_pilot(pd.Series(["东关街道", "百官街道", None]), ["东关街道"]).tolist()
    [True, False, <NA>]
    """
    return town.isin(list(pilot_towns)).astype("boolean").mask(town.isna())


def summary_totals(table: pd.DataFrame) -> dict[str, Any]:
    """亩 of each category with each 亩 once, of the whole and of the pilot area."""
    pilot = table[table["pilot"].eq(other=True).fillna(value=False)]
    return {
        "land_once_mu": _by_category(table),
        "pilot_land_once_mu": _by_category(pilot),
        "cluster_candidates": int(table["cluster"].nunique()),
    }


def _by_category(table: pd.DataFrame) -> dict[str, float]:
    once = table[table["line"] == ONCE]
    units = (once["mu"].fillna(0) * 10**MU_DIGITS).round().astype("int64")
    sums = units.groupby(once["category"], sort=True).sum()
    found = {str(name): int(value) / 10**MU_DIGITS for name, value in sums.items()}
    return {**found, "all": int(units.sum()) / 10**MU_DIGITS}
