"""Answers that mean one of the values an organiser counts, spelt otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyou.people.values import match_value, split_values

TRADES = ("影视文娱", "政企国企", "AI/大模型", "互联网软件", "互联网硬件", "其他")
MARKS = st.sampled_from(["", " ", "/", "·", "、", "\u200b"])


@pytest.mark.parametrize(
    ("typed", "value", "rule"),
    [
        ("影视文娱", "影视文娱", None),
        (" 影视文娱\u3000", "影视文娱", "width"),
        ("ＡＩ／大模型", "AI/大模型", "width"),
        ("影视/文娱", "影视文娱", "spelling"),
        ("ai 大模型", "AI/大模型", "spelling"),
        ("影视\u200b文娱", "影视文娱", "spelling"),
        ("其他〖宠物〗", "其他", "fill_in"),
        ("影视文娱〖纪录片〗", "影视文娱", "fill_in"),
        ("国企", "政企国企", "part"),
        ("影视文娱行业", "影视文娱", "part"),
        ("互联网", "其他", "other"),
        ("宠物", "其他", "other"),
        ("A", "其他", "other"),
        ("——", "其他", "other"),
    ],
)
def test_an_almost_matching_answer_is_mapped_by_the_first_rule_that_fits(typed, value, rule):
    assert match_value(typed, TRADES) == (value, rule)


@pytest.mark.parametrize(
    "typed", ["宠物", "互联网", "——", "A", "其他〖宠物〗", "〖宠物〗"]
)  # fmt: skip
def test_an_answer_that_fits_no_rule_stays_and_is_unlisted(typed):
    assert match_value(typed, TRADES[:-1]) == (typed, "unlisted")


@pytest.mark.parametrize(
    ("typed", "value", "rule"),
    [("true", "是", "yes_no"), ("Ｙ", "是", "yes_no"), ("愿意", "是", "yes_no"), ("1", "是", "yes_no"),
     ("FALSE", "否", "yes_no"), ("不会", "否", "yes_no"), ("0", "否", "yes_no"), ("是", "是", None),
     ("也许", "也许", "unlisted")],
)  # fmt: skip
def test_yes_and_no_are_understood_where_these_are_the_values(typed, value, rule):
    assert match_value(typed, ("是", "否")) == (value, rule)


def test_yes_is_just_a_word_where_the_values_are_others():
    assert match_value("yes", ("男", "女")) == ("yes", "unlisted")


@pytest.mark.parametrize(
    ("typed", "value", "rule"),
    [("无人机", "无人机", None), ("ＡＩ ", "AI", "width"), ("", "", None)],
)
def test_any_answer_will_do_where_no_values_count(typed, value, rule):
    assert match_value(typed, ()) == (value, rule)


@given(st.sampled_from(TRADES), MARKS, st.integers(1, 3))
def test_marks_and_space_inside_never_change_what_is_meant(value, mark, place):
    typed = value[:place] + mark + value[place:]

    assert match_value(typed, TRADES)[0] == value


@given(st.text())
def test_an_answer_is_one_of_the_values_or_unlisted(typed):
    value, rule = match_value(typed, TRADES[:-1])

    assert value in TRADES or rule in ("unlisted", "width", None)


@pytest.mark.parametrize(
    ("cell", "marks", "parts"),
    [
        ("AI/大模型┋影视文娱", "", ["AI/大模型", "影视文娱"]),
        ("AI/大模型|影视文娱;其他；宠物", "", ["AI/大模型", "影视文娱", "其他", "宠物"]),
        ("AI/大模型, 影视文娱", ",", ["AI/大模型", "影视文娱"]),
        ("AI/大模型,影视文娱", "", ["AI/大模型,影视文娱"]),
        ("AI/大模型，影视文娱", ",，", ["AI/大模型", "影视文娱"]),
        ("影视文娱┋其他〖摄影；写作|画〗", "", ["影视文娱", "其他〖摄影；写作|画〗"]),
        ("影视文娱┋其他〖没有写完", "", ["影视文娱", "其他〖没有写完"]),
        ("┋影视文娱┋ ┋", "", ["影视文娱"]),
        ("(空)", "", []),
        ("（跳过）", "", []),
        ("", ",", []),
    ],
)
def test_the_values_of_one_cell_are_taken_apart(cell, marks, parts):
    assert split_values(cell, TRADES, marks) == parts


def test_a_value_that_holds_a_comma_stays_whole():
    assert split_values("设计, 艺术", ["设计, 艺术"], ",") == ["设计, 艺术"]


@given(st.lists(st.sampled_from(TRADES)), st.sampled_from("┋|;；"))
def test_what_a_tool_joined_is_taken_apart_again(values, mark):
    assert split_values(mark.join(values), TRADES, "") == values
