"""Who lets to whom on a parcel, and what that takes off the lessor (转租)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from landgov.quality import CheckedTable, tell

# A tenant of a parcel with several owners who does not say which of them lets.
UNCLEAR = -2
# A tenant whose lessor, in the end, is itself.
RING = -3
_EXCESS_MU = 1e-6
# What an enterprise lets comes off what it owns first, then off what it rents.
_TURN = {"owner": 0, "lessee": 1, "user": 2}


@dataclass(frozen=True)
class Lettings:
    """Which enterprise holds what on each parcel, and from whom.

    Parameters
    ----------
    holding : ndarray of int
        Number of the parcel and enterprise of each link.
    lessor : ndarray of int
        Position of the link (the first of its holding) that each link's land comes off; -1
        where it comes off nobody; `UNCLEAR`, `RING` where that can't be told.
    order : ndarray of int
        Links by holding: owner, lessee, user.
    size : int
        How many holdings there are.
    """

    holding: np.ndarray
    lessor: np.ndarray
    order: np.ndarray
    size: int

    def of_lessor(self, links: np.ndarray) -> np.ndarray:
        """Holdings that these links' land comes off; they have to have a lessor."""
        return np.asarray(self.holding[self.lessor[links]])

    def among(self, holdings: np.ndarray) -> np.ndarray:
        """Whether each link is one of these holdings."""
        wanted = np.zeros(self.size, dtype=bool)
        wanted[holdings] = True
        return np.asarray(wanted[self.holding])

    def total(self, amount: np.ndarray) -> np.ndarray:
        """Sum of a figure of the links by holding; NaN where one is."""
        return np.asarray(np.bincount(self.holding, amount, self.size), dtype=float)

    def let(self, area: np.ndarray) -> np.ndarray:
        """Land that each holding lets to others, 亩, where links hold `area`."""
        has = np.flatnonzero(self.lessor >= 0)
        off = np.bincount(self.of_lessor(has), area[has], self.size)
        return np.asarray(off, dtype=float)

    def kept(self, gross: np.ndarray, let: np.ndarray) -> np.ndarray:
        """Land that is left of each link when its holding lets `let`, 亩; never below 0.

        A link without stated land takes all that the links before it can't give.
        """
        net = gross.copy()
        if not len(self.order):
            return net
        # Only holdings that let are worked out: few are, and of most the link is the holding.
        at = self.order[let[self.holding[self.order]] != 0]
        if not len(at):
            return net
        room = np.where(np.isnan(gross[at]), np.inf, gross[at])
        group = self.holding[at]
        first = np.r_[True, group[1:] != group[:-1]]
        rest = let[group]
        turn = np.arange(len(at)) - np.maximum.accumulate(np.where(first, np.arange(len(at)), 0))
        # As many rounds as an enterprise has links to one parcel: three at most.
        for number in range(int(turn.max()) + 1):
            now = np.flatnonzero(turn == number)
            given = np.minimum(rest[now], room[now])
            net[at[now]] = gross[at[now]] - given
            after = now + 1
            after = after[after < len(at)]
            more = after[turn[after] == number + 1]
            rest[more] = rest[more - 1] - np.minimum(rest[more - 1], room[more - 1])
        return net

    def held(self, gross: np.ndarray, net: np.ndarray) -> np.ndarray:
        """Land that each link holds before it lets, 亩: what it states, else what it keeps and lets.

        Parameters
        ----------
        gross, net : ndarray
            Land as stated (NaN where it is not), and what each link keeps.

        Returns
        -------
        ndarray
            Held less kept is let. What is let beyond a stated area is not held.
        """
        stated = ~np.isnan(gross)
        unstated = self.order[~stated[self.order]][::-1]
        blank = np.full(self.size, -1)
        blank[self.holding[unstated]] = unstated  # the first of each holding
        has = np.flatnonzero(blank >= 0)
        given = self.total(np.where(stated, gross - net, 0.0))
        held = np.where(stated, gross, net)
        for _ in range(len(net)):  # as many turns as there are hands; rings let to nobody
            # What stated links did not give, the holding's unstated one has let.
            more = np.where(stated, gross, net)
            more[blank[has]] += np.maximum(self.let(held) - given, 0.0)[has]
            if np.array_equal(more, held, equal_nan=True):
                break
            held = more
        return np.where(np.isnan(net), np.nan, held)


def lettings(links: pd.DataFrame, checked: CheckedTable, issues: list[dict[str, Any]]) -> Lettings:
    """Find whose land each lessee's or user's land comes off (出租方).

    Parameters
    ----------
    links : DataFrame
        Active links, with `place` (position of the parcel, or -1).
    checked : CheckedTable
        The links as checked, for the issues.
    issues : list of dict
        `ambiguous_lessor` and `lease_cycle` are added.

    References
    ----------
    虞政办发〔2021〕86号, 三（二）.
    """
    place = links["place"].to_numpy().astype(np.int64)
    role = links["role"]
    owner = role.eq("owner").fillna(value=False).to_numpy(dtype=bool) & (place >= 0)
    tenant = role.isin(("lessee", "user")).to_numpy() & (place >= 0)
    firms = int(links["firm"].max()) + 2 if len(links) else 1
    pair = place * firms + links["firm"].to_numpy()
    turn = role.map(_TURN).fillna(len(_TURN)).to_numpy()
    order = np.lexsort((turn, pair))
    new = np.r_[True, np.diff(pair[order]) != 0][: len(links)]
    holding = np.empty(len(links), dtype=np.int64)
    holding[order] = np.cumsum(new) - 1
    first = order[new]

    named = links["lessor_id"].notna().to_numpy()
    owners = np.bincount(place[owner], minlength=int(place.max(initial=-1)) + 1)
    owner_at = np.full(len(owners), -1)
    owner_at[place[owner]] = np.flatnonzero(owner)
    lessor = np.full(len(links), -1, dtype=np.int64)
    lets = np.flatnonzero(tenant & ~named)
    several = owners[place[lets]] > 1
    lessor[lets] = np.where(several, UNCLEAR, owner_at[place[lets]])
    _tell_of(links, lets[several], "ambiguous_lessor", checked, issues)
    lets = np.flatnonzero(tenant & named)
    who = _firms_of_lessors(links, lets, place, len(owners))
    wanted = np.where(who < 0, -2 * firms, place[lets] * firms + who)
    at = np.searchsorted(pair[first], wanted)
    there = at < len(first)
    there[there] = pair[first[at[there]]] == wanted[there]
    lessor[lets[there]] = first[at[there]]
    # Its own lessor: somebody else's owner link says that the land is another's.
    has = np.flatnonzero(lessor >= 0)
    to = lessor[has]
    own = has[(holding[has] == holding[to]) & (turn[has] == turn[to])]
    lessor[own] = np.where(owners[place[own]] > 0, RING, -1)
    # Rows that contradict each other may name several lessors, and make no ring.
    rings = _in_rings(np.where(links["uncertain"], -1, lessor)) | (lessor == RING)
    _tell_of(links, np.flatnonzero(rings), "lease_cycle", checked, issues)
    return Lettings(holding, np.where(rings, RING, lessor), order, len(first))


def _firms_of_lessors(
    links: pd.DataFrame, lets: np.ndarray, place: np.ndarray, parcels: int
) -> np.ndarray:
    """Number of the enterprise that lets, for each of these links; -1 where it has no link there.

    Only links to the parcels concerned are compared, as text is slow to compare.
    """
    concerned = np.zeros(parcels + 1, dtype=bool)
    concerned[place[lets]] = True
    concerned[-1] = False  # where no parcel is found
    rows = np.flatnonzero(concerned[place])
    words = (links["enterprise_id"].iloc[rows], links["lessor_id"].iloc[lets])
    code = pd.factorize(pd.concat(words, ignore_index=True))[0]
    firm = np.full(int(code.max(initial=-1)) + 1, -1, dtype=np.int64)
    firm[code[: len(rows)]] = links["firm"].to_numpy()[rows]
    return np.asarray(firm[code[len(rows) :]])


def _tell_of(
    links: pd.DataFrame,
    chosen: np.ndarray,
    kind: str,
    checked: CheckedTable,
    issues: list[dict[str, Any]],
) -> None:
    """Name each of these links in words that speak of its parcel."""
    rows = links.iloc[chosen]
    places = rows["row"].to_numpy(dtype=np.int64)
    keys, values = rows["parcel_id"].tolist(), rows["enterprise_id"].tolist()
    tell(issues, kind, checked, places, "lessor_id", key=keys, value=values)


def _in_rings(lessor: np.ndarray) -> np.ndarray:
    """Links that let to each other in a ring: A holds from B, and B from A."""
    has = np.flatnonzero(lessor >= 0)
    size = len(lessor)
    if not len(has):
        return np.zeros(size, dtype=bool)
    graph = coo_array((np.ones(len(has)), (has, lessor[has])), (size, size))
    _, label = connected_components(graph, directed=True, connection="strong")
    # Each link has one lessor at most, so a strong component of two or more is a ring.
    several = np.bincount(label) > 1
    return np.asarray(several[label])


def tell_over_sublet(
    links: pd.DataFrame,
    held: np.ndarray,
    let: np.ndarray,
    holdings: Lettings,
    rounding: float,
    checked: CheckedTable,
    issues: list[dict[str, Any]],
) -> None:
    """Name the enterprises that let more of a parcel than they hold (转租超过持有).

    What is let in excess is no land of the lessor, and shows where the parcel's links exceed
    it, so no 亩 is lost.

    Parameters
    ----------
    links : DataFrame
        Active links.
    held, let : ndarray
        Land of each holding, and what it lets, 亩.
    holdings : Lettings
        Who holds what.
    rounding : float
        What the rounding of figures as sent can make, 亩.
    checked : CheckedTable
        The links as checked.
    issues : list of dict
        `over_sublet` is added.
    """
    over = let > held + rounding + _EXCESS_MU  # a missing area is no excess
    first = np.full(holdings.size, -1)
    first[holdings.holding[holdings.order[::-1]]] = holdings.order[::-1]
    rows = links.iloc[first[over]]
    firms = rows["enterprise_id"].tolist()
    tell(
        issues,
        "over_sublet",
        checked,
        rows["row"].to_numpy(dtype=np.int64),
        "area_mu",
        key=rows["parcel_id"].tolist(),
        value=[f"{mu:.4f}" for mu in let[over]],
        allowed=[f"{firm} {mu:.4f}" for firm, mu in zip(firms, held[over], strict=True)],
    )
