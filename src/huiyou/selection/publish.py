"""A lottery as a number of equally likely panels, so that a draw can be watched."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from huiyou.proof import Chance
from huiyou.selection.exchange import Exchange
from huiyou.selection.lottery import Lottery
from huiyou.selection.pool import Pool

__all__ = ["publish"]

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]

PASSES = 10  # over all panels, to mend them
A_HAIR = 1e-7  # a share this close below a whole number of panels counts as it


def publish(
    pool: Pool, lottery: Lottery, m: int, chance: Chance, watch: Callable[[], None] = lambda: None
) -> list[Ints]:
    """Give ``m`` panels in which nobody comes up less often than the smallest chance allows.

    Parameters
    ----------
    pool : Pool
    lottery : Lottery
    m : int
    chance : Chance
        Decides which panels, and their order.
    watch : callable, optional
        Called between panels; what it raises ends it.

    Returns
    -------
    list of int array
        Units of each panel, sorted. Whoever has a chance is in ``floor(m · z)`` of them or more, and in
        one at least, z the smallest chance above 0, wherever exchanges find such panels; else in as
        many as they find.

    Notes
    -----
    Rounding a lottery to equal odds can cost the smallest chance (Flanigan, Kehne and Procaccia
    2021, section 3, bound the loss). Here the panels that the lottery was made of are taken as they
    came, everybody's seats in step with their share (or, where they were found one by one, in
    proportion to their weights, by largest remainders); and then one after another is mended until
    nobody is short.

    Examples
    --------
    >>> from huiyou.people import Person
    >>> from huiyou.selection.lottery import find_lottery
    >>> from huiyou.selection.pool import make_pool
    >>> pool = make_pool([Person(str(k)) for k in range(6)], 2, [])
    >>> lottery = find_lottery(pool, "leximin", Chance("a"))
    >>> np.bincount(np.concatenate(publish(pool, lottery, 9, Chance("b")))).tolist()
    [3, 3, 3, 3, 3, 3]
    """
    total = sum(lottery.weights)
    shares = np.array([seats / total for seats in lottery.seats_of(len(pool.units))])
    chances = np.zeros(len(pool.sizes))
    np.add.at(chances, pool.type_of, shares)
    exchange = Exchange(pool, chances / pool.sizes, chance)
    panels = list(lottery.trail[:m]) or _in_proportion(lottery, m)
    ahead = _times(panels, len(shares)) - len(panels) * exchange.target
    exchange.load(panels[-1])
    panels += exchange.run(m - len(panels), watch, ahead)
    smallest = shares[shares > 0].min()
    least = max(1, int(np.floor(m * smallest + A_HAIR)))
    _mend(exchange, panels, np.where(shares > 0, least, 0), chance, watch)
    chance.shuffle(panels)
    return panels


def _in_proportion(lottery: Lottery, m: int) -> list[Ints]:
    """Give each panel as many of ``m`` as its weight asks, what is left over by the largest remainders."""
    total = sum(lottery.weights)
    whole = [m * weight // total for weight in lottery.weights]
    left = [m * weight % total for weight in lottery.weights]
    order = sorted(range(len(left)), key=lambda k: (-left[k], k))
    for k in order[: m - sum(whole)]:
        whole[k] += 1
    return [panel for panel, n in zip(lottery.panels, whole, strict=True) for _ in range(n)]


def _times(panels: list[Ints], units: int) -> Ints:
    """Count how often each unit comes up."""
    return np.bincount(np.concatenate(panels), minlength=units)


def _mend(
    exchange: Exchange, panels: list[Ints], least: Ints, chance: Chance, watch: Callable[[], None]
) -> None:
    """Bring those who come up less often than ``least`` into panels, for others who can spare it."""
    units = len(exchange.target)
    times = _times(panels, units)
    for _ in range(PASSES * len(panels)):
        watch()
        short = np.nonzero(times < least)[0]
        if not len(short):
            return
        at = chance.below(len(panels))
        before = panels[at]
        inside = np.zeros(units, dtype=bool)
        inside[before] = True
        spare = times - least
        # Whoever stands at the least must not leave, and gains nothing by coming in.
        wish = np.where(spare < 0, 10.0 - spare, np.where(spare > 0, -np.minimum(spare, 3.0), 0.0))
        wish[inside & (spare <= 0)] = 40.0
        exchange.load(before)
        over = np.nonzero(inside & (spare > 0))[0]
        exchange.mend(np.concatenate([short[~inside[short]], over]), wish)
        panels[at] = exchange.panel
        times[before] -= 1
        times[panels[at]] += 1
