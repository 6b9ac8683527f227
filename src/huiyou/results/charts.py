"""Numbers of the charts that the results page and the site share, and places to draw them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

__all__ = [
    "Chances",
    "Meeting",
    "QuotaBar",
    "chances_of",
    "in_order",
    "leading_trait",
    "meetings",
    "quota_groups",
    "trades_met",
]

Rounds = Sequence[Sequence[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class QuotaBar:
    """One quota as a bar of 0 to 100."""

    value: str
    low: int
    high: int
    pool: int
    chosen: int
    left: float
    width: float
    share: float
    mark: float


@dataclass(frozen=True, slots=True)
class Meeting:
    """How often two trades shared a table."""

    x: int
    y: int
    pairs: int
    strength: int  # 0 to 10, of the fullest cell


@dataclass(frozen=True, slots=True)
class Chances:
    """Everybody's chance as one rising line, 600 wide and 100 high; ``y`` of figures counts down."""

    smallest: str
    middle: str
    largest: str
    average: str
    line: str
    smallest_y: float
    average_y: float


def chances_of(
    probabilities: Iterable[str | float], seats: float, *, top: float | None = None
) -> Chances:
    """Put the chances of a lottery in order; ``top`` is the largest of all charts on one scale.

    Examples
    --------
    >>> chances_of(["1/2", "1/4", "1/4"], 1).line
    'M0 100V52.0H400.0V4.0H600V100Z'
    """
    sorted_ = sorted(map(Fraction, probabilities))
    n, full = len(sorted_), (top or float(sorted_[-1])) / 0.96
    heights = [round(100 - 100 * float(p) / full, 1) for p in sorted_]
    steps = [k for k in range(1, n) if heights[k] != heights[k - 1]]
    rise = "".join(f"H{round(600 * k / n, 1)}V{heights[k]}" for k in steps)
    average = seats / n
    return Chances(
        smallest=f"{float(sorted_[0]):.1%}", middle=f"{float(sorted_[n // 2]):.1%}",
        largest=f"{float(sorted_[-1]):.1%}", average=f"{average:.1%}",
        line=f"M0 100V{heights[0]}{rise}H600V100Z",
        smallest_y=heights[0], average_y=round(100 - 100 * average / full, 1),
    )  # fmt: skip


def percent_up(share: Fraction) -> str:
    """Write a share in percent, rounded up so that no gap looks smaller than it is.

    Examples
    --------
    >>> percent_up(Fraction(1, 300)), percent_up(Fraction(0))
    ('0.34%', '0.00%')
    """
    return f"{math.ceil(share * 10_000) / 100:.2f}%"


def leading_trait(mix: Mapping[str, Fraction], features: Sequence[str]) -> str:
    """Give the trait that mixing weighs most, else the first with a quota, else none."""
    return max(mix, key=lambda trait: mix[trait]) if mix else next(iter(features), "")


def in_order(listed: Sequence[str], found: Iterable[str]) -> list[str]:
    """Give the values found: those listed in their order, then the others by how many have them."""
    counts = Counter(found)
    rest = sorted(counts.keys() - set(listed), key=lambda value: (-counts[value], value))
    return [value for value in [*listed, *rest] if counts[value]]


def quota_groups(
    quotas: Sequence[Mapping[str, Any]], seats: int, applicants: int
) -> list[tuple[str, list[QuotaBar]]]:
    """Give the quotas of a selection by feature, as bars on one scale for each feature."""
    groups: dict[str, list[QuotaBar]] = {}
    for feature in dict.fromkeys(quota["feature"] for quota in quotas):
        rows = [quota for quota in quotas if quota["feature"] == feature]
        shares = [quota["pool"] * seats / applicants for quota in rows]
        full = max(*(quota["max"] for quota in rows), *shares, 1) * 1.04
        groups[feature] = [
            QuotaBar(
                quota["value"], quota["min"], quota["max"], quota["pool"], quota["chosen"],
                left=round(100 * quota["min"] / full, 2),
                width=round(max(1.2, 100 * (quota["max"] - quota["min"]) / full), 2),
                share=round(100 * share / full, 2),
                mark=round(100 * quota["chosen"] / full, 2),
            )
            for quota, share in zip(rows, shares, strict=True)
        ]  # fmt: skip
    return list(groups.items())


def meetings(trades: Sequence[str], rounds: Rounds, trade_of: Mapping[str, str]) -> list[Meeting]:
    """Count pairs that shared a table over all rounds, by their two trades."""
    index = {trade: k for k, trade in enumerate(trades)}
    pairs: Counter[tuple[int, int]] = Counter()
    for a, b in _pairs(rounds):
        x, y = index[trade_of[a]], index[trade_of[b]]
        pairs[max(x, y), min(x, y)] += 1
    fullest = max(pairs.values(), default=1)
    size = range(len(trades))
    return [
        Meeting(x, y, n := pairs[max(x, y), min(x, y)], math.ceil(10 * n / fullest))
        for x in size
        for y in size
    ]


def trades_met(rounds: Rounds, trade_of: Mapping[str, str]) -> list[tuple[int, int, int]]:
    """Count how many people met so many trades other than their own: trades, people, height in %."""
    met: dict[str, set[str]] = {who: set() for who in trade_of}
    for a, b in _pairs(rounds):
        met[a].add(trade_of[b])
        met[b].add(trade_of[a])
    counts = Counter(len(trades - {trade_of[who]}) for who, trades in met.items())
    fullest = max(counts.values())
    return [
        (n, counts[n], round(100 * counts[n] / fullest))
        for n in range(min(counts), max(counts) + 1)
    ]


def _pairs(rounds: Rounds) -> Iterable[tuple[str, str]]:
    return (pair for tables in rounds for table in tables for pair in combinations(table, 2))
