"""Districts of independent parcels, one enterprise each, for what could change a category."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

import landgov as lg
from case import Case
from landgov.pipeline import prepare

LAND_MU = 12.0
# What a department could send of a fact that is missing: one way, and the other.
FILLS: dict[str, tuple[str, object, object]] = {
    "enterprise_years.tax_wan": ("tax_wan", 1.0, 1000.0),
    "enterprises.is_above_scale": ("is_above_scale", True, False),
    "enterprises.grade": ("grade", "D", "A"),
    "enterprises.outdated_capacity": ("outdated_capacity", True, False),
    "enterprises.high_energy": ("high_energy", True, False),
    "enterprises.high_emission": ("high_emission", True, False),
    "parcels.land_use_code": ("land_use_code", "0601", "0702"),
}
FIRM = ("is_above_scale", "grade", "outdated_capacity", "high_energy", "high_emission")


def run(folder: Path, firms: list[dict[str, Any]]) -> lg.Result:
    """Run the district of `written`."""
    return lg.run(written(folder, firms))


def judged(folder: Path, firms: list[dict[str, Any]]) -> tuple[Any, pd.DataFrame]:
    """Judge the district of `written`: parcels with their categories, and the verdicts."""
    ready = prepare(written(folder, firms))
    return ready.judged.parcels, ready.judged.verdicts(ready.checked)


def written(folder: Path, firms: list[dict[str, Any]]) -> Path:
    """Write a district: parcel P0 is used by enterprise E0 alone, and so on; each on 12 亩."""
    folder.mkdir(parents=True, exist_ok=True)
    case = Case(folder)
    case.parcels(
        *(
            {"parcel_id": f"P{n}", "area_cert_mu": LAND_MU, "land_use_code": one["land_use_code"]}
            for n, one in enumerate(firms)
        )
    )
    case.table(
        "enterprises",
        *(
            {"enterprise_id": f"E{n}", "name": f"甲{n}厂", **{name: one[name] for name in FIRM}}
            for n, one in enumerate(firms)
        ),
    )
    years = [
        {"enterprise_id": f"E{n}", "year": 2022, "tax_wan": one["tax_wan"]}
        for n, one in enumerate(firms)
    ]
    case.table("enterprise_years", *years)
    links = [
        {"parcel_id": f"P{n}", "enterprise_id": f"E{n}", "role": "owner", "area_mu": LAND_MU}
        for n in range(len(firms))
    ]
    case.table("links", *links, covers=("links",))
    return case.write()


def firm(**facts: Any) -> dict[str, Any]:
    """An enterprise of which everything is known and nothing is wrong, but for what is said."""
    sound = dict.fromkeys(FIRM[2:], False)
    usual = {"is_above_scale": True, "grade": "A", **sound, "tax_wan": 1000.0}
    return {**usual, "land_use_code": "0601", **facts}
