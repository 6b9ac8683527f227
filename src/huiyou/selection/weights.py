"""How likely each panel must be for everybody to have exactly the chance they should."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from threadpoolctl import threadpool_limits

__all__ = ["TOTAL", "weigh", "whole"]

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]

TOTAL = 2**50  # what whole weights add up to
ROUNDS = 12
RIDGE = 1e-11  # keeps directions that no panel reaches out of the way
CLOSE = 1e-10


def weigh(
    panels: Sequence[Ints],
    target: Floats,
    watch: Callable[[], None] = lambda: None,
    *,
    of: Ints | None = None,
) -> tuple[list[int], Floats] | None:
    """Find odds of panels under which each unit's chance is its target.

    Parameters
    ----------
    panels : sequence of int array
        Units of each.
    target : float array, shape (u,)
    watch : callable, optional
        Called between rounds; what it raises ends the search.
    of : int array, shape (u,), optional
        Each unit's type. Then only the mean chance of a type's units is its target's.

    Returns
    -------
    kept : list of int
        Numbers of the panels that are used.
    odds : float array
        Theirs, above zero, 1 in sum to within rounding.
    None
        If none were found.

    Notes
    -----
    The odds closest to uniform that give the target, by the normal equations; panels that would
    need odds below zero are left out and the rest is solved again (active sets, Lawson and Hanson
    1974, chapter 23, without their return). Works because the panels already meet the target to
    within a seat or two. Cost: a few Cholesky factors of the units' (or types') Gram matrix, each
    u³/3 + u²·p.

    Examples
    --------
    >>> panels = [np.array([0]), np.array([0]), np.array([1])]
    >>> kept, odds = weigh(panels, np.array([0.5, 0.5]))
    >>> kept, odds.round(3).tolist()
    ([0, 1, 2], [0.25, 0.25, 0.5])
    """
    of = np.arange(len(target)) if of is None else of
    sizes = np.bincount(of)
    matrix = np.zeros((len(sizes), len(panels)), order="F")
    for k, panel in enumerate(panels):
        matrix[:, k] = np.bincount(of[panel], minlength=len(sizes))
    sums = np.bincount(of, target).astype(np.float64)
    close = (CLOSE * sizes).astype(np.float64)
    with threadpool_limits(1):  # more would add up in another order, and spin while they wait
        return _weigh(matrix, sums, close, watch)


def _weigh(
    matrix: Floats, target: Floats, close: Floats, watch: Callable[[], None]
) -> tuple[list[int], Floats] | None:
    kept = np.arange(matrix.shape[1])
    gram = matrix @ matrix.T
    gram[np.diag_indices_from(gram)] += RIDGE * len(kept)
    for _ in range(ROUNDS):
        watch()
        odds = _least_change(matrix, gram, target, close)
        if odds is None or (np.abs(matrix @ odds - target) > close).any():
            return None
        if odds.min() > 0:
            return kept.tolist(), odds
        left = matrix[:, odds <= 0]
        gram -= left @ left.T
        kept, matrix = kept[odds > 0], matrix[:, odds > 0]
    return None


def _least_change(matrix: Floats, gram: Floats, target: Floats, close: Floats) -> Floats | None:
    odds = np.full(matrix.shape[1], 1 / max(matrix.shape[1], 1))
    try:
        factor = cho_factor(gram, lower=True, check_finite=False)
    except LinAlgError:
        return None
    for _ in range(6):
        short = target - matrix @ odds
        if (np.abs(short) < close / 100).all():
            break
        odds += matrix.T @ cho_solve(factor, short, check_finite=False)
    return odds


def whole(odds: Floats) -> list[int]:
    """Give odds as whole numbers that add up to `TOTAL`, none of them 0.

    Examples
    --------
    >>> sum(whole(np.array([0.3, 0.7]))) == TOTAL
    True
    """
    weights = [max(1, int(share)) for share in np.floor(odds / odds.sum() * TOTAL)]
    weights[int(np.argmax(odds))] += TOTAL - sum(weights)
    return weights
