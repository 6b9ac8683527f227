"""Small pools of people, and the slow obvious way to choose from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from hypothesis import strategies as st

from huiyou.people import Person
from huiyou.selection import Quota

Group = tuple[str, ...]


@dataclass(frozen=True)
class Instance:
    people: tuple[Person, ...]
    seats: int
    quotas: tuple[Quota, ...]
    together: tuple[Group, ...]

    def units(self) -> list[Group]:
        """Companions, and everybody else alone."""
        paired = {who for pair in self.together for who in pair}
        return [*self.together, *((p.id,) for p in self.people if p.id not in paired)]

    def choices(self) -> list[set[str]]:
        """Give every way to fill the seats, whatever the quotas say."""
        units = self.units()
        return [
            {who for unit in taken for who in unit}
            for k in range(len(units) + 1)
            for taken in combinations(units, k)
            if sum(map(len, taken)) == self.seats
        ]

    def count(self, chosen: set[str], quota: Quota) -> int:
        return sum(
            quota.value in p.traits.get(quota.feature, ()) for p in self.people if p.id in chosen
        )

    def holds(self, chosen: set[str], quotas: Sequence[Quota]) -> bool:
        return all(q.minimum <= self.count(chosen, q) <= q.maximum for q in quotas)

    def possible(self, quotas: Sequence[Quota]) -> bool:
        return any(self.holds(chosen, quotas) for chosen in self.choices())

    def moved(self, chosen: set[str]) -> int:
        """By how many people the quotas would have to give way for this choice."""
        counts = [(self.count(chosen, q), q) for q in self.quotas]
        return sum(max(0, q.minimum - n) + max(0, n - q.maximum) for n, q in counts)

    def conflicts(self) -> list[set[tuple[str, str]]]:
        """Give every set of quotas that conflict while any of them left out would not."""
        return [
            {(q.feature, q.value) for q in some}
            for k in range(1, len(self.quotas) + 1)
            for some in combinations(self.quotas, k)
            if not self.possible(some)
            and all(self.possible([q for q in some if q != out]) for out in some)
        ]

    def changed(self, changes: Sequence[dict[str, object]]) -> Instance:
        new = {(c["feature"], c["value"]): c for c in changes}
        return replace(
            self,
            quotas=tuple(
                Quota(q.feature, q.value, int(str(c["min"])), int(str(c["max"])))
                if (c := new.get((q.feature, q.value)))
                else q
                for q in self.quotas
            ),
        )


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    """3 to 8 people with 1 to 3 traits, up to 5 quotas of any bounds, up to 3 pairs."""
    n = draw(st.integers(3, 8))
    traits = "ABC"[: draw(st.integers(1, 3))]
    values = st.lists(st.sampled_from("xyz"), unique=True, max_size=2).map(tuple)
    people = tuple(Person(f"p{k}", {trait: draw(values) for trait in traits}) for k in range(n))
    keys = [(trait, value) for trait in traits for value in "xyz"]
    quotas = []
    for feature, value in draw(st.lists(st.sampled_from(keys), unique=True, max_size=5)):
        low = draw(st.integers(0, 4))
        quotas.append(Quota(feature, value, low, draw(st.integers(low, 5))))
    order = draw(st.permutations([person.id for person in people]))
    pairs = draw(st.integers(0, min(3, n // 2)))
    together = tuple((order[2 * k], order[2 * k + 1]) for k in range(pairs))
    return Instance(people, draw(st.integers(1, n)), tuple(quotas), together)
