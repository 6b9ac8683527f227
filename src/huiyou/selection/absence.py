"""Who is likely to stay away; with the standard library alone, for judges work it out again."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from huiyou.people import Person
from huiyou.selection.attendance import Attendance
from huiyou.selection.crowding import MILLION, reached

__all__ = [
    "MILLION",
    "PRIOR",
    "Absence",
    "belief",
    "expect_absence",
]

PRIOR = (3, 7)  # stayed away, came: with Beta(3, 7), nine stops in ten lose 10 to 55 %
STOP_WEIGHT = 20  # a stop tells as much of the next one as so many people of it would
VALUE_WEIGHT = 20  # so many people who are like everybody stand before those counted
LEVELS = range(5, 100, 10)  # percentiles at the middle of ten equally likely parts
RAKING_ROUNDS = 50
SURELY = 950_000  # nobody is taken to stay away more surely than this


@dataclass(frozen=True, slots=True)
class Absence:
    """How likely each person is to stay away, in whole millionths.

    Parameters
    ----------
    rates : mapping of str to int
        Millionths for each id, if as many stay away as expected.
    base : int
        Millionths expected to stay away of people of whom nothing else is known.
    levels : tuple of int
        Equally likely values of ``base``: one evening loses more than another, and nobody knows
        beforehand which it will be. One level means that the rate is known.

    Examples
    --------
    >>> absence = Absence({"a": 300_000, "b": 600_000}, 300_000, (100_000, 500_000))
    >>> absence.of(("a",)), absence.of(("a", "b"))
    ((100000, 500000), (175000, 656250))
    """

    rates: Mapping[str, int]
    base: int
    levels: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.levels or not all(0 < k < MILLION for k in (self.base, *self.levels)):
            raise ValueError("base and levels must lie between 0 and a million")
        if not all(0 <= rate <= MILLION for rate in self.rates.values()):
            raise ValueError("rates are counted in millionths")

    def of(self, group: Sequence[str]) -> tuple[int, ...]:
        """Give the millionths with which a group stays away, for each level.

        Companions come or stay together, as often as the mean of them would. From one level to
        another everybody's odds change by the same factor.
        """
        rate = Fraction(sum(self.rates[who] for who in group), len(group))
        found = []
        for level in self.levels:
            away = rate * level * (MILLION - self.base)
            there = (MILLION - rate) * self.base * (MILLION - level)
            found.append(round(MILLION * away / (away + there)))
        return tuple(found)


def expect_absence(
    people: Sequence[Person],
    past: Sequence[Attendance] = (),
    *,
    prior: tuple[int, int] = PRIOR,
) -> Absence:
    """Say how likely each person is to stay away, from past stops or else from the prior.

    Parameters
    ----------
    people : sequence of Person, length n
        Everybody who applied; order does not matter.
    past : sequence of Attendance
        Past stops, as counts. Without any, everybody has the prior's rate.
    prior : tuple of int
        Stayed away and came, at least 1 each: what is believed before anything is counted.

    Returns
    -------
    Absence
        With ten equally likely levels.

    Raises
    ------
    ValueError
        For a prior without both.

    Notes
    -----
    The level of an evening has a Beta distribution (Gelman et al. 2013, section 2.4). A past stop
    counts as 20 people and not as all of its own: people of one evening share its weather, and
    three stops do not tell the fourth to the percent. The levels are its percentiles 5, 15, … 95,
    found by bisection on exact sums.

    A value's rate counts its people of all stops, behind 20 who are like everybody; so a value
    seen twice says little. A person has several values. The rates are fitted to all of them in
    turn by proportional fitting on the people of now (Deming and Stephan 1940), so that two traits
    that say the same, such as a role and an age, count once. Values never counted say nothing.
    O(50 × n × values).

    Examples
    --------
    >>> people = [Person("a", {"role": ("student",)}), Person("b", {"role": ("maker",)})]
    >>> expect_absence(people).rates
    {'a': 300000, 'b': 300000}
    >>> stop = Attendance(200, 140, (("role", "student", 60, 24), ("role", "maker", 140, 116)))
    >>> expect_absence(people, [stop]).rates
    {'a': 525000, 'b': 187500}
    """
    away, there = belief(past, prior)
    base = Fraction(away, away + there)
    counted: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for stop in past:
        for feature, value, invited, came in stop.values:
            counted[feature, value][0] += invited
            counted[feature, value][1] += invited - came
    targets = {
        key: (VALUE_WEIGHT * base + absent) / (VALUE_WEIGHT + invited)
        for key, (invited, absent) in sorted(counted.items())
    }
    return Absence(
        _rake(sorted(people, key=lambda person: person.id), targets, base),
        round(MILLION * base),
        tuple(_percentile(away, there, percent) for percent in LEVELS),
    )


def belief(past: Sequence[Attendance], prior: tuple[int, int] = PRIOR) -> tuple[int, int]:
    """Give how many stayed away and how many came, as far as past stops and the prior tell of the next.

    Raises
    ------
    ValueError
        For a prior without both.

    Examples
    --------
    >>> belief([]), belief([Attendance(200, 140)])
    ((3, 7), (9, 21))
    """
    if min(prior) < 1:
        raise ValueError("a prior needs people who stayed away and people who came")
    away, there = prior
    for stop in past:
        if stop.invited:
            absent = round(Fraction(STOP_WEIGHT * (stop.invited - stop.came), stop.invited))
            away, there = away + absent, there + STOP_WEIGHT - absent
    return away, there


def _rake(
    people: Sequence[Person], targets: Mapping[tuple[str, str], Fraction], base: Fraction
) -> dict[str, int]:
    """Fit everybody's rate so that those with a value stay away as often as its target says."""
    having: dict[tuple[str, str], list[int]] = {key: [] for key in targets}
    for i, person in enumerate(people):
        for trait, values in person.traits.items():
            for value in dict.fromkeys(values):
                if (trait, value) in having:
                    having[trait, value].append(i)
    rates = [float(base)] * len(people)
    for _ in range(RAKING_ROUNDS):
        for key, members in having.items():
            # fsum rounds once, so the order of people and the machine do not matter
            now = math.fsum(rates[i] for i in members)
            for i in members if now else ():  # once they round to nothing they stay so
                rates[i] = min(
                    SURELY / MILLION, rates[i] * float(targets[key]) * len(members) / now
                )
    return {person.id: round(rate * MILLION) for person, rate in zip(people, rates, strict=True)}


def _percentile(away: int, there: int, percent: int) -> int:
    """Give the smallest rate in millionths that is not below a percentile of Beta(away, there)."""
    rates = range(1, MILLION)
    return rates[bisect_left(rates, True, key=lambda rate: reached(rate, away, there, percent))]
