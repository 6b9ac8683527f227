"""What counts as a mobile phone number, and one way to write it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyou.people.phones import BadPhoneError, Phone, read_phone

numbers = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
WIDE = {ord("0") + k: ord("０") + k for k in range(10)}


@pytest.mark.parametrize(
    "text",
    [
        "19900000166",
        "１９９０００００１６６",
        "199 0000 0166",
        "199-0000-0166",
        "199.0000.0166",
        "199\xa00000\u30000166",
        "+86 19900000166",
        "＋８６ 199-0000-0166",
        "(+86)19900000166",
        "+86 (0)199 0000 0166",
        "86 19900000166",
        "0086-19900000166",
        "tel:+8619900000166",
        "手机：19900000166",
        "\t19900000166",
        "'19900000166",
        "\u202d199\u200b0000\u200c0166\u202c",
        "199\ufeff00000166",
        "19900000166.0",
    ],
)
def test_one_number_typed_in_many_ways_is_one_number(text):
    assert read_phone(text, "CN") == Phone("+8619900000166", "CN", assigned=True)


@pytest.mark.parametrize(
    ("text", "region", "phone"),
    [
        ("+852 5689 0601", "CN", Phone("+85256890601", "HK", assigned=True)),
        ("00852-56890601", "CN", Phone("+85256890601", "HK", assigned=True)),
        ("5689 0601", "HK", Phone("+85256890601", "HK", assigned=True)),
        ("+853 6612 3456", "CN", Phone("+85366123456", "MO", assigned=True)),
        ("+886 912 345 678", "CN", Phone("+886912345678", "TW", assigned=True)),
        ("+44 7400 123456", "CN", Phone("+447400123456", "GB", assigned=True)),
        ("+1 201 555 0123", "CN", Phone("+12015550123", "US", assigned=True)),
        ("19900000166", "CN", Phone("+8619900000166", "CN", assigned=True)),
        ("+86 19900000166", "HK", Phone("+8619900000166", "CN", assigned=True)),
    ],
)
def test_a_country_code_decides_and_without_one_the_gatherings_region_does(text, region, phone):
    assert read_phone(text, region) == phone


def test_a_possible_number_in_no_assigned_range_is_kept_and_says_so():
    assert read_phone("12345678901", "CN") == Phone("+8612345678901", "CN", assigned=False)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1990000016", "phone_too_short"),
        ("110", "phone_too_short"),
        ("199000001666", "phone_too_long"),
        ("19900000166/19900000167", "phone_too_long"),
        ("9" * 300, "phone_too_long"),
        ("+852 568906011", "phone_too_long"),
        ("+800 12345678", "phone_bad_length"),
        ("+999 19900000166", "phone_bad_country"),
        ("1.99E+10", "phone_scientific"),
        ("1.9900000166e10", "phone_scientific"),
        ("没有", "phone_not_a_number"),
        ("", "phone_not_a_number"),
        ("+86", "phone_not_a_number"),
        ("19900000166 ext 5", "phone_not_a_number"),
        ("19900000166（微信同号）", "phone_not_a_number"),
        ("19900000166;19900000167", "phone_not_a_number"),
    ],
)
def test_an_impossible_number_is_refused_with_its_reason(text, reason):
    with pytest.raises(BadPhoneError) as caught:
        read_phone(text, "CN")

    assert caught.value.reason == reason


@pytest.mark.parametrize("text", ["199000OOO66", "l99OOOOOl66", "199abcd0166"])
def test_letters_among_the_digits_are_not_dialled(text):
    with pytest.raises(BadPhoneError) as caught:
        read_phone(text, "CN")

    assert caught.value.reason == "phone_not_a_number"


def test_an_unknown_region_has_no_numbers_without_a_country_code():
    with pytest.raises(BadPhoneError) as caught:
        read_phone("19900000166", "ZZ")

    assert caught.value.reason == "phone_bad_country"


@given(numbers, st.sampled_from(["", "+86", "+86 ", "0086", "86"]), st.sampled_from(["", " ", "-"]))
def test_prefix_and_marks_never_change_a_number(number, prefix, mark):
    text = prefix + mark.join((number[:3], number[3:7], number[7:]))

    assert read_phone(text, "CN").number == f"+86{number}"


@given(numbers)
def test_width_never_changes_a_number(number):
    assert read_phone(number.translate(WIDE), "CN") == read_phone(number, "CN")


@given(numbers)
def test_a_number_in_its_written_form_is_read_as_itself_anywhere(number):
    phone = read_phone(number, "CN")

    assert read_phone(phone.number, "US") == phone


@given(st.text(max_size=30), st.sampled_from(["CN", "HK", "US"]))
def test_any_text_is_a_number_or_refused_with_a_reason(text, region):
    try:
        outcome = read_phone(text, region).number
    except BadPhoneError as error:
        outcome = error.reason

    assert re.fullmatch(r"\+[1-9][0-9]+|phone_[a-z_]+", outcome)


@pytest.mark.parametrize(
    ("text", "number", "region"),
    [("85256890601", "+85256890601", "HK"), ("853 6612 3456", "+85366123456", "MO"), ("886912345678", "+886912345678", "TW")],
)  # fmt: skip
def test_a_neighbour_is_known_by_its_code_without_a_plus(text, number, region):
    assert read_phone(text, "CN") == Phone(number, region, assigned=True)


def test_elsewhere_a_number_without_a_plus_is_of_that_place():
    assert read_phone("8525689060", "US").region == "US"
