"""How likely more people come than fit, in whole numbers: for judges, who trust no sum of floats."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb

__all__ = ["MILLION", "crowding", "is_percentile", "reached"]

MILLION = 1_000_000
FINE = 2**80


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
        Above what is exact by less than n · (seats + 1) parts of 2⁸⁰, and never below it.

    Notes
    -----
    The distribution of a sum of independent terms, up to as many as fit, its generating function
    multiplied out in whole numbers of 80 bits. O(levels × n × seats) products.

    Examples
    --------
    >>> crowding([(1, [500_000])] * 3, 2)
    Fraction(1, 8)
    >>> crowding([(1, [500_000, 250_000]), (2, [500_000, 250_000])], 2)
    Fraction(13, 32)
    """
    evenings = len(units[0][1])
    fit = 0
    for evening in range(evenings):
        ways = [FINE, *[0] * seats]
        for size, rates in units:
            away, there = rates[evening], MILLION - rates[evening]
            come = [*[0] * size, *ways]
            ways = [(a * away + b * there) // MILLION for a, b in zip(ways, come, strict=False)]
        fit += sum(ways)
    return 1 - Fraction(fit, evenings * FINE)


def is_percentile(rate: int, away: int, there: int, percent: int) -> bool:
    """Say whether a rate in millionths is the percentile of Beta(away, there), rounded up.

    Examples
    --------
    >>> is_percentile(97_747, 3, 7, 5), is_percentile(97_748, 3, 7, 5)
    (True, False)
    """
    return reached(rate, away, there, percent) and not reached(rate - 1, away, there, percent)


def reached(rate: int, away: int, there: int, percent: int) -> bool:
    """Say whether a rate in millionths is the percentile of Beta(away, there) or above it.

    The distribution function at x is the chance that of ``away + there - 1`` throws, each hitting
    with chance x, at least ``away`` hit: a sum of whole numbers, each worked out from the one before.
    """
    throws = away + there - 1
    term = comb(throws, away) * rate**away * (MILLION - rate) ** (throws - away)
    hits = term
    for k in range(away, throws):
        term = term * ((throws - k) * rate) // ((k + 1) * (MILLION - rate))
        hits += term
    return bool(100 * hits >= percent * MILLION**throws)
