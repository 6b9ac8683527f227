"""How good tables can be at best, and how bad they must be: by counting alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from huiyou.grouping.terms import Terms
from huiyou.people import Person

__all__ = [
    "diversity_bound",
    "even_pairs",
    "fewest_apart_broken",
    "fewest_needs_unmet",
    "fewest_repeats",
]


def even_pairs(count: int, tables: int) -> int:
    """Give the pairs at one table that ``count`` people make at the least over ``tables`` tables.

    Examples
    --------
    >>> even_pairs(34, 21)
    13
    """
    each, extra = divmod(count, tables)
    return extra * each * (each + 1) // 2 + (tables - extra) * each * (each - 1) // 2


def diversity_bound(
    people: Sequence[Person], sizes: Sequence[int], rounds: int, terms: Terms
) -> Fraction:
    """Give a diversity that no grouping can exceed.

    Parameters
    ----------
    people : sequence of Person
    sizes : sequence of int
        Seats by table.
    rounds : int
    terms : Terms

    Returns
    -------
    Fraction
        Of all pairs that share a table, no fewer have the same value of a trait than if each value
        were spread evenly over the tables. Traits and rounds are bounded apart and added, so the
        bound holds whatever else is asked; constraints only lower what can be reached.

    Notes
    -----
    O(people × traits).
    """
    pairs = sum(size * (size - 1) // 2 for size in sizes)
    best = Fraction(0)
    for trait, weight in terms.mix.items():
        held = Counter(person.values(trait) for person in people)
        best += weight * (pairs - sum(even_pairs(count, len(sizes)) for count in held.values()))
    return rounds * best


def fewest_apart_broken(
    people: Sequence[Person],
    units: Sequence[Sequence[int]],
    trait: str,
    tables: int,
    rounds: int,
) -> int:
    """Give the pairs with the same value of ``trait`` that must share a table, companions not counted."""
    held = Counter(person.values(trait) for person in people if person.values(trait))
    inside = Counter(
        people[i].values(trait)
        for unit in units
        for k, i in enumerate(unit)
        for j in unit[:k]
        if people[i].values(trait) == people[j].values(trait)
    )
    return rounds * sum(max(0, even_pairs(n, tables) - inside[value]) for value, n in held.items())


def fewest_needs_unmet(
    people: Sequence[Person],
    units: Sequence[Sequence[int]],
    need: tuple[str, str],
    tables: int,
    rounds: int,
) -> int:
    """Give the tables that must go without anybody who has this trait's value."""
    able = sum(any(people[i].has(*need) for i in unit) for unit in units)
    return rounds * max(0, tables - able)


def fewest_repeats(units: Sequence[Sequence[int]], sizes: Sequence[int], rounds: int) -> int:
    """Give the meetings that must be repeats, companions not counted.

    Notes
    -----
    The larger of two counts. A table's people spread over all tables of the next round: those who
    must share one meet again. And a person cannot meet more others than there are.
    """
    tables, people = len(sizes), sum(sizes)
    inside = sum(len(unit) * (len(unit) - 1) // 2 for unit in units)
    spread = (rounds - 1) * max(0, sum(even_pairs(size, tables) for size in sizes) - inside)
    short = sum(
        len(unit) * max(0, rounds * (min(sizes) - len(unit)) - (people - len(unit)))
        for unit in units
    )
    return max(spread, -(-short // 2))
