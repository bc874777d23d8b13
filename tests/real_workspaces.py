"""Workspaces around single real files, for `landgov check`; what they hold is counted plainly."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl

from real_input import EAST, FOLDER, NORTH, PER_ROW, SIDE

OSM = "pyrosm_test.osm.pbf"
PHILADELPHIA = "philadelphia_vacant_land_2024-06.parquet"
ECHARTS = "echarts_shaoxing.geojson"
LANDCHINA, BEIJING = "landchina_2019_gbk.json", "landchina_beijing_2019.xlsx"
CITY, COUNTIES = "330600", ("330602", "330603", "330604", "330624", "330681", "330683")


def workspace(folder: Path, name: str, crs: int, sources: str, *files: str) -> Path:
    """Copy real files beside a landgov.toml with these sources."""
    for file in files:
        shutil.copyfile(FOLDER / file, folder / Path(file).name)
    project = f'[project]\nname = "{name}"\nas_of = 2022-06-30\npolicy = "shangyu-2021-86"\n'
    text = f"{project}crs = {crs}\n{sources}"
    (folder / "landgov.toml").write_text(text, encoding="utf-8")
    return folder


def osm(folder: Path) -> Path:
    """The ways of a Finnish place as parcels and as buildings."""
    sources = f"""
[sources.parcels]
path = "{OSM}"
layer = "multipolygons"
columns = {{ parcel_id = "osm_way_id", land_use_code = "landuse" }}

[sources.buildings]
path = "{OSM}"
layer = "multipolygons"
columns = {{ building_id = "osm_way_id" }}
"""
    return workspace(folder, "Finland", 3067, sources, f"osm/{OSM}")


def philadelphia(folder: Path) -> Path:
    """Vacant lots, in US survey feet."""
    sources = f"""
[sources.parcels]
path = "{PHILADELPHIA}"
columns = {{ parcel_id = "opa_id", location = "address", holder_name = "owner_org" }}
"""
    return workspace(folder, "Philadelphia", 32618, sources, f"parcels/{PHILADELPHIA}")


def cnmaps(folder: Path) -> Path:
    """A city and its six counties, one file each, bare geometry without an id."""
    codes = (CITY, *COUNTIES)
    blocks = [
        f'\n[[sources.parcels]]\npath = "cnmaps_{code}.geojson"\n'
        f'constants = {{ parcel_id = "{code}" }}\n'
        for code in codes
    ]
    files = [f"boundaries/cnmaps_{code}.geojson" for code in codes]
    return workspace(folder, "绍兴", 4549, "".join(blocks), *files)


def echarts(folder: Path) -> Path:
    """The six counties in one file, every one of them broken."""
    sources = f"""
[sources.parcels]
path = "{ECHARTS}"
columns = {{ parcel_id = "id", location = "name" }}
"""
    return workspace(folder, "绍兴", 4549, sources, f"boundaries/{ECHARTS}")


def landchina(folder: Path, ids: list[str]) -> Path:
    """Published contracts as parcels and as contracts; a square stands in for each border."""
    sources = f"""
[[sources.parcels]]
path = "squares.geojson"

[[sources.parcels]]
path = "{LANDCHINA}"
columns = {{ parcel_id = "idnumber", land_use_code = "use", holder_name = "holder", \
area_cert_mu = "area", location = "location" }}
units = {{ area_cert_mu = "公顷" }}
constants = {{ land_use_system = "GB/T 21010-2017" }}

[sources.contracts]
path = "{LANDCHINA}"
columns = {{ parcel_id = "idnumber", signed_on = "date4sign", agreed_start = \
"time4commencement_plan", agreed_completion = "time4completion_plan", actual_start = \
"time4commencement_reality", price_wan = "price" }}
"""
    _squares(folder / "squares.geojson", ids)
    return workspace(folder, "供地结果", 4549, sources, f"land-records/{LANDCHINA}")


def beijing(folder: Path, ids: list[str]) -> Path:
    """The same of Beijing, from a workbook with English headings."""
    sources = f"""
[[sources.parcels]]
path = "squares.geojson"

[[sources.parcels]]
path = "{BEIJING}"
columns = {{ parcel_id = "Electronic supervision number", land_use_code = "Land utilisation", \
holder_name = "Land use right holder Row 1", area_cert_mu = "Area (hectare)", \
location = "Project location", plot_ratio_max = "Agreed floor area ratio upper limit" }}
units = {{ area_cert_mu = "公顷" }}
constants = {{ land_use_system = "GB/T 21010-2017" }}

[sources.contracts]
path = "{BEIJING}"
columns = {{ parcel_id = "Electronic supervision number", signed_on = "Contract signing date", \
agreed_start = "Agreed start time", agreed_completion = "Agreed completion time", \
actual_start = "Actual start time", price_wan = "Transaction price (ten thousand yuan)" }}
"""
    _squares(folder / "squares.geojson", ids)
    return workspace(folder, "北京", 4549, sources, f"land-records/{BEIJING}")


def beijing_rows() -> list[dict[str, Any]]:
    """Rows of the workbook of Beijing, by heading."""
    book = openpyxl.load_workbook(FOLDER / "land-records" / BEIJING, read_only=True)
    head, *rows = book.worksheets[0].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def _squares(path: Path, ids: list[str]) -> None:
    features = []
    for number, key in enumerate(ids):
        x, y = EAST + number % PER_ROW * SIDE * 2, NORTH + number // PER_ROW * SIDE * 2
        ring = [[x, y], [x + SIDE, y], [x + SIDE, y + SIDE], [x, y + SIDE], [x, y]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"parcel_id": key}, "geometry": shape})
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}
    content = {"type": "FeatureCollection", "crs": crs, "features": features}
    path.write_text(json.dumps(content), encoding="utf-8")


def hashes(folder: Path) -> dict[str, str]:
    """Fingerprint of every file of a workspace but those that landgov writes."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    inputs = [file for file in files if "out" not in file.relative_to(folder).parts]
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in inputs}
