"""One spelling for what people type in many."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyou.text import as_count, nearest, squash, tidy, trim

WIDE = {ord(c): ord(c) + 0xFEE0 for c in map(chr, range(0x21, 0x7F))}


@pytest.mark.parametrize(
    "outer",
    ["\u3000", "\xa0", "\u200b", "\ufeff", "\u2003", "\u2028", "\u202d", "\u200e", "\t\r\n \x85"],
)
def test_every_kind_of_outer_space_goes(outer):
    assert trim(f"{outer}影视 文娱{outer}") == "影视 文娱"


def test_trim_keeps_what_is_inside_as_it_was_typed():
    assert trim(" ＡＩ，\u200b对吗？\n👨‍👩‍👧 ") == "ＡＩ，\u200b对吗？\n👨‍👩‍👧"


def test_a_phone_number_copied_from_an_address_book_loses_its_direction_marks():
    assert tidy("\u202d19900000166\u202c") == "19900000166"


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("ＡＩ／大模型 ", "AI/大模型"),
        ("⼈⼯智能", "人工智能"),
        ("１９９", "199"),
        ("①", "1"),
        ("陈𬀪", "陈𬀪"),
        ("Zoe\u0308", "Zoë"),
    ],
)
def test_tidy_writes_look_alikes_one_way(typed, tidied):
    assert tidy(typed) == tidied


@given(st.text())
def test_tidy_has_nothing_left_to_do_the_second_time(text):
    assert tidy(tidy(text)) == tidy(text)


@given(st.text())
def test_trimmed_text_is_tidied_to_nothing_only_if_it_was_nothing(text):
    assert bool(tidy(text)) == bool(trim(text))


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_squash_is_the_same_in_either_width(text):
    assert squash(text.translate(WIDE)) == squash(text)


@given(st.text())
def test_squash_leaves_no_space_mark_or_invisible_character(text):
    assert {unicodedata.category(c)[0] for c in squash(text)}.isdisjoint("PZC")


@pytest.mark.parametrize(
    ("one", "other"),
    [("AI / 大模型", "ａｉ·大模型"), ("影视\u200b文娱", "影视、文娱"), ("Straße", "STRASSE")],
)
def test_squash_brings_two_spellings_together(one, other):
    assert squash(one) == squash(other)


def test_squash_keeps_what_tells_names_apart():
    assert [squash(name) for name in ("——", "=1+1", "😀")] == ["", "=1+1", "😀"]


@pytest.mark.parametrize(
    ("text", "count"),
    [("0", 0), ("007", 7), ("999999999", 999_999_999), ("1000000000", None), ("", None),
     ("-1", None), ("2e2", None), ("1.0", None), ("²", None), ("２", None), ("٣", None)],
)  # fmt: skip
def test_a_count_is_ascii_digits_below_a_thousand_million(text, count):
    assert as_count(text) == count


@pytest.mark.parametrize(
    ("word", "known", "found"),
    [("tabels", ["seats", "tables"], "tables"), ("手机号马", iter(["姓名", "手机号码"]), "手机号码"),
     ("budget", ["seats", "tables"], None), ("seats", [], None)],
)  # fmt: skip
def test_the_nearest_known_word_is_found_if_one_is_near(word, known, found):
    assert nearest(word, known) == found
