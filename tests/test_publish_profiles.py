"""What each audience is given."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

from case import Case
from landgov import schema
from landgov.errors import LandgovError
from landgov.publish import profiles as p
from publish_case import district

PUBLIC = {
    "parcel_id", "town", "town_code", "platform_id", "platform", "platform_level", "area_mu",
    "in_scope", "low_efficiency", "three_low", "two_high", "four_without", "collective",
    "land_state", "stock", "geometry",
}  # fmt: skip


def test_the_public_is_given_exactly_area_place_state_and_categories():
    assert set(p.profile("public").columns("parcels")) == PUBLIC


def test_the_public_is_given_no_table_but_the_parcels():
    given = [table for table in p.result_tables() if p.profile("public").columns(table)]
    assert given == ["parcels"]


def test_the_park_system_is_given_what_the_public_is_and_the_land_but_no_money():
    columns = set(p.profile("park_system").columns("parcels"))
    assert columns > PUBLIC
    assert {"land_code", "plot_ratio", "land_mu", "unit", "block", "site", "pathway"} <= columns
    for table in p.result_tables():
        for name in p.profile("park_system").columns(table):
            assert "tax" not in name, f"{table}.{name}"
            assert "万元" not in p.fields(table)[name].unit, f"{table}.{name}"


@pytest.mark.parametrize(
    "column",
    ["tax_per_mu", "value_added_per_mu", "holder_name", "enterprise_names", "pathway_reasons"],
)
def test_money_names_and_sentences_that_quote_them_are_internal_only(column):
    assert p.fields("parcels")[column].profiles == {"internal"}
    assert p.fields("parcels")[column].sensitivity == "confidential"


def test_what_is_public_by_sensitivity_is_what_the_public_is_given():
    for table in p.result_tables():
        for name, field in p.fields(table).items():
            assert (field.sensitivity == "public") == ("public" in field.profiles), (
                f"{table}.{name}"
            )


def test_whoever_is_given_less_is_given_a_part_of_what_the_next_is_given():
    for table in p.result_tables():
        public, park, internal = (set(each.columns(table)) for each in p.profiles())
        assert public <= park <= internal == set(p.fields(table))


def test_an_unknown_profile_is_refused_and_those_there_are_are_listed():
    with pytest.raises(LandgovError) as refusal:
        p.profile("press")
    for name in ("press", "public", "park_system", "internal"):
        assert name in str(refusal.value)


def test_a_column_that_the_schema_does_not_know_leaves_under_no_profile():
    parcels = district().parcels.assign(scratch=1)
    assert p.undeclared(parcels, "parcels") == ("scratch",)
    for each in p.profiles():
        assert "scratch" not in p.select(parcels, "parcels", each).columns


def test_a_table_that_an_audience_is_not_given_is_refused():
    with pytest.raises(LandgovError, match="enterprises"):
        p.select(district().enterprises, "enterprises", "public")


def test_selecting_keeps_index_crs_and_order_and_leaves_the_frame_alone():
    parcels = district().parcels
    before = parcels.copy()
    kept = p.select(parcels, "parcels", "public")
    assert isinstance(kept, gpd.GeoDataFrame)
    assert kept.crs == parcels.crs
    assert kept.index.equals(parcels.index)
    assert list(kept.columns) == [name for name in parcels.columns if name in PUBLIC]
    pd.testing.assert_frame_equal(parcels, before)


def test_every_code_list_named_by_a_column_has_its_chinese_words():
    for table in p.result_tables():
        for field in p.fields(table).values():
            if field.codes:
                assert all(p.terms(field.codes).values()), f"{table}.{field.name}"


def test_every_issue_kind_and_finding_kind_has_a_short_chinese_term():
    assert {code.code for code in schema.codes("finding_kind")} <= set(p.terms("rule"))
    with (
        schema.files("landgov.schema").joinpath("issue_kinds.csv").open(encoding="utf-8") as stream
    ):
        kinds = {line.split(",")[0] for line in stream} - {"kind"}
    assert kinds - set(p.terms("issue_kind")) == set()


def test_every_column_of_a_real_result_but_row_pointers_is_declared(tmp_path):
    case = Case(tmp_path).parcels({"parcel_id": "A"}, {"parcel_id": "B"}, gap=0.2)
    case.table("enterprises", {"enterprise_id": "E", "name": "甲公司"})
    case.table("links", {"parcel_id": "A", "enterprise_id": "E", "role": "owner"})
    result = case.run()
    for table in p.result_tables():
        found = set(p.undeclared(getattr(result, table), table))
        assert found <= {"enterprise_row", "year_row"}, table
