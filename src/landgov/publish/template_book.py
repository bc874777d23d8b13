"""A department's empty workbook, drawn: drop-downs, formats, limits, comments (报送模板)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from landgov import schema
from landgov.errors import LandgovError
from landgov.publish.files import whole
from landgov.publish.sheet_names import sheet_names
from landgov.publish.templates import (
    EXAMPLE,
    TemplateSheet,
    departments,
    heading,
    layers_of,
    template_sheets,
)
from landgov.publish.unit_words import unit_word
from landgov.schema import Code, Column

ROWS = 2_000
"""Rows that are made ready to be filled in."""
GUIDE, CODES = "说明", "代码"
_SEND_TO = "区工业全域治理领导小组办公室（区经信局）"  # 三（一）
_MADE = datetime(2021, 11, 17)  # the day of the plan: the clock is not read
_FIRST_DAY, _LAST_DAY = date(1950, 1, 1), date(2199, 12, 31)
_TYPES = {
    "text": "文本",
    "number": "数字",
    "integer": "整数",
    "yes_no": "是或否",
    "date": "日期，如 2022-12-31",
    "code": "从下拉框选择",
    "codes": "代码，多个用、隔开",
}
_FORMS = {"number": "General", "integer": "0", "date": "yyyy-mm-dd"}
_YES_NO = ("是", "否")


def write_templates(folder: str | Path, *, force: bool = False) -> list[Path]:
    """Write each department's empty workbook.

    Parameters
    ----------
    folder : str or Path
        Where they go, one ``<department>.xlsx`` each; made where it is missing.
    force : bool
        Replace files that are there.

    Returns
    -------
    list of Path
        The workbooks. The same bytes every time.

    Raises
    ------
    LandgovError
        If a file is there already; then nothing is written.

    References
    ----------
    虞政办发〔2021〕86号, 三（二）: who supplies what.

    Examples
    --------
    >>> import tempfile
    >>> made = write_templates(Path(tempfile.mkdtemp()) / "templates")
    >>> "区税务局.xlsx" in [path.name for path in made]
    True
    """
    files = {name: Path(folder) / f"{name}.xlsx" for name in departments() if _asked(name)}
    there = [path.name for path in files.values() if path.exists() or path.is_symlink()]
    if there and not force:
        raise LandgovError(
            f"{len(there)} workbook(s) are there already and may be filled in: {', '.join(there)}.",
            do="换一个文件夹（--to），或加 --force 覆盖",
            message_zh=f"已有 {len(there)} 个工作簿，可能已经填写，未覆盖：{'、'.join(there)}。",
        )
    for name, path in files.items():
        with whole(path) as part:
            _Book(part, name).write()
    return list(files.values())


def _asked(department: str) -> bool:
    return bool(template_sheets(department))


class _Book:
    """One workbook while it is written."""

    def __init__(self, path: Path, department: str) -> None:
        self.department = department
        self.sheets = template_sheets(department)
        self.book = xlsxwriter.Workbook(str(path), {"in_memory": True})
        self.book.set_properties({"title": f"{department} 报送模板", "created": _MADE})
        head = {"bold": True, "border": 1, "text_wrap": True, "align": "center"}
        head |= {"valign": "vcenter"}
        self.must = self._format(head | {"bg_color": "#C00000", "font_color": "#FFFFFF"})
        self.head = self._format(head | {"bg_color": "#E2EFDA"})
        self.plain = self._format({"text_wrap": True, "valign": "top"})
        self.title = self._format({"bold": True, "font_size": 14})
        self.lists: dict[tuple[str, ...], str] = {_YES_NO: ""}

    def _format(self, look: Mapping[str, Any]) -> Format:
        return self.book.add_format(dict(look))

    def write(self) -> None:
        """Write all sheets: how to fill in, the tables, the codes."""
        names = sheet_names([sheet.name for sheet in self.sheets], (GUIDE, CODES))
        guide = self.book.add_worksheet(GUIDE)
        pages = [self.book.add_worksheet(name) for name in names]
        self._code_page(self.book.add_worksheet(CODES))
        self._guide(guide, names)
        for page, sheet in zip(pages, self.sheets, strict=True):
            self._page(page, sheet)
        self.book.close()

    def _code_page(self, page: Worksheet) -> None:
        """Words of every drop-down, one column each; the drop-downs refer to them."""
        place = 0
        for sheet in self.sheets:
            for column in sheet.columns:
                words = tuple(code.zh for code in sheet.codes(column))
                if not words or words in self.lists:
                    continue
                page.set_column(place, place, 20)
                page.write_string(0, place, f"选项：{column.zh}", self.head)
                page.write_column(1, place, words, self.plain)
                letter = xlsxwriter.utility.xl_col_to_name(place)
                self.lists[words] = f"={CODES}!${letter}$2:${letter}${len(words) + 1}"
                place += 1
        if not place:
            page.hide()

    def _page(self, page: Worksheet, sheet: TemplateSheet) -> None:
        page.set_row(0, 34)
        page.freeze_panes(1, 1)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        for place, column in enumerate(sheet.columns):
            form = _FORMS.get(column.type, "@")
            look = self._format({"num_format": form})
            title = heading(column)
            # Chinese letters are twice as wide as the digits that a width is counted in.
            page.set_column(place, place, max(12, 2.2 * len(title) + 2), look)
            page.write_string(0, place, title, self.must if sheet.needed(column) else self.head)
            size = {"x_scale": 2, "y_scale": 1.4}
            page.write_comment(0, place, "\n".join(_meaning(sheet, column)), size)
            self._example(page, sheet, place, form)
            if form == "@":
                for row in range(2, ROWS + 1):
                    page.write_blank(row, place, None, look)
            limits = self._limits(sheet, column)
            if limits:
                page.data_validation(1, place, ROWS, place, limits)

    def _example(self, page: Worksheet, sheet: TemplateSheet, place: int, form: str) -> None:
        cell = sheet.example(place)
        look = self._format({"num_format": form, "italic": True, "font_color": "#7F7F7F"})
        if sheet.columns[place].type == "date" and isinstance(cell, str) and place:
            page.write_datetime(1, place, datetime.fromisoformat(cell), look)
        elif isinstance(cell, str):
            page.write_string(1, place, cell, look)
        else:
            page.write_number(1, place, cell, look)

    def _limits(self, sheet: TemplateSheet, column: Column) -> dict[str, Any]:
        """What a cell of a column takes, for the program in which it is filled in."""
        words = tuple(code.zh for code in sheet.codes(column))
        if words:
            return _told({"validate": "list", "source": self.lists[words]}, "请从下拉框选择")
        if column.type == "yes_no":
            return _told({"validate": "list", "source": list(_YES_NO)}, "请选是或否，不清楚的留空")
        if column.type == "date":
            span = {"criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}
            return _told({"validate": "date", **span}, "请填日期，如 2022-12-31；没有的留空")
        if column.type in ("number", "integer"):
            kind = "integer" if column.type == "integer" else "decimal"
            return _told({"validate": kind, **_range(column)}, f"请填{_allowed(column)}")
        return {}

    def _guide(self, page: Worksheet, names: Sequence[str]) -> None:
        page.hide_gridlines(2)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        for place, width in enumerate((36, 10, 8, 44, 44)):
            page.set_column(place, place, width)
        page.write_string(0, 0, f"{self.department} 报送模板", self.title)
        row = 1
        for row, line in enumerate(_lines(self.department), 1):
            page.write_string(row, 0, line)
        top = row + 2
        for place, word in enumerate(("工作表 ▸ 列", "单位", "必填", "含义", "填写要求")):
            page.write_string(top, place, word, self.head)
        row = top
        for name, sheet in zip(names, self.sheets, strict=True):
            for column in sheet.columns:
                row += 1
                must = "是" if sheet.needed(column) else ""
                # No cell may be a heading by itself: this sheet is not to be read as a table.
                said = (f"{name} ▸ {column.zh}", unit_word(column.unit), must)
                words = (*said, f"{column.meaning_zh}。", _how(sheet.codes(column), column))
                for place, word in enumerate(words):
                    page.write_string(row, place, word, self.plain)
        page.freeze_panes(top + 1, 0)


def _told(limits: dict[str, Any], words: str) -> dict[str, Any]:
    return limits | {"error_title": "不能识别", "error_message": words}


def _range(column: Column) -> dict[str, Any]:
    if column.low is not None and column.high is not None:
        return {"criteria": "between", "minimum": column.low, "maximum": column.high}
    if column.low is not None:
        return {"criteria": ">=", "value": column.low}
    if column.high is not None:
        return {"criteria": "<=", "value": column.high}
    return {"criteria": "between", "minimum": -1e12, "maximum": 1e12}


def _allowed(column: Column) -> str:
    parts = [_TYPES[column.type]]
    parts += [f"≥ {column.low:g}"] if column.low is not None else []
    parts += [f"≤ {column.high:g}"] if column.high is not None else []
    return "，".join(parts)


def _how(codes: Sequence[Code], column: Column) -> str:
    """What may stand in a cell, in words."""
    words = "、".join(code.zh for code in codes) or _allowed(column)
    return f"{words}；尚未发生的留空" if column.event else words


def _meaning(sheet: TemplateSheet, column: Column) -> Iterator[str]:
    yield column.meaning_zh
    if column.unit:
        yield f"单位：{unit_word(column.unit)}"
    yield f"填写：{_how(sheet.codes(column), column)}"
    if sheet.needed(column):
        yield "必填"


def _lines(department: str) -> Iterator[str]:
    yield f"报送至：{_SEND_TO}。填好后存为 .xlsx 发回，文件名、表头和工作表名请勿改动。"
    yield "红底表头必填；绿底的有则填，没有或不清楚的留空：空着是“不知道”，不要填 0、“无”或“—”。"
    yield f"每张表第 2 行是示例（首列以“{EXAMPLE}”开头），读取时自动略去，可以保留，也可以删除。"
    yield "单位以表头括号内的为准；编号、代码各列已设为文本，从别处粘贴时请选“只粘贴值”，保留前面的 0。"
    yield "用不到的工作表整张删除；行数不限。整改完成、实际开工等日期空着即“尚未发生”。"
    layers = "、".join(schema.table(name).zh for name in layers_of(department))
    if layers:
        yield f"另需报送图层（gpkg、shp 等，CGCS2000）：{layers}。"
