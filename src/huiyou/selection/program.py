"""The choice of people as a mixed-integer program."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt

from huiyou.people import Person
from huiyou.selection.quotas import Quota

__all__ = ["Program"]

BETWEEN_LOOKS = 0.2  # seconds


class Program:
    """Zero or one for each unit; one row for the seats and one for each quota.

    Parameters
    ----------
    people : sequence of Person
    units : sequence of tuple of str
        Ids that are taken whole.
    seats : int
    quotas : sequence of Quota
    watch : callable, optional
        Called often while the solver works; what it raises ends the search.
    """

    def __init__(
        self,
        people: Sequence[Person],
        units: Sequence[tuple[str, ...]],
        seats: int,
        quotas: Sequence[Quota],
        watch: Callable[[], None] = lambda: None,
    ) -> None:
        self.seats, self.quotas, self.watch = seats, tuple(quotas), watch
        by_id = {person.id: person for person in people}
        # counts[q, u]: how many of unit u a quota speaks of; the last row counts heads
        self.counts = np.array(
            [
                [sum(by_id[who].has(quota.feature, quota.value) for who in unit) for unit in units]
                for quota in quotas
            ]
            + [[len(unit) for unit in units]],
            dtype=np.int64,
        )

    def best(self, weights: Sequence[int]) -> list[bool] | None:
        """Give the choice with the largest sum of weights, or None if there is none at all."""
        solution = self._solve(np.asarray(weights, dtype=float), range(len(self.quotas)))
        return None if solution is None else [bool(round(x)) for x in solution]

    def possible(self, rows: Sequence[int]) -> bool:
        """Say whether some choice fills the seats and meets the quotas with these numbers."""
        return self._solve(np.zeros(self.counts.shape[1]), rows) is not None

    def least_change(self) -> list[tuple[int, int]] | None:
        """Give the fewest people by which quotas must give way, as (quota, change).

        A negative change lowers a minimum, a positive one raises a maximum. None if the seats
        cannot be filled even without quotas.
        """
        fewest = self._elastic(None)
        if fewest is None:
            return None
        # Of all ways to give way by so little, one whose largest step is smallest.
        total, largest = sum(abs(change) for _, change in fewest), max(abs(c) for _, c in fewest)
        smallest = -(-total // len(self.quotas))
        while smallest < largest:
            middle = (smallest + largest) // 2
            even = self._elastic(middle)
            if even is not None and sum(abs(change) for _, change in even) == total:
                fewest, largest = even, middle
            else:
                smallest = middle + 1
        return fewest

    def _elastic(self, largest_step: int | None) -> list[tuple[int, int]] | None:
        """Meet the quotas with the least slack in all, none above ``largest_step``."""
        n, m = self.counts.shape[1], len(self.quotas)
        slack = np.zeros((m + 1, 2 * m))
        slack[:m, :m] = np.eye(m)
        slack[:m, m:] = -np.eye(m)
        matrix = np.hstack([self.counts, slack])
        cost = np.concatenate([np.zeros(n), -np.ones(2 * m)])
        # a minimum may ask for more people than there are
        furthest = max([quota.minimum for quota in self.quotas] + [int(self.counts[-1].sum())])
        most = float(furthest if largest_step is None else largest_step)
        upper = np.concatenate([np.ones(n), np.full(2 * m, most)])
        solution = _run(matrix, cost, upper, *self._bounds(range(m)), watch=self.watch)
        if solution is None:
            return None
        low, high = np.rint(solution[n : n + m]).astype(int), np.rint(solution[n + m :]).astype(int)
        return [(q, int(high[q] - low[q])) for q in range(m) if low[q] or high[q]]

    def _bounds(self, rows: Sequence[int]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        lower = [self.quotas[q].minimum for q in rows] + [self.seats]
        upper = [self.quotas[q].maximum for q in rows] + [self.seats]
        return np.array(lower, dtype=float), np.array(upper, dtype=float)

    def _solve(self, weights: npt.NDArray[Any], rows: Sequence[int]) -> npt.NDArray[Any] | None:
        matrix = self.counts[[*rows, len(self.quotas)]]
        return _run(
            matrix, weights, np.ones(matrix.shape[1]), *self._bounds(rows), watch=self.watch
        )


def _run(
    matrix: npt.NDArray[Any],
    weights: npt.NDArray[Any],
    upper: npt.NDArray[Any],
    row_lower: npt.NDArray[Any],
    row_upper: npt.NDArray[Any],
    *,
    watch: Callable[[], None],
) -> npt.NDArray[Any] | None:
    """Maximise ``weights @ x`` over integers; None if infeasible."""
    rows, columns = matrix.shape
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = columns, rows
    program.sense_ = highspy.ObjSense.kMaximize
    program.col_cost_, program.col_lower_, program.col_upper_ = weights, np.zeros(columns), upper
    program.row_lower_, program.row_upper_ = row_lower, row_upper
    program.integrality_ = [highspy.HighsVarType.kInteger] * columns
    where, column = np.nonzero(matrix)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = np.searchsorted(where, np.arange(rows + 1))
    program.a_matrix_.index_ = column
    program.a_matrix_.value_ = matrix[where, column].astype(float)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    # Whole weights: an answer within 0.5 of the bound is the best one. One thread: same answer
    # everywhere.
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 0),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.5),
    ):
        solver.setOptionValue(option, value)
    solver.passModel(program)
    _watched(solver, watch)
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    if status != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS ended with {solver.modelStatusToString(status)}")
    return np.array(solver.getSolution().col_value)


def _watched(solver: highspy.Highs, watch: Callable[[], None]) -> None:
    """Run a solver, and leave it as soon as ``watch`` raises; it ends by itself a little later."""
    left = threading.Event()

    def interrupt(event: Any) -> None:
        if left.is_set():
            event.interrupt()

    for moment in (solver.cbMipInterrupt, solver.cbSimplexInterrupt):
        moment.subscribe(interrupt)
    thread = threading.Thread(target=solver.run)
    thread.start()
    try:
        while thread.is_alive():
            watch()
            thread.join(BETWEEN_LOOKS)
    except BaseException:
        left.set()
        raise
