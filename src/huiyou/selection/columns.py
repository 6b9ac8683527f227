"""The fairest lottery over whole panels, found panel by panel, where fractions promise too much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from huiyou.selection.pace import Pace
from huiyou.selection.pool import Pool
from huiyou.selection.program import best_counts, solve_linear, solved
from huiyou.selection.relaxed import PRICED, Level, barred_level, priced

__all__ = ["BETTER", "MOST_PANELS", "among", "cover", "generate"]

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

MOST_PANELS = 300  # a large pool may want thousands, each from an integer program
HAIR = 1e-12  # what rounding may take from those who are settled
BETTER = 1e-11  # a panel that is worth more than its price by this is added


def generate(
    pool: Pool,
    columns: Sequence[Ints],
    *,
    first_only: bool = False,
    cap: float = 1.0,
    barred: Bools | None = None,
    most: int = MOST_PANELS,
    pace: Pace | None = None,
) -> tuple[list[Ints], Floats, tuple[Level, ...] | None]:
    """Raise the smallest chance, then the next, over lotteries of whole panels.

    Parameters
    ----------
    pool : Pool
        One that some panel meets.
    columns : sequence of int array, shape (t,)
        Panels to begin with, as how many of each type; at least one.
    first_only : bool
        Stop after the smallest chance above 0.
    cap : float
        What nobody's chance may exceed; some lottery of ``columns`` keeps to it.
    barred : bool array, shape (t,), optional
        Types of which no panel has any.
    most : int
        How many panels to add at most.
    pace : Pace, optional
        Asked between programs.

    Returns
    -------
    columns : list of int array
        Panels, the given ones first.
    odds : float array
        How likely each is.
    levels : tuple of Level or None
        As `relax` gives them, with prices from the panels; ``rows`` is empty. None if ``most`` panels
        were not enough, or the deadline came first: then the lottery is the fairest over those found.

    Notes
    -----
    Column generation (Flanigan, Gölz, Gupta, Hennig and Procaccia 2021, Methods): a linear program
    finds the best lottery over the panels known so far, an integer program the panel that its
    prices value most; when none is worth more than it costs, no lottery over any panels is better.
    Panels may number in the thousands for large pools: meant for what `relax` cannot settle.
    """
    pace = pace or Pace()
    known = [np.asarray(column, dtype=np.int64) for column in columns]
    settled, levels = barred_level(pool, barred)
    while True:
        pace.watch()
        odds, value, prices, worth = _best_lottery(pool, known, settled, cap)
        if pace.deadline.over():
            return known, odds, None
        panel = best_counts(pool, prices / pool.sizes, watch=pace.watch, deadline=pace.deadline)
        if pace.deadline.over():
            return known, odds, None
        better = float(prices @ (panel / pool.sizes)) - worth
        if not levels:
            pace.report("columns", value, value + better)
        if better > BETTER and not among(panel, known):
            if len(known) - len(columns) >= most:
                return known, odds, None
            known.append(panel)
            continue
        free = np.isnan(settled)
        done = value >= cap - PRICED
        fixed = priced(free & ((prices > PRICED) | done), value)
        total = prices[free].sum()
        levels.append(Level(value, fixed, prices / (total or 1.0), np.zeros(0)))
        settled[fixed] = value
        if (first_only and value > PRICED) or not np.isnan(settled).any():
            return known, odds, tuple(levels)


def cover(
    pool: Pool, columns: Sequence[Ints], barred: Bools | None, pace: Pace
) -> tuple[list[Ints], Ints, bool]:
    """Add panels until each type that can have a seat has one in some panel.

    Parameters
    ----------
    pool : Pool
    columns : sequence of int array, shape (t,)
        Panels to begin with, at least one.
    barred : bool array, shape (t,), optional
        Types of which no panel has any.
    pace : Pace
        Asked between programs.

    Returns
    -------
    columns : list of int array
    shut : int array
        Types that no panel has.
    ended : bool
        False if the deadline came first; then ``shut`` are those not known to have a seat.
    """
    known = [np.asarray(column, dtype=np.int64) for column in columns]
    shut = np.zeros(len(pool.sizes), dtype=bool) if barred is None else barred
    left = np.all([column == 0 for column in known], axis=0) & ~shut
    while left.any():
        pace.watch()
        panel = best_counts(pool, left.astype(float), watch=pace.watch, deadline=pace.deadline)
        if pace.deadline.over():
            return known, np.nonzero(left | shut)[0], False
        if not panel[left].any():
            break
        known.append(panel)
        left &= panel == 0
    return known, np.nonzero(left | shut)[0], True


def among(panel: Ints, known: Sequence[Ints]) -> bool:
    """Say whether a panel is one of those known."""
    return any(np.array_equal(panel, other) for other in known)


def _best_lottery(
    pool: Pool, known: Sequence[Ints], settled: Floats, cap: float
) -> tuple[Floats, float, Floats, float]:
    """Give odds, the smallest free chance, the price of each type's chance, and what a panel is worth.

    Where a cap binds, prices may be below 0.
    """
    types, panels = len(pool.sizes), len(known)
    free = np.isnan(settled)
    shares = (np.array(known) / pool.sizes).T
    capped = shares if cap < 1 else shares[:0]
    matrix = np.block([
        [shares, -1.0 * free[:, None]], [capped, np.zeros((len(capped), 1))],
        [np.ones((1, panels)), np.zeros((1, 1))],
    ])  # fmt: skip
    floor = np.where(free, 0.0, settled) - HAIR * ~free
    answer = solve_linear(
        matrix,
        np.append(np.zeros(panels), 1.0),
        np.concatenate([floor, np.full(len(capped), -np.inf), [1.0]]),
        np.concatenate([np.full(types, np.inf), np.full(len(capped), cap + HAIR), [1.0]]),
    )
    found, duals = solved(answer)
    odds = np.maximum(found[:panels], 0.0)
    prices = np.maximum(-duals[:types], 0.0)
    if cap < 1:
        prices = prices - np.maximum(duals[types:-1], 0.0)
    return odds / odds.sum(), float(found[panels]), prices, float(duals[-1])
