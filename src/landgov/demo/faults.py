"""One small workspace for each fault of a file (文件故障): nothing may run on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import xlsxwriter

from landgov.demo.deliveries import write_text, write_vector
from landgov.demo.firms import credit_codes
from landgov.demo.frame import CRS, make_frame
from landgov.demo.sheets import STAMP, write_workbook
from landgov.offsets import shift

_HEAD: Final = """# 虚构数据 · fictitious
[project]
name = "故障示例"
as_of = 2022-12-31
policy = "{policy}"
crs = 4549

"""
_PARCELS: Final = '[sources.parcels]\npath = "{path}"\n'
_FIRMS: Final = '\n[sources.enterprises]\npath = "{path}"\n'


def make_faults(folder: Path) -> pd.DataFrame:
    """Write a workspace for each fault of a file.

    Parameters
    ----------
    folder : Path
        Where the workspaces go, each in a folder named after its fault.

    Returns
    -------
    DataFrame
        `folder`, `expected` (kinds of fault, with a blank between), `about` (zh).
    """
    lines = []
    for name, (expected, about, build) in FAULTS.items():
        place = folder / name
        (place / "inputs").mkdir(parents=True)
        build(place)
        lines.append((name, expected, about))
    return pd.DataFrame(lines, columns=["folder", "expected", "about"])


def _parcels() -> gpd.GeoDataFrame:
    """Eight square parcels of 15 亩 in the middle of the district."""
    west = 583_000.0 + 120.0 * np.arange(8)
    shapes = shapely.box(west, 3_324_000.0, west + 100.0, 3_324_100.0)
    return gpd.GeoDataFrame(
        {
            "宗地代码": [f"330604001001GB{number:05d}" for number in range(1, 9)],
            "地类体系": "GB/T 21010-2017",
            "地类代码": "0601",
            "土地所有权性质": "国有",
            "发证面积": 15.0,
        },
        geometry=shapes,
        crs=CRS,
    )


def _survey_parcels() -> gpd.GeoDataFrame:
    """The same parcels in degrees, under the short official headings of a Shapefile."""
    official = {
        "宗地代码": "ZDDM",
        "地类代码": "DLBM",
        "土地所有权性质": "QSXZ",
        "发证面积": "ZDMJ",
    }
    return _parcels().drop(columns="地类体系").rename(columns=official).to_crs(4490)


def _firms() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "统一社会信用代码": ["91330604X00001233N"],
            "企业名称": ["虚构·虞舜第0123号机械有限公司"],
            "是否规上": ["是"],
        }
    )


def _config(place: Path, text: str, policy: str = "shangyu-2021-86") -> None:
    (place / "landgov.toml").write_text(_HEAD.format(policy=policy) + text, encoding="utf-8")


def _sound(place: Path, policy: str = "shangyu-2021-86", more: str = "") -> None:
    write_vector(_parcels(), place / "inputs/parcels.gpkg", "宗地")
    _config(place, _PARCELS.format(path="inputs/parcels.gpkg") + more, policy)


def _missing_file(place: Path) -> None:
    _sound(place, more=_FIRMS.format(path="inputs/enterprises.xlsx"))


def _wrong_column(place: Path) -> None:
    _sound(place, more='columns = { area_cert_mu = "证载面积_平方米" }\n')


def _unknown_policy(place: Path) -> None:
    _sound(place, policy="shangyu-2012-86")


def _no_crs(place: Path) -> None:
    write_vector(_survey_parcels(), place / "inputs/parcels.shp", encoding="GBK")
    (place / "inputs/parcels.prj").unlink()
    _config(place, _PARCELS.format(path="inputs/parcels.shp"))


def _no_parcels(place: Path) -> None:
    write_vector(_parcels().iloc[:0], place / "inputs/parcels.gpkg", "宗地")
    _config(place, _PARCELS.format(path="inputs/parcels.gpkg"))


def _swapped_axes(place: Path) -> None:
    parcels = _parcels()
    parcels["geometry"] = shapely.transform(parcels.geometry.to_numpy(), lambda at: at[:, ::-1])
    write_vector(parcels.set_crs(CRS, allow_override=True), place / "inputs/parcels.gpkg", "宗地")
    _config(place, _PARCELS.format(path="inputs/parcels.gpkg"))


def _missing_zone_prefix(place: Path) -> None:
    parcels = _parcels().set_crs(4528, allow_override=True)
    write_vector(parcels, place / "inputs/parcels.gpkg", "宗地")
    _config(place, _PARCELS.format(path="inputs/parcels.gpkg"))


def _bad_encoding(place: Path) -> None:
    _sound(place, more=_FIRMS.format(path="inputs/enterprises.csv"))
    path = place / "inputs/enterprises.csv"
    write_text(_firms(), path, "gb18030")
    # One line in UTF-8 below a heading in GBK, and a byte that neither knows.
    row = "91330604X00001313R,虚构·曹娥第0131号电子有限公司,是\n".encode()
    path.write_bytes(path.read_bytes() + row + b"\xff\xfe\xff,\xff\n")


def _mixed_encoding(place: Path) -> None:
    _sound(place, more=_FIRMS.format(path="inputs/enterprises.csv"))
    path = place / "inputs/enterprises.csv"
    write_text(_firms(), path)
    towns = (("曹娥", "utf-8"), ("百官", "gbk"), ("东关", "utf-8"))
    codes = credit_codes(np.arange(131, 134))
    more = [
        f"{code},虚构·{town}第013{number}号电子有限公司,是\n".encode(encoding)
        for number, (code, (town, encoding)) in enumerate(zip(codes, towns, strict=True), 1)
    ]
    path.write_bytes(path.read_bytes() + b"".join(more))


def _moved_off(place: Path, system: str, label: int) -> None:
    """Parcels as a web map shows them, 500 m or 1 km off, beside those of last year's survey."""
    survey = shift(_parcels().to_crs(label), source="WGS84", target=system)
    write_vector(survey, place / "inputs/parcels.gpkg", "宗地")
    write_vector(_parcels().to_crs(4490), place / "inputs/parcels_2021.gpkg")
    text = _PARCELS.format(path="inputs/parcels.gpkg")
    _config(place, text + '\n[reference.parcels]\npath = "inputs/parcels_2021.gpkg"\n')


def _gcj02_parcels(place: Path) -> None:
    _moved_off(place, "GCJ02", 4490)


def _bd09_parcels(place: Path) -> None:
    _moved_off(place, "BD09", 4326)


def _gcj02_towns(place: Path) -> None:
    """Towns from a web map under the label of WGS 84; the district's boundary is a survey's."""
    frame = make_frame(20, 86).towns.to_crs(4490)
    border = gpd.GeoDataFrame({"名称": ["虚构·全区"]}, geometry=[frame.union_all()], crs=4490)
    write_vector(border, place / "inputs/boundary.gpkg")
    towns = shift(frame, source="WGS84", target="GCJ02").to_crs(4326)
    towns = towns.rename(columns={"town_code": "镇街代码", "town": "镇街"})
    write_vector(towns, place / "inputs/towns.geojson")
    more = '\n[sources.towns]\npath = "inputs/towns.geojson"\n'
    _sound(place, more=more + '\n[reference.boundary]\npath = "inputs/boundary.gpkg"\n')


def _xian80(place: Path) -> None:
    write_vector(
        _parcels().set_crs(2385, allow_override=True), place / "inputs/parcels.gpkg", "宗地"
    )
    _config(place, _PARCELS.format(path="inputs/parcels.gpkg"))


def _merged_headings(place: Path) -> None:
    """Headings in two rows of which the key column has none: nobody can tell what it holds."""
    _sound(place, more=_FIRMS.format(path="inputs/enterprises.xlsx"))
    book = xlsxwriter.Workbook(str(place / "inputs/enterprises.xlsx"))
    book.set_properties({"created": STAMP, "author": "landgov demo"})
    page = book.add_worksheet("企业名录")
    page.merge_range(0, 0, 0, 2, "上虞区工业企业情况表（虚构）")
    page.merge_range(1, 0, 1, 1, "企业基本信息")
    page.write_string(1, 2, "规模")
    page.write_row(2, 0, ["登记号", "企业全名", "规上/规下"])
    page.write_row(3, 0, _firms().iloc[0].tolist())
    book.close()


def _outside_workspace(place: Path) -> None:
    _sound(place, more=_FIRMS.format(path="../../inputs/enterprises.xlsx"))


def _key_absent(place: Path) -> None:
    _sound(place, more=_FIRMS.format(path="inputs/enterprises.xlsx"))
    write_workbook(_firms().iloc[:, 1:], place / "inputs/enterprises.xlsx", "企业名录")


def _everything(place: Path) -> None:
    write_vector(_survey_parcels(), place / "inputs/parcels.shp", encoding="GBK")
    (place / "inputs/parcels.prj").unlink()
    write_workbook(_firms(), place / "inputs/enterprises.xlsx", "企业名录")
    _config(
        place,
        _PARCELS.format(path="inputs/parcels.shp")
        + _FIRMS.format(path="inputs/enterprises.xlsx")
        + 'columns = { grade = "等第" }\n'
        + '\n[sources.links]\npath = "inputs/links.xlsx"\n',
        "shangyu-2012-86",
    )


FAULTS: Final[dict[str, tuple[str, str, Callable[[Path], None]]]] = {
    "missing_file": ("missing_file", "企业名录没有放进来", _missing_file),
    "wrong_column": ("mapped_column_absent", "配置所指的列不在文件里", _wrong_column),
    "unknown_policy": ("unknown_policy", "政策名写错", _unknown_policy),
    "no_crs": ("no_crs", "经纬度坐标，没有 .prj", _no_crs),
    "no_parcels": ("empty_table", "地块文件是空的", _no_parcels),
    "swapped_axes": ("crs_contradicted", "X、Y 互换", _swapped_axes),
    "missing_zone_prefix": (
        "crs_contradicted",
        "标为带号坐标的坐标系，数值没有带号",
        _missing_zone_prefix,
    ),
    "bad_encoding": ("encoding_unclear", "同一文件混用两种编码", _bad_encoding),
    "mixed_encoding": ("encoding_unclear", "UTF-8 文件里夹着一行 GBK", _mixed_encoding),
    "gcj02_parcels": (
        "crs_refuted",
        "标为 CGCS2000，实为火星坐标，上年地块可证",
        _gcj02_parcels,
    ),
    "bd09_parcels": ("crs_refuted", "标为 WGS 84，实为百度坐标，上年地块可证", _bd09_parcels),
    "gcj02_towns": ("crs_refuted", "标为 WGS 84，实为火星坐标，区界可证", _gcj02_towns),
    "xian80": ("crs_unshiftable", "西安 80 坐标，没有转换参数", _xian80),
    "merged_headings": ("key_column_absent", "两行合并表头，识别不出关键列", _merged_headings),
    "key_absent": ("key_column_absent", "没有统一社会信用代码列", _key_absent),
    "outside_workspace": ("outside_workspace", "路径指到工作区以外", _outside_workspace),
    "everything_at_once": (
        "unknown_policy no_crs mapped_column_absent missing_file",
        "四处故障同时出现，应一次列全",
        _everything,
    ),
}
