"""Where in the files the row of an answer stands today (定位)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landgov.decisions.books import Answer
from landgov.decisions.rows import Rows, bare
from landgov.sources import RawTable

GONE = "工作区已没有这个文件或工作表"
CHANGED = "文件中的原值已变"
NO_ROW = "文件中已找不到这一行"
SEVERAL = "文件中有多行相符，无法确定是哪一行"


@dataclass(frozen=True)
class Place:
    """A row of a file: which file, which row, and whether it says just what it said then."""

    file: int
    row: int
    same: bool


class Finder:
    """Find rows of files again, by what they say, by their key, by their number.

    Parameters
    ----------
    raws : sequence of RawTable
        All files as read.
    """

    def __init__(self, raws: Sequence[RawTable]) -> None:
        self.rows = [Rows(raw) for raw in raws]
        self._files: dict[tuple[str, str, str], list[int]] = {}
        for number, raw in enumerate(raws):
            name = (raw.spec.table, raw.spec.name, raw.sheet or "")
            self._files.setdefault(name, []).append(number)

    def files(self, table: str, file: str, sheet: str) -> list[int]:
        """Numbers of the files of that name, as one may be read twice with other mappings."""
        return self._files.get((table, file, sheet), [])

    def place(self, answer: Answer) -> Place | str:
        """Place of the row that an answer is about, or the reason why there is none."""
        files = self.files(answer.table, answer.file, answer.sheet)
        if not files:
            return GONE
        found = [place for file in files if (place := self._same(file, answer)) is not None]
        if not found:
            found = [place for file in files for place in self._by_key(file, answer)]
        if len(found) == 1:
            return found[0]
        return SEVERAL if found else NO_ROW

    def _same(self, file: int, answer: Answer) -> Place | None:
        """Row that says what it said; of identical rows that of the same number, else the last."""
        rows = self.rows[file]
        if answer.row is not None:
            at = int(rows.at_numbers([answer.row])[0])
            if at >= 0 and rows.prints(np.array([at]))[0] == answer.content:
                return Place(file, at, same=True)
        places = rows.by_print.get(answer.content, [])
        return Place(file, places[-1], same=True) if places else None

    def _by_key(self, file: int, answer: Answer) -> list[Place]:
        """Rows of the same key, some other cell of which has changed since."""
        rows = self.rows[file]
        key = answer.cell if answer.field in rows.raw.frame.columns and _is_key(answer) else ""
        names = {answer.key, answer.key.rpartition("#")[0], key} - {""}
        places = sorted({place for name in names for place in rows.by_key.get(name, [])})
        if len(places) > 1:
            then = [place for place in places if self._holds(file, place, answer, answer.cell)]
            places = then or places
        return [Place(file, place, same=False) for place in places]

    def _holds(self, file: int, place: int, answer: Answer, text: str) -> bool:
        return bare(self.rows[file].words(answer.field, place)) == bare(text)

    def fulfilled(self, answer: Answer) -> bool:
        """Whether the file itself says by now what the clerk wanted, in the row of that number."""
        for file in self.files(answer.table, answer.file, answer.sheet):
            at = -1
            if answer.row is not None:
                at = int(self.rows[file].at_numbers([answer.row])[0])
            if at >= 0 and answer.now and self._holds(file, at, answer, answer.now):
                return True
        return False


def _is_key(answer: Answer) -> bool:
    return answer.cell != "" and answer.key.startswith(answer.cell)
