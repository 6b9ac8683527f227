from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from huiyou.grouping import Terms, bounds
from huiyou.grouping.measure import measure
from huiyou.people import Person
from tests.engine.grouping.instances import Instance, instances

small = instances(most_people=6, most_rounds=2)


@given(instance=small)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_no_seating_at_all_is_above_the_bound(instance: Instance) -> None:
    seatings = instance.seatings()
    assume(seatings)
    best = instance.rounds * max(instance.diversity([seating]) for seating in seatings)
    sizes = sorted(map(len, seatings[0]), reverse=True)

    bound = bounds.diversity_bound(instance.people, sizes, instance.rounds, instance.terms)

    assert bound >= best


@given(instance=small)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_no_plan_at_all_breaks_less_than_the_minimum(instance: Instance) -> None:
    plans = [instance.violations(plan) for plan in instance.plans()]
    assume(plans)
    fewest = [min(counts) for counts in zip(*plans, strict=True)]

    any_plan = [instance.seatings()[0]] * instance.rounds
    found = measure(instance.people, instance.together, any_plan, instance.terms)

    assert all(v.minimum <= least for v, least in zip(found.violations, fewest, strict=True))


@given(count=st.integers(0, 12), tables=st.integers(1, 5))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_even_pairs_are_those_of_people_dealt_round(count: int, tables: int) -> None:
    hands = [len(range(t, count, tables)) for t in range(tables)]

    assert bounds.even_pairs(count, tables) == sum(k * (k - 1) // 2 for k in hands)


def test_one_trait_that_divides_evenly_reaches_the_bound() -> None:
    people = [Person(f"p{k}", {"trade": ("abc"[k % 3],)}) for k in range(9)]
    plan = [[["p0", "p1", "p2"], ["p3", "p4", "p5"], ["p6", "p7", "p8"]]]

    found = measure(people, [], plan, Terms(mix={"trade": Fraction(1, 2)}))

    assert found.diversity == found.bound == Fraction(9, 2)


def test_pairs_that_must_be_alike_are_taken_from_the_bound() -> None:
    people = [Person(f"p{k}", {"trade": ("ab"[k % 2],)}) for k in range(8)]
    plan = [[["p0", "p1", "p2", "p3"], ["p4", "p5", "p6", "p7"]]] * 2

    found = measure(people, [], plan, Terms(mix={"trade": Fraction(1)}))

    assert found.diversity == found.bound == 2 * (12 - 4)


@pytest.mark.parametrize(
    ("people", "tables", "rounds", "fewest"),
    [
        (4, 2, 3, 0),  # three rounds of a tournament of four
        (4, 2, 4, 2),  # nobody has a fourth other to meet
        (9, 3, 4, 0),  # the affine plane of order 3
        (9, 3, 5, 9),
        (6, 2, 2, 2),  # three people from one table cannot all part at two tables
        (6, 1, 2, 15),
    ],
)
def test_repeats_that_counting_forces(people: int, tables: int, rounds: int, fewest: int) -> None:
    units = [[k] for k in range(people)]

    assert bounds.fewest_repeats(units, [people // tables] * tables, rounds) == fewest


def test_companions_are_no_repeats() -> None:
    assert bounds.fewest_repeats([[0, 1], [2, 3]], [2, 2], 5) == 0


def test_colleagues_who_must_share_are_counted_without_companions() -> None:
    people = [Person(f"p{k}", {"firm": ("x",)}) for k in range(5)] + [Person("none")]
    units = [[0, 1], [2], [3], [4], [5]]

    assert bounds.fewest_apart_broken(people, units, "firm", 2, rounds=3) == 3 * (3 + 1 - 1)


def test_a_table_goes_without_where_too_few_are_able() -> None:
    people = [Person(f"p{k}", {"code": ("yes",) if k < 3 else ()}) for k in range(8)]
    units = [[0, 1], *([k] for k in range(2, 8))]

    assert bounds.fewest_needs_unmet(people, units, ("code", "yes"), 4, rounds=2) == 2 * (4 - 2)
