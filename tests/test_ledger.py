"""The ledger of land, case by case: who lets to whom, and what is said where it can't be."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from case import Case
from landgov.register.land import active_links, worked_areas
from test_conservation import AS_OF, POLICY, Link, checked, ledger

LAND = {"P1": Fraction(10), "P2": Fraction(10), "P3": Fraction(10)}


def of(firm: str, role: str, lessor: str | None, area: float | None) -> Link:
    exact = None if area is None else Fraction(str(area))
    return Link("P1", firm, role, lessor, exact, None, None, None)


def told(links: list[Link]) -> list[dict[str, Any]]:
    issues: list[dict[str, Any]] = []
    table = checked(links)
    mu = pd.Series({p: float(area) for p, area in LAND.items()})
    worked_areas(active_links(table, mu.index, AS_OF), mu, POLICY, table, issues)
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
    [(10.0, []), (10.01, ["over_sublet"])],
    ids=["all that is held may be let", "a little more may not"],
)
def test_more_let_than_held_is_told(let: float, kinds: list[str]) -> None:
    issues = told([of("A", "owner", None, 10), of("B", "lessee", "A", let)])
    assert [i["kind"] for i in issues] == kinds
    if kinds:
        assert "10.0100" in issues[0]["message"]
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
