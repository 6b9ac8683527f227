"""A search that is cut short anywhere still has a lottery, and what it says of it is true."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import count
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from huiyou.proof import Chance
from huiyou.selection import select, verify
from huiyou.selection.certificate import certify
from huiyou.selection.columns import generate
from huiyou.selection.fairness import OBJECTIVES, Fairness, assess
from huiyou.selection.goldilocks import generate_goldilocks
from huiyou.selection.lottery import Lottery, find_lottery
from huiyou.selection.nash import generate_nash
from huiyou.selection.pace import Deadline, Pace
from huiyou.selection.pool import Pool, make_pool
from huiyou.selection.program import best_counts
from huiyou.selection.relaxed import Level
from tests.engine import sample
from tests.engine.selection.fairest import goldilocks, leximin, nash
from tests.engine.selection.instances import Instance, instances
from tests.engine.selection.test_columns import petersen
from tests.engine.selection.test_kernel import crowd


def after(looks: int) -> Deadline:
    """Give a deadline that is over once it was looked at so often."""
    ticks = count()
    return Deadline(looks, now=lambda: float(next(ticks)))


def shares(pool: Pool, lottery: Lottery) -> list[Fraction]:
    total = sum(lottery.weights)
    return [Fraction(seats, total) for seats in lottery.seats_of(len(pool.units))]


def fairness(pool: Pool, lottery: Lottery, objective: str) -> Fairness:
    units = [tuple(row) for row in pool.counts.T.tolist()]
    bounds = (pool.lower.tolist(), pool.upper.tolist())
    return assess(objective, lottery.certificate, units, shares(pool, lottery), bounds)


@pytest.mark.parametrize("objective", OBJECTIVES)
@given(instance=instances(), looks=st.integers(0, 40))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_there_is_always_a_lottery_and_its_bound_holds(
    objective: str, instance: Instance, looks: int
) -> None:
    panels = [choice for choice in instance.choices() if instance.holds(choice, instance.quotas)]
    pool = make_pool(instance.people, instance.seats, instance.quotas, instance.together)

    lottery = find_lottery(pool, objective, Chance("a"), deadline=after(looks))

    if not panels:
        assert lottery is None
        return
    assert lottery is not None
    event("late" if lottery.late else "in time")
    assert all(pool.holds(panel) for panel in lottery.panels)
    found = fairness(pool, lottery, objective)
    assert lottery.late or found.proven
    people = sorted(person.id for person in instance.people)
    if objective == "nash":
        seen = [any(unit[0] in panel for panel in panels) for unit in pool.units]
        mean = mean_of(pool, shares(pool, lottery), seen)
        assert mean / nash(panels, people) >= float(found.bound) - 1e-7
    elif objective == "goldilocks":
        assert goldilocks(panels, people)[0] >= float(found.bound) - 1e-6
    else:
        assert min(leximin(panels, people, levels=1).values()) <= float(found.bound) + 1e-7


def mean_of(pool: Pool, chances: list[Fraction], seen: list[bool]) -> float:
    """Give the geometric mean of the chances of those who are in some panel; 0 if one of them is."""
    some = [
        float(chance)
        for unit, chance, inside in zip(pool.units, chances, seen, strict=True)
        for _ in unit
        if inside
    ]
    return float(prod(chance ** (1 / len(some)) for chance in some))


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_more_time_never_ends_without_panels_that_hold(objective: str) -> None:
    pool = crowd()

    lotteries = [
        find_lottery(pool, objective, Chance("a"), deadline=after(looks))
        for looks in (0, 1, 2, 3, 5, 8, 13, 21, 40, 80, 160)
    ]

    assert all(lottery is not None and lottery.late for lottery in lotteries[:6])
    gaps = [fairness(pool, lottery, objective).gap for lottery in lotteries if lottery]
    assert gaps[-1] < gaps[0]
    assert all(pool.holds(panel) for lottery in lotteries if lottery for panel in lottery.panels)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_selection_says_that_its_search_was_cut_short(objective: str) -> None:
    people, quotas = sample.applicants().persons(), sample.folder().quotas
    together = sample.applicants().companions

    record = select(
        people, 200, quotas, together=together, objective=objective, panels=40, seed="a", deadline=0
    )

    verdict = verify(record.to_dict(), people, together)
    assert (verdict.status, verdict.reasons) == ("CONSISTENT", ("fairness_unproven",))
    assert record.status == "deadline"
    assert 0 < Fraction(record.gap) < 1


@pytest.mark.parametrize("seconds", [-1.0, float("nan")])
def test_a_deadline_before_now_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="give 0 or more"):
        Deadline(seconds)


def test_without_a_deadline_the_time_is_never_read() -> None:
    def broken() -> float:
        raise AssertionError

    clock: Callable[[], float] = broken

    assert Deadline(None, now=clock).left() == float("inf")


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_progress_is_told_with_its_value_and_bound(objective: str) -> None:
    told: list[tuple[str, float, float]] = []

    find_lottery(crowd(), objective, Chance("a"), report=lambda *one: told.append(one))

    assert {stage for stage, _, _ in told} == {"chances", "panels"}
    stage, value, bound = told[-1]
    assert stage == "panels"
    assert value == pytest.approx(bound, rel=0.2)
    assert (value > bound) == (objective == "goldilocks")


@pytest.mark.parametrize("make", [generate, generate_nash, generate_goldilocks])
def test_a_search_among_panels_gives_the_best_of_those_it_has(make: Callable[..., Any]) -> None:
    people, quotas = petersen()
    pool = make_pool(people, 5, quotas)
    start = best_counts(pool, np.zeros(15))

    found = [make(pool, [start], pace=Pace(deadline=after(looks))) for looks in range(12)]

    assert all(len(odds) == len(columns) for columns, odds, _ in found)
    assert [odds.sum() for _, odds, _ in found] == pytest.approx([1] * 12)
    assert [levels for _, _, levels in found[:3]] == [None] * 3


def test_once_it_is_over_no_proof_is_begun_that_takes_cases() -> None:
    people, quotas = petersen()
    pool = make_pool(people, 5, quotas)
    types = np.arange(len(pool.sizes))
    level = Level(0.5, types, np.full(len(types), 1 / len(types)), np.zeros(0))

    written = certify(pool, [level], pace=Pace(deadline=Deadline(0)))

    assert [one["proof"] for one in written] == [[]]


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_twenty_seeds_give_everybody_the_same_chance(objective: str) -> None:
    pool = crowd()

    lotteries = [find_lottery(pool, objective, Chance(str(seed))) for seed in range(20)]

    chances = [[float(one) for one in shares(pool, lottery)] for lottery in lotteries if lottery]
    assert len(chances) == 20
    assert all(one == pytest.approx(chances[0], abs=1e-7) for one in chances)
