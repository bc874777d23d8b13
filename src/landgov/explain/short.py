"""Why in one cell (为什么): the rules that say yes with their clause, and what is missing."""

from __future__ import annotations

from itertools import groupby

import geopandas as gpd
import pandas as pd

from landgov import schema

# Rules whose answer is told by another column than the one of their category.
_TOLD_BY = {"partly_used": "land_state", "supplied_not_used": "supplied_not_used"}


def with_why(parcels: gpd.GeoDataFrame, verdicts: pd.DataFrame) -> gpd.GeoDataFrame:
    """Add to parcels which rules each meets and which facts could still change it.

    No figure is told, and nothing of an enterprise: what an audience may know of the
    answers it may know of their reasons.

    Parameters
    ----------
    parcels : GeoDataFrame
        Cut to the audience: of a category that is not among the columns nothing is told.
    verdicts : DataFrame
        The long table of verdicts.

    Returns
    -------
    GeoDataFrame
        With `why` and `why_open`, one item a line; missing where there is none.

    Examples
    --------
    >>> row = {"parcel_id": "P", "rule": "low_tax", "category": "low_efficiency", "answer": "yes",
    ...        "clause": "二（一）1", "missing": "", "could_change": None}
    >>> land = gpd.GeoDataFrame({"low_efficiency": ["yes"]}, index=["P"])
    >>> with_why(land, pd.DataFrame([row]))["why"].tolist()
    ['亩均税收（二（一）1）']
    """
    told = verdicts["rule"].map(_teller(verdicts, parcels)).astype(bool).to_numpy()
    yes = verdicts["answer"].eq("yes").to_numpy() & verdicts["rule"].ne("in_scope").to_numpy()
    rows = verdicts.loc[told & yes, ["parcel_id", "rule", "clause"]].astype("str")
    words = {rule: schema.result_word("rule", rule) for rule in rows["rule"].unique()}
    said = rows["rule"].map(words).astype("str") + "（" + rows["clause"] + "）"
    waits = verdicts["could_change"].eq(other=True).fillna(value=False).to_numpy(dtype=bool)
    open_ = verdicts.loc[told & waits, ["parcel_id", "missing"]].astype("str")
    facts = open_.assign(missing=open_["missing"].str.split("|")).explode("missing")
    lacks = {fact: schema.fact_word(fact) for fact in facts["missing"].unique() if fact}
    return parcels.assign(
        why=_lines(rows["parcel_id"], said, parcels.index),
        why_open=_lines(facts["parcel_id"], facts["missing"].map(lacks), parcels.index),
    )


def _teller(verdicts: pd.DataFrame, shown: pd.DataFrame) -> dict[str, bool]:
    """By rule, whether a column of the audience tells its answer."""
    pairs = verdicts[["rule", "category"]].drop_duplicates().astype("str")
    by_rule = dict(zip(pairs["rule"], pairs["category"], strict=True))
    return {
        rule: _TOLD_BY.get(rule, rule if category == "label" else category) in shown
        for rule, category in by_rule.items()
    }


def _lines(parcel: pd.Series, words: pd.Series, parcels: pd.Index) -> pd.Series:
    """Different words of each parcel, in their order, a line each; rows lie parcel by parcel."""
    kept = words.notna()
    pairs = groupby(zip(parcel[kept], words[kept], strict=True), key=lambda pair: pair[0])
    texts = {key: "\n".join(dict.fromkeys(word for _, word in group)) for key, group in pairs}
    return pd.Series(texts, dtype="str").reindex(parcels)
