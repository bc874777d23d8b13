"""Tables without geometry of their own: workbooks, text tables, Parquet (属性表)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from landgov.sources.content import Content
from landgov.sources.csvs import csv_content
from landgov.sources.faults import FileError
from landgov.sources.formats import format_of
from landgov.sources.heads import HeadingRow, first_row
from landgov.sources.json_tables import json_content
from landgov.sources.native import as_text
from landgov.sources.notes import issue_table, placed
from landgov.sources.vectors import vector_content
from landgov.sources.workbooks import Fits, workbook_content


def read_table(
    path: str | Path, *, sheet: str | None = None, encoding: str | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    r"""Read a table as text: codes keep their zeros (读取表格).

    Parameters
    ----------
    path : str or Path
        xlsx, xls, csv, tsv, txt or parquet; of a vector file, its attributes. Never changed.
    sheet : str, optional
        Sheet of a workbook, or layer of a vector file.
    encoding : str, optional
        Encoding of a text table; by default UTF-8, else GB18030, by strict decoding.

    Returns
    -------
    table : DataFrame
        One column a heading, all text (dtype `str`, empty cells missing). Numbers are
        written plain, dates as ISO text. Row i is row i of the file, blank rows left out.
    issues : DataFrame
        Issue rows: the encoding where it was not stated, rows with too many cells, ….

    Raises
    ------
    LandgovError
        If the file can't be read; says why.

    References
    ----------
    RFC 4180; ECMA-376.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = Path(folder, "a.csv")
    ...     _ = made.write_text("编号,名称\n007,甲厂\n", encoding="gbk")
    ...     read_table(made)[0].iloc[0].tolist()
    ['007', '甲厂']
    """
    path = Path(path)
    content = table_content(path, sheet=sheet, encoding=encoding)
    texts = content.table()
    for name in texts.columns:
        texts[name] = as_text(texts[name])
    wrong = [n for at, name in enumerate(texts) for n in content.error_notes(at, str(name))]
    notes = placed(content.notes + wrong, file=path.name, sheet=content.sheet)
    return texts, issue_table(notes)


def table_content(
    path: Path,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    heading_row: HeadingRow = first_row,
    fits: Fits | None = None,
) -> Content:
    """Read any file as a table; see `read_table`. Values of vector files stay native.

    Raises
    ------
    FileError
        One of the faults of a file.
    """
    found = format_of(path)
    if found.workbook:
        return workbook_content(path, sheet=sheet, heading_row=heading_row, fits=fits)
    if found.name == "JSON" and sheet is None:
        return json_content(path, encoding=encoding)
    if found.spatial:
        return vector_content(path, layer=sheet, encoding=encoding, fits=fits)
    if sheet is not None:
        raise FileError(
            "missing_sheet",
            zh=f"{path.suffix} 文件没有工作表",
            en=f"{path.suffix} files have no sheets",
            do="删去 sheet 一行",
            field="sheet",
            value=sheet,
        )
    return csv_content(path, encoding=encoding, heading_row=heading_row)
