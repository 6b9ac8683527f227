from __future__ import annotations

from fractions import Fraction
from types import FunctionType
from typing import Any

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from huiyou.grouping import kernel
from huiyou.grouping.encode import CONSTRAINT_PRICE, Problem, State, empty_state, encode
from huiyou.grouping.terms import make_units
from tests.engine.grouping.instances import Instance, Plan, instances

# The same functions, uncompiled, calling one another uncompiled.
PURE: dict[str, Any] = dict(vars(kernel))
for name in ("_draw", "_shift", "_gather", "_swap", "anneal"):
    PURE[name] = FunctionType(getattr(kernel, name).py_func.__code__, PURE)

TEMPERATURES = np.array([3000, 800, 0], dtype=np.int64)


def encoded(instance: Instance) -> Problem:
    return encode(instance.people, make_units(instance.people, instance.together), instance.terms)


def start(instance: Instance) -> np.ndarray[Any, Any]:
    """Seat everyone as in the first of all ways, in every round."""
    seatings = instance.seatings()
    assume(seatings and instance.tables > 1)
    seating = sorted(seatings[0], key=len, reverse=True)
    at = [next(t for t, table in enumerate(seating) if p.id in table) for p in instance.people]
    return np.array([at] * instance.rounds, dtype=np.int64)


def run(function: Any, instance: Instance, word: int) -> tuple[int, State, int]:
    """Give cost, state and the generator's last word after three short sweeps."""
    begin, problem = start(instance), encoded(instance)
    seats = -(-len(instance.people) // instance.tables)
    state = empty_state(problem, instance.rounds, instance.tables, seats)
    generator = np.array([word | 1], dtype=np.uint64)
    with np.errstate(over="ignore"):
        cost = function(problem, state, begin, generator, 25, TEMPERATURES, kernel.NEG_LOG)
    return int(cost), state, int(generator[0])


def plan_of(instance: Instance, state: State) -> Plan:
    return [
        [[p.id for i, p in enumerate(instance.people) if row[i] == t] for t in range(instance.tables)]
        for row in state.table.tolist()
    ]  # fmt: skip


def price(instance: Instance, plan: Plan) -> int:
    """Count by hand what the search pays, from the terms as they are written."""
    problem = encoded(instance)
    common = Fraction(problem.scale) / (sum(instance.terms.mix.values()) or problem.scale)
    sizes = [len(table) for seating in plan for table in seating]
    pairs = sum(instance.terms.mix.values(), Fraction(0)) * sum(n * (n - 1) // 2 for n in sizes)
    alike = common * (pairs - instance.diversity(plan))
    needs = len(instance.terms.each_table)
    broken = sum(instance.violations(plan)) - needs * len(sizes)  # a need that is met is a credit
    wishes = sum(
        len(instance.met(plan, p.id)) * (3 * problem.scale // len(instance.wishes(p.id)))
        for p in instance.people
        if instance.wishes(p.id)
    )
    return int(alike) + CONSTRAINT_PRICE * problem.scale * broken - wishes


@given(instance=instances(most_people=7), word=st.integers(0, 2**64 - 1))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_the_compiled_search_takes_the_steps_of_the_plain_one(
    instance: Instance, word: int
) -> None:
    fast_cost, fast_state, fast_word = run(kernel.anneal, instance, word)
    slow_cost, slow_state, slow_word = run(PURE["anneal"], instance, word)

    assert (fast_cost, fast_word) == (slow_cost, slow_word)
    assert all(np.array_equal(a, b) for a, b in zip(fast_state, slow_state, strict=True))


@given(instance=instances(most_people=8), word=st.integers(0, 2**64 - 1))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_the_cost_kept_swap_by_swap_is_that_counted_by_hand(instance: Instance, word: int) -> None:
    cost, state, _ = run(kernel.anneal, instance, word)

    assert cost == price(instance, plan_of(instance, state))


@given(instance=instances(most_people=8), word=st.integers(0, 2**64 - 1))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_swaps_keep_sizes_and_companions(instance: Instance, word: int) -> None:
    _, state, _ = run(kernel.anneal, instance, word)

    plan = plan_of(instance, state)
    sizes = sorted(len(table) for table in instance.seatings()[0])
    assert all(sorted(map(len, seating)) == sizes for seating in plan)
    assert all(
        any({a, b} <= set(table) for table in seating)
        for a, b in instance.together
        for seating in plan
    )


@given(instance=instances(most_people=8), word=st.integers(0, 2**64 - 1))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_counts_kept_are_those_of_the_same_people_seated_afresh(
    instance: Instance, word: int
) -> None:
    _, state, _ = run(kernel.anneal, instance, word)
    problem, fresh = encoded(instance), empty_state(encoded(instance), *state.members.shape)

    none = np.array([], dtype=np.int64)
    kernel.anneal(problem, fresh, state.table, np.array([1], np.uint64), 0, none, kernel.NEG_LOG)

    for name in ("sizes", "table", "counts", "filled", "met", "heard"):
        assert np.array_equal(getattr(state, name), getattr(fresh, name)), name


def test_a_draw_is_xorshift_by_the_book() -> None:
    word, x, drawn, expected = np.array([2024], dtype=np.uint64), 2024, [], []

    for _ in range(50):
        x ^= x >> 12
        x = (x ^ x << 25) % 2**64
        x ^= x >> 27
        high = (x * 0x2545F4914F6CDD1D) % 2**64 >> 32
        expected.append(high * 21 >> 32)
        drawn.append(int(kernel._draw(word, 21)))

    assert drawn == expected
    assert int(word[0]) == x


def test_a_loss_is_accepted_less_often_the_rarer_the_number() -> None:
    assert kernel.NEG_LOG[[0, 1, 376, 1023]].tolist() == [1952, 1671, 256, 0]
