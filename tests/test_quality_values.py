"""Codes, towns, dates, areas, rights, shares and contradictions: on the line and beside it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from case import EAST, NORTH, Case
from landgov import codes
from landgov.demo import make_demo
from landgov.errors import LandgovError
from landgov.policies import load_policy
from landgov.quality import Checked, check_tables, unmatched
from landgov.quality.agreement import _owner_of
from landgov.quality.town_codes import town_list
from landgov.register import build_register
from landgov.sources import load

STATE, COLLECTIVE = "330604001001GB00001", "330604001001JB00001"
# Registered codes (public), and one of a village collective worked out by the standard.
FIRM, OTHER, THIRD = "91330604609674830U", "913306046651737746", "91330604146165334B"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
AS_OF = date(2022, 12, 31)


def completed(head: str) -> str:
    """Add the check character to 17 characters, by the text of GB 32100 in plain loops."""
    total = sum(ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(head))
    return head + ALPHABET[(31 - total % 31) % 31]


def inner_check(body: str) -> str:
    """Check character of an organisation code, by the text of GB 11714 in plain loops."""
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(signs.index(sign) * weight for sign, weight in zip(body, weights, strict=True))
    rest = 11 - total % 11
    return "X" if rest == 10 else "0" if rest == 11 else str(rest)


def checked(case: Case) -> Checked:
    return check_tables(*load(case.write()))


def said(case: Case, kind: str) -> list[tuple[str, str, str]]:
    """Key, field and value of the issues of one kind."""
    issues = checked(case).issues
    rows = issues[issues["kind"] == kind]
    return list(rows[["key", "field", "value"]].itertuples(index=False, name=None))


def words(case: Case, kind: str) -> tuple[str, str]:
    """Messages of the only issue of one kind."""
    issues = checked(case).issues
    (row,) = issues[issues["kind"] == kind].to_dict("records")
    return row["message"], row["message_en"]


def firms(case: Case, *ids: str) -> Case:
    return case.table("enterprises", *({"enterprise_id": each, "name": each} for each in ids))


def parcel(**facts: Any) -> dict[str, Any]:
    return {"parcel_id": STATE, **facts}


# ---- credit codes ---------------------------------------------------------------


def test_a_wrong_check_character_is_told_and_a_right_code_is_not(tmp_path: Path):
    case = firms(Case(tmp_path).parcels(parcel()), FIRM, "913306046096748301", OTHER)
    assert said(case, "bad_credit_code") == [
        ("913306046096748301", "enterprise_id", "913306046096748301")
    ]


def test_a_village_collective_s_code_beginning_with_n_is_no_fault(tmp_path: Path):
    body = "12345678"
    village = completed("N2330604" + body + inner_check(body))
    case = firms(Case(tmp_path).parcels(parcel(holder_id=village)), FIRM, village)
    issues = checked(case).issues
    assert not issues["kind"].isin(["bad_credit_code", "bad_organisation_code"]).any()


def test_a_letter_o_for_a_nought_is_suggested_and_never_changed(tmp_path: Path):
    wrong = FIRM.replace("0", "O")
    case = firms(Case(tmp_path).parcels(parcel()), wrong, OTHER, THIRD)
    zh, en = words(case, "bad_credit_code")
    assert f"是否为 {FIRM}？" in zh
    assert f"did you mean {FIRM}?" in en
    assert wrong in checked(case).frame("enterprises").index


def test_what_still_fails_with_noughts_for_os_is_not_suggested(tmp_path: Path):
    wrong = "91330604609674831U".replace("0", "O")
    case = firms(Case(tmp_path).parcels(parcel()), wrong, OTHER, THIRD)
    assert "是否为" not in words(case, "bad_credit_code")[0]


@pytest.mark.parametrize(
    ("old", "named"),
    [("330682000012345", "15位工商注册号"), ("60967483-0", "9位组织机构代码")],
    ids=["a registration number of 15 digits", "an organisation code of 9 characters"],
)
def test_a_code_of_former_days_is_named_as_such(tmp_path: Path, old: str, named: str):
    case = firms(Case(tmp_path).parcels(parcel()), old, OTHER, THIRD)
    assert named in words(case, "bad_credit_code")[0]


def test_a_code_with_a_wrong_inner_check_and_a_right_outer_one_has_its_own_kind(tmp_path: Path):
    wrong = completed("91330604" + "60967483" + "1")  # the inner check character is 0
    case = firms(Case(tmp_path).parcels(parcel()), wrong, OTHER)
    assert said(case, "bad_organisation_code") == [(wrong, "enterprise_id", wrong)]
    assert said(case, "bad_credit_code") == []


def test_a_code_in_other_tables_is_told_once_a_table_and_not_if_the_list_has_it(tmp_path: Path):
    bad, listed = "91330604609674830X", "913306046651737740"
    case = Case(tmp_path).parcels(
        parcel(holder_id=bad), {"parcel_id": COLLECTIVE, "ownership": "collective"}
    )
    firms(case, FIRM, THIRD, OTHER, listed)
    case.table(
        "links",
        *(
            {"parcel_id": each, "enterprise_id": one, "role": "user", "lessor_id": bad}
            for each in (STATE, COLLECTIVE)
            for one in (bad, listed, FIRM, THIRD)
        ),
    )
    issues = checked(case).issues
    rows = issues[issues["kind"] == "bad_credit_code"]
    assert sorted(zip(rows["table"], rows["value"], strict=True)) == [
        ("enterprises", listed),
        ("links", bad),
    ]  # every other holder_id is missing, so that column is of another system


def test_the_identity_number_of_a_person_who_holds_land_is_no_fault(tmp_path: Path):
    person = "11010519491231002X"  # the example of GB 11643
    facts = [parcel(holder_id=person), {"parcel_id": COLLECTIVE, "ownership": "collective"}]
    facts += [{"parcel_id": f"330604001001GB0000{n}", "holder_id": FIRM} for n in (2, 3)]
    slip = parcel(parcel_id="330604001001GB00009", holder_id=person[:-1] + "1")
    assert said(Case(tmp_path).parcels(*facts), "bad_credit_code") == []
    (tmp_path / "b").mkdir()
    assert [v for *_, v in said(Case(tmp_path / "b").parcels(*facts, slip), "bad_credit_code")] == [
        person[:-1] + "1"
    ]


def test_codes_of_another_system_are_one_remark(tmp_path: Path):
    case = firms(Case(tmp_path).parcels(parcel()), "E1", "E2", FIRM)
    case.table("links", {"parcel_id": STATE, "enterprise_id": "E9", "role": "owner"})
    assert said(case, "bad_credit_code") == []
    assert said(case, "foreign_codes") == [("*", "enterprise_id", "2 / 3")]


@given(st.text("123459", min_size=1, max_size=1), st.text(ALPHABET, min_size=16, max_size=16))
def test_a_code_by_the_standard_passes_and_every_single_slip_is_found(first: str, rest: str):
    head = first + rest[0] + "330604" + rest[1:10]
    code = completed(head)
    slips = [
        code[:place] + sign + code[place + 1 :]
        for place in range(18)
        for sign in ALPHABET
        if sign != code[place]
    ]
    answers = codes.credit_code_ok(pd.Series([code, *slips], dtype="str"))
    assert bool(answers.iloc[0])
    assert not answers.iloc[1:].any()


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=8))
def test_an_organisation_code_passes_with_its_own_check_character_only(body: str):
    right = inner_check(body)
    signs = list("0123456789X")
    answers = codes.organisation_code_ok(pd.Series([body + sign for sign in signs], dtype="str"))
    assert [sign for sign, ok in zip(signs, answers, strict=True) if ok] == [right]


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=8))
def test_organisation_codes_agree_with_another_implementation(body: str):
    other = pytest.importorskip("stdnum.cn.uscc")
    head = "91330604" + body + inner_check(body)
    if set(head) <= set(ALPHABET):
        assert other.calc_check_digit(head + "0") == completed(head)[-1]


# ---- parcel codes ---------------------------------------------------------------


def test_the_district_its_former_digits_and_another_district(tmp_path: Path):
    ids = ["330604001001GB00001", "330682001001GB00001", "330602001001GB00001"]
    ids += ["330604001001GB00002W00000000"]
    case = Case(tmp_path).parcels(*({"parcel_id": each} for each in ids))
    assert said(case, "parcel_code_district") == [(ids[2], "parcel_id", ids[2])]
    assert sorted(checked(case).frame("parcels").index) == sorted(ids)


def test_the_owner_s_letter_is_held_against_the_ownership(tmp_path: Path):
    rows = [
        ("330604001001GB00001", "state"),
        ("330604001001GB00002", "collective"),
        ("330604001001JB00003", "state"),
        ("330604001001JB00004", "collective"),
        ("330604001001ZW00005", "state"),
        ("330604001001GB00006", None),
    ]
    case = Case(tmp_path).parcels(*({"parcel_id": i, "ownership": o} for i, o in rows))
    found = said(case, "parcel_code_ownership")
    assert [key for key, *_ in found] == ["330604001001GB00002", "330604001001JB00003"]


def test_a_parcel_code_with_a_letter_for_a_digit_is_suggested(tmp_path: Path):
    case = Case(tmp_path).parcels({"parcel_id": "33O604001001GB00001"}, {"parcel_id": COLLECTIVE})
    assert "是否为 330604001001GB00001？" in words(case, "bad_parcel_code")[0]


def test_data_of_another_district_are_one_remark(tmp_path: Path):
    ids = [f"330602001001GB{number:05d}" for number in range(3)]
    case = Case(tmp_path).parcels(*({"parcel_id": each} for each in ids))
    assert said(case, "parcel_code_district") == [("*", "parcel_id", "3 / 3")]


# ---- towns ----------------------------------------------------------------------


def town(code: str, name: str, place: int = 0) -> dict[str, Any]:
    east = EAST + place * 1000
    square = shapely.box(east, NORTH, east + 1000, NORTH + 1000)
    return {"town_code": code, "town": name, "geometry": square}


@pytest.mark.parametrize(
    ("code", "name", "kind", "part"),
    [
        ("330604001", "百官街道", "", ""),
        ("330604001", "百官", "", ""),
        ("330604104", "章镇", "", ""),
        ("330604100", "道墟镇", "old_town_code", "330604004 道墟街道"),
        ("330604004", "道墟镇", "old_town_code", "330604004 道墟街道"),
        ("330604100", "道墟街道", "old_town_code", "330604004 道墟街道"),
        ("330682001", "百官街道", "old_town_code", "330604001 百官街道"),
        ("330604002", "百官街道", "bad_town_code", "曹娥街道"),
        ("33060400", "百官街道", "bad_town_code", "不是9位数字"),
        ("330602001", "塔山街道", "bad_town_code", "不属于本区"),
        ("330604114", "沥海镇", "bad_town_code", "不在现行镇街名单中"),
    ],
)
def test_a_town_is_known_by_code_and_name(
    tmp_path: Path, code: str, name: str, kind: str, part: str
):
    case = Case(tmp_path).parcels(parcel()).areas("towns", town(code, name))
    issues = checked(case).issues
    found = issues[issues["kind"].isin(["bad_town_code", "old_town_code"])]
    assert found["kind"].tolist() == ([kind] if kind else [])
    assert not kind or part in found["message"].iloc[0]
    assert checked(case).frame("towns").index.tolist() == [code]


def test_a_policy_of_another_district_checks_no_towns(tmp_path: Path):
    text = 'id = "other"\nextends = "shangyu-2021-86"\ndistrict_codes = ["331003"]\n'
    (tmp_path / "other.toml").write_text(text, encoding="utf-8")
    assert town_list(load_policy(tmp_path / "other.toml", on=AS_OF)) is None
    case = Case(tmp_path, policy="other.toml").parcels({"parcel_id": "331003001001GB00001"})
    case.areas("towns", town("331003001", "东城街道"))
    assert checked(case).issues["severity"].tolist() == []


def test_the_list_has_the_twenty_towns_and_every_former_one_leads_to_one():
    official = town_list(load_policy("shangyu-2021-86", on=AS_OF))
    assert official is not None
    assert len(official.towns) == len(set(official.towns.values())) == 20
    assert set(official.codes.values()) == set(official.names.values()) <= set(official.towns)


@pytest.mark.parametrize(
    "line",
    [
        'district_codes = ["33060"]',
        'district_codes = "330604"',
        'district_code_aliases = { "330682" = "3306" }',
        '[town_codes]\n"33060400" = "百官街道"',
        '[former_town_codes]\n"330604100" = "道墟街道"',
    ],
)
def test_a_slip_in_the_codes_of_a_policy_is_told(tmp_path: Path, line: str):
    path = tmp_path / "slip.toml"
    path.write_text(f'id = "slip"\nextends = "shangyu-2021-86"\n{line}\n', encoding="utf-8")
    with pytest.raises(LandgovError):
        load_policy(path, on=AS_OF)


# ---- dates ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"signed_on": "2020-05-02", "delivered_on": "2020-05-01"}, "delivered_on"),
        ({"signed_on": "2020-05-01", "delivered_on": "2020-05-01"}, ""),
        ({"delivered_on": "2020-05-02", "agreed_start": "2020-05-01"}, "agreed_start"),
        (
            {
                "delivered_on": "2020-05-02",
                "agreed_start": "2020-05-01",
                "delay_cause": "government",
            },
            "",
        ),
        ({"signed_on": "2020-05-02", "agreed_start": "2020-05-01"}, "agreed_start"),
        ({"agreed_start": "2020-05-02", "agreed_completion": "2020-05-01"}, "agreed_completion"),
        ({"signed_on": "2020-05-02", "agreed_completion": "2020-05-01"}, "agreed_completion"),
        ({"actual_start": "2020-05-02", "suspended_on": "2020-05-01"}, "suspended_on"),
        ({"actual_start": "2019-05-02", "signed_on": "2020-05-01"}, ""),
    ],
)
def test_dates_of_a_contract_in_order(tmp_path: Path, facts: dict[str, str], field: str):
    case = Case(tmp_path).parcels(parcel())
    case.table("contracts", {"parcel_id": STATE, "kind": "primary", **facts})
    assert [name for _, name, _ in said(case, "dates_out_of_order")] == ([field] if field else [])


def test_a_cell_before_two_dates_is_one_issue_naming_the_nearest(tmp_path: Path):
    case = Case(tmp_path).parcels(parcel())
    facts = {"signed_on": "2020-01-01", "delivered_on": "2020-02-01", "agreed_start": "2019-01-01"}
    case.table("contracts", {"parcel_id": STATE, "kind": "primary", **facts})
    assert (
        "“约定开工日期”（2019-01-01）早于“交地日期”（2020-02-01）"
        in words(case, "dates_out_of_order")[0]
    )


def test_ends_before_beginnings_of_links_findings_and_exemptions(tmp_path: Path):
    case = firms(Case(tmp_path).parcels(parcel()), FIRM)
    link = {"parcel_id": STATE, "enterprise_id": FIRM, "role": "owner"}
    case.table("links", {**link, "from": "2020-01-02", "to": "2020-01-01"})
    found = {"finding_id": "F", "parcel_id": STATE, "kind": "fire"}
    case.table("findings", {**found, "found_on": "2020-01-02", "closed_on": "2020-01-01"})
    exempt = {"parcel_id": STATE, "rule": "low_tax"}
    case.table("exemptions", {**exempt, "from": "2020-01-02", "to": "2020-01-01"})
    fields = sorted(field for _, field, _ in said(case, "dates_out_of_order"))
    assert fields == ["closed_on", "to", "to"]


def test_a_stage_before_the_latest_of_the_stages_before_it(tmp_path: Path):
    case = Case(tmp_path).parcels(parcel())
    rows = [
        ("completed", "2020-06-01", "2020-03-01"),  # started on 2020-04-01: out of order
        ("signed", "2019-01-01", "2019-01-01"),
        ("started", "2020-01-01", "2020-04-01"),
        ("in_production", "2020-06-01", ""),
        ("at_capacity", "2020-05-31", "2020-03-31"),  # both out of order
    ]
    names = ("stage", "planned_on", "actual_on")
    case.table("stages", *({"parcel_id": STATE, **dict(zip(names, r, strict=True))} for r in rows))
    assert sorted(said(case, "dates_out_of_order")) == [
        (f"{STATE}|at_capacity", "actual_on", "2020-03-31"),
        (f"{STATE}|at_capacity", "planned_on", "2020-05-31"),
        (f"{STATE}|completed", "actual_on", "2020-03-01"),
    ]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"building_year": 2022}, ""),
        ({"building_year": 2023}, "building_year"),
        ({"occupied_since": "2022-12-31"}, ""),
        ({"occupied_since": "2023-01-01"}, "occupied_since"),
    ],
)
def test_what_the_state_of_a_parcel_can_t_know_yet(
    tmp_path: Path, facts: dict[str, Any], field: str
):
    found = said(Case(tmp_path).parcels(parcel(**facts)), "after_as_of")
    assert [name for _, name, _ in found] == ([field] if field else [])


def test_works_done_after_the_day_are_told_and_signatures_and_findings_are_not(tmp_path: Path):
    case = firms(Case(tmp_path).parcels(parcel()), FIRM)
    signed = {"signed_on": "2023-03-01", "agreed_start": "2023-06-01"}
    case.table(
        "contracts",
        {"parcel_id": STATE, "contract_no": "1", "kind": "primary", **signed},
        {
            "parcel_id": STATE,
            "contract_no": "2",
            "kind": "transfer",
            "actual_start": "2023-01-01",
        },
    )
    found = {"finding_id": "F", "parcel_id": STATE, "kind": "fire"}
    case.table("findings", {**found, "found_on": "2023-02-01", "closed_on": "2023-03-01"})
    link = {"parcel_id": STATE, "enterprise_id": FIRM, "role": "owner"}
    case.table("links", {**link, "from": "2023-02-01"})
    assert [field for _, field, _ in said(case, "after_as_of")] == ["actual_start"]


def test_a_file_newer_than_the_day_is_no_fault(tmp_path: Path):
    case = firms(Case(tmp_path).parcels(parcel()), FIRM)
    years = range(2000, 2090)
    case.table("enterprise_years", *({"enterprise_id": FIRM, "year": year} for year in years))
    assert said(case, "after_as_of") == []


# ---- areas and rights -----------------------------------------------------------

# A square of 100 m is 10 000 m², which is 15 亩; on the ellipsoid about 0.02 % less.
MEASURED = 14.9975


@pytest.mark.parametrize(
    ("side", "certificate", "wide"),
    [
        (100.0, MEASURED * 1.06, True),
        (100.0, MEASURED * 1.04, False),  # 0.6 亩, but under 5 %
        (100.0, MEASURED * 0.94, True),
        (50.0, MEASURED / 4 * 1.12, False),  # 12 %, but 0.45 亩
        (50.0, MEASURED / 4 * 1.14, True),  # 14 % and 0.52 亩
        (100.0, None, False),
        (100.0, 15.0, False),
    ],
)
def test_the_certificate_is_held_against_the_outline(
    tmp_path: Path, side: float, certificate: float | None, wide: bool
):
    case = Case(tmp_path).parcels(parcel(area_cert_mu=certificate, _side=side))
    assert bool(said(case, "area_mismatch")) is wide


def test_the_message_names_both_areas_and_their_difference(tmp_path: Path):
    case = Case(tmp_path).parcels(parcel(area_cert_mu=30.0))
    measured = float(checked(case).tables["parcels"].measured_mu.iloc[0])
    zh, en = words(case, "area_mismatch")
    assert "证载面积 30.0000 亩" in zh
    assert f"图形实测 {measured:.4f} 亩，相差 {30 - measured:+.4f} 亩" in zh
    assert f"off by {30 - measured:+.4f} mu" in en


def test_a_policy_without_the_tolerance_holds_no_certificate_against_anything(tmp_path: Path):
    # An entry without a value: the clause is off from its first day.
    text = (
        'id = "off"\nextends = "shangyu-2021-86"\n[[area_mismatch_share]]\nop = ">"\nunit = ""\n'
        'from = 2000-01-01\nclause = "-"\nquote = "-"\nreading = "-"\nstatus = "other_source"\n'
    )
    (tmp_path / "off.toml").write_text(text, encoding="utf-8")
    case = Case(tmp_path, policy="off.toml").parcels(parcel(area_cert_mu=30.0))
    assert said(case, "area_mismatch") == []


@pytest.mark.parametrize(
    ("right", "owner"),
    [
        ("国有建设用地使用权", "state"),
        ("国有建设用地使用权/房屋（构筑物）所有权", "state"),
        ("3", "state"),
        ("４", "state"),
        ("102", "state"),
        ("划拨", "state"),
        ("集体建设用地使用权", "collective"),
        ("7", "collective"),
        ("203", "collective"),
        ("宅基地使用权", "collective"),
        ("出让", ""),  # collective land is sold as well since 2020
        ("租赁", ""),
        ("9", ""),
        ("国有或集体", ""),
        ("", ""),
    ],
)
def test_what_a_type_of_right_presupposes(right: str, owner: str):
    assert _owner_of(right) == owner


def test_a_type_of_right_against_the_ownership(tmp_path: Path):
    rows = [("7", "state"), ("7", "collective"), ("3", "collective"), ("3", None), (None, "state")]
    facts = (
        {"parcel_id": f"P{n}", "right_type": right, "ownership": owner}
        for n, (right, owner) in enumerate(rows)
    )
    found = said(Case(tmp_path).parcels(*facts), "right_type_ownership")
    assert found == [("P0", "right_type", "7"), ("P2", "right_type", "3")]


# ---- links ----------------------------------------------------------------------


def link(firm: str, share: float | None = None, **more: Any) -> dict[str, Any]:
    row = {"parcel_id": STATE, "enterprise_id": firm, "role": "lessee", "share": share}
    return {**row, **more}


@pytest.mark.parametrize(
    ("links", "total"),
    [
        ([link(FIRM, 0.5), link(OTHER, 0.5)], ""),
        ([link(FIRM, 0.7), link(OTHER, 0.6)], "1.3"),
        ([link(FIRM, 0.7), link(OTHER, 0.6, to="2022-12-30")], ""),
        ([link(FIRM, 0.7), link(OTHER, 0.6, to="2022-12-31")], "1.3"),
        ([link(FIRM, 0.7), link(OTHER)], ""),
        ([link(FIRM, 1.0, role="owner"), link(OTHER, 0.4)], ""),  # comes off the owner
        ([link(FIRM, 1.0, role="owner"), link(OTHER, 0.6), link(THIRD, 0.5)], "1.1"),
        ([link(FIRM, 0.6, role="owner"), link(OTHER, 0.6, role="owner")], "1.2"),
        ([link(FIRM, 0.8), link(OTHER, 0.5, lessor_id=FIRM)], ""),  # a sub-tenant
        ([link(FIRM, 0.1), link(OTHER, 0.2), link(THIRD, 0.7)], ""),
    ],
)
def test_shares_of_a_parcel_over_one(tmp_path: Path, links: list[dict[str, Any]], total: str):
    case = firms(Case(tmp_path).parcels(parcel()), FIRM, OTHER, THIRD)
    case.table("links", *({"to": None, "lessor_id": None, **row} for row in links))
    found = said(case, "share_over_one")
    assert found == ([(STATE, "share", total)] if total else [])


def test_shares_over_one_are_told_once_with_the_names_and_not_as_land_too(tmp_path: Path):
    case = firms(Case(tmp_path).parcels(parcel()), FIRM, OTHER)
    case.table("links", link(FIRM, 0.7), link(OTHER, 0.6))
    opened, raws = load(case.write())
    done = check_tables(opened, raws)
    more: list[dict[str, Any]] = []
    build_register(opened, done, more)
    assert "over_allocated" not in {found["kind"] for found in more}
    zh, en = words(case, "share_over_one")
    assert f"{FIRM} 0.7、{OTHER} 0.6" in zh
    assert "1.3" in en


def test_a_stated_area_larger_than_the_parcel_is_told_by_the_ledger(tmp_path: Path):
    case = firms(Case(tmp_path).parcels(parcel(area_cert_mu=15.0)), FIRM)
    case.table("links", link(FIRM, area_mu=15.5))
    opened, raws = load(case.write())
    more: list[dict[str, Any]] = []
    build_register(opened, check_tables(opened, raws), more)
    assert [(found["kind"], found["key"]) for found in more] == [("over_allocated", STATE)]


@pytest.mark.parametrize(
    ("holder", "links", "strange"),
    [
        (THIRD, [link(FIRM, lessor_id=OTHER)], True),
        (OTHER, [link(FIRM, lessor_id=OTHER)], False),
        (None, [link(FIRM, lessor_id=OTHER)], False),  # nobody knows who holds it
        (None, [link(THIRD, role="owner"), link(FIRM, lessor_id=OTHER)], True),
        (None, [link(OTHER, role="owner"), link(FIRM, lessor_id=OTHER)], False),
        (THIRD, [link(OTHER), link(FIRM, lessor_id=OTHER)], False),  # a sub-tenant
        (
            THIRD,
            [link(OTHER, role="owner", to="2022-12-30"), link(FIRM, lessor_id=OTHER)],
            True,
        ),
        (THIRD, [link(FIRM, lessor_id=OTHER, to="2022-12-30")], False),  # over by now
    ],
)
def test_a_lessor_holds_or_uses_the_parcel(
    tmp_path: Path, holder: str | None, links: list[dict[str, Any]], strange: bool
):
    case = firms(Case(tmp_path).parcels(parcel(holder_id=holder)), FIRM, OTHER, THIRD)
    case.table("links", *({"to": None, "lessor_id": None, **row} for row in links))
    assert said(case, "unknown_lessor") == (
        [(f"{STATE}|{FIRM}", "lessor_id", OTHER)] if strange else []
    )


# ---- contradictions -------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"floor_area_m2": 1000.0, "vacant_floor_m2": 1000.0}, ""),
        ({"floor_area_m2": 1000.4, "vacant_floor_m2": 1001.0}, ""),  # rounded apart
        ({"floor_area_m2": 1000.0, "vacant_floor_m2": 1002.0}, "vacant_floor_m2"),
        ({"floor_area_m2": None, "vacant_floor_m2": 1002.0}, ""),
        ({"floor_area_m2": 100_000.0, "area_cert_mu": 15.0}, ""),  # a plot ratio of 10
        ({"floor_area_m2": 100_001.0, "area_cert_mu": 15.0}, "floor_area_m2"),
        ({"mortgaged_to_bank": "否", "collateral_in_default": "是"}, "collateral_in_default"),
        ({"mortgaged_to_bank": "是", "collateral_in_default": "是"}, ""),
        ({"mortgaged_to_bank": None, "collateral_in_default": "是"}, ""),
        ({"planned_use": "farmland", "supply_status": "supplied"}, ""),  # to be reclaimed
    ],
)
def test_a_parcel_that_contradicts_itself(tmp_path: Path, facts: dict[str, Any], field: str):
    found = said(Case(tmp_path).parcels(parcel(**facts)), "contradiction")
    assert [name for _, name, _ in found] == ([field] if field else [])


@pytest.mark.parametrize(
    ("status", "kind", "signed", "told"),
    [
        ("approved_not_supplied", "primary", "2022-12-31", True),
        ("approved_not_supplied", "primary", "2023-01-01", False),
        ("approved_not_supplied", "primary", None, False),
        ("approved_not_supplied", "transfer", "2020-01-01", False),
        ("reserve", "primary", "2020-01-01", False),  # bought back
        ("supplied", "primary", "2020-01-01", False),
    ],
)
def test_land_not_yet_supplied_with_a_signed_contract(
    tmp_path: Path, status: str, kind: str, signed: str | None, told: bool
):
    case = Case(tmp_path).parcels(parcel(supply_status=status))
    case.table("contracts", {"parcel_id": STATE, "kind": kind, "signed_on": signed})
    found = said(case, "contradiction")
    assert found == ([(STATE, "supply_status", "批而未供")] if told else [])


@pytest.mark.parametrize(
    ("facts", "fields"),
    [
        ({"actual_start": None, "developed_m2": 1.0}, ["developed_m2"]),
        ({"actual_start": None, "developed_m2": 0.0}, []),
        ({"developed_m2": 1.0}, []),  # no column of starts: not known
        ({"actual_start": "1901-01-02", "developed_m2": 1.0}, []),  # started, day unknown
        ({"actual_start": None, "suspended_on": "2020-01-01"}, ["suspended_on"]),
        ({"developed_m2": 12_000.0, "should_develop_m2": 10_000.0}, []),
        ({"developed_m2": 12_001.0, "should_develop_m2": 10_000.0}, ["developed_m2"]),
        ({"developed_m2": 12_001.0, "should_develop_m2": None}, []),
        ({"invested_wan": 500.0, "total_investment_wan": 100.0}, []),
        ({"invested_wan": 501.0, "total_investment_wan": 100.0}, ["invested_wan"]),
    ],
)
def test_a_contract_that_contradicts_itself(
    tmp_path: Path, facts: dict[str, Any], fields: list[str]
):
    case = Case(tmp_path).parcels(parcel())
    case.table("contracts", {"parcel_id": STATE, "kind": "primary", **facts})
    assert [name for _, name, _ in said(case, "contradiction")] == fields


@pytest.mark.parametrize(
    ("year", "as_of", "fields"),
    [
        (2022, "2022-12-31", ["grade", "is_above_scale"]),
        (2021, "2022-12-31", []),  # another year
        (2022, "2023-06-30", []),  # both may have changed since
    ],
)
def test_an_enterprise_against_its_year(tmp_path: Path, year: int, as_of: str, fields: list[str]):
    case = Case(tmp_path, as_of=as_of).parcels(parcel())
    case.table("enterprises", {"enterprise_id": FIRM, "is_above_scale": "是", "grade": "A"})
    facts = {"is_above_scale": "否", "grade": "B"}
    case.table("enterprise_years", {"enterprise_id": FIRM, "year": year, **facts})
    assert sorted(name for _, name, _ in said(case, "contradiction")) == fields


def test_an_enterprise_that_agrees_or_says_nothing_contradicts_nothing(tmp_path: Path):
    case = Case(tmp_path).parcels(parcel())
    rows = [(FIRM, "是", "A", "是"), (OTHER, None, None, None), (THIRD, "是", "A", None)]
    names = ("enterprise_id", "is_above_scale", "grade", "high_energy")
    case.table("enterprises", *(dict(zip(names, row, strict=True)) for row in rows))
    years = [(FIRM, "是", "A"), (OTHER, "否", "B"), (THIRD, None, None)]
    names = ("enterprise_id", "is_above_scale", "grade")
    case.table(
        "enterprise_years", *({"year": 2022, **dict(zip(names, r, strict=True))} for r in years)
    )
    assert said(case, "contradiction") == []


def test_a_basis_of_high_energy_for_an_enterprise_that_is_not_high(tmp_path: Path):
    case = Case(tmp_path).parcels(parcel())
    facts = [(FIRM, "否"), (OTHER, "是"), (THIRD, None)]
    case.table(
        "enterprises",
        *(
            {"enterprise_id": firm, "high_energy": word, "high_energy_basis": "total"}
            for firm, word in facts
        ),
    )
    assert said(case, "contradiction") == [(FIRM, "high_energy_basis", "能耗总量")]


def test_a_tenant_that_is_its_own_lessor(tmp_path: Path):
    case = firms(Case(tmp_path).parcels(parcel(holder_id=THIRD)), FIRM)
    case.table("links", link(FIRM, lessor_id=FIRM))
    assert said(case, "contradiction") == [(f"{STATE}|{FIRM}", "lessor_id", FIRM)]
    assert said(case, "unknown_lessor") == []


# ---- ranges ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lon", "lat", "fields"),
    [
        (120.87, 30.03, []),
        (30.03, 120.87, ["lat", "lon"]),
        (0.0, 0.0, ["lat", "lon"]),
        (73.0, 54.0, []),
    ],
    ids=["in Shangyu", "exchanged", "none", "on the edge of China"],
)
def test_longitude_and_latitude_lie_in_china(
    tmp_path: Path, lon: float, lat: float, fields: list[str]
):
    case = Case(tmp_path).parcels(parcel())
    case.table("enterprises", {"enterprise_id": FIRM, "lon": lon, "lat": lat})
    assert sorted(field for _, field, _ in said(case, "out_of_range")) == fields


# ---- both sides -----------------------------------------------------------------


def test_what_finds_no_counterpart_is_listed_with_its_row_and_reason(tmp_path: Path):
    case = Case(tmp_path).parcels(
        parcel(), {"parcel_id": "P1", "location": "北路1号"}, {"parcel_id": "P2"}
    )
    firms(case, FIRM, OTHER, THIRD)
    case.table(
        "links",
        {"parcel_id": STATE, "enterprise_id": FIRM, "role": "owner", "to": None},
        {"parcel_id": "P2", "enterprise_id": OTHER, "role": "owner", "to": "2022-12-30"},
        {"parcel_id": "P9", "enterprise_id": THIRD, "role": "owner", "to": None},
    )
    found = {"finding_id": "F1", "kind": "fire", "department": "区消防救援大队"}
    case.table("findings", {**found, "parcel_id": "P8"})
    done = checked(case)
    listed = unmatched(done.tables, as_of=AS_OF)
    rows = [tuple(row) for row in listed[["side", "table", "key", "name", "why"]].to_numpy()]
    gone, none = "有用地关系，但在截止日无一有效，或无法确定", "没有用地关系"
    assert rows == [
        ("enterprise", "enterprises", THIRD, THIRD, "有用地关系，但所指地块不在地块表中"),
        ("enterprise", "enterprises", OTHER, OTHER, gone),
        ("parcel", "parcels", "P1", "北路1号", none),
        ("parcel", "parcels", "P2", "", gone),
        ("reference", "findings", "F1", "P8", "所指地块不在地块表中"),
        ("reference", "links", f"P9|{THIRD}", "P9", "所指地块不在地块表中"),
    ]
    assert listed.loc[4, "department"] == "区消防救援大队"
    assert listed.loc[5, ["file", "row"]].tolist() == ["links_2.csv", 4]


def test_parcels_out_of_scope_are_not_missed(tmp_path: Path):
    case = firms(Case(tmp_path).parcels({"parcel_id": "P1"}, {"parcel_id": "P2"}), FIRM)
    case.table("links", {"parcel_id": "P9", "enterprise_id": FIRM, "role": "owner"})
    done = checked(case)
    for out, open_ in (("no", "unknown"), (False, pd.NA)):
        kind = "str" if out == "no" else "boolean"
        scope = pd.Series([out, open_], index=["P1", "P2"], dtype=kind)
        listed = unmatched(done.tables, as_of=AS_OF, in_scope=scope)
        assert listed.loc[listed["side"] == "parcel", "key"].tolist() == ["P2"]


def test_without_links_nobody_is_missed(tmp_path: Path):
    case = firms(Case(tmp_path).parcels(parcel()), FIRM)
    assert unmatched(checked(case).tables, as_of=AS_OF).empty


# ---- all together ---------------------------------------------------------------


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    folder = tmp_path_factory.mktemp("clean")
    make_demo(folder, parcels=400, clean=True)
    return check_tables(*load(folder))


def test_the_clean_district_raises_neither_error_nor_warning(clean: Checked):
    assert clean.issues[clean.issues["severity"] != "note"]["message"].tolist() == []


def test_the_order_of_rows_does_not_matter(tmp_path: Path):
    rng = np.random.default_rng(4)
    parcels = [
        {
            "parcel_id": f"330604001001{'GJ'[n % 2]}B{n:05d}",
            "holder_id": OTHER,
            "area_cert_mu": 15.0 + n % 3,
            "right_type": "37"[n % 3 == 0],
            "ownership": "state",
        }
        for n in range(12)
    ]
    links = [
        {"parcel_id": row["parcel_id"], "enterprise_id": firm, "role": "lessee", "share": share}
        for row in parcels
        for firm, share in ((FIRM, 0.6), (THIRD, 0.5))
    ]
    stages = [
        {"parcel_id": row["parcel_id"], "stage": stage, "actual_on": day}
        for row in parcels
        for stage, day in (("started", "2020-02-01"), ("completed", "2020-01-01"))
    ]
    told = []
    for name in ("as_sent", "shuffled"):
        folder = tmp_path / name
        folder.mkdir()
        case = firms(Case(folder).parcels(*parcels), FIRM, OTHER, THIRD)
        order = [rng.permutation(len(rows)) for rows in (links, stages)]
        for table, rows, places in zip(("links", "stages"), (links, stages), order, strict=True):
            chosen = range(len(rows)) if name == "as_sent" else places
            case.table(table, *(rows[at] for at in chosen))
        issues = checked(case).issues
        columns = ["issue_id", "table", "key", "field", "kind", "value", "message"]
        told.append(issues[columns].sort_values(columns).reset_index(drop=True))
    assert {"share_over_one", "dates_out_of_order", "area_mismatch"} <= set(told[0]["kind"])
    pd.testing.assert_frame_equal(*told)
    assert not told[0]["issue_id"].duplicated().any()
