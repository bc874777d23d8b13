"""What leaves by `export` and in the GeoPackage, opened and searched for what must not leave."""

from __future__ import annotations

import hashlib
import sqlite3
import time
import zipfile
from pathlib import Path
from xml.etree import ElementTree as Xml

import geopandas as gpd
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest

from landgov.errors import LandgovError
from landgov.layers.build import build_layers
from landgov.publish.export import export
from landgov.publish.geopackage import write_geopackage
from publish_case import AS_OF, SECRETS, district

ENDINGS = ("geojson", "json", "gpkg", "parquet", "fgb", "shp", "csv", "xlsx")


def result():
    made = district()
    made.report = {"as_of": "2022-12-31"}
    for name in ("low_efficiency", "two_high", "four_without", "collective"):
        made.parcels[f"{name}_mu"] = 0.0
        made.parcels[f"{name}_unknown_mu"] = 0.0
    return made


def everything(folder: Path) -> str:
    """All that the files of a folder say: raw bytes, and what is packed inside them, as text."""
    said = []
    for path in folder.iterdir():
        said.append(path.read_bytes().decode("utf-8", errors="replace"))
        said.append(path.read_bytes().decode("utf-16-le", errors="replace"))
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                said += [archive.read(name).decode("utf-8") for name in archive.namelist()]
        elif path.suffix == ".gpkg":
            with sqlite3.connect(path) as base:
                names = [
                    row[0]
                    for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                ]
                for name in names:
                    if "rtree" not in name:
                        said.append(repr(base.execute(f'SELECT * FROM "{name}"').fetchall()))
        elif path.suffix == ".parquet":
            table = pq.read_table(path)
            said += [
                repr(table.drop_columns(["geometry"]).to_pydict()),
                repr(table.schema.metadata),
            ]
        elif path.suffix in (".fgb", ".shp"):
            said.append(repr(pyogrio.read_dataframe(path).drop(columns="geometry").to_dict("list")))
    return "\n".join(said)


@pytest.mark.parametrize("audience", ["public", "park_system"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_no_format_lets_a_secret_out(tmp_path, ending, audience):
    export(result(), profile=audience, to=tmp_path / f"x.{ending}")
    said = everything(tmp_path)
    assert "330604001001GB00002" in said
    assert [secret for secret in SECRETS if secret in said] == []
    assert "tax" not in said


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_search_does_find_what_the_internal_profile_is_given(tmp_path, ending):
    export(result(), profile="internal", to=tmp_path / f"x.{ending}")
    said = everything(tmp_path)
    assert "48.79655" in said
    assert "绝密机电" in said


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_result_is_the_same_bytes_a_second_later(tmp_path, ending):
    export(result(), profile="internal", to=tmp_path / "a" / f"x.{ending}")
    time.sleep(1.1)  # stamps of one second would differ now
    export(result(), profile="internal", to=tmp_path / "b" / f"x.{ending}")
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "parquet", "fgb", "shp"])
def test_answers_read_back_with_geopandas(tmp_path, ending):
    made = result()
    path = tmp_path / f"x.{ending}"
    assert export(made, profile="public", to=path) == 6
    layer = {"layer": "parcels"} if ending == "gpkg" else {}
    back = gpd.read_parquet(path) if ending == "parquet" else gpd.read_file(path, **layer)
    key = "id" if ending == "geojson" else "parcel_id"
    back = back.sort_values(key)
    short = "low_effici" if ending == "shp" else "low_efficiency"
    assert back[key].tolist() == made.parcels.index.tolist()
    assert back[short].tolist() == made.parcels["low_efficiency"].tolist()
    assert back["town"].tolist() == made.parcels["town"].tolist()
    assert back.to_crs(4549).area.to_numpy() == pytest.approx(10_000, abs=20)


def test_an_unknown_ending_is_refused_and_those_there_are_are_listed(tmp_path):
    with pytest.raises(LandgovError) as refusal:
        export(result(), profile="public", to=tmp_path / "x.dwg")
    for ending in ENDINGS:
        assert f".{ending}" in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_profile_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(LandgovError, match="press"):
        export(result(), profile="press", to=tmp_path / "x.geojson")
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "x.geojson"
    export(result(), profile="public", to=path)
    before = path.read_bytes()
    broken = result()
    broken.parcels = broken.parcels.set_crs(2385, allow_override=True)
    with pytest.raises(LandgovError):
        export(broken, profile="public", to=path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["x.geojson"]


def test_short_names_of_a_shapefile_stand_beside_it_with_their_chinese_names(tmp_path):
    made = result()
    made.parcels["pathway_reasons"] = "理" * 85  # 255 bytes
    export(made, profile="internal", to=tmp_path / "x.shp")
    names = pd.read_csv(tmp_path / "x.fields.csv").set_index("name")
    fields = pyogrio.read_info(tmp_path / "x.shp")["fields"]
    assert names["short"].tolist() == list(fields)
    assert names["short"].str.len().max() <= 10
    assert names.loc["land_mu", ["zh", "unit"]].tolist() == ["统计面积", "亩"]
    assert names.loc["pathway_reasons", "cut_values"] == 6
    assert set(gpd.read_file(tmp_path / "x.shp")["pathway_re"]) == {"理" * 84}
    assert (tmp_path / "x.cpg").read_text().upper() == "UTF-8"


def test_a_cell_that_a_spreadsheet_would_run_is_disarmed_in_csv(tmp_path):
    made = result()
    made.parcels["town"] = ["=1+1", "+1", "-1", "@a", "东关街道", "a=b"]
    export(made, profile="public", to=tmp_path / "x.csv")
    towns = pd.read_csv(tmp_path / "x.csv", dtype=str)["town"].tolist()
    assert towns == ["'=1+1", "'+1", "'-1", "'@a", "东关街道", "a=b"]


def test_xlsx_export_has_chinese_headings_with_units(tmp_path):
    export(result(), profile="public", to=tmp_path / "x.xlsx")
    headings = [cell.value for cell in openpyxl.load_workbook(tmp_path / "x.xlsx")["地块"][3]]
    assert headings[:3] == ["宗地代码", "镇街", "镇街代码"]
    assert "实测面积（亩）" in headings


def test_xlsx_export_has_chinese_words_and_csv_the_codes(tmp_path):
    made = result()
    made.parcels["mortgaged_to_bank"] = pd.array([True, False, None] * 2, dtype="boolean")
    for ending in ("xlsx", "csv"):
        export(made, profile="internal", to=tmp_path / f"x.{ending}")
    sheet = pd.read_excel(tmp_path / "x.xlsx", header=2, engine="openpyxl")
    assert sheet["低效企业用地"].tolist() == ["否", "是", "待核", "否", "待核", "否"]
    assert sheet["平台级别"].dropna().unique().tolist() == ["国家级"]
    assert sheet["土地状态"].tolist()[:4] == ["已供已用", "低效", "待核", "闲置"]
    assert sheet["土地所有权性质"].tolist()[:2] == ["国有", "集体"]
    assert sheet["是否银行抵押"].tolist() == ["是", "否", "待核"] * 2
    assert sheet["建议批次"].tolist()[:2] == ["保持现状", "整治提升"]
    table = pd.read_csv(tmp_path / "x.csv")
    assert table["low_efficiency"].tolist()[:3] == ["no", "yes", "unknown"]
    assert table["platform_level"].tolist()[0] == "national"


@pytest.mark.parametrize("audience", ["public", "park_system", "internal"])
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("lost", [1, 6])
def test_parcels_without_a_shape_leave_with_the_others(tmp_path, ending, audience, lost):
    made = result()
    made.parcels.loc[made.parcels.index[:lost], "geometry"] = None
    path = tmp_path / f"x.{ending}"
    assert export(made, profile=audience, to=path) == 6
    if ending in ("csv", "xlsx"):
        return
    layer = {"layer": "parcels"} if ending == "gpkg" else {}
    back = gpd.read_parquet(path) if ending == "parquet" else gpd.read_file(path, **layer)
    assert len(back) == 6
    assert int((back.geometry.isna() | back.geometry.is_empty).sum()) == lost


@pytest.fixture
def package(tmp_path):
    made = result()
    towns = gpd.GeoDataFrame(
        {"town": ["东关街道"]},
        index=pd.Index(["330604002"], name="town_code"),
        geometry=[made.parcels.union_all().envelope],
        crs=4549,
    )
    layers = build_layers(made.parcels, towns=towns)
    path = tmp_path / "landgov.gpkg"
    write_geopackage({"parcels": made.parcels, "towns": towns}, layers, path, as_of=AS_OF)
    return path, layers, made


def test_each_layer_of_the_plan_is_a_view_with_exactly_its_members_and_those_in_doubt(package):
    path, layers, _ = package
    for layer in layers:
        if layer.table == "parcels" and layer.key != "base":
            rows = pyogrio.read_dataframe(path, layer=layer.word)
            members = set().union(*(entry.members for entry in layer.classes))
            assert set(rows["parcel_id"]) == members, layer.word


def test_the_four_layers_asked_for_are_there_and_parcels_are_stored_once(package):
    path, _, _ = package
    names = {row[0] for row in pyogrio.list_layers(path)}
    assert {"parcels", "towns", "存量", "低效", "闲置", "待开发"} <= names
    with sqlite3.connect(path) as base:
        kinds = dict(base.execute("SELECT name, type FROM sqlite_master"))
    assert kinds["parcels"] == "table"
    assert {kinds[name] for name in ("存量", "低效", "闲置", "待开发")} == {"view"}


def test_every_layer_has_a_default_style_with_the_fill_and_words_of_its_classes(package):
    path, layers, _ = package
    with sqlite3.connect(path) as base:
        styles = {
            row[0]: row[1]
            for row in base.execute(
                "SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault"
            )
        }
    for layer in layers:
        name = {"base": "parcels", "towns": "towns"}.get(layer.key, layer.word)
        if layer.table == "platforms":
            continue
        root = Xml.fromstring(styles[name])
        rules = list(root.iter("rule"))
        assert [rule.get("label") for rule in rules] == [entry.word for entry in layer.classes]
        for entry, symbol in zip(layer.classes, root.iter("symbol"), strict=True):
            assert (len(list(symbol.iter("layer"))) == 2) == (entry.symbol.hatch != "none")


def test_filters_of_the_style_name_only_columns_that_are_there(package):
    path, _, _ = package
    with sqlite3.connect(path) as base:
        for name, style in base.execute("SELECT f_table_name, styleQML FROM layer_styles"):
            columns = {row[1] for row in base.execute(f'PRAGMA table_info("{name}")')}
            for rule in Xml.fromstring(style).iter("rule"):
                named = set((rule.get("filter") or "").split('"')[1::2])
                assert named <= columns


def test_idle_layer_of_the_public_shows_the_idle_parcels_without_the_cause(tmp_path):
    export(result(), profile="public", to=tmp_path / "x.gpkg")
    rows = pyogrio.read_dataframe(tmp_path / "x.gpkg", layer="闲置")
    assert rows["parcel_id"].tolist() == ["330604001001GB00004"]
    assert "idle" not in rows.columns


def test_package_is_version_1_2_and_dated_as_of_everywhere(package):
    path, _, _ = package
    with sqlite3.connect(path) as base:
        assert base.execute("PRAGMA user_version").fetchone() == (10200,)
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        dates = {row[0] for row in base.execute("SELECT last_change FROM gpkg_contents")}
        dates |= {row[0] for row in base.execute("SELECT update_time FROM layer_styles")}
    assert dates == {"2022-12-31T00:00:00.000Z"}


def test_package_of_shuffled_parcels_is_the_same_bytes(tmp_path):
    made = result()
    layers = build_layers(made.parcels)
    digests = set()
    for number, parcels in enumerate([made.parcels, made.parcels.iloc[::-1]]):
        write_geopackage({"parcels": parcels}, layers, tmp_path / f"{number}.gpkg", as_of=AS_OF)
        digests.add(hashlib.sha256((tmp_path / f"{number}.gpkg").read_bytes()).hexdigest())
    assert len(digests) == 1
