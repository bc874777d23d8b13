"""Judge what becomes of a workspace whatever lies in it, and sound files to be damaged.

A case is a set of files. `judge` reads and checks them as `landgov check` does; nothing but a
result or a `LandgovError` may come of it, no row may be lost and no input file changed.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import traceback
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from landgov.demo.deliveries import write_vector
from landgov.demo.sheets import write_workbook
from landgov.errors import LandgovError
from landgov.pipeline import prepare
from sources_builder import EAST, NORTH, PROJECT

#: Rows of these kinds of note were read and set aside on purpose.
NOTED = ("identical_row", "totals_row", "example_row", "unreadable_record")


@dataclass(frozen=True)
class Case:
    """Files of a workspace that may be nonsense; `rows` of parcels if their number is known."""

    kind: str
    files: dict[str, bytes]
    rows: int | None = None

    def put(self, folder: Path) -> Path:
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return folder


@dataclass(frozen=True)
class Outcome:
    """What became of a case: "result" or "refused", or what went wrong."""

    word: str
    failure: str = ""


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def judge(folder: Path, rows: int | None = None) -> Outcome:
    """Read and check a workspace; say what went wrong, if anything did."""
    before = _digests(folder)
    try:
        ready = prepare(str(folder))
    except LandgovError:
        ready = None
    except Exception:
        return Outcome("failed", traceback.format_exc())
    if _digests(folder) != before:
        return Outcome("failed", "an input file was changed, or a file written beside it")
    if ready is None:
        return Outcome("refused")
    held = [raw for raw in ready.raws if raw.spec.table == "parcels"]
    read = sum(len(raw.frame) for raw in held)
    mine = ready.issues["table"].eq("parcels")
    same = int((mine & ready.issues["kind"].eq("identical_row")).sum())
    out = len(ready.judged.parcels)
    if read != out + same:
        return Outcome("failed", f"{read} rows read, {out} parcels and {same} identical rows out")
    if rows is not None:
        noted = int((mine & ready.issues["kind"].isin(NOTED)).sum())
        if not read <= rows <= read + noted:
            return Outcome("failed", f"{rows} rows sent, {read} read, {noted} noted")
    if not ready.judged.parcels.index.is_unique:
        return Outcome("failed", "parcel ids are repeated")
    return Outcome("result")


# ---- what is sound ---------------------------------------------------------------


def _squares(count: int = 3) -> gpd.GeoDataFrame:
    boxes = [shapely.box(EAST + 120 * n, NORTH, EAST + 120 * n + 100, NORTH + 100)
             for n in range(count)]  # fmt: skip
    codes = [f"330604001001GB{n:05}" for n in range(1, count + 1)]
    return gpd.GeoDataFrame(
        {"宗地代码": codes, "地类体系": "三调", "地类代码": "0601", "土地所有权性质": "国有",
         "发证面积": [15.0] * count, "占用起始日期": "2012-03-01"},
        geometry=boxes, crs=4549,
    )  # fmt: skip


ROWS: dict[str, list[dict[str, object]]] = {
    "enterprises": [{"统一社会信用代码": "91330604X00001230U", "企业名称": "虚构·甲厂",
                     "行业代码": "C3311", "是否规上": "是"}],
    "links": [{"宗地代码": "330604001001GB00001", "统一社会信用代码": "91330604X00001230U",
               "用地关系": "自有", "用地面积": 9.5, "起始日期": "2015-01-01", "终止日期": None}],
    "findings": [{"问题编号": "A1", "宗地代码": "330604001001GB00002", "统一社会信用代码": None,
                  "问题类型": "违法用地", "是否重大": "是", "发现日期": "2022-01-05"}],
    "contracts": [{"宗地代码": "330604001001GB00001", "合同编号": "H1", "合同类型": "出让",
                   "签订日期": "2012-05-20", "约定开工日期": "2013-02-01", "总投资额": 800}],
    "enterprise_years": [{"统一社会信用代码": "91330604X00001230U", "年度": 2022, "税收": 55.5,
                          "综合能耗": 120.0}],
}  # fmt: skip

REPORTED = (
    "[属性描述]\n格式版本号=1.01版本\n数据产生单位=虚构\n数据产生日期=2022-12-31\n"
    "坐标系=2000国家大地坐标系\n几度分带=3\n投影类型=高斯克吕格\n计量单位=米\n带号=40\n精度=0.001\n"
    "转换参数=,,,,,,\n[地块坐标]\n4,1.0000,1,虚构地块,面,,工业用地,,@\n"
    "J1,1,3324000.000,40583700.000\nJ2,1,3324100.000,40583700.000\nJ3,1,3324100.000,40583800.000\n"
    "J4,1,3324000.000,40583800.000\nJ1,1,3324000.000,40583700.000\n"
)


def _text(rows: list[dict[str, object]]) -> bytes:
    return pd.DataFrame(rows).to_csv(index=False).encode()


@cache
def seeds() -> dict[str, dict[str, bytes]]:
    """Small sound files by table and ending, the same bytes each time; a Shapefile is several."""
    made: dict[str, dict[str, bytes]] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for ending in ("gpkg", "geojson", "fgb"):
            write_vector(_squares(), folder / f"a.{ending}")
        survey = _squares().rename(columns={"宗地代码": "ZDDM", "地类代码": "DLBM"})
        survey = survey.drop(columns=["地类体系", "占用起始日期"])
        write_vector(survey, folder / "a.shp", encoding="gb18030")
        _squares().to_parquet(folder / "a.parquet")
        for table, rows in ROWS.items():
            (folder / f"{table}.csv").write_bytes(_text(rows))
            write_workbook(pd.DataFrame(rows), folder / f"{table}.xlsx", "表")
            (folder / f"{table}.json").write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
        (folder / "a.txt").write_bytes(REPORTED.encode("gbk"))
        for path in folder.iterdir():
            stem = path.stem if path.stem != "a" else "parcels"
            group = "shp" if path.suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg") else ""
            name = f"{stem}.{group or path.suffix[1:]}"
            made.setdefault(name, {})[f"inputs/{path.name}"] = path.read_bytes()
    return made


def workspace(table: str, file: str, files: dict[str, bytes]) -> dict[str, bytes]:
    """Put a file in as a table, beside sound parcels if it is another table."""
    text = f'{PROJECT}[sources.{table}]\npath = "{file}"\n'
    if table != "parcels":
        text += '[sources.parcels]\npath = "inputs/sound.gpkg"\n'
        files = files | {"inputs/sound.gpkg": seeds()["parcels.gpkg"]["inputs/a.gpkg"]}
    return files | {"landgov.toml": text.encode()}
