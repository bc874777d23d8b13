"""The feed guard: a delivery far from the last run's is held back until somebody accepts it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import landgov as lg
from case import EAST, NORTH, Case
from landgov.demo import make_demo
from landgov.errors import WorkspaceError
from landgov.outputs import rechecked, write_check, write_outputs
from landgov.pipeline import prepare
from landgov.sources import figures, last_run
from landgov.sources.figures import Figures, Total, together
from landgov.sources.loading import load


def _links(count: int, mu: float = 1.0) -> list[dict[str, Any]]:
    return [{"parcel_id": "P1", "enterprise_id": f"E{n}", "area_mu": mu} for n in range(count)]


def _started(folder: Path, count: int = 100, mu: float = 1.0) -> Case:
    """A workspace whose links have been run once."""
    case = Case(folder).parcels({"parcel_id": "P1"})
    case.table("links", *_links(count, mu))
    write_outputs(case.run(), tables_only=True)
    return case


def _send(case: Case, *rows: dict[str, Any], file: str = "links_1.csv") -> str:
    """Overwrite a file; the first signs of its sha256."""
    path = case.folder / file
    pd.DataFrame(list(rows)).to_csv(path, index=False, encoding="utf-8")
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _held(case: Case) -> list[Any]:
    """The faults of the guard on what lies there now."""
    try:
        load(case.write())
    except WorkspaceError as error:
        return [fault for fault in error.faults if fault.kind == "feed_guard"]
    return []


@pytest.mark.parametrize(
    ("count", "held"), [(80, False), (79, True), (100, False), (150, False), (151, True)]
)
def test_a_fifth_less_or_half_as_much_again_passes_and_one_row_more_is_held(
    tmp_path: Path, count: int, held: bool
) -> None:
    case = _started(tmp_path)
    _send(case, *_links(count))
    assert bool(_held(case)) == held


@pytest.mark.parametrize(("mu", "held"), [(0.8, False), (0.79, True), (1.5, False), (1.51, True)])
def test_the_sum_of_land_is_held_on_its_own_though_no_row_is_missing(
    tmp_path: Path, mu: float, held: bool
) -> None:
    case = _started(tmp_path)
    _send(case, *_links(100, mu))
    assert bool(_held(case)) == held


def test_the_message_names_both_figures_and_the_line_that_accepts(tmp_path: Path) -> None:
    case = _started(tmp_path, 200, 0.5)
    sha = _send(case, *_links(50, 0.5))
    (fault,) = _held(case)
    assert "行数 200 → 50（减少75.0%）" in fault.zh
    assert "用地面积合计（亩） 100.00 → 25.00（减少75.0%）" in fault.zh
    assert "rows 200 → 50 (-75.0%)" in fault.en
    assert f'[sources.links[1]] 加一行 accepts = "{sha}"' in fault.do
    assert (fault.where, fault.file) == ("sources.links[1]", "links_1.csv")


def test_accepts_lets_this_very_delivery_pass_and_no_other(tmp_path: Path) -> None:
    case = _started(tmp_path)
    sha = _send(case, *_links(50))
    case.blocks[-1] += f'accepts = "{sha}"\n'
    assert _held(case) == []
    write_outputs(case.run(), tables_only=True)
    _send(case, *_links(25))
    assert len(_held(case)) == 1


@pytest.mark.parametrize("said", ["", "0123456789ab", "short"])
def test_a_line_that_names_another_delivery_accepts_nothing(tmp_path: Path, said: str) -> None:
    case = _started(tmp_path)
    sha = _send(case, *_links(50))
    case.blocks[-1] += f'accepts = "{sha[:5] if said == "short" else said}"\n'
    assert len(_held(case)) == 1


@pytest.mark.parametrize(("count", "held"), [(19, False), (20, True)])
def test_tables_of_under_twenty_rows_do_not_alarm(tmp_path: Path, count: int, held: bool) -> None:
    case = _started(tmp_path, count)
    _send(case, *_links(1))
    assert bool(_held(case)) == held


def test_tax_in_yuan_where_it_was_in_ten_thousands_is_held(tmp_path: Path) -> None:
    def years(unit: int) -> list[dict[str, Any]]:
        return [{"enterprise_id": f"E{n}", "year": 2022, "tax_wan": 3 * unit} for n in range(30)]

    case = Case(tmp_path).parcels({"parcel_id": "P1"}).table("enterprise_years", *years(1))
    write_outputs(case.run(), tables_only=True)
    _send(case, *years(10_000), file="enterprise_years_1.csv")
    (fault,) = _held(case)
    assert "税收合计（万元） 90.00 → 900,000.00" in fault.zh
    case.blocks[-1] += 'units = { tax_wan = "元" }\n'
    assert _held(case) == []


def test_a_column_that_has_gone_is_a_sum_that_fell_to_nothing(tmp_path: Path) -> None:
    case = _started(tmp_path)
    _send(case, *({k: v for k, v in row.items() if k != "area_mu"} for row in _links(100)))
    (fault,) = _held(case)
    assert "100.00 → 0.00（减少100.0%）" in fault.zh


def test_a_column_sent_for_the_first_time_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    case.table("links", *({**row, "area_mu": ""} for row in _links(100)))
    write_outputs(case.run(), tables_only=True)
    _send(case, *_links(100, 5.0))
    assert _held(case) == []


@pytest.mark.parametrize(("side", "held"), [(8.95, False), (8.9, True)])
def test_drawn_land_is_measured_too(tmp_path: Path, side: float, held: bool) -> None:
    def parcels(one: float) -> list[dict[str, Any]]:
        return [
            {"parcel_id": f"P{n}", "_shape": shapely.box(e, NORTH, e + one, NORTH + one)}
            for n, e in enumerate(EAST + 20.0 * step for step in range(25))
        ]

    case = Case(tmp_path).parcels(*parcels(10.0))
    write_outputs(case.run(), tables_only=True)
    (tmp_path / "parcels.gpkg").unlink()
    Case(tmp_path).parcels(*parcels(side))  # 8.95² = 80.1, 8.9² = 79.2 of 100 m²
    assert bool(_held(case)) == held
    assert not held or "图形面积（亩）" in _held(case)[0].zh


def test_a_renamed_file_is_compared_with_the_one_that_is_gone(tmp_path: Path) -> None:
    case = _started(tmp_path)
    (tmp_path / "links_1.csv").rename(tmp_path / "renamed.csv")
    case.blocks[-1] = case.blocks[-1].replace("links_1.csv", "renamed.csv")
    assert _held(case) == []
    _send(case, *_links(60), file="renamed.csv")
    (fault,) = _held(case)
    assert "上次为 links_1.csv" in fault.zh
    assert "行数 100 → 60" in fault.zh


def test_one_file_parted_into_two_of_the_same_rows_passes(tmp_path: Path) -> None:
    case = _started(tmp_path)
    case.blocks.pop()
    case.table("links", *_links(100)[:50]).table("links", *_links(100)[50:])
    assert _held(case) == []


def test_a_file_added_beside_the_others_is_not_held(tmp_path: Path) -> None:
    case = _started(tmp_path)
    case.table("links", *({**row, "parcel_id": "P2"} for row in _links(500)))
    assert _held(case) == []


def test_a_table_that_has_gone_is_named_until_it_is_said_to_be_dropped(tmp_path: Path) -> None:
    case = _started(tmp_path, 1)
    case.blocks.pop()
    (fault,) = _held(case)
    assert "links（用地关系）共 1 行" in fault.zh
    assert 'dropped = ["links"]' in fault.do
    case.project_more = 'dropped = ["links"]'
    assert _held(case) == []
    assert "links" not in {one["table"] for one in case.run().report["inputs"]}


def test_a_file_of_several_that_has_gone_is_named_with_its_own_line(tmp_path: Path) -> None:
    case = _started(tmp_path)
    case.table("links", {"parcel_id": "P1", "enterprise_id": "X", "area_mu": 1})
    write_outputs(case.run(), tables_only=True)
    case.blocks.pop()
    (fault,) = _held(case)
    assert 'dropped = ["links_2.csv"]' in fault.do
    case.project_more = 'dropped = ["links_2.csv"]'
    assert _held(case) == []


def test_an_empty_file_that_covers_a_kind_is_missed_when_it_goes(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    row = {"finding_id": "F1", "parcel_id": "P1", "kind": "fire", "found_on": "2022-01-01"}
    case.table("findings", row).table("findings", row, covers=("safety",))
    pd.DataFrame([row]).head(0).to_csv(tmp_path / "findings_2.csv", index=False)
    write_outputs(case.run(), tables_only=True)
    case.blocks.pop()
    assert [fault.value for fault in _held(case)] == ["findings_2.csv"]


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (None, "missing"),
        ("{ cut off", "damaged"),
        ("[]", "damaged"),
        ('{"inputs": [{"table": "links", "sums": {}}]}', "damaged"),
        ('{"inputs": [{"table": "links", "rows": 100}]}', "older"),
    ],
)
def test_without_a_record_of_the_last_run_nothing_is_held(
    tmp_path: Path, record: str | None, why: str
) -> None:
    case = _started(tmp_path)
    path = tmp_path / "out" / "run.json"
    path.unlink()
    if record is not None:
        path.write_text(record, encoding="utf-8")
    _send(case, *_links(1))
    assert _held(case) == []
    assert last_run(tmp_path).why == why


def test_a_policy_without_the_numbers_has_no_guard(tmp_path: Path) -> None:
    case = _started(tmp_path)
    folder = Path(lg.policies.__file__).parent
    for name in ("zhejiang_common", "shangyu_2021_86"):
        text = (folder / f"{name}.toml").read_text(encoding="utf-8")
        text = text.replace('"zhejiang-common"', '"zhejiang_common.toml"')
        kept = [line for line in text.splitlines() if not line.startswith("feed_")]
        (tmp_path / f"{name}.toml").write_text("\n".join(kept), encoding="utf-8")
    (tmp_path / "shangyu_2021_86.toml").rename(tmp_path / "own.toml")
    case.policy = "own.toml"
    _send(case, *_links(1))
    assert _held(case) == []


def test_a_check_leaves_the_record_of_the_last_run_alone(tmp_path: Path) -> None:
    case = _started(tmp_path)
    before = (tmp_path / "out" / "run.json").read_bytes()
    _send(case, *_links(90))
    ready = prepare(case.write())
    write_check(ready, rechecked(tmp_path, ready.issues))
    assert (tmp_path / "out" / "run.json").read_bytes() == before


def test_a_held_delivery_stands_beside_every_other_fault_and_nothing_is_run(
    tmp_path: Path,
) -> None:
    case = _started(tmp_path)
    _send(case, *_links(1))
    case.blocks.append('[sources.stages]\npath = "nowhere.csv"\n')
    with pytest.raises(WorkspaceError) as told:
        load(case.write())
    assert {fault.kind for fault in told.value.faults} == {"feed_guard", "missing_file"}


def test_a_file_with_a_fault_does_not_count_as_gone(tmp_path: Path) -> None:
    case = _started(tmp_path)
    (tmp_path / "links_1.csv").unlink()
    with pytest.raises(WorkspaceError) as told:
        load(case.write())
    assert [fault.kind for fault in told.value.faults] == ["missing_file"]


def test_the_record_bears_the_figures_of_each_input(tmp_path: Path) -> None:
    _started(tmp_path, 100, 0.25)
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    links = next(one for one in record["inputs"] if one["table"] == "links")
    assert links["sums"] == {"area_mu": {"sum": 25.0, "cells": 100}}
    assert (links["rows"], links["mu"]) == (100, None)
    parcels = next(one for one in record["inputs"] if one["table"] == "parcels")
    assert parcels["mu"] == pytest.approx(15.0, rel=1e-3)


def test_money_in_yuan_and_signs_of_thousands_are_summed_in_the_unit_of_the_contract(
    tmp_path: Path,
) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    rows = [{"parcel_id": "P1", "price_wan": "12,000"}, {"parcel_id": "P2", "price_wan": "８０００"},
            {"parcel_id": "P3", "price_wan": "约五百"}]  # fmt: skip
    case.table("contracts", *rows, more='units = { price_wan = "元" }')
    _, raws = load(case.write())
    found = figures(next(raw for raw in raws if raw.spec.table == "contracts"))
    assert found.sums["price_wan"] == Total(2.0, 2)


def test_a_demonstration_made_again_in_its_folder_is_not_held(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    for parcels in (200, 60):
        make_demo(folder, parcels=parcels)
        write_outputs(lg.run(str(folder)), tables_only=True)
    assert last_run(folder).why == ""


@settings(max_examples=4, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-1e9, 1e9), st.integers(0, 3)), min_size=1, max_size=60),
    st.integers(1, 9),
)
def test_the_same_inputs_twice_are_never_held(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, int]], pieces: int
) -> None:
    folder = tmp_path_factory.mktemp("same")
    case = Case(folder).parcels({"parcel_id": "P1"})
    sent = [{"parcel_id": f"P{n}", "contract_no": str(i), "price_wan": value}
            for i, (value, n) in enumerate(rows)]  # fmt: skip
    case.table("contracts", *sent)
    write_outputs(case.run(), tables_only=True)
    assert _held(case) == []
    # The same rows in another order and under another name are the same delivery.
    _send(case, *(sent[pieces:] + sent[:pieces]), file="contracts_1.csv")
    assert _held(case) == []


@given(st.lists(st.floats(-1e6, 1e6), max_size=20))
def test_figures_survive_the_record_and_add_up_in_any_order(values: list[float]) -> None:
    parts = [Figures(1, abs(v), {"price_wan": Total(round(v, 6), 1)}) for v in values]
    assert together(parts) == together(parts[::-1])
    for part in parts:
        assert Figures.of_entries(json.loads(json.dumps(part.entries()))) == part
