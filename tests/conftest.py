"""Tests find their case builders beside them; those that look at no map need not draw any."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
# Thousands of small tables: looking for cycles among them less often saves a twentieth.
gc.set_threshold(50_000, 50, 100)


@pytest.fixture
def without_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the maps of a run out: they take longest, and are tested by themselves."""
    monkeypatch.setattr("landgov.outputs.write.write_maps", lambda *_args, **_more: None)
