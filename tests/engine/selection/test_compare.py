from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyou.people import Person
from huiyou.selection import Asked, Placed, Quota, compare
from huiyou.selection.compare import gini
from huiyou.selection.fairness import OBJECTIVES

PEOPLE = [Person(f"p{k:02}", {"trade": ("law" if k % 3 else "film",)}) for k in range(12)]


def test_objectives_stand_side_by_side() -> None:
    told = compare(Asked(PEOPLE, 6, [Quota("trade", "film", 0, 1)]))

    assert [one.objective for one in told] == list(OBJECTIVES)
    for one in told:
        assert len(one.chances) == 12
        assert sum(one.chances) == pytest.approx(6)
        assert (one.smallest, one.largest) == (one.chances[0], one.chances[-1])
        assert (one.even, one.certain, one.shut) == (0.5, 0, 0)
    assert told[0].smallest == pytest.approx(1 / 4)


def test_whoever_is_sure_of_being_drawn_is_counted() -> None:
    (told,) = compare(Asked(PEOPLE, 6, [Quota("trade", "film", 4, 4)]), ["leximin"])

    assert (told.certain, told.largest) == (4, pytest.approx(1))


def test_whoever_cannot_be_drawn_is_counted() -> None:
    (told,) = compare(Asked(PEOPLE, 6, [Quota("trade", "film", 0, 0)]), ["leximin"])

    assert (told.shut, told.smallest) == (4, pytest.approx(0))


def test_only_those_who_are_drawn_for_are_compared() -> None:
    placed = {"p00": Placed("invited"), "p01": Placed("excluded", "asked for it")}

    (told,) = compare(Asked(PEOPLE, 6, [], placed=placed), ["leximin"])

    assert (len(told.chances), told.even) == (10, 0.5)


def test_quotas_that_nobody_can_meet_leave_nothing_to_compare() -> None:
    assert compare(Asked(PEOPLE, 6, [Quota("trade", "film", 5, 6)])) == ()


@given(chances=st.lists(st.floats(0, 1), min_size=1, max_size=8))
@settings(deadline=None, derandomize=True)
def test_gini_is_half_the_mean_difference_over_the_mean(chances: list[float]) -> None:
    n, total = len(chances), sum(chances)
    differences = sum(abs(a - b) for a in chances for b in chances)

    expected = differences / (2 * n * total) if total else 0.0
    assert gini(chances) == pytest.approx(expected, abs=1e-9)
