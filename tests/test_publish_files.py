"""Files are written whole, or not at all and with a word why."""

from __future__ import annotations

import errno
import os

import pytest

from landgov.errors import LandgovError
from landgov.publish.export import export
from landgov.publish.files import whole
from publish_case import district


def result():
    made = district()
    made.report = {"as_of": "2022-12-31"}
    return made


def refused(path):
    with pytest.raises(LandgovError) as refusal, whole(path) as part:
        part.write_text("new")
    return refusal.value


def test_a_folder_of_that_name_is_refused_and_stays(tmp_path):
    (tmp_path / "x.csv").mkdir()
    error = refused(tmp_path / "x.csv")
    assert "x.csv" in error.message
    assert error.message_zh == "x.csv：无法写入（已有同名文件夹）。"
    assert str(tmp_path / "x.csv") in error.do
    assert [each.name for each in tmp_path.iterdir()] == ["x.csv"]
    assert (tmp_path / "x.csv").is_dir()


def test_a_file_where_a_folder_should_be_is_refused(tmp_path):
    (tmp_path / "a").write_text("old")
    assert "不是文件夹" in refused(tmp_path / "a" / "x.csv").message_zh
    assert (tmp_path / "a").read_text() == "old"


def test_a_full_disk_leaves_the_old_file_and_no_litter(tmp_path):
    (tmp_path / "x.csv").write_text("old")
    with pytest.raises(LandgovError) as refusal, whole(tmp_path / "x.csv") as part:
        part.write_text("half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert "磁盘空间不足" in refusal.value.message_zh
    assert (tmp_path / "x.csv").read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["x.csv"]


def test_a_folder_without_rights_is_refused(tmp_path, monkeypatch):
    def deny(*_, **__):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("landgov.publish.files.tempfile.mkdtemp", deny)
    assert refused(tmp_path / "x.csv").message_zh == "x.csv：无法写入（没有权限）。"
    assert list(tmp_path.iterdir()) == []


def test_companions_are_not_moved_when_the_place_of_one_is_taken(tmp_path):
    (tmp_path / "x.dbf").mkdir()
    with pytest.raises(LandgovError, match=r"x\.shp"):
        export(result(), profile="public", to=tmp_path / "x.shp")
    assert [each.name for each in tmp_path.iterdir()] == ["x.dbf"]


def test_a_fault_that_is_not_the_disks_stays_what_it_is(tmp_path):
    with pytest.raises(ValueError, match="mine"), whole(tmp_path / "x.csv"):
        raise ValueError("mine")
    assert list(tmp_path.iterdir()) == []
