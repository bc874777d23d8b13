"""The reconciliation board (对账板): one fact from two sides, and what nobody has sent."""

from __future__ import annotations

from landgov.board.ages import FRESH, LATER, STALE
from landgov.board.build import Board, build_board
from landgov.board.comparing import LABELS

__all__ = ["FRESH", "LABELS", "LATER", "STALE", "Board", "build_board"]
