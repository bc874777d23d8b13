"""The base list (底数清单): who uses which land, in which town and platform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from landgov.policies import Policy
from landgov.quality import Checked, CheckedTable, at, tell
from landgov.register.buildings import buildings_on_parcels, footprints_by_user
from landgov.register.differential import differential_policies, water_of_year
from landgov.register.evaluation import exempt_from_evaluation
from landgov.register.grade_causes import with_causes
from landgov.register.growth import average_growth, base_year, growth_of_year
from landgov.register.holding import grade_differences, holdings
from landgov.register.indicators import enterprise_indicators, plot_ratio
from landgov.register.land import EXCESS_MU, active_links, parcel_land, residuals, worked_areas
from landgov.register.places import assign_platforms, assign_towns, assign_zones, straddlers
from landgov.register.spread import enterprise_land, spread_by_land, tax_of_parcels
from landgov.register.together import evaluated
from landgov.register.unstated import FOOTPRINTS
from landgov.register.years import enterprises_of_year, figure_year
from landgov.sources import Workspace

Issues = list[dict[str, Any]]


@dataclass(frozen=True)
class Register:
    """The base list of a workspace on `as_of`.

    Parameters
    ----------
    parcels : GeoDataFrame
        The checked parcels with land, place, unit and indicators.
    enterprises : DataFrame
        Every enterprise named anywhere, with facts, figures of `year`, land, indicators.
    links : DataFrame
        Active links with worked-out land and spread figures.
    residuals : DataFrame
        What the links leave of each parcel.
    places : DataFrame
        Shares of the parcels that lie across a border.
    year : int
        The year whose figures count.
    links_covered : bool
        Whether no link means that nobody uses the land.
    """

    parcels: gpd.GeoDataFrame
    enterprises: pd.DataFrame
    links: pd.DataFrame
    residuals: pd.DataFrame
    places: pd.DataFrame
    year: int
    links_covered: bool


def build_register(workspace: Workspace, checked: Checked, issues: Issues) -> Register:
    """Join parcels, enterprises, years and places without counting anything twice.

    Parameters
    ----------
    workspace : Workspace
        Gives `as_of`, the policy and the year.
    checked : Checked
        The checked tables.
    issues : list of dict
        Over-allocated parcels, unnamed lessors, parcels in no town are added.
    """
    tables, policy = checked.tables, workspace.policy
    parcels = tables["parcels"].frame
    basis = policy.setting("land_basis")
    land = parcel_land(parcels, tables["parcels"].measured_mu, basis)
    year = figure_year(workspace.as_of, workspace.year)
    firms = enterprises_of_year(tables, year)
    links = active_links(tables["links"], parcels.index, firms.index, workspace.as_of)
    built = _footprints(parcels, tables["buildings"], policy)
    links = worked_areas(links, land["land_mu"], policy, tables["links"], issues, built)
    covered = "links" in tables["links"].covers
    firms["land_mu"] = enterprise_land(links, firms.index, covered=covered)
    firms = firms.join(holdings(links, firms.index))
    firms = firms.join(enterprise_indicators(firms))
    firms = firms.join(growth_of_year(tables["enterprise_years"], firms.index, year))
    base = base_year(tables["enterprise_years"], policy.settings, year)
    firms = firms.join(average_growth(tables["enterprise_years"], firms.index, year, base))
    exempt = exempt_from_evaluation(tables["exemptions"].frame, firms.index, workspace.as_of)
    firms["not_evaluated"] = firms["not_evaluated"].where(firms["not_evaluated"].notna(), exempt)
    firms = firms.join(evaluated(firms, links, workspace.policy))
    apart = grade_differences(firms)
    firms["grade_difference"] = with_causes(apart, firms, policy.scheme, year)
    water = water_of_year(tables["meters"].frame, firms.index, year)
    firms = firms.join(differential_policies(firms, water, policy))
    links = spread_by_land(links, firms)
    left = residuals(links, land["land_mu"])
    told = checked.issues.loc[checked.issues["kind"] == "share_over_one", "key"]
    _say_excess(left, tables["links"], told, policy, issues)
    placed, places = _place(workspace, tables, parcels, issues)
    parcels = parcels.join([land, placed, tax_of_parcels(links, parcels.index)])
    parcels = parcels.join(_built(parcels, tables["buildings"], policy))
    counted = parcels["counted_floor_m2"].where(parcels["building_count"].gt(0).fillna(value=False))
    stated = parcels["floor_area_m2"]
    parcels["plot_ratio"] = plot_ratio(stated.where(stated.notna(), counted), parcels["land_mu"])
    parcels = parcels.join(_users(links, firms, parcels.index))
    return Register(parcels, firms, links, left, places, year, covered)


def _built(parcels: gpd.GeoDataFrame, buildings: CheckedTable, policy: Policy) -> pd.DataFrame:
    """What stands on each parcel; missing where the workspace gives no buildings."""
    if buildings.given:
        there = gpd.GeoDataFrame(buildings.frame)
        built = buildings_on_parcels(parcels, there, policy["double_storey_height"])
        # A parcel with floor area of its own has a building that the layer lacks.
        lacks = built["building_count"].eq(0) & parcels["floor_area_m2"].gt(0)
        return built.mask(lacks.fillna(value=False).astype(bool), axis=0)
    names = ("building_count", "footprint_m2", "counted_floor_m2", "building_density")
    kinds = {"building_count": "Int64"}
    return pd.DataFrame(
        {
            name: pd.Series(np.nan, index=parcels.index, dtype=kinds.get(name, "float64"))
            for name in names
        }
    )


def _footprints(
    parcels: gpd.GeoDataFrame, buildings: CheckedTable, policy: Policy
) -> pd.Series | None:
    """Footprint by parcel and enterprise, where the policy splits land by it."""
    if not buildings.given or FOOTPRINTS not in policy.setting("links_unstated"):
        return None
    return footprints_by_user(parcels, gpd.GeoDataFrame(buildings.frame))


def _joined(links: pd.DataFrame) -> pd.Series:
    return links["joined"].fillna(value=False).astype(bool)


def _say_excess(
    left: pd.DataFrame, links: CheckedTable, told: pd.Series, policy: Policy, issues: Issues
) -> None:
    """Name each parcel whose links exceed its land, but those whose shares are told as cause.

    What the rounding of the areas as sent can make is a note.
    """
    rounding = float(policy.setting("over_allocated_tolerance_mu"))
    over = left[(left["area_worked_mu"] < -EXCESS_MU) & ~left["parcel_id"].isin(told)]
    row_of = links.frame.reset_index(drop=True).groupby("parcel_id").head(1)
    first = pd.Series(row_of.index, index=row_of["parcel_id"])
    excess = -over["area_worked_mu"].to_numpy(dtype=float)
    for kind, chosen in (
        ("over_allocated", excess > rounding + EXCESS_MU),
        ("over_allocated_rounding", excess <= rounding + EXCESS_MU),
    ):
        parcels = over.loc[chosen, "parcel_id"].tolist()
        tell(
            issues,
            kind,
            links,
            first.reindex(parcels).to_numpy(dtype=np.int64),
            "area_mu",
            key=parcels,
            value=[f"{mu:.4f}" for mu in excess[chosen]],
            allowed=f"{rounding:g}",
        )


def _place(
    workspace: Workspace, tables: Any, parcels: gpd.GeoDataFrame, issues: Issues
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Town, platform and responsible unit of each parcel, and the straddlers."""
    towns, platforms = tables["towns"].frame, tables["platforms"].frame
    sliver = float(workspace.policy.setting("sliver_m2"))
    placed = pd.DataFrame(index=parcels.index)
    across: list[pd.DataFrame] = []
    for name in ("town", "town_code", "platform_id", "platform", "platform_level"):
        placed[name] = pd.Series(np.nan, index=parcels.index, dtype="str")
    if len(towns):
        town, table = assign_towns(parcels, towns)
        placed["town"] = _at(towns["town"], town, parcels.index)
        placed["town_code"] = _at(towns.index.to_series(), town, parcels.index)
        across.append(straddlers(table, parcels.index, towns.index, "town", sliver, town))
        outside = (town.to_numpy() < 0) & parcels.geometry.notna().to_numpy()
        for place in np.flatnonzero(outside).tolist():
            issues.append(at(tables["parcels"], place, "outside_towns", "geometry"))
    if len(platforms):
        platform, table = assign_platforms(parcels, platforms, workspace.as_of)
        placed["platform_id"] = _at(platforms.index.to_series(), platform, parcels.index)
        placed["platform"] = _at(platforms["platform"], platform, parcels.index)
        placed["platform_level"] = _at(platforms["level"], platform, parcels.index)
        found = straddlers(table, parcels.index, platforms.index, "platform", sliver, platform)
        across.append(found)
    zones = tables["zones"].frame
    placed["zone_id"] = pd.Series(np.nan, index=parcels.index, dtype="str")
    if len(zones):
        zone = assign_zones(parcels, zones)
        placed["zone_id"] = _at(zones.index.to_series(), zone, parcels.index)
    national = placed["platform_level"].eq("national")
    in_charge = workspace.policy.setting("national_unit")
    unit = placed["town"].mask(national, in_charge) if in_charge else placed["town"]
    # Without the platforms it can't be told what lies in the national zone.
    placed["unit"] = unit if tables["platforms"].given else unit.mask(unit.notna())
    columns = ["parcel_id", "kind", "place_id", "share", "inside_m2", "chosen"]
    places = pd.concat(across, ignore_index=True) if across else pd.DataFrame(columns=columns)
    return placed, places


def _at(values: pd.Series, positions: pd.Series, index: pd.Index) -> pd.Series:
    """Pick values by position; missing where the position is -1."""
    picked = values.reset_index(drop=True).reindex(positions.where(positions >= 0))
    return pd.Series(picked.to_numpy(), index=index, dtype="str")


def _users(links: pd.DataFrame, firms: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    """How many enterprises use each parcel, and their names, in the order of their codes."""
    held = links[links["parcel_id"].notna() & _joined(links) & links["enterprise_id"].notna()]
    held = held.drop_duplicates(["parcel_id", "enterprise_id"])
    held = held.sort_values(["parcel_id", "enterprise_id"], kind="stable")
    name = held["enterprise_id"].map(firms["name"])
    name = name.where(name.notna(), held["enterprise_id"])
    count = held.groupby("parcel_id", sort=False).size()
    parcel = held["parcel_id"]
    return pd.DataFrame(
        {
            "enterprise_count": count.reindex(index).fillna(0).astype("int64"),
            "enterprise_names": _listed(name, parcel).reindex(index).astype("str"),
            "enterprise_ids": _listed(held["enterprise_id"], parcel).reindex(index).astype("str"),
        },
        index=index,
    )


def _listed(words: pd.Series, parcel: pd.Series) -> pd.Series:
    """Words of each parcel in one text, in their order: all first ones, then the second, …."""
    turn = parcel.groupby(parcel, sort=False).cumcount()
    listed = pd.Series(words[turn == 0].to_numpy(object), index=parcel[turn == 0])
    for number in range(1, int(turn.max()) + 1 if len(turn) else 0):
        again = turn == number
        listed.loc[parcel[again]] += "、" + pd.Series(words[again].to_numpy(object), parcel[again])
    return listed
