"""The base list (底数清单): who uses which land; land and money conserved."""

from __future__ import annotations

from landgov.register.links_table import links_table
from landgov.register.matching import propose_matches
from landgov.register.register import Register, build_register

__all__ = ["Register", "build_register", "links_table", "propose_matches"]
