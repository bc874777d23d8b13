"""Files of OpenStreetMap and of reported coordinates whose bytes are anything."""

from __future__ import annotations

import contextlib
import tempfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landgov.errors import LandgovError
from landgov.sources import load, read_table, read_vector, recognise
from landgov.sources.osm import check_blocks
from sources_builder import PROJECT, put, toml

few = settings(max_examples=8, deadline=None, derandomize=True)
TEXT = "[属性描述]\r\n坐标系=2000国家大地坐标系\r\n带号=40\r\n[地块坐标]\r\n".encode("gbk")


def number(value: int) -> bytes:
    """A number as protocol buffers write it."""
    said = b""
    while value >= 0x80:
        said += bytes([value & 0x7F | 0x80])
        value >>= 7
    return said + bytes([value])


def block(content: bytes, kind: bytes = b"OSMHeader", *, size: int | None = None) -> bytes:
    """A block with its header, packed."""
    packed = zlib.compress(content)
    told = len(content) if size is None else size
    blob = b"\x10" + number(told) + b"\x1a" + number(len(packed)) + packed
    header = b"\x0a" + number(len(kind)) + kind + b"\x18" + number(len(blob))
    return len(header).to_bytes(4, "big") + header + blob


def test_whole_blocks_pass(tmp_path):
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(block(b"x" * 5_000) + block(b"y", b"OSMData"))
    check_blocks(path)


@pytest.mark.parametrize("end", [1, 4, 10, 30])
def test_a_file_that_ends_within_a_block_is_refused(tmp_path, end):
    path = tmp_path / "a.osm.pbf"
    path.write_bytes((block(b"x" * 50) + block(b"y" * 50, b"OSMData"))[:-end])
    with pytest.raises(LandgovError, match="within a block"):
        check_blocks(path)


def test_a_block_of_another_size_than_it_says_is_refused(tmp_path):
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(block(b"x" * 50, size=51))
    with pytest.raises(LandgovError, match="another size"):
        check_blocks(path)


def test_a_small_block_that_unpacks_to_much_does_not_fill_the_memory(tmp_path):
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(block(bytes(200_000_000)))
    with pytest.raises(LandgovError, match="another size"):
        check_blocks(path)


def read(name: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = put(Path(folder), name, content)
        toml(Path(folder), f'{PROJECT}[sources.parcels]\npath = "inputs/{name}"\n')
        for reader, where in (
            *((read_table, path), (read_vector, path), (load, folder)),
            (recognise, Path(folder, "inputs")),
        ):
            with contextlib.suppress(LandgovError):
                reader(where)
        assert path.read_bytes() == content


FORMS = {
    "bytes": lambda content: content,
    "after the first header": lambda content: b"\x00\x00\x00\x0e\x0a\x09OSMHeader" + content,
    "in whole blocks": lambda content: block(content) + block(content, b"OSMData"),
}


@pytest.mark.acceptance
@few
@given(content=st.binary(max_size=300), form=st.sampled_from(sorted(FORMS)))
def test_arbitrary_bytes_in_an_osm_file_raise_nothing_else(content, form):
    read("a.osm.pbf", FORMS[form](content))


@pytest.mark.acceptance
@few
@given(content=st.binary(max_size=300))
def test_arbitrary_bytes_after_the_sections_raise_nothing_else(content):
    read("a.txt", TEXT + content)
