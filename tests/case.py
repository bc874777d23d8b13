"""A small workspace, written row by row, for cases worked by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

import landgov as lg

EAST, NORTH = 583_700.0, 3_324_000.0
INDUSTRIAL = {"land_use_system": "GB/T 21010-2017", "land_use_code": "0601", "ownership": "state"}
FOUR = ("no_licence", "no_safety", "no_legal_site", "no_environmental")
WIDER = (
    "energy_saving",
    "product_quality",
    "industrial_policy",
    "environment",
    "safety",
    "fire",
    "illegal_land",
    "illegal_building",
    "no_land_papers",
)


class Case:
    """Write inputs and `landgov.toml` of one workspace, then run it."""

    def __init__(self, folder: Path, *, as_of: str = "2022-12-31", policy: str = "shangyu-2021-86"):
        self.folder = folder
        self.as_of, self.policy = as_of, policy
        self.blocks: list[str] = []
        self.project_more = ""
        self.count = 0

    def parcels(
        self, *rows: dict[str, Any], covers: tuple[str, ...] = (), gap: float = 50.0
    ) -> Case:
        """One square parcel a row, side 100 m (15 亩), in a row with a gap between."""
        frames = []
        for place, row in enumerate(rows):
            side = row.get("_side", 100.0)
            east = EAST + place * (side + gap)
            shape = row.get("_shape", shapely.box(east, NORTH, east + side, NORTH + side))
            facts = {name: value for name, value in row.items() if not name.startswith("_")}
            frames.append({**INDUSTRIAL, **facts, "geometry": shape})
        table = gpd.GeoDataFrame(frames, crs=4549)
        table.to_file(self.folder / "parcels.gpkg", layer="parcels")
        self._block("parcels", "parcels.gpkg", covers)
        return self

    def table(
        self, name: str, *rows: dict[str, Any], covers: tuple[str, ...] = (), more: str = ""
    ) -> Case:
        """One CSV of a table."""
        self.count += 1
        file = f"{name}_{self.count}.csv"
        pd.DataFrame(list(rows)).to_csv(self.folder / file, index=False, encoding="utf-8")
        self._block(name, file, covers, more)
        return self

    def areas(self, name: str, *rows: dict[str, Any]) -> Case:
        """Towns or platforms as GeoPackage."""
        gpd.GeoDataFrame(list(rows), crs=4549).to_file(self.folder / f"{name}.gpkg", layer=name)
        self._block(name, f"{name}.gpkg", ())
        return self

    def _block(self, name: str, file: str, covers: tuple[str, ...], more: str = "") -> None:
        said = f"covers = [{', '.join(repr(fact) for fact in covers)}]\n".replace("'", '"')
        self.blocks.append(f'[[sources.{name}]]\npath = "{file}"\n{said if covers else ""}{more}\n')

    def write(self) -> Path:
        """Write `landgov.toml`."""
        head = (
            f'[project]\nname = "手工算例"\nas_of = {self.as_of}\npolicy = "{self.policy}"\n'
            f"crs = 4549\n{self.project_more}\n"
        )
        toml = self.folder / "landgov.toml"
        toml.write_text(head + "\n".join(self.blocks), encoding="utf-8")
        return self.folder

    def run(self) -> lg.Result:
        """Run it."""
        return lg.run(self.write())
