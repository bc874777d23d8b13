"""No 亩 and no yuan is lost or made: random links of many parcels to many enterprises."""

from __future__ import annotations

from dataclasses import replace
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
from landgov.register.holding import holdings
from landgov.register.land import active_links, residuals, worked_areas
from landgov.register.spread import SPREAD, enterprise_land, spread_by_land
from plain_ledger import Link, books, is_active

AS_OF = date(2022, 12, 31)
PARCELS, FIRMS = ("P1", "P2", "P3"), ("A", "B", "C", "D")
POLICY = load_policy("shangyu-2021-86", on=AS_OF)


def checked(links: list[Link]) -> CheckedTable:
    frame = pd.DataFrame(
        {
            "parcel_id": pd.Series([x.parcel for x in links], dtype="str"),
            "enterprise_id": pd.Series([x.firm for x in links], dtype="str"),
            "role": pd.Series([x.role for x in links], dtype="str"),
            "lessor_id": pd.Series([x.lessor for x in links], dtype="str"),
            "area_mu": [np.nan if x.area is None else float(x.area) for x in links],
            "share": [np.nan if x.share is None else float(x.share) for x in links],
            "floor_area_m2": [np.nan if x.floor is None else float(x.floor) for x in links],
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


# ---- random districts ----------------------------------------------------------------

hundredths = st.integers(0, 2000).map(lambda n: Fraction(n, 100))
# The days judged on lie in several years; a link begins or ends on them, beside them, or never.
DAYS = (date(2020, 12, 31), date(2021, 12, 31), AS_OF)
edges = [day + timedelta(n) for day in DAYS for n in (-1, 0, 1)]
days = st.one_of(st.none(), st.none(), st.sampled_from([*edges, date(2015, 1, 1)]))
ORDERS = (
    (),
    ("equal",),
    ("floor_area",),
    ("floor_area", "equal"),
    ("building_footprints", "floor_area", "equal"),
)
POLICIES = {
    order: changed_policy(POLICY, {"links_unstated": f"[{', '.join(map(repr, order))}]"})
    for order in ORDERS
}
BUILT = {("P1", "A"): 400, ("P1", "B"): 100, ("P1", "C"): 250, ("P2", "A"): 90, ("P2", "D"): 10}
FOOTPRINTS = pd.Series(
    [float(area) for area in BUILT.values()],
    index=pd.MultiIndex.from_tuples(BUILT, names=["parcel_id", "enterprise_id"]),
)


@st.composite
def a_link(draw: st.DrawFn) -> Link:
    role = draw(st.sampled_from(["owner", "owner", "lessee", "user"]))
    how = draw(st.sampled_from(["area", "area", "share", "blank"]))
    return Link(
        parcel=draw(st.sampled_from(PARCELS[:2] * 3 + PARCELS[2:])),
        firm=draw(st.sampled_from(FIRMS)),
        role=role,
        lessor=None if role == "owner" else draw(st.sampled_from([None, None, *FIRMS])),
        area=draw(hundredths) if how == "area" else None,
        share=Fraction(draw(st.integers(0, 100)), 100) if how == "share" else None,
        first=draw(days),
        last=draw(days),
        floor=Fraction(draw(st.integers(0, 3)) * 500) if draw(st.booleans()) else None,
    )


districts = st.tuples(
    st.lists(a_link(), max_size=9),
    st.fixed_dictionaries(
        {p: st.integers(1, 3000).map(lambda n: Fraction(n, 100)) for p in PARCELS}
    ),
)


def ledger(
    links: list[Link], land: dict[str, Fraction], policy: Any = POLICY, on: date = AS_OF
) -> pd.DataFrame:
    """Our ledger of the active links, with the row of each."""
    table = checked(links)
    mu = pd.Series({p: float(area) for p, area in land.items()})
    active = active_links(table, mu.index, pd.Index(FIRMS), on)
    return worked_areas(active, mu, policy, table, [], FOOTPRINTS)


def plainly(links: list[Link], land: dict[str, Fraction], order: Any, on: date) -> dict[int, Any]:
    """Land of each active link by the oracle, by its row."""
    found: dict[int, Any] = {}
    for parcel, mu in land.items():
        rows = [n for n, x in enumerate(links) if x.parcel == parcel and is_active(x, on)]
        built = {pair: Fraction(area) for pair, area in BUILT.items()}
        net = books([links[n] for n in rows], mu, order, built).net
        found |= dict(zip(rows, net, strict=True))
    return found


@settings(max_examples=100, deadline=None)
@given(districts, st.sampled_from(ORDERS), st.sampled_from(DAYS))
def test_every_link_has_the_land_that_plain_fractions_give(
    district: Any, order: Any, on: date
) -> None:
    links, land = district
    ours = ledger(links, land, POLICIES[order], on).set_index("row")["area_worked_mu"]
    plain = plainly(links, land, order, on)
    assert ours.index.tolist() == sorted(plain)
    for n, expected in plain.items():
        if expected is None:
            assert np.isnan(ours[n])
        else:
            assert ours[n] == pytest.approx(float(expected), rel=1e-9, abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(districts, st.sampled_from(ORDERS), st.sampled_from(DAYS))
def test_links_and_residual_make_the_parcel(district: Any, order: Any, on: date) -> None:
    links, land = district
    mu = pd.Series({p: float(area) for p, area in land.items()})
    ours = ledger(links, land, POLICIES[order], on)
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


@settings(max_examples=100, deadline=None)
@given(districts)
def test_land_of_an_enterprise_is_owned_and_rented_in_less_what_it_rents_out(
    district: Any,
) -> None:
    links, land = district
    worked = ledger(links, land).set_index("row")
    firms = enterprise_land(worked, pd.Index(FIRMS), covered=False)
    for firm in FIRMS:
        if np.isnan(firms[firm]):
            continue
        expected = Fraction(0)
        for parcel, mu in land.items():
            rows = [x for x in links if x.parcel == parcel and is_active(x, AS_OF)]
            mine = books(rows, mu)
            had = [n for n, x in enumerate(rows) if x.firm == firm]
            rented = [m for m, at in enumerate(mine.lessor) if at >= 0 and rows[at].firm == firm]
            if any(mine.gross[n] is None for n in had):  # takes what the others leave
                expected += sum((mine.net[n] for n in had), Fraction(0))
                continue
            held = sum((mine.gross[n] for n in had), Fraction(0))
            let = sum((mine.gross[m] or Fraction(0) for m in rented), Fraction(0))
            expected += max(Fraction(0), held - let)  # what is let in excess is told
        assert firms[firm] == pytest.approx(float(expected), rel=1e-9, abs=1e-9)
    parts = holdings(worked, pd.Index(FIRMS))
    assert not (parts < -1e-9).any().any()
    whole = parts["owned_mu"] + parts["rented_in_mu"] - parts["rented_out_mu"]
    pd.testing.assert_series_equal(whole, firms, check_names=False, rtol=0, atol=1e-9)


@settings(max_examples=100, deadline=None)
@given(districts, st.lists(st.one_of(st.none(), hundredths), min_size=4, max_size=4))
def test_what_an_enterprise_pays_sums_back_over_its_land(district: Any, taxes: Any) -> None:
    links, land = district
    ours = ledger(links, land)
    index = pd.Index(FIRMS, name="enterprise_id")
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
@given(districts, st.sampled_from(ORDERS), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(district: Any, order: Any, chance: Any) -> None:
    links, land = district
    mixed = list(enumerate(links))
    chance.shuffle(mixed)
    policy = POLICIES[order]
    ours = ledger(links, land, policy).set_index("row")["area_worked_mu"]
    other = ledger([x for _, x in mixed], land, policy).set_index("row")["area_worked_mu"]
    for place, (n, _) in enumerate(mixed):
        assert (place in other.index) == (n in ours.index)
        if n in ours.index:
            assert other[place] == pytest.approx(ours[n], rel=1e-9, abs=1e-9, nan_ok=True)


@settings(max_examples=100, deadline=None)
@given(districts, st.permutations(FIRMS), st.permutations(PARCELS))
def test_other_names_change_nothing(district: Any, firms: Any, parcels: Any) -> None:
    links, land = district
    firm, parcel = dict(zip(FIRMS, firms, strict=True)), dict(zip(PARCELS, parcels, strict=True))
    renamed = [
        replace(x, firm=firm[x.firm], lessor=x.lessor and firm[x.lessor], parcel=parcel[x.parcel])
        for x in links
    ]
    policy = POLICIES[("floor_area", "equal")]
    ours = ledger(links, land, policy)["area_worked_mu"]
    other = ledger(renamed, {parcel[p]: mu for p, mu in land.items()}, policy)
    assert other["area_worked_mu"].tolist() == pytest.approx(ours.tolist(), abs=1e-9, nan_ok=True)


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


@settings(max_examples=100, deadline=None)
@given(districts)
def test_a_naive_merge_inflates_wherever_land_or_enterprises_are_shared(district: Any) -> None:
    links, land = district
    links = [link for link in links if is_active(link, AS_OF)]
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
    firms = enterprise_land(ours, pd.Index(FIRMS), covered=False)
    assert firms.tolist()[:2] == [8.0, 2.0]  # A: owned 6 + 4, let 2
    assert naive_land(links, land) == 24  # of 14 亩
    assert naive_tax(links, {"A": Fraction(100), "B": Fraction(10)}) == 210  # of 110
