"""The whole table of land, row by row, against loops over whole numbers that know no arrays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landgov.rules.users import Users
from landgov.summary import land_pieces
from landgov.summary.reporting import table_of

ORDER = ("four_without", "wider_violations", "two_high", "low_efficiency", "collective")
NO, OPEN, YES = 0, 1, 2
FIRMS = 5
# Land in hundredths of an 亩, as certificates give it; None where nobody knows.
_HUNDREDTHS = st.one_of(st.none(), st.integers(0, 3_000))
_RANK = st.sampled_from([NO, NO, OPEN, YES])

Plot = dict[str, Any]
Key = tuple[str, str, str, str]


@st.composite
def districts(draw: st.DrawFn) -> tuple[list[Plot], list[dict[str, int]], list[str], bool]:
    """Plots with their links and answers, the answers of the enterprises, an order of categories.

    The links of some plots make their land exactly, of others more or less than it.
    """
    plots = []
    for number in range(draw(st.integers(1, 7))):
        users = draw(st.lists(st.integers(0, FIRMS - 1), max_size=4, unique=True))
        links = [(firm, draw(_HUNDREDTHS)) for firm in users]
        stated = [area for _, area in links if area is not None]
        exact = len(links) > 0 and len(stated) == len(links) and draw(st.booleans())
        plots.append(
            {
                "id": f"P{number}",
                "land": sum(stated) if exact else draw(_HUNDREDTHS),
                "links": links,
                "own": {category: draw(_RANK) for category in ORDER},
                "scope": draw(st.sampled_from([YES, YES, OPEN, NO])),
                "town": draw(st.sampled_from(["东关街道", "道墟街道", None])),
                "platform": draw(st.sampled_from(["甲园", "乙园", None])),
                "ownership": draw(st.sampled_from(["state", "collective", "unknown"])),
            }
        )
    firms = [{category: draw(_RANK) for category in ORDER} for _ in range(FIRMS)]
    return plots, firms, list(draw(st.permutations(ORDER))), draw(st.booleans())


# ---- the oracle ------------------------------------------------------------------------


def plain_pieces(plot: Plot, firms: list[dict[str, int]], covered: bool) -> list[dict[str, Any]]:
    """Each link of a plot, and what they leave of it, with their answers."""
    known = plot["land"] is not None
    land = Fraction(plot["land"] or 0, 100)
    pieces, blank, held = [], [], Fraction(0)
    for firm, area in plot["links"]:
        answers = {}
        for category in ORDER:
            own = plot["own"][category]
            answers[category] = own if category == "collective" else max(own, firms[firm][category])
        piece = {"firm": firm, "mu": None, "answers": answers, "rest": False}
        if known and area is not None:
            piece["mu"] = Fraction(area, 100)
            held += Fraction(area, 100)
        else:
            blank.append(answers)
        pieces.append(piece)
    if plot["links"] and (not known or land == held):
        return pieces
    answers = {}
    for category in ORDER:
        own = plot["own"][category]
        if category != "collective" and not plot["links"] and not covered:
            own = max(own, OPEN)  # who uses it nobody knows
        may_be = {own} | {each[category] for each in blank}
        answers[category] = own if len(may_be) == 1 else OPEN
    rest = {"firm": None, "mu": land - held if known else None, "answers": answers}
    return [*pieces, {**rest, "rest": not blank}]


def plain_category(piece: dict[str, Any], answers: dict[str, int], scope: int, order: list[str]):  # type: ignore[no-untyped-def]
    for category in order:
        if answers[category] == YES:
            return category
    if scope == NO:
        return "out_of_scope"
    if piece["mu"] is not None and piece["mu"] < 0:
        return "over_allocated"
    if scope == OPEN or OPEN in answers.values():
        return "unknown"
    return "residual" if piece["rest"] else "no_category"


def plain_table(
    plots: list[Plot], firms: list[dict[str, int]], order: list[str], covered: bool
) -> dict[Key, tuple[int, int, int, Fraction | None]]:
    """Rows by place, category and line: plots, plots of unknown land, enterprises, 亩."""
    rows: dict[Key, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for plot in plots:
        place = (plot["town"] or "", plot["platform"] or "", plot["ownership"])
        for piece in plain_pieces(plot, firms, covered):
            answers = {name: min(rank, plot["scope"]) for name, rank in piece["answers"].items()}
            first = plain_category(piece, answers, plot["scope"], order)
            rows[(*place, f"{first} once")].append((plot["id"], piece))
            for category, rank in answers.items():
                if rank == YES and category != first:
                    rows[(*place, f"{category} also")].append((plot["id"], piece))
                if rank == OPEN:
                    rows[(*place, f"{category} open")].append((plot["id"], piece))
    table = {}
    for key, members in rows.items():
        stated = [piece["mu"] for _, piece in members if piece["mu"] is not None]
        table[key] = (
            len({plot for plot, _ in members}),
            len({plot for plot, piece in members if piece["mu"] is None}),
            len({piece["firm"] for _, piece in members} - {None}),
            sum(stated, Fraction(0)) if stated else None,
        )
    return table


# ---- what landgov says -----------------------------------------------------------------


def table_from(
    plots: Sequence[Plot], firms: list[dict[str, int]], order: list[str], covered: bool
) -> pd.DataFrame:
    """The table of landgov for the same district, its plots in the given order."""
    links = [
        (place, firm, np.nan if area is None else area / 100)
        for place, plot in enumerate(plots)
        for firm, area in plot["links"]
    ]
    links.sort(key=lambda each: (each[0], -np.nan_to_num(each[2], nan=-1.0), each[1]))
    parcel = np.array([each[0] for each in links], dtype=np.int64)
    firm = np.array([each[1] for each in links], dtype=np.int64)
    has_link = np.isin(np.arange(len(plots)), parcel)
    ids = pd.Index([plot["id"] for plot in plots], name="parcel_id")
    users = Users(
        parcels=ids,
        firms=pd.Index([f"F{number}" for number in range(FIRMS)], name="enterprise_id"),
        parcel=parcel,
        firm=firm,
        undecided=np.zeros(len(links), dtype=bool),
        land_mu=np.array([each[2] for each in links], dtype=float),
        has_link=has_link,
        unlinked_unknown=~has_link & (not covered),
        parcel_mu=np.array([np.nan if p["land"] is None else p["land"] / 100 for p in plots]),
    )
    facts = {}
    for category in ORDER:
        own = np.array([plot["own"][category] for plot in plots], dtype=np.int8)
        ranks = np.array([each[category] for each in firms], dtype=np.int8)
        facts[category] = (None if category == "collective" else ranks[firm], own)
    scope = np.array([plot["scope"] for plot in plots], dtype=np.int8)
    place = pd.DataFrame(
        {
            name: pd.Series([plot[name] for plot in plots], dtype="str").to_numpy()
            for name in ("town", "platform", "ownership")
        },
        index=ids,
    )
    return table_of(land_pieces(users, facts, scope, order), place)


def rows_of(table: pd.DataFrame) -> dict[Key, tuple[int, int, int, Fraction | None]]:
    found = {}
    for row in table.fillna({"town": "", "platform": ""}).to_dict("records"):
        mu = None if np.isnan(row["mu"]) else Fraction(round(row["mu"] * 100), 100)
        assert mu is None or abs(float(mu) - row["mu"]) < 1e-9
        key = (row["town"], row["platform"], row["ownership"], f"{row['category']} {row['line']}")
        assert key not in found
        found[key] = (row["parcels"], row["without_area"], row["enterprises"], mu)
    return found


@settings(max_examples=120, deadline=None)
@given(district=districts())
def test_every_row_of_the_table_is_that_of_plain_loops(district) -> None:  # type: ignore[no-untyped-def]
    assert rows_of(table_from(*district)) == plain_table(*district)


@settings(max_examples=40, deadline=None)
@given(district=districts(), data=st.data())
def test_the_order_of_the_parcels_changes_no_row(district, data) -> None:  # type: ignore[no-untyped-def]
    plots, firms, order, covered = district
    turned = data.draw(st.permutations(plots))
    pd.testing.assert_frame_equal(
        table_from(plots, firms, order, covered), table_from(turned, firms, order, covered)
    )


@settings(max_examples=40, deadline=None)
@given(district=districts(), data=st.data())
def test_a_platform_split_in_two_holds_together_what_it_held(district, data) -> None:  # type: ignore[no-untyped-def]
    plots, firms, order, covered = district
    parts = [{**plot, "platform": plot["platform"] and plot["platform"] + half}
             for plot in plots for half in [data.draw(st.sampled_from("东西"))]]  # fmt: skip
    whole, split = (table_from(each, firms, order, covered) for each in (plots, parts))
    split = split.assign(platform=split["platform"].str[:-1])
    keys = ["town", "platform", "ownership", "category", "line"]
    sums = [
        each.groupby(keys, dropna=False)[["parcels", "without_area", "mu"]].sum().sort_index()
        for each in (whole, split)
    ]
    pd.testing.assert_frame_equal(*sums, atol=1e-9, rtol=0)


@settings(max_examples=40, deadline=None)
@given(district=districts())
def test_all_land_is_in_the_lines_once_and_in_no_other(district) -> None:  # type: ignore[no-untyped-def]
    plots, *_ = district
    once = sum(
        (row[3] or Fraction(0) for key, row in rows_of(table_from(*district)).items()
         if key[3].endswith(" once")),
        Fraction(0),
    )  # fmt: skip
    assert once == sum((Fraction(plot["land"] or 0, 100) for plot in plots), Fraction(0))


def test_the_oracle_by_hand() -> None:
    """12 亩: 7 of a firm that is 两高, 3 of one in doubt, 2 of nobody."""
    quiet = dict.fromkeys(ORDER, NO)
    firms = [quiet | {"two_high": YES}, quiet | {"low_efficiency": OPEN}, quiet, quiet, quiet]
    plot = {"id": "P0", "land": 1_200, "links": [(0, 700), (1, 300)], "own": quiet, "scope": YES,
            "town": "东关街道", "platform": None, "ownership": "state"}  # fmt: skip
    at = ("东关街道", "", "state")
    assert plain_table([plot], firms, list(ORDER), True) == {
        (*at, "two_high once"): (1, 0, 1, Fraction(7)),
        (*at, "unknown once"): (1, 0, 1, Fraction(3)),
        (*at, "low_efficiency open"): (1, 0, 1, Fraction(3)),
        (*at, "residual once"): (1, 0, 0, Fraction(2)),
    }


@pytest.mark.parametrize("seed", range(3))
def test_a_larger_district_too(seed: int) -> None:
    dice = np.random.default_rng(seed)
    some = lambda: int(dice.integers(0, 3))  # noqa: E731
    plots = [
        {
            "id": f"P{number:04d}",
            "land": None if dice.random() < 0.05 else int(dice.integers(1, 5_000)),
            "links": [
                (int(firm), None if dice.random() < 0.2 else int(dice.integers(1, 2_000)))
                for firm in dice.permutation(FIRMS)[: int(dice.integers(0, 4))]
            ],
            "own": {category: some() for category in ORDER},
            "scope": some(),
            "town": str(dice.choice(["东关街道", "道墟街道"])),
            "platform": str(dice.choice(["甲园", "乙园"])),
            "ownership": "state",
        }
        for number in range(600)
    ]
    firms = [{category: some() for category in ORDER} for _ in range(FIRMS)]
    district = (plots, firms, list(ORDER), bool(seed % 2))
    assert rows_of(table_from(*district)) == plain_table(*district)
