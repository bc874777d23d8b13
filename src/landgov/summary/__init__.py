"""Land by town, platform, category and ownership, each 亩 once (汇总)."""

from landgov.summary.clusters import cluster_candidates
from landgov.summary.indicator_table import indicator_table
from landgov.summary.pieces import LandPieces, land_pieces
from landgov.summary.reporting import in_pilot, summarise, summary_totals, with_summary
from landgov.summary.rounding import apportioned, largest_remainder

__all__ = [
    "LandPieces",
    "apportioned",
    "cluster_candidates",
    "in_pilot",
    "indicator_table",
    "land_pieces",
    "largest_remainder",
    "summarise",
    "summary_totals",
    "with_summary",
]
