"""`landgov init`: a first `landgov.toml` from the files that are there, and what they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from landgov import schema
from landgov.cli.console import Folder, out
from landgov.sources import (
    Recognised,
    Recognition,
    missing_keys,
    recognise,
    why_unknown,
    write_toml,
)

_WIDE = 200  # characters a line where nobody looks at a screen


def init(folder: Folder) -> None:
    """看文件夹里有什么，写出 landgov.toml · look at the files and write a landgov.toml."""
    found = recognise(folder)
    path = write_toml(folder, found)
    screen = out if out.is_terminal else Console(highlight=False, width=_WIDE)
    if found.tables:
        screen.print(_recognised(found))
    left = list(_left(found))
    if left:
        screen.print(_listing("未读懂或不需要的文件 not understood", left))
    for warning in _warnings(found):
        out.print(f"注意：{warning}", style="yellow", markup=False, soft_wrap=True)
    out.print(f"已写入 {path}", markup=False, soft_wrap=True)
    words = "核对各行，填写 as_of（评判日期）后去掉该行行首的 #"
    out.print(
        f"下一步：{words}，再运行 landgov check {_quoted(folder)}", markup=False, soft_wrap=True
    )


def _recognised(found: Recognition) -> Table:
    table = Table(title="识别的文件 files and tables", box=box.SIMPLE)
    table.add_column("文件", overflow="fold")
    table.add_column("表", overflow="fold")
    table.add_column("识别表头", justify="right", no_wrap=True)
    table.add_column("坐标系", overflow="fold")
    gaps = any(list(_open(one)) for one in found.tables)
    if gaps:
        table.add_column("缺", overflow="fold")
    for one in found.tables:
        title = f"{schema.table(one.table).zh} {one.table}"
        counts = f"{len(one.found.columns)}/{len(one.headings)}"
        cells = [_place(found, one), title, counts, _crs(one)]
        cells += ["、".join(_open(one))] if gaps else []
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _listing(title: str, rows: list[tuple[str, str]]) -> Table:
    table = Table(title=title, box=box.SIMPLE)
    table.add_column("文件", overflow="fold")
    table.add_column("原因", overflow="fold")
    for name, why in rows:
        table.add_row(Text(name), Text(why))
    return table


def _place(found: Recognition, one: Recognised) -> str:
    part = one.part
    return _named(found, part.path, part.sheet or part.layer)


def _named(found: Recognition, path: Path, part: str | None = None) -> str:
    name = path.relative_to(found.folder).as_posix()
    shown = f"{name} · {part}" if part else name
    return shown.encode("utf-8", "replace").decode("utf-8")


def _crs(one: Recognised) -> str:
    if not one.part.spatial or not schema.table(one.table).geometry:
        return "—"
    if one.part.crs is None:
        return "没有"
    # The number tells the zone; the whole name would fill half the line.
    family, code = str(one.part.crs.name).split(" / ", maxsplit=1)[0], one.part.crs.to_epsg()
    return f"{family} {code}" if code else str(one.part.crs.name)


def _open(one: Recognised) -> Iterator[str]:
    """Name what has to be completed by hand before the file can be read."""
    columns = schema.table(one.table).columns
    absent = missing_keys(one)
    yield from (f"{columns[name].zh} {name}" for name in absent)
    rest = [e for e in one.found.faults if e.as_fault.field not in absent]
    yield from (error.brief for error in rest)
    if _crs(one) == "没有":
        yield "坐标系 crs"


def _left(found: Recognition) -> Iterator[tuple[str, str]]:
    for part in found.unknown:
        yield _named(found, part.path, part.sheet or part.layer), why_unknown(part)
    for path in found.rasters:
        yield _named(found, path), "栅格：需要时在 landgov.toml 中选名称并填日期"
    for path, why in (*found.unreadable, *found.others):
        yield _named(found, path), why


def _warnings(found: Recognition) -> Iterator[str]:
    parcels = [one for one in found.tables if one.table == "parcels"]
    if not parcels:
        yield "没有找到地块表（parcels），缺它不能运行；请放入地块图层。no table of parcels was found"
    elif not any(one.part.spatial for one in parcels):
        yield "地块表没有图形；请提供带图形的地块文件（gpkg、shp、geojson 等）"
    if any(list(_open(one)) for one in found.tables):
        yield "“缺”一栏所列须在 landgov.toml 中补全；缺必备列的文件在其中写成了注释"
    rest = [schema.table(name).zh for name in found.absent if name != "parcels"]
    if rest:
        yield f"没有找到的表：{'、'.join(rest)}；依赖它们的结论将为“待核”"


def _quoted(folder: Path) -> str:
    return f'"{folder}"' if " " in str(folder) else str(folder)
