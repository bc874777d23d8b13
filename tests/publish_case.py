"""A small district with secrets planted, for the tests of what leaves the house."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

AS_OF = date(2022, 12, 31)
SECRET_TAX = 7319.4826  # 万元 and its share per mu: no export but the internal one may hold them
SECRET_TAX_PER_MU = 48.79655
SECRET_NAME = "绝密机电有限公司"
SECRET_CODE = "91330604MASECRET00"
SECRET_HOLDER = "绝密控股集团"
SECRETS = ("7319.4826", "48.79655", SECRET_NAME, SECRET_CODE, SECRET_HOLDER)


def district(count: int = 6) -> SimpleNamespace:
    """A result of `count` square parcels in a row; the second holds the secrets."""
    ids = pd.Index([f"330604001001GB{n:05d}" for n in range(1, count + 1)], name="parcel_id")
    squares = [
        shapely.box(583700 + 120 * n, 3324000, 583800 + 120 * n, 3324100) for n in range(count)
    ]
    cycle = lambda *words: [words[n % len(words)] for n in range(count)]  # noqa: E731
    parcels = gpd.GeoDataFrame(
        {
            "location": [f"园区路{n}号" for n in range(count)],
            "land_use_system": "三调",
            "land_use_code": "0601",
            "ownership": cycle("state", "collective"),
            "holder_name": SECRET_HOLDER,
            "town": cycle("东关街道", "道墟街道"),
            "town_code": cycle("330604002", "330604003"),
            "platform": cycle("杭州湾经济技术开发区", None),
            "platform_level": cycle("national", None),
            "unit": cycle("杭州湾综管办", "道墟街道"),
            "area_mu": 15.0,
            "area_cert_mu": cycle(15.0, np.nan),
            "land_mu": 15.0,
            "land_from": cycle("certificate", "measured"),
            "plot_ratio": cycle(1.2, np.nan),
            "tax_per_mu": cycle(SECRET_TAX_PER_MU, 2.5, np.nan),
            "enterprise_names": SECRET_NAME,
            "in_scope": cycle("yes", "yes", "yes", "yes", "unknown", "no"),
            "low_efficiency": cycle("no", "yes", "unknown", "no", "unknown", "no"),
            "low_efficiency_mu": cycle(0.0, 15.0, 0.0),
            "three_low": cycle("no", "yes", "unknown", "no", "unknown", "no"),
            "two_high": "no",
            "four_without": cycle("no", "yes", "no"),
            "four_without_mu": cycle(0.0, 15.0, 0.0),
            "wider_violations": "no",
            "collective": "no",
            "land_state": cycle("in_use", "inefficient", "unknown", "idle", "unknown", None),
            "idle": cycle("not_idle", "not_idle", "unknown", "not_started", "unknown", "not_idle"),
            "idle_from": pd.to_datetime(cycle(None, None, None, "2020-05-01")),
            "stock": "yes",
            "block": "B1",
            "site": None,
            "pathway": cycle("keep", "upgrade", "unknown", "state_operated", "unknown", "keep"),
            "pathway_reasons": f"亩均税收 {SECRET_TAX_PER_MU}",
            "pathway_obstacles": None,
        },
        index=ids,
        geometry=squares,
        crs=4549,
    )
    enterprises = pd.DataFrame(
        {
            "name": [SECRET_NAME, "=HYPERLINK(1)"],
            "is_above_scale": pd.array([True, None], dtype="boolean"),
            "land_mu": [150.0, 15.0],
            "tax_wan": [SECRET_TAX, 37.5],
            "tax_per_mu": [SECRET_TAX_PER_MU, 2.5],
        },
        index=pd.Index([SECRET_CODE, "91330604MA2AAAAA1B"], name="enterprise_id"),
    )
    links = pd.DataFrame(
        {
            "parcel_id": [ids[0], ids[1], ids[1], None],
            "enterprise_id": [SECRET_CODE, "91330604MA2AAAAA1B", None, SECRET_CODE],
            "role": ["owner", "lessee", None, None],
            "area_worked_mu": [15.0, 12.0, 3.0, np.nan],
            "tax_worked_wan": [SECRET_TAX, 37.5, 0.0, np.nan],
            "rule": ["stated_area", "stated_share", "residual", "no_land"],
        }
    )
    verdicts = pd.DataFrame(
        {
            "parcel_id": [ids[1], ids[1], ids[1], ids[2], ids[4]],
            "rule": ["low_tax", "three_low_above_scale", "no_licence", "low_tax", "in_scope"],
            "category": [
                "low_efficiency",
                "three_low",
                "four_without",
                "low_efficiency",
                "in_scope",
            ],
            "answer": ["yes", "yes", "yes", "unknown", "unknown"],
            "value": [2.5, 2.5, np.nan, np.nan, np.nan],
            "op": ["<=", "<=", None, "<=", None],
            "threshold": [5.0, 5.0, np.nan, 5.0, np.nan],
            "unit": ["万元/亩", "万元/亩", None, "万元/亩", None],
            "clause": ["二（一）1", "二（一）1", "二（一）3", "二（一）1", None],
            "enterprise_id": ["91330604MA2AAAAA1B"] * 2 + [None] * 3,
            "source": "年度.csv 第12行",
            "missing": [None, None, None, "enterprise_years.tax_wan", "parcels.land_use_system"],
            "department": [None, None, "区市场监管局", "区税务局", None],
        }
    )
    issues = pd.DataFrame(
        {
            "issue_id": ["c", "a", "b"],
            "table": ["parcels", "links", "parcels"],
            "file": ["宗地.gpkg", "用地.xlsx", "宗地.gpkg"],
            "sheet": [None, "Sheet1", None],
            "row": pd.array([3, 12, None], dtype="Int64"),
            "key": [ids[0], "=cmd|' /C calc'!A0", ids[2]],
            "field": ["geometry", "area_mu", None],
            "kind": ["invalid_geometry", "bad_number", "straddler"],
            "severity": ["warning", "error", "note"],
            "value": [None, "-十亩", None],
            "before": ["15.0", None, None],
            "after": ["14.9", None, None],
            "message": ["图形自相交，已修复", "“用地面积”的值“-十亩”不是数字", "跨界"],
            "message_en": ["repaired", "no number", "straddles"],
            "department": ["自然资源和规划分局", "属地镇街", None],
        }
    )
    return SimpleNamespace(
        parcels=parcels, enterprises=enterprises, links=links, verdicts=verdicts, issues=issues
    )
