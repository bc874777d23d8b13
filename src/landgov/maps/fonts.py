"""The Chinese font that goes into pages and sheets; the machine's own fonts are never relied on."""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path

import pylopdf_fonts_zh_cn
from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]


def sans_path() -> Path:
    """Tell where the Chinese sans-serif font lies (黑体).

    Examples
    --------
    >>> sans_path().suffix
    '.otf'
    """
    return Path(pylopdf_fonts_zh_cn.sans_path())


def page_font(text: str) -> str:
    """Cut the font down to the characters of a page and write it as a data address.

    A page opened on a machine without a Chinese font still reads; one with a
    font of its own does not use this one.

    Parameters
    ----------
    text : str
        All that the page can show.

    Returns
    -------
    str
        ``data:font/woff;base64,…``, the same for the same set of characters.

    Examples
    --------
    >>> page_font("闲置")[:24]
    'data:font/woff;base64,d0'
    """
    options = subset.Options()
    options.flavor = "woff"
    options.layout_features = []
    options.hinting = False
    options.desubroutinize = False
    options.name_IDs = [0, 1, 2, 13, 14]  # family, copyright and licence stay with the glyphs
    font = TTFont(sans_path(), lazy=True, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted({ord(letter) for letter in text} | set(range(32, 127))))
    cutter.subset(font)
    font.flavor = "woff"
    written = BytesIO()
    font.save(written, reorderTables=True)
    return "data:font/woff;base64," + base64.b64encode(written.getvalue()).decode("ascii")
