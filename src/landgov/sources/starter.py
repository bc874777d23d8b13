"""The first `landgov.toml` of a folder, with the reason for every line (配置草稿)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyproj

from landgov import schema
from landgov.crs import working_crs
from landgov.errors import LandgovError
from landgov.policies import available_policies
from landgov.sources.crs_readings import EAST_NORTH, readings_of
from landgov.sources.entries import TOML
from landgov.sources.heading_faults import toml_text
from landgov.sources.peek import Part
from landgov.sources.rasters import RASTERS
from landgov.sources.reasons import reasons
from landgov.sources.recognition import (
    Recognised,
    Recognition,
    missing_keys,
    recognise,
    why_unknown,
)

_DEFAULT_CRS = 4549
_MERIDIAN_75, _ZONE = 4534, 3  # CGCS2000, three-degree zones without prefix, by EPSG number
_MIDDLE = 120.0  # degrees, where eastings without prefix are taken to lie
_CHINA = (73.5, 136.5)


def write_toml(folder: str | Path, found: Recognition | None = None) -> Path:
    """Write the first `landgov.toml` of a folder from what its files hold.

    Parameters
    ----------
    folder : str or Path
        The folder; its files are looked at and not changed.
    found : Recognition, optional
        What it holds, where that is known already.

    Returns
    -------
    Path
        The new file. `as_of` is left to be filled in, and whatever the files don't say.

    Raises
    ------
    LandgovError
        If there is no such folder, or it has a `landgov.toml` already.

    References
    ----------
    TOML 1.0.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as made:
    ...     write_toml(made).name
    'landgov.toml'
    """
    path = Path(folder) / TOML
    if path.exists() or path.is_symlink():
        raise LandgovError(
            f"{TOML} is there already; it is not overwritten.",
            do=f"改名或删除 {TOML} 后再运行 (rename or remove it first)",
            message_zh=f"已有 {TOML}，不覆盖。",
        )
    text = toml_of(found or recognise(folder))
    try:
        # "x" holds even if another program writes the file in the meantime.
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise LandgovError(
            f"{TOML} can't be written: {error.strerror}.",
            do="核对文件夹的写入权限",
            message_zh=f"无法写入 {TOML}：{error.strerror}。",
        ) from error
    return path


def toml_of(found: Recognition) -> str:
    """Give the text of a `landgov.toml` for what was recognised.

    Parameters
    ----------
    found : Recognition
        What a folder holds.

    References
    ----------
    TOML 1.0.

    Examples
    --------
    >>> "[project]" in toml_of(Recognition(Path("上虞")))
    True
    """
    lines = list(_project(found))
    counts = {one.table: 0 for one in found.tables}
    for one in found.tables:
        counts[one.table] += one.complete
    for one in found.tables:
        lines += ["", *_source(found.folder, one, counts[one.table] > 1)]
    if not any(one.table == "parcels" for one in found.tables):
        lines += ["", "# 没有找到地块图层（parcels 为必备）no layer of parcels was found"]
        lines += ["# [sources.parcels]", '# path = "inputs/地块.gpkg"']
    for part in found.unknown:
        lines += ["", *_unknown(found.folder, part)]
    for path in found.rasters:
        lines += ["", *_raster(found.folder, path)]
    for path, why in found.unreadable:
        lines += ["", *_comment(f"未读入 not read：{_relative(found.folder, path)}：{why}")]
    return "\n".join(lines) + "\n"


def _comment(text: str) -> list[str]:
    """Write a text as comments: what is no text of one line in TOML becomes a space."""
    plain = "".join(sign if sign >= " " and not "\x7f" <= sign <= "\x9f" else " " for sign in text)
    return [f"# {plain}".encode("utf-8", "replace").decode("utf-8")]


def _relative(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _project(found: Recognition) -> Iterator[str]:
    yield "# landgov init 按文件表头生成；请逐条核对。Drafted from the headings: check every line."
    yield "[project]"
    name = found.folder.resolve().name.encode("utf-8", "replace").decode("utf-8")
    yield f"name   = {toml_text(name)}"
    yield "# 填写评判日期并去掉行首的 #。Fill in the day on which every rule is judged."
    yield "# as_of = 2022-12-31"
    policies = available_policies()
    yield f"policy = {toml_text(policies[0])}    # 可选 one of: {', '.join(policies)}"
    code, why = _working(found)
    yield from _comment(why)
    yield f"crs    = {code}"


def _working(found: Recognition) -> tuple[int, str]:
    """Propose the working CRS: that of the parcels, or the zone in which they lie."""
    shapes = [one.part for one in found.tables if one.part.spatial and one.table == "parcels"]
    for part in shapes:
        if part.crs is None:
            continue
        try:
            code = working_crs(part.crs).to_epsg()
        except LandgovError:
            code = None
        if code is not None:
            return code, f"地块文件的坐标系 CRS of the parcels: {part.crs.name}"
        if part.crs.is_geographic and part.bounds is not None:
            longitude = (part.bounds[0] + part.bounds[2]) / 2
            if _CHINA[0] <= longitude <= _CHINA[1]:
                zone = round((longitude - 75) / _ZONE)
                name = pyproj.CRS.from_epsg(_MERIDIAN_75 + zone).name
                return _MERIDIAN_75 + zone, f"按经度 {longitude:.2f}° 选择 by longitude: {name}"
    return _DEFAULT_CRS, "CGCS2000 三度带 120°，请核对 please check"


def _source(folder: Path, one: Recognised, several: bool) -> Iterator[str]:
    """Write the block of one part; where its key is missing, as comments to be completed."""
    lines = list(_source_lines(folder, one))
    heading = f"[[sources.{one.table}]]" if several and one.complete else f"[sources.{one.table}]"
    title = schema.table(one.table).zh
    taken, all_of = len(one.found.columns), len(one.headings)
    yield from _comment(f"{title}：{all_of} 个表头中识别 {taken} 个 {taken} of {all_of} recognised")
    for line in reasons(one):
        yield from _comment(line)
    for error in one.found.faults:
        yield from _comment(f"待补 to be completed：{error.message_zh}；{error.do}")
    if one.complete:
        yield heading
        yield from lines
    else:
        yield from (f"# {line}" for line in [heading, *lines])
        for column in missing_keys(one):
            yield f"# columns.{column} = {toml_text('?')}"


def _source_lines(folder: Path, one: Recognised) -> Iterator[str]:
    part = one.part
    yield f"path     = {toml_text(_relative(folder, part.path))}"
    if part.sheet is not None:
        yield f"sheet    = {toml_text(part.sheet)}"
    if part.layer is not None:
        yield f"layer    = {toml_text(part.layer)}"
    if part.encoding not in {None, "utf-8"}:
        yield f"encoding = {toml_text(part.encoding or '')}    # 严格解码通过 it decodes strictly"
    if part.spatial and schema.table(one.table).geometry:
        if part.crs is None:
            yield f"# crs = ?    # 文件没有坐标系，填写 EPSG 代码{_guess(part)}；the file has no CRS"
        else:
            yield from _comment(f"坐标系 CRS：{part.crs.name}")
    if one.columns:
        pairs = ", ".join(f"{name} = {toml_text(theirs)}" for name, theirs in one.columns.items())
        yield f"columns  = {{ {pairs} }}    # 有两个表头可用，取第一个 two headings fit"


def _guess(part: Part) -> str:
    """Propose the CRS of coordinates from their size alone; whoever fills it in has to ask."""
    if part.bounds is not None and np.isfinite(part.bounds).all():
        corners = np.array(part.bounds, dtype=np.float64).reshape(2, 2)
        for one in readings_of(corners, None, _MIDDLE):
            if one.axes == EAST_NORTH:
                return f"，按数值大小或为 perhaps {one.crs.to_epsg()}"
    return "，如 4549"


def _unknown(folder: Path, part: Part) -> Iterator[str]:
    name = " · ".join(x for x in (_relative(folder, part.path), part.sheet, part.layer) if x)
    yield from _comment(f"未能判断是哪张表 no table recognised：{name}")
    yield from _comment(f"  {why_unknown(part)}")


def _raster(folder: Path, path: Path) -> Iterator[str]:
    yield from _comment(f"栅格 raster：选择名称并填写日期；名称 names: {', '.join(RASTERS)}")
    yield "# [rasters.built_up]"
    yield f"# path = {toml_text(_relative(folder, path))}"
    yield "# date = 2022-10-01"
