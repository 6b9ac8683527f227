"""The chances with the largest product that the quotas leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from huiyou.selection.centre import centre, mix
from huiyou.selection.columns import BETTER, MOST_PANELS, among, cover
from huiyou.selection.pace import Pace
from huiyou.selection.pool import Pool
from huiyou.selection.program import best_counts
from huiyou.selection.relaxed import Level, Relaxed, at_most_average, nobody, price_rows, relax

__all__ = ["generate_nash", "relax_nash"]

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]


def relax_nash(
    pool: Pool, *, barred: Bools | None = None, pace: Pace | None = None
) -> Relaxed | None:
    """Find the chances with the largest product, as if people could be chosen in fractions.

    Parameters
    ----------
    pool : Pool
        Each head of a unit counts: companions have two chances in the product.
    barred : bool array, shape (t,), optional
        Types of which no panel has any.
    pace : Pace, optional
        Asked between programs.

    Returns
    -------
    Relaxed or None
        The last level has the gradient of the product as prices; one before it shows who cannot be
        chosen at all, and is left out of the product. None if not even fractions meet the rows.

    Notes
    -----
    Maximum Nash welfare (Nash 1950; for lotteries of panels Flanigan, Gölz, Gupta, Hennig and
    Procaccia 2021, Methods) over the polytope of `relax`, by `centre`. Unique, because the
    logarithm is strictly concave.
    """
    pace = pace or Pace()
    begun = relax(pool, barred=barred, enough=0, pace=pace)
    if begun is None:
        return None
    if begun.late:
        return Relaxed(begun.chances, (at_most_average(pool),), late=True)
    shut = np.array([t for level in begun.levels[:-1] for t in level.types], dtype=np.int64)
    inside = np.delete(np.arange(len(pool.sizes)), shut)
    weights = _weights(pool, inside)
    shares = (pool.types * pool.sizes)[:, inside].astype(float)
    chances = np.zeros(len(pool.sizes))
    chances[inside] = centre(shares, weights, pool.lower.astype(float), pool.upper.astype(float))
    prices = np.zeros(len(pool.sizes))
    prices[inside] = weights / chances[inside]
    rows = price_rows(pool, prices, barred)
    level = Level(_mean(weights, chances[inside]), inside, prices, rows)
    pace.report("chances", np.nan, level.value)
    return Relaxed(chances, (*nobody(pool, shut, barred), level))


def generate_nash(
    pool: Pool,
    columns: Sequence[Ints],
    *,
    barred: Bools | None = None,
    most: int = MOST_PANELS,
    pace: Pace | None = None,
) -> tuple[list[Ints], Floats, tuple[Level, ...] | None]:
    """Find the lottery of whole panels with the largest product of chances.

    Parameters
    ----------
    pool : Pool
        One that some panel meets.
    columns : sequence of int array, shape (t,)
        Panels to begin with, as how many of each type; of very many, some are taken.
    barred : bool array, shape (t,), optional
        Types of which no panel has any.
    most : int
        How many panels to add at most.
    pace : Pace, optional
        Asked between programs.

    Returns
    -------
    columns, odds, levels
        As `huiyou.selection.columns.generate` gives them.

    Notes
    -----
    Column generation: the panel that the gradient of the product values most is added until none
    is worth more than the lottery itself; then none is better anywhere, by concavity.
    """
    pace = pace or Pace()
    step = len(columns) // MOST_PANELS + 1
    known, shut, ended = cover(pool, columns[::step], barred, pace)
    inside = np.delete(np.arange(len(pool.sizes)), shut)
    weights = _weights(pool, inside)
    first = len(known)
    while True:
        pace.watch()
        shares = (np.array(known) / pool.sizes).T[inside]
        odds = mix(shares, weights)
        chances = shares @ odds
        value = _mean(weights, chances)
        if not ended or pace.deadline.over() or len(known) - first >= most:
            return known, odds, None
        prices = np.zeros(len(pool.sizes))
        prices[inside] = weights / chances
        panel = best_counts(pool, prices / pool.sizes, watch=pace.watch, deadline=pace.deadline)
        if pace.deadline.over():
            return known, odds, None
        worth = float(prices @ (panel / pool.sizes))
        pace.report("columns", value, value * worth)
        if worth <= 1 + BETTER or among(panel, known):
            return known, odds, (*nobody(pool, shut, barred, whole=True), Level(value, inside, prices, np.zeros(0)))  # fmt: skip
        known.append(panel)


def _weights(pool: Pool, inside: Ints) -> Floats:
    heads = (pool.types[-1] * pool.sizes)[inside].astype(float)
    weights: Floats = heads / heads.sum()
    return weights


def _mean(weights: Floats, chances: Floats) -> float:
    with np.errstate(divide="ignore"):
        return float(np.exp(weights @ np.log(chances)))
