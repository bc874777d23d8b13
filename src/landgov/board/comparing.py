"""One row of the board: a fact, its subject, two values, and what hangs on the difference (对账行)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from landgov import schema

COLUMNS = (
    "fact",
    "table",
    "key",
    "name",
    "unit",
    "field",
    "a_department",
    "a_value",
    "a_date",
    "a_source",
    "b_department",
    "b_value",
    "b_date",
    "b_source",
    "difference",
    "measure",
    "stake_mu",
    "stake_wan",
    "used",
    "why",
)
LABELS = {
    "certificate_measured": "证载面积与实测面积",
    "land_links": "地块面积与用地关系合计",
    "land_tax": "企业用地：用地关系与税务登记",
    "grade": "评价等级：企业表与年度表",
    "grade_worked_out": "评价等级：给定与测算",
    "above_scale": "规上：企业表与年度表",
    "holder": "权利人与用地关系的产权人",
    "power": "用电量：年度数与月度合计",
    "conflict": "同一单元格各文件不一致",
    "conflict_settled": "同一单元格不一致，已按权威来源",
}
Origin = Callable[[np.ndarray], pd.DataFrame]


def no_rows() -> pd.DataFrame:
    """A board of facts with nothing on it.

    Examples
    --------
    >>> len(no_rows())
    0
    """
    numbers = ("difference", "stake_mu", "stake_wan")
    return pd.DataFrame(
        {name: pd.Series(dtype="float64" if name in numbers else "str") for name in COLUMNS}
    )


def far(a: pd.Series, b: pd.Series, share: float) -> np.ndarray:
    """Where two figures differ by more than the share; a billionth is the noise of floats."""
    larger = np.maximum(a.abs(), b.abs())
    return ((a - b).abs() > share * larger * (1 + 1e-9)).to_numpy(dtype=bool)


def rows_of(
    fact: str,
    table: str,
    field: str,
    facts: pd.DataFrame,
    sides: tuple[pd.Series, pd.Series],
    origins: tuple[Origin, Origin],
    differ: np.ndarray,
    measure: str,
    said: tuple[str, str],
) -> pd.DataFrame:
    """Rows of one fact; `facts` and the sides stand on the same index."""
    at = np.flatnonzero(differ)
    a, b = (side.iloc[at] for side in sides)
    first, second = (origin(at) for origin in origins)
    chosen = facts.iloc[at]
    numeric = pd.api.types.is_numeric_dtype(a.dtype) and not pd.api.types.is_bool_dtype(a.dtype)
    gap = (b - a).to_numpy(dtype=float) if numeric else np.full(len(at), np.nan)
    land = np.abs(gap) if measure == "亩" else chosen["land_mu"].to_numpy(dtype=float)
    columns = {
        "fact": fact,
        "table": table,
        "key": chosen.index.astype(str),
        "name": chosen["name"].to_numpy(),
        "unit": chosen["unit"].to_numpy(),
        "field": field,
        "difference": gap,
        "measure": measure,
        "stake_mu": np.nan if measure == "kWh" else land,
        "stake_wan": np.nan,
        "used": said[0],
        "why": said[1],
    }
    for letter, side, origin in (("a", a, first), ("b", b, second)):
        columns[f"{letter}_value"] = _words(side, field).to_numpy()
        for name in ("department", "date", "source"):
            columns[f"{letter}_{name}"] = origin[name].to_numpy()
    return pd.DataFrame(columns, index=range(len(at)))[list(COLUMNS)]


def _words(values: pd.Series, field: str) -> pd.Series:
    """Write values as a planner says them: 是, 否, a grade, a figure of two decimals."""
    if pd.api.types.is_bool_dtype(values.dtype):
        return values.astype("object").map({True: "是", False: "否"}).astype("str")
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values.map("{:.2f}".format).astype("str")
    if field == "grade":
        return values.map(lambda code: schema.label("grade", code)).astype("str")
    return values.astype("str")


def taken(values: pd.Series, rows: np.ndarray, index: pd.Index) -> pd.Series:
    """Values at some positions, missing at -1, on an index."""
    taken = values.reset_index(drop=True).reindex(np.where(rows >= 0, rows, -1))
    return taken.set_axis(index)
