"""No 亩 and no yuan is lost or made: random links of many parcels to many enterprises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landgov.policies import load_policy
from landgov.policies.changed import changed_policy
from landgov.quality import CheckedTable
from landgov.register.land import active_links, residuals, worked_areas
from landgov.register.spread import SPREAD, enterprise_land, spread_by_land

AS_OF = date(2022, 12, 31)
PARCELS, FIRMS = ("P1", "P2", "P3"), ("A", "B", "C", "D")
POLICY = load_policy("shangyu-2021-86", on=AS_OF)


@dataclass(frozen=True)
class Link:
    """One row of the links as sent; figures are exact, as a spreadsheet holds them."""

    parcel: str
    firm: str
    role: str
    lessor: str | None
    area: Fraction | None  # hundredths of a 亩
    share: Fraction | None
    first: date | None
    last: date | None


def checked(links: list[Link]) -> CheckedTable:
    frame = pd.DataFrame(
        {
            "parcel_id": pd.Series([x.parcel for x in links], dtype="str"),
            "enterprise_id": pd.Series([x.firm for x in links], dtype="str"),
            "role": pd.Series([x.role for x in links], dtype="str"),
            "lessor_id": pd.Series([x.lessor for x in links], dtype="str"),
            "area_mu": [np.nan if x.area is None else float(x.area) for x in links],
            "share": [np.nan if x.share is None else float(x.share) for x in links],
            "floor_area_m2": np.full(len(links), np.nan),
            "from": pd.to_datetime([x.first for x in links]),
            "to": pd.to_datetime([x.last for x in links]),
        }
    )
    here = np.arange(len(links))
    return CheckedTable(
        name="links",
        frame=frame,
        given=True,
        contested=pd.Series(False, index=frame.index),
        repeated=frozenset(),
        undated=pd.DataFrame({"from": False, "to": False}, index=frame.index),
        origins=pd.DataFrame({"file": "links.csv", "sheet": "", "row": here + 2}),
        position=pd.DataFrame(dict.fromkeys(frame.columns, here)),
        covers=frozenset(),
        unread={},
        cover_files={},
    )


# ---- the ledger once more, plainly, in fractions -----------------------------------


def plain_ledger(links: list[Link], land: dict[str, Fraction]) -> list[Fraction | None]:
    """Land of each active link by the words of the contract, in whole fractions."""
    areas: list[Fraction | None] = [None] * len(links)
    for parcel in {link.parcel for link in links}:
        mine = [n for n, link in enumerate(links) if link.parcel == parcel]
        for n, area in zip(mine, _of_parcel([links[n] for n in mine], land[parcel]), strict=True):
            areas[n] = area
    return areas


def _of_parcel(rows: list[Link], land: Fraction) -> list[Fraction | None]:
    same = [(x.firm, x.role) for x in rows]
    known = [same.count((x.firm, x.role)) == 1 for x in rows]
    gross: list[Fraction | None] = []
    for x, sure in zip(rows, known, strict=True):
        stated = x.area if x.area is not None else None if x.share is None else x.share * land
        gross.append(stated if sure else None)
    owners = [n for n, x in enumerate(rows) if x.role == "owner"]
    lessor: list[int | str | None] = []
    for n, x in enumerate(rows):
        if x.role == "owner":
            lessor.append(None)
        elif x.lessor is not None:
            there = [m for m in owners if rows[m].firm == x.lessor]
            there += [m for m, y in enumerate(rows) if y.firm == x.lessor]
            lessor.append(there[0] if there and there[0] != n else None)
        else:
            lessor.append(None if not owners else owners[0] if len(owners) == 1 else "unclear")
    for n in range(len(rows)):
        seen, at = [n], lessor[n]
        while isinstance(at, int) and at not in seen:
            seen.append(at)
            at = lessor[at]
        if at == n:
            for member in seen:
                lessor[member] = "ring" if _reaches(lessor, member, n) else lessor[member]
            lessor[n] = "ring"
    open_ = any(at in ("unclear", "ring") for at in lessor)
    net: list[Fraction | None] = []
    for n, mine in enumerate(gross):
        tenants = [m for m, at in enumerate(lessor) if at == n]
        unsure = any(not known[m] for m in tenants)
        let = sum((gross[m] or Fraction(0) for m in tenants), Fraction(0))
        lost = mine is None or unsure or lessor[n] == "ring"
        lost = lost or (open_ and rows[n].role == "owner")
        net.append(None if lost else max(Fraction(0), mine - let))  # type: ignore[operator]
    blanks = [n for n in range(len(rows)) if known[n] and gross[n] is None]
    if len(blanks) > 1:
        for n in blanks:
            if isinstance(lessor[n], int):
                net[lessor[n]] = None  # type: ignore[index]
    if len(blanks) == 1 and all(known) and not open_:
        rest = sum((area for area in net if area is not None), Fraction(0))
        net[blanks[0]] = max(Fraction(0), land - rest)
    return net


def _reaches(lessor: list[Any], start: int, end: int) -> bool:
    at, steps = lessor[start], 0
    while isinstance(at, int) and steps <= len(lessor):
        if at == end:
            return True
        at, steps = lessor[at], steps + 1
    return start == end or at == "ring"


def is_active(link: Link) -> bool:
    return not (link.first and link.first > AS_OF) and not (link.last and link.last < AS_OF)


# ---- random districts ----------------------------------------------------------------

hundredths = st.integers(0, 2000).map(lambda n: Fraction(n, 100))
days = st.one_of(
    st.none(),
    st.sampled_from([AS_OF, AS_OF + timedelta(1), AS_OF - timedelta(1), date(2015, 1, 1)]),
)


@st.composite
def a_link(draw: st.DrawFn) -> Link:
    role = draw(st.sampled_from(["owner", "owner", "lessee", "user"]))
    how = draw(st.sampled_from(["area", "area", "share", "blank"]))
    return Link(
        parcel=draw(st.sampled_from(PARCELS)),
        firm=draw(st.sampled_from(FIRMS)),
        role=role,
        lessor=None if role == "owner" else draw(st.sampled_from([None, None, *FIRMS])),
        area=draw(hundredths) if how == "area" else None,
        share=Fraction(draw(st.integers(0, 100)), 100) if how == "share" else None,
        first=draw(days),
        last=draw(days),
    )


districts = st.tuples(
    st.lists(a_link(), max_size=9),
    st.fixed_dictionaries(
        {p: st.integers(1, 3000).map(lambda n: Fraction(n, 100)) for p in PARCELS}
    ),
)


def ledger(links: list[Link], land: dict[str, Fraction], policy: Any = POLICY) -> pd.DataFrame:
    """Our ledger of the active links, with the row of each."""
    table = checked(links)
    mu = pd.Series({p: float(area) for p, area in land.items()})
    active = active_links(table, mu.index, AS_OF)
    return worked_areas(active, mu, policy, table, [])


@settings(max_examples=400, deadline=None)
@given(districts)
def test_every_link_has_the_land_that_plain_fractions_give(district: Any) -> None:
    links, land = district
    ours = ledger(links, land).set_index("row")["area_worked_mu"]
    active = [n for n, link in enumerate(links) if is_active(link)]
    assert ours.index.tolist() == active
    plain = plain_ledger([links[n] for n in active], land)
    for n, expected in zip(active, plain, strict=True):
        if expected is None:
            assert np.isnan(ours[n])
        else:
            assert ours[n] == pytest.approx(float(expected), abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(districts)
def test_links_and_residual_make_the_parcel(district: Any) -> None:
    links, land = district
    mu = pd.Series({p: float(area) for p, area in land.items()})
    ours = ledger(links, land)
    left = residuals(ours, mu).set_index("parcel_id")["area_worked_mu"]
    for parcel in PARCELS:
        areas = ours.loc[ours["parcel_id"] == parcel, "area_worked_mu"]
        if areas.isna().any():
            assert parcel in left.index
            assert np.isnan(left[parcel])
            continue
        exact = sum((Fraction(area) for area in areas), Fraction(0))
        rest = Fraction(left.get(parcel, 0.0))
        assert float(abs(exact + rest - Fraction(mu[parcel]))) < 1e-9


@settings(max_examples=200, deadline=None)
@given(districts, st.lists(st.one_of(st.none(), hundredths), min_size=4, max_size=4))
def test_what_an_enterprise_pays_sums_back_over_its_land(district: Any, taxes: Any) -> None:
    links, land = district
    ours = ledger(links, land)
    index = pd.Index(sorted(FIRMS), name="enterprise_id")
    paid = pd.Series([np.nan if t is None else float(t) for t in taxes], index=index)
    firms = pd.DataFrame({name: paid * (n + 1) for n, name in enumerate(SPREAD)})
    firms["land_mu"] = enterprise_land(ours, index, covered=False)
    spread = spread_by_land(ours, firms)
    for n, (name, worked) in enumerate(SPREAD.items()):
        del name
        back = spread.groupby("enterprise_id")[worked].sum(min_count=1).reindex(index)
        for firm in index:
            if np.isnan(paid[firm]):
                assert np.isnan(back[firm])
            else:
                assert back[firm] == pytest.approx(paid[firm] * (n + 1), rel=1e-8, abs=1e-8)


@settings(max_examples=100, deadline=None)
@given(districts, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(district: Any, chance: Any) -> None:
    links, land = district
    # The first of two owners of one code lets: rows are sorted before they come here.
    mixed = list(enumerate(links))
    chance.shuffle(mixed)
    ours = ledger(links, land).set_index("row")["area_worked_mu"]
    other = ledger([link for _, link in mixed], land).set_index("row")["area_worked_mu"]
    for place, (n, _) in enumerate(mixed):
        assert (place in other.index) == (n in ours.index)
        if n in ours.index:
            assert other[place] == pytest.approx(ours[n], abs=1e-9, nan_ok=True)


@settings(max_examples=100, deadline=None)
@given(districts)
def test_scaled_links_never_exceed_the_parcel(district: Any) -> None:
    links, land = district
    ours = ledger(links, land, changed_policy(POLICY, {"scale_over_allocated": "true"}))
    held = ours.groupby("parcel_id")["area_worked_mu"].sum()
    for parcel, mu in held.items():
        assert mu <= float(land[str(parcel)]) + 1e-6


# ---- a naive merge inflates --------------------------------------------------------


def naive_tax(links: list[Link], tax: dict[str, Fraction]) -> Fraction:
    """What a merge of enterprises onto their links and a sum by parcel gives."""
    return sum((tax[link.firm] for link in links), Fraction(0))


def naive_land(links: list[Link], land: dict[str, Fraction]) -> Fraction:
    """What a merge of parcels onto their links and a sum by enterprise gives."""
    return sum((land[link.parcel] for link in links), Fraction(0))


@settings(max_examples=200, deadline=None)
@given(districts)
def test_a_naive_merge_inflates_wherever_land_or_enterprises_are_shared(district: Any) -> None:
    links, land = district
    links = [link for link in links if is_active(link)]
    pairs = {(link.parcel, link.firm, link.role) for link in links}
    tax = {firm: Fraction(100) for firm in FIRMS}
    users = {link.firm for link in links}
    true_tax = sum((tax[firm] for firm in users), Fraction(0))
    if len(links) > len(users):
        assert naive_tax(links, tax) > true_tax
    true_land = sum((land[p] for p in {link.parcel for link in links}), Fraction(0))
    if len(pairs) > len({link.parcel for link in links}):
        assert naive_land(links, land) > true_land
    # Ours: Σ of the links and residuals is the land of the parcels, whatever is shared.
    mu = pd.Series({p: float(area) for p, area in land.items()})
    ours = ledger(links, land)
    if ours["area_worked_mu"].notna().all():
        left = residuals(ours, mu)["area_worked_mu"].sum()
        total = ours["area_worked_mu"].sum() + left
        assert total == pytest.approx(float(sum(land.values())), abs=1e-8)


def test_two_users_of_one_parcel_are_counted_once_and_by_the_naive_merge_twice() -> None:
    links = [
        Link("P1", "A", "owner", None, Fraction(6), None, None, None),
        Link("P1", "B", "lessee", "A", Fraction(2), None, None, None),
        Link("P2", "A", "owner", None, Fraction(4), None, None, None),
    ]
    land = {"P1": Fraction(10), "P2": Fraction(4), "P3": Fraction(1)}
    ours = ledger(links, land)
    assert ours["area_worked_mu"].tolist() == [4.0, 2.0, 4.0]
    firms = enterprise_land(ours, pd.Index(["A", "B"]), covered=False)
    assert firms.tolist() == [8.0, 2.0]  # A: owned 6 + 4, let 2
    assert naive_land(links, land) == 24  # of 14 亩
    assert naive_tax(links, {"A": Fraction(100), "B": Fraction(10)}) == 210  # of 110
