"""Pathways: the first that holds is proposed, and a fact that is missing is no reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from case import FOUR, WIDER, Case

LAND = {"planned_use": "工业", "use_changed": "否", "redevelopable": "否", "supply_status": "已供",
        "mortgaged_to_bank": "否", "vacant_floor_m2": 0}  # fmt: skip
FIRM = {"enterprise_id": "E1", "is_above_scale": "是", "grade": "B", "outdated_capacity": "否",
        "on_negative_list": "否", "high_energy": "否", "high_emission": "否",
        "is_leading": "否"}  # fmt: skip


def _run(
    folder: Path,
    *,
    land: dict[str, Any] | None = None,
    firm: dict[str, Any] | None = None,
    finding: dict[str, Any] | None = None,
    covers: tuple[str, ...] = FOUR + WIDER,
    tax: float = 10,
) -> Any:
    case = Case(folder).parcels({"parcel_id": "P1", "area_cert_mu": 10, **LAND, **(land or {})})
    case.table("enterprises", {**FIRM, **(firm or {})})
    case.table("enterprise_years", {"enterprise_id": "E1", "year": 2022, "tax_wan": tax})
    case.table("links", {"parcel_id": "P1", "enterprise_id": "E1", "role": "自有"})
    row = {"finding_id": "F1", "enterprise_id": "E9", "kind": "fire", "major": "否",
           "found_on": "2022-01-01", "closed_on": "2022-02-01", "fixable": "是"}  # fmt: skip
    case.table("findings", {**row, **(finding or {})}, covers=covers)
    return case.run().parcels.loc["P1"]


OPEN = {"enterprise_id": "E1", "closed_on": ""}


@pytest.mark.parametrize(
    ("given", "pathway"),
    [
        pytest.param({"tax": 100}, "keep", id="in no category and not idle: nothing to do"),
        pytest.param({}, "upgrade", id="low tax, planned industrial, nothing open: 整治提升"),
        pytest.param({"firm": {"outdated_capacity": "是"}}, "close_out", id="落后产能 is closed"),
        pytest.param({"firm": {"on_negative_list": "是"}}, "close_out", id="负面清单 is closed"),
        pytest.param(
            {"finding": {**OPEN, "fixable": "否"}}, "close_out", id="fire that can't be mended"
        ),
        pytest.param(
            {"finding": {**OPEN, "fixable": "是"}}, "upgrade", id="fire that can be mended"
        ),
        pytest.param(
            {"finding": {**OPEN, "fixable": ""}}, "unknown", id="not said whether it can be"
        ),
        pytest.param(
            {"land": {"redevelopable": "是", "vacant_floor_m2": 900}},
            "state_operated",
            id="vacant plant worth redeveloping: 国资运作",
        ),
        pytest.param(
            {"land": {"vacant_floor_m2": 900}}, "upgrade", id="vacant plant of no such value"
        ),
        pytest.param({"land": {"use_changed": "是"}}, "other", id="use changed: no upgrade"),
        pytest.param({"land": {"planned_use": "农用地"}}, "other", id="not in the plan"),
        pytest.param({"firm": {"on_negative_list": ""}}, "unknown", id="negative list not told"),
        pytest.param({"covers": FOUR}, "unknown", id="nobody reports fire, safety, environment"),
    ],
)
def test_the_pathway_proposed(tmp_path: Path, given: dict[str, Any], pathway: str) -> None:
    # 10 亩 at 10 万元 is 1 万元/亩: low; at 100 万元 it is 10.
    assert _run(tmp_path, **given)["pathway"] == pathway


def test_out_of_scope_has_no_pathway(tmp_path: Path) -> None:
    assert isinstance(_run(tmp_path, land={"land_use_code": "0701"})["pathway"], float)


def test_a_leading_neighbour_could_merge_and_a_far_one_not(tmp_path: Path) -> None:
    for gap, pathway in ((0.0, "merge"), (50.0, "upgrade")):
        folder = tmp_path / str(gap)
        folder.mkdir()
        case = Case(folder).parcels(
            *({"parcel_id": f"P{n}", "area_cert_mu": 10, **LAND} for n in (1, 2)), gap=gap
        )
        case.table("enterprises", FIRM, {**FIRM, "enterprise_id": "E2", "is_leading": "是"})
        case.table(
            "enterprise_years",
            {"enterprise_id": "E1", "year": 2022, "tax_wan": 10},
            {"enterprise_id": "E2", "year": 2022, "tax_wan": 900},
        )
        case.table(
            "links",
            {"parcel_id": "P1", "enterprise_id": "E1"},
            {"parcel_id": "P2", "enterprise_id": "E2"},
        )
        case.table("findings", {"finding_id": "F", "enterprise_id": "E1", "kind": "fire",
                   "found_on": "2023-01-01", "closed_on": ""}, covers=FOUR + WIDER)  # fmt: skip
        assert case.run().parcels.loc["P1", "pathway"] == pathway
