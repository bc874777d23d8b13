"""Texts of reported coordinates written by hand, and shapes on the millimetre grid."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from hypothesis import strategies as st

HEAD = (
    "[属性描述]",
    "格式版本号=1.01版本",
    "数据产生单位=上虞测绘院",
    "数据产生日期=2022-03-15",
    "坐标系=2000国家大地坐标系",
    "几度分带=3",
    "投影类型=高斯克吕格",
    "计量单位=米",
    "带号=40",
    "精度=0.001",
    "转换参数=,,,,,,",
    "[地块坐标]",
)
NORTH, EAST = 3_321_000, 40_583_000
# 1 ha less a hole of 40 m by 40 m; then a triangle of half a hectare.
FIRST = (
    "10,0.8400,DK001,甲地块,面,H51G001,工业用地,0601,@",
    "J1,1,3321100.000,40583000.000",
    "J2,1,3321100.000,40583100.000",
    "J3,1,3321000.000,40583100.000",
    "J4,1,3321000.000,40583000.000",
    "J1,1,3321100.000,40583000.000",
    "J5,2,3321060.000,40583040.000",
    "J6,2,3321060.000,40583080.000",
    "J7,2,3321020.000,40583080.000",
    "J8,2,3321020.000,40583040.000",
    "J5,2,3321060.000,40583040.000",
)
SECOND = (
    "4,0.5000,DK002,乙地块,面,,工业用地,0601,@",
    "J1,1,3321200.000,40583000.000",
    "J2,1,3321300.000,40583000.000",
    "J3,1,3321200.000,40583100.000",
    "J1,1,3321200.000,40583000.000",
)


def text(*parcels: Sequence[str], head: Sequence[str] = HEAD, end: str = "\r\n") -> str:
    """Join lines as a program on Windows does."""
    return end.join([*head, *(line for parcel in parcels for line in parcel)]) + end


def line_of(whole: str, line: str) -> int:
    """Number of a line that stands once in a text."""
    (number,) = [n for n, one in enumerate(whole.splitlines(), 1) if one == line]
    return number


def square(number: int, side: int, at: int, label: int = 1) -> list[str]:
    """Ring of a square whose lower left corner lies `at` metres east and north of the corner."""
    corners = [(0, 0), (side, 0), (side, side), (0, side), (0, 0)]
    names = [label, label + 1, label + 2, label + 3, label]
    return [
        f"J{name},{number},{NORTH + at + north}.000,{EAST + at + east}.000"
        for name, (north, east) in zip(names, corners, strict=True)
    ]


def rings(shape: shapely.Geometry | None) -> list[list[list[tuple[float, ...]]]]:
    """Rings of each part with their points in order, the shell first."""
    if shape is None or shape.is_empty:
        return []
    parts = shapely.get_parts(shape)
    return [[list(ring.coords) for ring in (p.exterior, *p.interiors)] for p in parts]


@st.composite
def grounds(draw: st.DrawFn) -> shapely.Geometry:
    """Ground of random cells: holes, islands in holes, parts and holes that touch at a corner.

    All corners are whole millimetres on the plane of zone 40; a shear makes the sides slant.
    """
    wide, high = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    steps = st.integers(1, 40_000)
    east = [0, *_sums(draw(st.lists(steps, min_size=wide, max_size=wide)))]
    north = [0, *_sums(draw(st.lists(steps, min_size=high, max_size=high)))]
    cells = st.sets(st.tuples(st.integers(0, wide - 1), st.integers(0, high - 1)), min_size=1)
    boxes = [
        shapely.box(east[x], north[y], east[x + 1], north[y + 1]) for x, y in sorted(draw(cells))
    ]
    ground = shapely.union_all(boxes)
    shear, corner = draw(st.integers(-3, 3)), draw(st.integers(0, 400_000_000))
    first = (40_300_000_000 + corner, 3_000_000_000 + corner)

    def moved(points):
        points[:, 0] += shear * points[:, 1]
        return (points + first) / 1000

    return shapely.transform(ground, moved)


def _sums(steps: list[int]) -> list[int]:
    return [sum(steps[: n + 1]) for n in range(len(steps))]
