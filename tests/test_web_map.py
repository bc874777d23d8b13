"""The web page: one file, no network, legend with counts, popup, search; seen in a real browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from landgov.errors import LandgovError
from landgov.layers import build_layers
from landgov.maps import write_web_map
from landgov.maps.blocks import as_json, data_block
from map_sample import HOSTILE, district, platforms, towns

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def write(folder: Path, parcels: gpd.GeoDataFrame, profile: str = "internal", **more: Any) -> Path:
    context = {"platforms": platforms(), "towns": towns()}
    layers = build_layers(parcels, profile=profile, **context)
    facts: dict[str, Any] = {
        "title": "工业用地一张图",
        "as_of": date(2022, 12, 31),
        "source": "各部门清单",
        "confidential": True,
        "remark": "虚构演示数据",
    }
    return write_web_map(layers, parcels, folder / "index.html", **(facts | context | more))


def test_the_page_names_no_outside_address(tmp_path: Path) -> None:
    text = write(tmp_path, district()).read_text(encoding="utf-8")
    assert not re.findall(r"(?:src|href|action|data)\s*=\s*[\"']?\s*(?:https?:)?//", text)
    assert not re.findall(r"url\(\s*[\"']?(?!data:)", text)
    assert "@import" not in text
    assert "sourceMappingURL" not in text
    # The name of the SVG language is the only thing that looks like an address.
    assert set(re.findall(r"https?://[^\s\"'<>)]*", text)) <= {"http://www.w3.org/2000/svg"}


def test_the_same_input_gives_the_same_page_whatever_the_row_order(tmp_path: Path) -> None:
    parcels = district(40)
    first = write(tmp_path / "a", parcels).read_bytes()
    second = write(tmp_path / "b", parcels.sample(frac=1, random_state=5)).read_bytes()
    assert first == second


def test_the_page_does_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from test_web_map import write, district;"
        "write(Path(sys.argv[1]), district())"
    )
    pages = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": str(Path(__file__).parent),
        }
        subprocess.run([sys.executable, "-c", script, str(folder)], check=True, env=environment)
        pages.append((folder / "index.html").read_bytes())
    assert pages[0] == pages[1]


def test_twenty_thousand_parcels_make_a_page_of_at_most_ten_megabytes(tmp_path: Path) -> None:
    assert write(tmp_path, district(20_000)).stat().st_size <= 10_000_000


def test_columns_that_the_audience_does_not_get_are_nowhere_in_the_page(tmp_path: Path) -> None:
    parcels = district()
    assert "上虞第3机械厂" in write(tmp_path, parcels).read_text(encoding="utf-8")
    public = parcels.drop(columns=["enterprise_names", "tax_per_mu"])
    text = write(tmp_path, public, profile="public").read_text(encoding="utf-8")
    assert "机械厂" not in text
    assert "亩均税收" not in text.replace("亩均税收 4.80", "")
    assert "enterprise_names" not in as_json(data_block((), public))


def test_parcels_without_crs_are_refused(tmp_path: Path) -> None:
    parcels = district()
    with pytest.raises(LandgovError, match="no CRS"):
        write(tmp_path, gpd.GeoDataFrame(parcels.set_crs(None, allow_override=True)))


# --- in the browser ---------------------------------------------------------------------------


class Tab:
    """A page in Chromium with the network cut, and what it did."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.asked: list[str] = []
        self.said: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("dialog", lambda dialog: self.said.append(dialog.message))

    def open(self, path: Path) -> Any:
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("body[data-ready]", timeout=30_000)
        self.page.wait_for_timeout(300)
        return self.page

    def pixel(self, parcel: str) -> list[int]:
        """Colour in the middle of a parcel."""
        return self.page.evaluate(
            """parcel => {
              const block = JSON.parse(document.getElementById('landgov-data').textContent);
              landgov.page.go(block.ids.indexOf(parcel));
              landgov.page.map.closePopup();
              landgov.page.map.setView(landgov.page.middle(block.ids.indexOf(parcel)), 17, { animate: false });
              return new Promise(done => setTimeout(() => {
                const map = landgov.page.map, canvas = document.querySelector('.leaflet-parcels-pane canvas');
                const box = canvas.getBoundingClientRect(), shown = map.getContainer().getBoundingClientRect();
                const ratio = canvas.width / box.width, size = map.getSize();
                const x = (shown.left + size.x / 2 - box.left) * ratio, y = (shown.top + size.y / 2 - box.top) * ratio;
                done(Array.from(canvas.getContext('2d').getImageData(x, y, 1, 1).data));
              }, 400));
            }""",
            parcel,
        )


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def tab(browser: Any) -> Iterator[Tab]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
    yield Tab(context.new_page())
    context.close()


@pytest.mark.browser
def test_the_page_opens_from_a_folder_without_any_request(tab: Tab, tmp_path: Path) -> None:
    path = write(tmp_path, district())
    page = tab.open(path)
    assert [url for url in tab.asked if not url.startswith("data:")] == [path.as_uri()]
    assert tab.said == []
    assert page.title() == "工业用地一张图"
    shown = page.inner_text("body")
    for words in ("内部", "虚构演示数据", "2022-12-31", "各部门清单", "北", "米"):
        assert words in shown


@pytest.mark.browser
def test_each_legend_entry_is_one_element_with_word_and_count(tab: Tab, tmp_path: Path) -> None:
    parcels = district()
    page = tab.open(write(tmp_path, parcels))
    for layer in build_layers(parcels, platforms=platforms(), towns=towns()):
        entry = page.locator(f"label[data-layer={layer.key}]")
        assert entry.count() == 1
        words = entry.inner_text()
        assert f"{layer.word} {layer.measure_word}" in words
        assert entry.get_attribute("data-count") == str(layer.count)
        if layer.has_unknown:
            assert f"待核 {layer.unknown_count} 宗" in words


@pytest.mark.browser
def test_switching_layers_changes_the_paint_of_their_parcels(tab: Tab, tmp_path: Path) -> None:
    page = tab.open(write(tmp_path, district()))
    idle = tab.pixel("P00004")
    assert idle[:3] == [0xD5, 0x5E, 0x00]
    page.locator("label[data-layer=idle] input").uncheck()
    assert tab.pixel("P00004")[:3] == [0xA9, 0xD8, 0xF3]  # the stock beneath
    page.locator("label[data-layer=stock] input").uncheck()
    assert tab.pixel("P00004")[:3] == [0xEC, 0xEC, 0xEA]  # the bare parcel
    page.locator("label[data-layer=base] input").uncheck()
    assert tab.pixel("P00004")[3] == 0


@pytest.mark.browser
def test_a_parcel_in_two_layers_shows_both_colours(tab: Tab, tmp_path: Path) -> None:
    page = tab.open(write(tmp_path, district()))
    page.locator("label[data-layer=two_high] input").check()
    tab.pixel("P00000")
    colours = page.evaluate(
        """() => {
          const canvas = document.querySelector('.leaflet-parcels-pane canvas'), found = new Set();
          const all = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          for (let i = 0; i < all.length; i += 4) { found.add([all[i], all[i + 1], all[i + 2]].join()); }
          return Array.from(found);
        }"""
    )
    assert "230,159,0" in colours
    assert "204,121,167" in colours


@pytest.mark.browser
@pytest.mark.parametrize("words", ["P00007", "第7机械", "滨海路7号"])
def test_search_finds_a_parcel_by_id_enterprise_or_place(
    tab: Tab, tmp_path: Path, words: str
) -> None:
    page = tab.open(write(tmp_path, district()))
    page.fill("#search", words)
    assert page.locator("#found li").first.inner_text().startswith("P00007")
    page.press("#search", "Enter")
    popup = page.inner_text(".leaflet-popup-content")
    for fact in ("地块 P00007", "沥海街道", "10.00 亩", "发证面积", "国有", "上虞第7机械厂",
                 "4.80 万元/亩", "建议", "整治提升", "亩均税收 4.80 ≤ 5 万元/亩", "待核"):  # fmt: skip
        assert fact in popup


@pytest.mark.browser
@pytest.mark.parametrize("words", ["沥海街道", "滨海园"])
def test_search_leads_to_all_parcels_of_a_town_or_platform(
    tab: Tab, tmp_path: Path, words: str
) -> None:
    parcels = district(30)
    parcels.loc[parcels.index[3:], ["town", "platform"]] = ["东关街道", "东关园"]
    far = parcels.geometry.iloc[3:].translate(20_000.0, 9_000.0)
    parcels.loc[parcels.index[3:], "geometry"] = far
    page = tab.open(write(tmp_path, parcels))
    page.fill("#search", words)
    assert page.locator("#found li").first.inner_text().split() == [
        words,
        f"{'平台' if words.endswith('园') else '镇街'}，3",
        "宗",
    ]
    page.press("#search", "Enter")
    seen = page.evaluate(
        "() => [0, 2, 29].map(i => landgov.page.map.getBounds().contains(landgov.page.middle(i)))"
    )
    assert seen == [True, True, False]


@pytest.mark.browser
def test_an_enterprise_is_found_by_its_code_where_codes_are_given(tab: Tab, tmp_path: Path) -> None:
    parcels = district()
    page = tab.open(write(tmp_path / "without", parcels))
    page.fill("#search", "91330604X")
    assert page.inner_text("#found") == "没有找到"
    parcels["enterprise_ids"] = [f"91330604X{number:09d}" for number in range(len(parcels))]
    page = tab.open(write(tmp_path / "with", parcels))
    page.fill("#search", "91330604X000000007")
    assert page.locator("#found li").first.inner_text().startswith("P00007")


@pytest.mark.browser
def test_a_long_list_says_how_many_more_there_are(tab: Tab, tmp_path: Path) -> None:
    page = tab.open(write(tmp_path, district(40)))
    page.fill("#search", "机械厂")
    assert page.locator("#found li").count() == 13
    assert page.locator("#found li").last.inner_text().startswith("还有 28 条")


@pytest.mark.browser
def test_a_search_that_fails_closes_the_old_answer_and_says_so(tab: Tab, tmp_path: Path) -> None:
    page = tab.open(write(tmp_path, district()))
    page.fill("#search", "P00007")
    page.press("#search", "Enter")
    assert page.locator(".leaflet-popup").count() == 1
    page.fill("#search", "没有这个厂")
    page.press("#search", "Enter")
    assert page.inner_text("#found") == "没有找到"
    page.wait_for_selector(".leaflet-popup", state="detached", timeout=3000)


@pytest.mark.browser
def test_escape_closes_the_answer_while_the_search_box_has_the_focus(
    tab: Tab, tmp_path: Path
) -> None:
    page = tab.open(write(tmp_path, district()))
    page.fill("#search", "P00007")
    page.press("#search", "Enter")
    assert page.locator(".leaflet-popup").count() == 1
    page.press("#search", "Escape")
    page.wait_for_selector(".leaflet-popup", state="detached", timeout=3000)
    assert page.locator("path.mark").count() == 0


@pytest.mark.browser
def test_the_outline_of_the_found_parcel_lies_above_all_parcels_and_lets_clicks_through(
    tab: Tab, tmp_path: Path
) -> None:
    page = tab.open(write(tmp_path, district()))
    page.fill("#search", "P00007")
    page.press("#search", "Enter")
    assert page.locator("path.mark").count() == 2
    over, under, events = page.evaluate(
        """() => ['.leaflet-mark-pane', '.leaflet-parcels-pane'].map(
             name => +getComputedStyle(document.querySelector(name)).zIndex
           ).concat(getComputedStyle(document.querySelector('.leaflet-mark-pane')).pointerEvents)"""
    )
    assert over > under
    assert events == "none"


@pytest.mark.browser
def test_nothing_is_judged_of_land_that_is_not_industrial(tab: Tab, tmp_path: Path) -> None:
    parcels = district()
    parcels["in_scope"] = "yes"
    parcels.loc["P00007", "in_scope"] = "no"
    page = tab.open(write(tmp_path, parcels))
    for parcel, judged in (("P00006", True), ("P00007", False)):
        page.fill("#search", parcel)
        page.press("#search", "Enter")
        popup = page.inner_text(".leaflet-popup-content >> nth=-1")
        assert f"地块 {parcel}" in popup
        assert ("动工开发" in popup) == judged
        assert ("用地状态" in popup) == judged


@pytest.mark.browser
def test_a_click_on_a_parcel_opens_its_facts_and_idle_is_only_suspected(
    tab: Tab, tmp_path: Path
) -> None:
    page = tab.open(write(tmp_path, district()))
    page.fill("#search", "P00004")
    page.press("#search", "Enter")
    tab.pixel("P00004")  # brings it into the middle, popup closed
    box = page.locator(".folium-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    popup = page.inner_text(".leaflet-popup-content")
    assert "地块 P00004" in popup
    assert "疑似闲置" in popup


@pytest.mark.browser
def test_names_that_try_to_do_harm_are_shown_as_text(tab: Tab, tmp_path: Path) -> None:
    parcels = district()
    parcels["enterprise_names"] = HOSTILE
    parcels["town"] = HOSTILE
    path = write(tmp_path, parcels, title=HOSTILE, source=HOSTILE, remark=HOSTILE)
    page = tab.open(path)
    page.fill("#search", "P00002")
    page.press("#search", "Enter")
    assert HOSTILE in page.inner_text(".leaflet-popup-content")
    assert page.inner_text("h1") == HOSTILE
    assert page.evaluate("window.harmed") is None
    assert "{{7*7}}" in page.locator(".place.town").last.inner_text()
    assert tab.said == []
    assert [url for url in tab.asked if not url.startswith("data:")] == [path.as_uri()]


@pytest.mark.browser
def test_twenty_thousand_parcels_open_in_some_seconds(tab: Tab, tmp_path: Path) -> None:
    page = tab.open(write(tmp_path, district(20_000)))
    spent = page.evaluate("performance.timing.domComplete - performance.timing.navigationStart")
    assert spent < 15_000
    assert "存量 16668 宗" in page.inner_text("label[data-layer=stock]")


@pytest.mark.browser
def test_a_district_without_parcels_or_shapes_still_opens(tab: Tab, tmp_path: Path) -> None:
    tab.open(write(tmp_path / "none", district().iloc[:0]))
    parcels = district()
    parcels["geometry"] = gpd.GeoSeries([None] * len(parcels), index=parcels.index, crs=4549)
    page = tab.open(write(tmp_path / "shapeless", parcels))
    page.fill("#search", "P00001")
    assert "无图形" in page.inner_text("#found")
    assert tab.said == []
    assert "存量 10 宗" in page.inner_text("label[data-layer=stock]")


def test_the_page_names_the_system_of_the_parcels_and_no_other(tmp_path):
    shape = gpd.GeoDataFrame(
        {"land_mu": [3.0], "in_scope": ["yes"], "stock": ["yes"]},
        index=["A"],
        geometry=[shapely.box(231_000, 901_000, 231_100, 901_100)],
        crs=26986,
    )
    layers = build_layers(shape, profile="public")
    path = write_web_map(
        layers, shape, tmp_path / "map.html", title="图", as_of=date(2022, 6, 30),
        source="测试", confidential=False,
    )  # fmt: skip
    text = path.read_text(encoding="utf-8")
    assert "坐标系：NAD83 / Massachusetts Mainland" in text
    assert "CGCS2000" not in text
