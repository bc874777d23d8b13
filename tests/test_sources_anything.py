"""Whatever bytes a file holds, only a `LandgovError` comes out of reading it."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landgov.errors import LandgovError
from landgov.sources import load, read_table, read_vector
from sources_builder import PROJECT, book, parcels, put, toml

ENDINGS = ["csv", "tsv", "xlsx", "xls", "parquet", "shp", "gpkg", "geojson", "topojson", "fgb"]
pytestmark = pytest.mark.acceptance  # fuzzing
FEW = settings(max_examples=60, deadline=None)


def read(ending: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = put(Path(folder), f"a.{ending}", content)
        toml(Path(folder), f'{PROJECT}[sources.parcels]\npath = "inputs/a.{ending}"\n')
        for reader, where in ((read_table, path), (read_vector, path), (load, folder)):
            with contextlib.suppress(LandgovError):
                reader(where)


@pytest.mark.parametrize("ending", ENDINGS)
@FEW
@given(content=st.binary(max_size=300))
def test_arbitrary_bytes_raise_nothing_else(ending, content):
    read(ending, content)


@pytest.mark.parametrize(
    ("ending", "start"),
    [
        ("shp", b"\x00\x00\x27\x0a"),
        ("gpkg", b"SQLite format 3\x00"),
        ("fgb", b"fgb\x03fgb\x01"),
        ("xlsx", b"PK\x03\x04"),
        ("xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("geojson", b'{"type": "FeatureCollection", "features": '),
        ("topojson", b'{"type": "Topology", "objects": '),
        ("parquet", b"PAR1"),
        ("csv", b'a,b\n1,"'),
    ],
)
@FEW
@given(content=st.binary(max_size=300))
def test_arbitrary_bytes_behind_the_right_beginning_raise_nothing_else(ending, start, content):
    read(ending, start + content)


@FEW
@given(text=st.text(max_size=200))
def test_arbitrary_text_as_csv_raises_nothing_else(text):
    read("csv", text.encode("utf-8", "surrogatepass"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    contents = {}
    for ending in ("gpkg", "geojson", "shp"):
        path = folder / f"a.{ending}"
        parcels(3).to_file(path, **({"encoding": "gb18030"} if ending == "shp" else {}))
        contents[ending] = path.read_bytes()
    contents["dbf"] = (folder / "a.dbf").read_bytes()
    parcels(3).to_parquet(folder / "a.parquet")
    contents["parquet"] = (folder / "a.parquet").read_bytes()
    contents["xlsx"] = book(folder, "a.xlsx", s=[["编号"], ["001"]]).read_bytes()
    return contents


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "shp", "dbf", "parquet", "xlsx"])
@FEW
@given(where=st.floats(0, 0.999), what=st.binary(min_size=1, max_size=8))
def test_damaged_files_raise_nothing_else(whole, ending, where, what):
    raw = bytearray(whole[ending])
    at = int(where * len(raw))
    raw[at : at + len(what)] = what
    if ending != "dbf":
        read(ending, bytes(raw))
        return
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "a.shp").write_bytes(whole["shp"])
        Path(folder, "a.dbf").write_bytes(bytes(raw))
        for reader in (read_table, read_vector):
            with contextlib.suppress(LandgovError):
                reader(Path(folder, "a.shp"))


@FEW
@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_arbitrary_bytes_as_landgov_toml_raise_nothing_else(content):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "landgov.toml").write_bytes(content)
        with pytest.raises(LandgovError):
            load(folder)


VALUES = st.recursive(
    st.one_of(
        st.booleans().map(lambda yes: str(yes).lower()),
        st.integers(-(10**20), 10**20).map(str),
        st.floats(allow_nan=False, allow_infinity=False).map(repr),
        st.sampled_from(["nan", "inf", "2022-12-31", "08:30:00", "2022-12-31T08:00:00Z", '""']),
        st.sampled_from(['"."', '".."', '"/"', '"a\\u0000b"', '"inputs"', '"inputs/a.csv"']),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]"),
        inner.map(lambda value: f"{{ parcel_id = {value} }}"),
    ),
    max_leaves=4,
)


@FEW
@given(
    entries=st.lists(
        st.tuples(
            st.sampled_from(["project", "sources.parcels", "sources.links", "rasters.height"]),
            st.dictionaries(
                st.sampled_from(
                    [
                        "name",
                        "as_of",
                        "policy",
                        "crs",
                        "year",
                        "path",
                        "layer",
                        "sheet",
                        "encoding",
                        "columns",
                        "constants",
                        "units",
                        "covers",
                        "empty_dates",
                        "department",
                        "date",
                    ]
                ),
                VALUES,
                max_size=5,
            ),
        ),
        unique_by=lambda entry: entry[0],
        max_size=4,
    )
)
def test_well_formed_entries_of_any_value_raise_nothing_else(entries):
    blocks = [
        f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in entry.items())
        for name, entry in entries
    ]
    with tempfile.TemporaryDirectory() as folder:
        put(Path(folder), "a.csv", "宗地代码,信用代码\n1,2\n")
        toml(Path(folder), "".join(blocks))
        with pytest.raises(LandgovError):
            load(folder)


@FEW
@given(content=st.binary(max_size=200))
def test_arbitrary_bytes_as_a_source_raise_nothing_else(content):
    with tempfile.TemporaryDirectory() as folder:
        put(Path(folder), "p.csv", "宗地代码,坐落\n".encode() + content)
        toml(Path(folder), PROJECT + '[sources.parcels]\npath = "inputs/p.csv"\n')
        with pytest.raises(LandgovError):
            load(folder)
