"""Rounded parts that add up to the rounded whole (最大余数法)."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgov.errors import LandgovError

MU_DIGITS = 6
"""Decimals of an 亩 to which land is counted in whole numbers: 0.0007 square metres."""
# Decimals of a unit below which a remainder is only the rounding of floating-point numbers.
_NOISE_DIGITS = 3


def largest_remainder(
    parts: pd.Series[Any], digits: int, *, total: float | None = None
) -> pd.Series[float]:
    """Round parts so that they add up to the rounded total (最大余数法, Hamilton).

    Each part is rounded down; what is then lacking to the total, rounded half up, goes one
    unit at a time to the parts with the largest remainders. Of equal remainders the larger
    part comes first, then the smaller label: the order of the rows has no say.

    Parameters
    ----------
    parts : Series
        Numbers, taken as the decimals that they print as. Missing ones stay missing.
    digits : int
        Decimals to keep.
    total : float, optional
        What the parts have to add up to, where a table above has said it already; by
        default their sum, rounded.

    Returns
    -------
    Series
        Floats of `digits` decimals, on the same index; each less than one unit from its part.

    Raises
    ------
    LandgovError
        If no rounding of the parts adds up to `total`.

    References
    ----------
    第二次全国土地调查面积汇总统计规定: 控制面积与各部分面积之和一致, 取位误差强制平差.

    Examples
    --------
    >>> largest_remainder(pd.Series({"东关": 1.25, "道墟": 1.25, "百官": 1.3}), 1).to_dict()
    {'东关': 1.3, '道墟': 1.2, '百官': 1.3}
    >>> largest_remainder(pd.Series({"甲": 0.4, "乙": 0.4, "丙": 0.4}), 0).tolist()
    [0.0, 0.0, 1.0]
    """
    known = parts[parts.notna()]
    scaled = [Decimal(str(part)).scaleb(digits) for part in known.tolist()]
    floors = [math.floor(part) for part in scaled]
    stated = sum(scaled, Decimal(0)) if total is None else Decimal(str(total)).scaleb(digits)
    whole = int(stated.to_integral_value(ROUND_HALF_UP))
    lacking = whole - sum(floors)
    if not 0 <= lacking <= sum(part != floor for part, floor in zip(scaled, floors, strict=True)):
        raise LandgovError(
            f"no rounding of {len(floors)} parts to {digits} decimals adds up to {total}.",
            do="total = None",
            message_zh=f"{len(floors)} 个分项取 {digits} 位小数，凑不成合计 {total}。",
        )
    labels = [(type(label).__name__, str(label)) for label in known.index]
    order = sorted(
        range(len(scaled)), key=lambda at: (floors[at] - scaled[at], -scaled[at], labels[at])
    )
    for place in order[:lacking]:
        floors[place] += 1
    rounded = np.full(len(parts), np.nan)
    rounded[parts.notna().to_numpy()] = [float(Decimal(at).scaleb(-digits)) for at in floors]
    return pd.Series(rounded, index=parts.index)


def apportioned(
    land_mu: npt.NDArray[np.float64], order: npt.NDArray[np.intp]
) -> npt.NDArray[np.int64]:
    """Count land in millionths of an 亩, whole numbers that add up to the rounded sum.

    The same method for many parcels at once, on arrays.

    Parameters
    ----------
    land_mu : ndarray
        亩, none missing.
    order : ndarray of int
        Positions in the order of the labels: of equal remainders the first takes the unit.

    Examples
    --------
    >>> apportioned(np.array([0.1, 0.2000004, 0.3000004]), np.arange(3)).tolist()
    [100000, 200001, 300000]
    """
    scale = 10**MU_DIGITS
    # 15.1 亩 times a million is not always a whole number to the last digit of a float.
    scaled = np.round(land_mu * scale, _NOISE_DIGITS)
    floors = np.floor(scaled)
    remainder = np.round(scaled - floors, _NOISE_DIGITS)
    units: npt.NDArray[np.int64] = floors.astype(np.int64)
    lacking = round(math.fsum(land_mu) * scale) - int(units.sum())
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order))
    by_remainder = np.lexsort((place, -remainder))
    if lacking >= 0:
        units[by_remainder[:lacking]] += 1
    else:  # only where the cut at `_NOISE_DIGITS` has lifted many remainders to a whole
        units[by_remainder[lacking:]] -= 1
    return units
