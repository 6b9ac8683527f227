"""Why somebody's chance is what it is, as their page says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

__all__ = ["Bound", "Why", "why_of"]

OUTSIDE = ("invited", "reviewed", "along", "barred", "excluded")
MOST = 3  # bounds on the page, of those that were worked out


@dataclass(frozen=True, slots=True)
class Bound:
    """One thing that bounds a chance, and the chance if it gave way by one."""

    kind: str
    feature: str
    value: str
    asked: int
    then: int  # the bound with one more, or one less
    chance: str  # percent


@dataclass(frozen=True, slots=True)
class Why:
    """What one person reads about their own chance; of nobody else's it tells only the two ends."""

    now: str  # percent
    case: (
        str  # of the sentence that begins it: a pool, or what is special about a chance in the draw
    )
    least: str
    most: str
    bounds: tuple[Bound, ...]
    needs: tuple[tuple[Mapping[str, Any], ...], ...]
    rough: bool

    @property
    def of_all(self) -> bool:
        """Whether the ends of all chances say something to this person: they are drawn for."""
        return self.case not in OUTSIDE

    @property
    def even(self) -> bool:
        """Whether everybody has the same chance, as far as one can see."""
        return self.least == self.most


def why_of(told: Mapping[str, Any] | None, chance: Fraction) -> Why | None:
    """Turn what was kept into what is said; None if nothing was worked out."""
    if told is None:
        return None
    now = _percent(chance)
    larger = [_bound(bound) for bound in told["bounds"] if bound["chance"] > chance]
    felt = tuple(bound for bound in larger if bound.chance != now)[:MOST]
    return Why(
        now=now,
        case=_case(told, chance, felt),
        least=_percent(told["least"]),
        most=_percent(told["most"]),
        bounds=felt,
        needs=tuple(tuple(rows) for rows in told["needs"]),
        rough=not told["met"] and bool(felt),
    )


def _case(told: Mapping[str, Any], chance: Fraction, felt: tuple[Bound, ...]) -> str:
    if told["pool"] != "drawn":
        return str(told["pool"])
    if chance == 1:
        return "needed" if told["needs"] else "sure"
    if chance == 0:
        return "never"
    if felt:
        return "bound"
    if not told["level"]:
        return "unsettled"
    return "free" if told["met"] else "free_rough"


def _bound(bound: Mapping[str, Any]) -> Bound:
    step = -1 if bound["kind"] == "min" else 1
    named = {name: bound[name] for name in ("kind", "feature", "value", "asked")}
    return Bound(**named, then=bound["asked"] + step, chance=_percent(bound["chance"]))


def _percent(chance: Fraction | float) -> str:
    return f"{float(100 * chance):.2f}"
