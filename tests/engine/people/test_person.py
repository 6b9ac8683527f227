"""A person as decisions see one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from huiyou.people import Person, people_digest

PERSON = Person("r2", {"行业": ("影视文娱",), "想认识": ("金融投资", "教育科研"), "性别": ()})


def test_values_are_those_of_the_trait_and_none_if_it_was_not_answered():
    assert [PERSON.values(trait) for trait in ("想认识", "性别", "城市")] == [
        ("金融投资", "教育科研"),
        (),
        (),
    ]


def test_a_person_has_each_of_several_values():
    assert [PERSON.has("想认识", value) for value in ("金融投资", "教育科研", "影视文娱")] == [
        True,
        True,
        False,
    ]


def test_a_person_in_plain_values_is_an_id_and_lists():
    assert PERSON.to_dict() == {
        "id": "r2",
        "traits": {"行业": ["影视文娱"], "想认识": ["金融投资", "教育科研"], "性别": []},
    }


@given(st.permutations([Person("a", {"行业": ("x",)}), Person("b"), Person("c")]))
def test_the_order_of_people_never_changes_their_digest(people):
    assert people_digest(people) == people_digest(sorted(people, key=lambda who: who.id))


def test_any_other_trait_changes_the_digest():
    digests = {
        people_digest([Person("a", traits)])
        for traits in ({}, {"行业": ()}, {"行业": ("x",)}, {"行业": ("x", "y")}, {"职业": ("x",)})
    }

    assert len(digests) == 5
