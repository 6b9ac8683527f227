from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from huiyou.grouping import Terms
from huiyou.grouping.anneal import _temperatures, improve
from huiyou.grouping.encode import encode
from huiyou.people import Person

PEOPLE = [Person(f"p{k}", {"trade": ("law" if k < 4 else "film",)}) for k in range(8)]
PROBLEM = encode(PEOPLE, [[k] for k in range(8)], Terms(mix={"trade": Fraction(1)}))
START = np.array([[0, 0, 0, 0, 1, 1, 1, 1]], dtype=np.int64)


def test_tables_of_one_trade_each_are_mixed() -> None:
    table = improve(START, [4, 4], PROBLEM, 7, sweeps=30)

    assert (table[0, :4].sum(), table[0, 4:].sum()) == (2, 2)


def test_no_sweeps_leave_everyone_where_they_are() -> None:
    assert improve(START, [4, 4], PROBLEM, 7, sweeps=0).tolist() == START.tolist()


@pytest.mark.parametrize(
    ("sweeps", "told"), [(0, [1.0]), (40, [1.0]), (100, [50 / 110, 100 / 110, 1.0])]
)
def test_the_share_that_is_done_is_told_until_all_is(sweeps: int, told: list[float]) -> None:
    shares: list[float] = []

    improve(START, [4, 4], PROBLEM, 7, sweeps=sweeps, report=shares.append)

    assert shares == told


def test_temperatures_fall_from_hot_to_cool_and_end_at_zero() -> None:
    assert _temperatures(5, 10).tolist() == [300, 201, 134, 90, 60]
    assert _temperatures(20, 1).tolist()[-3:] == [6, 0, 0]


def test_one_sweep_is_hot() -> None:
    assert _temperatures(1, 2).tolist() == [60]
