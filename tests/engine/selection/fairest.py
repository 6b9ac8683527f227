"""The fairest lottery the slow obvious way: over every panel there is, one linear program a person."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from scipy.optimize import linprog, minimize, minimize_scalar

EXACT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


def leximin(
    panels: Sequence[Collection[str]], people: Sequence[str], levels: int = 0, cap: float = 1.0
) -> dict[str, float]:
    """Give everybody's chance, none above ``cap``; with ``levels`` set, of those settled at so many."""
    inside = np.array([[who in panel for panel in panels] for who in people], dtype=float)
    n, m = inside.shape
    settled: dict[int, float] = {}
    steps = 0
    while len(settled) < n:
        free = [k for k in range(n) if k not in settled]
        floor = np.array([settled.get(k, 0.0) - 1e-9 for k in range(n)])
        best = _solve(np.append(np.zeros(m), -1.0), inside, floor, free, cap)
        value = best[-1]
        for k in free:
            lift = _solve(np.append(-inside[k], 0.0), inside, np.where([j in free for j in range(n)], value - 1e-9, floor), [], cap)  # fmt: skip
            if inside[k] @ lift[:m] <= value + 1e-6:
                settled[k] = value
        steps += 1
        if steps == levels:
            break
    return {people[k]: value for k, value in settled.items()}


def nash(panels: Sequence[Collection[str]], people: Sequence[str]) -> float:
    """Give the largest geometric mean of the chances of those who are in some panel."""
    inside = np.array([[who in panel for panel in panels] for who in people], dtype=float)
    inside = inside[inside.any(axis=1)]
    found = minimize(
        lambda odds: -np.log(inside @ odds).mean(), np.full(len(panels), 1 / len(panels)),
        jac=lambda odds: -inside.T @ (1 / (inside @ odds)) / len(inside),
        bounds=[(1e-12, 1)] * len(panels), method="SLSQP", options={"ftol": 1e-14, "maxiter": 1000},
        constraints={"type": "eq", "fun": lambda odds: odds.sum() - 1, "jac": np.ones_like},
    )  # fmt: skip
    return float(np.exp(-found.fun))


def goldilocks(panels: Sequence[Collection[str]], people: Sequence[str]) -> tuple[float, dict[str, float]]:  # fmt: skip
    """Give the least ``largest · n / k + k / (n · smallest)``, and the chances of leximin below it."""
    inside = np.array([[who in panel for panel in panels] for who in people], dtype=float)
    held = inside[inside.any(axis=1)]
    n, m = held.shape
    even = len(panels[0]) / len(people)

    def largest(smallest: float) -> float:
        found = linprog(
            np.append(np.zeros(m), 1.0), A_eq=[[1.0] * m + [0.0]], b_eq=[1.0], method="highs", options=EXACT,
            A_ub=np.block([[-held, np.zeros((n, 1))], [held, -np.ones((n, 1))]]),
            b_ub=np.append(np.full(n, -smallest), np.zeros(n)), bounds=[(0, 1)] * (m + 1),
        )  # fmt: skip
        return float(found.fun) if found.status == 0 else np.inf

    most = min(leximin(panels, [w for w, row in zip(people, inside, strict=True) if row.any()], levels=1).values())  # fmt: skip
    found = minimize_scalar(
        lambda one: largest(one) / even + even / one, bounds=(most / 50, most - 1e-10),
        method="bounded", options={"xatol": 1e-13, "maxiter": 500},
    )  # fmt: skip
    value, smallest = min(
        (found.fun, found.x), (largest(most - 1e-9) / even + even / most, most - 1e-9)
    )
    return float(value), leximin(panels, people, cap=largest(smallest) + 1e-8)


def _solve(
    cost: np.ndarray, inside: np.ndarray, floor: np.ndarray, free: list[int], cap: float
) -> np.ndarray:
    n, m = inside.shape
    smallest = np.zeros((n, 1))
    smallest[free] = 1.0
    found = linprog(
        cost, A_ub=np.block([[-inside, smallest], [inside, np.zeros((n, 1))]]),
        b_ub=np.append(-floor, np.full(n, cap)),
        A_eq=[[1.0] * m + [0.0]], b_eq=[1.0], bounds=[(0, 1)] * (m + 1), method="highs", options=EXACT,
    )  # fmt: skip
    assert found.status == 0, found.message
    return np.asarray(found.x)
