"""Native values of vector and Parquet files: kept exact, and written as text where text is due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from landgov.sources.content import plain_number, too_long

# Nullable types keep 18-digit codes exact where a cell is empty: float64 would not.
_EXACT: Mapping[pa.DataType, Any] = {
    **{kind: pd.Int64Dtype() for kind in (pa.int8(), pa.int16(), pa.int32(), pa.int64())},
    **{kind: pd.UInt64Dtype() for kind in (pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64())},
    pa.bool_(): pd.BooleanDtype(),
}


def frame_of(table: pa.Table) -> pd.DataFrame:
    """Turn an Arrow table into a frame with columns 0, 1, …: integers and booleans exact.

    Raises
    ------
    ArrowInvalid
        If a text is no UTF-8; Arrow itself would find out only when the text is used.
    """
    table.validate(full=True)
    plain = table.rename_columns([str(n) for n in range(table.num_columns)])
    cells: pd.DataFrame = plain.to_pandas(types_mapper=_EXACT.get, ignore_metadata=True)
    cells.columns = pd.RangeIndex(table.num_columns)
    return cells


def without_geometry(schema: pa.Schema) -> list[str]:
    """Name the columns of an Arrow schema that hold no geometry.

    Examples
    --------
    >>> without_geometry(pa.schema([("编号", pa.string()), ("geometry", pa.binary())]))
    ['编号']
    """
    return [
        field.name
        for field in schema
        if not (
            pa.types.is_binary(field.type)
            or pa.types.is_large_binary(field.type)
            or pa.types.is_nested(field.type)
            or isinstance(field.type, pa.BaseExtensionType)
        )
    ]


def as_text(column: pd.Series[Any]) -> pd.Series[Any]:
    """Write a column as text: numbers plain, dates as ISO text, blanks missing.

    Examples
    --------
    >>> as_text(pd.Series([330604001001.0, None])).tolist()
    ['330604001001', nan]
    """
    if isinstance(column.dtype, pd.StringDtype):
        return column.mask(column.str.strip() == "")
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        days = column.dt.strftime("%Y-%m-%d")
        timed = (column != column.dt.normalize()) & column.notna()
        exact = column.dt.strftime("%Y-%m-%d %H:%M:%S")
        dated: pd.Series[Any] = days.where(~timed, exact).astype("str")
        return dated
    if pd.api.types.is_bool_dtype(column.dtype):
        return column.map({True: "true", False: "false"}, na_action="ignore").astype("str")
    texts = column.map(_text, na_action="ignore").astype("str")
    return texts.mask(texts.str.strip() == "")


def _text(value: Any) -> str:
    return plain_number(float(value)) if isinstance(value, (float, np.floating)) else str(value)


def settled(column: pd.Series[Any]) -> pd.Series[Any]:
    """Give a column the plain dtype of its values: float64, int64, boolean, datetime64, str.

    Examples
    --------
    >>> str(settled(pd.Series([1, None], dtype="Int64")).dtype)
    'float64'
    """
    kind = column.dtype
    if isinstance(kind, pd.StringDtype):
        return as_text(column)
    if pd.api.types.is_bool_dtype(kind):
        return column.astype("boolean")
    if pd.api.types.is_datetime64_any_dtype(kind):
        # A zone on a date of a list only says what the writer's computer was set to.
        plain: pd.Series[Any] = column.dt.tz_localize(None)
        return plain
    if pd.api.types.is_numeric_dtype(kind):
        whole = pd.api.types.is_integer_dtype(kind) and not column.isna().any()
        return column.astype("int64" if whole else "float64")
    return as_text(column)


def damaged_codes(column: pd.Series[Any]) -> npt.NDArray[np.int64]:
    """Find numbers stored as floating point with more digits than it keeps.

    Examples
    --------
    >>> damaged_codes(pd.Series([913306001234567800.0, 12.0])).tolist()
    [0]
    """
    if not pd.api.types.is_float_dtype(column.dtype):
        return np.zeros(0, dtype=np.int64)
    long = [n for n, value in enumerate(column.astype("float64")) if too_long(float(value))]
    return np.array(long, dtype=np.int64)
