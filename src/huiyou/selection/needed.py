"""Who is on every panel, whatever the lottery, and which rows make it so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from huiyou.selection.pool import Pool, make_pool
from huiyou.selection.pools import Asked, rest_of, sort_into_pools
from huiyou.selection.program import solve_linear

__all__ = ["Need", "Row", "needed"]

Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]

SURE = 1 - 1e-7  # a share of one
PRICED = 1e-7  # a row's price above this is no rounding


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was asked for.

    Parameters
    ----------
    kind : {"max", "min", "seats", "one_of"}
        As in `huiyou.selection.reasons.Bound`.
    feature, value : str
        Of the quota; empty for the others.
    asked : int
        For the whole room.
    """

    kind: str
    feature: str
    value: str
    asked: int


@dataclass(frozen=True, slots=True)
class Need:
    """Rows that together leave no panel without some people.

    Parameters
    ----------
    rows : tuple of Row
    people : tuple of str
        Ids of those drawn for whom they need, sorted.
    """

    rows: tuple[Row, ...]
    people: tuple[str, ...]


def needed(asked: Asked, *, watch: Callable[[], None] = lambda: None) -> tuple[Need, ...]:
    """Find who has a chance of 1 by any objective, since no panel can do without them.

    Parameters
    ----------
    asked : Asked
    watch : callable, optional
        Called often; what it raises ends the work.

    Returns
    -------
    tuple of Need
        First each minimum that only just enough people can meet, then all other rows that need
        somebody, together. Somebody may be needed twice. None if nobody is needed, or if not even
        fractions of people meet the quotas.

    Raises
    ------
    InputError
        For pools that contradict themselves.

    Notes
    -----
    The linear program that gives some types as few seats as the rows allow is solved again for those
    it could not take any from, until it can take none from all that are left: these are needed, and
    its dual prices name the rows that show it. Whoever is needed in fractions is on every panel; the
    other way round whole panels may need more. 1,600 people: some 0.1 s.

    Examples
    --------
    >>> from huiyou.people import Person
    >>> from huiyou.selection.quotas import Quota
    >>> people = [Person(f"p{k}", {"trade": ("film" if k < 2 else "law",)}) for k in range(8)]
    >>> needed(Asked(people, 4, [Quota("trade", "film", 2, 3)]))
    (Need(rows=(Row(kind='min', feature='trade', value='film', asked=2),), people=('p0', 'p1')),)
    """
    rest = rest_of(asked, sort_into_pools(asked))
    pool = make_pool(rest.people, rest.seats, rest.quotas, rest.together, rest.one_of)
    shares = pool.types * pool.sizes
    held = shares.sum(axis=1)
    found, left = [], np.ones(len(pool.sizes), dtype=bool)
    for row in np.nonzero((pool.lower == held) & (held > 0))[0]:
        mine = shares[row] > 0
        found.append(Need((_row(asked, pool, int(row), 1),), _ids(pool, mine)))
        left &= ~mine
    while left.any():
        watch()
        least = solve_linear(
            shares, -(pool.sizes * left).astype(float),
            pool.lower.astype(float), pool.upper.astype(float), most=np.ones(len(left)),
        )  # fmt: skip
        if least is None:
            return ()
        spared = left & (least[0] < SURE)
        if not spared.any():
            rows = np.nonzero(np.abs(least[1]) > PRICED)[0]
            # of what is made as small as can be, a lower bound has a price below zero
            named = tuple(_row(asked, pool, int(row), -float(least[1][row])) for row in rows)
            return (*found, Need(named, _ids(pool, left)))
        left &= ~spared
    return tuple(found)


def _row(asked: Asked, pool: Pool, row: int, price: float) -> Row:
    """Name a row, by the side on which it binds: its minimum if the price is above 0."""
    if row == len(pool.lower) - 1:
        return Row("seats", "", "", asked.seats)
    if row >= len(asked.quotas):
        return Row("one_of", "", "", 1)
    quota = asked.quotas[row]
    if price > 0:
        return Row("min", quota.feature, quota.value, quota.minimum)
    return Row("max", quota.feature, quota.value, quota.maximum)


def _ids(pool: Pool, types: Bools) -> tuple[str, ...]:
    return tuple(
        sorted(
            who
            for unit, kind in zip(pool.units, pool.type_of, strict=True)
            for who in unit
            if types[kind]
        )
    )
