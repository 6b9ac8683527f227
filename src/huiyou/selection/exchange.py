"""Panels by the thousand: one from an integer program, all others by exchanging people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from huiyou.proof import Chance
from huiyou.selection.kernel import LONGEST, Rules, State, pull, wander
from huiyou.selection.pace import Deadline
from huiyou.selection.pool import Pool

__all__ = ["Exchange", "face"]

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]

MOVES, MOVES_EACH = 2000, 2.5  # small exchanges tried between two panels: in all, for each unit
HEAT = 0.02  # how readily they go the wrong way
WORST, TRIES, REACH = 60, 6, 8  # who is looked after one by one, how often at each reach, how far
CLOSE = 1e-6  # an average this close to a bound stands at it
ONE_CHANGE = 2  # rows in which two classes differ that have another value in one feature
OVERDUE = 0.85  # seats that somebody is behind or ahead, to be looked after


class Exchange:
    """A panel, and how to make the next of it.

    Parameters
    ----------
    pool : Pool
    chances : float array, shape (t,)
        What each type should have on average; rows that this meets at a bound are met there by
        every panel.
    chance : Chance
        Gives the generator its first word.
    bounds : pair of int array, shape (r,), optional
        Bounds of the rows, instead of those that ``chances`` meets at a bound closed.
    """

    def __init__(
        self,
        pool: Pool,
        chances: Floats,
        chance: Chance,
        bounds: tuple[Ints, Ints] | None = None,
    ) -> None:
        self.pool = pool
        self.target = chances[pool.type_of]
        self.lower, self.upper = bounds or face(pool, chances)
        exact = self.lower == self.upper
        order = np.argsort(pool.families[exact], kind="stable")
        rows = np.nonzero(exact)[0][order]
        self.rules = _rules(pool, rows, np.nonzero(~exact)[0])
        units, classes = len(pool.units), len(self.rules.start) - 1
        self.state = State(
            order=np.argsort(self.rules.of, kind="stable"),
            place=np.zeros(units, dtype=np.int64),
            inside=np.zeros(classes, dtype=np.int64),
            panel=np.zeros(units, dtype=np.int64),
            slot=np.zeros(units, dtype=np.int64),
            size=np.zeros(1, dtype=np.int64),
            sums=np.zeros(int((~exact).sum()), dtype=np.int64),
            word=np.array([chance.word() | 1], dtype=np.uint64),
            out=np.zeros(2 * LONGEST, dtype=np.int64),
            into=np.zeros(2 * LONGEST, dtype=np.int64),
            change=np.zeros(len(rows) + 1, dtype=np.int64),
            found=np.zeros(len(rows) + 1, dtype=np.int64),
        )
        self._loose = np.nonzero(~exact)[0]

    def load(self, panel: Sequence[int] | Ints) -> None:
        """Begin from a panel, given by its units."""
        rules, state = self.rules, self.state
        inside = np.zeros(len(self.pool.units), dtype=bool)
        inside[panel] = True
        # within each class those inside come first
        state.order[:] = np.lexsort((np.arange(len(inside)), ~inside, rules.of))
        state.place[state.order] = np.arange(len(inside))
        state.inside[:] = np.bincount(rules.of[panel], minlength=len(state.inside))
        state.size[0] = len(panel)
        state.panel[: len(panel)] = panel
        state.slot[panel] = np.arange(len(panel))
        state.sums[:] = self.pool.counts[self._loose][:, panel].sum(axis=1)

    @property
    def panel(self) -> Ints:
        """Units of the panel as it stands, sorted."""
        return np.sort(self.state.panel[: self.state.size[0]])

    def next(self, wish: Floats) -> Ints:
        """Exchange people so that those with the largest ``wish`` come in; give the panel."""
        wander(self.rules, self.state, wish, int(min(MOVES, MOVES_EACH * len(wish))), HEAT)
        late = np.abs(wish) > OVERDUE
        inside = np.zeros(len(wish), dtype=bool)
        inside[self.state.panel[: self.state.size[0]]] = True
        due = np.nonzero(late & (inside == (wish < 0)))[0]
        if len(due) > WORST:
            due = due[np.argsort(-np.abs(wish[due]), kind="stable")[:WORST]]
        pull(self.rules, self.state, wish, due, TRIES, REACH, 0.0)
        return self.panel

    def mend(self, units: Ints, wish: Floats) -> None:
        """Exchange each of ``units`` for others wherever that raises the sum of wishes."""
        pull(self.rules, self.state, wish, units, TRIES, REACH, 0.0)

    def run(
        self,
        times: int,
        watch: Callable[[], None] = lambda: None,
        seats: Floats | None = None,
        *,
        until: Deadline | None = None,
        least: int = 1,
    ) -> list[Ints]:
        """Make panels in which everybody's seats stay close to their share.

        Parameters
        ----------
        times : int
            How many.
        watch : callable, optional
            Called between panels; what it raises ends it.
        seats : float array, shape (u,), optional
            Seats that units are ahead by before the first; changed in place.
        until : Deadline, optional
            When to stop early, but not before ``least`` panels.

        Returns
        -------
        list of int array
            Units of each panel, sorted.
        """
        seats = np.zeros(len(self.target)) if seats is None else seats
        until = until or Deadline()
        panels: list[Ints] = []
        for _ in range(times):
            watch()
            if len(panels) >= least and until.over():
                break
            seats -= self.target
            panels.append(self.next(-seats))
            seats[panels[-1]] += 1
        return panels


def face(pool: Pool, chances: Floats) -> tuple[Ints, Ints]:
    """Give bounds of rows, closed where the average stands at one of them."""
    sums = pool.types @ (pool.sizes * chances)
    at_lower, at_upper = np.abs(sums - pool.lower) < CLOSE, np.abs(sums - pool.upper) < CLOSE
    upper = np.where(at_lower, pool.lower, pool.upper)
    lower = np.where(at_upper & ~at_lower, pool.upper, pool.lower)
    return lower, upper


def _rules(pool: Pool, exact: Ints, loose: Ints) -> Rules:
    """Sort units into classes by the exact rows, and note which classes differ by one change."""
    groups = [k for k, unit in enumerate(pool.units) if len(unit) > 1]
    alone = [pool.members[k][exact].T for k in groups]
    vectors = np.concatenate([pool.counts[exact].T, *alone]) if groups else pool.counts[exact].T
    classes, of = np.unique(vectors, axis=0, return_inverse=True)
    of = of.reshape(-1)
    units, c = len(pool.units), len(classes)
    alike_size = np.array(
        [len(unit) if len(unit) > 1 else 0 for unit in pool.units], dtype=np.int64
    )
    far = np.stack([np.minimum(np.abs(classes - row).sum(axis=1), 255) for row in classes])
    one, other = np.nonzero((far > 0) & (far <= ONE_CHANGE))
    families = pool.families[exact]
    change = classes[other] - classes[one]
    less, more = (change < 0).sum(axis=1), (change > 0).sum(axis=1)
    a = np.where(less > 0, change.argmin(axis=1), -1) if len(change) else np.zeros(0, np.int64)
    b = np.where(more > 0, change.argmax(axis=1), -1) if len(change) else np.zeros(0, np.int64)
    single = (less <= 1) & (more <= 1) & (np.abs(change).max(axis=1, initial=0) == 1)
    single &= (a < 0) | (b < 0) | (families[a] == families[b])
    one, other, a, b = one[single], other[single], a[single], b[single]
    codes, number = np.unique((a + 1) * (len(exact) + 1) + b + 1, return_inverse=True)
    key = np.full((len(exact) + 1) ** 2, -1, dtype=np.int64)
    key[codes] = np.arange(len(codes))
    by_key = np.argsort(number, kind="stable")
    repeats = classes.reshape(-1)
    row_of = np.repeat(np.tile(np.arange(len(exact)), c), repeats)
    amounts = pool.counts[loose].T
    unit, row = np.nonzero(amounts)
    return Rules(
        of=of[:units].copy(),
        start=_starts(np.bincount(of[:units], minlength=c)),
        row_at=_starts(classes.sum(axis=1)),
        row=row_of,
        family=families,
        key=key.reshape(len(exact) + 1, len(exact) + 1),
        change_at=_starts(np.bincount(number.reshape(-1), minlength=len(codes))),
        left=one[by_key],
        right=other[by_key],
        far=far.astype(np.uint8),
        next_at=_starts(np.bincount(one, minlength=c)),
        next=other,
        back=key[(b + 1) * (len(exact) + 1) + a + 1],
        loose_at=_starts(np.bincount(unit, minlength=units)),
        loose=row,
        amount=amounts[unit, row],
        low=pool.lower[loose],
        high=pool.upper[loose],
        alike_at=_starts(alike_size),
        alike=of[units:].copy(),
    )


def _starts(counts: Any) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
