"""How much of a parcel an image shows built (影像建成比例), cell by cell by exact coverage."""

from __future__ import annotations

import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import rasterio.errors
import shapely
from exactextract import exact_extract
from exactextract.raster import RasterioRasterSource

from landgov.errors import LandgovError
from landgov.sources import RasterSpec

# Up to so many parcels each window is read by itself; more are met by walking the image once.
_BY_PARCEL = 2_000


def built_up(parcels: gpd.GeoSeries, image: RasterSpec) -> pd.DataFrame:
    """Measure the built share of each parcel on an image of 0 (not built) to 1 (built).

    Parameters
    ----------
    parcels : GeoSeries
        Polygons in any CRS; they are taken to that of the image, of which only the windows
        around them are read.
    image : RasterSpec
        The image; its first band counts.

    Returns
    -------
    DataFrame
        On the index of `parcels`: `built_share`, built area ÷ whole parcel, so that cells
        without a value and land beyond the image show nothing built; and `seen_share`, the
        part of the parcel that has a value at all. Missing where there is no polygon, and
        where the image holds values outside 0–1, which say nothing of being built.

    Raises
    ------
    LandgovError
        If the image can't be read, or its rows don't run from north to south.

    References
    ----------
    虞政办发〔2021〕86号, 三（二）, 四（二）.
    """
    found = pd.DataFrame({"built_share": np.nan, "seen_share": np.nan}, index=parcels.index)
    places = np.flatnonzero(~(shapely.is_missing(parcels) | shapely.is_empty(parcels)))
    if not len(places):
        return found
    shapes = parcels.iloc[places].to_crs(image.crs)
    try:
        with rasterio.open(image.path, driver="GTiff") as raster:
            cell_area, counts = _counted(raster, shapes)
    except (rasterio.errors.RasterioError, RuntimeError, ValueError, OSError) as error:
        words = " ".join(str(error).split())[:300]
        raise LandgovError(
            f"the image {image.path.name} can't be used: {words}",
            do="用 QGIS 将影像另存为正北朝上的 GeoTIFF，或删去 [rasters.built_up]",
            message_zh=f"影像 {image.path.name} 无法使用。",
        ) from error
    cells = shapely.area(shapes.to_numpy()) / cell_area
    odd = ((counts["min"] < 0) | (counts["max"] > 1)).to_numpy()
    for name, column in (("built_share", "sum"), ("seen_share", "count")):
        share = np.clip(counts[column].to_numpy(dtype=float) / cells, 0.0, 1.0)
        found.iloc[places, found.columns.get_loc(name)] = np.where(odd, np.nan, share)  # type: ignore[index]
    return found


def _counted(raster: rasterio.DatasetReader, shapes: gpd.GeoSeries) -> tuple[float, pd.DataFrame]:
    """Area of a cell, and by parcel the cells with a value, their sum, least and greatest."""
    grid = raster.transform
    if grid.b or grid.d or grid.e >= 0:
        raise ValueError("its rows don't run from north to south")
    frame = gpd.GeoDataFrame({"place": np.arange(len(shapes))}, geometry=shapes.to_numpy())
    frame = frame.set_crs(shapes.crs)
    with warnings.catch_warnings():
        # The parcels have been taken to the CRS of the image; its words for it may differ.
        warnings.simplefilter("ignore")
        counts = exact_extract(
            RasterioRasterSource(raster, 1),
            frame,
            ["count", "sum", "min", "max"],
            include_cols="place",
            output="pandas",
            strategy="feature-sequential" if len(frame) <= _BY_PARCEL else "raster-sequential",
        )
    counts = counts.set_index("place").reindex(np.arange(len(frame)))
    return abs(grid.a * grid.e), counts.astype("float64").fillna({"count": 0.0, "sum": 0.0})
