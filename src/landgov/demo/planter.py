"""Where defects of rows may be planted (埋设对象): plain parcels, files, answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely

from landgov.demo.catalogue import Bools, scenarios
from landgov.demo.deliveries import Delivery
from landgov.demo.facts import District
from landgov.demo.firms import ALPHABET, credit_codes


@dataclass
class Pools:
    """Parcels that are otherwise plain; a defect takes one and nobody else does.

    Attributes
    ----------
    used, unused : list of int
        In scope, with one user and with none; supplied, without a contract.
    outside : list of int
        Out of scope, without a user.
    built : list of int
        In scope, with one user, built under a contract.
    """

    used: list[int]
    unused: list[int]
    outside: list[int]
    built: list[int]


@dataclass
class Planter:
    """What defects may touch: the files, the answers, and parcels that are still plain.

    Attributes
    ----------
    pools : Pools
        Parcels that are still plain.
    each : int
        How often each defect is planted.
    spoiled : set of int
        Parcels whose shape or code no longer serves as a neighbour in the answers.
    later, rowless : list
        Defects that the present vocabulary of issues does not name, and those of several rows.
    sheets : list
        Defects of a sheet as a whole: table, file, row, kind.
    forgotten, retold : set of int
        Enterprises of which nothing is stated any more, and whose electricity is told twice.
    leads : list
        Pairs of an enterprise and a parcel that seem to belong together, and whether they do.
    """

    district: District
    files: dict[str, Delivery]
    parcels: pd.DataFrame
    firms: pd.DataFrame
    links: pd.DataFrame
    pools: Pools
    each: int
    spoiled: set[int] = field(default_factory=set)
    later: list[tuple[str, str, str, str]] = field(default_factory=list)
    rowless: list[tuple[str, str, str, str]] = field(default_factory=list)
    sheets: list[tuple[str, str, str, str]] = field(default_factory=list)
    forgotten: set[int] = field(default_factory=set)
    retold: set[int] = field(default_factory=set)
    leads: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    fresh: int = 0

    def file(self, name: str) -> Delivery:
        """Find a file by the beginning of its name."""
        return next(sent for path, sent in self.files.items() if path.startswith(f"inputs/{name}."))

    def take(self, pool: list[int]) -> Iterable[int]:
        """Take the next plain parcels for one defect."""
        return [pool.pop() for _ in range(min(self.each, len(pool)))]

    def seek(self, pool: list[int], fits: Callable[[shapely.Geometry], bool]) -> list[int]:
        """Take the next plain parcels whose shapes as sent are fit for one defect."""
        shapes = self.file("parcels").rows.geometry.to_numpy()
        found: list[int] = []
        for parcel in reversed(pool):
            if len(found) == self.each:
                break
            if parcel not in self.spoiled and fits(shapes[parcel]):
                found.append(parcel)
        pool[:] = [parcel for parcel in pool if parcel not in found]
        return found

    def answer(self, parcel: int, **cells: str | float) -> None:
        """State another answer for a parcel."""
        for column, value in cells.items():
            if isinstance(value, str) and pd.api.types.is_numeric_dtype(self.parcels[column]):
                self.parcels[column] = self.parcels[column].astype(object)
            self.parcels.loc[parcel, column] = value

    def firm_of(self, parcel: int) -> int:
        """Tell the one user of a plain parcel."""
        links = self.district.links
        return int(links["firm"].to_numpy()[np.searchsorted(links["parcel"].to_numpy(), parcel)])

    def forget_firm(self, firm: int) -> None:
        """Strike out what is stated of an enterprise."""
        self.forgotten.add(firm)
        code = self.district.firms["code"].iloc[firm]
        self.firms = self.firms[self.firms["enterprise_id"] != code]
        self.links = self.links[self.links["enterprise_id"] != code]

    def new_code(self) -> str:
        """Compose the code of an enterprise that no file names yet."""
        self.fresh += 1
        serial = len(self.district.firms) + self.fresh
        return str(credit_codes(np.array([serial]))[0])


def plain_pools(district: District, straddling: Bools) -> Pools:
    """Find plain parcels: used, unused, out of scope, and built under a contract."""
    parcels, firms, links = district.parcels, district.firms, district.links
    kinds = scenarios("firms")["id"].to_numpy()[firms["kind"]]
    sound = np.isin(kinds, ["healthy_above", "healthy_below"])
    sound &= ((firms["finding"] < 0) & (firms["listed"] == 0)).to_numpy()
    scope = scenarios("scope")
    free = (parcels["finding"] < 0) & (parcels["planted"] == "") & ~parcels["lost"] & ~straddling
    calm = (free & (parcels["collective"] == 0)).to_numpy()
    yes = (scope["answer"] == "yes").to_numpy()[parcels["scope"]]
    supply = scenarios("supply")["id"].to_numpy()[parcels["supply"]]
    one_user = np.zeros(len(parcels), dtype=bool)
    mine = (links["pattern"] == "owner_blank").to_numpy() & sound[links["firm"]]
    one_user[links["parcel"].to_numpy()[mine]] = True
    linked = np.isin(np.arange(len(parcels)), links["parcel"])
    quiet = scope["id"].isin(["housing", "park"]).to_numpy()[parcels["scope"]]
    masks = (
        calm & yes & one_user & (supply == "no_contract_in_use"),
        calm & yes & ~linked & (supply == "no_contract_silent"),
        free.to_numpy() & quiet & ~linked,
        calm & yes & one_user & (supply == "built"),
    )
    rng = np.random.default_rng([district.seed, 21])
    return Pools(*(rng.permutation(np.flatnonzero(mask)).tolist() for mask in masks))


def spoil_codes(district: District, used: list[int], each: int) -> dict[str, list[int]]:
    """Break codes before the files are written: they are broken everywhere and still join."""
    links = district.links
    broken: dict[str, list[int]] = {"parcels": [], "firms": []}
    for _ in range(min(each, len(used) // 8)):
        parcel = used.pop()
        code = str(district.parcels["id"].iloc[parcel])
        district.parcels.loc[parcel, "id"] = code[:12] + "Q" + code[13:]
        broken["parcels"].append(parcel)
        parcel = used.pop()
        firm = int(links["firm"].to_numpy()[np.searchsorted(links["parcel"].to_numpy(), parcel)])
        code = str(district.firms["code"].iloc[firm])
        wrong = ALPHABET[(ALPHABET.index(code[-1]) + 7) % 31]
        district.firms.loc[firm, "code"] = code[:-1] + wrong
        broken["firms"].append(firm)
    return broken
