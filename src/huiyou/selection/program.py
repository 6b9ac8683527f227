"""Linear and integer programs, as HiGHS solves them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from math import inf
from typing import Any, TypeAlias, TypeVar

import highspy
import numpy as np
import numpy.typing as npt

from huiyou.selection.pace import Deadline
from huiyou.selection.pool import Pool

__all__ = ["EXACT", "best_counts", "maximise", "quiet", "run", "solve_linear", "solved"]

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]

Answer = TypeVar("Answer")

BETWEEN_LOOKS = 0.2  # seconds
EXACT = 1e-10  # feasibility asked of linear programs
_ENDS = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kTimeLimit: "late",
    highspy.HighsModelStatus.kInterrupt: "late",
}


def best_counts(
    pool: Pool,
    worth: Floats,
    *,
    lower: Ints | None = None,
    upper: Ints | None = None,
    least: Ints | None = None,
    watch: Callable[[], None] = lambda: None,
    deadline: Deadline | None = None,
) -> Ints:
    """Give the panel that is worth most, as how many of each type.

    Parameters
    ----------
    pool : Pool
    worth : float array, shape (t,)
        Of one unit of each type.
    lower, upper : int array, shape (r,), optional
        Closer bounds of the rows than the pool's.
    least : int array, shape (t,), optional
        How many of each type it must have.
    watch : callable, optional
        Called often; what it raises ends the search.
    deadline : Deadline, optional
        Once it is over, the best panel found so far does; the search goes on until there is one.

    Raises
    ------
    ValueError
        If no panel meets the rows.
    """
    found = maximise(
        pool.types, worth, pool.sizes.astype(float),
        pool.lower if lower is None else lower, pool.upper if upper is None else upper,
        watch=watch, gap=1e-12, least=least, deadline=deadline,
    )  # fmt: skip
    if found is None:
        raise ValueError("no panel meets the rows")
    counts: Ints = np.rint(np.array(found.col_value)).astype(np.int64)
    return counts


def solve_linear(
    matrix: npt.NDArray[Any],
    worth: Floats,
    lower: Floats,
    upper: Floats,
    *,
    least: Floats | None = None,
    most: Floats | None = None,
) -> tuple[Floats, Floats] | None:
    """Maximise ``worth @ x`` with rows of ``matrix @ x`` within bounds; give x and the rows' prices.

    x lies between ``least`` (0 if not given) and ``most`` (without end). None if there is none.
    """
    columns = matrix.shape[1]
    program = _program(matrix, worth, np.full(columns, np.inf) if most is None else most, lower, upper)  # fmt: skip
    if least is not None:
        program.col_lower_ = least
    solver = quiet()
    solver.passModel(program)
    if run(solver) == "infeasible":
        return None
    found = solver.getSolution()
    return np.array(found.col_value), np.array(found.row_dual)


def solved(answer: Answer | None) -> Answer:
    """Give an answer that must be there.

    Raises
    ------
    RuntimeError
        If rounding hid it from the solver.
    """
    if answer is None:
        raise RuntimeError("HiGHS finds no answer where there is one")
    return answer


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
    gap: float = 0.5,
    least: npt.NDArray[Any] | None = None,
    deadline: Deadline | None = None,
) -> highspy.HighsSolution | None:
    """Maximise ``weights @ x`` over ``least <= x <= upper``, in whole numbers; None if infeasible.

    ``whole`` says which columns are whole numbers, all of them by default. If none is, the solution
    has the prices of the rows. The answer is within ``gap`` of the best: with whole weights, half of
    one is none. Where only some columns are whole, leave ``presolve`` out: that of HiGHS 1.15.1
    then calls second best optimal (https://github.com/ERGO-Code/HiGHS/issues/3043). Once ``deadline``
    is over, the best solution found so far is given.
    """
    program = _program(matrix, weights, upper, row_lower, row_upper)
    if least is not None:
        program.col_lower_ = least.astype(float)
    fixed = [True] * matrix.shape[1] if whole is None else whole
    if any(fixed):
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        program.integrality_ = [kinds[one] for one in fixed]
    solver = _solver(
        ("mip_rel_gap", 0.0), ("mip_abs_gap", gap), ("presolve", "choose" if presolve else "off")
    )
    solver.passModel(program)
    _watched(solver, watch, deadline or Deadline())
    return solver.getSolution() if _end(solver) != "infeasible" else None


def quiet(method: str = "choose") -> highspy.Highs:
    """Give a solver of linear programs that says nothing and takes the same steps every time."""
    return _solver(
        ("solver", method), ("primal_feasibility_tolerance", EXACT),
        ("dual_feasibility_tolerance", EXACT),
    )  # fmt: skip


def run(solver: highspy.Highs, seconds: float = inf) -> str:
    """Solve; say how it ended: ``optimal``, ``infeasible`` or, after so many seconds, ``late``.

    Raises
    ------
    RuntimeError
        If it ended in another way.
    """
    solver.setOptionValue("time_limit", solver.getRunTime() + seconds)
    solver.run()
    return _end(solver)


def _end(solver: highspy.Highs) -> str:
    status = solver.getModelStatus()
    if status not in _ENDS:
        raise RuntimeError(f"HiGHS ended with {solver.modelStatusToString(status)}")
    return _ENDS[status]


def _program(
    matrix: npt.NDArray[Any],
    worth: npt.NDArray[Any],
    upper: npt.NDArray[Any],
    row_lower: npt.NDArray[Any],
    row_upper: npt.NDArray[Any],
) -> highspy.HighsLp:
    rows, columns = matrix.shape
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = columns, rows
    program.sense_ = highspy.ObjSense.kMaximize
    program.col_cost_, program.col_lower_, program.col_upper_ = worth, np.zeros(columns), upper
    program.row_lower_, program.row_upper_ = row_lower, row_upper
    where, column = np.nonzero(matrix)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = np.searchsorted(where, np.arange(rows + 1))
    program.a_matrix_.index_ = column
    program.a_matrix_.value_ = matrix[where, column].astype(float)
    return program


def _solver(*options: tuple[str, Any]) -> highspy.Highs:
    """Give a solver that says nothing and takes the same steps every time, on one thread."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), *options):
        solver.setOptionValue(option, value)
    return solver


def _watched(solver: highspy.Highs, watch: Callable[[], None], deadline: Deadline) -> None:
    """Run a solver, and leave it as soon as ``watch`` raises; it ends by itself a little later.

    Once the deadline is over, it ends as soon as it has a solution.
    """
    left = threading.Event()

    def leave(event: Any) -> None:
        if left.is_set():
            event.interrupt()

    def settle(event: Any) -> None:
        if abs(event.data_out.mip_primal_bound) < highspy.kHighsInf and deadline.over():
            event.interrupt()

    for moment in (solver.cbMipInterrupt, solver.cbSimplexInterrupt):
        moment.subscribe(leave)
    solver.cbMipInterrupt.subscribe(settle)
    thread = threading.Thread(target=solver.run)
    thread.start()
    try:
        while thread.is_alive():
            watch()
            thread.join(BETWEEN_LOOKS)
    except BaseException:
        left.set()
        raise
