"""How long a search may take, and whom it tells how far it is."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["Deadline", "Pace", "Report"]

Report: TypeAlias = Callable[[str, float, float], None]


class Deadline:
    """When a search should end with the best it has; never, unless seconds are given.

    Parameters
    ----------
    seconds : float, optional
        From now; 0 asks for the first answer there is.
    now : callable, optional
        Gives seconds. Only asked where a deadline was given, so that without one a search takes
        the same steps everywhere.

    Raises
    ------
    ValueError
        If seconds are below 0 or not a number.

    Examples
    --------
    >>> Deadline().over(), Deadline(0).over(), Deadline().left()
    (False, True, inf)
    """

    def __init__(
        self, seconds: float | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        if seconds is not None and not seconds >= 0:
            raise ValueError(f"a deadline of {seconds} seconds: give 0 or more, or None")
        self._now = now
        self._end = math.inf if seconds is None else now() + seconds

    def left(self) -> float:
        """Give the seconds until then: 0 from then on, infinite without a deadline."""
        return math.inf if self._end == math.inf else max(self._end - self._now(), 0.0)

    def over(self) -> bool:
        """Say whether it has passed."""
        return self.left() == 0


def _silent(stage: str, value: float, bound: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Pace:
    """What a search asks and tells between its steps.

    Parameters
    ----------
    watch : callable
        Called often; what it raises ends the search.
    deadline : Deadline
        Once it is over, the search ends with the best it has.
    report : callable
        Called with the stage (``chances``, ``panels``, ``columns``), what the objective measures
        for the best lottery so far (not a number as long as there is none) and what it cannot exceed.
    """

    watch: Callable[[], None] = lambda: None
    deadline: Deadline = field(default_factory=Deadline)
    report: Report = _silent
