"""The lottery beside every panel there is."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from statistics import geometric_mean
from unittest import mock

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from huiyou.errors import ImpossibleError
from huiyou.people import Person
from huiyou.selection import Quota, certificate, lottery, prepare, select, verify
from huiyou.selection.exchange import face
from huiyou.selection.fairness import OBJECTIVES
from huiyou.selection.pool import make_pool
from huiyou.selection.relaxed import relax, sharpened
from tests.engine.selection.fairest import goldilocks, leximin, nash
from tests.engine.selection.instances import Instance, instances


def chances(instance: Instance, objective: str = "leximin") -> dict[str, float]:
    record = select(
        instance.people, instance.seats, instance.quotas, together=instance.together,
        objective=objective, panels=20, seed="a",
    )  # fmt: skip
    verdict = verify(record.to_dict(), instance.people, instance.together)
    assert (verdict.status, record.status) == ("PROVEN", "optimal")
    return {who: float(Fraction(text)) for who, text in record.probabilities.items()}


@given(instance=instances())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_everybody_has_the_chance_that_the_fairest_lottery_gives(instance: Instance) -> None:
    panels = [choice for choice in instance.choices() if instance.holds(choice, instance.quotas)]
    if not panels:
        with pytest.raises(ImpossibleError):
            chances(instance)
        event("impossible")
        return

    found = chances(instance)

    assert found == pytest.approx(leximin(panels, sorted(found)), abs=1e-7)


@given(instance=instances())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_maximin_gives_the_least_served_person_as_much(instance: Instance) -> None:
    panels = [choice for choice in instance.choices() if instance.holds(choice, instance.quotas)]
    if panels:
        found = chances(instance, "maximin")

        fairest = leximin(panels, sorted(found), levels=1)
        assert min(found.values()) == pytest.approx(min(fairest.values()), abs=1e-7)


@given(instance=instances())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_nash_gives_the_largest_product_of_chances(instance: Instance) -> None:
    panels = [choice for choice in instance.choices() if instance.holds(choice, instance.quotas)]
    if panels:
        found = chances(instance, "nash")

        some = {who: chance for who, chance in found.items() if any(who in p for p in panels)}
        assert sum(found.values()) == pytest.approx(sum(some.values()))
        assert geometric_mean(some.values()) == pytest.approx(nash(panels, sorted(found)), abs=1e-7)
        # The gradient of the product values no panel at more than the lottery: it is unique.
        worth = max(sum(1 / some[who] for who in panel) for panel in panels)
        assert worth == pytest.approx(len(some), rel=1e-9)


@given(instance=instances())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_goldilocks_balances_the_largest_and_the_smallest_chance(instance: Instance) -> None:
    panels = [choice for choice in instance.choices() if instance.holds(choice, instance.quotas)]
    if panels:
        found = chances(instance, "goldilocks")

        value, best = goldilocks(panels, sorted(found))
        even = instance.seats / len(found)
        some = [chance for who, chance in found.items() if any(who in p for p in panels)]
        assert max(some) / even + even / min(some) == pytest.approx(value, abs=1e-7)
        assert found == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize("objective", OBJECTIVES)
@given(instance=instances())
@settings(max_examples=40, deadline=None, derandomize=True)
def test_by_types_the_same_lottery_is_found_and_proven(objective: str, instance: Instance) -> None:
    """As for many thousands of people, see `MANY`; prices are levelled as if they were steep."""
    if not any(instance.holds(choice, instance.quotas) for choice in instance.choices()):
        return

    by_units = chances(instance, objective)
    with mock.patch.object(lottery, "MANY", 0), mock.patch.object(certificate, "STEEP", 0):
        by_types = chances(instance, objective)

    if objective == "maximin":
        assert min(by_types.values()) == pytest.approx(min(by_units.values()), abs=1e-7)
    else:
        assert by_types == pytest.approx(by_units, abs=1e-6)


def test_by_types_200_applicants_have_the_chances_they_have_one_by_one() -> None:
    people = [
        Person(f"p{k:03}", {"trade": ("abcd"[k % 11 % 4],), "city": ("xyz"[k % 7 % 3],)})
        for k in range(200)
    ]
    quotas = [Quota("trade", trade, 8, 12) for trade in "abcd"]
    quotas += [Quota("city", city, 13, 14) for city in "xyz"]

    by_units = prepare(people, 40, quotas, panels=50, seed="a")
    with mock.patch.object(lottery, "MANY", 0):
        by_types = prepare(people, 40, quotas, panels=50, seed="a")

    assert (by_types.status, verify(by_types.to_dict(), people).status) == ("optimal", "PROVEN")
    chances = [
        [float(Fraction(record.probabilities[person.id])) for person in people]
        for record in (by_units, by_types)
    ]
    assert chances[1] == pytest.approx(chances[0], abs=1e-9)


def test_a_solver_that_missed_its_rows_is_sharpened() -> None:
    people = [Person(str(k), {"trade": ("law" if k < 2 else "film",)}) for k in range(5)]
    pool = make_pool(people, 2, [Quota("trade", "law", 1, 1)])
    found = relax(pool)
    assert found is not None
    rough = replace(found, levels=tuple(replace(one, value=0.4) for one in found.levels))

    sharp = sharpened(pool, rough, face(pool, found.chances))

    assert sorted(sharp) == pytest.approx([1 / 3, 1 / 2], abs=1e-14)


def test_those_of_whom_no_panel_has_any_stay_at_nothing_when_sharpened() -> None:
    people = [Person(str(k), {"trade": ("law" if k < 2 else "film",)}) for k in range(5)]
    pool = make_pool(people, 2, [Quota("trade", "law", 0, 1)])
    found = relax(pool, barred=pool.types[0] == 1)
    assert found is not None

    sharp = sharpened(pool, found, face(pool, found.chances))

    assert sorted(sharp) == pytest.approx([0, 2 / 3], abs=1e-14)


@st.composite
def quarrels(draw: st.DrawFn) -> tuple[list[Person], int, list[tuple[str, str]]]:
    """4 to 8 people, pairs of whom one at most may come: what fractions can do, people often cannot."""
    ids = [f"p{k}" for k in range(draw(st.integers(4, 8)))]
    pairs = st.lists(st.sampled_from(list(combinations(ids, 2))), unique=True, max_size=14)
    return [Person(who) for who in ids], draw(st.integers(1, 3)), draw(pairs)


@pytest.mark.parametrize("objective", OBJECTIVES)
@given(case=quarrels())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_whole_people_get_the_fairest_lottery_where_fractions_promise_more(
    objective: str, case: tuple[list[Person], int, list[tuple[str, str]]]
) -> None:
    people, seats, pairs = case
    ids = [person.id for person in people]
    panels = [
        set(panel)
        for panel in combinations(ids, seats)
        if not any(set(pair) <= set(panel) for pair in pairs)
    ]
    if not panels:
        return

    record = select(people, seats, [], one_of=pairs, objective=objective, panels=10, seed="a")

    assert verify(record.to_dict(), people, one_of=pairs).status == "PROVEN"
    found = {who: float(Fraction(text)) for who, text in record.probabilities.items()}
    some = {who: one for who, one in found.items() if any(who in panel for panel in panels)}
    if objective == "leximin":
        assert found == pytest.approx(leximin(panels, ids), abs=1e-7)
    elif objective == "maximin":
        fairest = leximin(panels, ids, levels=1)
        assert min(found.values()) == pytest.approx(min(fairest.values()), abs=1e-7)
    elif objective == "nash":
        worth = max(sum(1 / some[who] for who in panel) for panel in panels)
        assert worth == pytest.approx(len(some), rel=1e-9)
    else:
        assert found == pytest.approx(goldilocks(panels, ids)[1], abs=1e-6)
