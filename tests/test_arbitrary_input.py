"""Whatever lies in a workspace: a result or a `LandgovError`, no row lost, no input changed."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fuzzing
from fuzz_cases import MAKERS, make_case
from fuzzing import Case, judge, seeds, workspace

FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


def judged(case: Case) -> fuzzing.Outcome:
    with tempfile.TemporaryDirectory() as place:
        return judge(case.put(Path(place)), case.rows)


@pytest.mark.acceptance
@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
@FEW
@given(rng=st.randoms(use_true_random=False))
def test_nothing_but_a_result_or_a_refusal_comes_of_it(
    make: Callable[[random.Random], Case], rng: random.Random
) -> None:
    case = make(rng)
    outcome = judged(case)
    assert outcome.word in {"result", "refused"}, f"{case.kind}: {outcome.failure}"


@pytest.mark.parametrize("name", sorted(seeds()))
def test_the_sound_files_that_are_damaged_are_read_before_that(name: str) -> None:
    stem, _, ending = name.partition(".")
    files = seeds()[name]
    main = next(file for file in files if file.endswith(f".{ending}"))
    case = Case(name, workspace(stem, main, files))
    outcome = judged(case)
    assert outcome.word == "result", outcome.failure


def test_the_same_number_makes_the_same_case() -> None:
    before = [make_case(seed) for seed in range(60)]
    time.sleep(1.1)  # a clock written into a file shows by the next second
    for seed, one in enumerate(before):
        two = make_case(seed)
        assert one.kind == two.kind
        assert one.files == two.files, one.kind


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    files = seeds()["parcels.gpkg"]
    return Case("sound", workspace("parcels", "inputs/a.gpkg", files)).put(tmp_path)


def test_a_traceback_a_touched_file_and_a_lost_row_are_failures(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = fuzzing.prepare
    assert judge(sound, 3).word == "result"
    assert "4 rows sent, 3 read" in judge(sound, 4).failure

    def crash(_folder: str) -> Any:
        raise KeyError("column")

    def touch(folder: str) -> Any:
        (Path(folder) / "inputs" / "a.gpkg-wal").write_bytes(b"")
        return whole(folder)

    def lose(folder: str) -> Any:
        ready = whole(folder)
        fewer = replace(ready.judged, parcels=ready.judged.parcels.iloc[1:])
        return replace(ready, judged=fewer)

    for broken, word in ((crash, "KeyError"), (lose, "2 parcels"), (touch, "was changed")):
        monkeypatch.setattr(fuzzing, "prepare", broken)
        outcome = judge(sound)
        assert outcome.word == "failed"
        assert word in outcome.failure
