"""What a clerk does with the workbook of issues: open it, fill cells in, send it back."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from landgov.decisions import ACTION, MENDED
from landgov.outputs import rechecked, write_check
from landgov.pipeline import Prepared, prepare
from landgov.quality import Recheck


def check(folder: Path) -> tuple[Prepared, Recheck]:
    """`landgov check` without the console."""
    ready = prepare(str(folder))
    again = rechecked(folder, ready.issues)
    write_check(ready, again)
    return ready, again


def of_kind(issues: pd.DataFrame, kind: str) -> pd.DataFrame:
    return issues[issues["kind"] == kind].reset_index(drop=True)


def fill(folder: Path, name: str, *answers: dict[str, Any], send: bool = True) -> Path:
    """Fill in rows of `out/issues.xlsx`, found by the cells named, and send the book back.

    An answer gives cells that a row has to have (by heading) under ``where``, and what is
    written into 更正值 (``now``) and 处理 (``do``).
    """
    book = openpyxl.load_workbook(folder / "out" / "issues.xlsx")
    for answer in answers:
        hits = 0
        for page in book:
            top, places = headings(page)
            if MENDED not in places:
                continue
            for row in range(top + 1, page.max_row + 1):
                cells = {word: page.cell(row, place).value for word, place in places.items()}
                if all(str(cells[word]) == str(said) for word, said in answer["where"].items()):
                    hits += 1
                    if "now" in answer:
                        page.cell(row, places[MENDED]).value = answer["now"]
                    if "do" in answer:
                        page.cell(row, places[ACTION]).value = answer["do"]
        assert hits == answer.get("hits", 1), (answer, hits)
    target = folder / "state" / "mended" / name if send else folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)
    return target


def headings(page: Any) -> tuple[int, dict[str, int]]:
    """Row and columns of the headings of a sheet."""
    for row in range(1, 12):
        words = {page.cell(row, c).value: c for c in range(1, page.max_column + 1)}
        if {"行", "编号"} <= set(words):
            return row, words
    return 1, {}


def prints(folder: Path) -> dict[str, str]:
    """Fingerprint of every file that was sent."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.is_file()
    }
