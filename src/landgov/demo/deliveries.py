"""What one department sends (一份报送): rows under their own headings, and how to write them."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyogrio

from landgov.demo.sheets import Layout, write_workbook

#: Larger tables are sent as text: a workbook of more rows is no use to anyone.
WORKBOOK_ROWS: Final = 60_000
#: Features written at a time, where the format can be added to.
FEATURES: Final = 100_000
#: A planted defect: table, file, row, key, field, kind.
Line = tuple[str, str, str, str, str, str]


@dataclass
class Delivery:
    """One file of a department.

    Attributes
    ----------
    table : str
        Table of the contract.
    file : str
        Path in the workspace; its ending is the format.
    rows : DataFrame
        As sent, under Chinese headings.
    key : tuple of str
        Headings of the key.
    entry : dict
        Further lines of its block in `landgov.toml`.
    issues : dict
        Row label → planted defects of that row, each ``field:kind``.
    encoding : str
        For text and Shapefile.
    extra : list of dict
        Rows set aside for the end of the file.
    layout : Layout, optional
        Of a workbook; without one, headings stand in the first row.
    """

    table: str
    file: str
    rows: pd.DataFrame
    key: tuple[str, ...]
    entry: dict[str, Any] = field(default_factory=dict)
    issues: dict[int, list[str]] = field(default_factory=dict)
    encoding: str = "utf-8"
    extra: list[dict[str, Any]] = field(default_factory=list)
    layout: Layout | None = None

    def plant(self, row: int, issue: str) -> None:
        """Note a defect of a row."""
        self.issues.setdefault(int(row), []).append(issue)

    def append(self, row: dict[str, Any]) -> int:
        """Set a row aside for the end of the file and give its label; `settle` adds it."""
        self.extra.append(row)
        return len(self.rows) + len(self.extra) - 1

    def settle(self) -> None:
        """Add the rows set aside, all at once: a district can be large."""
        if not self.extra:
            return
        labels = range(len(self.rows), len(self.rows) + len(self.extra))
        for name in self.rows.columns:
            kinds_sent = {type(row.get(name)) for row in self.extra}
            numeric = pd.api.types.is_numeric_dtype(self.rows[name].dtype)
            strange = str in kinds_sent if numeric else float in kinds_sent
            if strange and name != "geometry":
                self.rows[name] = self.rows[name].astype(object)
        added = pd.DataFrame(self.extra, index=labels, columns=self.rows.columns)
        if isinstance(self.rows, gpd.GeoDataFrame):
            added = gpd.GeoDataFrame(added, geometry="geometry", crs=self.rows.crs)
        kinds = {name: kind for name, kind in self.rows.dtypes.items() if name != "geometry"}
        self.rows, self.extra = pd.concat([self.rows, added.astype(kinds)]), []

    def put(self, row: int, heading: str, value: str) -> None:
        """Overwrite a cell, turning its column into text where the value is text."""
        if isinstance(value, str) and pd.api.types.is_numeric_dtype(self.rows[heading].dtype):
            self.rows[heading] = self.rows[heading].astype(object)
        self.rows.loc[[row], heading] = value

    def lines(self) -> list[Line]:
        """List the planted defects: table, file, row, key, field, kind."""
        named = self.key[: 2 if self.table == "enterprise_years" else 1]
        found = []
        for row, issues in self.issues.items():
            cells = self.rows.loc[row]
            key = "|".join("" if pd.isna(cells[name]) else str(cells[name]) for name in named)
            number = str(self.row_number(row))
            for issue in issues:
                name, _, kind = issue.partition(":")
                # Two files disagree, so no one row is at fault.
                at = ("", "") if kind == "conflict" else (self.file, number)
                found.append((self.table, *at, key, name, kind))
        return found

    def row_number(self, row: int) -> int:
        """Tell the row as a spreadsheet shows it, or the 1-based feature; labels count from 0."""
        if isinstance(self.rows, gpd.GeoDataFrame):
            return row + 1
        return row + 1 + (self.layout.above if self.layout else 1)


def write(delivery: Delivery, folder: Path) -> None:
    """Write a delivery into the workspace, the same bytes each time."""
    path = folder / delivery.file
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(delivery.rows, gpd.GeoDataFrame):
        write_vector(delivery.rows, path, delivery.entry.get("layer"), delivery.encoding)
    elif path.suffix == ".xlsx":
        sheet = str(delivery.entry.get("sheet", "Sheet1"))
        write_workbook(delivery.rows, path, sheet, delivery.layout)
    else:
        write_text(delivery.rows, path, delivery.encoding)


def write_vector(
    rows: gpd.GeoDataFrame, path: Path, layer: str | None = None, encoding: str = "utf-8"
) -> None:
    """Write features with fixed stamps; a Shapefile of another encoding gets no .cpg."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2022-12-31T00:00:00.000Z"})
    options: dict[str, Any] = {"layer": layer} if layer else {}
    kinds = set(rows.geometry.dropna().geom_type)
    if kinds >= {"Polygon", "MultiPolygon"}:
        options["promote_to_multi"] = True
    if path.suffix == ".gpkg":
        options["dataset_options"] = {"VERSION": "1.2"}
    elif path.suffix == ".shp":
        options |= {"encoding": encoding, "layer_options": {"DBF_DATE_LAST_UPDATE": "2022-12-31"}}
    elif path.suffix == ".geojson":
        options["layer_options"] = {"RFC7946": "YES"}
    elif len(kinds) > 1 and "promote_to_multi" not in options:
        options["geometry_type"] = "Unknown"
    # In pieces: the text of a whole large district would stand in memory several times.
    for start in range(0, max(len(rows), 1), FEATURES):
        piece = rows.iloc[start : start + FEATURES].copy()
        for name in piece.columns:
            if piece[name].dtype == object and name != piece.geometry.name:
                piece[name] = [_text(value) for value in piece[name]]
        arrow = path.suffix != ".shp"
        pyogrio.write_dataframe(piece, path, use_arrow=arrow, append=start > 0, **options)
    if path.suffix == ".shp" and encoding != "utf-8":
        path.with_suffix(".cpg").unlink(missing_ok=True)
        table = bytearray(path.with_suffix(".dbf").read_bytes())
        table[29] = 0  # language driver: unknown, as old programs write it
        path.with_suffix(".dbf").write_bytes(bytes(table))


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    return str(int(value)) if isinstance(value, float) and value == int(value) else str(value)


def write_text(rows: pd.DataFrame, path: Path, encoding: str = "utf-8") -> None:
    """Write a csv file as a department's program would: headings, quotes where needed."""
    plain = {
        name: pa.array([v if type(v) is str else _text(v) for v in column], pa.string())
        if column.dtype == object
        else pa.Array.from_pandas(column)
        for name, column in rows.items()
    }
    buffer = io.BytesIO()
    options = pyarrow.csv.WriteOptions(quoting_style="none", include_header=False)
    buffer.write((",".join(map(str, rows.columns)) + "\n").encode())
    # pyarrow 26 writes rubbish for columns in several pieces, as joined tables have.
    pyarrow.csv.write_csv(pa.table(plain).combine_chunks(), buffer, options)
    content = buffer.getvalue()
    path.write_bytes(content if encoding == "utf-8" else content.decode().encode(encoding))
