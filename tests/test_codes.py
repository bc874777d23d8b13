"""Check characters and forms, against codes that are known to be right or wrong."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landgov.codes import (
    credit_code_ok,
    industry_division,
    industry_section,
    organisation_code_ok,
    parcel_code_ok,
)

VALID = [
    "91350100M000100Y43",
    "91110000600037341L",
    "91440300708461136T",
    "91110108551385082Q",
    "91110105771583283D",
    "91110000802100433B",
    "91440300359143307G",
    "51610700305332460K",
    "11331002002673575G",
    "51100000500019541K",
    "92510100MA61WJ3204",
    "91341000MA2N0ABGXX",
    "913306046651737746",
    "91330604609674830U",
    "91330604146165334B",
]


def with_check(first_17: str) -> str:
    """Add the check character by the standard's own words, in whole numbers."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
    total = sum(alphabet.index(sign) * weights[place] for place, sign in enumerate(first_17))
    return first_17 + alphabet[(31 - total % 31) % 31]


@pytest.mark.parametrize("code", VALID)
def test_published_credit_codes_are_right_outside_and_inside(code):
    assert credit_code_ok(code) is True
    assert organisation_code_ok(code) is True
    assert organisation_code_ok(code[8:17]) is True


def test_a_wrong_check_character_is_found_and_the_right_one_passes():
    assert credit_code_ok("91330000142942127D") is False
    assert credit_code_ok("913300001429421276") is True


def test_the_codes_of_village_collectives_begin_with_n_and_are_right():
    village = with_check("N2330604MF0001234")
    assert credit_code_ok(village) is True


@pytest.mark.parametrize(
    "code",
    [
        "９１３３０６０４６０９６７４８３０Ｕ",
        "91330604609674830u",
        " 91330604 60967483-0U ",
        "91330604‐60967483–0U",
    ],
)
def test_width_case_spaces_and_hyphens_are_forgiven(code):
    assert credit_code_ok(code) is True


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "empty"),
        ("9133060460967483", "too short"),
        ("91330604609674830UU", "too long"),
        ("9133O604609674830U", "O is not taken for 0"),
        ("000000000000000000", "a dummy whose check character is right"),
        ("330682000012345", "an old registration number"),
        ("91330604609674830\u0130", "a letter that is none of the alphabet"),
        (with_check("91A30604609674830"), "letters in the region"),
    ],
)
def test_what_is_no_credit_code_is_refused(code, reason):
    assert credit_code_ok(code) is False, reason


def test_a_column_is_answered_on_its_index_and_missing_stays_missing():
    column = pd.Series(
        ["91330604609674830U", None, "91330000142942127D", "91330604609674830U"],
        index=[7, 3, 5, 1],
        name="enterprise_id",
        dtype="str",
    )
    answers = credit_code_ok(column)
    assert str(answers.dtype) == "boolean"
    assert list(answers.index) == [7, 3, 5, 1]
    assert answers.isna().tolist() == [False, True, False, False]
    assert answers.dropna().tolist() == [True, False, True]
    assert answers.name == "enterprise_id"


@pytest.mark.parametrize("check", [credit_code_ok, organisation_code_ok, parcel_code_ok])
@pytest.mark.parametrize(
    "column",
    [
        pd.Series([], dtype="str"),
        pd.Series([None, None], dtype="str"),
        pd.Series([float("nan")], dtype="object"),
        pd.Series([None], dtype="string"),
    ],
    ids=["no rows", "all missing", "nan of objects", "nullable strings"],
)
def test_empty_and_missing_columns_are_no_error(check, column):
    answers = check(column)
    assert len(answers) == len(column)
    assert answers.isna().all()


credit_start = st.from_regex(r"\A[1-9ANY][1-9]\d{6}[0-9A-HJ-NP-RTUWXY]{9}\Z").filter(str.isascii)


@given(credit_start)
def test_a_code_made_by_the_standard_passes(first_17):
    assert credit_code_ok(with_check(first_17))


@given(credit_start, st.integers(8, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_any_single_wrong_character_is_found(first_17, place, sign):
    code = with_check(first_17)
    changed = code[:place] + sign + code[place + 1 :]
    assert credit_code_ok(changed) is (changed == code)


@given(st.lists(st.one_of(st.text(max_size=20), st.sampled_from(VALID)), max_size=8))
def test_a_column_is_answered_as_its_cells_one_by_one(codes):
    answers = credit_code_ok(pd.Series(codes, dtype="object"))
    assert answers.tolist() == [credit_code_ok(code) for code in codes]


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ("60967483-0", True),
        ("609674830", True),
        ("609674831", False),
        ("MA2N0ABGX", True),
        ("MA2N0ABG0", False),
        ("60967483", False),
    ],
)
def test_organisation_codes_are_checked_by_their_own_character(code, right):
    assert organisation_code_ok(code) is right


def test_a_wrong_inner_check_may_stand_in_a_right_credit_code():
    code = with_check("91330604609674831")
    assert credit_code_ok(code) is True
    assert organisation_code_ok(code) is False


@pytest.mark.parametrize(
    "code",
    [
        "320802001009GB00001",
        "320802001009GB00001W00000000",
        "320802001009GB00001F00010001",
        "320802001009GB00001W00100000",
        "469005115003JC02307",
        "330604 001001 GB00001 W00000000",
        "330604001001gb00017",
        "３３０６８２００１００１JB00001",
        "330604001001ZW00001",
    ],
)
def test_parcel_codes_of_19_and_unit_codes_of_28_have_the_form(code):
    assert parcel_code_ok(code) is True


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("330604001001", "the first 12 digits alone"),
        ("330604001001GB0001", "one digit short"),
        ("330604001001GB000170", "20 characters"),
        ("330604001001XB00017", "X is no kind of ownership"),
        ("330604001001G100017", "the second letter is a digit"),
        ("3306040010010100017", "digits only"),
        ("330604001001GB00017X00000000", "X is no kind of fixture"),
        ("3306040010010000000000000001", "28 digits"),
        ("", "empty"),
    ],
)
def test_other_forms_are_no_parcel_codes(code, reason):
    assert parcel_code_ok(code) is False, reason


@pytest.mark.parametrize(
    ("code", "division", "section"),
    [
        ("C1713", 17, "C"),
        ("1713", 17, "C"),
        ("171", 17, "C"),
        ("17", 17, "C"),
        ("c17", 17, "C"),
        ("Ｃ１７１３", 17, "C"),
        ("1713.0", 17, "C"),
        ("05", 5, "other"),
        ("06", 6, "B"),
        ("B0610", 6, "B"),
        ("12", 12, "B"),
        ("13", 13, "C"),
        ("4360", 43, "C"),
        ("44", 44, "D"),
        ("D4620", 46, "D"),
        ("47", 47, "other"),
        ("G5942", 59, "other"),
        ("97", 97, "other"),
        ("C", None, "C"),
        ("F", None, "other"),
        ("D1713", None, None),
        ("F1713", None, None),
        ("C5942", None, None),
        ("00", None, None),
        ("99", None, None),
        ("7", None, None),
        ("17131", None, None),
        ("纺织业", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_industry_codes_give_division_and_section_or_nothing(code, division, section):
    codes = pd.Series([code], index=["firm"], dtype="str")
    numbers, letters = industry_division(codes), industry_section(codes)
    assert list(numbers.index) == list(letters.index) == ["firm"]
    assert (None if pd.isna(numbers.iloc[0]) else numbers.iloc[0]) == division
    assert (None if pd.isna(letters.iloc[0]) else letters.iloc[0]) == section


def test_industry_codes_read_as_numbers_and_empty_columns_are_no_error():
    assert industry_division(pd.Series([1713, None])).tolist() == [17, pd.NA]
    assert industry_division(pd.Series([], dtype="str")).empty
    assert industry_section(pd.Series([None], dtype="str")).isna().all()
