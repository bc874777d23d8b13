"""Groups of candidate parcels that are large enough to be developed as one (连片开发)."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from landgov.areas import area_mu
from landgov.contiguity.blocks import first_members
from landgov.contiguity.inputs import (
    check_metres,
    check_not_negative,
    check_polygons,
    check_valid,
    label_order,
    positions_of,
)
from landgov.contiguity.rounding import ROUNDING_SHARE
from landgov.errors import LandgovError


def sites(
    parcels: gpd.GeoDataFrame,
    pairs: pd.DataFrame,
    *,
    candidate: str = "is_candidate",
    min_mu: float = 50,
    same: Sequence[str] = (),
) -> gpd.GeoDataFrame:
    """Gather neighbouring candidates into sites of at least `min_mu` (连片地块).

    Parameters
    ----------
    parcels : GeoDataFrame
        In a CRS in metres. Land is `land_mu`, else `area_mu`, else measured
        (亩); owners are `holder_id`, else `holder_name`; each may be absent.
    pairs : DataFrame
        With `left` and `right`, as `neighbours` gives them; all rows join.
    candidate : str, default "is_candidate"
        Nullable boolean column; unknown is not a candidate.
    min_mu : float, default 50
        Least land of a site, 亩; on the line counts.
    same : sequence of str, default ()
        Columns in which two parcels must agree to be joined. Unknown agrees
        with nothing, not even with unknown.

    Returns
    -------
    GeoDataFrame
        One row a site, in the order of their smallest labels: `site` ("S-" and
        the smallest label), `parcels` (list of labels), `mu` (亩), `owners`
        (distinct known holders), `owners_unknown` (parcels whose holder is not
        known), `compactness` (Polsby–Popper of the union: 4π · area ÷ perimeter²,
        gaps between parcels counting as border; 1 is a circle) and the union as
        geometry.

    Raises
    ------
    LandgovError
        If labels are missing or repeated, the CRS is missing or not in metres,
        a column is absent or `candidate` is not yes/no, a pair names a parcel
        that is not in `parcels`, or a member of a site has an invalid geometry.

    Notes
    -----
    A candidate without geometry and without land figures has no known size:
    alone it is no site, and to a group that `pairs` puts it in it adds no 亩.
    An id and a name are never taken for the same owner: who is known by id on
    one parcel and by name alone on another counts twice.

    References
    ----------
    虞政办发〔2021〕86号, 二（二）4, 三（七）.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import pandas as pd
    >>> from shapely import box
    >>> parcels = gpd.GeoDataFrame(
    ...     {"is_candidate": [True, True, None], "land_mu": [30.0, 25.0, 90.0]},
    ...     geometry=[box(0, 0, 200, 100), box(200, 0, 400, 100), box(400, 0, 900, 100)],
    ...     index=["A", "B", "C"], crs=4549)
    >>> pairs = pd.DataFrame({"left": ["A", "B"], "right": ["B", "C"]})
    >>> sites(parcels, pairs)[["site", "parcels", "mu"]]
      site parcels    mu
    0  S-A  [A, B]  55.0
    """
    same = [same] if isinstance(same, str) else list(same)
    check_not_negative(min_mu=min_mu)
    check_metres(parcels)
    check_polygons(parcels)
    order = label_order(parcels.index)
    _check_columns(parcels, [candidate, *same])
    chosen = _is_candidate(parcels[candidate])
    ends = positions_of(parcels.index, pairs)
    ends = ends[:, _joins(parcels, ends, chosen, same)]
    first = first_members(order, ends)
    members = order[chosen[order]]
    return _site_table(parcels, members, first[members], float(min_mu))


def _check_columns(parcels: gpd.GeoDataFrame, names: Sequence[str]) -> None:
    absent = [name for name in names if name not in parcels.columns]
    if absent:
        raise LandgovError(
            f"parcels lack the column(s) {', '.join(absent)}.",
            message_zh=f"地块表缺少列：{'、'.join(absent)}。",
            do=f"parcels.assign({absent[0]}=…)",
        )


def _is_candidate(answers: pd.Series[bool]) -> npt.NDArray[np.bool_]:
    try:
        known = answers.astype("boolean")
    except (TypeError, ValueError) as error:
        raise LandgovError(
            f"{answers.name} holds {answers.dtype}, not yes/no.",
            message_zh=f"{answers.name} 列不是“是/否”列。",
            do=f'parcels["{answers.name}"] = parcels["{answers.name}"].map('
            '{"yes": True, "no": False}).astype("boolean")',
        ) from error
    return np.asarray(known.fillna(False), dtype=bool)


def _joins(
    parcels: gpd.GeoDataFrame,
    ends: npt.NDArray[np.intp],
    chosen: npt.NDArray[np.bool_],
    same: Sequence[str],
) -> npt.NDArray[np.bool_]:
    """Tell which pairs join: both candidates, and known to agree in every column of `same`."""
    joins: npt.NDArray[np.bool_] = chosen[ends[0]] & chosen[ends[1]]
    for name in same:
        codes, _ = pd.factorize(parcels[name])  # missing is -1
        joins &= (codes[ends[0]] == codes[ends[1]]) & (codes[ends[0]] >= 0)
    return joins


def _land_mu(parcels: gpd.GeoDataFrame) -> pd.Series[float]:
    """Take each parcel's land in 亩: `land_mu`, else `area_mu`, else measured."""
    land = pd.Series(np.nan, index=parcels.index, dtype="float64")
    for name in ("land_mu", "area_mu"):
        if name in parcels.columns:
            land = land.fillna(pd.to_numeric(parcels[name]).astype("float64"))
    if land.isna().any():
        land = land.fillna(area_mu(parcels.loc[land.isna()]))
    return land


def _holders(parcels: gpd.GeoDataFrame) -> pd.Series[str]:
    """Take each parcel's holder: `holder_id`, else `holder_name`; missing where not known."""
    holder = pd.Series(pd.NA, index=parcels.index, dtype="str")
    for name in ("holder_id", "holder_name"):
        if name in parcels.columns:
            text = parcels[name].astype("str").str.strip()
            holder = holder.fillna(f"{name}:" + text.mask(text == ""))
    return holder


def _site_table(
    parcels: gpd.GeoDataFrame,
    members: npt.NDArray[np.intp],
    first: npt.NDArray[np.intp],
    min_mu: float,
) -> gpd.GeoDataFrame:
    """Add up each group of `members` (sorted by label) and keep those that are large enough."""
    candidates = parcels.iloc[members]
    group, _ = pd.factorize(first)  # numbered by the smallest label of each
    mu = pd.Series(_land_mu(candidates).to_numpy()).groupby(group).sum(min_count=1)
    large = mu.index[mu >= min_mu * (1 - ROUNDING_SHARE)]
    holders = pd.Series(_holders(candidates).to_numpy()).groupby(group)
    rows = pd.Series(np.arange(len(group))).groupby(group).indices
    check_valid(candidates[np.isin(group, large)])
    polygons = candidates.geometry.to_numpy()
    # A union is made site by site: few groups reach the least size, and each is a GEOS call.
    union = [shapely.union_all(polygons[rows[site]]) for site in large]
    ids = [candidates.index[rows[site]].tolist() for site in large]
    owners = holders.nunique().loc[large].to_numpy(dtype="int64")
    unknown = (holders.size() - holders.count()).loc[large].to_numpy(dtype="int64")
    return gpd.GeoDataFrame(
        {
            "site": pd.array([f"S-{labels[0]}" for labels in ids], dtype="str"),
            "parcels": pd.Series(ids, dtype=object),
            "mu": mu.loc[large].to_numpy(dtype="float64"),
            "owners": owners,
            "owners_unknown": unknown,
            "compactness": _compactness(np.array(union, dtype=object)),
        },
        geometry=union,
        crs=parcels.crs,
    )


def _compactness(union: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Give the Polsby–Popper ratio, 1 for a circle; missing where there is no area."""
    border = shapely.length(union)
    ratio = np.full(len(union), np.nan)
    np.divide(4 * np.pi * shapely.area(union), border**2, out=ratio, where=border > 0)
    return ratio
