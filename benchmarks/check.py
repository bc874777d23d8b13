"""The whole check of a large district: seconds by stage, and peak memory.

The district is the fictitious one with its planted defects, made anew in a temporary folder;
the check runs in a process of its own, as `landgov check` does.

    python benchmarks/check.py --parcels 200000
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from landgov.demo import make_demo

_CHECK = """
import json, sys, time
from landgov.outputs import issue_counts, rechecked, write_check
from landgov.pipeline import prepare

ready = prepare(sys.argv[1])
start = time.perf_counter()
write_check(ready, rechecked(ready.workspace.root, ready.issues))
timings = {**ready.timings, "输出 write": round(time.perf_counter() - start, 3)}
print(json.dumps({"timings": timings, "issues": issue_counts(ready.issues)}, ensure_ascii=False))
"""


def main() -> None:
    """Make the district, check it, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parcels", type=int, default=200_000)
    count = parser.parse_args().parcels
    with tempfile.TemporaryDirectory() as folder:
        district = Path(folder, "district")
        start = time.perf_counter()
        make_demo(district, parcels=count)
        print(f"district of {count:,} parcels made in {time.perf_counter() - start:.1f} s")
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", _CHECK, str(district)],
            check=True,
            capture_output=True,
            text=True,
        )
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    print(done.stdout.strip())
    print(f"check, start of the process included: {seconds:.1f} s, peak {peak:.2f} GB")


if __name__ == "__main__":
    main()
