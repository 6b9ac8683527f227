"""Whether no equally likely panels could bring everybody up as often as their chance asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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


def is_unavoidable(
    counts: Sequence[tuple[int, ...]],
    bounds: tuple[Sequence[int], Sequence[int]],
    due: Sequence[int],
    m: int,
) -> bool:
    """Say whether it is proven that no ``m`` panels have each unit as often as it is due.

    Parameters
    ----------
    counts : sequence of tuple of int, length u
        What each unit adds to each row.
    bounds : pair of sequence of int, length r
        Between what a panel's sums lie.
    due : sequence of int, length u
        In how many of the panels each unit should be at least.
    m : int

    Returns
    -------
    bool
        False if there are such panels, or if the search was given up.

    Notes
    -----
    All panels are listed, and then whoever is in the fewest of them is served by each of these in
    turn. No prices can show it: m times the fairest lottery serves everybody, in fractions of panels.
    Only the standard library, at most 60 units and 50,000 steps.

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
        return not _served(panels, list(due), m, steps)
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


def _served(panels: Sequence[frozenset[int]], due: Sequence[int], m: int, steps: _Steps) -> bool:
    """Say whether some ``m`` of the panels, again and again if need be, serve everybody."""
    steps.take()
    waiting = [k for k, n in enumerate(due) if n > 0]
    if not waiting:
        return True
    if max(due) > m:
        return False
    rarest = min(waiting, key=lambda k: sum(k in panel for panel in panels))
    return any(
        _served(panels, [n - (k in panel) for k, n in enumerate(due)], m - 1, steps)
        for panel in panels
        if rarest in panel
    )
