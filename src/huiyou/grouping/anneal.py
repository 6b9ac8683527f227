"""The table search: simulated annealing from a dealt start."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from huiyou.grouping.encode import Ints, Problem, empty_state

__all__ = ["improve"]

HOTTEST, COOLEST = (
    30,
    6,
)  # temperatures in 1/256 of that sum; tried on 200 people, 21 tables, 3 rounds
CHUNK = 50  # sweeps between two reports
COLD_SHARE = 10  # one sweep in so many is left for descending only


def improve(
    start: Ints,
    sizes: Sequence[int],
    problem: Problem,
    word: int,
    *,
    sweeps: int,
    report: Callable[[float], None] | None = None,
) -> Ints:
    """Swap people between tables until they sit well.

    Parameters
    ----------
    start : int64 array, shape (R, n)
        Everyone's table in each round; those who stay together at one table.
    sizes : sequence of int
        Seats by table.
    problem : Problem
    word : int
        64 bits to start the generator from.
    sweeps : int
        How many sweeps of R × n tries to cool over; a tenth as many follow at zero temperature.
    report : callable, optional
        Told the share that is done.

    Returns
    -------
    int64 array, shape (R, n)
    """
    from huiyou.grouping import kernel  # noqa: PLC0415 -- slow import: numba takes a second

    rounds, n = start.shape
    state = empty_state(problem, rounds, len(sizes), max(sizes))
    generator = np.array([word | 1], dtype=np.uint64)  # it must not start from 0
    temperatures = _temperatures(sweeps, problem.scale)
    for done in range(0, max(1, len(temperatures)), CHUNK):  # the first chunk seats everyone
        chunk = temperatures[done : done + CHUNK]
        kernel.anneal(problem, state, start, generator, rounds * n, chunk, kernel.NEG_LOG)
        start = start[:, :0]
        if report:
            report(min(1.0, (done + CHUNK) / max(1, len(temperatures))))
    return state.table


def _temperatures(sweeps: int, scale: int) -> Ints:
    """Fall geometrically in whole steps of 1/256, then stay at zero."""
    hot, cool = HOTTEST * scale, COOLEST * scale
    falling = [round(hot * (cool / hot) ** (k / max(1, sweeps - 1))) for k in range(sweeps)]
    return np.array(falling + [0] * (sweeps // COLD_SHARE), dtype=np.int64)
