"""Exchanges of people between a panel and the rest, compiled by numba.

A panel is changed only by exchanges after which every row holds again, so each state is a panel
that could be drawn. Rows that every panel must meet exactly are kept by pairing each change of
value with the opposite one elsewhere: somebody from film for somebody from law, and at once
somebody from law for somebody from film who differ in nothing else that counts.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

__all__ = ["Rules", "State", "pull", "wander"]

LONGEST = 12  # people who leave, or enter, in one exchange
LOOKS = 8  # random looks for somebody who makes up for a change
ONE = np.int64(1)  # numba would compile a function once more for the literal


class Rules(NamedTuple):
    """What does not change while panels do; ``exact`` rows are met exactly, ``loose`` ones within bounds.

    Units with the same exact rows are one class: ``of[u]``; ``start[c]`` is where its units begin
    in `State.order`. ``row[row_at[c]:row_at[c + 1]]`` are the exact rows of a class, a row that
    counts twice written twice, sorted; ``family`` is each row's feature. ``key[a + 1, b + 1]`` is
    the number of the change from row a to row b, −1 if no two classes differ in it alone (0 for no
    row); ``left[change_at[k]:change_at[k + 1]]`` and ``right`` are the classes that do. ``far`` is
    the number of exact rows in which two classes differ. ``next[next_at[c]:next_at[c + 1]]`` are the
    classes one change away, ``back`` the number of the opposite change. ``alike[alike_at[u]:alike_at[u + 1]]`` are
    the classes of the people of a group.
    """

    of: Any
    start: Any
    row_at: Any
    row: Any
    family: Any
    key: Any
    change_at: Any
    left: Any
    right: Any
    far: Any
    next_at: Any
    next: Any
    back: Any
    loose_at: Any
    loose: Any
    amount: Any
    low: Any
    high: Any
    alike_at: Any
    alike: Any


class State(NamedTuple):
    """One panel. The first ``inside[c]`` units of a class in ``order`` are in it.

    ``place[u]`` is where u stands in ``order``; ``panel[:size[0]]`` its units, u at ``slot[u]``.
    ``sums`` are the loose rows, ``word`` the generator's, the rest is scratch.
    """

    order: Any
    place: Any
    inside: Any
    panel: Any
    slot: Any
    size: Any
    sums: Any
    word: Any
    out: Any
    into: Any
    change: Any
    found: Any


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
def _any(order: Any, word: Any, first: Any, end: Any) -> Any:
    return order[first + _draw(word, end - first)]


@njit(cache=True, error_model="numpy")
def _has(units: Any, n: Any, unit: Any) -> Any:
    for k in range(n):  # noqa: SIM110 -- numba knows no any() of a generator
        if units[k] == unit:
            return True
    return False


@njit(cache=True, error_model="numpy")
def _make_up(r: Any, s: Any, key: Any, outs: Any, ins: Any) -> Any:
    """Find two units, one inside and one outside, that differ by one change; say whether some are there."""
    width = r.change_at[key + 1] - r.change_at[key]
    for _ in range(LOOKS):
        e = r.change_at[key] + _draw(s.word, width)
        a, b = r.left[e], r.right[e]
        first, end = r.start[b] + s.inside[b], r.start[b + 1]
        if s.inside[a] == 0 or first == end:
            continue
        leaves = _any(s.order, s.word, r.start[a], r.start[a] + s.inside[a])
        enters = _any(s.order, s.word, first, end)
        if not _has(s.out, outs, leaves) and not _has(s.into, ins, enters):
            s.out[outs], s.into[ins] = leaves, enters
            return True
    return False


@njit(cache=True, error_model="numpy")
def _sorted_in(rows: Any, n: Any, row: Any) -> Any:
    """Put a row into a sorted list if it is not there; give how many are."""
    k = n
    while k > 0 and rows[k - 1] > row:
        k -= 1
    if k > 0 and rows[k - 1] == row:
        return n
    for e in range(n, k, -1):
        rows[e] = rows[e - 1]
    rows[k] = row
    return n + 1


@njit(cache=True, error_model="numpy")
def _complete(r: Any, s: Any, outs: Any, ins: Any) -> Any:
    """Find who makes up for the change of ``outs`` for ``ins``; how many were added, −1 if nobody does."""
    found = 0
    for k in range(outs + ins):
        c = r.of[s.out[k]] if k < outs else r.of[s.into[k - outs]]
        step = -1 if k < outs else 1
        for e in range(r.row_at[c], r.row_at[c + 1]):
            row = r.row[e]
            found = _sorted_in(s.found, found, row)
            s.change[row] += step
    added = 0
    k = 0
    while k < found and added >= 0:
        end = k
        family = r.family[s.found[k]]
        while end < found and r.family[s.found[end]] == family:
            end += 1
        while added >= 0:
            less, more = np.int64(-1), np.int64(-1)
            for e in range(k, end):
                if s.change[s.found[e]] < 0:
                    less = s.found[e]
                elif s.change[s.found[e]] > 0:
                    more = s.found[e]
            if less < 0 and more < 0:
                break
            if less >= 0:
                s.change[less] += 1
            if more >= 0:
                s.change[more] -= 1
            key = r.key[more + 1, less + 1]
            room = max(outs, ins) + added < LONGEST
            if key >= 0 and room and _make_up(r, s, key, outs + added, ins + added):
                added += 1
            else:
                added = -1
        k = end
    for e in range(found):
        s.change[s.found[e]] = 0
    return added


@njit(cache=True, error_model="numpy")
def _count(r: Any, s: Any, outs: Any, ins: Any, step: Any) -> None:
    """Let the loose rows know that ``outs`` left and ``ins`` entered; with a step of -1, that they did not."""
    for k in range(outs + ins):
        unit, change = (s.out[k], -step) if k < outs else (s.into[k - outs], step)
        for e in range(r.loose_at[unit], r.loose_at[unit + 1]):
            s.sums[r.loose[e]] += change * r.amount[e]


@njit(cache=True, error_model="numpy")
def _holds(r: Any, s: Any, outs: Any, ins: Any) -> Any:
    """Say whether every loose row that these people count for is within its bounds."""
    for k in range(outs + ins):
        unit = s.out[k] if k < outs else s.into[k - outs]
        for e in range(r.loose_at[unit], r.loose_at[unit + 1]):
            row = r.loose[e]
            if s.sums[row] < r.low[row] or s.sums[row] > r.high[row]:
                return False
    return True


@njit(cache=True, error_model="numpy")
def _exchange(r: Any, s: Any, outs: Any, ins: Any, wish: Any, heat: Any) -> Any:
    """Let ``outs`` leave and ``ins`` enter if that is wished and every row holds."""
    gain = 0.0
    for k in range(ins):
        gain += wish[s.into[k]]
    for k in range(outs):
        gain -= wish[s.out[k]]
    if gain <= 0.0 and (
        heat <= 0.0 or _draw(s.word, 2**31) >= math.exp(max(gain / heat, -50.0)) * 2.0**31
    ):
        return False
    _count(r, s, outs, ins, ONE)
    if not _holds(r, s, outs, ins):
        _count(r, s, outs, ins, -ONE)
        return False
    for k in range(outs):
        unit = s.out[k]
        c = r.of[unit]
        last = r.start[c] + s.inside[c] - 1
        _trade_places(s.order, s.place, s.place[unit], last)
        s.inside[c] -= 1
        s.size[0] -= 1
        moved = s.panel[s.size[0]]
        s.panel[s.slot[unit]] = moved
        s.slot[moved] = s.slot[unit]
    for k in range(ins):
        unit = s.into[k]
        c = r.of[unit]
        _trade_places(s.order, s.place, s.place[unit], r.start[c] + s.inside[c])
        s.inside[c] += 1
        s.panel[s.size[0]] = unit
        s.slot[unit] = s.size[0]
        s.size[0] += 1
    return True


@njit(cache=True, error_model="numpy")
def _trade_places(order: Any, place: Any, one: Any, other: Any) -> None:
    a, b = order[one], order[other]
    order[one], order[other] = b, a
    place[a], place[b] = other, one


@njit(cache=True, error_model="numpy")
def wander(r: Any, s: Any, wish: Any, moves: Any, heat: Any) -> Any:
    """Try ``moves`` random small exchanges; give how many were made."""
    made = 0
    for _ in range(moves):
        leaves = s.panel[_draw(s.word, s.size[0])]
        c = r.of[leaves]
        e = _draw(s.word, r.next_at[c + 1] - r.next_at[c] + 1)
        other = c if e == 0 else r.next[r.next_at[c] + e - 1]
        first, end = r.start[other] + s.inside[other], r.start[other + 1]
        if first == end:
            continue
        s.out[0], s.into[0] = leaves, _any(s.order, s.word, first, end)
        pairs = 1
        if e > 0:
            back = r.back[r.next_at[c] + e - 1]
            if back < 0 or not _make_up(r, s, back, ONE, ONE):
                continue
            pairs = 2
        if _exchange(r, s, pairs, pairs, wish, heat):
            made += 1
    return made


@njit(cache=True, error_model="numpy")
def _nearest(
    r: Any, s: Any, c: Any, inside: Any, reach: Any, wish: Any, than: Any, near: Any
) -> Any:
    """Collect units inside or outside that differ from a class in at most ``reach`` rows.

    Inside, those who are wished less than ``than``; outside, those who are wished more.
    """
    n = 0
    if inside:
        for k in range(s.size[0]):
            if wish[s.panel[k]] < than and r.far[r.of[s.panel[k]], c] <= reach:
                near[n] = s.panel[k]
                n += 1
        return n
    for d in range(s.inside.size):
        if r.far[d, c] <= reach:
            for k in range(r.start[d] + s.inside[d], r.start[d + 1]):
                if wish[s.order[k]] > than:
                    near[n] = s.order[k]
                    n += 1
    return n


@njit(cache=True, error_model="numpy")
def pull(r: Any, s: Any, wish: Any, units: Any, tries: Any, reach: Any, heat: Any) -> Any:
    """Bring each of ``units`` in if it is out, and out if it is in, where that is wished; give how many.

    Each is exchanged for somebody as much alike as can be: ``tries`` times at one change of value,
    then at twice as many, up to ``reach`` rows.
    """
    near = np.empty(s.order.size, np.int64)
    made = 0
    for w in range(units.size):
        far = 2 * ONE
        while far <= reach:
            if _swap(r, s, wish, units[w], tries, far, heat, near):
                made += 1
                break
            far *= 2
    return made


@njit(cache=True, error_model="numpy")
def _swap(
    r: Any, s: Any, wish: Any, unit: Any, tries: Any, reach: Any, heat: Any, near: Any
) -> Any:
    """Exchange a unit for others within reach; say whether it was done."""
    inside = s.place[unit] - r.start[r.of[unit]] < s.inside[r.of[unit]]
    group = r.alike_at[unit + 1] - r.alike_at[unit]
    mine, theirs = (s.out, s.into) if inside else (s.into, s.out)
    n = _nearest(r, s, r.of[unit], not inside, reach, wish, wish[unit], near)
    for t in range(tries):
        mine[0] = unit
        others = 1
        if group > 0 and (n == 0 or t % 2):  # a group against as many who come alone
            others = group
            for k in range(group):
                c = r.alike[r.alike_at[unit] + k]
                m = _nearest(r, s, c, not inside, reach, wish, wish[unit], near)
                if m > 0:
                    theirs[k] = near[_draw(s.word, m)]
                if m == 0 or _has(theirs, k, theirs[k]):
                    others = 0
                    break
            n = 0
        elif n == 0:
            break
        else:
            theirs[0] = near[_draw(s.word, n)]
        if others == 0:
            continue
        outs, ins = (1, others) if inside else (others, 1)
        added = _complete(r, s, outs, ins)
        if added >= 0 and _exchange(r, s, outs + added, ins + added, wish, heat):
            return True
    return False
