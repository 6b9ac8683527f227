"""The chances among which neither the largest is too large nor the smallest too small."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, sqrt
from typing import Any, NamedTuple, TypeAlias

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

from huiyou.selection.columns import BETTER, MOST_PANELS, among, cover, generate
from huiyou.selection.pace import Pace
from huiyou.selection.pool import Pool
from huiyou.selection.program import best_counts, quiet, run, solved
from huiyou.selection.relaxed import (
    Level,
    Relaxed,
    at_most_average,
    nobody,
    price_rows,
    relax,
)

__all__ = ["generate_goldilocks", "relax_goldilocks"]

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

MET = 1e-12  # value and bound this close are the same


def relax_goldilocks(
    pool: Pool, *, barred: Bools | None = None, pace: Pace | None = None
) -> Relaxed | None:
    """Balance the largest and the smallest chance, as if people could be chosen in fractions.

    Parameters
    ----------
    pool : Pool
    barred : bool array, shape (t,), optional
        Types of which no panel has any.
    pace : Pace, optional
        Asked between programs.

    Returns
    -------
    Relaxed or None
        The last level has prices on the smallest and on the largest chance; one before it shows who
        cannot be chosen at all, and does not count as the smallest. None if not even fractions meet
        the rows.

    Notes
    -----
    Goldilocks₁ of Baharav and Flanigan (2024, section 3): ``largest · n / k + k / (n · smallest)``,
    as small as can be. It settles the largest and the smallest chance and leaves the others free;
    of all such chances those are given that leximin would under this largest one.
    """
    pace = pace or Pace()
    begun = relax(pool, barred=barred, enough=0, pace=pace)
    if begun is None:
        return None
    if begun.late:
        return Relaxed(begun.chances, (_average(pool),), late=True)
    shut = np.array([t for level in begun.levels[:-1] for t in level.types], dtype=np.int64)
    inside = np.delete(np.arange(len(pool.sizes)), shut)
    band = _Band(
        sparse.csc_array((pool.types * pool.sizes)[:, inside]),
        sparse.csc_array(sparse.identity(len(pool.sizes), format="csc"))[:, inside],
        pool, (pool.lower, pool.upper), inside,
    )  # fmt: skip
    found = _balance(band, pace)
    rows = price_rows(pool, found.prices - found.largest_prices, barred)
    level = Level(found.value, inside, found.prices, rows, largest=found.largest_prices)
    levels = (*nobody(pool, shut, barred), level)
    if found.late:
        return Relaxed(begun.chances, levels, late=True)
    even = solved(relax(pool, barred=barred, most=found.largest, pace=pace))
    return Relaxed(even.chances, levels, late=even.late)


def generate_goldilocks(
    pool: Pool,
    columns: Sequence[Ints],
    *,
    barred: Bools | None = None,
    most: int = MOST_PANELS,
    pace: Pace | None = None,
) -> tuple[list[Ints], Floats, tuple[Level, ...] | None]:
    """Balance the largest and the smallest chance over lotteries of whole panels.

    Parameters
    ----------
    pool : Pool
        One that some panel meets.
    columns : sequence of int array, shape (t,)
        Panels to begin with, as how many of each type.
    barred : bool array, shape (t,), optional
        Types of which no panel has any.
    most : int
        How many panels to add at most, for the balance and again for the chances between.
    pace : Pace, optional
        Asked between programs.

    Returns
    -------
    columns, odds, levels
        As `huiyou.selection.columns.generate` gives them.

    Notes
    -----
    Column generation: the best balance over the panels known so far puts prices on the chances,
    below 0 on the largest; the panel that is worth most at them is added until none is worth more
    than it costs.
    """
    pace = pace or Pace()
    known, shut, ended = cover(pool, columns, barred, pace)
    inside = np.delete(np.arange(len(pool.sizes)), shut)
    one = sparse.csc_array(np.ones((1, len(known))))
    band = _Band(one, _shares(pool, known), pool, (np.ones(1), np.ones(1)), inside)
    first = len(known)
    while True:
        pace.watch()
        found = _balance(band, Pace(watch=pace.watch))
        if not ended or pace.deadline.over() or len(known) - first >= most:
            return known, found.entries, None
        net = found.prices - found.largest_prices
        panel = best_counts(pool, net / pool.sizes, watch=pace.watch, deadline=pace.deadline)
        if pace.deadline.over():
            return known, found.entries, None
        better = float(net @ (panel / pool.sizes)) - float(net @ found.chances)
        pace.report("columns", found.value, found.value - band.scale * max(better, 0.0))
        if better <= BETTER or among(panel, known):
            break
        known.append(panel)
        band.add(np.ones(1), panel / pool.sizes)
    level = Level(found.value, inside, found.prices, np.zeros(0), largest=found.largest_prices)
    known, odds, _ = generate(pool, known, cap=found.largest, barred=barred, most=most, pace=pace)
    return known, odds, (*nobody(pool, shut, barred, whole=True), level)


def _average(pool: Pool) -> Level:
    """Give the level that needs no program: the largest chance is not below the smallest."""
    level = at_most_average(pool)
    return Level(2.0, level.types, level.prices, np.zeros_like(level.rows), largest=level.prices)


def _shares(pool: Pool, columns: Sequence[Ints]) -> Any:
    return sparse.csc_array((np.array(columns) / pool.sizes).T)


class _Balanced(NamedTuple):
    """What no balance is below, the best one, and prices that show it, 1 in sum on the largest chance."""

    value: float
    largest: float
    entries: Floats
    chances: Floats
    prices: Floats
    largest_prices: Floats
    late: bool


def _balance(band: _Band, pace: Pace) -> _Balanced:
    """Add tangents until the bound is met; ``late`` if the deadline came before."""
    entries = np.zeros(band.chances.shape[1])
    even = np.where(np.isin(np.arange(band.chances.shape[0]), band.inside), 1 / len(band.inside), 0)
    found = _Balanced(2.0, 1.0, entries, band.chances @ entries, even, even, late=True)
    value, largest = inf, 1.0
    while True:
        pace.watch()
        if band.solve(pace.deadline.left()) == "late":
            return found._replace(late=True)
        bound, prices, (_, smallest, *_) = band.bound(), band.prices(), band.point()
        ideal = 1 / (
            band.scale * sqrt(prices[0].sum())
        )  # where a tangent has the slope of the chances
        tried = [band.point()]
        if band.hold(ideal, pace.deadline.left()):
            tried.append(band.point())
        band.release()
        for one, _, most, what in tried:
            if one < value:
                value, largest, entries = one, most, what
        found = _Balanced(bound, largest, entries, band.chances @ entries, *prices, late=False)
        pace.report("chances", np.nan, bound)
        new = [band.cut(at) for at in (smallest, ideal)]
        if value - bound <= MET * bound or not any(new):
            return found


class _Band:
    """The largest and the smallest chance as a linear program, with tangents below 1 / smallest.

    Columns are the smallest chance, the largest, what the smallest adds to the value, then entries:
    chances of types, or odds of panels.

    Parameters
    ----------
    base : sparse array, shape (b, e)
        What entries add to the rows that are bounded.
    chances : sparse array, shape (t, e)
        What they add to each type's chance.
    pool : Pool
    bounds : pair of array, shape (b,)
    inside : int array
        Types that count.
    """

    def __init__(
        self, base: Any, chances: Any, pool: Pool, bounds: tuple[Any, Any], inside: Ints
    ) -> None:
        self.scale = float(pool.types[-1] @ pool.sizes / pool.upper[-1])  # n / k
        self.chances, self.inside = sparse.csc_array(chances), inside
        self.cuts: list[float] = []
        self.solver = quiet("simplex")
        self.solver.passModel(self._program(sparse.csc_array(base), bounds))
        self._base = base.shape[0]
        self.cut(1 / self.scale)

    def _program(self, base: Any, bounds: tuple[Any, Any]) -> highspy.HighsLp:
        held, types = self.chances[self.inside], len(self.inside)
        one, none = sparse.csc_array(np.ones((types, 1))), sparse.csc_array((types, 1))
        matrix = sparse.csc_array(
            sparse.vstack(
                [
                    sparse.hstack([sparse.csc_array((base.shape[0], 3)), base]),
                    sparse.hstack([-one, none, none, held]),
                    sparse.hstack([none, -one, none, held]),
                ]
            )
        )
        far = np.full(types, highspy.kHighsInf)
        program = highspy.HighsLp()
        program.num_row_, program.num_col_ = matrix.shape
        program.col_cost_ = np.append([0.0, self.scale, 1.0], np.zeros(base.shape[1]))
        program.col_lower_ = np.append([0.0, 0.0, -highspy.kHighsInf], np.zeros(base.shape[1]))
        program.col_upper_ = np.append([highspy.kHighsInf] * 3, np.ones(base.shape[1]))
        program.row_lower_ = np.concatenate([bounds[0], np.zeros(types), -far])
        program.row_upper_ = np.concatenate([bounds[1], far, np.zeros(types)])
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_, program.a_matrix_.index_ = matrix.indptr, matrix.indices
        program.a_matrix_.value_ = matrix.data
        return program

    def add(self, base: Floats, chances: Floats) -> None:
        """Add an entry."""
        held = chances[self.inside]
        column = np.concatenate([base, held, held])
        at = np.nonzero(column)[0]
        self.solver.addCol(0.0, 0.0, 1.0, len(at), at, column[at])
        self.chances = sparse.csc_array(sparse.hstack([self.chances, sparse.csc_array(chances[:, None])]))  # fmt: skip

    def cut(self, at: float) -> bool:
        """Add the tangent of ``1 / (scale · smallest)``; say whether it is new."""
        at = max(at, min(self.cuts, default=0.0) / 2)
        if any(abs(at - cut) <= MET * cut for cut in self.cuts):
            return False
        self.cuts.append(at)
        slope = 1 / (self.scale * at * at)
        self.solver.addRow(2 * slope * at, highspy.kHighsInf, 2, np.array([0, 2]), np.array([slope, 1.0]))  # fmt: skip
        return True

    def hold(self, smallest: float, seconds: float) -> bool:
        """Solve with the smallest chance held; say whether there is a solution in time."""
        self.solver.changeColBounds(0, smallest, smallest)
        return run(self.solver, seconds) == "optimal"

    def release(self) -> None:
        """Let the smallest chance be anything again."""
        self.solver.changeColBounds(0, 0.0, highspy.kHighsInf)

    def solve(self, seconds: float) -> str:
        """Say how it ended, see `run`."""
        return run(self.solver, seconds)

    def bound(self) -> float:
        """Give what no value is below."""
        return float(self.solver.getInfo().objective_function_value)

    def point(self) -> tuple[float, float, float, Floats]:
        """Give the value, the smallest and the largest chance, and the entries."""
        smallest, largest, _, *entries = self.solver.getSolution().col_value
        value = self.scale * largest + (1 / (self.scale * smallest) if smallest > 0 else inf)
        return value, smallest, largest, np.array(entries)

    def prices(self) -> tuple[Floats, Floats]:
        """Give prices of each type's chance as the smallest and as the largest; these are 1 in sum."""
        duals = np.array(self.solver.getSolution().row_dual)[self._base :]
        types = len(self.inside)
        least, most = np.zeros((2, self.chances.shape[0]))
        least[self.inside] = np.maximum(duals[:types], 0)
        most[self.inside] = np.maximum(-duals[types : 2 * types], 0)
        return least / most.sum(), most / most.sum()
