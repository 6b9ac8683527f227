"""What each way to be fair would give: chances side by side, before one is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from huiyou.selection.fairness import OBJECTIVES
from huiyou.selection.lottery import fairest_chances
from huiyou.selection.pool import Pool, make_pool
from huiyou.selection.pools import Asked, rest_of, sort_into_pools

__all__ = ["Outlook", "compare", "gini"]

Floats: TypeAlias = npt.NDArray[np.float64]

SURE = 1 - 1e-9  # a chance of one


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an objective gives those who are drawn for.

    Parameters
    ----------
    objective : str
    chances : tuple of float
        Everybody's, the smallest first.
    even : float
        What everybody would have without quotas: seats over people. The difference to the smallest
        is what quotas cost whom they serve least.
    """

    objective: str
    chances: tuple[float, ...]
    even: float

    @property
    def smallest(self) -> float:
        """Chance of whoever is served least."""
        return self.chances[0]

    @property
    def largest(self) -> float:
        """Chance of whoever is served best."""
        return self.chances[-1]

    @property
    def gini(self) -> float:
        """How unequal the chances are: 0 if all are the same."""
        return gini(self.chances)

    @property
    def certain(self) -> int:
        """How many have a chance of 1: whoever says what they say is sure of a seat."""
        return sum(chance >= SURE for chance in self.chances)

    @property
    def shut(self) -> int:
        """How many have no chance at all."""
        return sum(chance <= 1 - SURE for chance in self.chances)


def compare(
    asked: Asked,
    objectives: Sequence[str] = OBJECTIVES,
    *,
    watch: Callable[[], None] = lambda: None,
) -> tuple[Outlook, ...]:
    """Give the chances by each objective.

    Parameters
    ----------
    asked : Asked
    objectives : sequence of str
    watch : callable, optional
        Called often; what it raises ends the work.

    Returns
    -------
    tuple of Outlook
        In the order of ``objectives``; none if no fractions of people meet the quotas.

    Raises
    ------
    InputError
        For pools that contradict themselves.

    Notes
    -----
    Chances as fractions of people would have them, before any panel is made: an upper bound of what
    each objective can reach, which a lottery nearly always meets. Maximin settles
    the smallest chance only; here the others are those of leximin. 1,600 people: a second or two for all.

    Examples
    --------
    >>> from huiyou.people import Person
    >>> from huiyou.selection.quotas import Quota
    >>> people = [Person(f"p{k}", {"trade": ("film" if k < 2 else "law",)}) for k in range(8)]
    >>> (told,) = compare(Asked(people, 4, [Quota("trade", "film", 2, 2)]), ["leximin"])
    >>> round(told.smallest, 9), told.even, told.certain, round(told.gini, 9)
    (0.333333333, 0.5, 2, 0.25)
    """
    rest = rest_of(asked, sort_into_pools(asked))
    pool = make_pool(rest.people, rest.seats, rest.quotas, rest.together, rest.one_of)
    found = [fairest_chances(pool, objective, watch) for objective in objectives]
    return tuple(
        Outlook(
            objective,
            _everybodys(pool, relaxed.chances),
            rest.seats / len(rest.people),
        )
        for objective, relaxed in zip(objectives, found, strict=True)
        if relaxed is not None
    )


def _everybodys(pool: Pool, chances: Floats) -> tuple[float, ...]:
    """Give the chance of each person, in order; a solver's may be a hair below 0 or above 1."""
    found: list[float] = np.repeat(chances[pool.type_of], pool.counts[-1]).clip(0, 1).tolist()
    return tuple(sorted(found))


def gini(chances: Sequence[float]) -> float:
    """Give the Gini coefficient: half the mean difference of two chances over their mean.

    Examples
    --------
    >>> gini([0.5, 0.5]), gini([0.0, 1.0])
    (0.0, 0.5)
    """
    sorted_ = np.sort(np.asarray(chances, dtype=float))
    n, total = len(sorted_), float(sorted_.sum())
    if not total:
        return 0.0
    share = float((2 * np.arange(1, n + 1) - n - 1) @ sorted_ / (n * total))
    return max(share, 0.0)  # rounding may go below
