"""Whether no equally likely panels could bring everybody up as often as their chance asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

__all__ = ["is_unavoidable"]

MOST_UNITS = 60
LOOKS = 50_000  # steps of a search after which the answer is that nobody knows


class _TooLongError(Exception):
    """The search was given up."""


class _Steps:
    """Counts the steps of a search, and ends it."""

    def __init__(self) -> None:
        self.left = LOOKS

    def take(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _TooLongError


class _Task(NamedTuple):
    """How often each unit is still due, how many panels are left for it, and how much may stay due."""

    due: Sequence[int]
    panels: int
    spared: int

    def may_be_met(self, largest: int) -> bool:
        """Say whether counting alone does not rule it out, with panels of so many units at the most."""
        open_ = [n for n in self.due if n > 0]
        over = sum(n - self.panels for n in open_ if n > self.panels)
        return over <= self.spared and sum(open_) - self.spared <= self.panels * largest

    def ways(self, k: int, panels: Sequence[frozenset[int]]) -> Iterator[_Task]:
        """Serve unit k by each of some panels, or leave one of its due."""
        if self.panels:
            for panel in panels:
                due = [n - (each in panel) for each, n in enumerate(self.due)]
                yield _Task(due, self.panels - 1, self.spared)
        if self.spared:
            due = [n - (each == k) for each, n in enumerate(self.due)]
            yield _Task(due, self.panels, self.spared - 1)


def is_unavoidable(
    counts: Sequence[tuple[int, ...]],
    bounds: tuple[Sequence[int], Sequence[int]],
    due: Sequence[int],
    m: int,
    lacking: int = 1,
) -> bool:
    """Say whether it is proven that no ``m`` panels leave less due to all units together.

    Parameters
    ----------
    counts : sequence of tuple of int, length u
        What each unit adds to each row.
    bounds : pair of sequence of int, length r
        Between what a panel's sums lie.
    due : sequence of int, length u
        In how many of the panels each unit should be at least.
    m : int
    lacking : int
        How much is still due after the panels that are judged, added up over units; at least 1.

    Returns
    -------
    bool
        False if there are panels that leave less, or if the search was given up.

    Notes
    -----
    All panels are listed, and then whoever is in the fewest of them is served by each of these in
    turn, or left waiting while less stays due. No prices can show it: m times the fairest lottery serves everybody, in fractions of panels.
    Only the standard library, at most 60 units and 50,000 steps, each of O(u · r): some seconds.

    Examples
    --------
    >>> pair_or_nobody = [(1,), (1,), (1,)]
    >>> is_unavoidable(pair_or_nobody, ([1], [1]), [1, 1, 1], 3), is_unavoidable(pair_or_nobody, ([1], [1]), [1, 1, 1], 2)
    (False, True)
    """
    if len(counts) > MOST_UNITS:
        return False
    steps = _Steps()
    try:
        panels = list(_panels(counts, bounds, steps))
        return not _served(panels, _Task(due, m, lacking - 1), steps)
    except _TooLongError:
        return False


def _panels(
    counts: Sequence[tuple[int, ...]],
    bounds: tuple[Sequence[int], Sequence[int]],
    steps: _Steps,
) -> Iterator[frozenset[int]]:
    """Give every panel there is, unit by unit in or out."""
    lower, upper = bounds
    rest = [[0] * len(lower)]  # what all units from k on add
    for count in reversed(counts):
        rest.append([a + b for a, b in zip(rest[-1], count, strict=True)])
    rest.reverse()
    open_: list[tuple[int, tuple[int, ...], frozenset[int]]] = [(0, (0,) * len(lower), frozenset())]
    while open_:
        steps.take()
        k, sums, inside = open_.pop()
        if any(n > most for n, most in zip(sums, upper, strict=True)) or any(
            n + more < least for n, more, least in zip(sums, rest[k], lower, strict=True)
        ):
            continue
        if k == len(counts):
            yield inside
            continue
        added = tuple(a + b for a, b in zip(sums, counts[k], strict=True))
        open_ += [(k + 1, sums, inside), (k + 1, added, inside | {k})]


def _served(panels: Sequence[frozenset[int]], task: _Task, steps: _Steps) -> bool:
    """Say whether some of the panels, again and again if need be, leave no more than is spared."""
    having = [[panel for panel in panels if k in panel] for k in range(len(task.due))]
    rarest = sorted(range(len(having)), key=lambda k: len(having[k]))
    largest = max(map(len, panels), default=0)
    open_ = [iter([task])]  # as deep as there are panels, which is too deep for a call in a call
    while open_:
        left = next(open_[-1], None)
        if left is None:
            open_.pop()
            continue
        steps.take()
        waiting = next((k for k in rarest if left.due[k] > 0), None)
        if waiting is None:
            return True
        if left.may_be_met(largest):
            open_.append(left.ways(waiting, having[waiting]))
    return False
