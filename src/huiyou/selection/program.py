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

__all__ = ["Program", "maximise"]

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
        solution = maximise(
            self.counts,
            np.asarray(weights, dtype=float),
            np.ones(self.counts.shape[1]),
            np.array([*(quota.minimum for quota in self.quotas), self.seats], dtype=float),
            np.array([*(quota.maximum for quota in self.quotas), self.seats], dtype=float),
            watch=self.watch,
        )
        return None if solution is None else [bool(round(x)) for x in solution.col_value]


def maximise(
    matrix: npt.NDArray[Any],
    weights: npt.NDArray[Any],
    upper: npt.NDArray[Any],
    row_lower: npt.NDArray[Any],
    row_upper: npt.NDArray[Any],
    *,
    watch: Callable[[], None],
    whole: Sequence[bool] | None = None,
    presolve: bool = True,
) -> highspy.HighsSolution | None:
    """Maximise ``weights @ x`` over ``0 <= x <= upper``, in whole numbers; None if infeasible.

    ``whole`` says which columns are whole numbers, all of them by default. If none is, the solution
    has the prices of the rows. Where only some are, leave ``presolve`` out: that of HiGHS 1.15.1
    then calls second best optimal (https://github.com/ERGO-Code/HiGHS/issues/3043).
    """
    rows, columns = matrix.shape
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = columns, rows
    program.sense_ = highspy.ObjSense.kMaximize
    program.col_cost_, program.col_lower_, program.col_upper_ = weights, np.zeros(columns), upper
    program.row_lower_, program.row_upper_ = row_lower, row_upper
    fixed = [True] * columns if whole is None else whole
    if any(fixed):
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        program.integrality_ = [kinds[one] for one in fixed]
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
    solver.setOptionValue("presolve", "choose" if presolve else "off")
    solver.passModel(program)
    _watched(solver, watch)
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    if status != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS ended with {solver.modelStatusToString(status)}")
    return solver.getSolution()


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
