"""Small workspaces for the tests of reading: a clean one, and files with one thing wrong."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import openpyxl
import shapely

PROJECT = '[project]\nname = "试点"\nas_of = 2022-12-31\npolicy = "shangyu-2021-86"\ncrs = 4549\n'
PARCELS = '[sources.parcels]\npath = "inputs/地块.gpkg"\n'
EAST, NORTH = 583_700.0, 3_324_000.0  # a spot in 上虞, metres, meridian 120°


def parcels(count: int = 2, crs: int | None = 4549) -> gpd.GeoDataFrame:
    """Square parcels of 100 m, side by side, with Chinese headings."""
    boxes = [
        shapely.box(EAST + 100 * n, NORTH, EAST + 100 * n + 100, NORTH + 100) for n in range(count)
    ]
    codes = [f"330604001001GB{n:05}" for n in range(1, count + 1)]
    holders = [f"甲{n}厂" for n in range(1, count + 1)]
    columns = {"宗地代码": codes, "权利人": holders, "发证面积": [15.0 + n for n in range(count)]}
    return gpd.GeoDataFrame(columns, geometry=boxes, crs=4549).to_crs(crs or 4549)


def workspace(folder: Path, sources: str = "", *, project: str = PROJECT, rest: str = "") -> Path:
    """A workspace with clean parcels; `sources` are further blocks of its landgov.toml."""
    (folder / "inputs").mkdir(parents=True, exist_ok=True)
    parcels().to_file(folder / "inputs" / "地块.gpkg", layer="宗地")
    text = f"{project}{PARCELS}{sources}{rest}"
    (folder / "landgov.toml").write_text(text, encoding="utf-8")
    return folder


def toml(folder: Path, text: str) -> Path:
    """Write a landgov.toml as it stands."""
    (folder / "inputs").mkdir(parents=True, exist_ok=True)
    (folder / "landgov.toml").write_text(text, encoding="utf-8")
    return folder


def put(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file under inputs/."""
    path = folder / "inputs" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def book(folder: Path, name: str, **sheets: list[list[object]]) -> Path:
    """Write a workbook, one keyword a sheet."""
    path = folder / "inputs" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    made = openpyxl.Workbook()
    made.remove(made.active)
    for sheet, rows in sheets.items():
        page = made.create_sheet(sheet)
        for row in rows:
            page.append(row)
    made.save(path)
    return path
