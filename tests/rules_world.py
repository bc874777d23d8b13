"""A random district as plain rows: cells at random, missing or unreadable at random."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from case import EAST, FOUR, NORTH, WIDER, Case

Row = dict[str, Any]
AS_OF = date(2022, 12, 31)


class _Unreadable:
    """A cell in which something stands that nobody can read."""

    def __repr__(self) -> str:
        return "BAD"


BAD: Any = _Unreadable()
DATES = frozenset(
    (
        *("found_on", "closed_on", "from", "to", "signed_on", "delivered_on", "agreed_start"),
        *("actual_start", "suspended_on", "actual_on", "due_on", "checked_on"),
    )
)
FLAGS = ("outdated_capacity", "high_energy", "high_emission", "high_use_low_yield")
INDUSTRIES = ("C1713", "1711", "C17", "C26", "C2614", "3311", "G5430", "5942", "D44", "0610", "C")
SCOPES = (
    *(("GB/T 21010-2017", "0601"),) * 6,
    *(("三调", "0601"),) * 3,
    ("用地用海-2023", "100102"),
    ("GB 50137-2011", "M2"),
    ("用地用海-2023", "0601"),
    ("三调", "0101"),
    ("三调", "06"),
    (None, "0601"),
    ("三调", None),
    ("本地分类", "0601"),
)


@dataclass
class World:
    """Rows of every table, what is reported completely, and the numbers that are in force."""

    covers: dict[str, tuple[str, ...]]
    numbers: dict[str, Fraction]
    reading: str
    two_high: tuple[str, ...]
    as_of: date = AS_OF
    parcels: list[Row] = field(default_factory=list)
    enterprises: list[Row] = field(default_factory=list)
    years: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    contracts: list[Row] = field(default_factory=list)
    stages: list[Row] = field(default_factory=list)
    commitments: list[Row] = field(default_factory=list)
    zones: dict[str, Row] = field(default_factory=dict)
    zone_of: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path, policy: str) -> Path:
        """Write the rows as a workspace."""
        (folder / "place.toml").write_text(policy, encoding="utf-8")
        case = Case(folder, as_of=self.as_of.isoformat(), policy="place.toml")
        case.parcels(
            *({**written(row), "_shape": shape(n)} for n, row in enumerate(self.parcels)),
            covers=(),
        )
        for name in ("enterprises", "links", "findings"):
            rows = [written(row) for row in getattr(self, name)]
            case.table(name, *rows, covers=self.covers[name])
        for name, rows in (
            ("enterprise_years", self.years),
            ("contracts", self.contracts),
            ("stages", self.stages),
            ("commitments", self.commitments),
        ):
            case.table(name, *(written(row) for row in rows))
        zones = [
            {
                "zone_id": name,
                "leading": "、".join(zone["leading"] or ()),
                "negative": "、".join(zone["negative"] or ()),
                "geometry": zone["shape"],
            }
            for name, zone in self.zones.items()
        ]
        case.areas("zones", *gpd.GeoDataFrame(zones).to_dict("records"))
        return case.write()


def shape(number: int) -> Any:
    """Squares of 100 m in rows of 50, 50 m apart."""
    row, column = divmod(number, 50)
    east, north = EAST + column * 150.0, NORTH + row * 150.0
    return shapely.box(east, north, east + 100, north + 100)


def written(row: Row) -> Row:
    """Cells as a spreadsheet holds them."""
    return {name: _cell(name, value) for name, value in row.items()}


def _cell(name: str, value: Any) -> Any:
    if value is BAD:
        return "1900-01-01" if name in DATES else "看不清"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Fraction):
        # All figures have few decimals: the text is the number itself.
        text = f"{float(value):.6f}"
        assert Fraction(text) == value
        return text
    return value.isoformat() if isinstance(value, date) else value


class Maker:
    """Rows at random; `holes` is the share of cells that are missing."""

    def __init__(self, seed: int, parcels: int, holes: float = 0.15) -> None:
        self.dice, self.holes, self.count = random.Random(seed), holes, parcels
        self.ids = [f"地{n:05d}" for n in range(parcels)]
        self.firms = [f"企{n:05d}" for n in range(parcels)]

    def some(self, *values: Any, bad: float = 0.02) -> Any:
        """One of the values, or nothing, or what can't be read."""
        chance = self.dice.random()
        if chance < self.holes:
            return None
        return BAD if chance < self.holes + bad else self.dice.choice(values)

    def yes_no(self, often: float = 0.3, bad: float = 0.02) -> Any:
        return self.some(*(n < often * 10 for n in range(10)), bad=bad)

    def day(self, bad: float = 0.02) -> Any:
        """A day on a line of the rules, beside one, or anywhere."""
        lines = (AS_OF, date(2021, 12, 30), date(2021, 12, 31), date(2020, 12, 30))
        near = [line + timedelta(n) for line in lines for n in (-1, 0, 1)]
        far = [date(2019, 2, 28), date(2020, 2, 29), date(2018, 5, 5), date(2024, 3, 1)]
        return self.some(*near, *far, bad=bad)

    def number(self, low: int, high: int, step: int = 100) -> Fraction:
        return Fraction(self.dice.randint(low * step, high * step), step)

    # ---- tables ------------------------------------------------------------------------

    def parcels(self) -> list[Row]:
        rows = []
        for name in self.ids:
            system, code = self.dice.choice(SCOPES)
            rows.append(
                {
                    "parcel_id": name,
                    "land_use_system": system,
                    "land_use_code": code,
                    "ownership": self.some("state", "collective", "collective"),
                    "area_cert_mu": self.number(5, 40) if self.dice.random() < 0.95 else None,
                    "floor_area_m2": self.some(*(Fraction(n) for n in (0, 4000, 12000, 30000))),
                    "building_year": self.some(1982, 1991, 1992, 1993, 2015),
                    "structure_unsafe": self.yes_no(),
                    "supply_status": self.some("supplied", "supplied", "supplied", "reserve", "approved_not_supplied"),
                    "redevelopable": self.yes_no(),
                    "reclaimable": self.yes_no(),
                    "petitions": self.some(0, 2, 3, 4),
                    "loosely_managed": self.yes_no(),
                }
            )  # fmt: skip
        return rows

    def links(self) -> list[Row]:
        rows = []
        for parcel in self.ids:
            count = self.dice.choice((0, 1, 1, 1, 2, 2, 3))
            firms = self.dice.sample(self.firms, count)
            # Land in dispute is tried where nobody lets: the ledger of lettings has tests of its own.
            doubtful = self.dice.random() < 0.1
            for place, firm in enumerate(firms):
                lets = count > 1 and place == 0 and not doubtful and self.dice.random() < 0.3
                role = "owner" if lets else self.dice.choice(("user", "lessee"))
                first, last = (
                    self.day(bad=0.0) if self.dice.random() < 0.2 else None for _ in "ab"
                )
                if doubtful and self.dice.random() < 0.6:
                    first, last = self.dice.choice(((BAD, None), (None, BAD)))
                how = self.dice.choice(("area", "area", "area", "share", "blank"))
                rows.append(
                    {
                        "parcel_id": parcel,
                        "enterprise_id": firm,
                        "role": role,
                        "lessor_id": None,
                        "area_mu": self.number(0, 20, 10) if how == "area" else None,
                        "share": self.number(0, 1) if how == "share" else None,
                        "from": first,
                        "to": last,
                    }
                )
        return rows

    def enterprises(self) -> list[Row]:
        rows = []
        for firm in self.firms:
            if self.dice.random() < 0.05:
                continue  # named by its links alone
            row: Row = {
                "enterprise_id": firm,
                "industry_code": self.some(*INDUSTRIES, bad=0.0),
                "is_above_scale": self.yes_no(0.5),
                "grade": self.some("A", "B", "C", "D", bad=0.05),
                "high_energy_basis": self.some("intensity", "total"),
            }
            rows.append(row | {name: self.yes_no(0.15, bad=0.03) for name in FLAGS})
        return rows

    def years(self, links: list[Row]) -> list[Row]:
        land: dict[str, Fraction] = {}
        for link in links:
            if isinstance(link["area_mu"], Fraction):
                firm = link["enterprise_id"]
                land[firm] = land.get(firm, Fraction(0)) + link["area_mu"]
        rows = []
        for firm in self.firms:
            for year in (2021, 2022):
                if self.dice.random() < 0.1:
                    continue
                line = land.get(firm, Fraction(10)) * 5
                near = self.dice.choice((-1, 0, 0, 1)) * Fraction(1, 100)
                tax = self.some(line + near, line + near, Fraction(0), line * 3, line / 2)
                added = self.some(Fraction(0), Fraction(100), Fraction(250))
                rows.append(
                    {
                        "enterprise_id": firm,
                        "year": year,
                        "tax_wan": tax,
                        "value_added_wan": added,
                        "energy_tce": self.some(*map(Fraction, (0, 51, 52, 53, 130, 131))),
                        "emission_t": self.some(*(Fraction(n, 10) for n in (0, 9, 10, 11, 25))),
                        "power_kwh": self.some(Fraction(0), Fraction(5000)),
                        "is_above_scale": self.yes_no(0.5) if self.dice.random() < 0.2 else None,
                        "grade": self.some("A", "D", bad=0.05)
                        if self.dice.random() < 0.2
                        else None,
                    }
                )
        return rows

    def findings(self) -> list[Row]:
        rows = []
        for number in range(self.count * 3 // 2):
            on_land = self.dice.random() < 0.5
            also = self.dice.random() < 0.05
            rows.append(
                {
                    "finding_id": f"问{number}",
                    "parcel_id": self.dice.choice(self.ids) if on_land or also else None,
                    "enterprise_id": None if on_land else self.dice.choice(self.firms),
                    "kind": BAD if self.dice.random() < 0.01 else self.dice.choice((*FOUR, *WIDER)),
                    "major": self.yes_no(0.5),
                    "found_on": self.day(),
                    "closed_on": self.day() if self.dice.random() < 0.5 else None,
                }
            )
        return rows

    def contracts(self) -> list[Row]:
        rows = []
        for parcel in self.ids:
            for turn in range(self.dice.choice((0, 1, 1, 1, 1, 2))):
                begun = self.dice.random() < 0.6
                should = Fraction(self.dice.choice((0, 3600, 9000)))
                total = Fraction(self.dice.choice((0, 400, 1000)))
                rows.append(
                    {
                        "parcel_id": parcel,
                        "contract_no": f"{parcel}-{turn}",
                        "kind": self.some("primary", "primary", "transfer"),
                        "signed_on": self.dice.choice((None, date(2018, 1, 1), date(2022, 12, 31), date(2023, 1, 1))),
                        "delivered_on": self.day(),
                        "agreed_start": self.day(),
                        "actual_start": self.day() if begun else None,
                        "suspended_on": self.day() if begun and self.dice.random() < 0.6 else None,
                        "should_develop_m2": self.some(should),
                        "developed_m2": self.some(*(should * n / 9 for n in (0, 3, 3, 4, 9))),
                        "total_investment_wan": self.some(total),
                        "invested_wan": self.some(*(total * n / 8 for n in (0, 2, 2, 3, 8))),
                        "delay_cause": self.some("none", "government", "force_majeure", "preliminary_work"),
                    }
                )  # fmt: skip
        return rows

    def stages(self) -> list[Row]:
        rows = []
        for parcel in self.ids:
            for stage in ("signed", "in_production", "at_capacity", "exited"):
                if self.dice.random() < 0.3:
                    rows.append({"parcel_id": parcel, "stage": stage, "actual_on": self.day()})
        return rows

    def commitments(self) -> list[Row]:
        rows = []
        for parcel in self.ids:
            for indicator in ("plot_ratio", "tax_per_mu"):
                if self.dice.random() < 0.4:
                    rows.append(
                        {
                            "parcel_id": parcel,
                            "indicator": indicator,
                            "promised": self.some(Fraction(3, 2)),
                            "sense": self.some("at_least", "at_most"),
                            "due_on": self.day(),
                            "actual": self.some(*(Fraction(n, 10) for n in (14, 15, 16))),
                            "checked_on": self.day(bad=0.0) if self.dice.random() < 0.3 else None,
                        }
                    )
        return rows

    def zones(self) -> tuple[dict[str, Row], dict[str, str]]:
        """Three zones, each over some whole rows of parcels; the rest lies in none."""
        lists: tuple[tuple[Any, Any], ...] = (
            (("C26", "C33"), ("C1713",)),
            (None, ("C17",)),
            (("C33",), None),
        )
        zones, where = {}, {}
        each = max(1, self.count // 50 // 4)
        for number, (leading, negative) in enumerate(lists):
            name = f"区块{number}"
            south = NORTH + number * each * 150.0 - 20
            box = shapely.box(EAST - 20, south, EAST + 50 * 150.0, south + each * 150.0)
            zones[name] = {"leading": leading, "negative": negative, "shape": box}
            start = number * each * 50
            where |= dict.fromkeys(self.ids[start : start + each * 50], name)
        return zones, where


def random_world(
    seed: int,
    parcels: int,
    covers: dict[str, tuple[str, ...]],
    numbers: dict[str, Fraction],
    reading: str,
    two_high: tuple[str, ...],
    holes: float = 0.15,
) -> World:
    """A whole district by one seed."""
    maker = Maker(seed, parcels, holes)
    links = maker.links()
    zones, zone_of = maker.zones()
    return World(
        covers=covers,
        numbers=numbers,
        reading=reading,
        two_high=two_high,
        parcels=maker.parcels(),
        enterprises=maker.enterprises(),
        years=maker.years(links),
        links=links,
        findings=maker.findings(),
        contracts=maker.contracts(),
        stages=maker.stages(),
        commitments=maker.commitments(),
        zones=zones,
        zone_of=zone_of,
    )
