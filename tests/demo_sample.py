"""Write the small sample that ships in `data/`: ``python tests/demo_sample.py``."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from demo_reading import workspace
from landgov.demo import make_demo

PARCELS, SEED = 60, 86
#: Tables that the sample does without, to stay small.
LEFT_OUT = ("commitments", "stages", "buildings", "zones", "exemptions", "meters", "barriers")
ANSWERS = ("parcels", "enterprises", "links", "issues", "totals", "contiguity", "keystones")
DATA = Path(__file__).parent.parent / "data"


def write_sample(folder: Path) -> None:
    """Make a district of 60 parcels and keep what the sample needs of it."""
    with tempfile.TemporaryDirectory() as place:
        made = Path(place) / "demo"
        make_demo(made, parcels=PARCELS, seed=SEED)
        blocks = (made / "landgov.toml").read_text(encoding="utf-8").split("\n\n")
        kept = [b for b in blocks if not any(f"sources.{name}]" in b for name in LEFT_OUT)]
        shutil.rmtree(folder, ignore_errors=True)
        for part in ("inputs", "answers"):
            (folder / part).mkdir(parents=True)
        (folder / "landgov.toml").write_text("\n\n".join(kept).strip() + "\n", encoding="utf-8")
        shutil.copyfile(made / "policy.toml", folder / "policy.toml")
        for entry in workspace(folder)["sources"].values():
            for each in entry if isinstance(entry, list) else [entry]:
                shutil.copyfile(made / each["path"], folder / each["path"])
        for name in ANSWERS:
            shutil.copyfile(made / f"answers/{name}.csv", folder / f"answers/{name}.csv")


if __name__ == "__main__":
    write_sample(DATA / "sample")
