"""The ledger of land, case by case: who lets to whom, and what is said where it can't be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from case import EAST, NORTH, Case
from landgov.policies.changed import changed_policy
from landgov.register.land import active_links, worked_areas
from plain_ledger import Link
from test_conservation import AS_OF, FIRMS, POLICY, checked, ledger

LAND = {"P1": Fraction(10), "P2": Fraction(10), "P3": Fraction(10)}


def of(firm: str, role: str, lessor: str | None, area: float | None) -> Link:
    exact = None if area is None else Fraction(str(area))
    return Link("P1", firm, role, lessor, exact, None, None, None)


def told(links: list[Link]) -> list[dict[str, Any]]:
    issues: list[dict[str, Any]] = []
    table = checked(links)
    mu = pd.Series({p: float(area) for p, area in LAND.items()})
    worked_areas(active_links(table, mu.index, pd.Index(FIRMS), AS_OF), mu, POLICY, table, issues)
    return issues


@pytest.mark.parametrize(
    ("links", "land"),
    [
        pytest.param(
            [of("A", "owner", None, 10), of("B", "lessee", None, 4)],
            [6, 4],
            id="a tenant's land comes off the owner where no lessor is named",
        ),
        pytest.param(
            [of("A", "owner", None, 10), of("B", "lessee", "A", 6), of("C", "lessee", "B", 2)],
            [4, 4, 2],
            id="a tenant of a tenant comes off the tenant, not the owner",
        ),
        pytest.param(
            [
                *(of("A", "owner", None, 10), of("B", "lessee", "A", 6)),
                *(of("C", "lessee", "B", 5), of("D", "user", "C", 4)),
            ],
            [4, 1, 1, 4],
            id="three hands down, each keeps what it does not let",
        ),
        pytest.param(
            [of("A", "owner", None, 10), of("B", "lessee", "A", 12)],
            [0, 12],
            id="what is let beyond what is held leaves nothing, never less",
        ),
        pytest.param(
            [of("A", "lessee", "B", 4), of("B", "lessee", "A", 6), of("C", "owner", None, 10)],
            [None, None, None],
            id="two that let to each other have unknown land, and so has the owner",
        ),
        pytest.param(
            [of("A", "owner", None, 5), of("B", "owner", None, 5), of("C", "lessee", None, 2)],
            [None, None, 2],
            id="of two owners it is not known which one lets",
        ),
        pytest.param(
            [of("A", "owner", None, 5), of("B", "owner", None, 5), of("C", "lessee", "B", 2)],
            [5, 3, 2],
            id="of two owners the named one lets",
        ),
        pytest.param(
            [of("A", "owner", None, 10), of("B", "lessee", "B", 4)],
            [None, None],
            id="its own lessor on another's land: neither is known",
        ),
        pytest.param(
            [of("B", "lessee", "B", 4)],
            [4],
            id="its own lessor where nobody owns the land takes it off nobody",
        ),
        pytest.param(
            [of("A", "owner", None, 6), of("B", "lessee", "Z", 4)],
            [6, 4],
            id="a lessor without land there is nobody's loss",
        ),
        pytest.param(
            [of("A", "owner", None, 10), of("B", "lessee", "A", 6), of("A", "lessee", "B", 2)],
            [4, 4, 2],
            id="an owner may rent back a part of what it lets",
        ),
        pytest.param(
            [
                *(of("A", "owner", None, 10), of("B", "owner", None, 3)),
                *(of("B", "lessee", "A", 4), of("C", "lessee", "B", 5)),
            ],
            [6, 0, 2, 5],
            id="who owns and rents lets what it owns first, then what it rents",
        ),
        pytest.param(
            [of("A", "owner", None, None), of("B", "lessee", "A", 4)],
            [6, 4],
            id="the one without area takes what the others leave",
        ),
        pytest.param(
            [of("A", "owner", None, None), of("B", "owner", None, None)],
            [None, None],
            id="of two without area each is unknown while the policy names no rule",
        ),
    ],
)
def test_land_of_each_link(links: list[Link], land: list[float | None]) -> None:
    ours = ledger(links, LAND)["area_worked_mu"]
    assert [None if pd.isna(mu) else round(mu, 9) for mu in ours] == land


def test_a_ring_is_told_at_each_of_its_links() -> None:
    issues = told([of("A", "lessee", "B", 4), of("B", "lessee", "A", 6)])
    assert [(i["kind"], i["key"], i["row"]) for i in issues] == [
        ("lease_cycle", "P1", 2),
        ("lease_cycle", "P1", 3),
    ]
    assert "相互出租" in issues[0]["message"]


@pytest.mark.parametrize(
    ("let", "kinds"),
    [(10.0, []), (10.01, []), (10.0101, ["over_sublet"])],
    ids=["all that is held may be let", "rounding is no excess", "a little more is one"],
)
def test_more_let_than_held_is_told(let: float, kinds: list[str]) -> None:
    issues = told([of("A", "owner", None, 10), of("B", "lessee", "A", let)])
    assert [i["kind"] for i in issues] == kinds
    if kinds:
        assert "10.0101" in issues[0]["message"]
        assert "A 10.0000" in issues[0]["message"]


def test_an_unnamed_lessor_is_told_by_the_parcel() -> None:
    [one] = told([of("A", "owner", None, 5), of("B", "owner", None, 5), of("C", "user", None, 2)])
    assert (one["kind"], one["key"], one["row"]) == ("ambiguous_lessor", "P1", 4)
    assert "地块 P1 " in one["message"]


@pytest.mark.parametrize(
    ("area", "kind"),
    [
        (15.0, None),
        (15.01, "over_allocated_rounding"),
        (15.0101, "over_allocated"),
    ],
    ids=["exact", "within rounding", "just beyond rounding"],
)
def test_an_excess_within_rounding_is_a_note(tmp_path: Path, area: float, kind: str | None) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1", "area_cert_mu": 15.0})
    case.table("links", {"parcel_id": "P1", "enterprise_id": "A", "role": "owner", "area_mu": area})
    result = case.run()
    found = result.issues[result.issues["kind"].str.startswith("over_allocated")]
    assert found["kind"].tolist() == ([kind] if kind else [])
    if kind:
        assert found["key"].tolist() == ["P1"]
        # The land stays as sent; what exceeds the parcel stands on a row of its own.
        assert result.links["area_worked_mu"].sum() == pytest.approx(15.0)


def test_who_is_its_own_lessor_is_told_where_another_owns_the_land() -> None:
    [one] = told([of("A", "owner", None, 10), of("B", "user", "B", 4)])
    assert (one["kind"], one["key"], one["value"], one["row"]) == ("lease_cycle", "P1", "B", 3)


@pytest.mark.parametrize(
    ("first", "last", "active"),
    [
        ("2022-12-31", None, True),
        ("2023-01-01", None, False),
        (None, "2022-12-31", True),
        (None, "2022-12-30", False),
        ("2022-12-31", "2022-12-31", True),
        (None, None, True),
    ],
)
def test_both_days_of_a_link_count(first: str | None, last: str | None, active: bool) -> None:
    days = [None if day is None else date.fromisoformat(day) for day in (first, last)]
    link = Link("P1", "A", "owner", None, Fraction(4), None, *days)
    assert ledger([link], LAND)["area_worked_mu"].tolist() == ([4.0] if active else [])


def test_a_day_that_cannot_be_read_leaves_the_land_open(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1", "area_cert_mu": 15.0})
    row = {"parcel_id": "P1", "role": "user", "area_mu": 6.0}
    case.table("links", row | {"enterprise_id": "A", "to": "不详"}, row | {"enterprise_id": "B"})
    links = case.run().links
    land = links.set_index(links["enterprise_id"].fillna("left"))["area_worked_mu"]
    assert np.isnan(land["A"])
    assert land["B"] == 6.0
    assert np.isnan(land["left"])


def _shared(folder: Path, order: str, more: tuple[dict[str, Any], ...] = ()) -> pd.DataFrame:
    """Three of one parcel of 15 亩 without land stated, by the rules of a policy."""
    folder.mkdir()
    words = f'extends = "shangyu-2021-86"\nlinks_unstated = {order}\n'
    (folder / "own.toml").write_text(words, "utf-8")
    case = Case(folder, policy="own.toml").parcels({"parcel_id": "P1", "area_cert_mu": 15.0})
    row = {"parcel_id": "P1", "role": "user", "floor_area_m2": None}
    rows = [row | {"enterprise_id": firm} for firm in "ABC"]
    case.table("links", *(x | y for x, y in zip(rows, more or ({},) * 3, strict=True)))
    corner = (EAST, NORTH)
    shapes = [
        shapely.box(corner[0] + at, corner[1], corner[0] + at + wide, corner[1] + 30)
        for at, wide in ((0, 30), (40, 10), (60, 20), (90, 5))
    ]
    buildings = [
        {"building_id": str(n), "enterprise_id": firm, "geometry": shape}
        for n, (firm, shape) in enumerate(zip(("A", "B", "C", None), shapes, strict=True))
    ]
    case.areas("buildings", *buildings)
    links = case.run().links
    return links[links["enterprise_id"].notna()].set_index("enterprise_id")


def test_unstated_land_is_split_by_the_rule_of_the_policy(tmp_path: Path) -> None:
    floors = tuple({"floor_area_m2": area} for area in (1000, 2000, 2000))
    for order, more, rule, land in (
        ('["building_footprints", "equal"]', (), "building_footprints", [7.5, 2.5, 5.0]),
        ('["floor_area", "building_footprints"]', floors, "floor_area", [3.0, 6.0, 6.0]),
        ('["floor_area", "equal"]', (), "equal", [5.0, 5.0, 5.0]),
        ("[]", floors, None, [None] * 3),
    ):
        links = _shared(tmp_path / f"{rule}", order, more)
        found = [None if pd.isna(mu) else round(mu, 9) for mu in links["area_worked_mu"]]
        assert (found, set(links["rule"].fillna("-"))) == (land, {rule or "-"})


def test_unstated_tenants_have_what_their_lessor_holds_and_no_more() -> None:
    links = [
        of("A", "owner", None, 6),
        replace(of("B", "lessee", "A", None), floor=Fraction(1000)),
        replace(of("C", "lessee", "A", None), floor=Fraction(2000)),
    ]
    policy = changed_policy(POLICY, {"links_unstated": '["floor_area", "equal"]'})
    # Of 10 亩 A holds 6 and lets all of it; with floor area of its own it keeps its part.
    assert ledger(links, LAND, policy)["area_worked_mu"].tolist() == [0, 2, 4]
    links[0] = replace(links[0], floor=Fraction(3000))
    assert ledger(links, LAND, policy)["area_worked_mu"].tolist() == [3, 1, 2]


def test_one_file_of_links_or_two_make_the_same_ledger(tmp_path: Path) -> None:
    rows = [
        {"parcel_id": "P1", "enterprise_id": "A", "role": "owner", "area_mu": 15},
        {"parcel_id": "P1", "enterprise_id": "B", "role": "lessee", "lessor_id": "A", "area_mu": 6},
        {"parcel_id": "P1", "enterprise_id": "C", "role": "lessee", "lessor_id": "B", "area_mu": 2},
        {"parcel_id": "P2", "enterprise_id": "A", "role": "owner", "area_mu": None},
        {"parcel_id": "P2", "enterprise_id": "C", "role": "user", "share": 0.25},
    ]
    found = []
    for number, files in enumerate(([rows], [rows[::2], rows[1::2]], [rows[3:], rows[:3]])):
        folder = tmp_path / str(number)
        folder.mkdir()
        case = Case(folder).parcels({"parcel_id": "P1"}, {"parcel_id": "P2"})
        for file in files:
            case.table("links", *file)
        found.append(case.run().links)
    assert found[0]["area_worked_mu"].notna().all()
    for other in found[1:]:
        pd.testing.assert_frame_equal(found[0], other)
