"""The files of the demonstration district: repeatable, readable, clearly fictitious."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest

from demo_reading import answers, decode, entries, features, rows, workspace
from landgov.demo import make_demo
from landgov.errors import LandgovError


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    make_demo(folder, parcels=400)
    return folder


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others(
    district: Path, tmp_path: Path
) -> None:
    make_demo(tmp_path / "again", parcels=400)
    assert digests(tmp_path / "again") == digests(district)
    make_demo(tmp_path / "other", parcels=400, seed=87)
    changed = digests(tmp_path / "other")
    for file in ("inputs/parcels.gpkg", "inputs/links.xlsx", "answers/parcels.csv"):
        assert changed[file] != digests(district)[file]


@pytest.mark.parametrize("count", [20, 61, 333])
def test_a_clean_district_has_exactly_the_parcels_asked_for(count: int, tmp_path: Path) -> None:
    report = make_demo(tmp_path / "demo", parcels=count, clean=True)
    sent = features(tmp_path / "demo", "inputs/parcels.gpkg")
    assert len(sent) == report.parcels == len(answers(tmp_path / "demo", "parcels")) == count
    assert sent["宗地代码"].is_unique
    assert report.planted == 0


def test_every_file_of_the_workspace_opens_and_holds_rows(district: Path) -> None:
    listed = entries(district)
    assert {table for table, _ in listed} == {
        "parcels", "enterprises", "enterprise_years", "links", "findings", "contracts",
        "commitments", "stages", "towns", "platforms", "buildings", "zones", "exemptions",
        "meters", "barriers",
    }  # fmt: skip
    for _, entry in listed:
        vector = Path(entry["path"]).suffix in {".gpkg", ".shp", ".geojson", ".fgb"}
        held = features(district, entry["path"]) if vector else rows(district, entry["path"])
        assert len(held) > 0, entry["path"]


def test_nothing_lies_in_the_inputs_that_the_workspace_does_not_name(district: Path) -> None:
    named = {Path(entry["path"]).stem for _, entry in entries(district)}
    assert {path.stem for path in (district / "inputs").iterdir()} == named


def test_text_files_are_whole_lines_without_null_bytes(district: Path) -> None:
    for path in [*district.glob("inputs/*.csv"), *district.glob("answers/*.csv")]:
        lines = decode(path).splitlines()
        assert "\x00" not in "".join(lines), path
        assert len({line.count(",") for line in lines}) == 1, path


def test_formats_encodings_and_units_differ_as_between_departments(district: Path) -> None:
    endings = {Path(entry["path"]).suffix for _, entry in entries(district)}
    assert endings == {".gpkg", ".xlsx", ".csv", ".shp", ".geojson", ".fgb"}
    assert not (district / "inputs/buildings.cpg").exists()
    with pytest.raises(UnicodeDecodeError):
        (district / "inputs/years_jingxin.csv").read_bytes().decode("utf-8")
    units = [entry["units"] for _, entry in entries(district) if "units" in entry]
    assert {"tax_wan": "元"} in units
    assert {"power_kwh": "万kWh"} in units


def test_every_kind_of_finding_is_covered_by_one_department(district: Path) -> None:
    covered = [kind for table, entry in entries(district) if table == "findings"
               and "unit" not in entry for kind in entry["covers"]]  # fmt: skip
    assert len(covered) == len(set(covered)) == 13


def test_the_project_is_judged_on_the_last_day_of_2022(district: Path) -> None:
    project = workspace(district)["project"]
    assert project["as_of"].isoformat() == "2022-12-31"
    assert (project["policy"], project["crs"]) == ("policy.toml", 4549)
    policy = tomllib.loads((district / "policy.toml").read_text(encoding="utf-8"))
    assert policy["extends"] == "shangyu-2021-86"


def test_it_says_in_both_languages_that_all_is_invented(district: Path) -> None:
    text = (district / "README.txt").read_text(encoding="utf-8")
    assert "纯属虚构" in text
    assert "no parcel, enterprise, boundary" in text
    assert "虚构" in workspace(district)["project"]["name"]
    names = [row["企业名称"] for row in rows(district, "inputs/enterprises.xlsx")]
    assert all(name.startswith("虚构·") for name in names)


def test_a_folder_with_other_things_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(LandgovError, match="nothing was written"):
        make_demo(tmp_path, parcels=20)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_earlier_district_is_replaced_whole(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    make_demo(folder, parcels=30)
    (folder / "out").mkdir()
    (folder / "inputs/left_over.csv").write_text("x")
    make_demo(folder, parcels=20)
    assert not (folder / "out").exists()
    assert not (folder / "inputs/left_over.csv").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_fewer_than_twenty_parcels_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LandgovError, match="at least 20 parcels, not 3"):
        make_demo(tmp_path / "demo", parcels=3)


def test_each_fault_has_its_workspace_with_one_planted_cause(district: Path) -> None:
    faults = answers(district, "faults").set_index("folder")
    assert {path.name for path in (district / "faults").iterdir()} == set(faults.index)
    for name in faults.index:
        assert workspace(district / "faults" / name)["project"]["crs"] == 4549
    place = district / "faults"
    assert not (place / "missing_file/inputs/enterprises.xlsx").exists()
    assert not (place / "no_crs/inputs/parcels.prj").exists()
    assert len(features(place / "no_parcels", "inputs/parcels.gpkg")) == 0
    swapped = features(place / "swapped_axes", "inputs/parcels.gpkg").total_bounds
    assert swapped[0] > 3_000_000 > swapped[1]
    short = features(place / "missing_zone_prefix", "inputs/parcels.gpkg")
    assert short.crs.to_epsg() == 4528
    assert short.total_bounds[0] < 1e6
    raw = (place / "bad_encoding/inputs/enterprises.csv").read_bytes()
    for encoding in ("utf-8", "gb18030"):
        with pytest.raises(UnicodeDecodeError):
            raw.decode(encoding)
    mixed = (place / "mixed_encoding/inputs/enterprises.csv").read_bytes().splitlines()
    with pytest.raises(UnicodeDecodeError):
        mixed[3].decode("utf-8")
    b"".join(mixed[:3] + mixed[4:]).decode("utf-8")
    for name, off in (("gcj02_parcels", (400, 600)), ("bd09_parcels", (900, 1300))):
        moved = features(place / name, "inputs/parcels.gpkg").to_crs(4549).geometry
        true = features(place / name, "inputs/parcels_2021.gpkg").to_crs(4549).geometry
        assert off[0] < moved.centroid.distance(true.centroid).min() < off[1]
    towns = features(place / "gcj02_towns", "inputs/towns.geojson").to_crs(4549)
    border = features(place / "gcj02_towns", "inputs/boundary.gpkg").to_crs(4549)
    assert 400 < abs(towns.total_bounds - border.total_bounds).max() < 700
    assert features(place / "xian80", "inputs/parcels.gpkg").crs.to_epsg() == 2385
    assert len(faults.loc["everything_at_once", "expected"].split()) == 4
