"""A parcel and its enterprise that need treatment and can be upgraded: cases change one fact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from case import FOUR, WIDER, Case

# 15 亩 at 15 万元 is 1 万元/亩: low, so the land needs treatment.
LAND = {"area_cert_mu": 15, "planned_use": "工业", "use_changed": "否", "redevelopable": "否",
        "supply_status": "已供", "mortgaged_to_bank": "否", "collateral_in_default": "否",
        "vacant_floor_m2": 0}  # fmt: skip
FIRM = {"is_above_scale": "是", "grade": "B", "outdated_capacity": "否", "on_negative_list": "否",
        "high_energy": "否", "high_emission": "否", "is_leading": "否"}  # fmt: skip
FINDING = {"finding_id": "F1", "parcel_id": "", "enterprise_id": "E9", "kind": "fire",
           "major": "否", "found_on": "2022-01-01", "closed_on": "2022-02-01",
           "fixable": "是"}  # fmt: skip


def district(
    folder: Path,
    *,
    land: dict[str, Any] | None = None,
    firm: dict[str, Any] | None = None,
    finding: dict[str, Any] | None = None,
    tenant: dict[str, Any] | None = None,
    beside: dict[str, Any] | None = None,
    beside_land: dict[str, Any] | None = None,
    far: bool = False,
    covers: tuple[str, ...] = FOUR + WIDER,
    taken: bool = True,
) -> Case:
    """P1 of E1, maybe let in part to E2 (`tenant`); P2 of E3 next to it or 50 m away (`beside`).

    E3 pays well, so that P2 needs no treatment by its tax.
    """
    folder.mkdir(exist_ok=True, parents=True)
    rows = [{"parcel_id": "P1", **LAND, **(land or {})}]
    if beside is not None or beside_land is not None:
        rows.append({"parcel_id": "P2", **LAND, **(beside_land or {})})
    case = Case(folder).parcels(*rows, gap=50.0 if far else 0.0)
    firms = {"E1": firm or {}}
    links = [{"parcel_id": "P1", "enterprise_id": "E1", "role": "自有"}] if taken else []
    if tenant is not None:
        firms["E2"] = tenant
        links[0]["area_mu"] = 15
        links.append({"parcel_id": "P1", "enterprise_id": "E2", "role": "承租", "area_mu": 5})
    if len(rows) > 1:
        firms["E3"] = beside or {}
        links.append({"parcel_id": "P2", "enterprise_id": "E3", "role": "自有"})
    case.table("enterprises", *({"enterprise_id": k, **FIRM, **v} for k, v in firms.items()))
    tax = {"E1": 10, "E2": 5, "E3": 900}
    case.table(
        "enterprise_years",
        *({"enterprise_id": name, "year": 2022, "tax_wan": tax[name]} for name in firms),
    )
    if links:
        case.table("links", *links)
    case.table("findings", {**FINDING, **(finding or {})}, covers=covers)
    return case


def answer(verdicts: pd.DataFrame, rule: str, parcel: str = "P1") -> dict[str, Any]:
    """The one row of a reason."""
    mine = verdicts[(verdicts["rule"] == rule) & (verdicts["parcel_id"] == parcel)]
    [row] = mine.to_dict("records")
    return row
