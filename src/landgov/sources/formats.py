"""What a file is: its format by ending and first bytes, its companions, its fingerprint."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from landgov.sources.encodings import sibling, text_encoding
from landgov.sources.faults import FileError, unreadable
from landgov.sources.reported_words import is_reported

_SQLITE, _ZIP, _OLE = b"SQLite format 3\0", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A length of four bytes, then the first header of the file.
_OSM = re.compile(rb"....\n\tOSMHeader", re.DOTALL)
_GEOJSON_TYPES = {
    "FeatureCollection",
    "Feature",
    "GeometryCollection",
    "Point",
    "LineString",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
}
_SIDECARS = (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".shp.xml")


@dataclass(frozen=True)
class Format:
    """One format: its name, whether it can hold geometry, and the GDAL driver that may read it.

    Only that driver may: GDAL tells formats by content, and some of its drivers follow
    what a file says to other files or to the network.
    """

    name: str
    spatial: bool
    driver: str = ""
    workbook: bool = False


_FORMATS = {
    ".gpkg": Format("GeoPackage", True, "GPKG"),
    ".shp": Format("Shapefile", True, "ESRI Shapefile"),
    ".geojson": Format("GeoJSON", True, "GeoJSON"),
    ".json": Format("GeoJSON", True, "GeoJSON"),
    ".topojson": Format("TopoJSON", True, "TopoJSON"),
    ".gdb": Format("FileGDB", True, "OpenFileGDB"),
    ".fgb": Format("FlatGeobuf", True, "FlatGeobuf"),
    ".osm.pbf": Format("OpenStreetMap", True, "OSM"),
    ".parquet": Format("Parquet", True),
    ".geoparquet": Format("Parquet", True),
    ".xlsx": Format("xlsx", False, workbook=True),
    ".xlsm": Format("xlsx", False, workbook=True),
    ".xls": Format("xls", False, workbook=True),
    ".csv": Format("csv", False),
    ".txt": Format("csv", False),
    ".tsv": Format("csv", False),
}
ENDINGS = tuple(_FORMATS)
_REPORTED = Format("ReportedTXT", True)
_JSON_ROWS = Format("JSON", False)


def ending_of(path: Path) -> str:
    """Give the ending that tells the format, in small letters; some have two parts.

    Examples
    --------
    >>> ending_of(Path("用地.CSV")), ending_of(Path("a.osm.pbf")), ending_of(Path("a.b.shp"))
    ('.csv', '.osm.pbf', '.shp')
    """
    both = "".join(path.suffixes[-2:]).lower()
    return both if both in _FORMATS else path.suffix.lower()


def format_of(path: Path) -> Format:
    """Tell a file's format by its ending, and check that its first bytes bear it out.

    Parameters
    ----------
    path : Path
        File, or the folder of a File Geodatabase.

    Raises
    ------
    FileError
        ``missing_file``, ``unknown_format``, or ``unreadable_file`` if the content is not
        what the ending says.

    References
    ----------
    RFC 7946; OGC GeoPackage 1.3; TopoJSON 1.0.

    Examples
    --------
    >>> format_of(Path("no such.gpkg"))
    Traceback (most recent call last):
    ...
    landgov.sources.faults.FileError: 没有这个文件：no such.gpkg
    there is no file no such.gpkg
      do: 核对文件名（含扩展名），或把文件放到此处
    """
    try:
        there = path.exists()
    except OSError as error:
        raise unreadable(error) from error
    if not there:
        raise missing_file(path.name)
    found = _FORMATS.get(ending_of(path))
    if found is None:
        raise FileError(
            "unknown_format",
            zh=f"不支持的文件格式“{path.suffix or path.name}”",
            en=f"files ending in {path.suffix or path.name!r} can't be read",
            do=f"另存为下列格式之一：{' '.join(ENDINGS)}",
            value=path.suffix,
        )
    if path.is_dir() != (found.name == "FileGDB"):
        if path.is_dir():
            raise unreadable("it is a folder", zh="这是文件夹，不是文件")
        raise unreadable("a .gdb has to be a folder", zh=".gdb 应为文件夹")
    return _by_content(path, found)


def missing_file(name: str, near: str = "") -> FileError:
    """Make the fault of a file that is not there."""
    return FileError(
        "missing_file",
        zh=f"没有这个文件：{name}",
        en=f"there is no file {name}",
        do=f"核对文件名（含扩展名），或把文件放到此处{near}",
        value=name,
    )


def _by_content(path: Path, found: Format) -> Format:
    try:
        if path.is_dir():
            with next(iter(sorted(path.glob("*.gdbtable"))), path / "a00000001.gdbtable").open(
                "rb"
            ):
                return found
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise unreadable(error) from error
    starts = {
        "GeoPackage": _SQLITE,
        "Shapefile": b"\x00\x00\x27\x0a",
        "FlatGeobuf": b"fgb",
        "Parquet": b"PAR1",
        "xlsx": _ZIP,
        "xls": _OLE,
    }
    if not head:
        raise unreadable("the file is empty", zh="文件是空的")
    # Web systems hand out .xls files that are .xlsx inside, and the other way round.
    if found.workbook:
        if not head.startswith((_ZIP, _OLE)):
            raise unreadable(
                "it is no workbook; perhaps a web page or a text under that ending",
                zh="内容不是 Excel 工作簿",
            )
        return found
    if path.suffix.lower() == ".txt":
        return _REPORTED if is_reported(head) else found
    osm = found.name != "OpenStreetMap" or _OSM.match(head)
    if not head.startswith(starts.get(found.name, b"")) or not osm:
        raise unreadable(f"the content is not {found.name}", zh=f"内容不是 {found.name}")
    if found.name == "GeoPackage":
        _check_catalogue(path)
    # Readers give the records behind the end of a cut Shapefile as empty, without a word.
    if found.name == "Shapefile" and path.stat().st_size < 2 * int.from_bytes(head[24:28], "big"):
        raise unreadable("the .shp is shorter than it says: it was cut off", zh=".shp 文件不完整")
    return _json_format(path, head) if found.driver in {"GeoJSON", "TopoJSON"} else found


def _check_catalogue(path: Path) -> None:
    """Let SQLite read the catalogue first: GDAL's reader in fiona crashes at a damaged one."""
    # Without `immutable` a database in WAL mode gets companions written beside it.
    in_use = path.with_name(path.name + "-wal").exists()
    address = f"{path.resolve().as_uri()}?mode=ro{'' if in_use else '&immutable=1'}"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            database.execute("SELECT name, sql FROM sqlite_master").fetchall()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise unreadable(error, zh="GeoPackage 已损坏") from error


def _json_format(path: Path, head: bytes) -> Format:
    """Tell GeoJSON from TopoJSON by its top-level `type`, and an array of rows from both."""
    if re.match(rb"(?:\xef\xbb\xbf)?\s*\[", head):
        return _JSON_ROWS
    kind = _json_type(head) or _json_type_of_all(path)
    if kind == "Topology":
        return _FORMATS[".topojson"]
    if kind in _GEOJSON_TYPES:
        return _FORMATS[".geojson"]
    raise unreadable("the JSON is neither GeoJSON nor TopoJSON", zh="内容不是 GeoJSON 或 TopoJSON")


def _json_type(head: bytes) -> str | None:
    text = head.decode("utf-8-sig", "ignore").lstrip()
    found = re.match(r'\{\s*"type"\s*:\s*"(\w+)"', text)
    return found[1] if found else None


def _json_type_of_all(path: Path) -> str | None:
    """Read the whole file where `type` is not its first member, as some writers order it."""
    raw = path.read_bytes()
    text = raw.decode(text_encoding(raw).encoding).removeprefix("\ufeff")
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise unreadable(error, zh="JSON 格式有误") from error
    kind = whole.get("type") if isinstance(whole, dict) else None
    return kind if isinstance(kind, str) else None


def companions(path: Path) -> tuple[Path, ...]:
    """All files that belong to one source: a Shapefile's parts, a geodatabase's tables.

    Examples
    --------
    >>> [file.name for file in companions(Path("links.csv"))]
    ['links.csv']
    """
    if path.is_dir():
        inside = (file for file in path.rglob("*") if file.is_file())
        return tuple(sorted(file for file in inside if file.suffix != ".lock"))
    if path.suffix.lower() != ".shp":
        return (path,)
    beside = (sibling(path, ending) for ending in _SIDECARS)
    return (path, *(file for file in beside if file))


def fingerprint(path: Path) -> str:
    """Hash a source (sha256); several files are hashed as names and contents in order.

    Returns
    -------
    str
        64 hexadecimal digits; of a single file the plain sha256 of its bytes.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = Path(folder, "a.csv")
    ...     _ = made.write_bytes(b"")
    ...     fingerprint(made)[:8]
    'e3b0c442'
    """
    files = companions(path)
    whole = hashlib.sha256()
    for file in files:
        try:
            with file.open("rb") as opened:
                digest = hashlib.file_digest(opened, "sha256")
        except OSError as error:
            raise unreadable(error) from error
        if len(files) == 1 and not path.is_dir():
            return digest.hexdigest()
        whole.update(file.relative_to(path.parent).as_posix().encode() + b"\0" + digest.digest())
    return whole.hexdigest()
