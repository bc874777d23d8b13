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


def rows(folder: Path, file: str) -> list[dict[str, str]]:
    """Rows of a csv file or workbook as text, first line as headings."""
    path = folder / file
    if path.suffix == ".csv":
        return list(csv.DictReader(io.StringIO(decode(path))))
    sheet = openpyxl.load_workbook(path, read_only=True).active
    assert sheet is not None
    cells = [
        ["" if c is None else str(c) for c in line] for line in sheet.iter_rows(values_only=True)
    ]
    return [dict(zip(cells[0], line, strict=True)) for line in cells[1:]]


def features(folder: Path, file: str) -> gpd.GeoDataFrame:
    path = folder / file
    if path.suffix == ".shp":
        return gpd.read_file(path, encoding="GBK")
    return gpd.read_file(path)


def answers(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "answers" / f"{name}.csv", dtype=str, keep_default_na=False)
