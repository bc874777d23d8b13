"""What images show of a parcel (佐证): evidence columns beside what departments report."""

from __future__ import annotations

from landgov.witnesses.built_up import built_up

__all__ = ["built_up"]
