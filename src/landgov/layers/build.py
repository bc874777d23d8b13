"""Which parcels are in which layer, how many, and how much land."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd

from landgov.errors import LandgovError
from landgov.layers.model import Condition, Layer, LayerClass, Symbol


@cache
def _definitions() -> tuple[dict[str, Any], ...]:
    text = resources.files("landgov.layers").joinpath("symbols.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["layer"])


def layer_words() -> dict[str, str]:
    """Short word of each layer, by its key.

    Examples
    --------
    >>> layer_words()["low_efficiency"]
    '低效'
    """
    return {str(one["key"]): str(one["word"]) for one in _definitions()}


def build_layers(
    parcels: pd.DataFrame,
    *,
    profile: str = "internal",
    platforms: pd.DataFrame | None = None,
    towns: pd.DataFrame | None = None,
) -> tuple[Layer, ...]:
    """Gather the named layers of the plan (存量、低效、闲置、待开发 and the categories).

    Parameters
    ----------
    parcels : DataFrame
        One row a parcel, indexed by parcel id, with the answers as text
        (yes, no, unknown) and land in 亩. Not changed.
    profile : str
        Audience. For ``internal`` every column that a layer reads must be
        there; for any other, a layer whose column was withheld is left out.
    platforms, towns : DataFrame, optional
        Context, indexed by ``platform_id`` and ``town_code``; by default those
        that `parcels` name.

    Returns
    -------
    tuple of Layer
        In drawing order, the lowest first. The layers overlap: their totals
        must not be added up.

    Raises
    ------
    LandgovError
        A column is missing for the internal profile, or a parcel id is repeated.

    References
    ----------
    虞政办发〔2021〕86号, 三（九）; 二（一）1-4.

    Examples
    --------
    >>> parcels = pd.DataFrame(
    ...     {"stock": ["yes", "yes", "unknown"], "land_mu": [10.0, 20.5, 5.0]},
    ...     index=["A", "B", "C"],
    ... )
    >>> [layer.legend for layer in build_layers(parcels, profile="public") if layer.key == "stock"]
    ['存量 2 宗 30.5 亩（另待核 1 宗 5.0 亩）']
    """
    if not parcels.index.is_unique:
        raise LandgovError(
            "parcel ids are repeated; a map can't tell the parcels apart.",
            do="parcels[~parcels.index.duplicated()]",
            message_zh="地块编号重复，图上无法区分。",
        )
    context = {"platforms": platforms, "towns": towns}
    layers = []
    for order, definition in enumerate(_definitions()):
        table = definition.get("table", "parcels")
        if table != "parcels":
            rows = context[table]
            members = _named(parcels, definition["column"]) if rows is None else rows.index
            layers.append(_context_layer(definition, order, members))
            continue
        absent = sorted(_columns(definition) - set(parcels.columns))
        if absent and profile == "internal":
            word = definition["word"]
            raise LandgovError(
                f"layer {definition['key']} needs the columns {', '.join(absent)}.",
                do="landgov.run(workspace).parcels has them",
                message_zh=f"图层“{word}”缺少字段 {'、'.join(absent)}。",
            )
        if not absent or _decides(definition) <= set(parcels.columns):
            layers.append(_parcel_layer(definition, order, parcels))
    return tuple(layers)


def _decides(definition: dict[str, Any]) -> set[str]:
    """Columns that decide membership in the answered classes, without which there is no layer."""
    answered = [entry for entry in definition["class"] if not entry.get("unknown")]
    needed = [set(entry.get("when", {})) for entry in answered]
    return set.intersection(*needed)


def _columns(definition: dict[str, Any]) -> set[str]:
    measures = {definition[key] for key in ("measure", "measure_unknown") if key in definition}
    named = {
        column
        for entry in definition["class"]
        for part in ("when", "unless")
        for column in entry.get(part, {})
    }
    return measures | named


def _named(parcels: pd.DataFrame, column: str) -> pd.Index:
    return pd.Index(parcels[column].dropna().unique() if column in parcels else [])


def _symbol(entry: dict[str, Any]) -> Symbol:
    return Symbol(**entry["symbol"])


def _conditions(entry: dict[str, Any], part: str) -> tuple[Condition, ...]:
    return tuple((column, tuple(values)) for column, values in entry.get(part, {}).items())


def _context_layer(definition: dict[str, Any], order: int, rows: pd.Index) -> Layer:
    members = rows.sort_values()
    classes = tuple(
        LayerClass(entry["key"], entry["word"], _symbol(entry), members, np.nan)
        for entry in definition["class"]
    )
    return Layer(
        key=definition["key"],
        word=definition["word"],
        word_en=definition["word_en"],
        group=definition["group"],
        table=definition["table"],
        order=order,
        members=members,
        mu=np.nan,
        mu_missing=0,
        unknown_count=0,
        unknown_mu=np.nan,
        unknown_missing=0,
        classes=classes,
        visible=definition.get("visible", False),
    )


def _holds(parcels: pd.DataFrame, conditions: tuple[Condition, ...]) -> pd.DataFrame:
    """One column a condition; a column that the audience does not get holds nowhere."""
    absent = pd.Series(False, index=parcels.index)
    return pd.DataFrame(
        {
            column: parcels[column].isin(values) if column in parcels else absent
            for column, values in conditions
        },
        index=parcels.index,
    )


def _parcel_layer(definition: dict[str, Any], order: int, parcels: pd.DataFrame) -> Layer:
    classes = tuple(_class(definition, entry, parcels) for entry in definition["class"])
    answered = [entry for entry in classes if not entry.unknown]
    open_ = [entry for entry in classes if entry.unknown]
    members = pd.Index(np.concatenate([entry.members.to_numpy() for entry in answered]))
    return Layer(
        key=definition["key"],
        word=definition["word"],
        word_en=definition["word_en"],
        group=definition["group"],
        table="parcels",
        order=order,
        members=members.sort_values(),
        mu=_sum(pd.Series([entry.mu for entry in answered if entry.count])),
        mu_missing=sum(entry.mu_missing for entry in answered),
        unknown_count=sum(entry.count for entry in open_),
        unknown_mu=_sum(pd.Series([entry.mu for entry in open_])),
        unknown_missing=sum(entry.mu_missing for entry in open_),
        classes=classes,
        land=definition["measure"],
        ground=definition.get("ground", False),
        visible=definition.get("visible", False),
    )


def _class(definition: dict[str, Any], entry: dict[str, Any], parcels: pd.DataFrame) -> LayerClass:
    unknown = bool(entry.get("unknown", False))
    when, unless = _conditions(entry, "when"), _conditions(entry, "unless")
    inside = _holds(parcels, when).all(axis=1)
    if unless:
        inside &= ~_holds(parcels, unless).all(axis=1)
    members = parcels.index[inside].sort_values()
    column = definition["measure_unknown" if unknown else "measure"]
    if column in parcels:
        land = parcels[column].sort_index().astype("float64")
    else:
        land = pd.Series(np.nan, index=parcels.index)
    own = land.loc[members]
    # Land in doubt also lies on parcels that answer yes by another enterprise.
    everywhere = unknown and column != definition["measure"]
    return LayerClass(
        key=entry["key"],
        word=entry["word"],
        symbol=_symbol(entry),
        members=members,
        mu=_sum(land if everywhere and land.notna().any() else own),
        mu_missing=int(own.isna().sum()),
        unknown=unknown,
        when=when,
        unless=unless,
    )


def _sum(land: pd.Series) -> float:
    """Sum what is known; nothing at all is 0, only missing values are missing."""
    return 0.0 if land.empty else float(land.sum(min_count=1))
