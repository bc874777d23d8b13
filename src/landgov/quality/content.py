"""What rows say as a whole, as text: written only for the few rows whose keys are in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from landgov.sources import RawTable


@dataclass(frozen=True)
class RowContent:
    """All that the rows of one or more files say, laid end to end (行内容).

    Parameters
    ----------
    raws : sequence of RawTable
        The files, in order.
    """

    raws: Sequence[RawTable]

    def rows(self, places: np.ndarray) -> pd.DataFrame:
        """Write rows as text; rows that agree in every column are identical.

        Parameters
        ----------
        places : array of int
            Positions, ascending, counted over all files.

        Returns
        -------
        DataFrame
            One column a column of the files, index 0, 1, …; empty cells are "".
        """
        places = np.asarray(places, dtype=np.int64)
        ends = np.cumsum([len(raw.frame) for raw in self.raws])
        parts = [
            _text(raw, places[(places >= end - len(raw.frame)) & (places < end)], end)
            for raw, end in zip(self.raws, ends.tolist(), strict=True)
        ]
        return pd.concat(parts, ignore_index=True).fillna("")


def _text(raw: RawTable, places: np.ndarray, end: int) -> pd.DataFrame:
    own = places - (end - len(raw.frame))
    text = raw.frame.iloc[own].astype("str").fillna("").reset_index(drop=True)
    if raw.geometry is not None:
        text["geometry"] = shapely.to_wkb(raw.geometry.to_numpy()[own], hex=True)
    return text
