"""A small made-up district for the tests of layers and maps: every figure can be counted by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

MU = 2000 / 3  # m²
CATEGORIES = (
    "low_efficiency",
    "three_low",
    "two_high",
    "four_without",
    "wider_violations",
    "collective",
)
HOSTILE = "甲厂</script><script>window.harmed=1</script><img src=x onerror=window.harmed=1>{{7*7}}"


def grid(count: int, *, side: float = 80.0, columns: int = 0) -> np.ndarray:
    """Squares of `side` metres, 20 m apart, with twelve corners each, row by row."""
    columns = columns or max(1, int(np.ceil(np.sqrt(count))))
    row, column = np.divmod(np.arange(count), columns)
    quarter = np.arange(3) / 3
    ones = np.ones(3)
    x = np.concatenate([quarter, ones, 1 - quarter, 0 * ones])
    y = np.concatenate([0 * ones, quarter, ones, 1 - quarter])
    corners = np.stack([x, y], axis=1) * side
    origins = np.stack([570_000 + column * (side + 20), 3_320_000 + row * (side + 20)], axis=1)
    return shapely.polygons(origins[:, None, :] + corners[None])


def district(count: int = 12) -> gpd.GeoDataFrame:
    """Parcels P00000, P00001 … that take their answers in turn, every parcel with 10 亩.

    Of each twelve: stock is yes, but for 8 (no) and 9 (unknown); low_efficiency yes for 0-2,
    unknown for 3; land_state idle for 4 (not started) and 5 (excused), to_develop for 6 and 8,
    unknown for 7 (idle unknown too); two_high yes for 0; four_without yes for 1, unknown for 2;
    collective yes for 10.
    """
    turn = np.arange(count) % 12
    parcels = pd.DataFrame(
        index=pd.Index([f"P{number:05d}" for number in range(count)], name="parcel_id")
    )

    def answers(yes: set[int], unknown: set[int]) -> np.ndarray:
        return np.select(
            [np.isin(turn, list(yes)), np.isin(turn, list(unknown))], ["yes", "unknown"], "no"
        )

    parcels["location"] = [f"滨海路{number}号" for number in range(count)]
    parcels["town"], parcels["town_code"], parcels["unit"] = "沥海街道", "330604009", "沥海街道"
    parcels["platform"], parcels["platform_id"] = "滨海园", "P1"
    parcels["land_mu"], parcels["land_from"] = 10.0, "certificate"
    parcels["ownership"] = np.where(turn == 10, "collective", "state")
    parcels["enterprise_names"] = [f"上虞第{number}机械厂" for number in range(count)]
    parcels["tax_per_mu"] = np.where(turn == 3, np.nan, 4.8)
    parcels["stock"] = answers(set(range(12)) - {8, 9}, {9})
    chosen = {
        "low_efficiency": ({0, 1, 2}, {3}),
        "two_high": ({0}, set()),
        "four_without": ({1}, {2}),
        "collective": ({10}, set()),
    }
    for name in CATEGORIES:
        yes, unknown = chosen.get(name, (set(), set()))
        parcels[name] = answers(yes, unknown)
        parcels[f"{name}_mu"] = np.where(parcels[name] == "yes", 10.0, 0.0)
        parcels[f"{name}_unknown_mu"] = np.where(parcels[name] == "unknown", 10.0, 0.0)
    parcels["land_state"] = np.select(
        [np.isin(turn, [4, 5]), np.isin(turn, [6, 8]), turn == 7],
        ["idle", "to_develop", "unknown"],
        "in_use",
    )
    parcels["idle"] = np.select(
        [turn == 4, turn == 5, turn == 7], ["not_started", "excused", "unknown"], "not_idle"
    )
    parcels["pathway"], parcels["pathway_reasons"] = "upgrade", "亩均税收 4.80 ≤ 5 万元/亩"
    return gpd.GeoDataFrame(parcels, geometry=grid(count), crs=4549)


def towns() -> gpd.GeoDataFrame:
    """Two towns side by side, the second with a name that tries to do harm."""
    shapes = [shapely.box(569_000, 3_319_000, 571_000, 3_322_000)]
    shapes.append(shapely.box(571_000, 3_319_000, 573_000, 3_322_000))
    return gpd.GeoDataFrame(
        {"town": ["沥海街道", "乙" + HOSTILE]},
        geometry=shapes,
        index=pd.Index(["330604009", "330604010"], name="town_code"),
        crs=4549,
    )


def platforms() -> gpd.GeoDataFrame:
    """One platform of national rank and a park."""
    shapes = [shapely.box(569_900, 3_319_900, 571_500, 3_320_400)]
    shapes.append(shapely.box(572_000, 3_320_000, 572_300, 3_320_300))
    return gpd.GeoDataFrame(
        {"platform": ["滨海园", "小微园"], "level": ["national", "micro_park"]},
        geometry=shapes,
        index=pd.Index(["P1", "P2"], name="platform_id"),
        crs=4549,
    )
