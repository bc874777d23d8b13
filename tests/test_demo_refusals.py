"""Folders into which the demonstration district can't go."""

from __future__ import annotations

from pathlib import Path

import pytest

from landgov.demo import make_demo
from landgov.errors import LandgovError


def test_a_folder_below_a_file_is_refused_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("keep")
    with pytest.raises(LandgovError) as caught:
        make_demo(tmp_path / "file" / "demo", parcels=20)
    assert f"示范区无法写入 {tmp_path / 'file' / 'demo'}" in str(caught.value)
    assert "can't be written to" in str(caught.value)
    assert caught.value.do
    assert (tmp_path / "file").read_text() == "keep"


@pytest.mark.parametrize("step", ["mkdir", "write_text", "rename"])
def test_a_folder_that_may_not_be_written_is_refused_whichever_step_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def refused(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, step, refused)
    with pytest.raises(LandgovError) as caught:
        make_demo(tmp_path / "demo", parcels=20)
    monkeypatch.undo()
    assert "Permission denied" in str(caught.value)
    assert "写入权限" in str(caught.value.do)
    assert list(tmp_path.iterdir()) == []


def test_the_folder_in_which_one_stands_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LandgovError, match="新的文件夹名"):
        make_demo(Path(), parcels=20)
