"""Seats that belong to a type, shared out among its members so that all have the same chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array

from huiyou.selection.pool import Pool

__all__ = ["take_turns"]

Ints: TypeAlias = npt.NDArray[np.int64]


def take_turns(
    pool: Pool,
    panels: Sequence[Ints],
    weights: Sequence[int],
    watch: Callable[[], None] = lambda: None,
) -> tuple[list[Ints], Ints]:
    """Cut panels into parts, in which members of a type take turns, until all have the same chance.

    Parameters
    ----------
    pool : Pool
    panels : sequence of int array
        Units of each. Only how many of each type it has counts.
    weights : sequence of int
        Whole numbers above 0.
    watch : callable, optional
        Called between types; what it raises ends it.

    Returns
    -------
    panels : list of int array
        Units of each part, sorted. Each part has as many of each type as the panel it was cut from.
    weights : int array
        Theirs, of the same sum. The sums over the panels of two members of a type differ by 1 at most.

    Notes
    -----
    Lay the panels on a line, each as long as its weight; at any place of it a type has so many seats.
    One member after another takes their share of the line where most of its type's seats are
    left, and the last stretch taken is cut where the share ends. Taking from the largest always
    leaves the others enough (Gale 1957; Ryser 1957: how a matrix of noughts and ones with given
    sums is filled), since members with equal shares ask for no more anywhere than others would. So
    there are at most as many parts as panels and units that are not alone in their type.

    Examples
    --------
    >>> from huiyou.people import Person
    >>> from huiyou.selection.pool import make_pool
    >>> pool = make_pool([Person(k) for k in "abc"], 1, [])
    >>> parts, lengths = take_turns(pool, [np.array([0])], [9])
    >>> [part.tolist() for part in parts], lengths.tolist()
    ([[0], [1], [2]], [3, 3, 3])
    """
    ends = np.cumsum(np.array(weights, dtype=np.int64))
    starts = ends - weights
    counts = np.stack([np.bincount(pool.type_of[p], minlength=len(pool.sizes)) for p in panels])
    members = np.split(np.argsort(pool.type_of, kind="stable"), np.cumsum(pool.sizes)[:-1])
    taken = []
    for units, some in zip(members, counts.T, strict=True):
        watch()
        turns = _turns(some, starts, ends, len(units))
        taken.append((units[turns[:, 0]], turns[:, 1], turns[:, 2]))
    unit, start, end = (np.concatenate(some) for some in zip(*taken, strict=True))
    line = np.unique(np.concatenate([starts, ends, start, end]))
    first, last = np.searchsorted(line, start), np.searchsorted(line, end)
    long = last - first
    before = np.cumsum(long) - long
    part = np.arange(long.sum(), dtype=np.int32)
    part += np.repeat((first - before).astype(np.int32), long)
    seats = (part, np.repeat(unit.astype(np.int32), long))
    table = coo_array(
        (np.ones(len(part), dtype=np.bool_), seats), shape=(len(line) - 1, len(pool.units))
    ).tocsr()
    table.sort_indices()
    cut = np.split(table.indices.astype(np.int64), table.indptr[1:-1])
    return cut, np.diff(line)


def _turns(seats: Ints, starts: Ints, ends: Ints, size: int) -> Ints:
    """Give who of ``size`` members has a seat from where to where, as rows of three."""
    left: list[list[tuple[int, int]]] = [[] for _ in range(size + 1)]  # by how many seats are left
    some = np.nonzero(seats)[0]
    for n, start, end in zip(*(a[some].tolist() for a in (seats, starts, ends)), strict=True):
        left[n].append((start, end))
    share, more = divmod(int(seats @ (ends - starts)), size)
    turns: list[tuple[int, int, int]] = []
    for member in range(size):
        due = share + (member < more)
        moved = []
        n = size
        while due:
            while not left[n]:
                n -= 1
            start, end = left[n].pop()
            if end - start > due:
                left[n].append((start + due, end))
                end = start + due
            due -= end - start
            moved.append((n - 1, (start, end)))
            turns.append((member, start, end))
        for n, stretch in moved:
            left[n].append(stretch)
    return np.array(turns, dtype=np.int64).reshape(-1, 3)
