"""The sample in `data/` is what the generator makes, and small."""

from __future__ import annotations

from pathlib import Path

from demo_reading import features, rows
from demo_sample import DATA, write_sample

SAMPLE = DATA / "sample"


def test_the_sample_is_what_the_generator_makes(tmp_path: Path) -> None:
    write_sample(tmp_path / "sample")
    made = sorted(p.relative_to(tmp_path / "sample") for p in (tmp_path / "sample").rglob("*.*"))
    assert made == sorted(path.relative_to(SAMPLE) for path in SAMPLE.rglob("*.*"))
    for file in map(str, made):
        if file.endswith((".gpkg", ".fgb", ".geojson")):
            # Another release of the format's library may write other bytes for the same features.
            assert features(tmp_path / "sample", file).equals(features(SAMPLE, file))
        elif file.endswith(".xlsx"):
            assert rows(tmp_path / "sample", file) == rows(SAMPLE, file)
        else:
            assert (tmp_path / "sample" / file).read_bytes() == (SAMPLE / file).read_bytes()


def test_the_sample_is_small_and_says_where_it_comes_from() -> None:
    size = sum(path.stat().st_size for path in DATA.rglob("*") if path.is_file())
    assert size <= 300_000
    words = (DATA / "SOURCES.md").read_text(encoding="utf-8")
    assert "虚构" in words
    assert "fictitious" in words
