"""How often names and addresses are matched wrongly on the district's planted look-alikes.

``python benchmarks/name_matching.py [--parcels 3000] [--seeds 86 7 11]``
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import pandas as pd

import landgov as lg
from landgov.demo import make_demo

PAIR = ["enterprise_id", "parcel_id"]
WORDED = ("name", "address")


def compare(matches: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Lay proposals beside the planted pairs; what is proposed and not planted is not the same."""
    proposed = matches[[*PAIR, "method", "score", "distance_m"]]
    planted = truth.rename(columns={"method": "expected"})
    both = proposed.merge(planted, on=PAIR, how="outer")
    both["same"] = both["same"].fillna("no")
    both["kind"] = both["kind"].fillna("(not planted)")
    return both


def rate(compared: pd.DataFrame) -> dict[str, float]:
    """Count false proposals by name or address among all such, and planted pairs missed."""
    worded = compared[compared["method"].isin(WORDED)]
    false = int((worded["same"] != "yes").sum())
    wanted = compared[compared["expected"].isin(WORDED) & (compared["same"] == "yes")]
    missed = int(wanted["method"].isna().sum())
    return {
        "proposed": len(worded),
        "false": false,
        "false_rate": false / len(worded) if len(worded) else 0.0,
        "missed": missed,
        "recall": 1 - missed / len(wanted) if len(wanted) else 1.0,
    }


def main() -> None:
    """Make districts, run them and print the rates, then each kind of look-alike."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--parcels", type=int, default=3000)
    asked.add_argument("--seeds", type=int, nargs="+", default=[86, 7, 11])
    given = asked.parse_args()
    pieces = []
    for seed in given.seeds:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "demo"
            make_demo(folder, parcels=given.parcels, seed=seed)
            truth = pd.read_csv(folder / "answers/matches.csv", dtype=str, keep_default_na=False)
            pieces.append(compare(lg.run(str(folder)).matches, truth))
        print(f"seed {seed}: {rate(pieces[-1])}")
    together = pd.concat(pieces, ignore_index=True)
    print(f"all: {rate(together)}")
    kinds = together.assign(found=together["method"].notna(), by=together["method"].fillna("-"))
    print(kinds.groupby(["same", "kind"])["found"].agg(["sum", "size"]).to_string())


if __name__ == "__main__":
    main()
