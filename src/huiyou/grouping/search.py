"""Seat people at tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from huiyou.errors import ImpossibleError
from huiyou.grouping.anneal import improve
from huiyou.grouping.encode import Ints, encode
from huiyou.grouping.measure import measure
from huiyou.grouping.record import Grouping
from huiyou.grouping.terms import Terms, check_fit, make_units, table_sizes
from huiyou.people import Person, people_digest
from huiyou.proof import Chance, digest

__all__ = ["group"]


def group(
    people: Sequence[Person],
    tables: int,
    *,
    rounds: int = 1,
    terms: Terms,
    together: Sequence[Sequence[str]] = (),
    seed: str,
    sweeps: int = 1000,
    report: Callable[[float], None] | None = None,
) -> Grouping:
    """Seat people at tables so that trades mix, wishes are met and nobody meets twice.

    Parameters
    ----------
    people : sequence of Person, length n
        Only ``id`` and ``traits`` are read; order does not matter.
    tables : int
        Between 1 and n; sizes are ``n // tables`` or one more.
    rounds : int
        Planned jointly.
    terms : Terms
        What to mix, whom to keep apart, what each table needs, and who hopes to meet whom.
    together : sequence of sequence of str
        Groups that share a table in every round; ids that are not among ``people`` are left out.
    seed : str
        Same seed and people, same tables.
    sweeps : int
        Passes of n × rounds tried swaps. A tenth of as many descend without chance at the end.
    report : callable, optional
        Told the share of the sweeps that are done, now and then.

    Returns
    -------
    Grouping

    Raises
    ------
    ImpossibleError
        ``tables_exceed_people``, ``group_exceeds_table`` or ``groups_do_not_fit``.
    ValueError
        If groups overlap, or there is no such round as ``terms.home_round``.

    Notes
    -----
    1. Sort people by their values and deal them round the tables like cards, companions first,
       beginning one table further each round.
    2. Swap people, or groups of the same number of heads, between two tables of a round, accepting
       losses by simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983) at a temperature that
       falls geometrically. A swap costs O(table size + traits): counts by table, trait and value
       stand in for pairs, as in swap search on the maximally diverse grouping problem (Lai and Hao
       2016, section 3).

    Repeats, people to keep apart and unmet needs each cost 100 times the sum of the mixing weights,
    wishes 3 times: a weighted sum, so a wish is worth more than mixing but not beyond any price.
    200 people, 21 tables, 3 rounds, 1,000 sweeps: 1.7 CPU seconds, 0.6 % below the bound; the first
    call on a machine compiles for about 3 s more.

    Examples
    --------
    >>> from fractions import Fraction
    >>> people = [Person(f"p{k}", {"trade": ("law" if k % 2 else "film",)}) for k in range(8)]
    >>> record = group(people, 2, terms=Terms(mix={"trade": Fraction(1)}), seed="a", sweeps=20)
    >>> record.diversity == record.bound, record.status
    (True, 'optimal')
    """
    people = sorted(people, key=lambda person: person.id)
    if not 1 <= tables <= len(people):
        raise ImpossibleError("tables_exceed_people", tables=tables, people=len(people))
    if not 1 <= terms.home_round <= rounds:
        raise ValueError(f"no round {terms.home_round} among {rounds}")
    sizes = table_sizes(len(people), tables)
    units = make_units(people, together)
    check_fit(units, sizes)
    seated = _deal(people, units, sizes, rounds, terms)
    if tables > 1:
        word = Chance(seed).fork("grouping").word()
        seated = improve(
            seated, sizes, encode(people, units, terms), word, sweeps=sweeps, report=report
        )
    plan = [
        [sorted(people[i].id for i in np.flatnonzero(seated[r] == t)) for t in range(tables)]
        for r in range(rounds)
    ]
    return _record(people, together, plan, terms, seed=seed, sweeps=sweeps if tables > 1 else 0)


def _record(
    people: Sequence[Person],
    together: Sequence[Sequence[str]],
    plan: Sequence[Sequence[Sequence[str]]],
    terms: Terms,
    *,
    seed: str,
    sweeps: int,
) -> Grouping:
    inside = {person.id for person in people}
    groups = sorted(sorted(set(unit) & inside) for unit in together)
    groups = [unit for unit in groups if len(unit) > 1]
    found = measure(people, groups, plan, terms)
    return Grouping(
        rounds=tuple(tuple(tuple(table) for table in tables) for tables in plan),
        hosts=_hosts(people, plan[terms.home_round - 1], terms, seed),
        terms=terms,
        wants=found.wants,
        diversity=found.diversity,
        bound=found.bound,
        violations=found.violations,
        seed=seed,
        sweeps_done=sweeps,
        inputs={"people": people_digest(people), "together": digest(groups)},
    )


def _hosts(
    people: Sequence[Person], tables: Sequence[Sequence[str]], terms: Terms, seed: str
) -> tuple[str, ...]:
    """Draw one host for each table among those who are willing."""
    if terms.host is None:
        return ()
    chance = Chance(seed).fork("hosts")
    willing = {person.id for person in people if person.has(*terms.host)}
    choices = [[who for who in table if who in willing] for table in tables]
    return tuple(chance.pick(choice) if choice else "" for choice in choices)


def _deal(
    people: Sequence[Person],
    units: Sequence[Sequence[int]],
    sizes: Sequence[int],
    rounds: int,
    terms: Terms,
) -> Ints:
    """Sort groups by size and values and deal them round the tables."""
    heaviest_first = sorted(terms.mix, key=lambda trait: -terms.mix[trait])
    order = sorted(
        units,
        key=lambda unit: (-len(unit), [people[unit[0]].values(t) for t in heaviest_first], unit[0]),
    )
    start = np.zeros((rounds, len(people)), dtype=np.int64)
    heads = [len(unit) for unit in order]
    for r in range(rounds):
        dealt = _round_the_tables(heads, sizes, r) or _packed(heads, sizes)
        if dealt is None:
            raise ImpossibleError("groups_do_not_fit", group=heads[0], seats=max(sizes))
        for unit, table in zip(order, dealt, strict=True):
            start[r, list(unit)] = table
    return start


def _round_the_tables(heads: Sequence[int], sizes: Sequence[int], turn: int) -> list[int] | None:
    """Give each group a table, one further each time; None if this leaves a group standing."""
    left, dealt = list(sizes), []
    for size in heads:
        free = [t % len(sizes) for t in range(turn, turn + len(sizes))]
        table = next((t for t in free if left[t] >= size), None)
        if table is None:
            return None
        dealt.append(table)
        left[table] -= size
        turn = table + 1
    return dealt


def _packed(heads: Sequence[int], sizes: Sequence[int]) -> list[int] | None:
    """Give each group a table, trying every way before None: a group standing proves nothing yet."""
    tables: list[int] = []  # of the groups that sit so far
    left, dead, first = list(sizes), set[tuple[int, ...]](), 0
    while len(tables) < len(heads):
        size, state = heads[len(tables)], (len(tables), *sorted(left))
        free = range(first, len(left) if state not in dead else 0)
        table = next((t for t in free if left[t] >= size and left[t] not in left[:t]), None)
        if table is not None:
            tables.append(table)
            left[table] -= size
            first = 0
            continue
        dead.add(state)
        if not tables:
            return None
        first = tables.pop() + 1
        left[first - 1] += heads[len(tables)]
    return tables
