"""People and terms as whole numbers, which is all the table search sees."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from huiyou.grouping.terms import Terms
from huiyou.people import Person

__all__ = ["Ints", "Problem", "State", "empty_state", "encode"]

Ints = npt.NDArray[np.int64]

# Prices in units of the sum of all mixing weights, so that each rank of terms outweighs the next:
# a broken constraint, a person none of whose wishes is met, a pair alike in everything.
CONSTRAINT_PRICE, WISH_PRICE = 100, 3


class Problem(NamedTuple):
    """What does not change during a search; -1 fills arrays where a person has nothing.

    Shapes: A traits to mix, K traits to keep apart, D needs, Q wants and O offers of one person at
    most, n people, G the largest group that stays together.
    """

    categories: Ints  # (A, n) each person's value of each trait to mix, never -1
    weights: Ints  # (A,) what one pair of the same value costs
    apart: Ints  # (K, n)
    able: Ints  # (D, n) 1 where a person meets the need
    wants: Ints  # (n, Q) what each hopes to meet
    offers: Ints  # (n, O) what each is to others, in the codes of `wants`
    value: Ints  # (n,) what one wish that is met is worth
    unit: Ints  # (n,) the group a person stays with
    units: Ints  # (number of groups, G) their members
    prices: Ints  # (3,) of a pair that meets again, a pair that should be apart, a need unmet
    scale: int  # sum of the weights


class State(NamedTuple):
    """Where everyone sits; R rounds, T tables, S seats at the largest table."""

    sizes: Ints  # (R, T)
    members: Ints  # (R, T, S)
    table: Ints  # (R, n)
    place: Ints  # (R, n) index in members
    counts: Ints  # (R, T, A, C) people by table, trait and value
    filled: Ints  # (R, T, D) people who meet a need
    met: Ints  # (n, n) rounds that two people of different groups sit together
    heard: Ints  # (n, Q) how often each wish is met


def empty_state(problem: Problem, rounds: int, tables: int, seats: int) -> State:
    """Give a state with nobody at any table."""
    a, n = problem.categories.shape
    values = int(problem.categories.max(initial=0)) + 1

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return State(
        zeros(rounds, tables),
        zeros(rounds, tables, seats),
        zeros(rounds, n),
        zeros(rounds, n),
        zeros(rounds, tables, a, values),
        zeros(rounds, tables, problem.able.shape[0]),
        zeros(n, n),
        zeros(n, problem.wants.shape[1]),
    )


def encode(people: Sequence[Person], units: Sequence[Sequence[int]], terms: Terms) -> Problem:
    """Write people and terms as whole numbers; weights that are fractions by their common denominator."""
    n = len(people)
    unit_of = np.zeros(n, dtype=np.int64)
    for u, unit in enumerate(units):
        unit_of[list(unit)] = u
    common = lcm(*(weight.denominator for weight in terms.mix.values()))
    weights = [int(weight * common) for weight in terms.mix.values()]
    scale = max(1, sum(weights))
    codes: dict[tuple[str, str], int] = {}
    offers = [
        [codes.setdefault((trait, v), len(codes)) for trait in sorted(set(terms.wants.values())) for v in p.values(trait)]
        for p in people
    ]  # fmt: skip
    wants = [sorted(codes[wish] for wish in terms.wishes(p) if wish in codes) for p in people]
    value = [WISH_PRICE * scale // max(1, len(wishes)) for wishes in wants]
    return Problem(
        categories=_ints([_code(people, trait) for trait in terms.mix], n),
        weights=np.array(weights, dtype=np.int64),
        apart=_ints([_apart(people, trait) for trait in terms.apart], n),
        able=_ints([[int(p.has(*need)) for p in people] for need in terms.each_table], n),
        wants=_padded(wants),
        offers=_padded(offers),
        value=np.array(value, dtype=np.int64),
        unit=unit_of,
        units=_padded(units),
        prices=np.full(3, CONSTRAINT_PRICE * scale, dtype=np.int64),
        scale=scale,
    )


def _code(people: Sequence[Person], trait: str) -> list[int]:
    """Give each person the number of their value of a trait; no answer is a value of its own."""
    codes: dict[tuple[str, ...], int] = {}
    return [codes.setdefault(person.values(trait), len(codes)) for person in people]


def _apart(people: Sequence[Person], trait: str) -> list[int]:
    """Give the same numbers, but −1 to those without an answer: they need not be kept apart."""
    codes = _code(people, trait)
    return [code if p.values(trait) else -1 for p, code in zip(people, codes, strict=True)]


def _ints(rows: Sequence[Sequence[int]], width: int) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)


def _padded(rows: Sequence[Sequence[int]]) -> Ints:
    """Make a rectangle of lists of different lengths; −1 fills."""
    width = max(1, max(map(len, rows), default=0))
    return np.array([[*row, *[-1] * (width - len(row))] for row in rows], dtype=np.int64)
