"""Every defect planted in the demonstration district is found in its row, and nothing else is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from demo_reading import answers
from landgov.demo import make_demo
from landgov.errors import WorkspaceError
from landgov.pipeline import Prepared, prepare

Place = tuple[str, str, str, str]
#: What a reader notes of sound files too: how it read them, and what lies across a border.
NATURAL = {"encoding", "straddler", "coverage_gap", "sliver_overlap"}


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dirty") / "demo"
    make_demo(folder, parcels=3000)
    return folder


@pytest.fixture(scope="module")
def found(district: Path) -> Prepared:
    return prepare(str(district))


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    folder = tmp_path_factory.mktemp("clean") / "demo"
    make_demo(folder, parcels=3000, clean=True)
    return prepare(str(folder))


def places(issues: pd.DataFrame) -> Counter[Place]:
    """Table, file, row and kind of each issue."""
    words = issues[["table", "file", "row", "kind"]].astype("str").fillna("")
    words = words.replace({"<NA>": "", "nan": ""})
    return Counter(zip(*(words[name] for name in words), strict=True))


def keys(issues: pd.DataFrame) -> pd.Series:
    """Table, key and kind of each issue as one text."""
    words = issues[["table", "key", "kind"]].astype("str").fillna("").replace({"nan": ""})
    return words["table"] + "/" + words["key"] + "/" + words["kind"]


def test_planted_and_found_are_the_same_rows_and_kinds(district: Path, found: Prepared) -> None:
    planted = answers(district, "issues")
    issues = found.issues[~found.issues["kind"].isin(NATURAL)]
    # Where files or rows disagree with each other no one row is at fault: the key tells.
    several = (planted["row"] == "") & (planted["file"] == "")
    keyed = set(keys(planted[several]))
    assert keyed <= set(keys(issues))
    issues = issues[~keys(issues).isin(keyed)]
    lost = places(planted[~several]) - places(issues)
    more = places(issues) - places(planted[~several])
    assert not lost, f"planted and not found: {sorted(lost.elements())[:10]}"
    assert not more, f"found and not planted: {sorted(more.elements())[:10]}"


def test_planted_and_found_have_the_same_severity(district: Path, found: Prepared) -> None:
    planted = answers(district, "issues").drop_duplicates("kind").set_index("kind")["severity"]
    told = found.issues.drop_duplicates("kind").set_index("kind")["severity"]
    assert planted.to_dict() == told.drop(NATURAL, errors="ignore").to_dict()


def test_many_kinds_are_planted_of_each_severity(district: Path) -> None:
    kinds = answers(district, "issues").groupby("severity")["kind"].nunique()
    assert kinds["error"] >= 18
    assert kinds["warning"] >= 16
    assert kinds["note"] >= 8


def test_in_the_clean_district_there_is_no_error_and_no_warning(clean: Prepared) -> None:
    bad = clean.issues[clean.issues["severity"] != "note"]
    assert bad.empty, bad[["table", "file", "row", "key", "field", "kind"]].head(10)
    # Some parcels are rightly in two parts.
    assert set(clean.issues["kind"]) <= NATURAL | {"multipart"}


def test_enterprises_of_other_land_in_the_tax_register_stand_on_the_board(
    district: Path, found: Prepared, clean: Prepared
) -> None:
    planted = answers(district, "land_in_tax_register")
    board = found.board.facts
    told = board[board["fact"] == "land_tax"].set_index("key")
    assert len(planted) >= 2
    assert set(told.index) == set(planted["enterprise_id"])
    rest = clean.board.facts
    assert rest[rest["fact"] == "land_tax"].empty


def test_each_fault_of_a_file_is_found_and_no_other(district: Path) -> None:
    for row in answers(district, "faults").itertuples():
        with pytest.raises(WorkspaceError) as caught:
            prepare(str(district / "faults" / str(row.folder)))
        kinds = {fault.kind for fault in caught.value.faults}
        assert kinds == set(str(row.expected).split()), row.folder
