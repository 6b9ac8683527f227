"""How likely more come than fit: against every evening there can be, and quickly."""

from __future__ import annotations

import time
from fractions import Fraction
from itertools import product
from math import prod

from hypothesis import given, settings
from hypothesis import strategies as st

from huiyou.selection.crowding import FINE, MILLION, crowding

RATES = st.lists(st.integers(0, MILLION), min_size=2, max_size=2)


@given(
    units=st.lists(st.tuples(st.integers(1, 3), RATES), min_size=1, max_size=5),
    seats=st.integers(0, 8),
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_it_is_what_all_evenings_add_up_to(units: list[tuple[int, list[int]]], seats: int) -> None:
    exact = Fraction(0)
    for evening, come in product(range(2), product((False, True), repeat=len(units))):
        if sum(size for (size, _), there in zip(units, come, strict=True) if there) > seats:
            odds = ((MILLION - rates[evening]) if there else rates[evening] for (_, rates), there in zip(units, come, strict=True))  # fmt: skip
            exact += Fraction(prod(odds), 2 * MILLION ** len(units))

    assert 0 <= crowding(units, seats) - exact < Fraction(len(units) * (seats + 1), FINE)


def test_a_thousand_invited_beyond_the_seats_take_no_minute() -> None:
    start = time.process_time()

    assert crowding([(1, [300_000] * 10)] * 1200, 200) > Fraction(999, 1000)
    assert time.process_time() - start < 5
