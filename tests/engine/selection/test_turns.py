"""Members of a type take turns until all have the same chance."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyou.people import Person
from huiyou.selection import Quota
from huiyou.selection.pool import Pool, make_pool
from huiyou.selection.turns import take_turns

Panels = list[np.ndarray]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Pool, Panels, list[int]]:
    """One to nine people in three trades, any panels of them, any weights."""
    trades = draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=9))
    people = [Person(str(k), {"trade": (trade,)}) for k, trade in enumerate(trades)]
    quotas = [Quota("trade", trade, 0, 9) for trade in "abc"]
    pool = make_pool(people, 1, quotas)
    units = st.lists(st.sampled_from(range(len(people))), unique=True, min_size=1)
    panels = draw(st.lists(units.map(np.array), min_size=1, max_size=6))
    weights = st.lists(st.integers(1, 40), min_size=len(panels), max_size=len(panels))
    return pool, panels, draw(weights)


def seats(pool: Pool, panels: Panels, weights: list[int]) -> np.ndarray:
    sums = np.zeros(len(pool.units), dtype=np.int64)
    for panel, weight in zip(panels, weights, strict=True):
        sums[panel] += weight
    return sums


@given(case=cases())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_members_of_a_type_end_up_with_the_same_seats_and_types_with_what_they_had(
    case: tuple[Pool, Panels, list[int]],
) -> None:
    pool, panels, weights = case

    parts, lengths = take_turns(pool, panels, weights)

    before, after = seats(pool, panels, weights), seats(pool, parts, lengths.tolist())
    for t in range(len(pool.sizes)):
        members = pool.type_of == t
        assert after[members].sum() == before[members].sum()
        assert np.ptp(after[members]) <= 1


@given(case=cases())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_every_part_has_the_types_of_the_panel_it_was_cut_from(
    case: tuple[Pool, Panels, list[int]],
) -> None:
    pool, panels, weights = case

    parts, lengths = take_turns(pool, panels, weights)

    assert len(parts) <= len(panels) + len(pool.units) - len(pool.sizes)
    line = np.cumsum(weights)
    for part, end in zip(parts, np.cumsum(lengths), strict=True):
        whole = panels[int(np.searchsorted(line, end))]
        assert part.tolist() == sorted(set(part.tolist()))
        assert sorted(pool.type_of[part]) == sorted(pool.type_of[whole])
