from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyou.people import Person
from huiyou.selection import Attendance
from huiyou.selection.absence import MILLION, Absence, expect_absence
from huiyou.selection.attendance import STOPS
from huiyou.selection.invitations import Invitations, invite_beyond, more_than_fit, turnout

Units = list[tuple[str, ...]]
STUDENTS = [Person(f"s{k}", {"role": ("student",), "years": ("none",)}) for k in range(10)]
MAKERS = [Person(f"m{k}", {"role": ("maker",), "years": ("5",)}) for k in range(10)]
STOP = Attendance(200, 140, (("role", "maker", 100, 90), ("role", "student", 100, 50)))


def evenings(units: Sequence[Sequence[str]], absence: Absence) -> Iterator[tuple[Fraction, int]]:
    """Give every way in which units come or stay, its chance, and how many people are there."""
    for level in range(len(absence.levels)):
        for comes in product((True, False), repeat=len(units)):
            odds = Fraction(1, len(absence.levels))
            for unit, there in zip(units, comes, strict=True):
                away = Fraction(absence.of(unit)[level], MILLION)
                odds *= 1 - away if there else away
            yield odds, sum(len(u) for u, there in zip(units, comes, strict=True) if there)


@st.composite
def invited(draw: st.DrawFn) -> tuple[Units, Absence]:
    """Up to 6 units of 1 to 3 people, any rates, up to 3 levels."""
    sizes = draw(st.lists(st.integers(1, 3), max_size=6))
    units = [tuple(f"{k}.{i}" for i in range(size)) for k, size in enumerate(sizes)]
    rates = {who: draw(st.integers(0, MILLION)) for unit in units for who in unit}
    some = st.integers(1, MILLION - 1)
    levels = tuple(draw(st.lists(some, min_size=1, max_size=3)))
    return units, Absence(rates, draw(some), levels)


@given(case=invited())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_the_turnout_is_that_of_all_evenings_counted(case: tuple[Units, Absence]) -> None:
    units, absence = case
    exact = [Fraction(0)] * (1 + sum(map(len, units)))
    for odds, there in evenings(units, absence):
        exact[there] += odds

    found = turnout(units, absence).mean(axis=0)

    assert found.tolist() == pytest.approx([float(each) for each in exact], abs=1e-14)


@given(case=invited(), seats=st.integers(0, 12))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_the_risk_is_that_of_all_evenings_counted(case: tuple[Units, Absence], seats: int) -> None:
    units, absence = case
    exact = sum((odds for odds, there in evenings(units, absence) if there > seats), Fraction(0))

    found = more_than_fit(units, absence, seats)

    assert abs(found - MILLION * exact) <= Fraction(1, 2) + Fraction(1, 10**6)


@given(
    case=invited(), seats=st.integers(0, 8), cap=st.integers(0, MILLION), split=st.integers(0, 6)
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_as_many_are_invited_as_the_cap_allows(
    case: tuple[Units, Absence], seats: int, cap: int, split: int
) -> None:
    units, absence = case
    chosen, order = units[:split], units[split:]
    risks = [more_than_fit(chosen + order[:k], absence, seats) for k in range(len(order) + 1)]

    found = invite_beyond(chosen, order, absence, seats, cap=cap)

    most = max([0, *(k for k, risk in enumerate(risks) if risk <= cap)])
    assert found == Invitations(tuple(who for unit in order[:most] for who in unit), risks[most])


def test_companions_crowd_a_room_more_often_than_people_alone() -> None:
    absence = Absence(dict.fromkeys("abcd", 500_000), 500_000, (500_000,))

    together = more_than_fit([("a", "b"), ("c", "d")], absence, 3)
    alone = more_than_fit([("a",), ("b",), ("c",), ("d",)], absence, 3)

    assert (together, alone) == (250_000, 62_500)


def test_a_rate_that_is_not_known_crowds_a_room_more_often_than_one_that_is() -> None:
    ids = [f"p{k}" for k in range(240)]
    rates = dict.fromkeys(ids, 300_000)

    known = more_than_fit([(who,) for who in ids], Absence(rates, 300_000, (300_000,)), 200)
    unknown = more_than_fit([(who,) for who in ids], Absence(rates, 300_000, (100_000, 300_000, 500_000)), 200)  # fmt: skip

    assert known < 10
    assert unknown > 300_000


def test_by_the_prior_nine_stops_in_ten_lose_10_to_55_percent() -> None:
    def share(x: float) -> float:  # the Beta(3, 7) distribution function
        return sum(math.comb(9, k) * x**k * (1 - x) ** (9 - k) for k in range(3, 10))

    assert (share(0.0977), share(0.5497)) == pytest.approx((0.05, 0.95), abs=1e-3)


def test_levels_are_percentiles_of_the_prior() -> None:
    absence = expect_absence(STUDENTS)

    assert absence.base == 300_000
    assert len(absence.levels) == 10
    assert absence.levels[:2] == (97_747, 154_223)
    assert absence.levels[-2:] == (449_649, 549_642)


def test_without_past_stops_everybody_has_the_rate_that_is_stated() -> None:
    absence = expect_absence([*STUDENTS, *MAKERS], prior=(1, 1))

    assert set(absence.rates.values()) == {500_000}
    assert absence.levels == tuple(range(50_000, MILLION, 100_000))


def test_a_past_stop_counts_as_twenty_people() -> None:
    absence = expect_absence(STUDENTS, [Attendance(200, 100)])

    assert absence.base == round(MILLION * Fraction(3 + 10, 10 + 20))
    assert set(absence.rates.values()) == {absence.base}


def test_levels_draw_nearer_with_every_stop() -> None:
    spreads = [
        (levels := expect_absence(STUDENTS, [Attendance(200, 140)] * stops).levels)[-1] - levels[0]
        for stops in range(5)
    ]

    assert spreads == sorted(spreads, reverse=True)


def test_rates_follow_a_trait_that_was_counted() -> None:
    rates = expect_absence([*STUDENTS, *MAKERS], [STOP]).rates

    # 20 people at 30 % stand before the hundred that were counted
    assert rates == {
        **{person.id: round(MILLION * Fraction(6 + 50, 120)) for person in STUDENTS},
        **{person.id: round(MILLION * Fraction(6 + 10, 120)) for person in MAKERS},
    }


def test_two_traits_that_say_the_same_count_once() -> None:
    twice = Attendance(
        200, 140, (*STOP.values, ("years", "5", 100, 90), ("years", "none", 100, 50))
    )

    people = [*STUDENTS, *MAKERS]

    assert expect_absence(people, [twice]) == expect_absence(people, [STOP])


def test_a_value_seen_twice_says_little() -> None:
    once = Attendance(200, 140, (("role", "maker", 2, 0),))

    rates = expect_absence(MAKERS, [once]).rates

    assert set(rates.values()) == {round(MILLION * Fraction(6 + 2, 22))}


def test_stops_add_up_and_nobody_is_given_up() -> None:
    never = Attendance(1000, 0, (("role", "student", 1000, 0), ("role", "ghost", 5, 0)))

    rates = expect_absence([*STUDENTS, *MAKERS], [never, never, Attendance(0, 0)]).rates

    assert {rates[person.id] for person in STUDENTS} == {950_000}
    assert {rates[person.id] for person in MAKERS} == {round(MILLION * Fraction(43, 50))}


def test_the_order_of_people_does_not_matter() -> None:
    people = [*STUDENTS, *MAKERS]

    assert expect_absence(people[::-1], [STOP]) == expect_absence(people, [STOP])


@pytest.mark.parametrize("prior", [(0, 1), (1, 0)])
def test_a_prior_that_is_certain_is_refused(prior: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="prior"):
        expect_absence(STUDENTS, prior=prior)


@pytest.mark.parametrize(
    "stop", [(1, 2), (1, -1), (5, 5, (("a", "b", 1, 2),)), (5, 5, (("a", "b", -1, -1),))]
)
def test_a_stop_at_which_more_came_than_were_invited_is_refused(stop: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="came"):
        Attendance(*stop)


@pytest.mark.parametrize("levels", [(), (0,), (MILLION,)])
def test_levels_that_are_certain_are_refused(levels: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="levels"):
        Absence({}, 300_000, levels)


@pytest.mark.parametrize("rate", [-1, MILLION + 1])
def test_rates_that_are_none_are_refused(rate: int) -> None:
    with pytest.raises(ValueError, match="millionths"):
        Absence({"a": rate}, 300_000, (300_000,))


def test_fifty_stops_and_thousands_of_values_take_no_minute() -> None:
    people = [Person(str(k), {"age": (str(k % 7),)}) for k in range(400)]
    ages = tuple(("age", str(k), 60, 24) for k in range(3000))
    start = time.process_time()

    absence = expect_absence(people, [Attendance(200, 140, ages)] * STOPS, prior=(100, 100))

    assert absence.levels == tuple(sorted(absence.levels))
    assert time.process_time() - start < 5


def test_rates_that_round_to_nothing_are_no_error() -> None:
    names = [f"f{k:02}" for k in range(30)]
    q = Person("q", {**dict.fromkeys(names, ("yes",)), "z": ("yes",)})
    others = [Person(name, {name: ("yes",)}) for name in names]
    huge = 2**53 - 1
    values = tuple((name, "yes", huge, huge) for name in (*names, "z"))

    assert expect_absence([q, *others], [Attendance(huge, huge, values)]).rates["q"] == 0
