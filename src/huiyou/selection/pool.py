"""Everybody who may be chosen, as units that are taken whole, and what counts for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from huiyou.people import Person
from huiyou.selection.quotas import Quota

__all__ = ["Pool", "make_pool", "make_units"]

Ints: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Pool:
    """Units, and how much each adds to what is bounded.

    Parameters
    ----------
    units : tuple of tuple of str, length u
        Ids that come all or not at all, sorted.
    counts : int array, shape (r, u)
        What a unit adds to each row. The last row counts heads.
    lower, upper : int array, shape (r,)
        Between what a panel's sum must lie; in the last row both are the number of seats.
    families : int array, shape (r,)
        Rows of one feature share a number, so that a change of value is one from row to row.
    members : tuple of int array, length u
        For each unit its people's own counts, shape (r, size).
    """

    units: tuple[tuple[str, ...], ...]
    counts: Ints
    lower: Ints
    upper: Ints
    families: Ints
    members: tuple[Ints, ...]

    @cached_property
    def _grouped(self) -> tuple[Ints, Ints, Ints]:
        types, type_of, sizes = np.unique(
            self.counts.T, axis=0, return_inverse=True, return_counts=True
        )
        return types.T.copy(), type_of.reshape(-1), sizes

    @property
    def types(self) -> Ints:
        """Distinct columns of ``counts``, shape (r, t), in lexical order: who is alike is one type."""
        return self._grouped[0]

    @property
    def type_of(self) -> Ints:
        """Type of each unit, shape (u,)."""
        return self._grouped[1]

    @property
    def sizes(self) -> Ints:
        """How many units are of each type, shape (t,)."""
        return self._grouped[2]

    def holds(self, panel: Sequence[int] | Ints) -> bool:
        """Say whether the units of a panel fill the seats and meet every row."""
        sums = self.counts[:, panel].sum(axis=1)
        return bool(np.all(sums >= self.lower) and np.all(sums <= self.upper))


def make_pool(
    people: Sequence[Person],
    seats: int,
    quotas: Sequence[Quota],
    together: Sequence[Sequence[str]] = (),
    one_of: Sequence[Sequence[str]] = (),
) -> Pool:
    """Count what every unit adds to the quotas, to each "one of these" and to the seats.

    Parameters
    ----------
    people : sequence of Person
    seats : int
    quotas : sequence of Quota
    together : sequence of sequence of str
        Groups of ids that come all or not at all.
    one_of : sequence of sequence of str
        Groups of ids of which one unit at most may come, such as a household or a company.
        Companions count once.

    Returns
    -------
    Pool

    Raises
    ------
    ValueError
        If groups of ``together`` overlap, or a group names somebody who is not there.

    Examples
    --------
    >>> people = [Person(k, {"trade": (t,)}) for k, t in zip("abc", ("law", "law", "film"))]
    >>> pool = make_pool(people, 2, [Quota("trade", "law", 1, 1)], together=[("b", "c")])
    >>> pool.units, pool.counts.tolist(), len(pool.sizes)
    ((('a',), ('b', 'c')), [[1, 1], [1, 2]], 2)
    """
    units = make_units(people, together)
    by_id = {person.id: person for person in people}
    shared = [set(group) for group in one_of if len(set(group)) > 1]
    if not set().union(*shared) <= by_id.keys():
        raise ValueError("a group names people who are not there")

    def count(who: str) -> list[int]:
        person = by_id[who]
        return [
            *(int(person.has(quota.feature, quota.value)) for quota in quotas),
            *(int(who in group) for group in shared),
            1,
        ]

    members = tuple(np.array([count(who) for who in unit], dtype=np.int64).T for unit in units)
    counts = np.stack([rows.sum(axis=1) for rows in members], axis=1)
    first, last = len(quotas), len(quotas) + len(shared)
    counts[first:last] = np.minimum(counts[first:last], 1)
    named: dict[Any, int] = {}
    keys = [quota.feature for quota in quotas] + list(range(len(shared) + 1))
    return Pool(
        units=tuple(units),
        counts=counts,
        lower=np.array([q.minimum for q in quotas] + [0] * len(shared) + [seats], dtype=np.int64),
        upper=np.array([q.maximum for q in quotas] + [1] * len(shared) + [seats], dtype=np.int64),
        families=np.array([named.setdefault(key, len(named)) for key in keys], dtype=np.int64),
        members=members,
    )


def make_units(
    people: Sequence[Person], together: Sequence[Sequence[str]]
) -> list[tuple[str, ...]]:
    """Give the groups that are taken whole: companions, then everybody else alone, by id."""
    groups = sorted(tuple(sorted(group)) for group in together)
    grouped = [who for group in groups for who in group]
    if len(set(grouped)) < len(grouped) or not set(grouped) <= {person.id for person in people}:
        raise ValueError("groups overlap or name people who are not there")
    inside = set(grouped)
    return sorted(groups + [(person.id,) for person in people if person.id not in inside])
