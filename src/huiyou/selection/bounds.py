"""What the prices of a certificate prove: exact, in whole numbers, without any solver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from math import isqrt
from typing import Any, NamedTuple, TypeAlias

from huiyou.errors import RefusedError
from huiyou.proof import Shape, fits

__all__ = [
    "TOLERANCE", "Bounds", "Types", "level_bounds", "nobody", "product_share", "reaches", "spread_bound", "types_of",
]  # fmt: skip

_PRICES: dict[str, Shape] = {"high": [[int]], "low": [[int]]}
_NODES: tuple[Shape, ...] = (
    {"type": int, "most": int, "then": int, "else": int},
    _PRICES,
    {**_PRICES, "none": bool},
)
TOLERANCE = Fraction(1, 10**9)  # a gap up to this share is rounding
LATER = Fraction(1, 10**7)  # at later levels, whose bounds carry the rounding of all before them
FINE = 2**80  # sums of many fractions are rounded to parts of one this small, to the safe side


Bounds: TypeAlias = tuple[Sequence[int], Sequence[int]]


class Types(NamedTuple):
    """Who is alike: ``vectors[t]`` is what a unit of type t counts for, ``sizes[t]`` how many there are.

    ``numbers`` gives the type of each vector.
    """

    vectors: list[tuple[int, ...]]
    sizes: list[int]
    numbers: dict[tuple[int, ...], int]


def types_of(units: Sequence[tuple[int, ...]]) -> Types:
    """Give the distinct vectors of units in lexical order, numbered.

    Examples
    --------
    >>> types_of([(1, 1), (0, 1), (1, 1)])
    Types(vectors=[(0, 1), (1, 1)], sizes=[1, 2], numbers={(0, 1): 0, (1, 1): 1})
    """
    sizes = Counter(units)
    vectors = sorted(sizes)
    return Types(vectors, [sizes[v] for v in vectors], {v: t for t, v in enumerate(vectors)})


def level_bounds(
    certificate: Sequence[Mapping[str, Any]],
    types: Types,
    lower: Sequence[int],
    upper: Sequence[int],
    chances: Sequence[Fraction],
) -> list[Fraction | None]:
    """Work out what nobody's smallest chance at each level can exceed.

    Parameters
    ----------
    certificate : sequence of mapping
        As `huiyou.selection.certificate.certify` gives it.
    types : Types
    lower, upper : sequence of int, length r
        Bounds of the rows that vectors count for.
    chances : sequence of Fraction, length t
        The smallest chance among the units of each type.

    Returns
    -------
    list of Fraction or None
        For each level, a bound on the smallest chance of all types not settled before, in any
        lottery in which those settled before have at least ``chances``. None without a proof.

    Raises
    ------
    RefusedError
        ``certificate_malformed``.

    Notes
    -----
    If prices value every panel at B or less, then in any lottery Σ_t price · size · chance ≤ B;
    with the settled types' share taken off, what is left is at least the sum of the other prices
    times the smallest other chance. O(levels · types · rows).
    """
    settled: set[int] = set()
    bounds: list[Fraction | None] = []
    for level in certificate:
        new = set(level["types"])
        prices = _pairs(level["prices"], len(types.sizes))
        _require(bool(new) and not new & settled and all(0 <= t < len(types.sizes) for t in new))
        worth = {t: price * types.sizes[t] for t, price in prices.items()}
        free = sum(value for t, value in worth.items() if t not in settled)
        if all(chances[t] >= 1 - TOLERANCE for t in range(len(chances)) if t not in settled):
            bounds.append(Fraction(1))
        elif not level["proof"]:
            bounds.append(None)
        else:
            _require(free > 0 and all(prices.get(t, 0) > 0 for t in new))
            most = _most(level["proof"], prices, types, lower, upper)
            given = sum((worth[t] * chances[t] for t in worth if t in settled), Fraction(0))
            none = most < min(prices[t] for t in new)  # no panel has even one of them
            bounds.append(Fraction(0) if none else (most - given) / free)
        settled |= new
    return bounds


def reaches(chance: Fraction, bound: Fraction | None, *, later: bool = False) -> bool:
    """Say whether a chance is as large as a bound lets it be, but for rounding.

    Examples
    --------
    >>> reaches(Fraction(1, 4), Fraction(1, 4)), reaches(Fraction(1, 4), Fraction(1, 3))
    (True, False)
    """
    return bound is not None and chance >= bound * (1 - (LATER if later else TOLERANCE))


def nobody(level: Mapping[str, Any], types: Types, bounds: Bounds) -> frozenset[int] | None:
    """Give the types that no panel has a unit of, if the proof of a level shows that.

    Parameters
    ----------
    level : mapping
        With ``types``, each of which has a price, and a ``proof``.
    types : Types
    bounds : pair of sequence of int, length r
        Lower and upper bounds of the rows.

    Returns
    -------
    frozenset of int or None
        None without a proof.

    Raises
    ------
    RefusedError
        ``certificate_malformed``, also if a panel may be worth as much as one of them.
    """
    prices = _pairs(level["prices"], len(types.sizes))
    out = frozenset(level["types"])
    _require(0 < len(out) < len(types.sizes) and out == prices.keys())
    _require(min(prices.values()) > 0)
    if not level["proof"]:
        return None
    _require(_most(level["proof"], prices, types, *bounds) < min(prices.values()))
    return out


def product_share(
    level: Mapping[str, Any],
    types: Types,
    bounds: Bounds,
    chances: Sequence[Fraction],
    out: Collection[int] = (),
) -> Fraction | None:
    """Work out what share of the largest geometric mean that of these chances is at least.

    Parameters
    ----------
    level : mapping
        Prices of all types that are not ``out``, and a ``proof``.
    types : Types
        The last entry of a vector counts heads; each head has one chance in the mean.
    bounds : pair of sequence of int, length r
        Lower and upper bounds of the rows.
    chances : sequence of Fraction, length t
        The smallest chance among the units of each type.
    out : collection of int
        Types that nobody can be chosen from; they are left out of the mean.

    Returns
    -------
    Fraction or None
        Between 0 and 1, rounded down; None without a proof.

    Raises
    ------
    RefusedError
        ``certificate_malformed``.

    Notes
    -----
    If prices value every panel at B or less, then Σ_t price · size · chance′ ≤ B in any lottery. With
    ω_t a type's share of the heads, the inequality between weighted arithmetic and geometric means
    gives Π (chance′ / chance)^ω ≤ B · Π (ω / (price · size · chance))^ω ≤ B · Σ ω² / (price · size · chance).
    Prices of heads / chance make this an equality for the largest product, because its gradient
    values no panel at more than its own lottery. O(types · rows).
    """
    priced = _pairs(level["prices"], len(types.sizes))
    inside = [t for t in range(len(types.sizes)) if t not in out]
    _require(sorted(level["types"]) == inside and all(priced.get(t, 0) > 0 for t in inside))
    if not level["proof"]:
        return None
    most = _most(level["proof"], priced, types, *bounds)
    if most <= 0 or not all(chances[t] > 0 for t in inside):
        return Fraction(0)
    heads = {t: types.vectors[t][-1] * types.sizes[t] for t in inside}
    excess = 0
    for t in inside:
        below = priced[t] * types.sizes[t] * chances[t]
        excess -= -(most * heads[t] ** 2 * FINE * below.denominator) // below.numerator
    share = sum(heads.values()) ** 2 * FINE * FINE // excess
    return min(Fraction(share, FINE), Fraction(1))


def spread_bound(
    level: Mapping[str, Any],
    types: Types,
    bounds: Bounds,
    out: Collection[int] = (),
) -> Fraction | None:
    """Work out what ``largest · n / k + k / (n · smallest)`` is at least, in any lottery.

    Parameters
    ----------
    level : mapping
        ``prices`` of each type: on the smallest chance, then on the largest; and a ``proof`` for the
        first less the second.
    types : Types
        The last entry of a vector counts heads, n in all; so does the last row, k of them a panel.
    bounds : pair of sequence of int, length r
        Lower and upper bounds of the rows.
    out : collection of int
        Types that nobody can be chosen from; they do not count as the smallest.

    Returns
    -------
    Fraction or None
        2 or more; None without a proof.

    Raises
    ------
    RefusedError
        ``certificate_malformed``.

    Notes
    -----
    If the prices, p on the smallest and q on the largest, value every panel at B or less, then
    Σp · smallest − Σq · largest ≤ B. Under this line the sum is least where both of its parts weigh
    the same: at 2 · √(Σp / Σq) − (n / k) · B / Σq. The root is rounded down to 24 digits.
    """
    _require(all(len(prices) == len(("type", "smallest", "largest")) for prices in level["prices"]))
    up = _pairs([[t, price] for t, price, _ in level["prices"] if price], len(types.sizes))
    down = _pairs([[t, price] for t, _, price in level["prices"] if price], len(types.sizes))
    _require(bool(up) and bool(down) and not up.keys() & set(out))
    if not level["proof"]:
        return None
    net = {t: up.get(t, 0) - down.get(t, 0) for t in up.keys() | down.keys()}
    most = _most(level["proof"], net, types, *bounds)
    smallest = sum(price * types.sizes[t] for t, price in up.items())
    largest = sum(price * types.sizes[t] for t, price in down.items())
    heads = sum(vector[-1] * size for vector, size in zip(types.vectors, types.sizes, strict=True))
    root = Fraction(isqrt(smallest * largest * FINE**2), largest * FINE)
    return max(2 * root - Fraction(heads * most, bounds[1][-1] * largest), Fraction(2))


def _most(
    nodes: Sequence[Mapping[str, Any]],
    prices: Mapping[int, int],
    types: Types,
    lower: Sequence[int],
    upper: Sequence[int],
) -> int:
    """Give what no panel is worth more than, by walking the tree of a proof."""
    values: list[int] = []
    seen = 0
    open_ = [(0, [0] * len(types.sizes), list(types.sizes))]
    while open_:
        at, least, most = open_.pop()
        seen += 1
        _require(0 <= at < len(nodes) and seen <= len(nodes))
        node = nodes[at]
        _require(any(fits(node, shape) for shape in _NODES))
        if "type" in node:
            t, cut = node["type"], node["most"]
            _require(0 <= t < len(most))
            _require(least[t] <= cut < most[t])  # both parts hold something
            fewer, more = most.copy(), least.copy()
            fewer[t], more[t] = cut, cut + 1
            open_ += [(node["then"], least, fewer), (node["else"], more, most)]
            continue
        none = node.get("none", False)
        value = _leaf(node, {} if none else prices, types, (lower, upper), (least, most))
        if none:
            _require(value < 0)
        else:
            values.append(value)
    _require(bool(values))
    return max(values)


def _leaf(
    node: Mapping[str, Any],
    prices: Mapping[int, int],
    types: Types,
    rows: tuple[Sequence[int], Sequence[int]],
    ranges: tuple[Sequence[int], Sequence[int]],
) -> int:
    (lower, upper), (least, most) = rows, ranges
    high, low = _pairs(node["high"], len(upper)), _pairs(node["low"], len(lower))
    total = sum(p * upper[q] for q, p in high.items()) - sum(p * lower[q] for q, p in low.items())
    priced = [(q, high.get(q, 0) - low.get(q, 0)) for q in sorted(high.keys() | low.keys())]
    for t, vector in enumerate(types.vectors):
        left = prices.get(t, 0) - sum(price * vector[q] for q, price in priced)
        total += left * (most[t] if left > 0 else least[t])
    return total


def _pairs(pairs: Sequence[Sequence[int]], end: int) -> dict[int, int]:
    try:
        found = {key: price for key, price in pairs}  # noqa: C416 -- a pair of another length is none
    except ValueError:
        raise RefusedError(reason="certificate_malformed") from None
    _require(len(found) == len(pairs) and all(0 <= k < end and p >= 0 for k, p in found.items()))
    return found


def _require(holds: bool) -> None:
    if not holds:
        raise RefusedError(reason="certificate_malformed")
