"""Small companies, and the slow obvious way to count and to seat them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product

from hypothesis import strategies as st

from huiyou.grouping import Terms
from huiyou.people import Person

Plan = Sequence[Sequence[Sequence[str]]]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Instance:
    people: tuple[Person, ...]
    tables: int
    rounds: int
    together: tuple[Pair, ...]
    terms: Terms

    def values(self, who: str, trait: str) -> tuple[str, ...]:
        return next(p for p in self.people if p.id == who).traits.get(trait, ())

    def bonded(self, a: str, b: str) -> bool:
        return (a, b) in self.together or (b, a) in self.together

    def seatings(self) -> list[list[tuple[str, ...]]]:
        """Give every way to seat one round with companions together; tables have no names."""
        ids = [p.id for p in self.people]
        small, extra = divmod(len(ids), self.tables)
        sizes = [small + (t < extra) for t in range(self.tables)]
        return [
            seating
            for seating in _partitions(ids, sizes)
            if all(any({a, b} <= set(t) for t in seating) for a, b in self.together)
        ]

    def plans(self) -> Iterator[Plan]:
        yield from product(self.seatings(), repeat=self.rounds)

    def diversity(self, plan: Plan) -> Fraction:
        return sum(
            (
                weight
                for table in _tables(plan)
                for a, b in combinations(table, 2)
                for trait, weight in self.terms.mix.items()
                if self.values(a, trait) != self.values(b, trait)
            ),
            Fraction(0),
        )

    def repeats(self, plan: Plan) -> int:
        met: list[set[str]] = [
            {a, b}
            for table in _tables(plan)
            for a, b in combinations(table, 2)
            if not self.bonded(a, b)
        ]
        return sum(pair in met[:k] for k, pair in enumerate(met))

    def apart_broken(self, plan: Plan, trait: str) -> int:
        return sum(
            self.values(a, trait) == self.values(b, trait) != ()
            for table in _tables(plan)
            for a, b in combinations(table, 2)
            if not self.bonded(a, b)
        )

    def needs_unmet(self, plan: Plan, need: Pair) -> int:
        trait, value = need
        return sum(
            not any(value in self.values(who, trait) for who in table) for table in _tables(plan)
        )

    def violations(self, plan: Plan) -> list[int]:
        """Count what is broken, in the order of the record."""
        return [
            self.repeats(plan),
            *(self.apart_broken(plan, trait) for trait in self.terms.apart),
            *(self.needs_unmet(plan, need) for need in self.terms.each_table),
        ]

    def wishes(self, who: str) -> set[Pair]:
        """Give what this person hopes to meet and somebody is."""
        return {
            (there, value)
            for here, there in self.terms.wants.items()
            for value in self.values(who, here)
            if any(value in self.values(other.id, there) for other in self.people)
        }

    def met(self, plan: Plan, who: str) -> set[Pair]:
        return {
            (trait, value)
            for trait, value in self.wishes(who)
            for table in _tables(plan)
            if who in table
            and any(value in self.values(other, trait) for other in table if other != who)
        }

    def wants(self, plan: Plan) -> dict[str, Fraction]:
        return {
            p.id: Fraction(len(self.met(plan, p.id)), len(self.wishes(p.id)))
            for p in self.people
            if self.wishes(p.id)
        }


def _tables(plan: Plan) -> list[Sequence[str]]:
    return [table for seating in plan for table in seating]


def _partitions(ids: list[str], sizes: list[int]) -> Iterator[list[tuple[str, ...]]]:
    if not ids:
        yield []
        return
    # the first of those left sits at the next table of each size
    for size in sorted(set(sizes)):
        rest = list(sizes)
        rest.remove(size)
        for others in combinations(ids[1:], size - 1):
            left = [who for who in ids[1:] if who not in others]
            for seating in _partitions(left, rest):
                yield [(ids[0], *others), *seating]


weights = st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 2), Fraction(2, 3)])


@st.composite
def instances(draw: st.DrawFn, most_people: int = 10, most_rounds: int = 3) -> Instance:
    """2 to 10 people, some without answers, with everything a grouping may be asked."""
    n = draw(st.integers(2, most_people))
    one = st.lists(st.sampled_from("xyz"), max_size=1).map(tuple)
    several = st.lists(st.sampled_from("xyz"), unique=True, max_size=2).map(tuple)
    people = tuple(
        Person(f"p{k}", {"trade": draw(one), "firm": draw(one), "skill": draw(several), "hopes": draw(several)})
        for k in range(n)
    )  # fmt: skip
    tables = draw(st.integers(1, n))
    order = draw(st.permutations([p.id for p in people]))
    pairs = draw(st.integers(0, min(2, n // 2)))
    pairs = min(pairs, sum(len(order[t::tables]) // 2 for t in range(tables)))
    mix = {
        t: draw(weights) for t in draw(st.lists(st.sampled_from(["trade", "skill"]), unique=True))
    }
    needs = [("skill", "x"), ("trade", "y")]
    each_table = tuple(draw(st.lists(st.sampled_from(needs), unique=True)))
    rounds = draw(st.integers(1, most_rounds))
    terms = Terms(
        mix=mix,
        wants=draw(st.sampled_from([{}, {"hopes": "trade"}, {"hopes": "skill"}])),
        apart=draw(st.sampled_from([(), ("firm",), ("firm", "trade")])),
        each_table=each_table,
        host=each_table[0] if each_table else None,
        home_round=draw(st.integers(1, rounds)),
    )
    together = tuple((order[2 * k], order[2 * k + 1]) for k in range(pairs))
    return Instance(people, tables, rounds, together, terms)
