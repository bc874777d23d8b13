"""Workspaces from real public files, written with the standard library alone.

Nothing of landgov is used here: what these functions count is the answer that a run must give.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "real-data"
PARCELS, TAXES, ZONES = (
    "ASSESSING_ParcelsFY2014.topojson",
    "TaxFY14.csv",
    "CDD_ZoningDistricts.geojson",
)
SIDE, EAST, NORTH, PER_ROW = 40.0, 583_000.0, 3_320_000.0, 20


@dataclass(frozen=True)
class Cambridge:
    """What a plain reading of the files of Cambridge says."""

    folder: Path
    parcels: int
    ids: Counter[str]
    taxes: list[dict[str, str]]
    use: dict[str, str]
    industrial: frozenset[str]
    flat: frozenset[str]

    def joined(self, row: dict[str, str]) -> bool:
        """Whether a tax row names exactly one parcel."""
        return bool(row["ML"]) and self.ids[row["ML"]] == 1


def firm(number: int) -> str:
    """Id of the taxpayer of the tax row with that number."""
    return f"T{number:05d}"


def cambridge(folder: Path) -> Cambridge:
    """Parcels with an assessed value as stand-in tax, one taxpayer a row; zones as platforms."""
    source = FOLDER / "parcels"
    shutil.copyfile(source / PARCELS, folder / PARCELS)
    shutil.copyfile(source / TAXES, folder / TAXES)
    topology = json.loads((folder / PARCELS).read_text(encoding="utf-8"))
    (layer,) = topology["objects"].values()
    ids = Counter(shape["properties"].get("ML") or "" for shape in layer["geometries"])
    with (folder / TAXES).open(encoding="utf-8-sig", newline="") as stream:
        taxes = list(csv.DictReader(stream))
    with (source / "State_Use_Codes.csv").open(encoding="utf-8-sig", newline="") as stream:
        codes = sorted({c for line in csv.reader(stream) for c in line[:1] if _is_industry(c)})
    named = defaultdict(set)
    for row in taxes:
        named[row["ML"]].add(row["UseCode"])
    use = {ml: min(c) for ml, c in named.items() if ml and ids[ml] == 1 and len(c) == 1}
    _write(folder / "use.csv", ["parcel_id", "land_use_code"], sorted(use.items()))
    links = [(row["ML"], firm(n), "user") for n, row in enumerate(taxes)]
    _write(folder / "links.csv", ["parcel_id", "enterprise_id", "role"], links)
    years = [(firm(n), 2021, row["TotalAppraisedParcelValue"]) for n, row in enumerate(taxes)]
    _write(folder / "years.csv", ["enterprise_id", "year", "tax_wan"], years)
    _zones(source / ZONES, folder / "zones.geojson")
    (folder / "cambridge.toml").write_text(_policy(codes), encoding="utf-8")
    (folder / "landgov.toml").write_text(_CAMBRIDGE, encoding="utf-8")
    industrial = frozenset(ml for ml, code in use.items() if code in codes)
    return Cambridge(folder, len(layer["geometries"]), ids, taxes, use, industrial, _flat(topology))


_CAMBRIDGE = f"""[project]
name = "Cambridge"
as_of = 2022-06-30
policy = "cambridge.toml"
crs = 26986

[[sources.parcels]]
path = "{PARCELS}"
crs = 4326
columns = {{ parcel_id = "ML" }}

[[sources.parcels]]
path = "use.csv"
constants = {{ land_use_system = "MA-DOR" }}

[[sources.links]]
path = "links.csv"

[[sources.enterprise_years]]
path = "years.csv"
units = {{ tax_wan = "元" }}

[[sources.platforms]]
path = "zones.geojson"
"""


def _policy(codes: list[str]) -> str:
    return (
        'id = "cambridge"\nextends = "shangyu-2021-86"\nlinks_unstated = ["equal"]\n\n'
        f'[industrial_codes]\n"MA-DOR" = {json.dumps(codes)}\n'
    )


def _flat(topology: dict[str, Any]) -> frozenset[str]:
    """Ids of shapes whose only ring has fewer than three corners: they hold no land."""
    (layer,) = topology["objects"].values()
    flat = set()
    for shape in layer["geometries"]:
        if shape["type"] != "Polygon" or len(shape["arcs"]) != 1:
            continue
        # The first point of an arc is a place, the rest are steps from the one before.
        arcs = [topology["arcs"][n if n >= 0 else ~n] for n in shape["arcs"][0]]
        if sum(len(arc) - 1 for arc in arcs) < 3:
            flat.add(shape["properties"]["ML"])
    return frozenset(flat)


def _is_industry(code: str) -> bool:
    return len(code) == 3 and code.isdigit() and code.startswith("4")


def _zones(source: Path, target: Path) -> None:
    content = json.loads(source.read_text(encoding="utf-8"))
    for number, feature in enumerate(content["features"]):
        name = feature["properties"]["ZONE_TYPE"]
        facts = {"platform_id": f"Z{number:03d}", "platform": name, "level": "micro_park"}
        feature["properties"] = facts
    target.write_text(json.dumps(content), encoding="utf-8")


def _write(path: Path, heads: list[str], rows: list[Any]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(heads)
        writer.writerows(rows)


@dataclass(frozen=True)
class LandMarket:
    """What a plain reading of the published contracts says."""

    folder: Path
    with_id: list[dict[str, Any]]
    without_id: list[dict[str, Any]]
    repeated: str

    @property
    def industrial(self) -> list[dict[str, Any]]:
        """Contracts of industrial land whose id stands once in the written table."""
        rows = [row for row in self.with_id if row["use"] == "工业用地"]
        return [row for row in rows if row["idnumber"] != self.repeated]


def land_market_records() -> list[dict[str, Any]]:
    """Read the two JSON arrays of the file, which is GB 18030 and glues them together."""
    text = (FOLDER / "land-records" / "landchina_2019_gbk.json").read_bytes().decode("gb18030")
    records, reader, place = [], json.JSONDecoder(), 0
    while place < len(text.rstrip()):
        part, place = reader.raw_decode(text, place)
        records.extend(part)
        while place < len(text) and text[place].isspace():
            place += 1
    return records


_HEADS = [
    "宗地代码",
    "电子监管号",
    "合同类型",
    "签订日期",
    "约定动工日期",
    "约定竣工日期",
    "实际动工日期",
]


def land_market(folder: Path, as_of: str) -> LandMarket:
    """One square of 40 m for each 电子监管号, and the contracts with their dates as published.

    The records of the file repeat no id, so the first industrial one is given a second time,
    with another agreed start.
    """
    records = land_market_records()
    with_id = [row for row in records if row.get("idnumber")]
    without_id = [row for row in records if not row.get("idnumber")]
    repeated = next(row for row in with_id if row["use"] == "工业用地")
    again = {**repeated, "time4commencement_plan": "2030年01月01日"}
    _write(folder / "contracts.csv", _HEADS, [_contract(row) for row in [*records, again]])
    shapes = [_square(n, row) for n, row in enumerate(with_id)]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}
    content = {"type": "FeatureCollection", "crs": crs, "features": shapes}
    text = json.dumps(content, ensure_ascii=False)
    (folder / "parcels.geojson").write_text(text, encoding="utf-8")
    toml = _LAND_MARKET.replace("AS_OF", as_of)
    (folder / "landgov.toml").write_text(toml, encoding="utf-8")
    return LandMarket(folder, with_id, without_id, str(repeated["idnumber"]))


_LAND_MARKET = """[project]
name = "供地结果"
as_of = AS_OF
policy = "shangyu-2021-86"
crs = 4549

[[sources.parcels]]
path = "parcels.geojson"
constants = { land_use_system = "GB/T 21010-2017", ownership = "国有" }

[[sources.contracts]]
path = "contracts.csv"
"""


def _contract(row: dict[str, Any]) -> list[str]:
    key = row.get("idnumber", "")
    dates = [
        row.get("date4sign") or row.get("date", ""),
        row.get("time4commencement_plan", ""),
        row.get("time4completion_plan", ""),
        (row.get("time4commencement_reality") or "").strip(),
    ]
    return [key, key, "primary" if key else "", *dates]


def _square(number: int, row: dict[str, Any]) -> dict[str, Any]:
    x = EAST + number % PER_ROW * SIDE * 2
    y = NORTH + number // PER_ROW * SIDE * 2
    ring = [[x, y], [x + SIDE, y], [x + SIDE, y + SIDE], [x, y + SIDE], [x, y]]
    code = "0601" if row["use"] == "工业用地" else "0701"
    facts = {"parcel_id": row["idnumber"], "land_use_code": code, "supply_status": "supplied"}
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": facts, "geometry": geometry}


def idle_from(agreed: str) -> date:
    """First idle day: a full year after the agreed start, which does not count itself."""
    year, month, day = (int(part) for part in agreed.strip("日").replace("月", "年").split("年"))
    if (month, day) == (2, 29):
        return date(year + 1, 3, 1)
    return date(year + 1, month, day) + timedelta(days=1)
