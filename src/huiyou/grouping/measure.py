"""How good a plan of tables is: counted pair by pair, without the search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from huiyou.grouping import bounds
from huiyou.grouping.record import Violation
from huiyou.grouping.terms import Terms, make_units
from huiyou.people import Person

__all__ = ["Measures", "measure"]


@dataclass(frozen=True, slots=True)
class Measures:
    """What a plan achieves; the fields are those of `Grouping`."""

    diversity: Fraction
    bound: Fraction
    wants: dict[str, Fraction]
    violations: tuple[Violation, ...]


def measure(
    people: Sequence[Person],
    together: Sequence[Sequence[str]],
    plan: Sequence[Sequence[Sequence[str]]],
    terms: Terms,
) -> Measures:
    """Count what a plan achieves and what it breaks.

    Parameters
    ----------
    people : sequence of Person
    together : sequence of sequence of str
        Companions: their meetings are no repeats, and they may be of one company.
    plan : ``plan[r][t]``, sequence of str
    terms : Terms

    Returns
    -------
    Measures

    Notes
    -----
    O(rounds × people × table size).
    """
    by_id = {person.id: person for person in people}
    bonds = {frozenset(pair) for unit in together for pair in combinations(unit, 2)}
    tables = [table for round_ in plan for table in round_]
    pairs = [(by_id[a], by_id[b]) for table in tables for a, b in combinations(table, 2)]
    strangers = [(a, b) for a, b in pairs if frozenset((a.id, b.id)) not in bonds]
    differ = {t: sum(a.values(t) != b.values(t) for a, b in pairs) for t in terms.mix}
    order = sorted(people, key=lambda person: person.id)
    units = make_units(order, together)
    rounds, sizes = len(plan), [len(table) for table in plan[0]]
    meetings = Counter(frozenset((a.id, b.id)) for a, b in strangers)
    violations = [
        Violation(
            "repeats", "", "",
            sum(times - 1 for times in meetings.values()),
            bounds.fewest_repeats(units, sizes, rounds),
        )
    ]  # fmt: skip
    violations += [
        Violation(
            "apart", trait, "",
            sum(a.values(trait) == b.values(trait) != () for a, b in strangers),
            bounds.fewest_apart_broken(order, units, trait, len(sizes), rounds),
        )
        for trait in terms.apart
    ]  # fmt: skip
    violations += [
        Violation(
            "each_table", *need,
            sum(not any(by_id[who].has(*need) for who in table) for table in tables),
            bounds.fewest_needs_unmet(order, units, need, len(sizes), rounds),
        )
        for need in terms.each_table
    ]  # fmt: skip
    return Measures(
        diversity=sum((terms.mix[t] * count for t, count in differ.items()), Fraction(0)),
        bound=bounds.diversity_bound(people, sizes, rounds, terms),
        wants=_wants(people, by_id, tables, terms),
        violations=tuple(violations),
    )


def _wants(
    people: Sequence[Person],
    by_id: dict[str, Person],
    tables: Sequence[Sequence[str]],
    terms: Terms,
) -> dict[str, Fraction]:
    offered = {
        (trait, v) for p in people for trait in set(terms.wants.values()) for v in p.values(trait)
    }
    heard: dict[str, set[tuple[str, str]]] = {person.id: set() for person in people}
    for table in tables:
        for who in table:
            heard[who] |= {
                (trait, value)
                for other in table
                if other != who
                for trait in set(terms.wants.values())
                for value in by_id[other].values(trait)
            }
    wished = {person.id: terms.wishes(person) & offered for person in people}
    return {
        who: Fraction(len(wishes & heard[who]), len(wishes))
        for who, wishes in sorted(wished.items())
        if wishes
    }
