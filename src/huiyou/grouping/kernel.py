"""The table search's hot loop, compiled by numba.

Everything is a whole number, so that every machine takes the same steps: costs, temperatures
(in 1/256) and the acceptance test, which looks −ln u up instead of computing it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

__all__ = ["NEG_LOG", "anneal"]

# NEG_LOG[k] = −ln u in 1/256, for u in the middle of the k-th of 1024 equal parts of 0 … 1
NEG_LOG = np.array([round(-256 * math.log((k + 0.5) / 1024)) for k in range(1024)], dtype=np.int64)


@njit(cache=True, error_model="numpy")
def _draw(word: Any, n: Any) -> Any:
    """Step xorshift64* (Vigna 2016) and give an integer below n; the bias is under n / 2³²."""
    x = word[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    word[0] = x
    high = (x * np.uint64(0x2545F4914F6CDD1D)) >> np.uint64(32)
    return np.int64((high * np.uint64(n)) >> np.uint64(32))


@njit(cache=True, error_model="numpy")
def _shift(p: Any, s: Any, i: Any, r: Any, t: Any, step: Any) -> Any:
    """Seat person i at table t of round r (step 1) or take them away (−1); give the change in cost."""
    cost = np.int64(0)
    late = (step + 1) // 2  # how far the counts run ahead of the cost while taking away: 0
    if step < 0:
        s.sizes[r, t] -= 1
        last = s.members[r, t, s.sizes[r, t]]
        s.members[r, t, s.place[r, i]] = last
        s.place[r, last] = s.place[r, i]
    for a in range(p.weights.shape[0]):
        c = p.categories[a, i]
        s.counts[r, t, a, c] += step
        cost += step * p.weights[a] * (s.counts[r, t, a, c] - late)
    for d in range(p.able.shape[0]):
        if p.able[d, i]:
            s.filled[r, t, d] += step
            if s.filled[r, t, d] == late:
                cost -= step * p.prices[2]
    for k in range(s.sizes[r, t]):
        j = s.members[r, t, k]
        if p.unit[i] != p.unit[j]:
            s.met[i, j] += step
            s.met[j, i] += step
            if s.met[i, j] > late:
                cost += step * p.prices[0]
            for a in range(p.apart.shape[0]):
                if p.apart[a, i] >= 0 and p.apart[a, i] == p.apart[a, j]:
                    cost += step * p.prices[1]
        for side in range(2):
            x, y = (i, j) if side else (j, i)
            for q in range(p.wants.shape[1]):
                for o in range(p.offers.shape[1]):
                    if p.wants[x, q] >= 0 and p.wants[x, q] == p.offers[y, o]:
                        s.heard[x, q] += step
                        if s.heard[x, q] == late:
                            cost -= step * p.value[x]
    if step > 0:
        s.members[r, t, s.sizes[r, t]] = i
        s.place[r, i] = s.sizes[r, t]
        s.table[r, i] = t
        s.sizes[r, t] += 1
    return cost


@njit(cache=True, error_model="numpy")
def _gather(p: Any, s: Any, r: Any, t: Any, heads: Any, word: Any, found: Any) -> Any:
    """Pick groups at table t with ``heads`` people in all, into ``found``; say whether it worked."""
    have = 0
    start = _draw(word, s.sizes[r, t])
    for step in range(s.sizes[r, t]):
        u = p.unit[s.members[r, t, (start + step) % s.sizes[r, t]]]
        size = 0
        while size < p.units.shape[1] and p.units[u, size] >= 0:
            size += 1
        fresh = have + size <= heads
        for k in range(have):
            fresh = fresh and p.unit[found[k]] != u
        if fresh:
            for k in range(size):
                found[have + k] = p.units[u, k]
            have += size
            if have == heads:
                return True
    return False


@njit(cache=True, error_model="numpy")
def _swap(p: Any, s: Any, r: Any, a: Any, b: Any, ours: Any, theirs: Any, heads: Any) -> Any:
    """Let ``ours`` at table a and ``theirs`` at table b change places; give the change in cost."""
    cost = np.int64(0)
    go, come = np.int64(-1), np.int64(1)
    for k in range(heads):
        cost += _shift(p, s, ours[k], r, a, go)
        cost += _shift(p, s, theirs[k], r, b, go)
    for k in range(heads):
        cost += _shift(p, s, ours[k], r, b, come)
        cost += _shift(p, s, theirs[k], r, a, come)
    return cost


@njit(cache=True, error_model="numpy")
def anneal(
    p: Any, s: Any, start: Any, word: Any, tries: Any, temperatures: Any, neg_log: Any
) -> Any:
    """Seat everyone as in ``start``, then swap groups between tables, one temperature a sweep.

    Parameters
    ----------
    p, s : Problem, State
        The state is empty at first and holds the answer in the end.
    start : int64 array, shape (R, n) or (R, 0)
        Everyone's table, groups together; nobody, to go on from where the state stands.
    word : uint64 array, shape (1,)
        State of the generator, not 0.
    tries : int64
        Swaps tried in a sweep.
    temperatures : int64 array
        In 1/256 of a unit of cost.
    neg_log : int64 array, length 1024

    Returns
    -------
    int64
        The change in cost: price of everything unwanted, less the worth of wishes met.
    """
    rounds, tables = s.sizes.shape
    cost, seated = np.int64(0), np.int64(1)  # a literal 1 would be compiled a second time
    for r in range(rounds):
        for i in range(start.shape[1]):
            cost += _shift(p, s, i, r, start[r, i], seated)
    ours = np.zeros(p.units.shape[1], dtype=np.int64)
    theirs = np.zeros(p.units.shape[1], dtype=np.int64)
    for temperature in temperatures:
        for _ in range(tries):
            r = _draw(word, rounds)
            i = _draw(word, s.table.shape[1])
            a = s.table[r, i]
            b = (a + 1 + _draw(word, tables - 1)) % tables
            u = p.unit[i]
            heads = 0
            while heads < p.units.shape[1] and p.units[u, heads] >= 0:
                ours[heads] = p.units[u, heads]
                heads += 1
            if not _gather(p, s, r, b, heads, word, theirs):
                continue
            change = _swap(p, s, r, a, b, ours, theirs, heads)
            if change <= (temperature * neg_log[_draw(word, neg_log.shape[0])]) >> 16:
                cost += change
            else:
                _swap(p, s, r, b, a, ours, theirs, heads)
    return cost
