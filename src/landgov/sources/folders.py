"""What lies in a folder: files that may hold data, and what the others are (文件夹内容)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from landgov.sources.entries import TOML
from landgov.sources.formats import ENDINGS, ending_of

RASTER_ENDINGS = (".tif", ".tiff")
_NOT_SOURCES = {"out", "state", "templates"}
_DEPTH = 3  # the folder, and two levels below it
# They belong to another file of the same name, which is listed itself.
_PARTS = (
    *(".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qmd", ".xml", ".lock"),
    *(".gpkg-wal", ".gpkg-shm", ".gpkg-journal", ".tfw", ".ovr", ".qml", ".ini", ".db"),
)
_PACKED = (".zip", ".rar", ".7z", ".gz", ".tar")
_OTHER_TABLES = (".ods", ".et", ".ett", ".mdb", ".accdb", ".dbf", ".xlsb")
_OTHER_MAPS = (".dwg", ".dxf", ".kml", ".kmz", ".mif", ".tab", ".gml", ".mpk", ".wl", ".wp", ".wt")


def entries_of(folder: Path, depth: int = _DEPTH) -> Iterator[Path]:
    """Walk through a folder in the order of names; a geodatabase counts as one file.

    Parameters
    ----------
    folder : Path
        The folder; hidden files, `landgov.toml`, `out/` and `state/` are passed over.
    depth : int
        How many levels are looked at; a folder below them is given as it is.
    """
    for path in sorted(folder.iterdir(), key=lambda one: one.name):
        if path.name.startswith((".", "~$")) or path.name == TOML:
            continue
        own = depth == _DEPTH and path.name in _NOT_SOURCES
        is_folder = path.is_dir() and not path.is_symlink() and path.suffix.lower() != ".gdb"
        if is_folder and depth > 1 and not own:
            yield from entries_of(path, depth - 1)
        elif not own:
            yield path


def may_hold_data(path: Path) -> bool:
    """Say whether a file has an ending that `landgov` reads as a table or layer.

    Examples
    --------
    >>> may_hold_data(Path("用地.CSV")), may_hold_data(Path("通知.docx"))
    (True, False)
    """
    ending = ending_of(path)
    return ending in ENDINGS and not path.is_symlink() and path.is_dir() == (ending == ".gdb")


def is_raster(path: Path) -> bool:
    """Say whether a file is an image that may be evidence."""
    return path.suffix.lower() in RASTER_ENDINGS and path.is_file() and not path.is_symlink()


def why_not(path: Path) -> str:
    """Say in Chinese why a file is not looked at; empty for a part of another file.

    Examples
    --------
    >>> why_not(Path("通知.docx")), why_not(Path("地块.prj"))
    ('不是数据文件', '')
    """
    ending = path.suffix.lower()
    if path.is_symlink():
        return "是链接，未查看"
    if path.is_dir():
        return "文件夹层次过深（只看两层子文件夹），未查看"
    beside = ending == ".dbf" and any(path.with_suffix(shp).exists() for shp in (".shp", ".SHP"))
    if beside or ending in _PARTS:
        return ""
    if ending in _PACKED:
        return "压缩包，请先解压"
    if ending in _OTHER_TABLES:
        return "不支持的表格格式，请另存为 .xlsx 或 .csv"
    if ending in _OTHER_MAPS:
        return "不支持的图形格式，请另存为 .gpkg 或 .shp"
    return "不是数据文件"
