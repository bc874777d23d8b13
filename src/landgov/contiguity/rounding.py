"""How much of a length or an area is only the rounding of floating-point numbers."""

from __future__ import annotations

from typing import Final

ROUNDING_M: Final = 1e-7
"""Metres within which two points are one, and a length is nothing.

A double near 40 500 000 (a 3-degree easting with zone prefix) is stored to
7.5e-9 m, so a corner that lies on another parcel's edge misses it by about
1e-8 m; ten times that is safe. Surveys give millimetres, ten thousand times more.
"""

ROUNDING_M2: Final = 1e-6
"""Square metres that are nothing: `ROUNDING_M` along ten metres of border."""

ROUNDING_COSINE: Final = 1e-9
"""Slack on the cosine of 45°, so that edges at exactly 45° count however the map is turned."""

ROUNDING_SHARE: Final = 1e-12
"""Relative slack of a sum that is compared with a line: on the line is on it."""
