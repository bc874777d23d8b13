"""The parts that a page is made of, scripts and styles inside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources

import folium
from branca.element import Element, Figure, MacroElement
from jinja2 import Template

_SCRIPTS = ("paint.js", "facts.js", "page.js")


class Page(Figure):  # type: ignore[misc]
    """A figure in Chinese that pulls in nothing."""

    _template = Template(
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<title>{{this.title}}</title>\n'
        "{{this.header.render(**kwargs)}}\n</head>\n<body>\n{{this.html.render(**kwargs)}}\n"
        "<script>\n{{this.script.render(**kwargs)}}\n</script>\n</body>\n</html>\n"
    )


class Text(Element):  # type: ignore[misc]
    """Text that goes into the page as it is, never read as a template."""

    _template = Template("{{this.text}}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Opening(MacroElement):  # type: ignore[misc]
    """The call that brings parcels, legend and search onto the map."""

    _template = Template(
        "{% macro script(this, kwargs) %}\n"
        "landgov.page = landgov.open({{this._parent.get_name()}},\n"
        "  JSON.parse(document.getElementById('landgov-data').textContent),\n"
        "  { {% for key, group in this.groups.items() %}{{key}}: {{group.get_name()}}, {% endfor %} });\n"
        "{% endmacro %}"
    )

    def __init__(self, groups: dict[str, folium.FeatureGroup]) -> None:
        super().__init__()
        self._name = "Opening"
        self.groups = groups


class Last(MacroElement):  # type: ignore[misc]
    """The footer, put into the page after the map."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: object) -> None:
        """Put the text where the page's visible parts stand."""
        self.get_root().html.add_child(Text(self.text), name="footer")


def settle(element: Element, numbers: Iterator[int]) -> None:
    """Number the elements: folium's own ids are random, and the page must not be."""
    element._id = str(next(numbers))
    for child in element._children.values():
        settle(child, numbers)


def page_texts(names: tuple[str, ...] = _SCRIPTS) -> list[str]:
    """Read files of the page, by default its scripts."""
    folder = resources.files("landgov.maps").joinpath("page")
    return [folder.joinpath(name).read_text(encoding="utf-8") for name in names]


def head(face: str) -> str:
    """All scripts and styles, with the addresses that Leaflet's own files name taken out."""
    assets = resources.files("landgov.maps").joinpath("assets")
    licence = assets.joinpath("LICENSE-leaflet.txt").read_text(encoding="utf-8")
    script = assets.joinpath("leaflet.js").read_text(encoding="utf-8")
    script = (
        script.replace('href="https://leafletjs.com"', "")
        .replace("https://", "")
        .replace("url(#default#VML)", "none")
    )
    script = re.sub(r"//# sourceMappingURL=.*", "", script)
    styles = assets.joinpath("leaflet.css").read_text(encoding="utf-8")
    styles = re.sub(r"/\*.*?\*/", "", styles, flags=re.DOTALL)
    styles = re.sub(r"url\([^)]*\)", "none", styles)
    own = "\n".join(page_texts(("page.css",)))
    font = f'@font-face {{ font-family: landgov; src: url({face}) format("woff"); }}'
    scripts = "\n".join(page_texts())
    return (
        f"<style>{styles}\n{font}\n{own}</style>\n"
        f"<script>\n/* Leaflet\n{licence}*/\n{script}\n</script>\n<script>\n{scripts}\n</script>"
    )
