"""Faults in words that fit: folders, permissions, policies, coordinates."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from landgov.errors import LandgovError
from landgov.sources import recognise
from sources_builder import PARCELS, PROJECT, parcels, put, toml, workspace
from test_sources_faults import LINKS, LINKS_CSV, only


def refuse(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let the system refuse to open files of one name, as it does where rights are missing."""
    opened = Path.open

    def guarded(self: Path, *how, **more):
        if self.name == name:
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *how, **more)

    monkeypatch.setattr(Path, "open", guarded)


def test_a_folder_that_is_not_there_is_said_with_its_whole_path(tmp_path):
    fault = only(tmp_path / "nosuch")
    assert fault.kind == "no_workspace"
    assert fault.zh == f"没有这个文件夹：{tmp_path / 'nosuch'}"
    assert "landgov init" not in fault.do


def test_a_relative_folder_that_is_not_there_is_said_with_its_whole_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert str(tmp_path / "a" / "b") in only(Path("a/b")).zh


def test_a_file_in_place_of_the_folder_is_said_to_be_a_file(tmp_path):
    path = toml(tmp_path, PROJECT + PARCELS) / "landgov.toml"
    fault = only(path)
    assert fault.zh == f"这是文件，不是文件夹：{path}"
    assert str(tmp_path) in fault.do
    with pytest.raises(LandgovError, match="这是文件，不是文件夹"):
        recognise(path)


def test_the_advice_for_a_folder_without_landgov_toml_is_a_line_that_works_from_here(tmp_path):
    (tmp_path / "a b").mkdir()
    assert only(tmp_path / "a b").do == f'landgov init "{tmp_path / "a b"}"'


@pytest.mark.parametrize("name", ["links.csv", "地块.gpkg"])
def test_a_file_that_may_not_be_read_brings_advice_about_rights(tmp_path, monkeypatch, name):
    put(tmp_path, "links.csv", LINKS_CSV)
    folder = workspace(tmp_path, LINKS)
    refuse(monkeypatch, name)
    fault = only(folder)
    assert (fault.kind, fault.file) == ("unreadable_file", f"inputs/{name}")
    assert "读取权限" in fault.do
    assert "占用" in fault.do
    assert "另存" not in fault.do


def test_a_part_of_a_shapefile_that_may_not_be_read_brings_advice_about_rights(
    tmp_path, monkeypatch
):
    folder = workspace(tmp_path)
    parcels().to_file(folder / "inputs" / "a.shp", encoding="utf-8")
    put(folder, "a.sbn", b"x")
    toml(folder, PROJECT + '[sources.parcels]\npath = "inputs/a.shp"\n')
    refuse(monkeypatch, "a.sbn")
    fault = only(folder)
    assert (fault.kind, "读取权限" in fault.do) == ("unreadable_file", True)


def test_a_folder_of_inputs_that_may_not_be_entered_brings_advice_about_rights(
    tmp_path, monkeypatch
):
    folder = workspace(tmp_path)
    asked = os.stat

    def guarded(path, *more, **how):
        if str(path).endswith("地块.gpkg"):
            raise PermissionError(13, "Permission denied", str(path))
        return asked(path, *more, **how)

    monkeypatch.setattr(os, "stat", guarded)
    fault = only(folder)
    assert (fault.kind, "读取权限" in fault.do) == ("unreadable_file", True)


def test_an_unknown_policy_brings_those_that_are_known_in_both_languages(tmp_path):
    text = PROJECT.replace("shangyu-2021-86", "shangyu-2012-86") + PARCELS
    fault = only(toml(workspace(tmp_path), text))
    assert fault.kind == "unknown_policy"
    assert fault.do.startswith('policy = "shangyu-2021-86"')
    assert "可用的政策" in fault.do
    assert "path of a .toml file" in fault.do


def test_every_fault_of_a_policy_file_is_told_in_chinese_too(tmp_path):
    folder = workspace(tmp_path)
    own = PROJECT.replace("shangyu-2021-86", "own.toml") + PARCELS
    for text in (
        'id = "x"\nextends = "own.toml"\n',
        "not toml",
        "[low_efficiency_tax]\nvalue = 1\n",
    ):
        (folder / "own.toml").write_text(text, encoding="utf-8")
        fault = only(toml(folder, own))
        assert fault.kind == "unknown_policy"
        assert fault.zh.startswith("政策"), text


def test_a_file_without_crs_is_told_which_number_means_what(tmp_path):
    folder = workspace(tmp_path)
    parcels().to_file(folder / "inputs" / "a.shp", encoding="utf-8")
    (folder / "inputs" / "a.prj").unlink()
    fault = only(toml(folder, PROJECT + '[sources.parcels]\npath = "inputs/a.shp"\n'))
    # Six-digit eastings: the zone without prefix; the older datums look alike.
    assert fault.do.startswith("crs = 4549")
    assert "西安80" in fault.do
