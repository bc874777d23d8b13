"""All rules on a million parcels: seconds and memory of judging and of the long table of verdicts.

A million parcels, 300,000 enterprises, 1.2 million links, 400,000 findings and 600,000
contracts, checked and joined before the clock starts. The rival is the plain way, one parcel
after another in Python (`tests/plain_rules.py`, the reference of the tests), on fewer parcels:
the ratio is that of seconds a parcel, and the answers of both are compared first.

    python benchmarks/judge.py --parcels 1000000 --plain 5000
    python benchmarks/judge.py --sweep 100000          (20 values of one line)
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import resource
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from landgov import schema
from landgov.pipeline import Prepared, prepare
from landgov.quality import Checked, CheckedTable
from landgov.quality.tables import empty_column, empty_table
from landgov.register import build_register
from landgov.rules import judge
from landgov.scenarios.sweep import sweep

AS_OF = date(2022, 12, 31)
DAY = np.datetime64("2022-12-31")


class Dice:
    """Columns at random, some of their cells missing."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)

    def gone(self, count: int, share: float = 0.1) -> np.ndarray:
        """Which cells are missing."""
        return self.random.random(count) < share

    def words(self, count: int, *choices: str, holes: float = 0.1) -> pd.Series:
        """Text out of a few words."""
        picked = np.array(choices, dtype=object)[self.random.integers(0, len(choices), count)]
        picked[self.gone(count, holes)] = None
        return pd.Series(picked, dtype="str")

    def flags(self, count: int, often: float = 0.1) -> pd.Series:
        """Yes or no."""
        answer = pd.Series(self.random.random(count) < often).astype("boolean")
        return answer.mask(self.gone(count))

    def figures(self, count: int, low: float, high: float, holes: float = 0.1) -> pd.Series:
        """Numbers in hundredths."""
        number = self.random.uniform(low, high, count).round(2)
        number[self.gone(count, holes)] = np.nan
        return pd.Series(number)

    def days(self, count: int, holes: float = 0.1) -> pd.Series:
        """Days of the five years up to the end of 2023."""
        day = DAY + self.random.integers(-1460, 365, count).astype("timedelta64[D]")
        day = day.astype("datetime64[us]")
        day[self.gone(count, holes)] = np.datetime64("NaT")
        return pd.Series(day)


def table(name: str, columns: dict[str, Any], count: int, covers: frozenset[str]) -> CheckedTable:
    """A checked table of these columns; the others are empty."""
    wanted = schema.table(name)
    frame = pd.DataFrame(
        {
            column: pd.Series(columns[column]).reset_index(drop=True)
            if column in columns
            else empty_column(told.type, count)
            for column, told in wanted.columns.items()
        }
    )
    if len(wanted.key) == 1:
        frame = frame.set_index(wanted.key[0])
    if "geometry" in columns:
        frame = gpd.GeoDataFrame(frame, geometry="geometry", crs=4549)
    here = np.arange(count)
    return replace(
        empty_table(name),
        frame=frame,
        given=True,
        contested=pd.Series(np.zeros(count, dtype=bool), index=frame.index),
        undated=pd.DataFrame(
            {c: False for c, told in wanted.columns.items() if told.type == "date"},
            index=frame.index,
        ),
        origins=pd.DataFrame({"file": f"{name}.csv", "sheet": "", "row": here + 2}),
        position=pd.DataFrame(dict.fromkeys(wanted.columns, here)),
        covers=covers,
    )


def district(count: int) -> Checked:
    """Tables of a made-up province, checked already."""
    dice = Dice(86)
    firms, links, findings, contracts = (max(1, count * part // 10) for part in (3, 12, 4, 6))
    parcel = np.array([f"330604001001GB{n:07d}" for n in range(count)], dtype=object)
    firm = np.array([f"9133{n:014d}" for n in range(firms)], dtype=object)
    row, column = np.divmod(np.arange(count), 1000)
    west, south = 528_000.0 + column * 110.0, 3_321_000.0 + row * 110.0

    def some(ids: np.ndarray, number: int, holes: float = 0.0) -> pd.Series:
        picked = ids[dice.random.integers(0, len(ids), number)]
        picked[dice.gone(number, holes)] = None
        return pd.Series(picked, dtype="str")

    on_land = dice.random.random(findings) < 0.5
    place, who = some(parcel, findings), some(firm, findings)
    kinds = tuple(code.code for code in schema.codes("finding_kind"))
    unique = pd.DataFrame({"parcel_id": some(parcel, links), "enterprise_id": some(firm, links)})
    pairs = unique.drop_duplicates(ignore_index=True)
    used = len(pairs)
    made: dict[str, tuple[dict[str, Any], int, frozenset[str]]] = {
        "parcels": (
            {
                "parcel_id": pd.Series(parcel, dtype="str"),
                "land_use_system": dice.words(count, "三调", holes=0.02),
                "land_use_code": dice.words(count, "0601", "0601", "0601", "0601", "0701", holes=0.02),
                "ownership": dice.words(count, "state", "state", "collective"),
                "area_cert_mu": dice.figures(count, 5, 60, 0.0),
                "floor_area_m2": dice.figures(count, 1000, 60000),
                "structure_unsafe": dice.flags(count),
                "loosely_managed": dice.flags(count),
                "redevelopable": dice.flags(count),
                "reclaimable": dice.flags(count),
                "supply_status": dice.words(count, "supplied", "supplied", "reserve"),
                "geometry": shapely.box(west, south, west + 100, south + 100),
            },
            count,
            frozenset(),
        ),
        "enterprises": (
            {
                "enterprise_id": pd.Series(firm, dtype="str"),
                "industry_code": dice.words(firms, "C1713", "C2614", "C3311", "G5430"),
                "is_above_scale": dice.flags(firms, 0.3),
                "grade": dice.words(firms, "A", "B", "C", "D"),
                "outdated_capacity": dice.flags(firms, 0.03),
                "high_energy": dice.flags(firms, 0.03),
                "high_emission": dice.flags(firms, 0.03),
                "high_use_low_yield": dice.flags(firms, 0.03),
            },
            firms,
            frozenset(("high_energy", "outdated_capacity")),
        ),
        "enterprise_years": (
            {
                "enterprise_id": pd.Series(firm, dtype="str"),
                "year": pd.array(np.full(firms, AS_OF.year), dtype="Int64"),
                "tax_wan": dice.figures(firms, 0, 1200),
                "value_added_wan": dice.figures(firms, 0, 5000),
                "energy_tce": dice.figures(firms, 0, 2000),
                "power_kwh": dice.figures(firms, 0, 5e6),
            },
            firms,
            frozenset(),
        ),
        "links": (
            {
                **pairs,
                "role": dice.words(used, "user", holes=0.0),
                "area_mu": dice.figures(used, 1, 20),
                "to": dice.days(used, 0.9),
            },
            used,
            frozenset(("links",)),
        ),
        "findings": (
            {
                "finding_id": pd.Series([f"W{n}" for n in range(findings)], dtype="str"),
                "parcel_id": place.where(on_land),
                "enterprise_id": who.where(~on_land),
                "kind": dice.words(findings, *kinds, holes=0.0),
                "major": dice.flags(findings, 0.4),
                "found_on": dice.days(findings, 0.02),
                "closed_on": dice.days(findings, 0.5),
            },
            findings,
            frozenset(kinds),
        ),
        "contracts": (
            {
                "parcel_id": pd.Series(dice.random.permutation(parcel)[:contracts], dtype="str"),
                "contract_no": pd.Series([f"H{n}" for n in range(contracts)], dtype="str"),
                "kind": dice.words(contracts, "primary", holes=0.0),
                "agreed_start": dice.days(contracts, 0.05),
                "actual_start": dice.days(contracts, 0.3),
                "suspended_on": dice.days(contracts, 0.9),
                "should_develop_m2": dice.figures(contracts, 5000, 9000),
                "developed_m2": dice.figures(contracts, 0, 9000),
                "total_investment_wan": dice.figures(contracts, 1000, 9000),
                "invested_wan": dice.figures(contracts, 0, 9000),
                "delay_cause": dice.words(contracts, "none", "government", holes=0.5),
            },
            contracts,
            frozenset(),
        ),
    }  # fmt: skip
    tables = {name: empty_table(name) for name in schema.tables()}
    tables["parcels"] = empty_table("parcels")
    for name, (columns, rows, covers) in made.items():
        tables[name] = table(name, columns, rows, covers)
    return Checked(tables, pd.DataFrame({"kind": [], "key": []}))


def small_workspace(folder: Path) -> Prepared:
    """Any workspace at all: it gives the day and the policy."""
    from case import Case

    return prepare(Case(folder).parcels({"parcel_id": "甲"}).write())


def peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def judged(count: int, rounds: int, *, profile: bool, long_table: bool) -> None:
    """Judge `count` parcels; with the long table of verdicts if it is asked for."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = small_workspace(Path(folder)).workspace
    checked = district(count)
    start = time.perf_counter()
    register = build_register(workspace, checked, [])
    joined = time.perf_counter() - start
    before, best = peak_gb(), np.inf
    profiler = cProfile.Profile() if profile else None
    for _ in range(rounds):
        start = time.perf_counter()
        if profiler:
            profiler.enable()
        found = judge(workspace, checked, register, [])
        if profiler:
            profiler.disable()
        best = min(best, time.perf_counter() - start)
    peak = peak_gb()
    print(f"{count:,} parcels: base list {joined:.1f} s; judge {best:.2f} s "
          f"(peak {peak:.2f} GB, {before:.2f} before)", flush=True)  # fmt: skip
    if long_table:
        start = time.perf_counter()
        rows = len(found.verdicts(checked))
        print(f"{count:,} parcels: table of {rows:,} verdicts {time.perf_counter() - start:.1f} s "
              f"(peak {peak_gb():.2f} GB)", flush=True)  # fmt: skip
    if profiler:
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(40)


def plainly(count: int) -> None:
    """The same random district judged by landgov and one parcel after another."""
    from plain_rules import District
    from rules_world import random_world
    from test_rules_reference import ALL, PLAN, TWO_HIGH, WORD, policy_text

    world = random_world(0, count, ALL, PLAN, "A", TWO_HIGH)
    with tempfile.TemporaryDirectory() as folder:
        ready = prepare(world.write(Path(folder), policy_text(PLAN, "A")))
    measured = {str(key): Fraction(mu) for key, mu in ready.register.parcels["area_mu"].items()}
    start = time.perf_counter()
    reference = District(world, measured)
    answers = {row["parcel_id"]: reference.judge(row) for row in world.parcels}
    plain = time.perf_counter() - start
    ours = np.inf
    for _ in range(3):
        start = time.perf_counter()
        found = judge(ready.workspace, ready.checked, ready.register, [])
        ours = min(ours, time.perf_counter() - start)
    for name in ("low_efficiency", "four_without", "collective", "stock"):
        said = {parcel: WORD[told[name]] for parcel, told in answers.items()}
        assert found.parcels[name].to_dict() == said, name
    print(f"{count:,} parcels, same answers: landgov {ours:.2f} s, row by row {plain:.2f} s, "
          f"{plain / ours:.0f} times as long", flush=True)  # fmt: skip


def swept(count: int, steps: int = 20) -> None:
    """One line at `steps` values, the base list joined once."""
    with tempfile.TemporaryDirectory() as folder:
        ready = small_workspace(Path(folder))
    checked = district(count)
    register = build_register(ready.workspace, checked, [])
    found = judge(ready.workspace, checked, register, [])
    ready = replace(ready, checked=checked, register=register, judged=found)
    for name in ("low_efficiency_tax", "small_enterprise_land"):
        values = [str(value) for value in np.linspace(1, 20, steps).round(2)]
        start = time.perf_counter()
        table_ = sweep(ready, name, values, "low_efficiency")
        whole = time.perf_counter() - start
        assert len(table_) == steps
        print(f"{count:,} parcels, {steps} values of {name}: {whole:.1f} s, "
              f"{whole / steps:.2f} s a value", flush=True)  # fmt: skip


def main() -> None:
    """Time judging, the plain rival, or a sweep."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--parcels", type=int, default=1_000_000)
    options.add_argument("--verdicts", type=int, default=100_000, help="parcels of the long table")
    options.add_argument("--plain", type=int, default=5000)
    options.add_argument("--sweep", type=int, default=0)
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument("--profile", action="store_true")
    asked = options.parse_args()
    if asked.sweep:
        swept(asked.sweep)
        return
    if asked.parcels:
        judged(asked.parcels, asked.rounds, profile=asked.profile, long_table=False)
    if asked.verdicts:
        judged(asked.verdicts, 1, profile=False, long_table=True)
    if asked.plain:
        plainly(asked.plain)


if __name__ == "__main__":
    main()
