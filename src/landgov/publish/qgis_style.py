"""Symbols of the layers as QGIS reads them (QML)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as Xml

from landgov.layers.model import LayerClass, Symbol

_BRUSHES = {
    "slash": "b_diagonal",
    "backslash": "f_diagonal",
    "cross": "diagonal_x",
    "grid": "cross",
    "horizontal": "horizontal",
    "vertical": "vertical",
    "dots": "dense6",
}


def qml(classes: Sequence[LayerClass]) -> str:
    """Write the classes of a layer as a QGIS style, one rule a class.

    Parameters
    ----------
    classes : sequence of LayerClass
        Their words are the legend, their conditions the filters.

    Returns
    -------
    str
        A QML document that QGIS 3.22 and later read.

    Examples
    --------
    >>> import pandas as pd
    >>> idle = LayerClass("idle", "闲置", Symbol(fill="#D55E00"), pd.Index([]), 0.0)
    >>> 'label="闲置"' in qml([idle])
    True
    """
    root = Xml.Element("qgis", version="3.22.16", styleCategories="Symbology")
    renderer = Xml.SubElement(
        root,
        "renderer-v2",
        type="RuleRenderer",
        symbollevels="0",
        forceraster="0",
        enableorderby="0",
    )
    rules = Xml.SubElement(renderer, "rules", key=_id("rules"))
    symbols = Xml.SubElement(renderer, "symbols")
    for number, entry in enumerate(classes):
        rule = {"key": _id(entry.key), "symbol": str(number), "label": entry.word}
        if entry.expression:
            rule["filter"] = entry.expression
        Xml.SubElement(rules, "rule", rule)
        _symbol(symbols, str(number), entry.symbol)
    Xml.SubElement(root, "layerGeometryType").text = "2"
    head = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    return head + Xml.tostring(root, encoding="unicode")


def _id(name: str) -> str:
    # QGIS tells rules apart by a UUID; one made from the name is the same in every run.
    return f"{{{uuid5(NAMESPACE_URL, 'landgov/' + name)}}}"


def _symbol(parent: Xml.Element, name: str, symbol: Symbol) -> None:
    whole = Xml.SubElement(
        parent, "symbol", name=name, type="fill", alpha="1", clip_to_extent="1", force_rhr="0"
    )
    _fill(
        whole,
        {
            "color": _rgba(symbol.fill or "#FFFFFF", symbol.opacity),
            "style": "solid" if symbol.fill else "no",
            "outline_color": _rgba(symbol.edge or "#000000"),
            "outline_style": "solid" if symbol.edge else "no",
            "outline_width": f"{symbol.width:g}",
            "outline_width_unit": "Point",
            "joinstyle": "miter",
        },
    )
    if symbol.hatch != "none":
        colour = _rgba(symbol.hatch_colour or symbol.edge or "#000000")
        _fill(
            whole,
            {"color": colour, "style": _BRUSHES[symbol.hatch], "outline_style": "no"},
        )


def _fill(parent: Xml.Element, properties: Mapping[str, str]) -> None:
    layer = Xml.SubElement(
        parent, "layer", {"class": "SimpleFill", "enabled": "1", "locked": "0", "pass": "0"}
    )
    options = Xml.SubElement(layer, "Option", type="Map")
    # QGIS before 3.26 reads `prop`, later ones `Option`; each passes over the other.
    for key, value in properties.items():
        Xml.SubElement(options, "Option", name=key, value=value, type="QString")
    for key, value in properties.items():
        Xml.SubElement(layer, "prop", k=key, v=value)


def _rgba(colour: str, opacity: float = 1.0) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * opacity)}"
