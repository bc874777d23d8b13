"""Plain readers of the demonstration district for its tests; landgov takes no part."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd


def workspace(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "landgov.toml").read_text(encoding="utf-8"))


def entries(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    """Every file of the workspace with its table, single and several alike."""
    found = []
    for table, entry in workspace(folder)["sources"].items():
        found += [(table, each) for each in (entry if isinstance(entry, list) else [entry])]
    return found


def decode(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def numbered(folder: Path, file: str) -> dict[int, dict[str, str]]:
    """Rows of a csv file or workbook as text, by the number that a spreadsheet shows.

    A title above the headings is passed over; of headings in two rows the lower counts.
    """
    path = folder / file
    if path.suffix == ".csv":
        return dict(enumerate(csv.DictReader(io.StringIO(decode(path))), 2))
    sheet = openpyxl.load_workbook(path, read_only=True).active
    assert sheet is not None
    cells = [
        ["" if c is None else str(c) for c in line] for line in sheet.iter_rows(values_only=True)
    ]
    at = 0 if len(cells[0]) == 1 or sum(map(bool, cells[0])) > 1 else 1
    heads, first = cells[at], at + 1
    if "" in heads:
        heads = [below or above for above, below in zip(heads, cells[first], strict=True)]
        first += 1
    return {n: dict(zip(heads, line, strict=True)) for n, line in enumerate(cells, 1) if n > first}


def rows(folder: Path, file: str) -> list[dict[str, str]]:
    """Rows of a csv file or workbook as text, under their headings."""
    return list(numbered(folder, file).values())


def features(folder: Path, file: str) -> gpd.GeoDataFrame:
    path = folder / file
    if path.suffix == ".shp":
        return gpd.read_file(path, encoding="GBK")
    return gpd.read_file(path)


def answers(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "answers" / f"{name}.csv", dtype=str, keep_default_na=False)
