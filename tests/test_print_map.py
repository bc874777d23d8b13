"""The print sheets: what they say, that it can be searched, and that they come out the same."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image
from pypdf import PdfReader

from landgov.errors import LandgovError
from landgov.layers import build_layers
from landgov.maps import furniture, write_print_map
from landgov.maps.drawing import outlines
from landgov.maps.names import labels, letter_box
from landgov.maps.windows import Window, details, overview, round_scale
from map_sample import HOSTILE, district, grid, platforms, towns

STEPS = [1.0, 2.0, 2.5, 5.0]
PLAN = {"rows": 2, "columns": 2, "gap": 3.0, "times": 4.0, "most": 25.0}


def write(
    folder: Path, kind: str = "stock", parcels: gpd.GeoDataFrame | None = None, **more: Any
) -> tuple[Path, Path]:
    parcels = district() if parcels is None else parcels
    context = {"platforms": platforms(), "towns": towns()}
    facts: dict[str, Any] = {
        "title": "存量工业用地分布图",
        "as_of": date(2022, 12, 31),
        "source": "各部门清单",
        "confidential": True,
        "remark": "虚构演示数据",
    }
    layers = build_layers(parcels, profile=more.pop("profile", "internal"), **context)
    return write_print_map(kind, layers, parcels, folder, **(facts | context | more))


def words(pdf: Path) -> str:
    return "".join(PdfReader(pdf).pages[0].extract_text().split())


@pytest.mark.parametrize(
    ("kind", "entries"),
    [
        ("stock", ["存量10宗100.0亩", "低效3宗30.0亩", "待开发2宗20.0亩", "待核1宗10.0亩"]),
        ("idle", ["闲置2宗20.0亩", "非自身原因闲置1宗10.0亩", "待开发2宗20.0亩"]),
    ],
)
def test_title_legend_date_and_source_can_be_searched(
    tmp_path: Path, kind: str, entries: list[str]
) -> None:
    pdf, _ = write(tmp_path, kind)
    text = words(pdf)
    always = ["存量工业用地分布图", "内部", "虚构演示数据", "2022-12-31", "数据来源：各部门清单",
              "北", "图例", "滨海园", "沥海街道", "1:"]  # fmt: skip
    for entry in always + entries:
        assert entry in text


def test_the_page_is_a3_landscape_with_its_font_inside(tmp_path: Path) -> None:
    pdf, png = write(tmp_path)
    page = PdfReader(pdf).pages[0]
    millimetres = [round(float(side) * 25.4 / 72) for side in page.mediabox[2:]]
    assert millimetres == [420, 297]
    fonts = page["/Resources"]["/Font"]
    assert len(fonts) > 0
    for name in fonts:
        font = fonts[name].get_object()
        assert "NotoSansSC" in font["/BaseFont"]
        inner = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert any(key in inner for key in ("/FontFile2", "/FontFile3"))
    with Image.open(png) as picture:
        assert picture.size == (3307, 2338)
        assert "Software" not in picture.info


def test_unmarked_sheets_bear_no_mark(tmp_path: Path) -> None:
    pdf, _ = write(tmp_path, confidential=False, remark="")
    assert "内部" not in words(pdf)
    assert "虚构" not in words(pdf)


def test_the_pdf_carries_the_date_of_the_data_not_of_the_clock(tmp_path: Path) -> None:
    pdf, _ = write(tmp_path)
    assert PdfReader(pdf).metadata["/CreationDate"] == "D:20221231000000Z"


def test_row_order_and_repetition_give_the_same_bytes(tmp_path: Path) -> None:
    parcels = district(60)
    first = write(tmp_path / "a", parcels=parcels)
    second = write(tmp_path / "b", parcels=parcels.sample(frac=1, random_state=2))
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_the_bytes_do_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from test_print_map import write;"
        "write(Path(sys.argv[1]), 'idle')"
    )
    for seed in ("1", "2"):
        environment = {
            **os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)
        }  # fmt: skip
        command = [sys.executable, "-c", script, str(tmp_path / seed)]
        subprocess.run(command, check=True, env=environment)
    for name in ("idle.pdf", "idle.png"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_settings_of_matplotlib_stay_as_they_were(tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    write(tmp_path)
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("kind", ["stock", "idle"])
def test_nothing_to_show_is_a_sheet_that_says_so(tmp_path: Path, kind: str) -> None:
    pdf, _ = write(tmp_path / "none", kind, district().iloc[:0])
    assert "0宗" in words(pdf)
    parcels = district()
    parcels["stock"], parcels["land_state"], parcels["idle"] = "no", "in_use", "not_idle"
    pdf, _ = write(tmp_path / "empty", kind, parcels)
    assert ("存量0宗0.0亩" if kind == "stock" else "闲置0宗0.0亩") in words(pdf)


def test_a_sheet_of_names_with_signs_of_mathematics_or_markup_is_drawn(tmp_path: Path) -> None:
    parcels = district()
    parcels["unit"] = "甲$x_{$乡" + HOSTILE
    pdf, _ = write(tmp_path, parcels=parcels, title="甲$a$乙$", source="{{1}}$")
    assert "甲$a$乙$" in words(pdf)


def test_parcels_without_shape_are_counted_though_not_drawn(tmp_path: Path) -> None:
    parcels = district()
    parcels.loc["P00000", "geometry"] = None
    pdf, _ = write(tmp_path, parcels=parcels)
    assert "存量10宗100.0亩" in words(pdf)


def test_degrees_and_unknown_sheets_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LandgovError, match="projected"):
        write(tmp_path, parcels=district().to_crs(4490))
    with pytest.raises(LandgovError, match="no sheet"):
        write(tmp_path, kind="soil")


def test_the_idle_parcel_is_drawn_in_its_colour(tmp_path: Path) -> None:
    _, png = write(tmp_path, "idle")
    with Image.open(png) as picture:
        colours = picture.convert("RGB").getcolors(1 << 24)
    found = {colour for _, colour in colours}
    # #D55E00 at 95 % on the pale parcel beneath, within rounding.
    assert any(abs(r - 214) < 4 and abs(g - 101) < 4 and abs(b - 12) < 4 for r, g, b in found)


def ring_area(points: np.ndarray) -> float:
    x, y = points[:, 0] - points[0, 0], points[:, 1] - points[0, 1]
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 900), st.booleans())
def test_paths_hold_the_area_of_the_polygons_holes_taken_off(count: int, holes: bool) -> None:
    shapes = grid(count)
    if holes:
        shapes = shapely.difference(shapes, shapely.buffer(shapely.centroid(shapes), 10.0))
    drawn = 0.0
    for path in outlines(shapes):
        starts = [*np.flatnonzero(path.codes == path.MOVETO), len(path.codes)]
        rings = [path.vertices[a:b] for a, b in pairwise(starts)]
        drawn += sum(ring_area(ring) for ring in rings)
    assert abs(drawn) == pytest.approx(shapely.area(shapes).sum(), rel=1e-6)


@given(st.floats(1.0, 1e7))
def test_round_scales_are_the_next_that_is_not_larger(needed: float) -> None:
    scale = round_scale(needed, STEPS)
    assert needed <= scale <= needed * 2.5 * (1 + 1e-12)
    assert float(f"{scale:.3g}") == pytest.approx(scale)


def test_the_overview_holds_all_parcels_and_enlargements_hold_most_of_a_cluster() -> None:
    far = grid(25)
    near = shapely.transform(grid(400), lambda points: points + np.array([20_000.0, 9_000.0]))
    parcels = gpd.GeoDataFrame(geometry=np.concatenate([far, near]), crs=4549)
    main = overview(parcels, [0, 0, 200, 150], STEPS)
    west, south, east, north = parcels.total_bounds
    assert main.west < west < east < main.east
    assert main.south < south < north < main.north
    first = details(parcels, main, [0, 0, 100, 100], PLAN, STEPS)[0]
    window = shapely.box(first.west, first.south, first.east, first.north)
    assert shapely.intersects(near, window).mean() > 0.9


def test_an_enlargement_has_the_largest_round_scale_that_holds_its_group_of_parcels() -> None:
    shapes = np.concatenate(
        [
            shapely.transform(grid(16), lambda points, east=east: points + np.array([east, 0.0]))
            for east in (0.0, 1_500.0, 40_000.0)
        ]
    )
    parcels = gpd.GeoDataFrame(geometry=shapes, crs=4549)
    main = overview(parcels, [0, 0, 200, 150], STEPS)
    found = details(parcels, main, [0, 0, 100, 100], PLAN, STEPS)
    assert len(found) >= 3
    for window in found[:3]:
        # Groups of 380 m on 48.5 mm: 1:10000 holds them with a rim, 1:5000 does not.
        assert window.scale == 10_000
        middle = ((window.west + window.east) / 2, (window.south + window.north) / 2)
        inside = shapely.intersects(shapely.box(window.west, window.south, window.east, window.north),
                                    shapes)  # fmt: skip
        assert inside.sum() == 16
        assert shapely.total_bounds(shapes[inside])[[0, 1]] == pytest.approx(
            2 * np.array(middle) - shapely.total_bounds(shapes[inside])[[2, 3]]
        )


def test_no_name_is_cut_by_the_frame_of_an_enlargement_or_its_letter() -> None:
    town = gpd.GeoDataFrame(
        {"town": ["上虞街道"]}, geometry=[shapely.box(0, 0, 10_000, 10_000)], crs=4549
    )
    main = overview(town, [0, 0, 200, 200], STEPS)
    bare = labels(main, {"towns": town})[0]
    half_wide = len(bare.text) * bare.size * 0.0254 / 72 * main.scale / 2
    half_high = bare.size * 0.0254 / 72 * main.scale / 2
    # The line of its frame runs through the middle of where the name would stand.
    extra = Window([0, 0, 20, 20], bare.x, bare.y, main.scale, "A")
    moved = labels(main, {"towns": town}, [extra])[0]
    box = shapely.box(
        moved.x - half_wide, moved.y - half_high, moved.x + half_wide, moved.y + half_high
    )
    frame = shapely.box(extra.west, extra.south, extra.east, extra.north).exterior
    assert not box.intersects(frame)
    assert not box.intersects(shapely.box(*letter_box(main, extra)))
    assert not shapely.box(*letter_box(main, extra)).crosses(frame)


def test_names_stand_beside_the_parcels_where_there_is_room() -> None:
    parcels = gpd.GeoDataFrame(geometry=[shapely.box(4_000, 4_000, 6_000, 6_000)], crs=4549)
    town = gpd.GeoDataFrame(
        {"town": ["上虞街道"]}, geometry=[shapely.box(0, 0, 10_000, 10_000)], crs=4549
    )
    zone = gpd.GeoDataFrame(
        {"platform": ["滨海园"], "level": ["national"]}, geometry=parcels.geometry, crs=4549
    )
    main = overview(town, [0, 0, 100, 100], STEPS)
    for name in labels(main, {"parcels": parcels, "towns": town, "platforms": zone}):
        assert not shapely.contains_xy(parcels.geometry[0], name.x, name.y)


def test_names_of_an_enlargement_are_smaller_than_those_of_the_overview() -> None:
    town = gpd.GeoDataFrame(
        {"town": ["上虞街道"]}, geometry=[shapely.box(0, 0, 10_000, 10_000)], crs=4549
    )
    main = overview(town, [0, 0, 100, 100], STEPS)
    inset = Window(main.box, main.west, main.south, main.scale, "A")
    assert labels(inset, {"towns": town})[0].size < labels(main, {"towns": town})[0].size


def test_parcels_in_no_town_are_explained_and_the_title_has_no_double_gap(tmp_path: Path) -> None:
    parcels = district()
    pdf, _ = write(tmp_path / "none", parcels=parcels)
    assert "未落任何镇街" not in words(pdf)
    parcels["town"] = parcels["town"].astype(object)
    parcels.loc[["P00003", "P00004"], "town"] = None
    pdf, _ = write(tmp_path, parcels=parcels, title="甲区（虚构） 存量用地")
    assert "另有2宗地未落任何镇街" in words(pdf)
    assert PdfReader(pdf).metadata["/Title"] == "甲区（虚构）存量用地"


def test_names_on_a_map_do_not_lie_on_each_other() -> None:
    shapes = [shapely.box(x, 0, x + 300, 300) for x in range(0, 3000, 300)]
    many = gpd.GeoDataFrame(
        {"town": [f"第{n}街道办事处" for n in range(10)]}, geometry=shapes, crs=4549
    )
    main = overview(many, [0, 0, 100, 100], STEPS)
    placed = labels(main, {"towns": many})
    assert 0 < len(placed) < 10
    point = 0.0254 / 72 * main.scale
    for one in placed:
        for other in placed:
            if one is not other and abs(one.y - other.y) < one.size * point:
                assert abs(one.x - other.x) >= len(one.text) * one.size * point


@pytest.mark.parametrize("text", ["存量  3 宗", "用地边界  3006 宗 45933.2 亩（2 宗面积待核）" * 2])
def test_a_line_of_the_legend_stays_within_its_frame(text: str) -> None:
    figure = Figure(figsize=(2.5, 2.0))
    area = figure.add_axes((0, 0, 1, 1))
    area.set_xlim(0, 63.5)
    area.set_ylim(0, 50)
    furniture.write_within(area, 15.5, 20, text, 8.8)
    FigureCanvasAgg(figure).draw()
    (written,) = area.texts
    assert written.get_window_extent().x1 <= area.get_window_extent().x1
