"""Who sent which file, on what day (报送单位): the origin of a cell on the board."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from landgov import schema
from landgov.quality import CheckedTable, source_words
from landgov.sources import RawTable, SourceSpec

ORIGIN = ("department", "date", "source")
UNDATED = "未注明"


class Senders:
    """The blocks of `landgov.toml` by the file and sheet that was read.

    Parameters
    ----------
    raws : sequence of RawTable
        Every file as read.
    """

    def __init__(self, raws: Sequence[RawTable]) -> None:
        self._specs: dict[tuple[str, str, str], SourceSpec] = {
            (raw.spec.table, raw.spec.name, raw.sheet or ""): raw.spec for raw in raws
        }

    def spec(self, table: str, file: str, sheet: str) -> SourceSpec | None:
        """Block of a file; None where no file stands behind it."""
        return self._specs.get((table, file, sheet))

    def named(self, table: str, file: str) -> SourceSpec | None:
        """First block of a table that names a file, whatever the sheet."""
        return next((s for (t, f, _), s in self._specs.items() if (t, f) == (table, file)), None)

    def files(self, table: str) -> list[str]:
        """Files of a table, the longest name first."""
        names = {file for (name, file, _) in self._specs if name == table}
        return sorted(names, key=lambda name: (-len(name), name))

    def units(self, checked: CheckedTable) -> np.ndarray:
        """Unit whose own report each origin of a table is; empty for a department's."""
        if not len(checked.origins):
            return np.array([], dtype=object)
        file, files = pd.factorize(checked.origins["file"].astype("str"))
        sheet, sheets = pd.factorize(checked.origins["sheet"].fillna("").astype("str"))
        known, back = np.unique(file * len(sheets) + sheet, return_inverse=True)
        words = []
        for code in known:  # one a file
            pair = (str(files[code // len(sheets)]), str(sheets[code % len(sheets)]))
            spec = self.spec(checked.name, *pair)
            words.append((spec.unit or "") if spec is not None else "")
        return np.array(words, dtype=object)[back]

    def origin(self, checked: CheckedTable, rows: np.ndarray, column: str) -> pd.DataFrame:
        """Department, date of the data, file and row of some cells.

        Parameters
        ----------
        checked : CheckedTable
            The table.
        rows : array of int
            Positions of rows in its frame; -1 for none.
        column : str
            The column; its supplier by the schema stands in for a block that names nobody.

        Returns
        -------
        DataFrame
            `department`, `date`, `source`: text, one row for each of `rows`.
        """
        default = schema.department_of(checked.name, column)
        length = len(rows)
        if not len(checked.frame):
            return blank(length, default)
        cells = checked.position[column].to_numpy()
        at = np.where(rows >= 0, cells[np.clip(rows, 0, None)], -1)
        kept, back = np.unique(at, return_inverse=True)
        few = checked.origins.iloc[np.clip(kept, 0, None)]
        files = zip(few["file"], few["sheet"], strict=True)
        specs = [self.spec(checked.name, str(file), str(sheet)) for file, sheet in files]
        words = np.where(kept >= 0, source_words(few), "")
        sent = [one.department or one.unit or default if one else default for one in specs]
        days = [one.date.isoformat() if one and one.date else UNDATED for one in specs]
        table = pd.DataFrame({"department": sent, "date": days, "source": words}, dtype="str")
        return table.iloc[back].reset_index(drop=True)


def blank(length: int, department: str, date: str = UNDATED, source: str = "") -> pd.DataFrame:
    """Give the same origin to all of some values.

    Examples
    --------
    >>> blank(2, "区税务局")["department"].tolist()
    ['区税务局', '区税务局']
    """
    cells = {"department": department, "date": date, "source": source}
    return pd.DataFrame(cells, index=pd.RangeIndex(length), columns=list(ORIGIN), dtype="str")
