"""Feed landgov damaged and arbitrary workspaces for a while: ``python benchmarks/fuzz.py 600``.

Each batch runs in a process of its own, so that a crash or a standstill of a native reader is
a failure of the one input that lay before it, and not the end of the run. The files of every
failure are kept; the same number makes the same case again (``--only NUMBER``).
Ends 1 if anything failed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent / "tests"
sys.path.insert(0, str(TESTS))
BATCH = 200
#: A case of a few rows that takes longer stands still, s.
PATIENCE = 60.0


@dataclass
class Tally:
    """What came of all cases so far."""

    outcomes: Counter[str] = field(default_factory=Counter)
    failures: dict[str, list[int]] = field(default_factory=dict)


def work(first: int, count: int, folder: Path, kept: Path) -> None:
    """Run cases one by one; the case at hand lies in the folder, its outcome is printed."""
    from fuzz_cases import make_case
    from fuzzing import judge

    warnings.simplefilter("ignore")
    place = folder / "case"
    for number in range(first, first + count):
        case = make_case(number)
        shutil.rmtree(place, ignore_errors=True)
        case.put(place)
        print(json.dumps({"number": number, "kind": case.kind}), flush=True)
        outcome = judge(place, case.rows)
        if outcome.word == "failed":
            keep(place, kept / str(number), outcome.failure)
        said = {"number": number, "word": outcome.word, "failure": outcome.failure}
        print(json.dumps(said), flush=True)


def keep(place: Path, kept: Path, failure: str) -> None:
    """Keep the files of a failure, as they were when it happened, and its words."""
    shutil.copytree(place, kept, dirs_exist_ok=True)
    (kept / "failure.txt").write_text(failure + "\n", "utf-8")


def batch(first: int, folder: Path, kept: Path, ends: float) -> Iterator[dict[str, str | int]]:
    """Run one batch in a process of its own, and tell each outcome; a crash is one too."""
    words = [sys.executable, __file__, "--work", str(first), str(BATCH), str(folder), str(kept)]
    log = folder / "stderr.txt"
    with (
        log.open("wb") as errors,
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        said: dict[str, str | int] = {}
        assert process.stdout is not None
        watch = _Watch(process)
        for line in process.stdout:
            said = said | json.loads(line) if '"word"' in line else json.loads(line)
            watch.tick()
            if "word" in said:
                yield said
                said = {}
                if time.monotonic() > ends:
                    process.kill()
                    return
        watch.stop()
        code = process.wait()
    if said or code:
        cause = "stood still" if watch.bitten else f"the process ended with {code}"
        tail = log.read_text("utf-8", "replace")[-2000:]
        number, failure = said.get("number", first), f"{tail}\n{cause}"
        if (folder / "case").exists():
            keep(folder / "case", kept / str(number), failure)
        yield {"kind": "?"} | said | {"number": number, "word": "failed", "failure": failure}


class _Watch:
    """End a process that has said nothing for a while."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        import threading

        self.process, self.bitten, self.last = process, False, time.monotonic()
        self._over = threading.Event()
        threading.Thread(target=self._guard, daemon=True).start()

    def tick(self) -> None:
        self.last = time.monotonic()

    def stop(self) -> None:
        self._over.set()

    def _guard(self) -> None:
        while not self._over.wait(1.0) and self.process.poll() is None:
            if time.monotonic() - self.last > PATIENCE:
                self.bitten = True
                self.process.kill()


def record(tally: Tally, said: dict[str, str | int]) -> None:
    """Count an outcome; print a failure of a new kind."""
    tally.outcomes[str(said["word"])] += 1
    if said["word"] != "failed":
        return
    cause = str(said["failure"]).strip().splitlines()[-1][:200]
    numbers = tally.failures.setdefault(cause, [])
    numbers.append(int(said["number"]))
    if len(numbers) == 1:
        print(f"FAILED {said['number']} {said['kind']}: {cause}", flush=True)


def main() -> int:
    """Run for the seconds asked."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("seconds", nargs="?", type=float, default=600.0)
    words.add_argument("--first", type=int, default=0, help="number of the first case")
    words.add_argument("--only", type=int, help="run this one case in this process")
    words.add_argument("--keep", type=Path, help="folder for the files of failures")
    words.add_argument("--work", nargs=4, help=argparse.SUPPRESS)
    asked = words.parse_args()
    if asked.work:
        first, count, folder, keeping = asked.work
        work(int(first), int(count), Path(folder), Path(keeping))
        return 0
    kept = asked.keep or Path(tempfile.mkdtemp(prefix="landgov-fuzz-"))
    with tempfile.TemporaryDirectory() as place:
        if asked.only is not None:
            work(asked.only, 1, Path(place), kept)
            return 0
        return _run(asked.seconds, asked.first, Path(place), kept)


def _run(seconds: float, first: int, folder: Path, kept: Path) -> int:
    tally, start, number = Tally(), time.monotonic(), first
    while time.monotonic() - start < seconds:
        last = number - 1
        for said in batch(number, folder, kept, start + seconds):
            record(tally, said)
            last = int(said["number"])
        number = last + 1
    count = sum(tally.outcomes.values())
    print(
        f"{count} cases in {time.monotonic() - start:.0f} s (numbers {first}-{number - 1}): "
        + ", ".join(f"{word} {n}" for word, n in sorted(tally.outcomes.items()))
    )
    for cause, numbers in tally.failures.items():
        print(f"  {len(numbers)} x {cause} (cases {', '.join(map(str, numbers[:5]))})")
    if tally.failures:
        print(f"the files of each failure are in {kept}")
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
