"""Evidence rasters (佐证影像): each is opened far enough to know that it can be used."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyproj
import rasterio
import rasterio.errors

from landgov.sources.content import reader_faults
from landgov.sources.faults import FileError, unreadable
from landgov.sources.formats import fingerprint

RASTERS = ("built_up", "height", "night_lights", "vegetation")
_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


@dataclass(frozen=True)
class RasterSpec:
    """One raster of a workspace: what it shows, of which day, and where it lies.

    Parameters
    ----------
    name : str
        ``built_up``, ``height``, ``night_lights`` or ``vegetation``.
    path : Path
        The GeoTIFF.
    date : date
        Day of the image.
    crs : CRS
        CRS of the raster.
    width, height : int
        Columns and rows.
    bounds : tuple of float
        West, south, east, north in the unit of `crs`.
    sha256 : str
        Fingerprint of the file.
    """

    name: str
    path: Path
    date: date
    crs: pyproj.CRS
    width: int
    height: int
    bounds: tuple[float, float, float, float]
    sha256: str


def read_raster(name: str, path: Path, day: date) -> RasterSpec:
    """Open a GeoTIFF and take down its CRS and extent, by rasterio; no pixel is read.

    Raises
    ------
    FileError
        ``unreadable_file`` or ``no_crs``.

    References
    ----------
    OGC GeoTIFF 1.1.
    """
    with reader_faults("无法读取栅格"), warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        # Only GeoTIFF: other drivers follow what a file says to other files.
        with path.open("rb") as file:
            if file.read(4) not in _STARTS:
                raise unreadable("the content is no GeoTIFF", zh="内容不是 GeoTIFF")
        with rasterio.open(path, driver="GTiff") as raster:
            if raster.crs is None:
                raise FileError(
                    "no_crs",
                    zh="栅格没有坐标系信息",
                    en="the raster has no CRS",
                    do="用 QGIS 给栅格指定坐标系后另存为 GeoTIFF",
                    field="crs",
                )
            return RasterSpec(
                name=name,
                path=path,
                date=day,
                crs=pyproj.CRS.from_wkt(raster.crs.to_wkt()),
                width=int(raster.width),
                height=int(raster.height),
                bounds=(
                    float(raster.bounds.left),
                    float(raster.bounds.bottom),
                    float(raster.bounds.right),
                    float(raster.bounds.top),
                ),
                sha256=fingerprint(path),
            )
