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
    """Leave out what takes longest and is tested by itself: the maps, the readings tried out."""
    monkeypatch.setattr("landgov.outputs.write.write_maps", lambda *_args, **_more: None)
    monkeypatch.setattr("landgov.outputs.write.compare_readings", lambda _ready: [])
