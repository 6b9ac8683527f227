"""The fairest chances that the quotas leave, if people could be chosen in fractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, TypeAlias

import highspy
import numpy as np
import numpy.typing as npt

from huiyou.selection.pace import Pace
from huiyou.selection.pool import Pool
from huiyou.selection.program import EXACT, quiet, run, solve_linear, solved

__all__ = [
    "Level", "Relaxed", "at_most_average", "barred_level", "nobody", "price_rows", "priced", "relax", "sharpened",
]  # fmt: skip

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

SHARPER = 3  # solutions of one linear system, each of what the last one missed
PRICED = 1e-8  # a price above this is no rounding error


@dataclass(frozen=True, eq=False)
class Level:
    """One step of leximin: who cannot have more than ``value``, and the prices that show it.

    Parameters
    ----------
    value : float
        Smallest chance of all who were not settled before.
    types : int array
        Types settled at it.
    prices : float array, shape (t,)
        What a unit of chance of each type is worth; 1 in sum over those not settled before.
    rows : float array, shape (r,)
        What one seat more in each row would add to ``value``; below zero for a minimum that binds.
    largest : float array, shape (t,), optional
        Prices that stand on the largest chance instead of the smallest.
    spare : float
        By how much a panel may be worth more than the best is known to be.
    """

    value: float
    types: Ints
    prices: Floats
    rows: Floats
    largest: Floats | None = None
    spare: float = 0.0


@dataclass(frozen=True, eq=False)
class Relaxed:
    """Chances of each type, shape (t,), and the levels they were settled at.

    ``late`` says that the deadline came first; then the chances may be worse than they could be, or,
    if nothing was found yet, everybody's average.
    """

    chances: Floats
    levels: tuple[Level, ...]
    late: bool = False


def sharpened(
    pool: Pool, relaxed: Relaxed, bounds: tuple[Ints, Ints], *, levels: bool = True
) -> Floats:
    """Give chances that meet closed rows to the last digits.

    A solver may miss each of its rows by 1e-10. Where thousands of types are each a hair above what
    they can have, no odds give them all that, and what the last of them has is off by a thousand
    times as much.

    Parameters
    ----------
    pool : Pool
    relaxed : Relaxed
    bounds : pair of int array, shape (r,)
        Rows whose bounds are equal are met. What is changed is least, in shares of the chances; who
        is sure of a seat stays so.
    levels : bool
        Whether the types of a level have one chance: what its prices leave them.

    Examples
    --------
    >>> from huiyou.people import Person
    >>> from huiyou.selection.pool import make_pool
    >>> pool = make_pool([Person(k) for k in "abc"], 1, [])
    >>> rough = Relaxed(np.array([0.333]), ())
    >>> sharpened(pool, rough, (pool.lower, pool.upper), levels=False).round(9).tolist()
    [0.333333333]
    """
    alike, values = np.arange(len(relaxed.chances)), relaxed.chances.copy()
    if levels:
        alike, values = _by_prices(pool, relaxed.levels)
    lower, upper = bounds
    closed = np.nonzero(lower == upper)[0]
    sums = np.zeros((len(closed), len(values)))
    np.add.at(sums.T, alike, (pool.types[closed] * pool.sizes).T)
    free = values < 1 - PRICED
    for _ in range(SHARPER):
        missing = lower[closed] - sums @ values
        change = np.linalg.lstsq((sums * values)[:, free], missing, rcond=1e-12)[0]
        values[free] *= 1 + change
    sharp: Floats = np.minimum(values, 1.0)[alike]
    return sharp


def _by_prices(pool: Pool, levels: Sequence[Level]) -> tuple[Ints, Floats]:
    """Give each type's level, and the chance that prices prove to be the most at each."""
    level_of, values = np.full(len(pool.sizes), -1), np.zeros(len(levels))
    for k, level in enumerate(levels):
        level_of[level.types] = k
        values[k] = level.value
        settled = (level_of >= 0) & (level_of < k)
        if not len(level.rows) or not (free := level.prices[~settled].sum()):
            continue
        left = np.maximum(level.prices / pool.sizes - level.rows @ pool.types, 0) @ pool.sizes
        high, low = np.maximum(level.rows, 0), np.maximum(-level.rows, 0)
        given = level.prices[settled] @ values[level_of[settled]]
        values[k] = min(high @ pool.upper - low @ pool.lower + left - given, free) / free
    return level_of, values


def at_most_average(pool: Pool) -> Level:
    """Give the level that needs no program: somebody has at most seats / people."""
    heads = (pool.types[-1] * pool.sizes).astype(float)
    seats = np.zeros(len(pool.lower))
    seats[-1] = 1 / heads.sum()
    return Level(pool.upper[-1] / heads.sum(), np.arange(len(heads)), heads / heads.sum(), seats)


def price_rows(pool: Pool, prices: Floats, barred: Bools | None = None) -> Floats:
    """Give what each row must cost so that no fractions of people are worth more than they cost.

    ``prices`` of shape (t,) are those of each type's chance; of those ``barred`` there is none.
    """
    most: Floats = np.ones(len(prices)) if barred is None else np.where(barred, 0.0, 1.0)
    answer = solve_linear(
        pool.types * pool.sizes, prices, pool.lower.astype(float), pool.upper.astype(float), most=most
    )  # fmt: skip
    return solved(answer)[1]


def nobody(
    pool: Pool, types: Ints, barred: Bools | None = None, *, whole: bool = False
) -> tuple[Level, ...]:
    """Give the level that shows that types can have no chance; none if there are no such types.

    If ``whole``, only whole panels cannot have them, and a tree of cases must show it.
    """
    if not len(types):
        return ()
    prices = np.zeros(len(pool.sizes))
    prices[types] = pool.sizes[types]
    rows = np.zeros(0) if whole else price_rows(pool, prices, barred)
    return (Level(0.0, types, prices, rows, spare=0.5),)


def relax(
    pool: Pool,
    *,
    barred: Bools | None = None,
    enough: float = inf,
    most: float = 1.0,
    pace: Pace | None = None,
) -> Relaxed | None:
    """Raise the smallest chance, then the next, until everybody's is settled.

    Parameters
    ----------
    pool : Pool
    barred : bool array, shape (t,), optional
        Types of which no panel has any. Their chance is 0, and the first level says so.
    enough : float
        Stop after the first level above this; at 0 it is known who can have any chance at all.
    most : float
        What nobody's chance may exceed.
    pace : Pace, optional
        Asked between programs.

    Returns
    -------
    Relaxed or None
        None if not even fractions of people meet the rows.

    Raises
    ------
    RuntimeError
        If the solver gives up.

    Notes
    -----
    Water filling by linear programs (Kurokawa, Procaccia and Shah 2018, section 4; Nace and Pióro
    2008): a type with a price in the optimal dual can have no more in any solution that leaves the
    others their share, so it is settled there. One variable a type; a lottery over whole panels
    gives nobody's level more than this, so every level is a bound. Cost: with 1,270 types and 41
    rows about 30 programs, 0.3 s.
    """
    pace = pace or Pace()
    program = _Program(pool, most)
    chances = np.full(len(pool.sizes), pool.upper[-1] / (pool.types[-1] @ pool.sizes))
    settled, levels = barred_level(pool, barred)
    for level in levels:
        program.bar(level.types)
    while True:
        pace.watch()
        ended = run(program.solver, pace.deadline.left())
        if ended == "late":
            return Relaxed(chances, tuple(levels) or (at_most_average(pool),), late=True)
        if ended == "infeasible":
            if levels:  # rounding closed the last hair's breadth
                program.loosen(settled)
                continue
            return None
        value, chances, prices, rows = program.solution()
        free = np.isnan(settled)
        total = prices[free].sum()
        done = value >= most - EXACT
        fixed = priced(free & ((prices > PRICED) | done), value)
        levels.append(Level(value, fixed, prices / total if total > PRICED else prices, rows))
        settled[fixed] = value
        program.settle(fixed, value)
        chances = np.clip(np.fmax(settled, chances), 0, most)
        pace.report("chances", np.nan, levels[0].value)
        if value > enough + PRICED or not np.isnan(settled).any():
            return Relaxed(chances, tuple(levels))


def priced(which: Bools, value: float) -> Ints:
    """Give the types that are settled at a level; an optimal dual prices one at least.

    Raises
    ------
    RuntimeError
        If the solver's answer prices none.
    """
    if not which.any():
        raise RuntimeError(f"no type is settled at {value}")
    return np.nonzero(which)[0]


def barred_level(pool: Pool, barred: Bools | None) -> tuple[Floats, list[Level]]:
    """Give what is settled before anything else: those of whom no panel has any, at 0."""
    settled = np.full(len(pool.sizes), np.nan)
    if barred is None or not barred.any():
        return settled, []
    settled[barred] = 0.0
    return settled, [Level(0.0, np.nonzero(barred)[0], barred / barred.sum(), np.zeros(0))]


class _Program:
    """Chances of types and the smallest of them, as a linear program that is solved again and again."""

    def __init__(self, pool: Pool, most: float) -> None:
        self.rows, self.types = pool.types.shape
        shares = pool.types * pool.sizes
        row, column = np.nonzero(shares)
        t = np.arange(self.types)
        rows = np.concatenate([row, self.rows + np.repeat(t, 2)])
        columns = np.concatenate(
            [column, np.stack([t, np.full_like(t, self.types)], 1).reshape(-1)]
        )
        values = np.concatenate([shares[row, column], np.tile([1.0, -1.0], self.types)])
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = self.types + 1, self.rows + self.types
        program.sense_ = highspy.ObjSense.kMaximize
        program.col_cost_ = np.append(np.zeros(self.types), 1.0)
        program.col_lower_, program.col_upper_ = (
            np.zeros(self.types + 1),
            np.full(self.types + 1, most),
        )
        program.row_lower_ = np.concatenate([pool.lower, np.zeros(self.types)])
        program.row_upper_ = np.concatenate([pool.upper, np.full(self.types, highspy.kHighsInf)])
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_ = np.searchsorted(rows, np.arange(self.rows + self.types + 1))
        program.a_matrix_.index_, program.a_matrix_.value_ = columns, values
        self.solver = quiet("simplex")
        self.solver.passModel(program)
        self.slack = 0.0

    def solution(self) -> tuple[float, Floats, Floats, Floats]:
        found = self.solver.getSolution()
        columns, duals = np.array(found.col_value), np.array(found.row_dual)
        return (
            float(columns[-1]), columns[:-1], np.maximum(-duals[self.rows :], 0.0),
            duals[: self.rows],
        )  # fmt: skip

    def settle(self, types: Any, value: float) -> None:
        """Hold types at a value instead of at the smallest."""
        for k in map(int, types):
            self.solver.changeCoeff(self.rows + k, self.types, 0.0)
            self.solver.changeRowBounds(self.rows + k, value - self.slack, highspy.kHighsInf)

    def bar(self, types: Any) -> None:
        """Let nobody of these types have a chance."""
        self.settle(types, 0.0)
        for k in map(int, types):
            self.solver.changeColBounds(k, 0.0, 0.0)

    def loosen(self, settled: Floats) -> None:
        """Give settled types a hair less, so that rounding leaves room again."""
        self.slack = 2 * self.slack or EXACT
        if self.slack > 1e4 * EXACT:
            raise RuntimeError("rounding leaves no solution")
        self.solver.clearSolver()
        for k in np.nonzero(~np.isnan(settled))[0]:
            self.settle([k], settled[k])
