"""Which of the four batches (四个一批) a parcel could take: a proposal with its reasons.

A proposal is no decision. Where the order of the batches can't be settled because a fact is
missing, the pathway is unknown, and the batches that do hold are listed all the same. What a
person decided stands beside it and wins.
"""

from __future__ import annotations

from landgov.pathways.decided import COLUMNS as DECIDED
from landgov.pathways.propose import Pathways, propose
from landgov.pathways.totals import pathway_totals

__all__ = ["DECIDED", "Pathways", "pathway_totals", "propose"]
