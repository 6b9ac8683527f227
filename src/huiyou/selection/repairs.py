"""How quotas that cannot be met would have to change, and by how little."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from huiyou.selection.pool import Pool
from huiyou.selection.program import maximise
from huiyou.selection.quotas import Quota

__all__ = ["KINDS", "Repair", "Request", "find_repairs", "nearest_seats", "prices"]

KINDS = ("fewest", "even", "lower", "raise", "seats", "apart", "other")
ENOUGH = 3  # different repairs, where there are so many

Whole = npt.NDArray[np.int64]


class Request:
    """What is asked of a pool: quotas that may give way, and what may not.

    Parameters
    ----------
    pool : Pool
        Made with these quotas in this order.
    quotas : sequence of Quota, length m
    watch : callable, optional
        Called often while the solver works; what it raises ends the search.

    Attributes
    ----------
    counts : array of int, shape (m, t)
        How many of the people of a unit of each type a quota speaks of.
    shared : array of int, shape (s, t)
        Who of each type counts for one household or company, of which one unit at most may come.
    heads, copies : arrays of int, length t
        How many people a unit has, and how many such units there are.
    """

    def __init__(
        self, pool: Pool, quotas: Sequence[Quota], watch: Callable[[], None] = lambda: None
    ) -> None:
        self.seats, self.quotas, self.watch = int(pool.lower[-1]), tuple(quotas), watch
        m = len(self.quotas)
        self.counts, self.shared, self.heads = pool.types[:m], pool.types[m:-1], pool.types[-1]
        self.copies = pool.sizes
        self.minimum, self.maximum = pool.lower[:m], pool.upper[:m]

    @property
    def having(self) -> Whole:
        """How many people each quota speaks of, length m."""
        return self.counts @ self.copies

    def possible(self, rows: Sequence[int]) -> bool:
        """Say whether some choice fills the seats and meets the quotas with these numbers."""
        return self._possible(rows, self.seats, self.minimum, self.maximum, presolve=True)

    def works(self, repair: Repair) -> bool:
        """Say whether some choice meets all quotas as a repair leaves them."""
        minimum = self.minimum - np.array(repair.lower, dtype=np.int64)
        maximum = self.maximum + np.array(repair.higher, dtype=np.int64)
        every = range(len(self.quotas))
        # Where there is a choice, as there mostly is, it is found sooner without.
        return self._possible(every, repair.seats, minimum, maximum, presolve=False)

    def _possible(
        self, rows: Sequence[int], seats: int, minimum: Whole, maximum: Whole, *, presolve: bool
    ) -> bool:
        # Columns that only other quotas tell apart become one, so few quotas are a small program.
        counts = np.vstack([self.counts[list(rows)], self.shared, self.heads])
        numbers: dict[bytes, int] = {}  # ten times as fast as numpy.unique by columns
        which = [numbers.setdefault(one.tobytes(), len(numbers)) for one in counts.T]
        types = counts[:, np.unique(which, return_index=True)[1]]
        lower, upper = (
            np.array([*bound[list(rows)], *[once] * len(self.shared), seats], dtype=float)
            for bound, once in ((minimum, 0), (maximum, 1))
        )
        nothing, copies = np.zeros(types.shape[1]), np.bincount(which, self.copies)
        found = maximise(types, nothing, copies, lower, upper, watch=self.watch, presolve=presolve)
        return found is not None


@dataclass(frozen=True, slots=True)
class Repair:
    """One way to make the impossible possible.

    Parameters
    ----------
    kinds : tuple of str
        All of `KINDS` that it is.
    seats : int
    lower, higher : tuple of int, length m
        By how many people each minimum goes down, and each maximum up.
    apart : bool
        Whether companions may come apart.
    """

    kinds: tuple[str, ...]
    seats: int
    lower: tuple[int, ...]
    higher: tuple[int, ...]
    apart: bool = False

    @property
    def total(self) -> int:
        """By how many people the quotas give way in all."""
        return sum(self.lower) + sum(self.higher)

    @property
    def largest_step(self) -> int:
        """By how many people the quota that gives way most does so."""
        return max((*self.lower, *self.higher), default=0)

    def mended(self, quotas: Sequence[Quota]) -> tuple[Quota, ...]:
        """Give the quotas as they would be."""
        return tuple(
            replace(quota, minimum=quota.minimum - low, maximum=quota.maximum + high)
            for quota, low, high in zip(quotas, self.lower, self.higher, strict=True)
        )


def find_repairs(request: Request, apart: Request | None = None) -> list[Repair]:
    """Find at least three different ways out, if there are three.

    Parameters
    ----------
    request : Request
        One that can fill its seats, but not with its quotas.
    apart : Request, optional
        The same people with companions apart, if there are companions.

    Returns
    -------
    list of Repair, all different, each solved again
        In the order of `KINDS`: by the fewest people in all (``fewest``); so, with the largest
        step smallest (``even``); by the fewest while only minimums go down (``lower``), while only
        maximums go up (``raise``); the nearest number of seats that meets the quotas as they stand,
        the smaller of two (``seats``); companions apart (``apart``). One that is several of these
        has several ``kinds``; a kind that none has does not exist. If there are fewer than three,
        ``other`` repairs follow, by fewer people first, none of which could give way anywhere by
        less, until there are three or no more exist.

    Raises
    ------
    ValueError
        If the seats cannot be filled even without quotas.

    Notes
    -----
    An elastic program (Chinneck 2008, section 6.1). Steps are whole numbers from the start, people
    may be divisible at first: what that finds is a bound, and proven best if a choice of undivided
    people attains it. If none does, the program is solved again with people undivided. ``other``
    repairs by one cut for each that is known: some step of it has to be smaller. With 1,600 people,
    40 quotas and 200 seats 0.3 to 2 s of CPU. If nearly everybody has a companion, whole numbers are
    hard to find, and it can take minutes.

    Examples
    --------
    >>> from huiyou.people import Person
    >>> from huiyou.selection.pool import make_pool
    >>> people = [Person(str(k), {"trade": ("law" if k < 3 else "film",)}) for k in range(6)]
    >>> quotas = [Quota("trade", "law", 0, 1), Quota("trade", "film", 0, 1)]
    >>> for repair in find_repairs(Request(make_pool(people, 4, quotas), quotas)):
    ...     print(repair.kinds, repair.seats, sorted(repair.higher))
    ('fewest', 'raise') 4 [0, 2]
    ('even', 'raise') 4 [1, 1]
    ('seats',) 2 [0, 0]
    """
    fewest = _Elastic(request).by_fewest("fewest")
    if fewest is None:
        raise ValueError("the seats cannot be filled even without quotas")
    even = _even(request, fewest.total)
    different = [fewest]
    if even is not None and even.largest_step < fewest.largest_step:
        different.append(even)
    _found(different, "even", lambda repair: repair.largest_step == different[-1].largest_step)
    if not _found(different, "lower", lambda repair: not any(repair.higher)):
        _add(different, _Elastic(request, higher=False).by_fewest("lower"))
    if not _found(different, "raise", lambda repair: not any(repair.lower)):
        _add(different, _Elastic(request, lower=False).by_fewest("raise"))
    _add(different, nearest_seats(request))
    if apart is not None and apart.possible(range(len(apart.quotas))):
        none = (0,) * len(request.quotas)
        different.append(Repair(("apart",), request.seats, none, none, apart=True))
    while len(different) < ENOUGH and (other := _other(request, different)) is not None:
        different.append(other)
    return different


def nearest_seats(request: Request) -> Repair | None:
    """Find the nearest number of seats that meets the quotas as they stand, the smaller of two.

    Returns
    -------
    Repair or None
        None if no number of seats does. At least one seat is left.

    Examples
    --------
    >>> from huiyou.people import Person
    >>> from huiyou.selection.pool import make_pool
    >>> people = [Person(str(k)) for k in range(4)]
    >>> pool = make_pool(people, 3, [], together=[("0", "1"), ("2", "3")])
    >>> nearest_seats(Request(pool, [])).seats
    2
    """
    elastic = _Elastic(request, lower=False, higher=False, seats=True)
    # One seat less costs a little less than one more, and never as much as another seat.
    one = int(request.heads @ request.copies) + 1
    return elastic.cheapest("seats", {elastic.fewer: one, elastic.more: one + 1})


def _even(request: Request, total: int) -> Repair | None:
    """Of all repairs by so few people, find one whose largest step is smallest."""
    elastic = _Elastic(request)
    largest = elastic.column(total)
    for step in elastic.steps:
        elastic.at_most(0, {step: 1, largest: -1})
    elastic.at_most(total, dict.fromkeys(elastic.steps, 1))
    return elastic.cheapest("even", {largest: 1})


def _other(request: Request, known: Sequence[Repair]) -> Repair | None:
    """Find one by the fewest people that takes no repair we know, with more on top."""
    elastic = _Elastic(request)
    for repair in known:
        smaller = []
        for step, size in zip(elastic.steps, (*repair.lower, *repair.higher), strict=True):
            if size:
                smaller.append(elastic.column(1))
                room = elastic.upper[step] - size + 1
                elastic.at_most(size - 1 + room, {step: 1, smaller[-1]: room})
        if smaller:
            elastic.at_most(-1, dict.fromkeys(smaller, -1))
    return elastic.by_fewest("other")


def _found(repairs: list[Repair], kind: str, fits: Callable[[Repair], bool]) -> bool:
    """Name a kind on those that are of it; say whether there are any."""
    which = [k for k, repair in enumerate(repairs) if fits(repair)]
    for k in which:
        repairs[k] = replace(repairs[k], kinds=tuple(dict.fromkeys((*repairs[k].kinds, kind))))
    return bool(which)


def _add(repairs: list[Repair], repair: Repair | None) -> None:
    if repair is not None:
        repairs.append(repair)


class _Elastic:
    """A program in which quotas give way.

    Its columns: types; steps that lower a minimum, one a quota; steps that raise a maximum; seats
    fewer, seats more; and what a question adds for itself.
    """

    def __init__(
        self, request: Request, *, lower: bool = True, higher: bool = True, seats: bool = False
    ) -> None:
        self.request = request
        m, t = request.counts.shape
        self.steps = range(t, t + 2 * m)
        self.fewer, self.more = t + 2 * m, t + 2 * m + 1
        everybody = int(request.heads @ request.copies)
        # No minimum falls below zero, and no maximum has to rise above everybody there is.
        excess = np.maximum(request.having - request.maximum, 0)
        self.upper: list[int] = [
            *request.copies.tolist(),
            *(request.minimum * lower).tolist(),
            *(excess * higher).tolist(),
            (request.seats - 1) * seats,
            (everybody - request.seats) * seats,
        ]
        step, no_seats = np.eye(m, dtype=np.int64), np.zeros((m, 2), dtype=np.int64)
        no_step = np.zeros(2 * m, dtype=np.int64)
        shared = len(request.shared)
        self.rows = [
            *np.hstack([request.counts, step, -step, no_seats]),
            *np.hstack([request.shared, np.zeros((shared, 2 * m + 2), dtype=np.int64)]),
            np.concatenate([request.heads, no_step, [1, -1]]),
        ]
        self.low: list[float] = [*request.minimum, *[0] * shared, request.seats]
        self.high: list[float] = [*request.maximum, *[1] * shared, request.seats]

    def column(self, upper: int) -> int:
        """Add a column from 0 to ``upper``, and give its number."""
        self.upper.append(upper)
        return len(self.upper) - 1

    def at_most(self, high: int, row: dict[int, int]) -> None:
        """Add a row that may not be above ``high``."""
        self.low.append(-np.inf)
        self.high.append(high)
        self.rows.append(np.array([row.get(k, 0) for k in range(len(self.upper))]))

    def by_fewest(self, kind: str) -> Repair | None:
        """Find a repair by the fewest people in all."""
        return self.cheapest(kind, dict.fromkeys(self.steps, 1))

    def cheapest(self, kind: str, cost: dict[int, int]) -> Repair | None:
        """Find a cheapest repair with which undivided people can be chosen."""
        divided = self._repair(kind, cost, whole=[k in self._decided for k in self._all])
        if divided is None or self.request.works(divided):
            return divided
        return self._repair(kind, cost, whole=[True for _ in self._all])

    def prices(self) -> list[float]:
        """Give the price of each quota when people and steps are divisible; empty if there is no answer."""
        solution = self._solve(dict.fromkeys(self.steps, 1), whole=[False for _ in self._all])
        return list(solution.row_dual[: len(self.request.quotas)]) if solution else []

    @property
    def _all(self) -> range:
        return range(len(self.upper))

    @property
    def _decided(self) -> range:
        """All columns but the types."""
        return range(self.steps.start, len(self.upper))

    def _repair(self, kind: str, cost: dict[int, int], whole: Sequence[bool]) -> Repair | None:
        solution = self._solve(cost, whole)
        if solution is None:
            return None
        x = [round(value) for value in solution.col_value]
        steps = [x[step] for step in self.steps]
        m = len(self.request.quotas)
        seats = self.request.seats - x[self.fewer] + x[self.more]
        return Repair((kind,), seats, tuple(steps[:m]), tuple(steps[m:]))

    def _solve(self, cost: dict[int, int], whole: Sequence[bool]) -> Any:
        n = len(self.upper)
        return maximise(
            np.array([np.pad(row, (0, n - len(row))) for row in self.rows]),
            np.array([-cost.get(k, 0) for k in self._all], dtype=float),
            np.array(self.upper, dtype=float),
            np.array(self.low, dtype=float),
            np.array(self.high, dtype=float),
            watch=self.request.watch,
            whole=whole,
            presolve=not any(whole),
        )


def prices(request: Request) -> list[float]:
    """Give what each quota adds to the least change if people were divisible, length m.

    If any is not zero, those that are not zero conflict already among themselves: the prices are
    the proof (Farkas 1902).
    """
    return _Elastic(request).prices()
