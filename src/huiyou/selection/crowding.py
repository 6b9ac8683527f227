"""How likely more people come than fit, in whole numbers: for judges, who trust no sum of floats."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb

__all__ = ["crowding", "is_percentile"]

MILLION = 1_000_000


def crowding(units: Sequence[tuple[int, Sequence[int]]], seats: int) -> Fraction:
    """Give the chance that more come than there are seats.

    Parameters
    ----------
    units : sequence of (int, sequence of int), at least one
        Of people who come or stay as one: how many they are, 1, or 2 for companions; and with how
        many millionths they stay away, on each of several equally likely evenings.
    seats : int

    Returns
    -------
    Fraction
        Exact.

    Notes
    -----
    The distribution of a sum of independent terms, its generating function multiplied out in whole
    numbers. O(levels × n²) products.

    Examples
    --------
    >>> crowding([(1, [500_000])] * 3, 2)
    Fraction(1, 8)
    >>> crowding([(1, [500_000, 250_000]), (2, [500_000, 250_000])], 2)
    Fraction(13, 32)
    """
    evenings = len(units[0][1])
    more = Fraction(0)
    for evening in range(evenings):
        ways = [1]
        for size, rates in units:
            stays = [n * rates[evening] for n in ways] + [0] * size
            comes = [0] * size + [n * (MILLION - rates[evening]) for n in ways]
            ways = [a + b for a, b in zip(stays, comes, strict=True)]
        more += Fraction(sum(ways[seats + 1 :]), MILLION ** len(units))
    return more / evenings


def is_percentile(rate: int, away: int, there: int, percent: int) -> bool:
    """Say whether a rate in millionths is the percentile of Beta(away, there), rounded up.

    Examples
    --------
    >>> is_percentile(97_747, 3, 7, 5), is_percentile(97_748, 3, 7, 5)
    (True, False)
    """
    return _reached(rate, away, there, percent) and not _reached(rate - 1, away, there, percent)


def _reached(rate: int, away: int, there: int, percent: int) -> bool:
    """Say whether of ``away + there - 1`` throws at least ``away`` hit as often as ``percent``."""
    throws = away + there - 1
    hits = sum(
        comb(throws, k) * rate**k * (MILLION - rate) ** (throws - k)
        for k in range(away, throws + 1)
    )
    return bool(100 * hits >= percent * MILLION**throws)
