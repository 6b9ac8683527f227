"""People who named each other, and those whose wish is still one-sided."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyou.people.companions import Pending, pair_up, tie

PHONES = {who: f"+861990000000{k}" for k, who in enumerate("abcdef")}
LOCAL = {who: phone.removeprefix("+86") for who, phone in PHONES.items()}


def test_two_who_name_each_other_are_a_pair():
    named = {"b": LOCAL["a"], "a": f"+86 {LOCAL['b']}"}

    assert pair_up(PHONES, named, "CN") == ((("a", "b"),), ())


def test_a_wish_without_return_is_pending():
    named = {"a": LOCAL["b"], "b": LOCAL["c"]}

    assert pair_up(PHONES, named, "CN") == (
        (),
        (
            Pending("a", LOCAL["b"], "not_mutual", "b"),
            Pending("b", LOCAL["c"], "not_mutual", "c"),
        ),
    )


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("19900009999", "not_applied"),
        (LOCAL["a"], "self"),
        ("没有", "phone_not_a_number"),
        ("1990000", "phone_too_short"),
        ("1.99E+10", "phone_scientific"),
    ],
)
def test_a_wish_for_nobody_in_the_list_is_pending_with_its_reason(typed, reason):
    assert pair_up(PHONES, {"a": typed}, "CN") == ((), (Pending("a", typed, reason),))


def test_a_phone_of_two_people_names_neither():
    phones = {"a": "+8619900000001", "b": "+8619900000002", "c": "+8619900000002"}
    named = {"a": "19900000002", "b": "19900000001"}

    assert pair_up(phones, named, "CN") == (
        (),
        (
            Pending("a", "19900000002", "shared_phone"),
            Pending("b", "19900000001", "not_mutual", "a"),
        ),
    )


@pytest.mark.parametrize("mark", ["、", ",", "，", ";", "；", "/", "|", "┋", "\n"])
def test_several_companions_may_stand_in_one_cell(mark):
    named = {"a": f"{LOCAL['b']}{mark} {LOCAL['c']}", "b": LOCAL["a"], "c": LOCAL["a"]}

    assert pair_up(PHONES, named, "CN") == ((("a", "b"), ("a", "c")), ())


def test_part_of_several_wishes_may_be_pending():
    named = {"a": f"{LOCAL['b']}/{LOCAL['c']}", "b": LOCAL["a"]}

    pairs, pending = pair_up(PHONES, named, "CN")

    assert pairs == (("a", "b"),)
    assert pending == (Pending("a", LOCAL["c"], "not_mutual", "c"),)


def test_naming_one_person_twice_is_one_pair():
    named = {"a": f"{LOCAL['b']}、+86{LOCAL['b']}", "b": LOCAL["a"]}

    assert pair_up(PHONES, named, "CN") == ((("a", "b"),), ())


def test_nobody_named_is_nobody_paired():
    assert pair_up(PHONES, {}, "CN") == ((), ())


def test_pairs_that_share_somebody_are_one_group():
    assert tie([("d", "e"), ("a", "c"), ("b", "c")]) == (("a", "b", "c"), ("d", "e"))


people = st.sampled_from(sorted(PHONES))


@given(st.dictionaries(people, st.sets(people)))
def test_a_pair_is_exactly_who_named_each_other_and_every_other_wish_is_pending(wishes):
    named = {who: "、".join(LOCAL[other] for other in sorted(all_)) for who, all_ in wishes.items()}

    pairs, pending = pair_up(PHONES, named, "CN")

    links = {(who, other) for who, all_ in wishes.items() for other in all_}
    mutual = {(a, b) for a, b in links if a != b and (b, a) in links}
    assert {*pairs, *(pair[::-1] for pair in pairs)} == mutual
    assert sorted((wish.id, wish.named) for wish in pending) == sorted(
        (who, LOCAL[other]) for who, other in links - mutual
    )


@given(st.sets(st.tuples(people, people).filter(lambda pair: pair[0] < pair[1])))
def test_groups_keep_every_pair_together_and_nobody_twice(pairs):
    groups = tie(pairs)

    members = [who for group in groups for who in group]
    assert sorted(members) == sorted({who for pair in pairs for who in pair})
    assert all(any({*pair} <= {*group} for group in groups) for pair in pairs)
