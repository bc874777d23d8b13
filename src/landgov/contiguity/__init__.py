"""Neighbouring parcels, the blocks they form and the sites that could be developed (连片).

Pure geometry: knows no policy. Tables in, tables out, in a CRS in metres.
"""

from landgov.contiguity.barriers import barriers_between, with_barriers
from landgov.contiguity.blocks import blocks
from landgov.contiguity.grouped import blocks_table, site_of
from landgov.contiguity.pairs import neighbours
from landgov.contiguity.sites import sites

__all__ = [
    "barriers_between",
    "blocks",
    "blocks_table",
    "neighbours",
    "site_of",
    "sites",
    "with_barriers",
]
