"""Tests find their case builders beside them; those that look at no map need not draw any."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def without_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the maps of a run out: they take longest, and are tested by themselves."""
    monkeypatch.setattr("landgov.outputs.write.write_maps", lambda *_args, **_more: None)
