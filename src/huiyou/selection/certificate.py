"""Prices that prove, in whole numbers, that no lottery is fairer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from huiyou.selection.pace import Pace
from huiyou.selection.pool import Pool
from huiyou.selection.program import best_counts, solve_linear, solved
from huiyou.selection.relaxed import Level

__all__ = ["certify"]

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Node: TypeAlias = dict[str, Any]

SCALE = 2**50  # prices are whole numbers of this part of one
STEEP = 2**15  # prices of so much in all: the rounding of each would add up to a visible gap
HAIR = 2**18  # parts of SCALE that are rounding
MOST_LEAVES = 400
WHOLE = 1e-7


def certify(
    pool: Pool,
    levels: Sequence[Level],
    barred: Bools | None = None,
    pace: Pace | None = None,
) -> list[dict[str, Any]]:
    """Write down for each level why nobody's chance at it can be larger.

    Parameters
    ----------
    pool : Pool
    levels : sequence of Level
    barred : bool array, shape (t,), optional
        Types of which no panel has any.
    pace : Pace, optional
        Asked between programs; once the deadline is over no more trees are grown.

    Returns
    -------
    list of dict
        For each level ``types`` (numbers of those settled at it), ``prices`` (``[type, price]`` of
        one unit, but 0; ``[type, price, price]`` where a second one stands on the largest chance) and
        ``proof``: a tree that shows what the best panel is worth at
        these prices. Its nodes are ``{"type": t, "most": n, "then": a, "else": b}`` (node a if a
        panel has at most n of type t, else node b) or leaves
        ``{"high": [[row, price]], "low": [[row, price]]}``, by which the panel is worth at most
        ``Σ high · upper − Σ low · lower + Σ_t max over its range of (price − Σ_row …) · x_t``. A leaf
        with ``"none": true`` shows the same way, at prices of 0, that it has no panel: less than 0.
        ``proof`` is empty if it would have had more than 400 leaves.

    Notes
    -----
    Weak duality of linear programs: every choice of row prices gives a true bound, so rounding
    costs tightness and never truth. Where whole people cannot do what fractions can, the tree
    splits on how many of a type a panel has, as branch and bound does (Land and Doig 1960).
    """
    pace = pace or Pace()
    shut = _shut(pool, [] if barred is None else np.nonzero(barred)[0].tolist(), pace)
    return [_write(pool, level, shut, pace) for level in levels]


def _write(pool: Pool, level: Level, shut: dict[int, list[Node]], pace: Pace) -> Node:
    kinds = [np.maximum(level.prices, 0) / pool.sizes]
    if level.largest is not None:
        kinds.append(np.maximum(level.largest, 0) / pool.sizes)
    scale = max(1.0, *(kind.max() for kind in kinds), np.abs(level.rows).max(initial=0.0))
    prices = [_whole(kind / scale) for kind in kinds]
    if len(kinds) == 1 and len(level.rows) and level.prices.sum() > STEEP:
        prices = [_levelled(pool, prices[0], level.rows / scale)]
    net = prices[0] if len(kinds) == 1 else [up - down for up, down in zip(*prices, strict=True)]
    return {
        "types": [int(t) for t in level.types],
        "prices": [[t, *some] for t, some in enumerate(zip(*prices, strict=True)) if any(some)],
        "proof": _prove(pool, net, replace(level, rows=level.rows / scale), shut, pace),
    }


def _levelled(pool: Pool, prices: Sequence[int], rows: Floats) -> list[int]:
    """Give each type that is worth what its rows cost exactly that, so that no rounding adds up."""
    cost = np.array(_whole(rows), dtype=object) @ pool.types
    return [
        int(c) if abs(p - c) < HAIR and c >= 0 else p for p, c in zip(prices, cost, strict=True)
    ]


def _whole(prices: Floats) -> list[int]:
    return [int(price) for price in np.rint(prices * SCALE)]


def _leaf(rows: Floats) -> Node:
    return {
        "high": [[q, p] for q, p in enumerate(_whole(np.maximum(rows, 0))) if p],
        "low": [[q, p] for q, p in enumerate(_whole(np.maximum(-rows, 0))) if p],
    }


def _shut(pool: Pool, types: Sequence[int], pace: Pace) -> dict[int, list[Node]]:
    """Prove for each of some types that no panel has any of it."""
    nothing, most = np.zeros(len(pool.sizes)), pool.sizes.copy()
    proofs = {}
    for t in reversed(types):  # below each stand the cases of all that come after it
        least = np.zeros_like(pool.sizes)
        least[t] = 1
        proofs[t] = _tree(pool, nothing, -1.0, (least, most.copy()), pace)
        most[t] = 0
    return proofs


def _prove(
    pool: Pool,
    prices: Sequence[int],
    level: Level,
    shut: dict[int, list[Node]],
    pace: Pace,
) -> list[Node]:
    """Prove what the best panel is worth, once all have been left out whom no panel has."""
    if not all(shut.values()):
        return []
    most = pool.sizes.copy()
    most[list(shut)] = 0
    if len(level.rows):
        nodes = [_leaf(level.rows)]
    else:
        worth = np.array(prices) / SCALE
        best = best_counts(pool, worth, watch=pace.watch, deadline=pace.deadline)
        limit = float(worth @ best) + level.spare
        nodes = _tree(pool, worth, limit, (np.zeros_like(most), most), pace)
    for t, proof in reversed(shut.items()):
        nodes = nodes and _joined({"type": t, "most": 0}, nodes, proof)
    return nodes


def _joined(top: Node, then: Sequence[Node], other: Sequence[Node]) -> list[Node]:
    """Put two trees below a node."""

    def moved(nodes: Sequence[Node], by: int) -> list[Node]:
        return [
            {**node, "then": node["then"] + by, "else": node["else"] + by}
            if "type" in node
            else node
            for node in nodes
        ]

    first = 1 + len(then)
    return [{**top, "then": 1, "else": first}, *moved(then, 1), *moved(other, first)]


def _tree(
    pool: Pool, worth: Floats, limit: float, ranges: tuple[Ints, Ints], pace: Pace
) -> list[Node]:
    """Split until every part is worth ``limit`` at most or has no panel; empty if that takes too many."""
    nodes: list[Node] = [{}]
    open_: list[tuple[int, Ints, Ints]] = [(0, *ranges)]
    leaves = 1
    while open_:
        pace.watch()
        if pace.deadline.over():
            return []
        at, least, most = open_.pop()
        answer = solve_linear(
            pool.types, worth, pool.lower.astype(float), pool.upper.astype(float),
            least=least.astype(float), most=most.astype(float),
        )  # fmt: skip
        if answer is None:
            nodes[at] = {**_leaf(_ray(pool, least, most)), "none": True}
            continue
        found, rows = answer
        if worth @ found <= limit + WHOLE * max(abs(limit), WHOLE) * 1e-3:
            nodes[at] = _leaf(rows)
            continue
        split = int(np.argmax(np.abs(found - np.rint(found))))
        leaves += 1
        if leaves > MOST_LEAVES or abs(found[split] - round(found[split])) < WHOLE:
            return []
        below = int(np.floor(found[split]))
        nodes[at] = {"type": split, "most": below, "then": len(nodes), "else": len(nodes) + 1}
        nodes += [{}, {}]
        fewer, more = most.copy(), least.copy()
        fewer[split], more[split] = below, below + 1
        open_ += [(len(nodes) - 2, least, fewer), (len(nodes) - 1, more, most)]
    return nodes


def _ray(pool: Pool, least: Ints, most: Ints) -> Floats:
    """Give row prices at which nothing within a range is worth as much as it must be."""
    rows = len(pool.lower)
    types = len(pool.sizes)
    matrix = np.hstack([pool.types, np.eye(rows), -np.eye(rows)])
    _, prices = solved(
        solve_linear(
            matrix,
            np.concatenate([np.zeros(types), -np.ones(2 * rows)]),
            pool.lower.astype(float), pool.upper.astype(float),
            least=np.concatenate([least, np.zeros(2 * rows)]).astype(float),
            most=np.concatenate([most, np.full(2 * rows, np.inf)]).astype(float),
        )
    )  # fmt: skip
    return prices
