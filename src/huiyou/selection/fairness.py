"""How fair a lottery is and how fair any could be: exact, in whole numbers, without any solver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from huiyou.errors import RefusedError
from huiyou.selection.bounds import (
    TOLERANCE,
    Bounds,
    Types,
    level_bounds,
    nobody,
    product_share,
    reaches,
    spread_bound,
    types_of,
)

__all__ = ["OBJECTIVES", "Fairness", "assess", "gap_of"]

OBJECTIVES = ("leximin", "maximin", "nash", "goldilocks")


class Fairness(NamedTuple):
    """What a certificate proves about a lottery.

    Parameters
    ----------
    bound : Fraction
        For leximin and maximin what no lottery's smallest chance exceeds; for nash the share of the
        largest geometric mean that this lottery's is at least; for goldilocks what no lottery's
        value is below.
    gap : Fraction
        By what share of the bound the smallest chance falls short; by what share of the largest the
        geometric mean does; by what share of the value it could be less. 0 to 1.
    proven : bool
        Whether no lottery is fairer by more than a share of 1e-9; for leximin, at any level.
    """

    bound: Fraction
    gap: Fraction
    proven: bool


def gap_of(objective: str, bound: Fraction, value: Fraction | None) -> Fraction:
    """Give the gap of `Fairness` from its bound.

    ``value`` is the smallest chance for leximin and maximin, nothing for nash, and for goldilocks
    ``largest · n / k + k / (n · smallest)``, None where the smallest is 0.

    Examples
    --------
    >>> gap_of("maximin", Fraction(1, 2), Fraction(1, 4)), gap_of("nash", Fraction(3, 4), None)
    (Fraction(1, 2), Fraction(1, 4))
    """
    if objective == "nash":
        return 1 - bound
    if objective == "goldilocks":
        return Fraction(1) if value is None else max(1 - bound / value, Fraction(0))
    least = value or Fraction(0)
    return 1 - least / bound if least < bound else Fraction(0)


def assess(
    objective: str,
    certificate: Sequence[Mapping[str, Any]],
    units: Sequence[tuple[int, ...]],
    chances: Sequence[Fraction],
    bounds: Bounds,
) -> Fairness:
    """Work out from a certificate how far a lottery is from the fairest.

    Parameters
    ----------
    objective : {"leximin", "maximin", "nash", "goldilocks"}
    certificate : sequence of mapping
        As `huiyou.selection.certificate.certify` gives it.
    units : sequence of tuple of int, length u
        What each unit counts for in each row; in the last, heads.
    chances : sequence of Fraction, length u
    bounds : pair of sequence of int, length r
        Lower and upper bounds of the rows; in the last both are the seats.

    Returns
    -------
    Fairness

    Raises
    ------
    RefusedError
        ``certificate_malformed``.

    Examples
    --------
    >>> leaf = {"high": [[0, 1]], "low": []}
    >>> level = {"types": [0], "prices": [[0, 1]], "proof": [leaf]}
    >>> assess("maximin", [level], [(1,), (1,)], [Fraction(1, 2)] * 2, ([1], [1]))
    Fairness(bound=Fraction(1, 2), gap=Fraction(0, 1), proven=True)
    """
    types = types_of(units)
    least, most = [Fraction(1)] * len(types.sizes), Fraction(0)
    for unit, chance in zip(units, chances, strict=True):
        t = types.numbers[unit]
        least[t] = min(least[t], chance)
        most = max(most, chance)
    if not certificate:
        raise RefusedError(reason="certificate_malformed")
    if objective in ("leximin", "maximin"):
        return _smallest(objective, certificate, types, least, bounds)
    *before, level = certificate
    if len(before) > 1:
        raise RefusedError(reason="certificate_malformed")
    shut = nobody(before[0], types, bounds) if before else frozenset[int]()
    if objective == "nash":
        share = None if shut is None else product_share(level, types, bounds, least, shut)
        bound = share or Fraction(0)
        return Fairness(bound, 1 - bound, bound >= 1 - TOLERANCE)
    floor = None if shut is None else spread_bound(level, types, bounds, shut)
    smallest = min(chance for t, chance in enumerate(least) if t not in (shut or ()))
    value = None
    if smallest > 0:
        even = Fraction(bounds[1][-1], sum(unit[-1] for unit in units))
        value = most / even + even / smallest
    bound = floor or Fraction(2)
    gap = gap_of(objective, bound, value)
    return Fairness(bound, gap, gap <= TOLERANCE)


def _smallest(
    objective: str,
    certificate: Sequence[Mapping[str, Any]],
    types: Types,
    chances: Sequence[Fraction],
    rows: Bounds,
) -> Fairness:
    bounds = level_bounds(certificate, types, *rows, chances)
    settled, proven = set[int](), True
    for level, most in zip(certificate, bounds, strict=True):
        least = min(chance for t, chance in enumerate(chances) if t not in settled)
        proven = proven and reaches(least, most, later=bool(settled))
        settled |= set(level["types"])
    proven = proven and (objective == "maximin" or len(settled) == len(chances))
    smallest = min(chances)
    bound = Fraction(1) if bounds[0] is None else max(bounds[0], smallest)
    return Fairness(bound, gap_of(objective, bound, smallest), proven)
