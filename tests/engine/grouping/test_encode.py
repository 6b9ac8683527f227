from __future__ import annotations

from fractions import Fraction

from huiyou.grouping import Terms
from huiyou.grouping.encode import empty_state, encode
from huiyou.people import Person

PEOPLE = [
    Person("a", {"trade": ("law",), "hopes": ("film", "opera")}),
    Person("b", {"trade": ("film",), "hopes": ("law",)}),
    Person("c", {"trade": ("law", "film")}),
    Person("d"),
]
UNITS = [[0, 2], [1], [3]]


def test_who_did_not_answer_is_alike_among_themselves_and_unlike_the_others() -> None:
    terms = Terms(mix={"trade": Fraction(1)})

    assert encode(PEOPLE, UNITS, terms).categories.tolist() == [[0, 1, 2, 3]]


def test_who_did_not_answer_need_not_be_kept_apart() -> None:
    assert encode(PEOPLE, UNITS, Terms(apart=("trade",))).apart.tolist() == [[0, 1, 2, -1]]


def test_weights_are_brought_to_their_common_denominator() -> None:
    problem = encode(PEOPLE, UNITS, Terms(mix={"trade": Fraction(1, 2), "city": Fraction(2, 3)}))

    assert (problem.weights.tolist(), problem.scale) == ([3, 4], 7)


def test_wishes_and_offers_share_their_codes_and_what_nobody_is_is_left_out() -> None:
    problem = encode(PEOPLE, UNITS, Terms(wants={"hopes": "trade"}))

    assert problem.offers.tolist() == [[0, -1], [1, -1], [0, 1], [-1, -1]]
    assert problem.wants.tolist() == [[1], [0], [-1], [-1]]


def test_everybody_knows_their_unit_and_the_unit_its_members() -> None:
    problem = encode(PEOPLE, UNITS, Terms())

    assert problem.unit.tolist() == [0, 1, 0, 2]
    assert problem.units.tolist() == [[0, 2], [1, -1], [3, -1]]


def test_who_is_able_is_marked_need_by_need() -> None:
    terms = Terms(each_table=(("trade", "film"), ("trade", "art")))

    assert encode(PEOPLE, UNITS, terms).able.tolist() == [[0, 1, 1, 0], [0, 0, 0, 0]]


def test_an_empty_state_has_room_for_every_value() -> None:
    problem = encode(PEOPLE, UNITS, Terms(mix={"trade": Fraction(1)}))

    state = empty_state(problem, rounds=3, tables=2, seats=2)

    assert state.counts.shape == (3, 2, 1, 4)
    assert not any(part.any() for part in state)
