"""The ledger of land once more, link by link in whole fractions: the oracle of the tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

ROLES = ("owner", "lessee", "user")
NONE, UNCLEAR, RING = -1, -2, -3


@dataclass(frozen=True)
class Link:
    """One row of the links as sent; figures are exact, as a spreadsheet holds them."""

    parcel: str
    firm: str
    role: str
    lessor: str | None
    area: Fraction | None  # 亩
    share: Fraction | None
    first: date | None
    last: date | None
    floor: Fraction | None = None  # m²


def is_active(link: Link, on: date) -> bool:
    return not (link.first and link.first > on) and not (link.last and link.last < on)


@dataclass
class Books:
    """What the oracle finds out about the links of one parcel."""

    net: list[Fraction | None]
    gross: list[Fraction | None]
    lessor: list[int]


def books(
    rows: list[Link],
    land: Fraction,
    order: Sequence[str] = (),
    built: dict[tuple[str, str], Fraction] | None = None,
) -> Books:
    """Land of each link of one parcel, by the words of the contract."""
    same = [(x.firm, x.role) for x in rows]
    known = [same.count(pair) == 1 for pair in same]
    gross = [_gross(x, land) if sure else None for x, sure in zip(rows, known, strict=True)]
    blanks = [n for n, area in enumerate(gross) if known[n] and area is None]
    lessor = _lessors(rows, known)
    muddled = any(at in (UNCLEAR, RING) for at in lessor)
    open_ = muddled or not all(known)
    off = _off(rows, gross, known, lessor)
    net = _keep(rows, gross, off)
    if len(blanks) > 1:
        parts: dict[int, Fraction] = {}
        if not open_:
            parts = _split(rows, gross, lessor, blanks, off, land, order, built or {})
        for n in blanks:
            if lessor[n] >= 0:
                firm = rows[lessor[n]].firm
                before = off.get(firm, Fraction(0))
                lost = n not in parts or before is None
                off[firm] = None if lost else before + _taken(rows, gross, lessor, n, parts)
        net = _keep(rows, gross, off)
        for n, part in parts.items():
            net[n] = part
    if len(blanks) == 1 and not open_:
        net[blanks[0]] = max(Fraction(0), land - _sum(net))
    for n, x in enumerate(rows):
        if lessor[n] == RING or (muddled and x.role == "owner"):
            net[n] = None
    return Books(net, gross, lessor)


def _sum(areas: Sequence[Fraction | None]) -> Fraction:
    return sum((area for area in areas if area is not None), Fraction(0))


def _gross(link: Link, land: Fraction) -> Fraction | None:
    if link.area is not None:
        return link.area
    return None if link.share is None else link.share * land


def _of(rows: list[Link], firm: str) -> list[int]:
    """Rows of an enterprise: what it owns, then what it rents, then what it uses."""
    mine = [n for n, x in enumerate(rows) if x.firm == firm]
    return sorted(mine, key=lambda n: ROLES.index(rows[n].role))


def _lessors(rows: list[Link], known: list[bool]) -> list[int]:
    owners = [n for n, x in enumerate(rows) if x.role == "owner"]
    lessor = []
    for x in rows:
        at = NONE
        if x.role != "owner" and x.lessor is None and owners:
            at = owners[0] if len(owners) == 1 else UNCLEAR
        elif x.role != "owner" and x.lessor is not None:
            at = next(iter(_of(rows, x.lessor)), NONE)
        if at >= 0 and (rows[at].firm, rows[at].role) == (x.firm, x.role):
            at = RING if owners else NONE
        lessor.append(at)
    rings = []
    for n in range(len(rows)):
        at, steps = lessor[n], 0
        while at >= 0 and at != n and known[at] and steps <= len(rows):
            at, steps = lessor[at], steps + 1
        if at == n and known[n]:
            rings.append(n)
    return [RING if n in rings else at for n, at in enumerate(lessor)]


def _off(
    rows: list[Link], gross: list[Fraction | None], known: list[bool], lessor: list[int]
) -> dict[str, Fraction | None]:
    """What each enterprise lets with a figure; None where a tenant's row can't be relied on."""
    off: dict[str, Fraction | None] = {}
    for n, at in enumerate(lessor):
        if at >= 0:
            firm = rows[at].firm
            before = off.get(firm, Fraction(0))
            unsure = before is None or not known[n]
            off[firm] = None if unsure else before + (gross[n] or Fraction(0))
    return off


def _keep(
    rows: list[Link], gross: list[Fraction | None], off: dict[str, Fraction | None]
) -> list[Fraction | None]:
    net = list(gross)
    for firm, let in off.items():
        rest = let
        for n in _of(rows, firm):
            mine = gross[n]
            if rest is None:
                net[n] = None
            elif mine is None:
                rest = Fraction(0)  # the one without a figure gives what the others can't
            else:
                net[n] = mine - min(mine, rest)
                rest -= min(mine, rest)
    return net


def _pool_of(rows: list[Link], gross: list[Fraction | None], lessor: list[int], n: int) -> int:
    """The lessor's first row where all that the lessor holds has a figure; else the parcel."""
    at = lessor[n]
    if at >= 0 and all(gross[m] is not None for m in _of(rows, rows[at].firm)):
        return at
    return NONE


def _taken(
    rows: list[Link],
    gross: list[Fraction | None],
    lessor: list[int],
    n: int,
    parts: dict[int, Fraction],
) -> Fraction:
    return parts[n] if _pool_of(rows, gross, lessor, n) >= 0 else Fraction(0)


def _split(
    rows: list[Link],
    gross: list[Fraction | None],
    lessor: list[int],
    blanks: list[int],
    off: dict[str, Fraction | None],
    land: Fraction,
    order: Sequence[str],
    built: dict[tuple[str, str], Fraction],
) -> dict[int, Fraction]:
    pools: dict[int, list[int]] = {}
    for n in blanks:
        pools.setdefault(_pool_of(rows, gross, lessor, n), []).append(n)
    parts: dict[int, Fraction] = {}
    for at, members in pools.items():
        amount = land - _sum(_keep(rows, gross, off))
        if at >= 0:
            held = _sum([gross[m] for m in _of(rows, rows[at].firm)])
            amount = held - (off[rows[at].firm] or Fraction(0))
        amount = max(Fraction(0), amount)
        for name in order:
            weight = {n: _weight(rows, blanks, n, name, built) for n in members}
            if min(weight.values()) > 0:
                own = (
                    Fraction(0)
                    if at < 0 or name == "equal"
                    else _weight(rows, blanks, at, name, built)
                )
                total = sum(weight.values(), own)
                parts |= {n: amount * weight[n] / total for n in members}
                break
    return parts


def _weight(
    rows: list[Link], blanks: list[int], n: int, name: str, built: dict[tuple[str, str], Fraction]
) -> Fraction:
    x = rows[n]
    if name == "equal":
        return Fraction(1)
    if name == "floor_area":
        return x.floor or Fraction(0)
    again = sum(rows[m].firm == x.firm for m in blanks)
    return built.get((x.parcel, x.firm), Fraction(0)) / max(1, again)
