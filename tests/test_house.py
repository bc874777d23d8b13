"""The house rules: who may import whom, how long a file is, what a public name must show."""

from __future__ import annotations

import ast
import itertools
from pathlib import Path

import pytest

import landgov

SRC = Path(__file__).parents[1] / "src" / "landgov"
FILES = sorted(SRC.rglob("*.py"))

WORDS = frozenset(
    ("errors", "units", "crs", "extents", "areas", "codes", "offsets", "schema", "policies")
)
# Rooms from the ground up; those of one floor are neighbours and do not see each other.
FLOORS = (
    WORDS,
    {"sources"},
    {"decisions"},
    {"quality"},
    {"register", "witnesses"},
    {"rules"},
    {"contiguity", "layers", "demo"},
    {"explain"},
    {"board"},
    {"pathways", "summary"},
    {"report"},
    {"pipeline"},
    {"maps", "publish", "scenarios"},
    {"outputs"},
    {"cli"},
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
ONLY_WORDS = frozenset(("contiguity", "layers", "demo"))
MOST_LINES, MOST_FUNCTION_LINES = 300, 60
# file → why it may be longer
LONGER: dict[str, str] = {}
ASKS_ROW_BY_ROW = ("iterrows", "itertuples")


def room_of(name: str) -> str:
    """Room of a dotted module name below `landgov`."""
    return name.removeprefix("landgov.").split(".")[0]


def rooms_imported(source: str, module: str, *, package: bool = False) -> set[str]:
    """Rooms that a module imports, late imports and relative ones included."""
    rooms = set()
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = module.split(".")
                kept = above[: len(above) - node.level + package]
                base = ".".join([*kept, *([base] if base else [])])
            names = (
                [f"{base}.{alias.name}" for alias in node.names] if base == "landgov" else [base]
            )
        rooms |= {room_of(name) for name in names if name.startswith("landgov.")}
        if "landgov" in names:
            rooms.add("landgov")
    return rooms


def upward(source: str, module: str, *, package: bool = False) -> set[str]:
    """Rooms that a module imports though they are not below its own."""
    own = room_of(module)
    others = rooms_imported(source, module, package=package) - {own}
    if own in WORDS or own in ONLY_WORDS:
        return others - WORDS
    return {room for room in others if FLOOR.get(room, len(FLOORS)) >= FLOOR[own]}


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function; its docstring explains and is not counted."""
    first = node.body[0]
    whole = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node, clean=False) is None:
        return whole
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1)


def long_functions(source: str, most: int = MOST_FUNCTION_LINES) -> list[str]:
    """Functions with more lines than the house allows, decorators and docstrings aside."""
    return [
        f"{node.name}: {_lines(node)}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _lines(node) > most
    ]


def prints(source: str) -> list[int]:
    """Lines that call `print`; an example inside a docstring is none."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]


def row_by_row(source: str) -> list[int]:
    """Lines that walk a table row by row."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in ASKS_ROW_BY_ROW
    ]


def shows_itself(doc: str | None) -> bool:
    """Whether a docstring has an example or names its source."""
    lines = [line.strip() for line in (doc or "").splitlines()]
    return any(
        line in ("Examples", "References") and set(below) == {"-"}
        for line, below in itertools.pairwise(lines)
    )


def module_name(path: Path) -> str:
    parts = path.relative_to(SRC.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def inner_files() -> list[Path]:
    """All files but the front door, which shows what lies in every room."""
    return [path for path in FILES if path != SRC / "__init__.py"]


def short(path: Path) -> str:
    return str(path.relative_to(SRC))


def test_every_file_stands_in_a_room_of_the_house():
    assert len(FILES) > 50
    assert {room_of(module_name(path)) for path in inner_files()} - {"__main__"} == set(FLOOR)


@pytest.mark.parametrize("path", inner_files(), ids=short)
def test_imports_come_only_from_rooms_below(path: Path):
    source, module = path.read_text(encoding="utf-8"), module_name(path)
    assert upward(source, module, package=path.name == "__init__.py") == set()


def test_no_file_is_longer_than_the_house_allows():
    lines = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    longer = {name for name, count in lines.items() if count > MOST_LINES}
    assert {name: lines[name] for name in longer - set(LONGER)} == {}
    assert set(LONGER) <= longer, "an exception that is no longer needed"


def test_no_function_is_longer_than_the_house_allows():
    found = {short(path): long_functions(path.read_text(encoding="utf-8")) for path in FILES}
    assert {name: functions for name, functions in found.items() if functions} == {}


@pytest.mark.parametrize("name", landgov.__all__)
def test_a_public_name_shows_an_example_or_its_source(name: str):
    assert shows_itself(getattr(landgov, name).__doc__)


def test_nobody_prints_but_the_command_line():
    found = {
        short(path): prints(path.read_text(encoding="utf-8"))
        for path in inner_files()
        if room_of(module_name(path)) != "cli"
    }
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_no_table_is_walked_row_by_row():
    found = {short(path): row_by_row(path.read_text(encoding="utf-8")) for path in FILES}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("module", "source", "wrong"),
    [
        ("landgov.rules.idle", "from landgov.pipeline import run", {"pipeline"}),
        ("landgov.rules.idle", "import landgov.cli.app", {"cli"}),
        ("landgov.rules.idle", "from landgov import publish", {"publish"}),
        ("landgov.rules.idle", "from landgov import schema\nimport landgov.quality", set()),
        ("landgov.rules.idle", "def late():\n    from landgov.maps import x", {"maps"}),
        ("landgov.rules.idle", "from ..maps.web import x", {"maps"}),
        ("landgov.rules.idle", "from ..schema import x", set()),
        ("landgov.rules.idle", "from .kleene import x", set()),
        ("landgov.rules.idle", "import landgov", {"landgov"}),
        ("landgov.units", "from landgov.sources import x", {"sources"}),
        ("landgov.units", "from landgov.errors import x", set()),
        ("landgov.contiguity.pairs", "from landgov.rules import x", {"rules"}),
        ("landgov.contiguity.pairs", "from landgov.areas import x", set()),
        ("landgov.demo.lots", "from landgov.sources import x", {"sources"}),
        ("landgov.layers.build", "from landgov.sources import x", {"sources"}),
        ("landgov.explain", "from landgov.pipeline import x", {"pipeline"}),
        ("landgov.maps.web", "from landgov.publish.files import x", {"publish"}),
        ("landgov.publish.files", "from landgov.maps import x", {"maps"}),
        ("landgov.publish.files", "from landgov.layers import x", set()),
    ],
)
def test_the_import_check_sees(module: str, source: str, wrong: set[str]):
    assert upward(source, module) == wrong


def test_the_import_check_reads_a_relative_import_of_a_package():
    assert upward("from ..maps import x", "landgov.rules", package=True) == {"maps"}
    assert upward("from .idle import x", "landgov.rules", package=True) == set()


def test_the_length_check_counts_every_line():
    body = "def long():\n" + "    x = 1\n" * MOST_FUNCTION_LINES
    assert long_functions(body) == [f"long: {MOST_FUNCTION_LINES + 1}"]
    assert long_functions("def exact():\n" + "    x = 1\n" * (MOST_FUNCTION_LINES - 1)) == []
    said = 'def told():\n    """Say.\n' + "    more\n" * 90 + '    """\n    return 1\n'
    assert long_functions(said) == []
    told = said + "    x = 1\n" * MOST_FUNCTION_LINES
    assert long_functions(told) == [f"told: {MOST_FUNCTION_LINES + 2}"]
    nested = "class A:\n    def inner(self):\n" + "        x = 1\n" * MOST_FUNCTION_LINES
    assert long_functions(nested) == [f"inner: {MOST_FUNCTION_LINES + 1}"]


def test_the_print_check_tells_a_call_from_an_example():
    assert prints("x = 1\nprint(x)") == [2]
    assert prints('def f():\n    """Say.\n\n    >>> print(1)\n    """') == []
    assert prints("sheet.print_area(1)") == []


def test_the_row_check_sees_both_walks():
    assert row_by_row("for row in table.iterrows():\n    pass") == [1]
    assert row_by_row("x = 1\nwalk = table.itertuples") == [2]
    assert row_by_row("table.items()") == []


def test_the_docstring_check_wants_a_heading_and_not_the_word():
    assert shows_itself("Do.\n\n    Examples\n    --------\n    >>> 1\n    1")
    assert shows_itself("Do.\n\n    References\n    ----------\n    令53.")
    assert not shows_itself("Do as the Examples show.")
    assert not shows_itself("Do.\n\nExamples\nof bad style")
    assert not shows_itself(None)
